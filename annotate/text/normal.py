"""Normalisation for search and duplicate detection: one character in, one character out.

Stored text is never changed by it; because it keeps the length, a match found in normalised
text stands at the same offsets in the original. It works character by character, so that the
normal form of a part is the part of the normal form: a query is folded exactly as the text was,
whatever stood around it. OpenCC's phrase tables would break that (乾隆 against 乾) and are not
used; where they alone unite two spellings, `_UNITED` does.
"""

from __future__ import annotations

import unicodedata
from functools import cache

import opencc

_UNITED = str.maketrans("瞭藉覆彷著馀祇甚噹喫牠妳祂諮谘", "了借复仿着余只什当吃它你他咨咨")
_MARKS = (0x0300, 0x036F)
_LATIN_END = 0x0370
_LATIN_EXTENDED = range(0x1E00, 0x1F00)


class _Fold(dict[int, int]):
    """A translation table that works out an entry when it is first asked for."""

    def __missing__(self, code: int) -> int:
        folded = ord(_fold(chr(code)))
        self[code] = folded
        return folded


_FOLD = _Fold()


def normalise(text: str) -> str:
    """Text as search sees it: simplified Chinese, narrow, lower case, without accents.

    Returns:
        A text of exactly the same length.
    """
    return text.translate(_FOLD)


def simplified(char: str) -> str:
    """The simplified form of one Han character; other characters as they are."""
    found: str = _converter("t2s").convert(char)
    return found if len(found) == 1 else char


def traditional(char: str) -> str:
    """The traditional form of one Han character; other characters as they are."""
    found: str = _converter("s2t").convert(char)
    return found if len(found) == 1 else char


def _fold(char: str) -> str:
    char = _one(char, unicodedata.normalize("NFKC", char))
    code = ord(char)
    if code < 0x80:
        return char.lower()
    if code < _LATIN_END or code in _LATIN_EXTENDED:
        parts = unicodedata.normalize("NFKD", char)
        if all(_MARKS[0] <= ord(mark) <= _MARKS[1] for mark in parts[1:]):
            char = parts[0]
    elif char >= "\u2e80":
        return simplified(char).translate(_UNITED)
    return _one(char, char.casefold())


def _one(char: str, changed: str) -> str:
    return changed if len(changed) == 1 else char


@cache
def _converter(config: str) -> opencc.OpenCC:
    return opencc.OpenCC(config)
