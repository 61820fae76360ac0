"""Offsets: the one place that converts code points to UTF-16 units or bytes, and grapheme edges.

Everywhere else in the workbench an offset counts Unicode code points. Browsers, Java tools and
some file formats count UTF-16 units, others UTF-8 bytes.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import accumulate

import regex

from annotate.errors import Invalid

_ASTRAL = regex.compile(r"[\U00010000-\U0010FFFF]")
# Cheap to look for: without one of these no grapheme cluster has more than one code point.
_JOINING = regex.compile(
    r"[\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}\p{GCB=Prepend}\p{GCB=Regional_Indicator}"
    r"\p{GCB=L}\p{GCB=V}\p{GCB=T}]|\r\n"
)
# The pair of regional indicators is spelt out because \X counts back to the run's beginning for
# each of them, which is quadratic in a long run of flags.
_CLUSTER = regex.compile(
    r"\p{GCB=Regional_Indicator}{2}[\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}]*|\X"
)


class OffsetTable:
    """Converts offsets of one text between code points and another unit, both ways.

    Building it costs one pass over the text, each offset a look-up after that.

    Args:
        starts: The offset, in the other unit, of each code point and of the text's end; None
            where the two units are the same.
        length: The text's length in code points.
    """

    __slots__ = ("_length", "_starts")

    def __init__(self, starts: array[int] | None, length: int) -> None:
        self._starts = starts
        self._length = length

    @property
    def length(self) -> int:
        """The text's length in the other unit."""
        return self._length if self._starts is None else self._starts[-1]

    def from_code_points(self, offsets: Iterable[int]) -> list[int]:
        """Code point offsets as offsets in the other unit.

        Raises:
            Invalid: An offset lies outside the text.
        """
        found = [_within(offset, self._length) for offset in offsets]
        if self._starts is None:
            return found
        starts = self._starts
        return [starts[offset] for offset in found]

    def to_code_points(self, offsets: Iterable[int]) -> list[int]:
        """Offsets in the other unit as code point offsets.

        Raises:
            Invalid: An offset lies outside the text or inside a character.
        """
        found = [_within(offset, self.length) for offset in offsets]
        if self._starts is None:
            return found
        return [self._code_point(offset) for offset in found]

    def _code_point(self, offset: int) -> int:
        assert self._starts is not None
        at = bisect_left(self._starts, offset)
        if self._starts[at] != offset:
            raise Invalid("Offset {offset} lies inside a character", offset=offset)
        return at


def utf16_table(text: str) -> OffsetTable:
    """Conversion between code points and UTF-16 code units of a text."""
    if _ASTRAL.search(text) is None:
        return OffsetTable(None, len(text))
    return _table(text, _utf16_width)


def utf8_table(text: str) -> OffsetTable:
    """Conversion between code points and UTF-8 bytes of a text."""
    if text.isascii():
        return OffsetTable(None, len(text))
    return _table(text, _utf8_width)


def to_utf16(text: str, offset: int) -> int:
    """One code point offset in UTF-16 units."""
    return utf16_table(text).from_code_points([offset])[0]


def from_utf16(text: str, offset: int) -> int:
    """One UTF-16 offset in code points."""
    return utf16_table(text).to_code_points([offset])[0]


def to_utf8(text: str, offset: int) -> int:
    """One code point offset in UTF-8 bytes."""
    return utf8_table(text).from_code_points([offset])[0]


def from_utf8(text: str, offset: int) -> int:
    """One UTF-8 byte offset in code points."""
    return utf8_table(text).to_code_points([offset])[0]


def grapheme_interiors(text: str) -> tuple[int, ...]:
    """Offsets inside a grapheme cluster (UAX 29), ascending: nothing may begin or end there.

    Clusters are what a reader takes for one character: an emoji with its joiners, skin tone
    and variation selector, a flag, a keycap, a letter with its marks, a Hangul syllable in
    jamo, a line feed after its carriage return.
    """
    return _interiors(text) if _JOINING.search(text) else ()


@lru_cache(maxsize=16)
def _interiors(text: str) -> tuple[int, ...]:
    inside: list[int] = []
    for match in _CLUSTER.finditer(text):
        start, end = match.span()
        if end - start > 1:
            inside.extend(range(start + 1, end))
    return tuple(inside)


def is_boundary(text: str, offset: int) -> bool:
    """Whether a span may begin or end here: inside the text, at the edge of a cluster."""
    if not 0 <= offset <= len(text):
        return False
    inside = grapheme_interiors(text)
    at = bisect_left(inside, offset)
    return at == len(inside) or inside[at] != offset


def widen(text: str, start: int, end: int) -> tuple[int, int]:
    """The smallest range around ``[start, end)`` that cuts no grapheme cluster.

    Raises:
        Invalid: The range is not in the text.
    """
    if not 0 <= start <= end <= len(text):
        raise Invalid(
            "The range {start} to {end} is not in a text of {count} characters",
            start=start,
            end=end,
            count=len(text),
        )
    inside = grapheme_interiors(text)
    return floor_boundary(inside, start), ceil_boundary(inside, end)


def floor_boundary(interiors: tuple[int, ...], offset: int) -> int:
    """The nearest offset at or before this one that is not among ``interiors``."""
    at = bisect_right(interiors, offset) - 1
    while at >= 0 and interiors[at] == offset:
        offset -= 1
        at -= 1
    return offset


def ceil_boundary(interiors: tuple[int, ...], offset: int) -> int:
    """The nearest offset at or after this one that is not among ``interiors``."""
    at = bisect_left(interiors, offset)
    while at < len(interiors) and interiors[at] == offset:
        offset += 1
        at += 1
    return offset


def _within(offset: int, length: int) -> int:
    if not 0 <= offset <= length:
        raise Invalid(
            "Offset {offset} is not in a text of length {length}", offset=offset, length=length
        )
    return offset


def _table(text: str, width: Callable[[int], int]) -> OffsetTable:
    widths: dict[int, int] = {code: width(code) for code in map(ord, set(text))}
    starts = array("L", accumulate(map(widths.__getitem__, map(ord, text)), initial=0))
    return OffsetTable(starts, len(text))


def _utf16_width(code: int) -> int:
    return 2 if code > 0xFFFF else 1


def _utf8_width(code: int) -> int:
    return 1 + (code > 0x7F) + (code > 0x7FF) + (code > 0xFFFF)
