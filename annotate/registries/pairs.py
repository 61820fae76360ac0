"""Likely duplicates: proposed from names and identifiers, until they are dismissed."""

from __future__ import annotations

from collections.abc import Sequence

from annotate import accounts
from annotate.errors import Invalid
from annotate.model import Person
from annotate.registries.changing import present
from annotate.registries.likeness import Named, alike
from annotate.registries.model import Kind, Pair
from annotate.registries.viewing import many, stored
from annotate.store import Store


def duplicates(
    store: Store, person: Person, project_id: str, kind: Kind, limit: int = 50
) -> tuple[Pair, ...]:
    """Pairs of present entries that may be the same, likeliest first.

    Args:
        store: The store.
        person: Who asks; the entries' uses are those that they may see.
        project_id: The project.
        kind: The registry.
        limit: The number of pairs at most.
    """
    accounts.require(store, person, "registry.read", project_id)
    with store.snapshot():
        dismissed = store.entries.dismissed(kind)
        named = [
            Named(
                one.id,
                (one.name, *(alias.text for alias in one.aliases if alias.kind != "term")),
                tuple(f"{scheme}:{value}" for scheme, value in sorted(one.external_ids.items())),
            )
            for one in store.entries.present(kind, project_id)
        ]
        found = [one for one in alike(named) if (one.a, one.b) not in dismissed][: max(limit, 0)]
        entries = many(
            store,
            person,
            project_id,
            kind,
            sorted({id_ for one in found for id_ in (one.a, one.b)}),
        )
        return tuple(Pair(entries[one.a], entries[one.b], one.score, one.why) for one in found)


def dismiss_pairs(
    store: Store, person: Person, project_id: str, kind: Kind, pairs: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Remember of pairs of entries that they are different, so that they are not proposed again.

    Returns:
        Those of which nobody had said so before.

    Raises:
        Forbidden, NotFound: if the person may not, or one of them does not exist.
        Invalid: if two are one and the same, or one was removed.
    """
    new = []
    with accounts.permitted(store, person, "registry.change", project_id) as tx:
        for a_id, b_id in pairs:
            if a_id == b_id:
                raise Invalid("An entry is no duplicate of itself")
            present(store, project_id, kind, [a_id, b_id])
            if store.entries.dismiss(tx, kind, _ordered(a_id, b_id)):
                new.append((a_id, b_id))
    return new


def propose_pairs(
    store: Store, person: Person, project_id: str, kind: Kind, pairs: Sequence[tuple[str, str]]
) -> None:
    """Take such a dismissal back.

    Raises:
        Forbidden, NotFound: if the person may not, or one of them does not exist.
    """
    with accounts.permitted(store, person, "registry.change", project_id) as tx:
        for a_id, b_id in pairs:
            stored(store, project_id, kind, [a_id, b_id])
            store.entries.propose(tx, kind, _ordered(a_id, b_id))


def _ordered(a_id: str, b_id: str) -> tuple[str, str]:
    return min(a_id, b_id), max(a_id, b_id)
