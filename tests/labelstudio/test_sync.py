from __future__ import annotations

import threading

import pytest

from annotate import projects
from annotate.errors import Conflict, Forbidden, NotFound
from annotate.labelstudio import linking
from annotate.labelstudio.problems import ServerProblem
from annotate.labelstudio.run import sync
from annotate.labelstudio.session import Progress
from annotate.links import FieldChange, LabelChange, StepKind
from annotate.model import new_id
from annotate.store import Store
from tests.labelstudio.flaky import Flaky
from tests.labelstudio.linked import (
    OPEN,
    Linked,
    addressed,
    by_hand,
    decide,
    linked,
    note,
    once,
    region,
    stance,
    steps,
)
from tests.labelstudio.server import LabelStudio
from tests.world import TEXT, World, op, send, span, statement


@pytest.fixture
def two(world: World, labelstudio: LabelStudio) -> Linked:
    """Two sides that agree, with one submitted label set."""
    made = linked(world, labelstudio)
    assert made.sync() == {"task.create": 3, "label_set.create_there": 1}
    return made


def test_what_was_sent_is_there_and_stays(two: Linked) -> None:
    once(two)
    task = two.task()
    assert task["data"]["text"] == TEXT
    assert two.annotation()["ground_truth"] is False
    assert two.reasons() == []
    two.settled()


def test_a_dry_run_says_what_the_sync_then_does(world: World, labelstudio: LabelStudio) -> None:
    two = linked(world, labelstudio, labelled=3)
    told = two.outcome(dry_run=True)
    assert told.run_id is None
    assert two.tasks() == []
    assert two.sync() == steps(told)
    two.edit(stance("oppose"))
    send(world, op("take_back"), article=1)
    two.change_here(1, note="hier")
    send(world, op("add_span", span=span("cafe\u0301")), person=world.people["reviewer"])
    task = two.task(2)
    two.there.delete("annotations", two.annotation(2)["id"])
    addressed(world, world.people["editor"], "editor@example.com")
    member = two.there.member("editor@example.com")
    made = region("Harbour Wire", "actor", task["data"]["text"])
    two.there.annotate(task["id"], [made], member)
    two.there.annotate(two.task(1)["id"], [], two.there.member("nobody@example.com"))
    before = [two.label_sets(n) for n in range(3)]
    changes: list[LabelChange] = []
    told = two.outcome(dry_run=True, changed=changes.append)
    kinds: list[tuple[StepKind, int]] = sorted((one.kind, one.changes) for one in told.steps)
    assert kinds == [
        ("label_set.change_here", 1), ("label_set.change_there", 1),
        ("label_set.create_here", 1), ("label_set.create_there", 1),
        ("label_set.delete_here", 2), ("problem.find", 1),
    ]  # fmt: skip
    assert {(one.side, one.verb, one.kind, one.coder) for one in changes} == {
        ("here", "change", "statement", "analyst-1"), ("there", "change", "statement", "analyst-1"),
        ("here", "add", "span", "editor-1"), ("there", "add", "span", "reviewer-1"),
        ("here", "remove", "span", "analyst-1"), ("here", "remove", "statement", "analyst-1"),
    }  # fmt: skip
    fields = {one.side: one.fields for one in changes if one.verb == "change"}
    assert fields["here"] == (FieldChange("stance", "support", "oppose"),)
    assert fields["there"] == (FieldChange("note", None, "hier"),)
    assert [two.label_sets(n) for n in range(3)] == before
    assert two.problems() == []
    assert two.sync() == steps(told)
    assert two.reasons() == ["person"]
    assert steps(two.outcome(dry_run=True)) == {}
    two.settled()


def test_a_dry_run_foresees_what_waits_for_a_person(two: Linked) -> None:
    send(two.world, op("take_back"))
    two.change_here(stance="neutral")
    two.edit(stance("oppose"))
    two.there.annotate(two.task(1)["id"], [], two.there.member("nobody@example.com"))
    two.there.delete("tasks", two.task(2)["id"])
    told = two.outcome(dry_run=True)
    found = {(one.kind, one.article_id, one.changes) for one in told.steps}
    first, second, third = two.world.articles[:3]
    assert found >= {
        ("conflict.find", first, 1), ("problem.find", second, 1), ("task.find_gone", third, 0),
    }  # fmt: skip
    assert (two.conflicts(), two.problems()) == ([], [])
    waiting = {name: told.counts[name] for name in OPEN}
    assert waiting == {"conflicts": 1, "problems": 1, "gone": 1, "people": 1, "configuration": 0}
    assert {name: two.outcome().counts[name] for name in OPEN} == waiting
    again = two.outcome(dry_run=True)
    assert ({name: again.counts[name] for name in OPEN}, again.steps) == (waiting, ())
    assert (len(two.conflicts()), two.reasons()) == (1, ["person"])


