"""The registries as CSV tables: out, and back in by id or name."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from annotate import accounts
from annotate.errors import Conflict, Invalid, WorkbenchError
from annotate.model import Person, new_id
from annotate.registries import cells
from annotate.registries.changing import begin, filled, rewritten
from annotate.registries.fields import checked
from annotate.registries.model import (
    ACTOR_KINDS,
    CsvChange,
    CsvProblem,
    CsvResult,
    Draft,
    Kind,
)
from annotate.registries.viewing import draft_of
from annotate.store import Store
from annotate.store.entries import StoredEntry
from annotate.store.registry import search_key


def write_csv(store: Store, person: Person, project_id: str, kind: Kind) -> bytes:
    """The present entries as a CSV table, oldest first.

    Raises:
        Forbidden, NotFound: if the person may not read the project's registries.
    """
    accounts.require(store, person, "registry.read", project_id)
    with store.snapshot():
        entries = store.entries.present(kind, project_id)
    return cells.written(kind, [(one.id, draft_of(one)) for one in entries])


def read_csv(
    store: Store,
    person: Person,
    project_id: str,
    kind: Kind,
    data: bytes,
    *,
    dry_run: bool = False,
) -> CsvResult:
    """Add and change entries as a CSV table says, as one change.

    A row with an id is that entry, or a new one with this id. A row without is the one entry of
    exactly that name, or a new one. Rows that cannot be taken are listed, the rest is taken;
    entries that the table does not name stay as they are.

    Args:
        store: The store.
        person: Who imports.
        project_id: The project.
        kind: The registry.
        data: The file's content.
        dry_run: Only say what would be done.

    Raises:
        Forbidden: if the person may not change the registry.
        Invalid: if the table as a whole cannot be read.
    """
    accounts.require(store, person, "registry.change", project_id)
    # Before the transaction: reading a large table must keep nobody from saving labels.
    rows = list(cells.read(kind, data))
    if dry_run:
        with store.snapshot():
            return _Plan(store, project_id, kind, rows).result("")
    with accounts.permitted(store, person, "registry.change", project_id) as tx:
        plan = _Plan(store, project_id, kind, rows)
        change_id = ""
        if plan.steps:
            change_id = begin(store, tx, "table")
            for before, after in plan.steps.values():
                store.entries.write(tx, kind, "change" if before else "add", before, after)
    return plan.result(change_id)


@dataclass(frozen=True, slots=True)
class _Known:
    """The present entries by id, their ids by name, and those that were removed or merged."""

    entries: Mapping[str, StoredEntry]
    names: dict[str, list[str]]


class _Plan:
    """What a table would change: entries before and after by id."""

    def __init__(
        self,
        store: Store,
        project_id: str,
        kind: Kind,
        rows: list[tuple[int, dict[str, str] | Invalid]],
    ) -> None:
        self.steps: dict[str, tuple[StoredEntry | None, StoredEntry]] = {}
        self.unchanged = 0
        self.problems: list[CsvProblem] = []
        self._store, self._project_id, self._kind = store, project_id, kind
        self._known = self._look_up(rows)
        self._lines: dict[str, int] = {}
        for line, row in rows:
            try:
                if isinstance(row, Invalid):
                    raise row
                self._take(line, row)
            except WorkbenchError as error:
                self.problems.append(CsvProblem(line, error))

    def result(self, change_id: str) -> CsvResult:
        """What it comes to, under the id of the change that it became."""
        added = sum(before is None for before, _ in self.steps.values())
        return CsvResult(
            added, len(self.steps) - added, self.unchanged, tuple(self.problems), change_id,
            self._changes(), self._new_groups(),
        )  # fmt: skip

    def _changes(self) -> tuple[CsvChange, ...]:
        """The rows that do something, as they stand in the table."""
        later = dict(self._known.entries) | {id_: after for id_, (_, after) in self.steps.items()}
        called: dict[str, set[str]] = {}
        for one in later.values():
            if one.deleted_at is None:
                for key in map(search_key, _texts(one)):
                    called.setdefault(key, set()).add(one.id)
        found = []
        for id_, (before, after) in self.steps.items():
            new = _texts(after) - (_texts(before) if before else set())
            taken = tuple(
                (text, later[other].name)
                for text in sorted(new)
                for other in sorted(called[search_key(text)] - {id_})[:1]
            )
            old = draft_of(before) if before else None
            found.append(CsvChange(self._lines[id_], old, draft_of(after), taken))
        return tuple(sorted(found, key=lambda one: one.line))

    def _new_groups(self) -> tuple[tuple[str, int], ...]:
        known = {one.group for one in self._known.entries.values()} | {""}
        if self._kind == "actor":
            known |= set(ACTOR_KINDS)
        else:
            labels = self._store.projects.codebook(self._project_id).document_labels
            known |= {value.name for label in labels for value in label.values}
        counted = Counter(after.group for _, after in self.steps.values())
        return tuple((group, n) for group, n in counted.most_common() if group not in known)

    def _look_up(self, rows: list[tuple[int, dict[str, str] | Invalid]]) -> _Known:
        entries = {one.id: one for one in self._store.entries.present(self._kind, self._project_id)}
        names: dict[str, list[str]] = {}
        for one in entries.values():
            names.setdefault(one.name, []).append(one.id)
        # In the form in which `_entry` will ask for them: an entry of another project that is
        # not found here would pass for a new one.
        given = (row.get("id", "").strip() for _, row in rows if not isinstance(row, Invalid))
        ids = {entry_id for text in given if (entry_id := _id_of(text)) is not None}
        strange = sorted(ids - set(entries))
        return _Known(entries | self._store.entries.many(self._kind, strange), names)

    def _take(self, line: int, row: Mapping[str, str]) -> None:
        given = cells.drafted(row, Draft(""))
        # How long names may be is asked below, of those that the entry does not have already.
        long = {" ".join(text.split()) for text in (given.name, *(a.text for a in given.aliases))}
        name = checked(self._kind, given, long).name
        entry_id = self._entry(row.get("id", "").strip(), name)
        if entry_id in self._lines:
            raise Conflict(
                "The row means the same entry as line {line}", "Leave one of them out",
                line=self._lines[entry_id],
            )  # fmt: skip
        before = self._known.entries.get(entry_id)
        if before is None:
            draft = cells.drafted(row, Draft(""))
            after = filled(self._store, self._project_id, self._kind, entry_id, draft)
        else:
            draft = cells.drafted(row, draft_of(before))
            # Compared as it is: what an older import wrote untidily is not a change.
            after = (
                before
                if draft == draft_of(before)
                else rewritten(self._store, self._project_id, self._kind, before, draft)
            )
        self._lines[entry_id] = line
        if after == before:
            self.unchanged += 1
        else:
            self.steps[entry_id] = (before, after)

    def _entry(self, given: str, name: str) -> str:
        """The id that a row means."""
        if not given:
            same = self._known.names.get(name, [])
            if len(same) > 1:
                raise Conflict(
                    "{count} entries are called {name!r}", "Give the id of the one that is meant",
                    count=len(same), name=name,
                )  # fmt: skip
            if not same:
                # Of two new rows with one name, the second means the entry of the first.
                same = self._known.names[name] = [new_id()]
            return same[0]
        entry_id = _id_of(given)
        if entry_id is None:
            raise Invalid("{given!r} is no id of an entry", "Leave the cell empty for a new entry",
                          given=given[:80])  # fmt: skip
        one = self._known.entries.get(entry_id)
        if one is not None and one.project_id not in (None, self._project_id):
            raise Invalid("The entry {entry_id} belongs to another project", entry_id=entry_id)
        if one is not None and one.deleted_at is not None:
            successors = self._store.entries.successors(self._kind, [entry_id])
            raise Invalid(
                "The entry {entry_id} is no longer in the registry",
                "It was merged into {successor}" if successors else "Restore it first",
                entry_id=entry_id,
                successor=successors.get(entry_id, ""),
            )
        return entry_id


def _texts(one: StoredEntry) -> set[str]:
    """What an entry is called; terms may be those of many."""
    return {one.name, *(alias.text for alias in one.aliases if alias.kind != "term")}


def _id_of(text: str) -> str | None:
    """An id in its canonical form; None for what is none."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return None
