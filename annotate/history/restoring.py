"""Putting things back to what they were before a change, through the rules that they live by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from annotate import accounts, registries, tagging
from annotate.errors import Forbidden, Invalid, NotFound
from annotate.history.sight import REGISTRIES, Sight
from annotate.model import Event, LabelSet, Person, new_id
from annotate.registries import Draft, Kind
from annotate.store import Store
from annotate.store.entries import entry_of, entry_state
from annotate.store.labels import EntityKind
from annotate.tagging.edit import SPAN_KEYS, STATEMENT_KEYS

_LABELS: tuple[EntityKind, ...] = ("span", "statement", "document_label")
_ACTORS = ("speaker_id", "holder_id", "addressee_id", "actor_id")
_EDITABLE = ("draft", "returned")
State = Mapping[str, Any]


def restorable(
    store: Store, person: Person, project_id: str, event: Event, head: LabelSet | None
) -> bool:
    """Whether ``restore`` would do something, as far as can be told without doing it.

    Args:
        store: The store.
        person: Who would restore.
        project_id: The project.
        event: A change that they may see.
        head: The label set that it is about; None for other things.
    """
    if event.subject_kind in REGISTRIES:
        kind = cast(Kind, event.subject_kind)
        may = accounts.may(store, person, "registry.change", project_id)
        return may and _entry_restorable(store, kind, event)
    if head is None or event.before is None or event.subject_kind not in _LABELS:
        return False
    mine = head.coder_id == person.id and head.status in _EDITABLE
    if not mine or not accounts.may(store, person, "label_set.tag", project_id):
        return False
    present = store.labels.read(head.id, _kind(event), _entity_id(event))
    return present is None or not _agree(present, _with_present_entries(store, event.before))


def restore(store: Store, person: Person, project_id: str, event_id: str) -> None:
    """Put a thing back to its state before a change, as a change of its own.

    Labels are restored by an operation of tagging, under its rules, and can be undone there;
    a statement comes back with its evidence. Registry entries are restored by a change of the
    registries, which can be undone as every other.

    Args:
        store: The store.
        person: Who restores: for labels, whose they are.
        project_id: The project.
        event_id: The change before which things were as they should be.

    Raises:
        Forbidden, NotFound: if the person may not, or not know of the change.
        Invalid: if there was nothing before, all is as it was, or a rule forbids it now.
    """
    accounts.require(store, person, "history.read", project_id)
    event = store.trails.event(event_id)
    sight = Sight(store, person, project_id)
    if event.subject_kind in REGISTRIES:
        kind = cast(Kind, event.subject_kind)
        if not sight.knows_entry(kind, event.subject_id):
            raise NotFound("There is no such change")
        accounts.require(store, person, "registry.change", project_id)
        _restore_entry(store, person, project_id, kind, event)
        return
    subject = (event.subject_kind, event.subject_id)
    home = store.trails.label_sets_of([subject]).get(subject)
    head = sight.label_sets([home]).get(home) if home else None
    if head is None:
        raise NotFound("There is no such change")
    if event.subject_kind not in _LABELS:
        raise Invalid("This kind of change cannot be restored")
    if head.coder_id != person.id:
        raise Forbidden("Only whose labels these are can restore them")
    _restore_label(store, person, head, event)


def _restore_label(store: Store, person: Person, head: LabelSet, event: Event) -> None:
    kind, entity_id = _kind(event), _entity_id(event)
    before = _with_present_entries(store, _before(event))
    present = store.labels.read(head.id, kind, entity_id)
    if present is not None and _agree(present, before):
        raise Invalid("It is already as it was before this change")
    if kind == "document_label":
        operation = {"kind": "set_document_label", "name": entity_id, "values": before["values"]}
    elif kind == "span":
        span = _given(before, SPAN_KEYS)
        operation = (
            {"kind": "add_span", "span": span}
            if present is None
            else {"kind": "change_span", "span_id": entity_id, "set": _without_id(span)}
        )
    else:
        fields = _given(before, STATEMENT_KEYS)
        operation = (
            {"kind": "add_statement", "statement": fields}
            if present is None
            else {"kind": "change_statement", "statement_id": entity_id, "set": _without_id(fields)}
        ) | {"spans": _lost_evidence(store, head, before)}
    done = tagging.apply(
        store, person, head.project_id, head.article_id, client=new_id(),
        base_revision=head.revision, operations=[{"id": new_id(), **operation}],
    )  # fmt: skip
    problem = done.outcomes[0].problem
    if problem is not None:
        raise problem


def _lost_evidence(store: Store, head: LabelSet, statement: State) -> list[dict[str, Any]]:
    """The statement's evidence that was removed meanwhile, as it was when it was removed."""
    found = []
    for span_id in statement.get("evidence") or ():
        if store.labels.read(head.id, "span", span_id) is not None:
            continue
        last = store.history.events("span", span_id, limit=1)
        if last and last[0].before is not None:
            found.append(_given(_with_present_entries(store, last[0].before), SPAN_KEYS))
    return found


