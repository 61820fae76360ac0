"""Where a project's articles stand, and since when; and the lists behind the counts.

An article that nobody has begun counts while its round is open: a closed one asks for nothing.
Which articles count in a state is said in ``annotate.store.places``; a round has all that it holds.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from annotate.errors import Invalid
from annotate.reviews import ARTICLE_STATES, ArticleState, AssignmentState, ReviewArticle
from annotate.store.assignments import ARTICLE, FREE
from annotate.store.database import Connections, marks
from annotate.store.places import OPEN_ROUNDS, Places, counts_once, places, replaced_in
from annotate.store.replacing import newest_of

COUNT_LIMIT = 10_000
# An article ``r`` that was in review or gold when its round took it lacks submissions of the round,
# wherever it stands: the first of them takes it back into review.
_AWAITED = (
    "r.stood IS NOT NULL AND r.state IN ('in_review', 'gold') AND r.wanted > (SELECT count(*)"
    " FROM label_set l WHERE l.project_id = r.project_id AND l.article_id = r.article_id"
    " AND l.coder_id IS NOT NULL AND l.kind = 'analyst' AND l.status IN ('submitted', 'accepted'))"
)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many articles are in a state, since when the oldest is, how many are for too long.

    The last are counted up to ``COUNT_LIMIT``; one more stands for more.
    """

    count: int = 0
    oldest: str | None = None
    stale: int = 0


@dataclass(frozen=True, slots=True)
class Untouched:
    """An article that nobody has begun and no open round holds."""

    article_id: str
    title: str
    source: str
    published_at: str | None


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """Which articles of a project's board: all that is given must hold.

    ``person_id`` is who has it, in any of ``assigned`` if that is given; ``since_before`` a UTC
    time; ``due_before`` a day, of rounds that are due before it; ``unfinished`` those that lack
    submissions of their round; ``replaced`` whether a newer revision has taken their place.
    """

    state: ArticleState | None = None
    round_id: str | None = None
    person_id: str | None = None
    since_before: str | None = None
    due_before: str | None = None
    unfinished: bool = False
    replaced: bool | None = None
    assigned: tuple[AssignmentState, ...] = ()


