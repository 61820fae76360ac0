"""Who may do what, and who sees whose labels: the one table, asked on every call.

Pages, API and command line all ask here; a hidden button is no permission.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from typing import Literal

from annotate.errors import Forbidden, NotFound, Word, Words
from annotate.model import ROLES, LabelSet, Person, Project, Role, Status
from annotate.store import OPERATOR_ID, Store, Transaction

Action = Literal[
    "article.read",
    "article.ingest",
    "label_set.tag",
    "label_set.read_submitted",
    "label_set.read_drafts",
    "label_set.write_gold",
    "label_set.return",
    "assignment.read",
    "assignment.change",
    "agreement.read",
    "comment.write",
    "registry.read",
    "registry.add",
    "registry.change",
    "codebook.change",
    "history.read",
    "ingest.read",
    "export.read",
    "data.import",
    "project.create",
    "project.read_settings",
    "project.change",
    "project.archive",
    "person.manage",
    "labelstudio.sync",
    "database.maintain",
]
_ROLE_WORDS: dict[Role, Word] = {
    "admin": Word("admin"),
    "editor": Word("editor"),
    "reviewer": Word("reviewer"),
    "analyst": Word("analyst"),
    "viewer": Word("viewer"),
}
_ALL: frozenset[Role] = frozenset(ROLES)
_CODERS: frozenset[Role] = frozenset({"admin", "editor", "reviewer", "analyst"})
_REVIEWERS: frozenset[Role] = frozenset({"admin", "editor", "reviewer"})
_EDITORS: frozenset[Role] = frozenset({"admin", "editor"})
_ADMINS: frozenset[Role] = frozenset({"admin"})
_SUBMITTED: tuple[Status, ...] = ("submitted", "accepted")

PERMISSIONS: dict[Action, frozenset[Role]] = {
    "article.read": _ALL,
    "article.ingest": _EDITORS,
    "label_set.tag": _CODERS,
    "label_set.read_submitted": _REVIEWERS,
    "label_set.read_drafts": _EDITORS,
    "label_set.write_gold": _REVIEWERS,
    "label_set.return": _REVIEWERS,
    "assignment.read": _REVIEWERS,
    "assignment.change": _EDITORS,
    "agreement.read": _REVIEWERS,
    "comment.write": _CODERS,
    "registry.read": _ALL,
    "registry.add": _CODERS,
    "registry.change": _EDITORS,
    "codebook.change": _EDITORS,
    "history.read": _CODERS,
    "ingest.read": _EDITORS,
    "export.read": _ALL,
    "data.import": _EDITORS,
    "project.create": _EDITORS,
    "project.read_settings": _EDITORS,
    "project.change": _EDITORS,
    "project.archive": _EDITORS,
    "person.manage": _ADMINS,
    "labelstudio.sync": _EDITORS,
    "database.maintain": _ADMINS,
}

# What nobody may do in an archived project.
CHANGES: frozenset[Action] = frozenset(
    {
        "article.ingest",
        "label_set.tag",
        "label_set.write_gold",
        "label_set.return",
        "assignment.change",
        "comment.write",
        "registry.add",
        "registry.change",
        "codebook.change",
        "data.import",
        "project.change",
        "labelstudio.sync",
    }
)


def operator(store: Store) -> Person:
    """The local operator, in whose name the command line acts."""
    return store.people.get(OPERATOR_ID)


def role_of(store: Store, person: Person, project_id: str | None) -> Role | None:
    """The role that counts: in a project that of the membership, elsewhere the account's.

    Administrators and the local operator are administrators everywhere.
    """
    if not person.active or person.kind not in ("person", "operator"):
        return None
    if person.role == "admin" or project_id is None:
        return person.role
    return store.projects.role(project_id, person.id)


def may(store: Store, person: Person, action: Action, project_id: str | None = None) -> bool:
    """Whether the permission table allows it, and the project if it is archived."""
    allowed = role_of(store, person, project_id) in PERMISSIONS[action]
    return allowed and not _is_closed(store, action, project_id)


def codes(store: Store, person: Person, project_id: str) -> bool:
    """Whether somebody's role in a project is one that codes, also while it is archived."""
    return role_of(store, person, project_id) in PERMISSIONS["label_set.tag"]


def require(store: Store, person: Person, action: Action, project_id: str | None = None) -> None:
    """Refuse what the permission table does not allow.

    Raises:
        NotFound: for a project that the person is not a member of.
        Forbidden: for an action that their role may not do, or that would change an archived
            project.
    """
    role = role_of(store, person, project_id)
    if role in PERMISSIONS[action]:
        if _is_closed(store, action, project_id):
            raise Forbidden(
                "The project is archived: nothing in it changes",
                "Take it out of the archive first",
            )
        return
    if role is None and project_id is not None and person.active:
        raise NotFound(
            "There is no project {project_id} for {person}",
            project_id=project_id,
            person=person.name,
        )
    raise Forbidden(
        "{person} ({role}) may not do this",
        "Ask somebody who may: {roles}",
        person=person.name,
        role=_ROLE_WORDS[role] if role else Word("inactive"),
        roles=Words(_ROLE_WORDS[role] for role in ROLES if role in PERMISSIONS[action]),
    )


