"""Projects: making, describing and archiving them; their articles and their members.

Articles come from where the person may read them: another project of theirs or, for
administrators, everything there is. Whatever is taken out can be put back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from annotate import accounts, codebook
from annotate.accounts.people import UNSEEN
from annotate.codebook import Codebook
from annotate.errors import Invalid
from annotate.model import Person, Project, Role
from annotate.naming import named
from annotate.reading import ListRequest, article_filter
from annotate.store import Facets, Store
from annotate.store.articles import Departure, RemovedArticle
from annotate.store.listing import ListedArticle
from annotate.text.search import parse_query

LONGEST_NAME = 120
LONGEST_DESCRIPTION = 4000
FIRST_TITLES = 10
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Overview:
    """A project as a list shows it; ``role`` is the asker's own."""

    project: Project
    articles: int
    members: int
    role: Role


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a project; the role is the one that counts there."""

    person: Person
    role: Role


@dataclass(frozen=True, slots=True)
class Arrival:
    """What became of articles that were to join a project.

    ``added`` are the ids of those that joined; ``missing`` are the names, as they were given, that
    no article of the person's goes by.
    """

    added: tuple[str, ...]
    present: int
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Addable:
    """How many articles match, how many of them are not in the project yet, the first of these.

    Both are counted up to the limit of lists; one more stands for more.
    """

    matching: int
    new: int
    first: tuple[ListedArticle, ...]


def overview(store: Store, by: Person, *, archived: bool = False) -> tuple[Overview, ...]:
    """The projects whose settings somebody may see, in order of creation.

    Args:
        store: The store.
        by: Who asks.
        archived: Whether those archived follow.
    """
    sizes = store.projects.sizes()
    return tuple(
        Overview(project, *sizes[project.id], role)
        for project in accounts.projects_of(store, by, archived=archived)
        if accounts.may(store, by, "project.read_settings", project.id)
        and (role := accounts.role_of(store, by, project.id))
    )


def create(
    store: Store,
    by: Person,
    name: str,
    *,
    description: str = "",
    blind: bool = True,
    open_after_submission: bool = True,
    hide_coders: bool = False,
    book: Codebook | None = None,
    book_of: str | None = None,
) -> Project:
    """Make a project; whoever makes it becomes an editor of it.

    Args:
        store: The store.
        by: Who makes it.
        name: What it is called.
        description: What it is about.
        blind: Whether analysts work unseen until they submit.
        open_after_submission: Whether they see colleagues' submitted labels from then on.
        hide_coders: Whether those who review do not see who coded.
        book: Its first codebook; by default the built-in one.
        book_of: A project whose present codebook is copied instead.

    Raises:
        Forbidden, NotFound: if the person may not make projects, or not read that other one.
        Invalid: if the name is taken or will not do.
    """
    accounts.require(store, by, "project.create")
    if book_of is not None:
        accounts.require(store, by, "article.read", book_of)
        book = store.projects.codebook(book_of)
    with accounts.permitted(store, by, "project.create") as tx:
        made = store.projects.create(
            tx,
            _checked_name(name),
            book or codebook.DEFAULT,
            description=_checked_description(description),
            blind=blind,
            open_after_submission=open_after_submission,
        )
        if hide_coders:
            store.projects.change(tx, made.id, hide_coders=True)
        if by.kind == "person":
            store.projects.set_member(tx, made.id, by.id, "editor")
    return made


def describe(
    store: Store,
    by: Person,
    project_id: str,
    *,
    name: str | None = None,
    description: str | None = None,
    blind: bool | None = None,
    open_after_submission: bool | None = None,
    hide_coders: bool | None = None,
) -> Project:
    """Change how a project is called and described, and who sees whose labels; None leaves it.

    Raises:
        Forbidden, NotFound: if the person may not change it.
        Invalid: if the name is taken or will not do.
    """
    with accounts.permitted(store, by, "project.change", project_id) as tx:
        store.projects.change(
            tx,
            project_id,
            name=None if name is None else _checked_name(name),
            description=None if description is None else _checked_description(description),
            blind=blind,
            open_after_submission=open_after_submission,
            hide_coders=hide_coders,
        )
    return store.projects.get(project_id)


def at_work(store: Store, by: Person, project_id: str) -> tuple[int, int]:
    """How many people code in a project or are to, and how many articles: whom opening it concerns.

    Raises:
        Forbidden, NotFound: if the person may not change it.
    """
    accounts.require(store, by, "project.change", project_id)
    return store.boards.at_work(project_id)


def unfinished(store: Store, by: Person, project_id: str, person_id: str) -> int:
    """How many articles of open rounds a member has and has not submitted.

    Raises:
        Forbidden, NotFound: if ``by`` may not change the project.
    """
    accounts.require(store, by, "project.change", project_id)
    done, given = store.boards.load(project_id, person_id)
    return given - done


def archive(store: Store, by: Person, project_id: str) -> None:
    """Close a project: from now on it can be read and exported, and nothing in it changes."""
    _set_archived(store, by, project_id, True)


def unarchive(store: Store, by: Person, project_id: str) -> None:
    """Take a project out of the archive, as it was."""
    _set_archived(store, by, project_id, False)


def members(store: Store, by: Person, project_id: str) -> tuple[Member, ...]:
    """Who is in a project, by the name that others see.

    Raises:
        Forbidden, NotFound: if the person may not see its settings.
    """
    accounts.require(store, by, "project.read_settings", project_id)
    roles = store.projects.members(project_id)
    people = store.people.many(list(roles)).values()
    found = (Member(person, roles[person.id]) for person in people)
    return tuple(sorted(found, key=lambda one: one.person.display_name.casefold()))


def candidates(store: Store, by: Person, project_id: str) -> tuple[Person, ...]:
    """Active people who are not in a project yet, by the name that others see.

    Raises:
        Forbidden, NotFound: if the person may not change it.
    """
    accounts.require(store, by, "project.change", project_id)
    inside = store.projects.members(project_id)
    found = (
        person
        for person in store.people.all()
        if person.kind == "person" and person.active and person.id not in inside
    )
    return tuple(sorted(found, key=lambda person: person.display_name.casefold()))


def add_matching(
    store: Store, by: Person, project_id: str, source_id: str | None, request: ListRequest
) -> Arrival:
    """Put every article that a list's filter finds elsewhere into a project.

    Args:
        store: The store.
        by: Who adds them.
        project_id: The project that they join.
        source_id: The project that they are found in; None for all articles.
        request: The search and the filters.

    Raises:
        Forbidden, NotFound: if the person may not change the project or not read the source.
    """
    accounts.require(store, by, "project.change", project_id)
    _require_source(store, by, source_id)
    added: list[str] = []
    found = 0
    for ids in _walk(store, by, source_id, request):
        added += _join(store, by, project_id, ids)
        found += len(ids)
    return Arrival(tuple(added), found - len(added))


def addable(
    store: Store, by: Person, project_id: str, source_id: str | None, request: ListRequest
) -> Addable:
    """What ``add_matching`` would do, and the titles of the first articles that would join.

    Raises:
        Forbidden, NotFound: if the person may not change the project or not read the source.
    """
    accounts.require(store, by, "project.change", project_id)
    _require_source(store, by, source_id)
    if request.search.strip() and parse_query(request.search) is None:
        return Addable(0, 0, ())
    chosen = article_filter(store, request, by, source_id)
    new = replace(chosen, not_in=project_id)
    first = store.listing.page(new, limit=FIRST_TITLES).items
    return Addable(store.listing.count(chosen), store.listing.count(new) if first else 0, first)


def facets(store: Store, by: Person, source_id: str | None) -> Facets:
    """Counts for the filters by which articles are chosen; None is for all articles.

    Raises:
        Forbidden, NotFound: if the person may not read the source.
    """
    _require_source(store, by, source_id)
    return store.listing.facets(source_id, by.id)


def add_named(store: Store, by: Person, project_id: str, names: Iterable[str]) -> Arrival:
    """Put articles into a project that are named one by one.

    Args:
        store: The store.
        by: Who adds them.
        project_id: The project that they join.
        names: Ids, addresses of the articles, or links to them in this workbench; empty ones
            do not count.

    Raises:
        Forbidden, NotFound: if the person may not change the project.
        Invalid: if there are too many at once.
    """
    accounts.require(store, by, "project.change", project_id)
    found, missing = named(store, by, names)
    added = [id_ for ids in _batches(found) for id_ in _join(store, by, project_id, ids)]
    return Arrival(tuple(added), len(found) - len(added), missing)


def remove_matching(store: Store, by: Person, project_id: str, request: ListRequest) -> Departure:
    """Take every article that a list's filter finds out of a project, but those with labels.

    Raises:
        Forbidden, NotFound: if the person may not change the project.
    """
    accounts.require(store, by, "project.change", project_id)
    return _leave(store, by, project_id, _walk(store, by, project_id, request))


def remove_named(
    store: Store, by: Person, project_id: str, names: Iterable[str]
) -> tuple[Departure, tuple[str, ...]]:
    """Take articles out of a project that are named one by one, but those with labels.

    Returns:
        What became of them, and the names that no article goes by.

    Raises:
        Forbidden, NotFound: if the person may not change the project.
        Invalid: if there are too many at once.
    """
    accounts.require(store, by, "project.change", project_id)
    found, missing = named(store, by, names)
    return remove(store, by, project_id, found), missing


def remove(store: Store, by: Person, project_id: str, article_ids: Iterable[str]) -> Departure:
    """Take articles out of a project by their ids, but those with labels.

    Raises:
        Forbidden, NotFound: if the person may not change the project.
    """
    accounts.require(store, by, "project.change", project_id)
    return _leave(store, by, project_id, _batches(article_ids))


def removed(store: Store, by: Person, project_id: str, limit: int) -> list[RemovedArticle]:
    """The articles taken out of a project that could be put back, the last ones first.

    Raises:
        Forbidden, NotFound: if the person may not see its settings.
    """
    accounts.require(store, by, "project.read_settings", project_id)
    return store.articles.removed(project_id, limit)


def put_back(store: Store, by: Person, project_id: str, article_ids: Sequence[str]) -> int:
    """Put articles back that were taken out of a project; returns how many came back.

    What a newer revision has replaced meanwhile comes back with it.

    Raises:
        Forbidden, NotFound: if the person may not change the project.
    """
    accounts.require(store, by, "project.change", project_id)
    return sum(
        len(_join(store, by, project_id, store.articles.taken_out(project_id, ids)))
        for ids in _batches(article_ids)
    )


def _set_archived(store: Store, by: Person, project_id: str, archived: bool) -> None:
    with accounts.permitted(store, by, "project.archive", project_id) as tx:
        store.projects.set_archived(tx, project_id, archived)


def _require_source(store: Store, by: Person, source_id: str | None) -> None:
    if source_id is None:
        accounts.require(store, by, "database.maintain")
    else:
        accounts.require(store, by, "article.read", source_id)


def _walk(
    store: Store, by: Person, source_id: str | None, request: ListRequest
) -> Iterator[list[str]]:
    if request.search.strip() and parse_query(request.search) is None:
        return
    yield from store.listing.walk(article_filter(store, request, by, source_id), _BATCH)


def _join(store: Store, by: Person, project_id: str, article_ids: Sequence[str]) -> list[str]:
    """Put articles into a project; gives those that were not in it."""
    with accounts.permitted(store, by, "project.change", project_id) as tx:
        before = store.articles.inside(project_id, article_ids)
        store.articles.join(tx, project_id, article_ids)
    return [id_ for id_ in dict.fromkeys(article_ids) if id_ not in before]


def _leave(
    store: Store, by: Person, project_id: str, batches: Iterable[Sequence[str]]
) -> Departure:
    gone: list[str] = []
    kept = 0
    for ids in batches:
        with accounts.permitted(store, by, "project.change", project_id) as tx:
            part = store.articles.leave(tx, project_id, ids)
        gone += part.gone
        kept += part.kept
    return Departure(tuple(gone), kept)


def _batches(values: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(values)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid("A project needs a name")
    if len(name) > LONGEST_NAME or UNSEEN.search(name):
        raise Invalid(
            "This will not do as the name of a project",
            "Use up to {longest} characters, none of them invisible",
            longest=LONGEST_NAME,
        )
    return name


def _checked_description(text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST_DESCRIPTION:
        raise Invalid(
            "The description is longer than {longest} characters", longest=LONGEST_DESCRIPTION
        )
    return text
