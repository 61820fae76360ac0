from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from annotate import accounts, projects, review
from annotate.model import Person, Project
from annotate.reading import ListRequest
from annotate.review import Wish
from annotate.store import ArticleFilter
from tests.browser.conftest import Open
from tests.browser.desk import bar, new_coder, quiet
from tests.browser.test_accessibility import violations
from tests.world import World, statement

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
    expect(dialog.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Talks")
    dialog.get_by_role("button", name="Make the project").press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("already")
    make_it = dialog.get_by_role("button", name="Make the project").bounding_box()
    refused = dialog.get_by_role("alert").bounding_box()
    assert make_it
    assert refused
    assert refused["y"] < make_it["y"]
    dialog.get_by_text("Reviewers do not see who coded").click()
    dialog.get_by_label("Name").fill(f"Of {person.name}")
    dialog.get_by_role("button", name="Make the project").press("Enter")
    expect(page.get_by_role("heading", name=f"Of {person.name}")).to_be_visible()
    expect(page.get_by_role("button", name=f"Project: Of {person.name}")).to_be_visible()
    expect(page.get_by_text("No articles yet.")).to_be_visible()
    expect(page.get_by_role("link", name="Or take new ones in")).to_be_visible()
    made = shared_world.store.projects.named(f"Of {person.name}")
    assert shared_world.store.projects.members(made.id) == {person.id: "editor"}
    assert made.hide_coders


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
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    changed = shared_world.store.projects.get(project.id)
    assert (changed.description, changed.blind) == ("**Ships**, and what they carry", True)


def test_blind_work_ends_only_after_asking(open_as: Open, shared_world: World, make: Make) -> None:
    person, project = make()
    store = shared_world.store
    projects.add_named(store, person, project.id, shared_world.articles)
    coder = accounts.add_person(store, shared_world.operator, f"b-{project.name}".replace(" ", ""),
                                project_id=project.id)  # fmt: skip
    statement(replace(shared_world, project=project), coder)
    page = _tab(open_as, person, project, "describe")
    page.get_by_label("Blind:").press("Space")
    page.get_by_role("button", name="Save").press("Enter")
    dialog = page.get_by_role("dialog", name="Stop working blind?")
    expect(dialog).to_contain_text("1 coder still works blind on 1 article.")
    assert violations(page) == []
    dialog.get_by_role("button", name="Cancel").press("Enter")
    expect(dialog).to_have_count(0)
    assert store.projects.get(project.id).blind
    page.get_by_role("button", name="Save").press("Enter")
    dialog.get_by_role("button", name="Stop working blind").press("Enter")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    assert not store.projects.get(project.id).blind


def test_articles_are_added_by_filter_taken_out_and_put_back(
    open_as: Open, shared_world: World, make: Make
) -> None:
    person, project = make()
    page = _tab(open_as, person, project, "articles")
    page.get_by_label("That match a search").fill("磋商")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 articles match.")).to_be_visible()
    expect(page.get_by_role("table", name="The first of them")).to_contain_text("议会质询")
    page.get_by_role("button", name="Add them all").press("Enter")
    expect(page.get_by_text("2 articles added", exact=True)).to_be_visible()
    expect(page.get_by_text("2 articles match. All of them are here already.")).to_be_visible()
    expect(page.get_by_role("button", name="Add them all")).to_be_disabled()
    assert len(_inside(shared_world, project)) == 2
    undo = page.get_by_role("button", name="Undo")
    undo.press("Enter")
    expect(page.get_by_text("2 articles taken out", exact=True)).to_be_visible()
    assert _inside(shared_world, project) == set()
    page.get_by_role("button", name="Add them all").press("Enter")
    expect(page.get_by_text("2 articles added", exact=True)).to_be_visible()
    page.get_by_text("Take out by filter").click()
    expect(page.get_by_role("button", name="Take them out…")).to_be_visible()
    page.get_by_label("That match a search").fill("议会质询")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 article matches.")).to_be_visible()
    page.get_by_role("button", name="Take them out…").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Take out").press("Enter")
    expect(page.get_by_text("1 article taken out")).to_be_visible()
    assert len(_inside(shared_world, project)) == 1
    undo.press("Enter")
    expect(page.get_by_text("1 article is back")).to_be_visible()
    assert len(_inside(shared_world, project)) == 2
    page.get_by_role("button", name="Take them out…").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Take out").press("Enter")
    expect(page.get_by_text("1 article taken out")).to_be_visible()
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
    field = page.get_by_label("Articles, one a line")
    field.fill(f"https://a.example/1\n{shared_world.articles[2]}\nhttps://nowhere.example/<b>")
    page.get_by_role("button", name="Add", exact=True).press("Enter")
    expect(page.get_by_text("2 articles added")).to_be_visible()
    expect(page.get_by_text("1 line was not found and stays above")).to_be_visible()
    expect(page.get_by_text("or take the article in first, on the page Ingest")).to_be_visible()
    expect(field).to_have_value("https://nowhere.example/<b>")
    page.get_by_text("Take out by list").click()
    expect(page.get_by_role("button", name="Take out", exact=True)).to_be_visible()
    expect(field).to_have_value("")
    assert _inside(shared_world, project) == {shared_world.articles[0], shared_world.articles[2]}


def test_lines_that_nothing_goes_by_stay_to_be_mended(
    open_as: Open, shared_world: World, make: Make
) -> None:
    person, project = make()
    accounts.remove_member(shared_world.store, shared_world.operator, person,
                           shared_world.project.id)  # fmt: skip
    page = _tab(open_as, person, project, "articles")
    # Where there is no other project, there is but this way.
    field = page.get_by_label("Articles, one a line")
    expect(page.get_by_text("Add by filter")).to_have_count(0)
    field.fill("https://nowhere.example/1\nnone")
    page.get_by_role("button", name="Add", exact=True).press("Enter")
    expect(page.get_by_text("2 lines were not found and stay above")).to_be_visible()
    expect(field).to_have_value("https://nowhere.example/1\nnone")
    expect(page.get_by_text("0 articles added")).to_have_count(0)


def test_members_are_added_changed_and_taken_out(
    open_as: Open, shared_world: World, make: Make
) -> None:
    person, project = make()
    page = _tab(open_as, person, project, "members")
    add = page.get_by_role("button", name="Add to the project")
    role = page.get_by_role("combobox", name="Role here")
    for name, own in (("admin-1", "admin"), ("reviewer-1", "reviewer")):
        page.get_by_role("combobox", name="Person").click()
        page.keyboard.type(name)
        page.keyboard.press("Enter")
        expect(role).to_have_value(own)
    add.press("Enter")
    expect(page.get_by_text("reviewer-1 is in the project")).to_be_visible()
    expect(role).to_have_value("analyst")
    reviewer = shared_world.people["reviewer"]
    assert shared_world.store.projects.role(project.id, reviewer.id) == "reviewer"
    page.get_by_role("button", name="Change… reviewer-1").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Role here").click()
    page.get_by_role("option", name="viewer", exact=True).click()
    dialog.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    assert shared_world.store.projects.role(project.id, reviewer.id) == "viewer"
    page.get_by_role("button", name="Change… reviewer-1").press("Enter")
    dialog.get_by_role("button", name="Take out of the project…").press("Enter")
    asked = page.get_by_role("dialog", name="Take reviewer-1 out of the project?")
    expect(asked).to_contain_text("what they recorded stays")
    assert violations(page) == []
    asked.get_by_role("button", name="Cancel").press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert shared_world.store.projects.role(project.id, reviewer.id) == "viewer"
    page.get_by_role("button", name="Change… reviewer-1").press("Enter")
    dialog.get_by_role("button", name="Take out of the project…").press("Enter")
    asked.get_by_role("button", name="Take out").press("Enter")
    expect(page.get_by_text("reviewer-1 is not in the project any more")).to_be_visible()
    assert shared_world.store.projects.role(project.id, reviewer.id) is None
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_text("reviewer-1 is in the project again")).to_be_visible()
    assert shared_world.store.projects.role(project.id, reviewer.id) == "viewer"
    page.get_by_role("button", name=f"Change… {person.name}", exact=True).press("Enter")
    dialog.get_by_role("button", name="Take out of the project…").press("Enter")
    dialog.get_by_role("button", name="Take out", exact=True).press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("no editor left")


