"""Opening an article of 50,000 characters with 1,000 spans, as the server does it."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from annotate import reading, tagging
from annotate.model import new_id
from annotate.store.labels import content_of
from benchmarks import corpus, database
from benchmarks.report import Measure

LENGTH = 50_000
SPANS = 1_000
LIMIT_MS = 1_000.0
REPEATS = 15


def run() -> Iterator[Measure]:
    """The first opening, dictionaries loading included, and the median of those after it."""
    with database.opened(1000) as bench:
        analyst = bench.analyst(0)
        article_id = _long_article(bench)
        text = bench.store.articles.get(article_id).text
        for first in range(0, SPANS, 500):
            operations = [
                {
                    "id": new_id(),
                    "kind": "add_span",
                    "span": database.span(text, n * (LENGTH // SPANS), 3 + n % 60),
                }
                for n in range(first, first + 500)
            ]
            tagging.apply(
                bench.store, analyst, bench.project.id, article_id,
                client=new_id(), base_revision=first, operations=operations,
            )  # fmt: skip
        times = []
        for _ in range(REPEATS):
            started = time.perf_counter()
            opened = reading.open_article(bench.store, analyst, bench.project.id, article_id)
            if opened.mine is None or len(opened.mine.spans) != SPANS:
                raise RuntimeError("the spans are not all there")
            json.dumps([opened.article.text, opened.boundaries, content_of(opened.mine)])
            times.append((time.perf_counter() - started) * 1000)
    work = f"open {LENGTH:,} characters, {SPANS:,} spans"
    yield Measure(f"{work}, first time", times[0], "ms", "limit", LIMIT_MS)
    yield Measure(f"{work}, then", statistics.median(times[1:]), "ms", "limit", LIMIT_MS)


def _long_article(bench: database.Bench) -> str:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    text = corpus.Writer(seed=7).text(LENGTH)
    draft = corpus.Draft("https://example.org/long", "rfi", "长文", text, moment)
    with bench.store.write(bench.operator.id) as tx:
        outcome = bench.store.articles.add(tx, [corpus.cleaned(draft)], bench.project.id)
    return outcome[0].article_id
