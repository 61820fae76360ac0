"""What one exported article is: the record that every format writes and every import reads.

A record is complete in itself: whatever a label set refers to (project, codebook version,
coder, actor, claim) stands in the same record. Formats take an iterator of records and never
see the store.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from operator import attrgetter
from typing import TypeVar

from annotate.codebook import Codebook, stored
from annotate.errors import Invalid
from annotate.model import (
    Actor,
    Article,
    Claim,
    LabelSet,
    Person,
    Project,
    Submission,
)

T = TypeVar("T")

# How a project is run here is no part of a dataset.
PROJECT_UNSAID = ("archived_at", "hide_coders")


@dataclass(frozen=True, slots=True)
class CodebookRecord:
    """One immutable codebook version of a project; ``content_json`` is its JSON text.

    ``reworded`` are the values, as ``(scale, name)``, that it only words differently from the
    version before.
    """

    number: int
    content_json: str
    note: str
    created_at: str
    reworded: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectRecord:
    """A project that holds the article, with the codebook versions used here and the current."""

    project: Project
    codebooks: tuple[CodebookRecord, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """One article with everything that is exported about it.

    ``coders``, ``actors`` and ``claims`` are keyed by id. The values in the content of a
    submission are plain JSON values (lists, not tuples).
    """

    article: Article
    projects: tuple[ProjectRecord, ...] = ()
    label_sets: tuple[LabelSet, ...] = ()
    submissions: tuple[Submission, ...] = ()
    coders: Mapping[str, Person] = field(default_factory=dict)
    actors: Mapping[str, Actor] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)


def project_of(record: Record, label_set: LabelSet) -> ProjectRecord:
    """The project that a label set of this record belongs to.

    Raises:
        Invalid: The record does not hold it.
    """
    for entry in record.projects:
        if entry.project.id == label_set.project_id:
            return entry
    raise Invalid(
        "Label set {label_set_id} of article {record_article_id} belongs to"
        " project {label_set_project_id}, which the record does not hold",
        label_set_id=label_set.id,
        record_article_id=record.article.id,
        label_set_project_id=label_set.project_id,
    )


def codebook_of(entry: ProjectRecord, number: int) -> Codebook:
    """A codebook version of a project, read.

    Raises:
        Invalid: The record does not hold that version.
    """
    for version in entry.codebooks:
        if version.number == number:
            return stored(version.content_json)
    raise Invalid(
        "Version {number} of the codebook of project {entry_project_id} is missing",
        number=number,
        entry_project_id=entry.project.id,
    )


@lru_cache(maxsize=256)
def canonical_json(text: str) -> str:
    """The same JSON with sorted keys, no spaces and nothing escaped that need not be.

    Raises:
        Invalid: It is not JSON, or holds a number that JSON has no word for.
    """
    try:
        value = json.loads(text)
        return json.dumps(
            value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
        )
    except ValueError as error:
        raise Invalid("A codebook is not JSON: {error}", error=error) from None


def ordered(record: Record) -> Record:
    """The same record in canonical order, so that the same data always give the same bytes.

    Label sets, statements, submissions, coders, actors, claims and projects are ordered by id
    (ids are made in the order of time), spans by place, aliases by kind, language and text,
    codebook versions by number, mappings by key. Evidence, relaying actors, captions and the
    values of document labels keep their order, which means something.
    """
    return replace(
        record,
        projects=tuple(sorted(map(_ordered_project, record.projects), key=_project_id)),
        label_sets=tuple(sorted(map(_ordered_label_set, record.label_sets), key=_id)),
        submissions=tuple(sorted(record.submissions, key=_submission_key)),
        coders=_by_key(record.coders),
        actors={key: _ordered_actor(value) for key, value in _by_key(record.actors).items()},
        claims={key: _ordered_claim(value) for key, value in _by_key(record.claims).items()},
    )


def _by_key(mapping: Mapping[str, T]) -> Mapping[str, T]:
    return mapping if len(mapping) < 2 else dict(sorted(mapping.items()))


# Asked for every span and statement of an export, where a function of Python is slow.
_id = attrgetter("id")
_project_id = attrgetter("project.id")
_submission_key = attrgetter("label_set_id", "number", "id")
_span_key = attrgetter("start", "end", "kind", "id")
_alias_key = attrgetter("kind", "language", "text")


def _ordered_project(entry: ProjectRecord) -> ProjectRecord:
    if len(entry.codebooks) < 2:
        return entry
    return replace(entry, codebooks=tuple(sorted(entry.codebooks, key=lambda book: book.number)))


def _ordered_label_set(label_set: LabelSet) -> LabelSet:
    spans = tuple(sorted(label_set.spans, key=_span_key))
    statements = tuple(sorted(label_set.statements, key=_id))
    labels = _by_key(label_set.document_labels)
    # Out of the store they are in order already; a copy costs more than the look.
    if (spans, statements, list(labels)) == (
        label_set.spans,
        label_set.statements,
        list(label_set.document_labels),
    ):
        return label_set
    return replace(label_set, spans=spans, statements=statements, document_labels=labels)


def _ordered_actor(actor: Actor) -> Actor:
    aliases = tuple(sorted(actor.aliases, key=_alias_key))
    external_ids = _by_key(actor.external_ids)
    if (aliases, list(external_ids)) == (actor.aliases, list(actor.external_ids)):
        return actor
    return replace(actor, aliases=aliases, external_ids=external_ids)


def _ordered_claim(claim: Claim) -> Claim:
    aliases = tuple(sorted(claim.aliases, key=_alias_key))
    return claim if aliases == claim.aliases else replace(claim, aliases=aliases)
