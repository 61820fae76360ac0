"""What goes into an export, under permission: records of articles with the label sets chosen."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import exports
from annotate import accounts
from annotate.errors import Forbidden, Invalid
from annotate.model import Article, LabelSet, Person, new_id
from annotate.reading import ListRequest, article_filter
from annotate.registries.following import referenced
from annotate.store import CodebookVersion, Store
from annotate.store.bulk import uncollected

NATIVE = "jsonl"
LAYERS = ("all", "gold")
MOST_COUNTED = 2000


@dataclass(frozen=True, slots=True)
class Choice:
    """What to export.

    Args:
        project_id: A project; None for all that the person may see.
        layer: ``all``, ``gold`` or the name of one coder. ``all`` is every coder's labels;
            which formats hold gold beside them, each says itself (``Format.kinds``). Articles
            without labels are taken along only in ``all``.
        drafts: Whether unsubmitted label sets are taken; None for yes in ``jsonl`` alone.
        request: A filter of articles, as in the article list.
    """

    project_id: str | None = None
    layer: str = "all"
    drafts: bool | None = None
    request: ListRequest = field(default_factory=ListRequest)


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote, and how many label sets it left out because of blindness.

    The number is given to those alone who may know that the label sets exist.
    """

    summary: exports.Summary
    withheld: int


@dataclass(frozen=True, slots=True)
class Size:
    """What an export would hold, counted beforehand.

    ``copies`` and ``earlier`` are those among the articles that the article list does not show:
    copies of a text, and revisions that another has replaced. ``own_drafts`` counts the articles
    whose labels of the person's own are left out because they are drafts. Where there are more
    than ``MOST_COUNTED`` articles to look at, only these are counted, and ``whole`` is false.
    """

    articles: int
    label_sets: int = 0
    statements: int = 0
    copies: int = 0
    earlier: int = 0
    own_drafts: int = 0
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Earlier:
    """An export that was made: when, by whom, of what, and the SHA-256 of what it wrote."""

    id: str
    at: str
    by: Person
    format: str
    layer: str
    articles: int
    sha256: str


def earlier(store: Store, person: Person, project_id: str, limit: int = 20) -> list[Earlier]:
    """The last exports from a project: one's own, and for those who lead it, everybody's.

    A colleague's export of one coder says how many articles that coder has labels on.

    Raises:
        Forbidden, NotFound: if the person may not export from the project.
    """
    accounts.require(store, person, "export.read", project_id)
    # As the history of the project, which holds the same events.
    everybody = (
        accounts.role_of(store, person, project_id) in accounts.PERMISSIONS["project.change"]
    )
    events = store.trails.exports(project_id, None if everybody else person.id, limit)
    people = store.people.many(sorted({event.by for event in events}))
    return [
        Earlier(
            event.id, event.at, people[event.by], str((event.after or {}).get("format", "")),
            str((event.after or {}).get("layer", "")),
            int(str((event.after or {}).get("articles", 0))), event.subject_id,
        )
        for event in events
    ]  # fmt: skip


def size(store: Store, person: Person, choice: Choice, format_name: str) -> Size:
    """What the same export would hold.

    Raises:
        Forbidden, NotFound, Invalid: as for ``Selection``.
    """
    return Selection(store, person, choice, format_name).size()


