from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, expect

from annotate import projects
from annotate.model import Statement
from tests.browser.conftest import Review
from tests.browser.reviewing import ASSEMBLY, OPEN, SHORT, TOUCHY, ReviewDesk, ReviewWorld
from tests.world import op


def _statement(desk: ReviewDesk, claim: str) -> Statement:
    (found,) = [one for one in desk.gold().statements if one.claim_id == claim]
    return found


def _quotes(desk: ReviewDesk, statement: Statement) -> list[str]:
    spans = {span.id: span.quote for span in desk.gold().spans}
    return [spans[id_] for id_ in statement.evidence]


def test_a_conflicted_article_becomes_gold_by_keyboard_alone(
    coded: ReviewWorld, review: Review
) -> None:
    article = coded.conflicted()
    desk = review(article)
    page = desk.page
    desk.counts(0, 4)
    # All unanimous rows at once, taken back and made again.
    desk.press("u")
    desk.counts(1, 3)
    desk.saved()
    desk.press("z")
    desk.counts(0, 4)
    desk.saved()
    desk.press("u")
    desk.counts(1, 3)
    # A mix: certainty of the first coder, evidence of the second.
    desk.go_to(OPEN)
    desk.press("Enter")
    expect(page.locator(".cd-review .toast")).to_contain_text("Choose a version first")
    expect(page.locator("button.cell:focus")).to_have_attribute("data-field", "certainty")
    desk.press(" ", "ArrowDown", "ArrowRight", "Enter")
    expect(page.locator("button.cell:focus")).to_have_attribute("aria-pressed", "true")
    desk.press("Enter")
    desk.counts(2, 2)
    # The keys go on to what waits, though the focus stood in a cell of the row that was decided.
    expect(desk.active).to_have_attribute("data-state", "open")
    expect(desk.active).to_be_focused()
    # One rejected with a reason, one edited.
    desk.go_to("一场研讨会")
    desk.press("x")
    page.keyboard.type("not an assertion")
    desk.press("Enter")
    desk.counts(3, 1)
    desk.go_to(TOUCHY)
    desk.press("e")
    expect(page.locator(".cd-review .form")).to_be_visible()
    page.locator('.cd-review .row[data-field="certainty"] select').select_option("conditional")
    desk.press("Enter")
    desk.counts(4, 0)
    # One that nobody had, on words found by key.
    desk.press("/")
    page.keyboard.type("另一名议员则说无所谓")
    desk.press("Enter")
    bar, words = page.locator(".cd-review .words"), page.locator(".cd-review .text p").last
    expect(bar).to_be_visible()
    # Near the words, and clear of the headline.
    box, title, lines = (one.bounding_box() for one in (bar, page.locator("h1"), words))
    assert box and title and lines
    assert box["y"] > title["y"] + title["height"]
    assert lines["y"] - box["height"] - 12 < box["y"] < lines["y"] + lines["height"] + 12
    desk.press("n")
    expect(bar).to_be_hidden()
    # As on the Tag page the nearest mention is proposed; here it is somebody else.
    speaker = page.locator('.cd-review .form .row[data-field="speaker"] input')
    expect(speaker).to_have_value(f"Actor {coded.actors[0][-5:]}")
    page.keyboard.type(f"Actor {coded.actors[1][-5:]}")
    offered = page.locator(".cd-review .ac:popover-open [role=option]:not(.muted)")
    expect(offered.first).to_contain_text("Actor")
    desk.press("Tab", "Tab", "3")
    page.keyboard.type(f"Claim {coded.claims[3][-5:]}")
    expect(offered.first).to_contain_text("Claim")
    desk.press("Enter", "Enter")
    desk.counts(5, 0)
    desk.saved()
    # What gold alone has is marked, before gold is made and after.
    own = page.locator('.cd-review .s[data-letters="+"]')
    expect(own).to_have_text("另一名议员则说无所谓")
    expect(page.locator(".cd-review .legend")).to_contain_text("gold alone")
    desk.press("Control+Enter")
    desk.made_gold()
    expect(own).to_have_text("另一名议员则说无所谓")
    first = _statement(desk, coded.claims[0])
    assert (first.certainty, _quotes(desk, first)) == ("conditional", [SHORT])
    assert _statement(desk, coded.claims[1]).stance == "oppose"
    assert _statement(desk, coded.claims[2]).certainty == "conditional"
    assert _quotes(desk, _statement(desk, coded.claims[3])) == ["另一名议员则说无所谓"]
    verdicts = sorted(one.verdict for one in desk.decisions() if one.kind == "statement")
    assert verdicts == ["accepted", "edited", "mixed", "rejected", "written"]
    rejected = next(one for one in desk.decisions() if one.verdict == "rejected")
    assert rejected.reason == "not an assertion" and rejected.entity_id is None


