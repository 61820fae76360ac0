"""The Agreement page: matrix, confusion, time, values, coders, rechecks; every figure leads on."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from annotate import accounts, codebook, projects
from annotate.model import Person
from annotate.store import Store
from annotate.ui.views.agreement_coders import A_PAGE
from tests.browser.desk import Server, quiet, running, turn
from tests.browser.test_accessibility import violations
from tests.review.coders import Team, coded
from tests.world import World, build

SECTIONS = ("overview", "time", "labels", "coders", "rechecks")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Team]]:
    """A workbench with a simulated team: four coders, gold, two months, a changed codebook."""
    folder = tmp_path_factory.mktemp("agreement")
    store = Store(folder / "claimdesk.db")
    world = build(store)
    made = coded(world, 30, gold=15, months=2)
    book = codebook.DEFAULT
    neutral = replace(book.stances[2], help="Reports without taking sides")
    changed = replace(book, stances=(*book.stances[:2], neutral, *book.stances[3:]))
    with store.write(world.operator.id) as tx:
        store.projects.add_codebook_version(tx, world.project.id, changed, "neutral is explained")
        tx.record("codebook.save", "project", world.project.id, project_id=world.project.id)
    with running(store, folder) as server:
        yield server, made
    store.close()


def opened(
    context: BrowserContext, server: Server, person: Person, world: World, query: str = ""
) -> Page:
    context.add_cookies([server.cookie(person)])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(f"{server.url}/agreement?project={world.project.id}{query}")
    expect(page.locator(".cd-agreement h2, .cd-table tbody tr").first).to_be_visible()
    return page


def by_key(page: Page, text: str | re.Pattern[str]) -> None:
    """Go to a figure with j alone and follow it."""
    for _ in range(200):
        page.keyboard.press("j")
        focused = page.locator(":focus")
        said = focused.get_attribute("aria-label") or focused.inner_text()
        if re.search(text, said):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"no figure says {text}")


def test_a_figure_leads_by_keyboard_to_the_very_statements(
    context: BrowserContext, desk: tuple[Server, Team]
) -> None:
    server, made = desk
    page = opened(context, server, made.world.people["reviewer"], made.world)
    matrix = page.locator("[data-block=matrix] table")
    expect(matrix.locator("tbody tr")).to_have_count(4)
    expect(matrix.locator("thead th")).to_have_count(6)
    # All measures of a part stand in its row.
    whole = page.locator("[data-block=all] tbody th")
    expect(whole).to_have_text(["Found", "Spans, same bounds", "Spans, overlapping", "Spans"])
    stance = page.locator("[data-block=all_chosen] tbody tr", has_text="Stance, given found")
    expect(stance.locator("td .sub")).to_have_count(6)
    by_key(page, r"coder-0 and coder-3")
    expect(page.get_by_role("heading", name="coder-0 and coder-3")).to_be_visible()
    confusion = page.locator("[data-block=confusion]")
    expect(confusion.locator("thead th").first).to_have_text("coder-0 ↓ coder-3 →")
    number = confusion.get_by_role("link", name=re.compile("support and oppose")).first
    times = int(number.inner_text())
    number.focus()
    page.keyboard.press("Enter")
    rows = page.locator("[data-block=cases] tbody tr")
    expect(rows).to_have_count(times)
    expect(rows.first.locator("td").nth(0)).to_contain_text("support")
    expect(rows.first.locator("td").nth(1)).to_contain_text("oppose")
    expect(rows.first).to_contain_text("“")
    there = rows.first.locator("td a").first
    assert re.search(r"/tag\?.*statement=", there.get_attribute("href") or "")
    there.click()
    expect(page.locator(".cd-tag .text > p").first).to_be_visible()


def test_sections_show_time_values_coders_and_gold(
    context: BrowserContext, desk: tuple[Server, Team]
) -> None:
    server, made = desk
    page = opened(context, server, made.world.people["editor"], made.world)
    ways = page.get_by_role("navigation", name="Agreement")
    place = ways.bounding_box()
    ways.get_by_role("link", name="Over time").click()
    expect(page.get_by_label("Time by")).to_be_visible()
    assert ways.bounding_box() == place
    chart = page.locator("[data-block=time]")
    expect(chart.locator("svg.lines polyline")).to_have_count(5)
    expect(chart.locator("tbody th")).to_have_text(["2026-01", "2026-02"])
    expect(page.locator("[data-block=versions] tbody th")).to_have_text(["1"])
    ways.get_by_role("link", name="Values in dispute").click()
    first = page.locator("[data-block=labels] tbody tr").first
    apart = int(first.locator("td").first.inner_text())
    first.get_by_role("link").first.click()
    cases = page.locator("[data-block=cases] tbody tr")
    expect(cases.first).to_be_visible(timeout=30_000)
    # Articles are shown whole: with the last one there may be more than a page is meant to hold.
    shown_at_once = cases.count()
    assert min(apart, A_PAGE) <= shown_at_once <= apart
    if shown_at_once < apart:
        expect(page.get_by_role("link", name="More of them")).to_be_visible()
    page.get_by_role("link", name="Back to the figures").click()
    ways.get_by_role("link", name="Coders").click()
    expect(page.locator("[data-block=gold] tbody th")).to_have_text(
        ["coder-0", "coder-1", "coder-2", "coder-3"]
    )
    reliability = page.locator("[data-block=reliability] tbody tr")
    expect(reliability).to_have_count(4)
    shown = [float(text) for text in reliability.locator("td:nth-child(3)").all_inner_texts()]
    for value, rate in zip(shown, made.rates, strict=True):
        assert abs(value - (1 - rate)) < 0.15
    expect(page.locator("[data-block=doubtful] tbody tr").first).to_be_visible()


def test_work_to_recheck_is_marked_by_keyboard_and_leaves_the_list(
    context: BrowserContext, desk: tuple[Server, Team]
) -> None:
    server, made = desk
    page = opened(context, server, made.world.people["reviewer"], made.world, "&section=rechecks")
    rows = page.get_by_role("table", name="To recheck").locator("tbody tr")
    expect(rows.first).to_contain_text("neutral")
    expect(rows.first).to_contain_text("explanation: “–” became “Reports without taking sides”")
    everyone = page.get_by_label("Value")
    everyone.click()
    option = page.get_by_role("option", name="neutral")
    whole = int(re.sub(r"\D", "", option.inner_text()))
    page.keyboard.press("Escape")
    # Row by row: the next button stands where the last one was, and nothing else moves.
    quiet(page)
    buttons = rows.get_by_role("button", name="Mark as checked")
    place, first = buttons.first.bounding_box(), rows.first.inner_text()
    buttons.first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Marked 1 label as checked")).to_be_visible()
    expect(rows.first).not_to_have_text(first, use_inner_text=True)
    assert buttons.first.bounding_box() == place
    expect(buttons.first).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("1 label is to be checked again")).to_be_visible()
    expect(rows.first).to_have_text(first, use_inner_text=True)
    quiet(page)
    buttons.first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Marked 1 label as checked")).to_be_visible()
    expect(rows.first).not_to_have_text(first, use_inner_text=True)
    # Ticks: by keyboard, two rows at once.
    page.keyboard.press("j")
    for _ in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    page.get_by_role("button", name="Mark 2 as checked").click()
    expect(page.get_by_text("Marked 2 labels as checked")).to_be_visible()
    # Somebody's alone, all with this change.
    page.get_by_label("Coder").click()
    option = page.get_by_role("option", name="coder-1")
    theirs = int(re.findall(r"\d+", option.inner_text())[-1])
    option.click()
    expect(page).to_have_url(re.compile("coder="))
    page.get_by_role("button", name=f"Mark all {theirs} with this change as checked").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"{theirs} labels keep their values")
    dialog.get_by_role("button", name="Mark as checked").click()
    expect(page.get_by_text(f"Marked {theirs} labels as checked")).to_be_visible()
    left = whole - 3 - theirs
    expect(page.get_by_role("button", name=f"Mark all {left} with this change")).to_be_visible()


def test_a_coder_finds_their_own_work_to_recheck_from_the_codebook(
    context: BrowserContext, desk: tuple[Server, Team]
) -> None:
    server, made = desk
    context.add_cookies([server.cookie(made.coders[0])])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(f"{server.url}/codebook?project={made.world.project.id}")
    page.get_by_role("link", name="made when a value meant something else").click()
    rows = page.get_by_role("table", name="To recheck").locator("tbody tr")
    expect(rows.first).to_contain_text("neutral")
    assert set(rows.locator("td:nth-child(5)").all_inner_texts()) == {"coder-0"}
    # Where one came from is lit in the bar, and one click away.
    expect(page.get_by_role("button", name="Registries")).to_have_class(re.compile("on"))
    assert violations(page) == []
    page.get_by_role("link", name="Codebook: its versions").click()
    expect(page.get_by_role("table", name="Versions of the codebook")).to_be_visible()


def test_choosing_a_part_and_weeks_stays_in_the_address(
    context: BrowserContext, desk: tuple[Server, Team]
) -> None:
    server, made = desk
    page = opened(context, server, made.world.people["reviewer"], made.world, "&part=found")
    expect(page.get_by_role("heading", name="Found, pair by pair")).to_be_visible()
    expect(page.locator("[data-block=matrix] .note")).to_contain_text("F1")
    page.get_by_label("Compared by").select_option(label="Claim, given found")
    expect(page.get_by_role("heading", name="Claim, given found, pair by pair")).to_be_visible()
    expect(page).to_have_url(re.compile("part=claim"))
    page.goto(f"{server.url}/agreement?project={made.world.project.id}&section=time&by=week")
    expect(page.locator("[data-block=time] tbody th").first).to_have_text(re.compile("2026-W"))


def test_an_empty_project_says_what_is_missing_and_an_analyst_sees_nothing(
    context: BrowserContext, desk: tuple[Server, Team]
) -> None:
    server, made = desk
    store, operator = server.store, made.world.operator
    world = replace(made.world, project=projects.create(store, operator, "Empty"))
    for role in ("reviewer", "analyst"):
        accounts.change_member(store, operator, world.people[role], world.project.id, role)
    page = opened(context, server, world.people["reviewer"], world)
    expect(page.get_by_text("Not defined yet")).to_be_visible()
    expect(page.locator("[data-block=nothing]")).to_contain_text("two people have submitted")
    context.add_cookies([server.cookie(world.analyst)])  # type: ignore[list-item]
    page.goto(f"{server.url}/agreement?project={world.project.id}")
    expect(page.get_by_text("Figures of agreement are not for you to read")).to_be_visible()
    expect(page.get_by_role("link", name="Agreement")).to_have_count(0)


def test_no_section_has_violations(context: BrowserContext, desk: tuple[Server, Team]) -> None:
    server, made = desk
    page = opened(context, server, made.world.people["reviewer"], made.world)
    queries = [*(f"&section={name}" for name in SECTIONS), "&cases=stance"]
    for query in queries:
        turn(page, f"/agreement?project={made.world.project.id}{query}", "Agreement")
        expect(page.locator(".cd-agreement h2, .cd-table tbody tr").first).to_be_visible()
        assert violations(page) == [], query


def test_hidden_names_stay_hidden(context: BrowserContext, desk: tuple[Server, Team]) -> None:
    server, made = desk
    store, project = server.store, made.world.project
    with store.write(made.world.operator.id) as tx:
        store.projects.change(tx, project.id, hide_coders=True)
    try:
        page = opened(context, server, made.world.people["reviewer"], made.world, "&section=coders")
        expect(page.locator("[data-block=gold] tbody th").first).to_have_text("Coder 1")
        whole = page.content()
        assert not any(coder.display_name in whole for coder in made.coders)
        assert not any(coder.id in whole for coder in made.coders)
        page.close()
    finally:
        with store.write(made.world.operator.id) as tx:
            store.projects.change(tx, project.id, hide_coders=False)


def test_the_page_speaks_chinese(context: BrowserContext, desk: tuple[Server, Team]) -> None:
    server, made = desk
    person = accounts.add_person(
        server.store, made.world.operator, f"zh-{random.randrange(10**6)}", role="reviewer",
        project_id=made.world.project.id,
    )  # fmt: skip
    with server.store.write(person.id) as tx:
        server.store.people.set_language(tx, person.id, "zh-Hans")
    page = opened(context, server, person, made.world)
    expect(page.get_by_role("heading", name="一致性", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="哪些立场被当成哪些")).to_be_visible()
