"""How a round hands out its articles: which get more coders, and who gets which. Pure.

Everything drawn is drawn by a seed, so that the same round can be made again.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence


def wanted(count: int, coders: int, share: float, share_coders: int, seed: int) -> list[int]:
    """How many coders each of some articles gets, in their order.

    Args:
        count: The number of articles.
        coders: How many coders an article gets.
        share: The share of articles, 0 to 1, that gets ``share_coders`` instead; rounded to whole
            articles, halves up, and drawn by the seed.
        share_coders: How many those get.
        seed: The seed.
    """
    found = [coders] * count
    chance = random.Random(f"share {seed}")
    for at in chance.sample(range(count), int(share * count + 0.5)):
        found[at] = share_coders
    return found


def distribute(
    slots: Sequence[int],
    people: Sequence[str],
    holders: Sequence[Collection[str]],
    seed: int,
    loads: Sequence[int] = (),
) -> list[tuple[str, ...]]:
    """Who gets which article: loads as even as can be, pairs of coders mixed.

    Each article goes to those with the fewest so far, of equals to those who have shared the
    fewest articles with its other coders. Without holders, loads that were even at the beginning
    differ by one at most in the end. Articles that somebody holds already come first, so that the
    others can make up for them; then single articles move from whoever has most to whoever has
    least, while that helps.

    Args:
        slots: How many more coders each article takes, in order.
        people: Those among whom they are shared out.
        holders: Who has each article already, and does not get it again.
        seed: Decides between those who are equal.
        loads: What each of the people has to do already; nothing by default.

    Returns:
        The people who get each article; fewer than its slots where nobody is left.
    """
    chance = random.Random(f"hand out {seed}")
    load = list(loads) or [0] * len(people)
    met = [[0] * len(people) for _ in people]
    given: list[tuple[str, ...]] = [()] * len(slots)
    for at in sorted(range(len(slots)), key=lambda at: not holders[at]):
        inside = [n for n, one in enumerate(people) if one in holders[at]] if holders[at] else []
        free = [n for n in range(len(people)) if n not in inside]
        chosen: list[int] = []
        for _ in range(min(slots[at], len(free))):
            best = _best(free, load, met, [*inside, *chosen], chance)
            free.remove(best)
            for other in (*inside, *chosen):
                met[best][other] += 1
                met[other][best] += 1
            chosen.append(best)
            load[best] += 1
        given[at] = tuple(people[n] for n in chosen)
    _level(given, dict(zip(people, load, strict=True)), holders)
    return given


def _level(
    given: list[tuple[str, ...]], load: dict[str, int], holders: Sequence[Collection[str]]
) -> None:
    """Move articles one by one from those who have most to those who have least."""
    while load and max(load.values()) - min(load.values()) > 1:
        move = _move(given, load, holders)
        if move is None:
            return
        at, giver, taker = move
        given[at] = tuple(taker if one == giver else one for one in given[at])
        load[giver] -= 1
        load[taker] += 1


def _move(
    given: Sequence[tuple[str, ...]], load: dict[str, int], holders: Sequence[Collection[str]]
) -> tuple[int, str, str] | None:
    ranked = sorted(load, key=lambda one: load[one])
    for giver in reversed(ranked):
        takers = [one for one in ranked if load[giver] - load[one] > 1]
        for at in range(len(given) - 1, -1, -1) if takers else ():
            if giver not in given[at]:
                continue
            for taker in takers:
                if taker not in given[at] and taker not in holders[at]:
                    return at, giver, taker
    return None


def _best(
    free: Sequence[int],
    load: Sequence[int],
    met: Sequence[Sequence[int]],
    together: Sequence[int],
    chance: random.Random,
) -> int:
    """Of the people who are free, one with the least to do who has met the others least often."""
    least = min([load[n] for n in free])
    equal = [n for n in free if load[n] == least]
    if len(equal) > 1 and together:
        times = [sum([met[n][other] for other in together]) for n in equal]
        least = min(times)
        equal = [n for n, often in zip(equal, times, strict=True) if often == least]
    return equal[int(chance.random() * len(equal))]
