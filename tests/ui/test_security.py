from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from annotate.ui import files
from annotate.ui.security import BodyLimit, content_security_policy, local_path, same_origin
from tests.world import World


def test_policy_allows_exactly_the_inline_scripts_of_the_shell() -> None:
    script = "\n  go()\n"
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = content_security_policy(f'<script>{script}</script><script src="/a.js"></script>')
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["script-src"] == f"'self' blob: 'sha256-{digest}'"
    assert rules["frame-ancestors"] == rules["object-src"] == rules["base-uri"] == "'none'"


def test_streamlits_own_inline_script_is_found() -> None:
    assert content_security_policy(files.shell_html()).count("'sha256-") == 1


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"origin": "http://desk.example"}, True),
        ({"origin": "https://desk.example"}, True),
        ({"origin": "http://evil.example"}, False),
        ({"origin": "http://desk.example.evil.example"}, False),
        ({"origin": "null"}, False),
        ({}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
    ],
)
def test_only_our_own_pages_are_the_same_origin(headers: dict[str, str], allowed: bool) -> None:
    assert same_origin(headers, "desk.example") is allowed


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "evil",
        "/\n/evil.example",
        "/\t/evil.example",
        "",
    ],
)
def test_nobody_is_sent_to_another_host(target: str) -> None:
    assert local_path(target) == "/"


def test_local_paths_keep_their_query() -> None:
    target = "/articles?q=%E5%9B%BD&project=1"
    assert local_path(target) == target


@given(st.text())
def test_local_path_always_begins_with_one_slash(target: str) -> None:
    path = local_path(target)
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))


def _echo(limit: int) -> TestClient:
    async def length(request: Request) -> PlainTextResponse:
        return PlainTextResponse(str(len(await request.body())))

    app = Starlette(
        routes=[Route("/{path:path}", length, methods=["POST"])],
        middleware=[Middleware(BodyLimit, limits={"/api/": limit, "/": 10})],
    )
    return TestClient(app)


def test_bodies_over_the_limit_are_refused_by_their_declared_length() -> None:
    client = _echo(100)
    assert client.post("/api/x", content=b"x" * 100).text == "100"
    refused = client.post("/api/x", content=b"x" * 101)
    assert refused.status_code == 413
    assert refused.json()["error"]["code"] == "too_large"
    assert client.post("/other", content=b"x" * 11).status_code == 413


def test_bodies_of_undeclared_length_are_counted_as_they_come() -> None:
    client = _echo(100)
    assert client.post("/api/x", content=iter([b"x" * 60, b"x" * 60])).status_code == 413
    assert client.post("/api/x", content=iter([b"x" * 60, b"x" * 40])).text == "100"


def test_every_answer_carries_the_headers(stranger: TestClient, world: World) -> None:
    for path in ("/signin", "/assets/tokens.css", "/api/session", "/nothing/here"):
        headers = stranger.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
