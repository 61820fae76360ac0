"""One field on three sides: what it becomes, or that it differs."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final


class Outcome(Enum):
    """What is no value: of a field that a base lacks, and of one on which the sides differ."""

    MISSING = 0
    CONFLICT = 1


MISSING: Final = Outcome.MISSING
CONFLICT: Final = Outcome.CONFLICT


def three_way(base: Any, ours: Any, theirs: Any) -> Any:
    """The value of a field that is one thing; ``CONFLICT`` if both changed it differently."""
    if ours == theirs or theirs == base:
        return ours
    return theirs if ours == base else CONFLICT


def chained(base: Any, ours: list[str], theirs: list[str]) -> Any:
    """The value of a list whose order means something.

    Both sides' changes are joined where exactly one order of the members agrees with both.
    """
    found = three_way(base, ours, theirs)
    if found is not CONFLICT or base is MISSING:
        return found
    if any(len(set(one)) < len(one) for one in (base, ours, theirs)):
        return CONFLICT
    members = {*ours, *theirs} - {one for one in base if one not in ours or one not in theirs}
    left = [[one for one in side if one in members] for side in (ours, theirs)]
    joined: list[str] = []
    while any(left):
        firsts = {side[0] for side in left if side}
        free = [one for one in firsts if not any(one in side[1:] for side in left)]
        if len(free) != 1:
            return CONFLICT
        joined += free
        left = [[one for one in side if one != free[0]] for side in left]
    return joined
