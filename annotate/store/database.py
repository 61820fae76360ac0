"""One SQLite file, one connection a thread, every write in ``BEGIN IMMEDIATE`` with its events."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from annotate.errors import Conflict, DatabaseProblem
from annotate.model import Event, new_id, utc_now
from annotate.store import schema
from annotate.store.schema import APPLICATION_ID, OPERATOR_ID
from annotate.store.storing import Reading, Storing

BUSY_TIMEOUT_S = 10.0
Row = sqlite3.Row
# The only columns that change without an event, and why.
UNAUDITED: Mapping[str, str] = {
    "session.seen_at": "looking at a page is no change of an account, and an event a minute and"
    " person would bury those that are",
    "notice.seen_at": "looking into one's own inbox changes nothing for anybody else",
    "round_coder.cursor": "where a coder's search for a free slot begins changes nothing that"
    " was handed out",
    "article_index": "the search index says nothing that the articles do not say",
    "article_count": "nor do the counts",
    "sync_*": "what a link remembers of the other side is no label; each label, setting and"
    " decision has its event",
}
_CLASHES = tuple(f"SQLITE_CONSTRAINT_{kind}" for kind in ("UNIQUE", "PRIMARYKEY", "FOREIGNKEY"))


class Transaction:
    """A write under way: who writes, when, under which operation; and what must be recorded.

    ``operation_id`` is that of the client's operation being applied, for its events; ``within``
    the project in which the work is done, which events of what all projects share name.

    A transaction that changed rows but recorded no event is refused at its end, so that no
    change can slip past the audit trail.
    """

    def __init__(self, db: sqlite3.Connection, by: str) -> None:
        self.db = db
        self.by = by
        self.at = utc_now()
        self.operation_id: str | None = None
        self.within: str | None = None
        self.events = 0
        self.eventless_changes = 0

    def execute(
        self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()
    ) -> sqlite3.Cursor:
        """Run one statement of this transaction.

        Raises:
            Conflict: if an id or number is taken, or a reference leads nowhere.
            Invalid: as ``Storing``.
        """
        try:
            with Storing():
                return self.db.execute(sql, parameters)
        except sqlite3.IntegrityError as error:
            if error.sqlite_errorname not in _CLASHES:
                raise
            raise Conflict(
                "This does not go with what is stored already: {error}", error=error
            ) from error

    def touch(self, column: str, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Update book-keeping that no event is written of.

        Args:
            column: What is touched: one of ``UNAUDITED``, which says why.
            sql: The statement.
            parameters: Its values.
        """
        if column not in UNAUDITED:
            raise AssertionError(f"{column} changes with an audit event only")
        changes = self.db.total_changes
        self.execute(sql, parameters)
        self.eventless_changes += self.db.total_changes - changes

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part of the transaction that an exception undoes alone; the exception goes on."""
        events, eventless, changes = self.events, self.eventless_changes, self.db.total_changes
        self.db.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK TO part")
            self.db.execute("RELEASE part")
            self.events = events
            self.eventless_changes = eventless + self.db.total_changes - changes
            raise
        self.db.execute("RELEASE part")

    def record(
        self,
        action: str,
        subject_kind: str,
        subject_id: str,
        *,
        project_id: str | None = None,
        before: Mapping[str, object] | None = None,
        after: Mapping[str, object] | None = None,
    ) -> None:
        """Write the audit event of a change made in this transaction.

        Args:
            action: ``subject.verb``, such as ``span.add``.
            subject_kind: The kind of thing that changed.
            subject_id: Its id.
            project_id: The project it belongs to, if any.
            before: Its state before, None if it did not exist.
            after: Its state after, None if it is gone.
        """
        self.events += 1
        self.db.execute(
            "INSERT INTO event (id, at, by, action, subject_kind, subject_id, project_id,"
            " operation_id, before, after) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                new_id(),
                self.at,
                self.by,
                action,
                subject_kind,
                subject_id,
                project_id,
                self.operation_id,
                None if before is None else to_json(before),
                None if after is None else to_json(after),
            ),
        )


class Connections:
    """Opens, migrates and hands out connections to one database file.

    Args:
        path: The database file.
        create: Whether a file that does not exist is made.

    Raises:
        DatabaseProblem: if the file is absent and may not be made, is not a Claimdesk
            database, is of a newer version, or cannot be read or written.
    """

    def __init__(self, path: Path | str, *, create: bool = True) -> None:
        self.path = Path(path).expanduser().absolute()
        self._reading = Reading(self.path)
        self._local = threading.local()
        # In one process writers wait here, in turn: SQLite's own busy handler sleeps with
        # growing pauses, which costs the unlucky ones tens of milliseconds.
        self._writing = threading.Lock()
        self.backup_made: Path | None = None
        if not self._exists():
            if not create:
                raise DatabaseProblem(
                    "There is no database at {path}",
                    "Name one with --db, or make one with `ingest`, `demo` or `serve`",
                    path=self.path,
                )
            if not self.path.parent.is_dir():
                raise DatabaseProblem(
                    "The folder {path_parent} does not exist", path_parent=self.path.parent
                )
        self._migrate()

    def _exists(self) -> bool:
        try:
            return self.path.exists()
        except OSError as error:
            raise DatabaseProblem(
                "The database {path} cannot be looked for: {error_strerror}",
                path=self.path,
                error_strerror=error.strerror,
            ) from error

    def connection(self) -> sqlite3.Connection:
        """This thread's connection; opened at its first use."""
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = self._local.db = self._connect()
        return db

    def close(self) -> None:
        """Close this thread's connection."""
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is not None:
            db.close()
            self._local.db = None

    def rows(
        self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()
    ) -> list[sqlite3.Row]:
        """All rows of a query.

        Raises:
            DatabaseProblem: if the file is damaged.
        """
        with self._reading:
            return self.connection().execute(sql, parameters).fetchall()

    def tuples(
        self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()
    ) -> list[tuple[Any, ...]]:
        """All rows of a query as plain tuples, which are quicker than named rows in bulk.

        Raises:
            DatabaseProblem: if the file is damaged.
        """
        with self._reading:
            cursor = self.connection().cursor()
            cursor.row_factory = None
            return cursor.execute(sql, parameters).fetchall()

    def row(
        self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()
    ) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        with self._reading:
            found: sqlite3.Row | None = self.connection().execute(sql, parameters).fetchone()
        return found

    @contextmanager
    def write(self, by: str) -> Iterator[Transaction]:
        """A write transaction; all of it is kept, or nothing.

        Args:
            by: The id of the person who acts.

        Raises:
            DatabaseProblem: if the database stays locked for 10 s, or the disk is full.
        """
        if self.connection().in_transaction:
            raise AssertionError("this thread has a transaction or snapshot open already")
        with self._writing:
            db = self.connection()
            try:
                db.execute("BEGIN IMMEDIATE")
                changes = db.total_changes
                transaction = Transaction(db, by)
                yield transaction
                kept = db.total_changes - changes - transaction.eventless_changes
                if kept and not transaction.events:
                    raise AssertionError("a change without its audit event")
                db.execute("COMMIT")
            except sqlite3.OperationalError as error:
                _roll_back(db)
                raise DatabaseProblem(
                    "The database {path} could not be written: {error}",
                    "Nothing of this change was kept; try again",
                    path=self.path,
                    error=error,
                ) from error
            except BaseException:
                _roll_back(db)
                raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Reads inside see one state of the database, however long they take."""
        db = self.connection()
        if db.in_transaction:
            yield
            return
        db.execute("BEGIN")
        try:
            yield
        finally:
            _roll_back(db)

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(
            self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None, cached_statements=256
        )
        db.row_factory = sqlite3.Row
        for pragma in (
            "foreign_keys = ON",
            "synchronous = NORMAL",
            "temp_store = MEMORY",
            "cache_size = -32000",
            "mmap_size = 268435456",
        ):
            db.execute(f"PRAGMA {pragma}")
        return db

    def _migrate(self) -> None:
        new = not self.path.exists() or self.path.stat().st_size == 0
        try:
            if new:
                # Only its owner may read months of unpublished work.
                os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            db = self.connection()
            known = {migration.__name__ for migration in schema.MIGRATIONS}
            pending = new or not known <= self._applied(db, known)
            if pending and not new:
                self.backup_made = self._backup_before_migration()
            # A restored backup is not in this mode, in which nobody waits for readers.
            db.execute("PRAGMA journal_mode = WAL")
            if not pending:
                return
            db.execute("BEGIN IMMEDIATE")
            schema.apply(db)
            db.execute("COMMIT")
        except (sqlite3.DatabaseError, OSError) as error:
            with suppress(sqlite3.Error):
                _roll_back(self.connection())
            raise DatabaseProblem(
                "The database {path} cannot be opened: {error}", path=self.path, error=error
            ) from error

    def _applied(self, db: sqlite3.Connection, known: Set[str]) -> set[str]:
        """The migrations that the file has behind it; one that is not ours is refused."""
        if not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            return set()
        if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise DatabaseProblem(
                "{path} is a database, but not one of Claimdesk",
                "Name another with --db",
                path=self.path,
            )
        applied = schema.applied(db)
        newer = [name for name in applied if name not in known]
        if newer:
            raise DatabaseProblem(
                "{path} was written by a newer version of Claimdesk ({value})",
                "Update Claimdesk, or open a backup made by this version",
                path=self.path,
                value=newer[-1],
            )
        return set(applied)

    def _backup_before_migration(self) -> Path | None:
        db = self.connection()
        if not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            return None
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        target = self.path.with_name(f"{self.path.name}.before-migration-{stamp}")
        self.backup(target)
        return target

    def backup(self, target: Path) -> Path:
        """Copy the database as it is now into a new file, while others read and write.

        Args:
            target: The file to make; it must not exist.

        Raises:
            DatabaseProblem: if it exists already, or cannot be written.
        """
        target = target.expanduser().absolute()
        if target.exists():
            raise DatabaseProblem(
                "{target} exists already", "Name a file that does not", target=target
            )
        partial = target.with_name(f".{target.name}.partial")
        try:
            os.close(os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600))
            copy = sqlite3.connect(partial)
            try:
                self.connection().backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
            finally:
                copy.close()
            os.replace(partial, target)
        except (sqlite3.Error, OSError) as error:
            partial.unlink(missing_ok=True)
            raise DatabaseProblem(
                "The backup {target} could not be written: {error}", target=target, error=error
            ) from error
        return target


def to_json(value: object) -> str:
    """JSON text as the database keeps it: compact, unescaped, keys in order."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def marks(values: Sequence[object]) -> str:
    """As many question marks as there are values, for an ``IN`` list."""
    return ",".join("?" * len(values))


def event_of(row: sqlite3.Row) -> Event:
    """An event as the model knows it."""
    fields = dict(row)
    for side in ("before", "after"):
        fields[side] = None if fields[side] is None else json.loads(fields[side])
    return Event(**fields)


def _roll_back(db: sqlite3.Connection) -> None:
    if db.in_transaction:
        db.execute("ROLLBACK")


__all__ = [
    "OPERATOR_ID",
    "Connections",
    "Row",
    "Transaction",
    "event_of",
    "marks",
    "to_json",
]
