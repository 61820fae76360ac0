"""What synchronisations with Label Studio found: conflicts, problems, people, and the runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from annotate.errors import NotFound
from annotate.links import (
    Choice,
    Difference,
    StepKind,
    SyncConflict,
    SyncProblem,
    SyncRun,
    SyncState,
)
from annotate.model import new_id
from annotate.store.database import Connections, Row, Transaction

# The one reason in ``UNAUDITED`` under which a link's book-keeping changes.
BOOKS = "sync_*"
_GIVEN = "(SELECT value FROM json_each(?))"
_CONFLICT = (
    "id, project_id, label_set_id, article_id, kind, entity_id, field, base, ours, theirs,"
    " found_at, resolved_at, resolved_by, choice, chosen"
)
_PROBLEM = (
    "id, project_id, task_id, article_id, remote_id, region, reason, told, first_at, last_at, email"
)
_RUN = "id, project_id, by, state, started_at, finished_at, counts, problem"
_STEPS = frozenset(get_args(StepKind)) - {"label_set.withheld"}


class Findings:
    """What the links of one database have met with."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def conflicts(self, project_id: str, open_only: bool = True) -> list[SyncConflict]:
        """A project's conflicts, oldest first; without those that are closed, or with them."""
        rows = self._c.rows(
            f"SELECT {_CONFLICT} FROM sync_conflict WHERE project_id = ?"
            " AND (resolved_at IS NULL OR NOT ?) ORDER BY found_at, article_id, rowid",
            (project_id, open_only),
        )
        return [_conflict(row) for row in rows]

    def conflict(self, conflict_id: str) -> SyncConflict:
        """One conflict.

        Raises:
            NotFound: if there is none with this id.
        """
        row = self._c.row(f"SELECT {_CONFLICT} FROM sync_conflict WHERE id = ?", (conflict_id,))
        if row is None:
            raise NotFound("There is no such conflict")
        return _conflict(row)

    def open_conflicts(self, label_set_ids: Sequence[str]) -> dict[str, list[SyncConflict]]:
        """The open conflicts of some label sets, by label set."""
        found: dict[str, list[SyncConflict]] = {}
        for row in self._c.rows(
            f"SELECT {_CONFLICT} FROM sync_conflict WHERE resolved_at IS NULL"
            f" AND label_set_id IN {_GIVEN} ORDER BY found_at, rowid",
            (json.dumps(list(label_set_ids)),),
        ):
            found.setdefault(row["label_set_id"], []).append(_conflict(row))
        return found

    def replace_conflicts(
        self, tx: Transaction, label_set_id: str, conflicts: Sequence[SyncConflict]
    ) -> None:
        """Make these a label set's open conflicts.

        One that is open already about the same thing keeps its id and its age; what is open and
        not among them is closed without a decision.
        """
        before = {_about(one): one for one in self.open_conflicts([label_set_id])
                  .get(label_set_id, ())}  # fmt: skip
        for conflict in conflicts:
            difference = conflict.difference
            values = [_json(difference.base), _json(difference.ours), _json(difference.theirs)]
            known = before.pop(_about(conflict), None)
            if known is None:
                tx.touch(
                    BOOKS,
                    "INSERT INTO sync_conflict (id, project_id, label_set_id, article_id, kind,"
                    " entity_id, field, found_at, base, ours, theirs)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (conflict.id, conflict.project_id, label_set_id, conflict.article_id,
                     *_about(conflict), conflict.found_at, *values),
                )  # fmt: skip
            elif known.difference != difference:
                tx.touch(
                    BOOKS,
                    "UPDATE sync_conflict SET base = ?, ours = ?, theirs = ? WHERE id = ?",
                    (*values, known.id),
                )
        for known in before.values():
            tx.touch(
                BOOKS, "UPDATE sync_conflict SET resolved_at = ? WHERE id = ?", (tx.at, known.id)
            )

    def close_conflict(
        self, tx: Transaction, conflict_id: str, choice: Choice, chosen: Any = None
    ) -> bool:
        """Record a person's decision; False if the conflict was closed already.

        Args:
            tx: The transaction; its writer is who decided.
            conflict_id: The conflict.
            choice: Which side was taken, or that the value was edited.
            chosen: The edited value, if it was.
        """
        closed = tx.execute(
            "UPDATE sync_conflict SET resolved_at = ?, resolved_by = ?, choice = ?, chosen = ?"
            " WHERE id = ? AND resolved_at IS NULL",
            (tx.at, tx.by, choice, _json(chosen), conflict_id),
        ).rowcount
        if closed:
            tx.record("link.resolve", "sync_conflict", conflict_id,
                      project_id=self.conflict(conflict_id).project_id,
                      after={"choice": choice})  # fmt: skip
        return bool(closed)

    def problems(self, project_id: str) -> list[SyncProblem]:
        """What is there and cannot be taken, by task."""
        rows = self._c.rows(
            f"SELECT {_PROBLEM} FROM sync_problem WHERE project_id = ? AND resolved_at IS NULL"
            " ORDER BY task_id, first_at, rowid",
            (project_id,),
        )
        return [_problem(row) for row in rows]

    def replace_problems(
        self,
        tx: Transaction,
        project_id: str,
        task_id: int | None,
        problems: Sequence[SyncProblem],
    ) -> None:
        """Make these a task's open problems; what is met again keeps its id and its age.

        Args:
            tx: The transaction.
            project_id: The project.
            task_id: The task; None for what is about no single task.
            problems: What the task has now.
        """
        before: dict[tuple[object, ...], list[str]] = {}
        for row in self._c.rows(
            f"SELECT {_PROBLEM} FROM sync_problem WHERE project_id = ? AND task_id IS ?"
            " AND resolved_at IS NULL ORDER BY rowid DESC",
            (project_id, task_id),
        ):
            before.setdefault(_met(_problem(row)), []).append(row["id"])
        for problem in problems:
            if known := before.get(_met(problem)):
                tx.touch(
                    BOOKS,
                    "UPDATE sync_problem SET told = ?, article_id = ?, last_at = ? WHERE id = ?",
                    (_json(problem.told), problem.article_id, problem.last_at, known.pop()),
                )
            else:
                _add_problem(tx, project_id, task_id, problem)
        self._close_problems(tx, [id_ for ids in before.values() for id_ in ids])

    def resolve_problems(
        self, tx: Transaction, project_id: str, task_ids: Iterable[int | None]
    ) -> None:
        """Close all open problems of some tasks: these are gone, or no longer linked."""
        wanted = set(task_ids)
        self._close_problems(
            tx, [one.id for one in self.problems(project_id) if one.task_id in wanted]
        )

    def people(self, project_id: str) -> dict[str, str]:
        """Which person somebody there is, by lower-case e-mail address, as an editor said."""
        rows = self._c.rows(
            "SELECT email, person_id FROM sync_person WHERE project_id = ? ORDER BY email",
            (project_id,),
        )
        return {row["email"]: row["person_id"] for row in rows}

    def map_person(
        self, tx: Transaction, project_id: str, email: str, person_id: str | None
    ) -> None:
        """Say which person somebody there is; None takes it back."""
        email = email.lower()
        before = self.people(project_id).get(email)
        if before == person_id:
            return
        if person_id is None:
            tx.execute(
                "DELETE FROM sync_person WHERE project_id = ? AND email = ?", (project_id, email)
            )
        else:
            tx.execute(
                "INSERT INTO sync_person VALUES (?, ?, ?) ON CONFLICT (project_id, email)"
                " DO UPDATE SET person_id = excluded.person_id",
                (project_id, email, person_id),
            )
        tx.record("link.map_person", "sync_link", project_id, project_id=project_id,
                  before=None if before is None else {"email": email, "person_id": before},
                  after=None if person_id is None else {"email": email, "person_id": person_id}
                  )  # fmt: skip

    def start_run(self, tx: Transaction, project_id: str) -> str:
        """Note that a synchronisation has begun; returns its id."""
        run_id = new_id()
        tx.touch(
            BOOKS,
            "INSERT INTO sync_run (id, project_id, by, state, started_at)"
            " VALUES (?, ?, ?, 'running', ?)",
            (run_id, project_id, tx.by, tx.at),
        )
        return run_id

    def finish_run(
        self,
        tx: Transaction,
        run_id: str,
        state: SyncState,
        counts: Mapping[str, int],
        problem: Mapping[str, Any] | None = None,
    ) -> None:
        """Note that a synchronisation has ended, how, and with which counts.

        One that changed anything on either side is an event of the project.
        """
        tx.touch(
            BOOKS,
            "UPDATE sync_run SET state = ?, finished_at = ?, counts = ?, problem = ? WHERE id = ?",
            (state, tx.at, json.dumps(dict(counts)), _json(problem), run_id),
        )
        done = {name: n for name, n in counts.items() if n and name in _STEPS}
        row = self._c.row("SELECT project_id FROM sync_run WHERE id = ?", (run_id,))
        if done and row is not None:
            tx.record("link.sync", "sync_link", row["project_id"],
                      project_id=row["project_id"], after=done)  # fmt: skip

    def close_interrupted(
        self, tx: Transaction, project_id: str, problem: Mapping[str, Any]
    ) -> None:
        """Note that those runs have failed whose process is gone.

        Args:
            tx: The transaction.
            project_id: The project, of which no synchronisation runs at present.
            problem: What to say of it, as ``WorkbenchError.told``.
        """
        tx.touch(
            BOOKS,
            "UPDATE sync_run SET state = 'failed', finished_at = ?, problem = ?"
            " WHERE project_id = ? AND state = 'running'",
            (tx.at, _json(problem), project_id),
        )

    def runs(self, project_id: str, limit: int = 20) -> list[SyncRun]:
        """A project's synchronisations, newest first."""
        return [
            SyncRun(
                **{
                    **dict(row),
                    "counts": json.loads(row["counts"]),
                    "problem": _value(row["problem"]),
                }
            )
            for row in self._c.rows(
                f"SELECT {_RUN} FROM sync_run WHERE project_id = ?"
                " ORDER BY started_at DESC, rowid DESC LIMIT ?",
                (project_id, limit),
            )
        ]

    def _close_problems(self, tx: Transaction, ids: Sequence[str]) -> None:
        tx.touch(
            BOOKS,
            f"UPDATE sync_problem SET resolved_at = ? WHERE id IN {_GIVEN}",
            (tx.at, json.dumps(list(ids))),
        )


