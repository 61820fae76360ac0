from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from annotate import accounts
from annotate.store import Store
from annotate.ui.visitor import COOKIE
from tests.ui.conftest import BASE
from tests.world import PASSWORD, World

ORIGIN = {"origin": BASE}


@pytest.fixture
def known(world: World) -> World:
    for person in (world.people["admin"], world.analyst):
        accounts.set_password(world.store, world.operator, person, PASSWORD)
    return world


def _form(client: TestClient, path: str) -> dict[str, str]:
    page = client.get(path)
    assert page.status_code == 200, page.headers
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))


def _sign_in(client: TestClient, name: str, password: str, next_: str = "/tag"):
    form = _form(client, f"/signin?next={next_}")
    return client.post("/signin", data={**form, "name": name, "password": password}, headers=ORIGIN)


def test_signing_in_sets_a_guarded_cookie_and_goes_on(stranger: TestClient, known: World) -> None:
    answer = _sign_in(stranger, "analyst-1", PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/tag")
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert stranger.get("/api/session").json()["me"]["name"] == "analyst-1"


def test_over_https_the_cookie_is_secure(stranger: TestClient, known: World) -> None:
    stranger.base_url = BASE.replace("http:", "https:")
    answer = _sign_in(stranger, "analyst-1", PASSWORD)
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(COOKIE))
    assert "Secure" in cookie


def test_a_wrong_name_and_a_wrong_password_look_the_same(
    stranger: TestClient, known: World
) -> None:
    pages = []
    for name in ("analyst-1", "nobody-1"):
        answer = _sign_in(stranger, name, "wrong password")
        assert answer.status_code == 403
        assert COOKIE not in answer.headers.get("set-cookie", "")
        pages.append(answer.text.replace(name, "NAME"))
    assert pages[0] == pages[1]
    assert "Name or password is not right" in pages[0]
    # Whoever was deactivated is not told so, but whom to ask.
    assert "ask an administrator" in pages[0]


def test_too_many_failures_close_the_door_for_the_right_password_too(
    stranger: TestClient, known: World
) -> None:
    for _ in range(accounts.FAILURES_A_NAME_AND_ADDRESS):
        _sign_in(stranger, "analyst-1", "wrong password")
    answer = _sign_in(stranger, "analyst-1", PASSWORD)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "900"
    assert "too many failed attempts" in answer.text


def test_a_form_without_its_token_is_refused(stranger: TestClient, known: World) -> None:
    fields = {"name": "analyst-1", "password": PASSWORD}
    answer = stranger.post("/signin", data=fields, headers=ORIGIN)
    assert answer.status_code == 403
    assert "expired" in answer.text
    form = _form(stranger, "/signin")
    answer = stranger.post("/signin", data={**form, **fields, "csrf": "x"}, headers=ORIGIN)
    assert answer.status_code == 403


def test_what_was_typed_comes_back_as_text(stranger: TestClient, known: World) -> None:
    answer = _sign_in(stranger, '"><script>alert(1)</script>', "x", "/%22%3E%3Cb%3E")
    assert "<script>" not in answer.text
    assert "<b>" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_one_is_sent_on_to_local_pages_only(stranger: TestClient, known: World) -> None:
    answer = _sign_in(stranger, "analyst-1", PASSWORD, "//evil.example/")
    assert answer.headers["location"] == "/"


def test_signing_out_needs_the_token_and_ends_the_session(analyst: TestClient) -> None:
    assert analyst.post("/signout", data={"csrf": "x"}, headers=ORIGIN).status_code == 403
    assert analyst.post("/signout", data={"csrf": "é"}, headers=ORIGIN).status_code == 403
    csrf = analyst.get("/api/session").json()["csrf"]
    answer = analyst.post("/signout", data={"csrf": csrf}, headers=ORIGIN)
    assert answer.headers["location"] == "/signin"
    assert f'{COOKIE}="";' in answer.headers["set-cookie"]
    assert analyst.get("/api/session").status_code == 401


def test_signing_in_again_ends_the_session_before(
    stranger: TestClient, known: World, store: Store
) -> None:
    _sign_in(stranger, "analyst-1", PASSWORD)
    before = stranger.cookies[COOKIE]
    form = {"csrf": "t", "next": "/", "name": "analyst-1", "password": PASSWORD}
    stranger.cookies.set("claimdesk_form", "t")
    assert stranger.post("/signin", data=form, headers=ORIGIN).status_code == 303
    assert accounts.session_person(store, before) is None


def test_the_first_administrator_needs_the_code(stranger: TestClient, store: Store) -> None:
    assert stranger.get("/signin").headers["location"] == "/setup"
    code = accounts.begin_setup(store)
    assert code is not None
    fields = {"name": "head", "password": PASSWORD, "again": PASSWORD}
    wrong = stranger.post(
        "/setup", data={**_form(stranger, "/setup"), **fields, "code": "0"}, headers=ORIGIN
    )
    assert wrong.status_code == 403
    assert "setup code is not right" in wrong.text
    differ = stranger.post(
        "/setup",
        data={**_form(stranger, "/setup"), **fields, "code": code, "again": "another one"},
        headers=ORIGIN,
    )
    assert differ.status_code == 400
    right = stranger.post(
        "/setup", data={**_form(stranger, "/setup"), **fields, "code": code}, headers=ORIGIN
    )
    assert (right.status_code, right.headers["location"]) == (303, "/")
    assert stranger.get("/api/session").json()["me"]["name"] == "head"
    assert store.people.named("head").role == "admin"
    stranger.cookies.clear()
    assert stranger.get("/setup").headers["location"] == "/signin"
