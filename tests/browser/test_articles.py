from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from annotate import reading
from annotate.model import Actor, Alias, new_id
from tests.browser.conftest import Open
from tests.browser.desk import MORE_ARTICLES, Server, new_coder
from tests.world import World, op, send

ALL = MORE_ARTICLES + 3


def _titles(page: Page) -> list[str]:
    return page.locator(".cd-articles tbody a.t").all_inner_texts()


def _ready(page: Page) -> None:
    expect(page.locator(".cd-articles tbody tr[data-id]").first).to_be_visible()
    expect(page.locator(".cd-articles table")).not_to_have_attribute("aria-busy", "true")


def test_header_and_list_fill_the_page(signed_in_page: Page) -> None:
    _ready(signed_in_page)
    for width, height in ((1440, 900), (1024, 768)):
        signed_in_page.set_viewport_size({"width": width, "height": height})
        header = signed_in_page.locator(".cd-top").bounding_box()
        filled = signed_in_page.locator(".cd-articles").bounding_box()
        assert header == {"x": 0, "y": 0, "width": width, "height": 46}
        assert filled == {"x": 0, "y": 46, "width": width, "height": height - 46}
        overflow = signed_in_page.evaluate(
            "[document.documentElement.scrollWidth - innerWidth,"
            " document.documentElement.scrollHeight - innerHeight]"
        )
        assert max(overflow) <= 0
    assert signed_in_page.title() == "Articles · Claimdesk"


def test_nothing_moves_while_the_page_comes_up(
    open_as: Open, server: Server, shared_world: World
) -> None:
    page = open_as(shared_world.analyst, "/signin").context.new_page()
    page.add_init_script(
        """window.shifts = []
        new PerformanceObserver((list) => {
          window.shifts.push(...list.getEntries().map((entry) => entry.value))
        }).observe({ type: 'layout-shift', buffered: true })"""
    )
    page.goto(f"{server.url}/articles")
    _ready(page)
    assert sum(page.evaluate("window.shifts")) < 0.02


def test_a_search_marks_hits_and_lives_in_the_address(signed_in_page: Page) -> None:
    page = signed_in_page
    _ready(page)
    page.keyboard.press("/")
    page.keyboard.type("議會")
    expect(page.locator(".cd-articles .count")).to_have_text(f"1 of {ALL} articles")
    assert _titles(page) == ["议会质询"]
    expect(page.locator(".cd-articles mark").first).to_have_text("议会")
    assert "q=" in page.url
    page.reload()
    expect(page.locator(".cd-articles .count")).to_have_text(f"1 of {ALL} articles")
    assert page.get_by_label("Search", exact=True).input_value() == "議會"
    page.get_by_role("button", name="clear", exact=True).click()
    expect(page.locator(".cd-articles .count")).to_have_text(f"{ALL} articles")
    page.go_back()
    expect(page.locator(".cd-articles .count")).to_have_text(f"1 of {ALL} articles")


def test_a_search_that_names_a_source_leads_to_its_articles(
    open_as: Open, shared_world: World
) -> None:
    store = shared_world.store
    with store.write(shared_world.operator.id) as tx:
        alias = Alias("Capital Evening Post", "en")
        actor = Actor(new_id(), "首都晚报", "organisation", (alias,))
        store.registry.add_actor(tx, actor)
    page = open_as(shared_world.analyst, "/articles")
    _ready(page)
    field, offer = (
        page.get_by_label("Search", exact=True),
        page.locator(".cd-articles .named button"),
    )
    for search in ("Capital Evening", "首都晚報"):
        page.keyboard.press("/")
        page.keyboard.type(search)
        expect(page.get_by_text("No article matches")).to_be_visible()
        expect(offer).to_have_text(f"Source 首都晚报 · {MORE_ARTICLES // 2} articles")
        # Where nothing else is found, the key that goes into the list goes there.
        page.keyboard.press("Enter")
        expect(offer).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(".cd-articles .count")).to_have_text(
            f"{MORE_ARTICLES // 2} of {ALL} articles"
        )
        expect(offer).to_have_count(0)
        expect(field).to_have_value("")
        expect(page).to_have_url(re.compile("source=[^&]+$"))
        page.get_by_role("button", name="clear", exact=True).click()
        _ready(page)
    # Where more is found, it is the next stop after the field.
    field.fill("晚报")
    expect(offer).to_have_count(1)
    field.focus()
    page.keyboard.press("Tab")
    expect(offer).to_be_focused()


def test_markup_in_a_search_stays_text(signed_in_page: Page) -> None:
    page = signed_in_page
    _ready(page)
    page.get_by_label("Search", exact=True).fill('<img src=x onerror="window.hit=1">')
    expect(page.get_by_text("No article matches")).to_be_visible()
    assert page.evaluate("window.hit") is None
    page.get_by_role("button", name="Clear search and filters").click()
    _ready(page)


