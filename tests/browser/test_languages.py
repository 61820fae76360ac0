"""Two languages in a real browser: chosen a person, kept, and nothing left in the other."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from annotate import accounts
from annotate.model import LabelSet, Person, new_id
from annotate.registries import KINDS
from annotate.ui.main import pages
from tests.browser.conftest import Open, Review
from tests.browser.desk import Server, give_up, new_coder, quiet, turn
from tests.browser.reviewing import ReviewWorld
from tests.browser.tagging import QUOTE, TagWorld, statement_on
from tests.browser.tagging import TEXT as TAG_TEXT
from tests.world import TEXT, World, op, send, span
from tools.linked import STRANGER

# Addresses, names of languages, formats, files of an export, programs and keys, of units and of
# checksums.
ALLOWED = re.compile(
    r"(?:\b|(?<=\d))(?:https?://[\w./:-]+|Claimdesk|Label Studio|Account & Settings|English|en"
    r"|zh-Hans|ko|id|jsonl|csv|parquet|stance|CSV|JSON|XML|pandas|DuckDB|datasets|YAML|YML|Lines|Parquet|Markdown|HTML|Excel|BOM|articles|label_sets|spans|statements|UTF-8|UTC|AA|SHA-256|Alt|Ctrl|Shift|Enter|Esc|Del|Tab|zip|tar|gz|bz2|xz|md|txt|MB|KB|kB|MiB|Q42"
    r"|[0-9a-f]{64}|span|Chrom\w+|Linux)\b"
)
LATIN = re.compile(r"[A-Za-z][A-Za-z'’-]+")
# Every text that is seen or read out, but for what a page marks as data.
VISIBLE = """() => {
  const said = []
  const code = "script, style, noscript, template, [data-testid=stIconMaterial], code, pre, kbd"
  const data = `${code}, [lang]:not([lang^=zh]):not(html), [dir=auto], time, option`
  const shown = (element) => element.checkVisibility({ visibilityProperty: true })
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const { parentElement: parent } = node
    if (parent && !parent.closest(data) && shown(parent)) said.push(node.textContent)
  }
  const names = ["aria-label", "placeholder", "title", "alt"]
  for (const element of document.querySelectorAll(names.map((name) => `[${name}]`).join(", "))) {
    if (!shown(element) || element.closest(data)) continue
    for (const name of names) said.push(element.getAttribute(name) ?? "")
  }
  return said
}"""


def english(page: Page, data: Sequence[str]) -> list[str]:
    """Latin words on a page that are not among the allowed ones, nor in the data named."""
    found = []
    for text in page.evaluate(VISIBLE):
        # What `plain` keeps apart.
        text = text.replace("\u2060", "")
        for known in data:
            text = text.replace(known, "")
        if LATIN.search(ALLOWED.sub("", text)):
            found.append(text.strip())
    return sorted(set(found))


@pytest.fixture(scope="module")
def chinese_admin(shared_world: World) -> Person:
    """An administrator whose pages are Chinese, who has recorded a statement."""
    store = shared_world.store
    admin = accounts.add_person(store, shared_world.operator, "guanli", role="admin")
    accounts.set_language(store, admin, "zh-Hans")
    actor, claim = new_id(), new_id()
    quote = span("南屿加入磋商机制")
    sent = send(
        shared_world,
        op("create_actor", actor={"id": actor, "name": "管理员的行动者", "kind": "person"}),
        op("create_claim", claim={"id": claim, "text": "管理员的主张"}),
        op(
            "add_statement",
            statement={
                "id": new_id(), "claim_id": claim, "stance": "oppose", "speaker_id": actor,
                "certainty": "hedged", "evidence": [quote["id"]],
            },
            spans=[quote],
        ),
        person=admin,
    )  # fmt: skip
    assert [outcome.state for outcome in sent.outcomes] == ["applied"] * 3
    return store.people.get(admin.id)


@pytest.fixture(scope="module")
def data(shared_world: World, chinese_admin: Person) -> list[str]:
    """What the world's own people, projects, articles and entries are called, longest first."""
    store = shared_world.store
    found = {name for one in store.projects.all() for name in (one.name, one.name.lower())}
    for project in store.projects.all():
        for entry in store.entries.present("claim", project.id):
            found |= {entry.name, *(alias.text for alias in entry.aliases)}
    for entry in store.entries.present("actor", shared_world.project.id):
        found |= {entry.name, *(alias.text for alias in entry.aliases)}
    for person in store.people.all():
        found |= {person.name, person.display_name}
    for article in store.articles.many(shared_world.articles):
        found |= {article.title, article.source, article.url, *article.text.split("\n")}
    # The list shows the beginnings of long lines.
    found |= {line.strip()[:33] for line in found}
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


