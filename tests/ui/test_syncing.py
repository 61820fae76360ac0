"""Syncs in the background: one at a time for each project, stopped, failed, due by a schedule."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from annotate import projects
from annotate.errors import Conflict, Forbidden, WorkbenchError
from annotate.labelstudio import run
from annotate.labelstudio.session import Progress
from annotate.links import LabelChange, Link, Outcome
from annotate.model import utc_now
from annotate.store import Store
from annotate.ui.syncing import MOST_CHANGES, Syncs
from tests.world import World

WAIT_S = 10.0


class Engine:
    """Stands for `annotate.labelstudio.run.sync`: waits until it may end."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.may_end = threading.Event()
        self.asked: list[tuple[str, str, bool]] = []
        self.problem: Exception | None = None
        self.changes = 0

    def __call__(
        self,
        store: Store,
        who: Any,
        project_id: str,
        *,
        dry_run: bool,
        progress: Callable[[Progress], None],
        stop: Callable[[], bool],
        changed: Callable[[LabelChange], None],
    ) -> Outcome:
        self.asked.append((who.id, project_id, dry_run))
        progress(Progress("reading", 3, 7))
        for n in range(self.changes if dry_run else 0):
            changed(LabelChange(f"a{n}", "s", "", "here", "add", "span", "e", "", (), {}))
        self.begun.set()
        while not self.may_end.wait(0.01) and not stop():
            pass
        if self.problem:
            raise self.problem
        return Outcome(None, {"task.create": 1, "stopped": int(stop())})


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    engine = Engine()
    monkeypatch.setattr(run, "sync", engine)
    return engine


@pytest.fixture
def syncs(world: World) -> Syncs:
    return Syncs(world.store)


def link(world: World, **changes: Any) -> None:
    made = Link(
        world.project.id, "http://127.0.0.1:9", None, 7, "2026-02-01T08:00:00Z", "Talks",
        "editor@example.org", "1.23.2", utc_now(), world.operator.id,
    )  # fmt: skip
    with world.store.write(world.operator.id) as tx:
        world.store.links.put(tx, replace(made, **changes))


def ended(syncs: Syncs, project_id: str) -> None:
    for thread in threading.enumerate():
        if thread.name == "sync":
            thread.join(WAIT_S)
    assert syncs.under_way(project_id) is None


def test_it_runs_and_says_how_far_it_is(world: World, syncs: Syncs, engine: Engine) -> None:
    editor, project = world.people["editor"], world.project.id
    syncs.start(editor, project, dry_run=True)
    assert engine.begun.wait(WAIT_S)
    at = syncs.under_way(project)
    assert at is not None and at.dry_run and at.progress == Progress("reading", 3, 7)
    with pytest.raises(Conflict):
        syncs.start(editor, project)
    engine.may_end.set()
    ended(syncs, project)
    done = syncs.ended(project)
    assert done is not None and done.outcome is not None and done.dry_run
    assert (done.by, done.problem) == (editor.id, None)
    assert engine.asked == [(editor.id, project, True)]
    syncs.forget(project)
    assert syncs.ended(project) is None


def test_of_a_dry_run_the_first_changes_are_kept_and_all_are_counted(
    world: World, syncs: Syncs, engine: Engine
) -> None:
    engine.changes = MOST_CHANGES + 5
    engine.may_end.set()
    syncs.start(world.operator, world.project.id, dry_run=True)
    ended(syncs, world.project.id)
    done = syncs.ended(world.project.id)
    assert done is not None
    assert [one.article_id for one in done.changes] == [f"a{n}" for n in range(MOST_CHANGES)]
    assert done.changes_in_all == MOST_CHANGES + 5


def test_projects_do_not_wait_for_each_other(world: World, syncs: Syncs, engine: Engine) -> None:
    other = projects.create(world.store, world.operator, "Other").id
    syncs.start(world.operator, world.project.id)
    assert engine.begun.wait(WAIT_S)
    engine.begun.clear()
    syncs.start(world.operator, other)
    assert engine.begun.wait(WAIT_S)
    engine.may_end.set()
    ended(syncs, other)


def test_it_stops_when_asked(world: World, syncs: Syncs, engine: Engine) -> None:
    project = world.project.id
    with pytest.raises(Conflict):
        syncs.cancel(world.operator, project)
    syncs.start(world.operator, project)
    assert engine.begun.wait(WAIT_S)
    with pytest.raises(Forbidden):
        syncs.cancel(world.analyst, project)
    syncs.cancel(world.operator, project)
    ended(syncs, project)
    done = syncs.ended(project)
    assert done is not None and done.outcome is not None and done.outcome.counts["stopped"] == 1


@pytest.mark.parametrize(
    ("problem", "told"),
    [(WorkbenchError("No answer from {url}", url="x"), "No answer from x"),
     (ZeroDivisionError("secret"), "ZeroDivisionError")],
)  # fmt: skip
def test_what_fails_is_told(
    world: World, syncs: Syncs, engine: Engine, problem: Exception, told: str
) -> None:
    engine.problem = problem
    engine.may_end.set()
    syncs.start(world.operator, world.project.id)
    ended(syncs, world.project.id)
    done = syncs.ended(world.project.id)
    assert done is not None and done.outcome is None
    assert told in str(done.problem) and "secret" not in str(done.problem)
    syncs.start(world.operator, world.project.id)
    ended(syncs, world.project.id)


def test_others_may_not(world: World, syncs: Syncs, engine: Engine) -> None:
    with pytest.raises(Forbidden):
        syncs.start(world.analyst, world.project.id)
    assert engine.asked == []


def test_a_schedule_starts_what_is_due(world: World, syncs: Syncs, engine: Engine) -> None:
    project, now = world.project.id, datetime.now(UTC)
    engine.may_end.set()
    link(world)
    syncs.start_due(now + timedelta(days=9))
    assert engine.asked == []
    link(world, every_minutes=30)
    syncs.start_due(now + timedelta(minutes=29))
    assert engine.asked == []
    syncs.start_due(now + timedelta(minutes=31))
    ended(syncs, project)
    assert engine.asked == [(world.operator.id, project, False)]
    # The engine wrote down no run: what was asked counts.
    syncs.start_due(datetime.now(UTC) + timedelta(minutes=29))
    assert len(engine.asked) == 1
    syncs.start_due(datetime.now(UTC) + timedelta(minutes=31))
    ended(syncs, project)
    assert len(engine.asked) == 2


def test_a_run_of_elsewhere_counts_for_the_schedule(
    world: World, syncs: Syncs, engine: Engine
) -> None:
    long_ago = "2026-01-01T00:00:00.000Z"
    link(world, every_minutes=30, created_at=long_ago)
    with world.store.write(world.operator.id) as tx:
        world.store.links.start_run(tx, world.project.id)
    syncs.start_due(datetime.now(UTC) + timedelta(minutes=5))
    assert engine.asked == []


def test_an_archived_project_is_left_alone(world: World, syncs: Syncs, engine: Engine) -> None:
    link(world, every_minutes=5)
    projects.archive(world.store, world.operator, world.project.id)
    syncs.start_due(datetime.now(UTC) + timedelta(days=1))
    assert engine.asked == []
