"""Two languages in a real browser: chosen a person, kept, and nothing left in the other."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from playwright.sync_api import Page, expect

from annotate import accounts
from annotate.model import Person
from annotate.ui.main import pages
from tests.browser.conftest import Open
from tests.browser.desk import new_coder
from tests.world import World

# Names of formats, files and programs, of keys and of what the world's own data say.
ALLOWED = re.compile(
    r"Claimdesk|English|Talks|Wikidata|CSV|JSON|JSONL|YAML|Parquet|UTF-8|UTC|SHA-256|URL|ID|id"
    r"|Alt|Ctrl|Shift|Enter|Esc|Del|Tab|zip|tar|MB|KB|GB|kB|Q42"
)
LATIN = re.compile(r"[A-Za-z][A-Za-z'’-]+")
# Every text that is seen or read out, but for what a page marks as data.
VISIBLE = """() => {
  const said = []
  const shown = (element) => element.checkVisibility({ visibilityProperty: true })
  const data = "[lang]:not([lang^=zh]):not(html), [dir=auto], code, pre, kbd, time, option, .is-data"
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement
    if (parent && !parent.closest("script, style, noscript, template") && !parent.closest(data) && shown(parent)) {
      said.push(node.textContent)
    }
  }
  for (const element of document.querySelectorAll("[aria-label], [placeholder], [title], [alt]")) {
    if (!shown(element) || element.closest(data)) continue
    for (const name of ["aria-label", "placeholder", "title", "alt"]) said.push(element.getAttribute(name) ?? "")
  }
  return said
}"""


def english(page: Page, data: Sequence[str]) -> list[str]:
    """Latin words on a page that are not among the allowed ones, nor in the data named."""
    found = []
    for text in page.evaluate(VISIBLE):
        for known in data:
            text = text.replace(known, "")
        if LATIN.search(ALLOWED.sub("", text)):
            found.append(text.strip())
    return sorted(set(found))


@pytest.fixture(scope="module")
def chinese_admin(shared_world: World) -> Person:
    """An administrator whose pages are Chinese."""
    store = shared_world.store
    admin = accounts.add_person(store, shared_world.operator, "guanli", role="admin")
    accounts.set_language(store, admin, "zh-Hans")
    return store.people.get(admin.id)


@pytest.fixture(scope="module")
def data(shared_world: World, chinese_admin: Person) -> list[str]:
    """What the world's own people, projects and articles are called, longest first."""
    store = shared_world.store
    articles = store.articles.many(shared_world.articles)
    found = {chinese_admin.name, *(project.name for project in store.projects.all())}
    for person in store.people.all():
        found |= {person.name, person.display_name}
    for article in articles:
        found |= {article.title, article.source, *article.text.split("\n")}
    return sorted(found - {""}, key=len, reverse=True)


def test_one_switches_and_it_lasts(open_as: Open, shared_world: World) -> None:
    person = new_coder(shared_world, "switcher")
    page = open_as(person, "/articles?status=todo")
    expect(page.get_by_role("link", name="Articles", exact=True)).to_be_visible()
    page.get_by_role("button", name="Language: English").click()
    page.get_by_role("menuitem", name="简体中文").click()
    expect(page.get_by_role("link", name="文章", exact=True)).to_be_visible()
    # One stays where one was.
    assert "status=todo" in page.url
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.reload()
    expect(page.get_by_role("link", name="文章", exact=True)).to_be_visible()
    page.get_by_role("button", name="账号").click()
    page.get_by_role("menuitem", name="退出登录").click()
    # Nobody is signed in: the browser's language again.
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    page.get_by_role("link", name="简体中文").click()
    page.get_by_label("用户名").fill(person.name)
    page.get_by_label("密码").fill("correct horse battery")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("link", name="文章", exact=True)).to_be_visible()


def test_each_person_has_their_own(open_as: Open, shared_world: World) -> None:
    one, other = (new_coder(shared_world, f"speaker-{n}") for n in (1, 2))
    accounts.set_language(shared_world.store, one, "zh-Hans")
    expect(open_as(one, "/articles").get_by_role("link", name="标注", exact=True)).to_be_visible()
    expect(open_as(other, "/articles").get_by_role("link", name="Tag", exact=True)).to_be_visible()


@pytest.mark.parametrize("path", [page.path for page in pages()])
def test_a_chinese_page_holds_no_english(
    open_as: Open, chinese_admin: Person, data: list[str], path: str
) -> None:
    page = open_as(chinese_admin, f"/{path}")
    settled(page)
    assert_all(english(page, data))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_all(english(page, data))


def test_what_a_fragment_draws_again_stays_chinese(
    open_as: Open, chinese_admin: Person, data: list[str]
) -> None:
    page = open_as(chinese_admin, "/export")
    page.get_by_text("包含尚未提交的草稿").click()
    page.get_by_role("button", name="导出").click()
    expect(page.get_by_text("重新下载")).to_be_visible()
    settled(page)
    assert_all(english(page, data))


def settled(page: Page) -> None:
    """Wait until the page has come and nothing on it runs."""
    expect(page.locator(".cd-top nav a").first).to_be_attached()
    expect(page.locator(".stApp[data-test-script-state=notRunning]")).to_be_visible()
    page.wait_for_load_state("networkidle")


def assert_all(found):
    if found: print("FOUND", found)
    assert not found
