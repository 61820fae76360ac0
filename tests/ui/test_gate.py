from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from annotate import accounts
from annotate.model import Person
from annotate.ui.gate import Gate
from annotate.ui.visitor import COOKIE
from tests.world import PASSWORD, World

HTML = {"accept": "text/html"}


def test_pages_lead_to_the_sign_in_and_back(
    stranger: TestClient, world: World, sign_in: Callable[[Person], TestClient]
) -> None:
    admin = sign_in(world.people["admin"])
    answer = stranger.get("/articles?q=国安", headers=HTML)
    assert answer.status_code == 303
    entrance = answer.headers["location"]
    assert entrance == "/signin?next=%2Farticles%3Fq%3D%25E5%259B%25BD%25E5%25AE%2589"
    assert admin.get(entrance).headers["location"] == "/articles?q=%E5%9B%BD%E5%AE%89"


def test_before_anybody_can_sign_in_pages_lead_to_the_setup(stranger: TestClient) -> None:
    assert stranger.get("/articles", headers=HTML).headers["location"] == "/setup"


@pytest.mark.parametrize(
    "path",
    [
        "/api/session",
        "/api/articles?project=x",
        "/_stcore/metrics",
        "/media/x",
        "/export/download/x",
    ],
)
def test_nothing_is_told_without_a_session(stranger: TestClient, world: World, path: str) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "signed_out"


def test_a_signed_in_person_gets_the_shell(analyst: TestClient) -> None:
    answer = analyst.get("/articles", headers=HTML)
    assert answer.status_code == 200
    assert "<title>Claimdesk</title>" in answer.text
    assert '<link rel="stylesheet" href="/assets/tokens.css">' in answer.text


def test_changes_from_another_site_are_refused(analyst: TestClient) -> None:
    for path in ("/signout", "/api/tag/x/ops", "/signin"):
        answer = analyst.post(path, headers={"origin": "http://evil.example"})
        assert answer.status_code == 403, path


def test_an_ended_session_is_refused_at_the_next_request(analyst: TestClient, world: World) -> None:
    assert analyst.get("/api/session").status_code == 200
    accounts.change_person(world.store, world.operator, world.analyst, active=False)
    assert analyst.get("/api/session").status_code == 401


@pytest.fixture
def socket_app(served: Starlette) -> Starlette:
    async def hello(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text("hello")
        await socket.close()

    return Starlette(
        routes=[WebSocketRoute("/_stcore/stream", hello)], middleware=[Middleware(Gate)]
    )


def test_a_websocket_needs_a_session(
    socket_app: Starlette, world: World, sign_in: Callable[[Person], TestClient]
) -> None:
    client = TestClient(socket_app)
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream"):
        pass
    sign_in(world.analyst)
    token = accounts.sign_in(world.store, world.analyst.name, PASSWORD, "10.0.0.1", "test")
    with client.websocket_connect(
        "/_stcore/stream", headers={"cookie": f"{COOKIE}={token}"}
    ) as socket:
        assert socket.receive_text() == "hello"


def test_assets_are_served_with_type_and_etag(stranger: TestClient) -> None:
    answer = stranger.get("/assets/articles/entry.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    again = stranger.get(
        "/assets/articles/entry.js", headers={"if-none-match": answer.headers["etag"]}
    )
    assert again.status_code == 304
    style = stranger.get("/assets/tokens.css")
    assert style.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize(
    "path",
    ["/assets/../main.py", "/assets/%2e%2e/main.py", "/assets/..%2fmain.py", "/assets//etc/passwd"],
)
def test_assets_stay_inside_their_folder(stranger: TestClient, path: str) -> None:
    assert stranger.get(path).status_code in (401, 404)
