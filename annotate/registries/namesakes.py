"""Entries that are called as another one is to be: asked about before there are two of them."""

from __future__ import annotations

from annotate import accounts
from annotate.errors import Unconfirmed
from annotate.model import Person
from annotate.registries.model import Entry, Kind
from annotate.registries.viewing import many
from annotate.store import Store
from annotate.store.registry import search_key


def namesakes(
    store: Store,
    person: Person,
    project_id: str,
    kind: Kind,
    name: str,
    *,
    splitting: str = "",
    renaming: str = "",
) -> tuple[Entry, ...]:
    """The present entries with this name or alias, in whatever script; most used first.

    Args:
        store: The store.
        person: Who asks; the entries' uses are those that they may see.
        project_id: The project.
        kind: The registry.
        name: The name or wording.
        splitting: The id of an entry of which the new one is split: its aliases may go along, and
            so do not count.
        renaming: The id of the entry that is to be called so, which does not count itself.
    """
    accounts.require(store, person, "registry.read", project_id)
    with store.snapshot():
        ids = _called(store, project_id, kind, name, splitting, renaming)
        found = many(store, person, project_id, kind, ids)
        return tuple(sorted(found.values(), key=lambda entry: (-entry.uses, entry.id)))


def refuse_namesake(
    store: Store,
    project_id: str,
    kind: Kind,
    name: str,
    *,
    splitting: str = "",
    renaming: str = "",
) -> None:
    """Refuse a name that another entry has already; the rest as for ``namesakes``.

    Raises:
        Unconfirmed: if one has it.
    """
    if _called(store, project_id, kind, name, splitting, renaming):
        raise Unconfirmed(
            "twice", "An entry called {name!r} is there already",
            "Use that one, or say that another is meant", name=name[:80],
        )  # fmt: skip


def _called(
    store: Store, project_id: str, kind: Kind, name: str, splitting: str, renaming: str
) -> list[str]:
    registry = store.registry
    called = registry.called(name) if kind == "actor" else registry.worded(project_id, name)
    ids = [one for one in called if one != renaming]
    if splitting in ids:
        [old] = store.entries.many(kind, [splitting]).values()
        if search_key(old.name) != search_key(name):
            ids.remove(splitting)
    return ids
