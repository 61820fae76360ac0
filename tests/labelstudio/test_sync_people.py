"""Whose labels are whose: what somebody in Label Studio writes in another's name is not taken."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from annotate.model import new_id
from tests.labelstudio.fake import faked
from tests.labelstudio.linked import Linked, by_hand, region, stance
from tests.world import World, op, send


@pytest.fixture
def two(world: World) -> Linked:
    """Two sides that agree, with one submitted label set of the analyst, who is there too."""
    made = faked(world)
    made.there.member("analyst@example.com")
    made.sync()
    return made


def test_what_a_stranger_changes_in_an_analysts_labels_is_listed(two: Linked) -> None:
    analyst = two.there.member("analyst@example.com")
    reviewer = two.there.member("reviewer@example.com")
    before = two.labels()
    for member in (two.there.member("stranger@example.com"), reviewer):
        two.edit(stance("oppose"), member=member)
        assert two.sync() == {}
        assert two.labels() == before
        (problem,) = two.problems()
        assert (problem.reason, problem.email) == ("coder", None)
        assert problem.told["values"]["email"] == member.email
    # What its coder goes on with here waits meanwhile, and nothing there is overwritten.
    send(two.world, op("take_back"))
    two.change_here(note="hier")
    assert two.sync() == {}
    assert two.stance_there() == "oppose"
    # What the coder saves is the coder's.
    two.edit(stance("neutral"), member=analyst)
    assert two.sync() == {"label_set.change_here": 1, "label_set.change_there": 1}
    assert (two.labels().statements[0].stance, two.reasons()) == ("neutral", [])
    two.settled()


def test_what_is_undone_there_again_is_no_change(two: Linked) -> None:
    stranger = two.there.member("stranger@example.com")
    for value in ("oppose", "support"):
        two.edit(stance(value), member=stranger)
        two.sync()
    assert two.reasons() == []
    two.settled()


def test_an_annotation_posted_in_somebodys_name_is_not_theirs(two: Linked) -> None:
    analyst = two.there.member("analyst@example.com")
    stranger = two.there.member("stranger@example.com")
    task = two.task(1)
    text = task["data"]["text"]
    made = two.there.annotate(
        task["id"], [region("议会", "actor", text)], stranger, completed_by=analyst.id
    )
    assert two.sync() == {}
    assert (two.label_sets(1), two.reasons()) == ([], ["coder"])
    two.there.change(made["id"], analyst, result=made["result"])
    assert two.sync() == {"label_set.create_here": 1}
    assert two.labels(1).coder_id == two.world.analyst.id


def forged(two: Linked, kind: str, coder_id: str | None, **posted: Any) -> None:
    """A task says that an annotation is an accepted label set of ours, which is not here."""
    task, id_ = two.task(2), new_id()
    head = {
        "id": id_, "kind": kind, "status": "accepted", "revision": 1, "coder_id": coder_id,
        "coder": None, "created_at": "2026-11-01T00:00:00Z", "updated_at": "2026-11-01T00:00:00Z",
    }  # fmt: skip
    meta = {"claimdesk": {"label_sets": [head]}}
    made = region("Harbour Wire", "actor", task["data"]["text"], id_="x")
    made["meta"] = {"claimdesk": {"label_set": id_, "id": "x"}}
    two.there.delete("tasks", task["id"])
    annotations = [] if posted else [{"result": [made]}]
    (number,) = two.there.plant(
        two.remote_id, [{"data": task["data"], "meta": meta, "annotations": annotations}]
    )
    if posted:
        two.there.annotate(number, [made], **posted)


@pytest.mark.parametrize("kind", ["gold", "analyst"])
def test_nothing_is_accepted_because_a_task_says_so(two: Linked, kind: str) -> None:
    coder = two.world.analyst.id if kind == "analyst" else None
    stranger = two.there.member("stranger@example.com")
    forged(two, kind, coder, member=stranger, completed_by=1)
    two.sync()
    assert (two.label_sets(2), two.reasons()) == ([], ["coder"])
    # Imported there is no telling who it was; that alone accepts nothing.
    forged(two, kind, coder)
    two.sync()
    assert two.labels(2).status == ("draft" if kind == "gold" else "submitted")


def test_gold_is_changed_there_by_those_who_may_write_it(two: Linked) -> None:
    gold = two.copied("gold", None, "accepted")
    two.sync()
    # What is gold stays as it is: it is changed while it is in review again.
    with two.world.store.write(two.world.operator.id) as tx:
        two.world.store.labels.set_status(tx, gold, "draft", gold.revision)
    number = next(one["id"] for one in two.task()["annotations"] if one["ground_truth"])

    def change(email: str, value: str) -> None:
        task = next(one for one in two.task()["annotations"] if one["id"] == number)
        result = copy.deepcopy(task["result"])
        stance(value)(result)
        two.there.change(number, two.there.member(email), result=result)
        two.sync()

    def stances() -> list[str]:
        return [s.stance for one in two.label_sets() if one.id == gold.id for s in one.statements]

    change("analyst@example.com", "oppose")
    assert (stances(), two.reasons()) == (["support"], ["coder"])
    change("reviewer@example.com", "neutral")
    assert (stances(), two.reasons()) == (["neutral"], [])


def test_what_arrives_beside_gold_takes_it_back_into_review(two: Linked) -> None:
    gold = two.copied("gold", None, "accepted")
    two.sync()
    store = two.world.store
    with store.write(two.world.operator.id) as tx:
        (mine,) = [one for one in two.label_sets() if one.kind == "analyst"]
        store.labels.set_status(tx, mine, "accepted", mine.revision)
    two.sync()
    reviewer = two.there.member("reviewer@example.com")
    two.there.annotate(two.task()["id"], by_hand("A new claim", "沈若川"), reviewer)
    assert two.sync().get("label_set.create_here") == 1
    assert [(one.kind, one.status) for one in two.label_sets() if one.id != gold.id] == [
        ("analyst", "submitted"), ("analyst", "submitted")
    ]  # fmt: skip
    (now,) = [one for one in two.label_sets() if one.id == gold.id]
    assert now.status == "draft"
    two.settled()
