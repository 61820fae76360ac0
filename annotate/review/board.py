"""The editor's board: where the articles stand, who has how much, and the lists behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from annotate import accounts
from annotate.errors import Forbidden
from annotate.model import Person
from annotate.review.rounds import today
from annotate.reviews import (
    ARTICLE_STATES,
    ArticleState,
    Assignment,
    AssignmentState,
    ReviewArticle,
    Round,
)
from annotate.store import Store
from annotate.store.boards import BoardFilter, Tally, Untouched

STALE_DAYS = 7
_SUBMITTED = ("submitted", "accepted")
_FINISHED: tuple[ArticleState, ...] = ("submitted", "in_review", "gold")


@dataclass(frozen=True, slots=True)
class RoundSeen:
    """A round with how far it is.

    ``done`` counts the articles with all their submissions, or in review or gold since they joined;
    ``free`` those with a slot that may be given, up to the board's limit. ``coders`` are ids.
    ``replaced`` are those of all its articles that a newer revision has replaced since: whoever
    has one still codes it, but no state of the project counts it.
    """

    round: Round
    articles: int
    states: Mapping[ArticleState, int]
    done: int
    free: int
    coders: tuple[str, ...]
    overdue: bool
    replaced: int = 0


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody has to do: their live assignments by state; and when they last did any.

    ``codes`` is whether they may still tag in the project.
    """

    person: Person
    to_do: int
    in_progress: int
    submitted: int
    accepted: int
    last_active: str | None
    codes: bool


