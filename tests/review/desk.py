"""A team and its articles, for rounds."""

from __future__ import annotations

import itertools

from annotate import accounts, tagging
from annotate.model import Person, new_id
from annotate.store import ArticleFilter
from tests.world import World, item

_numbers = itertools.count(1)


def coders(world: World, count: int) -> list[Person]:
    """New analysts of the world's project."""
    return [
        accounts.add_person(
            world.store, world.operator, f"coder-{next(_numbers)}", project_id=world.project.id
        )
        for _ in range(count)
    ]


def many_articles(world: World, count: int) -> list[str]:
    """Add articles, a minute apart; gives the ids of all there are in the project."""
    items = [
        item(f"https://many.example/{next(_numbers)}", f"第{n}篇，关于磋商机制。", f"第{n}号",
             published_at=f"2026-01-{1 + n // 1440:02}T{n // 60 % 24:02}:{n % 60:02}:00Z")
        for n in range(count)
    ]  # fmt: skip
    if items:
        with world.store.write(world.operator.id) as tx:
            world.store.articles.add(tx, items, world.project.id)
    chosen = ArticleFilter(project_id=world.project.id)
    return [id_ for ids in world.store.listing.walk(chosen) for id_ in ids]


def submit(world: World, person: Person, article_id: str) -> None:
    """Submit an article as holding no statements."""
    done = tagging.apply(
        world.store, person, world.project.id, article_id, client="team", base_revision=0,
        operations=[{"id": new_id(), "kind": "submit"}],
    )  # fmt: skip
    assert [one.state for one in done.outcomes] == ["applied"], done.outcomes
