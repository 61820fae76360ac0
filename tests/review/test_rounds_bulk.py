"""Rounds of very many articles, which are written in bulk: the same as if row by row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from annotate import accounts, review
from annotate.errors import WorkbenchError
from annotate.model import Person
from annotate.reading import ListRequest
from annotate.review import Wish
from annotate.store import Store
from tests.review.desk import coders, many_articles, submit
from tests.review.test_rounds import live, make
from tests.world import World, op, send, statement

COUNTERS = {
    "review_count": "SELECT project_id, coalesce(round_id, ''), state, count(*)"
    " FROM review_article GROUP BY 1, 2, 3",
    "assignment_count": "SELECT project_id, person_id, round_id, state, count(*)"
    " FROM assignment WHERE withdrawn_at IS NULL GROUP BY 1, 2, 3, 4",
}


@pytest.fixture(params=[1, 10_000], ids=["bulk", "row by row"])
def many(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Both ways of writing a round."""
    monkeypatch.setattr("annotate.store.bulk._MANY", request.param)
    yield


def rows(world: World, sql: str) -> set[tuple[Any, ...]]:
    with world.store.write(world.operator.id) as tx:
        return {tuple(row) for row in tx.execute(sql).fetchall()}


def schema(world: World) -> set[tuple[Any, ...]]:
    return rows(world, "SELECT type, name, tbl_name, sql FROM sqlite_master")


def assert_counted(world: World) -> None:
    """The counters are those computed anew."""
    for table, anew in COUNTERS.items():
        assert rows(world, f"SELECT * FROM {table} WHERE n <> 0") == rows(world, anew)
    assert list(world.store.examine()) == []


def begun(world: World) -> tuple[list[Person], Person]:
    """A team with articles submitted, returned to draft and begun, by its members and others."""
    many_articles(world, 40)
    team = coders(world, 4)
    ids = many_articles(world, 0)
    (outsider,) = coders(world, 1)
    for at, who in enumerate([team[0], team[1], outsider, outsider]):
        submit(world, who, ids[at])
    statement(world, team[2], article=0)
    statement(world, outsider, article=1)
    submit(world, team[3], world.articles[2])
    send(world, op("take_back"), person=team[3], article=2)
    return team, outsider


@pytest.mark.usefixtures("many")
def test_counters_equal_those_computed_anew(world: World) -> None:
    team, _ = begun(world)
    before = schema(world)
    first = make(world, team, many_articles(world, 0)[:30], mode="list", coders=2, share=0.5,
                 share_coders=3, name="First")  # fmt: skip
    assert schema(world) == before
    assert_counted(world)
    submit(world, team[0], world.store.assignments.unbegun(first.id, team[0].id)[0].article_id)
    review.close(world.store, world.operator, first.id)
    # Articles of a round before come again, with all that is left of it.
    second = make(world, team, mode="list", coders=3, name="Second")
    assert schema(world) == before
    assert_counted(world)
    made = world.store.rounds.of_project(world.project.id)
    assert [one.name for one in made] == ["Second", "First"]
    assert_counted(world)
    pulled = world.store.assignments.unbegun(second.id, team[1].id)
    review.withdraw(world.store, world.operator, second.id, team[1].id, [pulled[0].article_id])
    assert_counted(world)


def test_both_ways_give_the_same_rounds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    team, _ = begun(world)
    wish = Wish("R", tuple(one.id for one in team), "list", 2, 0.3, 4, "random", 3)
    columns = "article_id, position, wanted, taken, state"
    found = []
    for many in (1, 10_000):
        monkeypatch.setattr("annotate.store.bulk._MANY", many)
        made, _ = review.create(world.store, world.operator, world.project.id, wish, ListRequest())
        found.append((
            rows(world, f"SELECT {columns} FROM review_article WHERE round_id = '{made.id}'"),
            rows(world, "SELECT article_id, person_id, position, state FROM assignment"
                        " WHERE withdrawn_at IS NULL"),
        ))  # fmt: skip
        with world.store.write(world.operator.id) as tx:
            # As if it had never been: what it left behind would count for the next.
            tx.execute("UPDATE assignment SET withdrawn_at = ?", (tx.at,))
            tx.execute("UPDATE round SET closed_at = ?", (tx.at,))
            tx.record("test", "test", "1")
        review.recount(world.store, world.operator, world.project.id)
    assert found[0] == found[1]


@pytest.mark.usefixtures("many")
def test_a_round_that_fails_half_way_leaves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    team, _ = begun(world)
    monkeypatch.setattr("annotate.store.rounds._BATCH", 10)
    before = schema(world), live(world)

    def stop(done: int, total: int | None) -> None:
        if done >= 20:
            raise WorkbenchError("The power is gone")

    wish = Wish("R", tuple(one.id for one in team), "list", 2)
    with pytest.raises(WorkbenchError, match="power"):
        review.create(
            world.store, world.operator, world.project.id, wish, ListRequest(), progress=stop
        )
    assert (schema(world), live(world)) == before
    assert world.store.rounds.of_project(world.project.id) == []
    assert_counted(world)


@pytest.mark.usefixtures("many")
def test_others_read_on_while_a_round_is_written(world: World) -> None:
    """A connection of before knows the indexes that were made anew."""
    team, _ = begun(world)
    other = Store(world.store.path, create=False)
    seen: list[int] = []

    def look(done: int, total: int | None) -> None:
        seen.append(len(other.rounds.of_project(world.project.id)))
        board = review.board(other, accounts.operator(other), world.project.id)
        seen.append(len(board.rounds))

    wish = Wish("R", tuple(one.id for one in team), "list", 2)
    review.create(world.store, world.operator, world.project.id, wish, ListRequest(), progress=look)
    assert set(seen) == {0}
    (load, *_) = review.board(other, accounts.operator(other), world.project.id).loads
    assert load.to_do > 0
    other.close()
