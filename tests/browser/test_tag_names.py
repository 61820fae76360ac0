"""Actors and claims by name: what is there is taken or asked about, not made twice unasked."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from annotate.model import new_id
from annotate.ui.languages import COOKIE
from tests.browser.conftest import SitDown
from tests.browser.tagging import QUOTE, TEXT, TagDesk
from tests.world import op

REGISTRY = "**/api/registry/**"
OPS = re.compile(r"/api/tag/.*/ops")


def named(desk: TagDesk, name: str, kind: str = "person", *aliases: str) -> str:
    """An actor of the registry; gives its id."""
    made = new_id()
    others = [{"text": alias} for alias in aliases]
    fields = {"id": made, "name": name, "kind": kind, "aliases": others}
    create = op("create_actor", actor=fields, twice=True)
    desk.world.apply(desk.person, desk.world.article(f"{name}的另一篇。"), create)
    return made


def test_an_actor_that_is_there_is_taken_and_not_made_twice(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    there = named(desk, "Han  Guoming", "person", "韩国明")
    desk.find(QUOTE)
    desk.press("s")
    desk.type("韓國明")
    # All at once, as somebody does who knows the keys: the server answers later.
    desk.press("Control+Enter", "Tab", "Tab", "1")
    desk.type(f"Beian open {there[-6:]}")
    desk.press("Control+Enter", "Enter")
    (statement,) = desk.statements()
    assert statement.speaker_id == there
    desk.find("尚未回应")
    desk.press("s")
    desk.type("han guoming")
    desk.press("Control+Enter")
    expect(desk.note("speaker")).to_have_text("person")
    expect(desk.field("speaker")).to_have_value("Han Guoming")


def test_which_of_several_actors_is_meant_is_asked(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    one, other = named(desk, "吴双名"), named(desk, "吳雙名")
    desk.find(QUOTE)
    desk.press("s")
    desk.type("吴双名")
    desk.press("Control+Enter")
    asked = desk.page.locator(".ac:popover-open")
    expect(asked.locator("p")).to_have_text("“吴双名” is there already: is it meant?")
    expect(asked.get_by_role("option")).to_have_text(
        [re.compile("双名|雙名"), re.compile("双名|雙名"), "＋ another actor called “吴双名”"]
    )
    # Nothing is made of a question that was left.
    desk.press("Escape", "Enter")
    told = desk.page.locator(".cd-tag .form [role=alert]")
    expect(told).to_have_text("Choose or create “吴双名” first")
    desk.press("Control+Enter", "ArrowUp", "Enter", "1")
    expect(desk.note("speaker")).to_have_text("new · person")
    desk.press("Tab", "Tab", "1")
    desk.type(f"Beian open {one[-6:]}")
    desk.press("Control+Enter", "Enter")
    (statement,) = desk.statements()
    assert statement.speaker_id not in (one, other)
    called = desk.world.store.registry.called("吴双名")
    assert sorted(called) == sorted([one, other, statement.speaker_id or ""])


def test_an_actor_of_another_kind_is_asked_about(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    there = named(desk, "北岸港务", "organisation")
    desk.find(QUOTE)
    desk.press("s")
    desk.type("北岸港务")
    desk.press("Control+Enter")
    asked = desk.page.locator(".ac:popover-open")
    expect(asked.locator("p")).to_have_text("“北岸港务” is there already: is it meant?")
    desk.press("Enter", "Tab", "Tab", "1")
    desk.type(f"Beian open {there[-6:]}")
    desk.press("Control+Enter", "Enter")
    (statement,) = desk.statements()
    assert statement.speaker_id == there


def test_a_name_that_a_colleague_took_meanwhile_is_asked_about(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    desk.find(QUOTE)
    desk.press("s")
    desk.type("后来者")
    desk.press("Control+Enter")
    expect(desk.note("speaker")).to_have_text("new · person")
    there = named(desk, "后来者")
    desk.press("Tab", "Tab", "1")
    desk.type(f"Beian open {there[-6:]}")
    desk.press("Control+Enter", "Enter")
    expect(desk.toast()).to_have_count(1)
    expect(desk.toast()).to_contain_text("An entry called '后来者' is there already")
    waiting = desk.page.locator(".cd-tag .draft")
    expect(waiting).to_contain_text("Unfinished: 后来者")
    waiting.get_by_role("button", name="Resume").click()
    expect(desk.field("speaker")).to_have_value("后来者")
    # The one that is there stands first.
    desk.press("Enter", "Enter")
    (statement,) = desk.statements()
    assert statement.speaker_id == there
    expect(waiting).to_have_count(0)


def test_a_later_statement_lets_an_unmade_actor_be_chosen_again(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    page = desk.page
    ops: list[Route] = []
    page.route(OPS, lambda route: route.continue_() if ops else ops.append(route))
    one, other = (f"Beian open {n} {desk.person.id[-6:]}" for n in (1, 2))
    for quote, claim, note in ((QUOTE, one, "new · person"), ("尚未回应", other, "person")):
        desk.find(quote)
        desk.press("s")
        desk.type("迟到的人")
        desk.press("Control+Enter")
        expect(desk.note("speaker")).to_have_text(note)
        desk.press("Tab", "Tab", "1")
        desk.type(claim)
        desk.press("Control+Enter", "Enter")
        expect(desk.cards).to_have_count(1 if claim == one else 2)
    # The first is on its way, the second waits, when a colleague makes one of that name.
    there = named(desk, "迟到的人")
    ops[0].continue_()
    waiting = page.locator(".cd-tag .draft")
    expect(waiting).to_have_count(2)
    waiting.filter(has_text=other).get_by_role("button", name="Resume").click()
    expect(desk.field("speaker")).to_have_value("迟到的人")
    desk.press("Enter", "Enter")
    (statement,) = desk.statements()
    assert statement.speaker_id == there
    expect(waiting).to_have_count(1)


def held(page: Page) -> list[Route]:
    """Questions to the registry, from now on kept from the server until they are let go."""
    routes: list[Route] = []
    page.route(REGISTRY, lambda route: routes.append(route))
    return routes


def let_go(desk: TagDesk, routes: list[Route]) -> None:
    """Send them on, and give the page time to take in the answers."""
    for route in routes:
        with desk.page.expect_response(REGISTRY):
            route.continue_()
    desk.settled()


@pytest.mark.parametrize("by_key", [True, False])
def test_a_cancelled_box_makes_no_actor_when_the_answer_comes(
    sit_down: SitDown, by_key: bool
) -> None:
    desk = sit_down(TEXT)
    name = "南屿尚未" if by_key else "尚未回应"
    desk.mark(name, "1")
    routes = held(desk.page)
    with desk.page.expect_request(REGISTRY):
        desk.press("a")
    box = desk.dialog("Which actor is meant?")
    desk.press("Control+Enter")
    expect(box.locator(".in .tiny")).to_have_text("looking it up…")
    if by_key:
        desk.press("Escape")
    else:
        desk.click_at(3)
    expect(box).to_be_hidden()
    let_go(desk, routes)
    desk.saved()
    assert [one.actor_id for one in desk.spans()] == [None]
    assert desk.world.store.registry.called(name) == []


@pytest.mark.parametrize("by_key", [True, False])
def test_a_cancelled_box_takes_no_actor_that_is_known(sit_down: SitDown, by_key: bool) -> None:
    # A name of the registry is one word from then on: not one of the text of other tests.
    desk = sit_down(TEXT.replace("北岸", "沙屿").replace("反对", "抵制"))
    name = "沙屿的态度" if by_key else "抵制这个提议"
    desk.mark(name, "1")
    desk.press("a", "Control+Enter")
    expect(desk.page.locator(".cd-tag .bar .assign")).to_contain_text(name)
    desk.saved()
    desk.press("a")
    box = desk.dialog("Which actor is meant?")
    box.get_by_role("button", name="no actor").click()
    desk.press("a")
    expect(box.get_by_role("option").first).to_be_visible()
    if by_key:
        desk.press("Escape")
    else:
        desk.click_at(3)
    expect(box).to_be_hidden()
    desk.saved()
    assert [one.actor_id for one in desk.spans()] == [None]


def test_claims_are_offered_and_shown_in_the_readers_language_too(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    made = new_id()
    words, told = f"Beian open to {made[-6:]}", f"北岸对{made[-6:]}开放"
    aliases = [{"text": told, "language": "zh-Hans", "kind": "translation"}]
    create = op("create_claim", claim={"id": made, "text": words, "aliases": aliases})
    desk.world.apply(desk.person, desk.world.article("另一篇谈开放的稿。"), create)
    chosen = {"name": COOKIE, "value": "zh-Hans", "url": desk.world.server.url}
    desk.page.context.add_cookies([chosen])
    desk.open()
    named(desk, "译名人")
    desk.find(QUOTE)
    desk.press("s")
    desk.type("译名人")
    desk.press("Control+Enter", "Tab", "Tab", "1")
    desk.type(words)
    offered = desk.page.locator(".ac:popover-open").get_by_role("option").first
    expect(offered.locator("span").first).to_have_text(f"{words} {told}")
    desk.press("Enter", "Enter")
    (statement,) = desk.statements()
    assert statement.claim_id == made
    expect(desk.cards.locator(".what")).to_contain_text(told)


def test_names_too_long_to_store_are_told_and_kept(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    told = desk.page.locator(".cd-tag .form [role=alert]")
    desk.find(QUOTE)
    desk.press("s")
    desk.page.keyboard.insert_text("沈" * 201)
    said = "The name of an actor has 200 characters at most; this has 201"
    expect(desk.page.locator(".ac:popover-open")).to_have_text(said)
    desk.press("Control+Enter", "Enter")
    expect(told).to_have_text(said)
    expect(desk.field("speaker")).to_have_value("沈" * 201)
    desk.press("End", "Backspace", "Control+Enter", "Tab", "Tab", "1")
    desk.page.keyboard.insert_text("x" * 4001)
    desk.press("Control+Enter", "Enter")
    expect(told).to_have_text("A claim has 4,000 characters at most; this has 4,001")
    desk.press("End", "Backspace", "Control+Enter", "Enter")
    (statement,) = desk.statements()
    registry = desk.world.store.registry
    assert registry.claims([statement.claim_id])[statement.claim_id].text == "x" * 4000
    assert statement.speaker_id
    assert registry.actors([statement.speaker_id])[statement.speaker_id].name == "沈" * 200
    expect(desk.toast()).to_have_count(0)


def test_what_is_left_with_the_pointer_is_what_the_server_found(sit_down: SitDown) -> None:
    # As above: words of no other test's text.
    desk = sit_down(TEXT.replace("南屿", "潮屿").replace("反对", "谴责"))
    there = named(desk, "谴责这个提议的人", "person", "潮屿尚")
    desk.find(QUOTE)
    desk.press("s")
    desk.type("潮屿尚")
    option = desk.page.locator(".ac:popover-open").get_by_role("option").first
    expect(option).to_contain_text("谴责这个提议的人")
    desk.click_at(3)
    expect(desk.field("speaker")).to_have_value("谴责这个提议的人")
    expect(desk.note("speaker")).to_have_text("person")
    desk.page.locator(".cd-tag .form").get_by_role("radio").first.click()
    desk.field("claim").click()
    desk.type(f"Beian open {there[-6:]}")
    desk.press("Control+Enter", "Enter")
    (statement,) = desk.statements()
    assert statement.speaker_id == there


@pytest.mark.parametrize("by_key", [True, False])
def test_a_proposed_speaker_is_not_kept_of_a_cancelled_form(
    sit_down: SitDown, by_key: bool
) -> None:
    # As above: words of no other test's text.
    desk = sit_down(TEXT.replace("沈若川", "江若水").replace("北岸", "石屿"))
    name = "江若水表" if by_key else "石屿的态"
    desk.mark(name, "1")
    named(desk, f"又名{name}", "person", name)
    desk.press("s")
    option = desk.page.locator(".ac:popover-open").get_by_role("option").first
    expect(option).to_contain_text("又名")
    if by_key:
        desk.press("Escape", "Escape")
    else:
        desk.page.locator(".cd-tag .form").get_by_role("button", name="Cancel").click()
    expect(desk.page.locator(".cd-tag .form")).to_have_count(0)
    desk.settled()
    expect(desk.page.locator(".cd-tag .draft")).to_have_count(0)
