"""What became of a coder's own statements once gold is made, and why; nothing of colleagues'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from annotate import accounts
from annotate.model import Person
from annotate.review import state as reviewing
from annotate.review.versions import Version, differing
from annotate.store import Store


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one statement.

    ``differs`` are the parts in which gold is another, and ``now`` what it has there, evidence as
    quotes; None where the person may not see gold. ``reason`` is the adjudicator's, empty where
    none was given.
    """

    state: Literal["accepted", "amended", "rejected", "undecided"]
    reason: str = ""
    differs: tuple[str, ...] = ()
    now: Mapping[str, Any] | None = None


def outcomes(
    store: Store, person: Person, project_id: str, article_id: str
) -> Mapping[str, Outcome]:
    """What became of each statement that somebody submitted on an article, by its id.

    Args:
        store: The store.
        person: Whose statements; nobody asks for another's.
        project_id: The project.
        article_id: The article.

    Returns:
        Nothing while gold is not made, or while their own labels are not submitted.

    Raises:
        Forbidden, NotFound: if the person may not read the article.
    """
    accounts.require(store, person, "article.read", project_id)
    heads = store.labels.heads_on([article_id], project_id)
    mine = next((head for head in heads if head.coder_id == person.id), None)
    made = any(head.kind == "gold" and head.status == "accepted" for head in heads)
    if mine is None or not made:
        return {}
    project = store.projects.get(project_id)
    state = reviewing.read(store, project, article_id, heads)
    seen = any(head.kind == "gold" for head in accounts.visible(store, person, project, heads))
    found: dict[str, Outcome] = {}
    for row in state.rows:
        for version in row.versions:
            if row.kind != "statement" or version.label_set_id != mine.id:
                continue
            decision = row.decision
            if decision is None:
                found[version.entity_id] = Outcome("undecided")
            elif decision.entity_id is None:
                found[version.entity_id] = Outcome("rejected", decision.reason)
            else:
                standing = state.in_gold.get((row.kind, decision.entity_id))
                differs = () if standing is None else differing([version, standing])
                verdict: Literal["accepted", "amended"] = "amended" if differs else "accepted"
                now = _now(standing, differs) if seen and standing and differs else None
                found[version.entity_id] = Outcome(verdict, decision.reason, differs, now)
    return found


def _now(standing: Version, parts: Sequence[str]) -> dict[str, Any]:
    """What gold has in some parts of a statement."""
    quotes = [span["quote"] for span in sorted(standing.spans, key=lambda one: one["start"])]
    return {part: quotes if part == "evidence" else standing.values[part] for part in parts}
