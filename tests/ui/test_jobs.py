"""Uploads over HTTP, and the runs that a server does one after another."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from annotate import accounts
from annotate.errors import Conflict, Forbidden
from annotate.ingest import desk
from annotate.ingest import uploads as kept
from annotate.model import IngestRun, Person, new_id
from annotate.store import Store
from annotate.ui import jobs as jobs_room
from annotate.ui import uploads
from annotate.ui.jobs import Jobs
from tests.ingest.packing import item
from tests.world import World

Browser = Callable[[Person], TestClient]


@pytest.fixture
def jobs(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Jobs]:
    """The server's runs, worked off when the test says so."""
    made = Jobs(store, processes=1)
    monkeypatch.setattr(made, "wake", lambda: None)
    monkeypatch.setattr(uploads, "jobs", lambda: made)
    uploads.receiving.cache_clear()
    yield made
    uploads.receiving.cache_clear()


def queued(world: World, *contents: bytes) -> str:
    upload_id = new_id()
    for n, content in enumerate(contents):
        arriving = kept.Arriving(kept.folder(world.store.path) / upload_id, f"{n:04}.md", 0)
        arriving.write(content)
        arriving.keep()
    editor = world.people["editor"]
    return desk.ask_for_upload(world.store, editor, world.project.id, upload_id).id


def now(world: World, run_id: str) -> str:
    return desk.run(world.store, world.operator, run_id).now


def test_files_arrive_and_wait_for_their_run(world: World, sign_in: Browser, jobs: Jobs) -> None:
    client = sign_in(world.people["editor"])
    begun = client.post(uploads.PATH, params={"project": world.project.id}).json()["id"]
    address = f"{uploads.PATH}/{begun}"
    sent = client.post(f"{address}/files", params={"name": "../../a\u202e.md"}, content=item(1))
    assert sent.json() == {"name": "a_.md"}
    again = client.post(f"{address}/files", params={"name": "a_.md"}, content=item(2))
    assert again.json() == {"name": "a_ (2).md"}
    assert desk.runs(world.store, world.operator, world.project.id) == []
    for _ in range(2):
        assert client.post(f"{address}/start").json() == {"id": begun}
    assert now(world, begun) == "queued"
    assert client.post(f"{address}/files", content=b"late").status_code == 404
    jobs.work_off_queue()
    assert now(world, begun) == "done"
    assert world.store.ingests.run(begun).counts["new"] == 2
    assert not list(kept.folder(world.store.path).glob("*"))


def test_nobody_else_may_upload(world: World, sign_in: Browser, jobs: Jobs) -> None:
    project = {"project": world.project.id}
    for role in ("reviewer", "analyst", "viewer"):
        person = world.people[role]  # type: ignore[index]
        assert sign_in(person).post(uploads.PATH, params=project).status_code == 403
    client = sign_in(world.people["editor"])
    assert client.post(uploads.PATH, params={"project": "none"}).status_code == 404
    begun = client.post(uploads.PATH, params=project).json()["id"]
    other = sign_in(world.people["admin"])
    for step in ("files", "start", "drop"):
        assert other.post(f"{uploads.PATH}/{begun}/{step}", content=b"x").status_code == 404
    unsigned = client.post(uploads.PATH, params=project, headers={"x-csrf-token": "no"})
    assert unsigned.status_code == 403
    elsewhere = {"origin": "http://evil.example"}
    assert client.post(uploads.PATH, params=project, headers=elsewhere).status_code == 403
    assert not list(kept.folder(world.store.path).glob("*"))


