"""Browser profiles that are lent to one test after another, and are clean for each.

A profile keeps what it has fetched and compiled: in a new one, a page takes three times as long to
come up. It keeps nothing else from one test to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error

PATIENCE_MS = 20_000
# Fourteen inches wide, in Shanghai.
SETTINGS: dict[str, Any] = {
    "viewport": {"width": 1440, "height": 900},
    "timezone_id": "Asia/Shanghai",
    "locale": "en-GB",
}
# What pages can store, but for what they fetched.
STORED = "local_storage,indexeddb,cache_storage,file_systems,service_workers"
# There is no way back from these: a test that needs one makes a context of its own.
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


class _Kept:
    """A context that can be made as if new."""

    def __init__(self, browser: Browser) -> None:
        self.context = context = browser.new_context(**SETTINGS)
        self._heard: list[tuple[str, Callable[..., object]]] = []
        on = context.on

        def noted(event: Any, handler: Callable[..., object]) -> None:
            self._heard.append((event, handler))
            on(event, handler)

        for name in FOR_EVER:
            setattr(context, name, _refuse)
        context.on = noted  # type: ignore[method-assign]
        context.set_default_timeout(PATIENCE_MS)

    def cleaned(self) -> bool:
        """Leave nothing of a test; False if that cannot be had."""
        context = self.context
        try:
            for event, handler in self._heard:
                with suppress(KeyError):  # a test may have taken it away itself
                    context.remove_listener(event, handler)  # type: ignore[call-overload]
            self._heard.clear()
            for page in context.pages:
                page.close()
            context.unroute_all(behavior="ignoreErrors")
            context.set_offline(False)
            context.set_extra_http_headers({})
            context.clear_permissions()
            context.clear_cookies()
            page = context.new_page()
            context.new_cdp_session(page).send(
                "Storage.clearDataForOrigin", {"origin": "*", "storageTypes": STORED}
            )
            page.close()
            context.set_default_timeout(PATIENCE_MS)
        except Error:
            return False
        return True


def _refuse(*_: object, **__: object) -> None:
    raise AssertionError("the next test would have this too: make a context of your own")
