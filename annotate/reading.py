"""What a person sees when they open an article: text, own labels, queue, registry; and no more.

Everything here asks the permission table first and covers only what the viewer may see.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from annotate import accounts
from annotate.codebook import Codebook
from annotate.errors import Invalid, NotFound
from annotate.model import Actor, Article, Claim, LabelSet, Person, Project
from annotate.registries.following import referenced
from annotate.reviews import ARTICLE_STATES, MOST_PULLED
from annotate.store import ArticleFilter, Facets, Page, Store
from annotate.store.listing import MY_STATUSES, Sort
from annotate.store.registry import search_key
from annotate.text.search import parse_query
from annotate.text.segment import boundaries

QUEUE_LENGTH = 30
_MOST_SOURCES = 3
_QUOTES = "\"'“”„«»「」『』 "


@dataclass(frozen=True, slots=True)
class QueueItem:
    """An article in a person's queue; ``status`` is that of their own label set or ``new``."""

    id: str
    title: str
    source: str
    published_at: str | None
    language: str
    status: str
    statements: int


@dataclass(frozen=True, slots=True)
class Queue:
    """A person's work in a project: theirs to do, theirs returned, and how far they are.

    Where a round is open, ``assigned`` is true, and all of it is what the person was given.
    ``due_on`` is the first day by which some of it is due; ``offers`` whether they can ask for
    the next article: ``next``; or ``full`` if they must submit one that they hold before.
    """

    mine: tuple[QueueItem, ...]
    returned: tuple[QueueItem, ...]
    done: int
    total: int
    assigned: bool = False
    due_on: str | None = None
    offers: Literal["", "next", "full"] = ""


@dataclass(frozen=True, slots=True)
class OpenArticle:
    """One article as one person may see it.

    ``boundaries`` are word starts and the text's end, in code points. ``remembered`` is the
    codebook with the values that were withdrawn from it, to name labels by. ``actors`` are those
    that the label sets refer to, whose names occur in the text, or who published it
    (``published_by``); ``others`` the colleagues' label sets that the person may see.
    ``newest_id`` is a later revision, if there is one. ``can_edit`` says whether the person may
    tag here, whatever the status that their label set has just now.
    """

    article: Article
    newest_id: str | None
    boundaries: tuple[int, ...]
    project: Project
    codebook: Codebook
    remembered: Codebook
    mine: LabelSet | None
    can_edit: bool
    can_undo: bool
    can_redo: bool
    others: tuple[tuple[LabelSet, str], ...]
    actors: Mapping[str, Actor]
    claims: Mapping[str, Claim]
    published_by: tuple[str, ...]


def open_article(store: Store, person: Person, project_id: str, article_id: str) -> OpenArticle:
    """Everything that the tagging page needs of one article.

    Raises:
        Forbidden, NotFound: if the person may not read it, or it is not in the project.
    """
    accounts.require(store, person, "article.read", project_id)
    with store.snapshot():
        article = store.articles.get(article_id)
        if project_id not in store.articles.projects_of([article_id])[article_id]:
            raise NotFound(
                "There is no article {article_id} in this project", article_id=article_id
            )
        project = store.projects.get(project_id)
        heads = store.labels.heads_on([article_id], project_id)
        seen = store.labels.with_content(accounts.visible(store, person, project, heads))
        mine = next((one for one in seen if one.coder_id == person.id), None)
        others = [one for one in seen if one is not mine]
        terms = store.registry.terms(project_id)
        # Whoever published the article is the likeliest to have reported what it says.
        published_by = store.registry.called(article.source)
        present = {*published_by, *(id_ for text, id_ in terms if id_ and text in article.text)}
        actor_ids, claim_ids = referenced(seen)
        history = store.history
        return OpenArticle(
            article=article,
            newest_id=store.articles.newer(article, project_id),
            boundaries=tuple(boundaries(article.text, [text for text, _ in terms])),
            project=project,
            codebook=store.projects.codebook(project_id),
            remembered=store.projects.remembered(project_id),
            mine=mine,
            can_edit=accounts.may(store, person, "label_set.tag", project_id),
            can_undo=mine is not None and history.to_undo(mine.id) is not None,
            can_redo=mine is not None and history.to_redo(mine.id) is not None,
            others=tuple((one, _coder_name(store, person, project, one, heads)) for one in others),
            actors=store.registry.actors(sorted(actor_ids | present)),
            claims=store.registry.claims(sorted(claim_ids)),
            published_by=tuple(published_by),
        )


