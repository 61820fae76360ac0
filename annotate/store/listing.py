"""Article lists: search, filters, counts and keyset pages."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from annotate.errors import Invalid
from annotate.store.articles import first_key
from annotate.store.database import Connections, Row, marks

Sort = Literal["newest", "oldest", "ingested", "title"]
SORTS: tuple[Sort, ...] = ("newest", "oldest", "ingested", "title")
MY_STATUSES = ("todo", "draft", "submitted", "returned", "accepted")
COUNT_LIMIT = 10_000
_FEW = 1000
_INDEXES = {"a.title": "article_title", "a.ingested_at": "article_ingested"}

_COLUMNS = (
    "a.sort_key, a.id, a.title, a.url, a.source, a.published_at, a.language, a.ingested_at,"
    " a.duplicate_of"
)


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """Which articles a list shows.

    ``match`` is an FTS5 expression from ``annotate.text.search``. ``published_from`` and
    ``published_to`` are UTC times, the second exclusive. ``my_statuses`` (of ``MY_STATUSES``)
    concern the label sets of ``coder_id`` in the project, nobody else's. ``revisions``: the
    newest of each article; besides them those that have labels; or all.
    """

    project_id: str | None = None
    match: str | None = None
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    published_from: str | None = None
    published_to: str | None = None
    coder_id: str | None = None
    my_statuses: tuple[str, ...] = ()
    one_per_text: bool = False
    revisions: Literal["newest", "labelled", "all"] = "newest"


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """One row of an article list; ``my_status`` is None where the coder has no label set."""

    id: str
    title: str
    url: str
    source: str
    published_at: str | None
    language: str
    ingested_at: str
    duplicate_of: str | None
    copies: int
    my_status: str | None
    my_statements: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list. Cursors are opaque; None where there is nothing on that side."""

    items: tuple[ListedArticle, ...]
    after: str | None
    before: str | None


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts over a whole project, largest first: sources, languages and my own statuses.

    ``texts`` counts what differs: articles without the copies of others.
    """

    total: int
    texts: int
    sources: Mapping[str, int]
    languages: Mapping[str, int]
    my_statuses: Mapping[str, int] = field(default_factory=dict)


class Listing:
    """Lists over the articles of one database. Superseded revisions are not listed."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def page(
        self,
        chosen: ArticleFilter,
        *,
        sort: Sort = "newest",
        limit: int = 50,
        after: str | None = None,
        before: str | None = None,
    ) -> Page:
        """One page of a list.

        Args:
            chosen: The filter.
            sort: The order.
            limit: The number of rows at most.
            after: Start behind this cursor.
            before: End before this cursor; at most one of the two.

        Raises:
            Invalid: if a cursor or the order is not one of ours.
        """
        if sort not in SORTS:
            raise Invalid(
                "{sort!r} is not an order", "Use one of {names}", sort=sort, names=", ".join(SORTS)
            )
        column = {"ingested": "a.ingested_at", "title": "a.title"}.get(sort, "")
        few = bool(column and chosen.match) and self._few(chosen)
        query = _Query(chosen, column, few=few, lead=_lead(chosen, most=1))
        backwards = before is not None
        descending = (sort in ("newest", "ingested")) != backwards
        cursor = before or after
        if cursor is not None:
            query.seek(column, descending, _decode(cursor, sort))
        direction = "DESC" if descending else "ASC"
        order = ", ".join(f"{c} {direction}" for c in (column, query.key) if c)
        rows = self._c.rows(
            f"SELECT {_COLUMNS} FROM {query.source} WHERE {query.where}"
            f" ORDER BY {order} LIMIT {int(limit) + 1}",
            query.parameters,
        )
        more = len(rows) > limit
        rows = rows[:limit]
        if backwards:
            rows.reverse()
        items = self._listed(rows, chosen)
        first = _encode(rows[0], sort) if rows else None
        last = _encode(rows[-1], sort) if rows else None
        return Page(
            items,
            after=last if (more or backwards) else None,
            before=first if (after is not None or (backwards and more)) else None,
        )

    def walk(self, chosen: ArticleFilter, batch: int = 200) -> Iterator[list[str]]:
        """The ids of all articles that the filter takes, oldest first, in batches."""
        at: int | None = None
        while True:
            query = _Query(chosen)
            if at is not None:
                query.seek("", False, (None, at))
            rows = self._c.rows(
                f"SELECT a.id, a.sort_key FROM {query.source} WHERE {query.where}"
                f" ORDER BY {query.key} LIMIT {int(batch)}",
                query.parameters,
            )
            if not rows:
                return
            yield [row["id"] for row in rows]
            at = rows[-1]["sort_key"]

    def count(self, chosen: ArticleFilter) -> int:
        """How many articles the filter takes; COUNT_LIMIT + 1 stands for more than the limit."""
        if chosen == ArticleFilter(project_id=chosen.project_id, coder_id=chosen.coder_id):
            return self.facets(chosen.project_id, chosen.coder_id).total
        query = _Query(chosen, lead=_lead(chosen, most=len(chosen.sources + chosen.languages)))
        rows = self._c.rows(
            f"SELECT count(*) FROM (SELECT 1 FROM {query.source} WHERE {query.where}"
            f" LIMIT {COUNT_LIMIT + 1})",
            query.parameters,
        )
        return int(rows[0][0])

    def facets(self, project_id: str | None, coder_id: str | None = None) -> Facets:
        """Counts for the filter rail, of one project or of all articles."""
        counts: dict[str, dict[str, int]] = {"source": {}, "language": {}, "text": {}}
        for row in self._c.rows(
            "SELECT field, value, n FROM article_count WHERE project_id = ? AND n > 0"
            " ORDER BY n DESC, value",
            (project_id or "",),
        ):
            counts[row["field"]][row["value"]] = row["n"]
        total = sum(counts["source"].values())
        mine = {
            row["status"]: row["n"]
            for row in self._c.rows(
                "SELECT status, count(*) AS n FROM label_set JOIN article a ON a.id = article_id"
                " WHERE coder_id = ? AND project_id = ? AND a.superseded = 0 GROUP BY status",
                (coder_id, project_id),
            )
        }
        mine["todo"] = max(0, total - sum(mine.values()))
        return Facets(total, counts["text"].get("", 0), counts["source"], counts["language"], mine)

    def _few(self, chosen: ArticleFilter) -> bool:
        found = self._c.rows(
            "SELECT count(*) FROM (SELECT 1 FROM article_index WHERE article_index MATCH ?"
            f" LIMIT {_FEW + 1})",
            (chosen.match,),
        )
        return int(found[0][0]) <= _FEW

    def _listed(self, rows: list[Row], chosen: ArticleFilter) -> tuple[ListedArticle, ...]:
        ids = [row["id"] for row in rows]
        inside, parameters = _inside("c", chosen.project_id)
        copies = {
            row["duplicate_of"]: row["n"]
            for row in self._c.rows(
                "SELECT duplicate_of, count(*) AS n FROM article c WHERE superseded = 0"
                f" AND duplicate_of IN ({marks(ids)}) AND {inside} GROUP BY 1",
                [*ids, *parameters],
            )
        }
        mine: dict[str, Row] = {}
        if chosen.coder_id:
            mine = {
                row["article_id"]: row
                for row in self._c.rows(
                    "SELECT article_id, status, (SELECT count(*) FROM statement s"
                    " WHERE s.label_set_id = l.id AND s.deleted_at IS NULL) AS statements"
                    f" FROM label_set l WHERE coder_id = ? AND article_id IN ({marks(ids)})"
                    " AND project_id = ?",
                    [chosen.coder_id, *ids, chosen.project_id],
                )
            }
        return tuple(
            ListedArticle(
                row["id"], row["title"], row["url"], row["source"], row["published_at"],
                row["language"], row["ingested_at"], row["duplicate_of"],
                copies.get(row["id"], 0),
                mine[row["id"]]["status"] if row["id"] in mine else None,
                mine[row["id"]]["statements"] if row["id"] in mine else 0,
            )
            for row in rows
        )  # fmt: skip


