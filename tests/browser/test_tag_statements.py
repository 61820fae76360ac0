"""Statements: made, changed, deleted, and lit together with their spans."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import SitDown
from tests.browser.tagging import BOXES, QUOTE, TEXT, TagWorld, statement_on

LONG = "Beian keeps the position that it has always had on talks about the harbour"


def test_the_nearest_mention_becomes_the_speaker(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    title = desk.page.locator(".cd-tag h1")
    after = TEXT.index(QUOTE) + len(QUOTE)
    places = [title.bounding_box(), desk.page.evaluate(BOXES, [after, after + 1])[0]["x"]]
    mention = desk.mark("沈若川", "1")
    desk.press("/")
    assert title.bounding_box() == places[0]
    desk.press("Escape")
    desk.find(QUOTE)
    desk.press("s")
    expect(desk.field("speaker")).to_have_value("沈若川")
    expect(desk.field("speaker")).to_be_focused()
    desk.press("Control+Enter", "Tab", "Tab", "2")
    expect(desk.field("claim")).to_be_focused()
    desk.type(LONG)
    desk.press("Control+Enter")
    field = desk.page.locator(".cd-tag .row[data-field=claim]")
    # One line of the field does not hold it: all of it is shown below each other.
    expect(field.locator(".whole")).to_be_visible()
    expect(field.locator(".whole")).to_have_text(LONG)
    desk.press("Tab", "Tab")
    expect(desk.field("reported_by")).to_be_focused()
    offered = desk.page.locator(".cd-tag .ac:popover-open [role=option]")
    expect(offered.first).to_have_text("海岸通讯new")
    desk.press("ArrowDown", "Enter")
    chain = desk.page.locator(".cd-tag .chain")
    boxes = [part.bounding_box() for part in (chain.locator(".chip"), desk.field("reported_by"))]
    assert boxes[0] and boxes[1]
    assert abs(boxes[0]["y"] - boxes[1]["y"]) < boxes[0]["height"]
    desk.press("Enter")
    (statement,) = desk.statements()
    # Neither the find box nor the statement's number has moved the text.
    assert abs(desk.page.evaluate(BOXES, [after, after + 1])[0]["x"] - places[1]) < 0.5
    assert title.bounding_box() == places[0]
    assert (statement.stance, statement.holder_id) == ("oppose", None)
    actors = desk.world.store.registry.actors([str(statement.speaker_id)])
    assert actors[str(statement.speaker_id)].name == "沈若川"
    linked = next(one for one in desk.spans() if one.id == mention.id)
    assert linked.actor_id == statement.speaker_id
    expect(desk.cards.first.locator(".who")).to_contain_text("沈若川")
    # The next statement: what was claimed before is offered first.
    desk.find(QUOTE)
    desk.press("s", "Tab", "Tab", "2")
    expect(offered.first).to_have_text(re.compile(re.escape(LONG)))
    expect(desk.page.locator(".cd-tag .ac:popover-open .on")).to_have_count(0)


def test_a_statement_is_edited_duplicated_and_deleted(sit_down: SitDown) -> None:
    desk = sit_down(TEXT, statement_on())
    (before,) = desk.statements()
    desk.press(".", "e")
    expect(desk.page.get_by_role("form", name="Edit statement")).to_be_visible()
    desk.field("certainty").select_option("hedged")
    desk.page.locator(".cd-tag .form button.more").click()
    desk.field("statement_date").fill("2026-02-31x")
    desk.press("Enter")
    expect(desk.page.locator(".cd-tag .form [role=alert]")).to_contain_text("YYYY-MM-DD")
    desk.field("statement_date").fill("2026-02")
    desk.field("note").fill("two\nlines")
    desk.press("Enter")
    (after,) = desk.statements()
    assert after.id == before.id
    assert (after.certainty, after.statement_date) == ("hedged", "2026-02")
    assert after.note == "two\nlines"
    expect(desk.cards.first.locator(".foot")).to_contain_text("2026-02")
    desk.press("d")
    desk.page.locator('.cd-tag .form [data-value="neutral"]').click()
    desk.press("Enter")
    assert sorted(one.stance for one in desk.statements()) == ["neutral", "support"]
    assert len(desk.spans()) == 2
    expect(desk.cards).to_have_count(2)
    desk.press("Delete")
    expect(desk.cards).to_have_count(1)
    assert [one.stance for one in desk.statements()] == ["support"]
    desk.toast().get_by_role("button", name="Undo").click()
    expect(desk.cards).to_have_count(2)
    assert len(desk.statements()) == 2


def test_more_evidence_is_taken_from_the_text_while_the_form_is_open(sit_down: SitDown) -> None:
    desk = sit_down(TEXT, statement_on())
    desk.press(".", "e")
    desk.page.get_by_role("button", name="from the text").click()
    desk.find("尚未回应")
    desk.press("s")
    quoted = desk.page.locator(".cd-tag .form .ev q")
    expect(quoted).to_have_text([QUOTE, "尚未回应"])
    # The evidence is no stop of the Tab key, but one key leads to it, and all in it is reached.
    desk.field("certainty").focus()
    desk.press("Tab")
    expect(desk.field("reported_by")).to_be_focused()
    desk.press("Alt+s", "Enter")
    expect(desk.text).to_be_focused()
    desk.find("发言人")
    desk.press("s")
    expect(quoted).to_have_text([QUOTE, "发言人", "尚未回应"])
    desk.press("Alt+s", "ArrowUp", "ArrowUp", "Delete")
    expect(quoted).to_have_text([QUOTE, "尚未回应"])
    desk.page.get_by_role("button", name=re.compile("^Save")).click()
    (statement,) = desk.statements()
    quotes = {one.id: one.quote for one in desk.spans()}
    assert [quotes[one] for one in statement.evidence] == [QUOTE, "尚未回应"]


def test_a_form_left_half_done_waits_also_over_a_reload(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    desk.find(QUOTE)
    desk.press("s")
    desk.type("沈若川")
    desk.press("Control+Enter")
    expect(desk.note("speaker")).to_have_text(re.compile("person"))
    expect(desk.status).to_have_text("Unfinished statement, kept in this browser")
    desk.press("Escape")
    expect(desk.status).to_have_text("Saved")
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
    assert desk.statements() == ()


def test_a_card_lights_its_spans_and_a_span_its_card(sit_down: SitDown) -> None:
    other = statement_on("尚未回应", stance="oppose")
    desk = sit_down(TEXT, [*statement_on(), *(other[n] for n in (0, 1, 3))])
    first, second = desk.cards.first, desk.cards.nth(1)
    expect(first).not_to_have_class(re.compile(r"\bon\b"))
    first.click()
    assert desk.lit() == {"沈若川", QUOTE}
    expect(first).to_have_attribute("aria-current", "true")
    second.click()
    assert desk.lit() == {"尚未回应"}
    desk.click_at(TEXT.index(QUOTE) + 1)
    assert desk.lit() == {QUOTE}
    expect(first).to_have_class(re.compile(r"\bon\b"))
    expect(second).not_to_have_class(re.compile(r"\bon\b"))
    desk.click_at(TEXT.index("若"))
    expect(first).to_have_class(re.compile(r"\bon\b"))
    desk.press("Escape")
    assert desk.lit() == set()
    desk.press(".", ".")
    expect(second).to_have_attribute("aria-current", "true")
    assert desk.lit() == {"尚未回应"}


def test_a_mention_is_said_to_be_an_actor_and_forgotten_with_its_span(sit_down: SitDown) -> None:
    desk = sit_down(TEXT, statement_on())
    mention = desk.mark("发言人", "1")
    desk.press("a")
    box = desk.dialog("Which actor is meant?")
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
    (statement,) = desk.statements()
    desk.click_at(TEXT.index(QUOTE))
    desk.press("Delete")
    desk.saved()
    assert [one.quote for one in desk.spans()] == ["沈若川", "发言人"]
    assert desk.statements()[0].evidence == ()
    expect(desk.cards.first).to_contain_text("the whole article")
    desk.press("Control+z")
    assert desk.statements()[0].evidence == statement.evidence


def test_a_form_left_half_done_waits_while_another_is_saved(sit_down: SitDown) -> None:
    desk = sit_down(TEXT, statement_on())
    desk.find("尚未回应")
    desk.press("s")
    desk.type("南屿政府")
    desk.press("Control+Enter", "Escape")
    waiting = desk.page.locator(".cd-tag .draft")
    expect(waiting).to_contain_text("Unfinished: 南屿政府")
    desk.press(".", "e")
    desk.field("certainty").select_option("hedged")
    desk.press("Enter")
    assert [one.certainty for one in desk.statements()] == ["hedged"]
    expect(waiting).to_contain_text("Unfinished: 南屿政府")
    desk.press("e", "Escape")
    expect(waiting).to_contain_text("Unfinished: 南屿政府")


def test_words_drawn_over_become_evidence_where_it_was_asked_for(sit_down: SitDown) -> None:
    desk = sit_down(TEXT, statement_on())
    desk.press(".", "e")
    form = desk.page.locator(".cd-tag .form")
    form.get_by_role("button", name="Remove this evidence").click()
    form.get_by_role("button", name="from the text").click()
    expect(form).to_contain_text("Draw over the words in the text.")
    start = TEXT.index("发言人反对")
    desk.drag(start, start + 3)
    expect(form.locator(".ev q")).to_have_text(["发言人"])
    # Escape ends the waiting, not the form.
    form.get_by_role("button", name="from the text").click()
    desk.press("Escape")
    expect(form).not_to_contain_text("Draw over")
    # What is easily meant otherwise is asked back once.
    form.get_by_role("button", name="Remove this evidence").click()
    desk.field("certainty").focus()
    desk.press("Enter")
    expect(form.locator(".wrong-message")).to_contain_text("concerns the whole article")
    desk.press("Enter")
    expect(form).to_have_count(0)
    assert [one.evidence for one in desk.statements()] == [()]


def test_a_name_in_the_text_need_not_be_typed_out(sit_down: SitDown) -> None:
    desk = sit_down("前顾问蒋怀民说，南屿的态度是开放的。蒋怀民没有多说。")
    desk.find("态度是开放的")
    desk.press("s")
    desk.type("蒋")
    offered = desk.page.get_by_role("option", name="蒋怀民")
    expect(offered).to_be_visible()
    desk.press("ArrowDown", "Enter", "Enter")
    expect(desk.field("speaker")).to_have_value("蒋怀民")
    desk.field("certainty").select_option("conditional")
    expect(desk.page.get_by_label("Condition", exact=True)).to_be_visible()


def test_a_conditional_statement_is_edited_with_its_condition(sit_down: SitDown) -> None:
    desk = sit_down(TEXT, statement_on(certainty="conditional"))
    desk.press(".", "e")
    expect(desk.page.get_by_label("Condition", exact=True)).to_be_visible()
    desk.field("certainty").select_option("stated")
    expect(desk.page.get_by_label("Note", exact=True)).to_be_visible()


def test_the_same_statement_again_is_asked_back(sit_down: SitDown) -> None:
    desk = sit_down(TEXT, statement_on())
    desk.press(".", "d")
    desk.field("certainty").focus()
    desk.press("Enter")
    form = desk.page.locator(".cd-tag .form")
    expect(form.locator(".wrong-message")).to_contain_text("Statement 1 says the same")
    desk.field("certainty").select_option("hedged")
    desk.press("Enter")
    expect(form).to_have_count(0)
    assert sorted(one.certainty or "" for one in desk.statements()) == ["hedged", "stated"]


def test_a_submission_names_what_is_unfinished(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    desk.find(QUOTE)
    desk.press("s")
    desk.type("沈若川")
    desk.press("Control+Enter")
    expect(desk.note("speaker")).to_have_text(re.compile("person"))
    desk.press("Escape", "Control+Enter")
    panel = desk.dialog("Submit")
    expect(panel).to_contain_text("1 unfinished statement is not part of it")
    desk.press("Enter")
    expect(desk.field("speaker")).to_have_value("沈若川")
    desk.press("Escape", "Control+Enter")
    panel.get_by_role("button", name="Submit without").click()
    desk.submitted()
    desk.page.get_by_role("button", name="Resume").click()
    desk.toast().get_by_role("button", name="Take back").click()
    expect(desk.page.locator(".cd-tag")).to_have_attribute("data-status", "draft")


def test_the_queue_says_where_a_form_was_left_half_done(
    sit_down: SitDown, tag_world: TagWorld
) -> None:
    tag_world.article("下一篇要标的稿。", title="Another one", published_at="2030-01-01T00:00:00Z")
    desk = sit_down(TEXT + "此稿独有。", published_at="2030-01-02T00:00:00Z")
    desk.find(QUOTE)
    desk.press("s")
    desk.type("沈若川")
    left = desk.page.locator(f".cd-tag .queue a[data-id='{desk.article.id}']")
    expect(left).not_to_contain_text("unfinished")
    desk.page.locator(".cd-tag .queue").get_by_text("Another one").click()
    expect(desk.page.get_by_role("heading", name="Another one")).to_be_visible()
    expect(left).to_contain_text("unfinished")
    left.click()
    expect(desk.page.locator(".cd-tag .draft")).to_contain_text("Unfinished: 沈若川")
    desk.page.get_by_role("button", name="Discard").click()
    desk.press("j")
    expect(desk.page.get_by_role("heading", name="Another one")).to_be_visible()
    expect(left).not_to_contain_text("unfinished")


def test_several_forms_left_half_done_all_wait(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    waiting = desk.page.locator(".cd-tag .draft")
    for words, speaker in ((QUOTE, "沈若川"), ("尚未回应", "南屿政府")):
        desk.find(words)
        desk.press("s")
        desk.type(speaker)
        desk.press("Control+Enter")
        expect(desk.note("speaker")).to_have_text(re.compile("person"))
        desk.press("Escape")
    expect(waiting).to_have_text([re.compile("南屿政府"), re.compile("沈若川")])
    waiting.nth(1).get_by_role("button", name="Resume").click()
    expect(desk.page.locator(".cd-tag .form .ev q")).to_have_text([QUOTE])
    expect(waiting).to_have_count(1)
    desk.field("claim").fill("not chosen yet")
    # Another form takes the place of the open one, whose content goes back among the waiting.
    waiting.get_by_role("button", name="Resume").click()
    expect(desk.field("speaker")).to_have_value("南屿政府")
    expect(waiting).to_have_text([re.compile("沈若川 · not chosen yet")])
    desk.page.reload()
    desk.ready()
    expect(waiting).to_have_count(2)
    waiting.nth(1).get_by_role("button", name="Resume").click()
    expect(desk.field("claim")).to_have_value("not chosen yet")
    desk.field("claim").focus()
    desk.press("Control+Enter")
    desk.page.locator('.cd-tag .form [data-value="support"]').click()
    desk.page.get_by_role("button", name=re.compile("^Save")).click()
    assert len(desk.statements()) == 1
    expect(waiting).to_have_text([re.compile("南屿政府")])


def test_a_new_statement_that_is_refused_is_unfinished_again(sit_down: SitDown) -> None:
    desk = sit_down(TEXT)
    other = desk.another_tab()
    other.press("Control+Enter", "Enter")
    other.submitted()
    desk.find(QUOTE)
    desk.press("s")
    desk.type("沈若川")
    desk.press("Control+Enter", "Tab", "Tab", "2")
    desk.type("Beian keeps its position")
    desk.press("Control+Enter", "Enter")
    waiting = desk.page.locator(".cd-tag .draft")
    expect(waiting).to_contain_text("Unfinished: 沈若川 · oppose · Beian keeps its position")
    expect(waiting.locator(".why")).to_contain_text("submitted")
    desk.counts(0, 0)
    desk.page.reload()
    desk.ready()
    desk.press("t")
    desk.saved()
    waiting.get_by_role("button", name="Resume").click()
    expect(desk.page.locator(".cd-tag .form [role=alert]")).to_contain_text("submitted")
    desk.page.get_by_role("button", name=re.compile("^Save")).click()
    (statement,) = desk.statements()
    assert statement.stance == "oppose"
    claims = desk.world.store.registry.claims([statement.claim_id])
    assert claims[statement.claim_id].text == "Beian keeps its position"
    assert [one.quote for one in desk.spans()] == [QUOTE]
    expect(waiting).to_have_count(0)


def test_a_changed_statement_that_is_refused_is_unfinished_again(sit_down: SitDown) -> None:
    desk = sit_down(TEXT, statement_on())
    other = desk.another_tab()
    other.press(".", "e")
    other.field("certainty").select_option("hedged")
    other.press("Enter")
    other.saved()
    desk.press(".", "e")
    desk.page.locator('.cd-tag .form [data-value="oppose"]').click()
    desk.page.get_by_role("button", name=re.compile("^Save")).click()
    waiting = desk.page.locator(".cd-tag .draft")
    expect(waiting.locator(".why")).to_contain_text("Changed elsewhere meanwhile")
    (before,) = desk.statements()
    assert (before.stance, before.certainty) == ("support", "hedged")
    waiting.get_by_role("button", name="Resume").click()
    expect(desk.page.get_by_role("form", name="Edit statement")).to_be_visible()
    desk.page.get_by_role("button", name=re.compile("^Save")).click()
    (after,) = desk.statements()
    assert (after.id, after.stance) == (before.id, "oppose")
    expect(waiting).to_have_count(0)