def queue(store: Store, person: Person, project_id: str) -> Queue:
    """A person's queue: what they have begun first, then what they have not.

    Where a round is open in the project, that is what they were given, in the round's order; else
    every article, newest first.
    """
    accounts.require(store, person, "article.read", project_id)
    if store.rounds.of_project(project_id, closed=False):
        return _assigned(store, person, project_id)
    begun = _unsubmitted(store, person, project_id)
    drafts = [id_ for id_, (status, _) in begun.items() if status == "draft"][:QUEUE_LENGTH]
    returned = [id_ for id_, (status, _) in begun.items() if status == "returned"]
    fresh = store.listing.page(
        ArticleFilter(
            project_id=project_id, coder_id=person.id, my_statuses=("todo",), one_per_text=True
        ),
        limit=QUEUE_LENGTH,
    )
    articles = {article.id: article for article in store.articles.many([*drafts, *returned])}
    mine = [_begun(articles[id_], *begun[id_]) for id_ in drafts]
    mine += [
        QueueItem(row.id, row.title, row.source, row.published_at, row.language, "new", 0)
        for row in fresh.items
    ]
    facets = store.listing.facets(project_id, person.id)
    done = sum(facets.my_statuses.get(status, 0) for status in ("submitted", "accepted"))
    return Queue(
        tuple(mine),
        tuple(_begun(articles[id_], *begun[id_]) for id_ in returned),
        min(done, facets.texts),
        facets.texts,
    )


def has_work(store: Store, person: Person, project_id: str) -> bool:
    """Whether somebody has anything to tag: all may tag everything where no round is open."""
    accounts.require(store, person, "article.read", project_id)
    if not store.rounds.of_project(project_id, closed=False):
        return True
    theirs = _assigned(store, person, project_id)
    return bool(theirs.mine or theirs.returned or theirs.offers)


def _assigned(store: Store, person: Person, project_id: str) -> Queue:
    begun = _unsubmitted(store, person, project_id)
    drafts = [id_ for id_, (status, _) in begun.items() if status == "draft"][:QUEUE_LENGTH]
    returned = [id_ for id_, (status, _) in begun.items() if status == "returned"]
    rounds = store.rounds.open_of(project_id, person.id)
    waiting: list[str] = []
    due: list[str] = []
    for made in rounds:
        theirs = store.boards.to_do(made.id, person.id, QUEUE_LENGTH)
        waiting += theirs
        if made.due_on and (theirs or store.boards.unfinished(made.id, person.id)):
            due.append(made.due_on)
    waiting = waiting[:QUEUE_LENGTH]
    articles = {one.id: one for one in store.articles.many([*drafts, *returned, *waiting])}
    done, total = store.boards.load(project_id, person.id)
    pulled = [made for made in rounds if made.mode == "pull"]
    offers: Literal["", "next", "full"] = ""
    if any(store.rounds.offers(made, person.id) for made in pulled):
        held = store.assignments.pulled_unsubmitted(project_id, person.id)
        offers = "full" if held >= MOST_PULLED else "next"
    return Queue(
        (
            *(_begun(articles[id_], *begun[id_]) for id_ in drafts),
            *(_begun(articles[id_], "new", 0) for id_ in waiting),
        ),
        tuple(_begun(articles[id_], *begun[id_]) for id_ in returned),
        done,
        total,
        True,
        min(due, default=None),
        offers if accounts.may(store, person, "label_set.tag", project_id) else "",
    )


