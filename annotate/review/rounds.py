"""Rounds: made from a filter or a list, looked at before, closed and opened again.

An editor says who codes, how many coders an article gets, what share gets more of them, in which
order and by when. In mode ``list`` everything is handed out at once; in mode ``pull`` coders take
the next article when they ask for it.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from annotate import accounts
from annotate.accounts.people import UNSEEN
from annotate.errors import Conflict, Invalid
from annotate.model import Person, new_id, utc_now
from annotate.naming import named
from annotate.reading import ListRequest, article_filter
from annotate.review import handing
from annotate.reviews import MODES, ORDERINGS, NoticeKind, Ordering, Round, RoundMode
from annotate.store import Store, Transaction
from annotate.store.rounds import Planned, Progress, Standing
from annotate.text.search import parse_query

LONGEST_NAME = 120
MOST_CODERS = 50
_WALK = 2000
_CODED = ("submitted", "accepted")
_quiet: Progress = lambda done, total: None  # noqa: E731


@dataclass(frozen=True, slots=True)
class Wish:
    """What a round is to be.

    ``people`` are the ids of those who code. Every article gets ``coders`` of them, a ``share``
    of the articles (0 to 1, drawn by ``seed``) ``share_coders`` instead. ``due_on`` is
    ``YYYY-MM-DD`` or empty.
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


