"""Nothing rests on Label Studio's numbers: deleted, made again, restored on either side."""

from __future__ import annotations

import copy
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from annotate.labelstudio import linking
from annotate.labelstudio.configuring import edited_there, put_back
from annotate.labelstudio.problems import ServerProblem
from annotate.labelstudio.run import leave_out, push_again
from annotate.store import Store
from tests.labelstudio.linked import (
    Linked,
    addressed,
    by_hand,
    decide,
    link,
    linked,
    note,
    once,
    region,
    stance,
)
from tests.labelstudio.server import LabelStudio
from tests.world import World, op, send, span, statement


@pytest.fixture
def two(world: World, labelstudio: LabelStudio) -> Linked:
    """Two sides that agree, with two submitted label sets."""
    made = linked(world, labelstudio, labelled=2)
    assert made.sync() == {"task.create": 3, "label_set.create_there": 2}
    return made


def restored(two: Linked, copy_of: Path) -> Linked:
    """The world with an older database in the place of the present one."""
    world = two.world
    world.store.close()
    path = world.store.path
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    shutil.copyfile(copy_of, path)
    store = Store(path)
    again = World(store, world.operator, world.project, world.people, world.articles)
    return Linked(again, two.there)


def test_an_annotation_that_is_deleted_there(two: Linked) -> None:
    two.there.delete("annotations", two.annotation()["id"])
    assert two.sync() == {"label_set.delete_here": 1}
    found = two.labels()
    assert (found.spans, found.statements, found.status) == ((), (), "draft")
    two.settled()
    # Its coder takes it back, and so it is there again.
    assert send(two.world, op("undo")).outcomes[0].state == "applied"
    assert two.sync() == {"label_set.create_there": 1}
    once(two)
    two.settled()


def test_an_annotation_deleted_there_and_changed_here(two: Linked) -> None:
    send(two.world, op("take_back"))
    two.change_here(note="hier")
    two.there.delete("annotations", two.annotation()["id"])
    two.sync()
    kinds = sorted(one.difference.kind for one in two.conflicts())
    assert kinds == ["span", "statement"]
    assert [one.note for one in two.labels().statements] == ["hier"]
    assert two.task()["annotations"] == []
    two.settled()
    for one in two.conflicts():
        decide(two.world, two.world.people["editor"], one.id, "ours")
    assert two.sync() == {"label_set.create_there": 1}
    assert "hier" in str(two.annotation()["result"])
    two.settled()


def test_an_annotation_made_again_under_the_same_number(two: Linked) -> None:
    world, reviewer = two.world, two.world.people["reviewer"]
    addressed(world, reviewer, "reviewer@example.com")
    member = two.there.member("reviewer@example.com")
    two.edit(stance("oppose"))
    two.sync()
    two.there.delete("annotations", two.annotation()["id"])
    made = two.there.annotate(two.task()["id"], [region("cafe\u0301", "evidence")], member)
    # As if it had the number of the one that was deleted.
    with world.store.write(world.operator.id) as tx:
        (known,) = world.store.links.sets_on([world.articles[0]], world.project.id).values()
        world.store.links.put_sets(tx, [replace(known, remote_id=made["id"])])
    assert two.sync() == {"label_set.delete_here": 1, "label_set.create_here": 1}
    deleted, new = two.label_sets()
    assert (deleted.statements, deleted.spans, new.coder_id) == ((), (), reviewer.id)
    assert [one.quote for one in new.spans] == ["cafe\u0301"]
    two.settled()


def test_a_task_that_is_deleted_there(two: Linked) -> None:
    world = two.world
    before = two.labels()
    two.there.delete("tasks", two.task()["id"])
    outcome = two.outcome()
    assert outcome.counts["gone"] == 1
    assert two.labels() == before
    two.settled()
    assert len(two.tasks()) == 2
    assert leave_out(world.store, world.people["editor"], world.project.id, world.articles) == 1
    assert two.outcome().counts["gone"] == 0
    assert len(two.tasks()) == 2
    assert push_again(world.store, world.people["editor"], world.project.id, world.articles) == 1
    assert two.sync() == {"task.create": 1, "label_set.create_there": 1}
    once(two)
    two.settled()


