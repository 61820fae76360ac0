"""Entries as one person may see them: lists, single entries, and what uses them.

Counts and lists of uses cover the label sets of the project that the viewer may see, and no
others, so that they tell nothing of what colleagues record unseen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

from annotate import accounts
from annotate.errors import Invalid, NotFound
from annotate.model import LabelSet, Person
from annotate.registries.model import (
    SHOWS,
    SORTS,
    Draft,
    Entry,
    EntryPage,
    EntryRequest,
    Group,
    Kind,
    Role,
    Use,
    UsePage,
)
from annotate.store import Store
from annotate.store.database import Row, to_json
from annotate.store.entries import EntryFilter, StoredEntry
from annotate.store.labels import Entity
from annotate.store.registry import search_key
from annotate.store.uses import Subject

MOST_ITEMS = 500
_ROLES: dict[str, Role] = {
    "claim_id": "claim",
    "speaker_id": "speaker",
    "holder_id": "holder",
    "addressee_id": "addressee",
    "actor_id": "mention",
}
Place = tuple[int, Subject, str, str]


def search(
    store: Store, person: Person, project_id: str, kind: Kind, request: EntryRequest
) -> EntryPage:
    """A page of entries found by any of their names.

    Raises:
        Forbidden, NotFound: if the person may not read the project's registries.
        Invalid: if the order or cursor is none.
    """
    accounts.require(store, person, "registry.read", project_id)
    with store.snapshot():
        limit = min(max(request.limit, 1), MOST_ITEMS)
        wanted = replace(_filter(store, person, project_id, kind, request), limit=limit + 1)
        listed = store.entries.listed(kind, wanted)
        more = len(listed) > limit
        listed = listed[:limit]
        items = many(store, person, project_id, kind, [one.id for one in listed])
        return EntryPage(
            tuple(items[one.id] for one in listed),
            to_json(list(listed[-1].order)) if more else None,
            store.entries.count(kind, wanted),
        )


def every_id(
    store: Store, person: Person, project_id: str, kind: Kind, request: EntryRequest
) -> tuple[str, ...]:
    """The ids of all entries of a list, in its order, whatever page the request asks for.

    Raises:
        Forbidden, NotFound, Invalid: as for ``search``.
    """
    accounts.require(store, person, "registry.read", project_id)
    with store.snapshot():
        whole = replace(request, after=None)
        wanted = _filter(store, person, project_id, kind, whole)
        wanted = replace(wanted, limit=store.entries.count(kind, wanted))
        return tuple(one.id for one in store.entries.listed(kind, wanted))


def entry(store: Store, person: Person, project_id: str, kind: Kind, entry_id: str) -> Entry:
    """One entry; removed and merged ones too.

    Raises:
        Forbidden: if the person may not read the project's registries.
        NotFound: if there is none in this project.
    """
    accounts.require(store, person, "registry.read", project_id)
    with store.snapshot():
        stored(store, project_id, kind, [entry_id])
        found = many(store, person, project_id, kind, [entry_id])[entry_id]
        if found.merged_into is None:
            return found
        successor = store.entries.successors(kind, [entry_id])[entry_id]
        return replace(found, merged_into=successor)


def groups(store: Store, person: Person, project_id: str, kind: Kind) -> tuple[Group, ...]:
    """The actor kinds or claim topics of the present entries, largest first."""
    accounts.require(store, person, "registry.read", project_id)
    return tuple(Group(name, n) for name, n in store.entries.groups(kind, project_id))


def uses(
    store: Store,
    person: Person,
    project_id: str,
    kind: Kind,
    entry_id: str,
    *,
    search: str = "",
    after: str | None = None,
    limit: int = 50,
) -> UsePage:
    """The statements and mentions in a project that refer to an entry, newest article first.

    Args:
        store: The store.
        person: Who asks; what they may not see is neither listed nor counted.
        project_id: The project.
        kind: The registry.
        entry_id: The entry.
        search: A part of the article's title, the claim, the quote or the coder's name, in any
            script; empty for all.
        after: ``UsePage.after`` of the page before.
        limit: The number of uses at most.
    """
    accounts.require(store, person, "registry.read", project_id)
    with store.snapshot():
        stored(store, project_id, kind, [entry_id])
        places = _searched(store, person, project_id, kind, entry_id, search)
        limit, start = min(max(limit, 1), MOST_ITEMS), 0
        if after is not None:
            key = _use_order(_cursor(after, (str, int)) or ())
            start = next((n for n, one in enumerate(places) if _use_order(one) > key), len(places))
        page = places[start : start + limit]
        more = start + limit < len(places)
        return UsePage(
            _described(store, person, project_id, kind, entry_id, page),
            to_json(list(page[-1][:3])) if more else None,
            len(places),
        )


def every_use(
    store: Store, person: Person, project_id: str, kind: Kind, entry_id: str, search: str = ""
) -> tuple[tuple[Subject, str], ...]:
    """All the uses that ``uses`` lists page by page: what each is, and its id.

    Raises:
        Forbidden, NotFound: as for ``uses``.
    """
    accounts.require(store, person, "registry.read", project_id)
    with store.snapshot():
        stored(store, project_id, kind, [entry_id])
        places = _searched(store, person, project_id, kind, entry_id, search)
        return tuple((place[1], place[2]) for place in places)


def visible_places(
    store: Store, person: Person, project_id: str, kind: Kind, entry_id: str
) -> list[Place]:
    """Where an entry is used, as far as the person may see it."""
    places = store.uses.places(kind, project_id, entry_id)
    seen = visible_sets(store, person, project_id, [place[3] for place in places])
    return [place for place in places if place[3] in seen]


def visible_sets(
    store: Store, person: Person, project_id: str, label_set_ids: Sequence[str]
) -> set[str]:
    """Which of the label sets of a project a person may see."""
    project = store.projects.get(project_id)
    heads = store.uses.heads(project_id, set(label_set_ids), person.id)
    return {head.id for head in accounts.visible(store, person, project, heads)}


def tally(
    store: Store, person: Person, project_id: str, kind: Kind, ids: Sequence[str] | None
) -> dict[str, tuple[int, int]]:
    """Statements and mentions by entry id, as far as the person may see them."""
    rows = store.uses.tally(kind, project_id, ids)
    seen = visible_sets(store, person, project_id, [row[2] for row in rows])
    found: dict[str, tuple[int, int]] = {}
    for entry_id, subject, label_set_id, n in rows:
        if label_set_id in seen:
            statements, mentions = found.get(entry_id, (0, 0))
            counted = (statements + n, mentions) if subject == "statement" else (
                statements, mentions + n)  # fmt: skip
            found[entry_id] = counted
    return found


def many(
    store: Store, person: Person, project_id: str, kind: Kind, ids: Sequence[str]
) -> dict[str, Entry]:
    """Entries by id, with the uses that the person may see."""
    counts = tally(store, person, project_id, kind, ids)
    return {
        id_: Entry(
            id_, kind, draft_of(one), one.version, *counts.get(id_, (0, 0)),
            removed=one.deleted_at is not None, merged_into=one.merged_into,
        )
        for id_, one in store.entries.many(kind, ids).items()
    }  # fmt: skip


def stored(store: Store, project_id: str, kind: Kind, ids: Sequence[str]) -> dict[str, StoredEntry]:
    """Entries of the project's registry by id.

    Raises:
        NotFound: if one of them is not there.
    """
    found = store.entries.many(kind, ids)
    for id_ in ids:
        if id_ not in found or found[id_].project_id not in (None, project_id):
            raise NotFound("There is no entry {entry_id} in this project", entry_id=id_[:80])
    return found


def draft_of(one: StoredEntry) -> Draft:
    """The content of a stored entry."""
    return Draft(one.name, one.group, one.language, one.aliases, one.external_ids, one.note)


def _filter(
    store: Store, person: Person, project_id: str, kind: Kind, request: EntryRequest
) -> EntryFilter:
    if request.sort not in SORTS or request.show not in SHOWS:
        raise Invalid("There is no such list of entries")
    by_uses = request.show in ("used", "unused")
    everything = by_uses or request.sort == "uses"
    counts = tally(store, person, project_id, kind, None) if everything else {}
    return EntryFilter(
        project_id,
        request.search,
        request.groups,
        removed=request.show == "removed",
        used=request.show == "used" if by_uses else None,
        counts={id_: sum(both) for id_, both in counts.items()},
        sort=request.sort,
        after=_cursor(request.after, (str, int)),
    )


def _searched(
    store: Store, person: Person, project_id: str, kind: Kind, entry_id: str, search: str
) -> list[Place]:
    places = visible_places(store, person, project_id, kind, entry_id)
    key = search_key(search)
    if not key:
        return places
    # Whoever does not see the names finds nothing by them.
    named = not accounts.hides(store, person, store.projects.get(project_id))
    uses = _described(store, person, project_id, kind, entry_id, places)
    return [
        place
        for place, use in zip(places, uses, strict=True)
        if any(
            key in search_key(text)
            for text in (use.title, use.claim, use.quote, use.coder if named else "")
        )
    ]


def _coders(
    store: Store, person: Person, project_id: str, about: Mapping[str, Row]
) -> Mapping[str, str]:
    """What the coders are called to a person, by label set; letters where names are hidden."""
    coders = {id_: str(row["coder"]) for id_, row in about.items()}
    project = store.projects.get(project_id)
    if not accounts.hides(store, person, project):
        return coders
    heads: dict[str, list[LabelSet]] = {}
    article_ids = sorted({row["article_id"] for row in about.values()})
    for start in range(0, len(article_ids), 200):
        for head in store.labels.heads_on(article_ids[start : start + 200], project_id):
            heads.setdefault(head.article_id, []).append(head)
    for article_id, here in heads.items():
        letters = accounts.letters(project, article_id, here)
        for head in here:
            if head.id in coders and head.coder_id not in (None, person.id):
                coders[head.id] = letters.get(head.id, "?")
    return coders


def _described(
    store: Store,
    person: Person,
    project_id: str,
    kind: Kind,
    entry_id: str,
    page: Sequence[Place],
) -> tuple[Use, ...]:
    about = store.uses.described(sorted({place[3] for place in page}))
    coders = _coders(store, person, project_id, about)
    entities: dict[str, Entity] = {}
    for subject in get_args(Subject):
        ids = [place[2] for place in page if place[1] == subject]
        entities |= {id_: one for id_, (_, one) in store.uses.entities(subject, ids).items()}
    evidence = [entity["evidence"][0] for entity in entities.values() if entity.get("evidence")]
    quotes = store.uses.quotes(evidence)
    claim_ids = sorted({one["claim_id"] for one in entities.values() if "claim_id" in one})
    claims = store.registry.claims(claim_ids)
    found = []
    for _, subject, id_, label_set_id in page:
        row, entity = about[label_set_id], entities[id_]
        first = next(iter(entity.get("evidence", ())), "")
        claim = claims.get(entity.get("claim_id", ""))
        found.append(
            Use(
                subject, id_, _roles(kind, entity, entry_id), label_set_id, coders[label_set_id],
                row["status"], row["article_id"], row["title"], row["published_at"],
                entity.get("stance", ""), claim.text if claim else "",
                entity.get("quote") or quotes.get(first, ""),
            )
        )  # fmt: skip
    return tuple(found)


def _roles(kind: Kind, entity: Entity, entry_id: str) -> tuple[Role, ...]:
    if kind == "claim":
        return ("claim",)
    roles = [role for name, role in _ROLES.items() if entity.get(name) == entry_id]
    if entry_id in entity.get("reported_by", ()):
        roles.append("reporter")
    return tuple(roles)


def _use_order(place: Sequence[Any]) -> tuple[int, str, str]:
    if len(place) < 3 or not isinstance(place[0], int):
        raise Invalid("The page's place in the list cannot be read", "Begin at its first page")
    return -place[0], str(place[1]), str(place[2])


def _cursor(text: str | None, types: tuple[type, ...]) -> tuple[str | int, ...] | None:
    if text is None:
        return None
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, list) or not all(type(value) in types for value in values):
        raise Invalid("The page's place in the list cannot be read", "Begin at its first page")
    return tuple(values)