def test_an_upload_is_dropped_and_bounded(
    world: World, sign_in: Browser, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(world.people["editor"])
    begun = client.post(uploads.PATH, params={"project": world.project.id}).json()["id"]
    address = f"{uploads.PATH}/{begun}"
    assert client.post(f"{address}/start").status_code == 400
    monkeypatch.setattr(uploads, "MOST_FILES", 1)
    assert client.post(f"{address}/files", params={"name": "a"}, content=b"x").status_code == 200
    assert client.post(f"{address}/files", params={"name": "b"}, content=b"x").status_code == 400
    huge = {"content-length": str(uploads.FILE_BYTES + 1)}
    assert client.post(f"{address}/files", content=b"x", headers=huge).status_code == 413
    assert client.post(f"{address}/drop").status_code == 200
    assert not list(kept.folder(world.store.path).glob("*"))
    many = [
        client.post(uploads.PATH, params={"project": world.project.id}).json()["id"]
        for _ in range(uploads.MOST_OPEN + 1)
    ]
    assert client.post(f"{uploads.PATH}/{many[0]}/drop").status_code == 404
    assert client.post(f"{uploads.PATH}/{many[1]}/drop").status_code == 200


def test_runs_are_done_in_turn_and_one_that_fails_stops_no_other(
    world: World, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [queued(world, item(n)) for n in range(3)]
    second = world.people["admin"]
    with world.store.write(world.operator.id) as tx:
        tx.execute("UPDATE ingest_run SET by = ? WHERE id = ?", (second.id, runs[1]))
        tx.record("test.change", "ingest_run", runs[1])
    accounts.add_person(world.store, world.operator, "admin-2", role="admin", password="a" * 20)
    accounts.change_person(world.store, world.operator, second, active=False)
    order: list[str] = []
    monkeypatch.setattr(jobs, "_note", lambda counts: order.append(counts.run_id))
    jobs.work_off_queue()
    assert [now(world, run_id) for run_id in runs] == ["done", "failed", "done"]
    assert order == [runs[0], runs[2]]


def test_how_far_a_run_has_come_and_its_end_on_request(
    world: World, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = world.people["editor"]
    run_id = queued(world, *(item(n) for n in range(500)))
    waiting = queued(world, item(900))
    seen: list[tuple[int, int | None]] = []
    note = jobs._note

    def cancel_after_first(counts: object) -> None:
        note(counts)  # type: ignore[arg-type]
        at = jobs.under_way()
        assert at is not None
        assert at.counts is not None
        seen.append((at.counts.read, at.total))
        if at.run_id == run_id and not at.stopping:
            assert now(world, run_id) == "running"
            with pytest.raises(Forbidden):
                jobs.cancel(world.analyst, run_id)
            jobs.cancel(editor, run_id)
            jobs.cancel(editor, waiting)

    monkeypatch.setattr(jobs, "_note", cancel_after_first)
    jobs.work_off_queue()
    assert seen[0][1] == 500
    assert 0 < seen[0][0] < 500
    assert [now(world, one) for one in (run_id, waiting)] == ["cancelled", "cancelled"]
    assert 0 < world.store.ingests.run(run_id).counts["new"] < 500
    assert jobs.under_way() is None
    with pytest.raises(Conflict):
        jobs.cancel(editor, run_id)


def test_what_waits_when_a_server_starts_is_done(world: World) -> None:
    run_id = queued(world, item(1), b"junk")
    made = Jobs(world.store, processes=1)
    made.wake()
    deadline = time.monotonic() + 30
    while now(world, run_id) in ("queued", "running") and time.monotonic() < deadline:
        time.sleep(0.02)
    assert now(world, run_id) == "done"


def test_a_mistake_ends_one_run_and_the_others_are_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [queued(world, item(n)) for n in range(2)]
    work_off, read = jobs_room.work_off, world.store.ingests.runs
    mistakes: list[Exception] = [OSError("unreadable")]

    def failing(store: Store, run: IngestRun, **options: Any) -> object:
        if run.id == runs[0]:
            raise RuntimeError("a mistake")
        return work_off(store, run, **options)

    def reading(*args: Any, **options: Any) -> list[IngestRun]:
        if mistakes:
            raise mistakes.pop()
        return read(*args, **options)

    monkeypatch.setattr(jobs_room, "work_off", failing)
    monkeypatch.setattr(jobs_room, "_PAUSE_S", 0.01)
    monkeypatch.setattr(world.store.ingests, "runs", reading)
    Jobs(world.store, processes=1).wake()
    deadline = time.monotonic() + 30
    while now(world, runs[1]) != "done" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [now(world, run_id) for run_id in runs] == ["failed", "done"]
    told = world.store.ingests.run(runs[0]).problem
    assert told is not None
    assert "mistake" in told["message"]
    assert desk.run(world.store, world.operator, runs[0]).can_go_on


def test_files_are_kept_apart_where_the_file_system_has_no_links(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", refused)
    inside = kept.folder(world.store.path) / new_id()
    for content in (b"one", b"two"):
        arriving = kept.Arriving(inside, "a.md", 0)
        arriving.write(content)
        arriving.keep()
    assert {path.name: path.read_bytes() for path in inside.iterdir()} == {
        "a.md": b"one",
        "a (2).md": b"two",
    }
