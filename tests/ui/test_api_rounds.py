"""The queue over HTTP where a round is open, and the next article."""

from __future__ import annotations

from collections.abc import Callable

from starlette.testclient import TestClient

from annotate import review
from annotate.model import Person, new_id
from annotate.reading import ListRequest
from annotate.review import Wish
from tests.world import World

SignIn = Callable[[Person], TestClient]


def test_the_next_article_comes_once_for_each_request(world: World, analyst: TestClient) -> None:
    wish = Wish("R", (world.analyst.id,), due_on="2030-02-01")
    review.create(world.store, world.operator, world.project.id, wish, ListRequest())
    where = {"project": world.project.id}
    queue = analyst.get("/api/queue", params=where).json()
    assert (queue["mine"], queue["assigned"], queue["offers"]) == ([], True, "next")
    asked = {"id": new_id()}
    first = analyst.post("/api/queue/next", params=where, json=asked).json()
    assert first == analyst.post("/api/queue/next", params=where, json=asked).json()
    (item,) = first["queue"]["mine"]
    assert item["id"] == first["article_id"]
    assert (first["queue"]["done"], first["queue"]["total"]) == (0, 1)
    assert first["queue"]["due_on"] == "2030-02-01"
    boot = analyst.get(f"/api/tag/{item['id']}", params=where).json()
    assert boot["queue"] == first["queue"]


def test_requests_that_cannot_be_met_are_refused(
    world: World, analyst: TestClient, sign_in: SignIn
) -> None:
    where = {"project": world.project.id}
    assert analyst.post("/api/queue/next", params=where, json={}).status_code == 400
    assert analyst.post("/api/queue/next", params=where, json={"id": "x"}).status_code == 400
    nothing = analyst.post("/api/queue/next", params=where, json={"id": new_id()}).json()
    assert nothing["article_id"] is None
    viewer = sign_in(world.people["viewer"])
    refused = viewer.post("/api/queue/next", params=where, json={"id": new_id()})
    assert refused.status_code == 403
