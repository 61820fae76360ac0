"""The keyboard: input methods, keys of Streamlit's own, the sheet of all keys, focus."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import CDPSession, expect

from tests.browser.conftest import SitDown
from tests.browser.tagging import TagDesk, statement_on

TEXT = "沈若川表示，北岸的态度是开放的。\n南屿尚未回应。"
KEYS = """import('/assets/tag/keys.js').then(({ KEYS }) => KEYS.groups.map((group) => ({
  title: group.title(),
  bindings: group.bindings.map((one) => ({ ...one, text: one.text(), run: null })),
})))"""
CHORDS = """import('/assets/tag/keys.js').then(({ KEYS }) => KEYS.groups.flatMap((group) =>
  group.bindings.flatMap((one) => one.keys)))"""
# What a key says of itself while an input method has it.
PROCESSED = 229


class InputMethod:
    """A pinyin input method at work in the focused field, by the browser's own protocol."""

    def __init__(self, desk: TagDesk) -> None:
        self._session: CDPSession = desk.page.context.new_cdp_session(desk.page)

    def compose(self, text: str) -> None:
        self._send("Input.imeSetComposition", text=text, selectionStart=len(text),
                   selectionEnd=len(text))  # fmt: skip

    def key(self, key: str) -> None:
        """A key that the input method keeps to itself."""
        for kind in ("rawKeyDown", "keyUp"):
            self._send("Input.dispatchKeyEvent", type=kind, key=key,
                       windowsVirtualKeyCode=PROCESSED)  # fmt: skip

    def commit(self, text: str) -> None:
        self._send("Input.insertText", text=text)

    def _send(self, method: str, **fields: Any) -> None:
        self._session.send(method, fields)


