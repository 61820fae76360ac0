"""An export killed at any moment leaves the old result or none, and runs again."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from exports import export
from tests.exports.golden import ROOT
from tests.exports.samples import RECORDS

pytestmark = pytest.mark.slow

SCRIPT = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from exports import export
from tests.exports.samples import LABELLED, uid

def records():
    for n in range(1200):
        if n == int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)
        yield replace(LABELLED, article=replace(LABELLED.article, revision=n + 1))

export(records(), sys.argv[1], Path(sys.argv[2]))
print("done", flush=True)
"""


AGAIN_AND_AGAIN = """
import sys
from pathlib import Path
from exports import export
from tests.exports.samples import RECORDS

while True:
    for count in (1, 2):
        export(iter(RECORDS[:count]), sys.argv[1], Path(sys.argv[2]))
        print(count, flush=True)
"""


NEVER = -1


def run(name: str, out: Path, script: str = SCRIPT, at: int = NEVER) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, name, str(out), str(at)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def kill_at(name: str, out: Path, article: int) -> None:
    process = run(name, out, at=article)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL


def contents(out: Path) -> dict[str, bytes]:
    if out.is_file():
        return {"": out.read_bytes()}
    return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


@pytest.mark.parametrize(
    ("name", "file"), [("jsonl", "a.jsonl"), ("csv", "tables"), ("parquet", "tables.zip")]
)
def test_a_killed_export_leaves_nothing_half_done(tmp_path: Path, name: str, file: str) -> None:
    out = tmp_path / file
    kill_at(name, out, 1000)
    assert not out.exists()
    assert any(tmp_path.iterdir()), "it was killed before it wrote anything"

    export(iter(RECORDS), name, out)
    old = contents(out)
    for article in (0, 1199):
        kill_at(name, out, article)
        assert contents(out) == old

    finished = run(name, out)
    output, _ = finished.communicate(timeout=60)
    assert output.endswith("done\n")
    assert [path.name for path in tmp_path.iterdir()] == [file]

    again = tmp_path / "elsewhere" / file
    run(name, again).communicate(timeout=60)
    assert contents(out) == contents(again) != old


@pytest.mark.parametrize(("name", "file"), [("jsonl", "a.jsonl"), ("csv", "tables")])
def test_killed_at_any_moment_one_whole_result_stands(tmp_path: Path, name: str, file: str) -> None:
    whole = []
    for count in (1, 2):
        export(iter(RECORDS[:count]), name, tmp_path / f"{count}" / file)
        whole.append(contents(tmp_path / f"{count}" / file))
    out = tmp_path / "out" / file
    for after in (0.0, 0.011, 0.023, 0.037):
        process = run(name, out, AGAIN_AND_AGAIN)
        assert process.stdout is not None
        assert process.stdout.readline() == "1\n"
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
        # A folder is replaced by two renames: in between it is absent, never half there.
        assert (out.is_dir() or not out.exists()) if name == "csv" else out.is_file()
        assert not out.exists() or contents(out) in whole
    export(iter(RECORDS), name, out)
    assert contents(out) == whole[1]
    assert [path.name for path in out.parent.iterdir()] == [file]
