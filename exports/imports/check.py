"""What must hold between the parts of one record read from a file.

The types are right already (`exports.imports.decode`); here ids must be usable and unique,
references must lead somewhere within the record, quotes must stand at their offsets, names
must be in the codebook version they were used under.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from annotate.codebook import Codebook, names
from annotate.errors import Invalid
from annotate.model import LabelSet, Span, Statement
from exports.imports.decode import Problem
from exports.records import ProjectRecord, Record, codebook_of

_MAX_ID = 200
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z\Z")
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?\Z")
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")


def check(record: Record) -> None:
    """Check one record.

    Raises:
        Problem: The first thing that is wrong, with its place.
    """
    _article(record)
    _unique((entry.project.id for entry in record.projects), "projects")
    for n, entry in enumerate(record.projects):
        _project(entry, f"projects[{n}]")
    for n, actor_id in enumerate(record.actors):
        _id(actor_id, f"actors[{n}].id")
    for n, claim in enumerate(record.claims.values()):
        _id(claim.id, f"claims[{n}].id")
        _known(claim.project_id, _project_ids(record), f"claims[{n}].project_id")
    for n, coder in enumerate(record.coders.values()):
        _id(coder.id, f"coders[{n}].id")
        if not coder.name.strip():
            raise Problem(f"coders[{n}].name", "is empty")
    _unique((label_set.id for label_set in record.label_sets), "label_sets")
    for n, label_set in enumerate(record.label_sets):
        _label_set(record, label_set, f"label_sets[{n}]")
    _submissions(record)


def _article(record: Record) -> None:
    article = record.article
    _id(article.id, "article.id")
    _id(article.series_id, "article.series_id")
    _at_least_one(article.revision, "article.revision")
    _time(article.ingested_at, "article.ingested_at")
    if article.published_at is not None:
        _time(article.published_at, "article.published_at")
    if article.duplicate_of is not None:
        _id(article.duplicate_of, "article.duplicate_of")
    if not _SHA256.match(article.raw_sha256):
        raise Problem("article.raw_sha256", "64 hexadecimal digits were expected")
    if not article.text.strip():
        raise Problem("article.text", "is empty")


def _project(entry: ProjectRecord, place: str) -> None:
    project = entry.project
    _id(project.id, f"{place}.id")
    _time(project.created_at, f"{place}.created_at")
    if not project.name.strip():
        raise Problem(f"{place}.name", "is empty")
    _unique((str(book.number) for book in entry.codebooks), f"{place}.codebooks")
    for n, book in enumerate(entry.codebooks):
        _at_least_one(book.number, f"{place}.codebooks[{n}].number")
        _time(book.created_at, f"{place}.codebooks[{n}].created_at")
        _book(entry, book.number, f"{place}.codebooks[{n}].content")
    _book(entry, project.codebook_version, f"{place}.codebook_version")


def _label_set(record: Record, label_set: LabelSet, place: str) -> None:
    _id(label_set.id, f"{place}.id")
    _time(label_set.created_at, f"{place}.created_at")
    _time(label_set.updated_at, f"{place}.updated_at")
    if label_set.article_id != record.article.id:
        raise Problem(f"{place}.article_id", "is not the id of the line's article")
    _known(label_set.project_id, _project_ids(record), f"{place}.project_id")
    if (label_set.coder_id is None) != (label_set.kind == "gold"):
        raise Problem(f"{place}.coder_id", "must be null for gold, and for nothing else")
    if label_set.coder_id is not None:
        _known(label_set.coder_id, record.coders, f"{place}.coder_id")
    entry = next(e for e in record.projects if e.project.id == label_set.project_id)
    _unique((span.id for span in label_set.spans), f"{place}.spans")
    _unique((statement.id for statement in label_set.statements), f"{place}.statements")
    for n, span in enumerate(label_set.spans):
        _span(record, entry, span, f"{place}.spans[{n}]")
    spans = {span.id for span in label_set.spans}
    for n, statement in enumerate(label_set.statements):
        _statement(record, entry, spans, statement, f"{place}.statements[{n}]")
    _document_labels(entry, label_set, f"{place}.document_labels")


def _span(record: Record, entry: ProjectRecord, span: Span, place: str) -> None:
    _id(span.id, f"{place}.id")
    text = record.article.text
    if not 0 <= span.start < span.end <= len(text):
        raise Problem(
            place, f"[{span.start}, {span.end}) is no stretch of a text of {len(text)} characters"
        )
    if text[span.start : span.end] != span.quote:
        raise Problem(
            f"{place}.quote", f"the text has {text[span.start : span.end][:40]!r} at that place"
        )
    book = _book(entry, span.codebook_version, f"{place}.codebook_version")
    _known(span.kind, names(book.span_kinds), f"{place}.kind", "a span kind of the codebook")
    if span.actor_id is not None:
        _known(span.actor_id, record.actors, f"{place}.actor_id")


def _statement(
    record: Record, entry: ProjectRecord, spans: set[str], statement: Statement, place: str
) -> None:
    _id(statement.id, f"{place}.id")
    _known(statement.claim_id, record.claims, f"{place}.claim_id")
    if record.claims[statement.claim_id].project_id != entry.project.id:
        raise Problem(f"{place}.claim_id", "is a claim of another project")
    book = _book(entry, statement.codebook_version, f"{place}.codebook_version")
    _known(statement.stance, names(book.stances), f"{place}.stance", "a stance of the codebook")
    if statement.certainty is not None:
        certainties = names(book.certainties)
        _known(statement.certainty, certainties, f"{place}.certainty", "one of the codebook")
    for name in ("speaker_id", "holder_id", "addressee_id"):
        actor_id = getattr(statement, name)
        if actor_id is not None:
            _known(actor_id, record.actors, f"{place}.{name}")
    for n, actor_id in enumerate(statement.reported_by):
        _known(actor_id, record.actors, f"{place}.reported_by[{n}]")
    _unique(statement.evidence, f"{place}.evidence")
    for n, span_id in enumerate(statement.evidence):
        _known(span_id, spans, f"{place}.evidence[{n}]", "a span of this label set")
    if statement.statement_date is not None:
        _date(statement.statement_date, f"{place}.statement_date")


def _document_labels(entry: ProjectRecord, label_set: LabelSet, place: str) -> None:
    allowed: dict[str, set[str]] = {}
    for version in entry.codebooks:
        for label in codebook_of(entry, version.number).document_labels:
            allowed.setdefault(label.name, set()).update(names(label.values))
    for name, values in label_set.document_labels.items():
        _known(name, allowed, place, "a document label of the codebook")
        for value in values:
            _known(value, allowed[name], f"{place}.{name}", "a value of that document label")


def _submissions(record: Record) -> None:
    label_sets = {label_set.id for label_set in record.label_sets}
    _unique((submission.id for submission in record.submissions), "submissions")
    for n, submission in enumerate(record.submissions):
        place = f"submissions[{n}]"
        _id(submission.id, f"{place}.id")
        _known(submission.label_set_id, label_sets, f"{place}.label_set_id")
        _at_least_one(submission.number, f"{place}.number")
        _time(submission.submitted_at, f"{place}.submitted_at")


def _book(entry: ProjectRecord, number: int, place: str) -> Codebook:
    try:
        return codebook_of(entry, number)
    except Invalid as error:
        raise Problem(place, error.message) from None


def _project_ids(record: Record) -> list[str]:
    return [entry.project.id for entry in record.projects]


def _id(value: str, place: str) -> None:
    if not value or len(value) > _MAX_ID or not value.isprintable() or value.strip() != value:
        raise Problem(place, f"{value[:40]!r} cannot be an id")


def _known(
    value: str,
    among: Sequence[str] | Iterable[str],
    place: str,
    what: str = "described in this line",
) -> None:
    if value not in among:
        raise Problem(place, f"{value[:40]!r} is not {what}")


def _unique(values: Iterable[str], place: str) -> None:
    twice = [value for value, times in Counter(values).items() if times > 1]
    if twice:
        raise Problem(place, f"{twice[0][:40]!r} stands twice")


def _at_least_one(value: int, place: str) -> None:
    if value < 1:
        raise Problem(place, "counting begins at 1")


def _time(value: str, place: str) -> None:
    if not _TIME.match(value) or not _parses(datetime.fromisoformat, value):
        raise Problem(place, f"{value[:40]!r} is not a time such as 2026-11-23T18:39:00.123Z")


def _date(value: str, place: str) -> None:
    # A year or a month alone is a date if its first day is.
    first_day = value + "-01-01"[len(value) - 4 :]
    if not _DATE.match(value) or not _parses(date.fromisoformat, first_day):
        raise Problem(place, f"{value[:40]!r} is not YYYY, YYYY-MM or YYYY-MM-DD")


def _parses(parse: Callable[[str], object], value: str) -> bool:
    try:
        parse(value)
    except ValueError:
        return False
    return True
