"""The history page: what changed, with its difference; bringing things back by keyboard."""

from __future__ import annotations

import re
from dataclasses import replace

from playwright.sync_api import BrowserContext, Locator, Page, expect

from annotate import accounts, registries
from annotate.model import new_id
from annotate.registries import Draft
from tests.browser.conftest import SitDown
from tests.browser.desk import new_coder
from tests.browser.tagging import TEXT, TagDesk, TagWorld, statement_on
from tests.world import op


def _open(desk: TagDesk, **query: str) -> Page:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    desk.page.goto(f"{desk.world.server.url}/history?project={desk.world.project_id}&{asked}")
    return desk.page


def _changes(page: Page) -> Locator:
    return page.locator(".cd-history li")


def _stored(desk: TagDesk) -> list[tuple[str, ...]]:
    """The evidence of each of the analyst's statements, whatever page is open."""
    stored = desk.stored()
    return [one.evidence for one in stored.statements] if stored else []


def test_a_change_is_shown_with_its_difference_and_leads_to_the_thing(sit_down: SitDown) -> None:
    made = statement_on(note="态度是开放的")
    statement = made[-1]["statement"]
    desk = sit_down(TEXT, made)
    change = op("change_statement", statement_id=statement["id"],
                set={"stance": "oppose", "note": "立场是开放的"})  # fmt: skip
    desk.world.apply(desk.person, desk.article, change)
    page = _open(desk, kind="statement", id=statement["id"])
    first = _changes(page).first
    expect(first).to_contain_text(f"{desk.person.display_name} changed a statement")
    expect(first.locator("del")).to_have_text(["removed: support", "removed: 态度"])
    expect(first.locator("ins")).to_have_text(["added: oppose", "added: 立场"])
    assert re.search("ago|now", first.locator("time").get_attribute("title") or "")
    expect(_changes(page)).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".cd-tag .card")).to_have_count(1)


def test_a_deleted_statement_comes_back_by_keyboard(sit_down: SitDown) -> None:
    desk = sit_down(TEXT, statement_on())
    desk.press(".", "Delete")
    desk.saved()
    assert not _stored(desk)
    page = _open(desk, kind="article", id=desk.article.id)
    expect(_changes(page).first).to_contain_text("deleted a statement")
    page.keyboard.press("j")
    page.keyboard.press("u")
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("Restore what was before this change?")
    page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    assert not _stored(desk)
    expect(_changes(page).first).to_be_focused()
    page.keyboard.press("u")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Restored. It is listed as a change of its own.")).to_be_visible()
    expect(_changes(page).first).to_contain_text("put a statement back")
    assert [len(evidence) for evidence in _stored(desk)] == [1]
    desk.open()
    expect(desk.cards).to_have_count(1)


def test_a_refused_restore_says_why(sit_down: SitDown) -> None:
    desk = sit_down(TEXT, statement_on())
    desk.press(".", "Delete")
    desk.saved()
    page = _open(desk, kind="article", id=desk.article.id)
    expect(_changes(page).first.get_by_role("button", name="Restore")).to_be_visible()
    desk.world.apply(desk.person, desk.article, op("submit"))
    page.keyboard.press("j")
    page.keyboard.press("u")
    page.keyboard.press("Enter")
    expect(page.locator(".cd-history .said.bad")).to_contain_text("submitted")
    expect(page.get_by_role("button", name="Restore")).to_have_count(0)


def test_the_project_s_changes_are_narrowed_paged_and_linked(sit_down: SitDown) -> None:
    labels = [
        op("set_document_label", name="relevance", values=[value])
        for value in ("relevant", "marginal") * 40
    ]
    desk = sit_down(TEXT, labels)
    page = _open(desk)
    page.get_by_role("combobox", name=re.compile("^Who|Everybody")).first.click()
    # Of a long list only a part is drawn.
    page.keyboard.type(desk.person.display_name)
    page.get_by_role("option", name=desk.person.display_name, exact=True).click()
    page.wait_for_url(re.compile("by="))
    expect(_changes(page)).to_have_count(50)
    expect(_changes(page).first).to_contain_text("Relevance")
    page.get_by_role("link", name="Older").click()
    expect(_changes(page)).to_have_count(31)
    expect(_changes(page).last).to_contain_text("began labels")
    page.reload()
    expect(_changes(page)).to_have_count(31)
    page.get_by_role("link", name="Newest").click()
    expect(_changes(page)).to_have_count(50)
    _changes(page).first.locator("a.subject").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(desk.article.title)


def test_a_blind_colleague_finds_nothing(
    sit_down: SitDown, tag_world: TagWorld, other_context: BrowserContext
) -> None:
    made = statement_on()
    desk = sit_down(TEXT, made)
    other = new_coder(tag_world.world, "blind-colleague")
    there = tag_world.seat(other_context, other, desk.article)
    page = _open(there, kind="statement", id=made[-1]["statement"]["id"])
    expect(page.get_by_text("There is nothing here that you can see")).to_be_visible()
    _open(there, kind="article", id=desk.article.id)
    expect(_changes(page)).to_have_count(1)
    expect(_changes(page)).to_contain_text("ingested an article")


def test_a_merge_says_with_whom_and_is_taken_back_by_name(
    sit_down: SitDown, tag_world: TagWorld, other_context: BrowserContext
) -> None:
    desk = sit_down(TEXT, [])
    world, project = tag_world.world, tag_world.project_id
    mark = new_id()[-8:]
    editor = accounts.add_person(world.store, world.operator, f"editor-{mark}", role="editor")
    keep, gone = (
        registries.add(
            world.store, editor, project, "actor", Draft(f"{name} {mark}", "place", note=note)
        ).entry_ids[0]
        for name, note in (("Beian", "Seat of the government"), ("Lanjing", ""))
    )
    entry = registries.entry(world.store, editor, project, "actor", keep)
    registries.change(world.store, editor, project, "actor", keep,
                      replace(entry.draft, note="What it is for all of those who code"),
                      base=entry.version)  # fmt: skip
    registries.merge(world.store, editor, project, "actor", keep, [gone])
    page = _open(tag_world.seat(other_context, editor, desk.article), kind="actor", id=keep)
    merged, changed = _changes(page).nth(0), _changes(page).nth(1)
    expect(merged).to_contain_text(f"Lanjing {mark} (place) was merged into it")
    old, new = changed.locator("dd.stacked > *").all()
    assert (old.bounding_box() or {})["y"] < (new.bounding_box() or {})["y"]
    expect(changed.get_by_role("button", name="Restore")).to_have_attribute(
        "title", "Restore what was before this change"
    )
    merged.get_by_role("button", name="Take this merge back").click()
    question = page.get_by_role("dialog", name="Take this merge back?")
    expect(question).to_contain_text(f"Lanjing {mark}")
    question.get_by_role("button", name="Take back").click()
    expect(_changes(page).first).to_contain_text(
        f"The merge of Lanjing {mark} (place) into it was taken back"
    )
    assert not registries.entry(world.store, editor, project, "actor", gone).removed
