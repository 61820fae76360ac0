"""Ingesting archived items, beside bare parsing, inserting and indexing of the same items.

Real items are taken where the shared archive stands beside the checkout, else those of the
sample project; each is repeated with a URL and a first paragraph of its own.
"""

from __future__ import annotations

import os
import re
import sqlite3
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from lxml import html

from annotate import accounts, sample
from annotate.ingest.run import ingest
from annotate.store import ArticleFilter, Store
from annotate.text.search import index_terms
from benchmarks import database, labelstudio
from benchmarks.report import Measure, Omitted
from tools.labelstudio import Unavailable

ITEMS = 3_000
BATCH = 500
REPEATS = 2
LIMIT = 2.0
_HEAD = re.compile(r"(\]\()(\S+?)(\)\s*\n)")
_FIRST_PARAGRAPH = re.compile(r"<p[^>]*>")


def run() -> Iterator[Measure | Omitted]:
    """Items a second with one process and with all, the bare work, and Label Studio's import."""
    originals = _originals()
    with TemporaryDirectory(dir=database.DATA) as folder:
        place = Path(folder)
        items = place / "items"
        items.mkdir()
        for n in range(ITEMS):
            text = _variant(originals[n % len(originals)], n)
            (items / f"{n:05d}.md").write_text(text, "utf-8")
        bare = min(_bare(items, place / f"bare{n}.db") for n in range(REPEATS))
        one = min(_ours(items, place / f"one{n}.db", 1) for n in range(REPEATS))
        cores = os.cpu_count() or 1
        all_ = min(_ours(items, place / f"all{n}.db", cores) for n in range(REPEATS))
        beside = "bare, one process"
        yield Measure(f"ingest {ITEMS:,} items, one process", one, "s", beside, bare, LIMIT)
        yield Measure(f"ingest {ITEMS:,} items, {cores} processes", all_, "s", beside, bare, LIMIT)
        yield _beside_label_studio(place, all_)


def _originals() -> list[str]:
    shared = database.ROOT.parent / "shared" / "data" / "archive"
    folder = shared if shared.is_dir() else sample.ARTICLES
    return [path.read_text("utf-8") for path in sorted(folder.rglob("*.md"))]


def _variant(original: str, number: int) -> str:
    text = _HEAD.sub(rf"\g<1>\g<2>/{number}\g<3>", original, count=1)
    return _FIRST_PARAGRAPH.sub(rf"\g<0>（第{number}篇）", text, count=1)


def _ours(items: Path, path: Path, processes: int) -> float:
    store = Store(path)
    started = time.perf_counter()
    summary = ingest(store, accounts.operator(store), [items], processes=processes)
    seconds = time.perf_counter() - started
    store.close()
    if summary.new + summary.duplicates != ITEMS:
        raise RuntimeError(f"not all items were taken: {summary}")
    return seconds


def _bare(items: Path, path: Path) -> float:
    """Seconds for the least that anybody would have to do with the same items."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("CREATE TABLE article (id INTEGER PRIMARY KEY, title TEXT, text TEXT, raw BLOB)")
    db.execute("CREATE VIRTUAL TABLE word USING fts5(title, text, content='', prefix='1')")
    started = time.perf_counter()
    paths = sorted(items.iterdir())
    for first in range(0, len(paths), BATCH):
        db.execute("BEGIN IMMEDIATE")
        for n, item in enumerate(paths[first : first + BATCH], first):
            raw = item.read_bytes()
            head, _, body = raw.decode("utf-8").partition("\n---")
            title = head.rpartition("](")[0].rpartition("[")[2]
            text = str(html.fromstring(body or "<p></p>").xpath("string()"))
            row = (n, title, text, zlib.compress(raw))
            db.execute("INSERT INTO article VALUES (?, ?, ?, ?)", row)
            db.execute(
                "INSERT INTO word (rowid, title, text) VALUES (?, ?, ?)",
                (n, index_terms(title), index_terms(text)),
            )
        db.execute("COMMIT")
    seconds = time.perf_counter() - started
    db.close()
    return seconds


def _beside_label_studio(place: Path, ours: float) -> Measure | Omitted:
    work = "ingest, beside an import of bare, clean text"
    store = Store(place / "all0.db")
    ids = [row.id for row in store.listing.page(ArticleFilter(), limit=ITEMS).items]
    tasks = [{"data": {"text": article.text}} for article in store.articles.many(ids)]
    store.close()
    try:
        with labelstudio.server(place / "label-studio") as server:
            project = server.project()
            theirs = min(server.import_tasks(project, tasks) for _ in range(REPEATS))
    except Unavailable as problem:
        return Omitted(work, str(problem))
    return Measure(
        work, ITEMS / ours, "items/s", "Label Studio", len(tasks) / theirs, None, "more"
    )  # fmt: skip
