"""Rounds of articles that have gold: coded anew, counted by what comes in, handed out again."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from annotate import accounts, review
from annotate.model import Person
from annotate.review import Wish
from annotate.reviews import Round
from annotate.store import Store
from annotate.store.boards import BoardFilter
from tests.review.coding import FIRST, Coding, decide
from tests.review.desk import coders, submit
from tests.review.test_rounds import ALL, live, make, queue
from tests.world import World, op, send, statement


def gold(world: World, *article_ids: str) -> None:
    """Gold on articles, made of what was submitted there."""
    with world.store.write(world.operator.id) as tx:
        for id_ in article_ids:
            head = world.store.labels.create(tx, world.project.id, id_, None, "gold")
            world.store.labels.set_status(tx, head, "accepted", 1)
            for one in world.store.labels.heads_on([id_], world.project.id):
                if one.kind == "analyst":
                    world.store.labels.set_status(tx, one, "accepted", one.revision)


def golden(world: World, team: Sequence[Person], **asked: object) -> Round:
    """A round of three articles, all of which have gold."""
    gold(world, *world.articles)
    return make(world, team, mode="list", gold=True, **asked)


def wish(*people: Person, **asked: object) -> Wish:
    return replace(Wish("R", tuple(one.id for one in people), "list", gold=True), **asked)  # type: ignore[arg-type]


def seen(world: World, asked: Wish) -> review.Preview:
    return review.preview(world.store, world.operator, world.project.id, asked, ALL)


def progress(world: World) -> tuple[int, int, int]:
    """Of the one open round: how many articles are done, late, and have a free slot."""
    board = review.board(world.store, world.operator, world.project.id)
    (one,) = board.rounds
    late, _ = review.articles(
        world.store, world.operator, world.project.id, BoardFilter(), overdue=True
    )
    assert len(late) == board.overdue
    return one.done, board.overdue, one.free


def unfinished(world: World, person: Person) -> set[str]:
    """Of somebody's articles those that lack submissions of their round."""
    asked = BoardFilter(person_id=person.id, unfinished=True)
    rows, _ = review.articles(world.store, world.operator, world.project.id, asked)
    return {row.article.article_id for row in rows}


def state(world: World, article_id: str) -> str:
    return world.store.rounds.articles(world.project.id, [article_id])[article_id].state


def test_nothing_is_done_while_nobody_has_begun(world: World) -> None:
    one, other = coders(world, 2)
    golden(world, [one, other], due_on="2020-01-01")
    assert progress(world) == (0, 3, 0)
    mine = queue(world, one).mine[0].id
    statement(world, one, article=world.articles.index(mine))
    assert progress(world) == (0, 3, 0)
    send(world, op("submit"), person=one, article=world.articles.index(mine))
    # What comes in takes the article back into review.
    assert state(world, mine) == "submitted"
    assert progress(world) == (1, 2, 0)
    assert len(unfinished(world, one)) == queue(world, one).total - 1
    assert mine not in unfinished(world, one)
    assert list(world.store.examine()) == []


def test_what_comes_free_is_handed_out_again(world: World) -> None:
    one, other, third, fourth = coders(world, 4)
    made = golden(world, [one, other])
    args = (world.store, world.operator, made.id)
    mine = [id_ for id_, who in live(world).items() if who == {one.id}]
    review.withdraw(*args, one.id, mine[:1])
    assert progress(world)[2] == 1
    assert review.hand_out(*args) == (1, 0)
    assert live(world)[mine[0]] == {other.id}
    review.withdraw(*args, other.id, mine[:1])
    assert review.add_coder(*args, third.id) >= 1
    assert live(world)[mine[0]] == {third.id}
    taken = review.remove_coder(*args, other.id)
    assert taken > 0
    assert all(len(who) == 1 and other.id not in who for who in live(world).values())
    assert len(live(world)) == 3
    review.add_coder(*args, fourth.id)
    review.add_coder(*args, coders(world, 1)[0].id)
    assert review.set_wanted(*args, world.articles[:2], 2) == 2
    assert [len(live(world)[id_]) for id_ in world.articles] == [2, 2, 1]
    assert progress(world) == (0, 0, 0)
    assert list(world.store.examine()) == []


def test_a_free_slot_is_taken_by_link(world: World) -> None:
    one, other = coders(world, 2)
    made = golden(world, [one, other])
    mine = next(id_ for id_, who in live(world).items() if who == {one.id})
    review.withdraw(world.store, world.operator, made.id, one.id, [mine])
    statement(world, other, article=world.articles.index(mine))
    assert live(world)[mine] == {other.id}