def test_what_is_typed_is_not_lost_to_another_language_unasked(
    open_as: Open, shared_world: World
) -> None:
    page = open_as(shared_world.people["editor"], "/assignments")
    page.get_by_role("button", name="New round").click()
    name = page.get_by_label("Name of the round")
    name.fill("Spring")

    def switch() -> None:
        page.get_by_role("button", name="Language: English").click()
        page.get_by_role("menuitem", name="简体中文").click()

    switch()
    asked = page.get_by_role("dialog", name="Change the language?")
    expect(asked).to_contain_text("would be lost")
    asked.get_by_role("button", name="Cancel").click()
    expect(name).to_have_value("Spring")
    switch()
    asked.get_by_role("button", name="Go on").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    accounts.set_language(shared_world.store, shared_world.people["editor"], "en")


def test_what_is_saved_or_searched_for_needs_no_question(
    open_as: Open, shared_world: World
) -> None:
    person = new_coder(shared_world, "saver")
    page = open_as(person, "/account")
    field = page.get_by_label("Name that others see")
    field.fill("Saver")
    field.press("Enter")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.get_by_role("button", name="Language: English").click()
    page.get_by_role("menuitem", name="简体中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")


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
    found = {*english(page, data)}
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    found |= {*english(page, data)}
    page.keyboard.press("Escape")
    found |= below(page, data)
    parts = page.locator("[data-testid=stButtonGroup] button")
    for part in range(1, parts.count()):
        parts.nth(part).click()
        found |= below(page, data)
    assert sorted(found) == []


def test_a_list_in_which_nothing_matches_says_so_in_chinese(
    open_as: Open, chinese_admin: Person
) -> None:
    page = open_as(chinese_admin, "/assignments")
    page.get_by_role("button", name="新轮次").click()
    page.get_by_role("combobox", name="标注者").click()
    page.keyboard.type("zzzz")
    expect(page.get_by_text("没有结果")).to_be_visible()


def test_the_sync_page_of_a_linked_project_holds_none(
    context: BrowserContext, linked_server: Server, linked_world: World
) -> None:
    store = linked_world.store
    give_up(linked_world, "guanli")
    admin = accounts.add_person(store, linked_world.operator, "guanli", role="admin")
    accounts.set_language(store, admin, "zh-Hans")
    project = linked_world.project
    link, runs = store.links.link(project.id), store.links.runs(project.id)
    assert link is not None and runs
    named = [project.name, link.title, link.account, STRANGER, TEXT[-12:-2], "LABEL_STUDIO_URL",
             *(one.name for one in store.people.all())]  # fmt: skip
    context.add_cookies([linked_server.cookie(admin)])  # type: ignore[list-item]
    conflict = store.links.conflicts(project.id)[0].id
    parts = ("conflicts", "problems", "people", "log", "settings")
    page = context.new_page()
    page.goto(f"{linked_server.url}/sync")
    settled(page)
    for query in (*(f"show={one}" for one in parts), f"conflict={conflict}"):
        turn(page, f"/sync?{query}", "同步")
        assert below(page, named) == set(), query