def test_changes_travel_both_ways(two: Linked) -> None:
    two.edit(stance("oppose"))
    assert two.sync() == {"label_set.change_here": 1}
    found = two.labels()
    assert [one.stance for one in found.statements] == ["oppose"]
    assert found.status == "submitted"
    submissions = two.world.store.labels.submissions([found.id])[found.id]
    assert [one.number for one in submissions] == [1, 2]
    two.settled()
    send(two.world, op("take_back"))
    two.change_here(stance="neutral")
    assert two.sync() == {"label_set.change_there": 1}
    assert two.stance_there() == "neutral"
    two.settled()


def test_what_came_can_be_undone_by_its_coder(two: Linked) -> None:
    two.edit(stance("oppose"))
    two.sync()
    send(two.world, op("take_back"))
    assert send(two.world, op("undo")).outcomes[0].state == "applied"
    assert two.labels().statements[0].stance == "support"
    assert two.sync() == {"label_set.change_there": 1}
    assert two.stance_there() == "support"


def test_changes_to_different_things_merge(two: Linked) -> None:
    send(two.world, op("take_back"))
    two.change_here(venue="会场")
    two.edit(note("von dort"))
    assert two.sync() == {"label_set.change_here": 1, "label_set.change_there": 1}
    (found,) = two.labels().statements
    assert (found.venue, found.note) == ("会场", "von dort")
    assert two.conflicts() == []
    two.settled()


@pytest.mark.parametrize(("choice", "value"), [("ours", "neutral"), ("theirs", "oppose")])
def test_changes_to_the_same_thing_wait_for_a_person(two: Linked, choice: str, value: str) -> None:
    send(two.world, op("take_back"))
    two.change_here(stance="neutral", note="hier")
    two.edit(stance("oppose"))
    assert two.sync() == {"label_set.change_there": 1}
    (conflict,) = two.conflicts()
    difference = conflict.difference
    assert (difference.base, difference.ours, difference.theirs) == (
        "support", "neutral", "oppose",
    )  # fmt: skip
    assert (two.labels().statements[0].stance, two.stance_there()) == ("neutral", "oppose")
    two.settled()
    editor = two.world.people["editor"]
    decide(two.world, editor, conflict.id, choice)  # type: ignore[arg-type]
    two.sync()
    assert (two.labels().statements[0].stance, two.stance_there()) == (value, value)
    assert two.conflicts() == []
    two.settled()


def test_somebody_makes_labels_there(two: Linked) -> None:
    reviewer = two.world.people["reviewer"]
    addressed(two.world, reviewer, "reviewer@example.com")
    member = two.there.member("reviewer@example.com")
    result = [*by_hand("Something quite new", "沈若川表示"), region("cafe\u0301", "evidence")]
    two.there.annotate(two.task()["id"], result, member)
    assert two.sync() == {"label_set.create_here": 1}
    found = next(one for one in two.label_sets() if one.coder_id == reviewer.id)
    assert found.status == "submitted"
    assert len(two.world.store.labels.submissions([found.id])[found.id]) == 1
    claims = two.world.store.registry.claims([one.claim_id for one in found.statements])
    assert [one.text for one in claims.values()] == ["Something quite new"]
    assert {one.quote for one in found.spans} == {"沈若川表示", "cafe\u0301"}
    two.settled()
    send(two.world, op("take_back"), person=reviewer)
    change = op("change_statement", statement_id=found.statements[0].id, set={"note": "hier"})
    send(two.world, change, person=reviewer)
    assert two.sync() == {"label_set.change_there": 1}
    two.settled()
    assert two.reasons() == []


def test_an_unknown_person_waits_until_somebody_says_who_it_is(two: Linked) -> None:
    member = two.there.member("nobody@example.com")
    two.there.annotate(two.task(1)["id"], [], member)
    outcome = two.outcome()
    assert (outcome.counts["problems"], outcome.counts["people"]) == (1, 1)
    assert two.label_sets(1) == []
    (problem,) = two.problems()
    assert (problem.reason, problem.email) == ("person", "nobody@example.com")
    two.settled()
    world = two.world
    linking.map_person(
        world.store, world.people["editor"], world.project.id, "nobody@example.com",
        world.people["reviewer"].id,
    )  # fmt: skip
    assert two.sync() == {"label_set.create_here": 1}
    assert two.labels(1).coder_id == world.people["reviewer"].id
    assert two.reasons() == []
    two.settled()


