from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from annotate import versions
from annotate.codebook import DEFAULT
from annotate.model import Person, new_id
from annotate.ui.serving import KIB
from tests.ui.conftest import BASE
from tests.world import TEXT, World, op, span, statement

ORIGIN = {"origin": BASE}


def _get(client: TestClient, path: str, expected: int = 200, /, **query: Any) -> Any:
    answer = client.get(path, params=query)
    assert answer.status_code == expected, answer.text
    return answer.json()


def _send(
    client: TestClient, world: World, *operations: dict[str, Any], base: int = 0, **headers: str
) -> Any:
    return client.post(
        f"/api/tag/{world.articles[0]}/ops",
        params={"project": world.project.id},
        json={"client": "page-1", "base_revision": base, "ops": list(operations)},
        headers={**ORIGIN, **headers},
    )


def test_the_boot_of_an_article_holds_what_the_contract_says(
    analyst: TestClient, world: World
) -> None:
    boot = _get(analyst, f"/api/tag/{world.articles[0]}", project=world.project.id)
    assert boot["article"]["text"] == TEXT
    assert boot["article"]["captions"] == ["图：会场"]
    assert (boot["boundaries"][0], boot["boundaries"][-1]) == (0, len(TEXT))
    assert boot["project"] == {"id": world.project.id, "name": "Talks", "blind": True}
    assert boot["can_edit"] is True
    assert boot["codebook"]["version"] == 1
    assert [kind["name"] for kind in boot["codebook"]["span_kinds"]] == [
        "actor", "claim", "evidence"
    ]  # fmt: skip
    assert boot["label_set"] == {
        "id": None, "revision": 0, "status": "draft", "spans": [], "statements": [],
        "document_labels": {}, "can_undo": False, "can_redo": False,
    }  # fmt: skip
    assert {item["id"] for item in boot["queue"]["mine"]} == set(world.articles)
    assert boot["others"] == []


def test_the_boot_names_values_that_the_codebook_has_withdrawn(
    analyst: TestClient, world: World
) -> None:
    question = DEFAULT.document_labels[0]
    book = replace(
        DEFAULT,
        stances=DEFAULT.stances[:3],
        document_labels=(replace(question, values=question.values[:2]),),
    )
    versions.save(world.store, world.operator, world.project.id, book, "Fewer", base=1)
    boot = _get(analyst, f"/api/tag/{world.articles[0]}", project=world.project.id)
    gone = boot["codebook"]["withdrawn"]
    assert [(one["name"], one["zh"], one["key"]) for one in gone["stances"]] == [
        ("unclear", "不明", "")
    ]
    assert [value["name"] for value in boot["codebook"]["stances"]] == [
        "support", "oppose", "neutral",
    ]  # fmt: skip
    assert (gone["span_kinds"], gone["certainties"]) == ([], [])
    (label,) = gone["document_labels"]
    assert [value["zh"] for value in label["values"]] == ["不相关"]


def test_operations_are_applied_and_told(analyst: TestClient, world: World) -> None:
    first = span("南屿", kind="actor")
    bad = {**span("磋商机制"), "quote": "something else"}
    answer = _send(analyst, world, op("add_span", span=first), op("add_span", span=bad)).json()
    assert [outcome["state"] for outcome in answer["outcomes"]] == ["applied", "refused"]
    assert answer["outcomes"][1]["code"] == "invalid"
    assert answer["revision"] == 1
    assert answer["can_undo"] is True
    assert answer["changes"]["spans"][first["id"]]["quote"] == "南屿"
    assert answer["changes"]["spans"][bad["id"]] is None
    boot = _get(analyst, f"/api/tag/{world.articles[0]}", project=world.project.id)
    assert [one["id"] for one in boot["label_set"]["spans"]] == [first["id"]]


