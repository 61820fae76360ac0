"""What coders submitted, as it is compared: by content, without ids; pure functions."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from annotate.agreement import CodedStatement
from annotate.model import Submission
from annotate.review.kept import Kept
from annotate.reviews import RowKind
from annotate.store.database import to_json
from annotate.store.labels import Entity
from annotate.tagging.edit import replaced

STATEMENT_PARTS = (
    "speaker_id", "holder_id", "stance", "claim_id", "certainty", "evidence", "addressee_id",
    "reported_by", "venue", "statement_date", "note",
)  # fmt: skip
SPAN_PARTS = ("kind", "actor_id", "start", "end")
PARTS: Mapping[RowKind, tuple[str, ...]] = {
    "statement": STATEMENT_PARTS,
    "span": SPAN_PARTS,
    "document_label": ("values",),
}
Key = tuple[str, str]
Values = Mapping[str, Any]
# Sets of coders on the articles that are under review just now.
_MOST_SETS = 128


@dataclass(frozen=True, slots=True)
class Version:
    """One thing as one coder recorded it.

    ``entity`` and the ``spans`` of a statement's evidence name the registry entries of today;
    ``digest`` is the SHA-256 of the content as it was submitted, without ids, so that a merge of
    registry entries changes no digest; ``values`` its parts as they are compared.
    """

    label_set_id: str
    kind: RowKind
    entity_id: str
    entity: Entity
    spans: tuple[Entity, ...]
    digest: str
    values: Values

    @property
    def key(self) -> Key:
        """What tells it from every other version on the article."""
        return self.label_set_id, self.entity_id


@dataclass(frozen=True, slots=True)
class CoderSet:
    """What one coder submitted last.

    ``past`` holds what earlier submissions held and this one does not, as it was last;
    ``known`` when each thing was first submitted, by kind and id. ``name`` tells its content from
    every other's; None where nothing does.
    """

    label_set_id: str
    versions: tuple[Version, ...]
    past: tuple[Version, ...] = ()
    known: Mapping[tuple[RowKind, str], str] | None = None
    name: Hashable = None

    def of(self, kind: RowKind) -> list[Version]:
        """The versions of one kind."""
        return [version for version in self.versions if version.kind == kind]

    def knew(self, version: Version, at: str) -> bool:
        """Whether a version's entity had been submitted by a moment."""
        first = (self.known or {}).get((version.kind, version.entity_id))
        return first is not None and first <= at


_SETS: Kept[CoderSet] = Kept(_MOST_SETS)


def coder_set(
    label_set_id: str, submissions: Sequence[Submission], successors: Mapping[str, str]
) -> CoderSet:
    """What to compare of a coder's frozen submissions.

    Args:
        label_set_id: The label set.
        submissions: All its submissions, by number.
        successors: What took the place of merged registry entries.
    """
    # A submission is frozen, and most registry entries are never merged.
    name = tuple(one.id for one in submissions), tuple(sorted(successors.items()))
    return _SETS.get(
        (label_set_id, *name), lambda: _coder_set(label_set_id, submissions, successors, name)
    )


def _coder_set(
    label_set_id: str,
    submissions: Sequence[Submission],
    successors: Mapping[str, str],
    name: Hashable,
) -> CoderSet:
    known: dict[tuple[RowKind, str], str] = {}
    past: dict[tuple[RowKind, str], Version] = {}
    latest: tuple[Version, ...] = ()
    for submission in submissions:
        latest = versions_of(label_set_id, submission.content, successors)
        for version in latest:
            known.setdefault((version.kind, version.entity_id), submission.submitted_at)
            past[version.kind, version.entity_id] = version
    here = {(version.kind, version.entity_id) for version in latest}
    gone = tuple(version for key, version in past.items() if key not in here)
    return CoderSet(label_set_id, latest, gone, known, name)


def versions_of(
    label_set_id: str, content: Mapping[str, Any], successors: Mapping[str, str]
) -> tuple[Version, ...]:
    """A label set's content as versions: statements, other spans than evidence, labels."""
    spans: dict[str, Entity] = {span["id"]: span for span in content["spans"]}
    found: list[Version] = []

    def add(kind: RowKind, entity_id: str, entity: Entity, evidence: Sequence[Entity]) -> None:
        values = values_of(kind, entity, evidence)
        digest = hashlib.sha256(to_json([kind, values]).encode()).hexdigest()
        if successors:
            evidence = [replaced(span, successors) for span in evidence]
            entity = replaced(entity, successors)
            values = values_of(kind, entity, evidence)
        found.append(
            Version(label_set_id, kind, entity_id, entity, tuple(evidence), digest, values)
        )

    used: set[str] = set()
    for statement in content["statements"]:
        evidence = [spans[id_] for id_ in statement["evidence"] if id_ in spans]
        used.update(statement["evidence"])
        add("statement", statement["id"], statement, evidence)
    for span in spans.values():
        if span["id"] not in used:
            add("span", span["id"], span, ())
    for name, values in content["document_labels"].items():
        add("document_label", name, {"values": sorted(values)}, ())
    return tuple(found)


def values_of(kind: RowKind, entity: Entity, evidence: Sequence[Entity]) -> dict[str, Any]:
    """The parts of an entity in one form: evidence as offsets, the holder spelt out."""
    if kind != "statement":
        return {part: entity.get(part) for part in PARTS[kind]}
    values = {part: entity.get(part) or None for part in STATEMENT_PARTS}
    values["evidence"] = sorted({(span["start"], span["end"]) for span in evidence})
    values["holder_id"] = values["holder_id"] or values["speaker_id"]
    values["reported_by"] = list(entity.get("reported_by") or ())
    return values


def coded(version: Version) -> CodedStatement:
    """A statement as the measures of agreement compare it."""
    values = version.values
    return CodedStatement(version.entity_id, tuple(values["evidence"]), parts_of(values))


def parts_of(
    statement: Mapping[str, Any], successors: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str | None]:
    """The parts of a statement by which the measures of agreement compare it.

    Args:
        statement: Its fields.
        successors: What took the place of merged registry entries.
    """
    speaker = statement["speaker_id"] or None
    holder = statement["holder_id"] or speaker
    claim = statement["claim_id"]
    return {
        "speaker": successors.get(speaker, speaker) if speaker else None,
        "holder": successors.get(holder, holder) if holder else None,
        "claim": successors.get(claim, claim),
        "stance": statement["stance"] or None,
        "certainty": statement["certainty"] or None,
    }


def differing(versions: Sequence[Version]) -> tuple[str, ...]:
    """The parts in which versions of one thing do not all agree."""
    if not versions:
        return ()
    each = [version.values for version in versions]
    if all(one == each[0] for one in each):
        return ()
    return tuple(
        part for part in PARTS[versions[0].kind] if any(one[part] != each[0][part] for one in each)
    )


__all__ = [
    "PARTS",
    "CoderSet",
    "Version",
    "coded",
    "coder_set",
    "differing",
    "parts_of",
    "values_of",
    "versions_of",
]