def test_an_administrator_is_called_so_in_every_project(
    open_as: Open, shared_world: World, make: Make
) -> None:
    person, project = make()
    admin = shared_world.people["admin"]
    accounts.change_member(shared_world.store, person, admin, project.id, "editor")
    page = _tab(open_as, person, project, "members")
    row = page.get_by_role("table", name="Members").get_by_role("row", name=admin.name)
    expect(row.get_by_text("admin", exact=True)).to_be_visible()
    page.get_by_role("button", name=f"Change… {admin.name}").press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("An administrator is one in all projects.")


def test_what_a_member_has_to_do_is_told_before_they_are_taken_out(
    open_as: Open, shared_world: World, make: Make
) -> None:
    person, project = make()
    store = shared_world.store
    projects.add_named(store, person, project.id, shared_world.articles)
    coder = accounts.add_person(store, shared_world.operator, f"c-{project.name}".replace(" ", ""),
                                project_id=project.id)  # fmt: skip
    review.create(store, person, project.id, Wish("R", (coder.id,), "list"), ListRequest())
    page = _tab(open_as, person, project, "members")
    page.get_by_role("button", name=f"Change… {coder.name}").press("Enter")
    page.get_by_role("button", name="Take out of the project…").press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text(
        "3 articles that they have not submitted stay assigned to them"
    )


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
    page.get_by_text("Show 1 archived").click()
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


def test_without_blind_work_what_follows_a_submission_is_not_asked(
    open_as: Open, shared_world: World
) -> None:
    page = open_as(shared_world.people["editor"], "/projects")
    page.get_by_role("button", name="New project…").press("Enter")
    dialog = page.get_by_role("dialog")
    after = dialog.get_by_role("checkbox", name="After submitting")
    expect(after).to_be_enabled()
    dialog.get_by_role("checkbox", name="Blind").press("Space")
    expect(after).to_be_disabled()
    expect(dialog).to_contain_text("Applies where work is blind")


def test_the_dates_of_a_filter_stay_in_one_row(
    open_as: Open, shared_world: World, make: Make
) -> None:
    person, project = make()
    page = _tab(open_as, person, project, "articles")
    sources = page.get_by_role("combobox", name="From the sources")
    sources.click()
    page.get_by_role("option").first.click()
    page.keyboard.press("Escape")
    quiet(page)
    tops = [
        page.locator("[data-testid=stDateInput]").nth(n).bounding_box() or {"y": n} for n in (0, 1)
    ]
    assert tops[0]["y"] == tops[1]["y"]
    titles = page.get_by_role("table", name="The first of them")
    expect(titles.get_by_role("columnheader").nth(1)).to_have_text(
        re.compile(r"Published \((UTC.*|local time)\)")
    )
