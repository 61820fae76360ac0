"""Saving one label with twenty writers, beside bare inserts into SQLite under the same load."""

from __future__ import annotations

import multiprocessing
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.synchronize import Barrier
from pathlib import Path
from tempfile import TemporaryDirectory

from annotate import tagging
from annotate.model import Person, new_id
from annotate.store import Store
from benchmarks import database
from benchmarks.report import Measure, percentile

WRITERS = 20
SAVES = 60
LIMIT_MS = 10.0
# A quick analyst saves once a second; ten times that leaves no doubt.
MEAN_PAUSE_S = 0.1
Save = Callable[[], None]


def run() -> Iterator[Measure]:
    """Twenty threads and twenty processes with pauses, and twenty threads without."""
    with database.opened(1000) as bench:
        people = [bench.analyst(n) for n in range(WRITERS)]
        ids = bench.article_ids(WRITERS * 3)

        def savers(first: int) -> list[Save]:
            return [
                _saver(bench.store, person, bench.project.id, article_id)
                for person, article_id in zip(people, ids[first:], strict=False)
            ]

        threads = percentile(_in_threads(savers(0), MEAN_PAUSE_S), 95)
        yield from _lines("threads", threads, percentile(_bare_threads(MEAN_PAUSE_S), 95))
        processes = _in_processes(bench.store.path, bench.project.id, people, ids[20:])
        yield from _lines("processes", percentile(processes, 95), percentile(_bare_processes(), 95))
        started = time.perf_counter()
        unpaced = percentile(_in_threads(savers(40), 0.0), 95)
        ours = WRITERS * SAVES / (time.perf_counter() - started)
        started = time.perf_counter()
        bare_unpaced = percentile(_bare_threads(0.0), 95)
        bare = WRITERS * SAVES / (time.perf_counter() - started)
        work = f"saves, {WRITERS} threads without a pause"
        yield Measure(work, ours, "saves/s", "bare inserts", bare, None, "more")
        # Each waits for nineteen others: no desk, but what a queue of writers costs.
        work = f"save, {WRITERS} threads without a pause, p95"
        yield Measure(work, unpaced, "ms", "bare inserts", bare_unpaced, None)
        yield _loss(bench, ids)


def _lines(kind: str, ours: float, bare: float) -> Iterator[Measure]:
    work = f"save, {WRITERS} {kind} at 10 a second each, p95"
    yield Measure(work, ours, "ms", "limit", LIMIT_MS)
    yield Measure(work, ours, "ms", "bare inserts", bare, None)


def _loss(bench: database.Bench, ids: list[str]) -> Measure:
    heads = bench.store.labels.heads_on(ids)
    stored = sum(len(label_set.spans) for label_set in bench.store.labels.with_content(heads))
    expected = WRITERS * SAVES * 3
    return Measure("saves found afterwards", stored, "labels", "sent", expected, 1.0, "more")


def _saver(store: Store, person: Person, project_id: str, article_id: str) -> Save:
    text = store.articles.get(article_id).text
    client = new_id()
    state = {"revision": 0, "place": 0}

    def save() -> None:
        span = database.span(text, state["place"])
        state["place"] += 7
        result = tagging.apply(
            store, person, project_id, article_id, client=client,
            base_revision=state["revision"],
            operations=[{"id": new_id(), "kind": "add_span", "span": span}],
        )  # fmt: skip
        state["revision"] = result.revision

    return save


def _timed(save: Save, pause: float, seed: int) -> list[float]:
    """Milliseconds of each of ``SAVES`` saves, with random pauses around the mean between."""
    pauses = random.Random(seed)
    times = []
    for _ in range(SAVES):
        if pause:
            time.sleep(pauses.uniform(0, 2 * pause))
        started = time.perf_counter()
        save()
        times.append((time.perf_counter() - started) * 1000)
    return times


def _in_threads(work: list[Save], pause: float) -> list[float]:
    times: list[float] = []
    start = threading.Barrier(len(work))

    def writer(number: int, save: Save) -> None:
        start.wait()
        mine = _timed(save, pause, number)
        times.extend(mine)

    threads = [threading.Thread(target=writer, args=item) for item in enumerate(work)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def _in_processes(
    path: Path, project_id: str, people: list[Person], article_ids: list[str]
) -> list[float]:
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(WRITERS)
    results = context.SimpleQueue()
    processes = [
        context.Process(
            target=_writer_process,
            args=(path, project_id, person, article_id, n, start, results),
        )
        for n, (person, article_id) in enumerate(zip(people, article_ids, strict=False))
    ]
    return _collect(processes, results)


def _writer_process(
    path: Path,
    project_id: str,
    person: Person,
    article_id: str,
    number: int,
    start: Barrier,
    results: multiprocessing.SimpleQueue[list[float]],
) -> None:
    store = Store(path, create=False)
    save = _saver(store, person, project_id, article_id)
    start.wait()
    results.put(_timed(save, MEAN_PAUSE_S, number))
    store.close()


def _bare_threads(pause: float) -> list[float]:
    with TemporaryDirectory(dir=database.DATA) as folder:
        path = _bare_database(Path(folder))
        # A connection belongs to its thread, so each is opened at that thread's first save.
        return _in_threads([_bare_saver(path) for _ in range(WRITERS)], pause)


def _bare_processes() -> list[float]:
    context = multiprocessing.get_context("spawn")
    with TemporaryDirectory(dir=database.DATA) as folder:
        path = _bare_database(Path(folder))
        start = context.Barrier(WRITERS)
        results = context.SimpleQueue()
        processes = [
            context.Process(target=_bare_process, args=(path, n, start, results))
            for n in range(WRITERS)
        ]
        return _collect(processes, results)


def _bare_process(
    path: Path, number: int, start: Barrier, results: multiprocessing.SimpleQueue[list[float]]
) -> None:
    save = _bare_saver(path)
    start.wait()
    results.put(_timed(save, MEAN_PAUSE_S, number))


def _collect(
    processes: list[multiprocessing.context.SpawnProcess],
    results: multiprocessing.SimpleQueue[list[float]],
) -> list[float]:
    for process in processes:
        process.start()
    times = [value for _ in processes for value in results.get()]
    for process in processes:
        process.join()
    return times


def _bare_database(folder: Path) -> Path:
    path = folder / "bare.db"
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("CREATE TABLE span (id TEXT PRIMARY KEY, start INTEGER, stop INTEGER, quote TEXT)")
    db.close()
    return path


def _bare_saver(path: Path) -> Save:
    opened: list[sqlite3.Connection] = []

    def save() -> None:
        if not opened:
            db = sqlite3.connect(path, timeout=10, isolation_level=None)
            db.execute("PRAGMA synchronous = NORMAL")
            opened.append(db)
        opened[0].execute("BEGIN IMMEDIATE")
        opened[0].execute("INSERT INTO span VALUES (?, ?, ?, ?)", (new_id(), 1, 5, "四个汉字"))
        opened[0].execute("COMMIT")

    return save
