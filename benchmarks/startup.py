"""Start-up: time to the first page, and memory with a page of the workbench open."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import database
from benchmarks.report import Measure, Omitted
from tools import workbench

REPEATS = 3
LIMIT_S = 6.0
LIMIT_MB = 350.0


def run() -> Iterator[Measure | Omitted]:
    """The quickest of some starts, as a person who starts it twice a day would see."""
    with database.opened(1000) as bench:
        path = bench.store.path
        seconds = []
        for _ in range(REPEATS - 1):
            with workbench.running(path) as desk:
                seconds.append(desk.seconds)
        with workbench.running(path) as desk:
            seconds.append(desk.seconds)
            article = bench.article_ids(1)[0]
            address = f"/tag?article={article}&project={bench.project.id}"
            with workbench.pages(desk, bench.store, bench.analyst(0)) as context:
                page = context.new_page()
                page.goto(desk.url + address)
                page.locator(".cd-tag .text > p").first.wait_for()
                memory = desk.resident_mb()
    yield Measure("start to first page", min(seconds), "s", "limit", LIMIT_S)
    if memory is None:
        yield Omitted("memory with a page open", "this system does not tell")
    else:
        yield Measure("memory with a page open", memory, "MB", "limit", LIMIT_MB)
