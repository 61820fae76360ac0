"""The kinds of review operation: a registry with one handler each, as that of tagging."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from annotate import accounts, tagging
from annotate.catalogue import Catalogue
from annotate.errors import Conflict, Invalid, NotFound, Unconfirmed, Word
from annotate.model import Event, LabelSet, Status, new_id
from annotate.review import composing
from annotate.review.composing import Composed, as_is, composed
from annotate.review.gold import GoldEdit
from annotate.review.rows import Row
from annotate.review.state import State
from annotate.review.versions import Version, differing
from annotate.reviews import Decision, RowKind, Thread, Verdict
from annotate.store.decisions import DECIDE, REOPEN
from annotate.tagging import payload as read
from annotate.tagging.arrivals import into_review
from annotate.tagging.batch import Operation
from annotate.tagging.edit import STATEMENT_KEYS
from annotate.tagging.operations import freeze, write_back
from annotate.tagging.payload import Payload

Handler = Callable[[GoldEdit, Payload], None]
OPERATIONS: Catalogue[Operation[GoldEdit]] = Catalogue(Word("kind of review operation"))
_KINDS: tuple[RowKind, ...] = ("statement", "span", "document_label")


def operation(
    kind: str, *, state: Literal["done", "final"] = "done"
) -> Callable[[Handler], Handler]:
    """Register the handler of a kind of operation.

    Args:
        kind: Its name.
        state: ``done`` if undo can take it back.
    """

    def register(handle: Handler) -> Handler:
        OPERATIONS.add(kind, Operation(kind, handle, state, True))
        return handle

    return register


@operation("decide")
def _decide(edit: GoldEdit, payload: Payload) -> None:
    edit.editable()
    state, kind = edit.state(), _row_kind(payload)
    versions = edit.chosen(state, kind, payload.get("sources"))
    before = edit.replaced_by(state, versions, read.reference(payload, "decision_id"))
    old = next((one.entity_id for one in before if one.entity_id), None)
    present = state.in_gold.get((kind, old)) if old else None
    made = composed(kind, payload, state, versions, present.entity if present else None)
    name = versions[0].entity_id if versions else old or ""
    _write(edit, kind, made, versions, before, name=name, reason=_reason(payload))
    edit.prune()


@operation("reject")
def _reject(edit: GoldEdit, payload: Payload) -> None:
    edit.editable()
    state, kind = edit.state(), _row_kind(payload)
    versions = edit.chosen(state, kind, payload.get("sources"))
    if not versions:
        raise Invalid("The operation does not say which versions it is about")
    before = edit.replaced_by(state, versions, read.reference(payload, "decision_id"))
    reason = _reason(payload)
    if not reason:
        raise Invalid("A rejection needs a reason", "The coder will read it")
    edit.settle(kind, "rejected", None, reason=reason, upon=versions, before=before)
    edit.prune()


@operation("write")
def _write_new(edit: GoldEdit, payload: Payload) -> None:
    edit.editable()
    state = edit.state()
    given = read.fields(payload.get("statement"), STATEMENT_KEYS)
    before = edit.replaced_by(state, (), read.reference(payload, "decision_id"))
    named = {"set": {name: value for name, value in given.items() if name != "id"}}
    made = composed("statement", {**payload, **named, "take": None}, state, (), {})
    _write(edit, "statement", made, (), before, reason=_reason(payload))
    edit.prune()


@operation("accept_unanimous")
def _accept_unanimous(edit: GoldEdit, payload: Payload) -> None:
    edit.editable()
    rows = [row for row in edit.state().rows if row.is_agreed]
    if not rows:
        raise Invalid("There is nothing left in which all agree")
    _accept_all(edit, rows)


@operation("keep")
def _keep(edit: GoldEdit, payload: Payload) -> None:
    edit.editable()
    state = edit.state()
    row = state.row_of(read.reference(payload, "decision_id") or "")
    if row is None or row.decision is None:
        raise NotFound("This decision does not hold any more", "Look at the present state")
    decision = row.decision
    edit.refuse_foreign([decision])
    if decision.entity_id and (row.kind, decision.entity_id) not in state.in_gold:
        raise Invalid("What was decided is not in gold any more", "Decide again")
    verdict: Verdict = decision.verdict
    if verdict == "accepted" and decision.entity_id:
        mine = state.in_gold[row.kind, decision.entity_id]
        alike = any(not differing([mine, version]) for version in row.versions)
        verdict = "accepted" if alike else "edited"
    edit.settle(
        row.kind, verdict, decision.entity_id,
        reason=decision.reason, upon=row.versions, before=[decision],
    )  # fmt: skip


@operation("reopen")
def _reopen(edit: GoldEdit, payload: Payload) -> None:
    edit.editable()
    decision_id = read.reference(payload, "decision_id") or ""
    for decision in edit.replaced_by(edit.state(), (), decision_id or "-"):
        edit.take_back(decision)
    edit.prune()


@operation("undo", state="final")
def _undo(edit: GoldEdit, payload: Payload) -> None:
    target = edit.store.history.to_undo(edit.editable().id, edit.person.id)
    if target is None:
        raise Invalid("There is nothing to undo")
    decided, changed = _unless_overruled(edit, target)
    for event in reversed(changed):
        # A span may have come to be evidence of what others decided: prune knows.
        if event.subject_kind != "span" or event.before is not None:
            write_back(edit, event.subject_kind, event.subject_id, event.before)
    for event, decision in reversed(decided):
        _set_held(edit, decision, event.action == REOPEN)
    edit.prune()
    edit.store.history.set_state(edit.tx, target, "undone")


@operation("redo", state="final")
def _redo(edit: GoldEdit, payload: Payload) -> None:
    target = edit.store.history.to_redo(edit.editable().id, edit.person.id)
    if target is None:
        raise Invalid("There is nothing to redo")
    decided, changed = _unless_overruled(edit, target)
    for event in changed:
        if event.subject_kind == "statement" and event.after is not None:
            edit.bring_spans_back(event.after)
        if event.subject_kind != "span" or event.after is not None:
            write_back(edit, event.subject_kind, event.subject_id, event.after)
    for event, decision in decided:
        _set_held(edit, decision, event.action == DECIDE)
    edit.prune()
    edit.store.history.set_state(edit.tx, target, "done")


def _unless_overruled(
    edit: GoldEdit, target: str
) -> tuple[list[tuple[Event, Decision]], list[Event]]:
    """What an operation decided, with the decisions, and what it changed in gold.

    Raises:
        Conflict: if somebody else has decided about the same since.
    """
    events = edit.store.decisions.changes_of(target)
    found = [(event, edit.store.decisions.get(_decision_id(event.after or event.before or {})))
             for event in events]  # fmt: skip
    decided = [(event, decision) for event, decision in found if decision is not None]
    edit.refuse_foreign([decision for _, decision in decided])
    changed = edit.store.history.changes_of(target)
    if _subjects([*events, *changed]) & _subjects(edit.store.decisions.overruling(target)):
        raise Conflict(
            "Somebody else has decided this meanwhile",
            "Look at the present state and decide again if it is still needed",
        )
    return decided, changed


def _set_held(edit: GoldEdit, decision: Decision, held: bool) -> None:
    if held:
        edit.store.decisions.bring_back(edit.tx, decision)
    else:
        edit.store.decisions.take_back(edit.tx, decision)


@operation("make_gold", state="final")
def _make_gold(edit: GoldEdit, payload: Payload) -> None:
    edit.editable()
    state = edit.state()
    if state.open_statements:
        raise Invalid(
            "Statements still to be decided: {count}",
            "Gold is made when each has its decision",
            count=state.open_statements,
        )
    if not state.coders and not state.decisions:
        raise Invalid("Nobody has submitted labels on this article yet")
    _refuse_unconfirmed(state, payload)
    edit.refuse_foreign(state.decisions)
    # What nobody doubts needs no word of the adjudicator's, as long as it is no statement.
    _accept_all(edit, [row for row in state.rows if row.is_agreed])
    head = edit.editable()
    freeze(edit, head)
    _set_status(edit, head, "accepted")
    edit.head = edit.store.labels.head(head.id)
    for coder in state.coders:
        _set_status(edit, coder.head, "accepted")
        _notify(edit, coder.head, "gold")


def _refuse_unconfirmed(state: State, payload: Payload) -> None:
    if state.is_early and payload.get("early") is not True:
        raise Unconfirmed(
            "early",
            "Coders who have submitted: {count} of {wanted}",
            "What the others submit later takes the article back into review",
            count=len(state.coders),
            wanted=state.wanted,
        )
    if state.disputed and payload.get("leave_open") is not True:
        raise Unconfirmed(
            "leave_open",
            "Mentions and document labels still to be decided: {count}",
            "What nobody decides does not come into gold",
            count=state.disputed,
        )


@operation("reopen_gold", state="final")
def _reopen_gold(edit: GoldEdit, payload: Payload) -> None:
    if edit.head is None or edit.head.status != "accepted":
        raise Invalid("This article is not gold")
    _gold_into_review(edit)


@operation("return", state="final")
def _return(edit: GoldEdit, payload: Payload) -> None:
    accounts.require(edit.store, edit.person, "label_set.return", edit.project.id)
    head = edit.store.labels.head(read.reference(payload, "label_set_id") or "")
    if head is None or (head.project_id, head.article_id) != (edit.project.id, edit.article_id):
        raise NotFound("There are no such labels on this article")
    if not accounts.is_submitted(head):
        raise Invalid("Only submitted labels can be returned")
    text = read.short_text(payload, "text").strip()
    if not text:
        raise Invalid("Whoever gets labels back needs to know why", "Write a comment")
    if head.status == "accepted" and edit.head is not None and edit.head.status == "accepted":
        _gold_into_review(edit)
        head = edit.store.labels.head(head.id) or head
    _set_status(edit, head, "returned")
    thread = Thread(
        new_id(), edit.project.id, edit.article_id, head.id, "article", None, edit.tx.at,
        edit.person.id,
    )  # fmt: skip
    edit.store.threads.open(edit.tx, thread)
    edit.store.threads.comment(edit.tx, thread, new_id(), text)
    _notify(edit, head, "returned")


for _kind in ("create_actor", "create_claim"):
    # A statement may need an entry that nobody has made yet, as when it is tagged.
    _made = tagging.OPERATIONS.get(_kind)
    OPERATIONS.add(_kind, Operation(_kind, _made.handle, _made.state, _made.edits))


def _write(
    edit: GoldEdit,
    kind: RowKind,
    made: Composed,
    versions: Sequence[Version],
    before: Sequence[Decision],
    *,
    name: str = "",
    reason: str,
) -> None:
    """Put what was composed into gold and record the decision for it."""
    old = next((one.entity_id for one in before if one.entity_id and one.kind == kind), None)
    entity_id = composing.store(edit, kind, made, old, name)
    verdict = made.verdict(kind, versions)
    edit.settle(kind, verdict, entity_id, reason=reason, upon=versions, before=before)


def _accept_all(edit: GoldEdit, rows: Sequence[Row]) -> None:
    for row in rows:
        numbers = (version.entity.get("codebook_version") for version in row.versions)
        edit.versions |= {number for number in numbers if isinstance(number, int)}
        first = row.versions[0]
        _write(edit, row.kind, as_is(first), row.versions, (), name=first.entity_id, reason="")


def _gold_into_review(edit: GoldEdit) -> None:
    gold = into_review(edit.store, edit.tx, edit.project.id, edit.article_id)
    if gold is not None:
        edit.head = edit.store.labels.head(gold.id)


def _set_status(edit: GoldEdit, head: LabelSet, status: Status) -> None:
    edit.store.labels.set_status(edit.tx, head, status, head.revision)


def _notify(edit: GoldEdit, head: LabelSet, kind: Literal["gold", "returned"]) -> None:
    if head.coder_id is not None and head.coder_id != edit.person.id:
        edit.store.threads.notify(
            edit.tx, head.coder_id, kind,
            project_id=edit.project.id, article_id=edit.article_id, subject_id=head.id,
        )  # fmt: skip


def _row_kind(payload: Payload) -> RowKind:
    kind = payload.get("row_kind")
    for known in _KINDS:
        if kind == known:
            return known
    raise Invalid("A row is one of {names}", names=", ".join(_KINDS))


def _reason(payload: Payload) -> str:
    return read.short_text(payload, "reason").strip()


def _subjects(events: Sequence[Event]) -> set[tuple[str, ...]]:
    """What events are about: entities of gold, decisions, and what these were made upon."""
    found: set[tuple[str, ...]] = set()
    for event in events:
        if event.action not in (DECIDE, REOPEN):
            found.add((event.subject_kind, event.subject_id))
            continue
        told: Mapping[str, Any] = event.after or event.before or {}
        found.add(("decision", _decision_id(told)))
        for source in told.get("sources", ()):
            found.add((str(told["kind"]), source["label_set_id"], source["entity_id"]))
    return found


def _decision_id(told: Payload) -> str:
    return str(told.get("id"))
