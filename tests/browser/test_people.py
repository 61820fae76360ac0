from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from annotate import accounts
from annotate.errors import NotFound
from tests.browser.conftest import Open
from tests.browser.desk import Server, bar, give_up, new_coder, quiet
from tests.world import PASSWORD, World

HOSTILE = "<img src=x onerror=alert(1)> ![i](http://evil.example/i.png) $x$ :red[y]"


def _people(open_as: Open, world: World) -> Page:
    page = open_as(world.people["admin"], "/people")
    expect(page.get_by_role("heading", name="People", exact=True)).to_be_visible()
    return page


def _find(page: Page, name: str) -> None:
    """Narrow the list to one person and open them, by keyboard."""
    page.get_by_label("Find by name or e-mail").fill(name)
    page.keyboard.press("Enter")
    expect(page.locator(".cd-table tbody tr")).to_have_count(1)
    # What is drawn again between the two keys would lose the second one.
    quiet(page)
    page.locator(".cd-table .open").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="← All people")).to_be_visible()


def test_somebody_is_invited_and_joins_by_the_link(
    open_as: Open, server: Server, shared_world: World, other_context: BrowserContext
) -> None:
    give_up(shared_world, "newcomer")
    page = _people(open_as, shared_world)
    page.get_by_role("button", name="Invite somebody…").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Name to sign in with")).to_be_focused()
    dialog.get_by_role("button", name="Make the link").press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text("Enter a name to sign in with")
    dialog.get_by_label("Name to sign in with").fill("two words")
    dialog.get_by_label("Name to sign in with").press("Tab")
    page.keyboard.type("Newcomer")
    dialog.get_by_role("button", name="Make the link").press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("cannot be a name to sign in with")
    dialog.get_by_label("Name to sign in with").fill("newcomer")
    dialog.get_by_role("button", name="Make the link").press("Enter")
    expect(page.get_by_role("heading", name="Newcomer")).to_be_visible()
    link = page.get_by_test_id("stCode").inner_text().strip()
    assert link.startswith(f"{server.url}/invite/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the link").press("Enter")
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == link
    page.reload()
    expect(page.get_by_text("A link to join is open until")).to_be_visible()
    expect(page.get_by_test_id("stCode")).to_have_count(0)

    other = other_context.new_page()
    other.goto(link)
    expect(other.get_by_label("Name to sign in with")).to_have_value("newcomer")
    other.keyboard.type(PASSWORD)
    other.keyboard.press("Tab")
    other.keyboard.type(PASSWORD)
    other.keyboard.press("Enter")
    expect(other.get_by_role("button", name="Account: Newcomer")).to_be_visible()
    other.goto(link)
    expect(other.get_by_role("alert")).to_contain_text("cannot be used")


def test_a_link_is_revoked(open_as: Open, shared_world: World) -> None:
    give_up(shared_world, "revocable")
    link = accounts.invite(shared_world.store, shared_world.operator, "revocable")
    page = _people(open_as, shared_world)
    _find(page, "revocable")
    page.get_by_role("button", name="Revoke the link").press("Enter")
    expect(page.get_by_text("The link works no more")).to_be_visible()
    with pytest.raises(NotFound):
        accounts.bearer(shared_world.store, link.token, "10.0.0.1")


def test_a_password_is_reset_by_a_link(open_as: Open, shared_world: World) -> None:
    person = new_coder(shared_world, "forgetful")
    page = _people(open_as, shared_world)
    _find(page, "forgetful")
    page.get_by_role("button", name="Reset the password…").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Make the link").press("Enter")
    token = page.get_by_test_id("stCode").inner_text().strip().rsplit("/", 1)[1]
    accounts.accept(shared_world.store, token, "another long one", "10.0.0.1")
    assert accounts.sign_in(shared_world.store, person.name, "another long one", "10.0.0.1", "")


def test_role_and_name_are_changed(open_as: Open, shared_world: World) -> None:
    person = new_coder(shared_world, "rising")
    page = _people(open_as, shared_world)
    _find(page, "rising")
    page.get_by_label("Name that others see").fill(HOSTILE)
    page.get_by_role("combobox", name=re.compile("Role")).click()
    page.get_by_role("option", name="reviewer").click()
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(page.get_by_role("combobox", name=re.compile("Role"))).to_have_value("reviewer")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    changed = shared_world.store.people.get(person.id)
    assert (changed.display_name, changed.role) == (HOSTILE, "reviewer")
    expect(page.get_by_role("heading", name="<img src=x onerror=alert(1)>")).to_be_visible()
    assert page.locator("[data-testid=stMain] img").count() == 0
    accounts.describe_person(
        shared_world.store, shared_world.operator, person, display_name="rising"
    )


