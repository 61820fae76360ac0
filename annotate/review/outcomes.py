"""What became of a coder's own statements once gold is made, and why; nothing of colleagues'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from annotate import accounts
from annotate.model import Person
from annotate.review import state as reviewing
from annotate.review.versions import differing
from annotate.store import Store


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one statement.

    ``differs`` are the parts in which gold is another; ``reason`` is the adjudicator's, empty
    where none was given.
    """

    state: Literal["accepted", "amended", "rejected", "undecided"]
    reason: str = ""
    differs: tuple[str, ...] = ()


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
    state = reviewing.read(store, store.projects.get(project_id), article_id, heads)
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
                found[version.entity_id] = Outcome(verdict, decision.reason, differs)
    return found