def _given(state: State, keys: frozenset[str]) -> dict[str, Any]:
    return {key: value for key, value in state.items() if key in keys}


def _with_present_entries(store: Store, state: State) -> dict[str, Any]:
    """The same with those registry entries that took the place of merged ones."""
    single = [field for field in _ACTORS if field in state]
    chain = list(state.get("reported_by") or ())
    actors = store.entries.successors("actor", [*filter(None, map(state.get, single)), *chain])
    changed = dict(state) | {field: actors.get(state[field], state[field]) for field in single}
    if chain:
        changed["reported_by"] = [actors.get(id_, id_) for id_ in chain]
    if "claim_id" in state:
        claims = store.entries.successors("claim", [state["claim_id"]])
        changed["claim_id"] = claims.get(state["claim_id"], state["claim_id"])
    return changed


def _restore_entry(store: Store, person: Person, project_id: str, kind: Kind, event: Event) -> None:
    if _is_step(event):
        registries.undo(store, person, project_id, event.operation_id or "")
        return
    if _is_part(store, event):
        raise Invalid(
            "What was taken back as a whole cannot be restored entry by entry",
            "Make the change again on the page of its registry",
        )
    before = _before(event)
    if before.get("deleted_at"):
        raise Invalid("Before this change there was nothing that could be restored")
    entry = registries.entry(store, person, project_id, kind, event.subject_id)
    if _agree(_present_entry(store, kind, entry.id), before):
        raise Invalid("It is already as it was before this change")
    then = entry_of(kind, before)
    draft = Draft(then.name, then.group, then.language, then.aliases, then.external_ids, then.note)
    if entry.removed:
        changed = draft if draft != entry.draft else None
        registries.restore(store, person, project_id, kind, entry.id, changed)
    elif draft != entry.draft:
        registries.change(
            store, person, project_id, kind, entry.id, draft, base=entry.version, twice=True
        )


def _is_step(event: Event) -> bool:
    """Whether the change moved uses between entries, which only undoing it as a whole puts back."""
    return event.action.rsplit(".", 1)[-1] in ("merge", "split", "move")


def _is_part(store: Store, event: Event) -> bool:
    """Whether the change is one entry's part in taking back a merge, or what else was several's."""
    if not event.action.endswith(".undo"):
        return False
    return len(store.entries.events_of(event.operation_id or "")) > 1


def _entry_restorable(store: Store, kind: Kind, event: Event) -> bool:
    if _is_step(event):
        change = store.entries.change(event.operation_id or "")
        return change is not None and change["state"] == "done"
    if event.before is None or event.before.get("deleted_at") or _is_part(store, event):
        return False
    return not _agree(_present_entry(store, kind, event.subject_id), event.before)


def _present_entry(store: Store, kind: Kind, entry_id: str) -> State:
    found = store.entries.many(kind, [entry_id])
    return entry_state(kind, found[entry_id]) if entry_id in found else {}


def _agree(present: State, before: State) -> bool:
    """Whether the present state is what it was, the codebook's version aside."""
    return all(
        _plain(present.get(key)) == _plain(value)
        for key, value in before.items()
        if key != "codebook_version"
    )


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _before(event: Event) -> State:
    if event.before is None:
        raise Invalid("Before this change there was nothing that could be restored")
    return event.before


def _kind(event: Event) -> EntityKind:
    return cast(EntityKind, event.subject_kind)


def _entity_id(event: Event) -> str:
    return event.subject_id.split("/", 1)[-1]


def _without_id(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key != "id"}
