"""Choosing a language over HTTP: one's own, the browser's, and the words themselves."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from annotate import accounts
from annotate.model import Language
from annotate.ui import languages, times, visitor
from annotate.ui.i18n import edition
from annotate.ui.visitor import Visitor
from tests.world import PASSWORD, World

CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}


def choose(client: TestClient, **fields: Any) -> Any:
    form = {"csrf": client.headers["x-csrf-token"], "next": "/articles?project=x", **fields}
    return client.post("/language", data=form)


def test_a_person_chooses_for_good(analyst: TestClient, world: World) -> None:
    assert "项目" not in analyst.get("/api/queue?project=none").text
    response = choose(analyst, language="zh-Hans")
    assert (response.status_code, response.headers["location"]) == (303, "/articles?project=x")
    person = world.store.people.get(world.analyst.id)
    assert person.language == "zh-Hans"
    event = world.store.history.events("person", person.id)[0]
    assert (event.action, event.by, event.after) == (
        "person.language", person.id, {"language": "zh-Hans"},
    )  # fmt: skip
    # It goes before what the browser asks for, for whoever chose and nobody else.
    answer = analyst.get("/api/queue?project=none", headers={"accept-language": "en"})
    assert answer.json()["error"]["message"].endswith("没有项目 none")
    assert world.store.people.get(world.people["editor"].id).language == ""
    choose(analyst, language="")
    assert world.store.people.get(world.analyst.id).language == ""


def test_choosing_needs_the_sessions_token(analyst: TestClient, world: World) -> None:
    assert choose(analyst, csrf="guessed", language="zh-Hans").status_code == 403
    assert choose(analyst, csrf="猜测", language="zh-Hans").status_code == 403
    assert world.store.people.get(world.analyst.id).language == ""


def test_one_goes_on_to_local_pages_only(analyst: TestClient) -> None:
    away = choose(analyst, language="en", next="https://elsewhere.example/")
    assert away.headers["location"] == "/"


def test_before_signing_in_the_browser_decides(stranger: TestClient, world: World) -> None:
    accounts.set_password(world.store, world.operator, world.people["admin"], PASSWORD)
    assert '<html lang="en">' in stranger.get("/signin").text
    page = stranger.get("/signin?next=%2Ftag", headers=CHINESE).text
    assert '<html lang="zh-Hans">' in page
    assert "登录" in page
    assert 'hreflang="en"' in page


def test_before_signing_in_one_can_choose(stranger: TestClient, world: World) -> None:
    accounts.set_password(world.store, world.operator, world.people["admin"], PASSWORD)
    query = {"language": "zh-Hans", "next": "/signin?next=%2Ftag"}
    response = stranger.get("/signin/language", params=query)
    assert response.headers["location"] == "/signin?next=%2Ftag"
    assert "httponly" in response.headers["set-cookie"].lower()
    assert "登录" in stranger.get("/signin").text
    # A wrong password is told of in the same language.
    token = stranger.cookies["claimdesk_form"]
    form = {"csrf": token, "name": "admin-1", "password": "wrong", "next": "/"}
    assert "用户名或密码不正确。" in stranger.post("/signin", data=form).text
    stranger.get("/signin/language?language=xx&next=//elsewhere.example")
    assert stranger.cookies[languages.COOKIE] == "zh-Hans"


def test_refusals_are_told_in_the_browsers_language(stranger: TestClient) -> None:
    answer = stranger.get("/api/queue", headers=CHINESE)
    assert answer.json()["error"]["message"] == "尚未登录"
    elsewhere = stranger.post("/api/x", headers=CHINESE | {"origin": "https://elsewhere.example"})
    assert elsewhere.json()["error"]["message"] == "请求来自其他网站"
    large = stranger.post("/signin", content=b"x" * 100_000, headers=CHINESE)
    assert "字节" in large.json()["error"]["message"]


def test_the_words_may_be_kept_by_the_browser(stranger: TestClient) -> None:
    answer = stranger.get(f"/assets/words/{edition()}/zh-Hans.json")
    assert answer.json()["Sign out"] == "退出登录"
    assert "immutable" in answer.headers["cache-control"]
    assert stranger.get(f"/assets/words/{edition()}/en.json").json() == {}
    assert stranger.get(f"/assets/words/{edition()}/xx.json").json() == {}
    # Those of another edition may not: an old page would keep new words under an old name.
    old = stranger.get("/assets/words/0123456789ab/zh-Hans.json")
    assert (old.json()["Sign out"], old.headers["cache-control"]) == ("退出登录", "no-store")


CALLBACK = """
import streamlit as st
from annotate.ui.i18n import t

def note():
    st.session_state["said"] = t("Sign out")

st.button("Press", on_click=note)
"""


def test_a_callback_speaks_its_readers_language_before_the_script_runs(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.set_language(world.store, world.analyst, "zh-Hans")
    asking = Visitor(world.store.people.get(world.analyst.id), "token")
    monkeypatch.setattr(visitor, "of_page", lambda: asking)
    app = AppTest.from_string(CALLBACK, default_timeout=30).run()
    app.button[0].click().run()
    assert app.session_state["said"] == "退出登录"


@pytest.mark.parametrize(
    ("language", "zone", "expected"),
    [
        ("en", "Asia/Shanghai", "14 Feb 2024, 00:30"),
        ("zh-Hans", "Asia/Shanghai", "2024年2月14日 00:30"),
        ("zh-Hans", "No/Where", "2024年2月13日 16:30"),
        ("en", None, "13 Feb 2024, 16:30"),
    ],
)
def test_moments_as_the_browser_would_write_them(
    language: Language, zone: str | None, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(times.st, "context", SimpleNamespace(timezone=zone))
    with languages.speaking(language):
        assert times.moment("2024-02-13T16:30:29.123Z") == expected
        assert times.moment("never") == "never"
