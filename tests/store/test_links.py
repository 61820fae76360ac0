from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from annotate.errors import NotFound
from annotate.links import Difference, Link, LinkedSet, LinkedTask, SyncConflict, SyncProblem
from annotate.model import Event, new_id, utc_now
from annotate.store.labels import content_of
from tests.world import World, statement

TOLD = {"message": "It ends past the end", "hint": "", "values": {}}


@pytest.fixture
def link(world: World) -> Link:
    link = Link(
        world.project.id, "http://127.0.0.1:8080", "sealed", 7, "2026-11-01T00:00:00Z", "Talks",
        "a@example.com", "1.23.2", utc_now(), world.people["editor"].id,
    )  # fmt: skip
    with world.store.write(world.people["editor"].id) as tx:
        world.store.links.put(tx, link)
    return link


def events(world: World, kind: str = "sync_link") -> list[Event]:
    trails = world.store.trails
    subject = world.project.id
    return trails.whole(list(trails.of_subject(kind, subject, None)))


def linked_set(world: World) -> LinkedSet:
    head = world.store.labels.head_of(world.project.id, world.articles[0], world.analyst.id)
    assert head
    whole = world.store.labels.with_content([head])[0]
    return LinkedSet(
        head.id, world.project.id, head.article_id, 3, 9, "2026-11-01T00:00:01Z",
        content_of(whole), {"result": [{"id": "x", "value": "\ud800", "n": 2**70}]}, head.revision,
    )  # fmt: skip


def test_a_link_is_made_changed_and_taken_away_with_events_without_the_token(
    world: World, link: Link
) -> None:
    links = world.store.links
    assert links.link(world.project.id) == link
    assert links.all() == [link]
    assert links.link("another") is None
    changed = replace(link, reveals=True, every_minutes=10, token="sealed anew")
    with world.store.write(world.operator.id) as tx:
        links.put(tx, changed)
        links.put(tx, changed)
    assert links.link(world.project.id) == changed
    with world.store.write(world.operator.id) as tx:
        links.remove(tx, world.project.id)
        links.remove(tx, world.project.id)
    assert links.all() == []
    told = events(world)
    assert [event.action for event in told] == [
        "link.remove", "link.token", "link.change", "link.create"
    ]  # fmt: skip
    assert told[2].after and told[2].after["every_minutes"] == 10
    assert told[2].before and told[2].before["every_minutes"] is None
    assert "sealed" not in repr(told)


def test_what_a_sync_remembers_of_the_link_is_no_event(world: World, link: Link) -> None:
    moved = replace(
        link, cursor="2026-11-02T00:00:00.000000Z", version="1.24.0", configuration="<View/>"
    )
    with world.store.write(world.operator.id) as tx:
        world.store.links.put(tx, moved)
    assert world.store.links.link(world.project.id) == moved
    assert len(events(world)) == 1


def test_tasks_are_remembered_by_article(world: World, link: Link) -> None:
    links, project = world.store.links, world.project.id
    first, second, _ = world.articles
    tasks = [LinkedTask(project, first, 3, "t1"), LinkedTask(project, second, 4, "t1")]
    with world.store.write(world.operator.id) as tx:
        links.put_tasks(tx, tasks)
        links.put_tasks(tx, [replace(tasks[0], updated_at="t2")])
        links.set_gone(tx, project, [second])
    assert links.tasks(project) == {
        first: replace(tasks[0], updated_at="t2"),
        second: replace(tasks[1], state="gone"),
    }


def test_gone_tasks_are_left_out_or_sent_again_as_an_editor_says(world: World, link: Link) -> None:
    statement(world)
    links, project = world.store.links, world.project.id
    first, second, _ = world.articles
    with world.store.write(world.operator.id) as tx:
        links.put_tasks(tx, [LinkedTask(project, one, n, "t") for n, one in
                             enumerate((first, second))])  # fmt: skip
        links.put_set(tx, linked_set(world))
        links.set_gone(tx, project, [first, second])
    with world.store.write(world.operator.id) as tx:
        links.leave_out(tx, project, [second])
        links.push_again(tx, project, [first])
    assert {article: task.state for article, task in links.tasks(project).items()} == {
        second: "left_out"
    }
    assert links.sets_on([first], project) == {}
    assert [event.action for event in events(world)] == [
        "link.push_again", "link.leave_out", "link.create"
    ]  # fmt: skip


def test_what_is_being_sent_is_remembered_until_it_was_seen(world: World, link: Link) -> None:
    links, project = world.store.links, world.project.id
    with world.store.write(world.operator.id) as tx:
        links.put_sending(tx, project, world.articles)
        links.put_sending(tx, project, world.articles[:1])
    assert links.sending(project) == set(world.articles)
    with world.store.write(world.operator.id) as tx:
        links.clear_sending(tx, project, world.articles[:2])
    assert links.sending(project) == {world.articles[2]}


