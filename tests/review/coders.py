"""Simulated coders: what is true is known, and each errs at rates of their own."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from annotate import accounts
from annotate.model import Actor, Claim, LabelSet, Person, Span, Statement, Submission, new_id
from annotate.store import Store
from annotate.store.labels import content_of
from tests.world import World, item

STANCES = ("support", "oppose", "neutral", "unclear")
LINE = "第{n}位发言人在会上说，本国对该机制持开放态度，并愿意继续磋商下去。"
RATES = (0.05, 0.1, 0.2, 0.3)


@dataclass
class Team:
    """Coders with their error rates, articles with what is true of them."""

    world: World
    coders: list[Person]
    rates: Sequence[float]
    actors: list[str] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)
    articles: list[str] = field(default_factory=list)
    truth: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def team(world: World, articles: int, rates: Sequence[float] = RATES, seed: int = 1) -> Team:
    """Articles of five lines, a statement a line, and people to code them."""
    store, chance = world.store, random.Random(seed)
    coders = [
        accounts.add_person(store, world.operator, f"coder-{n}", role="analyst")
        for n in range(len(rates))
    ]
    made = Team(world, coders, rates)
    with store.write(world.operator.id) as tx:
        for n, coder in enumerate(coders):
            store.projects.set_member(tx, world.project.id, coder.id, "analyst")
            made.actors.append(new_id())
            store.registry.add_actor(tx, Actor(made.actors[-1], f"Speaker {n}", "person"))
            made.claims.append(new_id())
            store.registry.add_claim(tx, Claim(made.claims[-1], world.project.id, f"Claim {n}"))
        text = "\n".join(LINE.format(n=n) for n in range(5))
        items = [
            item(f"https://c.example/{n}", f"{n}\n{text}", f"Meeting {n}") for n in range(articles)
        ]
        made.articles = [o.article_id for o in store.articles.add(tx, items, world.project.id)]
    for id_ in made.articles:
        made.truth[id_] = [
            {
                "line": n + 1,
                "speaker": chance.choice(made.actors),
                "claim": chance.choice(made.claims),
                "stance": chance.choice(STANCES),
            }
            for n in range(5)
        ]
    return made


def code(
    made: Team, article_id: str, coder: int | None, chance: random.Random, *,
    at: str = "2026-11-02T10:00:00.000Z", version: int = 1, wrong: float | None = None,
    again: bool = False, missed: float = 0.0,
) -> LabelSet:  # fmt: skip
    """One coder's submission on an article (None: gold), with errors in the stance alone."""
    store = made.world.store
    text = store.articles.get(article_id).text
    rate = wrong if wrong is not None else 0.0 if coder is None else made.rates[coder]
    spans, statements = [], []
    for true in made.truth[article_id]:
        if chance.random() < missed:
            continue
        start = sum(len(line) + 1 for line in text.split("\n")[: true["line"]])
        end = start + 20 + chance.randint(-3, 3)
        span = Span(new_id(), "evidence", start, end, text[start:end], version)
        stance = true["stance"]
        if chance.random() < rate:
            stance = chance.choice([one for one in STANCES if one != stance])
        spans.append(span)
        statements.append(
            Statement(
                new_id(), true["claim"], stance, version, true["speaker"], evidence=(span.id,)
            )
        )
    labels = {"relevance": ("relevant" if chance.random() >= rate else "marginal",)}
    head = LabelSet(
        new_id(), made.world.project.id, article_id,
        made.coders[coder].id if coder is not None else None,
        "analyst" if coder is not None else "gold",
        "submitted" if coder is not None else "accepted", 1, at, at,
        tuple(spans), tuple(statements), labels,
    )  # fmt: skip
    submissions = [Submission(new_id(), head.id, 1, 1, at, content_of(head))]
    if again:
        later = {"spans": [], "statements": [], "document_labels": {}}
        submissions.append(Submission(new_id(), head.id, 2, 2, at, later))
    with store.write(made.world.operator.id) as tx:
        store.labels.restore(tx, head, submissions if coder is not None else ())
    return head


def coded(
    store_world: World, articles: int, *, all_of: int = 5, gold: int = 0, seed: int = 1,
    months: int = 1,
) -> Team:  # fmt: skip
    """A team whose articles are coded by two each, every ``all_of``-th by everybody."""
    made, chance = team(store_world, articles, seed=seed), random.Random(seed + 1)
    for n, id_ in enumerate(made.articles):
        everybody = range(len(made.coders))
        month = 1 + n * months // articles
        for coder in everybody if n % all_of == 0 else sorted(chance.sample(everybody, 2)):
            code(made, id_, coder, chance, at=f"2026-{month:02d}-02T10:00:00.000Z")
        if n < gold:
            code(made, id_, None, chance)
    return made


def head_of(store: Store, project_id: str, article_id: str, coder: Person) -> LabelSet:
    found = store.labels.head_of(project_id, article_id, coder.id)
    assert found is not None
    return found
