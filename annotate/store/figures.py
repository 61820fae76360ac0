"""What figures of agreement are made of: first submissions, read article by article."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import orjson

from annotate.store.database import Connections, Transaction, marks, to_json

BATCH = 200
RecheckKind = Literal["span", "statement"]
_COLUMNS = {"stances": ("statement", "stance"), "certainties": ("statement", "certainty"),
            "span_kinds": ("span", "kind")}  # fmt: skip


class Figures:
    """Reads one database's labels for figures, and keeps what was checked anew."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def stamp(self) -> int:
        """A number that grows with every change of anything."""
        row = self._c.row("SELECT max(rowid) FROM event")
        return int(row[0] or 0) if row else 0

    def labelled(self, project_id: str, after: str = "") -> Iterator[list[str]]:
        """Batches of articles of a project that people labelled, by id.

        Args:
            project_id: The project.
            after: Only articles behind this id.
        """
        while True:
            rows = self._c.tuples(
                "SELECT DISTINCT article_id FROM label_set WHERE project_id = ?"
                " AND article_id > ? AND coder_id IS NOT NULL AND kind = 'analyst'"
                " ORDER BY article_id LIMIT ?",
                (project_id, after, BATCH),
            )
            if not rows:
                return
            after = rows[-1][0]
            yield [row[0] for row in rows]

    def firsts(self, label_set_ids: Sequence[str]) -> dict[str, tuple[str, dict[str, Any]]]:
        """The first submissions of label sets: (when, content) by label set."""
        return {
            row[0]: (row[1], orjson.loads(row[2]))
            for row in self._c.tuples(
                "SELECT label_set_id, submitted_at, content FROM submission s"
                f" WHERE label_set_id IN ({marks(label_set_ids)}) AND number ="
                " (SELECT min(number) FROM submission t WHERE t.label_set_id = s.label_set_id)",
                list(label_set_ids),
            )
        }

    def lengths(self, article_ids: Sequence[str]) -> dict[str, tuple[int, str]]:
        """Articles' lengths in code points, and their titles."""
        return {
            row[0]: (row[1], row[2])
            for row in self._c.tuples(
                "SELECT t.article_id, length(t.text), a.title FROM article_text t"
                " JOIN article a ON a.id = t.article_id"
                " WHERE t.article_id IN (SELECT value FROM json_each(?))",
                [to_json(list(article_ids))],
            )
        }

    def older(
        self, project_id: str, scale: str, value: str, version: int
    ) -> list[tuple[RecheckKind, str, str, str, int, str]]:
        """What was made with a value before a codebook version and is not checked since.

        Args:
            project_id: The project.
            scale: ``stances``, ``certainties`` or ``span_kinds``.
            value: The value's stored name.
            version: The version that changed it.

        Returns:
            (kind, id, label set id, article id, codebook version, text): text is the quote of a
            span, empty for a statement.
        """
        table, column = _COLUMNS[scale]
        text = "e.quote" if table == "span" else "''"
        return self._c.tuples(
            f"SELECT '{table}', e.id, e.label_set_id, l.article_id, e.codebook_version, {text}"
            f" FROM label_set l JOIN {table} e ON e.label_set_id = l.id"
            " WHERE l.project_id = ? AND l.kind <> 'model' AND e.deleted_at IS NULL"
            f" AND e.{column} = ? AND e.codebook_version < ?"
            " AND NOT EXISTS (SELECT 1 FROM recheck r"
            f" WHERE r.kind = '{table}' AND r.entity_id = e.id AND r.version >= ?)"
            " ORDER BY l.article_id, e.id",
            (project_id, value, version, version),
        )

    def check(
        self, tx: Transaction, kind: RecheckKind, entity_id: str, version: int, project_id: str
    ) -> bool:
        """Note that something was looked at and still holds under a version; False if it was."""
        new = tx.execute(
            "INSERT INTO recheck (kind, entity_id, version, at, by) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (kind, entity_id, version, tx.at, tx.by),
        ).rowcount
        if new:
            tx.record(f"{kind}.recheck", kind, entity_id, project_id=project_id,
                      after={"codebook_version": version})  # fmt: skip
        return bool(new)

    def uncheck(
        self, tx: Transaction, kind: RecheckKind, entity_id: str, version: int, project_id: str
    ) -> bool:
        """Take back such a note of the writer's own; False if there is none."""
        gone = tx.execute(
            "DELETE FROM recheck WHERE kind = ? AND entity_id = ? AND version = ? AND by = ?"
            f" AND EXISTS (SELECT 1 FROM {kind} e JOIN label_set l ON l.id = e.label_set_id"
            "  WHERE e.id = entity_id AND l.project_id = ?)",
            (kind, entity_id, version, tx.by, project_id),
        ).rowcount
        if gone:
            tx.record(f"{kind}.recheck_undo", kind, entity_id, project_id=project_id,
                      before={"codebook_version": version})  # fmt: skip
        return bool(gone)

    def quotes(self, statement_ids: Sequence[str]) -> dict[str, str]:
        """The first piece of evidence of statements."""
        return {
            row[0]: row[1]
            for row in self._c.tuples(
                "SELECT e.statement_id, s.quote FROM statement_evidence e"
                " JOIN span s ON s.id = e.span_id WHERE e.position = 0"
                " AND e.statement_id IN (SELECT value FROM json_each(?))",
                [to_json(list(statement_ids))],
            )
        }