def _unsubmitted(store: Store, person: Person, project_id: str) -> dict[str, tuple[str, int]]:
    """What somebody has begun and not submitted, last changed first: (status, statements)."""
    theirs = store.labels.of_coder(person.id, project_id, ("draft", "returned"))
    return {id_: (status, n) for id_, status, n in theirs}


@dataclass(frozen=True, slots=True)
class ListRequest:
    """What a person asks of the article list; dates are ``YYYY-MM-DD``, both inclusive, UTC.

    ``gold`` asks for articles that have gold, ``my_statuses`` for the states of own labels: the
    first is for those who read only, the second for all others. ``states`` are those in which
    articles stand in the project, for those who may see how far its work is.
    """

    search: str = ""
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    published_from: str = ""
    published_to: str = ""
    my_statuses: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    gold: bool = False
    one_per_text: bool = False
    sort: Sort = "newest"
    after: str | None = None
    before: str | None = None
    limit: int = 50


def reads_states(store: Store, person: Person, project_id: str | None) -> bool:
    """Whether somebody may see where a project's articles stand: as on its board."""
    return project_id is not None and accounts.may(store, person, "assignment.read", project_id)


def article_filter(
    store: Store, request: ListRequest, person: Person, project_id: str | None
) -> ArticleFilter:
    """The store's filter for a request; states are left out for whoever may not see them."""
    query = parse_query(request.search) if request.search.strip() else None
    statuses = tuple(s for s in request.my_statuses if s in MY_STATUSES)
    seen = request.states if reads_states(store, person, project_id) else ()
    states = tuple(state for state in ARTICLE_STATES if state in seen)
    return ArticleFilter(
        project_id=project_id,
        match=None if query is None else query.match,
        sources=request.sources,
        languages=request.languages,
        published_from=_day(request.published_from, 0),
        published_to=_day(request.published_to, 1),
        coder_id=person.id,
        my_statuses=statuses,
        # Whoever asks for what they have begun means a copy that was tagged, too.
        one_per_text=request.one_per_text and not {*statuses} - {"todo"},
        states=states,
    )


def list_articles(
    store: Store, person: Person, project_id: str | None, request: ListRequest
) -> Page:
    """One page of the article list.

    Args:
        store: The store.
        person: Who asks; statuses are those of their own label sets.
        project_id: The project; None for all articles, which takes an administrator.
        request: Search, filters, order and cursor. A search of nothing but punctuation
            finds nothing.
    """
    _require_list(store, person, project_id)
    if request.search.strip() and parse_query(request.search) is None:
        return Page((), None, None)
    return store.listing.page(
        _for_reader(store, request, person, project_id),
        sort=request.sort,
        limit=min(max(request.limit, 1), 500),
        after=request.after,
        before=request.before,
    )


def count_articles(
    store: Store, person: Person, project_id: str | None, request: ListRequest
) -> int:
    """How many articles the request finds in all, counted up to the listing's limit."""
    _require_list(store, person, project_id)
    if request.search.strip() and parse_query(request.search) is None:
        return 0
    return store.listing.count(_for_reader(store, request, person, project_id))


def sources_named(
    store: Store, person: Person, project_id: str, request: ListRequest
) -> tuple[tuple[str, int], ...]:
    """The sources that a search names, each with how many of its articles the filters take.

    A source goes by its own name and by all names of the actors in the registry that are called
    so. The search itself is left out of the count, because few articles name who published them.
    Those whose name is the whole search come first, then those with many articles.
    """
    accounts.require(store, person, "article.read", project_id)
    asked = search_key(request.search).strip(_QUOTES)
    if not asked:
        return ()
    counts = store.listing.facets(project_id).sources
    others = store.registry.other_names(counts)
    named: list[tuple[bool, str]] = []
    for source in counts:
        own = search_key(source)
        names = {own, *others.get(own, ())}
        if (source,) != request.sources and any(_names(asked, name) for name in names):
            named.append((asked not in names, source))
    offered = [source for _, source in sorted(named, key=lambda one: one[0])[:_MOST_SOURCES]]
    within = replace(request, search="", after=None, before=None)
    found = (
        (one, count_articles(store, person, project_id, replace(within, sources=(one,))))
        for one in offered
    )
    return tuple((one, n) for one, n in found if n)


