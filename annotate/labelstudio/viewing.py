"""What one person may see of a link: its problems, its deleted tasks, its runs.

Who works blind on an article learns nothing of what colleagues recorded on it, here neither: not
from a conflict, nor from what could not be taken, nor from the list of what a sync would do.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from annotate import accounts
from annotate.errors import Rejected
from annotate.labelstudio.lock import at_work
from annotate.links import LabelChange, Step, SyncProblem, SyncRun
from annotate.model import Article, Person
from annotate.store import Store

Now = Literal["running", "interrupted", "done", "cancelled", "failed"]
_BATCH = 400
# Steps that tell of labels although they name no label set.
_OF_LABELS = ("problem.find", "entry.create_here")


@dataclass(frozen=True, slots=True)
class Problems:
    """What is there and cannot be taken.

    Args:
        items: The problems that the viewer may see, by task.
        withheld: How many more there are, on articles on which the viewer works blind.
        articles: The articles that they are on.
    """

    items: tuple[SyncProblem, ...]
    withheld: int
    articles: dict[str, Article]


@dataclass(frozen=True, slots=True)
class GoneTask:
    """An article whose task was deleted there, and waits for an editor or was left out."""

    article: Article
    task_id: int


@dataclass(frozen=True, slots=True)
class RunSeen:
    """A run as it is now, and the name of whoever it ran for.

    ``now``: ``interrupted`` where it has not ended and no process is at it any more.
    """

    run: SyncRun
    by: str
    now: Now


def problems(store: Store, who: Person, project_id: str) -> Problems:
    """What is there and cannot be taken.

    Raises:
        Forbidden, NotFound: They may not synchronise.
    """
    accounts.require(store, who, "labelstudio.sync", project_id)
    found = store.links.problems(project_id)
    articles = sorted({one.article_id for one in found if one.article_id})
    unseen = accounts.blind_on(store, who, store.projects.get(project_id), articles)
    items = tuple(one for one in found if one.article_id not in unseen)
    return Problems(items, len(found) - len(items), articles_of(store, articles))


def rebuilt(problem: SyncProblem) -> Rejected:
    """The problem as the error that it was."""
    return Rejected.rebuilt(problem.reason, problem.told)


def gone(store: Store, who: Person, project_id: str, *, left_out: bool = False) -> list[GoneTask]:
    """The articles whose tasks were deleted there, by title.

    Args:
        store: The store.
        who: Who looks.
        project_id: The project.
        left_out: Those that somebody has left out, instead of those that wait.

    Raises:
        Forbidden, NotFound: They may not synchronise.
    """
    accounts.require(store, who, "labelstudio.sync", project_id)
    state = "left_out" if left_out else "gone"
    tasks = [one for one in store.links.tasks(project_id).values() if one.state == state]
    articles = articles_of(store, [one.article_id for one in tasks])
    found = [GoneTask(articles[one.article_id], one.task_id) for one in tasks]
    return sorted(found, key=lambda one: (one.article.title, one.article.id))


def runs(store: Store, who: Person, project_id: str, limit: int) -> list[RunSeen]:
    """The runs, newest first.

    Raises:
        Forbidden, NotFound: They may not synchronise.
    """
    accounts.require(store, who, "labelstudio.sync", project_id)
    found = store.links.runs(project_id, limit)
    people = store.people.many(sorted({run.by for run in found}))
    going = any(run.state == "running" for run in found) and at_work(store.path, project_id)
    return [
        RunSeen(
            run,
            people[run.by].display_name or people[run.by].name,
            "interrupted" if run.state == "running" and not going else run.state,
        )
        for run in found
    ]


def steps(
    store: Store, who: Person, project_id: str, found: Sequence[Step]
) -> tuple[list[Step], int]:
    """Of what a sync would do, what a person may see, and how much more there is.

    Args:
        store: The store.
        who: Who looks.
        project_id: The project.
        found: What it would do.

    Raises:
        Forbidden, NotFound: They may not synchronise.
    """
    accounts.require(store, who, "labelstudio.sync", project_id)
    articles = {one.article_id for one in found if one.article_id}
    unseen = accounts.blind_on(store, who, store.projects.get(project_id), articles)
    shown = [
        one
        for one in found
        if (one.article_id or "") not in unseen
        or (one.label_set_id is None and one.kind not in _OF_LABELS)
    ]
    return shown, len(found) - len(shown)


def changes(
    store: Store, who: Person, project_id: str, found: Sequence[LabelChange]
) -> list[LabelChange]:
    """Of the labels that a sync would change, those that a person may see by now.

    Args:
        store: The store.
        who: Who looks.
        project_id: The project.
        found: What a dry run told.

    Raises:
        Forbidden, NotFound: They may not synchronise.
    """
    accounts.require(store, who, "labelstudio.sync", project_id)
    articles = {one.article_id for one in found}
    unseen = accounts.blind_on(store, who, store.projects.get(project_id), articles)
    return [one for one in found if one.article_id not in unseen]


def coders_of(
    store: Store, label_set_ids: Collection[str], article_ids: Sequence[str]
) -> dict[str, str]:
    """Whose labels some label sets hold: a name, empty for gold; without those not here yet.

    Args:
        store: The store.
        label_set_ids: The label sets.
        article_ids: The articles that they are on.
    """
    heads = [
        head
        for at in range(0, len(article_ids), _BATCH)
        for head in store.labels.heads_on(article_ids[at : at + _BATCH])
        if head.id in label_set_ids
    ]
    people = store.people.many(sorted({head.coder_id for head in heads if head.coder_id}))
    return {
        head.id: people[head.coder_id].display_name or people[head.coder_id].name
        if head.coder_id
        else ""
        for head in heads
    }


def articles_of(store: Store, article_ids: Sequence[str]) -> dict[str, Article]:
    """Articles by id."""
    return {
        article.id: article
        for at in range(0, len(article_ids), _BATCH)
        for article in store.articles.many(article_ids[at : at + _BATCH])
    }
