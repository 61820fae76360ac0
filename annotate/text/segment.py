"""Words, sentences and paragraphs as ranges of code points, for snapping and for context.

Words come from jieba for Chinese runs (through rjieba, the same algorithm in Rust, where it is
installed) and from a plain rule elsewhere. jieba's dictionary is shared by the whole process and
is never changed: the terms of a project are laid over the words instead, by `Terms`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import pairwise

import regex

from annotate.text.normal import normalise
from annotate.text.offsets import ceil_boundary, floor_boundary, grapheme_interiors

Range = tuple[int, int]

_PIECE = regex.compile(
    r"(?P<han>\p{Han}+)"
    r"|(?P<word>[\p{L}\p{M}--\p{Han}][\p{L}\p{M}\p{N}_--\p{Han}]*"
    r"(?:['’](?!s\b)[\p{L}\p{M}--\p{Han}]+)*)"
    r"|\p{N}[\p{L}\p{M}\p{N}_--\p{Han}]*(?:[.,:/][\p{N}]+)*%?"
    r"|['’]s\b"
    r"|\s+"
    r"|.",
    regex.V1 | regex.DOTALL,
)
_LETTER = regex.compile(r"[\p{L}\p{M}\p{N}--\p{Han}]", regex.V1)

_CLOSING = "”’」』）)】》〉］\\]\"'"
_SENTENCE_END = re.compile(
    rf"[。！？!?‼⁇⁈⁉｡][。！？!?…‼⁇⁈⁉｡]*[{_CLOSING}]*"
    rf"|…+(?:[{_CLOSING}]+|(?=\s|$))"
    rf"|(?<!\b[A-Z])(?<!\b(?:Mr|Ms|Dr|St|No|vs))(?<!\b(?:Mrs|Rep|Sen|Gen|Gov|Inc|Ltd))"
    rf"(?<!\b(?:Prof))\.+[{_CLOSING}]*(?=\s+[^a-z\s]|\s*$)"
)
_PARAGRAPH = re.compile(r"[^\n]+")


class Terms:
    """Words that must stay whole, found in any text.

    Matching disregards case, width and Chinese script; only capital letters by themselves match
    as they are (US is not us). Longer terms win over shorter ones, the earlier over the later;
    Latin terms match whole words only.

    Args:
        terms: Names, aliases and domain terms, in any order.
    """

    def __init__(self, terms: Iterable[str]) -> None:
        self._by_start: dict[str, list[tuple[str, str]]] = {}
        for term in sorted({t.strip() for t in terms}, key=lambda t: (-len(t), t)):
            if len(term) > 1 and "\n" not in term:
                plain = normalise(term)
                self._by_start.setdefault(plain[:2], []).append((plain, term))

    def find(self, text: str) -> list[Range]:
        """Where the terms stand in a text, ascending, without overlaps."""
        if not self._by_start:
            return []
        plain = normalise(text)
        found: list[Range] = []
        at = 0
        for first in range(len(plain) - 1):
            if first < at or plain[first : first + 2] not in self._by_start:
                continue
            for term, written in self._by_start[plain[first : first + 2]]:
                end = first + len(term)
                if not plain.startswith(term, first) or not _whole(plain, first, end):
                    continue
                if not (written.isascii() and written.isupper() and text[first:end] != written):
                    found.append((first, end))
                    at = end
                    break
        return found


def boundaries(text: str, terms: Terms | Iterable[str] = ()) -> list[int]:
    """Where a selection may snap to: the edges of words, ascending, from 0 to the text's length.

    No boundary lies inside a grapheme cluster or inside one of the terms. Safe to call from
    several threads.

    Args:
        text: The text.
        terms: What must stay whole, such as the aliases of registered actors.
    """
    terms = terms if isinstance(terms, Terms) else Terms(terms)
    edges = {0, len(text)}
    for piece in _PIECE.finditer(text):
        edges.add(piece.start())
        if piece.lastgroup == "han":
            edges.update(_word_starts(piece.group(), piece.start()))
    edges.difference_update(grapheme_interiors(text))
    _keep_whole(text, edges, terms.find(text))
    return sorted(edges)


def words(text: str, terms: Terms | Iterable[str] = ()) -> list[Range]:
    """The ranges between boundaries that hold more than white space."""
    return [(a, b) for a, b in pairwise(boundaries(text, terms)) if not text[a:b].isspace()]


def sentences(text: str) -> list[Range]:
    """Sentences as ranges without outer white space, in order; none crosses a line's end.

    Closing quotation marks and brackets stay with their sentence, full stops of abbreviations
    and numbers do not end one.
    """
    found: list[Range] = []
    for start, end in paragraphs(text):
        at = start
        for match in _SENTENCE_END.finditer(text, start, end):
            found.extend(_trimmed(text, at, match.end()))
            at = match.end()
        found.extend(_trimmed(text, at, end))
    return found


def paragraphs(text: str) -> list[Range]:
    """Lines that hold more than white space, as ranges without it, in order."""
    return [
        trimmed for match in _PARAGRAPH.finditer(text) for trimmed in _trimmed(text, *match.span())
    ]


def warm_up() -> None:
    """Load the dictionary, so that the first article opens as fast as the next."""
    boundaries("预热")


def _keep_whole(text: str, edges: set[int], found: list[Range]) -> None:
    interiors = grapheme_interiors(text) if found else ()
    for start, end in found:
        start, end = floor_boundary(interiors, start), ceil_boundary(interiors, end)
        # A short term that merely occurs inside longer words (中国 in 发展中国家) is no word there.
        if end - start == 2 and start not in edges and end not in edges:
            continue
        edges.difference_update(range(start + 1, end))
        edges.update((start, end))


def _whole(plain: str, start: int, end: int) -> bool:
    return not (_joined(plain, start) or _joined(plain, end))


def _joined(plain: str, at: int) -> bool:
    if not 0 < at < len(plain):
        return False
    return bool(_LETTER.match(plain[at - 1]) and _LETTER.match(plain[at]))


def _trimmed(text: str, start: int, end: int) -> Iterator[Range]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def _word_starts(run: str, offset: int) -> Iterator[int]:
    for word in _cutter()(run):
        yield offset
        offset += len(word)


@cache
def _cutter() -> Callable[[str], Iterable[str]]:
    try:
        import rjieba
    except ImportError:
        return _jieba()
    cut: Callable[[str], Iterable[str]] = rjieba.cut
    return cut


def _jieba() -> Callable[[str], Iterable[str]]:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    cut: Callable[[str], Iterable[str]] = jieba.lcut
    return cut