def test_the_number_of_a_task_given_to_another(two: Linked) -> None:
    before = [two.label_sets(n) for n in range(3)]
    last = max(two.tasks(), key=lambda task: int(task["id"]))
    two.there.delete("tasks", last["id"])
    (again,) = two.there.plant(two.remote_id, [{"data": {"text": last["data"]["text"]}}])
    assert again == last["id"]
    assert two.outcome().counts["gone"] == 1
    assert two.reasons() == ["task"]
    assert [two.label_sets(n) for n in range(3)] == before
    assert push_again(two.world.store, two.world.people["editor"], two.world.project.id,
                      two.world.articles) == 1  # fmt: skip
    assert two.sync()["task.create"] == 1
    two.there.delete("tasks", again)
    two.sync()
    assert two.reasons() == []
    once(two)
    two.settled()


def test_a_task_imported_again_is_known(two: Linked) -> None:
    task = two.task()
    two.there.delete("tasks", task["id"])
    two.sync()
    whole = {name: task[name] for name in ("data", "meta", "annotations")}
    for one in whole["annotations"]:
        one["completed_by"] = {"email": two.there.email}
    two.there.plant(two.remote_id, [whole])
    assert two.sync() == {}
    assert two.outcome().counts["gone"] == 0
    once(two)
    two.edit(stance("oppose"))
    assert two.sync() == {"label_set.change_here": 1}


def test_a_second_task_of_an_article(two: Linked) -> None:
    task = two.task()
    same = {name: copy.deepcopy(task[name]) for name in ("data", "meta")}
    kept = ("result", "ground_truth")
    there = [{name: one[name] for name in kept} for one in task["annotations"]]
    two.there.plant(two.remote_id, [{**same, "annotations": there}])
    assert two.sync() == {"task.delete_there": 1}
    once(two)
    assert two.task()["id"] == task["id"]
    # One in which somebody has worked stays, and is listed.
    changed = copy.deepcopy(there)
    for one in changed[0]["result"]:
        if one.get("from_name") == "stance":
            one["value"]["choices"] = ["oppose"]
    (second,) = two.there.plant(two.remote_id, [{**same, "annotations": changed}])
    two.sync()
    assert two.reasons() == ["double"]
    assert two.labels().statements[0].stance == "support"
    member = two.there.member("reviewer@example.com")
    addressed(two.world, two.world.people["reviewer"], "reviewer@example.com")
    two.there.annotate(second, [region("cafe\u0301", "evidence")], member)
    assert two.sync() == {"label_set.create_here": 1}
    assert len(two.label_sets()) == 2
    two.settled()
    made = next(one for one in two.label_sets() if one.coder_id != two.world.analyst.id)
    reviewer = two.world.people["reviewer"]
    send(two.world, op("take_back"), person=reviewer)
    send(two.world, op("remove_span", span_id=made.spans[0].id), person=reviewer)
    assert two.sync() == {"label_set.change_there": 1}
    two.settled()


def test_a_project_deleted_and_made_again(two: Linked) -> None:
    world, number = two.world, two.remote_id
    before = [two.labels(n) for n in range(2)]
    two.there.delete("projects", number)
    with pytest.raises(ServerProblem) as told:
        two.sync()
    assert told.value.reason == "missing"
    number = two.there.new_project()
    # As if it had the number of the one that was deleted.
    with world.store.write(world.operator.id) as tx:
        known = linking.link_of(world.store, world.project.id)
        world.store.links.put(tx, replace(known, remote_id=number))
    with pytest.raises(ServerProblem) as told:
        two.sync()
    assert told.value.reason == "missing"
    assert [two.labels(n) for n in range(2)] == before
    linking.unlink(world.store, world.people["editor"], world.project.id)
    link(two, number)
    # It was made by hand, with a configuration of its own.
    assert two.sync() == {}
    found = edited_there(world.store, world.operator, world.project.id)
    assert found is not None
    put_back(world.store, world.people["editor"], world.project.id, seen=found.seen)
    assert two.sync() == {
        "configuration.change_there": 1, "task.create": 3, "label_set.create_there": 2,
    }  # fmt: skip
    once(two)
    two.settled()


def test_unlinked_and_linked_with_the_same_project(two: Linked) -> None:
    world, number = two.world, two.remote_id
    linking.unlink(world.store, world.people["editor"], world.project.id)
    send(world, op("take_back"))
    two.change_here(note="hier")
    link(two, number)
    two.sync()
    once(two)
    assert two.conflicts() != []
    (difference,) = [one.difference for one in two.conflicts()]
    assert (difference.field, difference.ours, difference.theirs) == ("note", "hier", "")


