"""Requests that get lost on the way: repeated where that can do no harm, and told."""

from __future__ import annotations

from typing import Any

import pytest

from annotate.labelstudio.client import Server, connect
from annotate.labelstudio.problems import MayHaveArrived, ServerProblem
from tests.labelstudio.flaky import Flaky
from tests.labelstudio.server import CONFIGURATION, LabelStudio
from tests.labelstudio.test_client import region, task

LOST = [("drop", "after"), ("cut", "after"), ("hang", "after"), (502, "after"), (500, "before")]
NEVER = [("drop", "before"), ("hang", "before")]


@pytest.fixture
def shaky(flaky: Flaky, labelstudio: LabelStudio, request: pytest.FixtureRequest) -> Server:
    """The server behind the proxy; we pause little, and wait long only where nothing hangs."""
    what = getattr(request.node, "callspec", None) and request.node.callspec.params.get("what")
    timeout_s = 4 if what == "hang" else 60
    return connect(flaky.url, labelstudio.token, timeout_s=timeout_s, pause_s=0.01)


def once_only(what: Any) -> Any:
    """The same failure, without a further wait for what hangs."""
    return "drop" if what == "hang" else what


@pytest.mark.parametrize(("what", "when"), [*LOST, *NEVER, (503, "before"), (429, "before")])
def test_reads_and_deletions_are_repeated(
    shaky: Server, flaky: Flaky, labelstudio: LabelStudio, what: Any, when: Any
) -> None:
    project = labelstudio.new_project()
    [number] = labelstudio.plant(project, [task("abc def", [region()])])
    flaky.fail(what, when, path="/api/tasks/", times=2 if what != "hang" else 1)
    [read] = shaky.changed_tasks(project, None)
    assert read["annotations"][0]["result"] == [region()]
    flaky.fail(once_only(what), when, method="DELETE")
    shaky.delete_task(number)
    assert labelstudio.tasks(project) == []


@pytest.mark.parametrize(("what", "when"), [*LOST, *NEVER, (503, "before")])
def test_an_annotation_is_made_once_whatever_happens(
    shaky: Server, flaky: Flaky, labelstudio: LabelStudio, what: Any, when: Any
) -> None:
    project = labelstudio.new_project()
    [number] = labelstudio.plant(project, [task()])
    flaky.fail(what, when, method="POST", path="annotations")
    made = shaky.create_annotation(number, {"result": [region()]})
    [there] = labelstudio.tasks(project)[0]["annotations"]
    assert (there["id"], there["result"]) == (made["id"], [region()])


@pytest.mark.parametrize(("what", "when"), [*LOST, *NEVER])
def test_a_change_is_made_once_and_over_nothing_unseen(
    shaky: Server, flaky: Flaky, labelstudio: LabelStudio, what: Any, when: Any
) -> None:
    [number] = labelstudio.plant(labelstudio.new_project(), [task()])
    made = labelstudio.annotate(number, [region()])
    flaky.fail(what, when, method="PATCH")
    changed = shaky.update_annotation(made["id"], {"result": []}, seen=made["updated_at"])
    assert changed == shaky.annotation(made["id"])
    assert flaky.count("PATCH") == (1 if when == "after" else 2)

    def somebody_is_quicker(method: str, path: str) -> None:
        if method == "PATCH":
            labelstudio.change(made["id"], result=[region("theirs")])

    flaky.watch = somebody_is_quicker
    flaky.fail("drop", "before", method="PATCH")
    with pytest.raises(ServerProblem, match="just now"):
        shaky.update_annotation(made["id"], {"result": []}, seen=changed["updated_at"])
    now = shaky.annotation(made["id"])
    assert now is not None
    assert now["result"] == [region("theirs")]


@pytest.mark.parametrize(("what", "when"), [*LOST, *NEVER])
def test_what_could_double_is_never_repeated(
    shaky: Server, flaky: Flaky, labelstudio: LabelStudio, what: Any, when: Any
) -> None:
    project = labelstudio.new_project()
    [number] = labelstudio.plant(project, [task()])
    annotation = labelstudio.annotate(number, [])
    before = len(flaky.seen)
    calls = (
        lambda: shaky.import_tasks(project, [task(), task()]),
        lambda: shaky.create_prediction(number, {"result": [region()]}),
        lambda: shaky.create_project("Once", CONFIGURATION),
        lambda: shaky.update_annotation(annotation["id"], {"result": [region()]}),
    )
    for call in calls:
        flaky.fail(what, when, method="POST|PATCH")
        with pytest.raises(MayHaveArrived):
            call()
        what = once_only(what)
    assert len(flaky.seen) == before + len(calls)
    arrived = when == "after"
    tasks = labelstudio.tasks(project)
    assert len(tasks) == (3 if arrived else 1)
    assert len(tasks[0]["predictions"]) == arrived
    assert len(tasks[0]["annotations"][0]["result"]) == arrived


def test_an_import_is_repeated_where_the_server_did_not_begin(
    shaky: Server, flaky: Flaky, labelstudio: LabelStudio
) -> None:
    project = labelstudio.new_project()
    flaky.fail(503, method="POST", times=2)
    flaky.fail(429, method="POST", retry_after="0.5")
    assert len(shaky.import_tasks(project, [task(), task()])) == 2
    assert flaky.count("POST") == 4
    assert len(labelstudio.tasks(project)) == 2


def test_a_failure_that_stays_is_told(
    shaky: Server, flaky: Flaky, labelstudio: LabelStudio
) -> None:
    flaky.fail(500, times=99)
    with pytest.raises(ServerProblem, match="fails again and again") as problem:
        shaky.users()
    assert problem.value.reason == "failing"
    assert labelstudio.token not in str(problem.value.told())
    flaky.faults.clear()
    flaky.fail("drop", times=99)
    with pytest.raises(ServerProblem, match="breaks off") as problem:
        shaky.users()
    assert problem.value.reason == "unreachable"
