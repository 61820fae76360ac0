"""Assignments: one article given to one coder, taken back, moved on, pulled.

An article of a round has ``wanted`` slots; ``taken`` of them are filled by live assignments and
by those who submitted unasked. Whatever changes an assignment counts the slots again within the
same transaction, so that no slot is given twice.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from annotate.errors import NotFound
from annotate.model import new_id, new_ids
from annotate.reviews import Assignment, ReviewArticle, Round
from annotate.store.database import Connections, Transaction

ARTICLE = "project_id, article_id, round_id, position, wanted, taken, state, since, stood"
_COLUMNS = ", ".join(f"r.{name}" for name in ARTICLE.split(", "))
GIVEN = "(SELECT value FROM json_each(?))"
_ASSIGNMENT = (
    "id, round_id, project_id, article_id, position, person_id, assigned_at, assigned_by, state,"
    " withdrawn_at"
)
# A slot of a round's article ``r`` that may be given. What is in review or gold needs no more
# coders, but where it was so when it joined: then it is to be coded anew, and is in review again
# from the first of its new submissions on.
FREE = "r.taken < r.wanted AND (r.stood IS NOT NULL OR r.state NOT IN ('in_review', 'gold'))"
# What was taken back from a coder ``c`` of a round ``r`` since they joined it.
_TAKEN_BACK = (
    "EXISTS (SELECT 1 FROM assignment a WHERE a.project_id = r.project_id"
    "  AND a.article_id = r.article_id AND a.person_id = c.person_id"
    "  AND a.round_id = r.round_id AND a.withdrawn_at IS NOT NULL AND a.withdrawn_at > c.since)"
)
# What had labels of colleagues when whoever reads these where they do not code could read them.
# A pulled round hides those made while an article of it may yet be given to its coders; of all
# others only what is given already is hidden.
_READ = (
    "EXISTS (SELECT 1 FROM label_set l WHERE l.project_id = r.project_id"
    "  AND l.article_id = r.article_id AND l.kind <> 'model' AND l.coder_id IS NOT {person}"
    "  AND ({hides} IS NOT TRUE OR l.created_at <= max(c.since, r.open_since)))"
)
_PULLED = "(SELECT o.mode = 'pull' AND o.closed_at IS NULL FROM round o WHERE o.id = r.round_id)"
# What one may be given of a round ``r`` as its coder ``c``: a free slot that they do not have,
# neither taken from them before nor, if they read colleagues' labels, read.
_MAY_HAVE = (
    f" AND c.removed_at IS NULL AND {FREE}"
    " AND NOT EXISTS (SELECT 1 FROM assignment a WHERE a.project_id = r.project_id"
    "  AND a.article_id = r.article_id AND a.person_id = c.person_id AND a.withdrawn_at IS NULL)"
    f" AND NOT {_TAKEN_BACK}"
    f" AND NOT (? AND {_READ.format(person='c.person_id', hides=_PULLED)})"
)


class Assignments:
    """The assignments of one database."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def next_free(
        self, made: Round, person_id: str, *, from_start: bool, reads: bool
    ) -> ReviewArticle | None:
        """The next article of a round with a slot that this person may take.

        Not one that they have, had in this round, or have labelled; not one that has gold, or
        whose gold is being written.

        Args:
            made: The round.
            person_id: Who asks; one of its coders.
            from_start: Whether to look from the first article on, or from where the last search
                ended.
            reads: Whether they may read colleagues' labels where they do not code; then not one
                either where they could have.
        """
        row = self._c.row(
            f"SELECT {_COLUMNS} FROM round_coder c CROSS JOIN review_article r"
            " WHERE c.round_id = ? AND c.person_id = ? AND r.round_id = ? AND r.taken < r.wanted"
            " AND r.position >= CASE WHEN ? THEN 0 ELSE c.cursor END"
            " AND NOT EXISTS (SELECT 1 FROM label_set l WHERE l.project_id = r.project_id"
            "  AND l.article_id = r.article_id AND l.coder_id = c.person_id)"
            f"{_MAY_HAVE} ORDER BY r.position LIMIT 1",
            (made.id, person_id, made.id, from_start, reads),
        )
        return None if row is None else ReviewArticle(*row)

    def pulled_unsubmitted(self, project_id: str, person_id: str) -> int:
        """How many articles somebody holds of open rounds that are pulled, and not submitted."""
        row = self._c.row(
            "SELECT count(*) FROM assignment WHERE person_id = ?"
            " AND state IN ('to_do', 'draft') AND withdrawn_at IS NULL AND round_id IN (SELECT id"
            " FROM round WHERE project_id = ? AND mode = 'pull' AND closed_at IS NULL)",
            (person_id, project_id),
        )
        return int(row[0]) if row else 0

    def pulled_by(self, operation_id: str, person_id: str) -> str | None:
        """The article that somebody was given by an operation of theirs."""
        row = self._c.row(
            "SELECT a.article_id FROM event e JOIN assignment a ON a.id = e.subject_id"
            " WHERE e.operation_id = ? AND e.action = 'assignment.pull' AND e.by = ?",
            (operation_id, person_id),
        )
        return None if row is None else str(row[0])

    def assignment(self, assignment_id: str) -> Assignment:
        """One assignment, live or withdrawn.

        Raises:
            NotFound: if there is none with this id.
        """
        row = self._c.row(f"SELECT {_ASSIGNMENT} FROM assignment WHERE id = ?", (assignment_id,))
        if row is None:
            raise NotFound("There is no such assignment")
        return Assignment(*row)

    def live_on(self, project_id: str, article_ids: Sequence[str]) -> list[Assignment]:
        """The live assignments of some articles."""
        rows = self._c.tuples(
            f"SELECT {_ASSIGNMENT} FROM assignment WHERE project_id = ? AND withdrawn_at IS NULL"
            f" AND article_id IN {GIVEN} ORDER BY article_id, id",
            (project_id, json.dumps(list(article_ids))),
        )
        return [Assignment(*row) for row in rows]

    def unbegun(self, round_id: str, person_id: str | None = None) -> list[Assignment]:
        """The live assignments of a round, perhaps one coder's, that nobody has begun, in order."""
        rows = self._c.tuples(
            f"SELECT {_ASSIGNMENT} FROM assignment WHERE round_id = ? AND person_id ="
            " coalesce(?, person_id) AND state = 'to_do' AND withdrawn_at IS NULL"
            " ORDER BY position, id",
            (round_id, person_id),
        )
        return [Assignment(*row) for row in rows]

    def has_unbegun(self, round_id: str, person_id: str) -> bool:
        """Whether somebody has an article of a round that they have not begun."""
        row = self._c.row(
            "SELECT 1 FROM assignment WHERE round_id = ? AND person_id = ? AND state = 'to_do'"
            " AND withdrawn_at IS NULL LIMIT 1",
            (round_id, person_id),
        )
        return row is not None

    def had(
        self,
        project_id: str,
        person_id: str,
        article_ids: Sequence[str],
        *,
        withdrawn: bool = True,
    ) -> set[str]:
        """Of some articles those that somebody has, had, or has labelled.

        Args:
            project_id: The project.
            person_id: Who.
            article_ids: The articles.
            withdrawn: Whether those count that were taken back: since then colleagues' labels
                may have been read there.
        """
        given = json.dumps(list(article_ids))
        rows = self._c.tuples(
            "SELECT article_id FROM assignment WHERE project_id = ? AND person_id = ?"
            f" AND article_id IN {GIVEN} AND withdrawn_at IS NULL UNION"
            " SELECT article_id FROM assignment WHERE project_id = ? AND person_id = ?"
            f" AND article_id IN {GIVEN} AND withdrawn_at IS NOT NULL AND ? UNION"
            " SELECT article_id FROM label_set WHERE project_id = ? "
            f" AND article_id IN {GIVEN} AND coder_id = ?",
            (project_id, person_id, given, project_id, person_id, given, withdrawn,
             project_id, given, person_id),
        )  # fmt: skip
        return {row[0] for row in rows}

    def read(self, project_id: str, person_id: str, article_ids: Collection[str]) -> set[str]:
        """Of some articles those where somebody could have read what colleagues recorded.

        Asked of whoever reads that where they do not code; as ``next_free``, for every round.
        """
        hides = f"(c.person_id IS NOT NULL AND {_PULLED} AND NOT {_TAKEN_BACK})"
        rows = self._c.tuples(
            "SELECT r.article_id FROM review_article r LEFT JOIN round_coder c"
            " ON c.round_id = r.round_id AND c.person_id = ? AND c.removed_at IS NULL"
            f" WHERE r.project_id = ? AND r.article_id IN {GIVEN}"
            f" AND {_READ.format(person='?', hides=hides)}",
            (person_id, project_id, json.dumps(sorted(article_ids)), person_id),
        )
        return {row[0] for row in rows}

    def withdraw(self, tx: Transaction, assignments: Sequence[Assignment]) -> None:
        """Take assignments back, an event each; labels that were made stay."""
        for one in assignments:
            tx.execute(
                "UPDATE assignment SET withdrawn_at = ? WHERE id = ? AND withdrawn_at IS NULL",
                (tx.at, one.id),
            )
            tx.record("assignment.withdraw", "assignment", one.id, project_id=one.project_id,
                      before=_told(tx, one))  # fmt: skip
        _freed(tx, assignments)

    def restore(self, tx: Transaction, assignment: Assignment) -> None:
        """Give an assignment back that was withdrawn."""
        tx.execute(
            "UPDATE assignment SET withdrawn_at = NULL, state = coalesce((SELECT status FROM"
            " label_set l WHERE l.project_id = assignment.project_id AND l.article_id ="
            " assignment.article_id AND l.coder_id = assignment.person_id), 'to_do') WHERE id = ?",
            (assignment.id,),
        )
        count_taken(tx, assignment.project_id, [assignment.article_id])
        tx.record("assignment.restore", "assignment", assignment.id,
                  project_id=assignment.project_id, after=_told(tx, assignment))  # fmt: skip

    def awaiting(
        self, person_id: str, project_id: str, article_ids: Collection[str], *, reads: bool
    ) -> set[str]:
        """Of some articles those that somebody is to code and has not begun, or may be given yet.

        Whoever sees what colleagues recorded there could not code them unseen any more;
        ``reads`` as for ``next_free``.
        """
        if not article_ids:
            return set()
        given = json.dumps(sorted(article_ids))
        rows = self._c.tuples(
            "SELECT article_id FROM assignment WHERE project_id = ? AND person_id = ?"
            f" AND state = 'to_do' AND withdrawn_at IS NULL AND article_id IN {GIVEN}"
            " UNION SELECT r.article_id FROM review_article r"
            " JOIN round o ON o.id = r.round_id AND o.mode = 'pull' AND o.closed_at IS NULL"
            " JOIN round_coder c ON c.round_id = r.round_id AND c.person_id = ?"
            f" WHERE r.project_id = ? AND r.article_id IN {GIVEN}{_MAY_HAVE}",
            (project_id, person_id, given, person_id, project_id, given, reads),
        )
        return {row[0] for row in rows}


