"""Conflicts decided: by whom, with what effect here, and on what the next sync does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from annotate import accounts
from annotate.errors import Conflict, Forbidden, Invalid, NotFound, Rejected
from annotate.labelstudio import conflicts, viewing
from annotate.labelstudio.merge import merge
from annotate.links import Link, LinkedSet, Step, SyncConflict, SyncProblem
from annotate.model import LabelSet, Person, new_id, utc_now
from annotate.store.labels import content_of
from tests.labelstudio.linked import decide, decide_all
from tests.world import World, op, send, span, statement

Change = Callable[[LabelSet], LabelSet]
# Of nothing that is stored; written down, for workers must collect tests of the same names.
NOWHERE = [f"01a20bb8-0000-7000-8000-00000000000{n}" for n in range(3)]


def ours_of(world: World, person: Person | None = None, article: int = 0) -> LabelSet:
    who = person or world.analyst
    head = world.store.labels.head_of(world.project.id, world.articles[article], who.id)
    assert head is not None
    return world.store.labels.with_content([head])[0]


def noted(**changes: Any) -> Change:
    """A label set whose first statement is changed."""

    def change(label_set: LabelSet) -> LabelSet:
        first, *rest = label_set.statements
        return replace(label_set, statements=(replace(first, **changes), *rest))

    return change


def link(world: World) -> Link:
    made = Link(
        world.project.id, "http://127.0.0.1:9", None, 7, "2026-02-01T08:00:00Z", "Talks",
        "editor@example.org", "1.23.2", utc_now(), world.operator.id,
    )  # fmt: skip
    with world.store.write(world.operator.id) as tx:
        world.store.links.put(tx, made)
    return made


def differ(world: World, before: Change, there: Change, article: int = 0) -> list[str]:
    """Let the analyst's label set differ from what is there; gives the conflicts' ids."""
    ours, store = ours_of(world, article=article), world.store
    merged = merge(content_of(before(ours)), ours, there(ours))
    assert merged.differences
    if store.links.link(world.project.id) is None:
        link(world)
    with store.write(world.operator.id) as tx:
        store.links.put_set(
            tx,
            LinkedSet(ours.id, ours.project_id, ours.article_id, 1, 2, "2026", merged.base,
                      revision=ours.revision),
        )  # fmt: skip
        store.links.replace_conflicts(
            tx,
            ours.id,
            [
                SyncConflict(new_id(), ours.project_id, ours.id, ours.article_id, one, tx.at)
                for one in merged.differences
            ],
        )
    return [one.id for one in store.links.open_conflicts([ours.id])[ours.id]]


def base_of(world: World) -> LinkedSet:
    ours = ours_of(world)
    return world.store.links.sets_on([ours.article_id], ours.project_id)[ours.id]


@pytest.fixture
def note(world: World) -> str:
    """A conflict about the note of the analyst's statement: nothing before, `here`, `there`."""
    fields = statement(world)
    send(world, op("change_statement", statement_id=fields["id"], set={"note": "here"}))
    return differ(world, noted(note=""), noted(note="there"))[0]


def test_theirs_is_taken_and_nothing_is_left_to_send(world: World, note: str) -> None:
    editor, before = world.people["editor"], ours_of(world)
    decide(world, editor, note, "theirs")
    after = ours_of(world)
    assert after.statements[0].note == "there"
    assert after.revision == before.revision + 1
    merged = merge(base_of(world).base, after, noted(note="there")(before))
    assert (merged.differences, merged.to_send) == ((), None)
    decided = conflicts.conflicts(world.store, editor, world.project.id, decided=True).items
    assert [(one.choice, one.resolved_by) for one in decided] == [("theirs", editor.id)]
    assert conflicts.conflicts(world.store, editor, world.project.id).items == ()


def test_ours_stays_and_the_next_sync_sends_it(world: World, note: str) -> None:
    before = ours_of(world)
    decide(world, world.people["editor"], note, "ours")
    after = ours_of(world)
    assert after == before
    assert after.id in world.store.links.changed_here(world.project.id)
    merged = merge(base_of(world).base, after, noted(note="there")(before))
    assert merged.differences == ()
    assert merged.to_send is not None and merged.to_send.statements[0].note == "here"


