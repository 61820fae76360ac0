"""The registries: merges, splits and undoing with 10,000 statements; lists of 10,000 entries."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from annotate import reading, registries
from annotate.model import Claim, LabelSet, Span, Statement, new_id, utc_now
from annotate.registries import Draft, EntryRequest
from benchmarks import actors, database
from benchmarks.report import Measure, percentile

ARTICLES = 1_000
CODERS = 10
STATEMENTS = ARTICLES * CODERS
ENTRIES = 10_000
LIMIT_MS = 1_000.0
LIST_LIMIT_MS = 50.0
PAIRS_LIMIT_MS = 2_000.0
T = TypeVar("T")


def run() -> Iterator[Measure]:
    """Every statement in a label set of its own, which is the most that a merge must touch."""
    with database.opened(ARTICLES) as bench:
        actor, other, claim, claim2 = _entries(bench)
        _label(bench, other, claim2)
        yield from _moves(bench, "actor", actor, other)
        yield from _moves(bench, "claim", claim, claim2)
        yield from _lists(bench)


def _moves(
    bench: database.Bench, kind: registries.Kind, keep: str, other: str
) -> Iterator[Measure]:
    store, person, project = bench.store, bench.operator, bench.project.id
    work = f"{STATEMENTS:,} statements, {kind}"

    merged, ms = _timed(lambda: registries.merge(store, person, project, kind, keep, [other]))
    _require(merged.statements == STATEMENTS)
    yield Measure(f"merge, {work}", ms, "ms", "limit", LIMIT_MS)

    undone, ms = _timed(lambda: registries.undo(store, person, project, merged.id))
    _require(undone.statements == STATEMENTS)
    yield Measure(f"undo the merge, {work}", ms, "ms", "limit", LIMIT_MS)

    ids = [place[2] for place in store.uses.places(kind, project, other) if place[1] == "statement"]
    parted, ms = _timed(
        lambda: registries.split(
            store, person, project, kind, other, Draft("分出的条目"), statements=ids
        )
    )
    _require(parted.statements == STATEMENTS)
    yield Measure(f"split, {work}", ms, "ms", "limit", LIMIT_MS)

    undone, ms = _timed(lambda: registries.undo(store, person, project, parted.id))
    _require(undone.statements == STATEMENTS)
    yield Measure(f"undo the split, {work}", ms, "ms", "limit", LIMIT_MS)

    page, ms = _timed(lambda: registries.uses(store, person, project, kind, other))
    _require(page.total >= STATEMENTS)
    yield Measure(f"list the uses, {work}", ms, "ms", "limit", LIMIT_MS)


def _lists(bench: database.Bench) -> Iterator[Measure]:
    store, person, project = bench.store, bench.operator, bench.project.id
    terms = ("", "a", "安全", "議會", "Kim", "zz", "南屿委员会", "99")
    times = {"search": [0.0] * 0, "autocomplete": [0.0] * 0}
    for _ in range(5):
        for term in terms:
            request = EntryRequest(search=term)
            found, ms = _timed(
                lambda request=request: registries.search(store, person, project, "actor", request)  # type: ignore[misc]
            )
            times["search"].append(ms)
            _, ms = _timed(
                lambda term=term: reading.find(store, person, project, "actors", term)  # type: ignore[misc]
            )
            times["autocomplete"].append(ms)
        _require(found.total > 0)
    for name, values in times.items():
        work = f"{name}, {ENTRIES:,} entries, p95"
        yield Measure(work, percentile(values, 95), "ms", "limit", LIST_LIMIT_MS)
    by_uses = EntryRequest(sort="uses")
    values = [
        _timed(lambda: registries.search(store, person, project, "actor", by_uses))[1]
        for _ in range(5)
    ]
    work = f"entries by {STATEMENTS:,} uses"
    yield Measure(work, statistics.median(values), "ms", "limit", 10 * LIST_LIMIT_MS)
    _, ms = _timed(lambda: registries.duplicates(store, person, project, "actor"))
    yield Measure(f"likely duplicates, {ENTRIES:,} entries", ms, "ms", "limit", PAIRS_LIMIT_MS)


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    started = time.perf_counter()
    done = work()
    return done, (time.perf_counter() - started) * 1000


def _require(kept: bool) -> None:
    if not kept:
        raise RuntimeError("the registries did not do what was measured")


def _entries(bench: database.Bench) -> tuple[str, str, str, str]:
    """Ten thousand actors with an alias each, and two claims; the ids of two of either."""
    ids = actors.add(bench, ENTRIES)
    claims = new_id(), new_id()
    with bench.store.write(bench.operator.id) as tx:
        for id_ in claims:
            claim = Claim(id_, bench.project.id, f"Nanyu should join ({id_[-4:]})")
            bench.store.registry.add_claim(tx, claim)
    return ids[0], ids[1], *claims


def _label(bench: database.Bench, actor_id: str, claim_id: str) -> None:
    """A statement by every coder on every article; one in ten is mentioned and relayed."""
    coders = [bench.analyst(n) for n in range(CODERS)]
    articles = bench.store.articles.many(bench.article_ids(ARTICLES))
    with bench.store.write(bench.operator.id) as tx:
        for article in articles:
            for n, coder in enumerate(coders):
                known = actor_id if n == 0 else None
                span = Span(new_id(), "actor", 0, 4, article.text[:4], 1, known)
                statement = Statement(
                    new_id(), claim_id, "support", 1, actor_id, evidence=(span.id,),
                    reported_by=(known,) if known else (),
                )  # fmt: skip
                label_set = LabelSet(
                    new_id(), bench.project.id, article.id, coder.id, "analyst", "draft", 1,
                    utc_now(), utc_now(), (span,), (statement,),
                )  # fmt: skip
                bench.store.labels.restore(tx, label_set, ())
