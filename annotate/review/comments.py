"""Threads of comments on an article, or on a span or statement of a label set.

Whoever may see the label set may see what is said of it and take part. Threads on the article
itself are open to all who code or review; but whoever works blind on it sees those alone that
they opened themselves: what colleagues say there may tell how they code it. Each change carries
an id of its client's making and is applied at most once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast, get_args

from annotate import accounts
from annotate.accounts import Name
from annotate.catalogue import Catalogue
from annotate.errors import Conflict, Forbidden, Invalid, NotFound, Word
from annotate.model import MOST_CHARACTERS, EntityKind, LabelSet, Person, Project
from annotate.reviews import Thread, ThreadKind
from annotate.store import Store, Transaction
from annotate.tagging import payload as read
from annotate.tagging.payload import Payload

CLIENT = "comments"


@dataclass(frozen=True, slots=True)
class ShownThread:
    """A thread as one person sees it: who is called what, and whether they may resolve it."""

    thread: Thread
    names: Mapping[str, Name]
    mine: bool
    may_resolve: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One change of threads under way."""

    store: Store
    tx: Transaction
    person: Person
    project: Project


Handler = Callable[[Change, Payload], str]
CHANGES: Catalogue[Handler] = Catalogue(Word("kind of change of a thread"))


def change(kind: str) -> Callable[[Handler], Handler]:
    """Register the handler of a kind of change; it gives the id of the article concerned."""

    def register(handle: Handler) -> Handler:
        return CHANGES.add(kind, handle)

    return register


def threads(
    store: Store, person: Person, project_id: str, article_id: str
) -> tuple[ShownThread, ...]:
    """The threads on an article that somebody may see, oldest first.

    Raises:
        Forbidden, NotFound: if the person may not read the project's articles.
    """
    accounts.require(store, person, "article.read", project_id)
    project = store.projects.get(project_id)
    heads = store.labels.heads_on([article_id], project_id)
    found = [
        thread
        for thread in store.threads.on(project_id, article_id)
        if _may_read(store, person, project, heads, thread)
    ]
    ids = {one.by for thread in found for one in thread.comments}
    called = accounts.names(store, person, project, article_id, heads, ids)
    return tuple(
        ShownThread(
            thread,
            called,
            mine=thread.created_by == person.id,
            may_resolve=_may_resolve(store, person, project_id, thread),
        )
        for thread in found
    )


def apply(store: Store, person: Person, project_id: str, payload: Payload) -> str:
    """Open a thread, add a comment, resolve a thread or open it again; at most once.

    Args:
        store: The store.
        person: Who writes.
        project_id: The project.
        payload: ``id``, ``kind`` and the fields of that kind.

    Returns:
        The id of the article that the thread is on.

    Raises:
        Forbidden, NotFound: if the person may not, or not know of the thread or label set.
        Invalid: if the text is empty or too long, or the rest cannot be read.
    """
    operation_id = read.require_id(payload.get("id"), Word("operation"))
    name = payload.get("kind")
    handle = CHANGES.get(name[:80] if isinstance(name, str) else "")
    with accounts.permitted(store, person, "comment.write", project_id) as tx:
        if store.history.applied(operation_id):
            return _article_of(store, person, project_id, payload)
        tx.operation_id = operation_id
        project = store.projects.get(project_id)
        article_id = handle(Change(store, tx, person, project), payload)
        store.history.add_operation(tx, operation_id, None, CLIENT, f"thread.{name}", 0, "final")
        tx.record(f"operation.thread.{name}", "operation", operation_id, project_id=project_id)
        return article_id


@change("open")
def _open(change: Change, payload: Payload) -> str:
    store, project = change.store, change.project
    article_id = read.reference(payload, "article_id") or ""
    if project.id not in store.articles.projects_of([article_id])[article_id]:
        raise NotFound("There is no article {article_id} in this project", article_id=article_id)
    kind, label_set_id = _kind(payload), read.reference(payload, "label_set_id")
    entity_id = read.reference(payload, "entity_id")
    heads = store.labels.heads_on([article_id], project.id)
    known = label_set_id is None or any(one.id == label_set_id for one in heads)
    if not known or not _may_see(store, change.person, project, heads, label_set_id):
        raise NotFound("There are no such labels on this article")
    if kind == "article":
        entity_id = None
    elif label_set_id is None or not _holds(store, label_set_id, kind, entity_id or ""):
        raise NotFound("What the comment is about does not exist", "It may have been removed")
    thread = Thread(
        read.require_id(payload.get("thread_id"), Word("thread")), project.id, article_id,
        label_set_id, kind, entity_id, change.tx.at, change.person.id,
    )  # fmt: skip
    comment_id, text = _comment(payload)
    store.threads.open(change.tx, thread)
    store.threads.comment(change.tx, thread, comment_id, text)
    _tell(change, thread)
    return article_id


