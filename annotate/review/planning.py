"""What a round would hold and hand out: planned before it is made, looked at and told."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from annotate.review import handing
from annotate.review.unread import read_by_each, refusal
from annotate.reviews import Ordering, RoundMode
from annotate.store import Store
from annotate.store.rounds import Planned, Standing

_CODED = ("submitted", "accepted")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a round is to be.

    ``people`` are the ids of those who code. Every article gets ``coders`` of them, a ``share``
    of the articles (0 to 1, drawn by ``seed``) ``share_coders`` instead. ``due_on`` is
    ``YYYY-MM-DD`` or empty. Articles whose gold is accepted are left out but with ``gold``: only
    in mode ``list``, because nobody takes one of these as the next article.
    """

    name: str
    people: tuple[str, ...]
    mode: RoundMode = "pull"
    coders: int = 1
    share: float = 0.0
    share_coders: int = 2
    ordering: Ordering = "newest"
    seed: int = 0
    due_on: str = ""
    gold: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What a round would hold.

    ``articles`` are those that join it, ``more`` those of them with ``share_coders``, ``skipped``
    those already in an open round, ``golden`` the others whose gold is accepted: left out, or
    with ``Wish.gold`` among those that join. ``slots`` is how many codings are wanted in all,
    ``coded`` how many of these are there already or under way. ``people`` is how many articles
    each would be given: about so many, where they pull. ``missing`` are names that no article here
    goes by.
    """

    articles: int
    more: int
    skipped: int
    golden: int
    slots: int
    coded: int
    people: tuple[tuple[str, int], ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Which articles a round would hold, who gets them, and how many of the slots are filled."""

    articles: tuple[Planned, ...] = ()
    skipped: int = 0
    golden: int = 0
    coded: int = 0
    more: int = 0
    loads: Counter[str] = field(default_factory=Counter)


def read(
    store: Store, project_id: str, wish: Wish, standing: Standing
) -> Mapping[str, Collection[str]]:
    """What each of those who are to code could have read already: article ids by person."""
    return read_by_each(store, wish.people, project_id, {*standing.labelled, *standing.golden})


def planned(
    store: Store,
    wish: Wish,
    ids: Sequence[str],
    standing: Standing,
    seen: Mapping[str, Collection[str]],
) -> Plan:
    """Which articles join, how many coders each gets, and who is given it at once.

    Raises:
        Invalid: if one would have too few coders without those who could have read it.
    """
    free = [id_ for id_ in ids if id_ not in standing.occupied]
    golden = sum(id_ in standing.settled for id_ in free)
    joining = free if wish.gold else [id_ for id_ in free if id_ not in standing.settled]
    _arrange(joining, wish)
    wanted = handing.wanted(len(joining), wish.coders, wish.share, wish.share_coders, wish.seed)
    kept, holding, slots = [], [], []
    for article_id, most in zip(joining, wanted, strict=True):
        keep, holders = _holders(wish, standing, article_id, most)
        kept.append(keep)
        holding.append(holders)
        slots.append(max(0, most - len(holders)))
    given: list[tuple[str, ...]] = [()] * len(joining)
    if wish.mode == "list":
        barred = _with_readers(joining, holding, seen)
        given = handing.distribute(slots, wish.people, barred, wish.seed)
        for id_, held, open_, fresh in zip(joining, holding, slots, given, strict=True):
            readers = [one for one, articles in seen.items() if id_ in articles and one not in held]
            if readers and len(fresh) < open_:
                raise refusal(store, readers[0], [id_])
    return Plan(
        tuple(
            Planned(article_id, at, most, (*keep, *fresh))
            for at, (article_id, most, keep, fresh) in enumerate(
                zip(joining, wanted, kept, given, strict=True)
            )
        ),
        len(ids) - len(free),
        golden,
        sum(most - open_ for most, open_ in zip(wanted, slots, strict=True)),
        sum(most != wish.coders for most in wanted),
        Counter(person_id for people in given for person_id in people),
    )


def _with_readers(
    article_ids: Sequence[str],
    holding: Sequence[frozenset[str]],
    read: Mapping[str, Collection[str]],
) -> list[frozenset[str]]:
    """Who must not be given each article: those who have it, and those who could have read it."""
    if not read:
        return list(holding)
    return [
        held | {one for one, articles in read.items() if id_ in articles}
        for id_, held in zip(article_ids, holding, strict=True)
    ]


def _arrange(article_ids: list[str], wish: Wish) -> None:
    """Put articles, oldest first, into the order of the round."""
    if wish.ordering == "newest":
        article_ids.reverse()
    elif wish.ordering == "random":
        random.Random(f"order {wish.seed}").shuffle(article_ids)


def _holders(
    wish: Wish, standing: Standing, article_id: str, most: int
) -> tuple[tuple[str, ...], frozenset[str]]:
    """Who gets an assignment for what they have begun already, and who fills a slot in all.

    Whoever has submitted fills one, in the round or not; a draft does while there is room, if it
    is of somebody in the round: others were not asked.
    """
    held = standing.assigned.get(article_id, frozenset())
    labels = standing.labelled.get(article_id)
    if not labels:
        return (), held
    keep: list[str] = []
    filled = set(held)
    for person_id, status in sorted(labels.items(), key=lambda one: one[1] not in _CODED):
        asked = person_id in wish.people
        if person_id in held or (status not in _CODED and (not asked or len(filled) >= most)):
            continue
        filled.add(person_id)
        if asked:
            keep.append(person_id)
    return tuple(keep), frozenset(filled)


def told(wish: Wish, plan: Plan, missing: tuple[str, ...]) -> Preview:
    """What an editor is told of a plan; ``missing`` are names that no article goes by."""
    slots = sum(one.wanted for one in plan.articles)
    free, people = slots - plan.coded, len(wish.people)
    each: dict[Literal["list", "pull"], list[int]] = {
        "list": [plan.loads[one] for one in wish.people],
        "pull": [(free + n) // max(1, people) for n in range(people)][::-1],
    }
    return Preview(
        len(plan.articles), plan.more, plan.skipped, plan.golden, slots, plan.coded,
        tuple(zip(wish.people, each[wish.mode], strict=True)), missing,
    )  # fmt: skip
