"""The counts of articles that triggers keep, compared with the articles and made anew."""

from __future__ import annotations

from annotate.store.database import Connections

# Counts that have come down to nothing stay as rows.
_KEPT = "SELECT project_id, field, value, n FROM article_count WHERE n <> 0"
_TRUE = "SELECT project_id, field, value, n FROM article_counted"


def wrong_counts(c: Connections) -> list[str]:
    """The ids of projects whose counts are not those of their articles; empty for all articles."""
    rows = c.rows(
        f"SELECT DISTINCT project_id FROM (SELECT * FROM ({_TRUE} EXCEPT {_KEPT})"
        f" UNION ALL SELECT * FROM ({_KEPT} EXCEPT {_TRUE})) ORDER BY 1"
    )
    return [row["project_id"] for row in rows]


def recount(c: Connections, by: str) -> None:
    """Count the articles of all projects anew.

    Args:
        c: The database.
        by: The id of the person who acts.
    """
    with c.write(by) as tx:
        tx.touch("article_count", "DELETE FROM article_count")
        tx.touch("article_count", f"INSERT INTO article_count {_TRUE}")
