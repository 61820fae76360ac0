"""What is marked in the browser is what is stored, whatever the text is made of."""

from __future__ import annotations

import pytest
import regex
from playwright.sync_api import expect

from annotate.model import Actor, Alias, Claim, new_id
from annotate.text.segment import boundaries
from tests.browser.conftest import SitDown
from tests.browser.tagging import TagDesk, TagWorld

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
FLAG = "\U0001f1f0\U0001f1f7"
THUMB = "\U0001f44d\U0001f3fd"
ODD = (
    f"会场里{FAMILY}一家四口{THUMB}，\U00020bb7田先生说：“可以谈。”\n"
    "\n"
    f"\t缩进\t之后是{FLAG}国旗和cafe\u0301里的a\u0308\u0323音标。\n"
    "  \n"
    "\u4fe1\ufe00\U000e0100 异体字，e\u0301e\u0301e\u0301 三连。\U0002a6d6\U0002a6d6 最后\U0001f600"
)
QUOTES = [
    FAMILY, THUMB, f"{FAMILY}一家四口{THUMB}", "\U00020bb7", FLAG, "cafe\u0301", "a\u0308\u0323",
    "缩进\t之后", "e\u0301e\u0301e\u0301", "\U0002a6d6\U0002a6d6", "\U0001f600",
]  # fmt: skip


def place(desk: TagDesk, quote: str) -> tuple[int, int]:
    start = desk.article.text.index(quote)
    return start, start + len(quote)


def tag(desk: TagDesk, key: str = "3") -> tuple[int, int, str]:
    """Tag what is selected; gives the stored span, which must be what is drawn and was selected."""
    before = {span.id for span in desk.spans()}
    selected = desk.selected()
    desk.press(key)
    desk.saved()
    span = next(span for span in desk.spans() if span.id not in before)
    assert (span.start, span.end) == selected
    assert desk.pieces(span) == span.quote.replace("\n", "")
    assert desk.shown() == desk.article.text
    return span.start, span.end, span.quote


def test_every_kind_of_character_by_pointer_and_by_key(sit_down: SitDown) -> None:
    desk = sit_down(ODD)
    assert desk.shown() == ODD
    edges = set(boundaries(ODD))
    for quote in QUOTES:
        start, end = place(desk, quote)
        desk.drag(start, end, free=True)
        assert tag(desk, "3") == (start, end, quote)
        desk.press("Escape")
        desk.find(quote)
        assert tag(desk, "1") == (start, end, quote)
        desk.press("Escape")
        desk.drag(start, end)
        snapped = tag(desk, "2")
        assert {snapped[0], snapped[1]} <= edges
        assert snapped[0] <= start < end <= snapped[1]
        desk.press("Delete")
        desk.saved()
        expect(desk.page.locator(".cd-tag .s.active")).to_have_count(0)
    desk.page.reload()
    desk.ready()
    assert desk.shown() == ODD
    assert [desk.pieces(span) for span in desk.spans()] == [span.quote for span in desk.spans()]
    assert sorted(span.quote for span in desk.spans()) == sorted(QUOTES * 2)


def test_the_cursor_stops_between_graphemes_only(sit_down: SitDown) -> None:
    desk = sit_down(ODD)
    stops = [0]
    while stops[-1] < len(ODD):
        desk.press("Alt+ArrowRight")
        stops.append(desk.selected()[1])
    wanted = [match.start() for match in regex.finditer(r"\X", ODD)] + [len(ODD)]
    assert stops == wanted
    back = [stops[-1]]
    while back[-1] > 0:
        desk.press("Alt+ArrowLeft")
        back.append(desk.selected()[0])
    assert back == wanted[::-1]


def test_the_cursor_goes_by_words_and_selects_with_shift(sit_down: SitDown) -> None:
    desk = sit_down("韩国前国家安保室长表示，态度是开放的。\n第二段在这里。")
    edges = boundaries(desk.article.text)
    desk.press("ArrowRight")
    desk.press("Shift+ArrowRight", "Shift+ArrowRight")
    start, end = desk.selected()
    assert (start, end) == (edges[1], edges[3])
    assert tag(desk) == (start, end, desk.article.text[start:end])
    desk.press("Escape", "Control+End", "Shift+Home")
    assert tag(desk)[2] == "第二段在这里。"


def test_edges_move_by_words_and_with_alt_by_characters(sit_down: SitDown) -> None:
    desk = sit_down(ODD)
    span = desk.mark("cafe\u0301", "3")
    edges = boundaries(ODD)

    def now() -> tuple[int, int]:
        desk.saved()
        (found,) = desk.spans()
        assert found.id == span.id
        assert desk.pieces(found) == found.quote
        return found.start, found.end

    desk.press("]")
    assert now() == (span.start, edges[edges.index(span.end) + 1])
    desk.press("}")
    assert now() == (span.start, span.end)
    desk.press("Alt+Shift+BracketRight")
    assert now() == (span.start, span.end - 2)
    desk.press("Alt+BracketRight")
    assert now() == (span.start, span.end)
    desk.press("[")
    assert now() == (edges[edges.index(span.start) - 1], span.end)
    desk.press("{")
    assert now() == (span.start, span.end)


