"""Which rows of a training set say the same again, or the opposite.

A row of a training set does not say whose it is, so whoever trains on it cannot see that two rows
are two coders' word on one thing.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import Literal

Instead = Literal["all", "gold", "soft", "sentence"]
"""What to choose instead: labels of all or gold, the format ``soft``, sentences as the text."""


@dataclass(frozen=True, slots=True)
class Repeats:
    """How many rows of a training set repeat or oppose others.

    Args:
        rows: All rows.
        repeated: Those with the text, target and label of one before them.
        of_coders: Those of them that are there because another coder said the same.
        opposed: Those with the text and target of another row, and another label.
    """

    rows: int
    repeated: int
    of_coders: int
    opposed: int

    @property
    def of_texts(self) -> int:
        """Those that are there because one text says the same several times, or came twice."""
        return self.repeated - self.of_coders

    def instead(self, format_name: str, layer: str, context: str) -> tuple[Instead, ...]:
        """What else there is to choose: what has fewer of these rows, or has rows at all.

        Args:
            format_name: The training set that has them.
            layer: Whose labels are in it.
            context: What the text of a row is.
        """
        if not_voted(format_name, layer):
            return ("all",)
        found: list[Instead] = []
        if format_name != "soft" and layer == "all" and (self.of_coders or self.opposed):
            found += ["gold", "soft"]
        if context != "sentence" and (self.of_texts or self.opposed):
            found.append("sentence")
        return tuple(found)


def not_voted(format_name: str, layer: str) -> bool:
    """Whether there are no rows because soft labels are made of votes, and gold is none."""
    return format_name == "soft" and layer == "gold"


@dataclass(slots=True)
class Tally:
    """Counts the rows of a training set as they are written: three numbers a row are kept."""

    _inputs: array[int] = field(default_factory=lambda: array("q"))
    _rows: array[int] = field(default_factory=lambda: array("q"))
    _said: array[int] = field(default_factory=lambda: array("q"))

    def add(self, text: str, target: str, label: object, coder: str = "") -> None:
        """Count one more row.

        Args:
            text: What a model reads.
            target: What it is asked about.
            label: What it is to answer.
            coder: Who said so, by id; nothing where the row is of many.
        """
        row = hash((text, target, label))
        self._inputs.append(hash((text, target)))
        self._rows.append(row)
        self._said.append(hash((row, coder)))

    def repeats(self) -> Repeats:
        """What the rows so far come to."""
        import numpy as np

        inputs, rows, said = (
            np.frombuffer(one, np.int64) if one else np.empty(0, np.int64)
            for one in (self._inputs, self._rows, self._said)
        )
        distinct, first, counts = np.unique(rows, return_index=True, return_counts=True)
        _, which, labels = np.unique(inputs[first], return_inverse=True, return_counts=True)
        return Repeats(
            rows=len(rows),
            repeated=len(rows) - len(distinct),
            of_coders=len(np.unique(said)) - len(distinct),
            opposed=int(counts[labels[which] > 1].sum()),
        )
