"""Registry entries as the registry pages need them: listed, changed, merged; both kinds alike."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from annotate.errors import Invalid
from annotate.model import Alias, Event
from annotate.store.database import Connections, Row, Transaction, event_of, marks, to_json
from annotate.store.registry import FoundBy, Kind, found_by, may_be_loose, search_key

Order = tuple[str | int, ...]
# What changes a registry as one step that can be taken back.
CHANGES = ("add", "change", "regroup", "remove", "restore", "merge", "split", "move", "table")
_GIVEN = "(SELECT value FROM json_each(?))"
_EVENT = "id, at, by, action, subject_kind, subject_id, project_id, operation_id, before, after"


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """A whole row of a registry: ``group`` is an actor's kind or a claim's topic.

    ``version`` is the id of the last event, and no part of the content.
    """

    id: str
    project_id: str | None
    name: str
    group: str
    language: str = ""
    aliases: tuple[Alias, ...] = ()
    external_ids: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    merged_into: str | None = None
    deleted_at: str | None = None
    version: str = ""


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries a list holds, and in which order.

    ``project_id`` is that of claims. ``counts`` gives the uses by entry id, where the order or
    the choice needs them; ``used`` chooses by them. ``after`` is the last row's ``Listed.order``.
    """

    project_id: str
    search: str = ""
    groups: tuple[str, ...] = ()
    removed: bool = False
    used: bool | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    sort: str = "name"
    after: Order | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """The id of an entry in a list, and where it stands in the order."""

    id: str
    order: Order


# Expressions of the order, and whether the list runs from the greatest down.
_ORDERS: Mapping[str, tuple[tuple[str, ...], bool]] = {
    "name": (("h.rank", "e.search_key", "e.id"), False),
    "group": (("e.{grp}", "h.rank", "e.search_key", "e.id"), False),
    "newest": (("e.created_at", "e.id"), True),
    "uses": (("-coalesce(c.value, 0)", "e.search_key", "e.id"), False),
}
_NAMES: Mapping[Kind, str] = {"actor": "name", "claim": "text"}
_GROUPS: Mapping[Kind, str] = {"actor": "kind", "claim": "topic"}