def test_new_registry_entries_come_back_as_briefs(analyst: TestClient, world: World) -> None:
    id_ = new_id()
    created = op("create_actor", actor={"id": id_, "name": "北岸政府", "kind": "government"})
    answer = _send(analyst, world, created).json()
    assert answer["changes"]["actors"][id_] == {
        "id": id_, "name": "北岸政府", "kind": "government", "aliases": []
    }  # fmt: skip
    found = _get(analyst, "/api/registry/actors", q="北岸", project=world.project.id)
    assert found["items"][0] == {
        "id": id_, "name": "北岸政府", "kind": "government", "aliases": [],
        "matched": "北岸政府", "same": False, "uses": 0,
    }  # fmt: skip


def test_a_claim_is_told_in_its_readers_language_too(analyst: TestClient, world: World) -> None:
    aliases = [
        {"text": "洛安開放", "language": "zh-Hant", "kind": "translation"},
        {"text": "洛安开放", "language": "zh-Hans", "kind": "translation"},
        {"text": "Loan", "language": "zh-Hans", "kind": "term"},
    ]
    claim = {"id": new_id(), "text": "Loan open", "aliases": aliases}
    bare = {"id": new_id(), "text": "Loan open, too"}
    _send(analyst, world, op("create_claim", claim=claim), op("create_claim", claim=bare))

    def told() -> list[str]:
        found = _get(analyst, "/api/registry/claims", q="loan", project=world.project.id)["items"]
        return [one["translation"] for one in found]

    assert told() == ["", ""]
    analyst.headers["accept-language"] = "zh-CN"
    assert told() == ["洛安开放", ""]


def test_whoever_published_an_article_is_known_on_it(analyst: TestClient, world: World) -> None:
    source, other = new_id(), new_id()
    made = [
        op("create_actor", actor={"id": source, "name": "Coast News", "kind": "media",
                                  "aliases": [{"text": "海岸通讯"}]}),
        op("create_actor", actor={"id": other, "name": "Nobody's paper", "kind": "media"}),
    ]  # fmt: skip
    assert _send(analyst, world, *made).status_code == 200
    boot = _get(analyst, f"/api/tag/{world.articles[0]}", project=world.project.id)
    assert source in boot["registry"]["actors"]
    assert other not in boot["registry"]["actors"]


def test_a_document_label_and_its_removal(analyst: TestClient, world: World) -> None:
    set_ = op("set_document_label", name="relevance", values=["relevant"])
    assert _send(analyst, world, set_).json()["changes"]["document_labels"] == {
        "relevance": ["relevant"]
    }
    unset = op("set_document_label", name="relevance", values=[])
    answer = _send(analyst, world, unset, base=1).json()
    assert answer["changes"]["document_labels"] == {"relevance": []}