def export(
    store: Store,
    person: Person,
    choice: Choice,
    format_name: str,
    out: Path,
    options: Mapping[str, str] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Exported:
    """Write an export in a person's name; all of it appears, or nothing.

    Args:
        store: The store.
        person: Who exports; only what they may see is written.
        choice: What to export.
        format_name: A name of ``exports.FORMATS``.
        out: The file, or the folder (or ``.zip``) of a format with several files.
        options: Settings of the format.
        progress: Called with the number of articles written so far.

    Raises:
        Forbidden, NotFound, Invalid: as for ``Selection`` and ``exports.export``; and if ``out``
            is the database itself.
    """
    _refuse_database(store, out)
    selection = Selection(store, person, choice, format_name)
    with closing(selection.records()) as records:
        summary = exports.export(records, format_name, out, options, progress)
    with store.write(person.id) as tx:
        tx.record("export.make", "export", summary.sha256, project_id=choice.project_id,
                  after={"format": format_name, "layer": choice.layer,
                         "articles": summary.articles})  # fmt: skip
    return Exported(summary, selection.withheld)


def preview(
    store: Store,
    person: Person,
    choice: Choice,
    format_name: str,
    options: Mapping[str, str] | None = None,
    rows: int = 20,
) -> exports.Preview:
    """The first rows that the same export would write."""
    selection = Selection(store, person, choice, format_name)
    with closing(selection.records()) as records:
        return exports.preview(records, format_name, rows, options)


def repeats(
    store: Store,
    person: Person,
    choice: Choice,
    format_name: str,
    options: Mapping[str, str] | None = None,
) -> exports.Repeats | None:
    """How many rows of the same export would repeat others; None if it is no training set.

    All articles are read for it: what ``size`` does not count at once takes its time here, too.
    """
    selection = Selection(store, person, choice, format_name)
    with closing(selection.records()) as records:
        return exports.repeats(records, format_name, options)


class Selection:
    """The records of one export, read as they are asked for.

    Raises:
        Forbidden, NotFound: if the person may not export from the project.
        Invalid: if no project is named and the person has several, or the layer is unknown.
    """

    def __init__(self, store: Store, person: Person, choice: Choice, format_name: str) -> None:
        self.withheld = 0
        self._store = store
        self._person = person
        self._project_id = _project(store, person, choice.project_id)
        self._layer = choice.layer
        self._coder = _coder(store, person, self._project_id, choice.layer)
        # The mere number of hidden label sets would tell a coder that colleagues have begun.
        self._counts_hidden = accounts.may(
            store, person, "label_set.read_submitted", self._project_id
        )
        self._hides = hides_coders(store, person, self._project_id)
        native = format_name == NATIVE
        self._native = native
        self._kinds = exports.get(format_name).kinds
        self._drafts = native if choice.drafts is None else choice.drafts
        self._filter = replace(
            article_filter(store, choice.request, person, self._project_id),
            revisions="all" if native else "labelled",
        )
        mine = accounts.projects_of(store, person, archived=True)
        self._projects = {project.id: project for project in mine}
        self._versions: dict[str, list[CodebookVersion]] = {}
        self._people: dict[str, Person] = {}
        self._pseudonyms: dict[str, Person] = {}

    def records(self) -> Generator[exports.Record, None, None]:
        """All records, oldest article first; one state of the database throughout."""
        with self._store.snapshot():
            for ids in self._store.listing.walk(self._filter):
                with uncollected():
                    batch = list(self._batch(ids))
                yield from batch

    def size(self) -> Size:
        """How much the records hold, as far as that is told at once."""
        store, found, looked = self._store, Size(0), 0
        with store.snapshot():
            for ids in store.listing.walk(self._filter):
                looked += len(ids)
                if looked > MOST_COUNTED:
                    return Size(store.listing.count(self._filter), whole=False)
                found = self._add(found, ids)
        return found

    def _add(self, found: Size, ids: Sequence[str]) -> Size:
        store = self._store
        everything = store.labels.heads_on(ids, self._project_id)
        heads = self._seen(everything, [head for head in everything if self._wants(head)])
        copies, earlier_ = store.listing.unlisted(ids, self._project_id)
        labelled = {head.article_id for head in heads}
        taken = {id_ for id_ in ids if id_ in labelled or self._layer == "all"}
        if not self._native:
            taken -= earlier_ - labelled
        drafts = self._own_drafts(everything)
        return Size(
            found.articles + len(taken),
            found.label_sets + len(heads),
            found.statements + store.labels.count_statements([head.id for head in heads]),
            found.copies + len(taken & copies),
            found.earlier + len(taken & earlier_),
            found.own_drafts + len(drafts),
        )

    def _own_drafts(self, heads: Sequence[LabelSet]) -> set[str]:
        """The articles whose labels of one's own a tick would add."""
        if self._drafts or self._layer == "gold" or self._coder not in (None, self._person.id):
            return set()
        return {
            head.article_id for head in heads
            if head.coder_id == self._person.id and head.status == "draft"
        }  # fmt: skip

    def _batch(self, article_ids: Sequence[str]) -> Iterator[exports.Record]:
        store = self._store
        projects = store.articles.projects_of(article_ids)
        chosen: dict[str, list[LabelSet]] = {id_: [] for id_ in article_ids}
        for label_set in store.labels.with_content(self._heads(article_ids)):
            chosen[label_set.article_id].append(label_set)
        submissions = store.labels.submissions([one.id for many in chosen.values() for one in many])
        named = {id_: referenced(mine) for id_, mine in chosen.items()}
        actors = store.registry.actors(sorted(set().union(*(a for a, _ in named.values()))))
        claims = store.registry.claims(sorted(set().union(*(c for _, c in named.values()))))
        held = store.articles.held(self._project_id, article_ids) if self._project_id else set()
        for article in store.articles.many(article_ids):
            if article.id in held:
                # Nothing replaced it in this project, and what did is not in the export.
                article = replace(article, superseded=False)
            mine = chosen[article.id]
            # An old revision without labels that the person may see would show that there are
            # others.
            hidden = article.superseded and not self._native
            if not mine and (hidden or self._layer != "all"):
                continue
            actor_ids, claim_ids = named[article.id]
            inside = [id_ for id_ in projects[article.id] if self._takes(id_)]
            coders = self._coders(article, mine)
            yield exports.Record(
                article=_under(article, coders[article.ingested_by].id),
                projects=tuple(self._project_record(id_, mine) for id_ in inside),
                label_sets=tuple(_coded(one, coders) for one in mine),
                submissions=tuple(s for one in mine for s in submissions.get(one.id, ())),
                coders={one.id: one for one in coders.values()},
                actors={id_: actors[id_] for id_ in actor_ids},
                claims={id_: claims[id_] for id_ in claim_ids},
            )

    def _heads(self, article_ids: Sequence[str]) -> list[LabelSet]:
        everything = self._store.labels.heads_on(article_ids, self._project_id)
        wanted = [head for head in everything if self._wants(head)]
        visible = self._seen(everything, wanted)
        if self._counts_hidden:
            self.withheld += len(wanted) - len(visible)
        return visible

    def _seen(self, everything: Sequence[LabelSet], wanted: Sequence[LabelSet]) -> list[LabelSet]:
        """Those of the label sets wanted that the person may see."""
        seen: set[str] = set()
        for project_id in {head.project_id for head in everything} & set(self._projects):
            # Whether the person works blind on an article shows only in the whole of the heads.
            heads = [head for head in everything if head.project_id == project_id]
            project = self._projects[project_id]
            seen |= {h.id for h in accounts.visible(self._store, self._person, project, heads)}
        return [head for head in wanted if head.id in seen]

    def _wants(self, head: LabelSet) -> bool:
        if head.status == "draft" and not self._drafts:
            return False
        if self._layer == "gold":
            # What is still in review is no gold yet.
            return head.kind == "gold" and head.status == "accepted"
        if self._coder is not None:
            return head.coder_id == self._coder
        return head.kind in self._kinds

    def _takes(self, project_id: str) -> bool:
        return project_id == (self._project_id or project_id) and project_id in self._projects

    def _project_record(
        self, project_id: str, label_sets: Sequence[LabelSet]
    ) -> exports.ProjectRecord:
        project = self._projects[project_id]
        if project_id not in self._versions:
            self._versions[project_id] = self._store.projects.versions(project_id)
        used = {project.codebook_version}
        for label_set in label_sets:
            if label_set.project_id == project_id:
                if label_set.document_labels:
                    # They do not say which version they were chosen from.
                    used |= {version.number for version in self._versions[project_id]}
                used |= {span.codebook_version for span in label_set.spans}
                used |= {statement.codebook_version for statement in label_set.statements}
        return exports.ProjectRecord(
            project,
            tuple(
                exports.CodebookRecord(v.number, v.content, v.note, v.created_at, v.reworded)
                for v in self._versions[project_id]
                if v.number in used
            ),
        )

    def _coders(self, article: Article, label_sets: Sequence[LabelSet]) -> dict[str, Person]:
        """Those whom a record names, by their ids here, as they are shown to whoever exports."""
        ids = {one.coder_id for one in label_sets if one.coder_id} | {article.ingested_by}
        unknown = [id_ for id_ in ids if id_ not in self._people]
        if unknown:
            self._people |= self._store.people.many(unknown)
        return {id_: self._shown(self._people[id_]) for id_ in ids}

    def _shown(self, coder: Person) -> Person:
        if not self._hides or coder.id == self._person.id or coder.kind != "person":
            return coder
        if coder.id not in self._pseudonyms:
            # Another in each export: an id that stays says sooner or later whose it is.
            id_ = new_id()
            self._pseudonyms[coder.id] = replace(
                coder, id=id_, name=f"coder-{id_[-12:]}", display_name="", email=None
            )
        return self._pseudonyms[coder.id]


def _coder(store: Store, person: Person, project_id: str | None, layer: str) -> str | None:
    """The id of the coder that a layer names; None for a layer of many."""
    if layer in LAYERS:
        return None
    if layer.lower() != person.name.lower():
        # Asked first: whether a name is known is not for everybody.
        accounts.require(store, person, "label_set.read_submitted", project_id)
        if hides_coders(store, person, project_id):
            raise Forbidden(
                "The project hides its coders from those who review",
                "Export the labels of all",
            )
    return store.people.named(layer).id


def layers(store: Store, person: Person, project_id: str) -> tuple[str, ...]:
    """The layers that somebody may name, the one that they most likely want first.

    That is gold for those who may read nothing else, and record no labels either.
    """
    names = [person.name]
    reads = accounts.may(store, person, "label_set.read_submitted", project_id)
    if reads and not hides_coders(store, person, project_id):
        inside = store.projects.members(project_id)
        names += [
            one.name
            for one in store.people.all()
            if one.id != person.id and (one.id in inside or one.kind != "person")
        ]
    codes = reads or accounts.may(store, person, "label_set.tag", project_id)
    return (*(LAYERS if codes else reversed(LAYERS)), *names)


def hides_coders(store: Store, person: Person, project_id: str | None) -> bool:
    """Whether the coders' names are kept from somebody who cannot change that they are."""
    if project_id is None or accounts.may(store, person, "project.change", project_id):
        return False
    return accounts.hides(store, person, store.projects.get(project_id))


def _refuse_database(store: Store, out: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        part = store.path.with_name(store.path.name + suffix)
        if out.exists() and part.exists() and out.samefile(part):
            raise Invalid("{out} is the database in use", "Choose another place", out=out)


def _under(article: Article, person_id: str) -> Article:
    same = article.ingested_by == person_id
    return article if same else replace(article, ingested_by=person_id)


def _coded(label_set: LabelSet, coders: Mapping[str, Person]) -> LabelSet:
    id_ = label_set.coder_id
    if id_ is None or coders[id_].id == id_:
        return label_set
    return replace(label_set, coder_id=coders[id_].id)


def _project(store: Store, person: Person, project_id: str | None) -> str | None:
    if project_id is not None:
        accounts.require(store, person, "export.read", project_id)
        return project_id
    if accounts.may(store, person, "database.maintain"):
        return None
    mine = accounts.projects_of(store, person)
    if len(mine) != 1:
        raise Invalid(
            "{person_name} has {count} projects",
            "Name the one to export with --project",
            person_name=person.name,
            count=len(mine),
        )
    accounts.require(store, person, "export.read", mine[0].id)
    return mine[0].id
