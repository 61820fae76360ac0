"""Which articles a list shows, as SQL: the filter, what leads to its articles, its conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from annotate.store.articles import first_key
from annotate.store.database import marks
from annotate.store.replacing import inside_of, newest_of

# Led by where articles stand in the project: in some states of begun ones, or not begun.
STANDING, LEFT = "standing", "left"
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
        elif lead == STANDING:
            self.source = "review_article r CROSS JOIN article a ON a.id = r.article_id"
            states = standing(chosen)
            self._add(f"r.project_id = ? AND r.state IN ({marks(states)})",
                      chosen.project_id, *states)  # fmt: skip
        elif lead == LEFT:
            # In the order of ids both can be read in one sweep of their indexes; with a limit, it
            # is done first.
            self.source = (
                "(SELECT o.id FROM article o WHERE NOT EXISTS (SELECT 1 FROM review_article s"
                " WHERE s.project_id = ? AND s.article_id = o.id AND s.state <> 'to_do')"
                " LIMIT -1) r CROSS JOIN article a ON a.id = r.id"
            )
            self.parameters.append(chosen.project_id)
        elif column:
            self.source = f"article a INDEXED BY {_INDEXES[column]}"
        elif lead:
            self.source = f"article a INDEXED BY {lead}"
        elif chosen.project_id:
            self.source = "project_article p CROSS JOIN article a ON a.sort_key = p.sort_key"
            self.key = "p.sort_key"
            self._add("p.project_id = ?", chosen.project_id)
        if chosen.project_id and self.key != "p.sort_key":
            inside, parameters = inside_of("a", chosen.project_id)
            self._add(inside, *parameters)
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
        if chosen.one_per_text:
            first, parameters = first_copy(chosen.project_id)
            self._add(first, *parameters)
        if chosen.gold == "only":
            seen, given = shown_gold(chosen)
            self._add(seen, *given)
        if chosen.states:
            self._narrow_to_states(chosen)

    def _narrow_to_states(self, chosen: ArticleFilter) -> None:
        here = "SELECT 1 FROM review_article s WHERE s.project_id = ? AND s.article_id = a.id"
        begun = [state for state in chosen.states if state != "to_do"]
        wanted: list[str] = []
        parameters: list[object] = []
        if begun:
            wanted.append(f"EXISTS ({here} AND s.state IN ({marks(begun)}))")
            parameters += [chosen.project_id, *begun]
        if "to_do" in chosen.states:
            # Of what nobody has begun and no round holds there is no row.
            wanted.append(f"NOT EXISTS ({here} AND s.state <> 'to_do')")
            parameters.append(chosen.project_id)
        self._add(f"({' OR '.join(wanted)})", *parameters)

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
    """The states of begun articles in which all that the filter takes stand; none if they vary."""
    if chosen.gold == "only":
        return ("gold",)
    return () if "to_do" in chosen.states else chosen.states


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
