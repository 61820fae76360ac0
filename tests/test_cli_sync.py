"""``sync`` on the command line: whose rights count, what is listed, exit codes, no token shown."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict, replace
from typing import Any

import pytest

from annotate.errors import WorkbenchError
from annotate.labelstudio import linking
from annotate.labelstudio import run as engine
from annotate.links import (
    Difference,
    FieldChange,
    LabelChange,
    Link,
    Outcome,
    Step,
    SyncConflict,
    SyncProblem,
)
from annotate.model import Person, Project, new_id, utc_now
from annotate.store import Store
from tests.test_cli import Run, run
from tests.world import World, statement

__all__ = ["run"]

TOKEN = "0123456789abcdef0123456789abcdef01234567"
ENCRYPTED = "gAAAAA-not-a-token"
URL = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LABEL_STUDIO_API_KEY", raising=False)
    monkeypatch.delenv("LABEL_STUDIO_URL", raising=False)


@pytest.fixture
def linked(world: World) -> Link:
    return plant(world, world.project)


def plant(world: World, project: Project, remote_id: int = 7) -> Link:
    link = Link(
        project_id=project.id, url=URL, token=ENCRYPTED, remote_id=remote_id,
        remote_created_at="2026-11-24T00:00:00Z", title="Talks there", account="a@example.org",
        version="1.23.2", created_at=utc_now(), created_by=world.operator.id,
    )  # fmt: skip
    with world.store.write(world.operator.id) as tx:
        world.store.links.put(tx, link)
    return link


def plant_findings(world: World, link: Link) -> SyncConflict:
    """An open conflict and an open problem, as a sync leaves them."""
    fields, now = statement(world), utc_now()
    head = world.store.labels.head_of(world.project.id, world.articles[0], world.analyst.id)
    assert head is not None
    difference = Difference("statement", fields["id"], "stance", "support", "oppose", "neutral")
    conflict = SyncConflict(new_id(), link.project_id, head.id, world.articles[0], difference, now)
    told = WorkbenchError(
        "There is no {name}", "Known: {names}", name="FOO\ud83d", names="x"
    ).told()
    problem = SyncProblem(
        new_id(), link.project_id, 12, world.articles[1], 3, "r1", "label", told, now, now
    )
    with world.store.write(world.operator.id) as tx:
        world.store.links.replace_conflicts(tx, head.id, [conflict])
        world.store.links.replace_problems(tx, link.project_id, 12, [problem])
    return conflict


Syncs = Callable[[str], Outcome]


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> Callable[[Syncs], list[dict[str, Any]]]:
    """Puts something in the engine's place; gives the calls that it gets."""

    def put(syncs: Syncs) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = []

        def fake(store: Store, who: Person, project_id: str, **options: Any) -> Outcome:
            calls.append({"project": project_id, "who": who.name, "dry": options["dry_run"]})
            return syncs(project_id)

        monkeypatch.setattr(engine, "sync", fake)
        return calls

    return put


@pytest.mark.usefixtures("world")
def test_without_a_link_there_is_nothing_to_synchronise(run: Run) -> None:
    refused = run("sync")
    assert (refused.code, refused.out) == (2, "")
    assert "No project is linked with Label Studio. `sync link URL` links one" in refused.err
    assert "'Talks' is not linked" in run("sync", "--project", "Talks").err
    assert run("sync", "list", "--json").json == []


def test_a_sync_with_nothing_waiting_is_told_on_one_line(
    run: Run, linked: Link, world: World, synced: Callable[[Syncs], list[dict[str, Any]]]
) -> None:
    calls = synced(lambda _: Outcome("r1", {"task.create": 3, "label_set.create_here": 0}))
    done = run("sync")
    assert (done.code, done.out, done.err) == (0, "", "Talks: tasks made there: 3\n")
    assert calls == [{"project": world.project.id, "who": world.operator.name, "dry": False}]
    synced(lambda _: Outcome("r2", {}))
    assert run("sync", "--project", "Talks").err == "Talks: both sides are in step\n"


def test_what_waits_for_a_person_is_listed_with_exit_code_1(
    run: Run, linked: Link, world: World, synced: Callable[[Syncs], list[dict[str, Any]]]
) -> None:
    conflict = plant_findings(world, linked)
    synced(lambda _: Outcome("r1", {"conflicts": 1, "problems": 1}))
    told = run("sync")
    assert told.code == 1
    assert told.out.splitlines() == [
        f"article {world.articles[0]}: conflict: statement {conflict.difference.entity_id} stance:"
        " ours oppose, theirs neutral",
        "task 12: label: There is no FOO?. Known: x",
    ]
    listed = run("sync", "--json")
    assert listed.code == 1
    (row,) = listed.json
    assert (row["project"], row["run_id"], row["dry_run"]) == ("Talks", "r1", False)
    assert row["counts"] == {"conflicts": 1, "problems": 1}
    assert row["conflicts"][0]["difference"]["theirs"] == "neutral"
    assert (row["problems"][0]["task_id"], row["problems"][0]["reason"]) == (12, "label")
    assert (row["error"], row["steps"]) == (None, [])


