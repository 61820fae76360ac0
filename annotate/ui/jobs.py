"""Runs of ingestion in the background: one at a time, in the order in which they were asked for.

The queue is in the database (`annotate.ingest.desk`), so that a server that is killed forgets
nothing: what waited goes on when it starts again, and the run that it was at shows as interrupted.
Here is the one thread that works it off, and how far it has come.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from functools import cache

from annotate.errors import Conflict, WorkbenchError
from annotate.ingest import alive, desk, uploads
from annotate.ingest.batches import Summary
from annotate.ingest.run import to_reclean, work_off
from annotate.ingest.sources import expected
from annotate.model import IngestRun, Person
from annotate.store import Store
from annotate.ui.database import store

_log = logging.getLogger(__name__)
_PAUSE_S = 2.0


@dataclass(frozen=True, slots=True)
class UnderWay:
    """How far the run at work has come.

    Args:
        run_id: The run.
        counts: What has been written so far; None before the first batch.
        total: How many items there are; None where only reading them can tell.
        stopping: Whether it was asked to stop, which it does after the batch that it is at.
    """

    run_id: str
    counts: Summary | None = None
    total: int | None = None
    stopping: bool = False


class Jobs:
    """The runs that this server works off.

    Args:
        store: The database.
        processes: As for `annotate.ingest.run.ingest`.
    """

    def __init__(self, store: Store, processes: int | None = None) -> None:
        self._store = store
        self._processes = processes
        self._awake = threading.Event()
        self._lock = threading.Lock()
        self._at: UnderWay | None = None
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """See whether a run waits; starts the thread at the first time."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="ingest", daemon=True)
                self._thread.start()
        self._awake.set()

    def under_way(self) -> UnderWay | None:
        """The run at work in this server, if there is one."""
        return self._at

    def cancel(self, who: Person, run_id: str) -> None:
        """Take a run out of the queue, or end it after the batch that it is at.

        Raises:
            Forbidden: They may not ingest.
            NotFound: There is no such run for them.
            Conflict: It has ended, or somebody else's program is at work on it.
        """
        if desk.call_off(self._store, who, run_id):
            return
        with self._lock:
            at = self._at
            if at is None or at.run_id != run_id:
                raise Conflict(
                    "The run cannot be stopped from here",
                    "It has ended, or runs on the command line: stop it there",
                )
            self._at = UnderWay(at.run_id, at.counts, at.total, stopping=True)

    def work_off_queue(self) -> None:
        """Do the runs that wait, one after another."""
        while waiting := self._store.ingests.runs(states=["queued"], limit=-1):
            run = waiting[-1]
            try:
                self._do(run)
            except Exception:
                # A mistake of ours ends this run and holds up no other.
                _log.exception("run %s failed", run.id)
                desk.fail(self._store, run.id)
            finally:
                self._at = None
            if self._store.ingests.run(run.id).state == "queued":
                # The database could not be written: not to be asked again at once.
                time.sleep(_PAUSE_S)
        try:
            uploads.sweep(self._store)
        except OSError:
            _log.exception("uploads could not be removed")

    def _do(self, run: IngestRun) -> None:
        self._at = UnderWay(run.id)
        if run.kind == "retry":
            total: int | None = len(run.paths)
        else:
            total = expected(run.paths) if run.paths else to_reclean(self._store)
        self._at = UnderWay(run.id, total=total)
        try:
            work_off(
                self._store,
                run,
                progress=self._note,
                stop=self._stopping,
                processes=self._processes,
            )
        except WorkbenchError as problem:
            # The run says so itself, on its page.
            _log.warning("run %s failed: %s", run.id, problem)

    def _note(self, counts: Summary) -> None:
        with self._lock:
            at = self._at
            if at is not None:
                self._at = UnderWay(at.run_id, counts, at.total, at.stopping)

    def _stopping(self) -> bool:
        return self._at is not None and self._at.stopping

    def _serve(self) -> None:
        alive.forget_dead(self._store.path)
        while True:
            self._awake.wait()
            self._awake.clear()
            try:
                self.work_off_queue()
            except Exception:
                # Such as a database that cannot be read for now: what waits must not stay behind.
                _log.exception("the runs that wait cannot be worked off")
                time.sleep(_PAUSE_S)
                self._awake.set()


@cache
def jobs() -> Jobs:
    """The runs of this server."""
    return Jobs(store())
