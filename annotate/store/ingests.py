"""Runs of ingestion and the items they could not take."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from annotate.errors import NotFound, Rejected
from annotate.model import IngestRun, Rejection, RunKind, RunState, new_id
from annotate.store.articles import Change
from annotate.store.database import Connections, Row, Transaction, marks, to_json

Listed = Literal["open", "dismissed", "succeeded", "all"]
LISTED: tuple[Listed, ...] = get_args(Listed)
_LISTED = {
    "open": "r.resolution IS NULL",
    "dismissed": "r.resolution = 'dismissed'",
    "succeeded": "r.resolution = 'succeeded'",
    "all": "TRUE",
}
# Of those on the list alone.
_REJECTION = (
    "r.id, r.item, r.reason, r.message, r.first_at, r.last_at, r.times, r.resolution,"
    " r.resolved_at, r.run_id, r.told, r.tried_with"
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which runs, and what they rejected, a reader has to do with.

    Args:
        project_id: Those of this project; None for those of all.
        without_project: Those that are for no project as well.
    """

    project_id: str | None = None
    without_project: bool = True


@dataclass(frozen=True, slots=True)
class Taken:
    """An article that a run brought. ``at`` is its place among them, for paging."""

    at: int
    article_id: str
    title: str
    source: str
    language: str
    change: Change


