"""Hostile text on every page: nothing of it executes, restyles, loads or leads anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Dialog, Locator, Page, Request

from annotate.store import Store
from annotate.ui.main import pages
from tests.browser.desk import Server, quiet, running
from tests.browser.hostile import ELSEWHERE, HostileWorld, build_hostile

PATHS = [page.path for page in pages()]
# What each page must show of it, so that a page that shows nothing is not taken for a safe one.
SHOWN = {
    "articles": "Title", "tag": "Title", "review": "Title", "actors": "Actor", "claims": "Claim",
    "history": "Actor", "projects": "Project", "people": "Coder", "ingest": "File",
    "codebook": "Project", "sync": "Remote",
}  # fmt: skip
MOST_CHOICES = 3
PROBE = """() => {
  const found = []
  const all = (selector) => [...document.querySelectorAll(selector)]
  const complain = (what, elements) => {
    for (const element of elements) found.push(`${what}: ${element.outerHTML.slice(0, 200)}`)
  }
  if (window.hit !== undefined) found.push(`executed: ${window.hit}`)
  complain('became an element', all('.planted, [onerror], [onload], [onmouseover], [srcdoc]'))
  complain('became a frame', all('iframe, object, embed'))
  complain('was taken for Markdown', all(
    '.katex, [class*=stMarkdownColored], [class*=stMarkdownBadge], img[src*=planted],'
    + ' a[href^="ELSEWHERE/markdown"]'))
  complain('sends elsewhere', all('form').filter((form) =>
    form.getAttribute('action') && new URL(form.action).origin !== location.origin))
  complain('leads elsewhere', [...document.links].filter((link) =>
    !['http:', 'https:', 'blob:', 'mailto:'].includes(link.protocol)))
  complain('was formatted', all(
    'strong, b, em, i, code, del, s, h1, h2, h3, h4, h5, h6, li, blockquote, td, th, small'
  ).filter((element) => /^planted[a-z]+$/.test(element.textContent.trim())))
  complain('became an icon', all('[data-testid=stIconMaterial]')
    .filter((icon) => icon.textContent.trim() === 'skull'))
  complain('became a style', all('style').filter((one) => one.textContent.includes('planted')))
  complain('turns its neighbours around', all('[data-testid=stMarkdownContainer]')
    .filter((one) => /[\\u202a-\\u202e\\u2066-\\u2069]/.test(one.textContent)))
  if (/[\\u2620\\u{1f480}]/u.test(document.body.innerText)) found.push('became an emoji')
  if (getComputedStyle(document.body).outlineWidth === '7px') found.push('restyled the page')
  return found
}""".replace("ELSEWHERE", ELSEWHERE)
SETTLED = """() => document.querySelector('.stApp')?.dataset.testScriptState === 'notRunning'
  && !document.querySelector('[data-stale=true]')"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> HostileWorld:
    return build_hostile(Store(tmp_path_factory.mktemp("hostile") / "claimdesk.db"))


