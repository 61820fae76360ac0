"""What measures take and give, as frozen dataclasses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from annotate.errors import Word

DEFINED = Word("")
ONE_CODER = Word("only one coder")
ONE_VALUE = Word("everybody always chose the same value")
NOTHING = Word("nothing was labelled by two coders")
ONE_SIDE = Word("only one of the two found any")
NO_SPANS = Word("nobody marked a span")
NO_STATEMENTS = Word("nobody recorded a statement")
NO_NUMBERS = Word("the values have no numbers")
NO_GOLD = Word("there is no gold")
REASONS: tuple[Word, ...] = (
    ONE_CODER, ONE_VALUE, NOTHING, ONE_SIDE, NO_SPANS, NO_STATEMENTS, NO_NUMBERS, NO_GOLD,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CodedStatement:
    """A statement as it is compared.

    ``evidence`` holds ``[start, end)`` in code points, in any order and overlapping at will;
    without any, the statement concerns the whole article. ``parts`` are the values compared once
    two statements are taken for the same: a None is a part left open. The holder is the speaker
    unless said otherwise, so whoever fills ``parts`` puts the speaker there.
    """

    id: str
    evidence: tuple[tuple[int, int], ...] = ()
    parts: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured number with its confidence interval, or why there is none.

    ``n`` is how many things it rests on: units, pairs or spans, as the measure says. ``low`` and
    ``high`` are None where no interval was asked for or none can be given. ``reason`` is empty
    where ``value`` is defined.
    """

    value: float | None
    n: int = 0
    low: float | None = None
    high: float | None = None
    reason: Word = DEFINED


def undefined(reason: Word, n: int = 0) -> Figure:
    """A figure that cannot be given, and why."""
    return Figure(None, n, reason=reason)
