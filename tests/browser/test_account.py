from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from annotate import accounts
from tests.browser.conftest import Open
from tests.browser.desk import new_coder
from tests.world import PASSWORD, World


def _passwords(page: Page, present: str, new: str, again: str) -> None:
    page.get_by_label("Current password").fill(present)
    page.get_by_label(re.compile("^New password,")).fill(new)
    page.get_by_label("New password once more").fill(again)
    page.keyboard.press("Enter")


def test_the_account_is_reached_from_the_menu(open_as: Open, shared_world: World) -> None:
    person = new_coder(shared_world, "self-made")
    page = open_as(person, "/articles")
    page.get_by_role("button", name="Account: self-made").press("Enter")
    page.get_by_role("menuitem", name="Your account").click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    page.get_by_label("Name that others see").fill("Self Made")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Account: Self Made")).to_be_visible()


def test_the_language_is_chosen_and_kept(open_as: Open, shared_world: World) -> None:
    person = new_coder(shared_world, "bilingual")
    page = open_as(person, "/account")
    page.get_by_role("combobox", name="Language of the pages").click()
    page.get_by_role("option", name="简体中文").click()
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    assert shared_world.store.people.get(person.id).language == "zh-Hans"


def test_the_password_is_changed_with_the_present_one(open_as: Open, shared_world: World) -> None:
    person = new_coder(shared_world, "careful")
    elsewhere = accounts.sign_in(shared_world.store, person.name, PASSWORD, "10.0.0.1", "")
    page = open_as(person, "/account")
    _passwords(page, "not the password", "another long one", "another long one")
    refused = page.get_by_text("The current password is not right")
    expect(refused).to_be_visible()
    # What was typed stays, and what is the matter stands above the button.
    expect(page.get_by_label("New password once more")).to_have_value("another long one")
    told, button = (
        one.bounding_box() for one in (refused, page.get_by_role("button", name="Change password"))
    )
    assert told
    assert button
    assert told["y"] < button["y"]
    _passwords(page, PASSWORD, "another long one", "something else")
    expect(page.get_by_text("The two passwords differ")).to_be_visible()
    # While the right one waits to be written, what was said of the one before is gone.
    with shared_world.store.write(shared_world.operator.id):
        _passwords(page, PASSWORD, "another long one", "another long one")
        expect(page.get_by_text("The two passwords differ")).to_have_count(0, timeout=6000)
        expect(page.get_by_text("Your password is changed")).to_have_count(0)
    expect(page.get_by_text("Your password is changed")).to_be_visible()
    expect(page.get_by_label("New password once more")).to_have_value("")
    assert accounts.session_person(shared_world.store, elsewhere) is None
    assert accounts.sign_in(shared_world.store, person.name, "another long one", "10.0.0.1", "")
    page.reload()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


def test_other_sessions_are_ended_from_here(open_as: Open, shared_world: World) -> None:
    person = new_coder(shared_world, "forgot-one")
    for _ in range(2):
        accounts.sign_in(shared_world.store, person.name, PASSWORD, "10.0.0.1", "Firefox/130.0")
    page = open_as(person, "/account")
    rows = page.locator(".cd-table tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="this session")).to_have_count(1)
    page.get_by_role("button", name="End all others…").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="End sessions").press("Enter")
    expect(page.get_by_text("2 sessions ended")).to_be_visible()
    expect(rows).to_have_count(1)


def test_ending_this_very_session_signs_out(open_as: Open, shared_world: World) -> None:
    person = new_coder(shared_world, "leaving-now")
    page = open_as(person, "/account")
    page.locator(".cd-table tbody input").press("Space")
    page.get_by_role("button", name="End 1 session").press("Enter")
    expect(page.get_by_text("You are signed out")).to_be_visible()
