"""What a dry run says of single labels: pure, and as the sync that follows does it."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from annotate.labelstudio import viewing
from annotate.labelstudio.content import Content
from annotate.labelstudio.foreseeing import label_changes
from annotate.links import FieldChange, LabelChange, Outcome, Side
from annotate.model import LabelSet, Span, Statement
from annotate.store.labels import content_of
from tests.labelstudio.fake import faked
from tests.labelstudio.linked import Linked, by_hand, region, stance
from tests.labelstudio.played import Played
from tests.world import World, op, send, span, statement

LONG = "字" * 200
HEAD = LabelSet("s1", "p1", "a1", "c1", "analyst", "draft", 3, "", "")
SAID = Span("e1", "evidence", 10, 14, "开放态度", 1, None)
WHO = Span("w1", "actor", 0, 3, "沈若川", 1, "actor-1")
CLAIMED = Statement("t1", "claim-1", "support", 1, "actor-1", None, None, ("e1",))
NAMES = {"actor-1": "Shen", "claim-1": "It is open"}


def told(before: LabelSet | None, after: LabelSet) -> list[LabelChange]:
    contents = (before and content_of(before), content_of(after))
    return list(label_changes(HEAD, "here", *contents, NAMES, "Mei"))


def test_a_change_says_what_of_it_changed_and_what_it_covers() -> None:
    before = replace(HEAD, spans=(SAID,), statements=(CLAIMED,))
    after = replace(before, statements=(replace(CLAIMED, stance="oppose", note="why"),))
    (one,) = told(before, after)
    assert (one.article_id, one.label_set_id, one.coder, one.side) == ("a1", "s1", "Mei", "here")
    assert (one.verb, one.kind, one.entity_id, one.quote) == (
        "change", "statement", "t1", "开放态度",
    )  # fmt: skip
    assert one.fields == (
        FieldChange("stance", "support", "oppose"), FieldChange("note", None, "why"),
    )  # fmt: skip
    assert told(after, after) == []


def test_what_is_added_or_removed_says_all_that_it_holds_by_name() -> None:
    full = replace(
        HEAD, spans=(WHO, SAID), statements=(CLAIMED,), document_labels={"relevance": ("high",)}
    )
    added = {one.entity_id: one for one in told(None, full)}
    assert {one.verb for one in added.values()} == {"add"}
    assert added["w1"].fields == (
        FieldChange("kind", None, "actor"), FieldChange("actor_id", None, "actor-1"),
    )  # fmt: skip
    assert added["w1"].names == {"actor-1": "Shen"}
    assert added["t1"].names == {"actor-1": "Shen", "claim-1": "It is open", "e1": "开放态度"}
    assert added["relevance"].fields == (FieldChange("values", None, ["high"]),)
    removed = told(full, HEAD)
    assert {(one.verb, one.entity_id, one.quote) for one in removed} == {
        ("remove", "w1", "沈若川"), ("remove", "e1", "开放态度"), ("remove", "t1", "开放态度"),
        ("remove", "relevance", ""),
    }  # fmt: skip
    long = told(None, replace(HEAD, spans=(replace(SAID, end=210, quote=LONG),)))
    assert long[0].quote == "字" * 79 + "…"


def key(one: LabelChange) -> Any:
    fields = tuple((each.field, str(each.before), str(each.after)) for each in one.fields)
    return one.side, one.verb, one.kind, one.entity_id, one.quote, fields


def foreseen(two: Linked, **options: Any) -> tuple[Outcome, list[LabelChange]]:
    found: list[LabelChange] = []
    return two.outcome(dry_run=True, changed=found.append, **options), found


def done(of: LabelSet, before: dict[Side, Content], after: dict[Side, Content]) -> set[Any]:
    """What a sync has done to both sides, in the words of a dry run."""
    return {
        key(one)
        for side in before
        for one in label_changes(of, side, before[side].plain(), after[side].plain(), {})
    }


@pytest.mark.parametrize("seed", range(6))
def test_the_sync_changes_exactly_the_labels_that_the_dry_run_told(world: World, seed: int) -> None:
    played = Played(faked(world), random.Random(seed))
    two, seen = played.two, 0
    two.sync()
    send(world, op("take_back"))
    for _ in range(20):
        played.act()
        before: dict[Side, Content] = {"here": played.here(), "there": played.there()}
        outcome, found = foreseen(two)
        assert {"here": played.here(), "there": played.there()} == before
        two.sync()
        after: dict[Side, Content] = {"here": played.here(), "there": played.there()}
        assert {key(one) for one in found} == done(two.labels(), before, after)
        assert len(found) == len({key(one) for one in found})
        assert len(found) == sum(
            step.changes for step in outcome.steps
            if step.kind in ("label_set.change_here", "label_set.change_there")
        )  # fmt: skip
        seen += len(found)
    assert seen > 3


def test_it_tells_of_labels_that_go_with_a_task_or_come_as_new(world: World) -> None:
    two = faked(world)
    outcome, found = foreseen(two)
    (sent,) = [step for step in outcome.steps if step.kind == "label_set.create_there"]
    assert len(found) == sent.changes
    whose = {(one.side, one.verb, one.coder, one.article_id) for one in found}
    assert whose == {("there", "add", "analyst-1", world.articles[0])}
    two.sync()
    reviewer = two.there.member("reviewer@example.com")
    task = two.task(2)
    made = by_hand("A new claim", "Harbour Wire", task["data"]["text"])
    two.there.annotate(task["id"], made, reviewer)
    _, found = foreseen(two)
    (new,) = [one for one in found if one.kind == "statement"]
    assert (new.side, new.verb, new.coder) == ("here", "add", "reviewer-1")
    # The entries are not in the registries yet.
    assert {"A new claim", "某发言人"} <= set(new.names.values())
    two.sync()
    assert foreseen(two)[1] == []


def test_what_is_there_alike_under_another_id_is_no_change_of_a_label(world: World) -> None:
    two = faked(world, labelled=0)
    two.sync()
    analyst = two.there.member("analyst@example.com")
    two.there.annotate(two.task()["id"], by_hand("Some claim", "沈若川"), analyst)
    two.sync()
    send(world, op("take_back"))
    send(world, op("add_span", span=span("开放态度")))
    two.edit(lambda result: result.append(region("开放态度", "evidence", id_="alike")))
    _, found = foreseen(two)
    assert found == []
    two.sync()
    assert foreseen(two)[1] == []


def test_who_works_blind_is_told_of_no_labels_there(world: World) -> None:
    two = faked(world, labelled=2)
    two.sync()
    two.edit_many({0: stance("oppose"), 1: stance("oppose")})
    editor = world.people["editor"]
    _, before = foreseen(two)
    assert {one.article_id for one in before} == set(world.articles[:2])
    statement(world, editor)
    outcome, found = foreseen(two)
    assert {one.article_id for one in found} == {world.articles[1]}
    # Nor is somebody who came to work blind since the dry run.
    assert viewing.changes(world.store, editor, world.project.id, before) == found
    shown, withheld = viewing.steps(world.store, editor, world.project.id, outcome.steps)
    assert len(shown) + withheld == len(outcome.steps)
    assert withheld > 0
