"""A synchronisation from beginning to end; one at a time for each project."""

from __future__ import annotations

import fcntl
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

from annotate import accounts
from annotate.errors import Conflict, Rejected, WorkbenchError
from annotate.ingest import uploads
from annotate.labelstudio import linking
from annotate.labelstudio.client import Server
from annotate.labelstudio.importing import send_tasks
from annotate.labelstudio.lock import lock_file
from annotate.labelstudio.problems import MayHaveArrived, ServerProblem
from annotate.labelstudio.pulling import check, pull
from annotate.labelstudio.pushing import send_label_sets
from annotate.labelstudio.session import RESTORED, Cancelled, Session
from annotate.labelstudio.session import Progress as Progress
from annotate.labelstudio.taking import put_problems
from annotate.links import LabelChange, Outcome, SyncProblem, SyncState
from annotate.model import Person, new_id, utc_now
from annotate.store import Store
from exports.formats.labelstudio import (
    configuration,
    instruction,
    read_configuration,
    with_kept,
)

_WAIT_S = 0.1
# What was sent without an answer has arrived by then, or will not.
_SETTLE_S = 2.0
_ATTEMPTS = 3
# What a project has there before anybody gave it a configuration.
_BLANK = ("", "<View></View>", "<View/>")
OPEN = ("conflicts", "problems", "gone", "people", "configuration")


def sync(
    store: Store,
    who: Person,
    project_id: str,
    *,
    dry_run: bool = False,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
    server: Server | None = None,
    changed: Callable[[LabelChange], None] | None = None,
) -> Outcome:
    """Synchronise a project with the one it is linked with.

    Two for the same project wait for each other, in every process. Killed at any moment and run
    again, it goes on where it stopped.

    Args:
        store: The store.
        who: In whose name.
        project_id: The project.
        dry_run: Whether to say what would be done, and change nothing.
        progress: Told how far it is.
        stop: Asked now and then whether to stop.
        server: The server, if it is connected already.
        changed: Told in a dry run each label that would change on either side, article by
            article, as far as ``who`` may see it; they are not kept, for there may be any number.

    Raises:
        Forbidden, NotFound: if they may not, or the project is not linked.
        ServerProblem: if the server cannot be reached, or fails.
        Conflict: if the project is unlinked meanwhile.
    """
    accounts.require(store, who, "labelstudio.sync", project_id)
    stopping = stop or _never
    with _alone(store.path, project_id, stopping) as alone:
        if not alone:
            return Outcome(None, {})
        link = linking.link_of(store, project_id)
        run_id = None if dry_run else _begin(store, who, project_id)
        session: Session | None = None
        try:
            with nullcontext(server) if server else linking.server_of(store, link) as there:
                assert there is not None
                remote = linking.same_project(there, link)
                session = Session(
                    store, who, link, there, remote, dry_run, progress or _silent, stopping,
                    changed=changed if dry_run else None,
                )  # fmt: skip
                _load(session)
                _work(session)
        except Cancelled:
            return _end(store, who, project_id, run_id, session, "cancelled")
        except WorkbenchError as problem:
            _end(store, who, project_id, run_id, session, "failed", problem)
            raise
        except BaseException:
            _end(store, who, project_id, run_id, session, "failed", _interrupted())
            raise
        return _end(store, who, project_id, run_id, session, "done")


def push_again(store: Store, who: Person, project_id: str, article_ids: Sequence[str]) -> int:
    """Let articles whose tasks were deleted there be sent anew by the next sync.

    Returns:
        How many those are.

    Raises:
        Forbidden, NotFound: if they may not, or the project is not linked.
    """
    with accounts.permitted(store, who, "labelstudio.sync", project_id) as tx:
        gone = _gone(store, project_id, article_ids, ("gone", "left_out"))
        if gone:
            store.links.push_again(tx, project_id, gone)
    return len(gone)


def leave_out(store: Store, who: Person, project_id: str, article_ids: Sequence[str]) -> int:
    """Leave articles out whose tasks were deleted there; their labels stay here.

    Returns:
        How many those are.

    Raises:
        Forbidden, NotFound: if they may not, or the project is not linked.
    """
    with accounts.permitted(store, who, "labelstudio.sync", project_id) as tx:
        gone = _gone(store, project_id, article_ids, ("gone",))
        if gone:
            store.links.leave_out(tx, project_id, gone)
    return len(gone)


def _work(session: Session) -> None:
    _tell(session, _configure(session))
    pull(session)
    if _would_lose(session):
        return
    unsure = bool(session.sending)
    if unsure and not session.dry_run:
        # The server may still be at work on what a killed sync has sent.
        time.sleep(_SETTLE_S)
        check(session, everything=True)
    for attempt in range(_ATTEMPTS):
        try:
            send_tasks(session)
            break
        except MayHaveArrived:
            if attempt == _ATTEMPTS - 1:
                raise
            unsure = True
            time.sleep(_SETTLE_S)
            check(session, everything=True)
    problem = send_label_sets(session)
    for _ in range(_ATTEMPTS - 1):
        problem = problem and send_label_sets(session)
    if isinstance(problem, MayHaveArrived):
        raise problem
    if (session.imported or session.touched) and not session.dry_run:
        check(session, everything=unsure or not session.imported)
    for label_set_id in sorted(session.hidden):
        head = session.store.labels.head(label_set_id)
        session.took("label_set.withheld", head.article_id if head else None, label_set_id)


def _would_lose(session: Session) -> bool:
    """Whether what is sent would be lost there: its editor drops what it has no control for."""
    there = session.link.configuration_there
    problems = read_configuration(there, session.book).problems if there else ()
    return any(why.reason in ("missing", "xml") for _, why in problems)


