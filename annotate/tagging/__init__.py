"""Operations on one label set: add, change, remove, undo, redo, submit, take back.

A client sends operations with ids of its own making. Each is applied at most once, in order,
and alone: one that is refused does not stop the next. Operations that touch what another client
has changed since ``base_revision`` are refused as conflicts; all others merge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from annotate import accounts
from annotate.errors import Invalid, NotFound, Word, WorkbenchError
from annotate.model import Person
from annotate.store import Store
from annotate.store.labels import EntityKind
from annotate.tagging import payload as read
from annotate.tagging.edit import Edit, OperationOutcome, Result
from annotate.tagging.operations import OPERATIONS, Operation
from annotate.tagging.payload import Payload

MOST_OPERATIONS = 500


def apply(
    store: Store,
    person: Person,
    project_id: str,
    article_id: str,
    *,
    client: str,
    base_revision: int,
    operations: Sequence[Payload],
) -> Result:
    """Apply a batch of operations to a person's own label set on an article.

    The label set is made by the first operation that needs it.

    Args:
        store: The store.
        person: The analyst; only ever their own label set is changed.
        project_id: The project.
        article_id: The article revision.
        client: An id of the page or program that sends, to tell its own changes from others'.
        base_revision: The label set's revision that the client last saw.
        operations: Mappings with ``id``, ``kind`` and the fields of that kind.

    Raises:
        Forbidden, NotFound: if the person may not tag this article.
        Invalid: if the batch as a whole cannot be read.
    """
    if len(operations) > MOST_OPERATIONS:
        raise Invalid(
            "A batch holds at most {most_operations} operations, not {count}",
            most_operations=MOST_OPERATIONS,
            count=len(operations),
        )
    with accounts.permitted(store, person, "label_set.tag", project_id) as tx:
        # Read inside, with the codebook: what holds before the wait for the lock may not after.
        if project_id not in store.articles.projects_of([article_id])[article_id]:
            raise NotFound(
                "There is no article {article_id} in this project", article_id=article_id
            )
        project = store.projects.get(project_id)
        head = store.labels.head_of(project_id, article_id, person.id)
        edit = Edit(store, tx, person, project, article_id, client, base_revision, head)
        outcomes = tuple(_apply_one(edit, operation) for operation in operations)
        return edit.result(outcomes)


def _apply_one(edit: Edit, payload: Payload) -> OperationOutcome:
    given_id, name = payload.get("id"), payload.get("kind")
    operation_id = given_id if isinstance(given_id, str) else ""
    head, actors, claims = edit.head, list(edit.actors), list(edit.claims)
    try:
        operation_id = read.require_id(operation_id, Word("operation"))
        if edit.store.history.applied(operation_id):
            return OperationOutcome(operation_id, "duplicate")
        kind = OPERATIONS.get(name[:80] if isinstance(name, str) else "")
        edit.tx.operation_id = operation_id
        with edit.tx.savepoint():
            kind.handle(edit, payload)
            _remember(edit, kind, operation_id)
        return OperationOutcome(operation_id, "applied")
    except WorkbenchError as error:
        edit.head, edit.actors, edit.claims = head, actors, claims
        edit.named |= _entities_named(payload)
        return OperationOutcome(operation_id, "refused", error)
    finally:
        edit.tx.operation_id = None


def _remember(edit: Edit, kind: Operation, operation_id: str) -> None:
    head = edit.head
    revision = 0
    if kind.edits and head is not None:
        revision = head.revision + 1
        edit.store.labels.set_status(edit.tx, head, head.status, revision)
        edit.head = edit.store.labels.head(head.id)
    history = edit.store.history
    # Undo must take back something: an operation that changed nothing is not kept for it.
    undoable = kind.state == "done" and history.changes_of(operation_id)
    history.add_operation(
        edit.tx, operation_id, head.id if head and kind.edits else None, edit.client,
        kind.kind, revision, "done" if undoable else "final",
    )  # fmt: skip
    edit.tx.record(f"operation.{kind.kind}", "operation", operation_id,
                   project_id=edit.project.id)  # fmt: skip


def _entities_named(payload: Payload) -> set[tuple[EntityKind, str]]:
    found: set[tuple[EntityKind, str]] = set()
    kinds: tuple[EntityKind, ...] = ("span", "statement")
    for kind in kinds:
        inner = payload.get(kind)
        if isinstance(inner, Mapping) and isinstance(inner.get("id"), str):
            found.add((kind, inner["id"]))
        if isinstance(payload.get(f"{kind}_id"), str):
            found.add((kind, payload[f"{kind}_id"]))
    spans = payload.get("spans")
    for span in spans if isinstance(spans, list) else ():
        if isinstance(span, Mapping) and isinstance(span.get("id"), str):
            found.add(("span", span["id"]))
    if isinstance(payload.get("name"), str):
        found.add(("document_label", payload["name"]))
    return found


__all__ = ["MOST_OPERATIONS", "OPERATIONS", "OperationOutcome", "Result", "apply"]
