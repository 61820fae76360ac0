"""The board and the list of articles count the same articles, by whatever route they came there."""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import replace

import pytest

from annotate import reading, review
from annotate.model import Person
from annotate.reading import ListRequest
from annotate.review import Wish
from annotate.reviews import ARTICLE_STATES
from annotate.store import Store, bulk
from annotate.store.boards import BoardFilter
from tests.review.desk import coders, submit
from tests.world import World, item, statement

COPY = "https://copy.example/{n}"


def add(world: World, *items: object) -> list[str]:
    with world.store.write(world.operator.id) as tx:
        made = world.store.articles.add(tx, items, world.project.id)  # type: ignore[arg-type]
    return [one.article_id for one in made]


def hand_out(world: World, team: list[Person], articles: list[str], name: str = "First") -> str:
    wish = Wish(name, tuple(one.id for one in team), "list")
    made, _ = review.create(
        world.store, world.operator, world.project.id, replace(wish, coders=1), articles
    )
    return made.id


def counted(world: World) -> tuple[dict[str, int], review.Board]:
    """The counts of the board, after a look whether the lists and the doctor agree with them."""
    store, by, project = world.store, world.people["editor"], world.project.id
    board = review.board(store, by, project)
    begun = {state: n.count for state, n in board.states.items() if state != "to_do"}
    rail = {state: n for state, n in begun.items() if n}
    to_do = board.states["to_do"].count + board.untouched
    found = reading.facets(store, by, project, one_per_text=True).states
    assert dict(found) == rail | {"to_do": to_do}
    for state in ARTICLE_STATES:
        here = ListRequest(states=(state,), one_per_text=True, limit=500)
        ids = {row.id for row in reading.list_articles(store, by, project, here).items}
        rows, _ = review.articles(store, by, project, BoardFilter(state=state), limit=200)
        behind = {row.article.article_id for row in rows}
        assert not any(row.replaced for row in rows)
        assert len(behind) == board.states[state].count
        if state == "to_do":
            behind |= {row.article_id for row in review.untouched(store, by, project)[0]}
        assert ids == behind
        assert reading.count_articles(store, by, project, here) == len(ids)
        earlier, _ = review.articles(
            store, by, project, BoardFilter(state=state), replaced=True, limit=200
        )
        assert all(row.replaced for row in earlier)
        assert len(earlier) == board.replaced.get(state, 0)
    assert list(store.examine()) == []
    return {state: n for state, n in Counter(rail | {"to_do": to_do}).items() if n}, board


def test_copies_count_where_somebody_codes_them(world: World) -> None:
    (one,) = coders(world, 1)
    first, second, third = add(world, *(item(COPY.format(n=n)) for n in range(3)))
    counts, _ = counted(world)
    assert counts == {"to_do": 3}
    world.articles += [first, second, third]
    submit(world, one, first)
    counts, _ = counted(world)
    assert counts == {"to_do": 3, "submitted": 1}
    round_id = hand_out(world, [one], [second])
    counts, board = counted(world)
    assert counts == {"to_do": 4, "submitted": 1}
    assert (board.states["to_do"].count, board.untouched) == (1, 3)
    review.close(world.store, world.operator, round_id)
    counts, board = counted(world)
    assert (counts["to_do"], board.states["to_do"].count, board.untouched) == (3, 0, 3)
    review.reopen(world.store, world.operator, round_id)
    assert counted(world)[0]["to_do"] == 4


def test_earlier_revisions_are_told_beside_the_counts(world: World) -> None:
    one, other = coders(world, 2)
    submit(world, one, world.articles[0])
    statement(world, one, article=1)
    hand_out(world, [other], world.articles)
    assert counted(world)[0] == {"submitted": 1, "in_progress": 1, "to_do": 1}
    old = world.store.articles.many(world.articles)
    add(world, *(item(one.url, f"更正后的文本{n}。", "更正") for n, one in enumerate(old)))
    counts, board = counted(world)
    assert counts == {"to_do": 3}
    assert board.replaced == {"submitted": 1, "in_progress": 1, "to_do": 1}
    assert {state: (n.count, n.oldest) for state, n in board.states.items() if n.count} == {}
    # The round has all that it handed out, and says so.
    (made,) = board.rounds
    assert (made.articles, made.replaced) == (3, 3)
    rows, _ = review.articles(
        world.store, world.operator, world.project.id, BoardFilter(round_id=made.round.id)
    )
    assert len(rows) == 3


def test_where_articles_stand_is_known_however_they_came_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = coders(world, 1)
    monkeypatch.setattr(bulk, "_MANY", 1)
    added = add(world, *(item(f"https://many.example/{n}", f"第{n}篇。") for n in range(8)))
    world.articles += added
    round_id = hand_out(world, [one], added[:6])
    assert counted(world)[1].untouched == 5
    submit(world, one, added[0])
    # What left the project and comes back stands where it stood.
    review.close(world.store, world.operator, round_id)
    for change in ("leave", "join"):
        with world.store.write(world.operator.id) as tx:
            getattr(world.store.articles, change)(tx, world.project.id, added[5:])
        counted(world)
    review.reopen(world.store, world.operator, round_id)
    counts, board = counted(world)
    assert (counts, board.states["to_do"].count) == ({"submitted": 1, "to_do": 10}, 5)


def test_an_older_database_learns_where_its_articles_stand(world: World) -> None:
    (one,) = coders(world, 1)
    world.articles += add(world, item(COPY.format(n=1)))
    submit(world, one, world.articles[0])
    hand_out(world, [one], world.articles[1:2])
    before = counted(world)
    path = world.store.path
    world.store.close()
    with sqlite3.connect(path) as db:
        for trigger in ("place_taken", "review_placed", "review_placed_anew"):
            db.execute(f"DROP TRIGGER {trigger}")
        db.execute("DROP INDEX article_superseded")
        for column in ("state", "round_id"):
            db.execute(f"ALTER TABLE project_article DROP COLUMN {column}")
        db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm0011_places'")
    world.store = Store(path)
    assert counted(world) == before


def test_a_list_that_shows_an_article_where_it_does_not_stand_is_found_and_set_right(
    world: World,
) -> None:
    submit(world, world.analyst, world.articles[0])
    before = counted(world)
    with world.store.write(world.operator.id) as tx:
        tx.execute("UPDATE project_article SET state = 'gold', round_id = 'none'")
        tx.record("test", "project", world.project.id)
    (problem,) = world.store.examine()
    assert "3 articles" in problem.message
    review.recount(world.store, world.operator, world.project.id)
    assert counted(world) == before
