from __future__ import annotations

import re
from operator import attrgetter

import pytest
from playwright.sync_api import Locator, Page, expect

from annotate import accounts, projects
from annotate.ui.main import Page as AppPage
from annotate.ui.main import pages
from tests.browser.conftest import Open, Turn
from tests.browser.desk import Server, bar, go_by_key, go_to, new_coder
from tests.world import World, statement

PAGES = [page for page in pages() if page.group]


def _links(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Pages").locator("a:visible")


def _focused(page: Page) -> str:
    text: str = page.evaluate("document.activeElement.textContent")
    return text


def _named(group: str) -> list[str]:
    return [one.label for one in PAGES if one.group == group]


@pytest.mark.parametrize("width", [1440, 1024])
def test_every_page_has_its_place_in_the_bar(
    open_as: Open, shared_world: World, width: int
) -> None:
    page = open_as(shared_world.people["admin"], "/export")
    page.set_viewport_size({"width": width, "height": 768})
    expect(_links(page)).to_have_text(_named("work"))
    for group in ("Registries", "Project"):
        menu = page.get_by_role("button", name=group, exact=True)
        menu.press("Enter")
        items = page.get_by_role("menu", name=group).get_by_role("menuitem")
        expect(items).to_have_text(_named(group.lower()))
        page.keyboard.press("Escape")
    # The page shown is marked at its group, which keeps its name.
    expect(page.locator(".cd-top nav .on:visible")).to_have_text("Project")
    expect(
        page.get_by_role("menuitem", include_hidden=True, name="Export").first
    ).to_have_attribute("aria-current", "true")


def test_an_unknown_address_says_so_and_leads_back(
    open_as: Open, shared_world: World, expected_complaints: list[str]
) -> None:
    expected_complaints.append("The page that you have requested does not seem to exist")
    page = open_as(shared_world.analyst, "/nosuchpage")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    expect(page.locator(".cd-articles")).to_have_count(0)
    expect(bar(page).locator("[aria-current]")).to_have_count(0)
    page.locator(".st-key-message").get_by_role("link", name="Articles").click()
    expect(page.locator(".cd-articles tbody a").first).to_be_visible()


def test_a_group_of_one_page_is_a_link_in_its_place(open_as: Open, shared_world: World) -> None:
    page = open_as(shared_world.people["viewer"], "/articles")
    expect(_links(page).last).to_have_text("Export")
    expect(page.get_by_role("button", name="Project", exact=True)).to_have_count(0)


def test_pages_that_do_not_fit_side_by_side_go_into_one_menu(
    open_as: Open, shared_world: World
) -> None:
    page = open_as(shared_world.people["admin"], "/articles")
    page.set_viewport_size({"width": 700, "height": 768})
    everything = page.get_by_role("button", name="Pages", exact=True)
    expect(everything).to_be_visible()
    expect(_links(page)).to_have_count(0)
    box = everything.bounding_box()
    language = page.get_by_role("button", name=re.compile("^Language")).bounding_box()
    assert box is not None and language is not None
    assert box["x"] + box["width"] <= language["x"]
    everything.press("Enter")
    items = page.get_by_role("menu", name="Pages").get_by_role("menuitem")
    expect(items).to_have_text([one.label for one in PAGES])
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/{PAGES[-1].path}\\?"))
    expect(everything).to_have_text("Pages")
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(_links(page)).to_have_text(_named("work"))


def test_nothing_of_the_bar_moves_when_a_page_is_chosen(open_as: Open, shared_world: World) -> None:
    page = open_as(shared_world.people["admin"], "/export")
    page.set_viewport_size({"width": 1024, "height": 768})
    places = "[...document.querySelectorAll('.cd-top nav > *')].map((one) => one.offsetLeft)"
    expect(_links(page).first).to_be_visible()
    page.wait_for_function("matchMedia('(max-width: 1100px)').matches")
    before = page.evaluate(places)
    go_to(page, "Inbox")
    expect(page.locator("[aria-current=page]")).to_have_text("Inbox")
    after = page.evaluate(places)
    assert after == before, (after, before)


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


def test_whoever_may_not_read_the_history_is_not_led_to_it(
    open_as: Open, shared_world: World
) -> None:
    fields = statement(shared_world)
    path = f"/actors?actor={fields['speaker_id']}&project={shared_world.project.id}"
    for role, links in (("analyst", 1), ("viewer", 0)):
        page = open_as(shared_world.people[role], path)
        expect(page.get_by_role("tab", name="Entry")).to_be_visible()
        expect(page.get_by_role("link", name="History")).to_have_count(links)
