"""The search index made anew from the articles, while others read and write.

The index keeps no texts and cannot say what a row of it was made of, so a row that is wrong can
be neither changed nor taken out: the whole index is written beside the old one and then takes
its place. Killed on the way, the old one still stands and the next run begins again.
"""

from __future__ import annotations

from annotate.store.database import Connections, Row, Transaction
from annotate.store.tables import ARTICLE_INDEX
from annotate.text.search import index_terms

BATCH = 500
_NEW = "article_index_new"


def rebuild(c: Connections, by: str) -> None:
    """Write the search index anew; takes about a second for 500 articles.

    Args:
        c: The database.
        by: The id of the person who acts.

    Raises:
        DatabaseProblem: as ``Connections.write``; the old index stays.
    """
    with c.write(by) as tx:
        _touch(tx, f"DROP TABLE IF EXISTS {_NEW}")
        _touch(tx, f"CREATE VIRTUAL TABLE {_NEW} {ARTICLE_INDEX}")
    after = None
    while rows := _articles(c, after):
        with c.write(by) as tx:
            _fill(tx, rows)
        after = rows[-1]["sort_key"]
    with c.write(by) as tx:
        # What came meanwhile may stand anywhere in the order.
        _fill(tx, c.rows(f"{_ARTICLES} WHERE a.sort_key NOT IN (SELECT rowid FROM {_NEW})"))
        _touch(tx, "DROP TABLE article_index")
        _touch(tx, f"ALTER TABLE {_NEW} RENAME TO article_index")


_ARTICLES = (
    "SELECT a.sort_key, a.title, t.text FROM article a JOIN article_text t ON t.article_id = a.id"
)


def _articles(c: Connections, after: int | None) -> list[Row]:
    where, parameters = ("WHERE a.sort_key > ?", [after]) if after is not None else ("", [])
    return c.rows(f"{_ARTICLES} {where} ORDER BY a.sort_key LIMIT {BATCH}", parameters)


def _fill(tx: Transaction, rows: list[Row]) -> None:
    for row in rows:
        _touch(
            tx,
            f"INSERT INTO {_NEW} (rowid, title, text) VALUES (?, ?, ?)",
            (row["sort_key"], index_terms(row["title"]), index_terms(row["text"])),
        )


def _touch(tx: Transaction, sql: str, parameters: tuple[object, ...] = ()) -> None:
    tx.touch("article_index", sql, parameters)
