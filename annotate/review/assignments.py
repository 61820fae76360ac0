"""Assignments: the next article for whoever asks; moved on, taken back, given again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from annotate import accounts
from annotate.errors import Conflict, Invalid, Word
from annotate.model import Person, new_id
from annotate.review import handing
from annotate.review.rounds import MOST_CODERS, require_coder, still_open, tell
from annotate.review.unread import read_by, refusal
from annotate.reviews import MOST_PULLED, Assignment, ReviewArticle, Round
from annotate.store import Store, Transaction
from annotate.store.assignments import assign
from annotate.tagging.payload import require_id


@dataclass(frozen=True, slots=True)
class Moved:
    """How many assignments went to somebody else, and how many could not.

    Those stay where they are: the other has, has labelled or could have read the article already.
    """

    moved: int
    kept: int


def pull(store: Store, person: Person, project_id: str, operation_id: str = "") -> str | None:
    """Give somebody the next article with a free slot, in one transaction.

    Never one that they had before, nor one with gold. Of several rounds the one due first
    counts.

    Args:
        store: The store.
        person: Who asks; one of the coders of an open round.
        project_id: The project.
        operation_id: An id of the client's making: asked again with it, the same article is
            given, not another one.

    Returns:
        The article's id; None if no article is left for them.

    Raises:
        Forbidden, NotFound: if the person may not tag in the project.
        Conflict: if they hold ``MOST_PULLED`` pulled articles that they have not submitted.
        Invalid: if the operation's id is not one, or stands for another operation.
    """
    operation_id = require_id(operation_id or new_id(), Word("operation"))
    with accounts.permitted(store, person, "label_set.tag", project_id) as tx:
        if store.history.applied(operation_id):
            given = store.assignments.pulled_by(operation_id, person.id)
            if given is None:
                raise Invalid("This operation was another one")
            return given
        rounds = [one for one in store.rounds.open_of(project_id, person.id) if one.mode == "pull"]
        held = store.assignments.pulled_unsubmitted(project_id, person.id)
        if rounds and held >= MOST_PULLED:
            raise Conflict(
                "You hold {held} articles that you have not submitted",
                "Submit one of them, then ask for the next",
                held=held,
            )
        found = _next(store, tx, rounds, person)
        if found is None:
            return None
        tx.operation_id = operation_id
        assign(tx, found, person.id, "pull")
        store.rounds.move_cursor(tx, found.round_id or "", person.id, found.position + 1)
        store.history.add_operation(tx, operation_id, None, "pull", "pull", 0, "final")
        tx.record("operation.pull", "operation", operation_id, project_id=project_id)
        return found.article_id


def _next(
    store: Store, tx: Transaction, rounds: Sequence[Round], person: Person
) -> ReviewArticle | None:
    for made in rounds:
        reads = accounts.reads_colleagues(store, person, made.project_id)
        for from_start in (False, True):
            found = store.assignments.next_free(made, person.id, from_start=from_start, reads=reads)
            if found is not None:
                return found
        # Until a slot comes free, they need not be offered any.
        store.rounds.move_cursor(tx, made.id, person.id, 1 << 53)
    return None


def reassign(
    store: Store,
    by: Person,
    round_id: str,
    from_id: str,
    to_id: str,
    article_ids: Sequence[str] | None = None,
) -> Moved:
    """Give somebody else what a coder has not submitted; labels that were begun stay.

    Args:
        store: The store.
        by: The editor.
        round_id: The round.
        from_id: Who has the articles.
        to_id: Who gets them; they code in the round from then on.
        article_ids: Which ones; by default all that nobody has begun.

    Raises:
        Forbidden, NotFound: if the person may not change the assignments of its project.
        Conflict: if the round is closed.
        Invalid: if the other may not tag there, or is the same; or could have read what others
            recorded on an article that is named, or on all that they would get.
    """
    project_id = store.rounds.get(round_id).project_id
    with accounts.permitted(store, by, "assignment.change", project_id) as tx:
        made = still_open(store, round_id)
        require_coder(store, to_id, project_id)
        if from_id == to_id:
            raise Invalid("They have these articles already")
        if article_ids is None:
            mine = store.assignments.unbegun(round_id, from_id)
        else:
            mine = _unsubmitted(store, made, from_id, article_ids)
        # Whom an editor names may get back even what was taken from them.
        asked = [one.article_id for one in mine]
        had = store.assignments.had(project_id, to_id, asked, withdrawn=False)
        read = read_by(store, to_id, project_id, [id_ for id_ in asked if id_ not in had])
        moving = [one for one in mine if one.article_id not in had | read]
        if read and (article_ids is not None or not moving):
            raise refusal(store, to_id, read)
        if to_id not in store.rounds.coders(round_id):
            store.rounds.set_coder(tx, made, to_id, codes=True)
        if moving:
            single = _move(store, tx, made, moving, to_id)
            tell(store, tx, {to_id: len(moving)}, made, "assigned", single)
    return Moved(len(moving), len(mine) - len(moving))


def withdraw(
    store: Store, by: Person, round_id: str, person_id: str, article_ids: Sequence[str] | None
) -> tuple[str, ...]:
    """Take assignments back that are not submitted; labels that were begun stay.

    Their slots come free: in a pull round for whoever asks next, in a list round for
    ``hand_out``.

    Args:
        store: The store.
        by: The editor.
        round_id: The round.
        person_id: Whose they are.
        article_ids: Which ones; None for all that are not begun.

    Returns:
        The ids of the assignments, for ``restore``.

    Raises:
        Forbidden, NotFound: if the person may not change the assignments of its project.
        Conflict: if the round is closed.
    """
    project_id = store.rounds.get(round_id).project_id
    with accounts.permitted(store, by, "assignment.change", project_id) as tx:
        made = still_open(store, round_id)
        if article_ids is None:
            mine = store.assignments.unbegun(round_id, person_id)
        else:
            mine = _unsubmitted(store, made, person_id, article_ids)
        if mine:
            store.assignments.withdraw(tx, mine)
            single = mine[0].article_id if len(mine) == 1 else None
            tell(store, tx, {person_id: len(mine)}, made, "withdrawn", single)
    return tuple(one.id for one in mine)


def restore(store: Store, by: Person, assignment_ids: Sequence[str]) -> int:
    """Give assignments back that were withdrawn, as far as their slots are still free.

    Returns:
        How many were given back.

    Raises:
        Forbidden, NotFound: if the person may not change the assignments of their project.
        Conflict: if a round is closed.
        Invalid: if somebody could have read since what others recorded; the rest is given back.
    """
    done = 0
    read: dict[str, list[str]] = {}
    for assignment_id in assignment_ids:
        project_id = store.assignments.assignment(assignment_id).project_id
        with accounts.permitted(store, by, "assignment.change", project_id) as tx:
            one = store.assignments.assignment(assignment_id)
            article = store.rounds.articles(project_id, [one.article_id])[one.article_id]
            # The round that holds the article now: an earlier one may have given it.
            made = still_open(store, article.round_id or one.round_id)
            live = store.assignments.live_on(project_id, [one.article_id])
            mine = any(other.person_id == one.person_id for other in live)
            free = article.taken < article.wanted and article.round_id == made.id
            if one.withdrawn_at is None or mine or not free:
                continue
            require_coder(store, one.person_id, project_id)
            if read_by(store, one.person_id, project_id, [one.article_id]):
                read.setdefault(one.person_id, []).append(one.article_id)
                continue
            store.assignments.restore(tx, one)
            tell(store, tx, {one.person_id: 1}, made, "assigned", one.article_id)
            done += 1
    for person_id, articles in read.items():
        raise refusal(store, person_id, articles)
    return done


def hand_out(store: Store, by: Person, round_id: str) -> tuple[int, int]:
    """Share out the free slots of a list round among its coders, who has least first.

    Nobody gets back what was taken from them: they may have read colleagues' labels since.

    Returns:
        How many slots were filled, and how many stay free, because nobody is left for them.

    Raises:
        Forbidden, NotFound: if the person may not change the assignments of its project.
        Conflict: if the round is closed.
        Invalid: if its coders take their articles themselves.
    """
    project_id = store.rounds.get(round_id).project_id
    with accounts.permitted(store, by, "assignment.change", project_id) as tx:
        made = still_open(store, round_id)
        if made.mode != "list":
            raise Invalid("In this round coders take the next article themselves")
        return _hand_out(store, tx, made)


def add_coder(store: Store, by: Person, round_id: str, person_id: str) -> int:
    """Let somebody code in a round.

    In a list round they get what is free, and then of what nobody has begun as much as makes all
    loads even.

    Returns:
        How many articles they were given.

    Raises:
        Forbidden, NotFound: if the person may not change the assignments of its project.
        Conflict: if the round is closed, or they code in it already.
        Invalid: if they may not tag there.
    """
    project_id = store.rounds.get(round_id).project_id
    with accounts.permitted(store, by, "assignment.change", project_id) as tx:
        made = still_open(store, round_id)
        require_coder(store, person_id, project_id)
        if person_id in store.rounds.coders(round_id):
            raise Conflict("They code in this round already")
        store.rounds.set_coder(tx, made, person_id, codes=True)
        if made.mode == "list":
            _hand_out(store, tx, made, untold=person_id)
            _even_out(store, tx, made, person_id)
        mine = len(store.assignments.unbegun(round_id, person_id))
        if mine or made.mode == "pull":
            tell(store, tx, {person_id: mine}, made, "assigned")
        return mine


def remove_coder(store: Store, by: Person, round_id: str, person_id: str) -> int:
    """Let somebody code in a round no more; what they have begun stays with them.

    What they have not begun is taken back, and in a list round shared out among the others.

    Returns:
        How many articles were taken back.

    Raises:
        Forbidden, NotFound: if the person may not change the assignments of its project.
        Conflict: if the round is closed, they do not code in it, or are the last one.
    """
    project_id = store.rounds.get(round_id).project_id
    with accounts.permitted(store, by, "assignment.change", project_id) as tx:
        made = still_open(store, round_id)
        coders = store.rounds.coders(round_id)
        if person_id not in coders:
            raise Conflict("They do not code in this round")
        if len(coders) == 1:
            raise Conflict("The round would have no coder left", "Add another one, or close it")
        store.rounds.set_coder(tx, made, person_id, codes=False)
        mine = store.assignments.unbegun(round_id, person_id)
        if mine:
            store.assignments.withdraw(tx, mine)
            tell(store, tx, {person_id: len(mine)}, made, "withdrawn")
        if made.mode == "list":
            _hand_out(store, tx, made)
    return len(mine)


def set_wanted(
    store: Store, by: Person, round_id: str, article_ids: Sequence[str], wanted: int
) -> int:
    """Say anew how many coders a round is to give some of its articles.

    Whoever has an article keeps it, though fewer are wanted; in a list round more are assigned at
    once.

    Returns:
        Of how many articles it changed.

    Raises:
        Forbidden, NotFound: if the person may not change the assignments of its project.
        Conflict: if the round is closed.
        Invalid: if there are not so many people in the round.
    """
    project_id = store.rounds.get(round_id).project_id
    with accounts.permitted(store, by, "assignment.change", project_id) as tx:
        made = still_open(store, round_id)
        most = min(MOST_CODERS, len(store.rounds.coders(round_id)))
        there = store.rounds.articles(project_id, article_ids).values()
        inside = [one for one in there if one.round_id == round_id and one.slots != wanted]
        if not 0 < wanted <= max([most, *(one.filled for one in inside)]):
            raise Invalid("An article of this round gets from 1 to {most} coders", most=most)
        if inside:
            store.rounds.set_wanted(tx, made, inside, wanted)
            if made.mode == "list":
                _hand_out(store, tx, made, {one.article_id for one in inside})
    return len(inside)


def _had(store: Store, made: Round, person_id: str, article_ids: Sequence[str]) -> set[str]:
    """Of some articles those that somebody must not be handed unless an editor names them."""
    had = store.assignments.had(made.project_id, person_id, article_ids)
    return had | read_by(store, person_id, made.project_id, article_ids)


def _hand_out(
    store: Store,
    tx: Transaction,
    made: Round,
    only: set[str] | None = None,
    *,
    untold: str | None = None,
) -> tuple[int, int]:
    free = [one for one in store.rounds.free(made.id) if only is None or one.article_id in only]
    people = store.rounds.coders(made.id)
    had: list[set[str]] = [set() for _ in free]
    for person_id in people:
        theirs = _had(store, made, person_id, [one.article_id for one in free])
        for at, one in enumerate(free):
            if one.article_id in theirs:
                had[at].add(person_id)
    slots = [one.wanted - one.taken for one in free]
    loads = [len(store.assignments.unbegun(made.id, person_id)) for person_id in people]
    given = handing.distribute(slots, people, had, made.seed, loads)
    for article, chosen in zip(free, given, strict=True):
        for person_id in chosen:
            assign(tx, article, person_id)
    told = Counter(person_id for chosen in given for person_id in chosen if person_id != untold)
    tell(store, tx, told, made, "assigned")
    filled = sum(map(len, given))
    return filled, sum(slots) - filled


def _even_out(store: Store, tx: Transaction, made: Round, person_id: str) -> None:
    """Move unbegun articles to a newcomer until nobody has two more than they have."""
    todo = {one: store.assignments.unbegun(made.id, one) for one in store.rounds.coders(made.id)}
    mine = len(todo.pop(person_id))
    every = [one.article_id for theirs in todo.values() for one in theirs]
    had = _had(store, made, person_id, every)
    moving: list[Assignment] = []
    left = {one: [a for a in theirs if a.article_id not in had] for one, theirs in todo.items()}
    sizes = {one: len(theirs) for one, theirs in todo.items()}
    while left:
        giver = max(left, key=lambda one: sizes[one])
        if sizes[giver] - mine <= 1:
            break
        # The last ones: what comes next for somebody may be on their desk already.
        taken = {one.article_id for one in moving}
        while left[giver] and left[giver][-1].article_id in taken:
            left[giver].pop()
        if not left[giver]:
            del left[giver]
            continue
        moving.append(left[giver].pop())
        sizes[giver] -= 1
        mine += 1
    if moving:
        _move(store, tx, made, moving, person_id)


def _move(
    store: Store, tx: Transaction, made: Round, moving: Sequence[Assignment], to_id: str
) -> str | None:
    """Move some assignments and tell who had them; gives the article if it is a single one."""
    store.assignments.withdraw(tx, moving)
    there = store.rounds.articles(made.project_id, [one.article_id for one in moving])
    for one in moving:
        assign(tx, there[one.article_id], to_id, "reassign")
    single = moving[0].article_id if len(moving) == 1 else None
    tell(store, tx, Counter(one.person_id for one in moving), made, "withdrawn", single)
    return single


def _unsubmitted(
    store: Store, made: Round, person_id: str, article_ids: Sequence[str]
) -> list[Assignment]:
    """What somebody has of some articles of a round and has not submitted.

    Also what an earlier round gave them: it fills a slot of this one.
    """
    there = store.rounds.articles(made.project_id, article_ids)
    inside = [id_ for id_, one in there.items() if one.round_id == made.id]
    return [
        one
        for one in store.assignments.live_on(made.project_id, inside)
        if one.person_id == person_id and one.state not in ("submitted", "accepted")
    ]
