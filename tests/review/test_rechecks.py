"""Work to recheck: what a new codebook version leaves behind, for whom, and until when."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from annotate import accounts, history, versions
from annotate.codebook import Codebook
from annotate.errors import Forbidden, NotFound
from annotate.review import figures, rechecks
from tests.review.coders import Team, code, team
from tests.world import World, op, send, span, statement


def save(world: World, change: Callable[[Codebook], Codebook]) -> int:
    """Save a new version made from the present one."""
    book = world.store.projects.codebook(world.project.id)
    with world.store.write(world.operator.id) as tx:
        number = world.store.projects.add_codebook_version(
            tx, world.project.id, change(book), "changed"
        )
        tx.record("codebook.save", "project", world.project.id, project_id=world.project.id)
    return number


def stance(name: str, **changes: object) -> Callable[[Codebook], Codebook]:
    return lambda book: replace(
        book,
        stances=tuple(
            replace(one, **changes) if one.name == name else one  # type: ignore[arg-type]
            for one in book.stances
        ),
    )


def listed(world: World, person=None) -> list[rechecks.Recheck]:
    return rechecks.rechecks(world.store, person or world.analyst, world.project.id)


def test_a_changed_sense_lists_what_uses_the_value(world: World) -> None:
    fields = statement(world)
    assert listed(world) == []
    save(world, stance("support", colour="#123456", key="9"))
    assert listed(world) == []
    save(world, stance("oppose", help="Speaks against it"))
    assert listed(world) == []
    number = save(world, stance("support", help="Presented as having the attitude"))
    (one,) = listed(world)
    assert (one.kind, one.id, one.values, one.made_under, one.version) == (
        "statement", fields["id"], (("stances", "support"),), 1, number,
    )  # fmt: skip
    assert [change.after for change in one.changes] == ["Presented as having the attitude"]
    assert one.text and one.article_id == world.articles[0]


def test_what_is_only_worded_differently_asks_for_nothing(world: World) -> None:
    statement(world)
    store, project = world.store, world.project.id

    def kept(change: Callable[[Codebook], Codebook], *rethought: tuple[str, str]) -> int:
        base = store.projects.get(project).codebook_version
        book = change(store.projects.codebook(project))
        return versions.save(
            store, world.operator, project, book, "A reason", base=base, rethought=rethought
        )

    kept(stance("support", en="in favour"))
    assert listed(world) == []
    kept(stance("support", help="Whatever is said for it"), ("stances", "support"))
    (one,) = listed(world)
    assert (one.version, [change.place[2] for change in one.changes]) == (3, ["help"])
    kept(stance("support", en="for"))
    assert [one.version for one in listed(world)] == [3], "the last wording changes nothing"
    rechecks.check(store, world.analyst, project, "statement", one.id)
    assert listed(world) == []
    kept(stance("support", number=2.0))
    assert [one.version for one in listed(world)] == [5]


def test_what_uses_several_changed_values_shows_all_of_them(world: World) -> None:
    fields = statement(world)

    def certainty(book: Codebook) -> Codebook:
        return replace(
            book,
            certainties=tuple(
                replace(one, help="C") if one.name == fields["certainty"] else one
                for one in book.certainties
            ),
        )

    save(world, certainty)
    number = save(world, stance("support", help="S"))
    (one,) = listed(world)
    values = ("stances", "support"), ("certainties", fields["certainty"])
    assert (one.values, one.version) == (values, number)
    assert [change.after for change in one.changes] == ["S", "C"]
    rechecks.check(world.store, world.analyst, world.project.id, "statement", fields["id"])
    assert listed(world) == []


def test_spans_and_withdrawn_values_are_listed_too(world: World) -> None:
    mark = span("南屿", "claim")
    send(world, op("add_span", span=mark))
    save(
        world,
        lambda book: replace(
            book, span_kinds=tuple(one for one in book.span_kinds if one.name != "claim")
        ),
    )
    (one,) = listed(world)
    assert (one.kind, one.id, one.text) == ("span", mark["id"], "南屿")
    assert one.changes[0].kind == "removed"


def test_it_leaves_the_list_when_edited_or_checked_and_comes_back_with_the_next_change(
    world: World,
) -> None:
    fields, other = statement(world), statement(world, article=1)
    save(world, stance("support", help="one"))
    assert len(listed(world)) == 2
    send(world, op("change_statement", statement_id=fields["id"], set={"note": "looked at"}))
    (one,) = listed(world)
    assert one.id == other["id"]
    rechecks.check(world.store, world.analyst, world.project.id, "statement", other["id"])
    assert listed(world) == []
    (event,) = [
        event
        for event in world.store.history.events("statement", other["id"])
        if event.action == "statement.recheck"
    ]
    assert event.by == world.analyst.id and event.after == {"codebook_version": 2}
    page = history.timeline(world.store, world.analyst, world.project.id, "statement", other["id"])
    assert (page.items[0].action, page.items[0].restorable) == ("statement.recheck", False)
    with pytest.raises(NotFound):
        rechecks.check(world.store, world.analyst, world.project.id, "statement", other["id"])
    save(world, stance("support", help="two"))
    assert {one.id for one in listed(world)} == {fields["id"], other["id"]}


def test_each_sees_and_checks_what_they_may(world: World) -> None:
    fields = statement(world)
    save(world, stance("support", help="one"))
    reviewer, editor = world.people["reviewer"], world.people["editor"]
    assert listed(world, reviewer) == []
    assert [one.id for one in listed(world, editor)] == [fields["id"]]
    send(world, op("submit"))
    assert [one.id for one in listed(world, reviewer)] == [fields["id"]]
    other = accounts.add_person(
        world.store, world.operator, "other", role="analyst", project_id=world.project.id
    )
    assert listed(world, other) == []
    # Not even where colleagues' labels may be read: it is not their work.
    with world.store.write(world.operator.id) as tx:
        world.store.projects.change(tx, world.project.id, blind=False)
    assert listed(world, other) == []
    with pytest.raises(NotFound):
        rechecks.check(world.store, other, world.project.id, "statement", fields["id"])
    with pytest.raises(Forbidden):
        listed(world, world.people["viewer"])
    rechecks.check(world.store, reviewer, world.project.id, "statement", fields["id"])
    assert listed(world) == []


def test_a_mark_of_ones_own_is_taken_back_never_a_colleagues(world: World) -> None:
    mine, other = statement(world), statement(world, article=1)
    save(world, stance("support", help="one"))
    store, project, reviewer = world.store, world.project.id, world.people["reviewer"]
    for article in (0, 1):
        send(world, op("submit"), article=article)
    before = listed(world)
    chosen = [("statement", one["id"]) for one in (mine, other)]
    theirs = rechecks.check_all(store, reviewer, project, chosen[:1])  # type: ignore[arg-type]
    own = rechecks.check_all(store, world.analyst, project, chosen)  # type: ignore[arg-type]
    assert [one.id for one in own] == [other["id"]], "what is checked already is left out"
    assert listed(world) == []
    assert rechecks.uncheck_all(store, world.analyst, project, [*theirs, *own]) == 1
    assert [one.id for one in listed(world)] == [other["id"]]
    assert rechecks.uncheck_all(store, world.analyst, project, own) == 0
    assert rechecks.uncheck_all(store, reviewer, project, theirs) == 1
    assert listed(world) == before
    event = world.store.history.events("statement", other["id"])[0]
    assert (event.action, event.by) == ("statement.recheck_undo", world.analyst.id)
    with pytest.raises(Forbidden):
        rechecks.uncheck_all(store, world.people["viewer"], project, own)


def test_gold_is_rechecked_by_those_who_write_it(world: World) -> None:
    made: Team = team(world, 1, (0.0,))
    code(made, made.articles[0], None, random.Random(1))
    value = made.truth[made.articles[0]][0]["stance"]
    save(world, stance(value, help="one"))
    work = listed(world, world.people["reviewer"])
    assert work and all(one.coder is None for one in work)
    rechecks.check(world.store, world.people["reviewer"], world.project.id, "statement", work[0].id)
    assert len(listed(world, world.people["reviewer"])) == len(work) - 1


def test_agreement_is_told_apart_by_version(world: World) -> None:
    made, chance = team(world, 3, (0.0, 0.0)), random.Random(1)
    for version, id_ in zip((1, 2, 2), made.articles, strict=True):
        code(made, id_, 0, chance, version=version)
        code(made, id_, 1, chance, version=2)
    save(world, stance("support", help="one"))
    found = figures.report(world.store, world.operator, world.project.id)
    assert {name: tally.articles for name, tally in found.versions.items()} == {"1 + 2": 1, "2": 2}