def test_one_coders_version_is_taken_by_its_number(coded: ReviewWorld, review: Review) -> None:
    desk = review(coded.conflicted())
    desk.go_to(OPEN)
    desk.press("2")
    desk.counts(1, 3)
    desk.saved()
    (statement,) = desk.gold().statements
    assert (statement.certainty, _quotes(desk, statement)) == ("stated", [SHORT])
    # Looked at again, it can be taken back alone.
    desk.go_to("accepted")
    desk.press("Delete")
    desk.counts(0, 4)
    desk.saved()
    assert desk.gold().statements == ()


def test_nobodys_version_wins_by_being_first(coded: ReviewWorld, review: Review) -> None:
    coded.begin(3)
    article = coded.article()
    for coder, certainty in enumerate(("conditional", "stated", "stated")):
        coded.record(coder, article, (OPEN, SHORT, f"机制{SHORT}")[coder], certainty=certainty)
    coded.submit(article)
    desk = review(article)
    desk.go_to(OPEN)
    picked = desk.active.locator("button.cell[aria-pressed=true]")
    # Two of three say so; on the evidence all three are apart.
    expect(picked).to_have_count(2)
    assert {one.get_attribute("data-field") for one in picked.all()} == {"certainty"}


def test_the_spans_of_a_row_are_lit_and_lead_to_it(coded: ReviewWorld, review: Review) -> None:
    desk = review(coded.conflicted())
    desk.go_to(ASSEMBLY)
    lit = desk.page.locator(".cd-review .s.lit")
    assert lit.all_text_contents() == [ASSEMBLY]
    assert lit.get_attribute("data-letters") == "*"
    desk.page.locator(f'.cd-review .s:has-text("{TOUCHY}")').click()
    expect(desk.active).to_contain_text(TOUCHY)
    piece = desk.page.locator('.cd-review .s[data-letters="A"]', has_text="但一切")
    assert piece.text_content() == OPEN.removeprefix(SHORT)


def test_gold_waits_for_every_statement(coded: ReviewWorld, review: Review) -> None:
    desk = review(coded.conflicted())
    desk.press("Control+Enter")
    expect(desk.page.locator(".cd-review .toast")).to_contain_text("4 statements are still open")
    assert desk.page.locator(".cd-review").get_attribute("data-gold") == ""


def test_gold_that_passes_something_over_is_asked_about(coded: ReviewWorld, review: Review) -> None:
    coded.begin(2)
    article = coded.article()
    for coder, value in ((0, "relevant"), (1, "marginal")):
        coded.record(coder, article, SHORT)
        label = op("set_document_label", name="relevance", values=[value])
        coded.tags.apply(coded.people[coder], article, label)
    coded.submit(article)
    desk = review(article)
    desk.press("u")
    desk.saved()
    dialog = desk.page.get_by_role("dialog", name="Make gold all the same?")
    desk.press("Control+Enter")
    expect(dialog).to_contain_text("document labels still to be decided: 1")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    assert desk.gold().status == "draft"
    desk.press("Control+Enter")
    dialog.get_by_role("button", name="Make gold").click()
    desk.made_gold()
    assert desk.gold().document_labels == {}


