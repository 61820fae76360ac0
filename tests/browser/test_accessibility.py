"""Every page and every part that opens on it, looked at by axe-core: WCAG 2 A and AA."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from annotate import accounts
from annotate.model import new_id
from annotate.store import Store
from annotate.ui.main import Page as AppPage
from annotate.ui.main import pages
from tests.browser.conftest import Open, Review, SitDown, Turn
from tests.browser.desk import ROOT, Server, quiet, running
from tests.browser.reviewing import ASSEMBLY, OPEN, TOUCHY, ReviewWorld
from tests.browser.tagging import TEXT, TagDesk, statement_on
from tests.world import World

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Of its advice beyond WCAG, what a reader of headings and landmarks relies on.
LANDMARKS = ["landmark-one-main", "landmark-no-duplicate-main", "page-has-heading-one"]
EVERYTHING = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {rule: {"enabled": True} for rule in LANDMARKS},
}
# A theme changes colours and nothing else.
COLOURS = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
READY = (
    ".st-key-office h1, .cd-articles tbody a, .cd-tag .text > p, .cd-review .text > p,"
    " .st-key-message h1"
)
# Whether the page has taken on a theme; Streamlit sets that of its pages itself.
THEMED = """(scheme) => matchMedia(`(prefers-color-scheme: ${scheme})`).matches
  && [...document.querySelectorAll(".stApp")].every(
    (app) => getComputedStyle(app).colorScheme === scheme)"""
Scheme = Literal["light", "dark"]


@cache
def _axe() -> str:
    return AXE.read_text("utf-8")


def violations(page: Page) -> list[str]:
    """What axe-core finds on the page as it is, in both themes, that of now first."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_axe())
    now: Scheme = (
        "dark" if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
    )
    found = _found(page, now, EVERYTHING)
    other: Scheme = "light" if now == "dark" else "dark"
    page.emulate_media(color_scheme=other)
    return found + _found(page, other, COLOURS)


def _found(page: Page, scheme: Scheme, axe: dict[str, Any]) -> list[str]:
    page.wait_for_function(THEMED, arg=scheme)
    quiet(page)
    results: list[dict[str, Any]] = page.evaluate(
        "async (options) => (await axe.run(document, options)).violations", axe
    )
    return [
        f"{scheme}, {one['id']}: {node['html'][:160]}" for one in results for node in one["nodes"]
    ]


@pytest.mark.parametrize("at", pages(), ids=attrgetter("path"))
def test_a_page_has_none(turn_to: Turn, at: AppPage) -> None:
    page = turn_to(at)
    expect(page.locator(READY).first).to_be_visible()
    expect(page.locator(".stApp[data-test-script-state=notRunning]")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"
    assert violations(page) == []


def test_the_open_menus_and_the_sheet_have_none(
    open_as: Open, server: Server, shared_world: World
) -> None:
    page = open_as(shared_world.people["admin"], "/signin")
    page.goto(f"{server.url}/export")
    for name in (
        r"^Registries",
        r"^Project$",
        r"^Pages$",
        r"^Project:",
        r"^Language:",
        r"^Account:",
    ):
        page.set_viewport_size({"width": 800 if name == "^Pages$" else 1440, "height": 768})
        page.get_by_role("button", name=re.compile(name)).click()
        expect(page.get_by_role("menu")).to_be_visible()
        assert violations(page) == [], name
        page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert violations(page) == []


PARTS: dict[str, Callable[[TagDesk], object]] = {
    "a form": lambda desk: (desk.find("沈若川"), desk.press("s")),
    "a list of suggestions": lambda desk: (desk.find("沈若川"), desk.press("s"), desk.type("沈")),
    "a chosen span": lambda desk: desk.press("n"),
    "a chosen statement": lambda desk: desk.press("."),
    "the find box": lambda desk: desk.press("/"),
    "the document labels": lambda desk: desk.press("l"),
    "the choice of an actor": lambda desk: (desk.mark("南屿", "1"), desk.press("a")),
    "the keys": lambda desk: desk.press("?"),
    "the guidelines": lambda desk: desk.press("m"),
    "the submission": lambda desk: desk.press("Control+Enter"),
}


def test_no_part_of_the_tagging_page_has_any(sit_down: SitDown) -> None:
    desk = sit_down(TEXT, statement_on())
    for name, opened in PARTS.items():
        desk.page.reload()
        desk.ready()
        opened(desk)
        assert violations(desk.page) == [], name


def test_a_newcomers_tagging_page_has_none(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    desk.page.reload()
    desk.ready()
    expect(desk.page.get_by_role("region", name="Your first statement")).to_be_visible()
    assert violations(desk.page) == []


def test_the_entrance_has_none(
    context: BrowserContext, server: Server, shared_world: World, tmp_path: Path
) -> None:
    store, operator = shared_world.store, shared_world.operator
    link = accounts.invite(store, operator, f"invited-{new_id()}")
    with running(Store(tmp_path / "empty.db"), tmp_path) as fresh:
        ways = (f"{server.url}/signin", f"{server.url}{link.path}", f"{fresh.url}/setup")
        for address in ways:
            page = context.new_page()
            page.goto(address)
            expect(page.locator("form").first).to_be_visible()
            assert violations(page) == [], address
            page.close()


def test_the_review_of_an_article_and_what_opens_on_it_have_none(
    coded: ReviewWorld, review: Review
) -> None:
    desk = review(coded.conflicted())
    page = desk.page
    desk.go_to(OPEN)
    desk.press("ArrowDown", " ")
    assert violations(page) == []
    desk.press("Escape", "2")
    desk.go_to(ASSEMBLY)
    desk.press("x")
    page.keyboard.type("not said")
    assert violations(page) == [], "the question for a reason"
    desk.press("Enter")
    desk.go_to(TOUCHY)
    desk.press("w")
    page.keyboard.type("Why?")
    desk.press("Enter")
    expect(page.locator(".cd-review .comment")).to_have_count(1)
    assert violations(page) == [], "comments, a decided and a rejected row"
    desk.press("Escape", "e")
    assert violations(page) == [], "the form"
    desk.press("Escape", "b")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == [], "returning"
    desk.press("Escape", "?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert violations(page) == [], "keys"
