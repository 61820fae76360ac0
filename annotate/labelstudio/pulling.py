"""What changed in Label Studio is read and taken in; what was deleted there is noticed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from annotate.errors import Rejected
from annotate.labelstudio.session import Session, Stage, moment
from annotate.labelstudio.taking import Read, put_problems, take
from annotate.links import SyncProblem
from annotate.model import new_id, utc_now

Task = dict[str, Any]
BATCH = 50
# Changes become visible in another order than that of their times; so far back is looked again.
OVERLAP = timedelta(seconds=5)
# So many tasks tell whether a server was put back to an earlier state.
SAMPLE, LARGE_SAMPLE = 10, 250
# What is wrong with these depends on what is here.
LOOK_AGAIN = frozenset(
    ["person", "model", "accepted", "another", "coder", "article", "actor", "claim", "ambiguous",
     "label", "choice", "required", "double", "name"]
)  # fmt: skip


class WentBack(Exception):
    """The server was restored from a backup: something there is older than it was."""


def pull(session: Session) -> None:
    """Read what changed there since the last sync, and take it in.

    Raises:
        Cancelled, ServerProblem: what was taken in by then stays.
    """
    newest = session.server.newest_change(session.remote.id)
    try:
        _pull(session, newest)
    except WentBack:
        session.restored = session.cursor or newest
        session.remember_cursor(session.restored)
        _pull(session, newest)
    session.restored = None
    session.remember_cursor(newest)


def check(session: Session, *, everything: bool) -> None:
    """Read back what was sent, and what others changed meanwhile.

    Args:
        session: The sync.
        everything: Whether the tasks that were imported are read too, and not those alone in
            which something has been done since.
    """
    newest = session.server.newest_change(session.remote.id)
    tasks = session.server.changed_tasks(session.remote.id, session.cursor, touched=not everything)
    try:
        _take_all(session, tasks, set(), "checking")
    except WentBack:
        # It was restored just now: the next sync finds that out before anything else.
        return
    session.remember_cursor(newest)


def _pull(session: Session, newest: str | None) -> None:
    again = {task for task, why in session.problems.items() if task and why & LOOK_AGAIN}
    again |= _drafts_changed(session)
    if session.restored is None and newest != session.cursor and session.cursor is not None:
        _look_for_older(session, newest)
    _take_all(session, _changed(session, newest, again), again, "reading")
    _reconcile(session)


def _drafts_changed(session: Session) -> set[int]:
    """Tasks in which somebody began a first draft, or none is left: no time of change tells."""
    listed = {task for task, why in session.problems.items() if task and "draft" in why}
    drafted = session.server.drafted_tasks(session.remote.id)
    return (drafted & session.by_number.keys()) ^ listed


def _changed(session: Session, newest: str | None, again: set[int]) -> Iterator[Task]:
    """The tasks to look at, some of them twice."""
    server, project, cursor = session.server, session.remote.id, session.cursor
    if newest is not None:
        if cursor is None or session.restored is not None:
            yield from server.changed_tasks(project, None)
        else:
            if newest != cursor:
                yield from server.changed_tasks(project, cursor)
            late = (moment(cursor) - OVERLAP).isoformat()
            yield from server.changed_tasks(project, late, touched=True)
    if again:
        yield from server.tasks(project, again)


def _take_all(session: Session, tasks: Iterable[Task], again: set[int], stage: Stage) -> set[int]:
    """Take in those of some tasks that are not as they were; gives the numbers of all."""
    done, batch = 0, dict[int, Task]()
    seen: set[tuple[int, str]] = set()
    session.progress(stage, done)
    for task in tasks:
        key = (task["id"], task["updated_at"])
        if key in seen:
            continue
        seen.add(key)
        if task["id"] not in again and _as_known(session, task):
            continue
        batch[task["id"]] = task
        if len(batch) == BATCH:
            _take(session, list(batch.values()))
            done, batch = done + len(batch), {}
            session.progress("taking" if stage == "reading" else stage, done)
    if batch:
        _take(session, list(batch.values()))
        session.progress("taking" if stage == "reading" else stage, done + len(batch))
    return {number for number, _ in seen}


def _as_known(session: Session, task: Task) -> bool:
    known = session.by_number.get(task["id"])
    if known is None or known.state != "linked" or known.article_id in session.sending:
        return False
    if known.updated_at and session.restored is None:
        # Those whose time is not known were imported and not read since.
        _refuse_older(known.updated_at, task)
    return bool(known.updated_at == task["updated_at"])


def _refuse_older(known: str, task: Task) -> None:
    if moment(task["updated_at"]) < moment(known):
        raise WentBack


def _look_for_older(session: Session, newest: str | None) -> None:
    """Look at some tasks that were the last to change: an older state of one is no change."""
    last = sorted(
        (one for one in session.by_number.values() if one.updated_at and one.state == "linked"),
        key=lambda one: moment(one.updated_at),
        reverse=True,
    )
    cursor = session.cursor
    older = newest is None or (cursor is not None and moment(newest) < moment(cursor))
    sample = {one.task_id: one for one in last[: LARGE_SAMPLE if older else SAMPLE]}
    if not sample:
        return
    for task in session.server.tasks(session.remote.id, list(sample)):
        if article_of(session, task) == sample[task["id"]].article_id:
            _refuse_older(sample[task["id"]].updated_at, task)


def _take(session: Session, tasks: list[Task]) -> None:
    """Take in some tasks: those that count, then further ones of the same articles."""
    named = {task["id"]: article_of(session, task) for task in tasks}
    inside = session.store.articles.inside(
        session.project_id, sorted({one for one in named.values() if one})
    )
    first: dict[str, Read] = {}
    second: list[Read] = []
    strangers: list[Task] = []
    for task in sorted(tasks, key=lambda one: int(one["id"])):
        article_id = named[task["id"]]
        if article_id not in inside:
            strangers.append(task)
        elif article_id in first or _has_another(session, article_id, task):
            second.append(Read(task, article_id, second=True))
        else:
            first[article_id] = Read(task, article_id)
    _displace(session, named)
    if strangers:
        _refuse(session, strangers)
    if first:
        take(session, list(first.values()))
    for one in second:
        _take_second(session, one)


def article_of(session: Session, task: Mapping[str, Any]) -> str:
    """The article that a task says it is of; empty for one of no article of this project."""
    data = task.get("data")
    if not isinstance(data, Mapping) or data.get("project_id") != session.project_id:
        return ""
    article_id = data.get("article_id")
    return article_id if isinstance(article_id, str) else ""


def _has_another(session: Session, article_id: str, task: Task) -> bool:
    """Whether the article has a task that counts, and this is another one."""
    known = session.tasks.get(article_id)
    if known is None or known.state != "linked" or known.task_id == task["id"]:
        return False
    there = session.server.tasks(session.remote.id, [known.task_id])
    return any(article_of(session, one) == article_id for one in there)


def _take_second(session: Session, one: Read) -> None:
    """Take in another task of an article; delete it if it holds nothing but what we sent."""
    found, number = take(session, [one])[0], one.task["id"]
    if found.sets or found.problems:
        return
    if not session.dry_run:
        if list(session.server.tasks(session.remote.id, [number])) != [one.task]:
            # Somebody has just worked in it, or begun to: the next sync reads that.
            return
        session.server.delete_task(number)
    session.doubles.add(number)
    session.took("task.delete_there", one.article_id)


def _seconds(session: Session) -> set[int]:
    """The further tasks of articles in which label sets stand."""
    counting = {one.task_id for one in session.tasks.values()}
    return session.store.links.task_numbers(session.project_id) - counting


def _displace(session: Session, named: Mapping[int, str]) -> None:
    """Notice tasks whose numbers are another task's now."""
    lost = [
        known
        for number, article_id in named.items()
        if (known := session.by_number.get(number)) is not None
        and known.state == "linked"
        and known.article_id != article_id
    ]
    if lost:
        session.set_gone([one.article_id for one in lost])