def test_a_single_coders_labels_are_accepted_at_once(coded: ReviewWorld, review: Review) -> None:
    coded.begin(1)
    article = coded.article()
    coded.record(0, article, SHORT)
    coded.record(0, article, TOUCHY, claim_id=coded.claims[1])
    coded.submit(article)
    desk = review(article)
    desk.page.get_by_role("button", name="Accept all").click()
    desk.counts(2, 0)
    desk.saved()
    desk.press("Control+Enter")
    desk.made_gold()
    assert len(desk.gold().statements) == 2
    # Gold is read only until it is taken back into review.
    desk.press("x")
    expect(desk.page.locator(".cd-review .toast").last).to_contain_text("reopen it")
    desk.page.get_by_role("button", name="Reopen gold").first.click()
    expect(desk.page.locator(".cd-review")).to_have_attribute("data-gold", "draft")


def test_a_returned_submission_comes_back_and_raises_only_what_changed(
    coded: ReviewWorld, review: Review
) -> None:
    article = coded.conflicted()
    desk = review(article)
    page = desk.page
    desk.press("u")
    desk.go_to(OPEN)
    desk.press("1")
    desk.go_to(TOUCHY)
    desk.press("Enter")
    desk.counts(3, 1)
    desk.saved()
    coder, store = coded.people[1], coded.tags.store
    desk.press("b")
    dialog = page.get_by_role("dialog", name="Return a submission with a comment")
    names = dialog.locator("option").all_text_contents()
    whose = next(name for name in names if name.endswith(coder.display_name))
    dialog.get_by_role("combobox").select_option(label=whose)
    dialog.get_by_role("textbox").fill("Please look at the certainty again")
    desk.press("Control+Enter")
    expect(page.locator(".cd-review .toast")).to_contain_text("Returned to the coder")
    desk.saved()
    head = store.labels.head_of(coded.tags.project_id, article.id, coder.id)
    assert head is not None and head.status == "returned"
    (thread,) = store.threads.on(coded.tags.project_id, article.id)
    assert thread.comments[0].text == "Please look at the certainty again"
    mine = store.labels.with_content([head])[0].statements
    changed = next(one for one in mine if one.claim_id == coded.claims[0])
    change = op("change_statement", statement_id=changed.id, set={"certainty": "conditional"})
    coded.tags.apply(coder, article, change, op("submit"))
    page.reload()
    desk.open()
    desk.counts(2, 2)
    raised = page.locator('.cd-review .case[data-state="raised"]')
    expect(raised).to_have_count(1)
    expect(raised).to_contain_text("changed since decided")
    # What was decided is kept by one key.
    desk.go_to("changed since decided")
    desk.press("Enter")
    desk.counts(3, 1)
    desk.saved()


def test_names_are_hidden_where_the_project_hides_them(coded: ReviewWorld, review: Review) -> None:
    tags = coded.tags
    article = coded.conflicted()
    projects.describe(tags.store, tags.world.operator, tags.project_id, hide_coders=True)
    try:
        desk = review(article)
        expect(desk.page.locator(".cd-review .where")).to_contain_text("names hidden")
        whole = desk.page.content()
        assert all(person.name not in whole for person in coded.people)
    finally:
        projects.describe(tags.store, tags.world.operator, tags.project_id, hide_coders=False)


def test_comments_on_a_row_are_answered_and_resolved(
    coded: ReviewWorld, review: Review, context: BrowserContext
) -> None:
    desk = review(coded.conflicted())
    desk.go_to(TOUCHY)
    desk.press("w")
    desk.page.keyboard.type("Whose view is this?")
    desk.press("Enter")
    expect(desk.page.locator(".cd-review .comment")).to_have_count(1)
    desk.page.get_by_role("button", name="Resolve").click()
    expect(desk.page.locator(".cd-review .thread.resolved")).to_have_count(1)
    desk.press("Escape")
    expect(desk.active).to_contain_text("1 comment")


