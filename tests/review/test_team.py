"""The simulated team: what people who err at known rates come to, through the server's own API."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from annotate import accounts, releases, review
from annotate.model import new_id
from annotate.releases import Choice
from annotate.review import Wish, adjudicating, quality
from annotate.store.boards import BoardFilter
from annotate.ui import database, serving
from annotate.ui.visitor import COOKIE
from tests.review.coders import STANCES, Team, team
from tests.review.coding import decide
from tests.world import World, op, span

BASE = "http://desk.example"
ARTICLES = 300
RATES = (0.05, 0.15, 0.25, 0.35)
Json = dict[str, Any]


@pytest.fixture
def served(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Starlette]:
    monkeypatch.setenv("CLAIMDESK_DB", str(world.store.path))
    database.store.cache_clear()
    yield Starlette(routes=serving.routes(), middleware=serving.middleware())
    database.store.cache_clear()


class Browser:
    """A coder at work: asks for the next article, tags it, submits it, until none is left."""

    def __init__(self, served: Starlette, made: Team, number: int) -> None:
        self.made, self.number = made, number
        self.chance = random.Random(100 + number)
        self.errors = self.stances = 0
        self.coded: list[str] = []
        token = accounts.begin(made.world.store, made.coders[number], "team")
        self._client = TestClient(
            served, base_url=BASE, cookies={COOKIE: token},
            headers={"x-csrf-token": accounts.csrf_token(token), "origin": BASE},
        )  # fmt: skip

    def work(self) -> None:
        """Code all that there is."""
        with self._client:
            self._work()

    def _work(self) -> None:
        while article_id := self._post("/api/queue/next", {"id": new_id()})["article_id"]:
            operations = [*self._statements(article_id), op("submit")]
            done = self._post(
                f"/api/tag/{article_id}/ops",
                {"client": f"browser-{self.number}", "base_revision": 0, "ops": operations},
            )
            assert {one["state"] for one in done["outcomes"]} == {"applied"}, done["outcomes"]
            assert done["status"] == "submitted"
            self.coded.append(article_id)

    def _statements(self, article_id: str) -> Iterator[Json]:
        text = self.made.world.store.articles.get(article_id).text
        for true in self.made.truth[article_id]:
            evidence = span(text.split("\n")[true["line"]], text=text)
            stance = true["stance"]
            self.stances += 1
            if self.chance.random() < self.made.rates[self.number]:
                self.errors += 1
                stance = self.chance.choice([one for one in STANCES if one != stance])
            claim = true["claim"]
            if self.chance.random() < self.made.rates[self.number] / 2:
                claim = self.chance.choice(self.made.claims)
            fields = {
                "id": new_id(), "claim_id": claim, "stance": stance, "certainty": "stated",
                "speaker_id": true["speaker"], "evidence": [evidence["id"]],
            }  # fmt: skip
            yield op("add_statement", statement=fields, spans=[evidence])

    def _post(self, path: str, body: Json) -> Json:
        query = {"project": self.made.world.project.id}
        answer = self._client.post(path, params=query, json=body)
        assert answer.status_code == 200, answer.text
        told: Json = answer.json()
        return told


@pytest.mark.slow
def test_a_team_codes_agrees_and_comes_to_gold(
    world: World, served: Starlette, tmp_path: Path
) -> None:
    made = team(world, ARTICLES, RATES, seed=5)
    store, project = world.store, world.project.id
    wish = Wish("Team", tuple(one.id for one in made.coders), "pull", 2, 0.2, 4, "random", 7)
    _, seen = review.create(store, world.operator, project, wish, made.articles)
    assert (seen.articles, seen.more, seen.slots) == (ARTICLES, 60, 720)
    browsers = [Browser(served, made, number) for number in range(len(RATES))]
    with ThreadPoolExecutor(len(browsers)) as pool:
        for done in [pool.submit(one.work) for one in browsers]:
            done.result()
    _every_slot_is_filled_once(made, browsers)
    _reliabilities_are_the_planted_ones(made, browsers)
    _a_conflict_becomes_gold(made, tmp_path)
    assert list(store.examine()) == []


def _every_slot_is_filled_once(made: Team, browsers: list[Browser]) -> None:
    store, project = made.world.store, made.world.project.id
    assert all(len(set(one.coded)) == len(one.coded) for one in browsers)
    times = Counter(id_ for one in browsers for id_ in one.coded)
    wanted = store.rounds.articles(project, made.articles)
    assert times == {id_: one.wanted for id_, one in wanted.items()}
    assert Counter(times.values()) == {2: 240, 4: 60}
    for id_ in made.articles:
        heads = store.labels.heads_on([id_], project)
        assert len({one.coder_id for one in heads}) == len(heads) == times[id_]
        assert {one.status for one in heads} == {"submitted"}
    rows, _ = review.articles(
        store, made.world.operator, project, BoardFilter(state="submitted"), limit=200
    )
    assert all(len(one.assignments) == one.article.wanted for one in rows)
    board = review.board(store, made.world.operator, project)
    assert (board.rounds[0].done, board.rounds[0].free) == (ARTICLES, 0)


def _reliabilities_are_the_planted_ones(made: Team, browsers: list[Browser]) -> None:
    found = quality.reliability(made.world.store, made.world.operator, made.world.project.id)
    assert not found.estimate.reason
    for coder, rate, browser in zip(made.coders, made.rates, browsers, strict=True):
        place = found.coders.index(coder.id)
        assert found.labels[place] == browser.stances
        # What they really did lies as near to what was planted as chance allows.
        assert browser.errors / browser.stances == pytest.approx(rate, abs=0.03)
        assert found.estimate.reliability[place] == pytest.approx(1 - rate, abs=0.05)


def _a_conflict_becomes_gold(made: Team, folder: Path) -> None:
    """The article on which the coders differ most, decided as it was planted."""
    world = made.world
    asker = world.store, world.people["reviewer"], world.project.id
    listed = quality.reliability(world.store, world.operator, world.project.id)
    article_id = listed.doubtful[0].article_id
    opened = adjudicating.open_review(*asker, article_id).review
    rows = [row for row in opened.state.rows if row.kind == "statement"]
    assert len(rows) == 5
    assert any("stance" in row.differs for row in rows)
    truth = made.truth[article_id]
    operations = [
        decide(row, set={"stance": true["stance"], "claim_id": true["claim"]})
        for row, true in zip(rows, truth, strict=True)
    ]
    outcomes, after = adjudicating.apply(
        *asker, article_id, client="review", base_revision=0,
        operations=[*operations, op("make_gold", leave_open=True)],
    )  # fmt: skip
    assert {one.state for one in outcomes} == {"applied"}, [str(one.problem) for one in outcomes]
    assert after.state.gold is not None and after.state.gold.status == "accepted"
    out = folder / "gold.jsonl"
    choice = Choice(world.project.id, "gold")
    releases.export(world.store, world.people["viewer"], choice, "jsonl", out)
    (record,) = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert record["article"]["id"] == article_id
    (gold,) = record["label_sets"]
    told = Counter((one["claim_id"], one["stance"]) for one in gold["statements"])
    assert told == Counter((true["claim"], true["stance"]) for true in truth)