def assign(
    tx: Transaction, article: ReviewArticle, person_id: str, verb: str = "add"
) -> Assignment:
    """Give an article of a round to somebody; the event is ``assignment.<verb>``."""
    made = Assignment(
        new_id(), article.round_id or "", article.project_id, article.article_id,
        article.position, person_id, tx.at, tx.by, "to_do",
    )  # fmt: skip
    tx.execute(
        f"INSERT INTO assignment ({_ASSIGNMENT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, coalesce("
        " (SELECT status FROM label_set WHERE project_id = ? AND article_id = ?"
        "  AND coder_id = ?), 'to_do'), NULL)",
        (made.id, made.round_id, made.project_id, made.article_id, made.position, person_id,
         tx.at, tx.by, made.project_id, made.article_id, person_id),
    )  # fmt: skip
    count_taken(tx, made.project_id, [made.article_id])
    tx.record(f"assignment.{verb}", "assignment", made.id, project_id=made.project_id,
              after=_told(tx, made))  # fmt: skip
    return made


def assign_all(tx: Transaction, made: Round, given: Sequence[tuple[str, int, str]]) -> None:
    """Hand out articles of a new round: id and position of each, and who gets it.

    They count as not begun, no event is written and no slot counted: whoever makes the round sees
    to that.
    """
    ids = new_ids(len(given))
    tx.db.executemany(
        "INSERT INTO assignment (id, round_id, project_id, article_id, position, person_id,"
        " assigned_at, assigned_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(id_, made.id, made.project_id, *one, tx.at, tx.by)
         for id_, one in zip(ids, given, strict=True)],
    )  # fmt: skip


