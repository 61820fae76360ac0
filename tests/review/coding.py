"""A small world whose coders have recorded something, and ways to review it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from annotate import accounts
from annotate.model import Person, Submission, new_id
from annotate.review import adjudicating
from annotate.review.adjudicating import Review
from annotate.review.rows import Row
from annotate.store import Store
from annotate.tagging import OperationOutcome
from tests.world import World, build, op, send, span

FIRST, SECOND, THIRD = "持开放态度", "这取决于南屿", "The talks remain bilateral"


@dataclass
class Coding:
    """A world with three coders, registry entries, and a reviewer."""

    world: World
    coders: list[Person]
    actors: list[str]
    claims: list[str]
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        return self.world.store

    @property
    def reviewer(self) -> Person:
        return self.world.people["reviewer"]

    @property
    def article(self) -> str:
        return self.world.articles[0]

    def head(self, coder: int) -> str:
        """The id of a coder's label set."""
        found = self.store.labels.head_of(
            self.world.project.id, self.article, self.coders[coder].id
        )
        assert found is not None
        return found.id

    def record(self, coder: int, quote: str, **fields: Any) -> str:
        """A statement of one coder's on a quote; gives its id."""
        evidence = span(quote)
        made = {
            "id": new_id(), "claim_id": self.claims[0], "stance": "support",
            "speaker_id": self.actors[0], "certainty": "stated", "evidence": [evidence["id"]],
        } | fields  # fmt: skip
        self.tag(coder, op("add_statement", statement=made, spans=[evidence]))
        return str(made["id"])

    def tag(self, coder: int, *operations: dict[str, Any]) -> None:
        """Operations of a coder's, all of which must be taken."""
        result = send(self.world, *operations, person=self.coders[coder])
        assert all(one.state == "applied" for one in result.outcomes), result.outcomes

    def submit(self, *coders: int) -> None:
        for coder in coders:
            self.tag(coder, op("submit"))

    def again(self, coder: int, *operations: dict[str, Any]) -> None:
        """Take back, change and submit once more."""
        self.tag(coder, op("take_back"), *operations, op("submit"))

    def review(self, person: Person | None = None) -> Review:
        return adjudicating.open_review(
            self.store, person or self.reviewer, self.world.project.id, self.article
        ).review

    def rows(self, kind: str = "statement") -> list[Row]:
        return [row for row in self.review().state.rows if row.kind == kind]

    def do(
        self,
        *operations: dict[str, Any],
        person: Person | None = None,
        client: str = "review-1",
        base: int | None = None,
    ) -> tuple[OperationOutcome, ...]:
        """Review operations; gives what became of them."""
        gold = self.gold()
        outcomes, _ = adjudicating.apply(
            self.store, person or self.reviewer, self.world.project.id, self.article,
            client=client, base_revision=(gold.revision if gold else 0) if base is None else base,
            operations=operations,
        )  # fmt: skip
        return outcomes

    def done(self, *operations: dict[str, Any], **how: Any) -> None:
        """Review operations, all of which must be taken."""
        outcomes = self.do(*operations, **how)
        assert all(one.state == "applied" for one in outcomes), [str(o.problem) for o in outcomes]

    def refused(self, operation: dict[str, Any], **how: Any) -> str:
        """Why a review operation is refused."""
        (outcome,) = self.do(operation, **how)
        assert outcome.state == "refused"
        return str(outcome.problem)

    def gold(self) -> Any:
        """Gold with its content, None if there is none."""
        heads = self.store.labels.heads_on([self.article], self.world.project.id)
        golds = self.store.labels.with_content([one for one in heads if one.kind == "gold"])
        return golds[0] if golds else None

    def status(self, coder: int) -> str:
        found = self.store.labels.head(self.head(coder))
        assert found is not None
        return found.status

    def notices(self, person: Person) -> list[str]:
        found = self.store.threads.notices(person.id, self.world.project.id, limit=50)
        return [one.kind for one in found]

    def submissions_of(self, label_set_id: str) -> tuple[Submission, ...]:
        return self.store.labels.submissions([label_set_id]).get(label_set_id, ())


def sources(row: Row, *only: str) -> list[dict[str, str]]:
    """A row's versions as an operation names them."""
    return [
        {"label_set_id": v.label_set_id, "entity_id": v.entity_id, "digest": v.digest}
        for v in row.versions
        if not only or v.label_set_id in only
    ]


def decide(row: Row, **payload: Any) -> dict[str, Any]:
    """A decision on a row."""
    return op("decide", **{"row_kind": row.kind, "sources": sources(row), **payload})


def reject(row: Row, reason: str = "not said") -> dict[str, Any]:
    return op("reject", row_kind=row.kind, sources=sources(row), reason=reason)


def coding(store: Store) -> Coding:
    """A world in which nobody has recorded anything yet."""
    world = build(store)
    coders = [world.analyst]
    for name in ("analyst-2", "analyst-3"):
        coders.append(
            accounts.add_person(
                store, world.operator, name, role="analyst", project_id=world.project.id
            )
        )
    made = Coding(world, coders, [new_id(), new_id()], [new_id(), new_id()])
    made.tag(
        0,
        *(op("create_actor", actor={"id": id_, "name": f"Actor {n}", "kind": "person"})
          for n, id_ in enumerate(made.actors)),
        *(op("create_claim", claim={"id": id_, "text": f"Claim {n}"})
          for n, id_ in enumerate(made.claims)),
    )  # fmt: skip
    return made
