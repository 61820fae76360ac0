"""Some tasks taken in: read, merged with what is here and written, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from annotate.labelstudio.applying import freeze, submission, write_content
from annotate.labelstudio.foreseeing import tell_changes
from annotate.labelstudio.planning import plan
from annotate.labelstudio.plans import Here, Json, Plan, Planned, entries_for, here_on
from annotate.labelstudio.session import Session
from annotate.links import Difference, LinkedTask, StepKind, SyncConflict, SyncProblem
from annotate.model import Actor, new_id, utc_now
from annotate.registries.following import followed
from annotate.store import Transaction
from annotate.store.bulk import uncollected
from annotate.tagging import arrivals

_STEPS: dict[str, StepKind] = {
    "create": "label_set.create_here",
    "change": "label_set.change_here",
    "delete": "label_set.delete_here",
}


@dataclass(frozen=True, slots=True)
class Read:
    """A task as it was read, and which article it is of.

    ``second`` says that the article has another task, which is the one that counts.
    """

    task: Json
    article_id: str
    second: bool = False


def take(session: Session, tasks: Sequence[Read]) -> list[Plan]:
    """Take in what tasks hold.

    Args:
        session: The sync.
        tasks: The tasks; of one article at most one that counts.

    Returns:
        What became of them, or would in a dry run.
    """
    with uncollected(), session.writing() as tx:
        here = here_on(session, list(dict.fromkeys(one.article_id for one in tasks)))
        plans = [plan(session, here, one.task, one.article_id, second=one.second) for one in tasks]
        for one in plans:
            if tx is not None:
                _keep(session, tx, here, one)
            else:
                _foresee(session, here, one)
        session.keep_tasks(tx, (_linked(session, one) for one in plans if not one.second))
    for one in plans:
        _tell(session, one)
        tell_changes(session, one.sets, {**one.actors, **one.claims})
    return plans


def put_problems(
    session: Session, tx: Transaction | None, task_id: int | None, found: Sequence[SyncProblem]
) -> None:
    """Make these a task's open problems."""
    if not found and task_id not in session.problems:
        return
    before = session.problems.pop(task_id, set())
    if found:
        session.problems[task_id] = {one.reason for one in found}
    if tx is not None:
        session.store.links.replace_problems(tx, session.project_id, task_id, found)
        return
    session.found[task_id] = found
    for reason, number in Counter(one.reason for one in found).items():
        if reason not in before:
            session.foresee("problem.find", found[0].article_id, None, number, reason)


def _linked(session: Session, one: Plan) -> LinkedTask:
    task = one.task
    return LinkedTask(session.project_id, one.article.id, task["id"], str(task["updated_at"]))


def _keep(session: Session, tx: Transaction, here: Here, one: Plan) -> None:
    store = session.store
    for entry in entries_for(one, session.registry.restored):
        if isinstance(entry, Actor):
            store.registry.add_actor(tx, entry)
        else:
            store.registry.add_claim(tx, entry)
    for planned in one.sets:
        _write(session, tx, planned)
        id_ = planned.after.id
        if planned.differences or id_ in here.open:
            store.links.replace_conflicts(tx, id_, list(_conflicts(session, tx, one, planned)))
        if planned.linked is not None and planned.linked != here.linked.get(id_):
            store.links.put_set(tx, planned.linked)
    put_problems(session, tx, one.task["id"], list(_problems(session, one, tx.at)))
    if one.article.id in session.sending:
        session.sending.discard(one.article.id)
        store.links.clear_sending(tx, session.project_id, [one.article.id])


def _foresee(session: Session, here: Here, one: Plan) -> None:
    """Note what would be left to a person."""
    for planned in one.sets:
        id_ = planned.after.id
        if id_ in session.conflicts:
            continue
        known = {_place(conflict.difference) for conflict in here.open.get(id_, ())}
        new = sum(1 for found in planned.differences if _place(found) not in known)
        session.conflicts[id_] = len(planned.differences)
        if new:
            session.foresee("conflict.find", one.article.id, id_, new)
    put_problems(session, None, one.task["id"], list(_problems(session, one, utc_now())))
    for entry in entries_for(one, session.registry.restored):
        if entry.id not in session.proposed:
            session.proposed.add(entry.id)
            name = entry.name if isinstance(entry, Actor) else entry.text
            session.foresee("entry.create_here", one.article.id, None, 0, name)


def _place(difference: Difference) -> tuple[str, str, str]:
    return difference.kind, difference.entity_id, difference.field


def _write(session: Session, tx: Transaction, planned: Planned) -> None:
    """Do to a label set here what is planned."""
    store, before, after = session.store, planned.before, planned.after
    if before is None:
        after = replace(followed(store, tx, [after])[0], created_at=after.created_at or tx.at)
        frozen = []
        if after.status in ("submitted", "accepted"):
            version = session.project.codebook_version
            frozen.append(submission(after, 1, tx.at, version))
        store.labels.restore(tx, after, frozen)
        arrivals.begun(store, tx, after)
        arrivals.submitted(store, tx, after)
        return
    if planned.deed == "delete" and before.status == "submitted" and planned.emptied:
        # Nothing found is another thing than nothing submitted.
        store.labels.set_status(tx, before, "draft", before.revision)
        before = replace(before, status="draft")
    if planned.changes:
        write_content(store, tx, before, after, project_id=session.project_id)
    if planned.submits:
        revision = before.revision + (1 if planned.changes else 0)
        head = replace(before, revision=revision)
        store.labels.set_status(tx, head, "submitted", revision)
        freeze(store, tx, replace(after, status="submitted", revision=revision))


def _conflicts(
    session: Session, tx: Transaction, one: Plan, planned: Planned
) -> Iterable[SyncConflict]:
    for difference in planned.differences:
        yield SyncConflict(
            new_id(), session.project_id, planned.after.id, one.article.id, difference, tx.at
        )


def _problems(session: Session, one: Plan, at: str) -> Iterable[SyncProblem]:
    for found, email in one.problems:
        told: dict[str, Any] = found.problem.told()
        yield SyncProblem(
            new_id(), session.project_id, one.task["id"], one.article.id, found.annotation,
            found.region, found.problem.reason, told, at, at, email,
        )  # fmt: skip


def _tell(session: Session, one: Plan) -> None:
    """Count what was done, or what would be done and sent."""
    for planned in one.sets:
        id_ = planned.after.id
        if planned.deed:
            session.took(_STEPS[planned.deed], one.article.id, id_, planned.changes)
        if session.dry_run:
            session.answered.add(id_)
            if planned.to_send is not None:
                tell_sent(session, one, planned)


def tell_sent(session: Session, one: Plan, planned: Planned) -> None:
    """Count a label set that is sent to a task that is there."""
    step: StepKind = "label_set.create_there" if planned.seen is None else "label_set.change_there"
    session.took(step, one.article.id, planned.after.id, planned.sends)
