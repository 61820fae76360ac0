"""What a dry run says of single labels: which are added, changed or removed, on which side.

`label_changes` is pure; `tell_changes` looks up the names and leaves out what whoever runs the
sync may not see. Nothing is kept: there may be as many changes as there are labels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from annotate import accounts
from annotate.labelstudio import content
from annotate.labelstudio.edited import ACTORS
from annotate.labelstudio.plans import NOTHING, Json, Planned
from annotate.labelstudio.session import Session
from annotate.links import FieldChange, LabelChange, Side
from annotate.model import Actor, Claim, EntityKind, LabelSet
from annotate.registries.following import referenced
from annotate.store.labels import content_of

QUOTE = 80
_FIELDS: Mapping[EntityKind, tuple[str, ...]] = {
    "span": ("kind", content.PLACE, "actor_id", "codebook_version"),
    "statement": (
        "claim_id", "stance", "speaker_id", "holder_id", "certainty", "evidence", "addressee_id",
        "reported_by", "venue", "statement_date", "note", "codebook_version",
    ),
    "document_label": (content.VALUES,),
}  # fmt: skip
# What each label has and nobody chose: a change of it counts, its value with a new one does not.
_GIVEN = (content.PLACE, "codebook_version")


def label_changes(
    of: LabelSet,
    side: Side,
    before: Json | None,
    after: Json,
    names: Mapping[str, str],
    coder: str = "",
) -> Iterator[LabelChange]:
    """What turns one content of a label set into another, label by label. Pure.

    Args:
        of: The label set; its content is not looked at.
        side: Which side is written.
        before: What stands there, as `annotate.store.labels.content_of`; None for nothing.
        after: What is to stand there, likewise.
        names: The names of registry entries by id.
        coder: Whose labels these are: a name, empty for gold.
    """
    then, now = before or NOTHING, after
    quotes = {one["id"]: shortened(one["quote"]) for side in (then, now) for one in side["spans"]}
    for kind, id_, was, becomes in content.changes(then, now):
        fields = tuple(_fields(kind, was, becomes))
        yield LabelChange(
            of.article_id, of.id, coder, side,
            "add" if was is None else "remove" if becomes is None else "change",
            kind, id_, _quote(kind, becomes or was or {}, quotes), fields,
            {id_: name for id_ in _ids(fields)
             if (name := names.get(id_, quotes.get(id_))) is not None},
        )  # fmt: skip


def tell_changes(
    session: Session,
    sets: Sequence[Planned],
    entries: Mapping[str, Actor | Claim] | None = None,
) -> None:
    """Tell, in a dry run, which labels would change; do nothing unless somebody listens.

    Args:
        session: The sync.
        sets: What becomes of some label sets.
        entries: Registry entries that may have to be made for them, by id.
    """
    changing = [one for one in sets if one.deed or one.to_send is not None]
    if session.changed is None or not changing:
        return
    unseen = accounts.blind_on(
        session.store, session.who, session.project, {one.after.article_id for one in changing}
    )
    shown = [one for one in changing if one.after.article_id not in unseen]
    successors = session.registry.successors if any(one.deed for one in shown) else {}
    names = _names(session, shown, {**session.registry.restored, **(entries or {})})
    coder_ids = sorted({id_ for one in shown if (id_ := one.after.coder_id)})
    coders = session.store.people.many(coder_ids)
    for one in shown:
        whose = coders.get(one.after.coder_id or "")
        coder = (whose.display_name or whose.name) if whose is not None else ""
        for side, before, after in _sides(one, successors):
            for found in label_changes(one.after, side, before, after, names, coder):
                session.changed(found)


def shortened(text: str) -> str:
    """The beginning of some words of an article."""
    return text if len(text) <= QUOTE else text[: QUOTE - 1] + "…"


def _sides(one: Planned, successors: Mapping[str, str]) -> Iterator[tuple[Side, Json | None, Json]]:
    if one.deed:
        # As `annotate.labelstudio.applying.write_content` does.
        after = content.followed(content.of(one.after), successors).plain()
        yield "here", None if one.before is None else content_of(one.before), after
    if one.to_send is not None:
        there = None if one.theirs is None else content_of(one.theirs)
        yield "there", there, content_of(one.to_send)


def _names(
    session: Session, sets: Sequence[Planned], entries: Mapping[str, Actor | Claim]
) -> dict[str, str]:
    held = [side for one in sets for side in (one.before, one.after, one.theirs, one.to_send)]
    actor_ids, claim_ids = referenced([one for one in held if one is not None])
    registry = session.store.registry
    found: dict[str, Actor | Claim] = {
        **entries, **registry.actors(sorted(actor_ids)), **registry.claims(sorted(claim_ids)),
    }  # fmt: skip
    return {id_: one.name if isinstance(one, Actor) else one.text for id_, one in found.items()}


def _fields(
    kind: EntityKind, was: content.Entity | None, becomes: content.Entity | None
) -> Iterator[FieldChange]:
    for name in _FIELDS[kind]:
        before, after = (_value(one, name) for one in (was, becomes))
        given = name in _GIVEN and (was is None or becomes is None)
        if before != after and not given:
            yield FieldChange(name, before, after)


def _value(entity: content.Entity | None, name: str) -> Any:
    """A value as it counts: one that is empty is none."""
    found = None if entity is None else content.take(entity, name)
    return None if found in ("", []) else found


def _quote(kind: EntityKind, entity: content.Entity, quotes: Mapping[str, str]) -> str:
    if kind == "span":
        return shortened(entity["quote"])
    words = [quotes[id_] for id_ in entity.get("evidence", ()) if id_ in quotes]
    return shortened(" … ".join(words))


def _ids(fields: Sequence[FieldChange]) -> Iterator[str]:
    named = (*ACTORS, "claim_id", "reported_by", "evidence")
    for one in fields:
        if one.field in named:
            for value in (one.before, one.after):
                yield from value if isinstance(value, list) else [value] if value else []