def test_what_was_agreed_on_is_kept_whole(world: World, link: Link) -> None:
    statement(world)
    links, project = world.store.links, world.project.id
    linked = linked_set(world)
    assert links.changed_here(project) == [linked.label_set_id]
    with world.store.write(world.operator.id) as tx:
        links.put_set(tx, linked)
    assert links.sets_on(world.articles, project) == {linked.label_set_id: linked}
    assert links.sets_on(world.articles[1:], project) == {}
    assert links.changed_here(project) == []
    statement(world)
    assert links.changed_here(project) == [linked.label_set_id]


@pytest.fixture
def label_set_id(world: World) -> str:
    statement(world)
    head = world.store.labels.head_of(world.project.id, world.articles[0], world.analyst.id)
    assert head
    return head.id


def conflict(world: World, label_set_id: str, field: str, theirs: Any = "oppose") -> SyncConflict:
    difference = Difference("statement", "s1", field, "neutral", "support", theirs)
    return SyncConflict(
        new_id(), world.project.id, label_set_id, world.articles[0], difference, utc_now()
    )


def test_a_conflict_met_again_keeps_its_id_and_others_close(
    world: World, link: Link, label_set_id: str
) -> None:
    links, project = world.store.links, world.project.id
    stance = conflict(world, label_set_id, "stance")
    whole = conflict(world, label_set_id, "", None)
    with world.store.write(world.operator.id) as tx:
        links.replace_conflicts(tx, label_set_id, [stance, whole])
    assert links.conflicts(project) == [stance, whole]
    again = conflict(world, label_set_id, "stance", "unclear")
    with world.store.write(world.operator.id) as tx:
        links.replace_conflicts(tx, label_set_id, [again])
    known = links.open_conflicts([label_set_id])[label_set_id]
    assert known == [replace(stance, difference=again.difference)]
    closed = links.conflict(whole.id)
    assert closed.resolved_at and (closed.choice, closed.resolved_by) == (None, None)
    assert {one.id for one in links.conflicts(project, open_only=False)} == {stance.id, whole.id}


def test_who_decided_a_conflict_is_on_record(world: World, link: Link, label_set_id: str) -> None:
    links, editor = world.store.links, world.people["editor"]
    one = conflict(world, label_set_id, "stance")
    with world.store.write(world.operator.id) as tx:
        links.replace_conflicts(tx, label_set_id, [one])
    with world.store.write(editor.id) as tx:
        assert links.close_conflict(tx, one.id, "edited", "unclear")
        assert not links.close_conflict(tx, one.id, "ours")
    decided = links.conflict(one.id)
    assert (decided.resolved_by, decided.choice, decided.chosen) == (editor.id, "edited", "unclear")
    assert links.conflicts(world.project.id) == []
    told = list(world.store.trails.of_subject("sync_conflict", one.id, None))
    assert [(event.action, event.by) for event in told] == [("link.resolve", editor.id)]
    with pytest.raises(NotFound):
        links.conflict("no such")
    # The same difference may come up again and is a conflict of its own.
    with world.store.write(world.operator.id) as tx:
        links.replace_conflicts(tx, label_set_id, [replace(one, id=new_id())])
    assert len(links.conflicts(world.project.id, open_only=False)) == 2


def problem(world: World, task_id: int | None, **changes: Any) -> SyncProblem:
    fields: dict[str, Any] = {
        "id": new_id(), "project_id": world.project.id, "task_id": task_id,
        "article_id": world.articles[0], "remote_id": 9, "region": "r1", "reason": "place",
        "told": TOLD, "first_at": "2026-11-01T00:00:00Z", "last_at": "2026-11-01T00:00:00Z",
    } | changes  # fmt: skip
    return SyncProblem(**fields)


def test_a_problem_met_again_keeps_its_age_and_is_closed_when_it_is_gone(
    world: World, link: Link
) -> None:
    links, project = world.store.links, world.project.id
    first, other = problem(world, 3), problem(world, 3, region="r2")
    elsewhere = problem(world, 4, reason="person", email="b@example.com", region=None)
    whole = problem(world, None, remote_id=None, region=None, reason="wrong_project")
    with world.store.write(world.operator.id) as tx:
        links.replace_problems(tx, project, 3, [first, other])
        links.replace_problems(tx, project, 4, [elsewhere])
        links.replace_problems(tx, project, None, [whole])
    assert links.problems(project) == [whole, first, other, elsewhere]
    later = problem(world, 3, last_at="2026-11-02T00:00:00Z", first_at="2026-11-02T00:00:00Z")
    with world.store.write(world.operator.id) as tx:
        links.replace_problems(tx, project, 3, [later])
        links.resolve_problems(tx, project, [4])
    assert links.problems(project) == [whole, replace(first, last_at=later.last_at)]


def test_two_problems_alike_in_one_task_are_two(world: World, link: Link) -> None:
    links, project = world.store.links, world.project.id
    alike = [problem(world, 3, region=None) for _ in range(2)]
    for _ in range(2):
        with world.store.write(world.operator.id) as tx:
            links.replace_problems(tx, project, 3, alike)
        assert links.problems(project) == alike


