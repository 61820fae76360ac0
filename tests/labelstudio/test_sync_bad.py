"""What comes from Label Studio and is not as it should be: never stored as if it were."""

from __future__ import annotations

from typing import Any

import pytest

from annotate.model import LabelSet
from tests.labelstudio.fake import faked
from tests.labelstudio.linked import Linked, by_hand, region
from tests.world import World, op, send, span


@pytest.fixture
def two(world: World) -> Linked:
    """Two sides that agree; nothing is labelled."""
    made = faked(world, labelled=0)
    made.there.member("analyst@example.com")
    made.sync()
    return made


def annotate(two: Linked, result: Any, article: int = 0) -> None:
    """The analyst submits an annotation there."""
    analyst = two.there.member("analyst@example.com")
    two.there.annotate(two.task(article)["id"], result, analyst)


def mend(two: Linked, result: Any) -> None:
    """The analyst saves that annotation anew."""
    analyst = two.there.member("analyst@example.com")
    two.there.change(two.annotation()["id"], analyst, result=result)


def submissions(two: Linked, made: LabelSet) -> list[int]:
    """How many spans each submission of a label set holds."""
    found = two.world.store.labels.submissions([made.id]).get(made.id, ())
    return [len(one.content["spans"]) for one in found]


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ([region("周", "actor", start=0, id_=f"x{n}") for n in range(5_000)], "too_many"),
        ({"not": "a list"}, "result"),
        ([region("cafe\u0301", "evidence"), "nonsense"], "item"),
    ],
)
@pytest.mark.parametrize("begun", [None, "", "沈若川"])
def test_what_is_refused_as_a_whole_becomes_nothing(
    two: Linked, result: Any, reason: str, begun: str | None
) -> None:
    if begun is not None:
        mine = span("沈若川", "actor")
        send(two.world, op("add_span", span=mine))
        if not begun:
            send(two.world, op("remove_span", span_id=mine["id"]))
    before = two.label_sets()
    annotate(two, result)
    assert two.sync() == {}
    assert two.reasons() == [reason]
    assert two.label_sets() == before
    assert len(two.task()["annotations"]) == 1
    two.settled()
    # Mended there, it is taken; what was begun here is joined with it.
    mend(two, [region("cafe\u0301", "evidence")])
    two.sync()
    found = two.labels()
    assert {one.quote for one in found.spans} == {"cafe\u0301", *filter(None, [begun])}
    assert found.status == ("draft" if begun else "submitted")
    assert submissions(two, found) == ([] if begun else [1])
    assert two.reasons() == []
    two.settled()


@pytest.mark.parametrize("begun", [False, True])
def test_what_can_be_read_in_part_is_a_draft_until_all_of_it_can(two: Linked, begun: bool) -> None:
    if begun:
        mine = span("沈若川", "actor")
        send(two.world, op("add_span", span=mine))
        send(two.world, op("remove_span", span_id=mine["id"]))
    good, bad = region("cafe\u0301", "evidence"), region("沈若川", "actor", id_="r2")
    long = {**bad, "value": {**bad["value"], "end": 9_999}}
    annotate(two, [good, long])
    two.sync()
    assert (two.labels().status, len(two.labels().spans)) == ("draft", 1)
    assert submissions(two, two.labels()) == []
    assert two.reasons() == ["offsets"]
    two.settled()
    mend(two, [good, bad])
    assert two.sync() == {"label_set.change_here": 1}
    assert (two.labels().status, submissions(two, two.labels())) == ("submitted", [2])
    assert two.reasons() == []
    two.settled()


def test_what_lacks_something_is_listed_until_it_is_complete(two: Linked) -> None:
    whole = by_hand("New", "沈若川表示")
    annotate(two, [one for one in whole if one["from_name"] != "speaker"])
    for _ in range(2):
        two.sync()
        assert (two.labels().status, two.reasons()) == ("draft", ["required"])
    mend(two, whole)
    two.sync()
    assert (two.labels().status, two.reasons()) == ("submitted", [])
    two.settled()


def test_who_goes_on_here_submits_here(two: Linked) -> None:
    good, bad = region("cafe\u0301", "evidence"), region("沈若川", "actor", id_="r2")
    annotate(two, [good, {**bad, "value": {**bad["value"], "end": 9_999}}])
    two.sync()
    send(two.world, op("add_span", span=span("周一", "actor")))
    two.sync()
    mend(two, [*two.annotation()["result"][:-1], bad])
    two.sync()
    assert (two.labels().status, len(two.labels().spans)) == ("draft", 3)
    two.settled()


@pytest.mark.parametrize("control", ["claim", "speaker", "note", "venue"])
@pytest.mark.parametrize("text", ["y" * 60_000, "n\0ul", "half \ud83d"])
def test_what_no_field_holds_is_listed(two: Linked, control: str, text: str) -> None:
    whole = [one for one in by_hand("New", "沈若川表示") if one["from_name"] != control]
    place = {name: whole[0]["value"][name] for name in ("start", "end")}
    written = {
        "id": "h1", "from_name": control, "to_name": "text", "type": "textarea",
        "value": {**place, "text": [text]},
    }  # fmt: skip
    annotate(two, [*whole, written])
    two.sync()
    assert two.reasons() == ["long"]
    assert [one.statements for one in two.label_sets()] == [()]
    assert list(two.world.store.examine()) == []
    two.settled()


def test_notes_are_measured_together(two: Linked) -> None:
    whole = by_hand("New", "沈若川表示")
    place = {name: whole[0]["value"][name] for name in ("start", "end")}
    written = {
        "id": "h1", "from_name": "note", "to_name": "text", "type": "textarea",
        "value": {**place, "text": ["z" * 3_000, "z" * 3_000]},
    }  # fmt: skip
    annotate(two, [*whole, written])
    two.sync()
    assert two.reasons() == ["long"]


def test_a_label_of_the_article_that_takes_one_value(two: Linked) -> None:
    label = two.world.store.projects.codebook(two.world.project.id).document_labels[0]
    assert not label.multiple
    both = {
        "id": "d", "from_name": f"document_{label.name}", "to_name": "text", "type": "choices",
        "value": {"choices": [one.name for one in label.values[:2]]},
    }  # fmt: skip
    annotate(two, [both])
    two.sync()
    assert (two.labels().document_labels, two.reasons()) == ({}, ["several"])
    assert two.labels().status == "draft"
    mend(two, [{**both, "value": {"choices": [label.values[0].name]}}])
    two.sync()
    assert two.labels().document_labels == {label.name: (label.values[0].name,)}
    assert (two.labels().status, two.reasons()) == ("submitted", [])


def test_a_dry_run_says_why_and_which_entries_are_new(two: Linked) -> None:
    bad = region("沈若川", "actor", id_="r2")
    annotate(
        two, [*by_hand("Quite new", "沈若川表示"), {**bad, "value": {**bad["value"], "end": 9_999}}]
    )
    found = [(one.kind, one.detail) for one in two.outcome(dry_run=True).steps]
    assert found.count(("problem.find", "offsets")) == 1
    assert {name for kind, name in found if kind == "entry.create_here"} == {
        "Quite new", "某发言人",
    }  # fmt: skip
    two.sync()
    assert two.outcome(dry_run=True).steps == ()
