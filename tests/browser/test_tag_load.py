"""Many spans, many operations at once: all of it stays quick and is stored exactly once."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import SitDown
from tests.world import op, span

SENTENCE = "发言人周一表示，各方对磋商机制的态度是开放的，但细节仍取决于后续谈判的进展情况。"
KINDS = ("actor", "claim", "evidence")
SANE_MS = 5000.0

# Each round selects the next word and tags it, as fast as the events can be dispatched one by one.
BURST = """([rounds, pause]) => new Promise((resolve) => {
  const text = document.querySelector('.cd-tag .text')
  const press = (key, code, shiftKey) => text.dispatchEvent(
    new KeyboardEvent('keydown', { key, code, shiftKey, bubbles: true, cancelable: true }))
  const began = performance.now()
  let done = 0
  const round = () => {
    press('Escape', 'Escape', false)
    press('ArrowRight', 'ArrowRight', true)
    press('3', 'Digit3', false)
    done += 1
    if (done < rounds) setTimeout(round, pause)
    else resolve(performance.now() - began)
  }
  round()
})"""


def measures(page: Page, name: str) -> list[float]:
    """How long each of the page's own measurements of a kind took, ms."""
    found: list[float] = page.evaluate(
        "(name) => performance.getEntriesByName('claimdesk:' + name).map((one) => one.duration)",
        name,
    )
    return found


def long_article(characters: int, spans: int) -> tuple[str, list[Any]]:
    """A text of so many characters, and operations that put nested and overlapping spans on it."""
    text = "\n".join([SENTENCE * 10] * (characters // (len(SENTENCE) * 10) + 1))[:characters]
    step = characters // spans
    found = []
    for n in range(spans):
        start = n * step
        end = min(characters, start + 4 + n % 3 * step)
        quote = text[start:end]
        one = span(quote, KINDS[n % 3], text) | {"start": start, "end": end}
        found.append(op("add_span", span=one))
    return text, found


def test_a_long_article_with_a_thousand_spans_is_usable(sit_down: SitDown) -> None:
    text, labels = long_article(50_000, 1000)
    desk = sit_down(text, labels)
    desk.counts(1000, 0)
    assert desk.shown() == text
    opened = measures(desk.page, "opened")
    for key in ("1", "2", "3") * 3:
        desk.press("Escape", "ArrowRight", "Shift+ArrowRight", key)
        desk.saved()
    desk.counts(1009, 0)
    for _ in range(9):
        desk.press("Control+z")
        desk.saved()
    desk.counts(1000, 0)
    desk.press("Control+End", "p", "Delete")
    desk.saved()
    desk.counts(999, 0)
    assert len(desk.spans()) == 999
    assert desk.shown() == text
    figures = {name: measures(desk.page, name) for name in ("paint", "frame", "saved")}
    print(f"\n50,000 characters, 1,000 spans: opened in {opened[-1]:.0f} ms")
    for name, durations in figures.items():
        print(f"  {name}: median {median(durations):.0f} ms, longest {max(durations):.0f} ms")
    assert opened[-1] < SANE_MS
    assert all(max(durations) < SANE_MS for durations in figures.values())


def median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def test_thirty_operations_in_a_burst_are_stored_once(sit_down: SitDown) -> None:
    desk = sit_down(" ".join(f"word{n}" for n in range(40)))
    sent: list[Any] = []
    desk.page.on(
        "request",
        lambda request: sent.append(request.post_data_json) if "/ops" in request.url else None,
    )
    took = desk.page.evaluate(BURST, [30, 10])
    desk.saved()
    spans = desk.spans()
    assert [one.quote for one in spans] == [f"word{n}" for n in range(30)]
    label_set = desk.stored()
    assert label_set is not None
    assert label_set.revision == 30
    operations = [one["id"] for body in sent for one in body["ops"]]
    assert len(set(operations)) == 30
    for one in spans:
        (event,) = desk.events("span", one.id)
        assert (event.action, event.operation_id in operations) == ("span.add", True)
    expect(desk.page.locator(".cd-tag .toast")).to_have_count(0)
    print(f"\n30 operations fired in {took:.0f} ms went in {len(sent)} requests")
