"""``agreement`` on the command line."""

from __future__ import annotations

import json

import pytest

from tests.review.coders import Team, coded
from tests.test_cli import Run, run
from tests.world import World

__all__ = ["run"]


@pytest.fixture
def made(world: World) -> Team:
    return coded(world, 12, gold=4)


def test_the_table_says_how_far_all_agree(run: Run, made: Team) -> None:
    done = run("agreement", "--samples", "50")
    assert done.code == 0
    assert "12 of 12 articles were coded by two people or more; 4 coders" in done.err
    rows = [line.split() for line in done.out.splitlines()]
    assert ["found", "f1", "1.000"] in [row[:3] for row in rows]
    assert "not defined: nothing was labelled by two coders" in done.out


def test_json_holds_every_comparison(run: Run, made: Team) -> None:
    done = run("agreement", "--project", "Talks", "--samples", "0", "--json")
    told = json.loads(done.out)
    assert 3 <= len(told["pairs"]) <= 6
    assert {row["coder"] for row in told["gold"]} <= {f"coder-{n}" for n in range(4)}
    assert set(told["versions"]) == {"1"} and set(told["periods"]) == {"2026-01"}
    assert sorted(told["reliability"]["coders"]) == [f"coder-{n}" for n in range(4)]
    stance = [row for row in told["all"]["figures"] if row["part"] == "stance"]
    assert all((row["value"] is None) == bool(row["reason"]) for row in stance)
    assert told["labels"][0]["apart"] >= told["labels"][-1]["apart"] > 0


def test_seeds_repeat_and_rights_count(run: Run, made: Team) -> None:
    first = run("agreement", "--samples", "50", "--seed", "3").out
    assert first == run("agreement", "--samples", "50", "--seed", "3").out
    assert run("--as", "analyst-1", "agreement").code == 2
    assert run("--as", "reviewer-1", "agreement", "--samples", "0").code == 0
    assert run("agreement", "--period", "day").code == 2


def test_nothing_labelled_is_not_defined(run: Run, world: World) -> None:
    done = run("agreement", "--json")
    told = json.loads(done.out)
    assert {row["value"] for row in told["all"]["figures"]} == {None}
    assert told["reliability"]["reason"]
