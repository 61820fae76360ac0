"""Label sets in Label Studio's words, and what is remembered once they have arrived there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from annotate.labelstudio.merge import advanced
from annotate.labelstudio.plans import Planned
from annotate.labelstudio.session import UNAGREED, WRITTEN, Session
from annotate.model import Actor, Article, Claim, LabelSet, Person
from annotate.registries.following import referenced
from annotate.store import Transaction
from exports.formats.labelstudio import annotation, prediction, task_data, task_meta
from exports.records import ProjectRecord


class Wording:
    """Label sets in Label Studio's words, with the names that these need."""

    def __init__(self, session: Session, label_sets: Sequence[LabelSet]) -> None:
        store = session.store
        actor_ids, claim_ids = referenced(label_sets)
        self._actors: Mapping[str, Actor] = store.registry.actors(sorted(actor_ids))
        self._claims: Mapping[str, Claim] = store.registry.claims(sorted(claim_ids))
        self._session = session
        self._entry = ProjectRecord(session.project, ())
        self._people: dict[str, Person] = {}

    def coders_of(self, label_sets: Sequence[LabelSet]) -> Mapping[str, Person]:
        """The coders of label sets, by id."""
        ids = {one.coder_id for one in label_sets if one.coder_id} - set(self._people)
        if ids:
            self._people |= self._session.store.people.many(sorted(ids))
        return self._people

    def task(self, article: Article, sets: Sequence[Planned]) -> dict[str, Any]:
        """A task with its annotations and predictions."""
        label_sets = [one.after for one in sets]
        return {
            "data": task_data(article, self._entry),
            "meta": task_meta(label_sets, self.coders_of(label_sets)),
            "annotations": [self.of(one, article) for one in sets if one.after.kind != "model"],
            "predictions": [self.of(one, article) for one in sets if one.after.kind == "model"],
        }

    def of(self, one: Planned, article: Article) -> dict[str, Any]:
        """A label set as an annotation, made by its coder if they have an account there."""
        label_set = one.to_send or one.after
        extras = one.linked.extras if one.linked else {}
        if label_set.kind == "model":
            coders = self.coders_of([label_set])
            return prediction(
                label_set, article, coders, self._actors, self._claims, extras, one.write
            )
        made = annotation(label_set, article, self._actors, self._claims, extras, one.write)
        user = self._session.user_of.get(label_set.coder_id or "")
        return made if user is None else {**made, "completed_by": user}


def note_arrival(
    session: Session, tx: Transaction, arrived: Sequence[tuple[Planned, int, int, str]]
) -> None:
    """Remember what both sides agree on now.

    Args:
        session: The sync.
        tx: The transaction.
        arrived: Each with the number of its task, its own and when it was made there.
    """
    links = session.store.links
    known = links.sets_on(
        sorted({one.after.article_id for one, _, _, _ in arrived}), session.project_id
    )
    found = []
    for one, task_id, number, made in arrived:
        sent = one.linked
        now = known.get(one.after.id, sent)
        if sent is None or now is None:
            continue
        # Somebody may have decided a conflict meanwhile.
        untouched = now.base == sent.base
        revision = one.after.revision + (1 if one.changes else 0)
        found.append(
            replace(
                now,
                task_id=task_id,
                remote_id=number,
                remote_created_at=made,
                base=one.base_when_sent
                if untouched
                else advanced(now.base, sent.base, one.base_when_sent),
                revision=revision if untouched else UNAGREED,
                extras={**now.extras, WRITTEN: one.write},
            )
        )
    links.put_sets(tx, found)
