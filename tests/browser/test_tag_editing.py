"""Statements, labels, undo and submission: what an analyst does on the page after marking."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, expect

from annotate.model import Span, Statement, new_id
from tests.browser.conftest import SitDown
from tests.browser.tagging import TagDesk, TagWorld
from tests.world import op, span

TEXT = "沈若川表示，北岸的态度是开放的。\n发言人反对这个提议，南屿尚未回应。"
QUOTE = "态度是开放的"


def made(text: str = TEXT, **fields: Any) -> list[Any]:
    """Operations that make a statement of a speaker whom the text names."""
    speaker, claim = new_id(), new_id()
    mention, evidence = span("沈若川", "actor", text, actor_id=speaker), span(QUOTE, text=text)
    statement = {
        "id": new_id(), "claim_id": claim, "stance": "support", "speaker_id": speaker,
        "certainty": "stated", "evidence": [evidence["id"]],
    } | fields  # fmt: skip
    return [
        op("create_actor", actor={"id": speaker, "name": f"沈若川 {speaker[-6:]}",
                                  "kind": "person"}),
        op("create_claim", claim={"id": claim, "text": f"Beian open {claim[-6:]}"}),
        op("add_span", span=mention),
        op("add_statement", statement=statement, spans=[evidence]),
    ]  # fmt: skip


def statements(desk: TagDesk) -> tuple[Statement, ...]:
    desk.saved()
    label_set = desk.stored()
    return label_set.statements if label_set else ()


def lit(desk: TagDesk) -> set[str]:
    """The words of the spans that are lit."""
    found: set[str] = set(desk.page.locator(".cd-tag .text .s.lit").all_text_contents())
    return found


def submitted(desk: TagDesk) -> None:
    expect(desk.page.locator(".cd-tag")).to_have_attribute("data-status", "submitted")
    desk.saved()


def dialog(desk: TagDesk, name: str) -> Locator:
    return desk.page.get_by_role("dialog", name=name)


def test_undo_and_redo_of_everything(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    desk.mark("北岸", "1")
    desk.press("2")
    desk.saved()
    desk.press("]")
    desk.saved()
    desk.mark(QUOTE)
    desk.press("Delete")
    desk.press("l", "1")
    expect(desk.page.locator('[data-label="relevance"].chip')).to_have_text("relevant")
    desk.saved()

    def state() -> tuple[list[tuple[str, str]], dict[str, tuple[str, ...]]]:
        desk.saved()
        label_set = desk.stored()
        assert label_set is not None
        return [(one.kind, one.quote) for one in desk.spans()], dict(label_set.document_labels)

    steps = [
        ([], {}),
        ([("actor", "北岸")], {}),
        ([("claim", "北岸")], {}),
        ([("claim", "北岸的")], {}),
        ([("claim", "北岸的"), ("evidence", QUOTE)], {}),
        ([("claim", "北岸的")], {}),
        ([("claim", "北岸的")], {"relevance": ("relevant",)}),
    ]
    assert state() == steps[-1]
    for wanted in steps[-2::-1]:
        desk.press("Control+z")
        desk.counts(len(wanted[0]), 0)
        assert state() == wanted
    expect(desk.page.get_by_role("button", name="↶ Undo")).to_be_disabled()
    for n, wanted in enumerate(steps[1:]):
        desk.press("Control+y" if n % 2 else "Control+Shift+z")
        assert state() == wanted
        desk.counts(len(wanted[0]), 0)
    expect(desk.page.get_by_role("button", name="↷ Redo")).to_be_disabled()
    desk.press("Control+z")
    desk.saved()
    desk.mark("南屿", "1")
    expect(desk.page.get_by_role("button", name="↷ Redo")).to_be_disabled()


def test_undo_goes_on_after_a_reload(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    desk.mark("北岸", "1")
    desk.mark(QUOTE)
    desk.page.reload()
    desk.ready()
    for left in (1, 0):
        desk.press("Control+z")
        desk.counts(left, 0)
        desk.saved()
        assert len(desk.spans()) == left
    desk.press("Control+Shift+z")
    desk.counts(1, 0)
    desk.saved()
    assert [one.quote for one in desk.spans()] == ["北岸"]


def test_the_nearest_mention_becomes_the_speaker(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    mention = desk.mark("沈若川", "1")
    desk.find(QUOTE)
    desk.press("s")
    expect(desk.field("speaker")).to_have_value("沈若川")
    expect(desk.field("speaker")).to_be_focused()
    desk.press("Control+Enter", "Tab", "Tab", "2", "Tab")
    desk.type("Beian keeps its position")
    desk.press("Control+Enter", "Enter")
    (statement,) = statements(desk)
    assert (statement.stance, statement.holder_id) == ("oppose", None)
    actors = desk.world.store.registry.actors([str(statement.speaker_id)])
    assert actors[str(statement.speaker_id)].name == "沈若川"
    linked = next(one for one in desk.spans() if one.id == mention.id)
    assert linked.actor_id == statement.speaker_id
    expect(desk.cards.first.locator(".who")).to_contain_text("沈若川")


def test_a_statement_is_edited_duplicated_and_deleted(sit_down: SitDown) -> None:
    desk = sit_down(TEXT, made())
    (before,) = statements(desk)
    desk.press(".", "e")
    expect(dialog_form(desk, "Edit statement")).to_be_visible()
    desk.field("certainty").select_option("hedged")
    desk.page.locator(".cd-tag .form button.more").click()
    desk.field("statement_date").fill("2026-02-31x")
    desk.press("Enter")
    expect(desk.page.locator(".cd-tag .form [role=alert]")).to_contain_text("YYYY-MM-DD")
    desk.field("statement_date").fill("2026-02")
    desk.field("note").fill("two\nlines")
    desk.press("Enter")
    (after,) = statements(desk)
    assert after.id == before.id
    assert (after.certainty, after.statement_date) == ("hedged", "2026-02")
    assert after.note == "two\nlines"
    expect(desk.cards.first.locator(".foot")).to_contain_text("2026-02")
    desk.press("d")
    desk.page.locator('.cd-tag .form [data-value="neutral"]').click()
    desk.press("Enter")
    assert sorted(one.stance for one in statements(desk)) == ["neutral", "support"]
    assert len(desk.spans()) == 2
    expect(desk.cards).to_have_count(2)
    desk.press("Delete")
    expect(desk.cards).to_have_count(1)
    assert [one.stance for one in statements(desk)] == ["support"]
    desk.toast().get_by_role("button", name="Undo").click()
    expect(desk.cards).to_have_count(2)
    assert len(statements(desk)) == 2


def dialog_form(desk: TagDesk, name: str) -> Locator:
    return desk.page.get_by_role("form", name=name)


def test_more_evidence_is_taken_from_the_text_while_the_form_is_open(sit_down: SitDown) -> None:
    desk = sit_down(TEXT, made())
    desk.press(".", "e")
    desk.page.get_by_role("button", name="from the text").click()
    desk.find("尚未回应")
    desk.press("s")
    expect(desk.page.locator(".cd-tag .form .ev q")).to_have_text([QUOTE, "尚未回应"])
    desk.page.get_by_role("button", name=re.compile("^Save")).click()
    (statement,) = statements(desk)
    quotes = {one.id: one.quote for one in desk.spans()}
    assert [quotes[one] for one in statement.evidence] == [QUOTE, "尚未回应"]


def test_a_form_left_half_done_waits_also_over_a_reload(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    desk.find(QUOTE)
    desk.press("s")
    desk.type("沈若川")
    desk.press("Control+Enter", "Escape")
    waiting = desk.page.locator(".cd-tag .draft")
    expect(waiting).to_contain_text("Unfinished: 沈若川")
    desk.page.reload()
    desk.ready()
    waiting.get_by_role("button", name="Resume").click()
    expect(desk.field("speaker")).to_have_value("沈若川")
    expect(desk.page.locator(".cd-tag .form .ev q")).to_have_text([QUOTE])
    desk.press("Enter")
    expect(desk.page.locator(".cd-tag .form [role=alert]")).to_have_text("Missing: Stance, Claim")
    desk.press("Escape")
    waiting.get_by_role("button", name="Discard").click()
    expect(waiting).to_have_count(0)
    assert statements(desk) == ()


def test_a_card_lights_its_spans_and_a_span_its_card(sit_down: SitDown) -> None:
    other = made(stance="oppose")
    evidence = span("尚未回应", text=TEXT)
    other[3]["spans"] = [evidence]
    other[3]["statement"]["evidence"] = [evidence["id"]]
    desk = sit_down(TEXT, [*made(), *(other[n] for n in (0, 1, 3))])
    first, second = desk.cards.first, desk.cards.nth(1)
    expect(first).not_to_have_class(re.compile(r"\bon\b"))
    first.click()
    assert lit(desk) == {"沈若川", QUOTE}
    expect(first).to_have_attribute("aria-current", "true")
    second.click()
    assert lit(desk) == {"尚未回应"}
    desk.click_at(TEXT.index(QUOTE) + 1)
    assert lit(desk) == {QUOTE}
    expect(first).to_have_class(re.compile(r"\bon\b"))
    expect(second).not_to_have_class(re.compile(r"\bon\b"))
    desk.click_at(TEXT.index("若"))
    expect(first).to_have_class(re.compile(r"\bon\b"))
    desk.press("Escape")
    assert lit(desk) == set()
    desk.press(".", ".")
    expect(second).to_have_attribute("aria-current", "true")
    assert lit(desk) == {"尚未回应"}


def test_a_mention_is_said_to_be_an_actor_and_forgotten_with_its_span(sit_down: SitDown) -> None:
    desk = sit_down(TEXT, made())
    mention = desk.mark("发言人", "1")
    desk.press("a")
    box = dialog(desk, "Which actor is meant?")
    expect(box.get_by_role("combobox")).to_be_focused()
    desk.page.keyboard.press("Control+a")
    desk.type("外交部发言人")
    desk.press("Control+Enter")
    expect(box).to_be_hidden()
    desk.saved()
    linked = next(one for one in desk.spans() if one.id == mention.id)
    actors = desk.world.store.registry.actors([str(linked.actor_id)])
    assert actors[str(linked.actor_id)].name == "外交部发言人"
    expect(desk.page.locator(".cd-tag .bar .assign")).to_contain_text("外交部发言人")
    (statement,) = statements(desk)
    desk.click_at(TEXT.index(QUOTE))
    desk.press("Delete")
    desk.saved()
    assert [one.quote for one in desk.spans()] == ["沈若川", "发言人"]
    assert statements(desk)[0].evidence == ()
    expect(desk.cards.first).to_contain_text("the whole article")
    desk.press("Control+z")
    assert statements(desk)[0].evidence == statement.evidence


def test_document_labels(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    chip = desk.page.locator('[data-label="relevance"].chip')
    expect(chip).to_have_text("Relevance?")
    desk.press("l")
    box = dialog(desk, "Labels of the article")
    expect(box.get_by_role("radio")).to_have_count(3)
    desk.press("2")
    expect(box).to_be_hidden()
    expect(chip).to_have_text("marginal")
    desk.saved()
    chip.click()
    desk.press("ArrowUp", "Enter")
    expect(chip).not_to_have_text("marginal")
    desk.saved()
    label_set = desk.stored()
    assert label_set is not None
    assert label_set.document_labels["relevance"] != ("marginal",)
    desk.press("l")
    box.get_by_role("radio", checked=True).click()
    expect(chip).to_have_text("Relevance?")
    desk.saved()
    assert not dict(desk.stored().document_labels)  # type: ignore[union-attr]


def test_a_submission_says_what_is_missing_and_is_taken_back(sit_down: SitDown) -> None:
    desk = sit_down(TEXT, made(speaker_id=None))
    desk.press("Control+Enter")
    panel = dialog(desk, "Submit")
    expect(panel).to_contain_text("Before this can be submitted:")
    panel.get_by_role("button", name="Statement 1: Speaker missing").click()
    expect(panel).to_be_hidden()
    desk.field("speaker").focus()
    desk.type("沈若川")
    desk.press("Control+Enter", "Enter")
    assert statements(desk)[0].speaker_id is not None
    desk.press("Control+Enter")
    expect(panel).to_contain_text("Submit 1 statement and 2 spans?")
    desk.press("Enter")
    submitted(desk)
    expect(desk.page.locator('[data-notice="submitted"]')).to_be_visible()
    desk.find("南屿")
    desk.press("1")
    expect(desk.toast().last).to_contain_text("read only")
    desk.press("t")
    expect(desk.page.locator(".cd-tag")).to_have_attribute("data-status", "draft")
    desk.saved()
    desk.mark("南屿", "1")
    label_set = desk.stored()
    assert label_set is not None
    assert label_set.status == "draft"
    (submission,) = desk.world.store.labels.submissions([label_set.id])[label_set.id]
    assert len(submission.content["spans"]) == 2  # type: ignore[arg-type]


def test_the_next_article_follows_by_key_and_after_submission(
    sit_down: SitDown, tag_world: TagWorld
) -> None:
    later = {"title": "Next one", "published_at": "2027-01-01T00:00:00Z"}
    second = tag_world.article("排在第二的一篇。", **later)
    desk = sit_down("排在最前的一篇。", published_at="2027-01-02T00:00:00Z")
    desk.page.evaluate("window.same = true")
    desk.press("j")
    expect(desk.page.get_by_role("heading", name="Next one")).to_be_visible()
    expect(desk.page).to_have_url(re.compile(second.id))
    desk.ready()
    desk.press("k")
    expect(desk.page.get_by_role("heading", name=desk.article.title)).to_be_visible()
    desk.ready()
    desk.press("Control+Enter")
    expect(dialog(desk, "Submit")).to_contain_text("Nothing is tagged")
    desk.press("Enter")
    submitted(desk)
    desk.toast().get_by_role("button", name="Next article").click()
    expect(desk.page.get_by_role("heading", name="Next one")).to_be_visible()
    expect(desk.page.locator(".cd-tag .queue")).not_to_contain_text(desk.article.title)
    assert desk.page.evaluate("window.same") is True
    desk.page.go_back()
    expect(desk.page.get_by_role("heading", name=desk.article.title)).to_be_visible()


def quote_kind(desk: TagDesk) -> list[tuple[str, str]]:
    return [(one.quote, one.kind) for one in desk.spans()]


def test_two_tabs_that_disagree_are_told(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    mine: Span = desk.mark("北岸", "1")
    other = desk.another_tab()
    other.counts(1, 0)
    other.press("n", "2")
    other.saved()
    desk.click_at(mine.start)
    desk.press("3")
    expect(desk.toast()).to_contain_text("Changed elsewhere meanwhile")
    desk.saved()
    assert quote_kind(desk) == [("北岸", "claim")]
    expect(desk.page.locator(f'.cd-tag .s[data-id="{mine.id}"]')).to_have_attribute(
        "data-kind", "claim"
    )
    # What does not touch the same thing merges, and now the change may be repeated.
    desk.mark("南屿", "1")
    desk.click_at(mine.start)
    desk.press("3")
    desk.saved()
    assert quote_kind(desk) == [("北岸", "evidence"), ("南屿", "actor")]
    other.press("Delete")
    expect(other.toast().last).to_contain_text("Changed elsewhere meanwhile")
    other.counts(2, 0)
    assert len(desk.spans()) == 2
