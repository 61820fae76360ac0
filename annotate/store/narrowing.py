"""Which articles a list shows, as SQL: the filter, what leads to its articles, its conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from annotate.store.articles import first_key
from annotate.store.database import marks
from annotate.store.places import counts_once, first_copy
from annotate.store.replacing import inside_of, newest_of

# Led by the project's own order, whatever the order of the list.
PLACES = "places"
_INDEXES = {"a.title": "article_title", "a.ingested_at": "article_ingested"}


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """Which articles a list shows.

    ``match`` is an FTS5 expression from ``annotate.text.search``. ``published_from`` and
    ``published_to`` are UTC times, the second exclusive. ``my_statuses`` (of ``MY_STATUSES``)
    concern the label sets of ``coder_id`` in the project, nobody else's. ``gold``: rows say
    whether an article has gold, or only such are listed; of those that ``coder_id`` is still to
    code neither is ever said. ``states`` are those in which articles stand in the project, whoever
    coded them; ``state_shown``: rows say it. ``revisions``: the newest of each article; besides
    them those that have labels; or all. ``not_in`` is a project that they are not in.
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
    gold: Literal["", "shown", "only"] = ""
    states: tuple[str, ...] = ()
    state_shown: bool = False
    revisions: Literal["newest", "labelled", "all"] = "newest"
    not_in: str | None = None


class Query:
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
        narrowed_to_mine = not chosen.my_statuses
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
            narrowed_to_mine = True
        elif column and lead != PLACES:
            self.source = f"article a INDEXED BY {_INDEXES[column]}"
        elif lead and lead != PLACES:
            self.source = f"article a INDEXED BY {lead}"
        elif chosen.project_id:
            self.source = "project_article p CROSS JOIN article a ON a.sort_key = p.sort_key"
            self.key = "p.sort_key"
        if chosen.project_id:
            self._narrow_to_places(chosen, chosen.project_id)
        elif chosen.states:
            # Nowhere but in a project does an article stand in one.
            self._add("0")
        self._narrow(chosen)
        if not narrowed_to_mine:
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
        newest, its = newest_of("a", chosen.project_id)
        if chosen.revisions == "newest":
            self._add(newest, *its)
        elif chosen.revisions == "labelled":
            labelled = "EXISTS (SELECT 1 FROM label_set l WHERE l.article_id = a.id)"
            self._add(f"({newest} OR {labelled})", *its)
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
        if chosen.not_in:
            inside, parameters = inside_of("a", chosen.not_in)
            self._add(f"NOT {inside}", *parameters)
        if chosen.one_per_text and not chosen.states:
            first, parameters = first_copy(chosen.project_id)
            self._add(first, *parameters)
        if chosen.gold == "only":
            seen, given = shown_gold(chosen)
            self._add(seen, *given)

    def _narrow_to_places(self, chosen: ArticleFilter, project_id: str) -> None:
        """Only what is in the project, and stands there where the filter asks."""
        wanted, parameters = ["p.project_id = ?"], [project_id]
        for states in {chosen.states, standing(chosen)}:
            if states:
                wanted.append(f"p.state IN ({marks(states)})")
                parameters += states
        if chosen.states and chosen.one_per_text:
            once, given = counts_once(project_id)
            wanted.append(once)
            parameters += given
        condition = " AND ".join(wanted)
        if self.key != "p.sort_key":
            condition = (
                "EXISTS (SELECT 1 FROM project_article p WHERE p.sort_key = a.sort_key"
                f" AND {condition})"
            )
        self._add(condition, *parameters)

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


def shown_gold(chosen: ArticleFilter) -> tuple[str, list[str | None]]:
    """The condition that article ``a`` has gold, and that the coder is not still to code it."""
    project_id, coder_id = chosen.project_id, chosen.coder_id
    return (
        "EXISTS (SELECT 1 FROM review_article g WHERE g.project_id = ? AND g.article_id = a.id"
        " AND g.state = 'gold') AND NOT EXISTS (SELECT 1 FROM label_set m WHERE m.coder_id = ?"
        " AND m.project_id = ? AND m.article_id = a.id AND m.status IN ('draft', 'returned'))"
        " AND NOT EXISTS (SELECT 1 FROM assignment t WHERE t.project_id = ? AND t.person_id = ?"
        " AND t.article_id = a.id AND t.withdrawn_at IS NULL AND t.state = 'to_do')",
        [project_id, coder_id, project_id, project_id, coder_id],
    )


def standing(chosen: ArticleFilter) -> tuple[str, ...]:
    """The states in which all that the filter takes must stand; none where it does not ask."""
    return ("gold",) if chosen.gold == "only" else chosen.states


def leading(chosen: ArticleFilter, most: int) -> str:
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
