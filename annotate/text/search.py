"""Search terms: what the full-text index holds, what a query asks of it, where a text matches.

Runs of Chinese, Japanese and Korean script become overlapping pairs of characters plus the
run's last character; words of other scripts stay whole. The index is an SQLite FTS5 table with
``tokenize='ascii', prefix='1'``: that tokenizer splits at ASCII separators only, so a term here
is ASCII letters and digits and anything beyond ASCII.

Queries are words and "phrases", all of which must occur. A final ``*`` asks for words that
begin so. Nothing else in a query has a meaning: FTS5's own operators are inert.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import regex

from annotate.text.language import language
from annotate.text.normal import normalise
from annotate.text.offsets import ceil_boundary, floor_boundary, grapheme_interiors

__all__ = [
    "Phrase",
    "Query",
    "highlight",
    "index_terms",
    "language",
    "normalise",
    "parse_query",
    "snippet",
]

# Scripts written without spaces, or (Hangul) with endings glued to the word.
_CJK = (
    "\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u3096"
    "\u3099-\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u3131-\u318e\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    "\U0001b000-\U0001b16f\U00020000-\U0003fffd"
)
# Invisible, or marks that search does not tell apart: they neither split a run nor join it.
_UNSEEN = (
    "\u00ad\u0300-\u036f\u180b-\u180f\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef"
)
_RUN = regex.compile(rf"[{_CJK}]+|[\p{{L}}\p{{N}}\p{{M}}--[{_CJK}]]+", regex.V1)
_UNSEEN_RUN = re.compile(f"[{_UNSEEN}]+")
_IS_CJK = re.compile(f"[{_CJK}]")
_PART = re.compile(r'"([^"]*)"?|([^\s"]+)')
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‟": '"', "＂": '"', "«": '"', "»": '"'})
_BETWEEN = rf"[\W_{_UNSEEN}]*"
MAX_QUERY = 1000
MAX_PHRASES = 32


@dataclass(frozen=True, slots=True)
class Phrase:
    """Runs that must follow one another; ``prefix``: the last one may go on."""

    runs: tuple[str, ...]
    prefix: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query.

    Args:
        match: The FTS5 expression, safe to bind as the right side of MATCH.
        phrases: The same for highlighting.
    """

    match: str
    phrases: tuple[Phrase, ...]


def index_terms(text: str) -> str:
    """The terms of a text for the index, in order, separated by spaces."""
    terms: list[str] = []
    for run in _runs(text):
        if _IS_CJK.match(run):
            terms.extend(map(str.__add__, run, run[1:]))
            terms.append(run[-1])
        else:
            terms.append(run)
    return " ".join(terms)


def parse_query(query: str) -> Query | None:
    """What a reader typed, as an expression for the index; None if it asks for nothing.

    Args:
        query: Words and quoted phrases; beyond 1000 characters or 32 of them it is cut.
    """
    phrases: dict[Phrase, None] = {}
    for match in _PART.finditer(query[:MAX_QUERY].translate(_QUOTES)):
        quoted, bare = match.groups()
        runs = tuple(_runs(quoted if bare is None else bare))
        if runs:
            phrases[Phrase(runs, bare is not None and bare.endswith("*"))] = None
    wanted = tuple(phrases)[:MAX_PHRASES]
    return Query(" AND ".join(map(_expression, wanted)), wanted) if wanted else None


def highlight(text: str, query: Query | str) -> list[tuple[int, int]]:
    """Where a text matches a query: ranges in code points, ascending, merged where they touch."""
    parsed = parse_query(query) if isinstance(query, str) else query
    if parsed is None:
        return []
    plain = normalise(text)
    found = sorted(
        match.span() for phrase in parsed.phrases for match in _pattern(phrase).finditer(plain)
    )
    interiors = grapheme_interiors(text) if found else ()
    merged: list[tuple[int, int]] = []
    for start, end in found:
        start, end = floor_boundary(interiors, start), ceil_boundary(interiors, end)
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def snippet(
    text: str, query: Query | str | None, width: int = 80
) -> tuple[str, list[tuple[int, int]]]:
    """One line of a text around its first match, with the matches' ranges in that line.

    Args:
        text: The text.
        query: What was asked; with None or without a match the text's beginning is shown.
        width: Code points of the text to show; an ellipsis marks each end that was cut.
    """
    ranges = highlight(text, query) if query is not None else []
    first, last = ranges[0] if ranges else (0, 0)
    start = max(0, min(first - max(0, width - (last - first)) // 3, len(text) - width))
    interiors = grapheme_interiors(text)
    start = floor_boundary(interiors, start)
    end = floor_boundary(interiors, min(len(text), start + width))
    before = "…" if start else ""
    shown = before + re.sub(r"\s", " ", text[start:end]) + ("…" if end < len(text) else "")
    shift = len(before) - start
    return shown, [
        (max(a, start) + shift, min(b, end) + shift) for a, b in ranges if a < end and b > start
    ]


def _runs(text: str) -> list[str]:
    plain = _UNSEEN_RUN.sub("", normalise(text))
    return _RUN.findall(plain)


def _expression(phrase: Phrase) -> str:
    terms: list[str] = []
    for run in phrase.runs[:-1]:
        terms.extend(index_terms(run).split())
    last = phrase.runs[-1]
    prefix = phrase.prefix
    if not _IS_CJK.match(last):
        terms.append(last)
    elif len(last) == 1:
        terms.append(last)
        prefix = True
    else:
        terms.extend(map(str.__add__, last, last[1:]))
        prefix = False
    return f'"{" ".join(terms)}"' + ("*" if prefix else "")


def _pattern(phrase: Phrase) -> re.Pattern[str]:
    runs: list[str] = []
    for position, run in enumerate(phrase.runs):
        body = f"[{_UNSEEN}]*".join(map(re.escape, run))
        if not _IS_CJK.match(run):
            open_ended = phrase.prefix and position == len(phrase.runs) - 1
            body = rf"(?<![^\W_{_CJK}])" + body + ("" if open_ended else rf"(?![^\W_{_CJK}])")
        runs.append(body)
    return re.compile(_BETWEEN.join(runs))
