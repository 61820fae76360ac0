"""Values collected unit by unit while articles are read, as numbers that take little memory."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from annotate.agreement.values import MISSING, Ratings


class Units:
    """Units of one question, each with the values that its coders gave."""

    def __init__(self) -> None:
        self._articles = array("q")
        self._sizes = array("q")
        self._values = array("q")
        self._names: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._articles)

    def add(self, article: int, values: Sequence[str | None]) -> None:
        """Take in one unit of an article, which the caller numbers."""
        self._articles.append(article)
        self._sizes.append(len(values))
        self._values.extend(
            MISSING if value is None else self._names.setdefault(value, len(self._names))
            for value in values
        )

    def ratings(self, scale: Mapping[str, float | None] | None = None) -> Ratings:
        """All units as a table.

        Args:
            scale: The values to choose from with their numbers, for a question that has a scale;
                values of older scales stand behind them.
        """
        sizes = np.array(self._sizes, np.int64)
        width = int(sizes.max(initial=0))
        table = np.full((len(sizes), width), MISSING, np.int64)
        table[np.arange(width)[None, :] < sizes[:, None]] = np.array(self._values, np.int64)
        articles = np.array(self._articles, np.int64)
        listed = list(self._names)
        if scale is None:
            return Ratings(table, len(listed), articles)
        order = [*scale, *(name for name in listed if name not in scale)]
        change = np.array([*(order.index(name) for name in listed), MISSING], np.int64)
        numbers = tuple(scale.get(name) for name in order)
        return Ratings(change[table], len(order), articles, numbers)

    def pairs(self) -> Iterator[tuple[int, str, str]]:
        """Every two values of one unit: (article, one value, the other), in the coders' order."""
        names = list(self._names)
        place = 0
        for article, size in zip(self._articles, self._sizes, strict=True):
            given = [v for v in self._values[place : place + size] if v != MISSING]
            for one, other in combinations(given, 2):
                yield article, names[one], names[other]
            place += size

    def confusion(self) -> Counter[tuple[str, str]]:
        """How often two values met in one unit: the first coder's, then the second's."""
        return Counter((one, other) for _, one, other in self.pairs())

    def counts(self) -> dict[str, list[tuple[int, int, int, int]]]:
        """For each value what `found` takes: where two coders both chose it, and each of them.

        F1 of these is the specific agreement on the value: of those who chose it, how many of
        their colleagues did too (Spitzer and Fleiss 1974, British Journal of Psychiatry 125).
        """
        both: dict[str, Counter[int]] = {}
        first: dict[str, Counter[int]] = {}
        second: dict[str, Counter[int]] = {}
        for article, one, other in self.pairs():
            first.setdefault(one, Counter())[article] += 1
            second.setdefault(other, Counter())[article] += 1
            if one == other:
                both.setdefault(one, Counter())[article] += 1
        none: Counter[int] = Counter()
        return {
            name: [
                (n, both.get(name, none)[n], first.get(name, none)[n], second.get(name, none)[n])
                for n in sorted({*first.get(name, none), *second.get(name, none)})
            ]
            for name in sorted({*first, *second})
        }
