"""The search index compared with the articles, and made anew while others read and write.

The index keeps no texts and cannot say what a row of it was made of, so a row that is wrong can
be neither changed nor taken out: the whole index is written beside the old one and then takes
its place. Killed on the way, the old one still stands and the next run begins again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from annotate.store.database import Connections, Row, Transaction, marks
from annotate.store.tables import ARTICLE_INDEX
from annotate.text.search import index_terms

BATCH = 500
# Passages of an article that are looked up, and how many terms each has.
_PASSAGES = 4
_PASSAGE_TERMS = 4
_NEW = "article_index_new"
_ARTICLES = (
    "SELECT a.sort_key, a.id, a.title, t.text FROM article a"
    " JOIN article_text t ON t.article_id = a.id"
)


def stale(c: Connections) -> Iterator[str]:
    """The ids of articles whose row in the index was made of something else.

    Compared are how many terms the index counts in title and text, and some passages of each,
    spread over it: reading every term back takes many times longer.

    Args:
        c: The database.
    """
    after = None
    while rows := _articles(c, after):
        keys = [row["sort_key"] for row in rows]
        counted = {
            row["id"]: _numbers(row["sz"])
            for row in c.rows(
                f"SELECT id, sz FROM article_index_docsize WHERE id IN ({marks(keys)})", keys
            )
        }
        for row in rows:
            terms = [index_terms(row["title"]).split(), index_terms(row["text"]).split()]
            counts = counted.get(row["sort_key"])
            # One that is not in the index at all is another finding.
            if counts is not None and (
                counts != [len(one) for one in terms] or not _found(c, row["sort_key"], terms)
            ):
                yield str(row["id"])
        after = rows[-1]["sort_key"]


def _found(c: Connections, key: int, terms: Sequence[list[str]]) -> bool:
    wanted = [
        f'{column} : "{" ".join(one[at : at + _PASSAGE_TERMS])}"'
        for column, one in zip(("title", "text"), terms, strict=True)
        for at in sorted({len(one) * n // _PASSAGES for n in range(_PASSAGES)} if one else ())
    ]
    if not wanted:
        return True
    row = c.row(
        "SELECT 1 FROM article_index WHERE rowid = ? AND article_index MATCH ?",
        (key, " AND ".join(wanted)),
    )
    return row is not None


def _numbers(data: bytes) -> list[int]:
    """SQLite's integers of variable length, seven bits a byte."""
    numbers, value = [], 0
    for byte in data:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            numbers.append(value)
            value = 0
    return numbers


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