class _Query:
    """The FROM and WHERE of one filter, led by whatever narrows it most.

    Args:
        chosen: The filter.
        column: A column that the list is ordered by before ``sort_key``, or an empty string.
        few: Whether the search is known to find few articles, which are then sorted at once.
        lead: An index by which to find articles where nothing else leads, or an empty string.
    """

    def __init__(
        self, chosen: ArticleFilter, column: str = "", *, few: bool = False, lead: str = ""
    ) -> None:
        self.key = "a.sort_key"
        self.source = "article a"
        self._conditions: list[str] = []
        self.parameters: list[Any] = []
        held = bool(chosen.my_statuses) and "todo" not in chosen.my_statuses
        if chosen.match and column and not few:
            self.source = f"article a INDEXED BY {_INDEXES[column]}"
            self._add(
                "a.sort_key IN (SELECT rowid FROM article_index WHERE article_index MATCH ?)",
                chosen.match,
            )
        elif chosen.match:
            self.source = "article_index CROSS JOIN article a ON a.sort_key = article_index.rowid"
            self.key = "a.sort_key" if column else "article_index.rowid"
            self._add("article_index MATCH ?", chosen.match)
        elif held:
            self.source = "label_set mine CROSS JOIN article a ON a.id = mine.article_id"
            self._add(
                f"mine.coder_id = ? AND mine.project_id = ?"
                f" AND mine.status IN ({marks(chosen.my_statuses)})",
                chosen.coder_id, chosen.project_id, *chosen.my_statuses,
            )  # fmt: skip
        elif column:
            self.source = f"article a INDEXED BY {_INDEXES[column]}"
        elif lead:
            self.source = f"article a INDEXED BY {lead}"
        elif chosen.project_id:
            self.source = "project_article p CROSS JOIN article a ON a.sort_key = p.sort_key"
            self.key = "p.sort_key"
            self._add("p.project_id = ?", chosen.project_id)
        if chosen.project_id and self.key != "p.sort_key":
            inside, parameters = _inside("a", chosen.project_id)
            self._add(inside, *parameters)
        self._narrow(chosen)
        if chosen.my_statuses and not (held and "mine." in self._conditions[0]):
            self._narrow_to_mine(chosen)

    @property
    def where(self) -> str:
        """All conditions joined; there may be none."""
        return " AND ".join(self._conditions) or "1"

    def seek(self, column: str, descending: bool, at: tuple[str | None, int]) -> None:
        """Only what lies behind the cursor, in the direction of travel."""
        sign = "<" if descending else ">"
        if column:
            self._add(f"({column}, {self.key}) {sign} (?, ?)", at[0], at[1])
        else:
            self._add(f"{self.key} {sign} ?", at[1])

    def _add(self, condition: str, *parameters: object) -> None:
        self._conditions.append(condition)
        self.parameters += parameters

    def _narrow(self, chosen: ArticleFilter) -> None:
        if chosen.revisions == "newest":
            self._add("a.superseded = 0")
        elif chosen.revisions == "labelled":
            self._add(
                "(a.superseded = 0 OR EXISTS (SELECT 1 FROM label_set l WHERE l.article_id = a.id))"
            )
        for column, values in (("source", chosen.sources), ("language", chosen.languages)):
            if values:
                self._add(f"a.{column} IN ({marks(values)})", *values)
        # The key begins with the published second: a range of it is a range of the list.
        if chosen.published_from:
            self._add(f"{self.key} >= ?", first_key(chosen.published_from))
        if chosen.published_to:
            self._add(f"{self.key} < ?", first_key(chosen.published_to))
        if chosen.published_from or chosen.published_to:
            self._add("a.published_at IS NOT NULL")
        if chosen.one_per_text:
            self._narrow_to_first_copies(chosen)

    def _narrow_to_first_copies(self, chosen: ArticleFilter) -> None:
        # A copy stands in for an original that is in another project or has been superseded.
        inside, parameters = _inside("o", chosen.project_id)
        self._add(
            "(a.duplicate_of IS NULL OR NOT EXISTS (SELECT 1 FROM article o WHERE"
            " (o.id = a.duplicate_of"
            " OR o.duplicate_of = a.duplicate_of AND o.sort_key < a.sort_key)"
            f" AND o.superseded = 0 AND {inside}))",
            *parameters,
        )

    def _narrow_to_mine(self, chosen: ArticleFilter) -> None:
        mine = (
            "SELECT 1 FROM label_set l WHERE l.coder_id = ? AND l.project_id = ?"
            " AND l.article_id = a.id"
        )
        held = [status for status in chosen.my_statuses if status != "todo"]
        wanted: list[str] = []
        parameters: list[object] = []
        if held:
            wanted.append(f"EXISTS ({mine} AND l.status IN ({marks(held)}))")
            parameters += [chosen.coder_id, chosen.project_id, *held]
        if "todo" in chosen.my_statuses:
            wanted.append(f"NOT EXISTS ({mine})")
            parameters += [chosen.coder_id, chosen.project_id]
        self._add(f"({' OR '.join(wanted)})", *parameters)


