"""Links with Label Studio: which task, annotation and content on each side belong together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import orjson

from annotate.links import Link, LinkedSet, LinkedTask
from annotate.store.database import Row, Transaction, to_json
from annotate.store.findings import BOOKS, Findings

_GIVEN = "(SELECT value FROM json_each(?))"
_LINK = (
    "project_id", "url", "token", "remote_id", "remote_created_at", "title", "account", "version",
    "created_at", "created_by", "reveals", "every_minutes", "cursor", "configuration",
    "configuration_there",
)  # fmt: skip
# What of a link the audit trail tells; the token is in no event.
_TOLD = ("url", "remote_id", "title", "account", "reveals", "every_minutes")
_SET = (
    "label_set_id, project_id, article_id, task_id, remote_id, remote_created_at, base, extras,"
    " revision"
)


def key_file(database: Path) -> Path:
    """Where the key lies with which the tokens of the links in a database are encrypted."""
    return database.with_name(f"{database.name}.key")


class Links(Findings):
    """The links of one database, and what their synchronisations found."""

    def link(self, project_id: str) -> Link | None:
        """A project's link, None if it has none."""
        row = self._c.row(
            f"SELECT {', '.join(_LINK)} FROM sync_link WHERE project_id = ?", (project_id,)
        )
        return None if row is None else _link(row)

    def all(self) -> list[Link]:
        """All links, oldest first."""
        rows = self._c.rows(f"SELECT {', '.join(_LINK)} FROM sync_link ORDER BY created_at")
        return [_link(row) for row in rows]

    def put(self, tx: Transaction, link: Link) -> None:
        """Make or change a project's link.

        What a synchronisation merely remembers (cursor, version, configuration) is no event.
        """
        before = self.link(link.project_id)
        if before is None:
            # A sync that was at work during the unlinking may have left something.
            _forget(tx, link.project_id)
        names = ", ".join(_LINK)
        updates = ", ".join(f"{name} = excluded.{name}" for name in _LINK[1:])
        tx.touch(
            BOOKS,
            f"INSERT INTO sync_link ({names}) VALUES ({', '.join('?' * len(_LINK))})"
            f" ON CONFLICT (project_id) DO UPDATE SET {updates}",
            [getattr(link, name) for name in _LINK],
        )
        if before is None:
            self._tell(tx, "link.create", link.project_id, None, _told(link))
            return
        if _told(before) != _told(link):
            self._tell(tx, "link.change", link.project_id, _told(before), _told(link))
        if before.token != link.token:
            self._tell(tx, "link.token", link.project_id, None, None)

    def remove(self, tx: Transaction, project_id: str) -> None:
        """Take a project's link away; every label, and what was decided and run, stays."""
        link = self.link(project_id)
        if link is None:
            return
        _forget(tx, project_id)
        tx.touch(BOOKS, "DELETE FROM sync_link WHERE project_id = ?", (project_id,))
        self._tell(tx, "link.remove", project_id, _told(link), None)

    def tasks(self, project_id: str) -> dict[str, LinkedTask]:
        """A project's tasks by article revision."""
        return {
            row[1]: LinkedTask(*row)
            for row in self._c.tuples(
                "SELECT project_id, article_id, task_id, updated_at, state FROM sync_task"
                " WHERE project_id = ?",
                (project_id,),
            )
        }

    def put_tasks(self, tx: Transaction, tasks: Iterable[LinkedTask]) -> None:
        """Remember the tasks of article revisions, in place of those remembered before."""
        for task in tasks:
            tx.touch(
                BOOKS,
                "INSERT INTO sync_task VALUES (?, ?, ?, ?, ?) ON CONFLICT (project_id, article_id)"
                " DO UPDATE SET task_id = excluded.task_id, updated_at = excluded.updated_at,"
                " state = excluded.state",
                (task.project_id, task.article_id, task.task_id, task.updated_at, task.state),
            )

    def set_gone(self, tx: Transaction, project_id: str, article_ids: Iterable[str]) -> None:
        """Note that articles' tasks were deleted there."""
        self._mark(tx, project_id, list(article_ids), "gone")

    def leave_out(self, tx: Transaction, project_id: str, article_ids: Sequence[str]) -> None:
        """Leave articles out whose tasks were deleted there: nobody is asked about them again."""
        if self._mark(tx, project_id, article_ids, "left_out"):
            self._tell(tx, "link.leave_out", project_id, None, {"articles": len(article_ids)})

    def push_again(self, tx: Transaction, project_id: str, article_ids: Sequence[str]) -> None:
        """Forget articles' tasks, and what was there of them, so that they are sent anew.

        What differed from it is no conflict any more: what is here goes there.
        """
        given = (project_id, to_json(list(article_ids)))
        tx.touch(
            BOOKS,
            "UPDATE sync_conflict SET resolved_at = ? WHERE project_id = ?"
            f" AND article_id IN {_GIVEN} AND resolved_at IS NULL",
            (tx.at, *given),
        )
        for table in ("sync_label_set", "sync_task"):
            tx.touch(
                BOOKS,
                f"DELETE FROM {table} WHERE project_id = ? AND article_id IN {_GIVEN}",
                given,
            )
        self._tell(tx, "link.push_again", project_id, None, {"articles": len(article_ids)})

    def sending(self, project_id: str) -> set[str]:
        """The articles whose tasks were sent and not yet seen there."""
        rows = self._c.tuples(
            "SELECT article_id FROM sync_sending WHERE project_id = ?", (project_id,)
        )
        return {row[0] for row in rows}

    def put_sending(self, tx: Transaction, project_id: str, article_ids: Iterable[str]) -> None:
        """Note that articles' tasks are about to be sent."""
        for article_id in article_ids:
            tx.touch(
                BOOKS,
                "INSERT INTO sync_sending VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (project_id, article_id, tx.at),
            )

    def clear_sending(self, tx: Transaction, project_id: str, article_ids: Iterable[str]) -> None:
        """Note that articles' tasks were seen there, or certainly did not arrive."""
        tx.touch(
            BOOKS,
            f"DELETE FROM sync_sending WHERE project_id = ? AND article_id IN {_GIVEN}",
            (project_id, to_json(list(article_ids))),
        )

    def sets_on(self, article_ids: Sequence[str], project_id: str) -> dict[str, LinkedSet]:
        """What both sides last agreed on of the label sets on some articles, by label set."""
        return {
            row[0]: _set(row)
            for row in self._c.tuples(
                f"SELECT {_SET} FROM sync_label_set WHERE project_id = ?"
                f" AND article_id IN {_GIVEN}",
                (project_id, to_json(list(article_ids))),
            )
        }

    def changed_here(self, project_id: str) -> list[str]:
        """Ids of the label sets that changed here since both sides agreed, or never were there."""
        rows = self._c.tuples(
            "SELECT l.id FROM label_set l LEFT JOIN sync_label_set s ON s.label_set_id = l.id"
            " WHERE l.project_id = ? AND l.revision IS NOT s.revision"
            " ORDER BY l.article_id, l.created_at, l.id",
            (project_id,),
        )
        return [row[0] for row in rows]

    def task_numbers(self, project_id: str) -> set[int]:
        """The numbers of the tasks in which a project's label sets stand."""
        rows = self._c.tuples(
            "SELECT DISTINCT task_id FROM sync_label_set WHERE project_id = ? AND task_id > 0",
            (project_id,),
        )
        return {row[0] for row in rows}

    def sent(self, project_id: str) -> dict[str, str]:
        """The label sets that were sent and are there; their articles."""
        rows = self._c.tuples(
            "SELECT label_set_id, article_id FROM sync_label_set WHERE project_id = ?"
            " AND remote_id IS NOT NULL AND json_extract(extras, '$.written') > 0",
            (project_id,),
        )
        return dict(rows)

    def forget_sets(self, tx: Transaction, project_id: str, task_ids: Iterable[int]) -> None:
        """Forget what was agreed on of the label sets in some tasks, which are gone."""
        tx.touch(
            BOOKS,
            f"DELETE FROM sync_label_set WHERE project_id = ? AND task_id IN {_GIVEN}",
            (project_id, to_json(list(task_ids))),
        )

    def put_set(self, tx: Transaction, linked: LinkedSet) -> None:
        """Remember what both sides agreed on of one label set."""
        self.put_sets(tx, [linked])

    def put_sets(self, tx: Transaction, linked: Iterable[LinkedSet]) -> None:
        """Remember what both sides agreed on of label sets, in place of what was before."""
        names = _SET.split(", ")
        updates = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
        for one in linked:
            tx.touch(
                BOOKS,
                f"INSERT INTO sync_label_set ({_SET}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                f" ON CONFLICT (label_set_id) DO UPDATE SET {updates}",
                (one.label_set_id, one.project_id, one.article_id, one.task_id, one.remote_id,
                 one.remote_created_at, orjson.dumps(one.base).decode(),
                 # Escaped, so that half characters from there travel back as they came.
                 json.dumps(one.extras), one.revision),
            )  # fmt: skip

    def _mark(
        self, tx: Transaction, project_id: str, article_ids: Sequence[str], state: str
    ) -> bool:
        before = tx.db.total_changes
        tx.touch(
            BOOKS,
            f"UPDATE sync_task SET state = ? WHERE project_id = ? AND article_id IN {_GIVEN}",
            (state, project_id, to_json(list(article_ids))),
        )
        return tx.db.total_changes > before

    @staticmethod
    def _tell(
        tx: Transaction,
        action: str,
        project_id: str,
        before: dict[str, object] | None,
        after: dict[str, object] | None,
    ) -> None:
        tx.record(action, "sync_link", project_id, project_id=project_id, before=before,
                  after=after)  # fmt: skip


def _forget(tx: Transaction, project_id: str) -> None:
    """Drop what is known of the other side; what was found there is closed."""
    for table in ("sync_task", "sync_sending", "sync_label_set", "sync_person"):
        tx.touch(BOOKS, f"DELETE FROM {table} WHERE project_id = ?", (project_id,))
    for table in ("sync_problem", "sync_conflict"):
        tx.touch(
            BOOKS,
            f"UPDATE {table} SET resolved_at = ? WHERE project_id = ? AND resolved_at IS NULL",
            (tx.at, project_id),
        )


def _link(row: Row) -> Link:
    return Link(**{**dict(row), "reveals": bool(row["reveals"])})


def _told(link: Link) -> dict[str, object]:
    return {name: getattr(link, name) for name in _TOLD}


def _set(row: Sequence[Any]) -> LinkedSet:
    fields = [*row[:6], orjson.loads(row[6]), json.loads(row[7]), row[8]]
    return LinkedSet(*fields)
