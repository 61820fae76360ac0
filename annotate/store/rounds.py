"""Rounds: the rules by which articles are handed out, and the articles that each holds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from annotate.errors import NotFound
from annotate.reviews import ReviewArticle, Round
from annotate.store.assignments import ARTICLE, FREE, GIVEN, assign_all, count_taken, name_of
from annotate.store.bulk import set_aside
from annotate.store.database import Connections, Transaction
from annotate.store.review_tables import PLACED
from annotate.store.standing import Standing, standing

Progress = Callable[[int, int | None], None]
# The one reason in ``UNAUDITED`` under which a coder's place in a round changes.
CURSOR = "round_coder.cursor"
_ROUND = (
    "id, project_id, name, mode, coders, share, share_coders, ordering, seed, due_on, created_at,"
    " created_by, closed_at"
)
_OPEN = "round_id IN (SELECT id FROM round WHERE project_id = ? AND closed_at IS NULL)"
_BATCH = 5000


@dataclass(frozen=True, slots=True)
class Planned:
    """An article of a round to be: its place, how many are to code it, who is given it now.

    ``wanted`` and ``stood`` as of a ``ReviewArticle``; ``anew`` says that it has gold and is coded
    once more.
    """

    article_id: str
    position: int
    wanted: int
    people: tuple[str, ...] = ()
    stood: int | None = None
    anew: bool = False


class Rounds:
    """The rounds of one database."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def get(self, round_id: str) -> Round:
        """One round.

        Raises:
            NotFound: if there is none with this id.
        """
        row = self._c.row(f"SELECT {_ROUND} FROM round WHERE id = ?", (round_id,))
        if row is None:
            raise NotFound("There is no such round")
        return Round(*row)

    def of_project(self, project_id: str, *, closed: bool = True) -> list[Round]:
        """A project's rounds, those open first, each part by its age."""
        rows = self._c.tuples(
            f"SELECT {_ROUND} FROM round WHERE project_id = ? AND (closed_at IS NULL OR ?)"
            " ORDER BY closed_at IS NOT NULL, id",
            (project_id, closed),
        )
        return [Round(*row) for row in rows]

    def open_of(self, project_id: str, person_id: str) -> list[Round]:
        """The open rounds in which somebody codes, those due first before the others."""
        rows = self._c.tuples(
            f"SELECT {_ROUND} FROM round WHERE project_id = ? AND closed_at IS NULL AND id IN"
            " (SELECT round_id FROM round_coder WHERE person_id = ? AND removed_at IS NULL)"
            " ORDER BY due_on IS NULL, due_on, id",
            (project_id, person_id),
        )
        return [Round(*row) for row in rows]

    def coders(self, round_id: str) -> list[str]:
        """The ids of those who code in a round."""
        rows = self._c.tuples(
            "SELECT person_id FROM round_coder WHERE round_id = ? AND removed_at IS NULL"
            " ORDER BY person_id",
            (round_id,),
        )
        return [row[0] for row in rows]

    def standing(self, project_id: str) -> Standing:
        """What a new round of a project must reckon with."""
        return standing(self._c, project_id)

    def in_order(self, project_id: str, article_ids: Sequence[str]) -> list[str]:
        """Of some articles those that are in a project, oldest first."""
        rows = self._c.tuples(
            "SELECT a.id FROM article a JOIN project_article p USING (sort_key)"
            f" WHERE p.project_id = ? AND a.id IN {GIVEN} ORDER BY sort_key",
            (project_id, json.dumps(list(article_ids))),
        )
        return [row[0] for row in rows]

    def add(
        self,
        tx: Transaction,
        made: Round,
        people: Sequence[str],
        articles: Sequence[Planned],
        progress: Progress = lambda done, total: None,
    ) -> int:
        """Store a round with its articles and what it hands out at once.

        One event tells of all of it: the assignments themselves say by whom and when. Returns how
        many assignments were made.
        """
        tx.execute(
            f"INSERT INTO round ({_ROUND}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (made.id, made.project_id, made.name, made.mode, made.coders, made.share,
             made.share_coders, made.ordering, made.seed, made.due_on, made.created_at,
             made.created_by, made.closed_at),
        )  # fmt: skip
        for person_id in people:
            tx.execute(
                "INSERT INTO round_coder (round_id, person_id, since) VALUES (?, ?, ?)",
                (made.id, person_id, tx.at),
            )
        loads = Counter(person_id for one in articles for person_id in one.people)
        known = self._known(tx, made, articles)
        self._join(tx, made, [one for one in articles if one.article_id in known])
        self._hand_out(tx, made, articles, known, loads, progress)
        # Nobody can have labelled the others, nor have had them: what they are given is all.
        given = json.dumps(sorted(known))
        tx.execute(
            "UPDATE assignment SET state = l.status FROM label_set l WHERE round_id = ?"
            " AND l.project_id = assignment.project_id AND l.article_id = assignment.article_id"
            f" AND l.coder_id = assignment.person_id AND assignment.article_id IN {GIVEN}",
            (made.id, given),
        )
        count_taken(tx, made.project_id, sorted(known))
        progress(len(articles), len(articles))
        anew = sum(one.anew for one in articles)
        tx.record(
            "round.create", "round", made.id, project_id=made.project_id,
            after={**_rule(made), "coder_ids": list(people), "articles": len(articles),
                   "assignments": loads.total(), **({"coded_anew": anew} if anew else {})},
        )  # fmt: skip
        return loads.total()

    def _known(self, tx: Transaction, made: Round, articles: Sequence[Planned]) -> set[str]:
        """The articles of a new round that were in one before, or are labelled."""
        ids = json.dumps([one.article_id for one in articles])
        rows = tx.execute(
            f"SELECT article_id FROM review_article WHERE project_id = ? AND article_id IN {GIVEN}",
            (made.project_id, ids),
        ).fetchall()
        return {row[0] for row in rows}

    def _join(self, tx: Transaction, made: Round, articles: Sequence[Planned]) -> None:
        """Let articles that are known already join a new round; triggers see what follows."""
        tx.db.executemany(
            "UPDATE review_article SET round_id = ?, position = ?, wanted = ?, stood = ?,"
            " since = CASE state WHEN 'to_do' THEN ? ELSE since END"
            " WHERE project_id = ? AND article_id = ?",
            [(made.id, one.position, one.wanted, one.stood, tx.at, made.project_id, one.article_id)
             for one in articles],
        )  # fmt: skip

    def _hand_out(
        self,
        tx: Transaction,
        made: Round,
        articles: Sequence[Planned],
        known: Collection[str],
        loads: Mapping[str, int],
        progress: Progress,
    ) -> None:
        """Store the articles of a new round that are not known yet, and the assignments of all."""
        # In the order of their ids, rows go to the ends of most indexes.
        articles = sorted(articles, key=lambda one: one.article_id)
        fresh = len(articles) - len(known)
        with (
            set_aside(tx, "assignment", sum(loads.values())) as uncounted,
            set_aside(tx, "review_article", fresh) as unplaced,
        ):
            for at in range(0, len(articles), _BATCH):
                progress(at, len(articles))
                batch = articles[at : at + _BATCH]
                tx.db.executemany(
                    "INSERT INTO review_article (project_id, article_id, round_id, position,"
                    " wanted, taken, since) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [(made.project_id, one.article_id, made.id, one.position, one.wanted,
                      len(one.people), tx.at) for one in batch if one.article_id not in known],
                )  # fmt: skip
                given = [(one.article_id, one.position, id_) for one in batch for id_ in one.people]
                assign_all(tx, made, given)
        if unplaced:
            tx.execute(
                "INSERT INTO review_count VALUES (?, ?, 'to_do', ?)"
                " ON CONFLICT DO UPDATE SET n = n + excluded.n",
                (made.project_id, made.id, fresh),
            )
            tx.execute(f"{PLACED} AND r.round_id = ?", (made.id,))
        for person_id, n in loads.items() if uncounted else ():
            tx.execute(
                "INSERT INTO assignment_count VALUES (?, ?, ?, 'to_do', ?)",
                (made.project_id, person_id, made.id, n),
            )

    def articles(self, project_id: str, article_ids: Sequence[str]) -> dict[str, ReviewArticle]:
        """Where some articles of a project stand, those that are in no round left out."""
        rows = self._c.tuples(
            f"SELECT {ARTICLE} FROM review_article WHERE project_id = ? AND article_id IN {GIVEN}",
            (project_id, json.dumps(list(article_ids))),
        )
        return {row[1]: ReviewArticle(*row) for row in rows}

    def free(self, round_id: str) -> list[ReviewArticle]:
        """The articles of a round with slots that may be given, in their order."""
        rows = self._c.tuples(
            f"SELECT {ARTICLE} FROM review_article r WHERE r.round_id = ? AND {FREE}"
            " ORDER BY position",
            (round_id,),
        )
        return [ReviewArticle(*row) for row in rows]

    def offers(self, made: Round, person_id: str) -> bool:
        """Whether a round may have a slot for somebody: one that is free where they looked last.

        ``next_free`` knows for certain; this is quick however far they are.
        """
        return (
            self._c.row(
                "SELECT 1 FROM review_article WHERE round_id = ? AND taken < wanted AND position >="
                " (SELECT cursor FROM round_coder WHERE round_id = ? AND person_id = ?) LIMIT 1",
                (made.id, made.id, person_id),
            )
            is not None
        )

    def move_cursor(self, tx: Transaction, round_id: str, person_id: str, position: int) -> None:
        """Remember that below this position nothing is left for a coder."""
        tx.touch(
            CURSOR,
            "UPDATE round_coder SET cursor = ? WHERE round_id = ? AND person_id = ?",
            (position, round_id, person_id),
        )

    def set_coder(self, tx: Transaction, made: Round, person_id: str, *, codes: bool) -> None:
        """Let somebody code in a round, or not any more.

        Whoever comes back may have what was taken from them before.
        """
        tx.execute(
            "INSERT INTO round_coder (round_id, person_id, since, removed_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET removed_at = excluded.removed_at, cursor = 0,"
            " since = excluded.since",
            (made.id, person_id, tx.at, None if codes else tx.at),
        )
        tx.record("round.add_coder" if codes else "round.remove_coder", "round", made.id,
                  project_id=made.project_id,
                  after={"coder": name_of(tx, person_id), "person_id": person_id})  # fmt: skip

    def set_wanted(
        self, tx: Transaction, made: Round, articles: Sequence[ReviewArticle], wanted: int
    ) -> None:
        """Say anew how many coders a round is to give some of its articles."""
        for one in articles:
            tx.execute(
                "UPDATE review_article SET wanted = ? WHERE project_id = ? AND article_id = ?",
                (wanted + (one.stood or 0), one.project_id, one.article_id),
            )
        tx.record("round.set_wanted", "round", made.id, project_id=made.project_id,
                  before={"wanted_by_article": {one.article_id: one.slots for one in articles}},
                  after={"coders": wanted, "articles": len(articles)})  # fmt: skip

    def recount(self, tx: Transaction, project_id: str) -> None:
        """Set right what should follow from labels and assignments: see ``doctor``."""
        tx.execute(
            "UPDATE assignment SET state = coalesce((SELECT l.status FROM label_set l WHERE"
            " l.project_id = assignment.project_id AND l.article_id = assignment.article_id"
            " AND l.coder_id = assignment.person_id), 'to_do')"
            " WHERE project_id = ? AND withdrawn_at IS NULL",
            (project_id,),
        )
        for column, view in (("taken", "review_taken"), ("state", "review_state")):
            tx.execute(
                f"UPDATE review_article SET {column} = (SELECT v.{column} FROM {view} v WHERE"
                " v.project_id = review_article.project_id AND"
                " v.article_id = review_article.article_id) WHERE project_id = ?",
                (project_id,),
            )
        tx.execute(
            "UPDATE project_article SET state = 'to_do', round_id = NULL WHERE project_id = ?",
            (project_id,),
        )
        tx.execute(f"{PLACED} AND r.project_id = ?", (project_id,))
        for table, counted in (
            ("review_count", "coalesce(round_id, ''), state, count(*) FROM review_article"),
            ("assignment_count", "person_id, round_id, state, count(*) FROM assignment"),
        ):
            live = " AND withdrawn_at IS NULL" if table == "assignment_count" else ""
            columns = counted.partition(", count")[0]
            tx.execute(f"DELETE FROM {table} WHERE project_id = ?", (project_id,))
            tx.execute(
                f"INSERT INTO {table} SELECT project_id, {counted} WHERE project_id = ?{live}"
                f" GROUP BY project_id, {columns}",
                (project_id,),
            )
        tx.record("round.recount", "project", project_id, project_id=project_id)

    def close(self, tx: Transaction, made: Round) -> tuple[int, int]:
        """Close a round: what nobody has begun is taken back, and nothing more is handed out.

        Articles with some of their labels are content with these; what they wanted before stands
        in the event, for ``reopen``. Returns how many assignments were taken back, and how many
        articles have fewer coders than wanted.
        """
        back = tx.execute(
            "UPDATE assignment SET withdrawn_at = ? WHERE round_id = ? AND state = 'to_do'"
            " AND withdrawn_at IS NULL",
            (tx.at, made.id),
        ).rowcount
        tx.execute(
            "UPDATE review_article SET taken = (SELECT v.taken FROM review_taken v WHERE"
            " v.project_id = review_article.project_id AND"
            " v.article_id = review_article.article_id) WHERE round_id = ?",
            (made.id,),
        )
        some = "round_id = ? AND taken > coalesce(stood, 0) AND taken < wanted"
        short = tx.execute(
            f"SELECT article_id, wanted FROM review_article WHERE {some}", (made.id,)
        ).fetchall()
        tx.execute(f"UPDATE review_article SET wanted = taken WHERE {some}", (made.id,))
        tx.execute("UPDATE round SET closed_at = ? WHERE id = ?", (tx.at, made.id))
        tx.record("round.close", "round", made.id, project_id=made.project_id,
                  before={"wanted_by_article": {row[0]: row[1] for row in short}},
                  after={"assignments": back, "articles": len(short)})  # fmt: skip
        return back, len(short)

    def taken_back(self, made: Round, person_id: str) -> dict[str, str]:
        """What closing a round took back from somebody: assignments by article."""
        rows = self._c.tuples(
            "SELECT article_id, id FROM assignment WHERE round_id = ? AND person_id = ?"
            " AND withdrawn_at = ?",
            (made.id, person_id, made.closed_at),
        )
        return dict(rows)

    def reopen(self, tx: Transaction, made: Round, kept: Collection[str] = ()) -> None:
        """Open a round again: what closing took back is handed out as it was, but some.

        Articles that have joined another round since stay there; those that have left the project
        are in no round any more.

        Args:
            tx: The transaction.
            made: The round.
            kept: The ids of assignments that are not given back.
        """
        event = tx.execute(
            "SELECT before FROM event WHERE subject_kind = 'round' AND subject_id = ?"
            " AND action = 'round.close' ORDER BY rowid DESC LIMIT 1",
            (made.id,),
        ).fetchone()
        # What left the project meanwhile leaves the round too.
        tx.execute(
            "UPDATE review_article SET round_id = NULL WHERE round_id = ? AND NOT EXISTS"
            " (SELECT 1 FROM article a JOIN project_article p ON p.sort_key = a.sort_key"
            " WHERE a.id = review_article.article_id AND p.project_id = review_article.project_id)",
            (made.id,),
        )
        wanted = json.loads(event["before"])["wanted_by_article"] if event else {}
        tx.db.executemany(
            "UPDATE review_article SET wanted = max(wanted, ?) WHERE article_id = ?"
            " AND round_id = ?",
            [(n, article_id, made.id) for article_id, n in wanted.items()],
        )
        tx.execute(
            "UPDATE assignment SET withdrawn_at = NULL, state = coalesce((SELECT l.status FROM"
            " label_set l WHERE l.project_id = assignment.project_id AND l.article_id ="
            " assignment.article_id AND l.coder_id = assignment.person_id), 'to_do')"
            f" WHERE round_id = ? AND withdrawn_at = ? AND id NOT IN {GIVEN} AND article_id IN"
            " (SELECT article_id FROM review_article r WHERE r.round_id = assignment.round_id)"
            " AND NOT EXISTS (SELECT 1 FROM assignment o WHERE o.project_id ="
            " assignment.project_id AND o.article_id = assignment.article_id"
            " AND o.person_id = assignment.person_id AND o.withdrawn_at IS NULL)",
            (made.id, made.closed_at, json.dumps(sorted(kept))),
        )
        tx.execute("UPDATE round SET closed_at = NULL WHERE id = ?", (made.id,))
        ids = [row[0] for row in tx.execute(
            "SELECT article_id FROM review_article WHERE round_id = ?", (made.id,))]  # fmt: skip
        count_taken(tx, made.project_id, ids)
        # While it was closed, whoever reads what others submitted could read it here.
        tx.execute("UPDATE review_article SET open_since = ? WHERE round_id = ?", (tx.at, made.id))
        tx.execute("UPDATE round_coder SET cursor = 0 WHERE round_id = ?", (made.id,))
        tx.record("round.reopen", "round", made.id, project_id=made.project_id)

    def codes_unseen(self, person_id: str, project_id: str) -> bool:
        """Whether somebody has an article to begin in a project, or may be given one."""
        return self._c.row(
            "SELECT 1 FROM assignment WHERE round_id IN (SELECT id FROM round WHERE project_id = ?)"
            " AND person_id = ? AND state = 'to_do' AND withdrawn_at IS NULL LIMIT 1",
            (project_id, person_id),
        ) is not None or any(
            self.offers(made, person_id)
            for made in self.open_of(project_id, person_id)
            if made.mode == "pull"
        )


def _rule(made: Round) -> dict[str, object]:
    return {
        "name": made.name, "mode": made.mode, "coders": made.coders, "share": made.share,
        "share_coders": made.share_coders, "ordering": made.ordering, "seed": made.seed,
        "due_on": made.due_on,
    }  # fmt: skip
