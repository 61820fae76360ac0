"""A label set's content as mappings by id, which merging compares and puts together.

The plain form is that of `annotate.store.labels.content_of`: lists of spans and statements, and
document labels by name. The values of a document label are a set, kept in the store's order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from annotate.model import EntityKind, LabelSet, Span, Statement
from annotate.store.labels import SPAN_FIELDS, STATEMENT_FIELDS, content_of

Entity = dict[str, Any]
# Of a span in a base that was deleted here: the statements there that use it as evidence, and
# those in spite of which its deletion is decided.
USERS = "users"
GIVEN_UP = "given_up"
VALUES = "values"
PLACE = "place"
_PLACE_FIELDS = ("start", "end", "quote")
_ACTORS = ("actor_id", "speaker_id", "holder_id", "addressee_id")


@dataclass(slots=True)
class Content:
    """Spans and statements by id; the values of document labels, sorted, by name."""

    spans: dict[str, Entity] = field(default_factory=dict)
    statements: dict[str, Entity] = field(default_factory=dict)
    documents: dict[str, list[str]] = field(default_factory=dict)

    def entities(self, kind: EntityKind) -> dict[str, Entity]:
        """The spans or the statements."""
        return self.spans if kind == "span" else self.statements

    def parts(self, kind: EntityKind) -> dict[str, Any]:
        """The parts of a kind by id, document labels among them."""
        return self.documents if kind == "document_label" else self.entities(kind)

    def uses(self, statement_id: str) -> list[str]:
        """The evidence of a statement; none of one that is not here."""
        found: list[str] = self.statements.get(statement_id, {}).get("evidence", [])
        return found

    def without_dangling(self) -> Content:
        """The same where no statement has evidence that is not here."""
        return Content(
            self.spans,
            {
                id_: one
                if all(span in self.spans for span in one.get("evidence", ()))
                else {**one, "evidence": [span for span in one["evidence"] if span in self.spans]}
                for id_, one in self.statements.items()
            },
            self.documents,
        )

    def plain(self) -> dict[str, Any]:
        """The plain form, spans by place and statements by id; nothing of it is shared."""
        return {
            "spans": [_copied(one) for one in sorted(self.spans.values(), key=_span_key)],
            "statements": [_copied(self.statements[id_]) for id_ in sorted(self.statements)],
            "document_labels": {name: list(one) for name, one in sorted(self.documents.items())},
        }

    def into(self, head: LabelSet) -> LabelSet:
        """A label set with this content."""
        return replace(
            head,
            spans=tuple(
                Span(**{name: one[name] for name in SPAN_FIELDS})
                for one in sorted(self.spans.values(), key=_span_key)
            ),
            statements=tuple(
                Statement(
                    **{name: one[name] for name in STATEMENT_FIELDS},
                    evidence=tuple(one["evidence"]),
                    reported_by=tuple(one["reported_by"]),
                )
                for _, one in sorted(self.statements.items())
            ),
            document_labels={name: tuple(one) for name, one in sorted(self.documents.items())},
        )


def read(plain: Mapping[str, Any] | None) -> Content:
    """Content out of its plain form; none out of None."""
    found = plain or {}
    return Content(
        {one["id"]: _copied(one) for one in found.get("spans", ())},
        {one["id"]: _copied(one) for one in found.get("statements", ())},
        {name: sorted(set(one)) for name, one in found.get("document_labels", {}).items() if one},
    )


def _copied(entity: Mapping[str, Any]) -> Entity:
    """A copy of which nothing is shared; several times quicker than `copy.deepcopy`."""
    return {name: list(one) if type(one) is list else one for name, one in entity.items()}


def of(label_set: LabelSet) -> Content:
    """The content of a label set."""
    return read(content_of(label_set))


def followed(content: Content, successors: Mapping[str, str]) -> Content:
    """The same where merged registry entries have given way to what took their place."""
    if not successors:
        return content
    for one in (*content.spans.values(), *content.statements.values()):
        for name in (*_ACTORS, "claim_id"):
            if one.get(name) in successors:
                one[name] = successors[one[name]]
        chain = one.get("reported_by", ())
        if any(id_ in successors for id_ in chain):
            one["reported_by"] = list(dict.fromkeys(successors.get(id_, id_) for id_ in chain))
    return content


def followed_value(name: str, value: Any, successors: Mapping[str, str]) -> Any:
    """The same for the value of one field, or for a whole entity where ``name`` is empty."""
    if value is None or not successors:
        return value
    entity = _copied({name: value} if name else value)
    followed(Content({"": entity}), successors)
    return entity[name] if name else entity


def bare(entity: Entity) -> Entity:
    """An entity of a base without what only a base holds."""
    return {name: value for name, value in entity.items() if name not in (USERS, GIVEN_UP)}


def take(entity: Entity, name: str) -> Any:
    """The value of a field; a KeyError if the entity has none.

    Args:
        entity: A span or a statement; of a base it may lack fields.
        name: A field, or ``place``: where a span stands, with the words there.
    """
    if name == PLACE:
        return {one: entity[one] for one in _PLACE_FIELDS}
    return entity[name]


def put(entity: Entity, name: str, value: Any) -> None:
    """Set the value of a field, or of ``place``."""
    if name == PLACE:
        entity.update(value)
    else:
        entity[name] = value


def advanced(
    stored: Mapping[str, Any] | None, before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, Any]:
    """A stored base brought from one state to the next, save where a decision changed it since.

    Args:
        stored: The base as it is stored now.
        before: As it was stored when the merge was made.
        after: As it is to become.
    """
    found = read(stored)
    for kind, id_, then, now in changes(before, after):
        parts = found.parts(kind)
        if kind == "document_label":
            then, now = ((one or {}).get(VALUES) for one in (then, now))
        if parts.get(id_) == then:
            if now is None:
                parts.pop(id_, None)
            else:
                parts[id_] = now
    rest = {name: one for name, one in after.items() if name not in read(None).plain()}
    return {**found.without_dangling().plain(), **rest}


def changes(
    before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> list[tuple[EntityKind, str, Entity | None, Entity | None]]:
    """What turns one content into another.

    Args:
        before: Content in plain form; None for none.
        after: Likewise.

    Returns:
        Kind, id, and the entity before and after; None where there is none. New spans come
        first and deleted ones last, so that evidence exists whenever a statement is written.
    """
    found = list(_changes(read(before), read(after)))
    return sorted(found, key=lambda one: one[0] == "span" and one[3] is None)


def _changes(
    before: Content, after: Content
) -> Iterator[tuple[EntityKind, str, Entity | None, Entity | None]]:
    kinds: tuple[EntityKind, ...] = ("span", "statement")
    for kind in kinds:
        old, new = before.entities(kind), after.entities(kind)
        for id_ in dict.fromkeys((*new, *old)):
            if old.get(id_) != new.get(id_):
                yield kind, id_, old.get(id_), new.get(id_)
    for name in dict.fromkeys((*after.documents, *before.documents)):
        values = before.documents.get(name), after.documents.get(name)
        if values[0] != values[1]:
            then, now = ({VALUES: one} if one else None for one in values)
            yield "document_label", name, then, now


def _span_key(span: Entity) -> tuple[int, int, str, str]:
    # The place can be missing in a base that was never agreed on.
    return span.get("start", 0), span.get("end", 0), span.get("kind", ""), span["id"]
