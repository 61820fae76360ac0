"""Punctuation is as wide as the letters beside it, whatever the page's language."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from annotate import accounts
from tests.browser.conftest import Open
from tests.browser.desk import new_coder, quiet
from tests.world import World, statement

WIDE, NARROW = "normal", "proportional-width"


def _is(found: Locator, width: str) -> None:
    expect(found.first).to_have_css("font-variant-east-asian", width)


def _search(page: Page, text: str) -> None:
    field = page.get_by_role("searchbox")
    expect(field).to_be_visible()
    quiet(page)
    field.fill(text)
    field.press("Enter")


def test_chinese_text_on_an_english_page_keeps_its_punctuation(
    open_as: Open, shared_world: World
) -> None:
    person = shared_world.people["editor"]
    page = open_as(person, f"/tag?article={shared_world.articles[0]}")
    _is(page.get_by_role("heading", name="前顾问：“持开放态度”", exact=True), WIDE)
    _is(page.locator("p[data-paragraph]"), WIDE)
    page.get_by_role("link", name="As found").click()
    raw = page.get_by_role("region", name="As it was found").locator("pre")
    expect(raw).to_contain_text("这取决于南屿。”")
    _is(raw, WIDE)
    _is(page.locator(".cd-beside h3"), WIDE)


def test_quotes_beside_latin_letters_are_narrow_in_every_language(
    open_as: Open, shared_world: World
) -> None:
    person = new_coder(shared_world, "quoting")
    statement(shared_world, person=person, article=1)
    page = open_as(person, "/actors")
    _search(page, "nobody of that name")
    _is(page.get_by_text("Nothing is called “nobody of that name”"), NARROW)
    accounts.set_language(shared_world.store, person, "zh-Hans")
    page.reload()
    _search(page, "nobody of that name")
    _is(page.get_by_text("“nobody of that name”"), WIDE)
    # What anybody writes, and how it changes, as Streamlit and our own pages do it.
    page.evaluate(
        """() => {
          const p = document.createElement("p")
          p.id = "said"
          p.append("He had ", document.createElement("b"), " to say")
          p.querySelector("b").textContent = "“no comment”"
          document.querySelector(".stApp").append(p)
        }"""
    )
    _is(page.locator("#said"), NARROW)
    _is(page.locator("#said b"), NARROW)
    page.evaluate("document.querySelector('#said b').firstChild.data = '“无可奉告”'")
    _is(page.locator("#said b"), WIDE)
    page.evaluate("document.querySelector('#said b').textContent = '…'")
    _is(page.locator("#said"), NARROW)
