"""Agreement on values: each unit (an article, a pair of statements) with a value by each coder.

Values are numbered from 0; -1 is a missing one. All measures leave out units with fewer than two
values. Where everybody always chose the same value, the measures that correct for chance are not
defined: nobody knows whether the coders can tell the values apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import numpy.typing as npt

from annotate.agreement.bootstrap import Bootstrap, Floats, Ints, estimate, gathered
from annotate.agreement.model import (
    DEFINED,
    NO_NUMBERS,
    NOTHING,
    ONE_CODER,
    ONE_VALUE,
    Figure,
    undefined,
)
from annotate.errors import Word

Level = Literal["nominal", "ordinal", "interval"]
MISSING = -1


@dataclass(frozen=True, slots=True)
class Ratings:
    """Values by unit (rows) and coder (columns).

    Args:
        values: Numbers of values, -1 for missing.
        size: How many values there are to choose from.
        articles: The number of each unit's article; None if each unit is an article of its own.
        numbers: For ordinal and interval measures the number of each value, None for one without
            (``unclear``), which counts as missing there.
    """

    values: npt.NDArray[np.int64]
    size: int
    articles: npt.NDArray[np.int64] | None = None
    numbers: Sequence[float | None] = ()

    @classmethod
    def of(
        cls,
        table: Sequence[Sequence[str | None]],
        names: Sequence[str] = (),
        *,
        articles: Sequence[int] | None = None,
        numbers: Sequence[float | None] = (),
    ) -> Ratings:
        """Ratings from a table of names: a row a unit, a column a coder, None for missing.

        ``names`` are the values to choose from; without them, those that occur.
        """
        given = list(names) or sorted({v for row in table for v in row if v is not None})
        place = {name: n for n, name in enumerate(given)}
        rows = [[MISSING if v is None else place[v] for v in row] for row in table]
        width = max((len(row) for row in rows), default=0)
        values = np.array(rows, np.int64).reshape(len(rows), width)
        where = None if articles is None else np.array(articles, np.int64)
        return cls(values, len(given), where, tuple(numbers))

    def rows(self) -> Ints:
        """The number of each unit's article."""
        if self.articles is None:
            return np.arange(len(self.values), dtype=np.int64)
        return self.articles

    def comparable(self) -> Ratings:
        """The units with two values at least."""
        kept = (self.values >= 0).sum(axis=1) >= 2
        return Ratings(self.values[kept], self.size, self.rows()[kept], self.numbers)

    def numbered(self) -> Ratings:
        """The same with values in the order of their numbers, those without number missing."""
        order = sorted({number for number in self.numbers if number is not None})
        change = [MISSING if number is None else order.index(number) for number in self.numbers]
        table = np.array([*change, MISSING], np.int64)
        return Ratings(table[self.values], len(order), self.articles, order)


def percent(ratings: Ratings, bootstrap: Bootstrap | None = None) -> Figure:
    """The share of pairs of values on one unit that are equal, not corrected for chance.

    Source: Krippendorff 2004, "Content Analysis", section 11.2 ("percent agreement"). It is the
    one measure here that is defined where everybody always chose the same value.
    """
    paired, reason = _paired(ratings)
    if reason:
        return undefined(reason)
    units, articles = paired.values, paired.rows()
    parts = [
        (articles[both], (units[both, i] == units[both, j]).astype(np.int64))
        for i, j, both in _couples(units)
    ]
    sums = gathered([(rows, cells, np.ones(len(rows))) for rows, cells in parts], _top(articles), 2)
    return estimate(
        sums, lambda t: _ratio(t[:, 1], t[:, 0] + t[:, 1]), len(units), NOTHING, bootstrap
    )


