"""In a real Chromium: from the key to the painted span, and to the saved one."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from datetime import UTC, datetime

from playwright.sync_api import Page

from annotate import tagging
from annotate.model import Person, new_id
from benchmarks import corpus, database
from benchmarks.report import Measure
from tools import workbench

# Characters and spans: of a long article, and of the longest that is to be usable.
SIZES = ((10_000, 200), (50_000, 1_000))
PRESSES = 40
# The page's own measurements, and how long each may take, ms.
FIGURES = (
    ("opened", "text asked for to shown", 1_000.0),
    ("paint", "key to span in the page", 16.0),
    ("frame", "key to frame shown", 120.0),
    ("saved", "key to saved", 120.0),
)


def run() -> Iterator[Measure]:
    """Medians of the page's own measurements over spans made by key, one after the other."""
    with database.opened(1000) as bench:
        for number, (length, spans) in enumerate(SIZES):
            yield from _measures(bench, bench.analyst(number), length, spans)


def _measures(bench: database.Bench, analyst: Person, length: int, spans: int) -> Iterator[Measure]:
    article = _article(bench, analyst, length, spans)
    address = f"/tag?article={article}&project={bench.project.id}"
    with (
        workbench.running(bench.store.path) as desk,
        workbench.pages(desk, bench.store, analyst) as context,
    ):
        page = context.new_page()
        page.goto(desk.url + address)
        page.locator(".cd-tag .text > p").first.wait_for()
        for _ in range(PRESSES):
            for key in ("Escape", "ArrowRight", "Shift+ArrowRight", "3"):
                page.keyboard.press(key)
            page.locator(".cd-tag .save[data-state=saved]").wait_for()
        figures = {name: _measured(page, name) for name, _, _ in FIGURES}
    stored = bench.store.labels.head_of(bench.project.id, article, analyst.id)
    if stored is None or stored.revision != spans + PRESSES:
        raise RuntimeError(f"not all spans were stored: {stored}")
    for name, words, limit in FIGURES:
        work = f"browser, {length:,} characters, {spans:,} spans: {words}"
        yield Measure(work, figures[name], "ms", "limit", limit)


def _article(bench: database.Bench, analyst: Person, length: int, spans: int) -> str:
    text = corpus.Writer(seed=11).text(length)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    draft = corpus.Draft(f"https://example.org/browser/{length}", "rfi", "长文", text, moment)
    with bench.store.write(bench.operator.id) as tx:
        outcome = bench.store.articles.add(tx, [corpus.cleaned(draft)], bench.project.id)[0]
    operations = [
        {
            "id": new_id(),
            "kind": "add_span",
            "span": database.span(text, n * (length // spans), 3 + n % 40),
        }
        for n in range(spans)
    ]
    for first in range(0, spans, tagging.MOST_OPERATIONS):
        tagging.apply(
            bench.store, analyst, bench.project.id, outcome.article_id,
            client=new_id(), base_revision=first,
            operations=operations[first : first + tagging.MOST_OPERATIONS],
        )  # fmt: skip
    return outcome.article_id


def _measured(page: Page, name: str) -> float:
    durations: list[float] = page.evaluate(
        "(name) => performance.getEntriesByName('claimdesk:' + name).map((one) => one.duration)",
        name,
    )
    return statistics.median(durations)
