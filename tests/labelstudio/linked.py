"""A small world that is linked with a project of a real Label Studio."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from annotate import accounts
from annotate.labelstudio import linking
from annotate.labelstudio.client import Server, connect
from annotate.labelstudio.conflicts import conflicts, look, resolve, resolve_all
from annotate.labelstudio.run import sync
from annotate.links import Choice, Outcome, SyncConflict, SyncProblem
from annotate.model import LabelSet, LabelSetKind, Person, Status, new_id
from tests.labelstudio.server import LabelStudio, Member
from tests.world import TEXT, World, item, op, send, statement

OPEN = frozenset(("conflicts", "problems", "gone", "people", "configuration"))
Edit = Callable[[list[Any]], object]


@dataclass
class Linked:
    """The two sides."""

    world: World
    there: LabelStudio

    @property
    def remote_id(self) -> int:
        """The project's number there."""
        return linking.link_of(self.world.store, self.world.project.id).remote_id

    def sync(self, **options: Any) -> dict[str, int]:
        """Synchronise; the steps taken, without what is open."""
        return steps(self.outcome(**options))

    def outcome(self, **options: Any) -> Outcome:
        """Synchronise, over a connection that is kept unless the link leads through a proxy."""
        store, project_id = self.world.store, self.world.project.id
        if not isinstance(self.there, LabelStudio):
            options.setdefault("server", self.there.server())
        elif linking.link_of(store, project_id).url == self.there.url:
            options.setdefault("server", _connected(self.there.url, self.there.token))
        return sync(store, self.world.people["editor"], project_id, **options)

    def settled(self) -> None:
        """See that there is nothing left to be done on either side."""
        assert self.sync() == {}

    # Here

    def label_sets(self, article: int = 0) -> list[LabelSet]:
        """The label sets on an article, oldest first."""
        store, world = self.world.store, self.world
        return store.labels.with_content(
            store.labels.heads_on([world.articles[article]], world.project.id)
        )

    def labels(self, article: int = 0) -> LabelSet:
        """The only label set on an article."""
        (found,) = self.label_sets(article)
        return found

    def problems(self) -> list[SyncProblem]:
        """What could not be taken."""
        return self.world.store.links.problems(self.world.project.id)

    def reasons(self) -> list[str]:
        """Why."""
        return sorted(one.reason for one in self.problems())

    def conflicts(self) -> list[SyncConflict]:
        """The open conflicts."""
        return self.world.store.links.conflicts(self.world.project.id)

    def change_here(self, article: int = 0, **fields: Any) -> None:
        """Change the statement of the analyst's label set."""
        made = next(s for s in self.label_sets(article) if s.coder_id == self.world.analyst.id)
        change = op("change_statement", statement_id=made.statements[0].id, set=fields)
        result = send(self.world, change, article=article)
        assert result.outcomes[0].state == "applied", result.outcomes[0].problem

    def copied(self, kind: LabelSetKind, coder_id: str | None, status: Status) -> LabelSet:
        """The first label set on the first article once more, as somebody else's."""
        mine = self.label_sets()[0]
        ids = {one.id: new_id() for one in mine.spans}
        made = replace(
            mine,
            id=new_id(),
            kind=kind,
            coder_id=coder_id,
            status=status,
            spans=tuple(replace(one, id=ids[one.id]) for one in mine.spans),
            statements=tuple(
                replace(one, id=new_id(), evidence=tuple(ids[id_] for id_ in one.evidence))
                for one in mine.statements
            ),
        )
        with self.world.store.write(self.world.operator.id) as tx:
            self.world.store.labels.restore(tx, made, [])
        return made

    def through(self, url: str) -> None:
        """Let the syncs take another way to the server."""
        store, project_id = self.world.store, self.world.project.id
        with store.write(self.world.operator.id) as tx:
            store.links.put(tx, replace(linking.link_of(store, project_id), url=url))

    # There

    def tasks(self) -> list[Any]:
        """All tasks, whole, those of the first articles first."""
        order = {id_: n for n, id_ in enumerate(self.world.articles)}
        found = self.there.tasks(self.remote_id)
        return sorted(found, key=lambda one: (order.get(one["data"].get("article_id"), 99),
                                              one["id"]))  # fmt: skip

    def task(self, article: int = 0) -> Any:
        """The only task of an article."""
        (found,) = [one for one in self.tasks()
                    if one["data"].get("article_id") == self.world.articles[article]]  # fmt: skip
        return found

    def annotation(self, article: int = 0) -> Any:
        """The only annotation on an article."""
        (found,) = self.task(article)["annotations"]
        return found

    def edit(
        self, change: Edit, article: int = 0, member: Member | None = None, before: Any = None
    ) -> None:
        """Change the result of the only annotation on an article, as it is or as it was before."""
        annotation = before or self.annotation(article)
        result = copy.deepcopy(annotation["result"])
        changed = change(result)
        self.there.change(
            annotation["id"], member, result=changed if isinstance(changed, list) else result
        )

    def edit_many(self, changes: Mapping[int, Edit]) -> None:
        """Change the results of the only annotations on some articles."""
        there = {task["data"]["article_id"]: task["annotations"] for task in self.tasks()}
        for article, change in changes.items():
            (annotation,) = there[self.world.articles[article]]
            self.edit(change, article, before=annotation)

    def stance_there(self, article: int = 0) -> str:
        """The stance of the only statement of an article's only annotation."""
        return chosen(self.annotation(article)["result"], "stance")


def chosen(result: list[Any], control: str) -> str:
    """What is chosen of the only choices of a control in a result."""
    (value,) = _choices(result, control)["choices"]
    return str(value)


