"""Runs of ingestion and the items they could not take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from annotate.errors import NotFound
from annotate.model import Rejection, new_id
from annotate.store.database import Connections, Row, Transaction, to_json


class Ingests:
    """The ingestion history of one database."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def start(self, tx: Transaction, paths: Sequence[str], project_id: str | None) -> str:
        """Note that a run has begun; returns its id."""
        run_id = new_id()
        tx.execute(
            "INSERT INTO ingest_run (id, by, started_at, paths, project_id) VALUES (?, ?, ?, ?, ?)",
            (run_id, tx.by, tx.at, to_json(list(paths)), project_id),
        )
        tx.record("ingest.start", "ingest_run", run_id, project_id=project_id,
                  after={"paths": list(paths)})  # fmt: skip
        return run_id

    def finish(self, tx: Transaction, run_id: str, summary: Mapping[str, Any]) -> None:
        """Note that a run has ended, with its counts."""
        tx.execute(
            "UPDATE ingest_run SET finished_at = ?, summary = ? WHERE id = ?",
            (tx.at, to_json(summary), run_id),
        )
        tx.record("ingest.finish", "ingest_run", run_id, after=summary)

    def reject(self, tx: Transaction, item: str, reason: str, message: str) -> None:
        """List an item that could not be taken; one that was dismissed for this stays so."""
        row = tx.execute("SELECT * FROM rejection WHERE item = ?", (item,)).fetchone()
        if row is None:
            id_ = new_id()
            tx.execute(
                "INSERT INTO rejection (id, item, reason, message, first_at, last_at, times)"
                " VALUES (?, ?, ?, ?, ?, ?, 1)",
                (id_, item, reason, message, tx.at, tx.at),
            )
            tx.record("item.reject", "rejection", id_, after={"item": item, "reason": reason})
            return
        stays = row["resolution"] == "dismissed" and row["reason"] == reason
        tx.execute(
            "UPDATE rejection SET reason = ?, message = ?, last_at = ?, times = times + 1,"
            " resolution = ?, resolved_at = ? WHERE id = ?",
            (reason, message, tx.at, "dismissed" if stays else None,
             row["resolved_at"] if stays else None, row["id"]),
        )  # fmt: skip
        tx.record("item.reject", "rejection", row["id"], after={"item": item, "reason": reason})

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

    def rejections(self, *, open_only: bool = True) -> list[Rejection]:
        """Items that could not be taken, oldest first."""
        where = " WHERE resolution IS NULL" if open_only else ""
        return [
            _rejection(row)
            for row in self._c.rows(f"SELECT * FROM rejection{where} ORDER BY first_at, id")
        ]

    def _resolve(self, tx: Transaction, rejection_id: str, resolution: str) -> None:
        tx.execute(
            "UPDATE rejection SET resolution = ?, resolved_at = ? WHERE id = ?",
            (resolution, tx.at, rejection_id),
        )
        tx.record(f"item.{resolution}", "rejection", rejection_id)


def _rejection(row: Row) -> Rejection:
    return Rejection(
        row["id"], row["item"], row["reason"], row["message"], row["first_at"], row["last_at"],
        row["times"], row["resolution"],
    )  # fmt: skip
