"""What a round would hold: gold left out, articles counted before anybody is chosen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotate import projects, review
from annotate.errors import Invalid
from annotate.review import Wish
from tests.review.desk import coders, many_articles
from tests.review.test_rounds import ALL, live, make
from tests.world import World, item, statement


def _gold(world: World, article_id: str, *, accepted: bool = True) -> None:
    with world.store.write(world.operator.id) as tx:
        head = world.store.labels.create(tx, world.project.id, article_id, None, "gold")
        if accepted:
            world.store.labels.set_status(tx, head, "accepted", 1)


def test_articles_with_gold_are_left_out_and_counted_unless_asked_for(world: World) -> None:
    done, under_way, _ = world.articles
    _gold(world, done)
    _gold(world, under_way, accepted=False)
    team = coders(world, 2)
    wish = Wish("R", tuple(one.id for one in team), "list", 2)
    asked = replace(wish, gold=True)
    args = (world.store, world.operator, world.project.id)
    seen = review.preview(*args, wish, ALL)
    assert (seen.articles, seen.golden, seen.skipped, seen.slots) == (2, 1, 0, 4)
    both = review.preview(*args, asked, ALL)
    assert (both.articles, both.golden, both.slots) == (3, 1, 6)
    with pytest.raises(Invalid, match="no article") as refused:
        review.create(*args, wish, [done])
    assert "1 that have gold" in refused.value.hint
    review.create(*args, wish, ALL)
    assert set(live(world)) == set(world.articles) - {done}
    later = review.preview(*args, asked, ALL)
    assert (later.articles, later.golden, later.skipped) == (1, 1, 2)
    review.create(*args, asked, ALL)
    assert set(live(world)) == set(world.articles)


def test_gold_is_never_the_next_article_so_pulled_rounds_refuse_it(world: World) -> None:
    wish = Wish("R", (world.analyst.id,), "pull", gold=True)
    for ask in (review.preview, review.create):
        with pytest.raises(Invalid, match="handed out at once"):
            ask(world.store, world.operator, world.project.id, wish, ALL)


def test_the_preview_counts_articles_before_anybody_is_chosen(world: World) -> None:
    _gold(world, world.articles[0])
    args = (world.store, world.operator, world.project.id)
    for mode in ("pull", "list"):
        seen = review.preview(*args, Wish("", (), mode, 3), ALL)
        assert (seen.articles, seen.golden, seen.slots, seen.people) == (2, 1, 6, ())
    with pytest.raises(Invalid, match="from 1"):
        review.preview(*args, Wish("", (), coders=0), ALL)


def test_the_board_counts_what_no_open_round_holds_and_nobody_has_begun(world: World) -> None:
    def untouched() -> int:
        return review.board(world.store, world.operator, world.project.id).untouched

    many_articles(world, 5)
    assert untouched() == 8
    statement(world, world.analyst)
    assert untouched() == 7
    made = make(world, coders(world, 1), world.articles, mode="list", coders=1)
    assert untouched() == 5
    review.close(world.store, world.operator, made.id)
    assert untouched() == 7
    projects.remove_named(world.store, world.operator, world.project.id, world.articles[1:2])
    assert untouched() == 6
    newer = item("https://a.example/1", "新的正文，关于磋商机制。")
    with world.store.write(world.operator.id) as tx:
        world.store.articles.add(tx, [newer], world.project.id)
    # The revision that was begun is replaced by one that nobody has begun.
    assert untouched() == 7


def test_what_no_round_holds_and_nobody_has_begun_is_listed(world: World) -> None:
    ids = many_articles(world, 6)

    def listed() -> list[str]:
        found: list[str] = []
        after: str | None = None
        while True:
            rows, after = review.untouched(
                world.store, world.operator, world.project.id, limit=2, after=after
            )
            found += [row.article_id for row in rows]
            if after is None:
                board = review.board(world.store, world.operator, world.project.id)
                assert board.untouched == len(found)
                return found

    assert listed() == ids[::-1]
    statement(world, world.analyst, article=0)
    made = make(world, coders(world, 1), world.articles[1:2], mode="list")
    assert set(listed()) == set(ids) - set(world.articles[:2])
    review.close(world.store, world.operator, made.id)
    assert set(listed()) == set(ids) - set(world.articles[:1])
    for cursor in ("x", "-1", "9" * 30, "²"):
        with pytest.raises(Invalid, match="not valid"):
            review.untouched(world.store, world.operator, world.project.id, after=cursor)