class Boards:
    """Counts over the articles under review of one database."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def places(self, project_id: str) -> Places:
        """How many articles of a project stand where: what its lists count, too."""
        return places(self._c, project_id)

    def tally(self, project_id: str, state: ArticleState, count: int, stale: str) -> Tally:
        """Since when the articles stand in a state.

        Args:
            project_id: The project.
            state: The state.
            count: How many there are.
            stale: The UTC time since which an article is for too long where it stands.
        """
        wanted = BoardFilter(state=state, replaced=False)
        ranges = [
            self._range(project_id, state, round_id, wanted)
            for round_id in (self._rounds(project_id, wanted, state) if count else ())
        ]
        oldest = [
            row[0]
            for source, given in ranges
            for row in self._c.tuples(f"SELECT since {source} ORDER BY since LIMIT 1", given)
        ]
        late = sum(
            self._c.tuples(
                f"SELECT count(*) FROM (SELECT 1 {source} AND since < ? LIMIT {COUNT_LIMIT + 1})",
                [*given, stale],
            )[0][0]
            for source, given in ranges
        )
        return Tally(count, min(oldest, default=None), late)

    def replaced_of(self, project_id: str) -> dict[str, int]:
        """How many articles of each round a newer revision has replaced in the project."""
        replaced, given = replaced_in(project_id)
        return dict(self._c.tuples(
            "SELECT round_id, count(*) FROM review_article WHERE project_id = ?"
            f" AND article_id IN {replaced} AND round_id IS NOT NULL GROUP BY 1",
            [project_id, *given],
        ))  # fmt: skip

    def untouched_page(
        self, project_id: str, *, limit: int, after: str | None = None
    ) -> tuple[list[Untouched], str | None]:
        """Those articles, newest first, and the next page's cursor.

        Raises:
            Invalid: if the cursor is not one of ours.
        """
        at = 1 << 62
        if after is not None:
            if not (after.isascii() and after.isdigit() and len(after) < 20):
                raise Invalid("This page link is not valid any more", "Go back to the first page")
            at = min(at, int(after))
        newest, its = newest_of("a", project_id)
        once, given = counts_once(project_id)
        rows = self._c.tuples(
            "SELECT a.id, a.title, a.source, a.published_at, p.sort_key FROM project_article p"
            " CROSS JOIN article a ON a.sort_key = p.sort_key WHERE p.project_id = ?"
            " AND p.sort_key < ? AND p.state = 'to_do'"
            f" AND (p.round_id IS NULL OR p.round_id NOT IN {OPEN_ROUNDS})"
            f" AND {newest} AND {once} ORDER BY p.sort_key DESC LIMIT ?",
            [project_id, at, project_id, *its, *given, limit + 1],
        )
        found = [Untouched(*row[:4]) for row in rows[:limit]]
        return found, str(rows[limit - 1][4]) if len(rows) > limit else None

    def free(self, round_ids: Sequence[str]) -> dict[str, int]:
        """How many articles of some rounds have a slot that may be given, up to the limit."""
        return {
            round_id: self._c.tuples(
                f"SELECT count(*) FROM (SELECT 1 FROM review_article r WHERE {FREE}"
                f" AND r.round_id = ? LIMIT {COUNT_LIMIT + 1})",
                (round_id,),
            )[0][0]
            for round_id in round_ids
        }

    def awaited(self, project_id: str) -> dict[str, int]:
        """Of what each round took in review or gold, how many articles lack submissions."""
        rows = self._c.tuples(
            "SELECT r.round_id, count(*) FROM review_article r INDEXED BY review_article_stood"
            f" WHERE r.project_id = ? AND r.round_id IS NOT NULL AND {_AWAITED} GROUP BY 1",
            (project_id,),
        )
        return dict(rows)

    def of_rounds(self, project_id: str) -> dict[str, dict[str, int]]:
        """The articles of all rounds by state; what has joined a later one counts there."""
        found: dict[str, dict[str, int]] = {}
        for round_id, state, count in self._c.tuples(
            "SELECT round_id, state, n FROM review_count WHERE project_id = ? AND n > 0",
            (project_id,),
        ):
            found.setdefault(round_id, {})[state] = count
        return found

    def loads(self, project_id: str) -> dict[str, dict[str, int]]:
        """The live assignments of each person by state."""
        found: dict[str, dict[str, int]] = {}
        for person_id, state, count in self._c.tuples(
            "SELECT person_id, state, sum(n) FROM assignment_count WHERE project_id = ?"
            " GROUP BY person_id, state HAVING sum(n) > 0",
            (project_id,),
        ):
            found.setdefault(person_id, {})[state] = count
        return found

    def load(self, project_id: str, person_id: str) -> tuple[int, int]:
        """Of somebody's live assignments in open rounds: those submitted, and all."""
        rows = self._c.tuples(
            "SELECT state, n FROM assignment_count WHERE project_id = ? AND person_id = ?"
            f" AND round_id IN {OPEN_ROUNDS}",
            (project_id, person_id, project_id),
        )
        done = sum(n for state, n in rows if state in ("submitted", "accepted"))
        return done, sum(n for _, n in rows)

    def last_active(self, project_id: str, person_ids: Sequence[str]) -> dict[str, str]:
        """When each of some people last did something in a project, by their own events.

        Label sets change without their coders, too: by a merge in the registries, for one.
        """
        found = {}
        for person_id in person_ids:
            row = self._c.row(
                "SELECT at FROM event WHERE by = ? AND project_id = ? ORDER BY rowid DESC LIMIT 1",
                (person_id, project_id),
            )
            if row:
                found[person_id] = str(row[0])
        return found

    def at_work(self, project_id: str) -> tuple[int, int]:
        """How many people are coding in a project or are to, and how many articles they code.

        Those count who have begun an article and not submitted it, to whom one is assigned in an
        open round, and who may take a free one of a round that hands them out one by one.
        """
        unsubmitted = (
            "FROM label_set WHERE project_id = :project AND kind = 'analyst'"
            " AND status IN ('draft', 'returned')"
        )
        assigned = (
            "FROM assignment WHERE project_id = :project AND withdrawn_at IS NULL"
            " AND state IN ('to_do', 'draft', 'returned')"
            " AND round_id IN (SELECT id FROM round WHERE project_id = :project"
            "  AND closed_at IS NULL)"
        )
        free = (
            "FROM round o JOIN review_article r ON r.round_id = o.id"
            " WHERE o.project_id = :project AND o.mode = 'pull' AND o.closed_at IS NULL"
            f" AND {FREE}"
        )
        rows = self._c.tuples(
            f"SELECT (SELECT count(*) FROM (SELECT coder_id {unsubmitted}"
            f" UNION SELECT person_id {assigned} UNION SELECT person_id FROM round_coder"
            f" WHERE removed_at IS NULL AND round_id IN (SELECT o.id {free}))),"
            f" (SELECT count(*) FROM (SELECT article_id {unsubmitted}"
            f" UNION SELECT article_id {assigned} UNION SELECT r.article_id {free}))",
            {"project": project_id},
        )
        return int(rows[0][0]), int(rows[0][1])

    def to_do(self, round_id: str, person_id: str, limit: int) -> list[str]:
        """The articles of a round that somebody has not begun, in its order."""
        rows = self._c.tuples(
            "SELECT article_id FROM assignment WHERE round_id = ? AND person_id = ?"
            " AND state = 'to_do' AND withdrawn_at IS NULL ORDER BY position LIMIT ?",
            (round_id, person_id, limit),
        )
        return [row[0] for row in rows]

    def titles(self, article_ids: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Title and source of articles."""
        rows = self._c.tuples(
            f"SELECT id, title, source FROM article WHERE id IN ({marks(article_ids)})",
            list(article_ids),
        )
        return {row[0]: row[1:] for row in rows}

    def replaced(self, project_id: str, article_ids: Sequence[str]) -> set[str]:
        """Of some articles, those that a newer revision has replaced in a project."""
        newest, its = newest_of("a", project_id)
        rows = self._c.tuples(
            f"SELECT id FROM article a WHERE id IN ({marks(article_ids)}) AND NOT {newest}",
            [*article_ids, *its],
        )
        return {row[0] for row in rows}

    def unasked(
        self, project_id: str, article_ids: Sequence[str]
    ) -> list[tuple[str, str, AssignmentState]]:
        """Who codes some articles without having been given them: article, person, state."""
        return self._c.tuples(
            "SELECT article_id, coder_id, status FROM label_set l WHERE project_id = ?"
            f" AND article_id IN ({marks(article_ids)}) AND kind = 'analyst' AND NOT EXISTS ("
            " SELECT 1 FROM assignment a WHERE a.project_id = l.project_id"
            " AND a.article_id = l.article_id AND a.person_id = l.coder_id"
            " AND a.withdrawn_at IS NULL) ORDER BY l.id",
            [project_id, *article_ids],
        )

    def unfinished(self, round_id: str, person_id: str) -> bool:
        """Whether somebody has an assignment of a round that is not submitted."""
        row = self._c.row(
            "SELECT 1 FROM assignment WHERE round_id = ? AND person_id = ?"
            " AND state IN ('to_do', 'draft', 'returned') AND withdrawn_at IS NULL LIMIT 1",
            (round_id, person_id),
        )
        return row is not None

    def page(
        self, project_id: str, wanted: BoardFilter, *, limit: int, after: str | None = None
    ) -> tuple[list[ReviewArticle], str | None]:
        """Articles of a board and the next page's cursor.

        Those longest where they stand come first; where a person is asked for, whose articles
        have no such index, those that came first into the database.

        Raises:
            Invalid: if the cursor is not one of ours.
        """
        at = None if after is None else _decode(after)
        if wanted.person_id is not None:
            rows = self._of_person(project_id, wanted, limit + 1, at)
        else:
            rows = self._by_age(project_id, wanted, limit + 1, at)
        found = [ReviewArticle(*row) for row in rows[:limit]]
        last = found[-1] if len(rows) > limit else None
        return found, None if last is None else _encode(last)

    def _by_age(
        self, project_id: str, wanted: BoardFilter, limit: int, at: list[str] | None
    ) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = []
        for state, condition in _states(wanted).items():
            for round_id in self._rounds(project_id, wanted, state):
                source, given = self._range(project_id, state, round_id, wanted)
                source += condition
                if wanted.since_before is not None:
                    source, given = f"{source} AND since < ?", [*given, wanted.since_before]
                if at is not None:
                    source, given = f"{source} AND (since, article_id) > (?, ?)", [*given, *at]
                rows += self._c.tuples(
                    f"SELECT {ARTICLE} {source} ORDER BY since, article_id LIMIT ?",
                    [*given, limit],
                )
        return sorted(rows, key=lambda row: (row[7], row[1]))[:limit]

    def _range(
        self, project_id: str, state: ArticleState, round_id: str | None, wanted: BoardFilter
    ) -> tuple[str, list[Any]]:
        """A state of a round, or of the project: one range of an index, by age."""
        index = "review_article_state" if round_id is None else "review_article_round"
        source = f"FROM review_article r INDEXED BY {index} WHERE project_id = ? AND state = ?"
        given = [project_id, state]
        if round_id is not None:
            source, given = f"{source} AND round_id = ?", [*given, round_id]
        if wanted.replaced is not None:
            replaced, its = replaced_in(project_id)
            source += f" AND article_id {'' if wanted.replaced else 'NOT '}IN {replaced}"
            given += its
        return source, given

    def _rounds(
        self, project_id: str, wanted: BoardFilter, state: ArticleState
    ) -> Sequence[str | None]:
        """The rounds that bound a state's articles; None for all of the project."""
        if wanted.round_id is None and wanted.due_before is None and state != "to_do":
            return [None]
        rows = self._c.tuples(
            "SELECT id FROM round WHERE project_id = ? AND id = coalesce(?, id)"
            " AND (closed_at IS NULL OR ? AND NOT ?) AND (due_on < ? OR NOT ?)",
            (
                project_id, wanted.round_id, wanted.round_id is not None, state == "to_do",
                wanted.due_before, wanted.due_before is not None,
            ),
        )  # fmt: skip
        return [row[0] for row in rows]

    def _of_person(
        self, project_id: str, wanted: BoardFilter, limit: int, at: list[str] | None
    ) -> list[tuple[Any, ...]]:
        columns = ", ".join(f"r.{name}" for name in ARTICLE.split(", "))
        states = list(_states(wanted))
        lacking = f"r.state IN ('to_do', 'in_progress') OR {_AWAITED}"
        return self._c.tuples(
            f"SELECT {columns} FROM assignment a INDEXED BY assignment_article"
            " CROSS JOIN review_article r ON r.project_id = a.project_id"
            " AND r.article_id = a.article_id WHERE a.project_id = ? AND a.person_id = ?"
            " AND a.withdrawn_at IS NULL AND a.article_id > ?"
            f" AND (? OR a.state IN ({marks(wanted.assigned)}))"
            f" AND +r.state IN ({marks(states)}) AND ({lacking if wanted.unfinished else '1'})"
            " AND +r.round_id IS coalesce(?, r.round_id)"
            " AND r.since < coalesce(?, '~') ORDER BY a.article_id LIMIT ?",
            [project_id, wanted.person_id, at[1] if at else "", not wanted.assigned,
             *wanted.assigned, *states, wanted.round_id,
             wanted.since_before, limit],
        )  # fmt: skip


def _states(wanted: BoardFilter) -> dict[ArticleState, str]:
    """The states that are listed, each with a further condition."""
    if wanted.state is not None:
        return {wanted.state: ""}
    if not wanted.unfinished:
        return dict.fromkeys(ARTICLE_STATES, "")
    more = f" AND {_AWAITED}"
    return {"to_do": "", "in_progress": "", "in_review": more, "gold": more}


def _encode(last: ReviewArticle) -> str:
    return base64.urlsafe_b64encode(json.dumps([last.since, last.article_id]).encode()).decode()


def _decode(cursor: str) -> list[str]:
    try:
        found = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if not isinstance(found, list) or [type(one) for one in found] != [str, str]:
            raise ValueError
        "".join(found).encode()
        return found
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise Invalid("This page link is not valid any more", "Go back to the first page") from None