def test_enter_only_confirms_the_candidate(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    method = InputMethod(desk)
    desk.find("态度是开放的")
    desk.press("s")
    speaker = desk.field("speaker")
    method.compose("shen'ruo'chuan")
    for key in ("1", "Enter", "Escape", "Tab"):
        method.key(key)
    expect(speaker).to_be_focused()
    assert speaker.input_value() == "shen'ruo'chuan"
    method.commit("沈若川")
    expect(speaker).to_have_value("沈若川")
    expect(desk.page.locator(".cd-tag .form")).to_be_visible()
    expect(desk.cards).to_have_count(0)
    desk.press("Control+Enter", "Tab", "Tab", "1")
    method.compose("bei'an")
    method.key("Enter")
    method.commit("北岸开放")
    expect(desk.field("claim")).to_have_value("北岸开放")
    expect(desk.cards).to_have_count(0)
    desk.press("Control+Enter")
    desk.page.locator(".cd-tag .form button.more").click()
    note = desk.field("note")
    note.focus()
    method.compose("bei'zhu")
    method.key("Enter")
    expect(desk.cards).to_have_count(0)
    method.commit("备注")
    expect(note).to_have_value("备注")
    desk.press("Enter")
    expect(desk.cards).to_have_count(1)
    expect(desk.cards.first).to_contain_text("备注")


def test_composing_in_the_search_box_selects_nothing(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    method = InputMethod(desk)
    desk.press("/")
    find = desk.page.get_by_role("searchbox", name="Find in the text")
    method.compose("nan'yu")
    method.key("Enter")
    method.key("Escape")
    expect(find).to_be_focused()
    method.commit("南屿")
    desk.press("Enter")
    start = TEXT.index("南屿")
    assert desk.selected() == (start, start + 2)


def test_keys_do_nothing_in_the_text_during_composition(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    desk.mark("沈若川", "1")
    desk.press("ArrowRight", "Shift+ArrowRight")
    selected = desk.selected()
    chords = desk.page.evaluate(CHORDS)
    assert len(chords) > 30
    before = desk.page.locator(".cd-tag").inner_html()
    handled = desk.page.evaluate(
        """([chords, signs]) => {
          const text = document.querySelector('.cd-tag .text')
          return signs.flatMap((marks) => chords.filter((chord) => {
            const parts = chord.split('+')
            const event = new KeyboardEvent('keydown', {
              key: parts.at(-1), ctrlKey: parts.includes('Mod'), altKey: parts.includes('Alt'),
              shiftKey: parts.includes('Shift'), bubbles: true, cancelable: true, ...marks,
            })
            return !text.dispatchEvent(event)
          }))
        }""",
        [chords, [{"isComposing": True}, {"keyCode": PROCESSED}]],
    )
    assert handled == []
    assert desk.page.locator(".cd-tag").inner_html() == before
    assert desk.selected() == selected
    assert len(desk.spans()) == 1


def test_streamlits_keys_do_not_run_the_page_again(sit_down: SitDown) -> None:
    desk = sit_down(TEXT, statement_on())
    sent: list[int] = []
    desk.page.on(
        "websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(len(frame)))
    )
    desk.page.reload()
    desk.ready()
    frames = len(sent)
    assert frames > 0
    places = {
        "the text": desk.text.focus,
        "a card": desk.cards.first.focus,
        "a button": desk.page.get_by_role("button", name=re.compile("Submit")).focus,
        "nothing": lambda: desk.page.evaluate("document.activeElement.blur()"),
    }
    sheet = desk.dialog("Keys")
    for place, go in places.items():
        go()
        desk.press("r", "c", "Shift+R", "Shift+C")
        # Answered in order: had one of the keys been heard, its message would have gone before.
        desk.press("?")
        expect(sheet).to_be_visible()
        desk.press("?")
        expect(sheet).to_be_hidden()
        desk.settled()
        assert len(sent) == frames, place
        expect(desk.page.get_by_role("dialog")).to_have_count(0)
    assert len(desk.statements()) == 1


def test_the_sheet_shows_every_key_that_works(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    desk.press("?")
    sheet = desk.page.get_by_role("dialog", name="Keys")
    rows = dict(
        zip(
            sheet.locator("dd").all_text_contents(),
            [row.split() for row in sheet.locator("dt").all_text_contents()],
            strict=True,
        )
    )
    shown = {key for keys in rows.values() for key in keys}
    names = {
        "ArrowLeft": "←", "ArrowRight": "→", "ArrowUp": "↑", "ArrowDown": "↓", "Escape": "Esc",
        "Delete": "Del", "Backspace": "Del", "Enter": "↵", "Mod": "Ctrl",
    }  # fmt: skip
    for group in desk.page.evaluate(KEYS):
        expect(sheet.get_by_role("heading", name=group["title"], exact=True)).to_be_visible()
        for binding in group["bindings"]:
            assert binding["text"] in rows or binding.get("silent")
            if binding["keys"] == list("123456789"):
                assert "1–9" in shown
                continue
            # The brackets' row stands for those with Alt, too.
            for chord in binding["keys"]:
                parts = [part for part in chord.split("+") if part not in ("Alt", "Shift")]
                signs = {names.get(p, p.upper() if len(p) == 1 else p) for p in parts}
                assert signs <= shown, chord
    assert not {"R", "C"} & shown
    desk.press("?")
    expect(sheet).to_be_hidden()
    expect(desk.text).to_be_focused()


def test_a_click_on_empty_space_takes_no_key_away(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    page = desk.page
    desk.find("态度是开放的")
    # Below the queue, beside the text, below the statements.
    view = page.viewport_size
    for x, y in ((60, 700), (int(0.3 * view["width"]), 860), (view["width"] - 40, 700)):
        page.mouse.click(x, y)
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog", name="Keys")).to_have_count(0)
    page.keyboard.press("j")
    main = page.get_by_test_id("stMain")
    assert main.evaluate("it => getComputedStyle(it).outlineStyle") == "none"
    assert main.evaluate("it => getComputedStyle(it).boxShadow") == "none"


def test_focus_goes_round_by_key(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    desk.press("q")
    expect(desk.page.locator(".cd-tag .queue a:focus")).to_have_count(1)
    desk.press("g")
    expect(desk.text).to_be_focused()
    desk.press("/", "Escape")
    expect(desk.text).to_be_focused()
    desk.press("s")
    expect(desk.field("speaker")).to_be_focused()
    desk.press("Escape")
    expect(desk.text).to_be_focused()
    desk.mark("北岸", "1")
    desk.mark("态度", "3")
    desk.press("Escape", "Control+Home", "n")
    assert desk.active() == "actor: 北岸"
    desk.press("n")
    assert desk.active() == "evidence: 态度"
    desk.press("p")
    assert desk.active() == "actor: 北岸"
    desk.press("Delete", "Backspace")
    desk.saved()
    assert [one.quote for one in desk.spans()] == ["态度"]


def test_the_original_opens_in_a_tab_of_its_own(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    opened: list[tuple[str, str | None]] = []
    desk.page.context.route(
        re.compile(r"https://text\.example/.*"),
        lambda route: (
            opened.append((route.request.url, route.request.headers.get("referer"))),
            route.fulfill(content_type="text/html", body="<title>original</title>"),
        ),
    )
    with desk.page.context.expect_page() as waiting:
        desk.press("Shift+O")
    expect(waiting.value).to_have_title("original")
    assert opened == [(desk.article.url, None)]
    assert waiting.value.evaluate("window.opener") is None
    expect(desk.page).to_have_url(re.compile("/tag"))


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768)])
def test_the_sheet_of_keys_is_seen_whole(sit_down: SitDown, width: int, height: int) -> None:
    desk = sit_down(TEXT)
    desk.page.set_viewport_size({"width": width, "height": height})
    desk.press("?")
    groups = desk.page.locator(".cd-help .groups")
    expect(groups.get_by_text("This sheet")).to_be_in_viewport(ratio=1)
    hidden = groups.evaluate("one => one.scrollHeight - one.clientHeight")
    assert hidden <= 0
    # As many kinds and stances as there are keys for, not three.
    expect(groups.get_by_text("1–9")).to_have_count(2)
