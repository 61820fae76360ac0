"""Rounds over 100,000 articles: made, and then the board, its lists and the queues."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from annotate import accounts, codebook, reading, review
from annotate.model import Person, new_ids
from annotate.reading import ListRequest
from annotate.review import Wish
from annotate.reviews import ArticleState
from annotate.store import OPERATOR_ID, Store
from annotate.store.articles import first_key
from annotate.store.boards import BoardFilter
from benchmarks import database
from benchmarks.report import Measure, percentile

ARTICLES = int(os.environ.get("BENCH_ARTICLES", "100000"))
CODERS = 12
LABELLED = ARTICLES // 20
LIMIT_MS = 50.0
MAKING_LIMIT_S = 30.0
WAITING_LIMIT_S = 10.0
TIMES = 60
_ARTICLE = (
    "INSERT INTO article (sort_key, id, series_id, revision, url, canonical_url, source, title,"
    " language, published_at, published_from, captions, text_sha256, raw_sha256, cleaner_version,"
    " ingested_at, ingested_by) VALUES (?, ?, ?, 1, ?, ?, 'source', ?, 'en', ?, 'epoch', '[]', ?,"
    " ?, '1', ?, ?)"
)


def run() -> Iterator[Measure]:
    """The p95 of what the pages ask for, with a twentieth of the articles coded."""
    with _thin() as bench:
        team = [bench.analyst(n) for n in range(CODERS)]
        yield from _made(bench, team)
        _label(bench)
        yield from _asked(bench, team, "handed out")
        for made in bench.store.rounds.of_project(bench.project.id):
            review.close(bench.store, bench.operator, made.id)
        wish = Wish("Pulled", tuple(one.id for one in team), "pull", 2, 0.2, 4, "random", 2)
        review.create(bench.store, bench.operator, bench.project.id, wish, ListRequest())
        for person in team:
            for _ in range(3):
                review.pull(bench.store, person, bench.project.id)
        yield from _asked(bench, team, "pulled")
        one, times = team[0], []
        for _ in range(TIMES):
            started = time.perf_counter()
            article = review.pull(bench.store, one, bench.project.id)
            times.append((time.perf_counter() - started) * 1000)
            (pulled,) = bench.store.rounds.open_of(bench.project.id, one.id)
            review.withdraw(bench.store, bench.operator, pulled.id, one.id, [article or ""])
        yield _measure("next article", times)


@contextmanager
def _thin() -> Iterator[database.Bench]:
    """A database of very short articles: rounds never look at a text."""
    with TemporaryDirectory(prefix="bench-") as folder:
        store = Store(Path(folder) / "bench.db")
        operator = accounts.operator(store)
        with store.write(operator.id) as tx:
            project = store.projects.create(tx, database.PROJECT, codebook.DEFAULT)
            tx.db.executemany(
                _ARTICLE, [_values(n, id_) for n, id_ in enumerate(new_ids(ARTICLES))]
            )
            tx.db.execute("INSERT INTO article_text SELECT id, title FROM article")
            tx.db.execute(
                "INSERT INTO project_article (project_id, sort_key)"
                " SELECT ?, sort_key FROM article",
                (project.id,),
            )
        yield database.Bench(store, project, operator)
        store.close()


def _values(n: int, id_: str) -> tuple[object, ...]:
    moment = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=n)
    at, url = moment.strftime("%Y-%m-%dT%H:%M:%SZ"), f"https://bench.example/{n}"
    return first_key(at), id_, id_, url, url, f"article {n}", at, str(n), str(n), at, OPERATOR_ID


def _made(bench: database.Bench, team: list[Person]) -> Iterator[Measure]:
    """How long a round takes to be made, and how long others must wait meanwhile."""
    moments: list[float] = []
    wish = Wish("Handed out", tuple(one.id for one in team), "list", 2, 0.2, 4, "random", 1)
    started = time.perf_counter()
    _, seen = review.create(
        bench.store,
        bench.operator,
        bench.project.id,
        wish,
        ListRequest(),
        progress=lambda done, total: moments.append(time.perf_counter()),
    )
    ended = time.perf_counter()
    work = f"make a round of {seen.articles:,} articles, {seen.slots:,} assignments"
    yield Measure(work, ended - started, "s", "limit", MAKING_LIMIT_S)
    work = "of it, while nobody else can write"
    yield Measure(work, ended - moments[0], "s", "limit", WAITING_LIMIT_S)


def _label(bench: database.Bench) -> None:
    """Begin, submit and judge a part of what was handed out."""
    store, project_id = bench.store, bench.project.id
    with store.write(bench.operator.id) as tx:
        rows = tx.execute(
            "SELECT article_id, person_id, position FROM assignment WHERE project_id = ?"
            " AND position < ? ORDER BY position",
            (project_id, LABELLED),
        ).fetchall()
        for article_id, person_id, position in rows:
            head = store.labels.create(tx, project_id, article_id, person_id)
            if position % 4:
                store.labels.set_status(tx, head, "submitted", 1)
        for article_id in {row[0] for row in rows if row[2] % 8 == 1}:
            gold = store.labels.create(tx, project_id, article_id, None, "gold")
            store.labels.set_status(tx, gold, "accepted", 1)


def _asked(bench: database.Bench, team: list[Person], kind: str) -> Iterator[Measure]:
    store, by, project_id = bench.store, bench.operator, bench.project.id
    yield _measure(f"board, {kind}", _times(lambda n: review.board(store, by, project_id)))
    yield _measure(
        f"queue, {kind}",
        _times(lambda n: reading.queue(store, team[n % CODERS], project_id)),
    )
    states: tuple[ArticleState, ...] = ("to_do", "in_progress", "submitted", "gold")
    wanted = [BoardFilter(state=state) for state in states]
    wanted += [BoardFilter(person_id=one.id) for one in team]
    yield _measure(
        f"articles behind a count, {kind}",
        _times(lambda n: review.articles(store, by, project_id, wanted[n % len(wanted)])),
    )


def _times(work: Callable[[int], object]) -> list[float]:
    times = []
    for n in range(TIMES):
        started = time.perf_counter()
        work(n)
        times.append((time.perf_counter() - started) * 1000)
    return times


def _measure(work: str, times: list[float]) -> Measure:
    return Measure(
        f"{work}, {ARTICLES:,} articles, p95", percentile(times, 95), "ms", "limit", LIMIT_MS
    )
