"""Syncs with Label Studio in the background: asked for by somebody, or due by a link's schedule.

A project has one sync at a time; those of several projects do not wait for each other, because a
server that answers slowly must not hold up another. What each did is kept in the database by
`annotate.labelstudio`; here are the threads, how far they have come, and what a dry run found.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from annotate import accounts
from annotate.errors import Conflict, WorkbenchError
from annotate.links import LabelChange, Link, Outcome
from annotate.model import Person
from annotate.store import Store
from annotate.ui.database import store

if TYPE_CHECKING:
    from annotate.labelstudio.session import Progress

_log = logging.getLogger(__name__)
_LOOK_S = 15.0
# So many of the labels that would change are kept to be shown; the command line lists all.
MOST_CHANGES = 200


@dataclass(frozen=True, slots=True)
class UnderWay:
    """How far a project's sync has come.

    Args:
        project_id: The project.
        dry_run: Whether it changes nothing.
        progress: What it is at; None before it has begun.
        stopping: Whether it was asked to stop, which it does at the next step.
    """

    project_id: str
    dry_run: bool
    progress: Progress | None = None
    stopping: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """A sync asked for here that has come to its end.

    Args:
        by: Who asked for it.
        dry_run: Whether it changed nothing.
        outcome: What it did; None where it failed.
        problem: Why it failed.
        changes: Of a dry run the first labels that would change, as far as they may see these.
        changes_in_all: How many there are.
    """

    by: str
    dry_run: bool
    outcome: Outcome | None = None
    problem: WorkbenchError | None = None
    changes: tuple[LabelChange, ...] = ()
    changes_in_all: int = 0


@dataclass
class _First:
    """Keeps the first of any number of changes, and counts all."""

    kept: list[LabelChange] = field(default_factory=list)
    in_all: int = 0

    def __call__(self, change: LabelChange) -> None:
        self.in_all += 1
        if len(self.kept) < MOST_CHANGES:
            self.kept.append(change)


class Syncs:
    """The syncs of this server.

    Args:
        store: The database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._at: dict[str, UnderWay] = {}
        self._ended: dict[str, Ended] = {}
        self._asked_at: dict[str, datetime] = {}
        self._schedule: threading.Thread | None = None

    def begin(self) -> None:
        """Begin to look after the schedules; once is enough."""
        with self._lock:
            if self._schedule is None:
                self._schedule = threading.Thread(target=self._watch, name="syncs", daemon=True)
                self._schedule.start()

    def start(self, who: Person, project_id: str, *, dry_run: bool = False) -> None:
        """Synchronise a project in the background.

        Raises:
            Forbidden, NotFound: They may not.
            Conflict: It is at it already.
        """
        accounts.require(self._store, who, "labelstudio.sync", project_id)
        with self._lock:
            if project_id in self._at:
                raise Conflict("This project is being synchronised already")
            self._at[project_id] = UnderWay(project_id, dry_run)
            self._ended.pop(project_id, None)
            self._asked_at[project_id] = datetime.now(UTC)
        threading.Thread(
            target=self._do, args=(who, project_id, dry_run), name="sync", daemon=True
        ).start()

    def under_way(self, project_id: str) -> UnderWay | None:
        """A project's sync at work in this server, if there is one."""
        return self._at.get(project_id)

    def ended(self, project_id: str) -> Ended | None:
        """The project's last sync of this server, until another begins or it is forgotten."""
        return self._ended.get(project_id)

    def forget(self, project_id: str) -> None:
        """The last sync's end has been seen."""
        self._ended.pop(project_id, None)

    def cancel(self, who: Person, project_id: str) -> None:
        """End a sync at its next step; what it has done stays done.

        Raises:
            Forbidden, NotFound: They may not.
            Conflict: This server is at no sync of the project.
        """
        accounts.require(self._store, who, "labelstudio.sync", project_id)
        with self._lock:
            at = self._at.get(project_id)
            if at is None:
                raise Conflict(
                    "The sync cannot be stopped from here",
                    "It has ended, or runs on the command line: stop it there",
                )
            self._at[project_id] = replace(at, stopping=True)

    def start_due(self, now: datetime) -> None:
        """Start those whose schedule says so.

        Args:
            now: The present moment.
        """
        operator = accounts.operator(self._store)
        for link in self._store.links.all():
            if self._store.projects.is_archived(link.project_id) or not self._due(link, now):
                continue
            try:
                self.start(operator, link.project_id)
            except WorkbenchError as problem:
                _log.info("project %s is not synchronised: %s", link.project_id, problem)

    def _due(self, link: Link, now: datetime) -> bool:
        if link.every_minutes is None or link.project_id in self._at:
            return False
        runs = self._store.links.runs(link.project_id, 1)
        last = datetime.fromisoformat(runs[0].started_at if runs else link.created_at)
        # A run that could not even be written down is not tried again at once.
        last = max(last, self._asked_at.get(link.project_id, last))
        return now - last >= timedelta(minutes=link.every_minutes)

    def _do(self, who: Person, project_id: str, dry_run: bool) -> None:
        ended, first = Ended(who.id, dry_run), _First()
        try:
            outcome = self._sync(who, project_id, dry_run, first)
            ended = replace(
                ended, outcome=outcome, changes=tuple(first.kept), changes_in_all=first.in_all
            )
        except WorkbenchError as problem:
            # The run says so itself, in the log of the page.
            _log.warning("the sync of project %s failed: %s", project_id, problem)
            ended = replace(ended, problem=problem)
        except Exception as mistake:
            _log.exception("the sync of project %s failed", project_id)
            told = WorkbenchError(
                "The sync ended by a mistake of the workbench: {kind}",
                "Its log says more; what was done stays, and another sync goes on from there",
                kind=type(mistake).__name__,
            )
            ended = replace(ended, problem=told)
        finally:
            with self._lock:
                self._at.pop(project_id, None)
                self._ended[project_id] = ended
            self._store.close()

    def _sync(
        self, who: Person, project_id: str, dry_run: bool, changed: Callable[[LabelChange], None]
    ) -> Outcome:
        # Slow to load: the first sync pays for it, not the start of the server.
        from annotate.labelstudio.run import sync

        return sync(
            self._store,
            who,
            project_id,
            dry_run=dry_run,
            progress=self._noting(project_id),
            stop=lambda: self._stopping(project_id),
            changed=changed,
        )

    def _noting(self, project_id: str) -> Callable[[Progress], None]:
        def note(progress: Progress) -> None:
            with self._lock:
                at = self._at.get(project_id)
                if at is not None:
                    self._at[project_id] = replace(at, progress=progress)

        return note

    def _stopping(self, project_id: str) -> bool:
        at = self._at.get(project_id)
        return at is not None and at.stopping

    def _watch(self) -> None:
        while True:
            time.sleep(_LOOK_S)
            try:
                self.start_due(datetime.now(UTC))
            except Exception:
                # Such as a database that cannot be read for now: the next look may do.
                _log.exception("the schedules cannot be looked at")


@cache
def syncs() -> Syncs:
    """The syncs of this server."""
    return Syncs(store())
