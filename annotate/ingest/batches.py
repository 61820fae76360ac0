"""Results of cleaning into the store, a batch a transaction, and the summary of a run."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

from annotate import accounts
from annotate.errors import Rejected, WorkbenchError
from annotate.ingest.prospects import TRIED_WITH
from annotate.model import CleanedItem, Person, RunState
from annotate.store import Store, Transaction

BATCH_ITEMS = 200
BATCH_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class RejectedItem:
    """An item that a run could not take."""

    item: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did.

    Args:
        run_id: The run's id in the store.
        read: Items looked at.
        new: Articles seen for the first time.
        revisions: Known URLs with changed content.
        duplicates: Known texts under another URL.
        unchanged: Items that were here already.
        rejected: Items that could not be taken, all of them listed.
        rejections: That list, in the order of the items.
    """

    run_id: str
    read: int
    new: int
    revisions: int
    duplicates: int
    unchanged: int
    rejected: int
    rejections: tuple[RejectedItem, ...] = ()


Progress = Callable[[Summary], None]
"""Told the counts so far after each batch, without the list of rejections."""

Settled = CleanedItem | Rejected | str | None
"""What became of an item: cleaned, rejected, or the id of the article that it is already.
None for a folder or archive, which is no item."""


class Batches:
    """Gathers what became of a run's items and writes it.

    Args:
        store: Where the articles go.
        who: In whose name.
        run_id: The run, which has begun. One that was interrupted and begins again counts what
            it brought before as its own.
        project_id: A project that every article joins.
        progress: Told after each batch.
    """

    def __init__(
        self,
        store: Store,
        who: Person,
        run_id: str,
        project_id: str | None,
        progress: Progress | None,
    ) -> None:
        self._store = store
        self._who = who
        self._run_id = run_id
        self._project_id = project_id
        self._progress = progress
        self._before: Counter[str] = Counter(store.ingests.brought(run_id))
        self._counts: Counter[str] = Counter()
        self._rejections: list[RejectedItem] = []
        self._batch: list[tuple[str, Settled]] = []
        self._written_at = time.monotonic()

    def add(self, settled: Iterable[tuple[str, Settled]]) -> None:
        """Take items in their order; write them once they are many or have waited long.

        Raises:
            Forbidden, NotFound: They may not ingest any more; nothing of the batch was written.
        """
        self._batch.extend(settled)
        overdue = time.monotonic() - self._written_at > BATCH_SECONDS
        if overdue or len(self._batch) >= BATCH_ITEMS:
            self._write()

    def finish(self, state: RunState = "done") -> Summary:
        """Write what is left and note the run as finished.

        Raises:
            Forbidden, NotFound: As for `add`.
        """
        self._write()
        return self._end(state)

    def fail(self, problem: WorkbenchError) -> None:
        """Note that the run could not go on; what was written stays."""
        self._end("failed", problem)

    def _end(self, state: RunState, problem: WorkbenchError | None = None) -> Summary:
        summary, told = self._summary(), problem.told() if problem else None
        with self._store.write(self._who.id) as tx:
            self._store.ingests.finish(tx, self._run_id, _figures(summary), state, told)
        return summary

    def _write(self) -> None:
        if self._batch:
            # Asked anew for each batch: a run takes hours, and may be forbidden meanwhile.
            with accounts.permitted(
                self._store, self._who, "article.ingest", self._project_id
            ) as tx:
                # What the run brought is found by its id in the events.
                tx.operation_id = self._run_id
                changes = self._store_batch(tx)
            # Counted only once it is kept.
            self._counts.update(changes)
            self._batch.clear()
            if self._progress is not None:
                self._progress(self._summary(listing=False))
        self._written_at = time.monotonic()

    def _store_batch(self, tx: Transaction) -> Counter[str]:
        store, counts = self._store, Counter[str]()
        counts["read"] = sum(settled is not None for _, settled in self._batch)
        cleaned = [settled for _, settled in self._batch if isinstance(settled, CleanedItem)]
        known = [settled for _, settled in self._batch if isinstance(settled, str)]
        outcomes = store.articles.add(tx, cleaned, self._project_id)
        counts.update(outcome.change for outcome in outcomes)
        counts["unchanged"] += len(known)
        if self._project_id is not None and known:
            store.articles.join(tx, self._project_id, known)
        for item, settled in self._batch:
            if isinstance(settled, Rejected):
                counts["rejected"] += 1
                store.ingests.reject(tx, item, settled, self._run_id, TRIED_WITH)
                self._rejections.append(RejectedItem(item, settled.reason, str(settled)))
        taken = [item for item, settled in self._batch if not isinstance(settled, Rejected)]
        store.ingests.succeed(tx, taken)
        return counts

    def _summary(self, *, listing: bool = True) -> Summary:
        counts = self._counts + self._before
        return Summary(
            run_id=self._run_id,
            read=counts["read"],
            new=counts["new"],
            revisions=counts["revision"],
            duplicates=counts["duplicate"],
            # Met again, it is what the run brought before it was interrupted.
            unchanged=max(0, counts["unchanged"] - self._before.total()),
            rejected=counts["rejected"],
            rejections=tuple(self._rejections) if listing else (),
        )


def _figures(summary: Summary) -> dict[str, int]:
    figures = asdict(summary)
    return {name: value for name, value in figures.items() if isinstance(value, int)}
