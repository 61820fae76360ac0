"""What every edit wrote, and who answered for it: by this it is known whether one got lost.

An edit is lost if what it wrote neither stands in the end nor is answered for: by a later edit
of somebody who saw it, or by a person's decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from annotate.labelstudio.content import Content, Entity
from annotate.links import Difference
from annotate.model import EntityKind

# Kind, id, field (empty: that it was deleted), value; of a set, a member and whether it is one.
Trace = tuple[EntityKind, str, str, Any]
SETS = ("evidence", "reported_by", "values")
_UNTRACED = ("id", "start", "quote", "codebook_version", *SETS)


@dataclass
class Traces:
    """The traces of all edits; ``actors`` and ``renamed`` are old ids and what they are now."""

    actors: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    _written: list[Trace] = field(default_factory=list)
    _answered: set[Trace] = field(default_factory=set)

    def wrote(self, kind: EntityKind, id_: str, name: str, value: Any) -> None:
        self._written.append((kind, id_, name, value))

    def answer(self, kind: EntityKind, id_: str, name: str, value: Any) -> None:
        self._answered.add((kind, id_, name, value))

    def set_changed(
        self, kind: EntityKind, id_: str, name: str, before: Iterable[Any], after: Iterable[Any]
    ) -> None:
        """Somebody who saw a set changed it."""
        old, new = set(before), set(after)
        for one in old ^ new:
            self.answer(kind, id_, name, (one, one not in new))
            self.wrote(kind, id_, name, (one, one in new))

    def added(self, kind: EntityKind, entity: Entity) -> None:
        """Somebody made an entity."""
        for name, value in _values(entity):
            self.wrote(kind, entity["id"], name, value)
        for name in ("evidence", "reported_by"):
            for one in entity.get(name, ()):
                self.wrote(kind, entity["id"], name, (one, True))

    def answer_for(self, kind: EntityKind, entity: Entity) -> None:
        """Somebody who saw an entity dropped it, or decided against it."""
        for name, value in _values(entity):
            self.answer(kind, entity["id"], name, value)
        for name in ("evidence", "reported_by"):
            for one in entity.get(name, ()):
                self.answer(kind, entity["id"], name, (one, True))
        for trace in self._written:
            same = trace[:2] == (kind, entity["id"]) and trace[2] in ("evidence", "reported_by")
            if same and trace[3][0] not in entity[trace[2]]:
                self.answer(kind, entity["id"], trace[2], (trace[3][0], False))

    def decided(self, one: Difference, *values: Any) -> None:
        """Somebody decided on a difference and saw these values."""
        for value in (one.ours, one.theirs, *values):
            if one.field in SETS:
                for member in {*(one.base or ()), *(one.theirs or ()), *(value or ())}:
                    for chosen in (True, False):
                        self.answer(one.kind, one.entity_id, one.field, (member, chosen))
            elif one.field:
                self.answer(one.kind, one.entity_id, one.field, _plain(one.field, value))
            elif value is None:
                self.answer(one.kind, one.entity_id, "", None)
            else:
                self.answer_for(one.kind, value)

    def lost(self, end: Content) -> list[Trace]:
        """The edits that nothing and nobody answers for."""
        answered = {self._now(trace) for trace in self._answered}
        return [
            trace
            for trace in map(self._now, self._written)
            if trace not in answered and not self._stands(trace, end)
        ]

    def _now(self, trace: Trace) -> Trace:
        kind, id_, name, value = trace
        if name in SETS:
            value = (self._today(value[0]), value[1])
        return kind, self.renamed.get(id_, id_), name, self._today(value)

    def _today(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return self.renamed.get(value, self.actors.get(value, value))

    def _stands(self, trace: Trace, end: Content) -> bool:
        kind, id_, name, value = trace
        if name == "values":
            return bool((value[0] in end.documents.get(id_, ())) == value[1])
        there = end.entities(kind)
        # What was made on both sides may have become two after all.
        found = [one for own, one in there.items() if self.renamed.get(own, own) == id_]
        if not name:
            # Who deleted it and then made the same again has not deleted it.
            return not found or id_ in self.renamed.values()
        if name in SETS:
            members = [{self._today(one) for one in entity[name]} for entity in found]
            return any((value[0] in one) == value[1] for one in members) or not (
                value[1] or members
            )
        return any((name, value) in list(_values(one)) for one in found)


def _values(entity: Entity) -> Iterator[tuple[str, Any]]:
    for name, value in entity.items():
        if name == "end":
            yield "place", (entity["start"], value)
        elif name not in _UNTRACED:
            yield name, value


def _plain(name: str, value: Any) -> Any:
    return (value["start"], value["end"]) if name == "place" and value else value
