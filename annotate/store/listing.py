"""Article lists: search, filters, counts and keyset pages."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from annotate.errors import Invalid
from annotate.store.database import Connections, Row, marks
from annotate.store.narrowing import PLACES, ArticleFilter, Query, leading, shown_gold, standing
from annotate.store.places import first_copy, places
from annotate.store.replacing import inside_of, newest_of

Sort = Literal["newest", "oldest", "ingested", "title"]
SORTS: tuple[Sort, ...] = ("newest", "oldest", "ingested", "title")
MY_STATUSES = ("todo", "draft", "submitted", "returned", "accepted")
COUNT_LIMIT = 10_000
_FEW = 1000
# Of so many copies it is counted where each of them is.
_FEW_COPIES = 2000

_COLUMNS = (
    "a.sort_key, a.id, a.title, a.url, a.source, a.published_at, a.language, a.ingested_at,"
    " a.duplicate_of"
)


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """One row of an article list.

    ``my_status`` is None where the coder has no label set, ``state`` where it was not asked for.
    """

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
    gold: bool = False
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list. Cursors are opaque; None where there is nothing on that side."""

    items: tuple[ListedArticle, ...]
    after: str | None
    before: str | None


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts over a whole project, largest first: sources, languages and my own statuses.

    ``texts`` counts what differs: articles without the copies of others. ``states`` counts the
    articles by where they stand in the project.
    """

    total: int
    texts: int
    sources: Mapping[str, int]
    languages: Mapping[str, int]
    my_statuses: Mapping[str, int] = field(default_factory=dict)
    states: Mapping[str, int] = field(default_factory=dict)


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
        lead = self._lead(chosen, column, most=1)
        query = Query(chosen, column, few=few, lead=lead)
        backwards = before is not None
        descending = (sort in ("newest", "ingested")) != backwards
        cursor = before or after
        if cursor is not None:
            query.seek(column, descending, _decode(cursor, sort))
        direction = "DESC" if descending else "ASC"
        order = ", ".join(f"{c} {direction}" for c in (column, query.key) if c)
        # Where they must be sorted, keys alone are: half the work where many are.
        found = (
            f"SELECT {query.key} AS sort_key FROM {query.source} WHERE {query.where}"
            f" ORDER BY {order} LIMIT {int(limit) + 1}"
        )
        again = ", ".join(f"{c} {direction}" for c in (column, "a.sort_key") if c)
        rows = self._c.rows(
            f"SELECT {_COLUMNS} FROM ({found}) f CROSS JOIN article a USING (sort_key)"
            f" ORDER BY {again}",
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
            query = Query(chosen)
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

    def unlisted(
        self, article_ids: Sequence[str], project_id: str | None
    ) -> tuple[set[str], set[str]]:
        """Of some articles, those that the list hides as copies; and those a revision replaced."""
        first, given = first_copy(project_id)
        newest, its = newest_of("a", project_id)
        rows = self._c.tuples(
            f"SELECT a.id, {newest}, {first} FROM article a WHERE a.id IN ({marks(article_ids)})",
            [*its, *given, *article_ids],
        )
        replaced = {id_ for id_, newest_, _ in rows if not newest_}
        return {id_ for id_, _, first_ in rows if not first_} - replaced, replaced

    def count(self, chosen: ArticleFilter) -> int:
        """How many articles the filter takes; COUNT_LIMIT + 1 stands for more than the limit."""
        plain = ArticleFilter(project_id=chosen.project_id, coder_id=chosen.coder_id)
        if replace(chosen, state_shown=False) in (plain, replace(plain, gold="shown")):
            return self.facets(chosen.project_id, chosen.coder_id).total
        if (
            chosen.project_id
            and chosen.states
            and (replace(chosen, states=(), state_shown=False, one_per_text=False) == plain)
        ):
            stand = self._states(chosen.project_id, chosen.one_per_text)
            return sum(stand.get(state, 0) for state in chosen.states)
        lead = self._lead(chosen, "", most=len(chosen.sources + chosen.languages))
        query = Query(chosen, lead=lead)
        rows = self._c.rows(
            f"SELECT count(*) FROM (SELECT 1 FROM {query.source} WHERE {query.where}"
            f" LIMIT {COUNT_LIMIT + 1})",
            query.parameters,
        )
        return int(rows[0][0])

    def facets(
        self,
        project_id: str | None,
        coder_id: str | None = None,
        *,
        one_per_text: bool = False,
        states: bool = False,
    ) -> Facets:
        """Counts for the filter rail, of one project or of all articles.

        Args:
            project_id: The project; None for all articles.
            coder_id: Whose statuses are counted.
            one_per_text: Whether what is to do, and what each source and language has, is
                counted without copies. Where there are very many copies, only the former is.
            states: Whether it is counted where the articles stand, too; in a project.
        """
        counts: dict[str, dict[str, int]] = {"source": {}, "language": {}, "text": {}}
        for row in self._c.rows(
            "SELECT field, value, n FROM article_count WHERE project_id = ? AND n > 0"
            " ORDER BY n DESC, value",
            (project_id or "",),
        ):
            counts[row["field"]][row["value"]] = row["n"]
        total, texts = sum(counts["source"].values()), counts["text"].get("", 0)
        first, given = first_copy(project_id)
        inside, parameters = inside_of("a", project_id)
        newest, its = newest_of("a", project_id)
        rows = self._c.rows(
            f"SELECT status, count(*) AS n, sum({first if one_per_text else '1'}) AS listed"
            " FROM label_set l JOIN article a ON a.id = l.article_id"
            f" WHERE l.coder_id = ? AND l.project_id = ? AND {newest} AND {inside}"
            " GROUP BY status",
            [*(given if one_per_text else []), coder_id, project_id, *its, *parameters],
        )
        mine = {row["status"]: row["n"] for row in rows}
        listed = sum(row["listed"] for row in rows)
        mine["todo"] = max(0, (texts if one_per_text else total) - listed)
        if one_per_text and total > texts:
            self._leave_out_copies(counts, project_id)
        stand = self._states(project_id, one_per_text) if states and project_id else {}
        return Facets(total, texts, counts["source"], counts["language"], mine, stand)

    def _states(self, project_id: str, one_per_text: bool) -> dict[str, int]:
        found = places(self._c, project_id, one_per_text=one_per_text)
        return {**found.begun, "to_do": found.held + found.free}

    def _few_copies(self) -> bool:
        found = self._c.rows(
            "SELECT count(*) FROM (SELECT 1 FROM article WHERE duplicate_of IS NOT NULL"
            f" LIMIT {_FEW_COPIES + 1})"
        )
        return int(found[0][0]) <= _FEW_COPIES

    def _leave_out_copies(
        self, counts: Mapping[str, dict[str, int]], project_id: str | None
    ) -> None:
        """Take what the list hides as copies from the counts of sources and of languages."""
        if not self._few_copies():
            return
        first, given = first_copy(project_id)
        inside, parameters = inside_of("a", project_id)
        newest, its = newest_of("a", project_id)
        for row in self._c.rows(
            "SELECT a.source, a.language, count(*) AS n FROM article a"
            f" WHERE a.duplicate_of IS NOT NULL AND {newest} AND {inside} AND NOT {first}"
            " GROUP BY 1, 2",
            [*its, *parameters, *given],
        ):
            for field_ in ("source", "language"):
                counts[field_][row[field_]] -= row["n"]
                if counts[field_][row[field_]] == 0:
                    del counts[field_][row[field_]]

    def _lead(self, chosen: ArticleFilter, column: str, most: int) -> str:
        """What to find a filter's articles by, for a list in the order of a column, if any."""
        lead = "" if column else leading(chosen, most)
        states = standing(chosen)
        # Without a column or an index it is the project's order in any case.
        if not states or chosen.match or not (column or lead):
            return lead
        # To sweep the project's order costs next to nothing for what stands elsewhere, so that
        # only what stands where it is asked counts; an index looks at all that it has.
        there = self._states(chosen.project_id or "", False)
        found = sum(there.get(state, 0) for state in states)
        if column:
            return PLACES if 2 * found <= sum(there.values()) else ""
        field_, values = ("source", chosen.sources) if chosen.sources else (
            "language", chosen.languages)  # fmt: skip
        through = self._c.tuples(
            "SELECT coalesce(sum(n), 0) FROM article_count WHERE project_id = ? AND field = ?"
            f" AND value IN ({marks(values)})",
            (chosen.project_id, field_, *values),
        )[0][0]
        return lead if through <= found else PLACES

    def _few(self, chosen: ArticleFilter) -> bool:
        found = self._c.rows(
            "SELECT count(*) FROM (SELECT 1 FROM article_index WHERE article_index MATCH ?"
            f" LIMIT {_FEW + 1})",
            (chosen.match,),
        )
        return int(found[0][0]) <= _FEW

    def _listed(self, rows: list[Row], chosen: ArticleFilter) -> tuple[ListedArticle, ...]:
        ids = [row["id"] for row in rows]
        inside, parameters = inside_of("c", chosen.project_id)
        newest, its = newest_of("c", chosen.project_id)
        copies = {
            row["duplicate_of"]: row["n"]
            for row in self._c.rows(
                f"SELECT duplicate_of, count(*) AS n FROM article c WHERE {newest}"
                f" AND duplicate_of IN ({marks(ids)}) AND {inside} GROUP BY 1",
                [*its, *ids, *parameters],
            )
        }
        gold: set[str] = set()
        if chosen.gold:
            seen, given = shown_gold(chosen)
            gold = {
                row["id"]
                for row in self._c.rows(
                    f"SELECT a.id FROM article a WHERE a.id IN ({marks(ids)}) AND {seen}",
                    [*ids, *given],
                )
            }
        stand: dict[str, str] = {}
        if chosen.state_shown:
            stand = dict(self._c.tuples(
                "SELECT article_id, state FROM review_article WHERE project_id = ?"
                f" AND article_id IN ({marks(ids)})", [chosen.project_id, *ids],
            ))  # fmt: skip
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
                row["id"] in gold,
                stand.get(row["id"], "to_do") if chosen.state_shown else None,
            )
            for row in rows
        )  # fmt: skip


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
