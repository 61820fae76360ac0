"""``sync`` on the command line, against a real server."""

from __future__ import annotations

import pytest

from annotate.labelstudio.secrets import TOKEN, URL
from tests.labelstudio.server import LabelStudio
from tests.test_cli import Ran, Run, run
from tests.world import TEXT, World, statement

__all__ = ["run"]


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TOKEN, raising=False)
    monkeypatch.delenv(URL, raising=False)


def counts(ran: Ran) -> dict[str, int]:
    (row,) = ran.json
    assert row["error"] is None, row
    return {name: count for name, count in row["counts"].items() if count}


def test_a_project_is_linked_looked_at_synchronised_and_unlinked(
    run: Run, world: World, labelstudio: LabelStudio
) -> None:
    fields = statement(world)
    linked = run("sync", "link", labelstudio.url, typed=labelstudio.token + "\n")
    assert linked.code == 0, linked.err
    number = int(linked.out)
    assert f"as {labelstudio.email}" in linked.err
    assert run("sync", "change", "--reveal").code == 0

    looked = run("sync", "--dry-run", "--json")
    (row,) = looked.json
    assert looked.code == 0
    assert [step["kind"] for step in row["steps"]].count("task.create") == 3
    assert labelstudio.tasks(number) == []

    first = run("sync", "--json")
    assert (first.code, counts(first)["task.create"]) == (0, 3)
    (task,) = [
        one for one in labelstudio.tasks(number) if one["data"]["article_id"] == world.articles[0]
    ]
    assert task["data"]["text"] == TEXT
    assert fields["id"] in {item.get("id") for item in task["annotations"][0]["result"]}
    assert run("sync").err == "Talks: both sides are in step\n"

    (listed,) = run("sync", "list", "--json").json
    assert (listed["remote_id"], listed["state"]) == (number, "done")
    assert run("sync", "unlink").code == 0
    again = run("sync", "link", labelstudio.url, "--into", str(number), typed=labelstudio.token)
    assert (again.code, again.out) == (0, f"{number}\n")
    assert "task.create" not in counts(run("sync", "--json"))
    assert len(labelstudio.tasks(number)) == 3
    for ran in (linked, looked, first, again):
        assert labelstudio.token not in ran.out + ran.err


def test_what_a_stranger_labels_waits_until_they_are_known(
    run: Run, world: World, labelstudio: LabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN, labelstudio.token)
    number = run("sync", "link", labelstudio.url, "--title", "Strangers").out.strip()
    link = world.store.links.link(world.project.id)
    assert link is not None
    assert (link.token, link.title) == (None, "Strangers")
    assert run("sync").code == 0
    (task,) = [
        one
        for one in labelstudio.tasks(int(number))
        if one["data"]["article_id"] == world.articles[0]
    ]
    start = TEXT.index("南屿")
    region = {
        "id": "r1", "from_name": "label", "to_name": "text", "type": "labels",
        "value": {"start": start, "end": start + 2, "labels": ["evidence"]},
    }  # fmt: skip
    labelstudio.annotate(task["id"], [region], labelstudio.member("stranger@example.org"))

    waiting = run("sync")
    assert waiting.code == 1
    assert f"task {task['id']}: person: " in waiting.out
    assert "stranger@example.org" in waiting.out
    assert run("show", world.articles[0], "--json").json["label_sets"] == []
    assert run("sync", "person", "stranger@example.org", "analyst-1").code == 0
    assert counts(run("sync", "--json")) == {"label_set.create_here": 1}
    (label_set,) = run("show", world.articles[0], "--json").json["label_sets"]
    assert (label_set["coder"], label_set["status"]) == ("analyst-1", "submitted")
    assert [span["quote"] for span in label_set["spans"]] == ["南屿"]
