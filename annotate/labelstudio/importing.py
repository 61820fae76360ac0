"""Articles without a task there are sent in bulk, with their labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from annotate.labelstudio.foreseeing import tell_changes
from annotate.labelstudio.plans import ARRIVED, Here, Planned, first_send, here_on, is_empty
from annotate.labelstudio.sending import Wording, note_arrival
from annotate.labelstudio.session import Session
from annotate.links import LinkedTask
from annotate.model import LabelSet
from annotate.store import ArticleFilter
from annotate.store.bulk import uncollected

# The server takes many at once twice as quickly as few; what it is sent must fit into its limits.
MOST_TASKS = 500
MOST_CHARACTERS = 4_000_000
_WALK = 5_000


@dataclass(frozen=True, slots=True)
class _Batch:
    """Articles to be sent at once, and their label sets."""

    article_ids: Sequence[str]
    tasks: Sequence[dict[str, Any]]
    sets: Sequence[Planned]


@dataclass(frozen=True, slots=True)
class _Flight:
    """A batch on its way."""

    batch: _Batch
    answer: Future[list[int]]


def send_tasks(session: Session) -> None:
    """Send the articles that have no task there.

    While the server works on one batch, the next is made ready.

    Raises:
        MayHaveArrived: if some may have arrived of which the server has not told.
    """
    unsent = [
        id_
        for ids in session.store.listing.walk(
            ArticleFilter(project_id=session.project_id, revisions="labelled"), _WALK
        )
        for id_ in ids
        if id_ not in session.tasks
    ]
    if not unsent:
        return
    done = 0
    flight: _Flight | None = None
    with ThreadPoolExecutor(1, "label-studio-import") as pool:
        try:
            while done < len(unsent):
                session.progress("sending", done, len(unsent))
                batch = _ready(session, unsent[done : done + MOST_TASKS])
                done += len(batch.article_ids)
                if session.dry_run:
                    _tell(session, batch)
                    continue
                landing, flight = flight, None
                if landing is not None:
                    _land(session, landing)
                flight = _send(session, batch, pool)
        finally:
            if flight is not None:
                _land(session, flight)


def _ready(session: Session, article_ids: Sequence[str]) -> _Batch:
    with uncollected():
        here = here_on(session, article_ids)
        sizes = accumulate(len(one.text) for one in here.articles.values())
        fitting = max(1, sum(1 for size in sizes if size <= MOST_CHARACTERS))
        articles = list(here.articles.values())[:fitting]
        chosen = {
            one.id: [
                first_send(session, label_set, 0)
                for label_set in here.sets[one.id].values()
                if _goes(session, here, label_set)
            ]
            for one in articles
        }
        sets = [one for some in chosen.values() for one in some]
        if session.dry_run:
            return _Batch(list(chosen), (), sets)
        wording = Wording(session, [one.after for one in sets])
        tasks = [wording.task(one, chosen[one.id]) for one in articles]
        return _Batch(list(chosen), tasks, sets)


def _goes(session: Session, here: Here, one: LabelSet) -> bool:
    if is_empty(one) and one.status == "draft":
        return False
    if one.id in here.withheld:
        session.hidden.add(one.id)
        return False
    return True


def _send(session: Session, batch: _Batch, pool: ThreadPoolExecutor) -> _Flight:
    links = session.store.links
    with session.write() as tx:
        links.put_sending(tx, session.project_id, batch.article_ids)
        links.put_sets(tx, [one.linked for one in batch.sets if one.linked is not None])
    session.sending |= set(batch.article_ids)
    session.imported = True
    return _Flight(batch, pool.submit(session.server.import_tasks, session.remote.id, batch.tasks))


def _land(session: Session, flight: _Flight) -> None:
    """Wait until a batch has arrived, and remember it."""
    batch, numbers = flight.batch, flight.answer.result()
    number_of = dict(zip(batch.article_ids, numbers, strict=True))
    empty = _found_empty(session, batch, number_of)
    with uncollected(), session.write() as tx:
        # When they were last changed is not told, and they are not read.
        session.keep_tasks(
            tx,
            [LinkedTask(session.project_id, id_, number, "") for id_, number in number_of.items()],
        )
        arrived = [
            (one, number_of[one.after.article_id], *empty.get(one.after.id, (ARRIVED, "")))
            for one in batch.sets
        ]
        note_arrival(session, tx, arrived)
        session.store.links.clear_sending(tx, session.project_id, batch.article_ids)
    session.sending -= set(batch.article_ids)
    _tell(session, batch)


def _found_empty(
    session: Session, batch: _Batch, number_of: Mapping[str, int]
) -> dict[str, tuple[int, str]]:
    """The numbers of annotations without any region, which have nothing else to be known by."""
    waiting: dict[int, list[str]] = {}
    for one in batch.sets:
        if is_empty(one.after) and one.after.kind != "model":
            waiting.setdefault(number_of[one.after.article_id], []).append(one.after.id)
    found = {}
    for task in session.server.tasks(session.remote.id, list(waiting)) if waiting else ():
        there = [raw for raw in task.get("annotations") or () if raw.get("result") == []]
        for id_, raw in zip(waiting[task["id"]], there, strict=False):
            found[id_] = (int(raw["id"]), str(raw["created_at"]))
    return found


def _tell(session: Session, batch: _Batch) -> None:
    for article_id in batch.article_ids:
        session.took("task.create", article_id)
    for one in batch.sets:
        session.took("label_set.create_there", one.after.article_id, one.after.id, one.sends)
    tell_changes(session, batch.sets)