def cohen(ratings: Ratings, bootstrap: Bootstrap | None = None) -> Figure:
    """Cohen's kappa of two coders: agreement beyond that of their own distributions of values.

    Source: Cohen 1960, "A Coefficient of Agreement for Nominal Scales", Educational and
    Psychological Measurement 20(1), formula 2: ``(p_o - p_e) / (1 - p_e)``.

    Args:
        ratings: With exactly two columns.
        bootstrap: How to draw the interval.
    """
    paired, reason = _paired(ratings)
    if reason:
        return undefined(reason)
    if ratings.values.shape[1] != 2:
        raise ValueError("Cohen's kappa compares two coders")
    units, articles, size = paired.values, paired.rows(), paired.size
    one = np.ones(len(units))
    sums = gathered(
        [
            (articles, np.where(units[:, 0] == units[:, 1], 0, 1), one),
            (articles, 2 + units[:, 0], one),
            (articles, 2 + size + units[:, 1], one),
        ],
        _top(articles),
        2 + 2 * size,
    )

    def measure(total: Floats) -> Floats:
        n = total[:, 0] + total[:, 1]
        chance = _ratio((total[:, 2 : 2 + size] * total[:, 2 + size :]).sum(axis=1), n * n)
        return _beyond(_ratio(total[:, 0], n), chance)

    return estimate(sums, measure, len(units), ONE_VALUE, bootstrap)


def fleiss(ratings: Ratings, bootstrap: Bootstrap | None = None) -> Figure:
    """Fleiss' kappa of any coders: agreement beyond that of the common distribution of values.

    Source: Fleiss 1971, "Measuring Nominal Scale Agreement among Many Raters", Psychological
    Bulletin 76(5), formulas 2 to 7. Where units differ in their number of values, each unit
    counts alike in the observed and each value alike in the expected agreement (Fleiss, Levin
    and Paik 2003, "Statistical Methods for Rates and Proportions", section 18.3).
    """
    paired, reason = _paired(ratings)
    if reason:
        return undefined(reason)
    articles, given = paired.rows(), _given(paired.values)
    sums = gathered(
        [
            (articles, np.zeros_like(articles), _alike(paired.values)),
            (articles, np.ones_like(articles), np.ones(len(articles))),
            (articles[given.unit], 2 + given.value, np.ones(len(given.unit))),
        ],
        _top(articles),
        2 + paired.size,
    )

    def measure(total: Floats) -> Floats:
        shares = _ratio(total[:, 2:], total[:, 2:].sum(axis=1, keepdims=True))
        return _beyond(_ratio(total[:, 0], total[:, 1]), (shares**2).sum(axis=1))

    return estimate(sums, measure, len(articles), ONE_VALUE, bootstrap)


def ac1(ratings: Ratings, bootstrap: Bootstrap | None = None) -> Figure:
    """Gwet's AC1, which stays near percent agreement where one value is much more frequent.

    Source: Gwet 2008, "Computing inter-rater reliability and its variance in the presence of high
    agreement", British Journal of Mathematical and Statistical Psychology 61(1); with missing
    values as in Gwet 2014, "Handbook of Inter-Rater Reliability", 4th edition, section 2.4. The
    number of values is that of the scale, chosen or not. Units with one value count in the
    distribution of values, as there.
    """
    paired, reason = _paired(ratings)
    if reason:
        return undefined(reason)
    if len(np.unique(_given(ratings.values).value)) < 2:
        return undefined(ONE_VALUE, len(paired.values))
    articles, everywhere, given = paired.rows(), ratings.rows(), _given(ratings.values)
    each = (ratings.values >= 0).sum(axis=1)
    size = ratings.size
    sums = gathered(
        [
            (articles, np.zeros_like(articles), _alike(paired.values)),
            (articles, np.ones_like(articles), np.ones(len(articles))),
            (everywhere[given.unit], 2 + given.value, 1 / each[given.unit]),
        ],
        _top(everywhere),
        2 + size,
    )

    def measure(total: Floats) -> Floats:
        shares = _ratio(total[:, 2:], total[:, 2:].sum(axis=1, keepdims=True))
        chance: Floats = (shares * (1 - shares)).sum(axis=1) / (size - 1)
        return _beyond(_ratio(total[:, 0], total[:, 1]), chance)

    return estimate(sums, measure, len(articles), ONE_VALUE, bootstrap)