def test_an_editor_who_works_blind_on_an_article_is_not_shown_what_waits_there(
    run: Run, linked: Link, world: World, synced: Callable[[Syncs], list[dict[str, Any]]]
) -> None:
    conflict = plant_findings(world, linked)
    statement(world, world.people["editor"])
    steps = (Step("label_set.change_here", world.articles[0], conflict.label_set_id, 1),)
    synced(lambda _: Outcome("r1", {"conflicts": 1, "problems": 1}, steps))
    (row,) = run("--as", "editor-1", "sync", "--json").json
    assert (row["conflicts"], len(row["problems"]), row["withheld"]) == ([], 1, 1)
    told = run("--as", "editor-1", "sync", "--dry-run")
    assert told.out == ""
    assert "Talks: 1 more are in labels that you may not see yet" in told.err


def test_a_dry_run_lists_each_step(
    run: Run, linked: Link, world: World, synced: Callable[[Syncs], list[dict[str, Any]]]
) -> None:
    steps = (
        Step("task.create", "a1"),
        Step("label_set.change_here", "a2", "s2", 4),
        Step("problem.find", "a2", None, 1, "offsets"),
    )
    calls = synced(lambda _: Outcome(None, {"task.create": 1, "conflicts": 1}, steps))
    shown = run("sync", "--dry-run")
    assert shown.code == 0
    assert [line.split() for line in shown.out.splitlines()] == [
        ["kind", "article", "id", "label", "set", "id", "changes", "detail"],
        ["task.create", "a1", "0"],
        ["label_set.change_here", "a2", "s2", "4"],
        ["problem.find", "a2", "1", "offsets"],
    ]
    assert shown.err == "Talks: a sync would do this: tasks made there: 1, conflicts: 1\n"
    (row,) = run("sync", "--dry-run", "--json").json
    assert [step["kind"] for step in row["steps"]] == [step.kind for step in steps]
    assert [call["dry"] for call in calls] == [True, True]


