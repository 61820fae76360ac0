"""Rounds: made from a filter or a list, looked at before, closed and opened again.

An editor says who codes, how many coders an article gets, what share gets more of them, in which
order and by when. In mode ``list`` everything is handed out at once; in mode ``pull`` coders take
the next article when they ask for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from annotate import accounts
from annotate.accounts.people import UNSEEN
from annotate.errors import Conflict, Invalid
from annotate.model import Person, new_id, utc_now
from annotate.naming import named
from annotate.reading import ListRequest, article_filter
from annotate.review import planning
from annotate.review.planning import Preview, Wish, planned, told
from annotate.review.unread import read_by
from annotate.reviews import MODES, ORDERINGS, NoticeKind, Round
from annotate.store import Store, Transaction
from annotate.store.rounds import Progress
from annotate.text.search import parse_query

LONGEST_NAME = 120
MOST_CODERS = 50
_WALK = 2000
_quiet: Progress = lambda done, total: None  # noqa: E731


@dataclass(frozen=True, slots=True)
class Kept:
    """Somebody who is not given some articles back, by their titles."""

    person: Person
    titles: tuple[str, ...]


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
        wish: What the round is to be; its name and its people may be empty here.
        chosen: Which articles of the project: a list's filter, or ids and addresses one by one.

    Raises:
        Forbidden, NotFound: if the person may not change its assignments.
        Invalid: if the wish cannot be met; in particular more coders an article than people.
    """
    accounts.require(store, by, "assignment.change", project_id)
    _check_choices(wish)
    if wish.people:
        _check_people(store, project_id, wish)
    with store.snapshot():
        ids, missing = _chosen(store, by, project_id, chosen)
        standing = store.rounds.standing(project_id)
        read = planning.read(store, project_id, wish, standing)
        return told(wish, planned(store, wish, ids, standing, read), missing)


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
        read = planning.read(store, project_id, wish, standing)
    # Handing out takes seconds for very many articles: nobody waits for it.
    plan = planned(store, wish, ids, standing, read)
    with accounts.permitted(store, by, "assignment.change", project_id) as tx:
        _check(store, project_id, wish)
        here = store.rounds.standing(project_id)
        read_here = planning.read(store, project_id, wish, here)
        if (here, read_here) != (standing, read):
            plan = planned(store, wish, ids, here, read_here)
        if not plan.articles:
            raise Invalid(
                "There is no article for this round",
                "Left out: {skipped} that are in an open round, {golden} that have gold",
                skipped=plan.skipped,
                golden=plan.golden,
            )
        made = Round(
            new_id(), project_id, name, wish.mode, wish.coders, wish.share, wish.share_coders,
            wish.ordering, wish.seed, wish.due_on or None, tx.at, tx.by,
        )  # fmt: skip
        store.rounds.add(tx, made, wish.people, plan.articles, progress)
        pulls = wish.mode == "pull"
        tell(store, tx, dict.fromkeys(wish.people, 0) if pulls else plan.loads, made, "assigned")
    return made, told(wish, plan, missing)


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
        people = Counter(one.person_id for one in store.assignments.unbegun(round_id))
        done = store.rounds.close(tx, made)
        tell(store, tx, people, made, "withdrawn")
    return done


def reopen(store: Store, by: Person, round_id: str) -> tuple[Kept, ...]:
    """Open a closed round again: what closing took back is handed out as it was.

    Returns:
        Who does not get which articles back, because meanwhile they could have read there what
        others recorded; these slots are free.

    Raises:
        Forbidden, NotFound: if the person may not change the assignments of its project.
        Conflict: if it is open.
    """
    project_id = store.rounds.get(round_id).project_id
    with accounts.permitted(store, by, "assignment.change", project_id) as tx:
        made = store.rounds.get(round_id)
        if made.closed_at is None:
            raise Conflict("The round is open")
        back = {one: store.rounds.taken_back(made, one) for one in store.rounds.coders(round_id)}
        read = {one: read_by(store, one, project_id, mine) for one, mine in back.items()}
        kept = [back[one][article_id] for one, articles in read.items() for article_id in articles]
        store.rounds.reopen(tx, made, kept)
        waiting = Counter(one.person_id for one in store.assignments.unbegun(round_id))
        tell(store, tx, waiting, made, "assigned")
        titles = store.boards.titles([id_ for articles in read.values() for id_ in articles])
        people = store.people.many(list(read))
    return tuple(
        Kept(people[one], tuple(titles[id_][0] or id_ for id_ in sorted(articles)))
        for one, articles in read.items()
        if articles
    )


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
    given: Mapping[str, int],
    made: Round,
    kind: NoticeKind,
    article_id: str | None = None,
) -> None:
    """Tell people of a change of what they are to code, but whoever made it.

    Args:
        store: The store.
        tx: The change.
        given: How many articles each was given, or lost; none where they are to take them.
        made: The round.
        kind: Which of the two.
        article_id: The article, where it is a single one.
    """
    for person_id in sorted(given.keys() - {tx.by}):
        store.threads.notify(
            tx, person_id, kind,
            project_id=made.project_id, article_id=article_id, subject_id=made.id,
            articles=given[person_id],
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
    _check_people(store, project_id, wish)


def _check_people(store: Store, project_id: str, wish: Wish) -> None:
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
    if wish.gold and wish.mode != "list":
        raise Invalid(
            "Articles that have gold can only be handed out at once",
            "As the next article nobody is given one of these",
        )
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
        walk = store.listing.walk(article_filter(store, chosen, by, project_id), _WALK)
        return [id_ for ids in walk for id_ in ids], ()
    found, missing = named(store, by, chosen)
    inside = store.rounds.in_order(project_id, found)
    return inside, (*missing, *sorted(set(found) - set(inside)))


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
