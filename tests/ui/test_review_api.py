from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from annotate import projects
from annotate.model import Person, new_id
from annotate.store import Store
from tests.review.coding import FIRST, SECOND, Coding, coding
from tests.ui.conftest import BASE
from tests.world import World, op

ORIGIN = {"origin": BASE}


@pytest.fixture
def desk(store: Store) -> Coding:
    made = coding(store)
    for coder, stance in ((0, "support"), (1, "oppose")):
        made.record(coder, FIRST)
        made.record(coder, SECOND, stance=stance)
        made.submit(coder)
    return made


@pytest.fixture
def world(desk: Coding) -> World:
    return desk.world


@pytest.fixture
def reviewer(desk: Coding, sign_in: Callable[[Person], TestClient]) -> TestClient:
    return sign_in(desk.reviewer)


def _boot(client: TestClient, desk: Coding, expected: int = 200) -> Any:
    answer = client.get(f"/api/review/{desk.article}", params={"project": desk.world.project.id})
    assert answer.status_code == expected, answer.text
    return answer.json()


def _send(
    client: TestClient, desk: Coding, *ops: dict[str, Any], base: int = 0, **more: Any
) -> Any:
    return client.post(
        f"/api/review/{desk.article}/ops",
        params={"project": desk.world.project.id},
        json={"client": "review-1", "base_revision": base, "ops": list(ops), **more},
        headers=ORIGIN,
    )


def _thread(client: TestClient, desk: Coding, expected: int = 200, /, **payload: Any) -> Any:
    answer = client.post(
        "/api/threads",
        params={"project": desk.world.project.id},
        json={"id": new_id(), **payload},
        headers=ORIGIN,
    )
    assert answer.status_code == expected, answer.text
    return answer.json()


def test_the_boot_of_a_review_holds_what_the_contract_says(
    reviewer: TestClient, desk: Coding
) -> None:
    boot = _boot(reviewer, desk)
    assert set(boot) == {
        "article", "boundaries", "project", "me", "codebook", "can_decide", "coders", "rows",
        "gold", "registry", "agreement", "place", "threads", "can_undo", "can_redo",
        "mark",
    }  # fmt: skip
    assert boot["project"]["hide_coders"] is False
    assert boot["gold"] == {"id": None, "status": None, "revision": 0}
    assert boot["place"] == {"position": 1, "total": 1, "next": None, "previous": None}
    assert [(one["letter"], one["name"], one["number"]) for one in boot["coders"]] == [
        ("A", "analyst-1", 1), ("B", "analyst-2", 1)
    ]  # fmt: skip
    first, second = boot["rows"]
    assert (first["verdict"], second["verdict"]) == ("unanimous", "partly")
    assert second["differs"] == ["stance"]
    version = second["versions"][0]
    assert set(version) == {
        "letter", "label_set_id", "entity_id", "digest", "entity", "spans"
    }  # fmt: skip
    assert [span["quote"] for span in version["spans"]] == [SECOND]
    assert set(boot["registry"]["actors"]) >= {desk.actors[0]}
    parts = {one["part"]: one for one in boot["agreement"]}
    assert list(parts) == ["found", "speaker", "holder", "claim", "stance", "certainty"]
    assert parts["found"]["value"] == 1.0


def test_decisions_are_applied_and_told(reviewer: TestClient, desk: Coding) -> None:
    row = _boot(reviewer, desk)["rows"][1]
    answer = _send(
        reviewer,
        desk,
        op("accept_unanimous"),
        op("decide", row_kind="statement", sources=row["versions"],
           take={"stance": row["versions"][1]["label_set_id"]}),
        op("make_gold"),
        op("frobnicate"),
    ).json()  # fmt: skip
    assert [one["state"] for one in answer["outcomes"]] == ["applied"] * 3 + ["refused"]
    assert answer["gold"]["status"] == "accepted"
    assert {one["status"] for one in answer["coders"]} == {"accepted"}
    decision = answer["rows"][1]["decision"]
    assert (decision["verdict"], decision["by"]) == ("accepted", "reviewer-1")
    assert decision["entity"]["stance"] == "oppose"
    assert [span["quote"] for span in decision["spans"]] == [SECOND]
    assert answer["can_undo"] is False