def test_a_dry_run_lists_each_label_that_would_change(
    run: Run, linked: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = (
        LabelChange(
            "a1", "s1", "Mei", "here", "change", "statement", "t1", "持开放态度",
            (FieldChange("stance", "support", "oppose"), FieldChange("venue", None, "港口")), {},
        ),
        LabelChange(
            "a1", "s2", "", "there", "add", "span", "w1", "沈若川",
            (FieldChange("kind", None, "actor"), FieldChange("actor_id", None, "p1")),
            {"p1": "Shen"},
        ),
        LabelChange(
            "a2", "s1", "Mei", "there", "remove", "document_label", "relevance", "",
            (FieldChange("values", ["high", "low"], None),), {},
        ),
    )  # fmt: skip

    def fake(*asker: Any, changed: Callable[[LabelChange], None], **options: Any) -> Outcome:
        for one in changes:
            changed(one)
        return Outcome(None, {})

    monkeypatch.setattr(engine, "sync", fake)
    shown = run("sync", "--dry-run")
    assert shown.out.splitlines() == [
        'article a1: here: change statement "持开放态度" of Mei: stance support → oppose;'
        " venue nothing → 港口",
        'article a1: in Label Studio: add span "沈若川" of gold: kind actor; actor_id Shen',
        "article a2: in Label Studio: remove document label relevance of Mei: values high | low",
    ]
    (row,) = run("sync", "--dry-run", "--json").json
    assert row["changes"] == [json.loads(json.dumps(asdict(one))) for one in changes]
    assert (row["steps"], row["error"]) == ([], None)


def test_one_server_that_cannot_be_reached_does_not_stop_the_others(
    run: Run, linked: Link, world: World, synced: Callable[[Syncs], list[dict[str, Any]]]
) -> None:
    run("project", "create", "Second")
    second = world.store.projects.named("Second")
    plant(world, second, 8)

    def syncs(project_id: str) -> Outcome:
        if project_id == linked.project_id:
            raise WorkbenchError("{url} refuses the connection", "Is it on?", url=URL)
        return Outcome("r2", {"label_set.create_here": 2})

    calls = synced(syncs)
    done = run("sync", "--json")
    assert done.code == 1
    assert {row["project"]: row["error"] for row in done.json} == {
        "Talks": f"{URL} refuses the connection. Is it on?",
        "Second": None,
    }
    assert len(calls) == 2
    assert f"Talks: {URL} refuses the connection. Is it on?" in run("sync").err


def test_archived_projects_are_left_alone(
    run: Run, linked: Link, synced: Callable[[Syncs], list[dict[str, Any]]]
) -> None:
    calls = synced(lambda _: Outcome("r1", {}))
    run("project", "archive", "Talks")
    assert "No project is linked" in run("sync").err
    assert "archived" in run("sync", "--project", "Talks").err
    assert calls == []
    assert [row["project"] for row in run("sync", "list", "--json").json] == ["Talks"]


def test_links_are_listed_without_their_token(run: Run, linked: Link, world: World) -> None:
    plant_findings(world, linked)
    with world.store.write(world.operator.id) as tx:
        run_id = world.store.links.start_run(tx, linked.project_id)
        world.store.links.finish_run(tx, run_id, "done", {})
    listed = run("sync", "list", "--json")
    (row,) = listed.json
    assert (row["url"], row["remote_id"], row["account"]) == (URL, 7, "a@example.org")
    assert (row["state"], row["conflicts"], row["problems"]) == ("done", 1, 1)
    assert ENCRYPTED not in listed.out + run("sync", "list").out


def test_how_a_project_is_synchronised_can_be_changed(run: Run, linked: Link, world: World) -> None:
    told = run("sync", "change", "--every", "15", "--reveal").err
    assert "every 15 minutes" in told
    assert "cannot be taken back" in told
    changed = world.store.links.link(linked.project_id)
    assert changed == replace(linked, every_minutes=15, reveals=True)
    assert "by hand alone" in run("sync", "change", "--every", "0").err
    changed = world.store.links.link(linked.project_id)
    assert changed == replace(linked, reveals=True)


def test_somebody_there_is_said_to_be_somebody_here(run: Run, linked: Link, world: World) -> None:
    assert run("sync", "person", "Lin@example.org", "analyst-1").code == 0
    assert world.store.links.people(linked.project_id) == {"lin@example.org": world.analyst.id}
    assert run("sync", "person", "lin@example.org", "nobody").code == 2


def test_a_link_is_undone_and_labels_stay(run: Run, linked: Link, world: World) -> None:
    statement(world)
    assert "not linked with Label Studio any more" in run("sync", "unlink").err
    assert world.store.links.all() == []
    assert len(run("show", world.articles[0], "--json").json["label_sets"]) == 1
    assert run("sync", "unlink").code == 2


def test_the_token_is_asked_for_and_never_told(run: Run, world: World) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    refused = run("sync", "link", url, typed=TOKEN + "\n")
    assert refused.code == 2
    assert url in refused.err
    assert TOKEN not in refused.out + refused.err
    assert "No token came on standard input" in run("sync", "link", url).err
    assert world.store.links.all() == []


def test_a_token_of_the_environment_is_not_stored(
    run: Run, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Any] = []

    def fake(store: Store, who: Person, project_id: str, *rest: Any, **named: Any) -> Link:
        given.extend(rest)
        return plant(world, world.project)

    monkeypatch.setenv("LABEL_STUDIO_API_KEY", TOKEN)
    monkeypatch.setattr(linking, "link", fake)
    monkeypatch.setattr(linking, "server_of", lambda store, link: nullcontext())
    monkeypatch.setattr(linking, "readers", lambda store, link, server: ["v@example.org"])
    made = run("sync", "link", URL, "--into", "7")
    assert (made.code, made.out) == (0, "7\n")
    assert given == [URL, None, 7, "Talks"]
    assert "v@example.org" in made.err


@pytest.mark.parametrize(
    "command",
    [
        ("sync",),
        ("sync", "--dry-run", "--project", "Talks"),
        ("sync", "list"),
        ("sync", "link", URL),
        ("sync", "change", "--every", "5"),
        ("sync", "unlink"),
        ("sync", "person", "a@example.org", "analyst-1"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("name", ["analyst-1", "reviewer-1", "viewer-1"])
def test_only_editors_and_administrators_may(
    run: Run, linked: Link, world: World, command: tuple[str, ...], name: str
) -> None:
    refused = run("--as", name, *command, typed=TOKEN)
    assert (refused.code, refused.out) == (2, "")
    assert "may not do this" in refused.err
    assert world.store.links.link(linked.project_id) == linked
