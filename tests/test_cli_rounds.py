"""The `rounds` commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from annotate import cli
from tests.review.desk import coders, submit
from tests.review.test_rounds_gold import gold
from tests.world import World


def run(world: World, *arguments: str, code: int = 0) -> None:
    try:
        cli.main(["--db", str(world.store.path), *arguments])
    except SystemExit as left:
        assert (left.code or 0) == code, arguments


def answer(world: World, capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    run(world, *arguments)
    return json.loads(capsys.readouterr().out)


def test_a_round_from_beginning_to_end(
    world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    one, other = coders(world, 2)
    people = ("--person", one.name, "--person", other.name)
    create = ("rounds", "create", "Spring", *people, "--mode", "list")
    seen = answer(world, capsys, *create, "--dry-run", "--json")
    assert (seen["round"], seen["articles"], sum(seen["people"].values())) == (None, 3, 3)
    made = answer(world, capsys, *create, "--json")
    assert made["round"]["name"] == "Spring"
    (listed,) = answer(world, capsys, "rounds", "list", "--json")
    assert (listed["id"], listed["articles"], listed["done"]) == (made["round"]["id"], 3, 0)
    again = answer(world, capsys, *create, "--gold", "--dry-run", "--json")
    assert (again["articles"], again["skipped"], again["golden"]) == (0, 3, 0)
    mine = world.store.assignments.unbegun(made["round"]["id"], one.id)
    submit(world, one, mine[0].article_id)
    board = answer(world, capsys, "rounds", "board", "--json")
    counts = {row["state"]: row["count"] for row in board["states"]}
    assert (counts["to_do"], counts["submitted"], board["untouched"]) == (2, 1, 0)
    run(world, "rounds", "reassign", "Spring", "--from", one.name, "--to", other.name)
    named = tmp_path / "list.txt"
    named.write_text(world.store.assignments.unbegun(listed["id"], other.id)[0].article_id)
    run(world, "rounds", "withdraw", "Spring", "--person", other.name, "--list", str(named))
    assert "1 articles taken back" in capsys.readouterr().err
    run(world, "rounds", "recount")
    run(world, "rounds", "close", "Spring")
    run(world, "rounds", "close", "Spring", code=2)
    run(world, "rounds", "reopen", "Spring")
    run(world, "rounds", "list")
    run(world, "rounds", "board")
    assert "Spring" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ("rounds", "create", "X", "--person", "nobody"),
        ("rounds", "create", "X", "--person", "viewer-1"),
        ("rounds", "create", "X", "--person", "analyst-1", "--coders", "2"),
        ("rounds", "create", "X", "--person", "analyst-1", "--list", "/no/such", "--source", "x"),
        ("rounds", "create", "X", "--person", "analyst-1", "--gold"),
        ("rounds", "close", "No such"),
        ("--as", "analyst-1", "rounds", "board"),
        ("--as", "reviewer-1", "rounds", "create", "X", "--person", "analyst-1"),
    ],
)
def test_what_cannot_be_done_is_refused(world: World, arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["--db", str(world.store.path), *arguments])
    assert left.value.code == 2


def test_it_is_said_why_nobody_gets_anything(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    (one,) = coders(world, 1)
    create = ("rounds", "create", "X", "--person", one.name, "--mode", "list", "--dry-run")
    for article in world.articles:
        submit(world, one, article)
    run(world, *create)
    assert "Nobody gets an article: every coding is there" in capsys.readouterr().err
    gold(world, *world.articles)
    run(world, *create)
    assert "Nobody gets an article: none is left" in capsys.readouterr().err
    run(world, *create, "--gold")
    told = capsys.readouterr().err
    assert "3 of these find too few coders" in told
    assert "Nobody gets an article: name coders who have no labels on these" in told
    seen = answer(world, capsys, *create, "--gold", "--json")
    assert (seen["slots"], seen["coded"], seen["short"], seen["people"]) == (3, 0, 3, {one.name: 0})
