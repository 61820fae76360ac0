"""The Sync page: a link made, what waits decided, and a real Label Studio at the other end."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from annotate import accounts, projects
from annotate.labelstudio import linking
from annotate.model import Person
from annotate.store import Store
from tests.browser.conftest import Open, linked
from tests.browser.desk import Server, bar, go_to, running, turn
from tests.browser.test_accessibility import violations
from tests.labelstudio.flaky import Flaky
from tests.labelstudio.test_configuring import COLOUR, edited
from tests.world import World, build, statement
from tools.linked import STRANGER

if TYPE_CHECKING:
    from tests.labelstudio.server import LabelStudio

# Longer than anything that a test does meanwhile, shorter than what the client waits.
HELD_S = 50.0
SECRET = "abcdefabcdefabcdefabcdefabcdefabcdefabcd"


def sit(context: BrowserContext, server: Server, person: Person, query: str = "") -> Page:
    """The Sync page as somebody sees it."""
    context.add_cookies([server.cookie(person)])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(f"{server.url}/sync{query}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


def part(page: Page, name: str) -> None:
    page.get_by_role("radio", name=re.compile(f"^{name}")).click()
    expect(page.get_by_role("radio", name=re.compile(f"^{name}"))).to_be_checked()


def test_it_is_for_editors(open_as: Open, shared_world: World) -> None:
    page = open_as(shared_world.analyst, "/sync")
    expect(page.get_by_role("heading", name="This page is for editors")).to_be_visible()
    expect(bar(page)).not_to_contain_text("Sync")
    admin = open_as(shared_world.people["admin"], "/articles")
    go_to(admin, "Sync")
    expect(admin.get_by_role("heading", name="Sync")).to_be_visible()


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://127.0.0.1:9", "127.0.0.1:9"),
        ("http://nowhere.invalid", "nowhere.invalid"),
        ("not an address", "address"),
    ],
)
def test_a_connection_that_fails_says_why(
    open_as: Open, shared_world: World, address: str, told: str
) -> None:
    page = open_as(shared_world.people["admin"], "/sync")
    page.get_by_label("Address of Label Studio").fill(address)
    page.get_by_label("Access token", exact=True).fill(SECRET)
    page.get_by_role("button", name="Test the connection").click()
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text(told, timeout=60_000)
    assert SECRET not in page.locator("body").inner_text()
    assert shared_world.store.links.link(shared_world.project.id) is None


def test_who_works_blind_sees_nothing_of_it(
    context: BrowserContext, linked_server: Server, linked_world: World
) -> None:
    page = sit(context, linked_server, linked_world.people["editor"])
    expect(page.get_by_text("labels that you may not see before submitting yours")).to_be_visible()
    part(page, "Problems")
    expect(page.get_by_text("on which you have not submitted your own labels yet")).to_be_visible()


def test_a_conflict_is_decided(
    context: BrowserContext, linked_server: Server, linked_world: World
) -> None:
    store, project = linked_world.store, linked_world.project.id
    first = len(store.links.conflicts(project))
    page = sit(context, linked_server, linked_world.people["admin"])
    page.get_by_role("button", name="Statement: stance").click()
    sides = page.locator(".cd-sides section")
    expect(sides).to_have_count(3)
    expect(sides.nth(1)).to_contain_text("support")
    expect(sides.nth(2)).to_contain_text("neutral")
    expect(page.locator(".cd-sides mark").first).to_be_visible()
    page.get_by_role("button", name="Take Label Studio's").click()
    expect(page.get_by_text("Statement: stance – took Label Studio's")).to_be_visible()
    assert len(store.links.conflicts(project)) == first - 1
    page.goto(f"{linked_server.url}/sync")
    page.locator(".st-key-sync_conflicts_which").get_by_role("combobox").click()
    page.get_by_role("option", name="Decided").click()
    table = page.get_by_role("table", name="Conflicts")
    expect(table).to_contain_text("took Label Studio's")
    expect(table).to_contain_text("admin-1")


def test_something_else_is_written(
    context: BrowserContext, linked_server: Server, linked_world: World
) -> None:
    page = sit(context, linked_server, linked_world.people["admin"])
    page.get_by_role("button", name="Span: position").click()
    page.get_by_text("Write something else").click()
    words = page.get_by_label("The words that it covers")
    words.fill("not in the article at all")
    page.get_by_role("button", name="Write this on both sides").click()
    expect(page.get_by_text("These words do not stand in the article")).to_be_visible()
    text = linked_world.store.articles.get(linked_world.articles[0]).text
    words.fill(text[-20:-6])
    page.get_by_role("button", name="Write this on both sides").click()
    expect(page.get_by_text("Span: position – wrote something else")).to_be_visible()


def test_problems_lead_to_their_tasks(
    context: BrowserContext, linked_server: Server, linked_world: World
) -> None:
    page = sit(context, linked_server, linked_world.people["admin"], "?show=problems")
    table = page.get_by_role("table", name="Problems")
    expect(table).to_contain_text("unknown person")
    there = table.get_by_role("link", name="Task 100")
    expect(there).to_have_attribute("href", "http://127.0.0.1:9/projects/7/data?task=100")
    expect(there).to_have_attribute("target", "_blank")
    page.get_by_role("button", name="Leave 1 article out").click()
    expect(page.get_by_text("1 article is left out")).to_be_visible()
    expect(page.get_by_role("table", name="Articles left out")).to_be_visible()
    expect(page.get_by_role("table", name="Deleted tasks")).to_have_count(0)
    page.get_by_role("button", name="Send 1 article again").click()
    expect(page.get_by_text("1 article goes there at the next sync")).to_be_visible()
    assert {
        one.state for one in linked_world.store.links.tasks(linked_world.project.id).values()
    } == {"linked"}


def test_a_stranger_is_named(
    context: BrowserContext, linked_server: Server, linked_world: World
) -> None:
    store, project = linked_world.store, linked_world.project.id
    page = sit(context, linked_server, linked_world.people["admin"], "?show=people")
    expect(page.get_by_text(STRANGER)).to_be_visible()
    page.get_by_role("combobox", name="Labels here as").click()
    page.get_by_role("option", name="analyst-1").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The next sync takes in what they labelled.")).to_be_visible()
    assert store.links.people(project) == {STRANGER: linked_world.analyst.id}
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_role("combobox", name="Labels here as")).to_be_visible()
    assert store.links.people(project) == {}


def test_the_settings(context: BrowserContext, linked_server: Server, linked_world: World) -> None:
    store, project = linked_world.store, linked_world.project.id
    page = sit(context, linked_server, linked_world.people["admin"], "?show=settings")
    page.get_by_role("combobox", name="Synchronise by itself").click()
    page.get_by_role("option", name="every day").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("by itself every day")).to_be_visible()
    page.get_by_role("button", name="Send all labels…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("before they have submitted their own", timeout=60_000)
    dialog.get_by_role("button", name="Send all labels").click()
    expect(page.get_by_role("button", name="Hold back what they may not see")).to_be_visible()
    link = store.links.link(project)
    assert link is not None and (link.reveals, link.every_minutes) == (True, 1440)
    page.get_by_role("button", name="Hold back what they may not see").click()
    expect(page.get_by_role("button", name="Send all labels…")).to_be_visible()


def test_a_sync_that_fails_says_why_and_is_logged(
    context: BrowserContext, linked_server: Server, linked_world: World
) -> None:
    page = sit(context, linked_server, linked_world.people["admin"], "?show=log")
    rows = page.get_by_role("table", name="Synchronisations").locator("tbody tr")
    expect(rows.first).to_be_visible()
    before = rows.count()
    page.get_by_role("button", name="Sync now").click()
    expect(page.get_by_role("alert")).to_be_visible(timeout=60_000)
    expect(rows).to_have_count(before + 1)
    expect(rows.first).to_contain_text("failed")
    expect(page.get_by_text(re.compile("Last sync .*, failed · "))).to_be_visible()


def test_no_part_of_a_linked_project_is_out_of_reach(
    context: BrowserContext, tmp_path: Path
) -> None:
    world = linked(Store(tmp_path / "claimdesk.db"))
    conflict = world.store.links.conflicts(world.project.id)[0].id
    shown = [f"?show={one}" for one in ("conflicts", "problems", "people", "log", "settings")]
    with running(world.store, tmp_path) as server:
        page = sit(context, server, world.people["admin"])
        for query in (*shown, f"?conflict={conflict}"):
            turn(page, f"/sync{query}", "Sync")
            expect(page.locator(".stApp[data-test-script-state=notRunning]")).to_be_visible()
            assert violations(page) == [], query


@pytest.fixture
def own_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Server]]:
    """A world and server that no other test uses."""
    folder = tmp_path_factory.mktemp("own")
    world = build(Store(folder / "claimdesk.db"))
    statement(world)
    with running(world.store, folder) as server:
        yield world, server


def test_an_edited_configuration_becomes_a_draft(
    context: BrowserContext, own_world: tuple[World, Server]
) -> None:
    world, server = own_world
    mood = ("</View>", '<Rating name="mood" toName="text"/></View>')
    edited(world, COLOUR, mood)
    page = sit(context, server, world.people["editor"], "?show=settings")
    expect(page.get_by_role("table", name="Differences")).to_contain_text("#123456")
    expect(page.get_by_text("A codebook has no place for Rating")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Put into the codebook's draft").click()
    expect(page.get_by_text("It is in your draft of the codebook.")).to_be_visible()
    go_to(page, "Codebook")
    expect(page.get_by_text("Unsaved changes to version 1")).to_be_visible()
    expect(page.get_by_label("What has changed and why")).to_have_value("As edited in Label Studio")
    page.get_by_role("button", name="Save as version 2").click()
    expect(page.get_by_text("Saved as version 2")).to_be_visible()
    assert world.store.projects.codebook(world.project.id).span_kinds[0].colour == "#123456"
    page.goto(f"{server.url}/sync?show=settings")
    expect(page.get_by_text("Nothing in it changes the codebook.")).to_be_visible()
    expect(page.get_by_role("button", name="Take in as version")).to_have_count(0)
    page.get_by_role("button", name="Write ours back").click()
    expect(page.get_by_text("The next sync writes our configuration there")).to_be_visible()
    link = world.store.links.link(world.project.id)
    assert link is not None and link.configuration_there == ""


def test_an_edited_configuration_is_taken_in_as_it_was_seen(
    context: BrowserContext, own_world: tuple[World, Server]
) -> None:
    world, server = own_world
    edited(world, COLOUR)
    page = sit(context, server, world.people["editor"], "?show=settings")
    differences = page.get_by_role("table", name="Differences")
    page.get_by_role("button", name="Put into the codebook's draft").click()
    expect(page.get_by_text("It is in your draft of the codebook.")).to_be_visible()
    # Edited there again while somebody looks at the page: what they press decides nothing.
    edited(world, (COLOUR[0], COLOUR[1].replace("123456", "654321")))
    page.get_by_role("button", name="Take in as version 2").click()
    expect(differences).to_contain_text("#654321")
    assert world.store.projects.get(world.project.id).codebook_version == 1
    page.get_by_role("button", name="Put into the codebook's draft").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("You have unsaved changes to the codebook")
    dialog.get_by_role("button", name="Replace it").click()
    expect(page.get_by_text("It is in your draft of the codebook.")).to_be_visible()
    page.get_by_role("button", name="Take in as version 2").click()
    expect(page.get_by_text("Saved as version 2")).to_be_visible()
    expect(page.get_by_role("heading", name="The configuration was edited")).to_have_count(0)
    assert world.store.projects.codebook(world.project.id).span_kinds[0].colour == "#654321"


@pytest.mark.slow
def test_a_sync_is_cancelled_and_goes_on_later(
    context: BrowserContext, own_world: tuple[World, Server], labelstudio: LabelStudio
) -> None:
    world, server = own_world
    project, proxy = world.project.id, Flaky(labelstudio.url)
    reached, go_on = threading.Event(), threading.Event()

    def hold(method: str, path: str) -> None:
        if "/api/tasks" in path:
            reached.set()
            go_on.wait(HELD_S)

    try:
        linking.link(
            world.store, world.operator, project, proxy.url, labelstudio.token, None, "Cancelled"
        )
        proxy.watch = hold
        page = sit(context, server, world.people["admin"])
        page.get_by_role("button", name="Sync now").click()
        assert reached.wait(60)
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_role("button", name="Stopping…")).to_be_disabled()
        go_on.set()
        state = page.get_by_text("Last sync")
        expect(state).to_contain_text("cancelled", timeout=60_000)
        assert world.store.links.tasks(project) == {}
        page.get_by_role("button", name="Sync now").click()
        expect(state).to_contain_text("done: sent 3 tasks", timeout=60_000)
        assert len(labelstudio.tasks(linking.link_of(world.store, project).remote_id)) == 3
        part(page, "Log")
        rows = page.get_by_role("table", name="Synchronisations").locator("tbody tr")
        expect(rows.nth(0)).to_contain_text("done")
        expect(rows.nth(1)).to_contain_text("cancelled")
    finally:
        go_on.set()
        proxy.close()


@pytest.mark.slow
def test_a_project_is_linked_synchronised_and_unlinked(
    context: BrowserContext, own_world: tuple[World, Server], labelstudio: LabelStudio
) -> None:
    world, server = own_world
    page = sit(context, server, world.people["admin"])
    page.get_by_label("Address of Label Studio").fill(labelstudio.url)
    page.get_by_label("Access token", exact=True).fill("0" * 40)
    page.get_by_role("button", name="Test the connection").click()
    expect(page.get_by_role("alert")).to_contain_text("token", timeout=60_000)
    page.get_by_label("Access token", exact=True).fill(labelstudio.token)
    page.get_by_role("button", name="Test the connection").click()
    expect(page.get_by_text("Connected to")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.get_by_role("button", name="Dry run")).to_be_visible(timeout=60_000)
    assert labelstudio.token not in page.content()
    # Others who read there have accounts from other tests.
    linking.change(world.store, world.operator, world.project.id, reveals=True, every_minutes=None)
    page.get_by_role("button", name="Dry run").click()
    expect(page.get_by_role("heading", name="What a sync would do")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("table", name="Steps of a sync")).to_contain_text("send as a task")
    assert world.store.links.tasks(world.project.id) == {}
    _look_at_changes(page, world)
    page.get_by_role("button", name="Sync now").click()
    expect(page.get_by_text(re.compile("Last sync .*sent 3 tasks"))).to_be_visible(timeout=60_000)
    assert len(world.store.links.tasks(world.project.id)) == 3
    assert labelstudio.token not in (server.log.read_text("utf-8", "replace"))
    part(page, "Settings")
    page.get_by_role("button", name="Unlink…").click()
    page.get_by_role("dialog").get_by_role("button", name="Unlink").click()
    expect(page.get_by_role("button", name="Test the connection")).to_be_visible()
    assert world.store.links.link(world.project.id) is None


def _look_at_changes(page: Page, world: World) -> None:
    """The labels that would change stand folded under their article."""
    (labels,) = world.store.labels.with_content(
        world.store.labels.heads_on(world.articles, world.project.id)
    )
    many = len(labels.spans) + len(labels.statements)
    changes = page.locator(".cd-changes")
    expect(changes.locator("summary")).to_have_count(1)
    expect(changes.locator("summary")).to_contain_text(f"{many} labels")
    expect(changes.locator("li").first).to_be_hidden()
    changes.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(changes.locator("li")).to_have_count(many)
    expect(changes.locator("li .chip").first).to_have_text("add there")
    made = changes.locator("li", has_text="Statement")
    expect(made).to_contain_text(labels.spans[0].quote)
    expect(made).to_contain_text("support")
    expect(made).to_contain_text("analyst-1")
    assert violations(page) == []


def test_an_archived_project_is_not_synchronised(open_as: Open, shared_world: World) -> None:
    store, operator = shared_world.store, shared_world.operator
    project = projects.create(store, operator, "Put away")
    projects.archive(store, operator, project.id)
    assert not accounts.may(store, operator, "labelstudio.sync", project.id)
    page = open_as(shared_world.people["admin"], f"/sync?project={project.id}")
    expect(page.get_by_role("heading", name="The project is archived")).to_be_visible()
