"""What changed between two texts or two lists, as parts to read from left to right. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal

from annotate.text.segment import boundaries

Change = Literal["same", "added", "removed"]
# Word by word is for texts that a person reads; comparing takes up to the square of the words.
MOST_CHARACTERS = 4000
# Where less of the longer text stays, its words between those of another are beyond reading.
LEAST_KEPT = 0.5


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of text that was kept, added or removed."""

    change: Change
    text: str


def of_text(before: str, after: str) -> tuple[Part, ...]:
    """The difference of two texts, by words (Chinese ones included) within changed lines.

    The parts that are not ``added`` make up the text before, those not ``removed`` the text
    after, exactly. Of stretches longer than ``MOST_CHARACTERS``, and of those of which less than
    ``LEAST_KEPT`` of the words stay, the old whole stands before the new.
    """
    parts: list[Part] = []
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for kind, i, j, m, n in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = "".join(old[i:j]), "".join(new[m:n])
        if kind == "equal":
            parts.append(Part("same", gone))
        elif not gone or not come or max(len(gone), len(come)) > MOST_CHARACTERS:
            parts += _replaced(gone, come)
        else:
            parts += _by_words(gone, come)
    return _joined(parts)


def of_list(before: Sequence[str], after: Sequence[str]) -> tuple[Part, ...]:
    """The difference of two lists, a part an item."""
    parts: list[Part] = []
    for kind, i, j, m, n in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            parts += [Part("same", item) for item in before[i:j]]
        else:
            parts += [Part("removed", item) for item in before[i:j]]
            parts += [Part("added", item) for item in after[m:n]]
    return tuple(parts)


def of_value(before: str, after: str) -> tuple[Part, ...]:
    """The difference of two values that are what they are as a whole; empty stands for none."""
    if before == after:
        return (Part("same", before),) if before else ()
    return tuple(_replaced(before, after))


def _by_words(before: str, after: str) -> list[Part]:
    old, new = _words(before), _words(after)
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    kept = sum(_weight(old[i:j]) for kind, i, j, _, _ in codes if kind == "equal")
    if kept < LEAST_KEPT * max(_weight(old), _weight(new)):
        return _replaced(before, after)
    parts: list[Part] = []
    for kind, i, j, m, n in codes:
        gone, come = "".join(old[i:j]), "".join(new[m:n])
        parts += [Part("same", gone)] if kind == "equal" else _replaced(gone, come)
    return parts


def _weight(words: Sequence[str]) -> int:
    """How many words: spaces and signs, of which any two texts share some, are none."""
    return sum(any(char.isalnum() for char in word) for word in words)


def _words(text: str) -> list[str]:
    return [text[a:b] for a, b in pairwise(boundaries(text))]


def _replaced(before: str, after: str) -> list[Part]:
    gone = [Part("removed", before)] if before else []
    return gone + ([Part("added", after)] if after else [])


def _joined(parts: Sequence[Part]) -> tuple[Part, ...]:
    joined: list[Part] = []
    for part in parts:
        if joined and joined[-1].change == part.change:
            joined[-1] = Part(part.change, joined[-1].text + part.text)
        else:
            joined.append(part)
    return tuple(joined)


def abridged(parts: Sequence[Part], around: int = 60, longest: int = 1200) -> tuple[Part, ...]:
    """The same parts without what nobody reads: the middle of long ones.

    Args:
        parts: A difference.
        around: How many characters of unchanged text stay beside a change.
        longest: How many characters of an added or removed text stay.
    """
    return tuple(
        Part(part.change, _short(part.text, around if part.change == "same" else longest // 2))
        for part in parts
    )


def _short(text: str, half: int) -> str:
    return text if len(text) <= 2 * half + 20 else f"{text[:half]} … {text[-half:]}"
