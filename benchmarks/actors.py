"""Invented actors: words of the corpus as names, with further names in Latin letters."""

from __future__ import annotations

import random

from annotate.model import Actor, Alias, new_id
from benchmarks import corpus, database

_FAMILIES = ("Kim", "Lee", "Sato", "Wang")


def add(bench: database.Bench, count: int, aliases: int = 1) -> list[str]:
    """Add so many actors with so many aliases each to the registry; gives their ids."""
    chance, writer = random.Random(11), corpus.Writer(seed=11)
    text = "".join(char for char in writer.text(20_000) if char.isalpha())
    ids = [new_id() for _ in range(count)]
    with bench.store.write(bench.operator.id) as tx:
        for n, id_ in enumerate(ids):
            start = chance.randrange(len(text) - 20)
            name = text[start : start + chance.randint(2, 9)]
            others = tuple(
                Alias(f"{chance.choice(_FAMILIES)} {chance.randrange(10**6):x}", "en")
                for _ in range(aliases)
            )
            actor = Actor(id_, name, "person", others, {}, f"{n}")
            bench.store.registry.add_actor(tx, actor)
    return ids


def add_sources(bench: database.Bench) -> None:
    """Add an actor for each source of the corpus, with an alias."""
    with bench.store.write(bench.operator.id) as tx:
        for source in corpus.SOURCES:
            alias = Alias(f"{source} news agency", "en")
            bench.store.registry.add_actor(tx, Actor(new_id(), source, "organisation", (alias,)))