def _add_problem(
    tx: Transaction, project_id: str, task_id: int | None, problem: SyncProblem
) -> None:
    tx.touch(
        BOOKS,
        f"INSERT INTO sync_problem ({_PROBLEM}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (problem.id, project_id, task_id, problem.article_id, problem.remote_id,
         _whole(problem.region), problem.reason, _json(problem.told), problem.first_at,
         problem.last_at, _whole(problem.email)),
    )  # fmt: skip


def _about(conflict: SyncConflict) -> tuple[str, str, str]:
    difference = conflict.difference
    return difference.kind, difference.entity_id, difference.field


def _met(problem: SyncProblem) -> tuple[object, ...]:
    """What makes two problems of a task the same one met again."""
    return problem.remote_id, _whole(problem.region), problem.reason, _whole(problem.email)


def _whole(text: str | None) -> str | None:
    """A text from there without half characters, which no database holds."""
    return None if text is None else text.encode(errors="replace").decode()


def _json(value: object) -> str | None:
    # Escaped, so that half characters from there are kept as they are.
    return None if value is None else json.dumps(value)


def _value(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def _conflict(row: Row) -> SyncConflict:
    values = [_value(row[name]) for name in ("base", "ours", "theirs")]
    return SyncConflict(
        row["id"], row["project_id"], row["label_set_id"], row["article_id"],
        Difference(row["kind"], row["entity_id"], row["field"], *values),
        row["found_at"], row["resolved_at"], row["resolved_by"], row["choice"],
        _value(row["chosen"]),
    )  # fmt: skip


def _problem(row: Row) -> SyncProblem:
    return SyncProblem(**{**dict(row), "told": json.loads(row["told"])})
