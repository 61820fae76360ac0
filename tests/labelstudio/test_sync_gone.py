"""Tasks deleted in Label Studio, and second ones: nothing is lost with them, or unnoticed."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from annotate.labelstudio.run import push_again
from tests.labelstudio.fake import Fake, faked
from tests.labelstudio.linked import Linked, decide, once, region, stance
from tests.world import World, op, send, statement


@pytest.fixture
def two(world: World) -> Linked:
    """Two sides that agree, with one submitted label set."""
    made = faked(world)
    made.there.member("analyst@example.com")
    made.sync()
    return made


def there(two: Linked) -> Fake:
    found: Any = two.there
    return found  # type: ignore[no-any-return]


def disagree(two: Linked) -> str:
    """Change the stance on both sides; gives the conflict."""
    send(two.world, op("take_back"))
    two.change_here(stance="neutral")
    two.edit(stance("oppose"))
    two.sync()
    (conflict,) = two.conflicts()
    return conflict.id


def test_sent_again_there_is_no_conflict_with_what_was_there(two: Linked) -> None:
    conflict = disagree(two)
    two.there.delete("tasks", two.task()["id"])
    assert two.outcome().counts["gone"] == 1
    assert two.conflicts() != []
    push_again(two.world.store, two.world.people["editor"], two.world.project.id,
               two.world.articles)  # fmt: skip
    assert two.conflicts() == []
    assert two.sync() == {"task.create": 1, "label_set.create_there": 1}
    assert (two.stance_there(), two.conflicts()) == ("neutral", [])
    assert two.world.store.links.conflict(conflict).choice is None
    two.settled()


def test_a_decision_on_what_was_deleted_there_is_not_reverted(two: Linked) -> None:
    conflict = disagree(two)
    two.there.delete("tasks", two.task()["id"])
    two.sync()
    decide(two.world, two.world.people["editor"], conflict, "theirs")
    push_again(two.world.store, two.world.people["editor"], two.world.project.id,
               two.world.articles)  # fmt: skip
    two.sync()
    assert (two.labels().statements[0].stance, two.stance_there()) == ("oppose", "oppose")
    two.settled()


def test_sent_again_after_a_restore_there_is_no_conflict_left(two: Linked) -> None:
    disagree(two)
    # An older state of the server, in which the task was not yet.
    task = two.task()
    two.there.delete("tasks", task["id"])
    for one in there(two).held.values():
        one["updated_at"] = one["created_at"]
    two.sync()
    assert two.conflicts() == []
    assert two.stance_there() == "neutral"
    two.settled()


def second(two: Linked, **more: Any) -> int:
    """Another task with the same in it, as an import that was sent twice leaves it."""
    task = two.tasks()[0]
    return two.there.plant(two.remote_id, [{**twin(task), **more}])[0]


def twin(task: Any) -> dict[str, Any]:
    kept = ("result", "ground_truth")
    annotations = [{name: one[name] for name in kept} for one in task["annotations"]]
    return copy.deepcopy({"data": task["data"], "meta": task["meta"], "annotations": annotations})


def test_a_task_that_was_doubled_is_deleted_and_that_is_told(two: Linked) -> None:
    number = second(two)
    foreseen = two.outcome(dry_run=True)
    assert [(one.kind, one.article_id) for one in foreseen.steps] == [
        ("task.delete_there", two.world.articles[0])
    ]
    assert there(two).deleted == []
    assert two.sync() == {"task.delete_there": 1}
    assert there(two).deleted == [number]
    once(two)
    two.settled()


@pytest.mark.parametrize("what", ["rating", "key", "data", "meta", "annotation"])
def test_a_second_task_that_holds_anything_else_stays(two: Linked, what: str) -> None:
    task = twin(two.task())
    (annotation,) = task["annotations"]
    if what == "rating":
        rating = {"id": "m", "from_name": "mood", "to_name": "text", "type": "rating"}
        annotation["result"].append({**rating, "value": {"rating": 4}})
    elif what == "key":
        annotation["result"][0]["score"] = 0.5
    elif what == "annotation":
        annotation["lead_time"] = 12.5
    else:
        task[what]["priority"] = "high"
    two.there.plant(two.remote_id, [task])
    assert two.sync() == {}
    assert (there(two).deleted, two.reasons()) == ([], ["double"])
    two.settled()


def test_what_somebody_does_in_a_second_task_just_now_is_not_deleted(two: Linked) -> None:
    reviewer = two.there.member("reviewer@example.com")
    number = second(two)
    made = [region("cafe\u0301", "evidence")]
    there(two).meanwhile[number] = lambda: two.there.annotate(number, made, reviewer)
    two.sync()
    two.sync()
    assert there(two).deleted == []
    assert len(two.label_sets()) == 2
    again = second(two)
    there(two).meanwhile[again] = lambda: two.there.draft(again, made, reviewer)
    two.sync()
    two.sync()
    assert there(two).deleted == []
    assert two.reasons() == ["draft"]


def test_a_deletion_is_noticed_beside_a_second_task(two: Linked) -> None:
    reviewer = two.there.member("reviewer@example.com")
    task = two.task()
    (number,) = two.there.plant(two.remote_id, [{k: task[k] for k in ("data", "meta")}])
    two.there.annotate(number, [region("cafe\u0301", "evidence")], reviewer)
    assert two.sync() == {"label_set.create_here": 1}
    two.settled()
    two.there.delete("tasks", two.task(2)["id"])
    assert two.outcome().counts["gone"] == 1
    statement(two.world, article=2)
    send(two.world, op("submit"), article=2)
    two.settled()
    assert two.outcome().counts["gone"] == 1


def test_what_stood_in_a_second_task_goes_to_the_first_when_that_is_deleted(two: Linked) -> None:
    reviewer = two.there.member("reviewer@example.com")
    task = two.task()
    (number,) = two.there.plant(two.remote_id, [{k: task[k] for k in ("data", "meta")}])
    two.there.annotate(number, [region("cafe\u0301", "evidence")], reviewer)
    two.sync()
    two.there.delete("tasks", number)
    assert two.sync() == {"label_set.create_there": 1}
    once(two)
    two.settled()


@pytest.mark.parametrize("what", ["region", "relation"])
def test_evidence_that_is_deleted_there_is_evidence_no_more(two: Linked, what: str) -> None:
    (before,) = two.labels().statements
    (evidence,) = before.evidence
    analyst = two.there.member("analyst@example.com")
    ends = ("to_id", "from_id") if what == "relation" else ("id", "to_id", "from_id")
    two.edit(
        lambda result: [one for one in result if evidence not in [one.get(end) for end in ends]],
        member=analyst,
    )
    assert two.sync() == {"label_set.change_here": 1}
    (after,) = two.labels().statements
    assert (after.id, after.claim_id, after.evidence) == (before.id, before.claim_id, ())
    assert len(two.labels().spans) == (1 if what == "relation" else 0)
    two.settled()
    # Once it is written there again it stands on all of the text, as one that never had any.
    send(two.world, op("take_back"))
    two.change_here(note="hier")
    assert two.sync() == {"label_set.change_there": 1}
    assert two.labels().statements[0].evidence == ()
    text = two.task()["data"]["text"]
    (region_,) = [one for one in two.annotation()["result"] if one.get("id") == before.id
                  and one["type"] == "labels"]  # fmt: skip
    assert (region_["value"]["start"], region_["value"]["end"]) == (0, len(text))
    two.settled()


@pytest.mark.parametrize("there_", [[], ["cafe\u0301"]])
def test_what_an_import_brought_is_known_though_all_of_it_was_replaced(
    two: Linked, there_: list[str]
) -> None:
    # Nothing that was sent is left in it, and its number was not told when it was imported.
    made = two.annotation()
    result = [region(one, "evidence") for one in there_]
    two.there.change(made["id"], result=result)
    two.sync()
    assert two.reasons() == []
    assert [one.quote for one in two.labels().spans] == there_
    assert len(two.task()["annotations"]) == 1
    two.settled()
