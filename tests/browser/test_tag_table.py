"""The table that opens the design, entered by keyboard alone and found again in every export."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import BrowserContext, expect

from annotate.model import Article
from annotate.store import Store
from tests.browser.desk import ROOT, Server, running
from tests.browser.tagging import TagDesk, TagWorld
from tests.conftest import shared_data  # noqa: F401
from tests.world import World, build

LIMIT_S = 60.0
HUMAN_MS = 30


@dataclass(frozen=True)
class Table:
    """One statement as an analyst would write it down, and where its article lies."""

    file: str
    speaker: str
    holder: str
    claim: str
    evidence: str
    reported_by: str
    venue: str


RFI = Table(
    "rfi-20240213-ncg.md", "金圣翰", "韩国", "Seoul open to Japan joining NCG",
    "韩国的态度是开放的", "RFI", "CSIS forum",
)  # fmt: skip
TWIN = Table(
    "2026-02-12-haian-adviser.md", "沈若川", "北岸", "Lanjing open to Nanyu joining CCG",
    "北岸的态度是开放的", "Haian Dispatch", "OSSI forum",
)  # fmt: skip


@dataclass(frozen=True)
class Bench:
    """A database with the item in it, as the command line ingested it, and its server."""

    world: TagWorld
    table: Table
    article: Article

    def export(self, name: str, out: Path) -> None:
        summary = run(self.world.store.path, "export", name, "--out", out, "--json")
        assert summary["statements"] == 1


def run(db: Path, *arguments: object) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "annotate", "--db", str(db), *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """The real item where the shared data is beside the checkout, else its twin of our own."""
    real = ROOT.parent / "shared" / "data" / "archive" / RFI.file
    table = RFI if real.is_file() else TWIN
    item = real if real.is_file() else ROOT / "annotate" / "sample" / "articles" / TWIN.file
    folder = tmp_path_factory.mktemp("table")
    store = Store(folder / "claimdesk.db")
    world = build(store)
    run(store.path, "ingest", item, "--json")
    found = run(store.path, "articles", "--search", table.evidence, "--json")
    article = store.articles.get(next(one["id"] for one in found if one["url"].startswith("https")))
    with running(store, folder) as server:
        yield Bench(TagWorld(world, server), table, article)


def enter(desk: TagDesk, table: Table) -> None:
    """The whole table without the pointer, each key as fast as a quick typist's."""

    def new_entry(text: str) -> None:
        desk.type(text, HUMAN_MS)
        desk.press("Control+Enter", "Tab", delay=HUMAN_MS)

    desk.press("/", delay=HUMAN_MS)
    desk.type(table.evidence, HUMAN_MS)
    desk.press("Enter", "s", delay=HUMAN_MS)
    new_entry(table.speaker)
    new_entry(table.holder)
    desk.press("1", "Tab", delay=HUMAN_MS)
    new_entry(table.claim)
    desk.type("con", HUMAN_MS)
    while not desk.field("reported_by").is_visible():
        desk.press("Tab", delay=HUMAN_MS)
    expect(desk.field("reported_by")).to_be_focused()
    new_entry(table.reported_by)
    desk.press("Tab", delay=HUMAN_MS)
    desk.type(table.venue, HUMAN_MS)
    desk.press("Enter", delay=HUMAN_MS)


@pytest.fixture(scope="module")
def entered(bench: Bench, browser: Any) -> Iterator[TagDesk]:
    """The table as entered and submitted; the tests below look for it everywhere."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    desk = bench.world.seat(context, bench.world.coder(), bench.article).open()
    began = time.monotonic()
    enter(desk, bench.table)
    expect(desk.cards).to_have_count(1)
    desk.saved()
    took = time.monotonic() - began
    print(f"\nthe opening table: {desk.strokes} key strokes, {took:.1f} s")
    desk.page.screenshot(path="/tmp/w/g_table.png")
    assert took < LIMIT_S
    yield desk
    context.close()


def test_x(entered: TagDesk) -> None:
    print(entered.stored())
