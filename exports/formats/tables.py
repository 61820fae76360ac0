"""The tables that ``csv`` and ``parquet`` write: articles, label sets, spans, statements.

Each is a list of columns and a pure function from a record to its rows. Every row carries the
ids and the names needed to read it alone, and the ids by which the tables join. Offsets are
code points of the article's text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from annotate.codebook import Codebook
from annotate.model import Actor, LabelSet, Statement
from exports.records import Record, codebook_of, ordered, project_of
from exports.registry import Options, Preview, PreviewTable, ShowFirst

Cell = str | int | float | bool | tuple[str, ...] | tuple[int, ...] | None
Kind = Literal["text", "integer", "number", "truth", "time", "texts", "integers"]

_PREVIEW_RECORDS = 500


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what its cells hold and whether they may be empty."""

    name: str
    kind: Kind = "text"
    nullable: bool = False


Rows = Callable[[Record, Options], Iterable[tuple[Cell, ...]]]


@dataclass(frozen=True, slots=True)
class Table:
    """An output table: a name, its columns and the rows that one record gives."""

    name: str
    columns: tuple[Column, ...]
    rows: Rows


ARTICLE_COLUMNS = (
    Column("article_id"),
    Column("series_id"),
    Column("revision", "integer"),
    Column("superseded", "truth"),
    Column("duplicate_of", nullable=True),
    Column("title"),
    Column("text"),
    Column("language"),
    Column("source"),
    Column("url"),
    Column("canonical_url"),
    Column("published_at", "time", nullable=True),
    Column("published_from"),
    Column("dateline", nullable=True),
    Column("captions", "texts"),
    Column("raw_sha256"),
    Column("cleaner_version"),
    Column("ingested_at", "time"),
)

_WHOSE = (
    Column("article_id"),
    Column("project_id"),
    Column("project"),
    Column("label_set_id"),
    Column("layer"),
    Column("status"),
    Column("coder_id", nullable=True),
    Column("coder", nullable=True),
)

LABEL_SET_COLUMNS = (
    *_WHOSE,
    Column("revision", "integer"),
    Column("created_at", "time"),
    Column("updated_at", "time"),
    Column("document_labels", "texts"),
)

SPAN_COLUMNS = (
    Column("span_id"),
    *_WHOSE,
    Column("kind"),
    Column("start", "integer"),
    Column("end", "integer"),
    Column("quote"),
    Column("actor_id", nullable=True),
    Column("actor", nullable=True),
    Column("codebook_version", "integer"),
)

STATEMENT_COLUMNS = (
    Column("statement_id"),
    *_WHOSE,
    Column("speaker_id", nullable=True),
    Column("speaker", nullable=True),
    Column("holder_id", nullable=True),
    Column("holder", nullable=True),
    Column("stance"),
    Column("stance_number", "number", nullable=True),
    Column("claim_id"),
    Column("claim"),
    Column("topic"),
    Column("certainty", nullable=True),
    Column("evidence_ids", "texts"),
    Column("evidence_starts", "integers"),
    Column("evidence_ends", "integers"),
    Column("evidence", "texts"),
    Column("addressee_id", nullable=True),
    Column("addressee", nullable=True),
    Column("reported_by_ids", "texts"),
    Column("reported_by", "texts"),
    Column("venue"),
    Column("statement_date", nullable=True),
    Column("note"),
    Column("codebook_version", "integer"),
)


def article_rows(record: Record, options: Options) -> Iterator[tuple[Cell, ...]]:
    """The article's one row."""
    a = record.article
    yield (
        a.id,
        a.series_id,
        a.revision,
        a.superseded,
        a.duplicate_of,
        a.title,
        a.text,
        a.language,
        a.source,
        a.url,
        a.canonical_url,
        a.published_at,
        a.published_from,
        a.dateline,
        a.captions,
        a.raw_sha256,
        a.cleaner_version,
        a.ingested_at,
    )


