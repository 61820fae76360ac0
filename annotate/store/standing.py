"""What a new round must reckon with: what open rounds hold, who has and has labelled what."""

from __future__ import annotations

from dataclasses import dataclass

from annotate.store.database import Connections


@dataclass(frozen=True, slots=True)
class Standing:
    """What a new round must reckon with: articles in open rounds, and who has which article.

    ``assigned`` has those with a live assignment, ``labelled`` the status of each analyst's label
    set; both by article. ``golden`` are those with gold, in review or not; ``settled`` those whose
    gold is accepted, ``in_review`` those about which something is decided, not all.
    """

    occupied: frozenset[str]
    assigned: dict[str, frozenset[str]]
    labelled: dict[str, dict[str, str]]
    golden: frozenset[str] = frozenset()
    settled: frozenset[str] = frozenset()
    in_review: frozenset[str] = frozenset()


def standing(connections: Connections, project_id: str) -> Standing:
    """What a new round of a project must reckon with."""
    occupied = connections.tuples(
        "SELECT article_id FROM review_article WHERE round_id IN"
        " (SELECT id FROM round WHERE project_id = ? AND closed_at IS NULL)",
        (project_id,),
    )
    assigned: dict[str, set[str]] = {}
    for article_id, person_id in connections.tuples(
        "SELECT article_id, person_id FROM assignment WHERE project_id = ?"
        " AND withdrawn_at IS NULL",
        (project_id,),
    ):
        assigned.setdefault(article_id, set()).add(person_id)
    labelled: dict[str, dict[str, str]] = {}
    for article_id, person_id, status in connections.tuples(
        "SELECT article_id, coder_id, status FROM label_set WHERE project_id = ?"
        " AND coder_id IS NOT NULL AND kind = 'analyst'",
        (project_id,),
    ):
        labelled.setdefault(article_id, {})[person_id] = status
    golden = connections.tuples(
        "SELECT article_id, status FROM label_set WHERE project_id = ? AND kind = 'gold'",
        (project_id,),
    )
    in_review = connections.tuples(
        "SELECT article_id FROM review_article WHERE project_id = ? AND state = 'in_review'",
        (project_id,),
    )
    return Standing(
        frozenset(row[0] for row in occupied),
        {id_: frozenset(people) for id_, people in assigned.items()},
        labelled,
        frozenset(article_id for article_id, _ in golden),
        frozenset(article_id for article_id, status in golden if status == "accepted"),
        frozenset(row[0] for row in in_review),
    )
