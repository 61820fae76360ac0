from __future__ import annotations

import re
from operator import attrgetter

import pytest
from playwright.sync_api import Locator, Page, expect

from annotate import accounts, projects
from annotate.ui.main import Page as AppPage
from annotate.ui.main import pages
from tests.browser.conftest import Open, Turn
from tests.browser.desk import Server, go_by_key, new_coder
from tests.world import World

PAGES = [page for page in pages() if page.in_bar]


def _links(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Pages").locator("a:visible")


def _focused(page: Page) -> str:
    text: str = page.evaluate("document.activeElement.textContent")
    return text


def test_every_page_has_its_link(open_as: Open, shared_world: World) -> None:
    page = open_as(shared_world.people["admin"], "/export")
    expect(_links(page)).to_have_text([one.label for one in PAGES])
    expect(page.get_by_role("button", name="More pages")).to_be_hidden()
    expect(page.locator("[aria-current=page]")).to_have_text("Export")


def test_links_that_do_not_fit_go_into_a_menu(open_as: Open, shared_world: World) -> None:
    page = open_as(shared_world.people["admin"], "/articles")
    page.set_viewport_size({"width": 900, "height": 768})
    more = page.get_by_role("button", name="More pages")
    expect(more).to_be_visible()
    shown = _links(page).all_inner_texts()
    box = more.bounding_box()
    language = page.get_by_role("button", name=re.compile("^Language")).bounding_box()
    assert box is not None and language is not None
    assert box["x"] + box["width"] <= language["x"]
    more.press("Enter")
    folded = page.get_by_role("menu", name="Pages").get_by_role("menuitem")
    assert shown + folded.all_inner_texts() == [one.label for one in PAGES]
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/{PAGES[-1].path}\\?"))
    expect(page.get_by_role("button", name=f"More pages: {PAGES[-1].label}")).to_be_visible()
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(_links(page)).to_have_text([one.label for one in PAGES])


def test_nothing_of_the_bar_moves_when_a_page_is_chosen(open_as: Open, shared_world: World) -> None:
    page = open_as(shared_world.people["admin"], "/export")
    page.set_viewport_size({"width": 900, "height": 768})
    places = (
        "[...document.querySelectorAll('.cd-top nav > a:not([hidden])')].map((a) => a.offsetLeft)"
    )
    expect(_links(page).first).to_be_visible()
    before = page.evaluate(places)
    page.get_by_role("link", name="Actors").click()
    expect(page.locator("[aria-current=page]")).to_have_text("Actors")
    after = page.evaluate(places)
    # The name of the page shown is set in bold.
    assert max(abs(a - b) for a, b in zip(before, after, strict=True)) <= 6


def test_a_menu_works_by_the_keyboard(open_as: Open, shared_world: World) -> None:
    page = open_as(shared_world.people["editor"], "/export")
    account = page.get_by_role("button", name="Account: editor-1")
    account.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menu", name="Account")).to_be_visible()
    seen = [_focused(page)]
    for _ in range(3):
        page.keyboard.press("ArrowDown")
        seen.append(_focused(page))
    assert seen == ["Your account", "Keys?", "Sign out", "Your account"]
    page.keyboard.press("ArrowUp")
    assert _focused(page) == "Sign out"
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu", name="Account")).to_be_hidden()
    expect(account).to_be_focused()


def test_another_project_keeps_the_page(open_as: Open, server: Server, shared_world: World) -> None:
    person = new_coder(shared_world, "header-switch")
    store = shared_world.store
    other = projects.create(store, shared_world.operator, "Zone talks")
    accounts.change_member(store, shared_world.operator, person, other.id, "analyst")
    page = open_as(person, f"/export?project={shared_world.project.id}")
    page.get_by_role("button", name="Project: Talks").press("Enter")
    assert _focused(page) == "Talks"
    page.get_by_role("menuitem", name="Zone talks").press("Enter")
    expect(page.get_by_role("button", name="Project: Zone talks")).to_be_visible()
    expect(page.get_by_text("Labels and articles of Zone talks as files.")).to_be_visible()
    assert f"/export?project={other.id}" in page.url


@pytest.mark.parametrize("at", pages(), ids=attrgetter("path"))
def test_the_sheet_of_keys_opens_everywhere(turn_to: Turn, at: AppPage) -> None:
    page = turn_to(at)
    expect(
        page.locator(".st-key-office h1, .cd-articles tbody a, .cd-tag .text > p").first
    ).to_be_visible()
    expect(_links(page).first).to_be_visible()
    sheet = page.get_by_role("dialog", name="Keys")
    page.keyboard.press("?")
    expect(sheet).to_contain_text("This sheet")
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    page.get_by_role("button", name=re.compile("^Account")).click()
    page.get_by_role("menuitem", name="Keys").click()
    expect(sheet).to_contain_text("This sheet")
    page.keyboard.press("?")
    expect(sheet).to_have_count(0)


def test_the_slash_goes_to_the_first_field_of_a_page_of_widgets(
    open_as: Open, shared_world: World
) -> None:
    page = open_as(shared_world.people["admin"], "/actors")
    go_by_key(page, "/", page.get_by_role("searchbox"))
    page.keyboard.type("r/?")
    expect(page.get_by_role("dialog")).to_have_count(0)
