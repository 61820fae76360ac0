from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from annotate import accounts
from tests.browser.conftest import Open
from tests.browser.desk import new_coder, quiet
from tests.world import TEXT, World, item, op, send, statement


def _choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=re.compile(label)).click()
    page.get_by_role("option", name=re.compile(option)).click()


def _article(world: World, name: str, text: str) -> int:
    """An article of a test's own, in a year of its own; gives its number in the world."""
    made = item(f"https://own.example/{name}", text, name, published_at="1991-05-01T08:00:00Z")
    with world.store.write(world.operator.id) as tx:
        (one,) = world.store.articles.add(tx, [made], world.project.id)
    world.articles.append(one.article_id)
    return len(world.articles) - 1


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
        expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)


def test_a_revoked_session_exports_nothing_more(open_as: Open, shared_world: World) -> None:
    person = new_coder(shared_world, "exporting")
    page = open_as(person, "/export")
    button = page.get_by_role("button", name="Export", exact=True)
    expect(button).to_be_visible()
    accounts.change_person(shared_world.store, shared_world.operator, person, active=False)
    button.click()
    expect(page.get_by_text("You are signed out")).to_be_visible()
    expect(page.locator(".cd-done")).to_have_count(0)


def test_rows_that_repeat_are_told_and_changed_with_a_press(
    open_as: Open, shared_world: World
) -> None:
    coders = [new_coder(shared_world, name) for name in ("repeating", "repeated")]
    article = _article(shared_world, "repeats", TEXT)
    for person in coders:
        statement(shared_world, person, article)
        send(shared_world, op("submit"), person=person, article=article)
    page = open_as(shared_world.people["editor"], "/export")
    page.get_by_role("radiogroup", name="What for").get_by_text("Training", exact=True).click()
    several = re.compile(r"\d+ of \d+ rows repeats? another one, since several coders said")
    expect(page.get_by_role("alert")).to_contain_text(several)
    # The file says the same of itself.
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export", exact=True).click()
    written = Path(waiting.value.path()).read_text("utf-8")
    rows = [tuple(row) for row in csv.reader(io.StringIO(written, newline=""))][1:]
    assert len(set(rows)) < len(rows)
    expect(page.locator(".cd-done")).to_contain_text(several)
    page.get_by_role("button", name="soft labels").click()
    expect(page.get_by_role("radio", name=re.compile("^Soft labels"))).to_be_checked()
    expect(page.get_by_role("button", name="gold labels")).to_have_count(0)
    page.get_by_role("radio", name=re.compile("^Stance training set")).check(force=True)
    page.get_by_role("button", name="gold labels").click()
    expect(page.get_by_role("combobox", name="Whose labels")).to_have_value("gold")
    expect(page.get_by_role("alert").get_by_text("since several coders")).to_have_count(0)
    # Gold has no votes: where nothing comes of it, the page says why and leads out.
    page.get_by_role("radio", name=re.compile("^Soft labels")).check(force=True)
    expect(page.get_by_role("alert")).to_contain_text("No rows: soft labels are made of what")
    page.get_by_role("button", name="labels of all coders").click()
    expect(page.get_by_role("combobox", name="Whose labels")).to_have_value("all coders")


def test_the_first_article_is_read_with_its_text_and_its_labels(
    open_as: Open, shared_world: World
) -> None:
    endless = "<img src=x onerror=window.hit=1>\u202e" + "无" * 1_000_000
    coder = new_coder(shared_world, "endless")
    article = _article(shared_world, "endless", f"{TEXT} {endless} 到此为止，别无他言，谢谢各位！")
    statement(shared_world, coder, article)
    page = open_as(coder, "/export")
    whose = page.get_by_role("combobox", name="Whose labels")
    for group, labels in (
        ("Label Studio", ['"labels": ["STATEMENT"]', '"choices": ["support"]']),
        ("Everything", ['"label_sets": [', '"stance": "support"']),
    ):
        page.get_by_role("radiogroup", name="What for").get_by_text(group, exact=True).click()
        # A list of choices that opens while the page is drawn anew closes again.
        quiet(page)
        whose.click()
        page.get_by_role("option", name=coder.name).click()
        page.get_by_role("checkbox", name="With drafts").check(force=True)
        shown = page.get_by_role("region", name="The first rows")
        for part in (TEXT[:20], *labels):
            expect(shown).to_contain_text(part)
        box = shown.bounding_box()
        assert box is not None and box["height"] <= 600
        assert shown.evaluate("box => box.scrollHeight > box.clientHeight")
        assert shown.evaluate("box => box.scrollWidth <= box.clientWidth")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate("window.hit") is None
