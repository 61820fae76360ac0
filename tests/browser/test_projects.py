from __future__ import annotations

import itertools
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotate import accounts, projects
from annotate.model import Person, Project
from annotate.store import ArticleFilter
from tests.browser.conftest import Open
from tests.browser.desk import bar, new_coder
from tests.world import World

_numbers = itertools.count(1)
Make = Callable[[], tuple[Person, Project]]


@pytest.fixture
def make(shared_world: World) -> Make:
    """A new editor, who also reads the world's project, with a project of their own."""

    def make_() -> tuple[Person, Project]:
        n = next(_numbers)
        person = new_coder(shared_world, f"founder-{n}")
        accounts.change_person(shared_world.store, shared_world.operator, person, role="editor")
        person = shared_world.store.people.get(person.id)
        return person, projects.create(shared_world.store, person, f"Harbour {n}")

    return make_


def _inside(world: World, project: Project) -> set[str]:
    chosen = ArticleFilter(project_id=project.id)
    return {id_ for ids in world.store.listing.walk(chosen) for id_ in ids}


def _tab(open_as: Open, person: Person, project: Project, tab: str) -> Page:
    address = f"/projects?open={project.id}&project={project.id}&tab={tab}"
    page = open_as(person, address)
    expect(page.get_by_role("heading", name=project.name)).to_be_visible()
    return page


def test_a_project_is_made_and_becomes_the_chosen_one(
    open_as: Open, shared_world: World, make: Make
) -> None:
    person, _ = make()
    page = open_as(person, "/projects")
    page.get_by_role("button", name="New project…").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Talks")
    dialog.get_by_role("button", name="Make the project").press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("already")
    dialog.get_by_label("Name").fill(f"Of {person.name}")
    dialog.get_by_role("button", name="Make the project").press("Enter")
    expect(page.get_by_role("heading", name=f"Of {person.name}")).to_be_visible()
    expect(page.get_by_role("button", name=f"Project: Of {person.name}")).to_be_visible()
    expect(page.get_by_text("No articles yet.")).to_be_visible()
    expect(page.get_by_role("link", name="Or take new ones in")).to_be_visible()
    made = shared_world.store.projects.named(f"Of {person.name}")
    assert shared_world.store.projects.members(made.id) == {person.id: "editor"}


def test_the_list_is_walked_by_keyboard(open_as: Open, make: Make) -> None:
    person, project = make()
    page = open_as(person, "/projects")
    expect(page.locator(".cd-table tbody tr")).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=project.name)).to_be_visible()
    expect(page).to_have_url(re.compile(f"open={project.id}"))
    page.get_by_role("button", name="← All projects").press("Enter")
    expect(page.get_by_role("heading", name="Projects", exact=True)).to_be_visible()


def test_the_back_button_goes_to_the_part_seen_before(open_as: Open, make: Make) -> None:
    person, project = make()
    page = _tab(open_as, person, project, "describe")
    expect(page.get_by_label("What it is about")).to_be_visible()
    page.get_by_role("radio", name="Members").click()
    expect(page.get_by_role("table", name="Members")).to_be_visible()
    expect(page).to_have_url(re.compile("tab=members"))
    page.go_back()
    expect(page.get_by_label("What it is about")).to_be_visible()
    expect(page.get_by_role("radio", name="Description")).to_be_checked()


def test_it_is_described(open_as: Open, shared_world: World, make: Make) -> None:
    person, project = make()
    page = _tab(open_as, person, project, "describe")
    page.get_by_label("What it is about").fill("**Ships**, and what they carry")
    page.get_by_label("Blind:").press("Space")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    changed = shared_world.store.projects.get(project.id)
    assert (changed.description, changed.blind) == ("**Ships**, and what they carry", False)