def take_slot(
    tx: Transaction, project_id: str, article_id: str, coder_id: str, *, reads: bool
) -> None:
    """Whoever begins an article of an open round that they code in takes a free slot of it.

    Only one that they could be given; ``reads`` as for ``next_free``.
    """
    found = tx.execute(
        f"SELECT {_COLUMNS} FROM review_article r"
        " JOIN round o ON o.id = r.round_id AND o.closed_at IS NULL"
        " JOIN round_coder c ON c.round_id = r.round_id AND c.person_id = ?"
        f" WHERE r.project_id = ? AND r.article_id = ?{_MAY_HAVE}",
        (coder_id, project_id, article_id, reads),
    ).fetchone()
    if found is not None:
        assign(tx, ReviewArticle(*found), coder_id, "begin")


def count_taken(tx: Transaction, project_id: str, article_ids: Sequence[str]) -> None:
    """Count anew how many slots of some articles are taken."""
    tx.execute(
        "UPDATE review_article SET taken = (SELECT v.taken FROM review_taken v WHERE"
        " v.project_id = review_article.project_id AND v.article_id = review_article.article_id)"
        f" WHERE project_id = ? AND article_id IN {GIVEN}",
        (project_id, json.dumps(list(article_ids))),
    )


def name_of(tx: Transaction, person_id: str) -> str:
    """What others see somebody called, for an event."""
    row = tx.execute("SELECT display_name FROM person WHERE id = ?", (person_id,)).fetchone()
    return str(row[0]) if row else ""


def _freed(tx: Transaction, assignments: Sequence[Assignment]) -> None:
    for project_id in {one.project_id for one in assignments}:
        ids = [one.article_id for one in assignments if one.project_id == project_id]
        count_taken(tx, project_id, ids)


def _told(tx: Transaction, one: Assignment) -> dict[str, object]:
    return {
        "round_id": one.round_id,
        "article_id": one.article_id,
        "person_id": one.person_id,
        "coder": name_of(tx, one.person_id),
    }