def test_something_else_is_written_on_both_sides(world: World, note: str) -> None:
    before = ours_of(world)
    decide(world, world.people["editor"], note, "edited", "both")
    after = ours_of(world)
    assert after.statements[0].note == "both"
    merged = merge(base_of(world).base, after, noted(note="there")(before))
    assert merged.differences == ()
    assert merged.to_send is not None and merged.to_send.statements[0].note == "both"


def test_the_coder_can_undo_what_was_decided(world: World, note: str) -> None:
    decide(world, world.people["editor"], note, "theirs")
    send(world, op("undo"))
    assert ours_of(world).statements[0].note == "here"


@pytest.mark.parametrize(
    ("field", "values", "chosen", "error"),
    [
        ("stance", ("neutral", "oppose"), "loud", Invalid),
        ("stance", ("neutral", "oppose"), None, Invalid),
        ("statement_date", ("2025", "2024"), "yesterday", Invalid),
        ("speaker_id", (NOWHERE[0], NOWHERE[1]), NOWHERE[2], NotFound),
        ("claim_id", (NOWHERE[0], NOWHERE[1]), NOWHERE[2], NotFound),
        ("reported_by", ((), (NOWHERE[0],)), [NOWHERE[1]], NotFound),
        ("note", ("a", "b"), "\0", Invalid),
    ],
)
def test_what_cannot_be_stored_is_refused(
    world: World, field: str, values: tuple[Any, Any], chosen: object, error: type[Exception]
) -> None:
    statement(world)
    before = ours_of(world)
    ids = differ(world, noted(**{field: values[0]}), noted(**{field: values[1]}))
    with pytest.raises(error):
        decide(world, world.people["editor"], ids[0], "edited", chosen)
    assert ours_of(world) == before
    assert conflicts.conflicts(world.store, world.operator, world.project.id).items != ()


def test_a_span_is_put_where_its_words_stand(world: World) -> None:
    mark = span("磋商机制")
    send(world, op("add_span", span=mark))

    def cut(by: int) -> Change:
        def change(label_set: LabelSet) -> LabelSet:
            one = label_set.spans[0]
            less = replace(one, end=one.end - by, quote=one.quote[:-by])
            return replace(label_set, spans=(less,))

        return change

    conflict = differ(world, cut(1), cut(2))[0]
    editor = world.people["editor"]
    with pytest.raises(Invalid):
        decide(world, editor, conflict, "edited", "磋商 机制")
    decide(world, editor, conflict, "edited", "加入磋商机制")
    one = ours_of(world).spans[0]
    assert (one.start, one.quote) == (mark["start"] - 2, "加入磋商机制")


def test_a_conflict_is_decided_once(world: World, note: str) -> None:
    editor = world.people["editor"]
    decide(world, editor, note, "ours")
    with pytest.raises(Conflict):
        decide(world, editor, note, "theirs")
    assert ours_of(world).statements[0].note == "here"


@pytest.mark.parametrize("role", ["reviewer", "analyst", "viewer"])
def test_only_editors_see_and_decide(world: World, note: str, role: str) -> None:
    person = world.people[role]  # type: ignore[index]
    project = world.project.id
    accounts.change_member(world.store, world.operator, person, project, person.role)
    for attempt in (
        lambda: conflicts.conflicts(world.store, person, project),
        lambda: conflicts.look(world.store, person, project, note),
        lambda: decide(world, person, note, "theirs"),
        lambda: decide_all(world, person, "theirs"),
        lambda: viewing.problems(world.store, person, project),
        lambda: viewing.gone(world.store, person, project),
        lambda: viewing.gone(world.store, person, project, left_out=True),
        lambda: viewing.runs(world.store, person, project, 1),
    ):
        with pytest.raises(Forbidden):
            attempt()
    assert ours_of(world).statements[0].note == "here"


def test_who_works_blind_on_the_article_waits(world: World, note: str) -> None:
    editor, project = world.people["editor"], world.project.id
    accounts.change_member(world.store, world.operator, editor, project, "editor")
    send(world, op("add_span", span=span("沈若川", "actor")), person=editor)
    seen = conflicts.conflicts(world.store, editor, project)
    assert (seen.items, seen.withheld) == ((), 1)
    with pytest.raises(Forbidden):
        conflicts.look(world.store, editor, project, note)
    with pytest.raises(Forbidden):
        decide(world, editor, note, "theirs")
    assert decide_all(world, editor, "theirs") == 0
    assert ours_of(world).statements[0].note == "here"


