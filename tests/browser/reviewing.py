"""The reviewing page as a test drives it: coders who disagree, keys, and what is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

from annotate import accounts
from annotate.model import Article, LabelSet, Person, new_id
from annotate.reviews import Decision
from tests.browser.tagging import TagWorld
from tests.world import op, span

TEXT = (
    "周一，北岸共和国前安全顾问沈若川在一场研讨会上表示，本国对南屿加入磋商机制持开放态度，但一切取决于南屿自己的决定。\n"
    "他回忆说，对方承认这在国内会是一个敏感话题。\n"
    "在野党联盟此前多次表示，任何机制都必须先经议会批准。另一名议员则说无所谓。"
)
OPEN, SHORT, TOUCHY, ASSEMBLY = (
    "持开放态度，但一切取决于南屿自己的决定",
    "持开放态度",
    "承认这在国内会是一个敏感话题",
    "任何机制都必须先经议会批准",
)


@dataclass
class ReviewWorld:
    """A tagging world, with a reviewer of its own and articles that several coders submitted."""

    tags: TagWorld
    reviewer: Person
    people: list[Person] = field(default_factory=list)
    actors: list[str] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)

    def begin(self, coders: int = 2) -> None:
        """New coders, and registry entries that only they use."""
        self.people = [self.tags.coder() for _ in range(coders)]
        self.actors, self.claims = [new_id() for _ in range(3)], [new_id() for _ in range(4)]

    def article(self, text: str = TEXT, **changes: Any) -> Article:
        made = self.tags.article(text, **changes)
        kinds = [
            op("create_actor", actor={"id": id_, "name": f"Actor {id_[-5:]}", "kind": "person"})
            for id_ in self.actors
        ]
        wordings = [
            op("create_claim", claim={"id": id_, "text": f"Claim {id_[-5:]}"})
            for id_ in self.claims
        ]
        self.tags.apply(self.people[0], made, *kinds, *wordings)
        return made

    def record(self, coder: int, article: Article, quote: str, **fields: Any) -> str:
        """A statement of one coder's on a quote; gives its id."""
        evidence = span(quote, text=article.text)
        made = {
            "id": new_id(), "claim_id": self.claims[0], "stance": "support",
            "speaker_id": self.actors[0], "certainty": "stated", "evidence": [evidence["id"]],
        } | fields  # fmt: skip
        operation = op("add_statement", statement=made, spans=[evidence])
        self.tags.apply(self.people[coder], article, operation)
        return str(made["id"])

    def submit(self, article: Article, *coders: int) -> None:
        for coder in coders or range(len(self.people)):
            self.tags.apply(self.people[coder], article, op("submit"))

    def conflicted(self) -> Article:
        """Two coders: a row in two parts apart, one of each coder alone, one alike, mentions."""
        self.begin()
        article = self.article()
        for coder, quote in enumerate((OPEN, SHORT)):
            certainty = ("conditional", "stated")[coder]
            self.record(coder, article, quote, certainty=certainty)
            self.record(coder, article, ASSEMBLY, claim_id=self.claims[1], stance="oppose")
            mention = span("沈若川", "actor", TEXT, actor_id=self.actors[0])
            self.tags.apply(self.people[coder], article, op("add_span", span=mention))
        self.record(1, article, TOUCHY, claim_id=self.claims[2])
        self.record(0, article, "一场研讨会", claim_id=self.claims[3])
        self.submit(article)
        return article

    def seat(self, context: BrowserContext, article: Article) -> ReviewDesk:
        context.add_cookies([self.tags.server.cookie(self.reviewer)])  # type: ignore[list-item]
        return ReviewDesk(context.new_page(), self, article)


@dataclass
class ReviewDesk:
    """One tab with an article's review open, seen by its reviewer and by the store."""

    page: Page
    world: ReviewWorld
    article: Article

    def open(self) -> ReviewDesk:
        tags = self.world.tags
        address = f"/review?article={self.article.id}&project={tags.project_id}"
        self.page.goto(tags.server.url + address)
        expect(self.page.locator(".cd-review .text > p").first).to_be_visible()
        return self

    @property
    def rows(self) -> Locator:
        return self.page.locator(".cd-review .case")

    @property
    def active(self) -> Locator:
        return self.page.locator(".cd-review .case.on")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def go_to(self, words: str) -> None:
        """Make the row that holds these words the active one, by key."""
        self.press("i")
        for _ in range(self.rows.count()):
            self.press("k")
        for _ in range(self.rows.count()):
            if words in (self.active.text_content() or ""):
                return
            self.press("j")
        assert words in (self.active.text_content() or "")

    def saved(self) -> None:
        expect(self.page.locator(".cd-review .save")).to_have_attribute("data-state", "saved")

    def counts(self, decided: int, still_open: int) -> None:
        expect(self.page.locator(".cd-review .counts")).to_have_text(
            f"{decided} decided · {still_open} open"
        )

    def gold(self) -> LabelSet:
        """The stored gold."""
        store, project = self.world.tags.store, self.world.tags.project_id
        heads = store.labels.heads_on([self.article.id], project)
        (gold,) = store.labels.with_content([head for head in heads if head.kind == "gold"])
        return gold

    def decisions(self) -> list[Decision]:
        return self.world.tags.store.decisions.live([self.gold().id])

    def made_gold(self) -> None:
        expect(self.page.locator(".cd-review")).to_have_attribute("data-gold", "accepted")
        self.saved()


def review_world(tags: TagWorld) -> ReviewWorld:
    """The world with a reviewer."""
    reviewer = accounts.add_person(
        tags.store, tags.world.operator, f"judge-{new_id()[-6:]}", role="reviewer",
        project_id=tags.project_id,
    )  # fmt: skip
    return ReviewWorld(tags, reviewer)