@pytest.fixture(scope="module")
def hostile_server(
    hostile: HostileWorld, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    with running(hostile.world.store, tmp_path_factory.mktemp("server")) as server:
        yield server


class Watched:
    """A tab of the administrator's that notes whatever text alone would not do."""

    def __init__(self, context: BrowserContext, server: Server, hostile: HostileWorld) -> None:
        context.add_cookies([server.cookie(hostile.admin)])  # type: ignore[list-item]
        self.server, self.hostile = server, hostile
        self.noticed: list[str] = []
        self.page: Page = context.new_page()
        self.page.set_default_timeout(60_000)
        context.on("request", self._request)
        context.on("page", lambda page: self.noticed.append(f"opened {page.url}"))
        self.page.on("pageerror", lambda error: self.noticed.append(f"error: {error}"))
        self.page.on("download", lambda file: self.noticed.append(f"downloaded {file.url}"))
        self.page.on("dialog", self._dialog)
        self.page.on("console", self._console)

    def open(self, path: str, query: str = "") -> None:
        """Go to a page in the hostile project and look at it."""
        project = f"project={self.hostile.world.project.id}"
        self.page.goto(f"{self.server.url}/{path}?{project}&{query}")
        self.look(f"/{path}?{query}")

    def look(self, where: str) -> None:
        """Wait until all is drawn, then check."""
        self.page.wait_for_function(SETTLED)
        self.page.locator(".cd-top nav a").first.wait_for(state="attached")
        quiet(self.page)
        found = [*self.page.evaluate(PROBE), *self.noticed]
        at = urlsplit(self.page.url)
        assert f"{at.scheme}://{at.netloc}" == self.server.url, f"{where}: left for {self.page.url}"
        assert found == [], f"{where}: {found}"

    def open_parts(self, where: str) -> None:
        """Open what the page folds away: tabs, sections, lists of choices."""
        office = self.page.locator(".st-key-office")
        for kind in (
            "[role=tab]",
            "[data-testid=stButtonGroup] button",
            "details:not([open]) > summary",
        ):
            self._each(office.locator(kind), f"{where} {kind}")
        for choice in office.get_by_role("combobox").all()[:MOST_CHOICES]:
            if choice.is_visible() and choice.is_enabled():
                choice.click()
                self.look(f"{where} choices")
                self.page.keyboard.press("Escape")

    def open_row(self, path: str, query: str) -> bool:
        """Open the first row of the page's tables; the others are hostile in the same way."""
        rows = self.page.locator(".st-key-office .cd-table .open")
        if not rows.count():
            return False
        rows.first.click()
        self.look(f"/{path}?{query} row")
        self.open_parts(f"/{path}?{query} row")
        return True

    def _each(self, parts: Locator, where: str) -> None:
        for n in range(parts.count()):
            if n < parts.count() and parts.nth(n).is_visible() and parts.nth(n).is_enabled():
                parts.nth(n).click()
                self.look(f"{where} {n}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        local = address.netloc == urlsplit(self.server.url).netloc
        if address.scheme not in ("data", "blob") and (not local or "planted" in address.path):
            self.noticed.append(f"requested {request.url[:200]}")

    def _dialog(self, dialog: Dialog) -> None:
        if dialog.type == "beforeunload":
            # Ours: opening what a page folds away may have begun a draft.
            dialog.accept()
            return
        self.noticed.append("asked with a dialog")
        dialog.dismiss()

    def _console(self, message: object) -> None:
        if message.type == "error":  # type: ignore[attr-defined]
            self.noticed.append(f"console: {message.text}")  # type: ignore[attr-defined]


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("path", PATHS)
def test_a_page_shows_hostile_text_as_text(
    path: str, hostile: HostileWorld, hostile_server: Server, context: BrowserContext
) -> None:
    tab = Watched(context, hostile_server, hostile)
    for query in ("", *hostile.details.get(path, ())):
        tab.open(path, query)
        if not query and path in SHOWN:
            shown = tab.page.get_by_text(f"{SHOWN[path]} <script").filter(visible=True)
            shown.first.wait_for()
        if tab.open_row(path, query):
            tab.open(path, query)
        tab.open_parts(f"/{path}?{query}")


def test_the_probe_finds_what_it_is_for(context: BrowserContext) -> None:
    page = context.new_page()
    # Not on a document of the server's, whose policy would hold for this one too.
    page.goto("about:blank")
    page.set_content(
        "<style>.planted{} body{outline:7px solid}</style><b>plantedbold</b><img class=planted>"
        f"<a href='javascript:1'>x</a><a href='{ELSEWHERE}/markdown'>y</a><iframe></iframe>"
        f"<form action={ELSEWHERE}/form></form><span data-testid=stIconMaterial>skull</span>💀"
        "<p data-testid=stMarkdownContainer>\u202e</p><script>window.hit = 1</script>"
    )
    kinds = {str(one).partition(":")[0] for one in page.evaluate(PROBE)}
    assert len(kinds) == 12, kinds