class Ingests:
    """The ingestion history of one database."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def start(
        self,
        tx: Transaction,
        paths: Sequence[str],
        project_id: str | None,
        *,
        kind: RunKind = "ingest",
        run_id: str | None = None,
        queued: bool = False,
    ) -> str:
        """Note that a run has begun, or waits for its turn; returns its id."""
        run_id = run_id or new_id()
        tx.execute(
            "INSERT INTO ingest_run (id, by, started_at, paths, project_id, kind, state)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (run_id, tx.by, tx.at, to_json(list(paths)), project_id, kind,
             "queued" if queued else "running"),
        )  # fmt: skip
        action = "ingest.queue" if queued else "ingest.start"
        tx.record(action, "ingest_run", run_id, project_id=project_id,
                  after={"paths": list(paths)})  # fmt: skip
        return run_id

    def change_state(
        self,
        tx: Transaction,
        run_id: str,
        before: Sequence[RunState],
        state: RunState,
        *,
        taken_over: bool = False,
    ) -> bool:
        """Move a run on; False if it is in none of the states ``before`` any more.

        With ``taken_over`` it is done in the name of the transaction's writer from now on.
        """
        changed = tx.execute(
            "UPDATE ingest_run SET state = ?, started_at = iif(? = 'running', ?, started_at),"
            " finished_at = iif(? = 'cancelled', ?, finished_at), by = iif(?, ?, by)"
            f" WHERE id = ? AND state IN ({marks(before)})",
            (state, state, tx.at, state, tx.at, taken_over, tx.by, run_id, *before),
        ).rowcount
        if changed:
            verbs = {"running": "start", "queued": "queue", "cancelled": "cancel"}
            action = f"ingest.{verbs.get(state, state)}"
            tx.record(action, "ingest_run", run_id, after={"state": state})
        return bool(changed)

    def finish(
        self,
        tx: Transaction,
        run_id: str,
        summary: Mapping[str, Any],
        state: RunState = "done",
        problem: Mapping[str, Any] | None = None,
    ) -> None:
        """Note that a run has ended, how, and with which counts."""
        told = {} if problem is None else {"problem": problem}
        tx.execute(
            "UPDATE ingest_run SET finished_at = ?, state = ?, summary = ? WHERE id = ?",
            (tx.at, state, to_json({**summary, **told}), run_id),
        )
        tx.record("ingest.finish", "ingest_run", run_id, after={**summary, "state": state})

    def run(self, run_id: str) -> IngestRun:
        """One run.

        Raises:
            NotFound: if there is none with this id.
        """
        row = self._c.row("SELECT * FROM ingest_run WHERE id = ?", (run_id,))
        if row is None:
            raise NotFound("There is no run {run_id}", run_id=run_id)
        return _run(row)

    def runs(
        self,
        scope: Scope | None = None,
        *,
        states: Sequence[RunState] = (),
        before: str | None = None,
        limit: int = 50,
    ) -> list[IngestRun]:
        """Runs, the newest first.

        Args:
            scope: Which; by default all.
            states: Only those in one of these.
            before: Only those older than this one.
            limit: How many at most.
        """
        where, values = _scoped(scope or Scope(), "project_id")
        if states:
            where, values = f"{where} AND state IN ({marks(states)})", [*values, *states]
        if before is not None:
            where, values = f"{where} AND id < ?", [*values, before]
        rows = self._c.rows(
            f"SELECT * FROM ingest_run WHERE {where} ORDER BY id DESC LIMIT ?", [*values, limit]
        )
        return [_run(row) for row in rows]

    def taken(self, run_id: str, *, after: int = 0, limit: int = 50) -> list[Taken]:
        """Articles that a run brought, a page of them."""
        rows = self._c.rows(
            "SELECT e.rowid AS at, e.after, a.id AS article_id, a.title, a.source, a.language"
            " FROM event e JOIN article a ON a.id = e.subject_id WHERE e.operation_id = ?"
            " AND e.action = 'article.ingest' AND e.rowid > ? ORDER BY e.rowid LIMIT ?",
            (run_id, after, limit),
        )
        return [
            Taken(
                row["at"], row["article_id"], row["title"], row["source"], row["language"],
                json.loads(row["after"])["change"],
            )
            for row in rows
        ]  # fmt: skip

    def brought(self, run_id: str) -> dict[Change, int]:
        """How many articles a run has brought so far, by what they were."""
        rows = self._c.rows(
            "SELECT CASE WHEN a.revision > 1 THEN 'revision'"
            " WHEN a.duplicate_of IS NOT NULL THEN 'duplicate' ELSE 'new' END AS change,"
            " count(*) AS n FROM event e JOIN article a ON a.id = e.subject_id"
            " WHERE e.operation_id = ? AND e.action = 'article.ingest' GROUP BY 1",
            (run_id,),
        )
        return {row["change"]: row["n"] for row in rows}

    def reject(
        self, tx: Transaction, item: str, rejected: Rejected, run_id: str, tried_with: str
    ) -> None:
        """List an item that could not be taken; one that was dismissed for this stays so.

        Args:
            tx: The transaction.
            item: Its place.
            rejected: Why.
            run_id: The run that met it.
            tried_with: The version of what refused it.
        """
        reason, message, told = rejected.reason, str(rejected), to_json(rejected.told())
        after = {"item": item, "reason": reason}
        row = tx.execute("SELECT * FROM rejection WHERE item = ?", (item,)).fetchone()
        if row is None:
            id_ = new_id()
            tx.execute(
                "INSERT INTO rejection (id, item, reason, message, told, run_id, tried_with,"
                " first_at, last_at, times) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
                (id_, item, reason, message, told, run_id, tried_with, tx.at, tx.at),
            )
            tx.record("item.reject", "rejection", id_, after=after)
            return
        stays = row["resolution"] == "dismissed" and row["reason"] == reason
        tx.execute(
            "UPDATE rejection SET reason = ?, message = ?, told = ?, run_id = ?, tried_with = ?,"
            " last_at = ?, times = times + 1, resolution = ?, resolved_at = ? WHERE id = ?",
            (reason, message, told, run_id, tried_with, tx.at, "dismissed" if stays else None,
             row["resolved_at"] if stays else None, row["id"]),
        )  # fmt: skip
        tx.record("item.reject", "rejection", row["id"], after=after)

    def succeed(self, tx: Transaction, items: Sequence[str]) -> None:
        """Resolve what was listed of items that have been taken now."""
        for item in items:
            row = tx.execute(
                "SELECT id FROM rejection WHERE item = ? AND resolution IS NULL", (item,)
            ).fetchone()
            if row is not None:
                self._resolve(tx, row["id"], "succeeded")

    def dismiss(self, tx: Transaction, rejection_id: str) -> None:
        """Take an item off the list without having it.

        Raises:
            NotFound: if it is not on the list.
        """
        row = tx.execute(
            "SELECT id FROM rejection WHERE id = ? AND resolution IS NULL", (rejection_id,)
        ).fetchone()
        if row is None:
            raise NotFound(
                "There is no open rejection {rejection_id}",
                "See `rejected list` for those open",
                rejection_id=rejection_id,
            )
        self._resolve(tx, rejection_id, "dismissed")

    def restore(self, tx: Transaction, rejection_id: str) -> None:
        """Put a dismissed item back on the list.

        Raises:
            NotFound: if it was not dismissed.
        """
        changed = tx.execute(
            "UPDATE rejection SET resolution = NULL, resolved_at = NULL"
            " WHERE id = ? AND resolution = 'dismissed'",
            (rejection_id,),
        ).rowcount
        if not changed:
            raise NotFound(
                "There is no dismissed rejection {rejection_id}", rejection_id=rejection_id
            )
        tx.record("item.restore", "rejection", rejection_id)

    def rejections(
        self,
        scope: Scope | None = None,
        *,
        listed: Listed = "open",
        reason: str | None = None,
        run_id: str | None = None,
        limit: int = -1,
    ) -> list[Rejection]:
        """Items that could not be taken, oldest first.

        Args:
            scope: Of which runs; by default of all.
            listed: Those on the list, or what became of them.
            reason: For this reason alone.
            run_id: Those that this run met.
            limit: How many at most; -1 for all.
        """
        where, values = _scoped(scope or Scope(), "i.project_id")
        where = f"{_LISTED[listed]} AND {where}"
        if reason is not None:
            where, values = f"{where} AND r.reason = ?", [*values, reason]
        if run_id is not None:
            where += (
                " AND r.id IN (SELECT subject_id FROM event WHERE operation_id = ?"
                " AND action = 'item.reject')"
            )
            values = [*values, run_id]
        rows = self._c.rows(
            f"SELECT {_REJECTION} FROM rejection r LEFT JOIN ingest_run i ON i.id = r.run_id"
            f" WHERE {where} ORDER BY r.first_at, r.item LIMIT ?",
            [*values, limit],
        )
        return [_rejection(row) for row in rows]

    def reasons(self, scope: Scope, listed: Listed = "open") -> dict[str, int]:
        """How many items stand on the list for each reason, the most frequent first."""
        where, values = _scoped(scope, "i.project_id")
        rows = self._c.rows(
            "SELECT r.reason, count(*) AS n FROM rejection r"
            " LEFT JOIN ingest_run i ON i.id = r.run_id"
            f" WHERE {_LISTED[listed]} AND {where} GROUP BY 1 ORDER BY 2 DESC, 1",
            values,
        )
        return {row["reason"]: row["n"] for row in rows}

    def chosen(self, rejection_ids: Sequence[str]) -> list[Rejection]:
        """Rejections by their ids, oldest first; unknown ids are left out."""
        rows = self._c.rows(
            f"SELECT {_REJECTION} FROM rejection r"
            " WHERE r.id IN (SELECT value FROM json_each(?)) ORDER BY r.first_at, r.item",
            [to_json(list(rejection_ids))],
        )
        return [_rejection(row) for row in rows]

    def needed_below(self, folder: str, dismissed_since: str) -> bool:
        """Whether an item in a folder is on the list, or has been dismissed since a time."""
        start = folder.rstrip("/") + "/"
        row = self._c.row(
            "SELECT 1 FROM rejection WHERE substr(item, 1, ?) = ? AND (resolution IS NULL"
            " OR (resolution = 'dismissed' AND resolved_at > ?)) LIMIT 1",
            (len(start), start, dismissed_since),
        )
        return row is not None

    def _resolve(self, tx: Transaction, rejection_id: str, resolution: str) -> None:
        tx.execute(
            "UPDATE rejection SET resolution = ?, resolved_at = ? WHERE id = ?",
            (resolution, tx.at, rejection_id),
        )
        tx.record(f"item.{resolution}", "rejection", rejection_id)


def _scoped(scope: Scope, column: str) -> tuple[str, list[Any]]:
    if scope.project_id is None:
        return ("TRUE" if scope.without_project else f"{column} IS NOT NULL"), []
    if scope.without_project:
        return f"({column} = ? OR {column} IS NULL)", [scope.project_id]
    return f"{column} = ?", [scope.project_id]


def _run(row: Row) -> IngestRun:
    summary = json.loads(row["summary"] or "{}")
    problem = summary.pop("problem", None)
    return IngestRun(
        row["id"], row["by"], row["kind"], row["state"], row["started_at"], row["finished_at"],
        tuple(json.loads(row["paths"])), row["project_id"], summary, problem,
    )  # fmt: skip


def _rejection(row: Row) -> Rejection:
    told = row["told"]
    return Rejection(**{**dict(row), "told": None if told is None else json.loads(told)})