def test_nothing_else_tells_the_blind(world: World, note: str) -> None:
    editor, project, article = world.people["editor"], world.project.id, world.articles[0]
    told = Rejected("quote", "At {start} stands something else", start=3)
    with world.store.write(world.operator.id) as tx:
        for id_, about in ((1, article), (2, world.articles[1])):
            problem = SyncProblem(
                new_id(), project, id_, about, 9, None, "quote", told.told(), tx.at, tx.at
            )
            world.store.links.replace_problems(tx, project, id_, [problem])
    accounts.change_member(world.store, world.operator, editor, project, "editor")
    assert len(viewing.problems(world.store, editor, project).items) == 2
    send(world, op("add_span", span=span("沈若川", "actor")), person=editor)
    found = viewing.problems(world.store, editor, project)
    assert [one.article_id for one in found.items] == [world.articles[1]]
    assert found.withheld == 1
    steps = [
        Step("task.create", article),
        Step("label_set.change_here", article, ours_of(world).id, 3),
        Step("label_set.change_here", world.articles[1], new_id(), 3),
    ]
    shown, withheld = viewing.steps(world.store, editor, project, steps)
    assert (shown, withheld) == ([steps[0], steps[2]], 1)


def accept(world: World, article: int = 0) -> None:
    send(world, op("submit"), article=article)
    head = ours_of(world, article=article)
    with world.store.write(world.operator.id) as tx:
        world.store.labels.set_status(tx, head, "accepted", head.revision + 1)


def test_accepted_labels_stay(world: World, note: str) -> None:
    accept(world)
    editor, before = world.people["editor"], ours_of(world)
    with pytest.raises(Forbidden):
        decide(world, editor, note, "theirs")
    assert decide_all(world, editor, "theirs") == 0
    decide(world, editor, note, "ours")
    assert ours_of(world) == before


def test_what_was_submitted_is_frozen_anew(world: World, note: str) -> None:
    send(world, op("submit"))
    decide(world, world.people["editor"], note, "theirs")
    frozen = world.store.labels.submissions([ours_of(world).id])[ours_of(world).id]
    notes = [_first(one.content)["note"] for one in frozen]
    assert notes == ["here", "there"]


def _first(content: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = content["statements"][0]
    return found


def test_a_decision_holds_for_what_was_seen(world: World, note: str) -> None:
    editor, project = world.people["editor"], world.project.id
    shown = conflicts.look(world.store, editor, project, note).seen
    listed = conflicts.conflicts(world.store, editor, project).seen
    assert listed == {note: shown}
    # Somebody there writes something else, and the next sync finds it under the same conflict.
    assert differ(world, noted(note=""), noted(note="never seen")) == [note]
    for choice in ("ours", "theirs"):
        with pytest.raises(Conflict, match="changed since you looked"):
            conflicts.resolve(world.store, editor, note, choice, seen=shown)  # type: ignore[arg-type]
        assert conflicts.resolve_all(world.store, editor, project, choice, seen=listed) == 0  # type: ignore[arg-type]
    assert ours_of(world).statements[0].note == "here"
    # Its coder goes on here: the value that taking theirs would replace is another.
    shown = conflicts.look(world.store, editor, project, note).seen
    listed = conflicts.conflicts(world.store, editor, project).seen
    id_ = ours_of(world).statements[0].id
    send(world, op("change_statement", statement_id=id_, set={"note": "newer"}))
    with pytest.raises(Conflict):
        conflicts.resolve(world.store, editor, note, "theirs", seen=shown)
    assert conflicts.resolve_all(world.store, editor, project, "theirs", seen=listed) == 0
    send(
        world, op("change_statement", statement_id=id_, set={"venue": "elsewhere", "note": "here"})
    )
    conflicts.resolve(world.store, editor, note, "theirs", seen=shown)
    assert ours_of(world).statements[0].note == "never seen"


def test_all_at_once(world: World, note: str) -> None:
    statement(world, article=1)
    differ(world, noted(venue="a", note="b"), noted(venue="c", note="d"), article=1)
    done = decide_all(world, world.people["editor"], "theirs")
    assert done == 3
    assert ours_of(world).statements[0].note == "there"
    other = ours_of(world, article=1).statements[0]
    assert (other.venue, other.note) == ("c", "d")
    assert world.store.links.conflicts(world.project.id) == []
    assert list(world.store.examine()) == []
