"""Adding, changing, removing and restoring entries, one or many at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from annotate import accounts
from annotate.errors import Conflict, Invalid
from annotate.model import Person, new_id
from annotate.registries.fields import checked
from annotate.registries.model import Change, Draft, Kind
from annotate.registries.namesakes import refuse_namesake
from annotate.registries.viewing import stored
from annotate.store import Store, Transaction
from annotate.store.entries import StoredEntry
from annotate.store.registry import search_key


def add(
    store: Store,
    person: Person,
    project_id: str,
    kind: Kind,
    draft: Draft,
    *,
    twice: bool = False,
) -> Change:
    """Add an entry; ``Change.entry_ids`` holds its id.

    Args:
        store: The store.
        person: Who adds it.
        project_id: The project in which they do.
        kind: The registry.
        draft: The entry's content.
        twice: Whether it is meant that another entry is called so already.

    Raises:
        Forbidden: if the person may not add to the registry.
        Invalid: if the draft cannot be stored.
        Unconfirmed: if another entry is called so, in whatever script; see ``namesakes``.
    """
    accounts.require(store, person, "registry.add", project_id)
    made = filled(store, project_id, kind, new_id(), draft)
    with accounts.permitted(store, person, "registry.add", project_id) as tx:
        if not twice:
            refuse_namesake(store, project_id, kind, made.name)
        change_id = begin(store, tx, "add")
        store.entries.write(tx, kind, "add", None, made)
    return Change(change_id, (made.id,))


def change(
    store: Store,
    person: Person,
    project_id: str,
    kind: Kind,
    entry_id: str,
    draft: Draft,
    *,
    base: str,
    twice: bool = False,
) -> Change:
    """Give an entry new content.

    Actors are shared: an editor of any project may correct one.

    Args:
        store: The store.
        person: Who changes it.
        project_id: The project in which they do.
        kind: The registry.
        entry_id: The entry.
        draft: The whole content.
        base: The ``Entry.version`` that the draft was made from.
        twice: Whether it is meant that another entry is called by its new name already.

    Raises:
        Forbidden, NotFound: if the person may not, or there is no such entry.
        Conflict: if somebody changed the entry since.
        Invalid: if the draft cannot be stored, or the entry is removed.
        Unconfirmed: if another entry is called by its new name; see ``namesakes``.
    """
    with accounts.permitted(store, person, "registry.change", project_id) as tx:
        before = present(store, project_id, kind, [entry_id])[entry_id]
        if before.version != base:
            raise Conflict(
                "{name!r} was changed in the meantime",
                "Look at its present state and repeat your change if it is still needed",
                name=before.name,
            )
        after = rewritten(store, project_id, kind, before, draft)
        if after == before:
            return Change("", (entry_id,))
        if not twice and search_key(after.name) != search_key(before.name):
            refuse_namesake(store, project_id, kind, after.name, renaming=entry_id)
        change_id = begin(store, tx, "change")
        store.entries.write(tx, kind, "change", before, after)
    return Change(change_id, (entry_id,))


def bulk(
    store: Store, person: Person, project_id: str, kind: Kind, ids: Sequence[str], group: str
) -> Change:
    """Give many entries one actor kind or one topic, as one change.

    Raises:
        Forbidden, NotFound, Invalid: as for ``change``.
    """
    with accounts.permitted(store, person, "registry.change", project_id) as tx:
        change_id = ""
        for before in present(store, project_id, kind, ids).values():
            given = checked(kind, Draft(before.name, group), (before.name,))
            after = replace(before, group=given.group)
            if after != before:
                change_id = change_id or begin(store, tx, "regroup")
                store.entries.write(tx, kind, "change", before, after)
    return Change(change_id, tuple(ids))


def remove(store: Store, person: Person, project_id: str, kind: Kind, entry_id: str) -> Change:
    """Take an entry that nothing refers to out of the registry.

    Raises:
        Forbidden, NotFound: if the person may not, or there is no such entry.
        Invalid: if it is in use, in whatever project, or removed already.
    """
    with accounts.permitted(store, person, "registry.change", project_id) as tx:
        before = present(store, project_id, kind, [entry_id])[entry_id]
        if store.uses.projects(kind, [entry_id]):
            # How often and by whom is not said: the labels may be hidden from this person.
            raise Invalid(
                "{name!r} is in use, here or in another project",
                "Merge it into the entry that is to replace it",
                name=before.name,
            )  # fmt: skip
        change_id = begin(store, tx, "remove")
        store.entries.write(tx, kind, "remove", before, replace(before, deleted_at=tx.at))
    return Change(change_id, (entry_id,))


def remove_unused(
    store: Store, person: Person, project_id: str, kind: Kind, ids: Sequence[str]
) -> Change:
    """Take those of many entries to which nothing refers out of the registry, as one change.

    Those in use, in whatever project, stay; ``Change.entry_ids`` are those that are gone.

    Raises:
        Forbidden, NotFound: as for ``remove``.
        Invalid: if all are in use, or one was removed meanwhile.
    """
    with accounts.permitted(store, person, "registry.change", project_id) as tx:
        entries = present(store, project_id, kind, ids)
        used = store.uses.used(kind, list(entries))
        gone = [one for one in entries.values() if one.id not in used]
        if not gone:
            raise Invalid("All of these are in use", "Merge them into those that replace them")
        change_id = begin(store, tx, "remove")
        for before in gone:
            store.entries.write(tx, kind, "remove", before, replace(before, deleted_at=tx.at))
    return Change(change_id, tuple(one.id for one in gone))


def restore(
    store: Store,
    person: Person,
    project_id: str,
    kind: Kind,
    entry_id: str,
    draft: Draft | None = None,
) -> Change:
    """Take a removed entry back into the registry.

    Args:
        store: The store.
        person: Who restores it.
        project_id: The project in which they do.
        kind: The registry.
        entry_id: The entry.
        draft: What it holds from now on; by default what it held.

    Raises:
        Forbidden, NotFound: if the person may not, or there is no such entry.
        Invalid: if it is not removed, or was merged, or the draft cannot be stored.
    """
    with accounts.permitted(store, person, "registry.change", project_id) as tx:
        before = stored(store, project_id, kind, [entry_id])[entry_id]
        if before.merged_into is not None:
            raise Invalid("{name!r} was merged", "Undo the merge", name=before.name)
        if before.deleted_at is None:
            raise Invalid("{name!r} is not removed", name=before.name)
        after = replace(before, deleted_at=None)
        if draft is not None:
            after = rewritten(store, project_id, kind, after, draft)
        change_id = begin(store, tx, "restore")
        store.entries.write(tx, kind, "restore", before, after)
    return Change(change_id, (entry_id,))


def begin(store: Store, tx: Transaction, what: str, undoes: str = "") -> str:
    """Remember a change, to which the transaction's events belong from now on; gives its id."""
    change_id = new_id()
    store.entries.begin(tx, change_id, what, undoes)
    return change_id


