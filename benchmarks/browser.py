"""In a real Chromium: from the key to the painted span, and to the saved one."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from datetime import UTC, datetime

from playwright.sync_api import Page

from annotate import tagging
from annotate.model import new_id
from benchmarks import corpus, database
from benchmarks.report import Measure
from tools import workbench

LENGTH = 10_000
SPANS = 200
PRESSES = 40
PAINT_LIMIT_MS = 16.0
SAVE_LIMIT_MS = 120.0
OPEN_LIMIT_MS = 1_000.0


def run() -> Iterator[Measure]:
    """Medians of the page's own measurements over spans made by key, one after the other."""
    with database.opened(1000) as bench:
        analyst = bench.analyst(0)
        article = _article(bench, tagged_by=0)
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
            figures = {
                name: _measured(page, name) for name in ("opened", "paint", "frame", "saved")
            }
        stored = bench.store.labels.head_of(bench.project.id, article, analyst.id)
        if stored is None or stored.revision != SPANS + PRESSES:
            raise RuntimeError(f"not all spans were stored: {stored}")
    where = f"{LENGTH:,} characters, {SPANS} spans"
    yield Measure(
        f"browser, {where}: text asked for to shown",
        figures["opened"],
        "ms",
        "limit",
        OPEN_LIMIT_MS,
    )
    yield Measure(
        f"browser, {where}: key to span in the page",
        figures["paint"],
        "ms",
        "limit",
        PAINT_LIMIT_MS,
    )
    yield Measure(
        f"browser, {where}: key to frame shown", figures["frame"], "ms", "limit", SAVE_LIMIT_MS
    )
    yield Measure(f"browser, {where}: key to saved", figures["saved"], "ms", "limit", SAVE_LIMIT_MS)


def _article(bench: database.Bench, tagged_by: int) -> str:
    analyst = bench.analyst(tagged_by)
    text = corpus.Writer(seed=11).text(LENGTH)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    draft = corpus.Draft("https://example.org/browser", "rfi", "长文", text, moment)
    with bench.store.write(bench.operator.id) as tx:
        outcome = bench.store.articles.add(tx, [corpus.cleaned(draft)], bench.project.id)[0]
    operations = [
        {
            "id": new_id(),
            "kind": "add_span",
            "span": database.span(text, n * (LENGTH // SPANS), 3 + n % 40),
        }
        for n in range(SPANS)
    ]
    tagging.apply(
        bench.store, analyst, bench.project.id, outcome.article_id,
        client=new_id(), base_revision=0, operations=operations,
    )  # fmt: skip
    return outcome.article_id


def _measured(page: Page, name: str) -> float:
    durations: list[float] = page.evaluate(
        "(name) => performance.getEntriesByName('claimdesk:' + name).map((one) => one.duration)",
        name,
    )
    return statistics.median(durations)