def test_labels_begun_here_become_one_with_those_made_there(two: Linked) -> None:
    statement(two.world, article=2)
    addressed(two.world, two.world.analyst, "analyst@example.com")
    member = two.there.member("analyst@example.com")
    text = two.world.store.articles.get(two.world.articles[2]).text
    two.there.annotate(two.task(2)["id"], [region("Harbour Wire", "actor", text)], member)
    two.sync()
    found = two.labels(2)
    assert {one.kind for one in found.spans} == {"actor", "evidence"}
    assert len(found.statements) == 1
    assert len(two.annotation(2)["result"]) > 2
    assert two.reasons() == []
    two.settled()


def test_a_second_annotation_of_one_coder_is_listed(two: Linked) -> None:
    member = two.there.member("analyst@example.com")
    two.there.annotate(two.task()["id"], [region("cafe\u0301", "evidence")], member)
    two.sync()
    assert two.reasons() == ["another"]
    assert len(two.label_sets()) == 1


def test_bad_input_is_listed_and_never_stored(two: Linked) -> None:
    member = two.there.member("analyst@example.com")
    reaching = {
        **region("cafe\u0301", "evidence", id_="e"),
    }
    reaching["value"] = {**reaching["value"], "end": 9_999}
    wrong = [
        reaching,
        region("cafe\u0301", "no_such_kind", id_="k"),
        region("南屿", "actor", start=0, id_="q"),
        {"type": "relation", "from_id": "nowhere", "to_id": "k", "direction": "right"},
    ]
    two.there.annotate(two.task(1)["id"], [], member, was_cancelled=True)
    two.edit(lambda result: result.extend(wrong))
    text = two.task(2)
    two.there.call("PATCH", f"/api/tasks/{text['id']}/", {"data": {**text["data"], "text": "x"}})
    other = {**two.task(1)["data"], "project_id": new_id()}
    two.there.plant(two.remote_id, [{"data": {"text": "not ours"}}, {"data": other}])
    before = two.labels()
    two.sync()
    assert two.labels().spans == before.spans
    assert two.reasons() == [
        "label", "offsets", "project", "quote", "relation", "skipped", "task", "text",
    ]  # fmt: skip
    first = {one.id for one in two.problems()}
    two.settled()
    assert {one.id for one in two.problems()} == first
    # What cannot be read here is still there after our own next change.
    send(two.world, op("take_back"))
    two.change_here(note="hier")
    assert two.sync() == {"label_set.change_there": 1}
    assert {"e", "k", "q"} <= {one.get("id") for one in two.annotation()["result"]}
    two.edit(lambda result: [one for one in result if one.get("id") not in ("e", "k", "q")
                             and one.get("from_id") != "nowhere"])  # fmt: skip
    two.sync()
    assert two.reasons() == ["project", "skipped", "task", "text"]


def test_what_is_begun_there_is_listed_until_it_is_submitted_or_left(two: Linked) -> None:
    members = [two.there.member(f"{name}@example.com") for name in ("analyst", "other")]
    text = two.task(1)["data"]["text"]
    drafts = [two.there.draft(two.task(n)["id"], [region("议会", "actor", text)], member)
              for n, member in enumerate(members, 1)]  # fmt: skip
    assert two.sync() == {}
    assert two.reasons() == ["draft", "draft"]
    assert two.label_sets(1) == []
    two.settled()
    two.there.annotate(two.task(1)["id"], drafts[0]["result"], members[0], draft_id=drafts[0]["id"])
    two.there.call("DELETE", f"/api/drafts/{drafts[1]['id']}/", member=members[1])
    assert two.sync() == {"label_set.create_here": 1}
    assert two.reasons() == []
    two.settled()


def test_accepted_labels_stay_as_they_are(two: Linked) -> None:
    store, found = two.world.store, two.labels()
    with store.write(two.world.operator.id) as tx:
        store.labels.set_status(tx, found, "accepted", found.revision + 1)
    two.sync()
    two.edit(stance("oppose"))
    assert two.sync() == {}
    assert two.reasons() == ["accepted"]
    assert two.labels().statements[0].stance == "support"
    two.edit(stance("support"))
    two.sync()
    assert two.reasons() == []


def test_nothing_is_sent_to_those_who_may_not_see_it_here(
    world: World, labelstudio: LabelStudio
) -> None:
    labelstudio.member("outsider@example.com")
    two = linked(world, labelstudio, reveals=False)
    send(world, op("add_span", span=span("cafe\u0301")), person=world.people["reviewer"])
    assert world.project.blind
    assert two.sync() == {"task.create": 3, "label_set.withheld": 2}
    assert [one["annotations"] for one in two.tasks()] == [[], [], []]
    assert "analyst-1" not in str([one["meta"] for one in two.tasks()])
    projects.describe(world.store, world.people["editor"], world.project.id, blind=False)
    assert two.sync() == {"label_set.create_there": 1, "label_set.withheld": 1}
    linking.change(
        world.store, world.people["editor"], world.project.id, reveals=True, every_minutes=None
    )
    assert two.sync() == {"label_set.create_there": 1}
    once(two)