def _names(asked: str, name: str) -> bool:
    """Whether a search names something: the whole of its name, or some of it from a word on."""
    if asked == name:
        return True
    word = r"(?<![a-z0-9])" if asked.isascii() else ""
    return len(asked) > 1 and re.search(word + re.escape(asked), name) is not None


def facets(store: Store, person: Person, project_id: str, *, one_per_text: bool = False) -> Facets:
    """Counts for the filters of the article list, with or without copies."""
    accounts.require(store, person, "article.read", project_id)
    states = reads_states(store, person, project_id)
    return store.listing.facets(project_id, person.id, one_per_text=one_per_text, states=states)


def count_gold(store: Store, person: Person, project_id: str, request: ListRequest) -> int | None:
    """How many articles have gold, for those who read only; None for all others."""
    accounts.require(store, person, "article.read", project_id)
    if accounts.codes(store, person, project_id):
        return None
    whole = ListRequest(gold=True, one_per_text=request.one_per_text)
    return store.listing.count(_for_reader(store, whole, person, project_id))


def _for_reader(
    store: Store, request: ListRequest, person: Person, project_id: str | None
) -> ArticleFilter:
    """The filter for a request of the list: whoever codes must not learn what has gold."""
    chosen = article_filter(store, request, person, project_id)
    if project_id is None or accounts.codes(store, person, project_id):
        return replace(chosen, state_shown=reads_states(store, person, project_id))
    one_per_text = request.one_per_text
    gold: Literal["shown", "only"] = "only" if request.gold else "shown"
    return replace(chosen, my_statuses=(), one_per_text=one_per_text, gold=gold)


@dataclass(frozen=True, slots=True)
class Found:
    """A registry entry that was searched for: ``matched`` is the name that was found.

    ``same`` says whether that name is the whole of what was searched for, in whatever script;
    ``uses`` counts the person's own.
    """

    entry: Actor | Claim
    matched: str
    same: bool
    uses: int


def find(
    store: Store,
    person: Person,
    project_id: str,
    registry: Literal["actors", "claims"],
    query: str,
    limit: int = 8,
) -> list[Found]:
    """Registry entries for the autocomplete, best first.

    Ranks and counts rest on the person's own statements alone, so that they tell nothing of
    what colleagues have recorded.
    """
    accounts.require(store, person, "article.read", project_id)
    search = store.registry.find_actors if registry == "actors" else store.registry.find_claims
    found = search(query, limit=min(limit, 50), uses_of=person.id, project_id=project_id)
    key = search_key(query)
    return [Found(entry, name, search_key(name) == key, uses) for entry, name, uses in found]


def _day(text: str, later: int) -> str | None:
    if not text:
        return None
    try:
        return (date.fromisoformat(text) + timedelta(days=later)).isoformat()
    except (ValueError, OverflowError):
        raise Invalid("{text!r} is not a date", "Write it like 2026-02-13", text=text) from None


def _require_list(store: Store, person: Person, project_id: str | None) -> None:
    if project_id is None:
        accounts.require(store, person, "database.maintain")
    else:
        accounts.require(store, person, "article.read", project_id)


def _begun(article: Article, status: str, statements: int) -> QueueItem:
    return QueueItem(
        article.id,
        article.title,
        article.source,
        article.published_at,
        article.language,
        status,
        statements,
    )


def _coder_name(
    store: Store, person: Person, project: Project, one: LabelSet, heads: Sequence[LabelSet]
) -> str:
    if one.coder_id is None:
        return ""
    named = accounts.names(store, person, project, one.article_id, heads, [one.coder_id])
    return named[one.coder_id].name or named[one.coder_id].letter
