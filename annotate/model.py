"""The words of the workbench as frozen dataclasses.

Offsets are half-open ``[start, end)`` in Unicode code points of an article's text; times are
UTC, written as ISO 8601 with a final ``Z``; ids are UUIDv7 text. Sequences are tuples.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

LabelSetKind = Literal["analyst", "model", "gold"]
EntityKind = Literal["span", "statement", "document_label"]
Status = Literal["draft", "submitted", "returned", "accepted"]
Role = Literal["admin", "editor", "reviewer", "analyst", "viewer"]
PersonKind = Literal["person", "model", "external", "operator"]
Language = Literal["", "en", "zh-Hans"]
AliasKind = Literal["alias", "translation", "term"]
RunKind = Literal["ingest", "upload", "retry", "reclean"]
RunState = Literal["queued", "running", "done", "cancelled", "failed", "discarded"]

LANGUAGES: tuple[Language, ...] = ("en", "zh-Hans")
STATUSES: tuple[Status, ...] = ("draft", "submitted", "returned", "accepted")
ROLES: tuple[Role, ...] = ("admin", "editor", "reviewer", "analyst", "viewer")
LABEL_SET_KINDS: tuple[LabelSetKind, ...] = ("analyst", "model", "gold")
ALIAS_KINDS: tuple[AliasKind, ...] = ("alias", "translation", "term")


# The longest text that a field of a label or a registry entry holds, in code points.
MOST_CHARACTERS = 4000


def is_storable(text: str) -> bool:
    """Whether a field can hold a text: not too long, without NUL, and of whole characters."""
    return (
        len(text) <= MOST_CHARACTERS
        and "\0" not in text
        and not any("\ud800" <= one <= "\udfff" for one in text)
    )


def new_id() -> str:
    """A UUIDv7 (RFC 9562, section 5.7): time-ordered, made without coordination."""
    return new_ids(1)[0]


def new_ids(count: int) -> list[str]:
    """As many UUIDv7 of this moment, in order; several times quicker than one by one.

    Twelve bits more than the milliseconds tell the time (RFC 9562, section 6.2, method 3), so that
    what one process makes within a millisecond is in order too.
    """
    moment = time.time_ns() * 4096 // 1_000_000
    noise = os.urandom(8 * count)
    found = []
    for n in range(count):
        at, chance = moment + n, int.from_bytes(noise[8 * n : 8 * n + 8], "big")
        number = (at >> 12) << 80 | 0x7 << 76 | (at & 0xFFF) << 64 | 0x2 << 62 | chance >> 2
        text = f"{number:032x}"
        found.append(f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}")
    return found


def utc_now() -> str:
    """The present moment, UTC, to the millisecond: ``2026-11-23T18:39:00.123Z``."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Article:
    """One immutable revision of an article's text with its metadata.

    ``series_id`` is the id of the first revision and shared by all of them. ``captions`` are
    picture captions and credits, kept apart from the text. ``published_from`` says where the
    time was taken from: ``epoch``, ``date_line``, ``dateline`` or an empty string.
    ``dateline`` is the printed dateline as found. ``duplicate_of`` is the id of the first
    article with the same text under another URL.
    """

    id: str
    series_id: str
    revision: int
    url: str
    canonical_url: str
    source: str
    title: str
    text: str
    language: str
    published_at: str | None
    published_from: str
    dateline: str | None
    captions: tuple[str, ...]
    raw_sha256: str
    cleaner_version: str
    ingested_at: str
    ingested_by: str
    duplicate_of: str | None = None
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A coder or user: a person, a named model, or somebody known from imported data only.

    ``language`` is that of the pages they see; empty for the browser's.
    """

    id: str
    name: str
    display_name: str
    kind: PersonKind
    role: Role
    active: bool
    email: str | None = None
    language: Language = ""


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a registry entry. ``kind``: ``alias``, ``translation`` or ``term``.

    A ``term`` of a claim is a word that segmentation must keep whole.
    """

    text: str
    language: str = ""
    kind: AliasKind = "alias"


