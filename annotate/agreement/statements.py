"""Agreement on statements, part by part, so that a team sees where it disagrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from annotate.agreement.alignment import align
from annotate.agreement.bootstrap import Bootstrap
from annotate.agreement.model import NO_STATEMENTS, CodedStatement, Figure
from annotate.agreement.spans import Found, found
from annotate.agreement.units import Units
from annotate.agreement.values import Level, Ratings, alpha

PARTS = ("speaker", "holder", "claim", "stance", "certainty")


@dataclass(slots=True)
class Comparison:
    """Two coders' statements, article by article; it keeps numbers only.

    What was found and what was then said of it are measured apart: ``found`` counts statements
    with a counterpart, every other part is judged on the pairs of counterparts alone.
    """

    parts: Sequence[str] = PARTS
    _counts: list[tuple[int, int, int, int]] = field(default_factory=list)
    _units: dict[str, Units] = field(default_factory=dict)

    def add(
        self, article: int, first: Sequence[CodedStatement], second: Sequence[CodedStatement]
    ) -> list[tuple[int, int]]:
        """Take in one article, numbered by the caller; returns the pairs of `align`."""
        pairs = align(first, second)
        self._counts.append((article, len(pairs), len(first), len(second)))
        for i, j in pairs:
            self.add_pair(article, first[i].parts, second[j].parts)
        return pairs

    def add_pair(
        self, article: int, first: Mapping[str, str | None], second: Mapping[str, str | None]
    ) -> None:
        """Take in the parts of one pair, without counting it as found."""
        for part in self.parts:
            units = self._units.setdefault(part, Units())
            units.add(article, (first.get(part), second.get(part)))

    def found(self, bootstrap: Bootstrap | None = None) -> Found:
        """Whether statements were found at all, as precision, recall and F1."""
        return found(self._counts, bootstrap, NO_STATEMENTS)

    def ratings(self, part: str, scale: Mapping[str, float | None] | None = None) -> Ratings:
        """The values of one part over the pairs.

        Args:
            part: One of ``parts``.
            scale: The values to choose from with their numbers, for a part that has a scale.
        """
        return self._units.get(part, Units()).ratings(scale)

    def part(
        self,
        part: str,
        bootstrap: Bootstrap | None = None,
        scale: Mapping[str, float | None] | None = None,
        level: Level = "nominal",
    ) -> Figure:
        """Alpha of one part over the pairs; ``n`` is how many pairs have it on both sides."""
        return alpha(self.ratings(part, scale), level, bootstrap)
