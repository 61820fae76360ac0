"""Undo and redo, labels of the article, submission, the next article, two tabs."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from annotate.model import Span
from tests.browser.conftest import SitDown
from tests.browser.tagging import QUOTE, TEXT, TagDesk, TagWorld, statement_on


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


def test_what_a_message_offers_to_undo_is_what_it_undoes(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    desk.mark("北岸", "1")
    desk.press("Delete")
    offer = desk.toast().get_by_role("button", name="Undo")
    offer.click()
    desk.saved()
    assert [one.quote for one in desk.spans()] == ["北岸"]
    desk.click_at(TEXT.index("北岸"))
    desk.press("Delete")
    expect(offer).to_be_visible()
    desk.mark("南屿", "1")
    expect(offer).to_have_count(0)


def test_undo_and_redo_at_their_ends_do_no_harm(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    desk.mark("北岸", "1")
    desk.mark("南屿", "1")
    desk.press(*["Control+z"] * 6)
    desk.saved()
    assert desk.spans() == []
    desk.press(*["Control+y"] * 6)
    desk.saved()
    assert [one.quote for one in desk.spans()] == ["北岸", "南屿"]
    desk.counts(2, 0)
    expect(desk.page.locator(".cd-tag .toast.problem")).to_have_count(0)


def test_document_labels(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    chip = desk.page.locator('[data-label="relevance"].chip')
    expect(chip).to_have_text("Relevance?")
    desk.press("l")
    box = desk.dialog("Document labels")
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
    desk = sit_down(TEXT, statement_on(speaker_id=None))
    desk.press("Control+Enter")
    panel = desk.dialog("Submit")
    expect(panel).to_contain_text("Before this can be submitted:")
    panel.get_by_role("button", name="Statement 1: Speaker missing").click()
    expect(panel).to_be_hidden()
    desk.field("speaker").focus()
    desk.type("沈若川")
    desk.press("Control+Enter", "Enter")
    assert desk.statements()[0].speaker_id is not None
    desk.press("Control+Enter")
    expect(panel).to_contain_text("Submit 1 statement and 2 spans?")
    desk.press("Enter")
    desk.submitted()
    expect(desk.page.locator('[data-notice="submitted"]')).to_be_visible()
    desk.find("南屿")
    desk.press("1")
    expect(desk.toast().last).to_contain_text("take them back to change them")
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
    expect(desk.dialog("Submit")).to_contain_text("Nothing is tagged")
    desk.press("Enter")
    desk.submitted()
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
