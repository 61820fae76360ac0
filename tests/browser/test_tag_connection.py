"""The connection goes and comes back: the page says so, and every edit is stored exactly once."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Route, expect

from annotate import accounts
from annotate.store import Store
from annotate.ui.visitor import COOKIE
from tests.browser.conftest import SitDown
from tests.browser.desk import running
from tests.browser.tagging import TagDesk, TagWorld
from tests.world import PASSWORD, build

WORDS = [f"word{n}" for n in range(12)]
TEXT = " ".join(WORDS)
OPS = re.compile(r"/api/tag/.*/ops")
AWAY = ("net::ERR_", "Client Error in reaching server", "Streamlit server is not responding")
SOON_MS = 30_000
LOST = 3
_hours = itertools.count()


def mark_unsaved(desk: TagDesk, *words: str) -> None:
    for word in words:
        desk.find(word)
        desk.press("3")


def stored_once(desk: TagDesk, *words: str) -> None:
    """Exactly these words are marked, in the store and on the page, each by one operation."""
    spans = desk.spans()
    assert [span.quote for span in spans] == list(words)
    assert all(len(desk.events("span", span.id)) == 1 for span in spans)
    label_set = desk.stored()
    assert label_set is not None
    assert label_set.revision == len(words)
    desk.counts(len(words), 0)
    assert [desk.pieces(span) for span in spans] == list(words)


def test_offline_and_back(
    sit_down: SitDown, context: BrowserContext, expected_complaints: list[str]
) -> None:
    expected_complaints.extend(AWAY)
    desk = sit_down(TEXT)
    mark_unsaved(desk, "word0")
    desk.saved()
    context.set_offline(True)
    mark_unsaved(desk, "word1", "word2")
    desk.unsaved("offline", 2)
    expect(desk.status).to_have_text("Not saved: no connection, 2 waiting")
    desk.press("Control+z")
    desk.unsaved("offline", 3)
    desk.counts(2, 0)
    desk.press("Control+Shift+z")
    mark_unsaved(desk, "word3")
    desk.counts(4, 0)
    desk.unsaved("offline", 5)
    assert [span.quote for span in desk.spans()] == ["word0"]
    context.set_offline(False)
    desk.saved()
    assert [span.quote for span in desk.spans()] == WORDS[:4]
    desk.page.reload()
    desk.ready()
    desk.counts(4, 0)


def test_a_server_killed_and_started_again(browser: Browser, tmp_path: Path) -> None:
    store = Store(tmp_path / "claimdesk.db")
    world = build(store)
    context = browser.new_context()
    with running(store, tmp_path) as server:
        tag_world = TagWorld(world, server)
        desk = tag_world.seat(context, tag_world.coder(), tag_world.article(TEXT)).open()
        mark_unsaved(desk, "word0")
        desk.saved()
        server.process.kill()
        server.process.wait()
        mark_unsaved(desk, "word1")
        desk.unsaved("offline", 1)
        streamlit = desk.page.locator(".stApp")
        expect(streamlit).not_to_have_attribute("data-test-connection-state", "CONNECTED")
        # Streamlit gives up on its first attempts and would now open its dialog over the text.
        desk.page.wait_for_event("console", lambda m: "is not responding" in m.text)
        mark_unsaved(desk, "word2")
        desk.unsaved("offline", 2)
        expect(desk.page.get_by_role("dialog")).to_have_count(0)
        # From here on nothing but Streamlit's own return can be what sends them.
        context.route(OPS, busy)
        desk.page.get_by_role("button", name="Try now").click()
        expect(desk.status).to_have_attribute("title", re.compile("503"))
        context.unroute(OPS)
    with running(store, tmp_path, server.port):
        expect(desk.status).to_have_attribute("data-state", "saved", timeout=SOON_MS)
        stored_once(desk, "word0", "word1", "word2")
        expect(streamlit).to_have_attribute(
            "data-test-connection-state", "CONNECTED", timeout=SOON_MS
        )
        mark_unsaved(desk, "word3")
        desk.saved()
        stored_once(desk, "word0", "word1", "word2", "word3")
        context.close()


def test_a_reload_while_nothing_can_be_sent_loses_nothing(
    sit_down: SitDown, context: BrowserContext, expected_complaints: list[str]
) -> None:
    expected_complaints.extend(AWAY)
    desk = sit_down(TEXT)
    mark_unsaved(desk, "word0")
    desk.saved()
    context.route(OPS, lambda route: route.abort())
    mark_unsaved(desk, "word1", "word2")
    desk.unsaved("offline", 2)
    desk.page.reload()
    desk.ready()
    desk.counts(3, 0)
    desk.unsaved("offline", 2)
    mark_unsaved(desk, "word3")
    desk.unsaved("offline", 3)
    assert [span.quote for span in desk.spans()] == ["word0"]
    context.unroute(OPS)
    desk.page.get_by_role("button", name="Try now").click()
    desk.saved()
    stored_once(desk, "word0", "word1", "word2", "word3")


def test_a_closed_tab_leaves_its_edits_to_the_next(
    sit_down: SitDown, context: BrowserContext, expected_complaints: list[str]
) -> None:
    expected_complaints.extend(AWAY)
    desk = sit_down(TEXT)
    other = desk.world.article("Another text.")
    context.route(OPS, lambda route: route.abort())
    mark_unsaved(desk, "word0", "word1")
    desk.unsaved("offline", 2)
    desk.page.close()
    context.unroute(OPS)
    # Opened on another article: what waits for the first one is sent all the same.
    with context.expect_event(
        "response", lambda response: OPS.search(response.url) is not None
    ) as sent:
        TagDesk(context.new_page(), desk.world, desk.person, other).open()
    assert desk.article.id in sent.value.url
    assert [span.quote for span in desk.spans()] == ["word0", "word1"]
    again = desk.another_tab()
    again.saved()
    stored_once(again, "word0", "word1")


def test_edits_of_an_article_that_was_left_are_sent_all_the_same(
    sit_down: SitDown, tag_world: TagWorld, context: BrowserContext, expected_complaints: list[str]
) -> None:
    expected_complaints.extend(AWAY)
    # Side by side in the queue, and at a second try behind those of the first.
    hour = f"2028-01-01T{next(_hours):02d}"
    following = tag_world.article(f"{TEXT} after", title="After it", published_at=f"{hour}:00:00Z")
    desk = sit_down(f"{TEXT} before", published_at=f"{hour}:01:00Z")
    context.route(OPS, lambda route: route.abort())
    mark_unsaved(desk, "word0")
    desk.unsaved("offline", 1)
    desk.press("j")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text(following.title)
    desk.ready()
    desk.unsaved("offline", 1)
    expect(desk.status).to_have_text("Not saved: 1 change to another article is waiting")
    mark_unsaved(desk, "word1")
    desk.unsaved("offline", 1)
    expect(desk.status).to_have_text("Not saved: no connection, 1 waiting")
    desk.press("k")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text(desk.article.title)
    desk.ready()
    desk.unsaved("offline", 1)
    mark_unsaved(desk, "word2")
    context.unroute(OPS)
    expect(desk.status).to_have_attribute("data-state", "saved", timeout=SOON_MS)
    stored_once(desk, "word0", "word2")
    other = TagDesk(desk.page, tag_world, desk.person, following).open()
    other.saved()
    stored_once(other, "word1")


def test_a_lost_acknowledgement_is_harmless(
    sit_down: SitDown, expected_complaints: list[str]
) -> None:
    expected_complaints.extend(AWAY)
    desk = sit_down(TEXT)
    lost: list[str] = []

    def lose(route: Route) -> None:
        if len(lost) >= LOST:
            route.continue_()
            return
        # The server does its work, but the answer never arrives.
        lost.append(route.fetch().text())
        route.abort("connectionreset")

    desk.page.route(OPS, lose)
    mark_unsaved(desk, "word0")
    desk.unsaved("offline", 1)
    mark_unsaved(desk, "word1")
    desk.saved()
    assert json.loads(lost[0])["outcomes"][0]["state"] == "applied"
    assert all(json.loads(body)["outcomes"][0]["state"] == "duplicate" for body in lost[1:])
    assert len(lost) == LOST
    stored_once(desk, "word0", "word1")
    expect(desk.toast()).to_have_count(0)


def test_a_server_in_trouble_is_asked_again(
    sit_down: SitDown, expected_complaints: list[str]
) -> None:
    expected_complaints.append("the server responded with a status of")
    desk = sit_down(TEXT)
    troubles = [500, 502, 429]

    def trouble(route: Route) -> None:
        if troubles:
            route.fulfill(status=troubles.pop(0), body="<h1>sorry</h1>")
        else:
            route.continue_()

    desk.page.route(OPS, trouble)
    mark_unsaved(desk, "word0")
    desk.unsaved("offline", 1)
    desk.saved()
    assert troubles == []
    stored_once(desk, "word0")


def busy(route: Route) -> None:
    """What a server answers that wants to be left alone for longer than any test lasts."""
    route.fulfill(status=503, headers={"Retry-After": "600"}, body="")


def test_what_waits_is_sent_as_soon_as_the_connection_is_back(
    sit_down: SitDown, tag_world: TagWorld, context: BrowserContext, expected_complaints: list[str]
) -> None:
    expected_complaints.extend([*AWAY, "the server responded with a status of 503"])
    later = {"title": "Opened next", "published_at": "2029-01-01T00:00:00Z"}
    following = tag_world.article(f"{TEXT} next", **later)
    desk = sit_down(f"{TEXT} first", published_at="2029-01-02T00:00:00Z")
    context.route(OPS, busy)
    mark_unsaved(desk, "word0", "word1")
    desk.unsaved("offline", 2)
    desk.press("j")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text(following.title)
    desk.ready()
    expect(desk.status).to_have_text("Not saved: 2 changes to another article are waiting")
    mark_unsaved(desk, "word2")
    expect(desk.status).to_have_text("Not saved: no connection, 1 waiting")
    context.unroute(OPS)
    context.set_offline(True)
    context.set_offline(False)
    desk.saved()
    assert [span.quote for span in desk.spans()] == ["word0", "word1"]
    there = TagDesk(desk.page, tag_world, desk.person, following)
    assert [span.quote for span in there.spans()] == ["word2"]


def test_edits_of_a_session_that_ended_wait_for_the_next(
    sit_down: SitDown, context: BrowserContext, expected_complaints: list[str]
) -> None:
    expected_complaints.append("the server responded with a status of 401")
    desk = sit_down(TEXT)
    mark_unsaved(desk, "word0")
    desk.saved()
    token = next(one["value"] for one in context.cookies() if one["name"] == COOKIE)
    accounts.sign_out(desk.world.store, token)
    mark_unsaved(desk, "word1")
    desk.unsaved("signedout", 1)
    expect(desk.status).to_have_text(
        "Signed out: sign in in another tab; nothing is lost, 1 waiting"
    )
    mark_unsaved(desk, "word2")
    desk.unsaved("signedout", 2)
    desk.counts(3, 0)
    other = context.new_page()
    other.goto(f"{desk.world.server.url}/signin")
    other.get_by_label("Name").fill(desk.person.name)
    other.get_by_label("Password").fill(PASSWORD)
    other.keyboard.press("Enter")
    expect(other.get_by_role("button", name=f"Account: {desk.person.name}")).to_be_visible()
    desk.page.bring_to_front()
    expect(desk.status).to_have_attribute("data-state", "saved", timeout=SOON_MS)
    stored_once(desk, "word0", "word1", "word2")
    mark_unsaved(desk, "word3")
    desk.saved()


def test_somebody_elses_session_does_not_take_the_edits(
    sit_down: SitDown, context: BrowserContext, expected_complaints: list[str]
) -> None:
    expected_complaints.append("the server responded with a status of 40")
    desk = sit_down(TEXT)
    stranger = desk.world.coder()
    context.add_cookies([desk.world.server.cookie(stranger)])
    mark_unsaved(desk, "word0")
    desk.unsaved("signedout", 1)
    head = desk.world.store.labels.head_of(desk.world.project_id, desk.article.id, stranger.id)
    assert head is None
    context.add_cookies([desk.world.server.cookie(desk.person)])
    desk.page.get_by_role("button", name="Try now").click()
    desk.saved()
    stored_once(desk, "word0")