@dataclass(frozen=True, slots=True)
class Board:
    """Where the articles of a project stand, each counted once, as its lists count them.

    ``overdue`` counts those of open rounds that are past their day and not all submitted;
    ``untouched`` those that nobody has begun and no open round holds: they are in no state.
    ``replaced`` are earlier revisions by state, which are in none of these counts.
    """

    states: Mapping[ArticleState, Tally]
    overdue: int
    untouched: int
    rounds: tuple[RoundSeen, ...]
    loads: tuple[Load, ...]
    replaced: Mapping[ArticleState, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listed:
    """An article of the board: where it stands, and who has it.

    ``unasked`` are those who code it without an assignment, with the state of their labels.
    ``unnamed`` counts by state those whose names are kept from the viewer; they are among neither.
    ``replaced`` is whether a newer revision has taken its place in the project.
    """

    article: ReviewArticle
    title: str
    source: str
    assignments: tuple[Assignment, ...]
    unasked: tuple[tuple[str, AssignmentState], ...] = ()
    unnamed: Mapping[AssignmentState, int] = field(default_factory=dict)
    replaced: bool = False

    @property
    def done(self) -> int:
        """How many codings are in."""
        states = [*(one.state for one in self.assignments), *(state for _, state in self.unasked)]
        named = sum(state in _SUBMITTED for state in states)
        return named + sum(n for state, n in self.unnamed.items() if state in _SUBMITTED)


def board(store: Store, by: Person, project_id: str) -> Board:
    """The board of a project with its open rounds.

    Raises:
        Forbidden, NotFound: if the person may not see its assignments.
    """
    accounts.require(store, by, "assignment.read", project_id)
    with store.snapshot():
        stale = _stale()
        rounds = store.rounds.of_project(project_id, closed=False)
        seen = _rounds(store, project_id, rounds)
        stand = store.boards.places(project_id)
        counts = {**stand.begun, "to_do": stand.held}
        states = {
            state: store.boards.tally(project_id, state, counts.get(state, 0), stale)
            for state in ARTICLE_STATES
        }
        replaced = {state: stand.replaced[state] for state in ARTICLE_STATES
                    if state in stand.replaced}  # fmt: skip
        overdue = sum(one.articles - one.done for one in seen if one.overdue)
        loads = _loads(store, project_id, seen)
        return Board(states, overdue, stand.free, seen, loads, replaced)


def closed(store: Store, by: Person, project_id: str) -> tuple[RoundSeen, ...]:
    """The closed rounds of a project, the last one first.

    Raises:
        Forbidden, NotFound: if the person may not see its assignments.
    """
    accounts.require(store, by, "assignment.read", project_id)
    rounds = [one for one in store.rounds.of_project(project_id) if one.closed_at is not None]
    rounds.sort(key=lambda one: one.closed_at or "", reverse=True)
    return _rounds(store, project_id, rounds)


def articles(
    store: Store,
    by: Person,
    project_id: str,
    wanted: BoardFilter,
    *,
    overdue: bool = False,
    stale: bool = False,
    replaced: bool = False,
    limit: int = 50,
    after: str | None = None,
) -> tuple[tuple[Listed, ...], str | None]:
    """A page of the articles behind a count of the board, and the next page's cursor.

    Args:
        store: The store.
        by: Who asks.
        project_id: The project.
        wanted: Which articles.
        overdue: Only those past their day and not all submitted.
        stale: Only those for more than ``STALE_DAYS`` where they stand.
        replaced: Only earlier revisions, which the counts of the states leave out. Else a state
            lists what it counts; a round and a person list all that they have.
        limit: The number of rows at most.
        after: Start behind this cursor.

    Where the project keeps its coders' names from those who judge their labels, those who have
    submitted are counted, not named; those who have not are named to whoever may move articles
    from one to another, and nobody's articles are listed apart but these.

    Raises:
        Forbidden, NotFound: if the person may not see its assignments, or whose they are.
        Invalid: if the cursor is not one of ours.
    """
    accounts.require(store, by, "assignment.read", project_id)
    named = _named(store, by, project_id)
    if wanted.person_id not in (None, by.id) and named is not None:
        if not named:
            raise Forbidden(
                "This project hides who codes which article",
                "Look at the numbers of the board",
            )
        wanted = replace(wanted, assigned=named)
    if overdue:
        wanted = replace(wanted, due_before=today(), unfinished=True)
    if replaced:
        wanted = replace(wanted, replaced=True)
    elif wanted.state and not (wanted.round_id or wanted.person_id):
        wanted = replace(wanted, replaced=False)
    if stale:
        wanted = replace(wanted, since_before=_stale())
    with store.snapshot():
        limit = min(max(limit, 1), 200)
        found, more = store.boards.page(project_id, wanted, limit=limit, after=after)
        return _listed(store, by, project_id, found, named), more


def _listed(
    store: Store,
    by: Person,
    project_id: str,
    found: Sequence[ReviewArticle],
    named: tuple[AssignmentState, ...] | None,
) -> tuple[Listed, ...]:
    """Articles with who codes them; ``named`` as ``_named`` gives it."""
    ids = [one.article_id for one in found]
    live: dict[str, list[Assignment]] = {}
    unasked: dict[str, list[tuple[str, AssignmentState]]] = {}
    unnamed: dict[str, Counter[AssignmentState]] = {}

    def is_named(person_id: str, state: AssignmentState) -> bool:
        return named is None or person_id == by.id or state in named

    for one in store.assignments.live_on(project_id, ids):
        if is_named(one.person_id, one.state):
            live.setdefault(one.article_id, []).append(one)
        else:
            unnamed.setdefault(one.article_id, Counter())[one.state] += 1
    for article_id, person_id, state in store.boards.unasked(project_id, ids):
        if is_named(person_id, state):
            unasked.setdefault(article_id, []).append((person_id, state))
        else:
            unnamed.setdefault(article_id, Counter())[state] += 1
    titles, replaced = store.boards.titles(ids), store.boards.replaced(project_id, ids)
    return tuple(
        Listed(
            article,
            *titles[article.article_id],
            tuple(live.get(article.article_id, ())),
            tuple(unasked.get(article.article_id, ())),
            unnamed.get(article.article_id, {}),
            article.article_id in replaced,
        )
        for article in found
    )


def untouched(
    store: Store, by: Person, project_id: str, *, limit: int = 50, after: str | None = None
) -> tuple[tuple[Untouched, ...], str | None]:
    """A page of the articles that nobody has begun and no open round holds; the next's cursor.

    Raises:
        Forbidden, NotFound: if the person may not see its assignments.
        Invalid: if the cursor is not one of ours.
    """
    accounts.require(store, by, "assignment.read", project_id)
    limit = min(max(limit, 1), 200)
    found, more = store.boards.untouched_page(project_id, limit=limit, after=after)
    return tuple(found), more


def _named(store: Store, by: Person, project_id: str) -> tuple[AssignmentState, ...] | None:
    """In which states of an assignment its coder is named to somebody; None for all."""
    if not accounts.hides(store, by, store.projects.get(project_id)):
        return None
    moves = accounts.may(store, by, "assignment.change", project_id)
    return ("to_do", "draft") if moves else ()


def _rounds(store: Store, project_id: str, rounds: Sequence[Round]) -> tuple[RoundSeen, ...]:
    """Rounds of one project, all of them open or all closed, with how far they are."""
    counts, awaited = store.boards.of_rounds(project_id), store.boards.awaited(project_id)
    free = store.boards.free([one.id for one in rounds if one.closed_at is None])
    replaced = store.boards.replaced_of(project_id)
    found = []
    for one in rounds:
        inside = counts.get(one.id, {})
        states = {state: inside[state] for state in ARTICLE_STATES if state in inside}
        total = sum(states.values())
        done = sum(states.get(state, 0) for state in _FINISHED) - awaited.get(one.id, 0)
        late = one.closed_at is None and one.due_on is not None and one.due_on < today()
        found.append(RoundSeen(
            one, total, states, done, free.get(one.id, 0), tuple(store.rounds.coders(one.id)),
            late and done < total, replaced.get(one.id, 0),
        ))  # fmt: skip
    return tuple(found)


def _loads(store: Store, project_id: str, rounds: Sequence[RoundSeen]) -> tuple[Load, ...]:
    counts = store.boards.loads(project_id)
    ids = sorted({*counts, *(person_id for one in rounds for person_id in one.coders)})
    people, active = store.people.many(ids), store.boards.last_active(project_id, ids)
    found = [
        Load(
            people[id_],
            n.get("to_do", 0),
            n.get("draft", 0) + n.get("returned", 0),
            n.get("submitted", 0),
            n.get("accepted", 0),
            active.get(id_),
            accounts.may(store, people[id_], "label_set.tag", project_id),
        )
        for id_ in ids
        for n in [counts.get(id_, {})]
    ]
    return tuple(sorted(found, key=lambda one: one.person.display_name.casefold()))


def _stale() -> str:
    moment = datetime.now(UTC) - timedelta(days=STALE_DAYS)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
