"""Agreement on spans: which of them two coders share, and how well all divide the text alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotate.agreement.alignment import align
from annotate.agreement.bootstrap import Bootstrap, Floats, Sums, estimate
from annotate.agreement.model import (
    NO_SPANS,
    ONE_CODER,
    ONE_SIDE,
    CodedStatement,
    Figure,
    undefined,
)
from annotate.errors import Word

Stretch = tuple[int, int]
Kinds = Mapping[str, Sequence[Stretch]]


@dataclass(frozen=True, slots=True)
class Found:
    """How much of what one coder found the other found too.

    ``precision`` is the share of the second coder's that the first one has, ``recall`` the share
    of the first one's that the second has, ``f1`` their harmonic mean, which is the same from
    either side. Against gold, gold is the first.
    """

    precision: Figure
    recall: Figure
    f1: Figure


def found(
    counts: Sequence[tuple[int, int, int, int]],
    bootstrap: Bootstrap | None = None,
    reason: Word = NO_SPANS,
) -> Found:
    """Precision, recall and F1 of counts, summed over the articles.

    Source: van Rijsbergen 1979, "Information Retrieval", chapter 7; as a measure of agreement
    where what was not found cannot be counted: Hripcsak and Rothschild 2005, "Agreement, the
    F-Measure, and Reliability in Information Retrieval", JAMIA 12(3).

    Args:
        counts: ``(article, shared, of the first coder, of the second)``; several of one article
            are added.
        bootstrap: How to draw the intervals.
        reason: Why there is nothing to measure, where nobody found anything.
    """
    table = np.array(counts, np.int64).reshape(-1, 4)
    rows = np.repeat(table[:, 0], 3)
    cells = np.tile(np.arange(3, dtype=np.int64), len(table))
    top = int(table[:, 0].max(initial=-1)) + 1
    sums = Sums(rows, cells, table[:, 1:].reshape(-1).astype(np.float64), top, 3)
    _, first, second = (int(value) for value in sums.total()[0])
    why = ONE_SIDE if first or second else reason

    def share(below: int) -> Figure:
        n = (first + second, first, second)[below]
        return estimate(sums, lambda total: _share(total, below), n, why, bootstrap)

    return Found(share(2), share(1), share(0))


def shared(first: Kinds, second: Kinds, *, overlap: bool) -> int:
    """How many spans of two coders on one article are the same, one to one and kind by kind.

    Args:
        first: One coder's spans by kind.
        second: The other coder's.
        overlap: Whether sharing one code point is enough (the MUC measure of "partial" matches:
            Chinchor and Sundheim 1993, "MUC-5 Evaluation Metrics"); otherwise start and end must
            be the same.
    """
    return sum(
        len(pairs(first[kind], second[kind], overlap=overlap)) for kind in first if kind in second
    )


def pairs(
    first: Sequence[Stretch], second: Sequence[Stretch], *, overlap: bool
) -> list[tuple[int, int]]:
    """The same spans of two coders, one to one: ``(index in first, index in second)``."""
    if overlap:
        if len(first) == len(second) == 1:
            return [(0, 0)] if _meet(first[0], second[0]) else []
        return align(_alone(first), _alone(second))
    free: dict[Stretch, list[int]] = {}
    for place in range(len(second) - 1, -1, -1):
        free.setdefault(second[place], []).append(place)
    return [(n, free[span].pop()) for n, span in enumerate(first) if free.get(span)]


@dataclass(frozen=True, slots=True)
class Continuum:
    """One article as several coders divided it: its length and each coder's spans by kind.

    Every coder who read it stands there, those who marked nothing too.
    """

    length: int
    coders: Sequence[Kinds]


def unitizing_alpha(
    continua: Sequence[Continuum], kind: str | None = None, bootstrap: Bootstrap | None = None
) -> Figure:
    """Krippendorff's alpha for unitizing: how well coders agree where units are and of which kind.

    Source: Krippendorff 1995, "On the Reliability of Unitizing Continuous Data", Sociological
    Methodology 25, in the form of Krippendorff 2004, "Measuring the Reliability of Qualitative
    Text Analysis Data", Quality and Quantity 38, formulas 2 to 6. Lengths are code points.

    Three things are ours. The articles are one continuum laid end to end, and a gap ends with its
    article. Where articles differ in their coders, an article with m of them weighs its pairs by
    1/(m - 1), as alpha does with missing values; with the same coders everywhere that is the
    published formula. Spans of one kind and coder that overlap count as one, because a position
    is inside a kind or it is not.

    Args:
        continua: The articles; those with fewer than two coders are left out.
        kind: The kind to measure; None for all kinds, whose disagreements are added.
        bootstrap: How to draw the interval.
    """
    read = [continuum for continuum in continua if len(continuum.coders) >= 2]
    if not read:
        return undefined(ONE_CODER if continua else NO_SPANS)
    names = sorted({name for c in read for coder in c.coders for name in coder})
    kinds = names if kind is None else [kind]
    divided = [_divide(read, name) for name in kinds]
    n = sum(int(part.units_of.size) for part in divided)
    if not n:
        return undefined(NO_SPANS)
    lengths = np.array([c.length for c in read], np.float64)
    copies = lengths * np.array([len(c.coders) for c in read])
    unit = np.arange(len(read), dtype=np.int64)
    # The bootstrap's sums are the articles' weights themselves: the expected disagreement is no
    # sum over articles.
    sums = Sums(unit, unit, np.ones(len(read)), len(read), len(read))

    def measure(weights: Floats) -> Floats:
        values = []
        for weight in weights:
            length, copied = float(weight @ lengths), float(weight @ copies)
            observed = sum(float(weight @ part.observed) for part in divided) / (copied * length)
            expected = sum(part.expected(weight, length, copied) for part in divided)
            values.append(1 - observed / expected if expected > 0 else np.nan)
        return np.array(values)

    return estimate(sums, measure, n, NO_SPANS, bootstrap)


@dataclass(frozen=True, slots=True)
class _Divided:
    """All articles divided by one kind.

    ``observed`` is each article's sum of differences between coders; units and gaps are listed by
    length with the number of their article, the gaps from the longest.
    """

    observed: Floats
    units: Floats
    units_of: npt.NDArray[np.int64]
    gaps: Floats
    gaps_of: npt.NDArray[np.int64]

    def expected(self, weight: Floats, length: float, copied: float) -> float:
        """The disagreement expected by chance, formula 5; articles count by weight."""
        each, gap = weight[self.units_of], weight[self.gaps_of]
        size = self.units
        count = float(each.sum())
        # Of the gaps as long as the unit or longer: how many, and their lengths together.
        many = np.concatenate(([0.0], np.cumsum(gap)))
        long = np.concatenate(([0.0], np.cumsum(gap * self.gaps)))
        place = np.searchsorted(-self.gaps, -size, side="right")
        room = long[place] - many[place] * (size - 1)
        inside = (count - 1) / 3 * (2 * size**3 - 3 * size**2 + size)
        above = 2 / length * float((each * (inside + size**2 * room)).sum())
        below = copied * (copied - 1) - float((each * size * (size - 1)).sum())
        return above / below if below > 0 else 0.0


def _divide(continua: Sequence[Continuum], kind: str) -> _Divided:
    observed = np.zeros(len(continua))
    units: list[tuple[int, int]] = []
    gaps: list[tuple[int, int]] = []
    for n, continuum in enumerate(continua):
        sides = []
        for coder in continuum.coders:
            inside = _union(coder.get(kind, ()))
            outside = list(_between(inside, continuum.length))
            units += [(end - start, n) for start, end in inside]
            gaps += [(end - start, n) for start, end in outside]
            sides.append((inside, outside))
        if any(inside for inside, _ in sides):
            total = sum(
                _difference(one, other)
                for place, one in enumerate(sides)
                for other in sides[place + 1 :]
            )
            observed[n] = 2 * total / (len(sides) - 1)
    gaps.sort(reverse=True)
    return _Divided(observed, *_columns(units), *_columns(gaps))


def _columns(pairs: Sequence[tuple[int, int]]) -> tuple[Floats, npt.NDArray[np.int64]]:
    table = np.array(pairs, np.int64).reshape(-1, 2)
    return table[:, 0].astype(np.float64), table[:, 1]


Side = tuple[list[Stretch], list[Stretch]]


def _difference(one: Side, other: Side) -> float:
    """The differences between two coders' units and gaps, formula 2."""
    total = 0.0
    for start, end in one[0]:
        for begin, stop in other[0]:
            if start < stop and begin < end:
                total += (start - begin) ** 2 + (end - stop) ** 2
    for units, holes in ((one[0], other[1]), (other[0], one[1])):
        for start, end in units:
            if any(begin <= start and end <= stop for begin, stop in holes):
                total += (end - start) ** 2
    return total


def _union(spans: Sequence[Stretch]) -> list[Stretch]:
    """Spans in order, those that overlap joined; neighbours stay two."""
    joined: list[Stretch] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _between(units: Sequence[Stretch], length: int) -> Iterator[Stretch]:
    place = 0
    for start, end in units:
        if start > place:
            yield place, start
        place = end
    if place < length:
        yield place, length


def _meet(one: Stretch, other: Stretch) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _alone(spans: Sequence[Stretch]) -> list[CodedStatement]:
    return [CodedStatement("", (span,)) for span in spans]


def _share(total: Floats, below: int) -> Floats:
    """The shared of those of one coder (1, 2), or twice the shared of all (0)."""
    first, second = total[:, 1], total[:, 2]
    above, under = (
        (2 * total[:, 0], first + second) if not below else (total[:, 0], total[:, below])
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where(under == 0, np.nan, above / under)
    return found
