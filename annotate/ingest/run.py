"""Runs: items from their places through cleaning into the store, in batches, in order.

Each batch is one transaction. A run that is killed loses at most the batch that it was at; the
next run finds what is there by its bytes, cleans the rest, and neither loses nor doubles any.

A run is asked for and done at once (`ingest`, `retry`, `reclean`), or asked for by a page and
done when its turn has come (`work_off`).
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from annotate import accounts
from annotate.errors import Rejected, WorkbenchError
from annotate.ingest import READERS, Reader
from annotate.ingest.alive import at_work
from annotate.ingest.batches import Batches, Progress, Settled, Summary
from annotate.ingest.limits import DEFAULT_LIMITS, MIB, Limits
from annotate.ingest.sources import STORED, Found, find_again, walk
from annotate.ingest.workers import Pool, Task, clean_one
from annotate.model import IngestRun, Person, RunKind, new_id
from annotate.store import Store

__all__ = ["Progress", "Summary", "ingest", "reclean", "retry", "to_reclean", "work_off"]

GROUP_ITEMS = 48
GROUP_BYTES = 4 * MIB
# Starting processes takes longer than cleaning so many items.
SMALL_RUN = 64
MOST_PROCESSES = 8


def ingest(
    store: Store,
    who: Person,
    paths: Iterable[Path | str],
    *,
    project_id: str | None = None,
    processes: int | None = None,
    progress: Progress | None = None,
    reader: str = "archive",
    limits: Limits = DEFAULT_LIMITS,
) -> Summary:
    """Take articles from files, folders and archives.

    Args:
        store: Where they go.
        who: In whose name.
        paths: What to read.
        project_id: A project that all of them join.
        processes: How many clean at once; by default as many as there are processors.
        progress: Told after each batch.
        reader: The form of the items.
        limits: What is accepted at most.

    Raises:
        Forbidden: ``who`` may not ingest, or may not any more: what was written before stays.
        NotFound: There is no such project for them.
        Invalid: There is no such reader.
        DatabaseProblem: The database cannot be written; what was written before stays.
    """
    accounts.require(store, who, "article.ingest", project_id)
    # The place from which a relative path counts may be another one at the next run.
    places = [os.path.abspath(os.path.expanduser(path)) for path in paths]
    job = _Job(store, who, "ingest", project_id, processes, progress, READERS.get(reader))
    return job.begin(places, _grouped(walk(places, limits)))


def retry(
    store: Store,
    who: Person,
    items: Sequence[str],
    *,
    project_id: str | None = None,
    processes: int | None = None,
    progress: Progress | None = None,
    reader: str = "archive",
) -> Summary:
    """Try items again that could not be taken, each where it was found.

    Args:
        store: Where they go.
        who: In whose name.
        items: Their places.
        project_id: As for `ingest`.
        processes: As for `ingest`.
        progress: As for `ingest`.
        reader: As for `ingest`.

    Raises:
        Forbidden: As for `ingest`.
        NotFound: As for `ingest`.
        DatabaseProblem: As for `ingest`.
    """
    accounts.require(store, who, "article.ingest", project_id)
    job = _Job(store, who, "retry", project_id, processes, progress, READERS.get(reader))
    return job.begin(list(items), _grouped(again(store, items)))


def reclean(
    store: Store,
    who: Person,
    *,
    processes: int | None = None,
    progress: Progress | None = None,
    reader: str = "archive",
) -> Summary:
    """Clean again, from their raw bytes, the articles that another version of the cleaner made.

    Where the text differs now, it becomes a new revision; labels stay where they were made.

    Args:
        store: Where the articles are.
        who: In whose name.
        processes: As for `ingest`.
        progress: As for `ingest`.
        reader: The form of the items.

    Raises:
        Forbidden: ``who`` may not ingest.
        DatabaseProblem: As for `ingest`.
    """
    accounts.require(store, who, "article.ingest")
    entry = READERS.get(reader)
    job = _Job(store, who, "reclean", None, processes, progress, entry)
    return job.begin([], _grouped(_stored(store, entry.version)))


def to_reclean(store: Store, reader: str = "archive") -> int:
    """How many articles `reclean` will clean again."""
    return store.articles.count_older_than_cleaner(READERS.get(reader).version)


def work_off(
    store: Store,
    run: IngestRun,
    *,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
    processes: int | None = None,
) -> Summary | None:
    """Do a run that waits for its turn; None if it does not wait any more.

    It is done in the name of whoever asked for it, if they may still.

    Args:
        store: The store.
        run: The run.
        progress: As for `ingest`.
        stop: Asked after each batch whether to end it there.
        processes: As for `ingest`.

    Raises:
        WorkbenchError: It could not be done, or not to its end; noted with the run as well.
    """
    who = store.people.get(run.by)
    entry = READERS.get("archive")
    job = _Job(store, who, run.kind, run.project_id, processes, progress, entry, stop)
    if run.kind == "retry":
        found = again(store, run.paths)
    elif run.kind == "reclean":
        found = _stored(store, entry.version)
    else:
        found = walk(run.paths)
    return job.take_up(run.id, _grouped(found))


@dataclass(frozen=True, slots=True)
class _Job:
    """What a run is done with."""

    store: Store
    who: Person
    kind: RunKind
    project_id: str | None
    processes: int | None
    progress: Progress | None
    reader: Reader
    stop: Callable[[], bool] | None = None

    def begin(self, paths: list[str], found: Iterator[list[Found]]) -> Summary:
        """A new run."""
        run_id = new_id()
        with at_work(self.store.path, run_id):
            with accounts.permitted(self.store, self.who, "article.ingest", self.project_id) as tx:
                self.store.ingests.start(tx, paths, self.project_id, kind=self.kind, run_id=run_id)
            return self._work(run_id, found)

    def take_up(self, run_id: str, found: Iterator[list[Found]]) -> Summary | None:
        """A run that is there already and waits."""
        with at_work(self.store.path, run_id):
            with self.store.write(self.who.id) as tx:
                if not self.store.ingests.change_state(tx, run_id, ["queued"], "running"):
                    return None
            return self._work(run_id, found)

    def _work(self, run_id: str, found: Iterator[list[Found]]) -> Summary:
        batches = Batches(self.store, self.who, run_id, self.project_id, self.progress)
        groups = (_known_apart(self.store, group) for group in found)
        processes = self.processes or min(os.cpu_count() or 1, MOST_PROCESSES)
        try:
            accounts.require(self.store, self.who, "article.ingest", self.project_id)
            with closing(_cleaned(groups, self.reader, processes)) as cleaned:
                for group in cleaned:
                    batches.add(group.results())
                    if self.stop is not None and self.stop():
                        return batches.finish("cancelled")
            return batches.finish()
        except WorkbenchError as problem:
            with suppress(WorkbenchError):
                batches.fail(problem)
            raise


@dataclass(slots=True)
class _Group:
    """Items on their way together: those known by their bytes need no cleaning.

    Args:
        found: The items.
        known: Of those, the ids of the articles that have exactly their bytes, by position.
    """

    found: list[Found]
    known: dict[int, str] = field(default_factory=dict)
    task: Task = field(init=False)

    def __post_init__(self) -> None:
        self.task = Task(
            [
                (place.item, place.content)
                for at, place in enumerate(self.found)
                if isinstance(place.content, bytes) and at not in self.known
            ]
        )

    def results(self) -> Iterator[tuple[str, Settled]]:
        """Every item with its article, its rejection or the id of the article it is already."""
        cleaned = iter(self.task.results)
        for at, place in enumerate(self.found):
            if place.content is None or isinstance(place.content, Rejected):
                yield place.item, place.content
            else:
                yield place.item, self.known[at] if at in self.known else next(cleaned)


def _grouped(places: Iterable[Found]) -> Iterator[list[Found]]:
    group: list[Found] = []
    size = 0
    for place in places:
        group.append(place)
        size += len(place.content) if isinstance(place.content, bytes) else 0
        if len(group) >= GROUP_ITEMS or size >= GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _known_apart(store: Store, found: list[Found]) -> _Group:
    digests = {
        at: hashlib.sha256(place.content).hexdigest()
        for at, place in enumerate(found)
        # What is to be cleaned again is known, of course.
        if isinstance(place.content, bytes) and not place.item.startswith(STORED)
    }
    articles = store.articles.known_raw(list(digests.values()))
    return _Group(
        found, {at: articles[digest] for at, digest in digests.items() if digest in articles}
    )


def _stored(store: Store, version: str) -> Iterator[Found]:
    for article_id in store.articles.older_than_cleaner(version):
        raw = store.articles.raw(article_id)
        if raw is not None:
            yield Found(f"{STORED}{article_id}", raw)


def again(store: Store, items: Sequence[str], limits: Limits = DEFAULT_LIMITS) -> Iterator[Found]:
    """Items that could not be taken: articles from the store, others where they were found.

    Args:
        store: The store.
        items: Their places.
        limits: What is accepted at most.
    """
    for item in items:
        if item.startswith(STORED):
            raw = store.articles.raw(item.removeprefix(STORED))
            lost = Rejected("missing", "It is no longer where it was found")
            yield Found(item, lost if raw is None else raw)
    yield from find_again([item for item in items if not item.startswith(STORED)], limits)


def _cleaned(
    groups: Iterator[_Group], reader: Reader, processes: int
) -> Generator[_Group, None, None]:
    here = 0
    for group in groups:
        if processes > 1 and here + len(group.task.work) > SMALL_RUN:
            yield from _cleaned_elsewhere(chain((group,), groups), reader, processes)
            return
        here += len(group.task.work)
        group.task.results.extend(clean_one(reader, *work) for work in group.task.work)
        yield group


def _cleaned_elsewhere(
    groups: Iterator[_Group], reader: Reader, processes: int
) -> Generator[_Group, None, None]:
    under_way: deque[_Group] = deque()

    def tasks() -> Iterator[Task]:
        for group in groups:
            under_way.append(group)
            yield group.task

    pool = Pool(reader, processes)
    with closing(pool.run(tasks(), in_flight=2 * processes + 2)) as done:
        for _ in done:
            yield under_way.popleft()
