"""Labels from elsewhere brought to the registry entries of today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from annotate.model import LabelSet
from annotate.store import Store, Transaction


def referenced(label_sets: Sequence[LabelSet]) -> tuple[set[str], set[str]]:
    """Ids of the actors and of the claims that label sets refer to."""
    actors: set[str | None] = set()
    claims: set[str] = set()
    for label_set in label_sets:
        actors.update([span.actor_id for span in label_set.spans])
        for one in label_set.statements:
            claims.add(one.claim_id)
            actors.update((one.speaker_id, one.holder_id, one.addressee_id, *one.reported_by))
    return {id_ for id_ in actors if id_}, claims


def followed(store: Store, tx: Transaction, label_sets: Sequence[LabelSet]) -> tuple[LabelSet, ...]:
    """Label sets that name the registry entries of today.

    What was merged stays merged; an entry that was removed for want of uses has one again.
    """
    actor_ids, claim_ids = referenced(label_sets)
    actors = store.entries.successors("actor", actor_ids)
    claims = store.entries.successors("claim", claim_ids)
    store.entries.revive(tx, "actor", {actors.get(id_, id_) for id_ in actor_ids})
    store.entries.revive(tx, "claim", {claims.get(id_, id_) for id_ in claim_ids})
    if not actors and not claims:
        return tuple(label_sets)
    return tuple(_led(one, actors, claims) for one in label_sets)


def _led(label_set: LabelSet, actors: Mapping[str, str], claims: Mapping[str, str]) -> LabelSet:
    def actor(id_: str | None) -> str | None:
        return None if id_ is None else actors.get(id_, id_)

    return replace(
        label_set,
        spans=tuple(replace(one, actor_id=actor(one.actor_id)) for one in label_set.spans),
        statements=tuple(
            replace(
                one,
                claim_id=claims.get(one.claim_id, one.claim_id),
                speaker_id=actor(one.speaker_id),
                holder_id=actor(one.holder_id),
                addressee_id=actor(one.addressee_id),
                reported_by=tuple(dict.fromkeys(actors.get(i, i) for i in one.reported_by)),
            )
            for one in label_set.statements
        ),
    )
