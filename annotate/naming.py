"""Articles that somebody names one by one: by id, by address, by a link into this workbench."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from annotate import accounts
from annotate.errors import Invalid, Rejected
from annotate.ingest.urls import canonical, checked
from annotate.model import Person
from annotate.store import Store

MOST_NAMED = 10_000
_BATCH = 200
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


def named(store: Store, by: Person, names: Iterable[str]) -> tuple[list[str], tuple[str, ...]]:
    """The articles of a person's that names stand for, and the names that none goes by.

    Args:
        store: The store.
        by: Whose articles count.
        names: Ids, addresses of the articles, or links to them in this workbench; empty ones
            do not count.

    Raises:
        Invalid: if there are too many at once.
    """
    given = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    if len(given) > MOST_NAMED:
        raise Invalid("At most {most} articles can be named at once", most=MOST_NAMED)
    keys = {name: _key(name) for name in given}
    known: dict[str, str] = {}
    for some in _batches(given):
        ids = [key for kind, key in (keys[name] for name in some) if kind == "id"]
        urls = [key for kind, key in (keys[name] for name in some) if kind == "url"]
        known |= store.articles.named(ids, urls)
    mine = _mine(store, by, list(known.values()))
    found = {name: known.get(key) for name, (_, key) in keys.items()}
    missing = tuple(name for name, id_ in found.items() if id_ not in mine)
    return list(dict.fromkeys(id_ for id_ in found.values() if id_ in mine)), missing


def _key(name: str) -> tuple[Literal["id", "url"], str]:
    """What to look for: an id, also that in a link of this workbench, or a canonical URL."""
    if _ID.match(name.lower()):
        return "id", name.lower()
    try:
        inner = parse_qs(urlsplit(name).query).get("article", [""])[-1].lower()
        return ("id", inner) if _ID.match(inner) else ("url", canonical(checked(name)))
    except (Rejected, ValueError):
        return "url", name


def _mine(store: Store, by: Person, article_ids: Sequence[str]) -> set[str]:
    """Of some articles, those that a person may read."""
    if accounts.may(store, by, "database.maintain"):
        return set(article_ids)
    projects = {project.id for project in accounts.projects_of(store, by, archived=True)}
    found: set[str] = set()
    for ids in _batches(article_ids):
        inside = store.articles.projects_of(ids)
        found |= {id_ for id_ in ids if projects & set(inside[id_])}
    return found


def _batches(values: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(values)
    while batch := list(islice(rest, _BATCH)):
        yield batch
