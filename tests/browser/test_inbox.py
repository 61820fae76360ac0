from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Page, expect

from annotate.model import Person
from annotate.review import adjudicating
from annotate.reviews import RowKind
from tests.browser.conftest import Open
from tests.browser.desk import new_coder
from tests.browser.reviewing import ASSEMBLY, OPEN, TOUCHY, ReviewWorld
from tests.world import World, op


def _decide(coded: ReviewWorld, article_id: str, *operations: dict[str, object]) -> None:
    """Decisions made without a browser, all of which must be taken."""
    tags = coded.tags
    done, _ = adjudicating.apply(
        tags.store, coded.reviewer, tags.project_id, article_id,
        client="fixture", base_revision=1 << 40, operations=operations,
    )  # fmt: skip
    assert {one.state for one in done} == {"applied"}, [str(one.problem) for one in done]


def _about(coded: ReviewWorld, article_id: str, words: str) -> dict[str, object]:
    """The row of the statements on these words, as an operation names it."""
    tags = coded.tags
    opened = adjudicating.open_review(tags.store, coded.reviewer, tags.project_id, article_id)
    kind: RowKind = "statement"
    for row in opened.review.state.rows:
        quotes = {span["quote"] for version in row.versions for span in version.spans}
        if row.kind == kind and words in quotes:
            sources = [
                {"label_set_id": one.label_set_id, "entity_id": one.entity_id}
                for one in row.versions
            ]
            return {"row_kind": kind, "sources": sources}
    raise AssertionError(words)


def _open(context: BrowserContext, coded: ReviewWorld, person: Person, path: str) -> Page:
    tags = coded.tags
    context.add_cookies([tags.server.cookie(person)])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(f"{tags.server.url}/{path}{'&' if '?' in path else '?'}project={tags.project_id}")
    return page


def test_returned_labels_are_told_of_and_lead_to_the_comment(
    coded: ReviewWorld, watched: BrowserContext
) -> None:
    article = coded.conflicted()
    coder, store = coded.people[1], coded.tags.store
    head = store.labels.head_of(coded.tags.project_id, article.id, coder.id)
    assert head is not None
    _decide(coded, article.id, op("return", label_set_id=head.id, text="Look at the holder again"))
    page = _open(watched, coded, coder, "inbox")
    notice = page.locator(".cd-inbox a.notice")
    expect(notice).to_have_count(1)
    expect(notice).to_contain_text("returned your labels")
    expect(notice).to_contain_text("Look at the holder again")
    expect(page.locator(".cd-top nav > a .cd-count")).to_have_text("1")
    page.keyboard.press("j")
    expect(notice).to_be_focused()
    page.keyboard.press("Enter")
    said = page.locator(".cd-tag .notice .said")
    expect(said).to_have_text("Look at the holder again")
    expect(page.locator(".cd-top nav > a .cd-count")).to_be_hidden()
    expect(page.locator(".cd-top .cd-count")).to_have_text(["", ""])
    # Answered from there, and resolved.
    page.get_by_role("button", name="Answer").click()
    page.keyboard.type("He speaks for himself")
    page.keyboard.press("Enter")
    expect(page.locator(".cd-tag .comment")).to_have_count(2)
    page.get_by_role("button", name="Resolve").click()
    expect(page.locator(".cd-tag .thread.resolved")).to_have_count(1)
    (thread,) = store.threads.on(coded.tags.project_id, article.id)
    assert [one.text for one in thread.comments] == [
        "Look at the holder again",
        "He speaks for himself",
    ]


def test_each_statement_says_what_became_of_it(coded: ReviewWorld, watched: BrowserContext) -> None:
    article = coded.conflicted()
    about = {words: _about(coded, article.id, words) for words in (OPEN, TOUCHY, "一场研讨会")}
    first = coded.tags.store.labels.head_of(coded.tags.project_id, article.id, coded.people[0].id)
    assert first is not None
    _decide(
        coded, article.id, op("accept_unanimous"),
        op("decide", **about[OPEN], take={"certainty": first.id}),
        op("reject", **about[TOUCHY], reason="only reported"),
        op("reject", **about["一场研讨会"], reason="no assertion"), op("make_gold"),
    )  # fmt: skip
    page = _open(watched, coded, coded.people[1], f"tag?article={article.id}")
    card = page.locator(".cd-tag .card")
    touchy = card.filter(has_text=TOUCHY).locator(".became")
    expect(touchy).to_have_attribute("data-state", "rejected")
    expect(touchy).to_contain_text("only reported")
    accepted = card.filter(has_text=ASSEMBLY).locator(".became")
    expect(accepted).to_have_attribute("data-state", "accepted")
    expect(page.locator(".cd-tag .notice[data-notice=accepted]")).to_contain_text("1 changed")
    amended = card.filter(has_text="持开放态度").locator(".became")
    expect(amended).to_have_text(re.compile("with changes.*certainty: stated → conditional"))
    # A word about it, by key, which the reviewer reads on the row.
    page.keyboard.press(".")
    page.keyboard.press("w")
    page.keyboard.type("I see")
    page.keyboard.press("Enter")
    expect(page.locator(".cd-tag .comment")).to_have_count(1)
    page.keyboard.press("Escape")
    review = coded.seat(watched, article).open()
    expect(review.page.locator(".cd-review .talks", has_text="1 comment")).to_be_visible()


def test_all_is_seen_at_once_and_an_empty_inbox_says_what_comes_there(
    coded: ReviewWorld, watched: BrowserContext
) -> None:
    coded.begin(1)
    page = _open(watched, coded, coded.people[0], "inbox")
    expect(page.locator(".cd-inbox .empty")).to_contain_text("you read it here")
    article = coded.article()
    coded.record(0, article, TOUCHY)
    coded.submit(article)
    _decide(coded, article.id, op("decide", **_about(coded, article.id, TOUCHY)), op("make_gold"))
    page.reload()
    expect(page.locator(".cd-inbox a.new")).to_have_count(1)
    page.keyboard.press("a")
    expect(page.locator(".cd-inbox a.new")).to_have_count(0)
    expect(page.locator(".cd-top nav > a .cd-count")).to_be_hidden()
    unseen = coded.tags.store.threads.unseen(coded.people[0].id, coded.tags.project_id)
    assert unseen == 0


def test_an_empty_inbox_is_a_sentence_without_a_rule(open_as: Open, shared_world: World) -> None:
    page = open_as(new_coder(shared_world, "unaddressed"), "/inbox")
    expect(page.get_by_text("Nothing here yet.")).to_be_visible()
    expect(page.locator(".cd-inbox .over")).to_be_hidden()
    expect(page.locator(".cd-inbox ul")).to_have_css("border-top-width", "0px")
