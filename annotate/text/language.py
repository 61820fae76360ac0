"""The language of a text, with its script where Chinese: by counting characters first."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from annotate.text.normal import simplified, traditional

UNKNOWN = "und"
SAMPLE = 20_000

_SCRIPTS = {
    "han": re.compile(r"[㐀-䶿一-鿿豈-﫿\U00020000-\U0003fffd]"),
    "kana": re.compile(r"[ぁ-ゖァ-ヺ]"),
    "hangul": re.compile(r"[가-힣]"),
    "other": re.compile(r"[^\W\d_ぁ-ゖァ-ヺ가-힣㐀-䶿一-鿿豈-﫿\U00020000-\U0003fffd]+"),
}
# Each of these is common enough that a text of a few words holds some, and rare as a loan.
_KANA_SHARE = 0.05
_HANGUL_SHARE = 0.3
_WORD_PER_HAN = 1.5


def language(text: str) -> str:
    """The BCP 47 tag of a text: ``zh-Hans``, ``zh-Hant``, ``ja``, ``ko``, ``en`` and so on.

    A text of several languages counts as the one it has most of, a Chinese word being about
    one and a half characters. ``und`` where there are no letters.

    Args:
        text: The text; its first 20,000 characters decide.
    """
    sample = text[:SAMPLE]
    han, kana, hangul, other = (len(p.findall(sample)) for p in _SCRIPTS.values())
    east_asian = han + kana + hangul
    if east_asian / _WORD_PER_HAN < other:
        return _identify(sample)
    if not east_asian:
        return UNKNOWN
    if kana > _KANA_SHARE * east_asian:
        return "ja"
    if hangul > _HANGUL_SHARE * east_asian:
        return "ko"
    return f"zh-{script(sample)}"


def script(text: str) -> str:
    """``Hant`` or ``Hans``: which of the two Chinese scripts a text is written in."""
    traditional_only = simplified_only = 0
    for char, count in Counter(_SCRIPTS["han"].findall(text)).items():
        kind = _kind(char)
        traditional_only += count * (kind > 0)
        simplified_only += count * (kind < 0)
    return "Hant" if traditional_only > simplified_only else "Hans"


@cache
def _kind(char: str) -> int:
    if simplified(char) != char:
        return 1
    return -1 if traditional(char) != char else 0


def _identify(text: str) -> str:
    # Imported here because loading its model takes half a second, which Chinese texts spare.
    import py3langid

    return str(py3langid.classify(text)[0])