def test_an_editor_sees_and_filters_by_where_articles_stand(
    open_as: Open, shared_world: World
) -> None:
    store, person = shared_world.store, new_coder(shared_world, "begins")
    label = op("set_document_label", name="relevance", values=["relevant"])
    send(shared_world, label, person=person, article=2)
    page = open_as(shared_world.people["editor"], "/articles")
    _ready(page)
    expect(page.locator(".cd-articles thead th").last).to_have_text("State")
    states = page.locator(".cd-articles .f label:has([data-key^='state:'])")
    expect(states).to_have_count(5)
    states.filter(has_text="In progress").click()
    expect(page).to_have_url(re.compile("state=in_progress"))
    counts = reading.facets(store, shared_world.people["editor"], shared_world.project.id)
    begun = counts.states["in_progress"]
    expect(page.locator(".cd-articles .count")).to_have_text(f"{begun} of {ALL} articles")
    row = page.locator(".cd-articles tbody tr").filter(has_text="Analysts doubt")
    expect(row.locator("td").last).to_have_text("in progress")
    page.reload()
    expect(page.locator(".cd-articles .count")).to_have_text(f"{begun} of {ALL} articles")


def test_filters_narrow_and_come_back_by_the_back_button(signed_in_page: Page) -> None:
    page = signed_in_page
    _ready(page)
    rail = page.get_by_role("complementary", name="Filters")
    expect(rail.get_by_label("首都晚报")).to_be_visible()
    expect(rail.locator("label", has_text="首都晚报").locator("i")).to_have_text("60")
    rail.get_by_label("首都晚报").check()
    expect(page.locator(".cd-articles .count")).to_have_text(f"60 of {ALL} articles")
    rail.get_by_label("Chinese, traditional").check()
    expect(page.get_by_text("No article matches")).to_be_visible()
    page.go_back()
    expect(page.locator(".cd-articles .count")).to_have_text(f"60 of {ALL} articles")
    expect(rail.get_by_label("Chinese, traditional")).not_to_be_checked()
    page.go_back()
    expect(page.locator(".cd-articles .count")).to_have_text(f"{ALL} articles")
    expect(rail.get_by_label("首都晚报")).not_to_be_checked()


def test_the_published_range_takes_its_last_day(signed_in_page: Page) -> None:
    page = signed_in_page
    _ready(page)
    rail = page.get_by_role("complementary", name="Filters")
    rail.get_by_label("from", exact=True).fill("2026-01-32")
    page.keyboard.press("Enter")
    expect(rail.get_by_role("alert")).to_have_text("A day, such as 2026-02-28")
    assert "from=" not in page.url
    rail.get_by_label("from", exact=True).fill("2026/1/2")
    page.keyboard.press("Enter")
    expect(rail.get_by_label("from", exact=True)).to_have_value("2026-01-02")
    rail.get_by_label("until", exact=True).fill("2026-01-02")
    page.keyboard.press("Enter")
    expect(page.locator(".cd-articles .count")).to_have_text(f"60 of {ALL} articles")
    assert "from=2026-01-02" in page.url
    assert "to=2026-01-02" in page.url


def test_pages_go_on_and_back_and_are_addresses(signed_in_page: Page) -> None:
    page = signed_in_page
    _ready(page)
    first = _titles(page)
    assert len(first) == 50
    page.get_by_role("button", name="Older →").click()
    expect(page.locator(".cd-articles .pg")).to_contain_text(f"51–100 of {ALL}")
    second = _titles(page)
    assert not set(first) & set(second)
    page.reload()
    _ready(page)
    assert _titles(page) == second
    page.keyboard.press("ArrowRight")
    expect(page.locator(".cd-articles .pg")).to_contain_text(f"101–{ALL} of {ALL}")
    expect(page.get_by_role("button", name="Older →")).to_be_disabled()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".cd-articles .pg")).to_contain_text(f"51–100 of {ALL}")
    assert _titles(page) == second
    page.get_by_role("button", name="← Newer").click()
    expect(page.locator(".cd-articles .pg")).to_contain_text(f"1–50 of {ALL}")
    assert _titles(page) == first
    assert "before" not in page.url


@pytest.mark.parametrize(
    ("order", "first"),
    [("oldest first", "第0号文章"), ("by title", "Analysts doubt early accession")],
)
def test_the_order_can_be_chosen(signed_in_page: Page, order: str, first: str) -> None:
    page = signed_in_page
    _ready(page)
    page.get_by_label("Order").select_option(label=order)
    expect(page.locator(".cd-articles tbody a.t").first).to_have_text(first)
    page.reload()
    expect(page.locator(".cd-articles tbody a.t").first).to_have_text(first)


