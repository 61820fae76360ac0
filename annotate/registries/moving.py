"""Merging and splitting entries, with all statements and mentions; and undoing any change.

A merge lets one entry take the place of others in the labels of every coder and in gold.
Frozen submissions keep what was submitted. Whoever merges or splits must be an editor of every
project whose labels change.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import get_args

from annotate import accounts
from annotate.errors import Conflict, Forbidden, Invalid, NotFound
from annotate.model import Alias, Event, Person, new_id
from annotate.registries.changing import begin, filled, present
from annotate.registries.model import Change, Draft, Kind, PastChange
from annotate.registries.namesakes import refuse_namesake
from annotate.registries.viewing import stored, visible_places, visible_sets
from annotate.store import Store
from annotate.store.bulk import uncollected
from annotate.store.entries import StoredEntry, entry_of
from annotate.store.labels import Entity
from annotate.store.uses import Moved, Subject

SHOWN_CHANGES = 20
_REFERENCES: Mapping[tuple[Kind, Subject], tuple[str, ...]] = {
    ("actor", "statement"): ("speaker_id", "holder_id", "addressee_id"),
    ("actor", "span"): ("actor_id",),
    ("claim", "statement"): ("claim_id",),
}


def merge(
    store: Store,
    person: Person,
    project_id: str,
    kind: Kind,
    keep_id: str,
    other_ids: Sequence[str],
) -> Change:
    """Let one entry take the place of others, in all statements and mentions.

    The others' names and aliases become aliases of the entry that stays, their identifiers its
    own where it has none, their notes part of its note.

    Raises:
        Forbidden: if the person may not, here or in another project whose labels would change.
        NotFound, Invalid: if there is nothing to merge.
    """
    accounts.require(store, person, "registry.change", project_id)
    others = list(dict.fromkeys(other_ids))
    if not others or keep_id in others:
        raise Invalid("A merge takes two entries or more", "Choose them and the one to keep")
    with uncollected(), accounts.permitted(store, person, "registry.change", project_id) as tx:
        entries = present(store, project_id, kind, [keep_id, *others])
        moved = _redirected(store, kind, others, keep_id)
        sets = _require_everywhere(store, person, moved)
        change_id = begin(store, tx, "merge")
        keep = entries[keep_id]
        joined = keep
        for other in others:
            joined = _joined(joined, entries[other])
            gone = replace(entries[other], merged_into=keep_id, deleted_at=tx.at)
            store.entries.write(tx, kind, "merge", entries[other], gone)
        store.entries.write(tx, kind, "merge", keep, joined)
        store.uses.move(tx, change_id, moved)
    return _told(store, person, change_id, (keep_id, *others), moved, sets)


def split(
    store: Store,
    person: Person,
    project_id: str,
    kind: Kind,
    entry_id: str,
    draft: Draft,
    *,
    statements: Collection[str] = (),
    spans: Collection[str] = (),
    twice: bool = False,
) -> Change:
    """Move chosen uses of an entry to a new one.

    An alias of the old entry that is the new one's name or alias moves along.

    Args:
        store: The store.
        person: Who splits; only uses that they may see can be chosen.
        project_id: The project of the uses.
        kind: The registry.
        entry_id: The entry that is split.
        draft: The new entry's content.
        statements: Ids of the statements that follow the new entry, in all its roles.
        spans: Ids of the mentions that follow it.
        twice: Whether it is meant that another entry is called so already.

    Returns:
        A change whose ``entry_ids`` are the new entry and the old one.

    Raises:
        Forbidden, NotFound: if the person may not, or there is no such entry.
        Invalid: if nothing is chosen, what is chosen does not refer to the entry, or the draft
            cannot be stored.
        Unconfirmed: if another entry is called so; see ``namesakes``.
    """
    chosen = _chosen(statements, spans)
    accounts.require(store, person, "registry.change", project_id)
    with uncollected(), accounts.permitted(store, person, "registry.change", project_id) as tx:
        old = present(store, project_id, kind, [entry_id])[entry_id]
        _require_uses(store, person, project_id, kind, old, chosen)
        made = filled(store, project_id, kind, new_id(), draft)
        if not twice:
            refuse_namesake(store, project_id, kind, made.name, splitting=entry_id)
        moved = _following(store, kind, entry_id, made.id, chosen)
        sets = _require_everywhere(store, person, moved)
        change_id = begin(store, tx, "split")
        names = {made.name, *(alias.text for alias in made.aliases)}
        rest = tuple(alias for alias in old.aliases if alias.text not in names)
        store.entries.write(tx, kind, "split", None, made)
        store.entries.write(tx, kind, "split", old, replace(old, aliases=rest))
        store.uses.move(tx, change_id, moved)
    return _told(store, person, change_id, (made.id, entry_id), moved, sets)


def move(
    store: Store,
    person: Person,
    project_id: str,
    kind: Kind,
    entry_id: str,
    to_id: str,
    *,
    statements: Collection[str] = (),
    spans: Collection[str] = (),
) -> Change:
    """Move chosen uses of an entry to another one that is there already.

    The names of both stay as they are.

    Args:
        store: The store.
        person: Who moves; only uses that they may see can be chosen.
        project_id: The project of the uses.
        kind: The registry.
        entry_id: The entry that they are uses of.
        to_id: The entry that they are to be uses of.
        statements: Ids of the statements that follow, in all its roles.
        spans: Ids of the mentions that follow.

    Returns:
        A change whose ``entry_ids`` are the entry moved to and the other one.

    Raises:
        Forbidden, NotFound, Invalid: as for ``split``.
    """
    chosen = _chosen(statements, spans)
    accounts.require(store, person, "registry.change", project_id)
    if to_id == entry_id:
        raise Invalid("The uses belong to this entry already", "Choose another one")
    with uncollected(), accounts.permitted(store, person, "registry.change", project_id) as tx:
        entries = present(store, project_id, kind, [entry_id, to_id])
        _require_uses(store, person, project_id, kind, entries[entry_id], chosen)
        moved = _following(store, kind, entry_id, to_id, chosen)
        sets = _require_everywhere(store, person, moved)
        change_id = begin(store, tx, "move")
        # Nothing of the two changes: their events tell their histories, and undo what to look at.
        for one in (entries[to_id], entries[entry_id]):
            store.entries.write(tx, kind, "move", one, one)
        store.uses.move(tx, change_id, moved)
    return _told(store, person, change_id, (to_id, entry_id), moved, sets)


def undo(store: Store, person: Person, project_id: str, change_id: str) -> Change:
    """Take back a change: its entries and the labels it moved are as before.

    Labels that their coder has pointed elsewhere since, or removed, stay as they are.

    Raises:
        Forbidden: if the person may not, here or in another project whose labels would change.
        NotFound: if there is no such change in this project's registries.
        Conflict: if it was undone already, an entry has changed since, or one that would go
            has come into use since.
    """
    with uncollected(), accounts.permitted(store, person, "registry.change", project_id) as tx:
        done = store.entries.change(change_id)
        events = store.entries.events_of(change_id) if done else []
        if (
            done is None
            or not events
            or any(one.subject_kind == "claim" and one.project_id != project_id for one in events)
        ):
            raise NotFound("There is no such change in this project's registries")
        if done["state"] != "done":
            raise Conflict("This change has been undone already")
        kind: Kind = "actor" if events[0].subject_kind == "actor" else "claim"
        entries = _as_left(store, kind, events)
        moved = _reverted(store, kind, store.uses.moved_by(change_id))
        sets = _require_everywhere(store, person, moved)
        step = begin(store, tx, "undo", change_id)
        for event in {event.subject_id: event for event in reversed(events)}.values():
            now = entries[event.subject_id]
            before = None if event.before is None else entry_of(kind, event.before)
            after = before or replace(now, deleted_at=tx.at)
            store.entries.write(tx, kind, "undo", now, after)
        store.uses.move(tx, step, moved)
        _refuse_dangling(store, kind, entries)
        store.entries.mark_undone(tx, change_id)
    return _told(store, person, step, tuple(entries), moved, sets)


def changes(
    store: Store, person: Person, project_id: str, kind: Kind, entry_id: str | None = None
) -> tuple[PastChange, ...]:
    """The latest changes of the registry, or of one entry, newest first.

    Raises:
        Forbidden, NotFound: if the person may not change the registry, or there is no such entry.
    """
    accounts.require(store, person, "registry.change", project_id)
    with store.snapshot():
        if entry_id is not None:
            stored(store, project_id, kind, [entry_id])
        rows = store.entries.changes(kind, project_id, entry_id, SHOWN_CHANGES)
        names = store.entries.many(kind, sorted({id_ for _, ids in rows for id_ in ids}))
        return tuple(
            PastChange(
                row["id"], row["kind"], row["at"], tuple(names[id_].name for id_ in ids),
                row["state"] == "undone",
            )
            for row, ids in rows
        )  # fmt: skip


def _chosen(statements: Collection[str], spans: Collection[str]) -> set[tuple[Subject, str]]:
    """Uses that are to move, one at least."""
    chosen: set[tuple[Subject, str]] = {("statement", id_) for id_ in statements}
    chosen |= {("span", id_) for id_ in spans}
    if not chosen:
        raise Invalid("Nothing is chosen to move", "Choose statements or mentions")
    return chosen


def _require_uses(
    store: Store,
    person: Person,
    project_id: str,
    kind: Kind,
    entry: StoredEntry,
    chosen: set[tuple[Subject, str]],
) -> None:
    """Refuse what is not, or not for this person to see, a use of the entry."""
    places = visible_places(store, person, project_id, kind, entry.id)
    lost = chosen - {(subject, id_) for _, subject, id_, _ in places}
    if lost:
        raise Invalid(
            "{count} of the chosen uses are not uses of {name!r}",
            "Reload the page and choose again",
            count=len(lost),
            name=entry.name,
        )


def _following(
    store: Store, kind: Kind, old: str, new: str, chosen: set[tuple[Subject, str]]
) -> list[Moved]:
    """Of all uses of an entry the chosen ones, as they will be."""
    moved = _redirected(store, kind, [old], new)
    return [one for one in moved if (one.subject, one.id) in chosen]


def _redirected(store: Store, kind: Kind, old: Sequence[str], new: str) -> list[Moved]:
    """All statements and spans that refer to one of the old entries, as they will be."""
    places = store.uses.of_entries(kind, old)
    gone = set(old)
    moved = []
    for subject in get_args(Subject):
        ids = [id_ for one, id_ in places if one == subject]
        names = _REFERENCES.get((kind, subject), ())
        for label_set_id, before in store.uses.entities(subject, ids).values():
            after = {**before, **{name: new for name in names if before[name] in gone}}
            if kind == "actor" and subject == "statement":
                chain = [new if id_ in gone else id_ for id_ in before["reported_by"]]
                after["reported_by"] = list(dict.fromkeys(chain))
            moved.append(Moved(subject, label_set_id, before, after))
    return moved


def _reverted(store: Store, kind: Kind, done: Sequence[Moved]) -> list[Moved]:
    """The way back of what was moved, as far as nobody has changed the same since."""
    moved = []
    for subject in get_args(Subject):
        mine = {one.id: one for one in done if one.subject == subject}
        for id_, (label_set_id, now) in store.uses.entities(subject, list(mine)).items():
            back = _way_back(mine[id_], now)
            if back:
                moved.append(Moved(subject, label_set_id, now, {**now, **back}))
    return moved


def _way_back(done: Moved, now: Entity) -> Entity:
    return {
        name: value
        for name, value in done.before.items()
        if value != done.after[name] and now[name] == done.after[name]
    }


def _as_left(store: Store, kind: Kind, events: Sequence[Event]) -> dict[str, StoredEntry]:
    """The entries of a change, if they are as it left them.

    What was changed since and changed back is no hindrance.
    """
    last = {event.subject_id: event.after or {} for event in events}
    entries = store.entries.many(kind, list(last))
    for id_, one in entries.items():
        if replace(one, version="") != entry_of(kind, last[id_]):
            raise Conflict(
                "{name!r} was changed after this",
                "Undo the later change first",
                name=one.name,
            )
    return {id_: entries[id_] for id_ in last}


def _refuse_dangling(store: Store, kind: Kind, entries: Mapping[str, StoredEntry]) -> None:
    now = store.entries.many(kind, list(entries))
    gone = [one for one in now.values() if one.deleted_at is not None]
    if not store.uses.projects(kind, [one.id for one in gone]):
        return
    used = next(one for one in gone if store.uses.projects(kind, [one.id]))
    raise Conflict(
        "{name!r} has come into use since",
        "Merge it into another entry instead",
        name=used.name,
    )


def _joined(keep: StoredEntry, other: StoredEntry) -> StoredEntry:
    """The entry that stays, with the names, identifiers and note of the one that goes."""
    known = {keep.name, *(alias.text for alias in keep.aliases)}
    new: dict[str, Alias] = {}
    for alias in (Alias(other.name, other.language), *other.aliases):
        if alias.text not in known:
            new.setdefault(alias.text, alias)
    note = keep.note
    if other.note and other.note not in note:
        note = f"{note}\n\n{other.note}" if note else other.note
    return replace(
        keep,
        group=keep.group or other.group,
        aliases=(*keep.aliases, *new.values()),
        external_ids={**other.external_ids, **keep.external_ids},
        note=note,
    )


def _require_everywhere(
    store: Store, person: Person, moved: Sequence[Moved]
) -> dict[str, list[str]]:
    """The label sets that change, by project, if the person may change them in every one."""
    sets = store.uses.projects_of({one.label_set_id for one in moved})
    closed = [id_ for id_ in sets if not accounts.may(store, person, "registry.change", id_)]
    if closed:
        raise Forbidden(
            "This would change labels in other projects that you may not edit: {count}",
            "Ask an administrator, or an editor of those projects",
            count=len(closed),
        )
    return sets


def _told(
    store: Store,
    person: Person,
    change_id: str,
    ids: tuple[str, ...],
    moved: Sequence[Moved],
    sets: Mapping[str, Sequence[str]],
) -> Change:
    """What a change did, counting what the person may see of the label sets by project."""
    seen: set[str] = set()
    for project_id, mine in sets.items():
        seen |= visible_sets(store, person, project_id, mine)
    kinds = [one.subject for one in moved if one.label_set_id in seen]
    return Change(change_id, ids, kinds.count("statement"), kinds.count("span"))
