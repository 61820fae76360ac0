"""Sessions without a browser: many at once, and what one analyst may learn of another."""

from __future__ import annotations

import http.client
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import BrowserContext, expect

from annotate.model import Article, Person, new_id
from tests.browser.tagging import TagDesk, TagWorld
from tests.world import op, span

SESSIONS = 20
ROUNDS = 12
Json = dict[str, Any]


@dataclass
class Client:
    """One signed-in session over plain HTTP."""

    world: TagWorld
    person: Person
    name: str
    csrf: str = ""
    answers: list[Json] = field(default_factory=list)

    def __post_init__(self) -> None:
        cookie = self.world.server.cookie(self.person)
        self._cookie = f"{cookie['name']}={cookie['value']}"
        port = self.world.server.port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.csrf = self.get("/api/session")["csrf"]

    def get(self, path: str) -> Json:
        return self.call("GET", path)

    def call(self, method: str, path: str, body: Json | None = None, status: int = 200) -> Json:
        headers = {"Cookie": self._cookie, "X-CSRF-Token": self.csrf,
                   "Content-Type": "application/json"}  # fmt: skip
        sent = json.dumps(body) if body else None
        try:
            self._connection.request(method, path, sent, headers)
            response = self._connection.getresponse()
        except ConnectionError:
            # Idle too long for the server's patience: ask again, as a browser does.
            self._connection.close()
            self._connection.request(method, path, sent, headers)
            response = self._connection.getresponse()
        content = response.read()
        assert response.status == status, content[:500]
        found: Json = json.loads(content)
        return found

    def boot(self, article: Article) -> Json:
        return self.get(f"/api/tag/{article.id}?project={self.world.project_id}")

    def send(self, article: Article, base: int, *operations: Json) -> Json:
        path = f"/api/tag/{article.id}/ops?project={self.world.project_id}"
        body = {"client": self.name, "base_revision": base, "ops": list(operations)}
        return self.call("POST", path, body)

    def find(self, registry: str, query: str) -> list[Json]:
        asked = urlencode({"q": query, "project": self.world.project_id, "limit": 50})
        found = self.get(f"/api/registry/{registry}?{asked}")
        items: list[Json] = found["items"]
        return items

    def close(self) -> None:
        self._connection.close()


@contextmanager
def clients(world: TagWorld, people: list[Person]) -> Iterator[list[Client]]:
    made = [Client(world, person, f"session-{n}") for n, person in enumerate(people)]
    try:
        yield made
    finally:
        for client in made:
            client.close()


