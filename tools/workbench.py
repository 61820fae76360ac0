"""A workbench started from outside, and a browser page of it: for benchmarks and screenshots."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import BrowserContext, sync_playwright

from annotate import accounts
from annotate.model import Person
from annotate.store import Store
from annotate.ui.visitor import COOKIE
from tools.chromium import launch
from tools.ports import free_port

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "not a secret at all"
START_LIMIT_S = 120.0
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Desk:
    """A running workbench; ``seconds`` is how long it took to give its first page."""

    url: str
    seconds: float
    process: subprocess.Popen[bytes]

    def resident_mb(self) -> float | None:
        """Resident memory of its processes in MB; None where the system does not tell."""
        try:
            return sum(_resident_kb(pid) for pid in _family(self.process.pid)) / 1024
        except OSError:
            return None


@contextmanager
def running(database: Path) -> Iterator[Desk]:
    """Serve a database, as ``python -m annotate serve`` does, until the block is left."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "annotate", "--db", str(database), "serve", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        _await(url, process)
        yield Desk(url, time.perf_counter() - started, process)
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def pages(
    desk: Desk, store: Store, person: Person | None, scheme: Literal["light", "dark"] = "light"
) -> Iterator[BrowserContext]:
    """A browser in which somebody is signed in, or nobody.

    Args:
        desk: The workbench.
        store: Its database.
        person: Who signs in; their password is set anew.
        scheme: The colours that the person's system prefers.
    """
    with sync_playwright() as playwright:
        browser = launch(playwright)
        try:
            context = browser.new_context(
                viewport={"width": 1440, "height": 900}, color_scheme=scheme, locale="en-GB"
            )
            if person is not None:
                accounts.set_password(store, accounts.operator(store), person, PASSWORD)
                token = accounts.sign_in(store, person.name, PASSWORD, "127.0.0.1", "tools")
                context.add_cookies([{"name": COOKIE, "value": token, "url": desk.url}])
            yield context
        finally:
            browser.close()


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    request = urllib.request.Request(url + "/", headers={"Accept": "text/html"})
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with _opener.open(request, timeout=10):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise RuntimeError(f"the workbench did not answer at {url}")


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _family(int(child)))]


def _resident_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0