def test_somebodys_projects_are_listed_and_lead_to_their_members(
    open_as: Open, shared_world: World
) -> None:
    new_coder(shared_world, "belonging")
    page = _people(open_as, shared_world)
    _find(page, "belonging")
    row = page.get_by_role("table", name="Projects").locator("tbody tr")
    expect(row).to_contain_text("analyst")
    row.get_by_role("link", name=shared_world.project.name).click()
    expect(page.get_by_role("table", name="Members")).to_contain_text("belonging")


def test_the_last_administrator_is_not_offered_to_leave(open_as: Open, shared_world: World) -> None:
    store, operator, admin = shared_world.store, shared_world.operator, shared_world.people["admin"]
    others = [
        one
        for one in store.people.all()
        if one.role == "admin" and one.kind == "person" and one.active and one.id != admin.id
    ]
    for one in others:
        accounts.change_person(store, operator, one, active=False)
    try:
        page = open_as(admin, f"/people?person={admin.id}")
        expect(page.get_by_role("button", name="Deactivate…")).to_be_disabled()
        expect(page.get_by_text("No other administrator can sign in")).to_be_visible()
    finally:
        for one in others:
            accounts.change_person(store, operator, one, active=True)


def test_deactivated_after_asking_and_activated_again(open_as: Open, shared_world: World) -> None:
    person = new_coder(shared_world, "pausing")
    token = accounts.sign_in(shared_world.store, person.name, PASSWORD, "10.0.0.1", "")
    page = _people(open_as, shared_world)
    _find(page, "pausing")
    page.get_by_role("button", name="Deactivate…").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Cancel").press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert accounts.session_person(shared_world.store, token) is not None
    page.get_by_role("button", name="Deactivate…").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Deactivate").press("Enter")
    expect(page.get_by_text("pausing cannot sign in any more")).to_be_visible()
    assert accounts.session_person(shared_world.store, token) is None
    page.reload()
    expect(page.get_by_text("deactivated", exact=True)).to_be_visible()
    expect(page.get_by_text("Deactivated: cannot sign in until")).to_be_visible()
    expect(page.get_by_text("Signs in with a password.")).to_have_count(0)
    expect(page.get_by_role("button", name="Reset the password…")).to_be_disabled()
    expect(page.get_by_text("Activate the account first")).to_be_visible()
    page.get_by_role("button", name="Activate", exact=True).press("Enter")
    expect(page.get_by_text("pausing may sign in again")).to_be_visible()
    expect(page.get_by_text("deactivated", exact=True)).to_have_count(0)


@pytest.mark.parametrize("role", ["analyst", "admin"])
def test_nobody_has_to_join_a_project(open_as: Open, shared_world: World, role: str) -> None:
    name = f"outside-{role}"
    give_up(shared_world, name)
    page = _people(open_as, shared_world)
    page.get_by_role("button", name="Invite somebody…").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name to sign in with").fill(name)
    if role == "admin":
        dialog.get_by_role("combobox", name="Role").click()
        page.get_by_role("option", name="admin", exact=True).click()
        expect(dialog.get_by_text("Administrators open all projects")).to_be_visible()
    else:
        dialog.get_by_role("combobox", name="Joins the project").click()
        page.get_by_role("option", name="none for now").click()
    expect(dialog.get_by_role("combobox", name="Joins the project")).to_have_value("none for now")
    dialog.get_by_role("button", name="Make the link").press("Enter")
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    person = shared_world.store.people.named(name)
    assert person.role == role
    assert shared_world.store.projects.of_member(person.id) == []
    # An administrator more would not be the last one.
    accounts.change_person(shared_world.store, shared_world.operator, person, active=False)


def test_an_administrator_ends_sessions(open_as: Open, shared_world: World) -> None:
    person = new_coder(shared_world, "everywhere")
    for agent in ("Firefox/130.0 (X11; Linux x86_64)", "curl/8.0"):
        accounts.sign_in(shared_world.store, person.name, PASSWORD, "10.0.0.1", agent)
    page = _people(open_as, shared_world)
    _find(page, "everywhere")
    rows = page.get_by_role("table", name="Sessions").locator("tbody tr")
    expect(rows).to_have_count(2)
    page.get_by_role("checkbox", name="Select curl").press("Space")
    page.get_by_role("button", name="End 1 session").press("Enter")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Firefox on Linux")
    page.get_by_role("button", name="End all…").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="End sessions").press("Enter")
    expect(page.get_by_text("Signed in nowhere.")).to_be_visible()


def test_nobody_else_sees_people(open_as: Open, shared_world: World) -> None:
    page = open_as(shared_world.people["editor"], f"/people?person={shared_world.analyst.id}")
    expect(page.get_by_text("This page is for administrators")).to_be_visible()
    expect(bar(page)).not_to_contain_text("People")
    assert "analyst-1" not in page.locator("[data-testid=stMain]").inner_text()