@dataclass(frozen=True, slots=True)
class Preview:
    """What a round would hold.

    ``articles`` are those that join it, ``more`` those of them with ``share_coders``, ``skipped``
    those already in an open round. ``slots`` is how many codings are wanted in all, ``coded`` how
    many of these are there already or under way. ``people`` is how many articles each would be
    given: about so many, where they pull. ``missing`` are names that no article here goes by.
    """

    articles: int
    more: int
    skipped: int
    slots: int
    coded: int
    people: tuple[tuple[str, int], ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Plan:
    articles: tuple[Planned, ...] = ()
    skipped: int = 0
    coded: int = 0
    more: int = 0
    loads: Counter[str] = field(default_factory=Counter)


def coders(store: Store, by: Person, project_id: str) -> tuple[Person, ...]:
    """The members of a project who may tag there, by the name that others see.

    Raises:
        Forbidden, NotFound: if the person may not see its assignments.
    """
    accounts.require(store, by, "assignment.read", project_id)
    members = store.people.many(sorted(store.projects.members(project_id))).values()
    found = [one for one in members if accounts.may(store, one, "label_set.tag", project_id)]
    return tuple(sorted(found, key=lambda one: one.display_name.casefold()))


def preview(
    store: Store,
    by: Person,
    project_id: str,
    wish: Wish,
    chosen: ListRequest | Sequence[str],
) -> Preview:
    """What a round would hold, without making it.

    Args:
        store: The store.
        by: The editor.
        project_id: The project.
        wish: What the round is to be; its name may be empty here.
        chosen: Which articles of the project: a list's filter, or ids and addresses one by one.

    Raises:
        Forbidden, NotFound: if the person may not change its assignments.
        Invalid: if the wish cannot be met; in particular more coders an article than people.
    """
    accounts.require(store, by, "assignment.change", project_id)
    _check(store, project_id, wish)
    with store.snapshot():
        ids, missing = _chosen(store, by, project_id, chosen)
        return _told(wish, _plan(wish, ids, store.rounds.standing(project_id)), missing)


def create(
    store: Store,
    by: Person,
    project_id: str,
    wish: Wish,
    chosen: ListRequest | Sequence[str],
    *,
    progress: Progress = _quiet,
) -> tuple[Round, Preview]:
    """Make a round, whole or not at all; arguments and errors as for ``preview``.

    Args:
        store: The store.
        by: The editor.
        project_id: The project.
        wish: What the round is to be.
        chosen: Which articles.
        progress: Told how many of the articles are written.

    Raises:
        Invalid: besides, if the name will not do, or no article is left for it.
    """
    accounts.require(store, by, "assignment.change", project_id)
    name = _checked_name(wish.name)
    _check(store, project_id, wish)
    with store.snapshot():
        ids, missing = _chosen(store, by, project_id, chosen)
        standing = store.rounds.standing(project_id)
    # Handing out takes seconds for very many articles: nobody waits for it.
    plan = _plan(wish, ids, standing)
    with accounts.permitted(store, by, "assignment.change", project_id) as tx:
        _check(store, project_id, wish)
        here = store.rounds.standing(project_id)
        if here != standing:
            plan = _plan(wish, ids, here)
        if not plan.articles:
            raise Invalid(
                "There is no article for this round",
                "Articles that are in an open round are left out: {skipped}",
                skipped=plan.skipped,
            )
        made = Round(
            new_id(), project_id, name, wish.mode, wish.coders, wish.share, wish.share_coders,
            wish.ordering, wish.seed, wish.due_on or None, tx.at, tx.by,
        )  # fmt: skip
        store.rounds.add(tx, made, wish.people, plan.articles, progress)
        told = plan.loads if wish.mode == "list" else wish.people
        tell(store, tx, told, made, "assigned")
    return made, _told(wish, plan, missing)


def close(store: Store, by: Person, round_id: str) -> tuple[int, int]:
    """Close a round: unbegun assignments are taken back, begun ones stay with their coders.

    Returns:
        How many were taken back, and how many articles will have fewer coders than wanted.

    Raises:
        Forbidden, NotFound: if the person may not change the assignments of its project.
        Conflict: if it is closed already.
    """
    project_id = store.rounds.get(round_id).project_id
    with accounts.permitted(store, by, "assignment.change", project_id) as tx:
        made = still_open(store, round_id)
        people = {one.person_id for one in store.assignments.unbegun(round_id)}
        done = store.rounds.close(tx, made)
        tell(store, tx, people, made, "withdrawn")
    return done


def reopen(store: Store, by: Person, round_id: str) -> Round:
    """Open a closed round again: what closing took back is handed out as it was.

    Raises:
        Forbidden, NotFound: if the person may not change the assignments of its project.
        Conflict: if it is open.
    """
    project_id = store.rounds.get(round_id).project_id
    with accounts.permitted(store, by, "assignment.change", project_id) as tx:
        made = store.rounds.get(round_id)
        if made.closed_at is None:
            raise Conflict("The round is open")
        store.rounds.reopen(tx, made)
        waiting = {one.person_id for one in store.assignments.unbegun(round_id)}
        tell(store, tx, waiting, made, "assigned")
    return store.rounds.get(round_id)


def recount(store: Store, by: Person, project_id: str) -> None:
    """Set right the counts of a project's articles where `doctor` found them wrong.

    Raises:
        Forbidden, NotFound: if the person may not change the assignments of the project.
    """
    with accounts.permitted(store, by, "assignment.change", project_id) as tx:
        store.rounds.recount(tx, project_id)


def tell(
    store: Store,
    tx: Transaction,
    person_ids: Iterable[str],
    made: Round,
    kind: NoticeKind,
    article_id: str | None = None,
) -> None:
    """Tell people of a change of what they are to code, but whoever made it."""
    for person_id in sorted(set(person_ids) - {tx.by}):
        store.threads.notify(
            tx, person_id, kind,
            project_id=made.project_id, article_id=article_id, subject_id=made.id,
        )  # fmt: skip


def require_coder(store: Store, person_id: str, project_id: str) -> None:
    """Refuse to hand articles to whoever may not tag them.

    Raises:
        Invalid: if nobody goes by this id, or they are no person with the role for it.
    """
    person = store.people.many([person_id]).get(person_id)
    tags = person is not None and accounts.may(store, person, "label_set.tag", project_id)
    if person is None or person.kind != "person" or not tags:
        raise Invalid(
            "{name} may not tag in this project",
            "Make them a member of it with a role that may",
            name=person.display_name if person else person_id,
        )


def still_open(store: Store, round_id: str) -> Round:
    """A round that hands out articles.

    Raises:
        NotFound: if there is none with this id.
        Conflict: if it is closed.
    """
    made = store.rounds.get(round_id)
    if made.closed_at is not None:
        raise Conflict("The round {name} is closed", "Open it again first", name=made.name)
    return made


def named_round(store: Store, by: Person, project_id: str, name_or_id: str) -> Round:
    """A round of a project by its name or id, of several with one name the open or newest one.

    Raises:
        Forbidden, NotFound: if the person may not see the assignments of the project.
        Invalid: if none goes by it.
    """
    accounts.require(store, by, "assignment.read", project_id)
    there = store.rounds.of_project(project_id)
    found = [one for one in there if name_or_id in (one.id, one.name)]
    if not found:
        raise Invalid(
            "There is no round {name!r}",
            "Rounds: {known}",
            name=name_or_id[:LONGEST_NAME],
            known=", ".join(repr(one.name) for one in there[:20]) or "-",
        )
    return max(found, key=lambda one: (one.closed_at is None, one.id))


def _check(store: Store, project_id: str, wish: Wish) -> None:
    _check_choices(wish)
    if not wish.people or len(set(wish.people)) != len(wish.people):
        raise Invalid("A round needs people who code, each named once")
    for person_id in wish.people:
        require_coder(store, person_id, project_id)
    most = max(wish.coders, wish.share_coders if wish.share else 0)
    if most > len(wish.people):
        raise Invalid(
            "An article cannot have more coders than there are people: {most} of {people}",
            "Name more people, or ask for fewer coders an article",
            most=most,
            people=len(wish.people),
        )


def _check_choices(wish: Wish) -> None:
    choices: tuple[tuple[str, Sequence[str]], ...] = (
        (wish.mode, MODES),
        (wish.ordering, ORDERINGS),
    )
    for given, allowed in choices:
        if given not in allowed:
            raise Invalid(
                "{given!r} is not possible for a round",
                "Use one of {names}",
                given=given,
                names=", ".join(allowed),
            )
    if not (0 < wish.coders <= MOST_CODERS and 0 < wish.share_coders <= MOST_CODERS):
        raise Invalid("An article gets from 1 to {most} coders", most=MOST_CODERS)
    if not 0 <= wish.share <= 1:
        raise Invalid("The share of articles with more coders is between 0 and 1")
    if abs(wish.seed) >= 1 << 53:
        raise Invalid("The seed is too large")
    if wish.due_on:
        try:
            known = date.fromisoformat(wish.due_on).isoformat() == wish.due_on
        except ValueError:
            known = False
        if not known:
            raise Invalid("{text!r} is not a date", "Write it like 2026-02-13", text=wish.due_on)


def _chosen(
    store: Store, by: Person, project_id: str, chosen: ListRequest | Sequence[str]
) -> tuple[list[str], tuple[str, ...]]:
    """The articles meant, oldest first, and the names that no article of the project goes by."""
    if isinstance(chosen, ListRequest):
        if chosen.search.strip() and parse_query(chosen.search) is None:
            return [], ()
        walk = store.listing.walk(article_filter(chosen, by, project_id), _WALK)
        return [id_ for ids in walk for id_ in ids], ()
    found, missing = named(store, by, chosen)
    inside = store.rounds.in_order(project_id, found)
    return inside, (*missing, *sorted(set(found) - set(inside)))


def _plan(wish: Wish, ids: Sequence[str], standing: Standing) -> _Plan:
    """Which articles join, how many coders each gets, and who is given it at once."""
    joining = [id_ for id_ in ids if id_ not in standing.occupied]
    _arrange(joining, wish)
    wanted = handing.wanted(len(joining), wish.coders, wish.share, wish.share_coders, wish.seed)
    kept, holding, slots = [], [], []
    for article_id, most in zip(joining, wanted, strict=True):
        keep, holders = _holders(wish, standing, article_id, most)
        kept.append(keep)
        holding.append(holders)
        slots.append(max(0, most - len(holders)))
    given = [()] * len(joining) if wish.mode == "pull" else handing.distribute(
        slots, wish.people, holding, wish.seed
    )  # fmt: skip
    return _Plan(
        tuple(
            Planned(article_id, at, most, (*keep, *fresh))
            for at, (article_id, most, keep, fresh) in enumerate(
                zip(joining, wanted, kept, given, strict=True)
            )
        ),
        len(ids) - len(joining),
        sum(most - free for most, free in zip(wanted, slots, strict=True)),
        sum(most != wish.coders for most in wanted),
        Counter(person_id for people in given for person_id in people),
    )


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


def _told(wish: Wish, plan: _Plan, missing: tuple[str, ...]) -> Preview:
    slots = sum(one.wanted for one in plan.articles)
    free, people = slots - plan.coded, len(wish.people)
    each: dict[Literal["list", "pull"], list[int]] = {
        "list": [plan.loads[one] for one in wish.people],
        "pull": [(free + n) // people for n in range(people)][::-1],
    }
    return Preview(
        len(plan.articles), plan.more, plan.skipped, slots, plan.coded,
        tuple(zip(wish.people, each[wish.mode], strict=True)), missing,
    )  # fmt: skip


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid("A round needs a name")
    if len(name) > LONGEST_NAME or UNSEEN.search(name):
        raise Invalid(
            "This will not do as the name of a round",
            "Use up to {longest} characters, none of them invisible",
            longest=LONGEST_NAME,
        )
    return name


def today() -> str:
    """The present day, UTC, as due dates are written."""
    return utc_now()[:10]