@dataclass(frozen=True, slots=True)
class Actor:
    """A registry entry for somebody who speaks, acts or is spoken for; shared by all projects."""

    id: str
    name: str
    kind: str
    aliases: tuple[Alias, ...] = ()
    external_ids: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A registry entry for one proposition, in the working language of its project's codebook."""

    id: str
    project_id: str
    text: str
    language: str = "en"
    topic: str = ""
    aliases: tuple[Alias, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text ``[start, end)`` in code points; ``quote`` is exactly that text.

    A span of kind actor is a mention of ``actor_id`` where that is known.
    """

    id: str
    kind: str
    start: int
    end: int
    quote: str
    codebook_version: int
    actor_id: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """The coded unit: who (for whom) takes which stance on which claim, on what evidence.

    ``holder_id`` is None where the speaker speaks for themself. ``evidence`` holds span ids of
    the same label set, in reading order; none means that the statement concerns the whole
    article. ``reported_by`` is the chain of relaying actors, nearest to the reader first.
    ``statement_date`` is ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.
    """

    id: str
    claim_id: str
    stance: str
    codebook_version: int
    speaker_id: str | None = None
    holder_id: str | None = None
    certainty: str | None = None
    evidence: tuple[str, ...] = ()
    addressee_id: str | None = None
    reported_by: tuple[str, ...] = ()
    venue: str = ""
    statement_date: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class LabelSet:
    """Everything one coder records on one article revision in one project.

    ``document_labels`` maps a document label's name to its chosen values. ``revision`` counts
    applied operations and detects concurrent edits. ``coder_id`` is None for gold.
    """

    id: str
    project_id: str
    article_id: str
    coder_id: str | None
    kind: LabelSetKind
    status: Status
    revision: int
    created_at: str
    updated_at: str
    spans: tuple[Span, ...] = ()
    statements: tuple[Statement, ...] = ()
    document_labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Submission:
    """A label set frozen at the moment of submission; agreement uses number 1."""

    id: str
    label_set_id: str
    number: int
    revision: int
    submitted_at: str
    content: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Project:
    """A codebook with its claims, a set of articles and members with roles.

    While ``blind``, nobody who has an unsubmitted label set on an article sees a colleague's;
    ``open_after_submission`` lets analysts see colleagues' submitted sets once theirs is in.
    ``hide_coders`` keeps the coders' names from those who adjudicate. An archived project can be
    read, and nothing in it changes.
    """

    id: str
    name: str
    description: str
    blind: bool
    open_after_submission: bool
    codebook_version: int
    created_at: str
    archived_at: str | None = None
    hide_coders: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One audit record: who changed what, when, from what to what."""

    id: str
    at: str
    by: str
    action: str
    subject_kind: str
    subject_id: str
    project_id: str | None = None
    operation_id: str | None = None
    before: Mapping[str, object] | None = None
    after: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """An item that a batch could not take; it stays open until it succeeds or is dismissed.

    ``run_id`` is the run that met it last; ``told`` is the message as ``WorkbenchError.told``,
    ``tried_with`` the version of what refused it; both are None in databases of before.
    """

    id: str
    item: str
    reason: str
    message: str
    first_at: str
    last_at: str
    times: int
    resolution: Literal["succeeded", "dismissed"] | None = None
    resolved_at: str | None = None
    run_id: str | None = None
    told: Mapping[str, Any] | None = None
    tried_with: str | None = None


@dataclass(frozen=True, slots=True)
class IngestRun:
    """One run of ingestion.

    ``paths`` is what it was asked to read; the items themselves where ``kind`` is ``retry``.
    ``started_at`` is when it was asked for until it starts. ``counts`` are those of its end;
    ``problem`` is what made it fail, as ``WorkbenchError.told``.
    """

    id: str
    by: str
    kind: RunKind
    state: RunState
    started_at: str
    finished_at: str | None
    paths: tuple[str, ...]
    project_id: str | None
    counts: Mapping[str, int] = field(default_factory=dict)
    problem: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class CleanedItem:
    """What cleaning makes of one archived item, ready to become an article.

    ``item`` says where it was found (a path, or ``archive!member``). ``raw`` is the item as
    found. ``title_terms`` and ``text_terms`` are the search index's terms, space-separated.
    """

    item: str
    url: str
    canonical_url: str
    source: str
    title: str
    text: str
    language: str
    published_at: str | None
    published_from: str
    dateline: str | None
    captions: tuple[str, ...]
    raw: bytes
    raw_sha256: str
    cleaner_version: str
    title_terms: str
    text_terms: str
