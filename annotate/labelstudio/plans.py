"""What is here on some articles, and what becomes of label sets when it meets what is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from annotate.labelstudio import arrival
from annotate.labelstudio.merge import merge
from annotate.labelstudio.session import UNAGREED, Session
from annotate.links import Difference, LinkedSet, SyncConflict
from annotate.model import Actor, Article, Claim, LabelSet
from annotate.registries.following import referenced
from annotate.store.labels import content_of
from exports.formats.labelstudio.back import Problem

Json = Mapping[str, Any]
# The content of an empty label set.
NOTHING: Json = {"spans": [], "statements": [], "document_labels": {}}
# The number of an annotation that arrived in an import, whose answer does not tell it.
ARRIVED = 0
Deed = Literal["create", "change", "delete", ""]


@dataclass(frozen=True, slots=True)
class Here:
    """What is here on some articles.

    Args:
        articles: The articles by id.
        sets: Their label sets with content, by article and id.
        linked: What both sides last agreed on, by label set.
        open: The open conflicts, by label set.
        withheld: The label sets that must not be sent.
    """

    articles: Mapping[str, Article]
    sets: Mapping[str, Mapping[str, LabelSet]]
    linked: Mapping[str, LinkedSet]
    open: Mapping[str, Sequence[SyncConflict]]
    withheld: frozenset[str]


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of one label set.

    Args:
        before: The label set here, None if it was made there.
        after: What it shall hold.
        linked: What is remembered of it; None for nothing.
        differences: What a person must decide.
        deed: What is done to it here.
        changes: How many of its parts that changes.
        to_send: What must stand there, None if it does already.
        base_when_sent: The base once that has arrived.
        sends: How many parts that changes there.
        theirs: What stands there, where something is to be sent; None for nothing.
        seen: The ``updated_at`` of the annotation, None if it is not there.
        submits: Whether that submits a draft in which there was nothing.
        write: The number that goes along with what is sent.
    """

    before: LabelSet | None
    after: LabelSet
    linked: LinkedSet | None
    differences: tuple[Difference, ...] = ()
    deed: Deed = ""
    changes: int = 0
    to_send: LabelSet | None = None
    base_when_sent: Mapping[str, Any] = field(default_factory=dict)
    sends: int = 0
    seen: str | None = None
    submits: bool = False
    write: int = 0
    theirs: LabelSet | None = None

    @property
    def emptied(self) -> bool:
        """Whether nothing is left in it."""
        return is_empty(self.after)


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of a task's label sets, and what is wrong with it.

    ``actors`` and ``claims`` are registry entries that may have to be made; ``second`` says that
    the article has another task, which is the one that counts.
    """

    task: Json
    article: Article
    sets: tuple[Planned, ...] = ()
    problems: tuple[tuple[Problem, str | None], ...] = ()
    actors: Mapping[str, Actor] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)
    second: bool = False


def here_on(session: Session, article_ids: Sequence[str]) -> Here:
    """What is here on some articles."""
    store = session.store
    heads = store.labels.heads_on(article_ids, session.project_id)
    sets: dict[str, dict[str, LabelSet]] = {id_: {} for id_ in article_ids}
    for one in store.labels.with_content(heads):
        sets[one.article_id][one.id] = one
    return Here(
        {one.id: one for one in store.articles.many(article_ids)},
        sets,
        store.links.sets_on(article_ids, session.project_id),
        store.links.open_conflicts([head.id for head in heads]),
        session.withheld(heads),
    )


def first_send(
    session: Session, ours: LabelSet, task_id: int, base: Mapping[str, Any] | None = None
) -> Planned:
    """Plan for a label set that was never there.

    Args:
        session: The sync.
        ours: The label set.
        task_id: The task that it goes to; 0 if it goes with it.
        base: What an earlier sync remembered that may not have got to send it.
    """
    before: Mapping[str, Any]
    if base is None:
        before, after = _first(ours)
    else:
        merged = merge(base, ours, emptied(ours))
        before, after = merged.base, dict(merged.base_when_sent)
    linked = LinkedSet(
        ours.id, session.project_id, ours.article_id, task_id, None, "", before, {}, UNAGREED
    )
    return Planned(
        ours, ours, linked, to_send=ours, base_when_sent=after,
        sends=len(ours.spans) + len(ours.statements) + len(ours.document_labels),
        write=after[arrival.SENT],
    )  # fmt: skip


def emptied(label_set: LabelSet) -> LabelSet:
    """The same label set with nothing in it."""
    return replace(label_set, spans=(), statements=(), document_labels={})


def is_empty(label_set: LabelSet) -> bool:
    """Whether there is nothing in a label set."""
    return not (label_set.spans or label_set.statements or label_set.document_labels)


def _first(ours: LabelSet) -> tuple[dict[str, Any], dict[str, Any]]:
    """What merging with nothing comes to, of thousands of label sets at once: base and sent."""
    sent = arrival.numbered(dict(content_of(ours)), 1)
    return arrival.numbered(dict(NOTHING), 0, sent), sent


def entries_for(plan: Plan, lost: Mapping[str, Actor | Claim]) -> list[Actor | Claim]:
    """Of the registry entries that a task proposes, those that will be named here.

    That is, in what is written here and in what a person may decide to write.

    Args:
        plan: What becomes of the task.
        lost: Entries that are there by ids that are not here (any more), which it may name too.
    """
    actor_ids, claim_ids = referenced([one.after for one in plan.sets if one.deed])
    theirs = [one.theirs for planned in plan.sets for one in planned.differences]
    named = actor_ids | claim_ids | set(_texts(theirs))
    proposed = {**lost, **plan.actors, **plan.claims}
    return [one for id_, one in proposed.items() if id_ in named]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list | tuple):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(one)
