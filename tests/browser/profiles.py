"""Browser profiles that are lent to one test after another, and are clean for each.

A profile keeps what it has fetched, and its first tab what it has compiled: in new ones, a page
takes three times as long to come up. They keep nothing else from one test to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Dialog, Error, Frame, Page

PATIENCE_MS = 20_000
# Fourteen inches wide, in Shanghai.
SETTINGS: dict[str, Any] = {
    "viewport": {"width": 1440, "height": 900},
    "timezone_id": "Asia/Shanghai",
    "locale": "en-GB",
}
# What pages can store, but for what they fetched.
STORED = "local_storage,indexeddb,cache_storage,file_systems,service_workers"
# A document of the server that runs nothing: whoever goes there leaves a page, but not its process.
STILL = "/assets/tokens.css"
# There is no way back from these: a test that needs one makes a tab or a context of its own.
FOR_EVER = ("add_init_script", "expose_binding", "expose_function", "once")


class Profiles:
    """Gives out browser contexts, new ones only while all that it has are lent."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: list[_Kept] = []

    @contextmanager
    def lent(self) -> Iterator[BrowserContext]:
        """A context in which nobody is signed in and nothing is open, until the block ends.

        Whoever cannot tell what they did to it closes it; then it is not lent again.
        """
        kept = self._free.pop() if self._free else _Kept(self._browser)
        yield kept.context
        if kept.cleaned():
            self._free.append(kept)
        else:
            kept.context.close()

    def close(self) -> None:
        for kept in self._free:
            kept.context.close()


class _Noted:
    """What listens to a page or context, to be taken away again."""

    def __init__(self, place: Any) -> None:
        self._place = place
        self._on = place.on
        self.heard: list[tuple[str, Callable[..., object]]] = []
        for name in FOR_EVER:
            if hasattr(place, name):
                setattr(place, name, _refuse)
        place.on = self._note

    def _note(self, event: Any, handler: Callable[..., object]) -> None:
        self.heard.append((event, handler))
        self._on(event, handler)

    def forget(self) -> None:
        for event, handler in self.heard:
            # A test may have taken it away itself.
            with suppress(KeyError):
                self._place.remove_listener(event, handler)
        self.heard.clear()


class _Kept:
    """A context that can be made as if new, with a tab that is the first one of each test."""

    def __init__(self, browser: Browser) -> None:
        self.context = browser.new_context(**SETTINGS)
        self.context.set_default_timeout(PATIENCE_MS)
        self._noted = _Noted(self.context)
        self._another = self.context.new_page
        self.context.new_page = self._page  # type: ignore[method-assign]
        self._tab: _Tab | None = None

    def _page(self) -> Page:
        """The tab that is kept, to who asks first; for all else it is as if it had just opened."""
        if self._tab is not None and self._tab.taken:
            return self._another()
        if self._tab is None:
            self._tab = _Tab(self._another())
        else:
            for event, handler in self._noted.heard:
                if event == "page":
                    handler(self._tab.page)
        self._tab.taken = True
        return self._tab.page

    def cleaned(self) -> bool:
        """Leave nothing of a test; False if that cannot be had."""
        context = self.context
        try:
            self._noted.forget()
            context.unroute_all(behavior="ignoreErrors")
            context.set_offline(False)
            context.set_extra_http_headers({})
            context.clear_permissions()
            context.set_default_timeout(PATIENCE_MS)
            if self._tab is not None and not self._tab.cleaned():
                self._tab = None
            for page in context.pages:
                if self._tab is None or page is not self._tab.page:
                    page.close()
            context.clear_cookies()
            page = self._tab.page if self._tab is not None else self._another()
            session = context.new_cdp_session(page)
            session.send("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": STORED})
            session.detach()
            if self._tab is None:
                page.close()
        except Error:
            return False
        return True


class _Tab:
    """A tab that can be made as if new, as long as it has been at one server only."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taken = False
        self._servers: set[str] = set()
        page.on("framenavigated", self._at)
        self._noted = _Noted(page)

    def _at(self, frame: Frame) -> None:
        if frame == self.page.main_frame and frame.url != "about:blank":
            at = urlsplit(frame.url)
            self._servers.add(f"{at.scheme}://{at.netloc}")

    def cleaned(self) -> bool:
        """Leave nothing of a test; False if that cannot be had."""
        if not self.taken:
            return True
        page = self.page
        if page.is_closed() or len(self._servers) != 1:
            return False
        try:
            self._noted.forget()
            page.unroute_all(behavior="ignoreErrors")
            page.on("dialog", _agree)
            (server,) = self._servers
            answer = page.goto(server + STILL)
            if answer is None or not answer.ok:
                return False
            page.evaluate("sessionStorage.clear()")
            page.emulate_media(color_scheme="null", media="null")
            page.set_viewport_size(SETTINGS["viewport"])
            page.set_default_timeout(PATIENCE_MS)
            page.mouse.move(-10, -10)
            session = page.context.new_cdp_session(page)
            session.send("Page.resetNavigationHistory")
            session.detach()
            self._noted.forget()
        except Error:
            return False
        self._servers.clear()
        self.taken = False
        return True


def _agree(dialog: Dialog) -> None:
    """Leave a page that asks whether to."""
    dialog.accept()


def _refuse(*_: object, **__: object) -> None:
    raise AssertionError("the next test would have this too: make one of your own")
