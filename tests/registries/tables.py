"""What the database holds, apart from what is meant to grow: events, revisions, times."""

from __future__ import annotations

import random
import sqlite3
from typing import Any

from annotate.model import Actor, Alias, Claim, LabelSet, Span, Statement, new_id
from annotate.store import Store
from tests.world import World

_QUERIES = (
    "SELECT id, name, kind, external_ids, note, search_key, merged_into FROM actor"
    " WHERE deleted_at IS NULL ORDER BY id",
    "SELECT * FROM actor_alias JOIN actor ON id = actor_id WHERE deleted_at IS NULL"
    " ORDER BY actor_id, position",
    "SELECT id, project_id, text, language, topic, note, search_key, merged_into FROM claim"
    " WHERE deleted_at IS NULL ORDER BY id",
    "SELECT * FROM claim_alias JOIN claim ON id = claim_id WHERE deleted_at IS NULL"
    " ORDER BY claim_id, position",
    "SELECT * FROM span ORDER BY id",
    "SELECT * FROM statement ORDER BY id",
    "SELECT * FROM statement_evidence ORDER BY 1, 2",
    "SELECT * FROM statement_reporter ORDER BY 1, 2",
    "SELECT * FROM document_label ORDER BY 1, 2, 3",
    "SELECT * FROM submission ORDER BY id",
    "SELECT id, project_id, article_id, coder_id, kind, status FROM label_set ORDER BY id",
)


def dump(store: Store) -> list[list[Any]]:
    """Every row that a change and its undoing must leave as it was."""
    with sqlite3.connect(store.path) as db:
        found = [db.execute(query).fetchall() for query in _QUERIES]
    db.close()
    return found


def people_registry(world: World, actors: int, claims: int) -> tuple[list[str], list[str]]:
    """Add actors and claims with aliases; gives their ids."""
    made: tuple[list[str], list[str]] = ([], [])
    with world.store.write(world.operator.id) as tx:
        for n in range(actors):
            aliases = (Alias(f"Actor {n}", "en", "translation"), Alias(f"甲{n % 3}"))
            actor = Actor(new_id(), f"行动者{n}", "person", aliases, {"viaf": f"{n}"}, f"注{n}")
            world.store.registry.add_actor(tx, actor)
            made[0].append(actor.id)
        for n in range(claims):
            claim = Claim(new_id(), world.project.id, f"Claim {n}", aliases=(Alias(f"主张{n}"),))
            world.store.registry.add_claim(tx, claim)
            made[1].append(claim.id)
    return made


def label(
    world: World, actors: list[str], claims: list[str], statements: int, seed: int = 1
) -> None:
    """Statements and mentions of every role by all coders, gold among them, in every article."""
    chance = random.Random(seed)
    coders = [world.people[role].id for role in ("analyst", "reviewer", "editor")]

    def anyone() -> str | None:
        return chance.choice([*actors, None])

    with world.store.write(world.operator.id) as tx:
        for article_id in world.articles:
            text = world.store.articles.get(article_id).text
            for coder in (*coders, None):
                spans = tuple(
                    Span(new_id(), "actor", n, n + 2, text[n : n + 2], 1, anyone())
                    for n in range(3)
                )
                mine = tuple(
                    Statement(
                        new_id(), chance.choice(claims), "support", 1, anyone(), anyone(),
                        evidence=(spans[n % 3].id,), addressee_id=anyone(),
                        reported_by=tuple(dict.fromkeys(chance.choices(actors, k=n % 3))),
                    )
                    for n in range(statements)
                )  # fmt: skip
                head = LabelSet(
                    new_id(), world.project.id, article_id, coder, "analyst" if coder else "gold",
                    "draft", 3, tx.at, tx.at, spans, mine, {"relevance": ("relevant",)},
                )  # fmt: skip
                world.store.labels.restore(tx, head, ())