def test_only_rows_that_changed_travel_again(reviewer: TestClient, desk: Coding) -> None:
    boot = _boot(reviewer, desk)
    first, second = boot["rows"]
    reject = op("reject", row_kind="statement", sources=second["versions"], reason="no")
    answer = _send(reviewer, desk, reject, mark=boot["mark"]).json()
    assert [one["id"] for one in answer["rows"]] == [second["id"]]
    assert answer["order"] == [first["id"], second["id"]]
    # Where nobody knows what the page has, it is told all.
    for mark in ("", "unknown", 7, None):
        answer = _send(reviewer, desk, op("undo"), mark=mark).json()
        assert len(answer["rows"]) == 2
        assert "order" not in answer
    again = _boot(reviewer, desk)
    assert _send(reviewer, desk, op("undo"), mark=again["mark"]).json()["rows"] == []


def test_what_has_to_be_confirmed_says_by_which_field(reviewer: TestClient, desk: Coding) -> None:
    for coder, value in ((0, "relevant"), (1, "marginal")):
        desk.again(coder, op("set_document_label", name="relevance", values=[value]))
    rows = _boot(reviewer, desk)["rows"]
    decided = [op("decide", row_kind="statement", sources=one["versions"]) for one in rows[:2]]
    answer = _send(reviewer, desk, *decided, op("make_gold")).json()
    refused = answer["outcomes"][-1]
    assert (refused["code"], refused["needs"]) == ("unconfirmed", "leave_open")
    answer = _send(reviewer, desk, op("make_gold", leave_open=True)).json()
    assert answer["gold"]["status"] == "accepted"


def test_who_may_not_review_is_refused(
    desk: Coding, sign_in: Callable[[Person], TestClient]
) -> None:
    for role in ("analyst", "viewer"):
        client = sign_in(desk.world.people[role])  # type: ignore[index]
        assert _boot(client, desk, 403)["error"]["code"] == "forbidden"
        assert _send(client, desk, op("accept_unanimous")).status_code == 403
    assert desk.gold() is None


def test_hidden_coders_have_no_name_anywhere(reviewer: TestClient, desk: Coding) -> None:
    coder = desk.coders[0]
    projects.describe(desk.store, desk.world.operator, desk.world.project.id, hide_coders=True)
    _thread(
        reviewer, desk, kind="open", thread_id=new_id(), comment_id=new_id(),
        article_id=desk.article, label_set_id=desk.head(0), thread_kind="article", text="Why?",
    )  # fmt: skip
    (thread,) = desk.store.threads.on(desk.world.project.id, desk.article)
    with desk.store.write(coder.id) as tx:
        desk.store.threads.comment(tx, thread, new_id(), "Because")
    text = reviewer.get(
        f"/api/review/{desk.article}", params={"project": desk.world.project.id}
    ).text
    for person in desk.coders[:2]:
        assert person.id not in text
        assert person.display_name not in text
    boot = _boot(reviewer, desk)
    letter = next(o["letter"] for o in boot["coders"] if o["label_set_id"] == desk.head(0))
    assert boot["threads"][0]["comments"][1]["by"] == f"Coder {letter}"
    said = _send(reviewer, desk, op("accept_unanimous")).text
    assert coder.display_name not in said


def test_threads_are_opened_answered_and_resolved(
    reviewer: TestClient, desk: Coding, sign_in: Callable[[Person], TestClient]
) -> None:
    thread_id, statement = new_id(), desk.rows()[0].versions[0]
    opened = _thread(
        reviewer, desk, kind="open", thread_id=thread_id, comment_id=new_id(),
        article_id=desk.article, label_set_id=statement.label_set_id, thread_kind="statement",
        entity_id=statement.entity_id, text="Is this the speaker?",
    )  # fmt: skip
    assert opened["threads"][0]["comments"][0]["by"] == "reviewer-1"
    coder = next(p for n, p in enumerate(desk.coders[:2]) if desk.head(n) == statement.label_set_id)
    client = sign_in(coder)
    _thread(client, desk, kind="comment", thread_id=thread_id, comment_id=new_id(), text="Yes")
    told = _thread(client, desk, kind="resolve", thread_id=thread_id)["threads"][0]
    assert (told["resolved"], told["mine"]) == (True, False)
    assert [one["mine"] for one in told["comments"]] == [False, True]
    listed = client.get(
        "/api/threads", params={"project": desk.world.project.id, "article": desk.article}
    ).json()
    assert listed["threads"] == [told]
    viewer = sign_in(desk.world.people["viewer"])
    _thread(viewer, desk, 403, kind="reopen", thread_id=thread_id)
    _thread(client, desk, 400, kind="comment", thread_id=thread_id, comment_id=new_id(), text=" ")
