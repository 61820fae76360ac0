"""Where a project's articles stand, counted from indexes; and the lists behind the counts.

An article that nobody has begun counts while its round is open: a closed one asks for nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.errors import Invalid
from annotate.reviews import ArticleState, ReviewArticle
from annotate.store.assignments import ARTICLE
from annotate.store.database import Connections, marks

_OPEN = "(SELECT id FROM round WHERE project_id = ? AND closed_at IS NULL)"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many articles are in a state, since when the oldest is, how many are for too long."""

    count: int = 0
    oldest: str | None = None
    stale: int = 0


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """Which articles of a project's board: all that is given must hold.

    ``person_id`` is who has it, with ``person_states`` of their assignment if there are any;
    ``since_before`` a UTC time; ``unfinished`` those to do or in progress; ``free`` those with a
    slot that nobody has taken.
    """

    state: ArticleState | None = None
    round_id: str | None = None
    person_id: str | None = None
    person_states: tuple[str, ...] = ()
    since_before: str | None = None
    due_before: str | None = None
    unfinished: bool = False
    free: bool = False


class Boards:
    """Counts over the articles under review of one database."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def by_round(self, project_id: str, stale: str) -> dict[str, dict[str, Tally]]:
        """The articles of each open round by state.

        Args:
            project_id: The project.
            stale: The UTC time since which an article is for too long where it stands.
        """
        found: dict[str, dict[str, Tally]] = {}
        for round_id, state, *rest in self._c.tuples(
            "SELECT round_id, state, count(*), min(since), sum(since < ?) FROM review_article"
            f" WHERE round_id IN {_OPEN} GROUP BY round_id, state",
            (stale, project_id),
        ):
            found.setdefault(round_id, {})[state] = Tally(*rest)
        return found

    def begun(self, project_id: str, stale: str) -> dict[str, Tally]:
        """The articles that somebody has begun by state, in rounds or not."""
        rows = self._c.tuples(
            "SELECT state, count(*), min(since), sum(since < ?) FROM review_article"
            " WHERE project_id = ? AND state IN ('in_progress', 'submitted', 'in_review', 'gold')"
            " GROUP BY state",
            (stale, project_id),
        )
        return {row[0]: Tally(*row[1:]) for row in rows}

    def free(self, project_id: str) -> dict[str, int]:
        """How many articles of each open round have a slot that nobody has taken."""
        rows = self._c.tuples(
            "SELECT round_id, count(*) FROM review_article WHERE taken < wanted"
            f" AND round_id IN {_OPEN} GROUP BY round_id",
            (project_id,),
        )
        return dict(rows)

    def closed(self, round_ids: Sequence[str]) -> dict[str, dict[str, int]]:
        """The articles of some rounds by state; what has joined a later one counts there."""
        found: dict[str, dict[str, int]] = {}
        for round_id, state, count in self._c.tuples(
            "SELECT round_id, state, count(*) FROM review_article"
            f" WHERE round_id IN ({marks(round_ids)}) GROUP BY round_id, state",
            list(round_ids),
        ):
            found.setdefault(round_id, {})[state] = count
        return found

    def loads(self, project_id: str) -> dict[str, dict[str, int]]:
        """The live assignments of each person by state."""
        found: dict[str, dict[str, int]] = {}
        for person_id, state, count in self._c.tuples(
            "SELECT person_id, state, count(*) FROM assignment WHERE project_id = ?"
            " AND withdrawn_at IS NULL GROUP BY person_id, state",
            (project_id,),
        ):
            found.setdefault(person_id, {})[state] = count
        return found

    def load(self, project_id: str, person_id: str) -> tuple[int, int]:
        """Of somebody's live assignments in open rounds: those submitted, and all."""
        rows = self._c.tuples(
            "SELECT state, count(*) FROM assignment WHERE person_id = ? AND withdrawn_at IS NULL"
            f" AND round_id IN {_OPEN} GROUP BY state",
            (person_id, project_id),
        )
        done = sum(n for state, n in rows if state in ("submitted", "accepted"))
        return done, sum(n for _, n in rows)

    def last_active(self, project_id: str, person_ids: Sequence[str]) -> dict[str, str]:
        """When each of some people last changed labels in a project."""
        found = {}
        for person_id in person_ids:
            row = self._c.row(
                "SELECT max(updated_at) FROM label_set WHERE project_id = ? AND coder_id = ?",
                (project_id, person_id),
            )
            if row and row[0]:
                found[person_id] = str(row[0])
        return found

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
        """Articles of a board, those longest where they stand first, and the next page's cursor.

        Raises:
            Invalid: if the cursor is not one of ours.
        """
        conditions, parameters = _conditions(project_id, wanted)
        if after is not None:
            conditions.append("(since, article_id) > (?, ?)")
            parameters += _decode(after)
        rows = self._c.tuples(
            f"SELECT {ARTICLE} FROM review_article WHERE {' AND '.join(conditions)}"
            " ORDER BY since, article_id LIMIT ?",
            [*parameters, limit + 1],
        )
        found = [ReviewArticle(*row) for row in rows[:limit]]
        last = found[-1] if len(rows) > limit else None
        return found, None if last is None else _encode(last)


def _conditions(project_id: str, wanted: BoardFilter) -> tuple[list[str], list[Any]]:
    conditions = ["project_id = ?", f"(state <> 'to_do' OR round_id IN {_OPEN})"]
    parameters: list[Any] = [project_id, project_id]
    tests: Mapping[str, object] = {
        "state = ?": wanted.state,
        "round_id = ?": wanted.round_id,
        "since < ?": wanted.since_before,
    }
    for test, value in tests.items():
        if value is not None:
            conditions.append(test)
            parameters.append(value)
    if wanted.unfinished:
        conditions.append("state IN ('to_do', 'in_progress')")
    if wanted.free:
        conditions.append("taken < wanted")
    if wanted.due_before is not None:
        conditions.append(
            "round_id IN (SELECT id FROM round WHERE project_id = ? AND closed_at IS NULL"
            " AND due_on < ?)"
        )
        parameters += [project_id, wanted.due_before]
    if wanted.person_id is not None:
        states = wanted.person_states
        inside = f" AND state IN ({marks(states)})" if states else ""
        conditions.append(
            "article_id IN (SELECT article_id FROM assignment WHERE project_id = ?"
            f" AND person_id = ?{inside} AND withdrawn_at IS NULL)"
        )
        parameters += [project_id, wanted.person_id, *states]
    return conditions, parameters


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
