"""What the registries of actors and claims are asked and what they answer.

Both registries are one room: ``kind`` says which of the two is meant. An actor's kind and a
claim's topic are its *group* here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from annotate.errors import WorkbenchError
from annotate.model import Alias

Kind = Literal["actor", "claim"]
Sort = Literal["name", "group", "newest", "uses"]
Show = Literal["present", "used", "unused", "removed"]
Role = Literal["claim", "speaker", "holder", "addressee", "reporter", "mention"]

KINDS: tuple[Kind, ...] = ("actor", "claim")
SORTS: tuple[Sort, ...] = ("name", "group", "newest", "uses")
SHOWS: tuple[Show, ...] = ("present", "used", "unused", "removed")
ACTOR_KINDS = ("person", "organisation", "government", "party", "media", "group", "place", "other")


@dataclass(frozen=True, slots=True)
class Draft:
    """The content of an entry, as somebody means to write it.

    ``name`` is an actor's name or a claim's wording, ``group`` an actor's kind or a claim's
    topic. ``language`` is a claim's; empty for the codebook's working language. Actors alone
    have ``external_ids``, such as ``{"wikidata": "Q42"}``.
    """

    name: str
    group: str = ""
    language: str = ""
    aliases: tuple[Alias, ...] = ()
    external_ids: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A registry entry as one person may see it in one project.

    ``statements`` and ``mentions`` count the uses that this person may see in the project.
    ``version`` changes with every change of the entry; who edits sends it back as ``base``.
    ``removed`` holds for merged entries too; ``merged_into`` is the id of the present entry
    that took this one's place.
    """

    id: str
    kind: Kind
    draft: Draft
    version: str
    statements: int = 0
    mentions: int = 0
    removed: bool = False
    merged_into: str | None = None

    @property
    def name(self) -> str:
        """An actor's name, or a claim's wording."""
        return self.draft.name

    @property
    def uses(self) -> int:
        """Statements and mentions together."""
        return self.statements + self.mentions


@dataclass(frozen=True, slots=True)
class EntryRequest:
    """What a list of entries shows.

    Args:
        search: A part of a name or alias in any script; empty for all.
        groups: Actor kinds or claim topics; empty for all.
        show: Present entries, those of them that the viewer sees used or unused, or those that
            were removed or merged.
        sort: The order. A search puts the whole name first, then beginnings, in every order
            by name.
        after: ``EntryPage.after`` of the page before.
        limit: The number of entries at most.
    """

    search: str = ""
    groups: tuple[str, ...] = ()
    show: Show = "present"
    sort: Sort = "name"
    after: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class EntryPage:
    """A page of entries: ``after`` is the next page's cursor, ``total`` counts the whole list."""

    items: tuple[Entry, ...]
    after: str | None
    total: int


@dataclass(frozen=True, slots=True)
class Use:
    """A statement or a mention that refers to an entry.

    ``kind`` says which; ``id`` is the statement's or the span's. ``roles`` are those that the
    entry has in it. ``quote`` is the mention, or the statement's first evidence. ``coder`` is a
    display name, empty for the gold layer.
    """

    kind: Literal["statement", "span"]
    id: str
    roles: tuple[Role, ...]
    label_set_id: str
    coder: str
    status: str
    article_id: str
    title: str
    published_at: str | None
    stance: str
    claim: str
    quote: str


@dataclass(frozen=True, slots=True)
class UsePage:
    """A page of uses, newest article first; ``total`` counts all that the viewer may see."""

    items: tuple[Use, ...]
    after: str | None
    total: int


@dataclass(frozen=True, slots=True)
class Change:
    """What a change did; its ``id`` undoes it, and is empty where nothing changed.

    ``entry_ids`` are the entries concerned, the one to look at first. ``statements`` and
    ``mentions`` count those that follow and that the person may see.
    """

    id: str
    entry_ids: tuple[str, ...]
    statements: int = 0
    mentions: int = 0


@dataclass(frozen=True, slots=True)
class PastChange:
    """A change that can be, or was, undone. ``what``: merge, split, move, change, ..."""

    id: str
    what: str
    at: str
    names: tuple[str, ...]
    undone: bool


@dataclass(frozen=True, slots=True)
class Group:
    """An actor kind or a claim topic, and how many present entries are in it."""

    name: str
    entries: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries that may be the same, from 1.0 (surely alike) down.

    ``why``: ``name`` (a name or alias in common), ``external_id``, ``spelling`` (the same but for
    spaces, punctuation or the order of words), ``part`` (one name within the other), ``typing``
    (one character differs) or ``words`` (most of the wording in common).
    """

    a: Entry
    b: Entry
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class CsvProblem:
    """A row that was not taken: its line in the file, counted from 1, and why."""

    line: int
    error: WorkbenchError


@dataclass(frozen=True, slots=True)
class CsvChange:
    """A row that adds an entry, or changes one that held ``before``.

    ``taken`` are those of its new names that another entry has already, in whatever script, each
    with that entry's name.
    """

    line: int
    before: Draft | None
    after: Draft
    taken: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CsvResult:
    """What reading a table did, or would do; ``change_id`` undoes it.

    ``new_groups`` are the actor kinds or topics that nothing had before, each with its rows: a
    kind of one's own is allowed, and mostly a slip.
    """

    added: int
    changed: int
    unchanged: int
    problems: tuple[CsvProblem, ...]
    change_id: str = ""
    changes: tuple[CsvChange, ...] = ()
    new_groups: tuple[tuple[str, int], ...] = ()
