"""What somebody should know of: work given to them, labels returned, gold made, comments."""

from __future__ import annotations

from dataclasses import dataclass

from annotate import accounts
from annotate.accounts import Name
from annotate.model import Person
from annotate.review import comments
from annotate.reviews import Notice, Round
from annotate.store import Store

LIMIT = 50
EXCERPT = 200


@dataclass(frozen=True, slots=True)
class Item:
    """A notice as it is read.

    ``title`` is the article's, ``by`` who caused it; ``text`` begins the comment that it is
    about, empty where there is none or the reader may not see it now; ``thread_id`` is that
    comment's thread. ``made`` is the round of work that was given or taken.
    """

    notice: Notice
    title: str
    by: Name
    text: str
    thread_id: str | None
    made: Round | None = None


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of notices, newest first; ``after`` is the next page's cursor."""

    items: tuple[Item, ...]
    unseen: int
    after: str | None


def inbox(
    store: Store, person: Person, project_id: str, *, after: str | None = None, limit: int = LIMIT
) -> Inbox:
    """A page of somebody's notices in a project.

    Args:
        store: The store.
        person: Whose inbox; nobody reads another's.
        project_id: The project.
        after: The cursor of the page before.
        limit: The number of notices at most.

    Raises:
        Forbidden, NotFound: if the person is not a member of the project.
    """
    accounts.require(store, person, "article.read", project_id)
    limit = min(max(limit, 1), 200)
    with store.snapshot():
        found = store.threads.notices(person.id, project_id, after=after, limit=limit + 1)
        page = found[:limit]
        titles = store.trails.titles({one.article_id for one in page if one.article_id})
        return Inbox(
            tuple(_item(store, person, one, titles.get(one.article_id or "", "")) for one in page),
            store.threads.unseen(person.id, project_id),
            page[-1].id if len(found) > limit else None,
        )


def unseen(store: Store, person: Person, project_id: str) -> int:
    """How many of somebody's notices in a project they have not seen."""
    accounts.require(store, person, "article.read", project_id)
    return store.threads.unseen(person.id, project_id)


def see(store: Store, person: Person, project_id: str, notice_id: str | None = None) -> None:
    """Mark one of somebody's notices as seen, or all of them; to repeat it changes nothing."""
    with accounts.permitted(store, person, "article.read", project_id) as tx:
        store.threads.see(tx, person.id, project_id, notice_id)


def _item(store: Store, person: Person, notice: Notice, title: str) -> Item:
    if notice.kind in ("assigned", "withdrawn"):
        by = store.people.get(notice.by).display_name
        return Item(notice, title, Name(by), "", None, store.rounds.get(notice.subject_id))
    if notice.article_id is None:
        by = store.people.get(notice.by).display_name
        return Item(notice, title, Name(by), "", None)
    project = store.projects.get(notice.project_id)
    heads = store.labels.heads_on([notice.article_id], notice.project_id)
    called = accounts.names(store, person, project, notice.article_id, heads, [notice.by])
    if notice.kind not in ("comment", "returned"):
        return Item(notice, title, called[notice.by], "", None)
    # A notice and its comment are of one transaction, and so of one time.
    for shown in comments.threads(store, person, notice.project_id, notice.article_id):
        thread = shown.thread
        if notice.subject_id not in (thread.id, thread.label_set_id):
            continue
        for comment in thread.comments:
            if (comment.at, comment.by) == (notice.at, notice.by):
                text = comment.text[:EXCERPT]
                return Item(notice, title, called[notice.by], text, thread.id)
    return Item(notice, title, called[notice.by], "", None)
