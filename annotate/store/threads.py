"""Threads of comments, and the notices that make up people's inboxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from annotate.model import new_id
from annotate.reviews import Comment, Notice, NoticeKind, Thread
from annotate.store.database import Connections, Transaction, marks

_THREAD = (
    "id, project_id, article_id, label_set_id, kind, entity_id, created_at, created_by,"
    " resolved_at, resolved_by"
)
_NOTICE = "id, person_id, project_id, article_id, kind, subject_id, at, by, seen_at, articles"


class Threads:
    """The threads, comments and notices of one database."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def get(self, thread_id: str) -> Thread | None:
        """A thread with its comments."""
        found = self._read("id = ?", [thread_id])
        return found[0] if found else None

    def on(self, project_id: str, article_id: str) -> list[Thread]:
        """The threads about an article and its labels, oldest first, with their comments."""
        return self._read("project_id = ? AND article_id = ? ORDER BY id", [project_id, article_id])

    def open(self, tx: Transaction, thread: Thread) -> None:
        """Begin a thread; its comments follow with ``comment``."""
        tx.execute(
            f"INSERT INTO thread ({_THREAD}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (thread.id, thread.project_id, thread.article_id, thread.label_set_id, thread.kind,
             thread.entity_id, thread.created_at, thread.created_by, None, None),
        )  # fmt: skip
        self._record(tx, "thread.open", thread, {"kind": thread.kind, "entity": thread.entity_id})

    def comment(self, tx: Transaction, thread: Thread, comment_id: str, text: str) -> None:
        """Add a comment to a thread."""
        tx.execute(
            "INSERT INTO comment VALUES (?, ?, ?, ?, ?)",
            (comment_id, thread.id, tx.at, tx.by, text),
        )
        self._record(tx, "thread.comment", thread, {"comment_id": comment_id, "text": text})

    def set_resolved(self, tx: Transaction, thread: Thread, resolved: bool) -> None:
        """Mark a thread as resolved, or open it again; the same again changes nothing."""
        if resolved == (thread.resolved_at is not None):
            return
        tx.execute(
            "UPDATE thread SET resolved_at = ?, resolved_by = ? WHERE id = ?",
            (tx.at if resolved else None, tx.by if resolved else None, thread.id),
        )
        self._record(tx, "thread.resolve" if resolved else "thread.reopen", thread, {})

    def notify(
        self,
        tx: Transaction,
        person_id: str,
        kind: NoticeKind,
        *,
        project_id: str,
        article_id: str | None,
        subject_id: str,
        articles: int | None = None,
    ) -> None:
        """Put a notice into somebody's inbox; what tells of it is the event of its cause."""
        tx.execute(
            f"INSERT INTO notice ({_NOTICE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)",
            (new_id(), person_id, project_id, article_id, kind, subject_id, tx.at, tx.by, articles),
        )

    def notices(
        self, person_id: str, project_id: str, *, after: str | None = None, limit: int
    ) -> list[Notice]:
        """Somebody's notices in a project, newest first, from behind one of them on."""
        return [
            Notice(**dict(row))
            for row in self._c.rows(
                f"SELECT {_NOTICE} FROM notice WHERE person_id = ? AND project_id = ?"
                " AND (? IS NULL OR id < ?) ORDER BY id DESC LIMIT ?",
                (person_id, project_id, after, after, limit),
            )
        ]

    def unseen(self, person_id: str, project_id: str) -> int:
        """How many of somebody's notices in a project they have not seen."""
        row = self._c.row(
            "SELECT count(*) AS n FROM notice WHERE person_id = ? AND project_id = ?"
            " AND seen_at IS NULL",
            (person_id, project_id),
        )
        return 0 if row is None else int(row["n"])

    def see(
        self, tx: Transaction, person_id: str, project_id: str, notice_id: str | None = None
    ) -> None:
        """Mark one of somebody's notices as seen, or all of them."""
        tx.touch(
            "notice.seen_at",
            "UPDATE notice SET seen_at = ? WHERE person_id = ? AND project_id = ?"
            " AND seen_at IS NULL AND (? IS NULL OR id = ?)",
            (tx.at, person_id, project_id, notice_id, notice_id),
        )

    def _record(
        self, tx: Transaction, action: str, thread: Thread, told: dict[str, object]
    ) -> None:
        tx.record(action, "thread", thread.id, project_id=thread.project_id, after=told)

    def _read(self, where: str, values: Sequence[Any]) -> list[Thread]:
        threads = [
            Thread(**dict(row))
            for row in self._c.rows(f"SELECT {_THREAD} FROM thread WHERE {where}", values)
        ]
        comments: dict[str, list[Comment]] = {}
        ids = [thread.id for thread in threads]
        for row in self._c.rows(
            "SELECT id, thread_id, at, by, text FROM comment"
            f" WHERE thread_id IN ({marks(ids)}) ORDER BY at, id",
            ids,
        ):
            comments.setdefault(row["thread_id"], []).append(Comment(**dict(row)))
        return [replace(one, comments=tuple(comments.get(one.id, ()))) for one in threads]
