"""What a reviewer changes in gold by their own hand: evidence, actors, mentions, labels, rows."""

from __future__ import annotations

from playwright.sync_api import expect

from annotate.model import new_id
from tests.browser.conftest import Review
from tests.browser.reviewing import ASSEMBLY, OPEN, SHORT, TEXT, TOUCHY, ReviewDesk, ReviewWorld
from tests.world import op, span


def _select(desk: ReviewDesk, words: str) -> None:
    """Select words as the find box does; from a form, its button leads to the text."""
    desk.page.locator(".cd-review .text").focus()
    desk.press("/")
    desk.page.keyboard.type(words)
    desk.press("Enter")


def _evidence(desk: ReviewDesk, claim: str) -> list[str]:
    gold = desk.gold()
    (statement,) = [one for one in gold.statements if one.claim_id == claim]
    spans = {span.id: span.quote for span in gold.spans}
    return [spans[id_] for id_ in statement.evidence]


def test_selected_words_become_evidence_speaker_and_holder(
    coded: ReviewWorld, review: Review
) -> None:
    desk = review(coded.conflicted())
    page = desk.page
    desk.press("u")
    desk.saved()
    assert _evidence(desk, coded.claims[1]) == [ASSEMBLY]
    # By key, on a statement that is gold already: other evidence in the place of what there is.
    desk.go_to(ASSEMBLY)
    _select(desk, "先经议会批准")
    desk.press("v")
    expect(page.locator(".cd-review .form .ev q")).to_have_text(["先经议会批准"])
    _select(desk, "在野党联盟")
    desk.press("Shift+V")
    expect(page.locator(".cd-review .form .ev")).to_have_count(2)
    # Whom the words name: a coder has said who this mention is.
    _select(desk, "沈若川")
    desk.press("h")
    holder = page.locator('.cd-review .form .row[data-field="holder"] input')
    expect(holder).to_have_value(f"Actor {coded.actors[0][-5:]}")
    expect(holder).to_be_focused()
    desk.press("Enter")
    expect(page.locator(".cd-review .form")).to_have_count(0)
    desk.saved()
    assert _evidence(desk, coded.claims[1]) == ["在野党联盟", "先经议会批准"]
    # By mouse, on one that waits: a name that nobody has entered is looked for.
    desk.go_to(TOUCHY)
    bar = page.locator(".cd-review .words")
    expect(bar).to_be_hidden()
    _select(desk, "另一名议员")
    bar.get_by_role("button", name="speaker").click()
    speaker = page.locator('.cd-review .form .row[data-field="speaker"] input')
    expect(speaker).to_have_value("另一名议员")
    desk.press("Control+Enter")
    desk.press("Enter")
    expect(page.locator(".cd-review .form")).to_have_count(0)
    desk.saved()
    (made,) = [one for one in desk.gold().statements if one.claim_id == coded.claims[2]]
    named = coded.tags.store.registry.actors([made.speaker_id or ""])
    assert [one.name for one in named.values()] == ["另一名议员"]


def test_a_mention_is_edited_in_gold(coded: ReviewWorld, review: Review) -> None:
    desk = review(coded.conflicted())
    desk.go_to("沈若川")
    desk.press("e")
    form = desk.page.get_by_role("form", name="Edit mention")
    _select(desk, "安全顾问沈若川")
    desk.press("v")
    expect(form.locator(".ev q")).to_have_text("安全顾问沈若川")
    desk.press("Enter")
    desk.saved()
    (made,) = desk.gold().spans
    assert (made.quote, made.actor_id) == ("安全顾问沈若川", coded.actors[0])
    # What was changed before stays when something else is changed.
    desk.go_to("安全顾问沈若川")
    desk.press("e")
    form.get_by_label("Kind").select_option("claim")
    desk.page.get_by_role("button", name="Save").click()
    desk.saved()
    (made,) = desk.gold().spans
    assert (made.quote, made.kind, made.actor_id) == ("安全顾问沈若川", "claim", None)


