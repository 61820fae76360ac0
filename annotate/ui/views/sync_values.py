"""What the two sides of a conflict hold, in words: entries by name, spans by what they quote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.codebook import Codebook
from annotate.labelstudio.edited import ACTORS
from annotate.links import Difference
from annotate.model import LabelSet, Span, Statement
from annotate.store import Store
from annotate.store.labels import span_entity, statement_entity
from annotate.ui.i18n import t
from annotate.ui.views.history_words import field_names, label_name, value_name
from annotate.ui.words import shortened

LONGEST = 240
STATEMENT_ROWS = (
    "claim_id", "stance", "speaker_id", "holder_id", "certainty", "evidence", "addressee_id",
    "reported_by", "venue", "statement_date", "note",
)  # fmt: skip
SPAN_ROWS = ("quote", "kind", "actor_id")
Entity = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Names:
    """What it takes to say a value in words.

    Args:
        book: The project's codebook.
        actors: Names by id.
        claims: Wordings by id.
        spans: Spans by id, of both sides and of what was agreed on.
    """

    book: Codebook
    actors: Mapping[str, str]
    claims: Mapping[str, str]
    spans: Mapping[str, Entity]

    def said(self, kind: str, field: str, value: Any) -> list[str]:
        """A value in words, one for each of several; none where there is no value.

        Args:
            kind: What kind of entity the field is of.
            field: The field.
            value: What it holds.
        """
        if value is None or value == "" or value == []:
            return []
        if field == "place":
            return [shortened(str(value["quote"]), LONGEST)]
        if field == "evidence":
            return [self._quote(id_) for id_ in value]
        if field == "reported_by":
            return [self._actor(id_) for id_ in value]
        if field in ACTORS:
            return [self._actor(value)]
        if field == "claim_id":
            return [self.claims.get(value, t("an entry that is not here"))]
        found = value if isinstance(value, list) else [value]
        return [shortened(value_name(self.book, kind, field, str(one)), LONGEST) for one in found]

    def facts(self, kind: str, entity: Entity) -> list[tuple[str, str, list[str]]]:
        """An entity's fields that hold something: field, name, words."""
        fields = {"span": SPAN_ROWS, "statement": STATEMENT_ROWS}.get(kind, ("values",))
        found = []
        for field in fields:
            words = self.said(kind, field, entity.get(field))
            if words:
                found.append((field, field_name(field), words))
        return found

    def _actor(self, id_: str) -> str:
        return self.actors.get(id_, t("an entry that is not here"))

    def _quote(self, id_: str) -> str:
        span = self.spans.get(id_)
        return shortened(str(span["quote"]), LONGEST) if span else t("a span that is gone")


def names_of(
    store: Store,
    book: Codebook,
    label_sets: Iterable[LabelSet],
    differences: Iterable[Difference],
    bases: Iterable[Entity] = (),
) -> Names:
    """Look up what these differences name.

    Args:
        store: The store.
        book: The project's codebook.
        label_sets: The label sets that they are in, with content.
        differences: The differences.
        bases: What both sides last agreed on.
    """
    spans: dict[str, Entity] = {}
    entities: list[Entity] = []
    for base in bases:
        # What was agreed on of a span may be a part of it.
        spans |= {one["id"]: one for one in base.get("spans", ()) if "quote" in one}
        entities += [*base.get("spans", ()), *base.get("statements", ())]
    for label_set in label_sets:
        ours = {one.id: span_entity(one) for one in label_set.spans}
        spans |= ours
        entities += [*ours.values(), *map(statement_entity, label_set.statements)]
    for one in differences:
        sides = (one.base, one.ours, one.theirs)
        entities += [{one.field: value} for value in sides] if one.field else [
            side for side in sides if isinstance(side, Mapping)
        ]  # fmt: skip
    actors, claims = _named(entities)
    return Names(
        book,
        {id_: one.name for id_, one in store.registry.actors(sorted(actors)).items()},
        {id_: one.text for id_, one in store.registry.claims(sorted(claims)).items()},
        spans,
    )


def field_name(field: str) -> str:
    """What a field is called."""
    ours = {"place": t("position"), "codebook_version": t("version of the codebook")}
    return ours.get(field) or field_names().get(field, field)


def part_name(book: Codebook, difference: Difference) -> str:
    """What kind of thing a difference is in, and in which of its fields."""
    kinds = {"span": t("Span"), "statement": t("Statement")}
    if difference.kind == "document_label":
        return label_name(book, difference.entity_id)
    kind = kinds[difference.kind]
    if not difference.field:
        return t("{kind}: deleted on one side", kind=kind)
    return t("{kind}: {field}", kind=kind, field=field_name(difference.field))


def entity_of(label_set: LabelSet, difference: Difference) -> dict[str, Any] | None:
    """What a label set here holds of what a difference is in; None if that is deleted."""
    if difference.kind == "document_label":
        values = label_set.document_labels.get(difference.entity_id)
        return None if values is None else {"values": list(values)}
    held: Sequence[Span | Statement] = (
        label_set.spans if difference.kind == "span" else label_set.statements
    )
    for one in held:
        if one.id == difference.entity_id:
            return span_entity(one) if isinstance(one, Span) else statement_entity(one)
    return None


def about_of(names: Names, difference: Difference, label_set: LabelSet | None) -> str:
    """Which span or statement a difference is in: its words, or its claim."""
    entity = entity_of(label_set, difference) if label_set else None
    whole = entity or (difference.base if not difference.field else None) or {}
    if difference.kind == "span":
        return str(whole.get("quote", ""))
    return names.claims.get(str(whole.get("claim_id", "")), "")


def _named(entities: Sequence[Entity]) -> tuple[set[str], set[str]]:
    actors: set[str] = set()
    claims: set[str] = set()
    for entity in entities:
        named = [entity.get(field) for field in ACTORS] + list(entity.get("reported_by") or ())
        actors |= {id_ for id_ in named if isinstance(id_, str) and id_}
        if entity.get("claim_id"):
            claims.add(entity["claim_id"])
    return actors, claims
