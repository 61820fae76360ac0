"""Decisions behind gold, and the articles that wait for some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from annotate.model import Event
from annotate.reviews import ArticleState, Decision, ReviewArticle, Source
from annotate.store.assignments import ARTICLE
from annotate.store.database import Connections, Row, Transaction, event_of, marks

DECIDE, REOPEN = "gold.decide", "gold.reopen"
_COLUMNS = (
    "id, project_id, article_id, gold_id, kind, verdict, entity_id, reason, at, by, undone_at"
)
_EVENT = "id, at, by, action, subject_kind, subject_id, project_id, operation_id, before, after"


class Decisions:
    """The decisions of one database; one that was taken back stays, with the time of that."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def live(self, gold_ids: Sequence[str]) -> list[Decision]:
        """The decisions that hold for some gold label sets, oldest first."""
        return self._read(
            f"gold_id IN ({marks(gold_ids)}) AND undone_at IS NULL ORDER BY at, id",
            list(gold_ids),
        )

    def get(self, decision_id: str) -> Decision | None:
        """A decision, also one that was taken back."""
        found = self._read("id = ?", [decision_id])
        return found[0] if found else None

    def add(self, tx: Transaction, decision: Decision) -> None:
        """Record a decision, as a change of its gold label set."""
        tx.execute(
            f"INSERT INTO decision ({_COLUMNS}, operation_id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (decision.id, decision.project_id, decision.article_id, decision.gold_id,
             decision.kind, decision.verdict, decision.entity_id, decision.reason, decision.at,
             decision.by, decision.undone_at, tx.operation_id),
        )  # fmt: skip
        for source in decision.sources:
            tx.execute(
                "INSERT INTO decision_source VALUES (?, ?, ?, ?)",
                (decision.id, source.label_set_id, source.entity_id, source.digest),
            )
        self._record(tx, DECIDE, decision)

    def take_back(self, tx: Transaction, decision: Decision) -> None:
        """Let a decision hold no longer."""
        tx.execute("UPDATE decision SET undone_at = ? WHERE id = ?", (tx.at, decision.id))
        self._record(tx, REOPEN, decision)

    def bring_back(self, tx: Transaction, decision: Decision) -> None:
        """Let a decision that was taken back hold again."""
        tx.execute("UPDATE decision SET undone_at = NULL WHERE id = ?", (decision.id,))
        self._record(tx, DECIDE, decision)

    def changes_of(self, operation_id: str) -> list[Event]:
        """What an operation decided and took back, in order."""
        return [
            event_of(row)
            for row in self._c.rows(
                f"SELECT {_EVENT} FROM event WHERE operation_id = ?"
                " AND action IN (?, ?) ORDER BY rowid",
                (operation_id, DECIDE, REOPEN),
            )
        ]

    def overruling(self, operation_id: str) -> list[Event]:
        """What others than its maker decided, took back or changed after an operation."""
        columns = ", ".join(f"e.{name}" for name in _EVENT.split(", "))
        return [
            event_of(row)
            for row in self._c.rows(
                f"SELECT {columns} FROM operation t JOIN operation o"
                " ON o.label_set_id = t.label_set_id AND o.revision > t.revision AND o.by <> t.by"
                " JOIN event e ON e.operation_id = o.id WHERE t.id = ?"
                " AND (e.action IN (?, ?) OR e.subject_kind IN ('statement', 'document_label'))"
                " ORDER BY e.rowid",
                (operation_id, DECIDE, REOPEN),
            )
        ]

    def made_since(self, gold_id: str, revision: int, other_than: str) -> set[str]:
        """Live decisions that others than a client made after a revision of gold."""
        rows = self._c.rows(
            "SELECT d.id FROM decision d JOIN operation o ON o.id = d.operation_id"
            " WHERE d.gold_id = ? AND d.undone_at IS NULL AND o.revision > ? AND o.client <> ?",
            (gold_id, revision, other_than),
        )
        return {row["id"] for row in rows}

    def article(self, project_id: str, article_id: str) -> ReviewArticle | None:
        """Where an article stands, None for one without labels and outside all rounds."""
        row = self._c.row(
            f"SELECT {ARTICLE} FROM review_article WHERE project_id = ? AND article_id = ?",
            (project_id, article_id),
        )
        return None if row is None else ReviewArticle(**dict(row))

    def waiting(
        self,
        project_id: str,
        states: Sequence[ArticleState],
        *,
        after: tuple[str, str] | None = None,
        before: tuple[str, str] | None = None,
        limit: int,
    ) -> list[ReviewArticle]:
        """Articles in some states, in the order in which they came into them.

        Args:
            project_id: The project.
            states: Which states.
            after: Time and article id behind which the page begins.
            before: Time and article id before which it ends; then the nearest come first.
            limit: How many at most.
        """
        bound = after or before or ("", "")
        sign, order = ("<", "DESC") if before else (">", "ASC")
        each = (
            f"SELECT * FROM (SELECT {ARTICLE} FROM review_article WHERE project_id = ?"
            f" AND state = ? AND (since, article_id) {sign} (?, ?)"
            f" ORDER BY since {order}, article_id {order} LIMIT ?)"
        )
        values: list[Any] = []
        for state in states:
            values += [project_id, state, *bound, limit]
        rows = self._c.rows(
            f"{' UNION ALL '.join([each] * len(states))}"
            f" ORDER BY since {order}, article_id {order} LIMIT ?",
            [*values, limit],
        )
        return [ReviewArticle(**dict(row)) for row in rows]

    def count(
        self, project_id: str, states: Sequence[ArticleState], until: tuple[str, str] | None = None
    ) -> int:
        """How many articles are in some states; only up to one of them if asked."""
        row = self._c.row(
            f"SELECT count(*) AS n FROM review_article WHERE project_id = ?"
            f" AND state IN ({marks(states)}) AND (? IS NULL OR (since, article_id) <= (?, ?))",
            [project_id, *states, until and until[0], *(until or ("", ""))],
        )
        return 0 if row is None else int(row["n"])

    def _record(self, tx: Transaction, action: str, decision: Decision) -> None:
        told = asdict(decision)
        for name in ("project_id", "gold_id", "undone_at"):
            del told[name]
        sides = {"after": told} if action == DECIDE else {"before": told}
        tx.record(action, "label_set", decision.gold_id, project_id=decision.project_id, **sides)

    def _read(self, where: str, values: Sequence[Any]) -> list[Decision]:
        rows = self._c.rows(f"SELECT {_COLUMNS} FROM decision WHERE {where}", values)
        sources = self._sources([row["id"] for row in rows])
        return [Decision(**dict(row), sources=tuple(sources.get(row["id"], ()))) for row in rows]

    def _sources(self, ids: Sequence[str]) -> dict[str, list[Source]]:
        found: dict[str, list[Source]] = {}
        row: Row
        for row in self._c.rows(
            "SELECT decision_id, label_set_id, entity_id, digest FROM decision_source"
            f" WHERE decision_id IN ({marks(ids)}) ORDER BY label_set_id, entity_id",
            list(ids),
        ):
            source = Source(row["label_set_id"], row["entity_id"], row["digest"])
            found.setdefault(row["decision_id"], []).append(source)
        return found
