"""The board's lists and its workload: who codes what, whose text is old, who did something last."""

from __future__ import annotations

from dataclasses import replace

from annotate import accounts, projects, registries, review
from annotate.model import Person
from annotate.review import Wish
from annotate.store.boards import BoardFilter
from tests.review.desk import coders, submit
from tests.world import World, item, send, statement


def _made(world: World, team: list[Person], articles: list[str]) -> None:
    wish = Wish("First", tuple(one.id for one in team), "list")
    review.create(world.store, world.operator, world.project.id, replace(wish, coders=1), articles)


def _listed(world: World, by: Person) -> dict[str, review.Listed]:
    rows, _ = review.articles(world.store, by, world.project.id, BoardFilter())
    return {row.article.article_id: row for row in rows}


def _active(world: World) -> dict[str, str | None]:
    board = review.board(world.store, world.operator, world.project.id)
    return {load.person.id: load.last_active for load in board.loads}


def test_nobody_was_active_because_an_entry_of_their_labels_was_merged(world: World) -> None:
    one, other, idle = coders(world, 3)
    mine, theirs = statement(world, one), statement(world, other)
    _made(world, [one, other, idle], world.articles)
    before = _active(world)
    assert before[idle.id] is None
    assert before[one.id]
    registries.merge(
        world.store, world.people["editor"], world.project.id, "actor",
        theirs["speaker_id"], [mine["speaker_id"]],
    )  # fmt: skip
    head = world.store.labels.head_of(world.project.id, world.articles[0], one.id)
    assert head is not None
    assert head.updated_at > str(before[one.id])
    assert _active(world) == before


def test_who_was_active_last_is_one_look_however_much_happened(world: World) -> None:
    plan = world.store._connections.rows(
        "EXPLAIN QUERY PLAN SELECT at FROM event WHERE by = ? AND project_id = ?"
        " ORDER BY rowid DESC LIMIT 1",
        ("a", "b"),
    )
    assert [row["detail"] for row in plan] == [
        "SEARCH event USING INDEX event_person (by=? AND project_id=?)"
    ]


def test_who_codes_without_being_asked_is_named_too(world: World) -> None:
    asked, unasked = coders(world, 2)
    _made(world, [asked], world.articles[:1])
    submit(world, unasked, world.articles[0])
    submit(world, unasked, world.articles[1])
    send(world, person=asked)
    row, free = (_listed(world, world.people["editor"])[id_] for id_ in world.articles[:2])
    assert [one.person_id for one in row.assignments] == [asked.id]
    assert row.unasked == ((unasked.id, "submitted"),)
    assert (row.done, free.done) == (1, 1)
    assert free.unasked == ((unasked.id, "submitted"),)


def test_where_names_are_hidden_those_unasked_are_counted_alone(world: World) -> None:
    (unasked,) = coders(world, 1)
    submit(world, unasked, world.articles[1])
    projects.describe(world.store, world.operator, world.project.id, hide_coders=True)
    for role in ("reviewer", "editor"):
        row = _listed(world, world.people[role])[world.articles[1]]
        assert (row.unasked, dict(row.unnamed), row.done) == ((), {"submitted": 1}, 1)


def test_a_text_that_a_newer_one_replaced_says_so(world: World) -> None:
    (one,) = coders(world, 1)
    submit(world, one, world.articles[0])
    newer = item("https://a.example/1", "更正后的文本。", "更正")
    with world.store.write(world.operator.id) as tx:
        (made,) = world.store.articles.add(tx, [newer], world.project.id)
    _made(world, [one], [made.article_id])
    rows = _listed(world, world.people["editor"])
    assert (rows[world.articles[0]].replaced, rows[made.article_id].replaced) == (True, False)


def test_how_many_work_blind_counts_what_is_begun_given_and_may_be_taken(world: World) -> None:
    store, project = world.store, world.project.id
    assert projects.at_work(store, world.operator, project) == (0, 0)
    begun, given, pulls = coders(world, 3)
    statement(world, begun)
    assert projects.at_work(store, world.operator, project) == (1, 1)
    _made(world, [given], world.articles[1:2])
    assert projects.at_work(store, world.operator, project) == (2, 2)
    assert projects.unfinished(store, world.operator, project, given.id) == 1
    wish = Wish("Second", (pulls.id,), "pull", share=0.0)
    review.create(store, world.operator, project, wish, world.articles[2:])
    assert projects.at_work(store, world.operator, project) == (3, 3)
    submit(world, given, world.articles[1])
    submit(world, pulls, world.articles[2])
    assert projects.at_work(store, world.operator, project) == (1, 1)
    assert projects.unfinished(store, world.operator, project, given.id) == 0
    assert accounts.may(store, given, "label_set.tag", project)