def test_what_is_changed_here_in_what_was_made_there_is_withheld(two: Linked) -> None:
    member = two.there.member("analyst@example.com")
    two.there.annotate(two.task(1)["id"], [region("议会", "actor", two.task(1)["data"]["text"])],
                       member)  # fmt: skip
    two.sync()
    linking.change(
        two.world.store, two.world.people["editor"], two.world.project.id, reveals=False,
        every_minutes=None,
    )  # fmt: skip
    made = two.labels(1).spans[0]
    send(two.world, op("take_back"), article=1)
    send(two.world, op("remove_span", span_id=made.id), article=1)
    assert two.sync() == {"label_set.withheld": 1}
    assert len(two.annotation(1)["result"]) == 1
    linking.change(
        two.world.store, two.world.people["editor"], two.world.project.id, reveals=True,
        every_minutes=None,
    )  # fmt: skip
    assert two.sync() == {"label_set.change_there": 1}
    assert two.annotation(1)["result"] == []
    two.settled()


def test_only_editors_synchronise_and_never_what_is_archived(two: Linked) -> None:
    world = two.world
    for role in ("reviewer", "analyst", "viewer"):
        with pytest.raises((Forbidden, NotFound)):
            sync(world.store, world.people[role], world.project.id)  # type: ignore[index]
    projects.archive(world.store, world.people["editor"], world.project.id)
    with pytest.raises(Forbidden):
        two.sync()


def test_two_at_once_wait_for_each_other(world: World, labelstudio: LabelStudio) -> None:
    two = linked(world, labelstudio)
    done: list[dict[str, int]] = []

    def run() -> None:
        store = Store(world.store.path)
        other = Linked(World(store, world.operator, world.project, world.people, world.articles),
                       labelstudio)  # fmt: skip
        done.append(other.sync())
        store.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert sorted(map(len, done)) == [0, 0, 2]
    once(two)


def test_a_sync_can_be_stopped_and_goes_on_later(world: World, labelstudio: LabelStudio) -> None:
    two = linked(world, labelstudio)
    seen: list[Progress] = []
    outcome = two.outcome(progress=seen.append, stop=lambda: seen[-1].stage == "sending")
    assert seen[-1] == Progress("sending", 0, 3)
    (run,) = world.store.links.runs(world.project.id)
    assert (run.id, run.state) == (outcome.run_id, "cancelled")
    assert two.tasks() == []
    two.sync()
    once(two)


def test_a_failure_is_told_and_the_next_run_goes_on(two: Linked, flaky: Flaky) -> None:
    world = two.world
    two.through(flaky.url)
    send(world, op("take_back"))
    two.change_here(note="hier")
    flaky.fail(502, "before", method="PATCH", times=20)
    with pytest.raises(ServerProblem):
        two.sync()
    run = world.store.links.runs(world.project.id)[0]
    assert run.state == "failed"
    assert run.problem is not None
    two.through(two.there.url)
    assert two.sync() == {"label_set.change_there": 1}


def test_an_answer_that_is_lost_sends_nothing_twice(
    world: World, labelstudio: LabelStudio, flaky: Flaky
) -> None:
    two = linked(world, labelstudio, labelled=2)
    two.through(flaky.url)
    flaky.fail("drop", "after", method="POST", path="/import", times=1)
    two.sync()
    once(two)
    statement(world, article=2)
    send(world, op("submit"), article=2)
    send(world, op("take_back"))
    two.change_here(note="hier")
    flaky.fail("drop", "after", method="POST", path="/annotations/", times=1)
    flaky.fail("drop", "after", method="PATCH", path="/api/annotations/", times=1)
    two.sync()
    once(two)
    assert "hier" in str(two.annotation()["result"])
    two.settled()


def test_nothing_changed_takes_few_requests(two: Linked, flaky: Flaky) -> None:
    world = two.world
    two.through(flaky.url)
    before = world.store.history.events(limit=1)
    two.settled()
    assert len(flaky.seen) <= 7
    assert flaky.count("GET", "/api/tasks/") == 3
    assert flaky.count("POST", "") == 0
    assert world.store.history.events(limit=1) == before


def test_unlinked_meanwhile_nothing_more_is_written(world: World, labelstudio: LabelStudio) -> None:
    two = linked(world, labelstudio)
    editor = world.people["editor"]

    def unlink(progress: Progress) -> None:
        if progress.stage == "sending":
            linking.unlink(world.store, editor, world.project.id)

    number = two.remote_id
    with pytest.raises(Conflict, match="unlinked"):
        two.outcome(progress=unlink)
    assert two.there.tasks(number) == []
    assert world.store.links.tasks(world.project.id) == {}
