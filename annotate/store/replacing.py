"""Which revisions are in a project, and how a newer one takes the place of an older one there.

It does so in every project but those archived. An archived project keeps the revision that it
has: the row of ``project_article_held`` says that this one is still its newest there. It goes
once the project is taken out of the archive.
"""

from __future__ import annotations

from annotate.store.database import Transaction

_HELD = (
    "EXISTS (SELECT 1 FROM project_article_held h WHERE h.project_id = {project}"
    " AND h.sort_key = {alias}.sort_key)"
)


def inside_of(alias: str, project_id: str | None) -> tuple[str, list[str]]:
    """The condition that an article is in a project, if one is named, with its parameters."""
    if project_id is None:
        return "1", []
    condition = (
        "EXISTS (SELECT 1 FROM project_article p WHERE p.project_id = ?"
        f" AND p.sort_key = {alias}.sort_key)"
    )
    return condition, [project_id]


def newest_of(alias: str, project_id: str | None) -> tuple[str, list[str]]:
    """The condition that an article is the newest of its revisions, with its parameters.

    In a project that is the newest revision there; without one, the newest there is.
    """
    if project_id is None:
        return f"{alias}.superseded = 0", []
    # Nothing is looked up for those that no other has replaced, which are nearly all.
    held = _HELD.format(project="?", alias=alias)
    return f"({alias}.superseded = 0 OR {held})", [project_id]


def replace(tx: Transaction, old_key: int, new_key: int) -> None:
    """Let a revision take the place of another, which an archived project keeps."""
    tx.execute(
        "INSERT OR IGNORE INTO project_article_held SELECT p.project_id, p.sort_key"
        " FROM project_article p JOIN project o ON o.id = p.project_id"
        " WHERE p.sort_key = ? AND o.archived_at IS NOT NULL",
        (old_key,),
    )
    # After it is held: the counts of a project that keeps it do not change.
    tx.execute("UPDATE article SET superseded = 1 WHERE sort_key = ?", (old_key,))
    tx.execute(
        "INSERT OR IGNORE INTO project_article (project_id, sort_key) SELECT p.project_id, ?"
        " FROM project_article p JOIN project o ON o.id = p.project_id"
        " WHERE p.sort_key = ? AND o.archived_at IS NULL",
        (new_key, old_key),
    )


def catch_up(tx: Transaction, project_id: str) -> None:
    """Let what came while a project was archived take the place of what it held."""
    held = "FROM project_article_held WHERE project_id = ?"
    if tx.execute(f"SELECT 1 {held} LIMIT 1", (project_id,)).fetchone() is None:
        return
    added = tx.execute(
        "INSERT OR IGNORE INTO project_article (project_id, sort_key)"
        " SELECT h.project_id, n.sort_key FROM project_article_held h"
        " JOIN article a ON a.sort_key = h.sort_key"
        " JOIN article n ON n.series_id = a.series_id AND n.superseded = 0"
        " WHERE h.project_id = ?",
        (project_id,),
    ).rowcount
    tx.execute(f"DELETE {held}", (project_id,))
    # What was held counted as there, and triggers do not see it go.
    tx.touch("article_count", "DELETE FROM article_count WHERE project_id = ?", (project_id,))
    tx.touch(
        "article_count",
        "INSERT INTO article_count SELECT * FROM article_counted WHERE project_id = ?",
        (project_id,),
    )
    if added:
        tx.record("project.add_articles", "project", project_id, project_id=project_id,
                  after={"articles": added})  # fmt: skip