def test_twenty_sessions_saving_at_once_lose_and_double_nothing(tag_world: TagWorld) -> None:
    text = " ".join(f"word{n:03}" for n in range(SESSIONS * ROUNDS))
    article = tag_world.article(text)
    # Two sessions each of ten analysts: they meet in one label set as well as in one database.
    people = [tag_world.coder() for _ in range(SESSIONS // 2)]
    outcomes: list[Counter[str]] = []
    made: dict[str, set[str]] = {person.id: set() for person in people}
    problems: list[BaseException] = []

    def work(n: int, client: Client, start: threading.Barrier) -> None:
        seen: Counter[str] = Counter()
        try:
            start.wait(30)
            for turn in range(ROUNDS):
                one = op("add_span", span=span(f"word{n * ROUNDS + turn:03}", text=text))
                # Sent, and then twice more, as after lost acknowledgements.
                for _ in range(3):
                    answer = client.send(article, 0, one)
                    seen.update(outcome["state"] for outcome in answer["outcomes"])
                    assert one["span"]["id"] in answer["changes"]["spans"]
                made[client.person.id].add(one["span"]["id"])
        except BaseException as problem:
            problems.append(problem)
        outcomes.append(seen)

    with clients(tag_world, people * 2) as sessions:
        start = threading.Barrier(SESSIONS)
        threads = [
            threading.Thread(target=work, args=(n, client, start))
            for n, client in enumerate(sessions)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert problems == []
    assert outcomes == [Counter(applied=ROUNDS, duplicate=2 * ROUNDS)] * SESSIONS
    store = tag_world.store
    for person in people:
        head = store.labels.head_of(tag_world.project_id, article.id, person.id)
        assert head is not None
        assert head.revision == 2 * ROUNDS
        spans = store.labels.with_content([head])[0].spans
        assert {one.id for one in spans} == made[person.id]
        assert all(text[one.start : one.end] == one.quote for one in spans)
        assert all(len(store.history.events("span", one.id)) == 1 for one in spans)
        assert len(store.history.events("label_set", head.id)) == 1


def test_two_sessions_of_one_analyst_never_overwrite_each_other(tag_world: TagWorld) -> None:
    article, person = tag_world.article("one two three"), tag_world.coder()
    first = span("two", text=article.text)
    with clients(tag_world, [person] * 2) as (left, right):
        left.send(article, 0, op("add_span", span=first))
        change = op("change_span", span_id=first["id"], set={"kind": "claim"})
        assert left.send(article, 1, change)["revision"] == 2
        late = op("change_span", span_id=first["id"], set={"kind": "actor"})
        fine = op("add_span", span=span("three", text=article.text))
        answer = right.send(article, 1, late, fine)
        assert [one["state"] for one in answer["outcomes"]] == ["refused", "applied"]
        assert answer["outcomes"][0]["code"] == "conflict"
        assert answer["changes"]["spans"][first["id"]]["kind"] == "claim"
        # A refused operation leaves no trace: the same id may come again once all was seen.
        assert right.send(article, 3, late)["outcomes"][0]["state"] == "applied"


SECRET = "沈若川认为韩国的态度是开放的。"


@dataclass(frozen=True)
class Colleague:
    """What another analyst has recorded on an article."""

    person: Person
    article: Article
    ids: frozenset[str]
    actor_id: str
    claim_id: str


@pytest.fixture
def colleague(tag_world: TagWorld) -> Colleague:
    person, article = tag_world.coder(), tag_world.article(f"{SECRET} {new_id()}")
    tag = new_id()[-8:]
    ids = {name: new_id() for name in ("actor", "claim", "statement")}
    plain = [
        op("create_actor", actor={"id": new_id(), "name": f"A {tag}", "kind": "person"}),
        op("create_claim", claim={"id": new_id(), "text": f"C {tag}"}),
        op("create_actor", actor={"id": ids["actor"], "name": f"A {tag} used", "kind": "person"}),
        op("create_claim", claim={"id": ids["claim"], "text": f"C {tag} used"}),
    ]
    evidence = span("态度是开放的", text=article.text)
    statement = {
        "id": ids["statement"], "claim_id": ids["claim"], "stance": "support",
        "speaker_id": ids["actor"], "evidence": [evidence["id"]], "note": "a colleague's note",
    }  # fmt: skip
    tag_world.apply(
        person, article, *plain, op("add_statement", statement=statement, spans=[evidence]),
        op("set_document_label", name="relevance", values=["marginal"]), op("submit"),
    )  # fmt: skip
    head = tag_world.store.labels.head_of(tag_world.project_id, article.id, person.id)
    assert head is not None
    hidden = {ids["statement"], evidence["id"], head.id, ids["actor"], ids["claim"], person.id}
    return Colleague(person, article, frozenset(hidden), ids["actor"], ids["claim"])


def words_of(client: Client, colleague: Colleague) -> str:
    """Everything that the server tells a session about the article and the project."""
    project = f"project={client.world.project_id}"
    paths = [
        f"/api/tag/{colleague.article.id}?{project}", f"/api/queue?{project}",
        f"/api/articles?{project}&limit=500", f"/api/articles/counts?{project}", "/api/session",
    ]  # fmt: skip
    return "\n".join(json.dumps(client.get(path)) for path in paths)


def test_a_blind_analyst_learns_nothing_of_a_colleague(
    tag_world: TagWorld, colleague: Colleague
) -> None:
    with clients(tag_world, [tag_world.coder(), colleague.person]) as (blind, owner):
        assert all(one in words_of(owner, colleague) for one in colleague.ids)
        told = words_of(blind, colleague)
        assert not [one for one in colleague.ids if one in told]
        boot = blind.boot(colleague.article)
        assert boot["others"] == []
        assert boot["label_set"]["id"] is None
        assert boot["label_set"]["spans"] == boot["label_set"]["statements"] == []
        # Not by having begun a draft either.
        one = op("add_span", span=span("韩国", text=colleague.article.text))
        answer = blind.send(colleague.article, 0, one)
        assert set(answer["changes"]["spans"]) == {one["span"]["id"]}
        told = words_of(blind, colleague)
        assert not [one for one in colleague.ids if one in told]


def test_ranks_and_uses_rest_on_ones_own_work(tag_world: TagWorld, colleague: Colleague) -> None:
    names = {
        "actors": tag_world.store.registry.actors([colleague.actor_id])[colleague.actor_id].name,
        "claims": tag_world.store.registry.claims([colleague.claim_id])[colleague.claim_id].text,
    }
    with clients(tag_world, [tag_world.coder(), colleague.person]) as (blind, owner):
        for registry, name in names.items():
            query = name.removesuffix(" used")[:-1]
            mine, theirs = owner.find(registry, query), blind.find(registry, query)
            key = "name" if registry == "actors" else "text"
            assert [(one[key], one["uses"]) for one in mine] == [
                (name, 1), (name.removesuffix(" used"), 0),
            ]  # fmt: skip
            assert [(one[key], one["uses"]) for one in theirs] == [
                (name.removesuffix(" used"), 0), (name, 0),
            ]  # fmt: skip
            told = {"id", key, "kind", "topic", "aliases", "translation", "matched", "same", "uses"}
            assert all(set(one) <= told for one in theirs)


def test_one_cannot_write_into_anothers_labels(tag_world: TagWorld, colleague: Colleague) -> None:
    store = tag_world.store
    head = store.labels.head_of(tag_world.project_id, colleague.article.id, colleague.person.id)
    assert head is not None
    before = store.labels.with_content([head])
    (spans,) = [one.spans for one in before]
    with clients(tag_world, [tag_world.coder()]) as (stranger,):
        answer = stranger.send(
            colleague.article, 0,
            op("remove_span", span_id=spans[0].id),
            op("change_span", span_id=spans[0].id, set={"kind": "actor"}),
            op("take_back"), op("undo"),
        )  # fmt: skip
        assert {one["state"] for one in answer["outcomes"]} == {"refused"}
        assert json.dumps(answer).count(spans[0].quote) == 0
        body = {"client": "x", "base_revision": 0, "ops": [op("undo")]}
        path = f"/api/tag/{colleague.article.id}/ops?project={tag_world.project_id}"
        stranger.csrf = "forged"
        assert stranger.call("POST", path, body, status=403)["error"]["code"] == "forbidden"
    assert store.labels.with_content([head]) == before


def test_colleagues_are_seen_on_the_page_only_after_submitting(
    tag_world: TagWorld, colleague: Colleague, context: BrowserContext
) -> None:
    desk: TagDesk = tag_world.seat(context, tag_world.coder(), colleague.article).open()
    quotes = desk.page.locator(".cd-tag .text .s")
    expect(quotes).to_have_count(0)
    expect(desk.page.get_by_role("group", name="Whose labels")).to_be_hidden()
    for words in (colleague.person.name, "a colleague's note"):
        expect(desk.page.locator(".cd-tag")).not_to_contain_text(words)
    desk.press("v")
    expect(quotes).to_have_count(0)
    desk.press("s")
    desk.field("speaker").press("ArrowDown")
    expect(desk.page.locator(".cd-tag")).not_to_contain_text("used")
    desk.press("Escape", "Escape", "Escape")
    desk.press("Control+Enter", "Enter")
    expect(desk.page.locator(".cd-tag")).to_have_attribute("data-status", "submitted")
    desk.saved()
    desk.page.reload()
    desk.ready()
    desk.press("v")
    expect(desk.page.locator('[data-notice="other"]')).to_contain_text(colleague.person.name)
    expect(quotes).to_have_text(["态度是开放的"])
    desk.press("3", "Delete", "s")
    expect(desk.toast().first).to_contain_text("colleague's labels")
    expect(quotes).to_have_text(["态度是开放的"])
