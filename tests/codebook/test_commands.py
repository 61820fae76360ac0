"""``codebook list``, ``export`` and ``import`` on the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from annotate.cli import main
from annotate.codebook import DEFAULT, yaml
from tests.world import World, statement


def run(world: World, *arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["--db", str(world.store.path), *arguments])
    return int(left.value.code or 0)


def test_a_codebook_goes_out_is_edited_and_comes_back(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    statement(world)
    assert run(world, "codebook", "export") == 0
    text = capsys.readouterr().out
    assert yaml.parse(text) == DEFAULT
    path = tmp_path / "book.yaml"
    path.write_text(yaml.dump(replace(DEFAULT, stances=DEFAULT.stances[1:])), "utf-8")
    assert run(world, "codebook", "import", str(path), "--note", "No support") == 0
    printed = capsys.readouterr()
    assert printed.out == "2\n"
    assert "Withdrawn, but in use 1 times: stances.support" in printed.err
    assert run(world, "codebook", "list", "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["number"], row["note"], row["current"]) for row in rows] == [
        (2, "No support", True),
        (1, "", False),
    ]
    assert run(world, "codebook", "export", "--version", "1") == 0
    assert capsys.readouterr().out == text


def test_a_problem_is_told_with_its_line_and_nothing_is_saved(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "book.yaml"
    path.write_text(yaml.dump(DEFAULT).replace("'#0072b2'", "blue"), "utf-8")
    assert run(world, "codebook", "import", str(path), "--note", "x") == 2
    assert "line 6: span_kinds[0].colour must look like" in capsys.readouterr().err
    assert run(world, "--as", "analyst-1", "codebook", "import", str(path), "--note", "x") == 2
    assert len(world.store.codebooks.heads(world.project.id)) == 1


def test_analysts_export_but_do_not_import(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "book.yaml"
    path.write_text(yaml.dump(replace(DEFAULT, guidelines="x")), "utf-8")
    assert run(world, "--as", "analyst-1", "codebook", "export") == 0
    assert run(world, "--as", "analyst-1", "codebook", "import", str(path), "--note", "x") == 2
    assert "may not do this" in capsys.readouterr().err
