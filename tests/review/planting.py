"""A colleague whose work is full of secrets, and somebody who must not find them.

Every world is made twice from one file: in the twin, the colleague never does anything. Whatever
the viewer asks must be answered alike in both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotate import accounts, registries, review, tagging
from annotate.model import Person, new_id
from annotate.registries import Draft
from annotate.review import Wish, adjudicating, comments
from annotate.store import Store
from tests.review.coding import decide
from tests.world import World, build, op, span

NAME = "zqcoder"
# What nobody may read who works blind. Registry names are apart: the registries are shared.
SECRETS = ("zqnote", "zqvenue", "zqcomment", "zqreason", "zqreturn", "zqgold", "2031-07")
ENTRIES = ("zqactor", "zqclaim", "zqalias")
QUOTE = "这取决于南屿"
STAGES = ("draft", "submitted", "in_review", "gold", "returned")


@dataclass
class Planted:
    """One of two worlds, seen by one person."""

    store: Store
    world: World
    viewer: Person
    colleague: Person
    actor: str
    claim: str
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def article(self) -> str:
        return self.world.articles[0]

    def twin(self, path: Path) -> Planted:
        """The same world in another file, where the colleague has done nothing so far."""
        self.store.backup(path)
        store = Store(path, create=False)
        world = World(
            store, self.world.operator, self.world.project, self.world.people, self.world.articles
        )
        return Planted(store, world, self.viewer, self.colleague, self.actor, self.claim)


def planted(store: Store, role: str, how: str) -> Planted:
    """A world before the colleague begins.

    Args:
        store: An empty store.
        role: The viewer's.
        how: What binds them to the article: ``new`` (nothing), ``begun``, ``returned``,
            ``assigned`` or ``offered`` (a round may give it to them).
    """
    world = build(store)
    viewer = world.people[role]  # type: ignore[index]
    colleague = accounts.add_person(
        store, world.operator, NAME, display_name="zqdisplay", project_id=world.project.id
    )
    made = []
    for kind, text in (("actor", "Kept Actor"), ("claim", "Kept claim")):
        done = registries.add(
            store,
            world.operator,
            world.project.id,
            kind,
            Draft(text, "person"),  # type: ignore[arg-type]
        )
        made.append(done.entry_ids[0])
    here = Planted(store, world, viewer, colleague, *made)
    if how in ("assigned", "offered"):
        people, mode = (colleague.id, viewer.id), "list" if how == "assigned" else "pull"
        review.create(
            store, world.operator, world.project.id, Wish("Round", people, mode, 2),  # type: ignore[arg-type]
            world.articles[:2],
        )  # fmt: skip
    if how in ("begun", "returned"):
        tag(here, viewer, op("add_span", span=span("沈若川", "actor")))
    if how == "returned":
        tag(here, viewer, op("submit"))
        head = store.labels.head_of(world.project.id, here.article, viewer.id)
        assert head is not None
        judge(here, op("return", label_set_id=head.id, text="Look again"))
    return here


def tag(here: Planted, person: Person, *operations: dict[str, Any]) -> None:
    head = here.store.labels.head_of(here.world.project.id, here.article, person.id)
    done = tagging.apply(
        here.store, person, here.world.project.id, here.article,
        client="planting", base_revision=head.revision if head else 0, operations=operations,
    )  # fmt: skip
    assert {one.state for one in done.outcomes} == {"applied"}, done.outcomes


def judge(here: Planted, *operations: dict[str, Any]) -> None:
    heads = here.store.labels.heads_on([here.article], here.world.project.id)
    gold = next((one.revision for one in heads if one.kind == "gold"), 0)
    outcomes, _ = adjudicating.apply(
        here.store, here.world.operator, here.world.project.id, here.article,
        client="planting", base_revision=gold, operations=operations,
    )  # fmt: skip
    assert {one.state for one in outcomes} == {"applied"}, [str(one.problem) for one in outcomes]


def say(here: Planted, person: Person, text: str, **about: Any) -> None:
    """Open a thread on the article, or on something in the colleague's labels."""
    thread_id = new_id()
    comments.apply(
        here.store, person, here.world.project.id,
        {"id": new_id(), "kind": "open", "thread_id": thread_id, "comment_id": new_id(),
         "article_id": here.article, "thread_kind": "article", "text": text, **about},
    )  # fmt: skip
    here.ids.setdefault("thread", thread_id)


def _draft(here: Planted, entries: bool) -> None:
    actor, claim = here.actor, here.claim
    if entries:
        actor, claim = new_id(), new_id()
        alias = [{"text": "zqalias", "kind": "alias"}]
        tag(
            here, here.colleague,
            op("create_actor", actor={"id": actor, "name": "zqactor", "kind": "person",
                                      "aliases": alias}),
            op("create_claim", claim={"id": claim, "text": "zqclaim"}),
        )  # fmt: skip
    evidence = span(QUOTE)
    statement = {
        "id": new_id(), "claim_id": claim, "stance": "oppose", "speaker_id": actor,
        "certainty": "hedged", "evidence": [evidence["id"]], "venue": "zqvenue",
        "note": "zqnote", "statement_date": "2031-07",
    }  # fmt: skip
    tag(
        here, here.colleague,
        op("add_statement", statement=statement, spans=[evidence]),
        op("add_span", span=span("沈若川", "actor", actor_id=actor)),
        op("set_document_label", name="relevance", values=["marginal"]),
    )  # fmt: skip
    head = here.store.labels.head_of(here.world.project.id, here.article, here.colleague.id)
    assert head is not None
    here.ids |= {
        "label_set": head.id, "statement": str(statement["id"]), "actor": actor, "claim": claim
    }  # fmt: skip
    say(here, here.colleague, "zqcomment on the article")
    say(here, here.colleague, "zqcomment on mine", label_set_id=head.id, thread_kind="statement",
        entity_id=statement["id"])  # fmt: skip


def _review(here: Planted) -> None:
    state = adjudicating.open_review(
        here.store, here.world.operator, here.world.project.id, here.article
    ).review.state
    judge(here, *(decide(row) for row in state.rows if row.kind == "statement"))
    judge(here, op("write", statement={"claim_id": here.ids["claim"], "stance": "support",
                                       "speaker_id": here.ids["actor"], "certainty": "stated",
                                       "note": "zqgold"},
                   spans=[span("持开放态度")], reason="zqreason"))  # fmt: skip
    say(here, here.world.operator, "zqcomment of the adjudicator")


STEPS: dict[str, Callable[[Planted, bool], None]] = {
    "draft": _draft,
    "submitted": lambda here, _: tag(here, here.colleague, op("submit")),
    "in_review": lambda here, _: _review(here),
    "gold": lambda here, _: judge(here, op("make_gold", early=True)),
    "returned": lambda here, _: judge(
        here, op("return", label_set_id=here.ids["label_set"], text="zqreturn")
    ),
}
__all__ = ["ENTRIES", "NAME", "QUOTE", "SECRETS", "STAGES", "STEPS", "Planted", "planted"]