def _load(session: Session) -> None:
    links, project_id = session.store.links, session.project_id
    for task in links.tasks(project_id).values():
        session.tasks[task.article_id] = task
        if task.state == "linked":
            session.by_number[task.task_id] = task
    for problem in links.problems(project_id):
        session.problems.setdefault(problem.task_id, set()).add(problem.reason)
    session.sending = links.sending(project_id)
    cursor = session.link.cursor or ""
    if cursor.startswith(RESTORED):
        session.restored = session.cursor
    session.change_link(version=session.server.version)


def _configure(session: Session) -> ServerProblem | None:
    """Bring the configuration there up to the codebook, unless somebody edited it there.

    Returns:
        Why the server refuses it.
    """
    numbers = sorted(session.books, reverse=True)
    older = [session.books[one] for one in numbers if one != session.project.codebook_version]
    # The server takes blank ends off.
    there = session.remote.configuration.strip()
    wanted = with_kept(configuration(session.book, older), there).strip()
    known = there == session.link.configuration.strip() or _is_free(session)
    if there != wanted and not known:
        session.change_link(configuration_there=there)
        return None
    if there != wanted:
        if not session.dry_run:
            try:
                guide = instruction(session.book)
                session.server.set_configuration(session.remote.id, wanted, guide)
            except ServerProblem as problem:
                if problem.reason != "refused":
                    raise
                return problem
        session.took("configuration.change_there")
        if session.dry_run:
            return None
    session.change_link(configuration=wanted, configuration_there="")
    return None


def _is_free(session: Session) -> bool:
    """Whether the configuration that is found at the first sync is nobody's work."""
    if session.link.configuration:
        return False
    if session.remote.configuration.strip() in _BLANK:
        return True
    edited = read_configuration(session.remote.configuration, session.book)
    return edited.codebook == session.book and not edited.problems


def _tell(session: Session, refused: ServerProblem | None) -> None:
    """List what is wrong with the project there as a whole."""
    wrong = []
    if refused is not None:
        wrong.append(Rejected("configuration", *refused.templates, **refused.values))
    if onlookers := session.onlookers():
        wrong.append(
            Rejected(
                "reader",
                "{names} read labels there that were sent and may not be seen by them here",
                "See who has an account there; nothing more of these is sent while they do",
                names=", ".join(onlookers),
            )
        )
    if not wrong and None not in session.problems:
        return
    at = utc_now()
    found = [
        SyncProblem(new_id(), session.project_id, None, None, None, None, why.reason, why.told(),
                    at, at)
        for why in wrong
    ]  # fmt: skip
    with session.writing() as tx:
        put_problems(session, tx, None, found)


def _begin(store: Store, who: Person, project_id: str) -> str:
    with accounts.permitted(store, who, "labelstudio.sync", project_id) as tx:
        # Of those that still run none has the lock, which is ours.
        store.links.close_interrupted(tx, project_id, _interrupted().told())
        return store.links.start_run(tx, project_id)


def _end(
    store: Store,
    who: Person,
    project_id: str,
    run_id: str | None,
    session: Session | None,
    state: SyncState,
    problem: WorkbenchError | None = None,
) -> Outcome:
    counts = {} if session is None else {k: n for k, n in session.counts.items() if n}
    counts |= _open(store, project_id, session)
    if run_id is not None:
        with store.write(who.id) as tx:
            told = None if problem is None else problem.told()
            store.links.finish_run(tx, run_id, state, counts, told)
    return Outcome(run_id, counts, tuple(session.steps) if session else ())


def _open(store: Store, project_id: str, session: Session | None) -> dict[str, int]:
    """How much waits for a person, or would after a dry run."""
    problems = store.links.problems(project_id)
    conflicts = Counter(one.label_set_id for one in store.links.conflicts(project_id))
    tasks = store.links.tasks(project_id)
    if session is not None and session.dry_run:
        problems = [one for one in problems if one.task_id not in session.found]
        problems += [one for some in session.found.values() for one in some]
        conflicts = Counter({**conflicts, **session.conflicts})
        tasks = session.tasks
    gone = [one for one in tasks.values() if one.state == "gone"]
    emails = {one.email for one in problems if one.email}
    link = session.link if session is not None else store.links.link(project_id)
    edited = int(link is not None and bool(link.configuration_there))
    found = (sum(conflicts.values()), len(problems), len(gone), len(emails), edited)
    return dict(zip(OPEN, found, strict=True))


def _gone(
    store: Store, project_id: str, article_ids: Sequence[str], states: Sequence[str]
) -> list[str]:
    linking.link_of(store, project_id)
    tasks = store.links.tasks(project_id)
    return [id_ for id_ in article_ids if id_ in tasks and tasks[id_].state in states]


def _interrupted() -> Conflict:
    return Conflict("The synchronisation was interrupted", "The next one goes on where it stopped")


@contextmanager
def _alone(database: Path, project_id: str, stop: Callable[[], bool]) -> Iterator[bool]:
    """Wait until no other sync of the project runs, in any process; False if told to stop.

    The system takes the lock away from a process that is killed.
    """
    folder = uploads.folder(database)
    folder.mkdir(mode=0o700, exist_ok=True)
    path = lock_file(database, project_id)
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if stop():
                    yield False
                    return
                time.sleep(_WAIT_S)
        yield True
    finally:
        os.close(descriptor)


def _never() -> bool:
    return False


def _silent(progress: Progress) -> None:
    pass
