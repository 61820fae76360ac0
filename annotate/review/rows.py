"""What several coders recorded about the same thing, in rows, and what was decided about each.

A decision keeps hold of what it was made upon by id. What a coder has removed and made again is
recognised by its content, else by its evidence. So every decision survives a new submission, and
is raised again only where what it was made upon has changed, is gone, or has been joined by
something that nobody had submitted when it was made.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from annotate import agreement
from annotate.review.kept import Kept
from annotate.review.versions import (
    CoderSet,
    Key,
    Version,
    coded,
    differing,
)
from annotate.reviews import Decision, RowKind

Accord = Literal["unanimous", "partly", "single"]
Raised = Literal["", "changed", "added", "gone"]
KINDS: tuple[RowKind, ...] = ("statement", "span", "document_label")
Group = list[Version]
Gold = Mapping[tuple[RowKind, str], Version]
Pairing = tuple[tuple[tuple[int, int], ...], ...]
Compared = dict[Hashable, tuple[str, Accord, tuple[str, ...]]]
# Alignments, and how versions in a row compare, of the articles that are under review just now.
_PAIRINGS: Kept[Pairing] = Kept(128)
_COMPARED: Kept[Compared] = Kept(32)


@dataclass(frozen=True, slots=True)
class Row:
    """What coders recorded about the same thing, and what was decided about it.

    Args:
        id: Stays the same as long as its first version, or its decision, does.
        kind: What kind of thing.
        accord: ``unanimous`` if every coder has it, alike; ``partly`` if several have it;
            ``single`` if one of several has.
        differs: The parts in which the versions do not agree.
        versions: One a coder at most.
        decision: The decision that holds; None if there is none.
        raised: Why a decided row waits again; empty if it does not.
    """

    id: str
    kind: RowKind
    accord: Accord
    differs: tuple[str, ...]
    versions: tuple[Version, ...]
    decision: Decision | None = None
    raised: Raised = ""

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.decision is None or self.raised != ""

    @property
    def is_agreed(self) -> bool:
        """Whether nothing was decided and every coder has it alike: assent is enough."""
        return self.decision is None and self.accord == "unanimous"


def rows(sets: Sequence[CoderSet], decisions: Sequence[Decision], gold: Gold) -> tuple[Row, ...]:
    """All rows of an article: statements in the text's order, other spans, document labels.

    Args:
        sets: What each coder submitted last.
        decisions: The decisions that hold, oldest first.
        gold: What stands in gold, by kind and id.
    """
    names = tuple((one.label_set_id, one.name) for one in sets)
    compared: Compared = {}
    if all(one.name is not None for one in sets):
        compared = _COMPARED.get(names, dict)
    found: list[Row] = []
    for kind in KINDS:
        mine = [one for one in decisions if one.kind == kind]
        grouped = _decided(kind, sets, mine)
        some = [
            _row(kind, group, decision, len(sets), gold, compared) for group, decision in grouped
        ]
        found += sorted(some, key=lambda row: _place(row, gold))
    return tuple(found)


def _decided(
    kind: RowKind, sets: Sequence[CoderSet], decisions: Sequence[Decision]
) -> list[tuple[Group, Decision | None]]:
    owner = _owners(kind, sets, decisions)
    by_id = {decision.id: decision for decision in decisions}
    members: dict[str, Group] = {decision.id: [] for decision in decisions}
    held: dict[str, set[str]] = defaultdict(set)
    groups = _aligned(kind, sets, owner)
    for version in (version for group in groups for version in group):
        if version.key in owner:
            members[owner[version.key]].append(version)
            held[owner[version.key]].add(version.label_set_id)
    coders = {one.label_set_id: one for one in sets}
    found: list[tuple[Group, Decision | None]] = []
    for group in groups:
        near = list(dict.fromkeys(owner[v.key] for v in group if v.key in owner))
        rest: Group = []
        for version in group:
            if version.key in owner:
                continue
            # What was there when a row was decided, and left out of it, stays out of it.
            home = next(
                (
                    id_
                    for id_ in near
                    if version.label_set_id not in held[id_]
                    and not coders[version.label_set_id].knew(version, by_id[id_].at)
                ),
                None,
            )
            if home is None:
                rest.append(version)
            else:
                members[home].append(version)
                held[home].add(version.label_set_id)
        if rest:
            found.append((rest, None))
    return [*found, *((members[decision.id], decision) for decision in decisions)]


def _owners(
    kind: RowKind, sets: Sequence[CoderSet], decisions: Sequence[Decision]
) -> dict[Key, str]:
    """The decision that each version belongs to, by what it was made upon."""
    upon = {
        (source.label_set_id, source.entity_id): decision
        for decision in decisions
        for source in decision.sources
    }
    owner: dict[Key, str] = {}
    for one in sets:
        here = one.of(kind)
        owner |= {version.key: upon[version.key].id for version in here if version.key in upon}
        lost = [past for past in one.past if past.kind == kind and past.key in upon]
        free = [version for version in here if version.key not in owner]
        for past, version in _made_again(lost, free):
            decision = upon[past.key]
            if not one.knew(version, decision.at):
                owner[version.key] = decision.id
    return owner


def _made_again(lost: Sequence[Version], free: Sequence[Version]) -> list[tuple[Version, Version]]:
    """Pairs of what a coder removed and what they made in its place."""
    found: list[tuple[Version, Version]] = []
    left = list(free)
    rest: list[Version] = []
    for past in lost:
        same = next((version for version in left if version.digest == past.digest), None)
        if same is None:
            rest.append(past)
        else:
            left.remove(same)
            found.append((past, same))
    if rest and left and rest[0].kind == "statement":
        pairs = agreement.align([coded(one) for one in rest], [coded(one) for one in left])
        found += [(rest[n], left[m]) for n, m in pairs]
    return found


def _aligned(kind: RowKind, sets: Sequence[CoderSet], owner: Mapping[Key, str]) -> list[Group]:
    """Versions of the same thing, together: one a coder at most."""
    versions = [one.of(kind) for one in sets]
    if kind == "statement":
        fixed: dict[str, set[str]] = defaultdict(set)
        for (_, entity_id), decision_id in owner.items():
            fixed[decision_id].add(entity_id)
        together = frozenset(frozenset(ids) for ids in fixed.values())
        return [[versions[n][i] for n, i in group] for group in _paired(sets, versions, together)]
    everything = [version for some in versions for version in some]
    if kind == "document_label":
        named: dict[str, Group] = {}
        for version in everything:
            named.setdefault(version.entity_id, []).append(version)
        return list(named.values())
    groups: list[Group] = [[version] for version in everything]
    for parts in (("start", "end", "kind", "actor_id"), ("start", "end", "kind"), ("start", "end")):
        groups = _joined(groups, parts)
    return groups


def _paired(
    sets: Sequence[CoderSet], versions: Sequence[Group], together: frozenset[frozenset[str]]
) -> Pairing:
    """The alignment of statements, in which some stay together; computed anew only if need be.

    Most decisions put together what the alignment has put together already: it then stays as it
    is, and a decision costs no alignment. Otherwise it is computed around those that do not fit.
    """
    names = tuple((one.label_set_id, one.name) for one in sets)

    def align(fixed: frozenset[frozenset[str]]) -> Pairing:
        def made() -> Pairing:
            statements = [[coded(version) for version in some] for some in versions]
            return tuple(agreement.rows(statements, sorted(fixed, key=sorted)))

        kept = all(one.name is not None for one in sets)
        return _PAIRINGS.get((names, fixed), made) if kept else made()

    def unfit(found: Pairing) -> frozenset[frozenset[str]]:
        row_of = {versions[n][i].entity_id: at for at, group in enumerate(found) for n, i in group}
        return frozenset(
            ids for ids in together if len({row_of[id_] for id_ in ids if id_ in row_of}) > 1
        )

    found = align(frozenset())
    apart = unfit(found)
    if apart:
        found = align(apart)
        # Around some, others may have come to stand apart.
        found = align(together) if unfit(found) - apart else found
    return found


def _joined(groups: Sequence[Group], parts: Sequence[str]) -> list[Group]:
    """Join groups of spans that are alike in some parts and have no coder in common."""
    found: dict[Hashable, list[Group]] = {}
    for group in groups:
        like = found.setdefault(tuple(group[0].entity.get(part) for part in parts), [])
        coders = {version.label_set_id for version in group}
        fitting = (one for one in like if coders.isdisjoint({v.label_set_id for v in one}))
        other = next(fitting, None)
        if other is None:
            like.append(list(group))
        else:
            other.extend(group)
    return [group for like in found.values() for group in like]


def _row(
    kind: RowKind,
    group: Group,
    decision: Decision | None,
    coders: int,
    gold: Gold,
    compared: Compared,
) -> Row:
    group = sorted(group, key=lambda version: version.label_set_id)
    first = [kind, *group[0].key] if group else [decision.id if decision else ""]
    members = (*first, *(version.key for version in group))
    known = compared.get(members)
    if known is None:
        differs = differing(group)
        accord: Accord = "single"
        if group and len(group) == coders and not differs:
            accord = "unanimous"
        elif len(group) > 1:
            accord = "partly"
        id_ = hashlib.sha256(" ".join(first).encode()).hexdigest()[:24]
        known = compared[members] = id_, accord, differs
    id_, accord, differs = known
    raised = _raised(decision, group, gold) if decision else ""
    return Row(id_, kind, accord, differs, tuple(group), decision, raised)


def _raised(decision: Decision, group: Collection[Version], gold: Gold) -> Raised:
    here = {version.label_set_id: version.digest for version in group}
    then = {source.label_set_id: source.digest for source in decision.sources}
    if any(id_ in then and then[id_] != digest for id_, digest in here.items()):
        return "changed"
    if here.keys() - then.keys():
        return "added"
    # That a coder has removed what was rejected is no news to decide upon.
    if then.keys() - here.keys() and decision.entity_id is not None:
        return "gone"
    lost = decision.entity_id is not None and (decision.kind, decision.entity_id) not in gold
    return "gone" if lost else ""


def _place(row: Row, gold: Gold) -> tuple[bool, tuple[int, int], str]:
    shown = list(row.versions)
    decided = row.decision and row.decision.entity_id and (row.kind, row.decision.entity_id)
    if not shown and decided and decided in gold:
        shown = [gold[decided]]
    if row.kind == "document_label":
        return False, (0, 0), shown[0].entity_id if shown else ""
    spans = [
        (span["start"], span["end"])
        for version in shown
        for span in (version.spans if row.kind == "statement" else (version.entity,))
    ]
    return not spans, min(spans, default=(0, 0)), row.id