def test_the_tag_page_says_nothing_in_english_at_work(
    tag_world: TagWorld, context: BrowserContext
) -> None:
    """The form, an unfinished statement, a colleague's labels and gold, each as it is worked on."""
    store = tag_world.store
    person, other, article = tag_world.coder(), tag_world.coder(), tag_world.article(TAG_TEXT)
    accounts.set_language(store, person, "zh-Hans")
    with store.write(tag_world.world.operator.id) as tx:
        store.projects.set_member(tx, tag_world.project_id, person.id, "reviewer")
        store.labels.restore(tx, gold_of(tag_world, article.id, tx.at), ())
    tag_world.apply(other, article, *statement_on(), op("submit"))
    desk = tag_world.seat(context, person, article).open()
    known = [tag_world.world.project.name, article.title, article.source, article.url]
    for kind in KINDS:
        known += [one.name for one in store.entries.present(kind, tag_world.project_id)]
    known += [one.display_name for one in (person, other)]
    found = {*english(desk.page, known)}
    desk.find(QUOTE)
    desk.press("s")
    form = desk.page.locator(".cd-tag .form")
    expect(form).to_be_visible()
    form.locator("button.more").click()
    found |= {*english(desk.page, known)}
    options = form.locator("option").all_text_contents()
    assert [text for text in options if LATIN.search(ALLOWED.sub("", text))] == []
    form.locator("[data-value=oppose]").click()
    desk.press("Escape")
    draft = desk.page.locator(".cd-tag .draft")
    expect(draft).to_contain_text("反对")
    assert not LATIN.search(draft.inner_text())
    tabs = desk.page.locator(".cd-tag .whose .tab")
    expect(tabs.filter(has_text="金标")).to_have_count(1)
    for tab in tabs.all():
        tab.click()
        found |= {*english(desk.page, known)}
        cards = desk.page.locator(".cd-tag .card")
        shown = " ".join(cards.all_inner_texts())
        for name in known:
            shown = shown.replace(name, "")
        found |= {*LATIN.findall(ALLOWED.sub("", shown))}
    assert sorted(found) == []


def gold_of(world: TagWorld, article_id: str, at: str) -> LabelSet:
    """A gold label set with nothing in it."""
    return LabelSet(new_id(), world.project_id, article_id, None, "gold", "accepted", 1, at, at)


def below(page: Page, data: Sequence[str]) -> set[str]:
    """What stands in English where a page's table and dialogs lead."""
    settled(page)
    found = {*english(page, data)}
    row = page.locator(".cd-table tbody .open").first
    if row.count():
        row.click()
        found |= said_over(page, data)
    opening = page.locator("[data-testid=stButton] button:not([disabled])")
    dialogs = opening.filter(has_text=re.compile("…$"))
    for n in range(dialogs.count()):
        dialogs.nth(n).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        found |= said_over(page, data)
    return found


def said_over(page: Page, data: Sequence[str]) -> set[str]:
    """What is English on the page or in the dialog over it, which is closed."""
    settled(page)
    found = {*english(page, data)}
    dialog = page.get_by_role("dialog")
    if dialog.count():
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
    return found


def test_what_a_fragment_draws_again_stays_chinese(
    open_as: Open, chinese_admin: Person, data: list[str]
) -> None:
    page = open_as(chinese_admin, "/export")
    page.get_by_text("包含尚未提交的草稿").click()
    page.get_by_role("button", name="导出", exact=True).click()
    expect(page.get_by_text("重新下载")).to_be_visible()
    settled(page)
    # The first rows are the file's, headings included.
    rows = page.locator("[class*=st-key-export_preview] :is(th, td)").all_inner_texts()
    assert rows
    words = sorted(filter(LATIN.search, rows), key=len, reverse=True)
    assert english(page, [*data, *words]) == []


def settled(page: Page) -> None:
    """Wait until the page has come and nothing on it runs."""
    expect(page.locator(".cd-top nav a").first).to_be_attached()
    quiet(page)
    expect(page.locator(".stApp[data-test-script-state=notRunning]")).to_be_visible()


def test_the_review_of_an_article_has_no_english_left(coded: ReviewWorld, review: Review) -> None:
    store = coded.tags.store
    article = coded.conflicted()
    accounts.set_language(store, coded.reviewer, "zh-Hans")
    try:
        desk = review(article)
        page = desk.page
        data = ["Talks", coded.reviewer.display_name, *(one.display_name for one in coded.people)]
        desk.press("ArrowDown", " ")
        assert english(page, data) == []
        desk.press("i", "x")
        assert english(page, data) == [], "the question for a reason"
        desk.press("Escape", "w")
        assert english(page, data) == [], "comments"
        desk.press("Escape", "b")
        expect(page.get_by_role("dialog")).to_be_visible()
        assert english(page, data) == [], "returning"
        desk.press("Escape", "?")
        assert english(page, data) == [], "keys"
    finally:
        accounts.set_language(store, coded.reviewer, "en")
