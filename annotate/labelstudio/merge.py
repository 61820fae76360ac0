"""Three-way merge of a label set here, the same there, and what both last agreed on.

Pure: nothing is read or written. Whatever one side alone changed travels; what both changed to
different things stays as it is on either side and becomes a `Difference` for a person, and the
base keeps the old value of it, so that the same merge made again finds the same difference.

One synchronisation of a label set::

    merged = merge(base, ours, theirs)
    # in one transaction: ours := merged.label_set, base := merged.base,
    # the open conflicts := merged.differences
    # then, if merged.to_send is not None: write it there, and
    # base := advanced(the base as stored by now, merged.base, merged.base_when_sent)

Killed between any two of these, the next one brings both sides to the same state.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotate.labelstudio import arrival, content
from annotate.labelstudio.content import GIVEN_UP, PLACE, USERS, VALUES, Content, Entity
from annotate.labelstudio.content import advanced as advanced
from annotate.labelstudio.content import changes as changes
from annotate.labelstudio.deciding import resolve as resolve
from annotate.labelstudio.evidence import give_evidence
from annotate.labelstudio.fields import CONFLICT, MISSING, chained, three_way
from annotate.labelstudio.twins import rename_twins, renamed_before
from annotate.links import Difference
from annotate.model import EntityKind, LabelSet

_FIELDS: Mapping[EntityKind, tuple[str, ...]] = {
    "span": ("kind", PLACE, "actor_id"),
    "statement": (
        "claim_id", "stance", "certainty", "speaker_id", "holder_id", "addressee_id",
        "reported_by", "venue", "statement_date", "note",
    ),
}  # fmt: skip
_VERSION = "codebook_version"
# The fields whose values a codebook version knows.
SCALES: Mapping[EntityKind, tuple[str, ...]] = {
    "span": ("kind",),
    "statement": ("stance", "certainty"),
}


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge came to.

    Args:
        label_set: Ours afterwards; what differs stays ours in it.
        base: What both sides agree on once that is stored, as `annotate.store.labels.content_of`;
            a part that differs keeps its old base, or is missing where there was none. Where
            something is to be sent it remembers that too (`annotate.labelstudio.arrival`).
        differences: What a person must decide.
        to_send: What must stand there; what differs stays theirs in it. None if it does already.
        base_when_sent: The base once that has arrived.
        write: The number that goes along with it.
        renamed: Our ids of what was made there and here alike, by the ids it had there.
        theirs: Where something is to be sent, what stands there instead: under our ids, and with
            what cannot be read as it was agreed on.
    """

    label_set: LabelSet
    base: Mapping[str, Any]
    differences: tuple[Difference, ...]
    to_send: LabelSet | None
    base_when_sent: Mapping[str, Any]
    write: int
    renamed: Mapping[str, str]
    theirs: LabelSet | None = None


def merge(
    base: Mapping[str, Any] | None,
    ours: LabelSet,
    theirs: LabelSet,
    *,
    absent_is_unread: Collection[str] = frozenset(),
    whole: bool = True,
    open: Sequence[Difference] = (),
    multiple: Collection[str] = frozenset(),
    successors: Mapping[str, str] | None = None,
    written: int | None = None,
) -> Merged:
    """Merge a label set with what stands there.

    Args:
        base: What both sides last agreed on, as an earlier merge gave it; None if they never
            did: then nothing counts as deleted.
        ours: The label set here.
        theirs: As it was read there.
        absent_is_unread: Ids of spans and statements, and names of document labels, that are
            there but cannot be read (`exports.formats.labelstudio.ReadSet.held`).
        whole: Whether everything else that is missing there was deleted.
        open: The differences that are open; those of what cannot be read now stay so.
        multiple: Names of the document labels that take several values.
        successors: For merged registry entries what took their place, by id.
        written: The number that what stands there bears (`exports.formats.labelstudio.ReadSet`).
    """
    mine, there = content.of(ours), content.of(theirs)
    twins = renamed_before(arrival.renamed(base), there, absent_is_unread)
    held = {twins.get(id_, id_) for id_ in absent_is_unread}
    known = arrival.agreed(base, there, held, written, successors or {})
    before = known.content
    twins |= rename_twins(before, mine, there, held, whole=whole)
    unread = _complete(before, mine, there, held if whole else None)
    work = _Merge(before, mine, there.without_dangling(), unread, frozenset(multiple))
    work.run()
    kept = [one for one in open if (one.kind, one.entity_id) in unread]
    found = {(one.kind, one.entity_id, one.field): one for one in (*kept, *work.differences)}
    sides = (work.mine, work.base, work.there, work.after)
    mine, agreed, there, after = (one.without_dangling() for one in sides)
    same = not twins and there == work.t
    number = known.number + 1
    arrived = arrival.numbered(after.plain(), number)
    return Merged(
        mine.into(ours),
        arrival.numbered(agreed.plain(), known.number, None if same else arrived, twins),
        tuple(found.values()),
        None if same else there.into(ours),
        arrived,
        number,
        twins,
        None if same else work.t.into(ours),
    )