class Entries:
    """The entries of one database's registries."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def many(self, kind: Kind, ids: Sequence[str]) -> dict[str, StoredEntry]:
        """Entries by id, removed ones too; unknown ids are left out."""
        return self._read(kind, f"e.id IN {_GIVEN}", [to_json(list(ids))])

    def present(self, kind: Kind, project_id: str) -> list[StoredEntry]:
        """All entries that are not removed, oldest first."""
        where, values = "e.deleted_at IS NULL", []
        if kind == "claim":
            where, values = f"{where} AND e.project_id = ?", [project_id]
        return list(self._read(kind, where, values).values())

    def ids(self, kind: Kind, project_id: str) -> list[str]:
        """The ids of all entries that were ever made, removed and merged ones too."""
        own = kind == "claim"
        sql = f"SELECT id FROM {kind}{' WHERE project_id = ?' if own else ''} ORDER BY id"
        return [row[0] for row in self._c.tuples(sql, [project_id] if own else [])]

    def listed(self, kind: Kind, wanted: EntryFilter) -> list[Listed]:
        """A page of a list of entries.

        Raises:
            Invalid: if ``after`` is of a list in another order.
        """
        columns, down = _ORDERS[wanted.sort]
        order = [column.format(grp=_GROUPS[kind]) for column in columns]
        sql, values = self._chosen(kind, wanted)
        if wanted.after is not None:
            if len(wanted.after) != len(order):
                raise Invalid(
                    "The page's place in the list cannot be read", "Begin at its first page"
                )
            marks = ", ".join(f":after{n}" for n in range(len(order)))
            sql += f" AND ({', '.join(order)}) {'<' if down else '>'} ({marks})"
            values |= {f"after{n}": value for n, value in enumerate(wanted.after)}
        way = " DESC" if down else ""
        rows = self._c.rows(
            f"SELECT e.id AS the_id, {', '.join(order)} {sql}"
            f" ORDER BY {', '.join(column + way for column in order)} LIMIT :limit",
            values | {"limit": wanted.limit},
        )
        return [Listed(row[0], tuple(row)[1:]) for row in rows]

    def count(self, kind: Kind, wanted: EntryFilter) -> int:
        """How many entries the whole list holds."""
        sql, values = self._chosen(kind, wanted)
        row = self._c.row(f"SELECT count(*) {sql}", values)
        return 0 if row is None else int(row[0])

    def groups(self, kind: Kind, project_id: str) -> list[tuple[str, int]]:
        """The groups of present entries and their sizes, largest first."""
        column = _GROUPS[kind]
        return [
            (row[0], row[1])
            for row in self._c.tuples(
                f"SELECT {column}, count(*) FROM {kind} WHERE deleted_at IS NULL"
                f"{_of_project(kind)} GROUP BY 1 ORDER BY 2 DESC, 1",
                [project_id] if kind == "claim" else [],
            )
        ]

    def successors(self, kind: Kind, ids: Iterable[str]) -> dict[str, str]:
        """For those of the ids whose entries were merged: the entry that took their place."""
        return {
            row[0]: row[1]
            for row in self._c.tuples(
                "WITH RECURSIVE chain(start, id, steps) AS ("
                f"  SELECT id, merged_into, 1 FROM {kind}"
                f"  WHERE id IN {_GIVEN} AND merged_into IS NOT NULL"
                "  UNION ALL SELECT start, e.merged_into, steps + 1 FROM chain"
                f"  JOIN {kind} e ON e.id = chain.id WHERE e.merged_into IS NOT NULL)"
                " SELECT start, id, max(steps) FROM chain GROUP BY start",
                [to_json(sorted(ids))],
            )
        }

    def removed(self, kind: Kind, ids: Iterable[str]) -> set[str]:
        """Which of the ids are those of removed or merged entries."""
        sql = f"SELECT id FROM {kind} WHERE id IN {_GIVEN} AND deleted_at IS NOT NULL"
        return {row[0] for row in self._c.tuples(sql, [to_json(sorted(ids))])}

    def revive(self, tx: Transaction, kind: Kind, ids: Iterable[str]) -> None:
        """Take those of the entries that were removed, and not merged, back into the registry."""
        for one in self.many(kind, sorted(self.removed(kind, ids))).values():
            if one.merged_into is None:
                self.write(tx, kind, "restore", one, replace(one, deleted_at=None))

    def write(
        self, tx: Transaction, kind: Kind, what: str, before: StoredEntry | None, after: StoredEntry
    ) -> None:
        """Write a whole entry, aliases included, and its event ``{kind}.{what}``."""
        columns = {
            "id": after.id, _NAMES[kind]: after.name, _GROUPS[kind]: after.group,
            "note": after.note, "search_key": search_key(after.name),
            "merged_into": after.merged_into, "deleted_at": after.deleted_at,
        }  # fmt: skip
        if kind == "actor":
            columns["external_ids"] = to_json(dict(after.external_ids))
        else:
            columns["language"] = after.language
        if before is None:
            if kind == "claim":
                columns["project_id"] = after.project_id
            columns |= {"created_at": tx.at, "created_by": tx.by}
            tx.execute(
                f"INSERT INTO {kind} ({', '.join(columns)}) VALUES ({marks([*columns])})",
                list(columns.values()),
            )
        else:
            # Not its project: an entry stays where it was made.
            tx.execute(
                f"UPDATE {kind} SET {', '.join(f'{name} = ?' for name in columns)} WHERE id = ?",
                [*columns.values(), before.id],
            )
        if before is None or before.aliases != after.aliases:
            tx.execute(f"DELETE FROM {kind}_alias WHERE {kind}_id = ?", (after.id,))
            tx.db.executemany(
                f"INSERT INTO {kind}_alias VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (after.id, n, alias.text, alias.language, alias.kind, search_key(alias.text))
                    for n, alias in enumerate(after.aliases)
                ],
            )
        tx.record(
            f"{kind}.{what}", kind, after.id, project_id=after.project_id or tx.within,
            before=None if before is None else entry_state(kind, before),
            after=entry_state(kind, after),
        )  # fmt: skip

    def begin(self, tx: Transaction, change_id: str, what: str, undoes: str = "") -> None:
        """Remember a change; the events that follow in the transaction belong to it.

        Args:
            tx: The transaction.
            change_id: The change's id.
            what: What it is.
            undoes: The id of the change that it takes back, if it does that.
        """
        tx.execute(
            "INSERT INTO operation VALUES (?, NULL, ?, ?, 0, ?, ?, ?)",
            (
                change_id,
                undoes or change_id,
                what,
                tx.at,
                tx.by,
                "done" if what in CHANGES else "final",
            ),
        )
        tx.operation_id = change_id

    def mark_undone(self, tx: Transaction, change_id: str) -> None:
        """Mark a change as taken back."""
        tx.execute("UPDATE operation SET state = 'undone' WHERE id = ?", (change_id,))

    def change(self, change_id: str) -> Row | None:
        """A remembered change: id, kind, at, state."""
        return self._c.row(
            "SELECT id, kind, at, state FROM operation WHERE id = ? AND label_set_id IS NULL"
            f" AND kind IN {CHANGES}",
            (change_id,),
        )

    def undone_by(self, change_id: str) -> str | None:
        """The id of the change that an undo took back; None for what is none, or too old to say."""
        row = self._c.row(
            "SELECT client FROM operation WHERE id = ? AND client <> id AND label_set_id IS NULL"
            " AND kind = 'undo'",
            (change_id,),
        )
        return None if row is None else str(row["client"])

    def changes(
        self, kind: Kind, project_id: str, entry_id: str | None, limit: int
    ) -> list[tuple[Row, list[str]]]:
        """The latest changes with the ids of their entries, newest first."""
        of_entry = "e.subject_id = :entry" if entry_id else "+e.subject_kind = :kind"
        rows = self._c.rows(
            "SELECT o.id, o.kind, o.at, o.state FROM operation o WHERE o.label_set_id IS NULL"
            f" AND o.kind IN {CHANGES} AND EXISTS (SELECT 1 FROM event e"
            f"   WHERE e.operation_id = o.id AND {of_entry} AND e.subject_kind = :kind"
            "    AND (e.subject_kind = 'actor' OR e.project_id = :project))"
            " ORDER BY o.rowid DESC LIMIT :limit",
            {"entry": entry_id, "kind": kind, "project": project_id, "limit": limit},
        )
        return [(row, self._entries_of(row["id"], 5)) for row in rows]

    def events_of(self, change_id: str) -> list[Event]:
        """The events of the entries that a change wrote, in order."""
        return [
            event_of(row)
            for row in self._c.rows(
                f"SELECT {_EVENT} FROM event WHERE operation_id = ?"
                " AND subject_kind IN ('actor', 'claim') ORDER BY rowid",
                (change_id,),
            )
        ]

    def dismiss(self, tx: Transaction, kind: Kind, pair: tuple[str, str]) -> bool:
        """Remember that two entries are different; False if that is known already."""
        new = tx.execute(
            "INSERT INTO distinct_pair VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (kind, *pair)
        ).rowcount
        if new:
            tx.record(f"{kind}_pair.dismiss", f"{kind}_pair", "/".join(pair),
                      project_id=tx.within, after={"entries": list(pair)})  # fmt: skip
        return bool(new)

    def propose(self, tx: Transaction, kind: Kind, pair: tuple[str, str]) -> None:
        """Forget that two entries are different."""
        if tx.execute(
            "DELETE FROM distinct_pair WHERE kind = ? AND a_id = ? AND b_id = ?", (kind, *pair)
        ).rowcount:
            tx.record(f"{kind}_pair.propose", f"{kind}_pair", "/".join(pair),
                      project_id=tx.within, before={"entries": list(pair)})  # fmt: skip

    def dismissed(self, kind: Kind) -> set[tuple[str, str]]:
        """The pairs known to be different, the smaller id first."""
        rows = self._c.tuples("SELECT a_id, b_id FROM distinct_pair WHERE kind = ?", (kind,))
        return {(row[0], row[1]) for row in rows}

    def _entries_of(self, change_id: str, limit: int) -> list[str]:
        rows = self._c.tuples(
            "SELECT subject_id FROM event WHERE operation_id = ?"
            " AND subject_kind IN ('actor', 'claim') ORDER BY rowid LIMIT ?",
            (change_id, limit),
        )
        return list(dict.fromkeys(row[0] for row in rows))

    def _chosen(self, kind: Kind, wanted: EntryFilter) -> tuple[str, dict[str, Any]]:
        found = self._found_by(kind, wanted.search)
        values: dict[str, Any] = {
            **found.values, "project": wanted.project_id,
            "counts": to_json(dict(wanted.counts)), "groups": to_json(list(wanted.groups)),
        }  # fmt: skip
        hits = f"(SELECT id, 0 AS rank FROM {kind})"
        if found.values["key"]:
            hits = (
                f"(SELECT id, min({found.rank}) AS rank FROM (SELECT id, search_key FROM {kind}"
                f" UNION ALL SELECT {kind}_id, search_key FROM {kind}_alias)"
                f" WHERE {found.test} GROUP BY id)"
            )
        sql = f"FROM {kind} e JOIN {hits} h ON h.id = e.id"
        if wanted.counts or wanted.used is not None:
            sql += " LEFT JOIN json_each(:counts) c ON c.key = e.id"
        elif wanted.sort == "uses":
            sql += " LEFT JOIN (SELECT NULL AS key, 0 AS value) c ON c.key = e.id"
        sql += f" WHERE e.deleted_at IS {'NOT ' if wanted.removed else ''}NULL"
        if kind == "claim":
            sql += " AND e.project_id = :project"
        if wanted.groups:
            sql += f" AND e.{_GROUPS[kind]} IN (SELECT value FROM json_each(:groups))"
        if wanted.used is not None:
            sql += f" AND coalesce(c.value, 0) {'> 0' if wanted.used else '= 0'}"
        return sql, values

    def _found_by(self, kind: Kind, query: str) -> FoundBy:
        found = found_by(query)
        names = f"SELECT search_key FROM {kind} UNION ALL SELECT search_key FROM {kind}_alias"
        sql = f"SELECT 1 FROM ({names}) WHERE {found.test} LIMIT 1"
        if may_be_loose(query) and self._c.row(sql, found.values) is None:
            return found_by(query, loosely=True)
        return found

    def _read(self, kind: Kind, where: str, values: Sequence[Any]) -> dict[str, StoredEntry]:
        own = (
            "NULL, e.name, e.kind, '', e.external_ids"
            if kind == "actor"
            else "e.project_id, e.text, e.topic, e.language, '{}'"
        )
        rows = self._c.tuples(
            f"SELECT e.id, {own}, e.note, e.merged_into, e.deleted_at,"
            " (SELECT v.id FROM event v WHERE v.subject_kind = ? AND v.subject_id = e.id"
            f"  ORDER BY v.rowid DESC LIMIT 1) FROM {kind} e WHERE {where}"
            " ORDER BY e.created_at, e.id",
            [kind, *values],
        )
        aliases: dict[str, list[Alias]] = {}
        for row in self._c.tuples(
            f"SELECT a.{kind}_id, a.text, a.language, a.kind FROM {kind}_alias a"
            f" JOIN {kind} e ON e.id = a.{kind}_id WHERE {where} ORDER BY 1, a.position",
            values,
        ):
            aliases.setdefault(row[0], []).append(Alias(*row[1:]))
        return {
            row[0]: StoredEntry(
                row[0], row[1], row[2], row[3], row[4], tuple(aliases.get(row[0], ())),
                json.loads(row[5]), row[6], row[7], row[8], row[9] or "",
            )
            for row in rows
        }  # fmt: skip


def entry_state(kind: Kind, entry: StoredEntry) -> dict[str, Any]:
    """An entry as its events hold it, in the words of ``Actor`` and ``Claim``."""
    state = asdict(replace(entry, external_ids=dict(entry.external_ids)))
    del state["version"]
    name, group = state.pop("name"), state.pop("group")
    state |= {_NAMES[kind]: name, _GROUPS[kind]: group, "aliases": list(state["aliases"])}
    for foreign in ("project_id", "language") if kind == "actor" else ("external_ids",):
        del state[foreign]
    return state


def entry_of(kind: Kind, state: Mapping[str, Any]) -> StoredEntry:
    """The entry that an event tells of."""
    return StoredEntry(
        state["id"],
        state.get("project_id"),
        state[_NAMES[kind]],
        state[_GROUPS[kind]],
        state.get("language", ""),
        tuple(Alias(**alias) for alias in state["aliases"]),
        state.get("external_ids", {}),
        state["note"],
        state.get("merged_into"),
        state.get("deleted_at"),
    )


def _of_project(kind: Kind) -> str:
    return " AND project_id = ?" if kind == "claim" else ""
