"""Anchoring of quotes: finding a passage again from its words and its surroundings.

The selector is that of the W3C Web Annotation model (section 4.2.4, text quote selector): the
quote itself, some text before it, some after it; an approximate position breaks ties.
"""

from __future__ import annotations

from collections.abc import Iterator

from annotate.errors import Invalid

CONTEXT = 32


def check(text: str, start: int, end: int, quote: str) -> None:
    """Make sure that a span says what it covers.

    Raises:
        Invalid: The offsets are not a non-empty range of the text, or another text stands there.
    """
    if not 0 <= start < end <= len(text):
        raise Invalid(
            "The span {start} to {end} is not in a text of {count} characters",
            start=start,
            end=end,
            count=len(text),
        )
    if text[start:end] != quote:
        raise Invalid(
            "At {start} to {end} stands {found}, not {quote}",
            "Offsets count Unicode code points of the article's text",
            start=start,
            end=end,
            found=_short(text[start:end]),
            quote=_short(quote),
        )


def context(text: str, start: int, end: int, width: int = CONTEXT) -> tuple[str, str]:
    """What stands before and after a span, at most ``width`` code points each."""
    return text[max(0, start - width) : start], text[end : end + width]


def find(
    text: str, quote: str, *, prefix: str = "", suffix: str = "", near: int | None = None
) -> tuple[int, int] | None:
    """Where a quote stands in a text, best occurrence first by context, then by position.

    Args:
        text: The text to look in.
        quote: What to find, exactly.
        prefix: What stood before it; its end counts most.
        suffix: What stood after it; its beginning counts most.
        near: The code point offset where it was, if known.

    Returns:
        The range, or None if the quote does not occur.
    """
    best: tuple[tuple[int, int], int] | None = None
    for start in _occurrences(text, quote):
        alike = _common_end(text, start, prefix) + _common_start(text, start + len(quote), suffix)
        rank = (alike, -abs(start - near) if near is not None else -start)
        if best is None or rank > best[0]:
            best = rank, start
    return None if best is None else (best[1], best[1] + len(quote))


def _occurrences(text: str, quote: str) -> Iterator[int]:
    at = text.find(quote) if quote else -1
    while at >= 0:
        yield at
        at = text.find(quote, at + 1)


def _common_end(text: str, end: int, prefix: str) -> int:
    count = 0
    while count < min(len(prefix), end) and text[end - 1 - count] == prefix[-1 - count]:
        count += 1
    return count


def _common_start(text: str, start: int, suffix: str) -> int:
    count = 0
    while count < min(len(suffix), len(text) - start) and text[start + count] == suffix[count]:
        count += 1
    return count


def _short(text: str) -> str:
    return repr(text if len(text) <= 24 else f"{text[:23]}…")
