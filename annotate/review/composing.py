"""What a decision puts into gold, composed of coders' versions and the adjudicator's own values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from annotate.errors import Invalid, NotFound, Word
from annotate.model import new_id
from annotate.review.gold import GoldEdit, span_pool
from annotate.review.state import State
from annotate.review.versions import PARTS, Version, values_of
from annotate.reviews import RowKind, Verdict
from annotate.store.labels import Entity
from annotate.tagging import payload as read
from annotate.tagging.edit import SPAN_KEYS, STATEMENT_KEYS, checked_label, checked_statement
from annotate.tagging.payload import Payload


@dataclass(frozen=True, slots=True)
class Composed:
    """What is to stand in gold: an entity, and the spans of its evidence, none of it stored."""

    entity: Entity
    spans: tuple[Entity, ...] = ()
    own: bool = False

    def verdict(self, kind: RowKind, versions: Sequence[Version]) -> Verdict:
        """What to call a decision for this upon some versions."""
        if not versions:
            return "written"
        values = values_of(kind, self.entity, self.spans)
        if any(version.values == values for version in versions):
            return "accepted"
        return "edited" if self.own else "mixed"


def as_is(version: Version) -> Composed:
    """One version as it stands."""
    return Composed(dict(version.entity), version.spans)


def composed(
    kind: RowKind,
    payload: Payload,
    state: State,
    versions: Sequence[Version],
    stored: Entity | None,
) -> Composed:
    """What an operation makes of versions: ``take`` says whose part, ``set`` what else.

    Args:
        kind: What kind of row.
        payload: The operation.
        state: Where the review stands.
        versions: The versions that it is about; the first gives what is neither taken nor set.
        stored: What stands in gold by now, for a row without versions.

    Raises:
        Invalid, NotFound: if it cannot be read, or names what is not there.
    """
    if not versions and stored is None:
        raise Invalid("The operation does not say which versions it is about")
    spans = new_spans(payload)
    pool = span_pool(state, spans)
    base = versions[0].entity if versions else stored or {}
    entity, evidence = dict(base), [pool[id_] for id_ in base.get("evidence", ()) if id_ in pool]
    for part, version in _taken(kind, payload.get("take"), versions).items():
        if part == "evidence":
            evidence = list(version.spans)
        else:
            entity[part] = version.entity.get(part)
    if kind == "statement":
        entity["holder_id"] = _holder(payload.get("take"), versions, entity)
    own = _own(kind, payload.get("set"))
    if "evidence" in own:
        evidence = [_known(pool, id_) for id_ in read.ids(own, "evidence")]
    elif spans:
        evidence += spans
    if kind == "span" and own.keys() & {"start", "end"} and "quote" not in own:
        raise Invalid("A span that moves needs its quote")
    own_values = {name: value for name, value in own.items() if name != "evidence"}
    return Composed({**entity, **own_values}, tuple(evidence), bool(own or spans))


def new_spans(payload: Payload) -> list[Entity]:
    """The new spans that come with an operation, to be checked when they are stored."""
    given = payload.get("spans") or []
    if not isinstance(given, list):
        raise Invalid("The new spans are not a list")
    found = []
    for one in given:
        span = read.fields(one, SPAN_KEYS)
        found.append({**span, "id": read.require_id(span.get("id"), Word("span"))})
    return found


def store(edit: GoldEdit, kind: RowKind, made: Composed, entity_id: str | None, name: str) -> str:
    """Write what was composed into gold, checked as every label is; gives its id.

    Args:
        edit: The batch at work.
        kind: What kind of entity.
        made: What was composed.
        entity_id: The id of the statement that it takes the place of; None for a new one.
        name: The name of a document label.
    """
    if kind == "span":
        return edit.span({name: made.entity.get(name) for name in SPAN_KEYS})
    if kind == "document_label":
        values = made.entity.get("values")
        kept = frozenset(values) if not made.own and isinstance(values, list) else frozenset[str]()
        label = checked_label(edit, name, values, kept)
        if label is None:
            raise Invalid("A document label needs a value", "Reject the row if none applies")
        edit.put(kind, name, label)
        return name
    entity_id = entity_id or new_id()
    evidence = [edit.span(span) for span in made.spans]
    entity = {**made.entity, "id": entity_id, "evidence": list(dict.fromkeys(evidence))}
    edit.put(kind, entity_id, checked_statement(edit, entity))
    return entity_id


def _taken(kind: RowKind, take: object, versions: Sequence[Version]) -> dict[str, Version]:
    if take is None:
        return {}
    by_set = {version.label_set_id: version for version in versions}
    found: dict[str, Version] = {}
    for part, label_set_id in (take if isinstance(take, dict) else {"": ""}).items():
        if part not in PARTS[kind]:
            raise Invalid("Unknown field {value!r}", value=str(part)[:80])
        version = by_set.get(label_set_id) if isinstance(label_set_id, str) else None
        if version is None:
            raise Invalid("A part can be taken only from one of the versions")
        found[part] = version
    if kind == "span" and {"start", "end"} & found.keys():
        place = found.get("start") or found["end"]
        if len({found.get(part, place).key for part in ("start", "end")}) > 1:
            raise Invalid("A span is taken with both its ends")
        found |= {"start": place, "end": place, "quote": place}
    return found


def _holder(take: object, versions: Sequence[Version], entity: Entity) -> str | None:
    """The holder whom a version means, where it leaves them out for being its speaker."""
    chosen = take.get("holder_id") if isinstance(take, dict) else None
    taken = next((v for v in versions if v.label_set_id == chosen), *versions[:1] or (None,))
    meant = taken.values["holder_id"] if taken else entity.get("holder_id")
    if entity.get("holder_id") is None and meant == entity.get("speaker_id"):
        return None
    return None if meant is None else str(meant)


def _own(kind: RowKind, given: object) -> dict[str, Any]:
    if given is None:
        return {}
    allowed = {
        "statement": STATEMENT_KEYS - {"id"},
        "span": SPAN_KEYS - {"id"},
        "document_label": frozenset({"values"}),
    }
    return read.fields(given, allowed[kind])


def _known(pool: dict[str, Entity], span_id: str) -> Entity:
    if span_id not in pool:
        raise NotFound("The span {span_id} is not on this article", span_id=span_id[:80])
    return pool[span_id]


__all__ = ["Composed", "as_is", "composed", "new_spans", "store"]