def test_codings_of_before_fill_no_slot_and_their_makers_get_other_articles(world: World) -> None:
    one, other = coders(world, 2)
    submit(world, one, world.articles[0])
    gold(world, *world.articles)
    told = seen(world, wish(one, other))
    assert (told.slots, told.coded, told.short, sum(n for _, n in told.people)) == (3, 0, 0, 3)
    review.create(world.store, world.operator, world.project.id, wish(one, other), ALL)
    assert live(world)[world.articles[0]] == {other.id}
    place = world.store.rounds.articles(world.project.id, world.articles)[world.articles[0]]
    assert (place.filled, place.slots, place.taken, place.wanted) == (1, 1, 2, 2)
    assert progress(world) == (0, 0, 0)
    submit(world, other, world.articles[0])
    assert progress(world) == (1, 0, 0)
    # More coders are wanted besides those of before, too.
    (made,) = world.store.rounds.of_project(world.project.id)
    args = (world.store, world.operator, made.id)
    assert review.set_wanted(*args, world.articles[:1], 1) == 0
    assert review.set_wanted(*args, world.articles[:1], 2) == 1
    place = world.store.rounds.articles(world.project.id, world.articles)[world.articles[0]]
    assert (place.filled, place.slots, place.taken, place.wanted) == (1, 2, 2, 3)
    assert list(world.store.examine()) == []


def test_the_preview_counts_what_finds_no_coder(world: World) -> None:
    one, other = coders(world, 2)
    submit(world, one, world.articles[0])
    submit(world, other, world.articles[0])
    submit(world, one, world.articles[1])
    gold(world, *world.articles)
    told = seen(world, wish(one, other, coders=2))
    assert (told.slots, told.coded, told.short) == (6, 0, 2)
    assert sum(n for _, n in told.people) == 3
    assert seen(world, Wish("", (), "list", gold=True)).short == 0
    made, again = review.create(
        world.store, world.operator, world.project.id, wish(one, other, coders=2), ALL
    )
    assert again == told
    assert progress(world) == (0, 0, 2)
    assert review.hand_out(world.store, world.operator, made.id) == (0, 3)
    (newcomer,) = coders(world, 1)
    review.add_coder(world.store, world.operator, made.id, newcomer.id)
    assert live(world)[world.articles[0]] == {newcomer.id}


def test_reviewers_who_could_have_read_gold_are_passed_over_not_refused(world: World) -> None:
    reviewer, (one,) = world.people["reviewer"], coders(world, 1)
    gold(world, *world.articles)
    assert seen(world, wish(reviewer, one)).short == 0
    told = seen(world, wish(reviewer, one, coders=2))
    assert (told.short, dict(told.people)) == (3, {reviewer.id: 0, one.id: 3})
    assert seen(world, wish(reviewer)).people == ((reviewer.id, 0),)


def test_a_draft_is_no_coding_of_before(world: World) -> None:
    one, other = coders(world, 2)
    statement(world, one, article=0)
    gold(world, *world.articles[1:])
    with world.store.write(world.operator.id) as tx:
        head = world.store.labels.create(tx, world.project.id, world.articles[0], None, "gold")
        world.store.labels.set_status(tx, head, "accepted", 1)
    assert seen(world, wish(one, other)).coded == 1
    review.create(world.store, world.operator, world.project.id, wish(one, other), ALL)
    assert live(world)[world.articles[0]] == {one.id}


def _recoded(desk: Coding, coders_: int = 1) -> Round:
    """Gold made of what the first coder submitted, in a round of the other two."""
    desk.record(0, FIRST)
    desk.submit(0)
    desk.done(decide(desk.rows()[0]), op("make_gold"))
    return make(desk.world, desk.coders[1:], [desk.article], mode="list", coders=coders_, gold=True)