def alpha(ratings: Ratings, level: Level = "nominal", bootstrap: Bootstrap | None = None) -> Figure:
    """Krippendorff's alpha: one minus observed by expected disagreement; values may be missing.

    Source: Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability" (University of
    Pennsylvania), sections C and D: coincidences of values within units, each pair of a unit with
    m values weighted by 1/(m - 1), and the metric differences of the three levels. The ordinal
    metric uses the order of the values' numbers, the interval metric the numbers themselves.
    """
    if level == "nominal":
        return _nominal(ratings, bootstrap)
    if not any(number is not None for number in ratings.numbers):
        return undefined(NO_NUMBERS)
    paired, reason = _paired(ratings.numbered())
    if reason:
        return undefined(reason)
    units, articles, size = paired.values, paired.rows(), paired.size
    weights = 1 / ((units >= 0).sum(axis=1) - 1)
    parts = []
    for i, j, both in _couples(units):
        for one, other in ((i, j), (j, i)):
            cells = units[both, one] * size + units[both, other]
            parts.append((articles[both], cells, weights[both]))
    sums = gathered(parts, _top(articles), size * size)
    numbers = np.array([number for number in paired.numbers if number is not None])

    def measure(total: Floats) -> Floats:
        table = total.reshape(-1, size, size)
        each = table.sum(axis=2)
        n: Floats = each.sum(axis=1)
        if level == "interval":
            apart = ((numbers[:, None] - numbers[None, :]) ** 2)[None]
        else:
            middle = np.cumsum(each, axis=1) - each / 2
            apart = (middle[:, :, None] - middle[:, None, :]) ** 2
        observed = (table * apart).sum(axis=(1, 2))
        expected = (each[:, :, None] * each[:, None, :] * apart).sum(axis=(1, 2))
        left: Floats = 1 - (n - 1) * _ratio(observed, expected)
        return left

    return estimate(sums, measure, len(units), ONE_VALUE, bootstrap)


def _nominal(ratings: Ratings, bootstrap: Bootstrap | None) -> Figure:
    """Alpha from the diagonal and the margins alone, so that there may be thousands of values."""
    paired, reason = _paired(ratings)
    if reason:
        return undefined(reason)
    units, articles, given = paired.values, paired.rows(), _given(paired.values)
    each = (units >= 0).sum(axis=1)
    sums = gathered(
        [
            (articles, np.zeros_like(articles), _alike(units) * each),
            (articles[given.unit], 1 + given.value, np.ones(len(given.unit))),
        ],
        _top(articles),
        1 + paired.size,
    )

    def measure(total: Floats) -> Floats:
        margins = total[:, 1:]
        n: Floats = margins.sum(axis=1)
        expected = n * n - (margins**2).sum(axis=1)
        left: Floats = 1 - (n - 1) * _ratio(n - total[:, 0], expected)
        return left

    return estimate(sums, measure, len(units), ONE_VALUE, bootstrap)


@dataclass(frozen=True, slots=True)
class _Given:
    """All values that are not missing, with the number of their unit."""

    unit: Ints
    value: Ints


def _given(values: Ints) -> _Given:
    unit, column = np.nonzero(values >= 0)
    return _Given(unit, values[unit, column])


def _paired(ratings: Ratings) -> tuple[Ratings, Word]:
    """The comparable units, and why nothing can be measured if there are none."""
    paired = ratings.comparable()
    if len(paired.values):
        return paired, DEFINED
    coders = (ratings.values >= 0).any(axis=0).sum() if ratings.values.size else 0
    return paired, ONE_CODER if coders == 1 else NOTHING


def _couples(values: Ints) -> Iterator[tuple[int, int, npt.NDArray[np.bool_]]]:
    """Every two coders, with the units that both gave a value."""
    for i, j in combinations(range(values.shape[1]), 2):
        both = (values[:, i] >= 0) & (values[:, j] >= 0)
        if both.any():
            yield i, j, both


def _alike(values: Ints) -> Floats:
    """For each unit the share of its pairs of values that are equal."""
    equal = np.zeros(len(values))
    for i, j, both in _couples(values):
        equal += both & (values[:, i] == values[:, j])
    each = (values >= 0).sum(axis=1)
    shares: Floats = 2 * equal / (each * (each - 1))
    return shares


def _ratio(above: Floats, below: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where(below == 0, np.nan, above / below)
    return found


def _beyond(observed: Floats, chance: Floats) -> Floats:
    """How much of the agreement that chance leaves open was reached."""
    # A rest of rounding in 1 - 1 is no disagreement.
    chance = np.where(np.isclose(chance, 1.0, rtol=0, atol=1e-12), 1.0, chance)
    return _ratio(observed - chance, 1 - chance)


def _top(articles: Ints) -> int:
    return int(articles.max(initial=-1)) + 1