def test_a_comment_for_one_coder_does_not_go_into_anothers_thread(
    coded: ReviewWorld, review: Review
) -> None:
    article = coded.conflicted()
    desk = review(article)
    desk.go_to(OPEN)
    desk.press("w")
    about = desk.page.get_by_label("About", exact=True)
    others = about.locator("option").all_inner_texts()[1:]
    assert others
    desk.page.keyboard.type("Whose view is this?")
    desk.press("Enter")
    expect(desk.page.locator(".cd-review .comment")).to_have_count(1)
    about.select_option(others[0])
    field = desk.page.locator(".cd-review .talk textarea")
    expect(field).to_have_attribute("placeholder", "Write a comment…")
    field.fill("Why oppose?")
    field.press("Enter")
    expect(desk.page.locator(".cd-review .comment")).to_have_count(2)
    desk.press("Escape", "Shift+w")
    # Labels as a whole have threads of their own, apart from those on the article.
    about.select_option(others[0])
    field.fill("Please look at all of it again")
    field.press("Enter")
    expect(desk.page.locator(".article-talk .comment")).to_have_count(1)
    about.select_option("on the article")
    field.fill("A reprint")
    field.press("Enter")
    expect(desk.page.locator(".article-talk .comment")).to_have_count(2)
    threads = coded.tags.store.threads.on(coded.tags.project_id, article.id)
    assert [[one.text for one in thread.comments] for thread in threads] == [
        ["Whose view is this?"],
        ["Why oppose?"],
        ["Please look at all of it again"],
        ["A reprint"],
    ]
    sets = [thread.label_set_id for thread in threads]
    assert sets[0] != sets[1] == sets[2] is not None
    assert sets[3] is None


def test_decisions_made_without_a_connection_arrive_later(
    coded: ReviewWorld, review: Review, expected_complaints: list[str]
) -> None:
    expected_complaints.append("ERR_INTERNET_DISCONNECTED")
    expected_complaints.append("WebSocket")
    desk = review(coded.conflicted())
    desk.page.context.set_offline(True)
    desk.press("u")
    desk.counts(1, 3)
    expect(desk.page.locator(".cd-review .save")).to_have_attribute("data-state", "offline")
    desk.page.context.set_offline(False)
    desk.saved()
    assert len(desk.gold().statements) == 1


def test_hostile_text_stays_text(coded: ReviewWorld, review: Review) -> None:
    script = "<script>window.hit = 'script'</script><img src=x onerror=\"window.hit = 'image'\">"
    coded.begin()
    article = coded.article(f"{script}他说{SHORT}。\n{script}", title=script, source=script)
    for coder in range(2):
        coded.record(coder, article, (script, SHORT)[coder], note=script, venue=script)
    coded.submit(article)
    desk = review(article)
    desk.go_to(script)
    desk.press("x")
    desk.page.keyboard.type(script)
    desk.press("Enter", "w")
    desk.saved()
    desk.page.keyboard.type(script)
    desk.press("Enter")
    expect(desk.page.locator(".cd-review .comment p")).to_have_text(script)
    assert desk.page.evaluate("window.hit") is None
    assert desk.page.locator(".cd-review :is(script, img)").count() == 0


def test_the_list_leads_to_what_waits_longest(coded: ReviewWorld, watched: BrowserContext) -> None:
    article = coded.conflicted()
    tags = coded.tags
    watched.add_cookies([tags.server.cookie(coded.reviewer)])  # type: ignore[list-item]
    page = watched.new_page()
    page.goto(f"{tags.server.url}/review?project={tags.project_id}")
    link = page.locator(f'.cd-table a[href*="{article.id}"]')
    expect(link).to_be_visible()
    link.click()
    expect(page.locator(".cd-review .case").first).to_be_visible()
    page.go_back()
    expect(page.locator(".cd-table tbody tr").first).to_be_visible()
    page.get_by_role("button", name=re.compile("waited longest")).click()
    expect(page.locator(".cd-review .case").first).to_be_visible()
