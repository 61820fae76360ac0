"""``demo`` and ``serve``: what a first start finds, and how it ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from annotate import accounts
from annotate.store import Store
from tests.test_cli import ROOT, Run, run
from tests.world import World
from tools.ports import free_port

__all__ = ["run"]


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process of ``serve``, started elsewhere than in the project, and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "annotate", "--db", "claimdesk.db", "serve", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdout is not None
    try:
        printed = ""
        for line in process.stdout:
            printed += line
            if address := re.search(r"open at (http://\S+)", line):
                yield process, f"{address[1]}\n{printed}"
                return
        raise AssertionError(f"it ended before it was open:\n{printed}")
    finally:
        process.terminate()
        process.wait(20)


def test_a_first_start_gives_a_code_and_a_second_request_ends_it(tmp_path: Path) -> None:
    with serving(tmp_path, "--port", str(free_port())) as (process, printed):
        address = printed.split("\n")[0]
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        request = urllib.request.Request(address + "/", headers={"Accept": "text/html"})
        with opener.open(request, timeout=10) as answer:
            assert answer.status == 200
        assert re.search(r"setup code:\s+[0-9a-f]{4}(-[0-9a-f]{4}){3}", printed)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_a_port_in_use_is_a_wrong_call(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = run("serve", "--port", str(taken.getsockname()[1]))
    assert ran.code == 2
    assert "cannot be used" in ran.err


def test_the_sample_prints_each_password_once(run: Run, tmp_path: Path) -> None:
    first = run("demo", "--json").json
    store = Store(tmp_path / "claimdesk.db")
    for account in first["accounts"]:
        assert accounts.sign_in(store, account["name"], account["password"], "127.0.0.1", "test")
    store.close()
    again = run("demo")
    assert (again.code, again.out) == (0, "")
    assert "holds the sample project already" in again.err


def test_the_sample_stays_out_of_a_database_in_use(run: Run, world: World) -> None:
    ran = run("demo")
    assert ran.code == 2
    assert "is in real use" in ran.err
    assert [row["name"] for row in run("project", "list", "--json").json] == ["Talks"]


@pytest.mark.parametrize("how", [["--version"], ["-h"], ["user", "-h"]], ids=" ".join)
def test_asking_for_help_needs_no_database(run: Run, tmp_path: Path, how: list[str]) -> None:
    ran = run(*how)
    assert ran.code == 0
    assert ran.out
    assert list(tmp_path.iterdir()) == []
