"""Who changed what and when: of one thing, or lately in a project, as one person may see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath
from typing import Literal

from annotate import accounts
from annotate.accounts import Action
from annotate.errors import NotFound
from annotate.history import changes, steps
from annotate.history.changes import FieldChange, Names
from annotate.history.restoring import restorable
from annotate.history.sight import LABELS, REGISTRIES, Sight
from annotate.history.steps import Step
from annotate.model import Event, LabelSet, Person
from annotate.store import Store, TrailFilter

Kind = Literal["article", "statement", "actor", "claim", "project"]
KINDS: tuple[Kind, ...] = ("article", "statement", "actor", "claim", "project")
LIMIT = 50
# What a project's recent changes may be narrowed to. An ingest of thousands of articles would
# bury everything else: they are shown where they are asked for.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "labels": LABELS,
    "registries": REGISTRIES,
    "project": (
        "project",
        "codebook_version",
        "person",
        "export",
        "ingest_run",
        "sync_link",
        "sync_conflict",
    ),
    "rounds": ("round", "assignment"),
    "articles": ("article",),
    # The actors as all projects change them; the other groups hold this project's changes alone.
    "shared": ("actor",),
}
_ALL = (
    *GROUPS["labels"],
    *GROUPS["registries"],
    *GROUPS["project"],
    *GROUPS["rounds"],
)
_ASKS: Mapping[str, Action] = {
    "person": "project.change",
    "export": "project.change",
    "ingest_run": "ingest.read",
    "sync_link": "project.read_settings",
    "sync_conflict": "project.read_settings",
    # Who else codes an article is not for those who code it.
    "round": "assignment.read",
    "assignment": "assignment.read",
}
# Said by another event of the same operation.
_SILENT = frozenset({"label_set.freeze"})
_ADDED = frozenset({"span.add", "statement.add"})


@dataclass(frozen=True, slots=True)
class Subject:
    """What an entry is about.

    ``article_id`` and ``article`` (its title) say where a label stands, ``owner`` whose label set
    that is (a display name, ``gold`` for the gold layer).
    """

    kind: str
    id: str
    name: str
    article_id: str = ""
    article: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change.

    ``by`` is None where the viewer may not know; ``action`` is a stable word; ``codebook`` the
    number of the version that names the values of a label, if it is one; ``step`` what a merge, a
    split or a move did between entries of a registry; ``again`` whether what was added had been
    there before.
    """

    id: str
    at: str
    by: str | None
    action: str
    subject: Subject
    changes: tuple[FieldChange, ...]
    restorable: bool
    codebook: int | None = None
    step: Step | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """A page of changes, newest first; ``after`` is the next page's cursor, None on the last."""

    items: tuple[Entry, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Narrows a project's changes: by whom (a person's id), which of ``GROUPS``, when (UTC)."""

    by: str = ""
    group: str = ""
    since: str = ""
    until: str = ""


def timeline(
    store: Store,
    person: Person,
    project_id: str,
    kind: Kind,
    id_: str,
    *,
    after: str | None = None,
    limit: int = LIMIT,
    wanted: Wanted | None = None,
) -> TimelinePage:
    """The changes of an article with its labels, a statement, a registry entry, or a project.

    Args:
        store: The store.
        person: Who asks; label sets that they may not see, and who added which registry entry
            while they work blind, are left out.
        project_id: The project in which they ask.
        kind: What the changes are of.
        id_: Its id; the project's own for ``project``.
        after: The cursor of the page before.
        limit: The number of changes at most.
        wanted: Which changes of a project; for the other kinds without effect.

    Raises:
        Forbidden, NotFound: if the person may not read its history, or not know of it.
    """
    accounts.require(store, person, "history.read", project_id)
    with store.snapshot():
        sight = Sight(store, person, project_id)
        limit = min(max(limit, 1), 200)
        narrowed = wanted if wanted and kind == "project" else Wanted()
        events = _events(sight, kind, id_, after, narrowed)
        seen = list(islice(_seen(sight, events, narrowed), limit + 1))
        page = store.trails.whole(seen[:limit])
        items = _entries(sight, page, whole=kind == "article")
        return TimelinePage(items, page[-1].id if len(seen) > limit else None)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody by the name that others see, and nothing else of their account."""

    id: str
    display_name: str


def people(store: Store, person: Person, project_id: str) -> list[Colleague]:
    """Those whose changes a project's history can be narrowed to, by name."""
    accounts.require(store, person, "history.read", project_id)
    members = store.people.many(sorted(store.projects.members(project_id))).values()
    known = [Colleague(one.id, one.display_name) for one in members]
    return sorted(known, key=lambda one: one.display_name)


def _events(
    sight: Sight, kind: Kind, id_: str, after: str | None, wanted: Wanted
) -> Iterator[Event]:
    trails, project_id = sight.store.trails, sight.project.id
    if kind == "project":
        if id_ != project_id:
            raise NotFound("There is no project {project_id}", project_id=id_)
        kinds = GROUPS.get(wanted.group, _ALL)
        shared = wanted.group == "shared"
        narrowed = TrailFilter(wanted.by, kinds, wanted.since, wanted.until, shared)
        return trails.of_project(project_id, narrowed, after)
    if kind == "article":
        inside = sight.store.articles.projects_of(trails.revisions(id_))
        revisions = [one for one, projects in inside.items() if project_id in projects]
        if id_ not in revisions:
            raise NotFound("There is no article {article_id} in this project", article_id=id_)
        heads = sight.label_sets_on(revisions)
        return trails.of_article(revisions, [head.id for head in heads], after)
    if kind == "statement":
        home = trails.label_sets_of([(kind, id_)]).get((kind, id_))
        if home is None or home not in sight.label_sets([home]):
            raise NotFound("There is no such statement in this project")
    elif not sight.knows_entry(kind, id_):
        raise NotFound("There is no such entry in this project")
    return trails.of_subject(kind, id_, after)


