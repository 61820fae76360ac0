"""Databases for benchmarks: an invented corpus, kept between runs, and people to work on it."""

from __future__ import annotations

import hashlib
import multiprocessing
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from annotate import accounts, codebook
from annotate.model import CleanedItem, Person, Project, new_id
from annotate.store import Store
from benchmarks import corpus

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(__file__).resolve().parent / ".data"
BATCH = 500
PROJECT = "Benchmark"
# What a kept corpus depends on: any change of these makes it anew.
_MADE_FROM = (
    "benchmarks/corpus.py",
    "benchmarks/database.py",
    "annotate/store/schema.py",
    "annotate/store/articles.py",
    "annotate/text/search.py",
    "annotate/text/normal.py",
)


@dataclass(frozen=True)
class Bench:
    """An open database with its benchmark project and the operator."""

    store: Store
    project: Project
    operator: Person

    def analyst(self, number: int) -> Person:
        """The analyst of that number, made if need be."""
        name = f"analyst{number}"
        for person in self.store.people.all():
            if person.name == name:
                return person
        return accounts.add_person(self.store, self.operator, name, project_id=self.project.id)

    def article_ids(self, count: int) -> list[str]:
        """The ids of the newest articles."""
        from annotate.store import ArticleFilter

        found: list[str] = []
        after: str | None = None
        while len(found) < count:
            page = self.store.listing.page(
                ArticleFilter(project_id=self.project.id), limit=min(500, count), after=after
            )
            found += [item.id for item in page.items]
            after = page.after
            if after is None:
                break
        return found[:count]


@contextmanager
def opened(articles: int) -> Iterator[Bench]:
    """A fresh copy of a database with so many invented articles, gone afterwards."""
    made = kept(articles)
    with TemporaryDirectory(prefix="bench-", dir=DATA) as folder:
        path = Path(folder) / "bench.db"
        shutil.copyfile(made, path)
        path.chmod(0o600)
        with bench(path) as ready:
            yield ready


@contextmanager
def bench(path: Path) -> Iterator[Bench]:
    """Open a database made by ``kept``."""
    store = Store(path, create=False)
    try:
        yield Bench(store, store.projects.named(PROJECT), accounts.operator(store))
    finally:
        store.close()


def kept(articles: int) -> Path:
    """The path of a database with so many invented articles; made if it is not there yet."""
    DATA.mkdir(exist_ok=True)
    digest = hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in _MADE_FROM))
    path = DATA / f"corpus-{articles}-{digest.hexdigest()[:12]}.db"
    if path.exists():
        return path
    for old in DATA.glob(f"corpus-{articles}-*"):
        old.unlink()
    print(f"Writing {articles:,} invented articles", file=sys.stderr)
    with TemporaryDirectory(prefix="making-", dir=DATA) as folder:
        partial = Path(folder) / "corpus.db"
        store = Store(partial)
        operator = accounts.operator(store)
        with store.write(operator.id) as tx:
            project = store.projects.create(tx, PROJECT, codebook.DEFAULT)
        for batch in _cleaned(articles):
            with store.write(operator.id) as tx:
                store.articles.add(tx, batch, project.id)
        store.close()
        partial.replace(path)
    return path


def span(text: str, start: int, length: int = 4) -> dict[str, Any]:
    """A new span within the bounds of a text, as an operation carries it."""
    start %= max(1, len(text) - length)
    end = min(len(text), start + length)
    return {
        "id": new_id(), "kind": "evidence", "start": start, "end": end, "quote": text[start:end]
    }  # fmt: skip


def _cleaned(articles: int) -> Iterator[list[CleanedItem]]:
    chunks = [(first, min(BATCH, articles - first)) for first in range(0, articles, BATCH)]
    if len(chunks) == 1:
        yield _chunk(chunks[0])
        return
    with multiprocessing.get_context("spawn").Pool() as pool:
        yield from pool.imap(_chunk, chunks)


def _chunk(part: tuple[int, int]) -> list[CleanedItem]:
    first, count = part
    return [corpus.cleaned(d) for d in corpus.Writer(seed=first).drafts(count, first)]