@cache
def _connected(url: str, token: str) -> Server:
    """One connection for all tests of a run: to connect takes as long as a sync."""
    return connect(url, token)


def _choices(result: list[Any], control: str) -> Any:
    (found,) = [one for one in result if one.get("from_name") == control]
    return found["value"]


def stance(value: str) -> Edit:
    """An edit there that chooses a stance."""

    def change(result: list[Any]) -> None:
        _choices(result, "stance")["choices"] = [value]

    return change


def note(text: str) -> Edit:
    """An edit there that writes a note on the only statement."""

    def change(result: list[Any]) -> None:
        region = next(one for one in result if one.get("value", {}).get("labels") == ["STATEMENT"])
        place = {name: region["value"][name] for name in ("start", "end")}
        result.append(
            {
                "id": region["id"], "from_name": "note", "to_name": "text", "type": "textarea",
                "value": {**place, "text": [text]},
            }
        )  # fmt: skip

    return change


def region(
    quote: str, label: str, text: str = TEXT, *, id_: str = "r1", start: int | None = None
) -> dict[str, Any]:
    """A region as somebody makes it in the editor there."""
    at = text.index(quote) if start is None else start
    value = {"start": at, "end": at + len(quote), "text": quote, "labels": [label]}
    return {"id": id_, "from_name": "label", "to_name": "text", "type": "labels", "value": value}


def by_hand(claim: str, quote: str, text: str = TEXT, *, id_: str = "h1") -> list[dict[str, Any]]:
    """A statement as somebody makes it in the editor there."""
    whole = region(quote, "STATEMENT", text, id_=id_)
    place = {name: whole["value"][name] for name in ("start", "end")}
    chosen = {
        "stance": ("choices", {"choices": ["support"]}),
        "claim": ("textarea", {"text": [claim]}),
        "speaker": ("textarea", {"text": ["某发言人"]}),
    }
    return [
        whole,
        *(
            {"id": id_, "from_name": name, "to_name": "text", "type": kind,
             "value": {**place, **value}}
            for name, (kind, value) in chosen.items()
        ),
    ]  # fmt: skip


def steps(outcome: Outcome) -> dict[str, int]:
    """The steps that a sync took."""
    return {name: n for name, n in outcome.counts.items() if name not in OPEN}


def linked(world: World, there: LabelStudio, *, labelled: int = 1, reveals: bool = True) -> Linked:
    """Link the world with a new project; on the first articles are submitted labels.

    Whoever has an account there, from whatever test, reads all: so everything is revealed.
    """
    addressed(world, world.analyst, "analyst@example.com")
    for n in range(labelled):
        statement(world, article=n)
        submitted = send(world, op("submit"), article=n)
        assert submitted.outcomes[0].state == "applied", submitted.outcomes[0].problem
    made = Linked(world, there)
    link(made, reveals=reveals)
    return made


def link(one: Linked, remote_id: int | None = None, *, reveals: bool = True) -> None:
    """Link it, with a new project there or one that is there."""
    world = one.world
    linking.link(
        world.store, world.people["editor"], world.project.id, one.there.url, one.there.token,
        remote_id, "A test's",
    )  # fmt: skip
    linking.change(
        world.store, world.people["editor"], world.project.id, reveals=reveals, every_minutes=None
    )


def decide(
    world: World, who: Person, conflict_id: str, choice: Choice, chosen: object = None
) -> None:
    """Decide a conflict as it is now."""
    seen = look(world.store, world.operator, world.project.id, conflict_id).seen
    resolve(world.store, who, conflict_id, choice, chosen, seen=seen)


def decide_all(world: World, who: Person, choice: Choice) -> int:
    """Decide all conflicts as they are now; gives how many."""
    seen = conflicts(world.store, world.operator, world.project.id).seen
    return resolve_all(world.store, who, world.project.id, choice, seen=seen)


def addressed(world: World, person: Person, email: str) -> None:
    """Give somebody here an e-mail address."""
    accounts.change_person(world.store, world.operator, person, email=email)


def more_articles(world: World, count: int) -> None:
    """Put more articles into the world, each with a text of its own."""
    with world.store.write(world.operator.id) as tx:
        items = [
            item(f"https://m.example/{n}", f"第{n}条。{TEXT}", f"第{n}条") for n in range(count)
        ]
        added = world.store.articles.add(tx, items, world.project.id)
    world.articles += [one.article_id for one in added]


def once(one: Linked) -> None:
    """See that every article has one task there, and every label set one annotation."""
    tasks = one.tasks()
    articles = Counter(task["data"]["article_id"] for task in tasks)
    assert articles == Counter(one.world.articles)
    for task in tasks:
        here = one.label_sets(one.world.articles.index(task["data"]["article_id"]))
        models = [label_set for label_set in here if label_set.kind == "model"]
        _once(task["id"], task["predictions"], models)
        _once(task["id"], task["annotations"], [one for one in here if one not in models])


def _once(task: int, raws: list[Any], here: list[LabelSet]) -> None:
    said = [id_ for raw in raws for id_ in _owners(raw["result"])]
    assert set(said) <= {label_set.id for label_set in here}, task
    assert len(said) == len(set(said)), task
    # A draft that was emptied may be there or not.
    full = [one for one in here if one.status != "draft" or one.spans or one.statements]
    assert len(full) <= len(raws) <= len(here), task


def _owners(result: list[Mapping[str, Any]]) -> set[str]:
    """The label sets of ours that an annotation says it is; none of one made by hand."""
    metas = [part.get("meta", {}).get("claimdesk", {}) for part in result]
    return {str(meta["label_set"]) for meta in metas if "label_set" in meta}
