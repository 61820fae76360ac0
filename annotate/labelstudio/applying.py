"""What came from Label Studio written into label sets here, as any other window's work would be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from annotate.errors import Forbidden
from annotate.model import LabelSet, Submission, new_id
from annotate.registries.following import followed
from annotate.store import Store, Transaction
from annotate.store.history import entity_subject
from annotate.store.labels import (
    Entity,
    EntityKind,
    content_of,
    span_entity,
    statement_entity,
)
from annotate.tagging import arrivals

CLIENT = "labelstudio"
OPERATION = "sync"
Change = tuple[EntityKind, str, Entity | None, Entity | None]


def write_content(
    store: Store, tx: Transaction, before: LabelSet, after: LabelSet, *, project_id: str
) -> int:
    """Make a label set hold something else, with an event for each part that changes.

    All of it is one operation and one new revision, so that the coder's open pages learn of it,
    history shows it and undo takes it back. What was submitted is frozen anew.

    Args:
        store: The store.
        tx: The transaction, in which ``before`` was read too.
        before: The label set as it is.
        after: The same with the content that it shall have; its head is not looked at.
        project_id: Its project.

    Returns:
        How many spans, statements and document labels changed.

    Raises:
        Forbidden: if the label set is accepted.
        Invalid: if an id belongs to another label set.
    """
    after = followed(store, tx, [after])[0]
    changes = list(content_changes(before, after))
    if not changes:
        return 0
    if before.status == "accepted":
        raise Forbidden("These labels are accepted and stay as they are")
    operation_id, revision = new_id(), before.revision + 1
    tx.operation_id = operation_id
    try:
        for kind, id_, was, becomes in changes:
            store.labels.write(tx, before.id, kind, id_, becomes)
            verb = "add" if was is None else "remove" if becomes is None else "change"
            tx.record(
                f"{kind}.{verb}", kind, entity_subject(before.id, kind, id_),
                project_id=project_id, before=was, after=becomes,
            )  # fmt: skip
        store.labels.set_status(tx, before, before.status, revision)
        store.history.add_operation(
            tx, operation_id, before.id, CLIENT, OPERATION, revision, "done"
        )
        tx.record(f"operation.{OPERATION}", "operation", operation_id, project_id=project_id)
    finally:
        tx.operation_id = None
    if before.status == "submitted":
        freeze(store, tx, replace(after, id=before.id, revision=revision))
    return len(changes)


def freeze(store: Store, tx: Transaction, label_set: LabelSet) -> None:
    """Keep a label set's content as its next submission."""
    number = len(store.labels.submissions([label_set.id]).get(label_set.id, ())) + 1
    version = store.projects.get(label_set.project_id).codebook_version
    store.labels.add_submission(tx, submission(label_set, number, tx.at, version))
    head = store.labels.head(label_set.id)
    if head is not None:
        arrivals.submitted(store, tx, head)


def submission(label_set: LabelSet, number: int, at: str, version: int) -> Submission:
    """A label set's content, frozen.

    Args:
        label_set: The label set.
        number: Which of its submissions it is, from 1.
        at: When.
        version: The codebook version under which it was submitted.
    """
    content = {"codebook_version": version, **content_of(label_set)}
    return Submission(new_id(), label_set.id, number, label_set.revision, at, content)


def content_changes(before: LabelSet, after: LabelSet) -> Iterator[Change]:
    """Each part that differs: kind, id, before, after, in an order in which they can be written.

    Spans come before the statements that rest on them, and go after them.
    """
    spans = _changed(
        "span",
        {one.id: span_entity(one) for one in before.spans},
        {one.id: span_entity(one) for one in after.spans},
    )
    yield from (change for change in spans if change[3] is not None)
    yield from _changed(
        "statement",
        {one.id: statement_entity(one) for one in before.statements},
        {one.id: statement_entity(one) for one in after.statements},
    )
    yield from _changed(
        "document_label",
        {name: {"values": sorted(values)} for name, values in before.document_labels.items()},
        {name: {"values": sorted(values)} for name, values in after.document_labels.items()},
    )
    yield from (change for change in spans if change[3] is None)


def _changed(
    kind: EntityKind, before: Mapping[str, Entity], after: Mapping[str, Entity]
) -> list[Change]:
    return [
        (kind, id_, before.get(id_), after.get(id_))
        for id_ in dict.fromkeys((*before, *after))
        if before.get(id_) != after.get(id_)
    ]
