"""The language of a text, with its script where Chinese: by counting characters first."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Literal

from annotate.text.normal import simplified, traditional

UNKNOWN = "und"
SAMPLE = 4_000

Kind = Literal["Han", "Hans", "Hant", "kana", "hangul", "letter", ""]

# How much text makes a word, so that scripts can be weighed against one another.
_HAN_PER_WORD = 1.5
_LETTERS_PER_WORD = 5
# Common enough that a Japanese or Korean text of a few words holds so much, rare in another.
_KANA_SHARE = 0.05
_HANGUL_SHARE = 0.3


def language(text: str) -> str:
    """The BCP 47 tag of a text: ``zh-Hans``, ``zh-Hant``, ``ja``, ``ko``, ``en`` and so on.

    A text in several languages counts as the one that it has most words of; ``und`` where there
    are no letters.

    Args:
        text: The text; its first 4,000 characters decide.
    """
    sample = text[:SAMPLE]
    counts = _counts(sample)
    han = counts["Han"] + counts["Hans"] + counts["Hant"]
    east_asian = han + counts["kana"] + counts["hangul"]
    if east_asian / _HAN_PER_WORD < counts["letter"] / _LETTERS_PER_WORD:
        return _identify(sample)
    if not east_asian:
        return UNKNOWN
    if counts["kana"] > _KANA_SHARE * east_asian:
        return "ja"
    if counts["hangul"] > _HANGUL_SHARE * east_asian:
        return "ko"
    return f"zh-{_script(counts)}"


def script(text: str) -> str:
    """``Hant`` or ``Hans``: which of the two Chinese scripts a text is written in."""
    return _script(_counts(text))


def _script(counts: Counter[Kind]) -> str:
    return "Hant" if counts["Hant"] > counts["Hans"] else "Hans"


def _counts(text: str) -> Counter[Kind]:
    counts: Counter[Kind] = Counter()
    for char, count in Counter(text).items():
        counts[_kind(char)] += count
    return counts


@cache
def _kind(char: str) -> Kind:
    if not char.isalpha():
        return ""
    if "\u3041" <= char <= "\u30ff":
        return "kana"
    if "\uac00" <= char <= "\ud7a3":
        return "hangul"
    if not ("\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or char >= "\U00020000"):
        return "letter"
    if simplified(char) != char:
        return "Hant"
    return "Hans" if traditional(char) != char else "Han"


def _identify(text: str) -> str:
    # Imported here because loading its model takes half a second, which Chinese texts spare.
    import py3langid

    found = str(py3langid.classify(text)[0])
    return f"zh-{script(text)}" if found == "zh" else found
