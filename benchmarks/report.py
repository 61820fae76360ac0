"""What a benchmark reports, and the one table that all of them end in."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

HEADINGS = ("work", "measured", "beside it", "ratio", "budget", "met")


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the table.

    ``ratio`` is ``value / reference`` where less is better and how many times faster we are
    where more is better. ``budget`` is the bound on the ratio; None where the line is shown
    for comparison only.
    """

    work: str
    value: float
    unit: str
    beside: str
    reference: float
    budget: float | None = 1.0
    better: Literal["less", "more"] = "less"

    @property
    def ratio(self) -> float:
        """How we stand to what is beside us."""
        return self.value / self.reference if self.reference else float("inf")

    @property
    def met(self) -> bool | None:
        """Whether the budget is kept, None where there is none."""
        if self.budget is None:
            return None
        return self.ratio <= self.budget if self.better == "less" else self.ratio >= self.budget

    def cells(self) -> tuple[str, ...]:
        """The line's cells as text, in the order of ``HEADINGS``."""
        sign = "≤" if self.better == "less" else "≥"
        return (
            self.work,
            f"{figure(self.value)} {self.unit}",
            f"{self.beside}: {figure(self.reference)} {self.unit}",
            f"{figure(self.ratio)}",
            "-" if self.budget is None else f"{sign} {figure(self.budget)}",
            {None: "-", True: "yes", False: "NO"}[self.met],
        )


@dataclass(frozen=True, slots=True)
class Omitted:
    """A line that could not be measured here, and why."""

    work: str
    reason: str

    def cells(self) -> tuple[str, ...]:
        """The line's cells as text, in the order of ``HEADINGS``."""
        return (self.work, "not measured", self.reason, "-", "-", "-")


def figure(value: float) -> str:
    """A number with three significant figures and no exponent."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def percentile(values: Sequence[float], percent: int) -> float:
    """The given percentile of at least two values, by linear interpolation."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def table(lines: Iterable[Measure | Omitted]) -> str:
    """The lines as a Markdown table that also reads well in a terminal."""
    rows = [HEADINGS, *(line.cells() for line in lines)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(HEADINGS))]
    texts = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([texts[0], rule, *texts[1:]])
