"""The same label made on both sides: one label, although each side gave it an id of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping

from annotate.labelstudio.content import Content, Entity
from annotate.model import EntityKind

_PLAIN = (
    "claim_id", "stance", "certainty", "speaker_id", "holder_id", "addressee_id", "venue",
    "statement_date", "note",
)  # fmt: skip


def renamed_before(
    known: Mapping[str, str], theirs: Content, unread: Collection[str]
) -> dict[str, str]:
    """Give what is still there under an id of its own the id of ours that an earlier merge found.

    Args:
        known: Ids of ours that an earlier merge found, by theirs.
        theirs: The content there; its ids are changed.
        unread: Ids that are there but cannot be read.

    Returns:
        Those that are still to be written there.
    """
    names = {
        id_: ours
        for id_, ours in known.items()
        if id_ in unread or id_ in theirs.spans or id_ in theirs.statements
    }
    _rename(theirs, names)
    return names


def rename_twins(
    base: Content, ours: Content, theirs: Content, held: Collection[str], *, whole: bool
) -> dict[str, str]:
    """Give what is new there the id of what is equal here, where that is missing there.

    Args:
        base: What both sides last agreed on.
        ours: The content here.
        theirs: The content there; its ids are changed.
        held: Our ids of what is there but cannot be read.
        whole: Whether all that is missing there is known to be.

    Returns:
        Our ids by theirs.
    """
    names: dict[str, str] = {}

    def pairs(kind: EntityKind, key: Callable[[Entity], Hashable]) -> dict[str, str]:
        was, here, there = (side.entities(kind) for side in (base, ours, theirs))
        made = {id_: one for id_, one in there.items() if id_ not in was and id_ not in here}
        lone = {
            id_: one
            for id_, one in here.items()
            if id_ not in there and id_ not in held and (whole or id_ not in was)
        }
        return _pairs(made, lone, key)

    for kind, key in _KEYS:
        found = pairs(kind, key)
        _rename(theirs, found)
        names.update(found)
    return names


def _rename(content: Content, names: Mapping[str, str]) -> None:
    for parts in (content.spans, content.statements):
        for id_ in parts.keys() & names.keys():
            parts[names[id_]] = {**parts.pop(id_), "id": names[id_]}
    for one in content.statements.values():
        one["evidence"] = [names.get(id_, id_) for id_ in one["evidence"]]


def _pairs(
    there: dict[str, Entity], here: dict[str, Entity], key: Callable[[Entity], Hashable]
) -> dict[str, str]:
    waiting: dict[Hashable, list[str]] = {}
    for id_ in sorted(here, reverse=True):
        waiting.setdefault(key(here[id_]), []).append(id_)
    found = {}
    for id_ in sorted(there):
        if equal := waiting.get(key(there[id_])):
            found[id_] = equal.pop()
    return found


def _span_key(span: Entity) -> Hashable:
    return span["kind"], span["start"], span["end"], span["actor_id"]


def _statement_key(statement: Entity) -> Hashable:
    return (
        *(statement[name] for name in _PLAIN),
        tuple(statement["reported_by"]),
        frozenset(statement["evidence"]),
    )


_KEYS: tuple[tuple[EntityKind, Callable[[Entity], Hashable]], ...] = (
    ("span", _span_key),
    ("statement", _statement_key),
)