def _complete(
    before: Content, mine: Content, there: Content, held: Collection[str] | None
) -> set[tuple[EntityKind, str]]:
    """Take what cannot be read for unchanged; everything that is missing if ``held`` is None."""
    unread: set[tuple[EntityKind, str]] = set()
    for kind in _FIELDS:
        known, ours, theirs = (one.entities(kind) for one in (before, mine, there))
        for id_, entity in known.items():
            if id_ in theirs or (held is not None and id_ not in held):
                continue
            filled = {**ours.get(id_, {}), **entity}
            if _VERSION in filled and all(_has(filled, one) for one in _FIELDS[kind]):
                theirs[id_] = content.bare(filled)
                unread.add((kind, id_))
        # Of what was never agreed on nothing is known: it is there, and waits.
        unread |= {(kind, id_) for id_ in (held or ()) if id_ in ours and id_ not in theirs}
    for name, values in before.documents.items():
        if name not in there.documents and (held is None or name in held):
            there.documents[name] = values
            unread.add(("document_label", name))
    unread |= {
        ("document_label", name)
        for name in (held or ())
        if name in mine.documents and name not in there.documents
    }
    return unread


@dataclass
class _Merge:
    """One merge at work: base, ours and theirs in; the four contents of `Merged` out."""

    b: Content
    o: Content
    t: Content
    unread: set[tuple[EntityKind, str]]
    multiple: frozenset[str]
    mine: Content = field(default_factory=Content)
    base: Content = field(default_factory=Content)
    there: Content = field(default_factory=Content)
    after: Content = field(default_factory=Content)
    differences: list[Difference] = field(default_factory=list)
    # Spans whose deletion here is decided, whatever there uses them.
    given_up: set[str] = field(default_factory=set)
    # Ids that were deleted on one side and are needed on the other.
    contested: dict[EntityKind, set[str]] = field(default_factory=dict)

    def run(self) -> None:
        self.given_up = {id_ for id_ in self.b.spans if self._given_up(id_)}
        self.contested["statement"] = self._contested("statement", {})
        self.contested["span"] = self._contested("span", self._relied_on())
        for kind in _FIELDS:
            b, o, t = (one.entities(kind) for one in (self.b, self.o, self.t))
            for id_ in dict.fromkeys((*o, *t)):
                if id_ in o and id_ in t:
                    self._both(kind, id_, b.get(id_, {}), o[id_], t[id_])
                else:
                    self._one_sided(kind, id_, b.get(id_), o.get(id_), t.get(id_))
        before, after = (self.b, self.o, self.t), (self.mine, self.base, self.there, self.after)
        give_evidence(before, after, self.contested["span"])
        self._documents()
        self._leave_unread()
        for id_ in self.contested["span"] & self.t.spans.keys():
            self.base.spans[id_][USERS] = _users(self.t, id_)
            self.after.spans[id_][USERS] = _users(self.there, id_)

    def _given_up(self, id_: str) -> bool:
        span = self.b.spans[id_]
        gone = id_ in self.t.spans and id_ not in self.o.spans
        if not gone or GIVEN_UP not in span or self._edited("span", id_, self.t):
            return False
        return set(_users(self.t, id_)) <= set(span[GIVEN_UP])

    def _contested(self, kind: EntityKind, relied_on: Mapping[int, set[str]]) -> set[str]:
        b = self.b.entities(kind)
        found = set()
        for keeper, other in ((self.o, self.t), (self.t, self.o)):
            kept = keeper.entities(kind)
            for id_ in b.keys() & kept.keys() - other.entities(kind).keys():
                relied = id_ in relied_on.get(id(keeper), ()) and id_ not in self.given_up
                if relied or self._edited(kind, id_, keeper):
                    found.add(id_)
        return found

    def _relied_on(self) -> dict[int, set[str]]:
        """The spans that a side newly uses as evidence, or in a statement that is contested."""
        contested = self.contested["statement"]
        return {
            id(side): {
                span
                for id_ in side.statements
                for span in side.uses(id_)
                if id_ in contested or span not in self.b.uses(id_)
            }
            for side in (self.o, self.t)
        }

    def _edited(self, kind: EntityKind, id_: str, side: Content) -> bool:
        """Whether a side changed an entity; that evidence was deleted is no change of this."""
        then, now = self.b.entities(kind)[id_], side.entities(kind)[id_]
        if any(_value(then, name) != _value(now, name) for name in _FIELDS[kind]):
            return True
        if kind == "span":
            return False
        other = self.o if side is self.t else self.t
        was, uses = set(self.b.uses(id_)), set(side.uses(id_))
        left_out = {span for span in was - uses if span in side.spans and span in other.spans}
        return bool(left_out) or not self.given_up.issuperset(uses - was)

    def _one_sided(
        self, kind: EntityKind, id_: str, b: Entity | None, o: Entity | None, t: Entity | None
    ) -> None:
        """An entity that one side lacks: it was made on the other, or deleted on this one."""
        contested = id_ in self.contested[kind]
        if contested:
            sides = ((b, self.after), (o, self.mine), (t, self.there))
            values = (_told(one, side) for one, side in sides)
            self.differences.append(Difference(kind, id_, "", *values))
        self._set(
            kind,
            id_,
            mine=o if contested or b is None else None,
            base=b if contested else t if b is None or t is None else {**t, **_decided(b)},
            there=t if contested or b is None else None,
            after=b if contested else None if b is not None else o or t,
        )
        if b is None:
            self._set(kind, id_, mine=o or t, there=o or t)

    def _both(self, kind: EntityKind, id_: str, b: Entity, o: Entity, t: Entity) -> None:
        mine, base, there, after = ({"id": id_} for _ in range(4))
        for name in _FIELDS[kind]:
            was, we, they = _value(b, name), _value(o, name), _value(t, name)
            found = chained(was, we, they) if name == "reported_by" else three_way(was, we, they)
            if found is CONFLICT:
                known = None if was is MISSING else was
                self.differences.append(Difference(kind, id_, name, known, we, they))
            differ = found is CONFLICT
            content.put(mine, name, we if differ else found)
            content.put(there, name, they if differ else found)
            for side, value in ((base, they), (after, found)):
                if not differ or was is not MISSING:
                    content.put(side, name, was if differ else value)
        self._set(kind, id_, mine=mine, base=base, there=there, after=after)
        self._versions(kind, id_, b, o, t)

    def _versions(self, kind: EntityKind, id_: str, b: Entity, o: Entity, t: Entity) -> None:
        """The codebook version goes with the values that are kept."""
        was, we, they = (_value(one, _VERSION) for one in (b, o, t))
        agreed = three_way(was, we, they)
        newest = max(we, they)
        for side in (self.mine, self.there):
            entity = side.entities(kind)[id_]
            as_ours, as_theirs = (
                all(entity[name] == one[name] for name in SCALES[kind]) for one in (o, t)
            )
            if as_ours and as_theirs:
                entity[_VERSION] = newest if agreed is CONFLICT else agreed
            else:
                entity[_VERSION] = we if as_ours else they if as_theirs else newest
        self.base.entities(kind)[id_][_VERSION] = they
        self.after.entities(kind)[id_][_VERSION] = self.there.entities(kind)[id_][_VERSION]

    def _set(
        self,
        kind: EntityKind,
        id_: str,
        *,
        mine: Entity | None = None,
        base: Entity | None = None,
        there: Entity | None = None,
        after: Entity | None = None,
    ) -> None:
        for side, entity in (
            (self.mine, mine),
            (self.base, base),
            (self.there, there),
            (self.after, after),
        ):
            if entity is not None:
                side.entities(kind)[id_] = dict(entity)

    def _documents(self) -> None:
        documents = [one.documents for one in (self.b, self.o, self.t)]
        for name in dict.fromkeys(name for one in documents for name in one):
            was, we, they = (one.get(name, []) for one in documents)
            found = _members(was, we, they) if name in self.multiple else three_way(was, we, they)
            differ = found is CONFLICT
            if differ:
                values = (one or None for one in (was, we, they))
                self.differences.append(Difference("document_label", name, VALUES, *values))
            for side, value in (
                (self.mine, we if differ else found),
                (self.base, was if differ else they),
                (self.there, they if differ else found),
                (self.after, was if differ else found),
            ):
                if value:
                    side.documents[name] = list(value)

    def _leave_unread(self) -> None:
        """What cannot be read there stays there, and ours waits until it can."""
        for kind, id_ in self.unread:
            for side, source in ((self.there, self.t), (self.base, self.b), (self.after, self.b)):
                parts, kept = side.parts(kind), source.parts(kind)
                if id_ in kept:
                    parts[id_] = kept[id_]
                else:
                    parts.pop(id_, None)


def _members(was: list[str], we: list[str], they: list[str]) -> list[str]:
    """A set of which each side may have added and left out members: these never conflict."""
    return sorted(set(we) & set(they) | (set(we) ^ set(they)) - set(was))


def _users(there: Content, span_id: str) -> list[str]:
    return sorted(id_ for id_ in there.statements if span_id in there.uses(id_))


def _told(entity: Entity | None, side: Content) -> Entity | None:
    """An entity as a difference shows it: with that evidence alone which its side has."""
    if entity is None or "evidence" not in entity:
        return entity and content.bare(entity)
    return {**entity, "evidence": [one for one in entity["evidence"] if one in side.spans]}


def _decided(b: Entity) -> Entity:
    return {GIVEN_UP: b[GIVEN_UP]} if GIVEN_UP in b else {}


def _has(entity: Entity, name: str) -> bool:
    return _value(entity, name) is not MISSING


def _value(entity: Entity, name: str) -> Any:
    try:
        return content.take(entity, name)
    except KeyError:
        return MISSING
