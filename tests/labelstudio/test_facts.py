"""What a sync takes for granted about the server: should a newer one differ, this says where."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.labelstudio.server import CONFIGURATION, LabelStudio

REGION = {
    "id": "r1",
    "from_name": "spans",
    "to_name": "text",
    "type": "labels",
    "value": {"start": 0, "end": 3, "labels": ["actor"]},
}
TASK = {
    "data": {"text": "abc"},
    "annotations": [{"result": [REGION], "ground_truth": False}],
    "predictions": [{"result": [REGION], "model_version": "m1"}],
}
Change = Callable[[LabelStudio, Any], object]
SHOWN: dict[str, Change] = {
    "new annotation": lambda server, task: server.annotate(task["id"], [REGION]),
    "skipped": lambda server, task: server.annotate(task["id"], [], was_cancelled=True),
    "changed": lambda server, task: server.change(task["annotations"][0]["id"], result=[]),
    "saved unchanged": lambda server, task: server.change(
        task["annotations"][0]["id"], result=[REGION]
    ),
    "deleted": lambda server, task: server.delete("annotations", task["annotations"][0]["id"]),
    "prediction deleted": lambda server, task: server.delete(
        "predictions", task["predictions"][0]["id"]
    ),
    "text changed": lambda server, task: server.call(
        "PATCH", f"/api/tasks/{task['id']}/", {"data": {"text": "other"}}
    ),
}
HIDDEN: dict[str, Change] = {
    "draft": lambda server, task: server.draft(task["id"], [REGION]),
    "configuration": lambda server, task: server.call(
        "PATCH", f"/api/projects/{task['project']}/", {"label_config": CONFIGURATION + "\n"}
    ),
    "other task": lambda server, task: server.plant(task["project"], [TASK]),
}


def planted(server: LabelStudio) -> Any:
    project = server.new_project()
    server.plant(project, [TASK])
    return server.tasks(project)[0]


@pytest.mark.parametrize("change", SHOWN)
def test_a_change_moves_the_time_of_its_task(labelstudio: LabelStudio, change: str) -> None:
    before = planted(labelstudio)
    SHOWN[change](labelstudio, before)
    after = labelstudio.tasks(before["project"])[0]
    assert after["updated_at"] > before["updated_at"]
    assert after["created_at"] == before["created_at"]


@pytest.mark.parametrize("change", HIDDEN)
def test_what_is_none_of_a_task_does_not_move_its_time(
    labelstudio: LabelStudio, change: str
) -> None:
    before = planted(labelstudio)
    HIDDEN[change](labelstudio, before)
    assert labelstudio.tasks(before["project"])[0]["updated_at"] == before["updated_at"]


def test_numbers_are_given_again(labelstudio: LabelStudio) -> None:
    task = planted(labelstudio)
    labelstudio.delete("tasks", task["id"])
    [again] = labelstudio.plant(task["project"], [TASK])
    assert again == task["id"]
    assert labelstudio.tasks(task["project"])[0]["created_at"] != task["created_at"]


def test_one_ground_truth_ends_another_unseen(labelstudio: LabelStudio) -> None:
    task = planted(labelstudio)
    first = labelstudio.change(task["annotations"][0]["id"], ground_truth=True)
    labelstudio.annotate(task["id"], [], ground_truth=True)
    now, _ = labelstudio.tasks(task["project"])[0]["annotations"]
    assert (first["ground_truth"], now["ground_truth"]) == (True, False)
    assert now["updated_at"] == first["updated_at"]


def test_an_imported_annotation_is_ground_truth_unless_it_says_so(
    labelstudio: LabelStudio,
) -> None:
    project = labelstudio.new_project()
    labelstudio.plant(project, [{"data": {"text": "abc"}, "annotations": [{"result": []}]}])
    assert labelstudio.tasks(project)[0]["annotations"][0]["ground_truth"] is True


def test_a_configuration_comes_back_as_it_was_written(labelstudio: LabelStudio) -> None:
    written = CONFIGURATION.replace("  ", "\t") + "\n<!-- 注 -->"
    project = labelstudio.new_project(configuration=written)
    assert labelstudio.call("GET", f"/api/projects/{project}/")["label_config"] == written


def test_what_the_server_heard_whole_it_does_though_nobody_waits(
    labelstudio: LabelStudio,
) -> None:
    project = labelstudio.new_project()
    tasks = [{**TASK, "data": {"text": "abc " * 500}} for _ in range(300)]
    _send_and_leave(labelstudio, project, tasks, 0.5)
    time.sleep(2)
    assert _count(labelstudio, project) == 0
    _send_and_leave(labelstudio, project, tasks, 1)
    deadline = time.monotonic() + 30
    while not (seen := _count(labelstudio, project)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert seen == len(tasks), "all of them come into sight at once"


def _send_and_leave(
    server: LabelStudio, project: int, tasks: list[dict[str, Any]], part: float
) -> None:
    """Send a part of an import and close the connection."""
    body = json.dumps(tasks).encode()
    head = (
        f"POST /api/projects/{project}/import HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Token {server.token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    place = urlsplit(server.url)
    with socket.create_connection((place.hostname, place.port)) as connection:
        connection.sendall(head.encode() + body[: int(len(body) * part)])
        time.sleep(0.1)


def _count(server: LabelStudio, project: int) -> int:
    return int(server.call("GET", f"/api/projects/{project}/")["task_number"])


def test_who_was_at_work_is_told_and_cannot_be_posted(labelstudio: LabelStudio) -> None:
    analyst = labelstudio.member("analyst@example.com")
    stranger = labelstudio.member("stranger@example.com")
    project = labelstudio.new_project()
    (task,) = labelstudio.plant(project, [{"data": {"text": "abc"}}])
    made = labelstudio.annotate(task, [], stranger, completed_by=analyst.id, updated_by=analyst.id)
    # Anybody names anybody as who completed it.
    assert made["completed_by"] == analyst.id
    (there,) = labelstudio.tasks(project)[0]["annotations"]
    assert (there["completed_by"], there["updated_by"]) == (analyst.id, stranger.id)
    labelstudio.change(made["id"], analyst, result=[])
    (there,) = labelstudio.tasks(project)[0]["annotations"]
    assert there["updated_by"] == analyst.id
    labelstudio.change(made["id"], stranger, result=[], updated_by=analyst.id)
    (there,) = labelstudio.tasks(project)[0]["annotations"]
    assert there["updated_by"] == stranger.id


def test_of_imported_annotations_nobody_is_told(labelstudio: LabelStudio) -> None:
    analyst = labelstudio.member("analyst@example.com")
    project = labelstudio.new_project()
    annotations = [{"result": [], "completed_by": analyst.id}, {"result": []}]
    labelstudio.plant(project, [{"data": {"text": "abc"}, "annotations": annotations}])
    found = labelstudio.tasks(project)[0]["annotations"]
    assert [(one["completed_by"], one["updated_by"]) for one in found] == [
        (analyst.id, None), (1, None),
    ]  # fmt: skip
