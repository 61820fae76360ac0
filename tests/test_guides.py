"""The guides: every command and every example in them is run, each guide in a folder of its own."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotate.cli import main

ROOT = Path(__file__).resolve().parents[1]
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
_BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```$", re.M | re.S)
_LINK = re.compile(r"\]\((?!https?://)([^)#]+)")


def _examples(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each command or script of a guide: (line in the guide, its words after ``python``)."""
    for block in _BLOCK.finditer(text):
        line = text.count("\n", 0, block.start()) + 1
        if block[1] == "python":
            yield line, ["-c", block[2]]
            continue
        for command in filter(None, (part.strip() for part in block[2].splitlines())):
            program, *arguments = shlex.split(command, comments=True)
            assert program == "python", f"line {line}: {command!r} cannot be run by a test"
            yield line, arguments


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_every_command_and_example_of_a_guide_works(
    guide: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Scripts run in processes of their own, as a reader's would, commands in this one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("CLAIMDESK_DB", raising=False)
    examples = list(_examples(guide.read_text("utf-8")))
    for line, command in examples:
        place = f"{guide.name}, line {line}"
        if command[0] == "-c":
            done = subprocess.run([sys.executable, *command], capture_output=True, text=True)
            assert done.returncode == 0, f"{place}: {done.stdout}{done.stderr}"
            continue
        *command, target = command if ">" in command else [*command, ""]
        assert command[:2] == ["-m", "annotate"], f"{place} is no command of ours"
        with pytest.raises(SystemExit) as left:
            main([part for part in command[2:] if part != ">"])
        printed = capsys.readouterr()
        assert not left.value.code, f"{place}: {printed.out}{printed.err}"
        if target:
            (tmp_path / target).write_text(printed.out, "utf-8")
    assert examples, f"{guide.name} shows no example"


@pytest.mark.parametrize("page", [ROOT / "README.md", *GUIDES], ids=lambda path: path.stem)
def test_every_link_and_picture_of_a_guide_is_there(page: Path) -> None:
    targets = _LINK.findall(page.read_text("utf-8"))
    assert [t for t in targets if not (page.parent / t).exists()] == []
    assert targets


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_every_guide_has_pictures(guide: Path) -> None:
    assert re.search(r"!\[[^\]]+\]\(", guide.read_text("utf-8"))


def test_the_keys_that_a_guide_names_are_keys() -> None:
    """Cursor keys, Tab and modifiers are the browser's; all others stand in the sheet of keys."""
    tables = ("tag/keys.js", "tag/moving.js", "review/keys.js")
    listed = "".join((ROOT / "annotate/ui/assets" / one).read_text("utf-8") for one in tables)
    chords = set(re.findall(r'"((?:Mod\+|Shift\+|Alt\+)*[^"\s]+?)"', listed))
    known = {part for chord in chords for part in chord.split("+")} | {
        "Ctrl",
        "Shift",
        "Alt",
        "Tab",
    }
    for guide in GUIDES:
        named = re.findall(r"<kbd>(.+?)</kbd>", guide.read_text("utf-8"))
        assert [key for key in named if key not in known] == [], guide.name


def test_make_help_names_what_people_run_and_how_they_choose_the_port() -> None:
    # As a person types it: under `make test` a make within would tell the folders it enters, too.
    typed = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(
        ["make", "help"], cwd=ROOT, env=typed, capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    assert all(line.startswith("make ") for line in lines), lines
    assert "PORT=" in next(line for line in lines if line.startswith("make run "))