def _refuse(session: Session, tasks: list[Task]) -> None:
    """List tasks that are none of ours."""
    at = utc_now()
    found = {
        task["id"]: SyncProblem(
            new_id(), session.project_id, task["id"], None, None, None, why.reason, why.told(),
            at, at,
        )
        for task in tasks
        for why in [_why_not(session, task)]
    }  # fmt: skip
    with session.writing() as tx:
        for number, problem in found.items():
            put_problems(session, tx, number, [problem])


def _why_not(session: Session, task: Task) -> Rejected:
    data = task.get("data")
    if not isinstance(data, dict) or "article_id" not in data:
        return Rejected("task", "The task was not made here: it names no article")
    if data.get("project_id") != session.project_id:
        return Rejected("project", "The task belongs to another project")
    return Rejected(
        "article",
        "The task is of an article that is not in this project",
        "Put the article back into the project, or delete the task there",
    )


def _reconcile(session: Session) -> None:
    """Notice tasks that were deleted there, and read those that no list of changes had."""
    known = {one.task_id for one in session.by_number.values() if one.state == "linked"}
    refused = {number for number in session.problems if number is not None}
    seconds = _seconds(session)
    if session.remote.tasks == len(known | refused | seconds) and session.restored is None:
        return
    there = session.server.task_ids(session.remote.id)
    if seconds - there:
        # What stood in them goes to the tasks that count.
        with session.writing() as tx:
            if tx is not None:
                session.store.links.forget_sets(tx, session.project_id, seconds - there)
    gone = [session.by_number[number].article_id for number in known - there]
    if gone and session.restored is not None:
        session.forget(gone)
    elif gone:
        session.set_gone(gone)
    if refused - there:
        with session.writing() as tx:
            for number in refused - there:
                put_problems(session, tx, number, [])
    unknown = there - known - refused - seconds - session.doubles
    if unknown:
        tasks = session.server.tasks(session.remote.id, unknown)
        _take_all(session, tasks, unknown, "reading")
