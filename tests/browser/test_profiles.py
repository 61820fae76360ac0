"""A profile that was lent before is like a new one, but for what it has fetched."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.profiles import Profiles

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
        first.on("page", lambda page: heard.append(page))
        first.route("**/*", lambda route: route.fulfill(body="<p>not the site's"))
        first.grant_permissions(["geolocation"])
        first.set_offline(True)
    with own.lent() as second:
        assert second is first
        assert second.pages == []
        page = second.new_page()
        page.goto(address)
        assert page.locator("p").inner_text() == "here"
        assert page.evaluate(FIND) == [""]
        allowed = "async () => (await navigator.permissions.query({ name: 'geolocation' })).state"
        assert page.evaluate(allowed) != "granted"
        assert heard == []
    assert asked == ["/", "/kept.js", "/"]


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


def test_a_listener_that_a_test_took_away_itself_is_no_trouble(own: Profiles) -> None:
    def listener(_: object) -> None: ...

    with own.lent() as first:
        first.on("page", listener)
        first.remove_listener("page", listener)
    with own.lent() as second:
        assert second is first
