"""Label sets that changed here are sent to the tasks that are there, one by one."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from annotate.labelstudio.plans import Here, Plan, Planned, here_on, is_empty
from annotate.labelstudio.problems import ServerProblem
from annotate.labelstudio.pulling import article_of
from annotate.labelstudio.sending import Wording, note_arrival
from annotate.labelstudio.session import Session
from annotate.labelstudio.taking import Read, take, tell_sent
from annotate.store.bulk import uncollected
from exports.formats.labelstudio import task_meta

T = TypeVar("T")
# Few, so that little time passes between the look at a task and the writing to it.
KNOWN_TASKS = 20
_AT_ONCE = 500


def send_label_sets(session: Session) -> ServerProblem | None:
    """Send the label sets that changed here since both sides agreed.

    Returns:
        What stood in the way of one of them: it is worth another look.
    """
    wanted = _changed_here(session)
    done = 0
    problem: ServerProblem | None = None
    for numbers in _some(sorted(wanted), KNOWN_TASKS):
        session.progress("sending", done, len(wanted))
        tasks = {task["id"]: task for task in session.server.tasks(session.remote.id, numbers)}
        reads = [
            Read(task, wanted[number], second=_is_second(session, number, wanted[number]))
            for number, task in tasks.items()
            if article_of(session, task) == wanted[number]
        ]
        with uncollected():
            plans = take(session, reads)
            problem = _send_label_sets(session, plans) or problem
        done += len(numbers)
    return problem


def _changed_here(session: Session) -> dict[int, str]:
    """The numbers of the tasks with label sets to be sent, and their articles."""
    store = session.store
    ids = [id_ for id_ in store.links.changed_here(session.project_id)
           if id_ not in session.answered]  # fmt: skip
    heads = [head for id_ in ids if (head := store.labels.head(id_)) is not None]
    found: dict[int, str] = {}
    for some in _some(heads, _AT_ONCE):
        articles = sorted({head.article_id for head in some})
        inside = store.articles.inside(session.project_id, articles)
        linked = store.links.sets_on(articles, session.project_id)
        withheld = session.withheld(store.labels.heads_on(articles, session.project_id))
        waiting = []
        for head in some:
            task = session.tasks.get(head.article_id)
            if task is None or task.state != "linked" or head.article_id not in inside:
                continue
            if head.id in withheld:
                session.hidden.add(head.id)
            else:
                waiting.append(head)
        for one in store.labels.with_content(waiting):
            known = linked.get(one.id)
            if known is None and one.status == "draft" and is_empty(one):
                continue
            elsewhere = known is not None and known.remote_id is not None and known.task_id
            found[elsewhere or session.tasks[one.article_id].task_id] = one.article_id
    return found


def _is_second(session: Session, number: int, article_id: str) -> bool:
    return session.tasks[article_id].task_id != number


def _send_label_sets(session: Session, plans: Sequence[Plan]) -> ServerProblem | None:
    going = [(plan, one) for plan in plans for one in plan.sets if one.to_send is not None]
    if session.dry_run or not going:
        return None
    for plan, one in going:
        tell_sent(session, plan, one)
    here = here_on(session, sorted({plan.article.id for plan, _ in going}))
    wording = Wording(session, [one.to_send for _, one in going if one.to_send])
    arrived: list[tuple[Planned, int, int, str]] = []
    unsent: ServerProblem | None = None
    for plan, one in going:
        try:
            answer = _send(session, wording, here, plan, one)
        except ServerProblem as problem:
            # It was changed or deleted there just now, or may have arrived: that is read first.
            if problem.reason not in ("missing", "refused", "unsure"):
                raise
            unsent = problem
        else:
            number, made = int(answer["id"]), str(answer["created_at"])
            arrived.append((one, int(plan.task["id"]), number, made))
    with session.write() as tx:
        note_arrival(session, tx, arrived)
    session.touched = True
    return unsent


def _send(
    session: Session, wording: Wording, here: Here, plan: Plan, one: Planned
) -> Mapping[str, Any]:
    server, task_id, article_id = session.server, int(plan.task["id"]), plan.article.id
    assert one.to_send is not None and one.linked is not None
    made = wording.of(one, plan.article)
    model = one.to_send.kind == "model"
    if one.seen is not None:
        assert one.linked.remote_id is not None
        body = {"result": made["result"]}
        if model:
            return server.update_prediction(one.linked.remote_id, body)
        return server.update_annotation(one.linked.remote_id, body, seen=one.seen)
    # First the task says whose it is: a database restored from a backup learns it from there.
    there = [known for id_, known in here.sets[article_id].items() if id_ in here.linked]
    server.set_meta(task_id, {**_meta(plan), **task_meta(there, wording.coders_of(there))})
    if model:
        return server.create_prediction(task_id, made)
    # On the whole server there may be one alone, and the label set may be in another project there.
    unique = uuid.uuid5(uuid.UUID(one.after.id), f"{session.remote.id} {session.remote.created_at}")
    return server.create_annotation(task_id, {**made, "unique_id": str(unique)})


def _meta(plan: Plan) -> Mapping[str, Any]:
    meta = plan.task.get("meta")
    return meta if isinstance(meta, Mapping) else {}


def _some(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
