"""What follows when labels are begun or submitted, by whichever way they come.

Tagging, imports and Label Studio all ask here, so that no way in passes a colleague's work over or
takes a slot that another way would refuse.
"""

from __future__ import annotations

from annotate import accounts
from annotate.model import LabelSet
from annotate.store import Store, Transaction
from annotate.store.assignments import take_slot


def begun(store: Store, tx: Transaction, head: LabelSet) -> None:
    """Whoever begins an article of an open round that they code in takes a slot they may have."""
    if head.kind != "analyst" or head.coder_id is None:
        return
    person = store.people.many([head.coder_id])[head.coder_id]
    reads = accounts.reads_colleagues(store, person, head.project_id)
    take_slot(tx, head.project_id, head.article_id, person.id, reads=reads)


def submitted(store: Store, tx: Transaction, head: LabelSet) -> None:
    """What comes after gold was made waits for review as everything else does."""
    if accounts.is_submitted(head):
        into_review(store, tx, head.project_id, head.article_id)


def into_review(store: Store, tx: Transaction, project_id: str, article_id: str) -> LabelSet | None:
    """Make a draft of an article's gold again, and submitted what it was made of.

    Returns:
        Gold as it was; None if there is none that is accepted.
    """
    heads = store.labels.heads_on([article_id], project_id)
    accepted = [head for head in heads if head.status == "accepted"]
    gold = next((head for head in accepted if head.kind == "gold"), None)
    if gold is None:
        return None
    store.labels.set_status(tx, gold, "draft", gold.revision)
    for head in accepted:
        if head.kind == "analyst":
            store.labels.set_status(tx, head, "submitted", head.revision)
    return gold
