from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from annotate import accounts
from tests.browser.conftest import Open
from tests.browser.desk import new_coder
from tests.world import World, statement


def _choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=re.compile(label)).click()
    page.get_by_role("option", name=re.compile(option)).click()


def test_an_export_is_previewed_and_downloaded(open_as: Open, shared_world: World) -> None:
    statement(shared_world, person=shared_world.people["reviewer"], article=1)
    page = open_as(shared_world.people["reviewer"], "/export")
    expect(page.get_by_role("heading", name="Export")).to_be_visible()
    group = page.get_by_role("radiogroup", name="What for")
    expect(group.get_by_role("radio", name="Tables")).to_be_checked()
    group.get_by_text("Training", exact=True).click()
    expect(page.get_by_text("For training a stance classifier")).to_be_visible()
    page.get_by_role("radio", name=re.compile("^Stance training set")).check(force=True)
    _choose(page, "Text of a row", "sentence")
    # Not submitted yet, so it would stay behind; a press takes it along.
    size = page.get_by_text(re.compile(r"^\d+ articles? · 0 label sets"))
    expect(size).to_be_visible()
    page.get_by_role("button", name="1 of your articles is still a draft").click()
    expect(page.get_by_role("checkbox", name="With drafts")).to_be_checked()
    expect(page.get_by_text(" · 1 label set · 1 statement")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export", exact=True).click()
    download = waiting.value
    assert download.suggested_filename == "talks-stance.csv"
    text = Path(download.path()).read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["target"], row["stance"]) for row in rows] == [
        ("Beian open to Nanyu joining", "support")
    ]
    done = page.locator(".cd-done")
    expect(done).to_contain_text("1 statement")
    # One thing to press stands out; a digest is copied whole.
    expect(page.locator(".btn.primary")).to_have_count(0)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    digest = done.locator("code").inner_text()
    made = page.get_by_role("table", name="Earlier exports").locator("tbody tr").first
    expect(made).to_contain_text("Stance training set")
    made.get_by_role("button", name=f"{digest[:12]}…").click()
    expect(made.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == digest
    with page.expect_download() as again:
        done.get_by_role("link", name="Download again").click()
    assert Path(again.value.path()).read_text("utf-8") == text


def test_formats_are_looked_through_back_and_forth(open_as: Open, shared_world: World) -> None:
    page = open_as(shared_world.people["editor"], "/export")
    group = page.get_by_role("radiogroup", name="What for")
    whose = page.get_by_role("combobox", name="Whose labels")
    for name, all_of in [
        ("Label Studio", "all coders, and gold"),
        ("Training", "all coders"),
    ] * 2 + [("Tables", "all coders")]:
        group.get_by_text(name, exact=True).click()
        expect(whose).to_have_value(all_of)
        expect(page.get_by_role("button", name="Export", exact=True)).to_be_visible()
        expect(page.get_by_role("alert")).to_have_count(0)


def test_a_revoked_session_exports_nothing_more(open_as: Open, shared_world: World) -> None:
    person = new_coder(shared_world, "exporting")
    page = open_as(person, "/export")
    button = page.get_by_role("button", name="Export", exact=True)
    expect(button).to_be_visible()
    accounts.change_person(shared_world.store, shared_world.operator, person, active=False)
    button.click()
    expect(page.get_by_text("You are signed out")).to_be_visible()
    expect(page.locator(".cd-done")).to_have_count(0)