@pytest.mark.parametrize("how", ["pointer", "key"])
def test_a_selection_over_blank_paragraphs(sit_down: SitDown, how: str) -> None:
    desk = sit_down(ODD)
    start, end = place(desk, f"可以谈。”\n\n\t缩进\t之后是{FLAG}")
    if how == "pointer":
        desk.drag(start, end, free=True)
    else:
        desk.find("可以谈")
        desk.press("/")
        desk.type(FLAG)
        desk.press("Shift+Enter")
    assert tag(desk) == (start, end, ODD[start:end])


def test_registered_names_stay_whole(sit_down: SitDown, tag_world: TagWorld) -> None:
    group = Actor(new_id(), "核咨商小组", "organisation", (Alias("核磋商机制"),))
    adviser = Actor(new_id(), "金圣翰", "person")
    claim = Claim(
        new_id(), tag_world.project_id, "Seoul open", aliases=(Alias("渐进式加入", kind="term"),)
    )
    with tag_world.store.write(tag_world.world.operator.id) as tx:
        tag_world.store.registry.add_actor(tx, group)
        tag_world.store.registry.add_actor(tx, adviser)
        tag_world.store.registry.add_claim(tx, claim)
    desk = sit_down("昨天金圣翰谈到，韩美核咨商小组与核磋商机制都能以渐进式加入的办法扩大。")
    for whole, part in [
        ("核咨商小组", "咨商"), ("金圣翰", "圣"), ("核磋商机制", "机制"), ("渐进式加入", "式加"),
    ]:  # fmt: skip
        start, end = place(desk, part)
        desk.drag(start, end)
        assert tag(desk, "1")[2] == whole
        desk.press("Escape")
    named = {span.quote: span.actor_id for span in desk.spans()}
    assert named == {
        "核咨商小组": group.id, "金圣翰": adviser.id, "核磋商机制": group.id, "渐进式加入": None,
    }  # fmt: skip


KEY_AS_THE_POINTER_LIFTS = """() => {
  const press = () => document.querySelector('.cd-tag .text').dispatchEvent(
    new KeyboardEvent('keydown', { key: '2', code: 'Digit2', bubbles: true, cancelable: true }))
  document.addEventListener('mouseup', press, { once: true })
}"""


def test_a_key_in_the_moment_the_pointer_lifts_means_the_selection(sit_down: SitDown) -> None:
    desk = sit_down("周一，韩国前国家安保室长表示，态度是开放的。")
    start = desk.article.text.index("态度")
    desk.page.evaluate(KEY_AS_THE_POINTER_LIFTS)
    desk.drag(start, start + 2)
    desk.saved()
    assert [span.quote for span in desk.spans()] == ["态度"]


def test_free_hand_takes_half_a_word(sit_down: SitDown) -> None:
    desk = sit_down("国家安全委员会昨天开会。")
    start, end = place(desk, "家安全委")
    desk.drag(start, end)
    snapped = tag(desk)
    assert set(snapped[:2]) <= set(boundaries(desk.article.text))
    assert snapped[2] != "家安全委"
    desk.press("Escape")
    desk.drag(start, end, free=True)
    assert tag(desk, "2") == (start, end, "家安全委")


STACK = "总统顾问金圣翰在论坛上说韩国的态度是开放的而且取决于日本"
LAYERS = [("金圣翰在论坛上说", "1"), ("论坛上说韩国的态度", "2"), ("韩国的态度是开放的", "3"),
          ("韩国", "1"), ("韩国", "2"), (STACK, "3")]  # fmt: skip


def test_overlapping_and_nested_spans_are_seen_and_reached(sit_down: SitDown) -> None:
    desk = sit_down(STACK)
    for quote, key in LAYERS:
        desk.mark(quote, key)
        desk.press("Escape")
    spans = desk.spans()
    assert len(spans) == len(LAYERS)
    assert [desk.pieces(span) for span in spans] == [span.quote for span in spans]
    for at in range(len(STACK)):
        covering = [span for span in spans if span.start <= at < span.end]
        assert lines_at(desk, at) == len(covering)
    at = STACK.index("韩国")
    covering = sorted(
        (span for span in spans if span.start <= at < span.end), key=lambda s: s.end - s.start
    )
    reached = []
    for _ in range(len(covering) + 1):
        desk.click_at(at)
        reached.append(desk.active())
    lengths = [len(one.split(": ", 1)[1]) for one in reached]
    assert lengths[:-1] == sorted(lengths[:-1])
    assert set(reached) == {f"{span.kind}: {span.quote}" for span in covering}
    assert reached[-1] == reached[0]
    desk.press("o")
    assert desk.active() == reached[1]


def lines_at(desk: TagDesk, at: int) -> int:
    """How many lines at different heights are drawn below the character at an offset."""
    found: int = desk.page.evaluate(
        """(at) => {
          const pieces = [...document.querySelectorAll('.cd-tag .text .s')]
          const piece = pieces.find((one) => +one.dataset.start <= at && at < +one.dataset.end)
          const style = getComputedStyle(piece)
          if (!piece.classList.contains('lanes')) return style.boxShadow === 'none' ? 0 : 1
          const room = parseFloat(style.paddingBottom)
          const heights = style.backgroundPositionY.split(', ')
            .map((one) => Number(/100% - ([\\d.]+)px/.exec(one)?.[1] ?? 0))
            .slice(0, piece.dataset.ids.split(' ').length)
          if (heights.some((height) => height > room)) return -1
          return new Set(heights).size
        }""",
        at,
    )
    return found
