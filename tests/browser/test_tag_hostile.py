"""A hostile article, hostile names and hostile addresses: all of it stays text."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import SitDown
from tests.browser.tagging import TagWorld

SCRIPT = "<script>window.hit = 'script'</script>"
IMAGE = "<img src=x onerror=\"window.hit = 'image'\">"
FRAME = '<iframe srcdoc="<script>parent.hit = \'frame\'</script>"></iframe><svg onload="hit = 1">'
BIDI = "\u202e\u2066evil\u2069 \u202dtitle\u202c \u200fend"
ENTITIES = (
    "&lt;b&gt; &amp;amp; &#x27; </p></div></span> ${window.hit=1} {{hit}} $x^2$ **bold**"
    " [a](javascript:hit())"
)
TEXT = f"{SCRIPT}\n{IMAGE} 韩国的态度 {FRAME}\n{BIDI} 之后的话\n{ENTITIES}"
TITLE = f"{BIDI} {IMAGE}{SCRIPT}"


def untouched(page: Page) -> None:
    """Nothing of ours was executed, and none of the article became an element."""
    assert page.evaluate("window.hit") is None
    made = "body :is(iframe, svg[onload], img[src=x], [onerror], [onload], [srcdoc])"
    assert page.locator(made).count() == 0
    assert page.locator(".cd-tag :is(script, img, b, strong, em)").count() == 0


def test_markup_and_bidi_controls_stay_text(sit_down: SitDown) -> None:
    desk = sit_down(TEXT, title=TITLE, source=f"{IMAGE} 社", captions=(SCRIPT,), dateline=IMAGE)
    page = desk.page
    assert desk.shown() == TEXT
    assert page.locator(".cd-tag h1").text_content() == TITLE
    on = page.locator(".cd-tag .queue .q.on .t")
    assert on.text_content() == TITLE
    for quote, key in ((SCRIPT, "3"), (IMAGE, "2"), (BIDI, "1"), ("$x^2$ **bold**", "3")):
        desk.find(quote)
        desk.press(key)
        desk.saved()
    desk.press("Delete")
    expect(desk.toast()).to_contain_text("**bold**")
    page.locator(".cd-tag .captions summary").click()
    assert page.locator(".cd-tag .captions p").all_text_contents() == [IMAGE, SCRIPT]
    assert sorted(span.quote for span in desk.spans()) == sorted([SCRIPT, IMAGE, BIDI])
    untouched(page)


def test_registry_entries_and_notes_stay_text(sit_down: SitDown) -> None:
    desk = sit_down(f"韩国的态度是开放的 {IMAGE}")
    desk.find(IMAGE)
    desk.press("s")
    for name in (IMAGE, f"{SCRIPT} {BIDI}"):
        desk.type(name)
        desk.press("Control+Enter", "Tab")
    desk.press("1")
    desk.type(FRAME)
    desk.press("Control+Enter")
    desk.page.locator(".cd-tag .form button.more").click()
    desk.field("venue").fill(IMAGE)
    desk.field("note").fill(SCRIPT)
    desk.press("Enter")
    desk.saved()
    card = desk.cards.first
    for words in (IMAGE, SCRIPT, FRAME):
        expect(card).to_contain_text(words)
    untouched(desk.page)
    # Found again by the autocomplete, and shown after a reload.
    desk.page.reload()
    desk.ready()
    desk.press("s")
    desk.type("onerror")
    expect(desk.page.get_by_role("option").first).to_contain_text(IMAGE)
    desk.press("Escape", "Escape")
    desk.field("speaker").wait_for(state="detached")
    expect(desk.cards.first).to_contain_text(SCRIPT)
    untouched(desk.page)


def test_controls_of_direction_do_not_leak(sit_down: SitDown) -> None:
    """What follows an override is laid out from left to right, as if it were not there."""
    desk = sit_down(f"{BIDI}\nplain words", title="\u202e\u202ereversed")
    boxes = desk.page.evaluate(
        """() => [...document.querySelectorAll('.cd-tag .meta > *')]
          .map((one) => one.getBoundingClientRect()).filter((box) => box.width > 0)
          .map((box) => [Math.round(box.bottom), box.left])"""
    )
    assert len(boxes) >= 3
    assert boxes == sorted(boxes)
    styles = desk.page.evaluate(
        """() => ['h1', '.text p', '.q .t', '.meta span'].map((one) =>
          getComputedStyle(document.querySelector('.cd-tag ' + one)).unicodeBidi)"""
    )
    assert set(styles) <= {"isolate", "plaintext"}


ADDRESSES = {
    "https://text.example/a?b=1&c=%3Cx%3E": True,
    "http://text.example/plain": True,
    "javascript:window.hit=1//https://x.example": False,
    "\tJaVaScRiPt:window.hit=1": False,
    "data:text/html,<script>parent.hit=1</script>": False,
    "file:///etc/passwd": False,
    "not an address": False,
}


def test_only_web_addresses_are_linked(sit_down: SitDown) -> None:
    desk = sit_down("The first text.")
    for url, safe in ADDRESSES.items():
        article = desk.world.article(f"Text of {url}.", url=url, title=f"At {url}")
        desk.page.evaluate(
            """([article]) => {
              history.pushState({}, '', `tag?article=${article}`)
              dispatchEvent(new PopStateEvent('popstate'))
            }""",
            [article.id],
        )
        expect(desk.page.get_by_role("heading", level=1)).to_have_text(article.title)
        desk.ready()
        link = desk.page.locator(".cd-tag a.original")
        expect(link).to_have_count(int(safe))
        if safe:
            assert link.get_attribute("href") == url
            assert link.get_attribute("target") == "_blank"
            assert set(str(link.get_attribute("rel")).split()) >= {"noopener", "noreferrer"}
        else:
            desk.press("Shift+O")
        protocols = desk.page.evaluate(
            "[...document.querySelectorAll('.cd-tag a')].map((a) => a.protocol)"
        )
        assert set(protocols) <= {"http:", "https:"}
        untouched(desk.page)


def test_the_article_list_shows_it_as_text_too(sit_down: SitDown, tag_world: TagWorld) -> None:
    desk = sit_down(f"{TEXT} zwölfeinhalb", title=TITLE)
    desk.page.goto(f"{tag_world.server.url}/articles?q=zw%C3%B6lfeinhalb")
    title = desk.page.locator(".cd-articles tbody a.t").first
    expect(title).to_be_visible()
    assert title.text_content() == TITLE
    assert desk.page.evaluate("window.hit") is None
    assert desk.page.locator(".cd-articles :is(script, img, iframe)").count() == 0
