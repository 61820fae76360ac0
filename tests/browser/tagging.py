"""The tagging page as a test drives it: people, articles, keys, pointer, and what is stored."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

from annotate import tagging
from annotate.model import Article, Event, LabelSet, Person, Span, Statement, new_id
from annotate.store import Store
from annotate.tagging.payload import Payload
from tests.browser.desk import Server, new_coder
from tests.world import World, item, op, span

# Offsets here are worked out from what the document holds, apart from the component's own code.
PLACES = """
const paragraphs = [...document.querySelectorAll('.cd-tag .text > p')]
const nodeAt = (offset, before) => {
  let rest = offset
  for (const p of paragraphs) {
    const points = [...p.textContent]
    if (rest > points.length) { rest -= points.length + 1; continue }
    let units = points.slice(0, rest).join('').length
    const walker = document.createTreeWalker(p, NodeFilter.SHOW_TEXT)
    let last = null
    for (let node; (node = walker.nextNode());) {
      const inside = units < node.data.length || (before && units === node.data.length)
      if (inside) return [node, units]
      units -= node.data.length
      last = node
    }
    return last ? [last, last.data.length] : [p, 0]
  }
}
const offsetOf = (node, offset) => {
  let before = 0
  for (const p of paragraphs) {
    if (p.contains(node)) {
      const range = document.createRange()
      range.setStart(p, 0)
      range.setEnd(node, offset)
      return before + [...range.toString()].length
    }
    before += [...p.textContent].length + 1
  }
}
const rangeOf = (start, end) => {
  const range = document.createRange()
  range.setStart(...nodeAt(start, false))
  range.setEnd(...nodeAt(end, true))
  return range
}
"""
BOXES = f"""([start, end]) => {{ {PLACES}
  const plain = (box) => ({{ x: box.left, y: box.top, w: box.width, h: box.height }})
  rangeOf(start, end).startContainer.parentElement.scrollIntoView({{ block: 'center' }})
  return [...rangeOf(start, end).getClientRects()].filter((box) => box.width > 0).map(plain)
}}"""
SELECTED = f"""() => {{ {PLACES}
  const selection = document.getSelection()
  const ends = [
    offsetOf(selection.anchorNode, selection.anchorOffset),
    offsetOf(selection.focusNode, selection.focusOffset),
  ]
  return [Math.min(...ends), Math.max(...ends)]
}}"""
SHOWN = "() => [...document.querySelectorAll('.cd-tag .text > p')].map((p) => p.textContent)"

# An article with a statement to make, and the words that carry it.
TEXT = "沈若川表示，北岸的态度是开放的。\n发言人反对这个提议，南屿尚未回应。"
QUOTE = "态度是开放的"

_numbers = itertools.count(1)


def statement_on(quote: str = QUOTE, text: str = TEXT, **fields: Any) -> list[Payload]:
    """Operations that make a statement on a quote: actor, claim, mention, statement."""
    speaker, claim = new_id(), new_id()
    mention, evidence = span("沈若川", "actor", text, actor_id=speaker), span(quote, text=text)
    statement = {
        "id": new_id(), "claim_id": claim, "stance": "support", "speaker_id": speaker,
        "certainty": "stated", "evidence": [evidence["id"]],
    } | fields  # fmt: skip
    return [
        op("create_actor", actor={"id": speaker, "name": f"沈 {speaker[-6:]}", "kind": "person"}),
        op("create_claim", claim={"id": claim, "text": f"Beian open {claim[-6:]}"}),
        op("add_span", span=mention),
        op("add_statement", statement=statement, spans=[evidence]),
    ]


@dataclass
class TagWorld:
    """A project with its server; gives out people and articles that no other test has."""

    world: World
    server: Server

    @property
    def store(self) -> Store:
        return self.world.store

    @property
    def project_id(self) -> str:
        return self.world.project.id

    def coder(self) -> Person:
        return new_coder(self.world, f"coder-{next(_numbers)}")

    def article(self, text: str, **changes: Any) -> Article:
        url = f"https://text.example/{next(_numbers)}"
        one = item(**({"url": url, "text": text, "title": f"Text {url}"} | changes))
        with self.store.write(self.world.operator.id) as tx:
            outcome = self.store.articles.add(tx, [one], self.project_id)[0]
        return self.store.articles.get(outcome.article_id)

    def apply(self, person: Person, article: Article, *operations: Payload) -> None:
        """Store operations without a browser."""
        for at in range(0, len(operations), tagging.MOST_OPERATIONS):
            batch = operations[at : at + tagging.MOST_OPERATIONS]
            head = self.store.labels.head_of(self.project_id, article.id, person.id)
            done = tagging.apply(
                self.store, person, self.project_id, article.id, client="fixture",
                base_revision=head.revision if head else 0, operations=batch,
            )  # fmt: skip
            assert {outcome.state for outcome in done.outcomes} == {"applied"}, done.outcomes

    def seat(self, context: BrowserContext, person: Person, article: Article) -> TagDesk:
        """Sign somebody in and give them a tab."""
        context.add_cookies([self.server.cookie(person)])  # type: ignore[list-item]
        return TagDesk(context.new_page(), self, person, article)


@dataclass
class TagDesk:
    """One tab with an article open, seen by its analyst and by the store."""

    page: Page
    world: TagWorld
    person: Person
    article: Article
    strokes: int = field(default=0)

    def open(self) -> TagDesk:
        address = f"/tag?article={self.article.id}&project={self.world.project_id}"
        self.page.goto(self.world.server.url + address)
        return self.ready()

    def ready(self) -> TagDesk:
        expect(self.text).to_be_focused()
        return self

    def another_tab(self) -> TagDesk:
        page = self.page.context.new_page()
        return TagDesk(page, self.world, self.person, self.article).open()

    @property
    def text(self) -> Locator:
        return self.page.locator(".cd-tag .text")

    @property
    def status(self) -> Locator:
        return self.page.locator(".cd-tag .save")

    @property
    def cards(self) -> Locator:
        return self.page.locator(".cd-tag .card")

    def field(self, name: str) -> Locator:
        return self.page.locator(f'.cd-tag .form .row[data-field="{name}"]').locator(
            "input, select, textarea"
        )

    def note(self, name: str) -> Locator:
        """What stands beside the name in an actor's or the claim's field."""
        return self.page.locator(f'.cd-tag .form .row[data-field="{name}"] .in .tiny')

    def press(self, *keys: str, delay: float = 0) -> None:
        for key in keys:
            self.page.keyboard.press(key, delay=delay)
            self.strokes += 1

    def type(self, text: str, delay: float = 0) -> None:
        self.page.keyboard.type(text, delay=delay)
        self.strokes += len(text)

    def find(self, words: str) -> None:
        """Select words by key, as an analyst does."""
        self.press("/")
        self.type(words)
        self.press("Enter")

    def mark(self, words: str, key: str = "3") -> Span:
        """Tag words by key; gives the stored span."""
        before = {span.id for span in self.spans()}
        self.find(words)
        self.press(key)
        self.saved()
        return next(span for span in self.spans() if span.id not in before)

    def drag(self, start: int, end: int, *, free: bool = False) -> None:
        """Draw the pointer from just inside one place to just inside another."""
        boxes = self.page.evaluate(BOXES, [start, end])
        first, last = boxes[0], boxes[-1]
        mouse = self.page.mouse
        if free:
            self.page.keyboard.down("Alt")
        mouse.move(first["x"] + 1, first["y"] + first["h"] / 2)
        mouse.down()
        mouse.move(last["x"] + last["w"] - 1, last["y"] + last["h"] / 2, steps=4)
        mouse.up()
        if free:
            self.page.keyboard.up("Alt")
        self.settled()

    def click_at(self, at: int) -> None:
        """Click on the character at an offset."""
        box = self.page.evaluate(BOXES, [at, at + 1])[0]
        self.page.mouse.click(box["x"] + box["w"] / 2, box["y"] + box["h"] / 2)
        self.settled()

    def settled(self) -> None:
        """What the page does after a pointer is lifted waits for the browser's own turn."""
        self.page.evaluate("() => new Promise((done) => setTimeout(() => setTimeout(done)))")

    def selected(self) -> tuple[int, int]:
        """The document's selection as code points."""
        start, end = self.page.evaluate(SELECTED)
        return start, end

    def shown(self) -> str:
        """The text as the document holds it."""
        return "\n".join(self.page.evaluate(SHOWN))

    def pieces(self, span: Span) -> str:
        """What is drawn as this span, a line's end left out."""
        found = self.page.locator(f'.cd-tag .text .s[data-ids~="{span.id}"]')
        return "".join(found.all_text_contents())

    def active(self) -> str:
        """What the page says it has just chosen."""
        return self.page.locator(".cd-tag > .sr").text_content() or ""

    def saved(self) -> None:
        expect(self.status).to_have_attribute("data-state", "saved")

    def unsaved(self, state: str, waiting: int) -> None:
        expect(self.status).to_have_attribute("data-state", state)
        expect(self.status).to_have_attribute("data-waiting", str(waiting))

    def counts(self, spans: int, statements: int) -> None:
        wanted = rf"^{spans:,} spans? · {statements:,} statements?$"
        expect(self.page.locator(".cd-tag .counts")).to_have_text(re.compile(wanted))

    def toast(self) -> Locator:
        return self.page.locator(".cd-tag .toast")

    def stored(self) -> LabelSet | None:
        store = self.world.store
        head = store.labels.head_of(self.world.project_id, self.article.id, self.person.id)
        return None if head is None else store.labels.with_content([head])[0]

    def spans(self) -> list[Span]:
        """The stored spans in reading order; each quotes exactly what stands at its place."""
        label_set = self.stored()
        spans = sorted(label_set.spans if label_set else (), key=lambda s: (s.start, s.end))
        assert all(self.article.text[s.start : s.end] == s.quote for s in spans)
        return spans

    def statements(self) -> tuple[Statement, ...]:
        """The stored statements, once all is saved."""
        self.saved()
        label_set = self.stored()
        return label_set.statements if label_set else ()

    def lit(self) -> set[str]:
        """The words that are lit."""
        found: set[str] = set(self.text.locator(".s.lit").all_text_contents())
        return found

    def dialog(self, name: str) -> Locator:
        return self.page.get_by_role("dialog", name=name)

    def submitted(self) -> None:
        expect(self.page.locator(".cd-tag")).to_have_attribute("data-status", "submitted")
        self.saved()

    def events(self, kind: str, subject: str) -> list[Event]:
        return self.world.store.history.events(kind, subject)
