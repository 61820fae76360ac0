"""The articles that wait for review, in the order in which they came to wait."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from annotate import accounts
from annotate.errors import Forbidden, Invalid
from annotate.model import Article, LabelSet, Person, Project
from annotate.review import state as reviewing
from annotate.reviews import ArticleState, ReviewArticle
from annotate.store import Store

WAITING: tuple[ArticleState, ...] = ("submitted", "in_review")
STATES: tuple[ArticleState, ...] = (*WAITING, "gold")
LIMIT = 30


@dataclass(frozen=True, slots=True)
class Waiting:
    """An article with submissions.

    ``coders`` is how many have submitted of the ``wanted``; ``decided`` and ``open`` count its
    statements. ``hidden`` says that the viewer has to submit their own labels first: then
    nothing is counted.
    """

    article: Article
    state: ArticleState
    since: str
    coders: int
    wanted: int
    decided: int
    open: int
    hidden: bool


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """A page of them; ``after`` is the next page's cursor, ``total`` how many there are in all."""

    items: tuple[Waiting, ...]
    after: str | None
    total: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article stands among those that wait; position 0 for one that does not.

    ``next`` goes on at the first after the last, so that whoever follows it comes by all.
    """

    position: int
    total: int
    next: str | None
    previous: str | None


def to_review(
    store: Store,
    person: Person,
    project_id: str,
    *,
    state: ArticleState | None = None,
    after: str | None = None,
    limit: int = LIMIT,
) -> WaitingPage:
    """A page of the articles that wait for review, those that have waited longest first.

    Args:
        store: The store.
        person: Who asks.
        project_id: The project.
        state: ``submitted``, ``in_review`` or ``gold``; None for the first two.
        after: The cursor of the page before.
        limit: The number of articles at most.

    Raises:
        Forbidden, NotFound: if the person may not read what others submitted.
        Invalid: if there is no such state or cursor.
    """
    accounts.require(store, person, "label_set.read_submitted", project_id)
    if state is not None and state not in STATES:
        raise Invalid("Articles are listed by one of {names}", names=", ".join(STATES))
    states = WAITING if state is None else (state,)
    limit = min(max(limit, 1), 200)
    with store.snapshot():
        project = store.projects.get(project_id)
        rows = store.decisions.waiting(project_id, states, after=_cursor(after), limit=limit + 1)
        page = rows[:limit]
        ids = [row.article_id for row in page]
        articles = {article.id: article for article in store.articles.many(ids)}
        heads: dict[str, list[LabelSet]] = defaultdict(list)
        for head in store.labels.heads_on(ids, project_id):
            heads[head.article_id].append(head)
        items = tuple(
            _waiting(store, person, project, row, articles[row.article_id], heads[row.article_id])
            for row in page
        )
        last = f"{page[-1].since} {page[-1].article_id}" if len(rows) > limit else None
        return WaitingPage(items, last, store.decisions.count(project_id, states))


def place(store: Store, project_id: str, article_id: str) -> Place:
    """Where an article stands among those that wait for review, and its neighbours there."""
    here = store.decisions.article(project_id, article_id)
    at = (here.since, here.article_id) if here else ("", "")
    following = store.decisions.waiting(project_id, WAITING, after=at, limit=1)
    following = following or store.decisions.waiting(project_id, WAITING, limit=1)
    before = store.decisions.waiting(project_id, WAITING, before=at, limit=1)
    waits = here is not None and here.state in WAITING
    return Place(
        store.decisions.count(project_id, WAITING, at) if waits else 0,
        store.decisions.count(project_id, WAITING),
        following[0].article_id if following and following[0] != here else None,
        before[0].article_id if before else None,
    )


def _waiting(
    store: Store,
    person: Person,
    project: Project,
    row: ReviewArticle,
    article: Article,
    heads: Sequence[LabelSet],
) -> Waiting:
    submitted = [one for one in heads if accounts.is_submitted(one)]
    decided = still_open = 0
    hidden = False
    try:
        reviewing.require_sight(store, person, project, heads)
        state = reviewing.read(store, project, article.id, heads)
        still_open = state.open_statements
        decided = sum(1 for one in state.rows if one.kind == "statement") - still_open
    except Forbidden:
        hidden = True
    return Waiting(
        article, row.state, row.since, len(submitted), row.wanted, decided, still_open, hidden
    )


def _cursor(text: str | None) -> tuple[str, str] | None:
    if not text:
        return None
    since, _, article_id = text.partition(" ")
    if not article_id:
        raise Invalid("The list cannot be continued from there", "Begin at the first page")
    return since, article_id
