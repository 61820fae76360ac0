"""For each action of the permission table, deeds that it takes: by call, command and request."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from annotate import (
    accounts,
    imports,
    projects,
    reading,
    registries,
    releases,
    review,
    tagging,
    versions,
)
from annotate.accounts import Action
from annotate.codebook import yaml
from annotate.errors import Forbidden
from annotate.history.timeline import timeline
from annotate.ingest import desk as ingests
from annotate.ingest.run import ingest
from annotate.labelstudio import viewing
from annotate.model import Person, new_id
from annotate.reading import ListRequest
from annotate.registries import Draft, EntryRequest
from annotate.releases import Choice
from annotate.review import Wish, adjudicating, comments, figures
from annotate.store import Store
from tests.review.coding import FIRST, Coding, coding
from tests.world import op

ITEM = """---
title: "Harbour talks go on"
url: https://deeds.example/{n}
source: Harbour Wire
published: 2026-02-14
---

The talks in the harbour went on for another day, and nobody left early.
"""


@dataclass
class Office:
    """A project with work of every kind waiting in it, and files to bring along."""

    desk: Coding
    round_id: str
    folder: Path
    number: int = 0

    @property
    def store(self) -> Store:
        return self.desk.store

    @property
    def project(self) -> str:
        return self.desk.world.project.id

    @property
    def articles(self) -> list[str]:
        return self.desk.world.articles

    def fresh(self) -> str:
        """A word that was not used before."""
        self.number += 1
        return f"fresh{self.number}"

    def file(self, suffix: str, content: str) -> Path:
        path = self.folder / f"{self.fresh()}{suffix}"
        path.write_text(content, "utf-8")
        return path

    def submitted(self) -> str:
        """A label set that is submitted and no gold, whatever has happened to it before."""
        gold = self.desk.gold()
        if gold is not None and gold.status == "accepted":
            self.desk.done(op("reopen_gold"), person=self.desk.world.operator)
        if self.desk.status(1) != "submitted":
            self.desk.submit(1)
        return self.desk.head(1)


def office(store: Store, folder: Path) -> Office:
    """On the first article a submission, on the second a draft, on the third nothing."""
    desk = coding(store)
    desk.world.people["analyst"] = accounts.add_person(
        store, desk.world.operator, "bystander", project_id=desk.world.project.id
    )
    desk.record(1, FIRST)
    desk.submit(1)
    tagging.apply(
        store, desk.coders[2], desk.world.project.id, desk.world.articles[1], client="x",
        base_revision=0, operations=[_label()],
    )  # fmt: skip
    made, _ = review.create(
        store, desk.world.operator, desk.world.project.id,
        Wish("Round", (desk.coders[2].id,), "list"), desk.world.articles[2:],
    )  # fmt: skip
    return Office(desk, made.id, folder)


# -- direct calls -------------------------------------------------------------------------------

Call = Callable[[Office, Person], object]


def _drafts(here: Office, who: Person) -> None:
    opened = reading.open_article(here.store, who, here.project, here.articles[1])
    if not opened.others:
        raise Forbidden("No draft is shown")


def _judged(here: Office, who: Person, *operations: dict[str, Any]) -> None:
    heads = here.store.labels.heads_on([here.articles[0]], here.project)
    gold = next((one.revision for one in heads if one.kind == "gold"), 0)
    outcomes, _ = adjudicating.apply(
        here.store, who, here.project, here.articles[0], client="x", base_revision=gold,
        operations=operations,
    )  # fmt: skip
    for one in outcomes:
        if one.problem:
            raise one.problem


def _tagged(here: Office, who: Person) -> None:
    head = here.store.labels.head_of(here.project, here.articles[2], who.id)
    done = tagging.apply(
        here.store, who, here.project, here.articles[2], client="x",
        base_revision=head.revision if head else 0, operations=[_label()],
    )  # fmt: skip
    assert done.outcomes[0].state == "applied"


def _label() -> dict[str, Any]:
    return op("set_document_label", name="relevance", values=["relevant"])


def _written(here: Office) -> dict[str, Any]:
    statement = {"claim_id": here.desk.claims[0], "stance": "support",
                 "speaker_id": here.desk.actors[0], "certainty": "stated"}  # fmt: skip
    return op("write", statement=statement, reason="seen by nobody")


def _returned(here: Office) -> dict[str, Any]:
    return op("return", label_set_id=here.submitted(), text="Look again")


def _opened(here: Office) -> dict[str, Any]:
    return {"id": new_id(), "kind": "open", "thread_id": new_id(), "comment_id": new_id(),
            "article_id": here.articles[0], "thread_kind": "article", "text": "x"}  # fmt: skip


def _saved(here: Office, who: Person) -> None:
    book = here.store.projects.codebook(here.project)
    base = here.store.projects.get(here.project).codebook_version
    book = replace(book, guidelines=here.fresh())
    versions.save(here.store, who, here.project, book, "again", base=base)


def _archived(here: Office, who: Person) -> None:
    projects.archive(here.store, who, here.project)
    projects.unarchive(here.store, who, here.project)


def _ingested(here: Office, who: Person) -> None:
    path = here.file(".md", ITEM.format(n=here.fresh()))
    ingest(here.store, who, [path], project_id=here.project, processes=1)


def _native(here: Office) -> Path:
    """An export that can be read back."""
    path = here.folder / f"{here.fresh()}.jsonl"
    releases.export(here.store, here.desk.world.operator, Choice(here.project), "jsonl", path)
    return path


CALLS: dict[Action, Call] = {
    "article.read": lambda h, who: reading.open_article(h.store, who, h.project, h.articles[0]),
    "article.ingest": _ingested,
    "label_set.tag": _tagged,
    "label_set.read_submitted": lambda h, who: adjudicating.open_review(
        h.store, who, h.project, h.articles[0]
    ),
    "label_set.read_drafts": _drafts,
    "label_set.write_gold": lambda h, who: _judged(h, who, _written(h)),
    "label_set.return": lambda h, who: _judged(h, who, _returned(h)),
    "assignment.read": lambda h, who: review.board(h.store, who, h.project),
    "assignment.change": lambda h, who: review.set_wanted(
        h.store, who, h.round_id, h.articles[2:], 1
    ),
    "agreement.read": lambda h, who: figures.report(h.store, who, h.project),
    "comment.write": lambda h, who: comments.apply(h.store, who, h.project, _opened(h)),
    "registry.read": lambda h, who: registries.search(
        h.store, who, h.project, "actor", EntryRequest()
    ),
    "registry.add": lambda h, who: registries.add(
        h.store, who, h.project, "actor", Draft(h.fresh(), "person")
    ),
    "registry.change": lambda h, who: registries.read_csv(
        h.store, who, h.project, "actor", f"name\n{h.fresh()}\n".encode()
    ),
    "codebook.change": _saved,
    "history.read": lambda h, who: timeline(h.store, who, h.project, "project", h.project),
    "ingest.read": lambda h, who: ingests.runs(h.store, who, h.project),
    "export.read": lambda h, who: releases.preview(h.store, who, Choice(h.project), "csv"),
    "data.import": lambda h, who: imports.import_file(h.store, who, "jsonl", _native(h)),
    "project.create": lambda h, who: projects.create(h.store, who, h.fresh()),
    "project.read_settings": lambda h, who: projects.members(h.store, who, h.project),
    "project.change": lambda h, who: projects.describe(
        h.store, who, h.project, description=h.fresh()
    ),
    "project.archive": _archived,
    "person.manage": lambda h, who: accounts.add_person(h.store, who, h.fresh()),
    "labelstudio.sync": lambda h, who: viewing.problems(h.store, who, h.project),
    "database.maintain": lambda h, who: reading.list_articles(h.store, who, None, ListRequest()),
}

# -- commands -----------------------------------------------------------------------------------

Words = Callable[[Office], Sequence[str]]


def _book(here: Office) -> str:
    book = here.store.projects.codebook(here.project)
    return str(here.file(".yaml", yaml.dump(replace(book, guidelines=here.fresh()))))


def _out(here: Office, suffix: str) -> str:
    return str(here.folder / f"{here.fresh()}{suffix}")


# Nothing but the pages and their requests does these.
WITHOUT_COMMAND: set[Action] = {"label_set.tag", "comment.write", "registry.add", "history.read"}
_TALKS = ("--project", "Talks")
COMMANDS: dict[Action, Words] = {
    "article.read": lambda h: ["articles", "--json", *_TALKS],
    "article.ingest": lambda h: ["ingest", str(h.file(".md", ITEM.format(n=h.fresh()))), *_TALKS,
                                 "--processes", "1"],
    "label_set.read_submitted": lambda h: ["review", "list", *_TALKS],
    "label_set.read_drafts": lambda h: ["show", h.articles[1], "--json", *_TALKS],
    "label_set.write_gold": lambda h: ["review", "accept", h.articles[0], *_TALKS],
    "label_set.return": lambda h: ["review", "return", h.articles[0], "--coder", "A",
                                   "--comment", "x", *_TALKS],
    "assignment.read": lambda h: ["rounds", "board", *_TALKS],
    "assignment.change": lambda h: ["rounds", "recount", *_TALKS],
    "agreement.read": lambda h: ["agreement", "--samples", "0", *_TALKS],
    "registry.read": lambda h: ["registry", "export", "actors", _out(h, ".csv"), *_TALKS],
    "registry.change": lambda h: ["registry", "import", "actors",
                                  str(h.file(".csv", f"name\n{h.fresh()}\n")), *_TALKS],
    "codebook.change": lambda h: ["codebook", "import", _book(h), "--note", "again", *_TALKS],
    "ingest.read": lambda h: ["runs", "list", *_TALKS],
    "export.read": lambda h: ["export", "csv", "--out", _out(h, ".zip"), *_TALKS],
    "data.import": lambda h: ["import", "jsonl", str(_native(h))],
    "project.create": lambda h: ["project", "create", h.fresh()],
    "project.read_settings": lambda h: ["project", "members", "Talks"],
    "project.change": lambda h: ["project", "describe", "Talks", "--description", h.fresh()],
    "project.archive": lambda h: ["project", "unarchive", "Talks"],
    "person.manage": lambda h: ["user", "add", h.fresh(), "--generate"],
    "labelstudio.sync": lambda h: ["sync", "list"],
    "database.maintain": lambda h: ["doctor"],
}  # fmt: skip

# -- requests -----------------------------------------------------------------------------------

Request = Callable[[Office, TestClient], Any]
# Streamlit's own pages do these, or the command line alone.
WITHOUT_REQUEST: set[Action] = {
    "assignment.read", "assignment.change", "agreement.read", "codebook.change", "history.read",
    "ingest.read", "export.read", "data.import", "project.create", "project.read_settings",
    "project.change", "project.archive", "person.manage", "labelstudio.sync",
    "database.maintain",
}  # fmt: skip


def _get(path: str, article: int = 0) -> Request:
    return lambda h, client: client.get(
        path.format(h.articles[article]), params={"project": h.project}
    )


def _post(h: Office, client: TestClient, path: str, body: Any) -> Any:
    return client.post(path, params={"project": h.project}, json=body)


def _ops(h: Office, client: TestClient, path: str, base: int, *operations: Any) -> Any:
    answer = _post(h, client, path, {"client": "x", "base_revision": base, "ops": list(operations)})
    if answer.status_code == 200:
        problems = [one for one in answer.json()["outcomes"] if one["state"] != "applied"]
        assert problems == []
    return answer


def _tag(h: Office, client: TestClient, operation: dict[str, Any]) -> Any:
    return _ops(h, client, f"/api/tag/{h.articles[2]}/ops", 0, operation)


def _judge(h: Office, client: TestClient, operation: dict[str, Any]) -> Any:
    heads = h.store.labels.heads_on([h.articles[0]], h.project)
    gold = next((one.revision for one in heads if one.kind == "gold"), 0)
    return _ops(h, client, f"/api/review/{h.articles[0]}/ops", gold, operation)


REQUESTS: dict[Action, Request] = {
    "article.read": _get("/api/articles"),
    "article.ingest": lambda h, client: _post(h, client, "/ingest/uploads", {}),
    "label_set.tag": lambda h, client: _tag(h, client, _label()),
    "label_set.read_submitted": _get("/api/review/{}"),
    "label_set.read_drafts": _get("/api/tag/{}", 1),
    "label_set.write_gold": lambda h, client: _judge(h, client, _written(h)),
    "label_set.return": lambda h, client: _judge(h, client, _returned(h)),
    "comment.write": lambda h, client: _post(h, client, "/api/threads", _opened(h)),
    "registry.read": _get("/api/registry/actors"),
    "registry.add": lambda h, client: _tag(
        h, client, op("create_actor", actor={"id": new_id(), "name": h.fresh(), "kind": "person"})
    ),
    "registry.change": lambda h, client: client.post(
        "/registry/tables", params={"project": h.project}, content=b"name\nx\n"
    ),
}


def shown_drafts(told: str) -> bool:
    """Whether an answer about the second article holds the draft on it."""
    found = json.loads(told)
    return bool(found.get("label_sets") or found.get("others"))


__all__ = ["CALLS", "COMMANDS", "REQUESTS", "Office", "office", "shown_drafts"]
