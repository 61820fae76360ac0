"""Label sets and their content, one entity at a time for edits and in bulk for reading.

An *entity* is what an operation changes: a span, a statement or a document label, known by its
kind and id (a document label's id is its name) and described by a plain mapping, the same that
travels to the browser and into the audit event. Writing a mapping makes or changes the entity,
writing None marks it deleted, so that undo is the writing of what was there before.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from annotate.errors import Invalid
from annotate.model import (
    STATUSES,
    EntityKind,
    LabelSet,
    LabelSetKind,
    Span,
    Statement,
    Status,
    Submission,
    new_id,
)
from annotate.store.assignments import GIVEN
from annotate.store.database import Connections, Row, Transaction, marks, to_json

Entity = dict[str, Any]
SPAN_FIELDS = ("id", "kind", "start", "end", "quote", "actor_id", "codebook_version")
STATEMENT_FIELDS = (
    "id", "claim_id", "stance", "codebook_version", "speaker_id", "holder_id", "certainty",
    "addressee_id", "venue", "statement_date", "note",
)  # fmt: skip
_SPAN_COLUMNS = 'id, kind, start, "end", quote, codebook_version, actor_id'
_STATEMENT_COLUMNS = ", ".join(STATEMENT_FIELDS)
_HEAD = "id, project_id, article_id, coder_id, kind, status, revision, created_at, updated_at"


class Labels:
    """The label sets of one database."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def head(self, label_set_id: str) -> LabelSet | None:
        """A label set without its content."""
        row = self._c.row(f"SELECT {_HEAD} FROM label_set WHERE id = ?", (label_set_id,))
        return None if row is None else LabelSet(**dict(row))

    def head_of(self, project_id: str, article_id: str, coder_id: str) -> LabelSet | None:
        """A coder's label set on an article in a project, without its content."""
        row = self._c.row(
            f"SELECT {_HEAD} FROM label_set"
            " WHERE project_id = ? AND article_id = ? AND coder_id = ?",
            (project_id, article_id, coder_id),
        )
        return None if row is None else LabelSet(**dict(row))

    def heads_on(self, article_ids: Sequence[str], project_id: str | None = None) -> list[LabelSet]:
        """The label sets on these articles, without content, oldest first."""
        return [
            LabelSet(*row)
            for row in self._c.tuples(
                f"SELECT {_HEAD} FROM label_set WHERE article_id IN ({marks(article_ids)})"
                " AND project_id = coalesce(?, project_id) ORDER BY created_at, id",
                [*article_ids, project_id],
            )
        ]

    def with_content(self, heads: Sequence[LabelSet]) -> list[LabelSet]:
        """The same label sets with spans, statements and document labels, in bulk."""
        ids = [head.id for head in heads]
        spans = self._spans(ids)
        statements = self._statements(ids)
        labels = self._document_labels(ids)
        return [
            LabelSet(
                head.id, head.project_id, head.article_id, head.coder_id, head.kind, head.status,
                head.revision, head.created_at, head.updated_at,
                tuple(spans.get(head.id, ())), tuple(statements.get(head.id, ())),
                labels.get(head.id, {}),
            )
            for head in heads
        ]  # fmt: skip

    def count_statements(self, label_set_ids: Sequence[str]) -> int:
        """How many statements stand in some label sets."""
        rows = self._c.tuples(
            "SELECT count(*) FROM statement WHERE deleted_at IS NULL"
            f" AND label_set_id IN ({marks(label_set_ids)})",
            list(label_set_ids),
        )
        return int(rows[0][0])

    def create(
        self,
        tx: Transaction,
        project_id: str,
        article_id: str,
        coder_id: str | None,
        kind: LabelSetKind = "analyst",
    ) -> LabelSet:
        """Begin an empty draft."""
        head = LabelSet(new_id(), project_id, article_id, coder_id, kind, "draft", 0, tx.at, tx.at)
        self._insert(tx, head)
        tx.record("label_set.create", "label_set", head.id, project_id=project_id,
                  after={"article_id": article_id, "kind": kind})  # fmt: skip
        return head

    def restore(
        self, tx: Transaction, label_set: LabelSet, submissions: Sequence[Submission]
    ) -> None:
        """Store a whole label set that comes with its ids from an export."""
        self._insert(tx, label_set)
        for span in label_set.spans:
            self.write(tx, label_set.id, "span", span.id, span_entity(span))
        for statement in label_set.statements:
            self.write(tx, label_set.id, "statement", statement.id, statement_entity(statement))
        for name, values in label_set.document_labels.items():
            self.write(tx, label_set.id, "document_label", name, {"values": list(values)})
        for submission in submissions:
            self.add_submission(tx, submission)
        # Whether gold is in review rests on its content, which was not there at first.
        tx.execute("UPDATE label_set SET status = status WHERE id = ?", (label_set.id,))
        tx.record("label_set.import", "label_set", label_set.id, project_id=label_set.project_id,
                  after={"status": label_set.status, "revision": label_set.revision})  # fmt: skip

    def set_status(self, tx: Transaction, head: LabelSet, status: Status, revision: int) -> None:
        """Change where a label set stands in its life, and its revision."""
        tx.execute(
            "UPDATE label_set SET status = ?, revision = ?, updated_at = ? WHERE id = ?",
            (status, revision, tx.at, head.id),
        )
        if status != head.status:
            tx.record("label_set.status", "label_set", head.id, project_id=head.project_id,
                      before={"status": head.status}, after={"status": status})  # fmt: skip

    def read(self, label_set_id: str, kind: EntityKind, entity_id: str) -> Entity | None:
        """One entity as a mapping; None if it does not exist in this label set or is deleted."""
        if kind == "document_label":
            rows = self._c.rows(
                "SELECT value FROM document_label WHERE label_set_id = ? AND name = ?"
                " ORDER BY value",
                (label_set_id, entity_id),
            )
            return {"values": [row["value"] for row in rows]} if rows else None
        columns = _SPAN_COLUMNS if kind == "span" else _STATEMENT_COLUMNS
        row = self._c.row(
            f"SELECT {columns} FROM {kind}"
            " WHERE id = ? AND label_set_id = ? AND deleted_at IS NULL",
            (entity_id, label_set_id),
        )
        if row is None:
            return None
        if kind == "span":
            return dict(row)
        return {**dict(row), **self._links(entity_id)}

    def write(
        self,
        tx: Transaction,
        label_set_id: str,
        kind: EntityKind,
        entity_id: str,
        entity: Mapping[str, Any] | None,
    ) -> None:
        """Make, change or (with None) delete one entity; the caller records the event.

        Raises:
            Invalid: if the id belongs to another label set.
        """
        if kind == "document_label":
            self._write_document_label(tx, label_set_id, entity_id, entity)
        elif entity is None:
            tx.execute(
                f"UPDATE {kind} SET deleted_at = ? WHERE id = ? AND label_set_id = ?",
                (tx.at, entity_id, label_set_id),
            )
        elif kind == "span":
            self._upsert(tx, "span", SPAN_FIELDS, label_set_id, entity)
        else:
            self._upsert(tx, "statement", STATEMENT_FIELDS, label_set_id, entity)
            self._write_links(tx, entity)

    def statements_on(self, label_set_id: str, span_id: str) -> list[str]:
        """Ids of the live statements that have this span as evidence."""
        rows = self._c.rows(
            "SELECT s.id FROM statement_evidence e JOIN statement s ON s.id = e.statement_id"
            " WHERE e.span_id = ? AND s.label_set_id = ? AND s.deleted_at IS NULL",
            (span_id, label_set_id),
        )
        return [row["id"] for row in rows]

    def add_submission(self, tx: Transaction, submission: Submission) -> None:
        """Freeze a label set's content."""
        tx.execute(
            "INSERT INTO submission VALUES (?, ?, ?, ?, ?, ?)",
            (submission.id, submission.label_set_id, submission.number, submission.revision,
             submission.submitted_at, to_json(submission.content)),
        )  # fmt: skip
        tx.record("label_set.freeze", "label_set", submission.label_set_id,
                  after={"number": submission.number, "revision": submission.revision})  # fmt: skip

    def submissions(self, label_set_ids: Sequence[str]) -> dict[str, tuple[Submission, ...]]:
        """The frozen submissions of these label sets, by number."""
        found: dict[str, tuple[Submission, ...]] = {}
        for row in self._c.rows(
            "SELECT id, label_set_id, number, revision, submitted_at, content FROM submission"
            f" WHERE label_set_id IN ({marks(label_set_ids)}) ORDER BY label_set_id, number",
            list(label_set_ids),
        ):
            submission = Submission(**{**dict(row), "content": json.loads(row["content"])})
            found[row["label_set_id"]] = (*found.get(row["label_set_id"], ()), submission)
        return found

    def of_coder(
        self, coder_id: str, project_id: str, statuses: Sequence[Status] = STATUSES
    ) -> Iterator[tuple[str, Status, int]]:
        """A coder's label sets in a project: (article id, status, live statements)."""
        for row in self._c.rows(
            "SELECT article_id, status, (SELECT count(*) FROM statement s"
            " WHERE s.label_set_id = l.id AND s.deleted_at IS NULL) AS n"
            " FROM label_set l WHERE coder_id = ? AND project_id = ?"
            f" AND status IN ({marks(statuses)}) ORDER BY updated_at DESC",
            (coder_id, project_id, *statuses),
        ):
            yield row["article_id"], row["status"], row["n"]

    def statuses_of(
        self, coder_id: str, project_id: str, article_ids: Collection[str]
    ) -> dict[str, Status]:
        """Where a coder's label sets on some articles stand, by article."""
        rows = self._c.tuples(
            "SELECT article_id, status FROM label_set WHERE coder_id = ? AND project_id = ?"
            f" AND article_id IN {GIVEN}",
            (coder_id, project_id, json.dumps(sorted(article_ids))),
        )
        return dict(rows)

    def _insert(self, tx: Transaction, head: LabelSet) -> None:
        tx.execute(
            f"INSERT INTO label_set ({_HEAD}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (head.id, head.project_id, head.article_id, head.coder_id, head.kind, head.status,
             head.revision, head.created_at, head.updated_at),
        )  # fmt: skip

    def _upsert(
        self,
        tx: Transaction,
        table: str,
        fields: Sequence[str],
        label_set_id: str,
        entity: Mapping[str, Any],
    ) -> None:
        names = [f'"{name}"' for name in fields]
        updates = ", ".join(f"{name} = excluded.{name}" for name in names if name != '"id"')
        changed = tx.execute(
            f"INSERT INTO {table} ({', '.join(names)}, label_set_id, created_at)"
            f" VALUES ({marks(fields)}, ?, ?) ON CONFLICT (id) DO UPDATE SET {updates},"
            " deleted_at = NULL WHERE label_set_id = excluded.label_set_id",
            [*(entity.get(name) for name in fields), label_set_id, tx.at],
        ).rowcount
        if not changed:
            raise Invalid("{label_id} belongs to another label set", label_id=entity["id"])

    def _write_links(self, tx: Transaction, entity: Mapping[str, Any]) -> None:
        for table, column, key in (
            ("statement_evidence", "span_id", "evidence"),
            ("statement_reporter", "actor_id", "reported_by"),
        ):
            tx.execute(f"DELETE FROM {table} WHERE statement_id = ?", (entity["id"],))
            for position, linked in enumerate(entity.get(key) or ()):
                tx.execute(
                    f"INSERT INTO {table} (statement_id, position, {column}) VALUES (?, ?, ?)",
                    (entity["id"], position, linked),
                )

    def _write_document_label(
        self, tx: Transaction, label_set_id: str, name: str, entity: Mapping[str, Any] | None
    ) -> None:
        tx.execute(
            "DELETE FROM document_label WHERE label_set_id = ? AND name = ?", (label_set_id, name)
        )
        for value in entity["values"] if entity else ():
            tx.execute("INSERT INTO document_label VALUES (?, ?, ?)", (label_set_id, name, value))

    def _links(self, statement_id: str) -> Entity:
        evidence = self._c.rows(
            "SELECT span_id FROM statement_evidence WHERE statement_id = ? ORDER BY position",
            (statement_id,),
        )
        reporters = self._c.rows(
            "SELECT actor_id FROM statement_reporter WHERE statement_id = ? ORDER BY position",
            (statement_id,),
        )
        return {
            "evidence": [row["span_id"] for row in evidence],
            "reported_by": [row["actor_id"] for row in reporters],
        }

    def _spans(self, ids: Sequence[str]) -> dict[str, list[Span]]:
        found: dict[str, list[Span]] = {}
        for row in self._c.tuples(
            f"SELECT label_set_id, {_SPAN_COLUMNS} FROM span WHERE deleted_at IS NULL"
            f' AND label_set_id IN ({marks(ids)}) ORDER BY label_set_id, start, "end", id',
            list(ids),
        ):
            found.setdefault(row[0], []).append(Span(*row[1:]))
        return found

    def _statements(self, ids: Sequence[str]) -> dict[str, list[Statement]]:
        rows = self._c.tuples(
            f"SELECT label_set_id, {_STATEMENT_COLUMNS} FROM statement WHERE deleted_at IS NULL"
            f" AND label_set_id IN ({marks(ids)}) ORDER BY label_set_id, id",
            list(ids),
        )
        evidence = self._linked("statement_evidence", "span_id", ids) if rows else {}
        reporters = self._linked("statement_reporter", "actor_id", ids) if rows else {}
        found: dict[str, list[Statement]] = {}
        for row in rows:
            # In the order of the dataclass's fields: several times quicker than by name.
            linked = evidence.get(row[1], ()), reporters.get(row[1], ())
            fields = [*row[1:8], linked[0], row[8], linked[1], *row[9:]]
            found.setdefault(row[0], []).append(Statement(*fields))
        return found

    def _linked(
        self, table: str, column: str, label_set_ids: Sequence[str]
    ) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for row in self._c.tuples(
            f"SELECT l.statement_id, l.{column} FROM {table} l"
            " JOIN statement s ON s.id = l.statement_id"
            f" WHERE s.label_set_id IN ({marks(label_set_ids)})"
            " ORDER BY l.statement_id, l.position",
            list(label_set_ids),
        ):
            found[row[0]] = (*found.get(row[0], ()), row[1])
        return found

    def _document_labels(self, ids: Sequence[str]) -> dict[str, dict[str, tuple[str, ...]]]:
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for row in self._c.tuples(
            "SELECT label_set_id, name, value FROM document_label"
            f" WHERE label_set_id IN ({marks(ids)}) ORDER BY label_set_id, name, value",
            list(ids),
        ):
            labels = found.setdefault(row[0], {})
            labels[row[1]] = (*labels.get(row[1], ()), row[2])
        return found


def span_entity(span: Span) -> Entity:
    """A span as a mapping."""
    return {name: getattr(span, name) for name in SPAN_FIELDS}


def statement_entity(statement: Statement) -> Entity:
    """A statement as a mapping."""
    return {
        **{name: getattr(statement, name) for name in STATEMENT_FIELDS},
        "evidence": list(statement.evidence),
        "reported_by": list(statement.reported_by),
    }


def content_of(label_set: LabelSet) -> dict[str, object]:
    """A label set's content as plain mappings: what the browser shows and a submission freezes."""
    return {
        "spans": [span_entity(span) for span in label_set.spans],
        "statements": [statement_entity(statement) for statement in label_set.statements],
        "document_labels": {name: list(v) for name, v in label_set.document_labels.items()},
    }


__all__ = [
    "Entity",
    "EntityKind",
    "Labels",
    "Row",
    "content_of",
    "span_entity",
    "statement_entity",
]
