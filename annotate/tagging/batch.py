"""Operations that clients send in batches: kinds with a handler each, applied at most once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from annotate.catalogue import Catalogue
from annotate.errors import Invalid, Word, WorkbenchError
from annotate.store.labels import EntityKind
from annotate.tagging import payload as read
from annotate.tagging.edit import Edit, OperationOutcome
from annotate.tagging.payload import Payload

MOST_OPERATIONS = 500
E = TypeVar("E", bound=Edit)


@dataclass(frozen=True, slots=True)
class Operation(Generic[E]):
    """A kind of operation.

    ``state`` is what it is remembered as: undoable or final. ``edits`` says whether it concerns
    the label set, rather than a registry.
    """

    kind: str
    handle: Callable[[E, Payload], None]
    state: Literal["done", "final"]
    edits: bool


def refuse_long(operations: Sequence[Payload]) -> None:
    """Refuse a batch of too many operations.

    Raises:
        Invalid: if it is one.
    """
    if len(operations) > MOST_OPERATIONS:
        raise Invalid(
            "A batch holds at most {most_operations} operations, not {count}",
            most_operations=MOST_OPERATIONS,
            count=len(operations),
        )


def apply_one(edit: E, payload: Payload, operations: Catalogue[Operation[E]]) -> OperationOutcome:
    """Apply one operation of a batch, at most once and alone.

    Args:
        edit: The batch at work.
        payload: What the client sent.
        operations: The kinds of operation that there are.
    """
    given_id, name = payload.get("id"), payload.get("kind")
    operation_id = given_id if isinstance(given_id, str) else ""
    head, actors, claims = edit.head, list(edit.actors), list(edit.claims)
    try:
        operation_id = read.require_id(operation_id, Word("operation"))
        if edit.store.history.applied(operation_id):
            return OperationOutcome(operation_id, "duplicate")
        kind = operations.get(name[:80] if isinstance(name, str) else "")
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


def _remember(edit: E, kind: Operation[E], operation_id: str) -> None:
    head = edit.head
    revision = 0
    if kind.edits and head is not None:
        revision = head.revision + 1
        edit.store.labels.set_status(edit.tx, head, head.status, revision)
        edit.head = edit.store.labels.head(head.id)
    # Undo must take back something: an operation that changed nothing is not kept for it.
    undoable = kind.state == "done" and edit.has_changed(operation_id)
    edit.store.history.add_operation(
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
