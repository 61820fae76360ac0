"""Whoever works blind finds nothing of a colleague's in a browser either, on whatever page."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Request, WebSocket, expect

from annotate.store import Store
from tests.browser.desk import NAVIGATE, Server, quiet, running
from tests.review.planting import QUOTE, SECRETS, STEPS, Planted, planted, tag
from tests.review.routes import PAGES
from tests.world import op, span

# What the viewer recorded themself: the walk must find that, else it looks at nothing.
MINE = "zvmine"
PATIENCE_S = 20.0


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    """A colleague's work, under review, on an article that the viewer has begun."""
    store = Store(tmp_path_factory.mktemp("blind") / "claimdesk.db")
    found = planted(store, "analyst", "begun")
    evidence = span("持开放态度")
    statement = {
        "claim_id": found.claim, "stance": "support", "speaker_id": found.actor, "note": MINE,
        "id": evidence["id"][:-1] + "0", "certainty": "stated", "evidence": [evidence["id"]],
    }  # fmt: skip
    tag(found, found.viewer, op("add_statement", statement=statement, spans=[evidence]))
    for stage in ("draft", "submitted", "in_review"):
        STEPS[stage](found, False)
    return found


@pytest.fixture(scope="module")
def server(here: Planted, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(here.store, tmp_path_factory.mktemp("server")) as found:
        yield found


class Heard:
    """All that a page was told: bodies of answers, frames of web sockets, and what it shows."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.told: list[tuple[str, str]] = []
        self._asked: set[Request] = set()
        page.on("request", lambda request: self._asked.add(request))
        page.on("requestfailed", lambda request: self._asked.discard(request))
        page.on("requestfinished", lambda request: self._answered(request))
        page.on("websocket", lambda socket: self._listen(socket))

    def _answered(self, request: Request) -> None:
        # A page that has been left has no bodies any more.
        with suppress(Error):
            response = request.response() if _may_tell(request.url) else None
            if response is not None:
                self.told.append((request.url, _text(response.body())))
        self._asked.discard(request)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: self.told.append(("frame", _text(payload))))

    def rest(self) -> None:
        """Wait until the script has run, and what it mounted has all that it asked for."""
        page = self.page
        quiet(page)
        expect(page.locator("[data-test-script-state=notRunning]")).to_have_count(1)
        expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
        expect(page.locator(".cd-work > .message", has_text="Loading")).to_have_count(0)
        deadline = time.monotonic() + PATIENCE_S
        while self._asked:
            assert time.monotonic() < deadline, [one.url for one in self._asked]
            page.wait_for_timeout(20)
            quiet(page)

    def take(self) -> list[tuple[str, str]]:
        """What came since the last call, with what the page shows now."""
        told, self.told = self.told, []
        return [*told, ("shown", self.page.content())]


def _may_tell(url: str) -> bool:
    """Whether an answer may be about somebody's work: modules and fonts are the same for all."""
    return not any(folder in url for folder in ("/static/", "/assets/"))


def _text(payload: str | bytes) -> str:
    return payload if isinstance(payload, str) else payload.decode("utf-8", "replace")


def _places(here: Planted) -> list[str]:
    values = {**here.ids, "article": here.article, "actor": here.actor, "claim": here.claim}
    project = {"project": here.world.project.id}
    asked = [(page, query) for page, queries in PAGES.items() for query in queries
             if "zq" not in str(query)]  # fmt: skip
    # A search for words that the colleague marked, and the links that would lead to their labels.
    asked += [
        ("articles", {"q": QUOTE}),
        ("tag", {"article": "{article}", "statement": here.ids["statement"]}),
        ("history", {"kind": "statement", "id": here.ids["statement"]}),
    ]
    filled = [
        (page, {name: one.format(**values) for name, one in query.items()}) for page, query in asked
    ]
    return [f"/{page}?{urlencode(project | query)}" for page, query in filled]


def test_a_blind_walk_through_every_page_finds_nothing(
    here: Planted, server: Server, context: BrowserContext
) -> None:
    context.add_cookies([server.cookie(here.viewer)])  # type: ignore[list-item]
    page = context.new_page()
    heard = Heard(page)
    # Who is a member is no secret: History offers all of them as a filter.
    secrets = (*SECRETS, here.colleague.id, here.ids["label_set"])
    found: list[str] = []
    mine: set[str] = set()
    before = ""
    for place in _places(here):
        if urlsplit(place).path == urlsplit(before).path:
            page.evaluate(NAVIGATE, place)
        else:
            page.goto(server.url + place)
        before = place
        heard.rest()
        for where, text in heard.take():
            found += [f"{place}: {secret} in {where}" for secret in secrets if secret in text]
            if MINE in text or here.viewer.display_name in text:
                mine.add("api" if "/api/" in where else where)
    assert found == []
    assert {"api", "frame", "shown"} <= mine
    # Once their own labels are in, the same page tells the colleague's: so the walk looks rightly.
    tag(here, here.viewer, op("submit"))
    page.goto(f"{server.url}/tag?article={here.article}&project={here.world.project.id}")
    heard.rest()
    assert any("zqnote" in text for _, text in heard.take())