def test_the_keyboard_moves_and_opens_without_loading_a_page(signed_in_page: Page) -> None:
    page = signed_in_page
    _ready(page)
    page.evaluate("window.same = true")
    for key in ("j", "j", "j", "k"):
        page.keyboard.press(key)
    chosen = page.locator(".cd-articles tr.on")
    expect(chosen).to_have_count(1)
    title = chosen.locator("a.t").inner_text()
    assert title == _titles(page)[1]
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/tag\?article="))
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    assert page.evaluate("window.same") is True
    page.go_back()
    _ready(page)
    expect(page.locator(".cd-articles tr.on a.t")).to_have_text(title)
    assert page.evaluate("window.same") is True


def test_enter_goes_from_the_search_to_the_first_article_and_opens_it(
    signed_in_page: Page,
) -> None:
    page = signed_in_page
    _ready(page)
    chosen = page.locator(".cd-articles tr.on")
    page.keyboard.press("/")
    page.keyboard.type("国家安全法")
    # What was found is on its way; until it is there, Enter opens nothing else.
    page.keyboard.press("Enter")
    expect(page.locator(".cd-articles .count")).to_have_text(re.compile(f"^{MORE_ARTICLES} of"))
    expect(chosen.locator("a.t")).to_have_text(_titles(page)[0])
    assert "/articles" in page.url
    page.keyboard.press("ArrowDown")
    expect(chosen.locator("a.t")).to_have_text(_titles(page)[1])
    page.keyboard.press("ArrowUp")
    title = chosen.locator("a.t").inner_text()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/tag\?article="))
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def test_enter_opens_the_only_article_found(signed_in_page: Page) -> None:
    page = signed_in_page
    _ready(page)
    page.keyboard.press("/")
    page.keyboard.type("議會")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/tag\?article="))
    expect(page.get_by_role("heading", name="议会质询")).to_be_visible()


def test_two_enters_open_the_first_once_it_is_there(signed_in_page: Page) -> None:
    page = signed_in_page
    _ready(page)
    page.keyboard.press("j")
    page.keyboard.press("/")
    page.keyboard.type("第7")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/tag\?article="))
    expect(page.get_by_role("heading", name=re.compile("^第7"))).to_be_visible()


def test_rows_are_links_that_can_be_shared(
    signed_in_page: Page, context: BrowserContext, shared_world: World
) -> None:
    page = signed_in_page
    _ready(page)
    link = page.locator(".cd-articles a.t", has_text="Analysts doubt")
    href = link.get_attribute("href")
    assert href == f"/tag?article={shared_world.articles[2]}&project={shared_world.project.id}"
    with context.expect_page() as opened:
        link.click(modifiers=["Control"])
    expect(opened.value.get_by_role("heading", name="Analysts doubt")).to_be_visible()
    opened.value.reload()
    expect(opened.value.get_by_role("heading", name="Analysts doubt")).to_be_visible()
    expect(page).to_have_url(re.compile("/articles"))


def test_copies_that_are_hidden_are_counted(signed_in_page: Page) -> None:
    page = signed_in_page
    page.route(
        "**/api/articles/counts?*",
        lambda route: route.fulfill(
            json={
                "total": 15, "texts": 14, "matched": 14, "matched_more": False,
                "statuses": [], "sources": [], "languages": [],
            }
        ),
    )  # fmt: skip
    page.reload()
    expect(page.locator(".cd-articles .count")).to_have_text("14 articles · 1 copy hidden")
    page.get_by_role("checkbox", name="Hide copies").click()
    expect(page.locator(".cd-articles .count")).to_have_text("15 articles")


def test_help_and_streamlits_own_keys(signed_in_page: Page) -> None:
    page = signed_in_page
    _ready(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.evaluate(
        """() => { window.swallowed = true
        document.addEventListener('keydown', () => { window.swallowed = false }) }"""
    )
    page.keyboard.press("r")
    page.keyboard.press("c")
    assert page.evaluate("window.swallowed") is True


def test_a_server_that_is_gone_is_said_so(
    signed_in_page: Page, expected_complaints: list[str]
) -> None:
    expected_complaints.append("net::ERR_FAILED")
    page = signed_in_page
    _ready(page)
    page.route("**/api/articles?*", lambda route: route.abort())
    page.keyboard.press("ArrowRight")
    alert = page.locator(".cd-articles .trouble")
    expect(alert).to_contain_text("The server does not answer")
    assert len(_titles(page)) == 50
    page.unroute("**/api/articles?*")
    alert.get_by_role("button", name="Try again").click()
    expect(page.locator(".cd-articles .pg")).to_contain_text("51–100")
    expect(alert).to_have_count(0)
