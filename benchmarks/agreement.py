"""Agreement: alpha over a million pairs of labels, two coders' statements of a long article."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np

from annotate.agreement import (
    Bootstrap,
    CodedStatement,
    Ratings,
    align,
    alpha,
    dawid_skene,
    percent,
)
from benchmarks.report import Measure

PAIRS = 1_000_000
ARTICLES = 50_000
VALUES = 5
STATEMENTS = 500
CHARACTERS = 50_000
ALPHA_LIMIT_S = 5.0
ALIGN_LIMIT_S = 1.0
# A whole comparison with its interval, which a page waits for once.
INTERVAL_LIMIT_S = 30.0


def run() -> Iterator[Measure]:
    """Alpha beside the least that a count of agreeing pairs takes; alignment beside its limit."""
    # The first call imports scipy, which a server does once.
    align([CodedStatement("a", ((0, 2),))], [CodedStatement("b", ((0, 2),))])
    ratings = _ratings()
    bare = _seconds(lambda: percent(ratings))
    for level in ("nominal", "ordinal", "interval"):
        seconds = _seconds(lambda level=level: alpha(ratings, level))  # type: ignore[misc]
        work = f"alpha, {level}, {PAIRS:,} pairs of labels"
        yield Measure(work, seconds, "s", "limit", ALPHA_LIMIT_S)
        if level == "nominal":
            yield Measure(work, seconds, "s", "percent agreement", bare, None)
    seconds = _seconds(lambda: alpha(ratings, bootstrap=Bootstrap(1000)), times=1)
    work = f"the same with an interval, 1,000 samples of {ARTICLES:,} articles"
    yield Measure(work, seconds, "s", "limit", INTERVAL_LIMIT_S)
    first, second = _statements(1), _statements(2)
    work = f"align 2 x {STATEMENTS} statements of one article"
    yield Measure(work, _seconds(lambda: align(first, second)), "s", "limit", ALIGN_LIMIT_S)
    work = f"reliability of 2 coders, {PAIRS:,} units"
    seconds = _seconds(lambda: _reliability(ratings), times=1)
    yield Measure(work, seconds, "s", "limit", INTERVAL_LIMIT_S)


def _seconds(work: Callable[[], object], times: int = 3) -> float:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def _ratings() -> Ratings:
    chance = np.random.default_rng(1)
    true = chance.integers(VALUES, size=PAIRS)
    columns = []
    for _ in range(2):
        wrong = chance.random(PAIRS) < 0.2
        columns.append((true + wrong * chance.integers(1, VALUES, size=PAIRS)) % VALUES)
    articles = np.sort(chance.integers(ARTICLES, size=PAIRS))
    return Ratings(np.stack(columns, axis=1), VALUES, articles, tuple(range(VALUES)))


def _reliability(ratings: Ratings) -> None:
    units = np.arange(len(ratings.values))
    items = np.concatenate([units, units])
    coders = np.repeat([0, 1], len(units))
    dawid_skene(items, coders, ratings.values.T.reshape(-1), ratings.size)  # type: ignore[arg-type]


def _statements(seed: int) -> list[CodedStatement]:
    chance = random.Random(seed)
    found = []
    for n in range(STATEMENTS):
        start = n * (CHARACTERS // STATEMENTS) + chance.randint(-40, 40)
        evidence = tuple(
            (place, place + chance.randint(10, 90))
            for place in (max(0, start), max(0, start) + 60, max(0, start) + 400)
        )
        parts = {"stance": chance.choice("abc"), "claim": str(chance.randrange(30))}
        found.append(CodedStatement(f"{seed}-{n}", evidence, parts))
    return found