def test_changes_need_the_csrf_token(analyst: TestClient, world: World) -> None:
    answer = _send(analyst, world, op("undo"), **{"x-csrf-token": "forged"})
    assert answer.status_code == 403
    assert answer.json()["error"]["hint"] == "Reload it"


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"[]",
        b'{"ops": 1}',
        b'{"ops": [1], "base_revision": 0, "client": "x"}',
        b'{"ops": [], "base_revision": "0", "client": "x"}',
        b'{"ops": [], "base_revision": 9223372036854775808, "client": "x"}',
        b'{"ops": [], "base_revision": 0, "client": ""}',
    ],
)
def test_a_request_that_cannot_be_read_is_refused(
    analyst: TestClient, world: World, body: bytes
) -> None:
    answer = analyst.post(
        f"/api/tag/{world.articles[0]}/ops?project={world.project.id}",
        content=body,
        headers=ORIGIN,
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid"


def test_a_body_that_grows_past_the_limit_is_too_large(analyst: TestClient, world: World) -> None:
    answer = analyst.post(
        f"/api/tag/{world.articles[0]}/ops?project={world.project.id}",
        content=(b" " * KIB for _ in range(2100)),
        headers=ORIGIN,
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


def test_what_one_may_not_see_does_not_exist(
    analyst: TestClient, world: World, sign_in: Callable[[Person], TestClient]
) -> None:
    assert _get(analyst, "/api/tag/nothing", 404, project=world.project.id)
    assert _get(analyst, f"/api/tag/{world.articles[0]}", 404, project=new_id())
    assert _get(analyst, "/api/articles", 400)["error"]["code"] == "invalid"
    assert _get(analyst, "/api/nothing", 404)
    viewer = sign_in(world.people["viewer"])
    assert _send(viewer, world, op("undo")).status_code == 403
    boot = _get(viewer, f"/api/tag/{world.articles[0]}", project=world.project.id)
    assert boot["can_edit"] is False


def test_a_blind_coder_sees_no_colleagues_labels(
    analyst: TestClient, world: World, sign_in: Callable[[Person], TestClient]
) -> None:
    statement(world, person=world.people["reviewer"])
    boot = _get(analyst, f"/api/tag/{world.articles[0]}", project=world.project.id)
    assert boot["others"] == []
    assert boot["registry"]["claims"] == {}
    found = _get(analyst, "/api/registry/claims", q="", project=world.project.id)
    assert {item["uses"] for item in found["items"]} <= {0}


def test_the_list_finds_filters_and_marks(analyst: TestClient, world: World) -> None:
    project = world.project.id
    rows = _get(analyst, "/api/articles", q="磋商", project=project)["items"]
    titles = {row["title"]: row for row in rows}
    row = titles["议会质询"]
    assert [row["snippet"][a:b] for a, b in row["snippet_marks"]] == ["磋商"]
    assert row["status"] == "todo"
    traditional = _get(analyst, "/api/articles", q="議會", project=project)["items"]
    assert [row["title"] for row in traditional] == ["议会质询"]
    english = _get(analyst, "/api/articles", language="en", project=project)["items"]
    assert [row["source"] for row in english] == ["Harbour Wire"]
    dated = _get(
        analyst, "/api/articles", **{"from": "2026-02-14", "to": "2026-02-14"}, project=project
    )
    assert [row["source"] for row in dated["items"]] == ["Harbour Wire"]
    assert _get(analyst, "/api/articles", 400, **{"from": "14.2.2026"}, project=project)


def test_the_list_is_paged_there_and_back(analyst: TestClient, world: World) -> None:
    query = {"project": world.project.id, "limit": 1, "sort": "oldest"}
    seen, page = [], _get(analyst, "/api/articles", **query)
    while True:
        seen += [row["id"] for row in page["items"]]
        if page["after"] is None:
            break
        page = _get(analyst, "/api/articles", after=page["after"], **query)
    assert sorted(seen) == sorted(world.articles)
    back = _get(analyst, "/api/articles", before=page["before"], **query)
    assert back["items"][0]["id"] == seen[-2]
    assert _get(analyst, "/api/articles", 400, after="forged", **query)


def test_the_counts_of_the_list(analyst: TestClient, world: World) -> None:
    statement(world)
    counts = _get(analyst, "/api/articles/counts", project=world.project.id, status="draft")
    assert (counts["total"], counts["matched"]) == (3, 1)
    assert {"value": "draft", "count": 1} in counts["statuses"]
    assert {"value": "海岸通讯", "count": 2} in counts["sources"]


def test_the_queue_and_the_session(analyst: TestClient, world: World) -> None:
    statement(world)
    queue = _get(analyst, "/api/queue", project=world.project.id)
    assert queue["mine"][0]["id"] == world.articles[0]
    assert (queue["mine"][0]["status"], queue["mine"][0]["statements"]) == ("draft", 1)
    assert _get(analyst, "/api/session")["me"]["name"] == world.analyst.name


def test_a_mistake_of_ours_is_answered_without_its_details(
    analyst: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("annotate.reading.queue", fail)
    answer = analyst.get("/api/queue", params={"project": world.project.id})
    assert answer.status_code == 500
    assert "secret" not in answer.text
