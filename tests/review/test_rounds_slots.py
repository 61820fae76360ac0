"""Slots that come free: who may have them, and that somebody may."""

from __future__ import annotations

from annotate import accounts, projects, review
from annotate.review import inbox
from annotate.store import Store
from tests.review.coding import FIRST, coding, decide
from tests.review.desk import coders, many_articles, submit
from tests.review.test_rounds import live, make, pull, queue
from tests.world import World, op, send, statement


def sees(world: World, name: str, article: str) -> bool:
    """Whether somebody may read the analyst's labels on an article."""
    project = world.store.projects.get(world.project.id)
    heads = world.store.labels.heads_on([article], project.id)
    shown = accounts.visible(world.store, world.people[name], project, heads)
    return any(head.coder_id == world.analyst.id for head in shown)


def test_nobody_is_handed_again_what_was_taken_from_them(world: World) -> None:
    reviewer, article = world.people["reviewer"], world.articles[0]
    made = make(world, [reviewer, world.analyst], [article], mode="list", coders=2)
    submit(world, world.analyst, article)
    assert not sees(world, "reviewer", article)
    review.withdraw(world.store, world.operator, made.id, reviewer.id, None)
    assert sees(world, "reviewer", article)
    assert review.hand_out(world.store, world.operator, made.id) == (0, 1)
    assert live(world) == {article: {world.analyst.id}}


def test_a_newcomer_who_was_there_before_gets_other_articles(world: World) -> None:
    one, other = coders(world, 2)
    made = make(world, [one, other], mode="list")
    before = {id_ for id_, who in live(world).items() if one.id in who}
    review.remove_coder(world.store, world.operator, made.id, one.id)
    review.add_coder(world.store, world.operator, made.id, one.id)
    assert not before & {id_ for id_, who in live(world).items() if one.id in who}
    back = next(iter(before))
    moved = review.reassign(world.store, world.operator, made.id, other.id, one.id, [back])
    assert moved == review.Moved(1, 0)


def test_a_slot_that_an_outsider_gives_back_is_offered(world: World) -> None:
    (one,) = coders(world, 1)
    article = world.articles[0]
    make(world, [one], [article])
    submit(world, world.analyst, article)
    assert pull(world, one) is None
    assert queue(world, one).offers == ""
    send(world, op("take_back"), person=world.analyst)
    assert queue(world, one).offers == "next"
    assert world.store.rounds.codes_unseen(one.id, world.project.id)
    assert pull(world, one) == article


def test_a_closed_round_keeps_nobody_from_the_next(world: World) -> None:
    team = coders(world, 2)
    made = make(world, team, mode="list", coders=2)
    review.close(world.store, world.operator, made.id)
    make(world, team, mode="pull", coders=2)
    for one in team:
        assert {pull(world, one) for _ in range(4)} == {*world.articles, None}


def test_whoever_comes_back_may_have_what_was_taken_from_them(world: World) -> None:
    one, other = coders(world, 2)
    article = world.articles[0]
    made = make(world, [one, other], [article], mode="pull", coders=2)
    assert pull(world, one) == article
    review.remove_coder(world.store, world.operator, made.id, one.id)
    review.add_coder(world.store, world.operator, made.id, one.id)
    assert pull(world, one) == article
    review.withdraw(world.store, world.operator, made.id, one.id, None)
    assert pull(world, one) is None


def test_reviewers_are_not_offered_what_they_could_read_before(world: World) -> None:
    reviewer = world.people["reviewer"]
    read, fresh = world.articles[:2]
    made = make(world, [reviewer, world.analyst], [read, fresh], mode="list", coders=2)
    submit(world, world.analyst, read)
    review.close(world.store, world.operator, made.id)
    assert sees(world, "reviewer", read)
    second = make(world, [reviewer, world.analyst], [read, fresh], mode="pull", coders=2)
    submit(world, world.analyst, fresh)
    assert not sees(world, "reviewer", fresh)
    assert {pull(world, reviewer) for _ in range(2)} == {fresh, None}
    assert sees(world, "reviewer", read)
    # Closed and opened again, or left and joined again: what could be read meanwhile is read.
    review.withdraw(world.store, world.operator, second.id, reviewer.id, None)
    review.remove_coder(world.store, world.operator, second.id, reviewer.id)
    review.add_coder(world.store, world.operator, second.id, reviewer.id)
    assert pull(world, reviewer) is None


