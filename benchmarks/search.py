"""List and search pages over 100,000 articles and 20,000 actors, as the server makes them."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from annotate import reading, review
from annotate.model import Person
from annotate.reading import ListRequest
from annotate.ui import wire
from benchmarks import actors, corpus, database, states
from benchmarks.report import Measure, percentile

ARTICLES = int(os.environ.get("BENCH_ARTICLES", "100000"))
ACTORS = 20_000
LIMIT_MS = 50.0
PAGES = 300
DEPTH = 20
Next = Callable[[], ListRequest]


def run() -> Iterator[Measure]:
    """The p95 of each kind of page: its rows with the text around each hit, and its counts.

    First of articles that nobody has begun; then by where they stand, as editors see them.
    """
    with database.opened(ARTICLES) as bench:
        actors.add(bench, ACTORS, aliases=2)
        actors.add_sources(bench)
        analyst = bench.analyst(0)
        rail = [_rail(bench, analyst) for _ in range(PAGES)]
        for kind, request in _kinds().items():
            yield _pages(bench, analyst, kind, [request() for _ in range(PAGES)])
        work = f"list, page by page to the {DEPTH}th, p95"
        yield Measure(work, percentile(_deep(bench, analyst), 95), "ms", "limit", LIMIT_MS)
        yield _measure("counts of the filter rail", rail)
        articles = states.all_in_a_round(bench)
        yield _measure("board's list of what is in no round, all are", _in_no_round(bench))
        for kind, requests in states.asked(bench, articles, PAGES):
            yield _pages(bench, bench.operator, kind, requests)
        rail = [_rail(bench, bench.operator) for _ in range(PAGES)]
        yield _measure("counts of the filter rail with states", rail)


def _measure(work: str, times: list[float]) -> Measure:
    work = f"{work}, {ARTICLES:,} articles, p95"
    return Measure(work, percentile(times, 95), "ms", "limit", LIMIT_MS)


def _pages(
    bench: database.Bench, person: Person, kind: str, requests: list[ListRequest]
) -> Measure:
    # As the page asks by default: one of each text.
    asked = [replace(request, one_per_text=True) for request in requests]
    return _measure(kind, [_page(bench, person, request) for request in asked])


def _in_no_round(bench: database.Bench) -> list[float]:
    times = []
    for _ in range(PAGES):
        started = time.perf_counter()
        review.untouched(bench.store, bench.operator, bench.project.id)
        times.append((time.perf_counter() - started) * 1000)
    return times


def _rail(bench: database.Bench, person: Person) -> float:
    started = time.perf_counter()
    reading.facets(bench.store, person, bench.project.id)
    return (time.perf_counter() - started) * 1000


def _page(bench: database.Bench, person: Person, request: ListRequest) -> float:
    """Milliseconds for what the browser asks to show one page of the list."""
    store, project_id = bench.store, bench.project.id
    started = time.perf_counter()
    listed = reading.list_articles(store, person, project_id, request)
    articles = store.articles.many([row.id for row in listed.items])
    wire.page(listed, {article.id: article.text for article in articles}, request.search)
    reading.count_articles(store, person, project_id, request)
    reading.sources_named(store, person, project_id, request)
    return (time.perf_counter() - started) * 1000


def _deep(bench: database.Bench, person: Person) -> list[float]:
    times = []
    request = ListRequest(one_per_text=True)
    for _ in range(DEPTH):
        times.append(_page(bench, person, request))
        listed = reading.list_articles(bench.store, person, bench.project.id, request)
        request = replace(request, after=listed.after)
    return times


def _kinds() -> dict[str, Next]:
    chance = random.Random(3)
    writer = corpus.Writer()
    pairs = [(w, n) for w, n in zip(writer.words, writer.weights, strict=True) if len(w) == 2]
    pairs.sort(key=lambda pair: -pair[1])
    common = [word for word, _ in pairs[:300]]
    rare = [word for word, _ in pairs[5_000:20_000]]
    characters = sorted({word[0] for word in common})
    months = [f"{year}-{month:02d}" for year in range(2018, 2024) for month in range(1, 13)]

    def month() -> ListRequest:
        chosen = chance.choice(months)
        return ListRequest(published_from=f"{chosen}-01", published_to=f"{chosen}-28")

    def search(*texts: str) -> ListRequest:
        return ListRequest(search=" ".join(texts))

    return {
        "list": lambda: ListRequest(sort=chance.choice(("newest", "oldest", "ingested", "title"))),
        "list of one source": lambda: ListRequest(sources=(chance.choice(corpus.SOURCES),)),
        "list of one month": month,
        "search, common word": lambda: search(chance.choice(common)),
        "search, rare word": lambda: search(chance.choice(rare)),
        "search, one character": lambda: search(chance.choice(characters)),
        "search, two words": lambda: search(chance.choice(common), chance.choice(common)),
        "search, name of a source": lambda: search(chance.choice(corpus.SOURCES)),
        "search, no such word": lambda: search("Kryptonite" + str(chance.randrange(1000))),
        "search in one source and month": lambda: replace(
            month(), search=chance.choice(common), sources=(chance.choice(corpus.SOURCES),)
        ),
    }
