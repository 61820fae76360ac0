"""The desk of ingestion: runs and rejected items, as one person may see and settle them.

Runs and what they rejected belong to the project that their articles join; those for no project
are an administrator's. A run that a page asks for waits in the database for its turn
(`annotate.ingest.run.work_off`), so that a server that is killed forgets none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from annotate import accounts
from annotate.accounts import Action
from annotate.errors import Conflict, Invalid, NotFound, Rejected, WorkbenchError
from annotate.ingest import uploads
from annotate.ingest.alive import is_at_work
from annotate.model import IngestRun, Person, Rejection, RunKind, RunState
from annotate.store import Store, Transaction
from annotate.store.ingests import Listed, Scope, Taken

Now = Literal["queued", "running", "interrupted", "done", "cancelled", "failed", "discarded"]
UNFINISHED: tuple[Now, ...] = ("interrupted", "cancelled", "failed")
MOST_RETRIED = 5000
# One that is running although nobody is at work on it was interrupted.
_ENDED_BADLY: tuple[RunState, ...] = ("running", "cancelled", "failed")


@dataclass(frozen=True, slots=True)
class RunSeen:
    """A run as people see it.

    Args:
        run: The run.
        now: Its state; ``interrupted`` if it was running and nobody is at work on it.
        by: The name of who asked for it.
        names: What it was to read, as people know it.
    """

    run: IngestRun
    now: Now
    by: str
    names: tuple[str, ...]

    @property
    def can_go_on(self) -> bool:
        """Whether running it again makes sense."""
        return self.now in UNFINISHED


def runs(
    store: Store,
    who: Person,
    project_id: str | None,
    *,
    before: str | None = None,
    limit: int = 50,
) -> list[RunSeen]:
    """The runs of a project, the newest first.

    Args:
        store: The store.
        who: Who asks.
        project_id: The project; None for all there are.
        before: Only those older than this one.
        limit: How many at most.

    Raises:
        Forbidden: They may not.
        NotFound: There is no such project for them.
    """
    scope = _scope(store, who, project_id)
    return _seen(store, store.ingests.runs(scope, before=before, limit=limit))


def run(store: Store, who: Person, run_id: str) -> RunSeen:
    """One run.

    Raises:
        Forbidden: They may not see it.
        NotFound: There is none, or not for them.
    """
    return _seen(store, [_run(store, who, run_id, "ingest.read")])[0]


def taken(
    store: Store, who: Person, run_id: str, *, after: int = 0, limit: int = 50
) -> list[Taken]:
    """The articles that a run brought.

    Raises:
        Forbidden: They may not see it.
        NotFound: There is none, or not for them.
    """
    _run(store, who, run_id, "ingest.read")
    return store.ingests.taken(run_id, after=after, limit=limit)


def ask_for_upload(store: Store, who: Person, project_id: str, run_id: str) -> IngestRun:
    """Let the files of an upload wait for their run; asking twice is asking once.

    Args:
        store: The store.
        who: In whose name.
        project_id: The project that the articles join.
        run_id: The id under which they arrived.

    Raises:
        Forbidden: They may not ingest.
        NotFound: There is no such project for them.
        Invalid: No file has arrived.
    """
    accounts.require(store, who, "article.ingest", project_id)
    try:
        there = store.ingests.run(run_id)
    except NotFound:
        paths = uploads.whole(uploads.folder(store.path) / run_id)
        if not paths:
            raise Invalid("No file has arrived", "Choose the files again") from None
        return _ask(store, who, project_id, [str(path) for path in paths], "upload", run_id)
    if there.by != who.id:
        raise NotFound("There is no run {run_id}", run_id=run_id) from None
    return there


def ask_for_retry(
    store: Store, who: Person, project_id: str, rejection_ids: Sequence[str]
) -> IngestRun:
    """Let items that could not be taken wait for being tried again.

    Raises:
        Forbidden: They may not ingest.
        NotFound: There is no such project or item for them.
        Invalid: There are none, or too many at once.
    """
    accounts.require(store, who, "article.ingest", project_id)
    items = [one.item for one in _rejections(store, who, rejection_ids, "article.ingest")]
    if not 0 < len(items) <= MOST_RETRIED:
        raise Invalid("Choose between 1 and {count} items", count=MOST_RETRIED)
    return _ask(store, who, project_id, items, "retry")


def ask_again(store: Store, who: Person, run_id: str) -> None:
    """Let a run that has not come to its end wait for its turn again.

    What it took stays and is met again as known: nothing is lost or doubled. It is done in the
    name of whoever asks again: who asked first may have left.

    Raises:
        Forbidden: They may not ingest.
        NotFound: There is no such run for them.
        Conflict: It goes on already, or has ended well.
    """
    going = is_at_work(store.path, run_id)
    with _settling_run(store, who, run_id) as tx:
        if going or not store.ingests.change_state(
            tx, run_id, _ENDED_BADLY, "queued", taken_over=True
        ):
            raise Conflict("The run {run_id} cannot be run again", run_id=run_id)


def call_off(store: Store, who: Person, run_id: str) -> bool:
    """Take a run out of the queue; False if it does not wait there any more.

    Raises:
        Forbidden: They may not ingest.
        NotFound: There is no such run for them.
    """
    with _settling_run(store, who, run_id) as tx:
        return store.ingests.change_state(tx, run_id, ["queued"], "cancelled")


def fail(store: Store, run_id: str) -> None:
    """Note that a mistake of the program's own ended a run, which can be run again.

    Args:
        store: The store.
        run_id: The run, which waits or is at work.
    """
    there = store.ingests.run(run_id)
    problem = WorkbenchError(
        "A mistake in Claimdesk ended the run",
        "What it took is kept; the server's log says more. Run it again, or give it up",
    )
    with store.write(there.by) as tx:
        store.ingests.finish(tx, run_id, there.counts, "failed", problem.told())


def discard(store: Store, who: Person, run_id: str) -> None:
    """Give up a run that has not come to its end, and remove the files uploaded for it.

    What it took stays, and so does the list of what it rejected.

    Raises:
        Forbidden: They may not ingest.
        NotFound: There is no such run for them.
        Conflict: It goes on, or has ended well.
    """
    going = is_at_work(store.path, run_id)
    with _settling_run(store, who, run_id) as tx:
        if going or not store.ingests.change_state(tx, run_id, _ENDED_BADLY, "discarded"):
            raise Conflict("The run {run_id} cannot be given up", run_id=run_id)
    uploads.sweep(store)


def rejections(
    store: Store,
    who: Person,
    project_id: str | None,
    *,
    listed: Listed = "open",
    reason: str | None = None,
    run_id: str | None = None,
    limit: int = -1,
) -> list[Rejection]:
    """Items that the runs of a project could not take; see `store.ingests.rejections`.

    Raises:
        Forbidden: They may not see them.
        NotFound: There is no such project for them.
    """
    scope = _scope(store, who, project_id)
    return store.ingests.rejections(scope, listed=listed, reason=reason, run_id=run_id, limit=limit)


def reasons(
    store: Store, who: Person, project_id: str | None, listed: Listed = "open"
) -> dict[str, int]:
    """How many items of a project's runs stand on the list, by reason.

    Raises:
        Forbidden: They may not see them.
        NotFound: There is no such project for them.
    """
    return store.ingests.reasons(_scope(store, who, project_id), listed)


def rejection(store: Store, who: Person, rejection_id: str) -> Rejection:
    """One item that could not be taken.

    Raises:
        Forbidden: They may not see it.
        NotFound: There is none, or not for them.
    """
    return _rejections(store, who, [rejection_id], "ingest.read")[0]


def dismiss(store: Store, who: Person, rejection_ids: Sequence[str]) -> None:
    """Take items off the list without having them, all or none.

    Raises:
        Forbidden: They may not ingest.
        NotFound: One of them is not on the list, or not for them.
    """
    with _settling_items(store, who, rejection_ids) as tx:
        for rejection_id in rejection_ids:
            store.ingests.dismiss(tx, rejection_id)


def restore(store: Store, who: Person, rejection_ids: Sequence[str]) -> None:
    """Put dismissed items back on the list, all or none.

    Raises:
        Forbidden: They may not ingest.
        NotFound: One of them was not dismissed, or is not for them.
    """
    with _settling_items(store, who, rejection_ids) as tx:
        for rejection_id in rejection_ids:
            store.ingests.restore(tx, rejection_id)


def rebuilt(one: Rejection) -> Rejected:
    """Why an item could not be taken, as it was raised."""
    if one.told is None:
        return Rejected(one.reason, "{message}", message=one.message)
    return Rejected.rebuilt(one.reason, one.told)


def _ask(
    store: Store,
    who: Person,
    project_id: str,
    paths: Sequence[str],
    kind: RunKind,
    run_id: str | None = None,
) -> IngestRun:
    with accounts.permitted(store, who, "article.ingest", project_id) as tx:
        made = store.ingests.start(tx, paths, project_id, kind=kind, run_id=run_id, queued=True)
    return store.ingests.run(made)


@contextmanager
def _settling_run(store: Store, who: Person, run_id: str) -> Iterator[Transaction]:
    project_id = store.ingests.run(run_id).project_id
    with accounts.permitted(store, who, _needed("article.ingest", project_id), project_id) as tx:
        yield tx


@contextmanager
def _settling_items(
    store: Store, who: Person, rejection_ids: Sequence[str]
) -> Iterator[Transaction]:
    """Items may be of several projects, so each of these is asked about, before and inside."""
    _rejections(store, who, rejection_ids, "article.ingest")
    with store.write(who.id) as tx:
        _rejections(store, store.people.get(who.id), rejection_ids, "article.ingest")
        yield tx


def _scope(store: Store, who: Person, project_id: str | None) -> Scope:
    _require(store, who, "ingest.read", project_id)
    return Scope(project_id, without_project=accounts.role_of(store, who, None) == "admin")


def _require(store: Store, who: Person, action: Action, project_id: str | None) -> None:
    accounts.require(store, who, _needed(action, project_id), project_id)


def _needed(action: Action, project_id: str | None) -> Action:
    return action if project_id else "database.maintain"


def _run(store: Store, who: Person, run_id: str, action: Action) -> IngestRun:
    found = store.ingests.run(run_id)
    _require(store, who, action, found.project_id)
    return found


def _rejections(
    store: Store, who: Person, rejection_ids: Sequence[str], action: Action
) -> list[Rejection]:
    found = store.ingests.chosen(rejection_ids)
    lost = set(rejection_ids) - {one.id for one in found}
    if lost:
        raise NotFound("There is no rejected item {rejection_id}", rejection_id=min(lost))
    for run_id in {one.run_id for one in found}:
        project_id = store.ingests.run(run_id).project_id if run_id else None
        _require(store, who, action, project_id)
    return found


def _seen(store: Store, found: Sequence[IngestRun]) -> list[RunSeen]:
    people = store.people.many(sorted({one.by for one in found}))
    return [
        RunSeen(
            one,
            _now(store, one),
            people[one.by].display_name,
            tuple(uploads.shown(store.path, path) for path in one.paths),
        )
        for one in found
    ]


def _now(store: Store, found: IngestRun) -> Now:
    if found.state == "running" and not is_at_work(store.path, found.id):
        return "interrupted"
    return found.state
