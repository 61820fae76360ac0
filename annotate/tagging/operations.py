"""The kinds of operation: a registry with one handler each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from annotate import accounts
from annotate.catalogue import Catalogue
from annotate.errors import Invalid, Word, Words
from annotate.model import Actor, Claim, LabelSet, Submission, new_id
from annotate.registries.fields import checked
from annotate.registries.model import Draft, Kind
from annotate.registries.namesakes import refuse_namesake
from annotate.store.labels import EntityKind, content_of
from annotate.tagging import arrivals
from annotate.tagging import payload as read
from annotate.tagging.batch import Operation
from annotate.tagging.edit import (
    SPAN_KEYS,
    STATEMENT_KEYS,
    Edit,
    checked_label,
    checked_span,
    checked_statement,
    in_reading_order,
)
from annotate.tagging.payload import Payload

Handler = Callable[[Edit, Payload], None]


OPERATIONS: Catalogue[Operation[Edit]] = Catalogue(Word("kind of operation"))
_REGISTRIES: Mapping[Kind, Word] = {"actor": Word("actor"), "claim": Word("claim")}
_FIELDS = {
    "speaker": Word("speaker"),
    "holder": Word("on behalf of"),
    "evidence": Word("evidence"),
    "certainty": Word("certainty"),
    "addressee": Word("addressee"),
    "reported_by": Word("reported by"),
    "venue": Word("venue"),
    "statement_date": Word("date"),
    "note": Word("note"),
}


def operation(
    kind: str, *, state: Literal["done", "final"] = "done", edits: bool = True
) -> Callable[[Handler], Handler]:
    """Register the handler of a kind of operation.

    Args:
        kind: Its name.
        state: ``done`` if undo can take it back.
        edits: Whether it concerns the label set, rather than a registry.
    """

    def register(handle: Handler) -> Handler:
        OPERATIONS.add(kind, Operation(kind, handle, state, edits))
        return handle

    return register


@operation("add_span")
def _add_span(edit: Edit, payload: Payload) -> None:
    _new_span(edit, payload.get("span"))


@operation("change_span")
def _change_span(edit: Edit, payload: Payload) -> None:
    span_id = read.reference(payload, "span_id") or ""
    changed = {
        **edit.read("span", span_id),
        **read.fields(payload.get("set"), SPAN_KEYS - {"id"}),
    }
    edit.put("span", span_id, checked_span(edit, changed))
    for statement_id in edit.store.labels.statements_on(edit.editable().id, span_id):
        statement = edit.read("statement", statement_id)
        evidence = in_reading_order(edit, statement["evidence"])
        if evidence != statement["evidence"]:
            edit.put("statement", statement_id, {**statement, "evidence": evidence})


@operation("remove_span")
def _remove_span(edit: Edit, payload: Payload) -> None:
    span_id = read.reference(payload, "span_id") or ""
    edit.read("span", span_id)
    for statement_id in edit.store.labels.statements_on(edit.editable().id, span_id):
        statement = edit.read("statement", statement_id)
        rest = [other for other in statement["evidence"] if other != span_id]
        edit.put("statement", statement_id, {**statement, "evidence": rest})
    edit.put("span", span_id, None)


@operation("add_statement")
def _add_statement(edit: Edit, payload: Payload) -> None:
    _new_spans(edit, payload)
    given = read.fields(payload.get("statement"), STATEMENT_KEYS)
    statement_id = read.require_id(given.get("id"), Word("statement"))
    if edit.store.labels.read(edit.editable().id, "statement", statement_id) is not None:
        raise Invalid("A statement with this id exists already")
    edit.put("statement", statement_id, checked_statement(edit, {**given, "id": statement_id}))


@operation("change_statement")
def _change_statement(edit: Edit, payload: Payload) -> None:
    _new_spans(edit, payload)
    statement_id = read.reference(payload, "statement_id") or ""
    given = read.fields(payload.get("set"), STATEMENT_KEYS - {"id"})
    changed = {**edit.read("statement", statement_id), **given}
    edit.put("statement", statement_id, checked_statement(edit, changed))


@operation("remove_statement")
def _remove_statement(edit: Edit, payload: Payload) -> None:
    statement_id = read.reference(payload, "statement_id") or ""
    edit.read("statement", statement_id)
    edit.put("statement", statement_id, None)


@operation("set_document_label")
def _set_document_label(edit: Edit, payload: Payload) -> None:
    name = read.short_text(payload, "name")
    stored = edit.store.labels.read(edit.head.id, "document_label", name) if edit.head else None
    # What the codebook has withdrawn since may stay where it stands.
    kept = frozenset(stored["values"]) if stored else frozenset[str]()
    edit.put("document_label", name, checked_label(edit, name, payload.get("values"), kept))


@operation("create_actor", state="final", edits=False)
def _create_actor(edit: Edit, payload: Payload) -> None:
    id_, draft = _new_entry(edit, "actor", payload, "name", "kind")
    edit.store.registry.add_actor(edit.tx, Actor(id_, draft.name, draft.group, draft.aliases))
    edit.actors.append(id_)


@operation("create_claim", state="final", edits=False)
def _create_claim(edit: Edit, payload: Payload) -> None:
    id_, draft = _new_entry(edit, "claim", payload, "text", "topic")
    language = edit.book.working_language
    claim = Claim(id_, edit.project.id, draft.name, language, draft.group, draft.aliases)
    edit.store.registry.add_claim(edit.tx, claim)
    edit.claims.append(id_)


@operation("undo", state="final")
def _undo(edit: Edit, payload: Payload) -> None:
    target = edit.store.history.to_undo(edit.editable().id)
    if target is None:
        raise Invalid("There is nothing to undo")
    for event in reversed(edit.store.history.changes_of(target)):
        write_back(edit, event.subject_kind, event.subject_id, event.before)
    edit.store.history.set_state(edit.tx, target, "undone")


@operation("redo", state="final")
def _redo(edit: Edit, payload: Payload) -> None:
    target = edit.store.history.to_redo(edit.editable().id)
    if target is None:
        raise Invalid("There is nothing to redo")
    for event in edit.store.history.changes_of(target):
        write_back(edit, event.subject_kind, event.subject_id, event.after)
    edit.store.history.set_state(edit.tx, target, "done")


@operation("submit", state="final")
def _submit(edit: Edit, payload: Payload) -> None:
    head = edit.editable()
    freeze(edit, head)
    _set_status(edit, head, "submitted")
    if edit.head is not None:
        arrivals.submitted(edit.store, edit.tx, edit.head)


@operation("take_back", state="final")
def _take_back(edit: Edit, payload: Payload) -> None:
    if edit.head is None or edit.head.status != "submitted":
        raise Invalid("Only submitted labels can be taken back")
    _set_status(edit, edit.head, "draft")


def _set_status(edit: Edit, head: LabelSet, status: Literal["draft", "submitted"]) -> None:
    edit.store.labels.set_status(edit.tx, head, status, head.revision)
    edit.head = edit.store.labels.head(head.id)


def write_back(edit: Edit, kind: str, subject_id: str, state: Mapping[str, Any] | None) -> None:
    """Put an entity back to a state of before, as an event tells it."""
    entity_kind: EntityKind = kind  # type: ignore[assignment]
    entity_id = subject_id.split("/", 1)[1] if kind == "document_label" else subject_id
    if state is None:
        edit.put(entity_kind, entity_id, None)
        return
    # Merged entries stay merged; one that was removed for want of uses has one again.
    entity = edit.follow(dict(state))
    edit.revive(entity)
    edit.put(entity_kind, entity_id, entity)


def freeze(edit: Edit, head: LabelSet) -> None:
    """Keep what a label set holds now as a submission.

    Raises:
        Invalid: if its statements lack what the codebook requires.
    """
    label_set = edit.store.labels.with_content([head])[0]
    lacking = edit.lacking(label_set)
    if lacking:
        fields = Words(_FIELDS[name] for name in sorted({name for _, name in lacking}))
        count = len({statement_id for statement_id, _ in lacking})
        raise Invalid(
            "Statements that cannot be submitted yet: {count}",
            "The codebook requires: {fields}",
            count=count,
            fields=fields,
        )
    number = len(edit.store.labels.submissions([head.id]).get(head.id, ())) + 1
    edit.store.labels.add_submission(
        edit.tx,
        Submission(
            new_id(), head.id, number, head.revision + 1, edit.tx.at,
            {"codebook_version": edit.project.codebook_version, **content_of(label_set)},
        ),
    )  # fmt: skip


def _new_entry(
    edit: Edit, kind: Kind, payload: Payload, name: str, group: str
) -> tuple[str, Draft]:
    """The id and content of a registry entry to be made, by the rules of the registries."""
    accounts.require(edit.store, edit.person, "registry.add", edit.project.id)
    given = read.fields(payload.get(kind), frozenset({"id", name, group, "aliases"}))
    id_ = read.require_id(given.get("id"), _REGISTRIES[kind])
    aliases = read.aliases(given.get("aliases"))
    written = Draft(read.short_text(given, name), read.short_text(given, group), aliases=aliases)
    draft = checked(kind, written)
    # One that is there already is not made again, so that it cannot be its own namesake.
    if payload.get("twice") is not True and not edit.store.entries.many(kind, [id_]):
        refuse_namesake(edit.store, edit.project.id, kind, draft.name)
    return id_, draft


def _new_spans(edit: Edit, payload: Payload) -> None:
    spans = payload.get("spans") or []
    if not isinstance(spans, list):
        raise Invalid("The new spans are not a list")
    for span in spans:
        _new_span(edit, span)


def _new_span(edit: Edit, given: object) -> None:
    span = read.fields(given, SPAN_KEYS)
    span_id = read.require_id(span.get("id"), Word("span"))
    if edit.store.labels.read(edit.editable().id, "span", span_id) is not None:
        raise Invalid("A span with this id exists already")
    edit.put("span", span_id, checked_span(edit, {**span, "id": span_id}))
