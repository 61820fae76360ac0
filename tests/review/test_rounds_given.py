"""Who may not be given an article: by link, by an editor, back again; in a blind project."""

from __future__ import annotations

import pytest

from annotate import review
from annotate.errors import Invalid
from annotate.store import Store
from tests.review.coding import FIRST, coding, decide
from tests.review.desk import coders, submit
from tests.review.test_rounds import live, make, pull
from tests.world import World, op, send, statement

READ = "reviewer-1 could have read what others recorded on '前顾问：“持开放态度”'"


def holder(world: World, article: str) -> set[str]:
    return live(world).get(article, set())


def begin(world: World, name: str, article: int = 0) -> None:
    """Somebody begins an article from a link."""
    statement(world, world.people[name], article=article)


def test_who_begins_from_a_link_takes_a_free_slot(world: World) -> None:
    made = make(world, [world.analyst], coders=1)
    begin(world, "analyst")
    assert holder(world, world.articles[0]) == {world.analyst.id}
    assert world.store.rounds.free(made.id)[0].article_id != world.articles[0]


def test_no_slot_is_taken_by_link_of_what_was_taken_back(world: World) -> None:
    article = world.articles[0]
    made = make(world, [world.analyst], [article])
    assert pull(world, world.analyst) == article
    review.withdraw(world.store, world.operator, made.id, world.analyst.id, None)
    begin(world, "analyst")
    assert holder(world, article) == set()


def test_no_slot_is_taken_by_link_of_what_one_could_have_read(world: World) -> None:
    reviewer, (one,) = world.people["reviewer"], coders(world, 1)
    read, fresh = world.articles[:2]
    submit(world, world.analyst, read)
    make(world, [reviewer, one], [read, fresh], coders=2)
    # What others record while it may be given to them is hidden, and makes no difference.
    submit(world, one, fresh)
    begin(world, "reviewer", 0)
    begin(world, "reviewer", 1)
    assert (holder(world, read), holder(world, fresh)) == (set(), {one.id, reviewer.id})


def test_no_slot_of_a_list_round_is_taken_by_link_of_what_one_could_have_read(world: World) -> None:
    reviewer, (one, other) = world.people["reviewer"], coders(world, 2)
    made = make(world, [reviewer, one, other], world.articles[:1], mode="list", coders=3)
    submit(world, one, world.articles[0])
    review.withdraw(world.store, world.operator, made.id, other.id, None)
    review.withdraw(world.store, world.operator, made.id, reviewer.id, None)
    review.remove_coder(world.store, world.operator, made.id, reviewer.id)
    review.add_coder(world.store, world.operator, made.id, reviewer.id)
    begin(world, "reviewer")
    assert holder(world, world.articles[0]) == {one.id}


def test_no_slot_is_taken_by_link_of_what_is_in_review(store: Store) -> None:
    desk = coding(store)
    one, other, _ = desk.coders
    make(desk.world, [one, other], [desk.article], coders=2)
    desk.record(0, FIRST)
    desk.submit(0)
    desk.done(decide(desk.rows()[0]))
    desk.record(1, FIRST)
    assert holder(desk.world, desk.article) == {one.id}


def test_a_list_round_gives_readers_other_articles(world: World) -> None:
    reviewer, (one,) = world.people["reviewer"], coders(world, 1)
    statement(world, world.analyst)
    send(world, op("submit"))
    send(world, op("take_back"))
    make(world, [reviewer, one], mode="list", coders=1)
    assert holder(world, world.articles[0]) == {one.id}
    assert sum(reviewer.id in who for who in live(world).values()) >= 1


def test_a_list_round_says_who_could_have_read_what(world: World) -> None:
    reviewer = world.people["reviewer"]
    (other,) = coders(world, 1)
    statement(world, world.analyst)
    send(world, op("submit"))
    send(world, op("take_back"))
    with pytest.raises(Invalid, match=READ):
        make(world, [reviewer, other], world.articles[:1], mode="list", coders=2)
    assert world.store.rounds.of_project(world.project.id) == []
    make(world, [reviewer, other], world.articles[1:2], mode="list", coders=2)
    assert holder(world, world.articles[1]) == {reviewer.id, other.id}


def test_an_editor_gives_nobody_what_they_could_have_read(world: World) -> None:
    reviewer = world.people["reviewer"]
    one, other = coders(world, 2)
    made = make(world, [one, other], mode="list", coders=2)
    submit(world, one, world.articles[0])
    args = (world.store, world.operator, made.id, other.id, reviewer.id)
    with pytest.raises(Invalid, match=READ):
        review.reassign(*args, world.articles[:2])
    assert reviewer.id not in world.store.rounds.coders(made.id)
    # Of all that somebody has, the rest goes.
    assert review.reassign(*args) == review.Moved(2, 1)
    assert holder(world, world.articles[0]) == {one.id, other.id}
    assert list(world.store.examine()) == []


def test_nothing_read_meanwhile_is_given_back(world: World) -> None:
    reviewer, one = world.people["reviewer"], coders(world, 1)[0]
    made = make(world, [reviewer, one], mode="list", coders=2)
    submit(world, one, world.articles[0])
    back = review.withdraw(world.store, world.operator, made.id, reviewer.id, None)
    with pytest.raises(Invalid, match=READ):
        review.restore(world.store, world.operator, back)
    assert holder(world, world.articles[0]) == {one.id}
    assert all(reviewer.id in holder(world, id_) for id_ in world.articles[1:])


def test_a_round_opened_again_keeps_back_what_was_read_meanwhile(world: World) -> None:
    reviewer, (one, third) = world.people["reviewer"], coders(world, 2)
    made = make(world, [reviewer, one], mode="list", coders=2)
    submit(world, one, world.articles[0])
    review.close(world.store, world.operator, made.id)
    (kept,) = review.reopen(world.store, world.operator, made.id)
    assert (kept.person.id, kept.titles) == (reviewer.id, ("前顾问：“持开放态度”",))
    assert holder(world, world.articles[0]) == {one.id}
    assert all(holder(world, id_) == {reviewer.id, one.id} for id_ in world.articles[1:])
    review.add_coder(world.store, world.operator, made.id, third.id)
    assert holder(world, world.articles[0]) == {one.id, third.id}
    assert list(world.store.examine()) == []


def test_who_adjudicated_an_article_is_not_given_it(store: Store) -> None:
    desk = coding(store)
    one, other, third = desk.coders
    desk.record(0, FIRST)
    desk.submit(0)
    desk.done(decide(desk.rows()[0]))
    with pytest.raises(Invalid, match="could have read"):
        make(desk.world, [desk.reviewer, one], [desk.article], mode="list", coders=2)
    made = make(desk.world, [one, other], [desk.article], mode="list", coders=2)
    args = (desk.store, desk.world.operator, made.id, other.id)
    with pytest.raises(Invalid, match="could have read"):
        review.reassign(*args, desk.reviewer.id, [desk.article])
    assert review.reassign(*args, third.id, [desk.article]) == review.Moved(1, 0)


def test_where_nobody_works_blind_reading_is_no_hindrance(world: World) -> None:
    with world.store.write(world.operator.id) as tx:
        tx.execute("UPDATE project SET blind = 0")
        tx.record("test", "test", "1")
    reviewer, one = world.people["reviewer"], coders(world, 1)[0]
    submit(world, one, world.articles[0])
    make(world, [reviewer, one], mode="list", coders=2)
    assert holder(world, world.articles[0]) == {reviewer.id, one.id}