def _seen(sight: Sight, events: Iterable[Event], wanted: Wanted) -> Iterator[Event]:
    """Of some events those that the viewer may see, in their order."""
    shown = {
        kind
        for kind in (*_ALL, *GROUPS["articles"])
        if kind not in _ASKS
        or accounts.may(sight.store, sight.person, _ASKS[kind], sight.project.id)
    }
    source, size = iter(events), 200
    while batch := list(islice(source, size)):
        size = min(size * 2, 6400)
        subjects = {(event.subject_kind, event.subject_id) for event in batch}
        homes = sight.store.trails.label_sets_of(subjects)
        visible = sight.label_sets(set(homes.values()))
        for event in batch:
            home = homes.get((event.subject_kind, event.subject_id))
            hidden = event.subject_kind in LABELS and home not in visible
            # A filter by a person must not tell who did what is shown without a name.
            coder = sight.hidden_coder(visible.get(home or ""))
            unnamed = event.by in (coder, sight.hidden_assignee(event))
            nameless = bool(wanted.by) and (unnamed or not sight.knows_who(event))
            silent = event.subject_kind not in shown or event.action in _SILENT
            if not (hidden or nameless or silent):
                yield event


def _entries(sight: Sight, events: Sequence[Event], *, whole: bool) -> tuple[Entry, ...]:
    known = changes.names(sight.store, events)
    homes = sight.store.trails.label_sets_of((e.subject_kind, e.subject_id) for e in events)
    heads = sight.label_sets(set(homes.values()))
    people = sight.store.people.many(
        sorted({e.by for e in events} | {h.coder_id for h in heads.values() if h.coder_id})
    )
    names = {id_: one.display_name for id_, one in people.items()}
    about = {e.subject_id for e in events if e.subject_kind == "article"}
    about |= {
        str((e.after or e.before or {}).get("article_id", ""))
        for e in events
        if e.subject_kind == "assignment"
    }
    titles = sight.store.trails.titles({head.article_id for head in heads.values()} | about)
    between = steps.of_events(sight, events)
    again = sight.store.trails.put_back(e for e in events if e.action in _ADDED)
    entries = []
    for event in events:
        head = heads.get(homes.get((event.subject_kind, event.subject_id), ""))
        unnamed = sight.hidden_coder(head), sight.hidden_assignee(event)
        named = sight.knows_who(event) and event.by not in unnamed
        entries.append(
            Entry(
                id=event.id,
                at=event.at,
                by=names.get(event.by) if named else None,
                action=event.action,
                subject=_subject(sight, event, head, known, titles, names),
                changes=tuple(
                    one
                    for one in _changes(sight.store, event, known, whole=whole)
                    if (one.field != "coder" or sight.hidden_assignee(event) is None)
                    # Said with the step, by which it came about.
                    and (one.field != "merged_into" or event.id not in between)
                ),
                restorable=restorable(sight.store, sight.person, sight.project.id, event, head),
                codebook=_codebook(event),
                step=between.get(event.id),
                again=event.id in again,
            )
        )
    return tuple(entries)


def _codebook(event: Event) -> int | None:
    number = (event.after or event.before or {}).get("codebook_version")
    return number if isinstance(number, int) else None


def _subject(
    sight: Sight,
    event: Event,
    head: LabelSet | None,
    known: Names,
    titles: Mapping[str, str],
    names: Mapping[str, str],
) -> Subject:
    kind, id_ = event.subject_kind, event.subject_id
    state = event.after or event.before or {}
    if head is not None:
        title = titles.get(head.article_id, "")
        name = {
            "statement": known.of("claim_id", str(state.get("claim_id"))),
            "span": str(state.get("quote", "")),
            "document_label": id_.split("/", 1)[-1],
        }.get(kind, title)
        owner = names.get(head.coder_id, "") if head.coder_id else "gold"
        owner = "" if sight.hidden_coder(head) else owner
        return Subject(kind, id_, name, head.article_id, title, owner)
    if kind == "article":
        return Subject(kind, id_, titles.get(id_, ""), id_)
    if kind == "assignment":
        article_id = str(state.get("article_id", ""))
        return Subject(kind, id_, titles.get(article_id, ""), article_id)
    if kind == "round":
        return Subject(kind, id_, sight.store.rounds.get(id_).name)
    if kind == "actor":
        return Subject(kind, id_, known.of("actor_id", id_))
    if kind == "claim":
        return Subject(kind, id_, known.of("claim_id", id_))
    if kind == "person":
        person = sight.store.people.many([id_]).get(id_)
        return Subject(kind, id_, person.display_name if person else "")
    if kind == "codebook_version":
        return Subject(kind, id_, id_.rsplit("/", 1)[-1])
    if kind == "ingest_run":
        paths = state.get("paths")
        files = [PurePath(str(path)).name for path in paths] if isinstance(paths, list) else []
        return Subject(kind, id_, ", ".join(files))
    return Subject(kind, id_, sight.project.name if kind == "project" else "")


def _changes(store: Store, event: Event, known: Names, *, whole: bool) -> tuple[FieldChange, ...]:
    if event.action != "article.ingest" or not whole:
        return changes.of_event(event, known)
    article = store.articles.get(event.subject_id)
    earlier = [
        one
        for one in store.articles.many(store.trails.revisions(article.id))
        if one.revision == article.revision - 1
    ]
    if not earlier:
        return changes.of_event(event, known)
    before, after = ({"title": one.title, "text": one.text} for one in (*earlier, article))
    return changes.of_states("article", before, after, known)
