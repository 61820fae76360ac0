"""Lists by where articles stand: many of them at the far end, few left to do, all in a round."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from annotate import review
from annotate.model import new_id, utc_now
from annotate.reading import ListRequest
from annotate.review import Wish
from annotate.store.listing import SORTS
from benchmarks import corpus, database

Asked = tuple[str, list[ListRequest]]
LEFT = 40
_LABELS = (
    "INSERT INTO label_set (id, project_id, article_id, coder_id, kind, status, revision,"
    " created_at, updated_at) VALUES (?, ?, ?, ?, 'analyst', 'submitted', 1, ?, ?)"
)


def all_in_a_round(bench: database.Bench) -> list[str]:
    """Hand out every article, and give them back, oldest first."""
    coder = bench.analyst(1)
    wish = Wish("All", (coder.id,), "list")
    review.create(bench.store, bench.operator, bench.project.id, wish, ListRequest())
    rows = bench.store.boards.to_do(
        bench.store.rounds.of_project(bench.project.id)[0].id, coder.id, 1 << 40
    )
    return rows[::-1]


def asked(bench: database.Bench, articles: Sequence[str], pages: int) -> Iterator[Asked]:
    """Kinds of lists, each once the articles stand as its name says.

    Args:
        bench: The database, in which they are all to do.
        articles: Their ids, oldest first.
        pages: How many lists of a kind.
    """
    chance = random.Random(5)
    far = len(articles) // 3
    _submit(bench, articles[:far])
    sorted_by = [ListRequest(states=("submitted",), sort=SORTS[n % 4]) for n in range(pages)]
    yield f"list of a state, {far:,} at the far end", sorted_by
    yield "list of a state crossed with others", _crossed(chance, pages)
    left = set(chance.sample(range(far, len(articles)), LEFT))
    _submit(bench, [id_ for n, id_ in enumerate(articles) if n >= far and n not in left])
    to_do = [replace(one, states=("to_do",)) for one in sorted_by]
    yield f"list to do, {LEFT} left", to_do
    yield (
        f"list to do crossed with others, {LEFT} left",
        [replace(one, states=("to_do",)) for one in _crossed(chance, pages)],
    )


def _crossed(chance: random.Random, pages: int) -> list[ListRequest]:
    """Lists in two states or one, of some sources, a language or a month."""
    found = []
    for n in range(pages):
        states = (("submitted",), ("to_do",), ("to_do", "submitted"), ("gold",))[n % 4]
        sources = tuple(chance.sample(corpus.SOURCES, 1 + n % 5))
        year, month = chance.randrange(2018, 2024), chance.randrange(1, 13)
        days = (f"{year}-{month:02d}-01", f"{year}-{month:02d}-28")
        found.append((
            ListRequest(states=states, sources=sources),
            ListRequest(states=states, languages=("zh-Hans",), sources=sources),
            ListRequest(states=states, published_from=days[0], published_to=days[1]),
            ListRequest(states=states, my_statuses=("todo",)),
        )[n // 4 % 4])  # fmt: skip
    return found


def _submit(bench: database.Bench, articles: Sequence[str]) -> None:
    coder, project_id, now = bench.analyst(1), bench.project.id, utc_now()
    with bench.store.write(bench.operator.id) as tx:
        tx.db.executemany(
            _LABELS, [(new_id(), project_id, id_, coder.id, now, now) for id_ in articles]
        )
        tx.record("benchmark.submit", "project", project_id, project_id=project_id)