@contextmanager
def permitted(
    store: Store, person: Person, action: Action, project_id: str | None = None
) -> Iterator[Transaction]:
    """A write transaction for what the permission table allows.

    The table is asked before it begins and inside it: while a change waits for its turn, the
    project may be archived, or the person lose their role.

    Args:
        store: The store.
        person: Who writes.
        action: What they do.
        project_id: The project in which they do.

    Raises:
        Forbidden, NotFound: as ``require``; nothing was written.
    """
    require(store, person, action, project_id)
    with store.write(person.id) as tx:
        require(store, store.people.get(person.id), action, project_id)
        tx.within = project_id
        yield tx


@contextmanager
def own_or_managed(store: Store, by: Person, person: Person) -> Iterator[Transaction]:
    """A write transaction for what everybody may do with their own account.

    With somebody else's only administrators may, who are asked as by ``permitted``.

    Args:
        store: The store.
        by: Who writes.
        person: Whose account it is.

    Raises:
        Forbidden: if it is another's and they may not; nothing was written.
    """
    own = by.id == person.id
    with store.write(by.id) if own else permitted(store, by, "person.manage") as tx:
        yield tx


def projects_of(store: Store, person: Person, *, archived: bool = False) -> list[Project]:
    """The projects that somebody may open; behind them, if asked for, those archived."""
    if role_of(store, person, None) == "admin":
        return store.projects.all(archived=archived)
    return store.projects.of_member(person.id, archived=archived)


def may_open(store: Store, person: Person, article_id: str) -> bool:
    """Whether an article is in a project of this person's."""
    mine = {project.id for project in projects_of(store, person, archived=True)}
    inside = store.articles.projects_of([article_id]).get(article_id, ())
    return role_of(store, person, None) == "admin" or bool(mine & set(inside))


def _is_closed(store: Store, action: Action, project_id: str | None) -> bool:
    return action in CHANGES and project_id is not None and store.projects.is_archived(project_id)


def visible(
    store: Store, person: Person, project: Project, heads: Sequence[LabelSet]
) -> list[LabelSet]:
    """Of the label sets on some articles of one project, those that a person may see.

    Blindness comes first: while a project is blind, whoever has an unsubmitted label set on an
    article sees no other on it, whatever their role; nor does whoever is to begin one there, or
    may be given it in a round that they code in. Gold is for reviewers alone while it is in
    review. The local operator sees everything.

    Args:
        store: The store.
        person: Who asks.
        project: The project of all the label sets.
        heads: All label sets of the project on the articles in question.
    """
    if person.kind == "operator":
        return list(heads)
    role = role_of(store, person, project.id)
    own = {head.article_id: head.status for head in heads if head.coder_id == person.id}
    blind = _blind(store, person, project, role, {head.article_id for head in heads}, own)

    def allowed(head: LabelSet) -> bool:
        if head.coder_id == person.id:
            return True
        if head.article_id in blind:
            return False
        if head.kind == "gold" and head.status == "draft":
            return role in PERMISSIONS["label_set.read_submitted"]
        if head.kind == "gold" and role == "viewer":
            return True
        if head.kind == "analyst" and head.status == "draft":
            return role in PERMISSIONS["label_set.read_drafts"]
        if role in PERMISSIONS["label_set.read_submitted"]:
            return True
        submitted = own.get(head.article_id) in _SUBMITTED
        opened = submitted and project.open_after_submission
        return role == "analyst" and head.kind != "model" and (opened or not project.blind)

    return [head for head in heads if role is not None and allowed(head)]


def reads_colleagues(store: Store, person: Person, project_id: str) -> bool:
    """Whether somebody reads colleagues' labels in a blind project where they do not code."""
    return store.projects.get(project_id).blind and may(
        store, person, "label_set.read_submitted", project_id
    )


def works_blind(
    store: Store, person: Person, project: Project, article_id: str, heads: Sequence[LabelSet]
) -> bool:
    """Whether somebody must not learn yet what colleagues think of an article.

    Args:
        store: The store.
        person: Who asks.
        project: The project.
        article_id: The article.
        heads: All label sets of the project on it.
    """
    if person.kind == "operator" or not project.blind:
        return False
    own = {one.article_id: one.status for one in heads if one.coder_id == person.id}
    role = role_of(store, person, project.id)
    if article_id not in own and role not in PERMISSIONS["label_set.read_submitted"]:
        return True
    return article_id in _blind(store, person, project, role, {article_id}, own)


def blind_on(
    store: Store, person: Person, project: Project, article_ids: Iterable[str]
) -> frozenset[str]:
    """The articles on which somebody sees no colleague's labels, whatever their role.

    Args:
        store: The store.
        person: Who asks.
        project: The project.
        article_ids: The articles in question, which need not have any labels yet.
    """
    asked = frozenset(article_ids)
    if not asked or person.kind == "operator" or not project.blind:
        return frozenset()
    own = store.labels.statuses_of(person.id, project.id, asked)
    role = role_of(store, person, project.id)
    return _blind(store, person, project, role, asked, own)


def _blind(
    store: Store,
    person: Person,
    project: Project,
    role: Role | None,
    asked: Set[str],
    own: Mapping[str, Status],
) -> frozenset[str]:
    """As `blind_on`, with the person's role and the states of their own label sets there."""
    if not project.blind:
        return frozenset()
    awaiting = store.assignments.awaiting(
        person.id, project.id, asked - own.keys(),
        reads=role in PERMISSIONS["label_set.read_submitted"],
    )  # fmt: skip
    begun = {id_ for id_ in asked & own.keys() if own[id_] not in _SUBMITTED}
    return frozenset(begun | awaiting)