def present(
    store: Store, project_id: str, kind: Kind, ids: Sequence[str]
) -> dict[str, StoredEntry]:
    """Entries of the project's registry that are not removed.

    Raises:
        NotFound: if one is not in the registry.
        Invalid: if one was removed or merged.
    """
    found = stored(store, project_id, kind, ids)
    for one in found.values():
        if one.deleted_at is not None:
            raise Invalid(
                "{name!r} is no longer in the registry",
                "It was merged or removed; reload the page",
                name=one.name,
            )
    return found


def filled(store: Store, project_id: str, kind: Kind, entry_id: str, draft: Draft) -> StoredEntry:
    """A new entry made of a draft.

    Raises:
        Invalid: if the draft cannot be stored.
    """
    return rewritten(
        store, project_id, kind,
        StoredEntry(entry_id, project_id if kind == "claim" else None, "", ""), draft,
    )  # fmt: skip


def rewritten(
    store: Store, project_id: str, kind: Kind, before: StoredEntry, draft: Draft
) -> StoredEntry:
    """An entry with the content of a draft.

    Raises:
        Invalid: if the draft cannot be stored.
    """
    held = {before.name, *(alias.text for alias in before.aliases)}
    given = checked(kind, draft, held)
    language = given.language
    if kind == "claim" and not language:
        language = store.projects.codebook(project_id).working_language
    return replace(
        before, name=given.name, group=given.group, language=language, aliases=given.aliases,
        external_ids=given.external_ids, note=given.note,
    )  # fmt: skip
