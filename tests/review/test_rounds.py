"""Rounds: what they hold, how they hand it out, and what becomes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate import accounts, projects, reading, review
from annotate.errors import Conflict, Invalid
from annotate.model import Person
from annotate.reading import ListRequest
from annotate.review import Wish, handing
from annotate.reviews import Round
from annotate.store.boards import BoardFilter
from tests.review.desk import coders, many_articles, submit
from tests.world import World, op, send, statement

ALL = ListRequest()


def make(
    world: World,
    team: Sequence[Person],
    chosen: ListRequest | Sequence[str] = ALL,
    **asked: Any,
) -> Round:
    wish = Wish("First", tuple(one.id for one in team))
    made, _ = review.create(
        world.store, world.operator, world.project.id, replace(wish, **asked), chosen
    )
    return made


def queue(world: World, person: Person) -> reading.Queue:
    return reading.queue(world.store, person, world.project.id)


def live(world: World) -> dict[str, set[str]]:
    """Who has which article now."""
    ids = many_articles(world, 0)
    found: dict[str, set[str]] = {}
    for one in world.store.assignments.live_on(world.project.id, ids):
        found.setdefault(one.article_id, set()).add(one.person_id)
    return found


people = st.integers(1, 8)


@given(people, st.integers(0, 60), st.data())
def test_loads_differ_by_one_at_most(n: int, articles: int, data: st.DataObject) -> None:
    slots = data.draw(st.lists(st.integers(0, n), min_size=articles, max_size=articles))
    names = [f"p{at}" for at in range(n)]
    given_ = handing.distribute(slots, names, [()] * articles, data.draw(st.integers(0, 99)))
    load = Counter(name for chosen in given_ for name in chosen)
    assert [len(set(chosen)) for chosen in given_] == slots
    assert max(load[name] for name in names) - min(load[name] for name in names) <= 1


@given(people, st.integers(0, 40), st.data())
def test_nobody_gets_what_they_hold_and_no_move_would_make_it_fairer(
    n: int, articles: int, data: st.DataObject
) -> None:
    names = [f"p{at}" for at in range(n)]
    holders = data.draw(
        st.lists(st.sets(st.sampled_from(names)), min_size=articles, max_size=articles)
    )
    slots = data.draw(st.lists(st.integers(0, n), min_size=articles, max_size=articles))
    given_ = handing.distribute(slots, names, holders, 1)
    load = Counter(name for chosen in given_ for name in chosen)
    for slot, held, chosen in zip(slots, holders, given_, strict=True):
        assert not held & set(chosen)
        assert len(set(chosen)) == len(chosen) == min(slot, n - len(held))
        for giver in chosen:
            for taker in set(names) - held - set(chosen):
                assert load[giver] - load[taker] <= 1


def test_pairs_are_mixed() -> None:
    given_ = handing.distribute([2] * 300, list("abcd"), [()] * 300, 7)
    pairs = Counter(tuple(sorted(chosen)) for chosen in given_)
    assert len(pairs) == 6
    assert max(pairs.values()) - min(pairs.values()) <= 4


@given(st.integers(0, 500), st.floats(0, 1), st.integers(0, 999))
def test_the_share_is_drawn_by_the_seed(count: int, share: float, seed: int) -> None:
    drawn = handing.wanted(count, 1, share, 2, seed)
    assert sum(n == 2 for n in drawn) == int(share * count + 0.5)
    assert drawn == handing.wanted(count, 1, share, 2, seed)


def test_a_list_round_hands_out_all_at_once_and_the_queue_is_it(world: World) -> None:
    many_articles(world, 21)
    team = coders(world, 4)

    def has_work(person: Person) -> bool:
        return reading.has_work(world.store, person, world.project.id)

    assert has_work(world.analyst)
    made = make(world, team, mode="list", coders=2, ordering="oldest")
    assert (has_work(world.analyst), has_work(team[0])) == (False, True)
    loads = Counter(person for people_ in live(world).values() for person in people_)
    assert sorted(loads.values()) == [12, 12, 12, 12]
    mine = queue(world, team[0])
    assert (mine.assigned, mine.done, mine.total, mine.offers) == (True, 0, 12, "")
    dates = [item.published_at for item in mine.mine]
    assert dates == sorted(dates, key=str)
    assert queue(world, world.analyst).total == 0
    submit(world, team[0], mine.mine[0].id)
    later = queue(world, team[0])
    assert (later.done, later.total, len(later.mine)) == (1, 12, 11)
    assert world.store.rounds.get(made.id).name == "First"
    assert list(world.store.examine()) == []


def test_the_preview_says_what_creating_does(world: World) -> None:
    many_articles(world, 7)
    team = coders(world, 4)
    statement(world, team[0])
    send(world, op("submit"), person=team[0])
    statement(world, world.analyst, article=1)
    wish = Wish("R", tuple(one.id for one in team), "list", 1, 0.2, 2, "random", 5)
    args = (world.store, world.operator, world.project.id, wish, ALL)
    seen = review.preview(*args)
    assert (seen.articles, seen.more, seen.skipped, seen.slots, seen.coded) == (10, 2, 0, 12, 1)
    made, told = review.create(*args)
    assert told == seen
    assert sum(n for _, n in seen.people) == 11
    board = review.board(world.store, world.operator, world.project.id)
    assert [(one.round.id, one.articles, one.free) for one in board.rounds] == [(made.id, 10, 0)]
    again = review.preview(*args)
    assert (again.articles, again.skipped) == (0, 10)
    with pytest.raises(Invalid, match="no article"):
        review.create(*args)


def test_articles_are_named_and_what_is_not_there_is_told(world: World) -> None:
    names = [world.articles[0], "https://b.example/3", "https://nowhere.example/1"]
    wish = Wish("", (world.analyst.id,))
    seen = review.preview(world.store, world.operator, world.project.id, wish, names)
    assert (seen.articles, seen.missing) == (2, ("https://nowhere.example/1",))


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"coders": 2}, "more coders"),
        ({"share": 0.5, "share_coders": 3}, "more coders"),
        ({"share": 1.5}, "between 0 and 1"),
        ({"coders": 0}, "from 1"),
        ({"mode": "push"}, "not possible"),
        ({"ordering": "best"}, "not possible"),
        ({"due_on": "tomorrow"}, "not a date"),
        ({"name": " "}, "needs a name"),
        ({"people": ()}, "needs people"),
        ({"people": ("nobody",)}, "may not tag"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused(
    world: World, asked: dict[str, Any], told: str
) -> None:
    with pytest.raises(Invalid, match=told):
        make(world, [world.analyst], **asked)


def test_viewers_do_not_code(world: World) -> None:
    with pytest.raises(Invalid, match="may not tag"):
        make(world, [world.people["viewer"]])


def pull(world: World, person: Person, operation: str = "") -> str | None:
    return review.pull(world.store, person, world.project.id, operation)


def test_pulling_gives_each_article_once_and_stops_at_five(world: World) -> None:
    many_articles(world, 6)
    one, other = coders(world, 2)
    make(world, [one, other], mode="pull", due_on="2030-01-31")
    waiting = queue(world, one)
    assert (waiting.mine, waiting.offers, waiting.total) == ((), "next", 0)
    got = [pull(world, one) for _ in range(5)]
    assert len(set(got)) == 5
    held = queue(world, one)
    assert ([item.id for item in held.mine], held.offers) == (got, "full")
    assert held.due_on == "2030-01-31"
    with pytest.raises(Conflict, match="hold 5"):
        pull(world, one)
    submit(world, one, str(got[0]))
    assert pull(world, one) not in got
    rest = {pull(world, other) for _ in range(4)}
    assert rest == {*rest} - {*got}
    assert None in rest
    assert queue(world, other).offers == ""
    assert list(world.store.examine()) == []


def test_pulling_again_with_the_same_id_gives_the_same(world: World) -> None:
    one, other = coders(world, 2)
    make(world, [one, other], coders=2)
    asked = op("x")["id"]
    first = pull(world, one, asked)
    assert pull(world, one, asked) == first
    assert queue(world, one).total == 1
    with pytest.raises(Invalid, match="another"):
        pull(world, other, asked)


def test_articles_with_gold_are_not_given(world: World) -> None:
    with world.store.write(world.operator.id) as tx:
        for article in world.articles[:2]:
            gold = world.store.labels.create(tx, world.project.id, article, None, "gold")
            world.store.labels.set_status(tx, gold, "accepted", 1)
    (one,) = coders(world, 1)
    make(world, [one])
    assert [pull(world, one), pull(world, one)] == [world.articles[2], None]


def test_whoever_begins_unasked_takes_the_slot(world: World) -> None:
    one, other = coders(world, 2)
    make(world, [one, other], ordering="oldest")
    send(world, op("set_document_label", name="nonsense", values=[]), person=one)
    statement(world, one, article=0)
    assert queue(world, one).total == 1
    got = {pull(world, other) for _ in range(3)}
    assert got == {world.articles[1], world.articles[2], None}
    # An outsider takes nobody's slot, until they submit.
    statement(world, world.analyst, article=2)
    assert live(world)[world.articles[2]] == {other.id}


def test_labels_that_are_there_count_for_their_makers(world: World) -> None:
    one, other = coders(world, 2)
    statement(world, one, article=0)
    statement(world, other, article=1)
    send(world, op("submit"), person=other, article=1)
    statement(world, world.analyst, article=2)
    send(world, op("submit"), person=world.analyst, article=2)
    make(world, [one, other], mode="list")
    assert live(world) == {world.articles[0]: {one.id}, world.articles[1]: {other.id}}
    assert (queue(world, other).done, queue(world, other).total) == (1, 1)
    assert list(world.store.examine()) == []


def test_articles_move_from_one_to_another(world: World) -> None:
    many_articles(world, 5)
    one, other, third = coders(world, 3)
    made = make(world, [one, other], mode="list", coders=2)
    first = queue(world, one).mine[0].id
    statement(world, one, article=world.articles.index(first))
    moved = review.reassign(world.store, world.operator, made.id, one.id, third.id)
    assert (moved.moved, moved.kept) == (7, 0)
    assert queue(world, one).total == 1
    assert third.id in world.store.rounds.coders(made.id)
    nothing = review.reassign(world.store, world.operator, made.id, other.id, third.id)
    assert (nothing.moved, nothing.kept) == (1, 7)
    begun = review.reassign(world.store, world.operator, made.id, one.id, other.id, [first])
    assert begun == review.Moved(1, 0)
    kept = queue(world, one)
    assert [item.status for item in kept.mine] == ["draft"]
    assert kept.total == 0
    with pytest.raises(Invalid, match="already"):
        review.reassign(world.store, world.operator, made.id, one.id, one.id)
    with pytest.raises(Invalid, match="may not tag"):
        review.reassign(world.store, world.operator, made.id, one.id, world.people["viewer"].id)


def test_what_is_taken_back_keeps_its_labels_and_can_be_given_again(world: World) -> None:
    one, other = coders(world, 2)
    made = make(world, [one, other])
    article = str(pull(world, one))
    statement(world, one, article=world.articles.index(article))
    back = review.withdraw(world.store, world.operator, made.id, one.id, [article])
    assert len(back) == 1
    assert world.store.labels.head_of(world.project.id, article, one.id) is not None
    assert article in {pull(world, other) for _ in range(3)}
    assert review.restore(world.store, world.operator, back) == 0
    again = review.withdraw(world.store, world.operator, made.id, other.id, [article])
    assert review.restore(world.store, world.operator, again) == 1
    assert {pull(world, one), pull(world, one)} == {None}
    kinds = [event.action for event in world.store.history.events("assignment", again[0])]
    assert kinds == ["assignment.restore", "assignment.withdraw", "assignment.pull"]


def test_coders_come_and_go(world: World) -> None:
    many_articles(world, 9)
    one, other, third = coders(world, 3)
    made = make(world, [one, other], mode="list")
    assert review.add_coder(world.store, world.operator, made.id, third.id) == 4
    loads = Counter(person for people_ in live(world).values() for person in people_)
    assert sorted(loads.values()) == [4, 4, 4]
    assert review.remove_coder(world.store, world.operator, made.id, one.id) == 4
    loads = Counter(person for people_ in live(world).values() for person in people_)
    assert loads == {other.id: 6, third.id: 6}
    review.remove_coder(world.store, world.operator, made.id, other.id)
    with pytest.raises(Conflict, match="no coder left"):
        review.remove_coder(world.store, world.operator, made.id, third.id)


def test_more_or_fewer_coders_are_wanted(world: World) -> None:
    one, other, _ = team = coders(world, 3)
    made = make(world, [one, other], mode="list", coders=2)
    ids = world.articles[:1]
    with pytest.raises(Invalid, match="from 1 to 2"):
        review.set_wanted(world.store, world.operator, made.id, ids, 3)
    submit(world, one, ids[0])
    assert review.set_wanted(world.store, world.operator, made.id, ids, 1) == 1
    state = world.store.rounds.articles(world.project.id, ids)[ids[0]].state
    assert state == "submitted"
    review.add_coder(world.store, world.operator, made.id, team[2].id)
    # One from whom nothing was moved to the newcomer.
    whole = [id_ for id_, who in live(world).items() if who == {one.id, other.id}][:1]
    review.set_wanted(world.store, world.operator, made.id, whole, 3)
    assert len(live(world)[whole[0]]) == 3


def test_a_round_is_closed_and_opened_again(world: World) -> None:
    one, other = coders(world, 2)
    made = make(world, [one, other], mode="list", coders=2)
    submit(world, one, world.articles[0])
    before = live(world)
    assert review.close(world.store, world.operator, made.id) == (5, 1)
    assert live(world) == {world.articles[0]: {one.id}}
    states = world.store.rounds.articles(world.project.id, world.articles)
    assert states[world.articles[0]].state == "submitted"
    board = review.board(world.store, world.operator, world.project.id)
    assert (board.rounds, board.states["to_do"].count) == ((), 0)
    assert queue(world, one).assigned is False
    with pytest.raises(Conflict, match="closed"):
        review.withdraw(world.store, world.operator, made.id, one.id, None)
    review.reopen(world.store, world.operator, made.id)
    assert live(world) == before
    with pytest.raises(Conflict, match="open"):
        review.reopen(world.store, world.operator, made.id)
    assert list(world.store.examine()) == []


def test_the_board_counts_and_lists(world: World) -> None:
    one, other = coders(world, 2)
    made = make(world, [one, other], mode="list", coders=1, ordering="oldest", due_on="2020-01-01")
    first, second, third = (one.article_id for one in sorted(
        world.store.rounds.articles(world.project.id, world.articles).values(),
        key=lambda article: article.position,
    ))  # fmt: skip
    holder = {id_: next(iter(people_)) for id_, people_ in live(world).items()}
    everyone = {person.id: person for person in (one, other)}
    submit(world, everyone[holder[first]], first)
    statement(world, everyone[holder[second]], article=world.articles.index(second))
    board = review.board(world.store, world.operator, world.project.id)
    counts = {state: tally.count for state, tally in board.states.items()}
    assert counts == {"to_do": 1, "in_progress": 1, "submitted": 1, "in_review": 0, "gold": 0}
    assert (board.overdue, board.rounds[0].done, board.rounds[0].overdue) == (2, 1, True)
    assert sum(load.to_do + load.in_progress + load.submitted for load in board.loads) == 3
    for state, expected in (("to_do", third), ("in_progress", second), ("submitted", first)):
        rows, more = review.articles(
            world.store,
            world.operator,
            world.project.id,
            BoardFilter(state=state),  # type: ignore[arg-type]
        )
        assert ([row.article.article_id for row in rows], more) == ([expected], None)
    late, _ = review.articles(
        world.store, world.operator, world.project.id, BoardFilter(), overdue=True
    )
    assert {row.article.article_id for row in late} == {second, third}
    page, more = review.articles(
        world.store, world.operator, world.project.id, BoardFilter(round_id=made.id), limit=2
    )
    rest, end = review.articles(
        world.store, world.operator, world.project.id, BoardFilter(), limit=2, after=more
    )
    assert end is None
    assert {row.article.article_id for row in (*page, *rest)} == {first, second, third}


def test_articles_of_an_open_round_stay_in_the_project(world: World) -> None:
    made = make(world, coders(world, 1))
    gone, _ = projects.remove_named(world.store, world.operator, world.project.id, world.articles)
    assert (gone.gone, gone.kept) == ((), 3)
    review.close(world.store, world.operator, made.id)
    gone, _ = projects.remove_named(world.store, world.operator, world.project.id, world.articles)
    assert set(gone.gone) == set(world.articles)


def test_who_left_the_project_shows_on_the_board(world: World) -> None:
    (one,) = coders(world, 1)
    make(world, [one], mode="list")
    accounts.remove_member(world.store, world.operator, one, world.project.id)
    (load,) = review.board(world.store, world.operator, world.project.id).loads
    assert (load.codes, load.to_do) == (False, 3)


def test_doctor_finds_a_wrong_count_and_recounting_mends_it(world: World) -> None:
    make(world, coders(world, 2), mode="list")
    with world.store.write(world.operator.id) as tx:
        tx.execute("UPDATE review_article SET taken = 2, state = 'gold'")
        tx.execute("UPDATE assignment SET state = 'draft'")
        tx.record("test", "test", "1")
    problems = list(world.store.examine())
    assert {problem.check for problem in problems} == {"rounds"}
    assert len(problems) == 9
    review.recount(world.store, world.operator, world.project.id)
    assert list(world.store.examine()) == []
