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
from annotate.store.rounds import Planned
from annotate.store.standing import Standing

_CODED = ("submitted", "accepted")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a round is to be.

    ``people`` are the ids of those who code. Every article gets ``coders`` of them, a ``share``
    of the articles (0 to 1, drawn by ``seed``) ``share_coders`` instead. ``due_on`` is
    ``YYYY-MM-DD`` or empty. Articles whose gold is accepted are left out but with ``gold``: then
    they are coded anew, by people who have no labels there. Only in mode ``list``, because nobody
    takes one of these as the next article.
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
    ``coded`` how many of these are there already or under way: of what is coded anew, those that
    gold was made of count for neither. ``short`` are articles coded anew for which there are not
    coders enough: the others have labels there, or could have read colleagues'. ``people`` is how
    many articles each would be given: about so many, where they pull. ``missing`` are names that
    no article here goes by.
    """

    articles: int
    more: int
    skipped: int
    golden: int
    slots: int
    coded: int
    people: tuple[tuple[str, int], ...]
    missing: tuple[str, ...] = ()
    short: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Which articles a round would hold, who gets them, and how many of the slots are filled."""

    articles: tuple[Planned, ...] = ()
    skipped: int = 0
    golden: int = 0
    slots: int = 0
    coded: int = 0
    more: int = 0
    short: int = 0
    loads: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Place:
    """An article that joins: who keeps it, who is not given it, how many more it takes.

    ``stood`` as of a ``ReviewArticle``; ``anew`` says that it has gold and is coded once more.
    """

    keep: tuple[str, ...]
    holders: frozenset[str]
    open: int
    stood: int | None
    anew: bool


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
        Invalid: if one would have too few coders without those who could have read it, as
            ``_given``.
    """
    free = [id_ for id_ in ids if id_ not in standing.occupied]
    golden = sum(id_ in standing.settled for id_ in free)
    joining = free if wish.gold else [id_ for id_ in free if id_ not in standing.settled]
    _arrange(joining, wish)
    wanted = handing.wanted(len(joining), wish.coders, wish.share, wish.share_coders, wish.seed)
    places = [
        _place(wish, standing, article_id, most)
        for article_id, most in zip(joining, wanted, strict=True)
    ]
    given = _given(store, wish, joining, places, seen)
    short = [
        place.anew and len(fresh) < place.open for place, fresh in zip(places, given, strict=True)
    ]
    return Plan(
        tuple(
            Planned(
                article_id,
                at,
                most + (place.stood or 0),
                (*place.keep, *fresh),
                place.stood,
                place.anew,
            )
            for at, (article_id, most, place, fresh) in enumerate(
                zip(joining, wanted, places, given, strict=True)
            )
        ),
        len(ids) - len(free),
        golden,
        sum(wanted),
        sum(most - place.open for most, place in zip(wanted, places, strict=True)),
        sum(most != wish.coders for most in wanted),
        sum(short) if wish.people else 0,
        Counter(person_id for people in given for person_id in people),
    )


def _given(
    store: Store,
    wish: Wish,
    article_ids: Sequence[str],
    places: Sequence[_Place],
    seen: Mapping[str, Collection[str]],
) -> list[tuple[str, ...]]:
    """Who is given each article at once.

    Raises:
        Invalid: if one would have too few coders without those who could have read it, unless it
            is coded anew: reviewers could read all gold, so that this is told, not refused.
    """
    if wish.mode != "list":
        return [()] * len(article_ids)
    barred = _with_readers(article_ids, [place.holders for place in places], seen)
    given = handing.distribute([place.open for place in places], wish.people, barred, wish.seed)
    for id_, place, fresh in zip(article_ids, places, given, strict=True):
        if len(fresh) == place.open or place.anew:
            continue
        readers = [
            one for one, articles in seen.items() if id_ in articles and one not in place.holders
        ]
        if readers:
            raise refusal(store, readers[0], [id_])
    return given


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


def _place(wish: Wish, standing: Standing, article_id: str, most: int) -> _Place:
    """Who gets an assignment for what they have begun already, and who fills a slot in all.

    Whoever has submitted fills one, in the round or not, but where gold was made of it; a draft
    does while there is room, if it is of somebody in the round: others were not asked.
    """
    held = standing.assigned.get(article_id, frozenset())
    labels = standing.labelled.get(article_id, {})
    anew = article_id in standing.settled
    before = {one for one, status in labels.items() if anew and status in _CODED}
    keep: list[str] = []
    filled = set(held) - before
    for person_id, status in sorted(labels.items(), key=lambda one: one[1] not in _CODED):
        asked = person_id in wish.people
        if person_id in held or person_id in before:
            continue
        if status not in _CODED and (not asked or len(filled) >= most):
            continue
        filled.add(person_id)
        if asked:
            keep.append(person_id)
    # Pulled rounds give nothing that is in review.
    apart = wish.mode == "list" and (anew or article_id in standing.in_review)
    return _Place(
        tuple(keep),
        frozenset(filled | before),
        max(0, most - len(filled)),
        len(before) if apart else None,
        anew,
    )


def told(wish: Wish, plan: Plan, missing: tuple[str, ...]) -> Preview:
    """What an editor is told of a plan; ``missing`` are names that no article goes by."""
    free, people = plan.slots - plan.coded, len(wish.people)
    each: dict[Literal["list", "pull"], list[int]] = {
        "list": [plan.loads[one] for one in wish.people],
        "pull": [(free + n) // max(1, people) for n in range(people)][::-1],
    }
    return Preview(
        len(plan.articles), plan.more, plan.skipped, plan.golden, plan.slots, plan.coded,
        tuple(zip(wish.people, each[wish.mode], strict=True)), missing, plan.short,
    )  # fmt: skip