def test_our_database_restored_from_a_backup(
    world: World, labelstudio: LabelStudio, tmp_path: Path
) -> None:
    two = linked(world, labelstudio)
    two.sync()
    world.store.backup(tmp_path / "older.db")
    # After the backup: changes on both sides, and labels, names and tasks that it does not know.
    two.edit(stance("oppose"))
    two.sync()
    send(world, op("take_back"))
    two.change_here(note="später")
    statement(world, article=1)
    send(world, op("submit"), article=1)
    addressed(world, world.people["reviewer"], "reviewer@example.com")
    member = two.there.member("reviewer@example.com")
    text = two.task(2)["data"]["text"]
    two.there.annotate(two.task(2)["id"], by_hand("New", "Harbour Wire", text), member)
    two.sync()
    wanted = [two.label_sets(n) for n in range(3)]
    again = restored(two, tmp_path / "older.db")
    addressed(again.world, again.world.people["reviewer"], "reviewer@example.com")
    again.sync()
    found = [again.label_sets(n) for n in range(3)]
    for mine, theirs in zip(found, wanted, strict=True):
        assert [(one.id, one.coder_id, one.spans, one.statements) for one in mine] == [
            (one.id, one.coder_id, one.spans, one.statements) for one in theirs
        ]
    assert again.conflicts() == []
    assert again.reasons() == []
    claims = again.world.store.registry.claims([found[1][0].statements[0].claim_id])
    assert [one.text for one in claims.values()] == ["Beian open to Nanyu joining"]
    once(again)
    again.settled()


def test_work_there_on_a_page_that_was_open_before_our_change(two: Linked) -> None:
    open_there = copy.deepcopy(two.annotation())
    send(two.world, op("take_back"))
    two.change_here(venue="会场", certainty=None)
    assert two.sync() == {"label_set.change_there": 1}
    note("von dort")(open_there["result"])
    two.there.change(open_there["id"], result=open_there["result"])
    two.sync()
    (found,) = two.labels().statements
    assert (found.venue, found.certainty) == ("会场", None)
    assert {one.difference.field for one in two.conflicts()} == {"venue", "certainty", "note"}
    for one in two.conflicts():
        side = "theirs" if one.difference.field == "note" else "ours"
        decide(two.world, two.world.people["editor"], one.id, side)  # type: ignore[arg-type]
    two.sync()
    (found,) = two.labels().statements
    assert (found.venue, found.certainty, found.note) == ("会场", None, "von dort")
    result = str(two.annotation()["result"])
    assert "会场" in result
    assert "conditional" not in result
    two.settled()


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_the_server_restored_from_a_backup(
    world: World, labelstudio: LabelStudio, tmp_path: Path
) -> None:
    two = linked(world, labelstudio, labelled=2)
    two.sync()
    labelstudio.backup(tmp_path / "older")
    # After the backup: a change from each side, a new label set and a deletion.
    two.edit(stance("oppose"))
    two.sync()
    send(world, op("take_back"), article=1)
    two.change_here(1, note="später")
    send(world, op("add_span", span=span("cafe\u0301")), person=world.people["reviewer"])
    two.sync()
    wanted = [two.label_sets(n) for n in range(3)]
    labelstudio.restore(tmp_path / "older")
    assert two.stance_there(1) == "support"
    two.sync()
    assert [two.label_sets(n) for n in range(3)] == wanted
    assert two.conflicts() == []
    once(two)
    results = str(two.tasks())
    assert "später" in results
    assert "oppose" in results
    two.settled()


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_work_there_after_the_server_was_restored(
    world: World, labelstudio: LabelStudio, tmp_path: Path
) -> None:
    two = linked(world, labelstudio, labelled=2)
    two.sync()
    labelstudio.backup(tmp_path / "older")
    for n in range(2):
        send(world, op("take_back"), article=n)
        two.change_here(n, venue="会场")
    two.sync()
    labelstudio.restore(tmp_path / "older")
    two.edit(note("danach"), 1)
    two.sync()
    # Nothing is lost: what differs after such a thing is for a person.
    assert two.labels(0).statements[0].venue == "会场"
    assert two.labels(1).statements[0].venue == "会场"
    assert "会场" in str(two.annotation(0)["result"])
    fields = sorted((one.difference.field, one.difference.theirs) for one in two.conflicts())
    assert fields == [("note", "danach"), ("venue", "研讨会")]
    once(two)
    two.settled()
