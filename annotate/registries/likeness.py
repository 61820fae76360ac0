"""Which names are likely to mean the same; pure functions over names.

Every rule looks pairs up in an index instead of comparing all with all, so that ten thousand
entries take about a second.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil

from annotate.text.normal import normalise

_WORDS = re.compile(r"[^\W_]+")
_HAN = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]")
_PIECES = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]|[^\W_]")
SHORT_NAME = 24
LEAST_SHARED = 0.6
LEAST_PART = 0.5
# A name that so many entries share says little, and their pairs grow with the square.
MOST_ALIKE = 40
MOST_COMMON = 80


@dataclass(frozen=True, slots=True)
class Named:
    """An entry as likeness sees it: its names, and identifiers like ``wikidata:Q42``."""

    id: str
    names: tuple[str, ...]
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two entries, the smaller id first, how alike they are (to 1.0) and by which rule."""

    a: str
    b: str
    score: float
    why: str


def alike(entries: Sequence[Named]) -> list[Likeness]:
    """Pairs of entries that are likely to be the same, the likeliest first."""
    keys = {one.id: _keys(one) for one in entries}
    best: dict[tuple[str, str], tuple[float, str]] = {}
    for a, b, score, why in (
        *_together(((value, one.id) for one in entries for value in one.identifiers), "external_id",
                   1.0),
        *_together(((key.text, id_) for id_, many in keys.items() for key in many), "name", 0.98),
        *_together(((key.compact, id_) for id_, many in keys.items() for key in many),
                   "spelling", 0.95),
        *_together(((key.words, id_) for id_, many in keys.items() for key in many if key.words),
                   "spelling", 0.93),
        *_typing(keys),
        *_parts(keys),
        *_wording(keys),
    ):  # fmt: skip
        pair = (a, b) if a < b else (b, a)
        best[pair] = max(best.get(pair, (0.0, "")), (score, why))
    found = [Likeness(a, b, round(score, 3), why) for (a, b), (score, why) in best.items()]
    return sorted(found, key=lambda one: (-one.score, one.a, one.b))


@dataclass(frozen=True, slots=True)
class _Key:
    """A name in the forms that rules compare: as searched, bare letters, words in order."""

    text: str
    compact: str
    words: str
    han: bool


Keys = Mapping[str, Sequence[_Key]]
_Found = Iterator[tuple[str, str, float, str]]


def _keys(one: Named) -> list[_Key]:
    found = {}
    for name in one.names:
        text = " ".join(normalise(name).split())
        words = _WORDS.findall(text)
        compact = "".join(words)
        if compact:
            ordered = " ".join(sorted(words)) if len(words) > 1 else ""
            found[text] = _Key(text, compact, ordered, bool(_HAN.search(compact)))
    return list(found.values())


def _together(named: Iterable[tuple[str, str]], why: str, score: float) -> _Found:
    """Pairs of entries that have the same value."""
    holders: dict[str, dict[str, None]] = defaultdict(dict)
    for value, id_ in named:
        holders[value][id_] = None
    for ids in holders.values():
        for a, b in combinations(list(ids)[:MOST_ALIKE], 2):
            yield a, b, score, why


def _typing(keys: Keys) -> _Found:
    """Short names that differ by one character, found by what is left without it."""
    left: dict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    for id_, many in keys.items():
        for key in many:
            name = key.compact
            if (4 if key.han else 6) <= len(name) <= SHORT_NAME:
                for n in range(len(name)):
                    left[name[:n] + name[n + 1 :]][(name, id_)] = None
                left[name][(name, id_)] = None
    for named in left.values():
        for (one, a), (other, b) in combinations(list(named)[:MOST_ALIKE], 2):
            if a != b and one != other and _one_apart(one, other):
                yield a, b, 0.9 - 1 / max(len(one), len(other)) / 2, "typing"


def _one_apart(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return len(one) != len(other)
    rest = one[start:], other[start:]
    swapped = rest[0][:2] == rest[1][:2][::-1] and rest[0][2:] == rest[1][2:]
    return swapped or rest[0][1:] == rest[1][1:] or rest[0][1:] == rest[1] or rest[0] == rest[1][1:]


def _parts(keys: Keys) -> _Found:
    """Names that are a large part of another: whole words of it, or a stretch of Han text."""
    whole: dict[str, dict[str, None]] = defaultdict(dict)
    for id_, many in keys.items():
        for key in many:
            whole[key.text][id_] = None
    for id_, many in keys.items():
        for key in many:
            for part in _stretches(key.text, key.han):
                for other in list(whole.get(part, ()))[:MOST_ALIKE]:
                    if other != id_:
                        yield id_, other, 0.4 + 0.5 * len(part) / len(key.text), "part"


def _stretches(text: str, han: bool) -> Iterator[str]:
    length = len(text)
    if length > 4 * SHORT_NAME:
        return
    least = max(2 if han else 4, ceil(length * LEAST_PART))
    bounds = [0, *(n for n in range(1, length) if " " in text[n - 1 : n + 1]), length]
    places: Sequence[int] = range(length + 1) if han and length <= SHORT_NAME else bounds
    for start in places:
        for end in places:
            if least <= end - start < length and text[start:end].strip() == text[start:end]:
                yield text[start:end]


def _wording(keys: Keys) -> _Found:
    """Texts that have most of their pieces in common.

    Two sets that share so much must share one of the rarest pieces of each (prefix filtering),
    so only those are looked up.
    """
    pieces = {
        (id_, n): _pieces(key) for id_, many in keys.items() for n, key in enumerate(many)
    }  # fmt: skip
    frequency = Counter(piece for those in pieces.values() for piece in those)
    index: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for name, mine in pieces.items():
        seen: set[tuple[str, int]] = set()
        rarest = sorted(mine, key=lambda piece: (frequency[piece], piece))
        for piece in rarest[: len(mine) - ceil(LEAST_SHARED * len(mine)) + 1]:
            if frequency[piece] <= MOST_COMMON:
                seen.update(index[piece])
                index[piece].append(name)
        for other in seen:
            theirs = pieces[other]
            fewer, more = sorted((len(mine), len(theirs)))
            if other[0] != name[0] and fewer >= LEAST_SHARED * more:
                shared = len(mine & theirs)
                share = shared / (fewer + more - shared)
                if share >= LEAST_SHARED:
                    yield name[0], other[0], 0.3 + 0.6 * share, "words"


def _pieces(key: _Key) -> frozenset[str]:
    if len(key.compact) <= SHORT_NAME:
        edged = f"^{key.compact}$"
        return frozenset(edged[n : n + 2] for n in range(len(edged) - 1))
    words = [word for word in _WORDS.findall(key.text) if not _HAN.search(word)]
    runs = "".join(_PIECES.findall(key.text)) if key.han else ""
    return frozenset(words) | frozenset(runs[n : n + 2] for n in range(len(runs) - 1))