def test_a_mention_whose_new_actor_is_refused_is_given_back(
    coded: ReviewWorld, review: Review
) -> None:
    desk = review(coded.conflicted())
    desk.go_to("沈若川")
    desk.press("e")
    form = desk.page.get_by_role("form", name="Edit mention")
    _select(desk, "安全顾问沈若川")
    desk.press("v")
    actor = form.get_by_role("combobox", name="Actor")
    actor.fill("后到的顾问")
    desk.press("Control+Enter")
    expect(form.locator(".in .tiny")).to_have_text("new · person")
    # A colleague makes one of that name before the reviewer saves.
    there = new_id()
    create = op("create_actor", actor={"id": there, "name": "后到的顾问", "kind": "person"})
    coded.tags.apply(coded.people[0], coded.tags.article("后到的顾问的另一篇。"), create)
    desk.press("Enter")
    told = "An entry called '后到的顾问' is there already"
    expect(form.get_by_role("alert")).to_contain_text(told)
    expect(form.locator(".ev q")).to_have_text("安全顾问沈若川")
    expect(actor).to_have_value("后到的顾问")
    expect(actor).to_be_focused()
    # The one that is there stands first.
    desk.press("Enter", "Enter")
    expect(form).to_have_count(0)
    desk.saved()
    (made,) = desk.gold().spans
    assert (made.quote, made.actor_id) == ("安全顾问沈若川", there)


def test_a_label_of_the_article_gets_a_coders_value_or_another(
    coded: ReviewWorld, review: Review
) -> None:
    coded.begin(2)
    article = coded.article()
    for coder, value in ((0, "relevant"), (1, "marginal")):
        label = op("set_document_label", name="relevance", values=[value])
        coded.tags.apply(coded.people[coder], article, label)
    coded.submit(article)
    desk = review(article)
    desk.go_to("differs")
    desk.press("2")
    desk.saved()
    assert desk.gold().document_labels == {"relevance": ("marginal",)}
    desk.press("i", "e")
    menu = desk.page.get_by_role("dialog", name="Document labels")
    expect(menu.get_by_role("radio", name="Marginal")).to_have_attribute("aria-checked", "true")
    menu.get_by_role("radio").last.click()
    desk.saved()
    expect(menu).to_be_hidden()
    (values,) = desk.gold().document_labels.values()
    assert values not in (("marginal",), ("relevant",))
    assert [one.verdict for one in desk.decisions()] == ["edited"]


def test_two_rows_are_joined_and_decided_as_one(coded: ReviewWorld, review: Review) -> None:
    desk = review(coded.conflicted())
    page = desk.page
    desk.go_to("一场研讨会")
    desk.press("t")
    expect(page.locator(".cd-review .case.marked")).to_have_count(1)
    # Two of one coder are not one.
    desk.go_to(OPEN)
    desk.press("t")
    expect(page.locator(".cd-review .toast")).to_contain_text("one version of each coder")
    desk.go_to(TOUCHY)
    page.get_by_role("button", name="Join with the marked row").click()
    expect(page.locator(".cd-review .case.marked")).to_have_count(0)
    desk.counts(0, 3)
    expect(desk.active).to_contain_text("2 rows joined")
    # Apart again, and joined again.
    desk.press("Delete")
    desk.counts(0, 4)
    desk.go_to("一场研讨会")
    desk.press("t")
    desk.go_to(TOUCHY)
    desk.press("t")
    desk.counts(0, 3)
    desk.press("1")
    desk.counts(1, 2)
    desk.saved()
    desk.counts(1, 2)
    (decision,) = desk.decisions()
    assert len({one.label_set_id for one in decision.sources}) == 2
    page.reload()
    desk.open()
    desk.counts(1, 2)


def test_what_was_undone_is_made_again(coded: ReviewWorld, review: Review) -> None:
    desk = review(coded.conflicted())
    desk.press("u")
    desk.counts(1, 3)
    desk.saved()
    made = desk.gold().statements
    desk.press("z")
    desk.counts(0, 4)
    desk.press("Control+Shift+Z")
    desk.counts(1, 3)
    desk.saved()
    assert desk.gold().statements == made
    desk.press("z")
    desk.counts(0, 4)
    desk.page.get_by_role("button", name="Redo").click()
    desk.counts(1, 3)
    desk.saved()
    expect(desk.page.get_by_role("button", name="Redo")).to_be_disabled()


def test_mentions_that_end_elsewhere_are_joined(coded: ReviewWorld, review: Review) -> None:
    coded.begin(2)
    article = coded.article()
    for coder, quote in enumerate(("安全顾问沈若川", "沈若川")):
        coded.record(coder, article, SHORT)
        mention = span(quote, "actor", TEXT, actor_id=coded.actors[0])
        coded.tags.apply(coded.people[coder], article, op("add_span", span=mention))
    coded.submit(article)
    desk = review(article)
    desk.go_to("安全顾问沈若川")
    desk.press("t", "j", "t")
    expect(desk.active).to_contain_text("2 rows joined")
    desk.press("2")
    desk.saved()
    assert [one.quote for one in desk.gold().spans] == ["沈若川"]