def test_half_characters_from_there_do_not_stop_a_sync(world: World, link: Link) -> None:
    links, project = world.store.links, world.project.id
    told = {"message": "Unknown label {label!r}", "hint": "", "values": {"label": "\ud800"}}
    hostile = problem(world, 3, region="r\ud800", told=told)
    for _ in range(2):
        with world.store.write(world.operator.id) as tx:
            links.replace_problems(tx, project, 3, [hostile])
    assert links.problems(project) == [replace(hostile, region="r?")]


def test_people_are_mapped_without_regard_to_case(world: World, link: Link) -> None:
    links, project = world.store.links, world.project.id
    with world.store.write(world.operator.id) as tx:
        links.map_person(tx, project, "Xu@Example.com", world.analyst.id)
        links.map_person(tx, project, "xu@example.com", world.analyst.id)
    assert links.people(project) == {"xu@example.com": world.analyst.id}
    with world.store.write(world.operator.id) as tx:
        links.map_person(tx, project, "xu@example.com", world.people["reviewer"].id)
        links.map_person(tx, project, "xu@example.com", None)
    assert links.people(project) == {}
    assert [event.action for event in events(world)].count("link.map_person") == 3


def test_runs_are_a_log_and_only_those_that_changed_something_are_events(
    world: World, link: Link
) -> None:
    links, project = world.store.links, world.project.id

    def run(state: Any, counts: dict[str, int], told: dict[str, Any] | None = None) -> str:
        with world.store.write(world.operator.id) as tx:
            run_id = links.start_run(tx, project)
        with world.store.write(world.operator.id) as tx:
            links.finish_run(tx, run_id, state, counts, told)
        return run_id

    quiet = run("done", {"conflicts": 1, "task.create": 0, "label_set.withheld": 2})
    failed = run("failed", {"task.create": 3}, TOLD)
    with world.store.write(world.operator.id) as tx:
        killed = links.start_run(tx, project)
    assert [(one.id, one.state) for one in links.runs(project)] == [
        (killed, "running"), (failed, "failed"), (quiet, "done")
    ]  # fmt: skip
    with world.store.write(world.operator.id) as tx:
        links.close_interrupted(tx, project, TOLD)
    newest = links.runs(project, limit=1)[0]
    assert (newest.state, newest.problem) == ("failed", TOLD)
    assert newest.finished_at
    told = [event for event in events(world) if event.action == "link.sync"]
    assert [event.after for event in told] == [{"task.create": 3}]


def test_unlinking_keeps_labels_and_decisions(world: World, link: Link, label_set_id: str) -> None:
    links, project = world.store.links, world.project.id
    with world.store.write(world.operator.id) as tx:
        links.put_tasks(tx, [LinkedTask(project, world.articles[0], 3, "t")])
        links.put_sending(tx, project, world.articles[:1])
        links.put_set(tx, linked_set(world))
        links.replace_conflicts(tx, label_set_id, [conflict(world, label_set_id, "stance")])
        links.replace_problems(tx, project, 3, [problem(world, 3)])
        links.map_person(tx, project, "b@example.com", world.analyst.id)
        links.start_run(tx, project)
    before = content_of(world.store.labels.with_content(
        world.store.labels.heads_on(world.articles[:1])
    )[0])  # fmt: skip
    with world.store.write(world.operator.id) as tx:
        links.remove(tx, project)
    assert (links.tasks(project), links.sending(project), links.people(project)) == ({}, set(), {})
    assert (links.problems(project), links.conflicts(project)) == ([], [])
    assert len(links.conflicts(project, open_only=False)) == len(links.runs(project)) == 1
    assert links.sets_on(world.articles, project) == {}
    heads = world.store.labels.heads_on(world.articles[:1])
    assert content_of(world.store.labels.with_content(heads)[0]) == before


def test_a_new_link_begins_without_what_an_interrupted_sync_left(world: World, link: Link) -> None:
    links, project = world.store.links, world.project.id
    with world.store.write(world.operator.id) as tx:
        links.remove(tx, project)
        links.put_tasks(tx, [LinkedTask(project, world.articles[0], 3, "t")])
        links.put_sending(tx, project, world.articles)
    with world.store.write(world.operator.id) as tx:
        links.put(tx, link)
    assert (links.tasks(project), links.sending(project)) == ({}, set())


def test_doctor_finds_tasks_and_label_sets_that_are_crossed(world: World, link: Link) -> None:
    statement(world)
    links, project = world.store.links, world.project.id
    linked = linked_set(world)
    tasks = [LinkedTask(project, one, n, "t") for n, one in enumerate(world.articles)]
    with world.store.write(world.operator.id) as tx:
        links.put_tasks(tx, tasks)
        links.put_set(tx, linked)
    assert list(world.store.examine()) == []
    with world.store.write(world.operator.id) as tx:
        links.put_tasks(tx, [replace(tasks[1], task_id=0)])
        links.put_set(tx, replace(linked, article_id=world.articles[1]))
    found = list(world.store.examine())
    assert [one.check for one in found] == ["links", "links"]
    assert "stands for 2 articles" in found[0].message
    assert linked.label_set_id in found[1].message
