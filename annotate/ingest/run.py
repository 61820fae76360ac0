"""Runs: items from their places through cleaning into the store, in batches, in order.

Each batch is one transaction. A run that is killed loses at most the batch that it was at; the
next run finds what is there by its bytes, cleans the rest, and neither loses nor doubles any.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from annotate import accounts
from annotate.errors import Rejected
from annotate.ingest import READERS, Reader
from annotate.ingest.batches import Batches, Progress, Summary
from annotate.ingest.limits import DEFAULT_LIMITS, MIB, Limits
from annotate.ingest.sources import Found, find
from annotate.ingest.workers import Pool, Result, Task, clean_one
from annotate.model import Person
from annotate.store import Store

__all__ = ["Progress", "Summary", "ingest", "reclean"]

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
        Forbidden: ``who`` may not ingest.
        NotFound: There is no such project for them.
        Invalid: There is no such reader.
        DatabaseProblem: The database cannot be written; what was written before stays.
    """
    accounts.require(store, who, "article.ingest", project_id)
    places = [str(path) for path in paths]
    entry = READERS.get(reader)
    groups = (_known_apart(store, found) for found in _grouped(find(places, limits)))
    return _run(Batches(store, who, places, project_id, progress), groups, entry, processes)


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
    groups = (_Group(found) for found in _grouped(_stored(store, entry.version)))
    return _run(Batches(store, who, [], None, progress), groups, entry, processes)


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

    def results(self) -> Iterator[tuple[str, Result | str]]:
        """Every item with its article, its rejection or the id of the article it is already."""
        cleaned = iter(self.task.results)
        for at, place in enumerate(self.found):
            if isinstance(place.content, Rejected):
                yield place.item, place.content
            else:
                yield place.item, self.known[at] if at in self.known else next(cleaned)


def _run(
    batches: Batches, groups: Iterator[_Group], reader: Reader, processes: int | None
) -> Summary:
    if processes is None:
        processes = min(os.cpu_count() or 1, MOST_PROCESSES)
    with closing(_cleaned(groups, reader, processes)) as cleaned:
        for group in cleaned:
            batches.add(group.results())
    return batches.finish()


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
        if isinstance(place.content, bytes)
    }
    articles = store.articles.known_raw(list(digests.values()))
    return _Group(
        found, {at: articles[digest] for at, digest in digests.items() if digest in articles}
    )


def _stored(store: Store, version: str) -> Iterator[Found]:
    for article_id in store.articles.older_than_cleaner(version):
        raw = store.articles.raw(article_id)
        if raw is not None:
            yield Found(f"article:{article_id}", raw)


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
