"""Labels for the invented corpus: ten spans and five statements an article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annotate import tagging
from annotate.model import Actor, Claim, Person, new_id
from benchmarks import database

SPANS = 10
STATEMENTS = 5


@dataclass(frozen=True, slots=True)
class Entries:
    """The registry entries that the labels name, by id."""

    actor: str
    claims: tuple[str, ...]


def entries(bench: database.Bench) -> Entries:
    """Make a speaker, and a claim for each statement of an article."""
    made = Entries(new_id(), tuple(new_id() for _ in range(STATEMENTS)))
    with bench.store.write(bench.operator.id) as tx:
        bench.store.registry.add_actor(tx, Actor(made.actor, "发言人", "person"))
        for n, claim in enumerate(made.claims):
            bench.store.registry.add_claim(tx, Claim(claim, bench.project.id, f"主张{n}"))
    return made


def label(bench: database.Bench, analyst: Person, ids: Sequence[str], named: Entries) -> None:
    """Give each article its labels, as the analyst's page would have sent them.

    They stay unsubmitted: a submission would be written a second time, as what was frozen, and
    Label Studio has nothing of the kind to write.
    """
    for article in bench.store.articles.many(ids):
        spans = [database.span(article.text, n * 31, 8) for n in range(SPANS)]
        operations = [
            *({"id": new_id(), "kind": "add_span", "span": span} for span in spans),
            *(
                {"id": new_id(), "kind": "add_statement", "statement": {
                    "id": new_id(), "claim_id": named.claims[n], "stance": "support",
                    "speaker_id": named.actor, "evidence": [spans[n]["id"]]}}
                for n in range(STATEMENTS)
            ),
        ]  # fmt: skip
        result = tagging.apply(
            bench.store, analyst, bench.project.id, article.id,
            client="benchmark", base_revision=0, operations=operations,
        )  # fmt: skip
        if any(outcome.state == "refused" for outcome in result.outcomes):
            raise RuntimeError(f"not all labels were taken: {result.outcomes}")