def test_gold_is_coded_anew_unseen_and_decided_again(desk: Coding) -> None:
    made = _recoded(desk, 2)
    project = desk.store.projects.get(desk.world.project.id)
    heads = desk.store.labels.heads_on([desk.article], project.id)
    for coder in desk.coders[1:]:
        assert accounts.visible(desk.store, coder, project, heads) == []
    desk.record(1, FIRST)
    desk.submit(1)
    assert (state(desk.world, desk.article), desk.status(0)) == ("in_review", "submitted")
    # One of two is in: nothing is finished, and what the other had goes on to a third.
    assert progress(desk.world) == (0, 0, 0)
    assert unfinished(desk.world, desk.coders[1]) == {desk.article}
    (newcomer,) = coders(desk.world, 1)
    args = (desk.store, desk.world.operator, made.id)
    review.add_coder(*args, newcomer.id)
    review.remove_coder(*args, desk.coders[2].id)
    assert live(desk.world)[desk.article] == {desk.coders[1].id, newcomer.id}
    # Review knows that one is missing, though two have submitted: it was made of one before.
    desk.done(*(decide(row) for row in desk.rows() if row.is_open))
    assert "2 of 3" in desk.refused(op("make_gold"))
    submit(desk.world, newcomer, desk.article)
    assert progress(desk.world) == (1, 0, 0)
    desk.done(op("make_gold"))
    assert (state(desk.world, desk.article), progress(desk.world)) == ("gold", (1, 0, 0))
    assert unfinished(desk.world, desk.coders[1]) == set()
    assert list(desk.store.examine()) == []


def test_a_closed_round_counts_what_was_coded_anew(world: World) -> None:
    one, other = coders(world, 2)
    submit(world, world.analyst, world.articles[0])
    made = golden(world, [one, other], coders=2)
    submit(world, one, world.articles[1])
    before = live(world)
    assert review.close(world.store, world.operator, made.id) == (5, 1)
    (closed,) = review.closed(world.store, world.operator, world.project.id)
    assert (closed.articles, closed.done) == (3, 1)
    review.reopen(world.store, world.operator, made.id)
    assert live(world) == before
    assert progress(world) == (0, 0, 0)
    # What joins an ordinary round afterwards is counted as ever.
    review.close(world.store, world.operator, made.id)
    make(world, [one, other], [world.articles[1]], mode="list")
    place = world.store.rounds.articles(world.project.id, world.articles)
    assert place[world.articles[1]].stood is None
    assert list(world.store.examine()) == []


def test_the_event_says_how_many_are_coded_anew(world: World) -> None:
    one, other = coders(world, 2)
    gold(world, world.articles[0])
    made = make(world, [one, other], mode="list", gold=True)
    (event,) = world.store.history.events("round", made.id)
    assert event.after is not None
    assert event.after["coded_anew"] == 1


def test_what_is_in_review_when_it_joins_is_not_done_before_it_is_coded(desk: Coding) -> None:
    desk.record(0, FIRST)
    desk.submit(0)
    desk.done(decide(desk.rows()[0]))
    world = desk.world
    made = make(world, desk.coders, [desk.article], mode="list", coders=2, due_on="2020-01-01")
    assert progress(world) == (0, 1, 0)
    (other,) = live(world)[desk.article] - {desk.coders[0].id}
    review.remove_coder(desk.store, world.operator, made.id, other)
    assert len(live(world)[desk.article]) == 2
    (left,) = live(world)[desk.article] - {desk.coders[0].id}
    submit(world, next(one for one in desk.coders if one.id == left), desk.article)
    assert progress(world) == (1, 0, 0)


def test_the_board_offers_no_slot_that_nobody_may_be_given(desk: Coding) -> None:
    one, other, _ = desk.coders
    world = desk.world
    made = make(world, [one, other], [desk.article], mode="list", coders=2)
    desk.record(0, FIRST)
    desk.submit(0)
    desk.done(decide(desk.rows()[0]), op("make_gold", early=True))
    review.withdraw(desk.store, world.operator, made.id, other.id, None)
    assert review.hand_out(desk.store, world.operator, made.id) == (0, 0)
    assert progress(world) == (1, 0, 0)


def test_rounds_of_before_are_known_by_what_stands_as_it_did(world: World) -> None:
    one, other = coders(world, 2)
    submit(world, world.analyst, world.articles[0])
    golden(world, [one, other], due_on="2020-01-01")
    submit(world, next(p for p in (one, other) if p.id in live(world)[world.articles[1]]),
           world.articles[1])  # fmt: skip
    gold(world)
    path = world.store.path
    world.store.close()
    with sqlite3.connect(path) as db:
        db.execute("DROP INDEX review_article_stood")
        db.execute("ALTER TABLE review_article DROP COLUMN stood")
        # As such a round was made then: the coding of before filled the one slot.
        db.execute("UPDATE review_article SET wanted = 1")
        db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm0008_coded_anew'")
    store = Store(path)
    there = store.rounds.articles(world.project.id, world.articles)
    assert [there[id_].stood for id_ in world.articles] == [0, None, 0]
    (seen_,) = review.board(store, accounts.operator(store), world.project.id).rounds
    # The first was told to be coded already; of the third nobody has submitted anything.
    assert (seen_.articles, seen_.done) == (3, 2)
    assert list(store.examine()) == []
    store.close()
