"""A running workbench for browser tests: a real server on a database of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from annotate import accounts
from annotate.accounts.passwords import hash_password
from annotate.errors import NotFound
from annotate.model import CleanedItem, Person
from annotate.store import Store
from annotate.ui.main import pages
from annotate.ui.shell import PROJECT_COOKIE
from annotate.ui.visitor import COOKIE
from tests.world import PASSWORD, World, item

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT_S = 60.0
MORE_ARTICLES = 120


@dataclass
class Server:
    """Where it answers, its database, and what it has printed so far."""

    url: str
    store: Store
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def cookie(self, person: Person) -> dict[str, str]:
        """A new session of somebody's, as Playwright wants a cookie."""
        if self.store.people.password_hash(person.id) is None:
            with_password(self.store, person)
        token = accounts.begin(self.store, person, "test")
        return {"name": COOKIE, "value": token, "url": self.url}

    def project_cookie(self) -> dict[str, str]:
        """The world's first project as the one used last: a new browser begins where one worked."""
        first = self.store.projects.all()[0]
        return {"name": PROJECT_COOKIE, "value": first.id, "url": self.url}


@cache
def _hashed() -> str:
    return hash_password(PASSWORD, "")


def with_password(store: Store, person: Person) -> Person:
    """Give somebody the password of all, which is hashed only once: that takes its time."""
    with store.write(accounts.operator(store).id) as tx:
        store.people.set_password_hash(tx, person.id, _hashed())
    return person


@contextmanager
def running(store: Store, folder: Path, port: int | None = None) -> Iterator[Server]:
    """A server on this database, started from a folder that is not the project's."""
    port = port or _free_port()
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"),
                "--server.port", str(port),
            ],
            cwd=folder,
            env={**os.environ, "CLAIMDESK_DB": str(store.path)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            url = f"http://127.0.0.1:{port}"
            _await(url, process, log)
            yield Server(url, store, log, process)
        finally:
            process.terminate()
            process.wait(20)


def new_coder(world: World, name: str) -> Person:
    """An analyst of the world's project whose labels no other test touches."""
    give_up(world, name)
    person = accounts.add_person(world.store, world.operator, name, project_id=world.project.id)
    return with_password(world.store, person)


def give_up(world: World, name: str) -> None:
    """Whoever has a name already, from a first run of a test that failed, loses it."""
    people = world.store.people
    with suppress(NotFound):
        person = people.named(name)
        with world.store.write(world.operator.id) as tx:
            tx.execute("UPDATE person SET name = id WHERE id = ?", (person.id,))
            people.change(tx, person.id, display_name=person.id)


def more_articles(world: World, count: int = MORE_ARTICLES) -> None:
    """Add articles enough for several pages, a minute apart, newest first in their number."""
    items = [_article(n) for n in range(count)]
    with world.store.write(world.operator.id) as tx:
        world.store.articles.add(tx, items, world.project.id)


# Nothing has moved, changed or been computed for so long; what never rests is waited for no longer.
QUIET_MS, RESTLESS_MS = 120, 5000
QUIET = """([quiet, restless]) => new Promise((resolve) => {
  const began = performance.now()
  let changed = began
  const seen = new MutationObserver(() => { changed = performance.now() })
  const all = { subtree: true, childList: true, attributes: true, characterData: true }
  const moving = ({ playState, effect }) =>
    playState === "running" && Number.isFinite(effect?.getComputedTiming().endTime)
  const busy = () => document.querySelector(
    ".stApp:not([data-test-script-state=notRunning]), [data-stale=true], [data-testid=stSkeleton]")
  const look = () => {
    const now = performance.now()
    if (busy() || document.getAnimations().some(moving)) changed = now
    if (now - changed < quiet && now - began < restless) return requestAnimationFrame(look)
    seen.disconnect()
    resolve(now - began < restless)
  }
  seen.observe(document, all)
  requestAnimationFrame(look)
})"""


def quiet(page: Page) -> bool:
    """Wait until a page has come to rest; False if it never does."""
    rested: bool = page.evaluate(QUIET, [QUIET_MS, RESTLESS_MS])
    return rested


NAVIGATE = """(path) => {
  history.pushState({}, "", path)
  dispatchEvent(new PopStateEvent("popstate"))
}"""


def turn(page: Page, path: str, label: str) -> None:
    """Go to another address of the app as its own links do, without loading it."""
    page.evaluate(NAVIGATE, path)
    expect(page).to_have_title(f"{label} · Claimdesk")
    quiet(page)


def go_by_key(page: Page, key: str, field: Locator) -> None:
    """Go to a field by its key; while a page is still being drawn, the focus may be lost again."""
    expect(field).to_be_visible()
    quiet(page)
    for _ in range(10):
        page.keyboard.press(key)
        quiet(page)
        if field.evaluate("field => field === document.activeElement"):
            break
    expect(field).to_be_focused()


def bar(page: Page) -> Locator:
    """The links and menus of pages at the top, drawn."""
    found = page.get_by_role("navigation", name="Pages")
    expect(found).to_contain_text("Articles")
    return found


def go_to(page: Page, name: str) -> None:
    """Follow the link to a page at the top, out of the menu in which it stands."""
    (group,) = [one.group for one in pages() if one.label == name]
    if group == "work":
        bar(page).get_by_role("link", name=name, exact=True).click()
        return
    bar(page).get_by_role("button", name=str(group).title(), exact=True).click()
    bar(page).get_by_role("menuitem", name=name, exact=True).click()


def _article(n: int) -> CleanedItem:
    return item(
        f"https://c.example/{n}",
        f"第{n}篇的正文，关于国家安全法的讨论。" * 12,
        f"第{n}号文章",
        source=("首都晚报", "周日评论")[n % 2],
        language=("zh-Hans", "zh-Hant")[n % 2],
        published_at=f"2026-01-{1 + n // 60:02}T10:{n % 60:02}:00Z",
    )


def _await(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    # A proxy of the environment must not come between us and our own address.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with opener.open(f"{url}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"the server did not start:\n{log.read_text('utf-8', 'replace')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