def test_reviewers_are_not_offered_a_slot_that_was_full_meanwhile(world: World) -> None:
    reviewer, article = world.people["reviewer"], world.articles[0]
    make(world, [reviewer], [article])
    submit(world, world.analyst, article)
    assert sees(world, "reviewer", article)
    send(world, op("take_back"), person=world.analyst)
    assert pull(world, reviewer) is None


def test_a_decision_taken_back_leaves_the_article_in_its_round(store: Store) -> None:
    desk = coding(store)
    one, other, _ = desk.coders
    made = make(desk.world, [one, other], [desk.article], coders=2)
    desk.record(0, FIRST)
    desk.submit(0)
    place = store.rounds.articles

    def state() -> str:
        return place(desk.world.project.id, [desk.article])[desk.article].state

    desk.done(decide(desk.rows()[0]))
    assert state() == "in_review"
    assert pull(desk.world, other) is None
    desk.done(op("undo"))
    assert (state(), desk.gold().statements) == ("in_progress", ())
    assert len(store.rounds.free(made.id)) == 1
    assert queue(desk.world, other).offers == "next"
    assert pull(desk.world, other) == desk.article
    assert list(store.examine()) == []


def test_a_draft_from_a_closed_round_can_be_taken_back_in_the_next(world: World) -> None:
    one, other = coders(world, 2)
    article = world.articles[0]
    first = make(world, [one], [article], mode="list")
    statement(world, one, article=0)
    review.close(world.store, world.operator, first.id)
    accounts.remove_member(world.store, world.operator, one, world.project.id)
    second = make(world, [other], [article])
    assert pull(world, other) is None
    args = (world.store, world.operator, second.id, one.id, [article])
    assert len(review.withdraw(*args)) == 1
    assert pull(world, other) == article


def test_articles_that_left_the_project_do_not_come_back_with_their_round(world: World) -> None:
    (one,) = coders(world, 1)
    made = make(world, [one])
    gone = world.articles[:1]
    review.close(world.store, world.operator, made.id)
    projects.remove_named(world.store, world.operator, world.project.id, gone)
    review.reopen(world.store, world.operator, made.id)
    assert {pull(world, one) for _ in range(3)} == {*world.articles[1:], None}
    assert list(world.store.examine()) == []


def test_an_article_waits_anew_in_its_second_round(world: World) -> None:
    (one,) = coders(world, 1)
    review.close(world.store, world.operator, make(world, [one]).id)
    before = world.store.rounds.articles(world.project.id, world.articles)
    made = make(world, [one])
    after = world.store.rounds.articles(world.project.id, world.articles)
    for id_ in world.articles:
        assert after[id_].since == made.created_at > before[id_].since


def test_a_newcomer_is_told_once(world: World) -> None:
    many_articles(world, 9)
    one, other, third = coders(world, 3)
    made = make(world, [one, other], mode="list")
    back = world.store.assignments.unbegun(made.id, one.id)[0].article_id
    review.withdraw(world.store, world.operator, made.id, one.id, [back])
    assert review.add_coder(world.store, world.operator, made.id, third.id) == 4
    told = world.store.threads.notices(third.id, world.project.id, limit=9)
    assert [(notice.kind, notice.articles) for notice in told] == [("assigned", 4)]
    (item,) = inbox.inbox(world.store, third, world.project.id).items
    assert item.made == made
    # First given, then one taken back, then those that the newcomer got.
    told = world.store.threads.notices(one.id, world.project.id, limit=9)
    given, *taken = [notice.articles or 0 for notice in reversed(told)]
    assert told[-1].kind == "assigned"
    assert given - sum(taken) == len(world.store.assignments.unbegun(made.id, one.id))


def test_whoever_takes_articles_one_by_one_is_given_none_at_first(world: World) -> None:
    many_articles(world, 9)
    (one,) = coders(world, 1)
    made = make(world, [one], mode="pull")
    told = world.store.threads.notices(one.id, world.project.id, limit=9)
    assert [(one.kind, one.articles, one.subject_id) for one in told] == [("assigned", 0, made.id)]


def test_nobody_has_begun_what_they_have_not(world: World) -> None:
    one, other = coders(world, 2)
    made = make(world, [one], mode="list")
    has = world.store.assignments.has_unbegun
    assert (has(made.id, one.id), has(made.id, other.id)) == (True, False)
    review.withdraw(world.store, world.operator, made.id, one.id, None)
    assert not has(made.id, one.id)
