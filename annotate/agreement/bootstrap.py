"""Confidence intervals by drawing articles again: labels within one article belong together.

A measure here is a function of sums, such as the cells of a table of agreement, and every sum is
one over articles. So an article is kept as what it adds to each sum, and a bootstrap sample is
those additions weighted by how often the article was drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotate.agreement.model import Figure, undefined
from annotate.errors import Word

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Measure = Callable[[Floats], Floats]
# Rows of weights held at once: 8 bytes for each article and each cell.
_AT_ONCE = 50
# Of the samples, those in which a measure is defined must be this share for an interval.
_DEFINED = 0.9


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """How an interval is drawn: samples, seed, and the share of them that it holds."""

    samples: int = 1000
    seed: int = 0
    level: float = 0.95


@dataclass(frozen=True, slots=True)
class Sums:
    """What each article adds to each sum: ``amounts[n]`` of article ``rows[n]`` to ``cells[n]``.

    ``width`` is the number of sums; ``rows`` are numbers below ``articles``.
    """

    rows: Ints
    cells: Ints
    amounts: Floats
    articles: int
    width: int

    def total(self) -> Floats:
        """The sums over all articles, as one row."""
        return np.bincount(self.cells, self.amounts, self.width)[None, :].astype(np.float64)


def gathered(parts: list[tuple[Ints, Ints, Floats]], articles: int, width: int) -> Sums:
    """Sums of several pieces of ``(rows, cells, amounts)``."""
    rows, cells, amounts = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Sums(
        rows.astype(np.int64), cells.astype(np.int64), amounts.astype(np.float64), articles, width
    )


def estimate(
    sums: Sums, measure: Measure, n: int, reason: Word, bootstrap: Bootstrap | None
) -> Figure:
    """A measure of the sums, with its interval if one is asked for.

    Args:
        sums: What the articles add.
        measure: From rows of sums to one number a row, NaN where it is not defined.
        n: How many things it rests on.
        reason: Why it is not defined, where it is not.
        bootstrap: How to draw the interval; None for none.
    """
    value = float(measure(sums.total())[0])
    if not np.isfinite(value):
        return undefined(reason, n)
    low, high = interval(sums, measure, bootstrap) if bootstrap else (None, None)
    return Figure(value, n, low, high)


def interval(
    sums: Sums, measure: Measure, bootstrap: Bootstrap
) -> tuple[float | None, float | None]:
    """The percentile interval of a measure when articles are drawn with replacement.

    Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13; articles
    are the units drawn, as for clustered data (Davison and Hinkley 1997, section 3.8).

    Returns:
        The two bounds; None for both with fewer than two articles, or where the measure is not
        defined in one sample of ten.
    """
    drawn, rows = np.unique(sums.rows, return_inverse=True)
    count = len(drawn)
    if count < 2:
        return None, None
    # Half a second to import, which only an interval should cost.
    from scipy.sparse import csr_array

    matrix = csr_array((sums.amounts, (rows, sums.cells)), shape=(count, sums.width))
    chance = np.random.default_rng(bootstrap.seed)
    values: list[Floats] = []
    for start in range(0, bootstrap.samples, _AT_ONCE):
        size = min(_AT_ONCE, bootstrap.samples - start)
        weights = np.zeros((size, count))
        for weight in weights:
            weight += np.bincount(chance.integers(count, size=count), minlength=count)
        values.append(measure(np.asarray(weights @ matrix)))
    found = np.concatenate(values)
    found = found[np.isfinite(found)]
    if len(found) < _DEFINED * bootstrap.samples:
        return None, None
    tail = (1 - bootstrap.level) / 2
    low, high = np.quantile(found, (tail, 1 - tail))
    return float(low), float(high)
