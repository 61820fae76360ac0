"""Stretches of an article around what a conflict is about, as parts to show. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

AROUND = 70
LONGEST = 400
Segment = dict[str, object]
Entity = Mapping[str, Any]


def passage(text: str, ranges: Iterable[tuple[int, int]], around: int = AROUND) -> list[Segment]:
    """The places of a text, marked, with some words around them; what lies between is left out.

    Args:
        text: The article's text.
        ranges: Half-open ranges in code points; what is outside the text is left out.
        around: How many code points stay before and after a place.

    Returns:
        Parts in reading order: ``text``, and ``marked`` where it is one of the places. A gap is
        a part of the text ``…``.
    """
    joined = _joined(text, ranges)
    following = [start for start, _ in joined[1:]]
    found: list[Segment] = []
    at = 0
    for (start, end), stop in zip(joined, [*following, len(text)], strict=False):
        begin = _word(text, max(at, start - around), start)
        if begin > at:
            found.append({"text": "…", "marked": False})
        found.append({"text": text[begin:start], "marked": False})
        found.append({"text": _cut(text[start:end]), "marked": True})
        at = min(stop, end + around)
        at = at if at == stop else _word_end(text, end, at)
        found.append({"text": text[end:at], "marked": False})
    if found and at < len(text):
        found.append({"text": "…", "marked": False})
    return [one for one in found if one["text"]]


def places(kind: str, entity: Entity | None, spans: Mapping[str, Entity]) -> list[tuple[int, int]]:
    """Where in its article a span or a statement stands.

    Args:
        kind: What it is.
        entity: The span or statement; None where it was deleted.
        spans: The spans that a statement may rest on, by id.
    """
    if entity is None or kind == "document_label":
        return []
    evidence: Sequence[str] = entity.get("evidence") or ()
    found = [entity] if kind == "span" else [spans[id_] for id_ in evidence if id_ in spans]
    # What was agreed on of a span may be a part of it.
    return [(one["start"], one["end"]) for one in found if "start" in one and "end" in one]


def _word(text: str, begin: int, start: int) -> int:
    """Where a stretch before ``start`` begins without half a word."""
    at = begin
    while 0 < at < start and _inside_word(text, at):
        at += 1
    return at if at < start else begin


def _word_end(text: str, end: int, stop: int) -> int:
    """Where a stretch after ``end`` stops without half a word."""
    at = stop
    while end < at < len(text) and _inside_word(text, at):
        at -= 1
    return at if at > end else stop


def _inside_word(text: str, at: int) -> bool:
    # Chinese has no spaces to wait for: any sign may begin there.
    before, after = text[at - 1], text[at]
    return before.isalnum() and after.isalnum() and ord(before) < 0x2E80 and ord(after) < 0x2E80


def _joined(text: str, ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in sorted(set(ranges)):
        if not 0 <= start < end <= len(text):
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _cut(quote: str) -> str:
    if len(quote) <= LONGEST:
        return quote
    return f"{quote[: LONGEST // 2]} … {quote[-LONGEST // 2 :]}"
