"""What changed on both sides to different things: seen by those who may, decided, recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import orjson

from annotate import accounts
from annotate.codebook import Codebook
from annotate.errors import Conflict, Forbidden, NotFound
from annotate.labelstudio import content
from annotate.labelstudio.applying import write_content
from annotate.labelstudio.edited import checked
from annotate.labelstudio.merge import resolve as resolved
from annotate.labelstudio.viewing import coders_of
from annotate.links import Choice, Difference, LinkedSet, SyncConflict
from annotate.model import Article, LabelSet, Person
from annotate.registries.viewing import visible_sets
from annotate.store import Store, Transaction

# Of no revision that a label set can have: the next sync looks at it in any case.
_LOOK_AGAIN = -1


@dataclass(frozen=True, slots=True)
class Open:
    """The conflicts of a project that somebody may see.

    Args:
        items: The conflicts, article by article.
        withheld: How many more there are, in labels that they may not see for now.
        articles: The articles that they are on.
        coders: Whose labels they are in, by label set: a name, empty for gold.
    """

    items: tuple[SyncConflict, ...]
    withheld: int
    articles: Mapping[str, Article]
    coders: Mapping[str, str]

    @property
    def seen(self) -> dict[str, str]:
        """By conflict, a digest of the values that whoever looks at the list has seen."""
        return {one.id: _digest(one.difference, one.difference.ours) for one in self.items}


@dataclass(frozen=True, slots=True)
class Looked:
    """A conflict with what it takes to decide it.

    Args:
        conflict: The conflict.
        label_set: The label set as it is here.
        base: What both sides last agreed on, as `annotate.store.labels.content_of`; None where
            they never did, or the label set is there no longer.
        article: The article.
        book: The project's codebook.
    """

    conflict: SyncConflict
    label_set: LabelSet
    base: Mapping[str, Any] | None
    article: Article
    book: Codebook

    @property
    def seen(self) -> str:
        """A digest of the values that whoever looks at it has seen: ours as it is here now."""
        difference = self.conflict.difference
        return _digest(difference, _here(self.label_set, difference))


def conflicts(store: Store, who: Person, project_id: str, *, decided: bool = False) -> Open:
    """The conflicts of a project.

    Args:
        store: The store.
        who: Who looks.
        project_id: The project.
        decided: Those that somebody has decided, last ones first, instead of the open ones.

    Raises:
        Forbidden, NotFound: They may not synchronise.
    """
    accounts.require(store, who, "labelstudio.sync", project_id)
    found = store.links.conflicts(project_id, open_only=not decided)
    if decided:
        found = sorted(
            (one for one in found if one.choice is not None),
            key=lambda one: one.resolved_at or "",
            reverse=True,
        )
    seen = visible_sets(store, who, project_id, sorted({one.label_set_id for one in found}))
    items = tuple(one for one in found if one.label_set_id in seen)
    articles = {one.id: one for one in store.articles.many(sorted({c.article_id for c in items}))}
    if not decided:
        items = tuple(sorted(items, key=lambda one: (articles[one.article_id].title, one.id)))
    coders = coders_of(store, {one.label_set_id for one in items}, sorted(articles))
    return Open(items, len(found) - len(items), articles, coders)


def look(store: Store, who: Person, project_id: str, conflict_id: str) -> Looked:
    """One conflict.

    Raises:
        Forbidden: They may not synchronise, or may not see the labels for now.
        NotFound: There is none in this project.
    """
    accounts.require(store, who, "labelstudio.sync", project_id)
    with store.snapshot():
        return _looked(store, who, project_id, conflict_id)


def resolve(
    store: Store,
    who: Person,
    conflict_id: str,
    choice: Choice,
    chosen: object = None,
    *,
    seen: str,
) -> None:
    """Decide a conflict; the next sync carries the decision to the other side.

    Args:
        store: The store.
        who: Who decides.
        conflict_id: The conflict.
        choice: Which side is taken, or ``edited``.
        chosen: What it shall be instead, where it is edited.
        seen: What they saw of it (`Looked.seen`): a decision holds for that alone.

    Raises:
        Forbidden: They may not, or may not see the labels for now, or these are accepted.
        NotFound: There is no such conflict, or what was chosen does not exist.
        Conflict: It was decided meanwhile, or one of its sides is another now.
        Invalid: What was chosen cannot be stored.
    """
    project_id = store.links.conflict(conflict_id).project_id
    with accounts.permitted(store, who, "labelstudio.sync", project_id) as tx:
        looked = _looked(store, who, project_id, conflict_id)
        if looked.conflict.resolved_at is not None:
            raise Conflict("This conflict was decided meanwhile", "Look at the list again")
        if looked.seen != seen:
            raise Conflict(
                "One of the sides has changed since you looked", "Look at both again, then decide"
            )
        _resolve(store, tx, looked, choice, chosen)


def resolve_all(
    store: Store, who: Person, project_id: str, choice: Choice, *, seen: Mapping[str, str]
) -> int:
    """Decide the open conflicts that somebody has seen for the same side.

    Args:
        store: The store.
        who: Who decides.
        project_id: The project.
        choice: The side: ``ours`` or ``theirs``.
        seen: What they saw of which (`Open.seen`).

    Returns:
        How many were decided. Those in accepted labels, which stay as they are, wait on, and so
        do those of which a side is another by now.

    Raises:
        Forbidden, NotFound: They may not.
    """
    done = 0
    with accounts.permitted(store, who, "labelstudio.sync", project_id) as tx:
        for one in conflicts(store, who, project_id).items:
            looked = _looked(store, who, project_id, one.id)
            if looked.seen != seen.get(one.id):
                continue
            if choice != "ours" and looked.label_set.status == "accepted":
                continue
            _resolve(store, tx, looked, choice, None)
            done += 1
    return done


def _resolve(store: Store, tx: Transaction, looked: Looked, choice: Choice, chosen: object) -> None:
    ours, linked = looked.label_set, _linked(store, looked.conflict)
    difference = looked.conflict.difference
    value = None
    if choice == "edited":
        value = checked(store, ours.project_id, looked.book, looked.article, difference, chosen)
    version = store.projects.get(ours.project_id).codebook_version
    before = linked.base if linked else None
    after, base = resolved(ours, before, difference, choice, value, version=version)
    if after != ours:
        if ours.status == "accepted":
            raise Forbidden(
                "These labels are accepted and stay as they are",
                "Keep what is here; Label Studio is told at the next sync",
            )
        write_content(store, tx, ours, after, project_id=ours.project_id)
    if linked is not None:
        store.links.put_set(tx, replace(linked, base=base, revision=_LOOK_AGAIN))
    store.links.close_conflict(tx, looked.conflict.id, choice, value)


def _looked(store: Store, who: Person, project_id: str, conflict_id: str) -> Looked:
    conflict = store.links.conflict(conflict_id)
    head = store.labels.head(conflict.label_set_id)
    if conflict.project_id != project_id or head is None:
        raise NotFound("There is no such conflict")
    if head.id not in visible_sets(store, who, project_id, [head.id]):
        raise Forbidden(
            "These labels are not for you to see yet",
            "Submit your own on this article first",
        )
    linked = _linked(store, conflict)
    return Looked(
        conflict,
        store.labels.with_content([head])[0],
        linked.base if linked else None,
        store.articles.get(conflict.article_id),
        store.projects.codebook(project_id),
    )


def _here(label_set: LabelSet, difference: Difference) -> Any:
    """What a label set holds by now of what differs, as `Difference.ours`."""
    part = content.of(label_set).parts(difference.kind).get(difference.entity_id)
    if part is None or difference.kind == "document_label" or not difference.field:
        return part
    return content.take(part, difference.field)


def _digest(difference: Difference, ours: Any) -> str:
    values = orjson.dumps([difference.base, ours, difference.theirs], option=orjson.OPT_SORT_KEYS)
    return sha256(values).hexdigest()[:16]


def _linked(store: Store, conflict: SyncConflict) -> LinkedSet | None:
    return store.links.sets_on([conflict.article_id], conflict.project_id).get(
        conflict.label_set_id
    )
