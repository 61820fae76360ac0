"""Which articles of a project count, and where: one rule for its lists and for its board.

An article counts once, by its newest revision in the project. Of several with one text the one
that lists show counts; the copies besides only where somebody has begun them or an open round
holds them, since nobody codes the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from annotate.store.database import Connections
from annotate.store.replacing import inside_of, newest_of

OPEN_ROUNDS = "(SELECT id FROM round WHERE project_id = ? AND closed_at IS NULL)"
# Through the few that were replaced, then to their places in the project.
_REPLACED = (
    "FROM article a INDEXED BY article_superseded CROSS JOIN project_article p"
    " ON p.project_id = ? AND p.sort_key = a.sort_key WHERE a.superseded = 1 AND NOT {newest}"
)


@dataclass(frozen=True, slots=True)
class Places:
    """How many articles of a project stand where.

    ``begun`` is by state; of what nobody has begun, ``held`` are in an open round and ``free`` in
    none. ``replaced`` are earlier revisions with labels or in an open round, by state: they count
    nowhere else.
    """

    begun: Mapping[str, int]
    held: int
    free: int
    replaced: Mapping[str, int]


def first_copy(project_id: str | None) -> tuple[str, list[str]]:
    """The condition that article ``a`` is the one of its text that a list shows."""
    # A copy stands in for an original that is in another project or has been superseded.
    inside, parameters = inside_of("o", project_id)
    newest, its = newest_of("o", project_id)
    return (
        "(a.duplicate_of IS NULL OR NOT EXISTS (SELECT 1 FROM article o WHERE"
        " (o.id = a.duplicate_of"
        " OR o.duplicate_of = a.duplicate_of AND o.sort_key < a.sort_key)"
        f" AND {newest} AND {inside}))",
        its + parameters,
    )


def counts_once(project_id: str) -> tuple[str, list[str]]:
    """The condition that article ``a``, the newest revision at place ``p``, counts there."""
    first, given = first_copy(project_id)
    return f"(p.state <> 'to_do' OR p.round_id IN {OPEN_ROUNDS} OR {first})", [project_id, *given]


def replaced_in(project_id: str) -> tuple[str, list[str]]:
    """The ids of a project's articles that a newer revision has replaced there, as a subquery."""
    newest, its = newest_of("a", project_id)
    return f"(SELECT a.id {_REPLACED.format(newest=newest)})", [project_id, *its]


def places(c: Connections, project_id: str, *, one_per_text: bool = True) -> Places:
    """How many articles of a project stand where.

    Args:
        c: The database.
        project_id: The project.
        one_per_text: Whether copies count as the rule has it; else all of them do.
    """
    stand = dict.fromkeys(("total", "text"), 0)
    for field, n in c.tuples(
        "SELECT CASE field WHEN 'source' THEN 'total' ELSE field END, sum(n) FROM article_count"
        " WHERE project_id = ? AND field IN ('source', 'text') GROUP BY 1",
        (project_id,),
    ):
        stand[field] = n
    newest, its = newest_of("a", project_id)
    replaced = dict(c.tuples(
        f"SELECT p.state, count(*) {_REPLACED.format(newest=newest)}"
        f" AND (p.state <> 'to_do' OR p.round_id IN {OPEN_ROUNDS}) GROUP BY 1",
        [project_id, *its, project_id],
    ))  # fmt: skip
    found = dict(c.tuples(
        "SELECT state, sum(n) FROM review_count WHERE project_id = ? AND (state <> 'to_do'"
        f" OR round_id IN {OPEN_ROUNDS}) GROUP BY 1 HAVING sum(n) > 0",
        (project_id, project_id),
    ))  # fmt: skip
    begun = {
        state: n - replaced.get(state, 0)
        for state, n in found.items()
        if n > replaced.get(state, 0)
    }
    held = begun.pop("to_do", 0)
    listed = stand["total"]
    if one_per_text and stand["text"] < listed:
        listed = stand["text"] + _copies_coded(c, project_id)
    return Places(begun, held, max(0, listed - held - sum(begun.values())), replaced)


def _copies_coded(c: Connections, project_id: str) -> int:
    """How many copies that lists hide are begun or in an open round."""
    newest, its = newest_of("a", project_id)
    first, given = first_copy(project_id)
    rows = c.tuples(
        "SELECT count(*) FROM article a INDEXED BY article_duplicate_of"
        " CROSS JOIN project_article p ON p.project_id = ? AND p.sort_key = a.sort_key"
        " WHERE a.duplicate_of IS NOT NULL"
        f" AND (p.state <> 'to_do' OR p.round_id IN {OPEN_ROUNDS}) AND {newest} AND NOT {first}",
        [project_id, project_id, *its, *given],
    )
    return int(rows[0][0])
