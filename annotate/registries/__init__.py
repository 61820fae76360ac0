"""The registries of actors and claims: search, edit, merge, split, undo, duplicates, tables.

One set of functions serves both; ``kind`` says which registry is meant. Every function asks the
permission table, and counts and lists only uses that the person may see. Every change is one
transaction with its events, remembered under an id with which ``undo`` takes it back.

Actors are shared by all projects: an editor of any project may correct one, but a merge or a
split takes an editor of every project whose labels it changes.
"""

from __future__ import annotations

from annotate.registries.changing import add, bulk, change, remove, remove_unused, restore
from annotate.registries.model import (
    ACTOR_KINDS,
    KINDS,
    SHOWS,
    SORTS,
    Change,
    CsvChange,
    CsvProblem,
    CsvResult,
    Draft,
    Entry,
    EntryPage,
    EntryRequest,
    Group,
    Kind,
    Pair,
    PastChange,
    Use,
    UsePage,
)
from annotate.registries.moving import changes, merge, move, split, undo
from annotate.registries.namesakes import namesakes
from annotate.registries.pairs import dismiss_pairs, duplicates, propose_pairs
from annotate.registries.table import read_csv, write_csv
from annotate.registries.viewing import entry, every_id, every_use, groups, search, uses

__all__ = [
    "ACTOR_KINDS",
    "KINDS",
    "SHOWS",
    "SORTS",
    "Change",
    "CsvChange",
    "CsvProblem",
    "CsvResult",
    "Draft",
    "Entry",
    "EntryPage",
    "EntryRequest",
    "Group",
    "Kind",
    "Pair",
    "PastChange",
    "Use",
    "UsePage",
    "add",
    "bulk",
    "change",
    "changes",
    "dismiss_pairs",
    "duplicates",
    "entry",
    "every_id",
    "every_use",
    "groups",
    "merge",
    "move",
    "namesakes",
    "propose_pairs",
    "read_csv",
    "remove",
    "remove_unused",
    "restore",
    "search",
    "split",
    "undo",
    "uses",
    "write_csv",
]
