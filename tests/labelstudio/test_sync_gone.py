"""Tasks deleted in Label Studio, and second ones: nothing is lost with them, or unnoticed."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from annotate.labelstudio.run import push_again
from tests.labelstudio.fake import Fake, faked, relink
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