def label_set_rows(record: Record, options: Options) -> Iterator[tuple[Cell, ...]]:
    """A row a label set, those without any span or statement included."""
    for label_set in record.label_sets:
        labels = tuple(
            f"{name}={value}"
            for name, values in label_set.document_labels.items()
            for value in values
        )
        yield (
            *_whose(record, label_set),
            label_set.revision,
            label_set.created_at,
            label_set.updated_at,
            labels,
        )


def span_rows(record: Record, options: Options) -> Iterator[tuple[Cell, ...]]:
    """A row a span."""
    for label_set in record.label_sets:
        whose = _whose(record, label_set)
        for span in label_set.spans:
            yield (
                span.id,
                *whose,
                span.kind,
                span.start,
                span.end,
                span.quote,
                span.actor_id,
                _name(record, span.actor_id),
                span.codebook_version,
            )


def statement_rows(record: Record, options: Options) -> Iterator[tuple[Cell, ...]]:
    """A row a statement; a holder not named is the speaker."""
    for label_set in record.label_sets:
        if not label_set.statements:
            continue
        whose = _whose(record, label_set)
        project = project_of(record, label_set)
        spans = {span.id: span for span in label_set.spans}
        for s in label_set.statements:
            claim = record.claims[s.claim_id]
            holder_id = s.holder_id or s.speaker_id
            evidence = [spans[span_id] for span_id in s.evidence]
            yield (
                s.id,
                *whose,
                s.speaker_id,
                _name(record, s.speaker_id),
                holder_id,
                _name(record, holder_id),
                s.stance,
                _stance_number(codebook_of(project, s.codebook_version), s),
                s.claim_id,
                claim.text,
                claim.topic,
                s.certainty,
                s.evidence,
                tuple(span.start for span in evidence),
                tuple(span.end for span in evidence),
                tuple(span.quote for span in evidence),
                s.addressee_id,
                _name(record, s.addressee_id),
                s.reported_by,
                tuple(record.actors[actor_id].name for actor_id in s.reported_by),
                s.venue,
                s.statement_date,
                s.note,
                s.codebook_version,
            )


TABLES = (
    Table("articles", ARTICLE_COLUMNS, article_rows),
    Table("label_sets", LABEL_SET_COLUMNS, label_set_rows),
    Table("spans", SPAN_COLUMNS, span_rows),
    Table("statements", STATEMENT_COLUMNS, statement_rows),
)


def table_names(tables: tuple[Table, ...]) -> tuple[str, ...]:
    """The names of the tables, which are those of their files."""
    return tuple(table.name for table in tables)


def preview(tables: tuple[Table, ...]) -> ShowFirst:
    """A preview of these tables.

    It looks at a limited number of records, so that a table without rows costs no reading of
    the whole corpus.
    """

    def show(records: Iterable[Record], options: Options, rows: int) -> Preview:
        found: list[list[tuple[str, ...]]] = [[] for _ in tables]
        for record in islice(records, _PREVIEW_RECORDS):
            record = ordered(record)
            for table, kept in zip(tables, found, strict=True):
                wanted = islice(table.rows(record, options), rows - len(kept))
                kept += [tuple(map(shown_cell, row)) for row in wanted]
            if all(len(kept) >= rows for kept in found):
                break
        return Preview(
            tables=tuple(
                PreviewTable(table.name, tuple(c.name for c in table.columns), tuple(kept))
                for table, kept in zip(tables, found, strict=True)
            )
        )

    return show


def shown_cell(value: Cell) -> str:
    """A cell as text for people."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return " | ".join(map(str, value))
    return str(value)


def _whose(record: Record, label_set: LabelSet) -> tuple[str | None, ...]:
    project = project_of(record, label_set).project
    coder = record.coders[label_set.coder_id] if label_set.coder_id else None
    return (
        record.article.id,
        project.id,
        project.name,
        label_set.id,
        label_set.kind,
        label_set.status,
        label_set.coder_id,
        coder.name if coder else None,
    )


def _name(record: Record, actor_id: str | None) -> str | None:
    if actor_id is None:
        return None
    actor: Actor = record.actors[actor_id]
    return actor.name


def _stance_number(book: Codebook, statement: Statement) -> float | None:
    for value in book.stances:
        if value.name == statement.stance:
            return value.number
    return None
