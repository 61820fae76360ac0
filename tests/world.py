"""A small world: one project, people of each role, a few articles, ways to make operations."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from annotate import accounts, codebook, tagging
from annotate.errors import DatabaseProblem
from annotate.model import CleanedItem, Person, Project, Role, new_id
from annotate.store import Store, Transaction
from annotate.text.search import index_terms

PASSWORD = "correct horse battery"
TEXT = (
    "周一，北岸共和国前安全顾问沈若川表示，本国对南屿加入磋商机制持开放态度。\n"
    "他说：“👨‍👩‍👧 这取决于南屿。” 𠮷田先生也在场，cafe\u0301 里很安静。\n"
    "\tThe talks remain bilateral for now."
)


@dataclass
class World:
    """What `build` made."""

    store: Store
    operator: Person
    project: Project
    people: dict[Role, Person]
    articles: list[str]

    @property
    def analyst(self) -> Person:
        return self.people["analyst"]


def item(
    url: str, text: str = TEXT, title: str = "前顾问：“持开放态度”", **changes: Any
) -> CleanedItem:
    raw = f"{url} {title} {text}".encode()
    fields: dict[str, Any] = {
        "item": url.rsplit("/", 1)[-1],
        "url": url,
        "canonical_url": url,
        "source": "海岸通讯",
        "title": title,
        "text": text,
        "language": "zh-Hans",
        "published_at": "2026-02-13T10:45:02Z",
        "published_from": "epoch",
        "dateline": None,
        "captions": ("图：会场",),
        "raw": raw,
        "raw_sha256": hashlib.sha256(raw).hexdigest(),
        "cleaner_version": "1",
    } | changes
    return CleanedItem(
        **fields, title_terms=index_terms(fields["title"]), text_terms=index_terms(fields["text"])
    )


def build(store: Store) -> World:
    operator = accounts.operator(store)
    with store.write(operator.id) as tx:
        project = store.projects.create(tx, "Talks", codebook.DEFAULT)
        items = [
            item("https://a.example/1"),
            item("https://a.example/2", "议会质询：磋商机制会否触及应急预案？", "议会质询"),
            item(
                "https://b.example/3",
                "Harbour Wire reports on the consultative group.",
                "Analysts doubt early accession",
                source="Harbour Wire",
                language="en",
                published_at="2026-02-14T08:00:00Z",
            ),
        ]
        articles = [o.article_id for o in store.articles.add(tx, items, project.id)]
    people = {
        role: accounts.add_person(store, operator, f"{role}-1", role=role)
        for role in ("admin", "editor", "reviewer", "analyst", "viewer")
    }
    return World(store, operator, project, people, articles)


def op(kind: str, **payload: Any) -> dict[str, Any]:
    return {"id": new_id(), "kind": kind, **payload}


def span(quote: str, kind: str = "evidence", text: str = TEXT, **changes: Any) -> dict[str, Any]:
    start = text.index(quote)
    return {
        "id": new_id(), "kind": kind, "start": start, "end": start + len(quote), "quote": quote,
    } | changes  # fmt: skip


def send(
    world: World, *operations: dict[str, Any], person: Person | None = None, article: int = 0,
    client: str = "page-1", base: int | None = None,
) -> tagging.Result:  # fmt: skip
    person = person or world.analyst
    if base is None:
        head = world.store.labels.head_of(world.project.id, world.articles[article], person.id)
        base = head.revision if head else 0
    return tagging.apply(
        world.store, person, world.project.id, world.articles[article],
        client=client, base_revision=base, operations=operations,
    )  # fmt: skip


def statement(world: World, person: Person | None = None, article: int = 0) -> dict[str, Any]:
    """Record one whole statement, registry entries included; gives its fields."""
    text = world.store.articles.get(world.articles[article]).text
    speaker, claim = new_id(), new_id()
    evidence = span(text[-12:-2], text=text)
    fields = {
        "id": new_id(), "claim_id": claim, "stance": "support", "speaker_id": speaker,
        "certainty": "conditional", "evidence": [evidence["id"]], "reported_by": [speaker],
        "venue": "研讨会", "statement_date": "2026-02", "note": "",
    }  # fmt: skip
    result = send(
        world,
        op("create_actor", actor={"id": speaker, "name": "沈若川", "kind": "person"}, twice=True),
        op("create_claim", claim={"id": claim, "text": "Beian open to Nanyu joining"}, twice=True),
        op("add_statement", statement=fields, spans=[evidence]),
        person=person,
        article=article,
    )
    assert [o.state for o in result.outcomes] == ["applied"] * 3, result.outcomes
    return fields


def articles_in(database: Path) -> int:
    """How many articles a database holds by now; none before it is made."""
    try:
        store = Store(database, create=False)
    except DatabaseProblem:
        return 0
    count = store.listing.facets(None).total
    store.close()
    return count


def before_writing(
    monkeypatch: pytest.MonkeyPatch, store: Store, deed: Callable[[Transaction], object]
) -> None:
    """Let another do something just before the next write, which waits for it."""
    write = store.write

    def write_after_another(by: str) -> AbstractContextManager[Transaction]:
        monkeypatch.setattr(store, "write", write)
        with write(accounts.operator(store).id) as tx:
            deed(tx)
        return write(by)

    monkeypatch.setattr(store, "write", write_after_another)