def test_articles_are_added_by_filter_taken_out_and_put_back(
    open_as: Open, shared_world: World, make: Make
) -> None:
    person, project = make()
    page = _tab(open_as, person, project, "articles")
    page.get_by_label("That match a search").fill("磋商")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 articles match.")).to_be_visible()
    page.get_by_role("button", name="Add them all").press("Enter")
    expect(page.get_by_text("2 articles added", exact=True)).to_be_visible()
    assert len(_inside(shared_world, project)) == 2
    page.get_by_text("Take out by filter").click()
    expect(page.get_by_role("button", name="Take them out…")).to_be_visible()
    page.get_by_label("That match a search").fill("议会质询")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 article matches.")).to_be_visible()
    page.get_by_role("button", name="Take them out…").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Take out").press("Enter")
    expect(page.get_by_text("1 article taken out")).to_be_visible()
    assert len(_inside(shared_world, project)) == 1
    page.get_by_role("checkbox", name="Select 议会质询").press("Space")
    expect(page.get_by_role("button", name="Put back")).to_be_enabled()
    put_back = page.get_by_role("button", name="Put back")
    expect(put_back).to_be_enabled()
    put_back.press("Enter")
    expect(page.get_by_text("1 article is back")).to_be_visible()
    assert len(_inside(shared_world, project)) == 2


def test_articles_are_added_by_a_pasted_list(
    open_as: Open, shared_world: World, make: Make
) -> None:
    person, project = make()
    page = _tab(open_as, person, project, "articles")
    page.get_by_text("Add by list").click()
    field = page.get_by_label("Addresses, ids or links")
    field.fill(f"https://a.example/1\n{shared_world.articles[2]}\nhttps://nowhere.example/<b>")
    page.get_by_role("button", name="Add", exact=True).press("Enter")
    expect(page.get_by_text("2 articles added")).to_be_visible()
    expect(page.get_by_text("1 was not found:")).to_be_visible()
    expect(page.get_by_text("https://nowhere.example/<b>")).to_be_visible()
    assert _inside(shared_world, project) == {shared_world.articles[0], shared_world.articles[2]}


def test_members_are_added_changed_and_taken_out(
    open_as: Open, shared_world: World, make: Make
) -> None:
    person, project = make()
    page = _tab(open_as, person, project, "members")
    page.get_by_role("combobox", name="Person").click()
    page.keyboard.type("reviewer-1")
    page.keyboard.press("Enter")
    add = page.get_by_role("button", name="Add to the project")
    expect(add).to_be_enabled()
    add.press("Enter")
    expect(page.get_by_text("reviewer-1 is in the project")).to_be_visible()
    reviewer = shared_world.people["reviewer"]
    assert shared_world.store.projects.role(project.id, reviewer.id) == "analyst"
    page.get_by_role("button", name="reviewer-1").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Role here").click()
    page.get_by_role("option", name="viewer", exact=True).click()
    dialog.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    assert shared_world.store.projects.role(project.id, reviewer.id) == "viewer"
    page.get_by_role("button", name="reviewer-1").press("Enter")
    dialog.get_by_role("button", name="Take out of the project").press("Enter")
    expect(page.get_by_text("reviewer-1 is not in the project any more")).to_be_visible()
    page.get_by_role("button", name=person.name, exact=True).last.press("Enter")
    dialog.get_by_role("button", name="Take out of the project").press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("no editor left")


def test_an_archived_project_leaves_the_menu_and_comes_back(
    open_as: Open, shared_world: World, make: Make
) -> None:
    person, project = make()
    page = _tab(open_as, person, project, "archive")
    page.get_by_role("button", name="Archive the project…").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Archive", exact=True).press("Enter")
    expect(page.get_by_text("The project is in the archive")).to_be_visible()
    chosen = page.get_by_role("button", name=f"Project: {project.name} (archived)")
    expect(chosen).to_be_visible()
    page.goto(page.url.split("?")[0])
    expect(page.locator(".cd-table tbody tr")).to_have_count(1)
    page.get_by_role("button", name=re.compile("^Project:")).click()
    expect(page.get_by_role("menuitem", name=project.name)).to_have_count(0)
    page.keyboard.press("Escape")
    page.get_by_text("with 1 archived").click()
    page.get_by_role("button", name=project.name).press("Enter")
    page.get_by_text("Description", exact=True).click()
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    page.get_by_text("Archive", exact=True).click()
    page.get_by_role("button", name="Take out of the archive").press("Enter")
    expect(page.get_by_text("The project is open again")).to_be_visible()
    assert not shared_world.store.projects.is_archived(project.id)


def test_the_settings_of_others_projects_stay_theirs(
    open_as: Open, shared_world: World, make: Make
) -> None:
    _, project = make()
    page = open_as(shared_world.analyst, f"/projects?open={project.id}")
    expect(page.get_by_text("This project is not open to you")).to_be_visible()
    assert project.name not in page.locator("[data-testid=stMain]").inner_text()
    expect(bar(page)).not_to_contain_text("Projects")
