"""Which values of a codebook may mean something else in its next version, and all it ever had.

Labels keep the version they were made under. Where the words or the number of their value changed
since, or where it was withdrawn, they are looked at again, unless the words alone changed and
whoever saved the version said that they mean the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from annotate.codebook.diff import Change, Place, diff
from annotate.codebook.model import Codebook, DocumentLabel, Value

SCALES = ("span_kinds", "stances", "certainties")
"""Those whose values stand in labels that know their version."""
WORDS = frozenset({"en", "zh", "help"})
SENSE = WORDS | {"number"}
_Named = TypeVar("_Named", Value, DocumentLabel)


def touched(before: Codebook, after: Codebook) -> dict[Place, tuple[Change, ...]]:
    """What may have changed the sense of values: the differences by ``(scale, value)``.

    A new colour, key or place in the order does not.
    """
    found: dict[Place, tuple[Change, ...]] = {}
    for change in diff(before, after):
        if change.place[0] not in SCALES or change.place[1:2] == ("order",):
            continue
        part = len(change.place) == 3 and change.place[2] in SENSE
        if part or (change.kind == "removed" and len(change.place) == 2):
            key = change.place[:2]
            found[key] = (*found.get(key, ()), change)
    return found


def worded(changes: Iterable[Change]) -> bool:
    """Whether the words of a value alone changed, so that it may well mean the same."""
    return all(len(change.place) == 3 and change.place[2] in WORDS for change in changes)


def remembering(versions: Sequence[Codebook]) -> Codebook:
    """The last of some versions, and behind its values those that earlier ones had, for naming.

    A value has the words that it had last.
    """
    current, *older = reversed(versions)
    labels = tuple(
        replace(label, values=_all([one.values for one in _named(versions, label.name)]))
        for label in _all([book.document_labels for book in (current, *older)])
    )
    return replace(
        current,
        span_kinds=_all([book.span_kinds for book in (current, *older)]),
        stances=_all([book.stances for book in (current, *older)]),
        certainties=_all([book.certainties for book in (current, *older)]),
        document_labels=labels,
    )


def _named(versions: Sequence[Codebook], name: str) -> list[DocumentLabel]:
    """A question as the versions have it, the newest first."""
    return [
        label for book in reversed(versions) for label in book.document_labels if label.name == name
    ]


def _all(scales: Iterable[Sequence[_Named]]) -> tuple[_Named, ...]:
    found: dict[str, _Named] = {}
    for scale in scales:
        for one in scale:
            found.setdefault(one.name, one)
    return tuple(found.values())
