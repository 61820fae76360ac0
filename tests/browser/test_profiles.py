"""A profile that was lent before is like a new one, but for what it has fetched."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.profiles import STILL, Profiles

LEAVE = """async () => {
  localStorage.left = sessionStorage.left = document.cookie = "left=1"
  await new Promise((done) => { indexedDB.open("left", 1).onsuccess = done })
  await caches.open("left")
}"""
FIND = """async () => [
  ...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie,
  ...(await indexedDB.databases()).map((one) => one.name), ...(await caches.keys()),
]"""


@pytest.fixture
def site() -> Iterator[tuple[str, list[str]]]:
    """A page with a script that may be kept; the paths that were asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            script = self.path == "/kept.js"
            self.send_response(200)
            self.send_header("content-type", "text/javascript" if script else "text/html")
            self.send_header("cache-control", "max-age=600" if script else "no-store")
            self.end_headers()
            self.wfile.write(b"" if script else b"<script src=/kept.js></script><p>here</p>")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", asked
        server.shutdown()


@pytest.fixture
def own(browser: Browser) -> Iterator[Profiles]:
    """Profiles that no other test has."""
    profiles = Profiles(browser)
    yield profiles
    profiles.close()


def test_nothing_of_a_test_is_left_but_what_it_fetched(
    own: Profiles, site: tuple[str, list[str]]
) -> None:
    address, asked = site
    heard: list[object] = []
    with own.lent() as first:
        page = first.new_page()
        page.goto(address)
        page.evaluate(LEAVE)
        assert len([one for one in page.evaluate(FIND) if "left" in one]) == 5
        for place in (first, page):
            place.on("request", lambda request: heard.append(request))
            place.route("**/*", lambda route: route.fulfill(body="<p>not the site's"))
        page.evaluate("addEventListener('beforeunload', (event) => event.preventDefault())")
        page.locator("p").click()
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size({"width": 300, "height": 300})
        first.new_page()
        first.grant_permissions(["geolocation"])
        first.set_offline(True)
    with own.lent() as second:
        assert second is first
        assert second.new_page() is page
        assert second.pages == [page]
        assert page.go_back() is None
        page.goto(address)
        assert page.locator("p").inner_text() == "here"
        assert page.evaluate(FIND) == [""]
        allowed = "async () => (await navigator.permissions.query({ name: 'geolocation' })).state"
        assert page.evaluate(allowed) != "granted"
        seen = "[innerWidth, innerHeight, matchMedia('(prefers-color-scheme: dark)').matches]"
        assert page.evaluate(seen) == [1440, 900, False]
        assert heard == []
    assert asked[:3] == ["/", "/kept.js", STILL]
    assert asked[3:5] == ["/", STILL]


def test_two_at_once_are_two(own: Profiles) -> None:
    with own.lent() as first, own.lent() as second:
        assert first is not second


def test_a_closed_one_is_not_lent_again(own: Profiles) -> None:
    with own.lent() as first:
        first.close()
    with own.lent() as second:
        assert second is not first
        second.new_page()


@pytest.mark.parametrize("name", ["add_init_script", "expose_function", "expose_binding", "once"])
def test_what_cannot_be_taken_back_is_refused(context: BrowserContext, name: str) -> None:
    with pytest.raises(AssertionError, match="of your own"):
        getattr(context, name)("anything")


def test_whoever_asks_first_has_the_tab_that_is_kept(
    own: Profiles, site: tuple[str, list[str]]
) -> None:
    address, _ = site
    with own.lent() as context:
        kept = context.new_page()
        kept.goto(address)
    shown: list[Page] = []
    with own.lent() as context:
        context.on("page", lambda page: shown.append(page))
        assert context.new_page() is kept
        other = context.new_page()
        assert shown == [kept, other]
        kept.close()
    with own.lent() as context:
        assert context.new_page() not in (kept, other)


@pytest.mark.parametrize("elsewhere", ["http://localhost", None])
def test_a_tab_that_was_elsewhere_is_not_kept(
    own: Profiles, site: tuple[str, list[str]], elsewhere: str | None
) -> None:
    address, _ = site
    with own.lent() as context:
        page = context.new_page()
        if elsewhere:
            page.goto(address)
            page.goto(address.replace("http://127.0.0.1", elsewhere))
    with own.lent() as context:
        assert context.new_page() is not page


def test_a_listener_that_a_test_took_away_itself_is_no_trouble(own: Profiles) -> None:
    def listener(_: object) -> None: ...

    with own.lent() as first:
        first.on("page", listener)
        first.remove_listener("page", listener)
    with own.lent() as second:
        assert second is first