@change("comment")
def _add(change: Change, payload: Payload) -> str:
    thread = _thread(change, payload)
    comment_id, text = _comment(payload)
    change.store.threads.comment(change.tx, thread, comment_id, text)
    _tell(change, thread)
    return thread.article_id


@change("resolve")
def _resolve(change: Change, payload: Payload) -> str:
    return _set_resolved(change, payload, True)


@change("reopen")
def _reopen(change: Change, payload: Payload) -> str:
    return _set_resolved(change, payload, False)


def _set_resolved(change: Change, payload: Payload, resolved: bool) -> str:
    thread = _thread(change, payload)
    if not _may_resolve(change.store, change.person, change.project.id, thread):
        raise Forbidden("Only who takes part in a thread, or reviews, can resolve it")
    change.store.threads.set_resolved(change.tx, thread, resolved)
    return thread.article_id


def _thread(change: Change, payload: Payload) -> Thread:
    thread = change.store.threads.get(read.reference(payload, "thread_id") or "")
    if thread is None or thread.project_id != change.project.id:
        raise NotFound("There is no such thread")
    heads = change.store.labels.heads_on([thread.article_id], change.project.id)
    if not _may_read(change.store, change.person, change.project, heads, thread):
        raise NotFound("There is no such thread")
    return thread


def _tell(change: Change, thread: Thread) -> None:
    """Put a notice into the inboxes of all whom a new comment concerns and who may read it.

    They are those who take part, the coder of the labels, or, where the thread is about the
    article, every coder whose labels on it are in. Whoever works blind there now hears nothing.
    """
    store, project = change.store, change.project
    concerned = {thread.created_by, *(comment.by for comment in thread.comments)}
    heads = store.labels.heads_on([thread.article_id], project.id)
    for head in heads:
        mine = head.id == thread.label_set_id
        about_all = thread.label_set_id is None and accounts.is_submitted(head)
        if head.kind == "analyst" and head.coder_id and (mine or about_all):
            concerned.add(head.coder_id)
    for person_id, person in store.people.many(sorted(concerned - {change.person.id})).items():
        if not _may_read(store, person, project, heads, thread):
            continue
        store.threads.notify(
            change.tx, person_id, "comment",
            project_id=thread.project_id, article_id=thread.article_id, subject_id=thread.id,
        )  # fmt: skip


def _may_see(
    store: Store,
    person: Person,
    project: Project,
    heads: Sequence[LabelSet],
    label_set_id: str | None,
) -> bool:
    if label_set_id is None:
        role = accounts.role_of(store, person, project.id)
        return role in accounts.PERMISSIONS["comment.write"]
    seen = accounts.visible(store, person, project, heads)
    return any(head.id == label_set_id for head in seen)


def _may_read(
    store: Store, person: Person, project: Project, heads: Sequence[LabelSet], thread: Thread
) -> bool:
    if not _may_see(store, person, project, heads, thread.label_set_id):
        return False
    if thread.label_set_id is not None or thread.created_by == person.id:
        return True
    return not accounts.works_blind(store, person, project, thread.article_id, heads)


def _may_resolve(store: Store, person: Person, project_id: str, thread: Thread) -> bool:
    part = {thread.created_by, *(comment.by for comment in thread.comments)}
    return person.id in part or accounts.may(store, person, "label_set.write_gold", project_id)


def _holds(store: Store, label_set_id: str, kind: ThreadKind, entity_id: str) -> bool:
    """Whether a label set holds something, or its last submission did."""
    if store.labels.read(label_set_id, cast(EntityKind, kind), entity_id) is not None:
        return True
    submissions = store.labels.submissions([label_set_id]).get(label_set_id, ())
    if not submissions:
        return False
    content = cast(Mapping[str, Sequence[Mapping[str, object]]], submissions[-1].content)
    return any(one["id"] == entity_id for one in content[f"{kind}s"])


def _article_of(store: Store, person: Person, project_id: str, payload: Payload) -> str:
    thread = store.threads.get(read.reference(payload, "thread_id") or "")
    if thread is None or thread.project_id != project_id:
        raise Conflict("This id was used for something else before")
    return thread.article_id


def _kind(payload: Payload) -> ThreadKind:
    kind = payload.get("thread_kind")
    if kind not in get_args(ThreadKind):
        raise Invalid("A thread is about one of {names}", names=", ".join(get_args(ThreadKind)))
    return cast(ThreadKind, kind)


def _comment(payload: Payload) -> tuple[str, str]:
    comment_id = read.require_id(payload.get("comment_id"), Word("comment"))
    text = payload.get("text")
    text = text.strip() if isinstance(text, str) else ""
    if not text:
        raise Invalid("A comment needs a text")
    halves = any("\ud800" <= character <= "\udfff" for character in text)
    if len(text) > MOST_CHARACTERS or "\0" in text or halves:
        raise Invalid(
            "A comment is text of at most {most_characters} characters, without NUL or half"
            " characters",
            most_characters=MOST_CHARACTERS,
        )
    return comment_id, text
