"""Operations on one label set: add, change, remove, undo, redo, submit, take back.

A client sends operations with ids of its own making. Each is applied at most once, in order,
and alone: one that is refused does not stop the next. Operations that touch what another client
has changed since ``base_revision`` are refused as conflicts; all others merge.
"""

from __future__ import annotations

from collections.abc import Sequence

from annotate import accounts
from annotate.errors import NotFound
from annotate.model import Person
from annotate.store import Store
from annotate.tagging.batch import MOST_OPERATIONS, apply_one, refuse_long
from annotate.tagging.edit import Edit, OperationOutcome, Result
from annotate.tagging.operations import OPERATIONS
from annotate.tagging.payload import Payload


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
        Invalid: if the batch as a whole is too long.
    """
    refuse_long(operations)
    with accounts.permitted(store, person, "label_set.tag", project_id) as tx:
        # Read inside, with the codebook: what holds before the wait for the lock may not after.
        if project_id not in store.articles.projects_of([article_id])[article_id]:
            raise NotFound(
                "There is no article {article_id} in this project", article_id=article_id
            )
        project = store.projects.get(project_id)
        head = store.labels.head_of(project_id, article_id, person.id)
        edit = Edit(store, tx, person, project, article_id, client, base_revision, head)
        outcomes = tuple(apply_one(edit, operation, OPERATIONS) for operation in operations)
        return edit.result(outcomes)


__all__ = ["MOST_OPERATIONS", "OPERATIONS", "OperationOutcome", "Result", "apply"]
