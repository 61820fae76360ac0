"""Operations (what clients asked for, at most once) and events (what changed)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

from annotate.model import Event
from annotate.store.database import Connections, Transaction, event_of
from annotate.store.labels import EntityKind

OperationState = Literal["done", "undone", "dropped", "final"]
_EVENT = "id, at, by, action, subject_kind, subject_id, project_id, operation_id, before, after"
_ENTITY_KINDS = "('span', 'statement', 'document_label')"


class History:
    """The operations and events of one database."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def applied(self, operation_id: str) -> bool:
        """Whether an operation with this id was applied before."""
        return self._c.row("SELECT 1 FROM operation WHERE id = ?", (operation_id,)) is not None

    def add_operation(
        self,
        tx: Transaction,
        operation_id: str,
        label_set_id: str | None,
        client: str,
        kind: str,
        revision: int,
        state: OperationState,
    ) -> None:
        """Remember an applied operation. A new undoable one forgets what could be redone."""
        if state == "done":
            tx.execute(
                "UPDATE operation SET state = 'dropped'"
                " WHERE label_set_id = ? AND state = 'undone'",
                (label_set_id,),
            )
        tx.execute(
            "INSERT INTO operation VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (operation_id, label_set_id, client, kind, revision, tx.at, tx.by, state),
        )

    def set_state(self, tx: Transaction, operation_id: str, state: OperationState) -> None:
        """Mark an operation as undone, or as done again."""
        tx.execute("UPDATE operation SET state = ? WHERE id = ?", (state, operation_id))

    def to_undo(self, label_set_id: str, by: str | None = None) -> str | None:
        """The operation that undo would take back; the latest of one person's if asked."""
        return self._pick(label_set_id, "done", "DESC", by)

    def to_redo(self, label_set_id: str, by: str | None = None) -> str | None:
        """The operation that redo would apply again; the first of one person's if asked."""
        return self._pick(label_set_id, "undone", "ASC", by)

    def last_held(self, kind: EntityKind, entity_id: str) -> Mapping[str, Any] | None:
        """What a span or statement was before its latest change, None if it was made then."""
        row = self._c.row(
            "SELECT before FROM event WHERE subject_kind = ? AND subject_id = ?"
            " ORDER BY rowid DESC LIMIT 1",
            (kind, entity_id),
        )
        return None if row is None or row["before"] is None else dict(json.loads(row["before"]))

    def changes_of(self, operation_id: str) -> list[Event]:
        """The entities that an operation changed, in order."""
        return [
            event_of(row)
            for row in self._c.rows(
                f"SELECT {_EVENT} FROM event WHERE operation_id = ?"
                f" AND subject_kind IN {_ENTITY_KINDS} ORDER BY rowid",
                (operation_id,),
            )
        ]

    def touched_since(
        self, label_set_id: str, revision: int, *, other_than: str | None = None
    ) -> set[tuple[EntityKind, str]]:
        """The entities changed after a revision of a label set.

        Args:
            label_set_id: The label set.
            revision: The revision that a client last saw.
            other_than: A client whose own operations are left out.
        """
        rows = self._c.rows(
            "SELECT DISTINCT e.subject_kind, e.subject_id FROM operation o"
            " JOIN event e ON e.operation_id = o.id"
            " WHERE o.label_set_id = ? AND o.revision > ? AND o.client IS NOT ?"
            f" AND e.subject_kind IN {_ENTITY_KINDS}",
            (label_set_id, revision, other_than),
        )
        return {_entity(row["subject_kind"], row["subject_id"]) for row in rows}

    def events(
        self, subject_kind: str | None = None, subject_id: str | None = None, limit: int = 200
    ) -> list[Event]:
        """Audit events, newest first; of one subject if asked."""
        return [
            event_of(row)
            for row in self._c.rows(
                f"SELECT {_EVENT} FROM event WHERE subject_kind = coalesce(?, subject_kind)"
                " AND subject_id = coalesce(?, subject_id) ORDER BY rowid DESC LIMIT ?",
                (subject_kind, subject_id, limit),
            )
        ]

    def _pick(
        self, label_set_id: str, state: OperationState, direction: str, by: str | None
    ) -> str | None:
        row = self._c.row(
            "SELECT id FROM operation WHERE label_set_id = ? AND state = ?"
            f" AND by = coalesce(?, by) ORDER BY revision {direction} LIMIT 1",
            (label_set_id, state, by),
        )
        return None if row is None else str(row["id"])


def entity_subject(label_set_id: str, kind: EntityKind, entity_id: str) -> str:
    """The subject id of an entity's events: a document label's name alone is not unique."""
    return f"{label_set_id}/{entity_id}" if kind == "document_label" else entity_id


def _entity(kind: EntityKind, subject_id: str) -> tuple[EntityKind, str]:
    return kind, subject_id.split("/", 1)[1] if kind == "document_label" else subject_id
