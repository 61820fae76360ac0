"""An audit event as a person reads it: the fields that changed, with names instead of ids.

Only the fields listed here are ever shown. What else an event records (counts of what followed
a merge, names of files) may tell what its reader must not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from annotate.history.differences import Part, of_list, of_text, of_value
from annotate.model import Event
from annotate.registries import Draft, Kind
from annotate.store import Store

State = Mapping[str, Any]
UNKNOWN = "?"
_ACTORS = ("speaker_id", "holder_id", "addressee_id", "actor_id")
_TEXTS = ("name", "text", "note", "description", "venue", "title", "guidelines", "reason")
_LISTS = ("evidence", "reported_by", "values", "aliases", "external_ids", "reworded")
_LONGEST = 200_000
FIELDS: Mapping[str, tuple[str, ...]] = {
    "statement": (
        "claim_id", "stance", "speaker_id", "holder_id", "certainty", "evidence", "addressee_id",
        "reported_by", "venue", "statement_date", "note",
    ),
    "span": ("kind", "quote", "actor_id"),
    "document_label": ("values",),
    "label_set": ("status", "verdict", "reason"),
    "actor": ("name", "kind", "aliases", "external_ids", "note", "merged_into"),
    "claim": ("text", "language", "topic", "aliases", "note", "merged_into"),
    "article": ("title", "text", "url", "cleaner_version"),
    "project": (
        "name", "description", "blind", "open_after_submission", "hide_coders", "archived_at",
        "articles",
    ),
    "codebook_version": ("number", "note", "reworded"),
    "person": ("role",),
    "export": ("format", "articles"),
    "sync_link": ("url", "title", "reveals", "every_minutes", "email", "articles"),
    "sync_conflict": ("choice",),
    "round": (
        "name", "mode", "coders", "share", "share_coders", "ordering", "seed", "due_on",
        "articles", "assignments", "coded_anew", "coder",
    ),
    "assignment": ("coder",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field's change.

    ``before`` and ``after`` are what it held, an item each for lists, nothing where it was
    empty. ``parts`` is the difference, ``listed`` whether its parts are items of a list.
    """

    field: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    parts: tuple[Part, ...]
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids in some events stand for."""

    actors: Mapping[str, str]
    claims: Mapping[str, str]
    quotes: Mapping[str, str]

    def of(self, field: str, id_: str, kind: str = "") -> str:
        """The name of what an id in a field means."""
        if field == "claim_id" or (field == "merged_into" and kind == "claim"):
            return self.claims.get(id_, UNKNOWN)
        return (self.quotes if field == "evidence" else self.actors).get(id_, UNKNOWN)


def names(store: Store, events: Sequence[Event]) -> Names:
    """Look up what the events of a page refer to, all at once."""
    actors: set[str] = set()
    claims: set[str] = set()
    spans: set[str] = set()
    for event in events:
        for state in (event.before, event.after):
            if not state:
                continue
            actors.update(_ids(state, *_ACTORS, "reported_by"))
            claims.update(_ids(state, "claim_id"))
            spans.update(_ids(state, "evidence"))
            (claims if event.subject_kind == "claim" else actors).update(_ids(state, "merged_into"))
        if event.subject_kind in ("actor", "claim"):
            (actors if event.subject_kind == "actor" else claims).add(event.subject_id)
    return Names(
        {one.id: one.name for one in store.registry.actors(sorted(actors)).values()},
        {one.id: one.text for one in store.registry.claims(sorted(claims)).values()},
        store.trails.quotes(sorted(spans)),
    )


def of_event(event: Event, known: Names) -> tuple[FieldChange, ...]:
    """The fields that an event changed, in the order in which they are read."""
    kind = event.subject_kind
    return of_states(kind, event.before or {}, event.after or {}, known)


def of_drafts(kind: Kind, before: Draft, after: Draft) -> tuple[FieldChange, ...]:
    """The fields in which two contents of a registry entry differ.

    Names of which only the kinds differ are written alike before and after.
    """
    old, new = (_state(kind, one) for one in (before, after))
    found = of_states(kind, old, new, Names({}, {}, {}))
    if before.aliases == after.aliases or any(one.field == "aliases" for one in found):
        return found
    names = tuple(map(_alias, new["aliases"]))
    return (*found, _change("aliases", names, names))


def _state(kind: Kind, draft: Draft) -> State:
    name, group = ("name", "kind") if kind == "actor" else ("text", "topic")
    return {
        name: draft.name, group: draft.group, "language": draft.language, "note": draft.note,
        "aliases": [asdict(alias) for alias in draft.aliases],
        "external_ids": dict(draft.external_ids),
    }  # fmt: skip


def of_states(kind: str, before: State, after: State, known: Names) -> tuple[FieldChange, ...]:
    """The fields of a kind of thing that differ between two states.

    A field that one of the two does not mention, while both hold something, was not changed.
    """
    found = []
    for field in FIELDS.get(kind, ()):
        if before and after and (field not in before or field not in after):
            continue
        old = _written(kind, field, before.get(field), known)
        new = _written(kind, field, after.get(field), known)
        if old != new:
            found.append(_change(field, old, new))
    return tuple(found)


def _change(field: str, old: tuple[str, ...], new: tuple[str, ...]) -> FieldChange:
    if field in _LISTS:
        return FieldChange(field, old, new, of_list(old, new), listed=True)
    before, after = "".join(old), "".join(new)
    readable = field in _TEXTS and max(len(before), len(after)) <= _LONGEST
    differ = of_text if readable and before and after else of_value
    return FieldChange(field, old, new, differ(before, after))


def _written(kind: str, field: str, value: object, known: Names) -> tuple[str, ...]:
    if value is None or value == "" or value == [] or value == {}:
        return ()
    if field == "aliases" and isinstance(value, Sequence):
        return tuple(_alias(one) for one in value)
    if isinstance(value, Mapping):
        return tuple(f"{name}: {item}" for name, item in sorted(value.items()))
    if isinstance(value, list | tuple):
        by_id = field in ("evidence", "reported_by")
        return tuple(known.of(field, str(one)) if by_id else str(one) for one in value)
    if field == "claim_id" or field == "merged_into" or field in _ACTORS:
        return (known.of(field, str(value), kind),)
    return (str(value).lower() if isinstance(value, bool) else str(value),)


def _alias(alias: object) -> str:
    if not isinstance(alias, Mapping):
        return str(alias)
    language = f" ({alias['language']})" if alias.get("language") else ""
    return f"{alias.get('text', '')}{language}"


def _ids(state: State, *fields: str) -> Iterable[str]:
    for field in fields:
        value = state.get(field)
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from (one for one in value if isinstance(one, str))
