"""What holds for the look of every page: nothing jumps on a save, and it fits any width."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, Route, expect

from annotate.codebook import DEFAULT
from annotate.model import new_id
from annotate.ui.main import Page as AppPage
from annotate.ui.main import pages
from tests.browser.conftest import Open, Turn
from tests.browser.desk import new_coder, quiet
from tests.world import World

# Where an element's upper edge was in any frame from now on.
WATCH = """(selector) => {
  window.tops = []
  const look = () => {
    const top = document.querySelector(selector)?.getBoundingClientRect().top
    if (top !== undefined && top !== window.tops.at(-1)) window.tops.push(top)
    requestAnimationFrame(look)
  }
  look()
}"""


DRAWN = ".st-key-office h1, .cd-articles tbody a, .cd-tag .text > p, .st-key-message h1"


@dataclass(frozen=True)
class Saving:
    """A page with something to save: what must not move, how it is saved, and what is told."""

    path: str
    still: str
    told: str
    save: Callable[[Page], None] = lambda page: page.get_by_role("button", name="Save").click()


def _new_version(page: Page) -> None:
    field = page.locator(".cd-codebook section[aria-label=Stances] li.value").first
    field.get_by_label("English", exact=True).fill("in favour")
    page.keyboard.press("Tab")
    quiet(page)
    page.get_by_label("What has changed and why").fill("Clearer")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Save as version").click()


@pytest.mark.parametrize("page_name", ["account", "people", "project", "codebook"])
def test_nothing_moves_when_something_is_saved(
    open_as: Open, shared_world: World, page_name: str
) -> None:
    store, world = shared_world.store, shared_world
    name = f"unmoved-{new_id()}"
    person = new_coder(world, name)
    with store.write(world.operator.id) as tx:
        project = store.projects.create(tx, name, DEFAULT)
    saving = {
        "account": Saving("/account", ".st-key-account_shown", "Saved"),
        "people": Saving(f"/people?person={person.id}", ".st-key-people_way_in", "Saved"),
        "project": Saving(f"/projects?open={project.id}", "[data-testid=stForm]", "Saved"),
        "codebook": Saving(
            f"/codebook?project={project.id}", ".cd-codebook", "Saved as version 2", _new_version
        ),
    }[page_name]
    page = open_as(world.people["admin"], saving.path)
    expect(page.locator(saving.still)).to_be_visible()
    # What still moves because the page is coming up has not moved for the saving.
    assert quiet(page)
    page.evaluate(WATCH, saving.still)
    saving.save(page)
    told = page.get_by_role("status").get_by_text(saving.told, exact=True)
    expect(told).to_be_in_viewport()
    quiet(page)
    page.wait_for_timeout(200)
    assert len(page.evaluate("window.tops")) == 1, page.evaluate("window.tops")


AMISS = Path(__file__).with_name("amiss.js").read_text("utf-8")
WIDTHS = ((1024, 768), (1440, 900), (2560, 1440))


@pytest.mark.parametrize("at", pages(), ids=attrgetter("path"))
def test_a_page_fits_every_width(turn_to: Turn, at: AppPage) -> None:
    page = turn_to(at)
    expect(page.locator(".cd-top nav a").first).to_be_attached()
    expect(page.locator(DRAWN).first).to_be_visible()
    expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0)
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function("(width) => innerWidth === width", arg=width)
        quiet(page)
        assert page.evaluate(AMISS) == [], width
    page.evaluate("""() => {
      const astray = [0, 0].map(() => document.createElement("button"))
      const [wide, over] = astray
      wide.textContent = over.textContent = "astray"
      wide.style = "position:fixed;left:2500px;width:200px;bottom:0"
      over.style = "position:fixed;left:2450px;width:90px;bottom:0"
      document.querySelector("main").append(...astray)
      window.tidy = () => astray.forEach((one) => one.remove())
    }""")
    assert len(page.evaluate(AMISS)) == 2, "what is amiss is found"
    page.evaluate("tidy()")


def test_a_line_says_that_the_page_is_on_its_way(open_as: Open, shared_world: World) -> None:
    person = shared_world.people["viewer"]
    first = open_as(person, "/signin")
    page = first.context.new_page()
    held: list[Route] = []
    free: list[bool] = []

    def hold(route: Route) -> None:
        if free:
            route.continue_()
        else:
            held.append(route)

    page.route("**/static/js/index.*.js", hold)
    page.goto(urljoin(first.url, "/articles"), wait_until="commit")
    look = """(part) => {
      const { content, animationName } = getComputedStyle(document.body, part)
      return [content, animationName]
    }"""
    while not held:
        page.wait_for_timeout(20)
    page.locator("#root").wait_for(state="attached")
    assert page.evaluate(look, "::before")[0] == '"Claimdesk"'
    assert page.evaluate(look, "::after") == ['""', "cd-late, cd-run"]
    free.append(True)
    for route in held:
        route.continue_()
    expect(page.get_by_role("link", name="Articles", exact=True)).to_be_visible()
    assert page.evaluate(look, "::before")[0] == '""'
    assert page.evaluate(look, "::after")[0] == "none"