def _lead(chosen: ArticleFilter, most: int) -> str:
    """The index of sources or of languages, if at most so many are asked for.

    For one of them it holds the order of the list; through the project's own order, a page of a
    rare source would read the whole project.
    """
    for values, index in (
        (chosen.sources, "article_source"),
        (chosen.languages, "article_language"),
    ):
        if 0 < len(values) <= most:
            return index
    return ""


def _inside(alias: str, project_id: str | None) -> tuple[str, list[str]]:
    """The condition that an article is in a project, if one is named, with its parameters."""
    if project_id is None:
        return "1", []
    condition = (
        "EXISTS (SELECT 1 FROM project_article p WHERE p.project_id = ?"
        f" AND p.sort_key = {alias}.sort_key)"
    )
    return condition, [project_id]


def _encode(row: Row, sort: Sort) -> str:
    value = row[{"ingested": "ingested_at", "title": "title"}[sort]] if sort in (
        "ingested", "title") else None  # fmt: skip
    return base64.urlsafe_b64encode(json.dumps([sort, value, row["sort_key"]]).encode()).decode()


def _decode(cursor: str, sort: Sort) -> tuple[str | None, int]:
    try:
        made_for, value, key = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        ours = made_for == sort and isinstance(key, int) and abs(key) < 1 << 63
        if not ours or not isinstance(value, str | None):
            raise ValueError
        # A lone surrogate cannot be looked up.
        (value or "").encode()
        return value, key
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise Invalid("This page link is not valid any more", "Go back to the first page") from None
