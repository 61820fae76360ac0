"""Taking records from an export into the store: merged by id, nothing overwritten.

What is here already stays as it is. A label set that differs from the one here, or whose coder
has another one on the same article, is reported as a conflict and left out; so is, once, the
content of a registry entry that differs here. Labels that name an entry merged here follow it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import exports.imports
from annotate import accounts
from annotate.errors import Invalid, Rejected, WorkbenchError
from annotate.model import Actor, Claim, LabelSet, Person
from annotate.registries.following import followed
from annotate.store import CodebookVersion, Store, Transaction
from annotate.store.registry import Kind
from annotate.tagging import arrivals
from annotate.text.search import index_terms
from exports.records import Record

BATCH = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """A record, or a part of one, that was not taken: where it stands, and why."""

    place: str
    reason: str
    message: str


@dataclass(slots=True)
class Summary:
    """What an import did, in numbers, and what it left out."""

    records: int = 0
    articles: int = 0
    label_sets: int = 0
    unchanged: int = 0
    people: int = 0
    problems: list[Problem] = field(default_factory=list)
    reported: set[str] = field(default_factory=set, repr=False)

    def as_dict(self) -> dict[str, object]:
        """The same for JSON, without the ids of the entries reported to differ."""
        return {
            name: value
            for name, value in asdict(replace(self, reported=set())).items()
            if name != "reported"
        }


def import_file(
    store: Store,
    person: Person,
    format_name: str,
    path: Path,
    progress: Callable[[int], None] | None = None,
) -> Summary:
    """Merge a file of records into the store.

    Killed at any moment and run again, it goes on where it stopped: what is here by its id is
    not taken twice.

    Args:
        store: The store.
        person: Who imports.
        format_name: A name of ``exports.imports.IMPORTERS``.
        path: The file.
        progress: Called with the number of bytes read so far.

    Raises:
        Forbidden: if the person may not import, or may not any more: earlier batches stay.
        Invalid: if the format is unknown or the file cannot be read.
    """
    accounts.require(store, person, "data.import")
    summary = Summary()
    source = exports.imports.get(format_name).read(path)
    for batch in _batches(source):
        # Asked anew for each batch: a long import may be forbidden meanwhile.
        with accounts.permitted(store, person, "data.import") as tx:
            now = store.people.get(person.id)
            for item in batch:
                _take(store, tx, now, item, summary)
        if progress is not None:
            progress(batch[-1].position)
    return summary


def _batches(source: Iterator[exports.imports.Read]) -> Iterator[list[exports.imports.Read]]:
    batch: list[exports.imports.Read] = []
    for item in source:
        batch.append(item)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _take(
    store: Store, tx: Transaction, person: Person, item: exports.imports.Read, summary: Summary
) -> None:
    summary.records += 1
    if isinstance(item.outcome, Rejected):
        reason, message = item.outcome.reason, str(item.outcome)
        summary.problems.append(Problem(item.place, reason, message))
        return
    merged = Summary(reported=summary.reported)
    try:
        with tx.savepoint():
            _require_projects(store, person, item.outcome)
            _merge(store, tx, item.place, item.outcome, merged)
    except WorkbenchError as error:
        summary.problems.append(Problem(item.place, error.code, str(error)))
        return
    for name in ("articles", "label_sets", "unchanged", "people", "problems"):
        setattr(summary, name, getattr(summary, name) + getattr(merged, name))


def _require_projects(store: Store, person: Person, record: Record) -> None:
    """Who may import may make new projects, but change only those they are an editor of."""
    known = {project.id for project in store.projects.all(archived=True)}
    for entry in record.projects:
        if entry.project.id in known:
            accounts.require(store, person, "data.import", entry.project.id)


def _merge(store: Store, tx: Transaction, place: str, record: Record, summary: Summary) -> None:
    for coder in record.coders.values():
        summary.people += _add_coder(store, tx, coder)
    for entry in record.projects:
        versions = [
            CodebookVersion(
                entry.project.id, b.number, b.content_json, b.note, b.created_at, b.reworded
            )
            for b in entry.codebooks
        ]
        store.projects.restore(tx, entry.project, versions)
    _merge_registries(store, tx, place, record, summary)
    record = replace(record, label_sets=followed(store, tx, record.label_sets))
    article = record.article
    _refuse_other_text(store, record)
    if article.ingested_by not in record.coders:
        article = replace(article, ingested_by=tx.by)
    terms = index_terms(article.title), index_terms(article.text)
    new = store.articles.restore(tx, article, *terms)
    summary.articles += new
    for entry in record.projects:
        store.articles.join(tx, entry.project.id, [article.id])
    golden = {
        head.project_id
        for head in store.labels.heads_on([article.id])
        if head.kind == "gold" and head.status == "accepted"
    }
    came = [
        label_set
        for label_set in record.label_sets
        if _merge_label_set(store, tx, place, record, label_set, summary)
    ]
    for label_set in came:
        arrivals.begun(store, tx, label_set)
        # Gold that comes with them was made of them.
        if label_set.project_id in golden:
            arrivals.submitted(store, tx, label_set)
    if not new and not came:
        summary.unchanged += 1


def _merge_registries(
    store: Store, tx: Transaction, place: str, record: Record, summary: Summary
) -> None:
    registry = store.registry
    # Of several projects none can be named as the one that brought an actor.
    tx.within = record.projects[0].project.id if len(record.projects) == 1 else None
    here: dict[str, Actor | Claim] = {
        **registry.actors(list(record.actors)),
        **registry.claims(list(record.claims)),
    }
    for actor in record.actors.values():
        registry.add_actor(tx, actor)
    for claim in record.claims.values():
        registry.add_claim(tx, claim)
    kinds: tuple[tuple[Kind, Mapping[str, Actor | Claim]], ...] = (
        ("actor", record.actors), ("claim", record.claims),
    )  # fmt: skip
    for kind, entries in kinds:
        odd = [id_ for id_, one in entries.items() if here.get(id_, one) != one]
        odd = [id_ for id_ in odd if id_ not in summary.reported]
        merged = store.entries.successors(kind, odd) if odd else {}
        for id_ in odd:
            summary.reported.add(id_)
            if id_ not in merged:
                one = here[id_]
                name = one.name if isinstance(one, Actor) else one.text
                message = f"The {kind} {name!r} ({id_}) differs here; left as it is"
                summary.problems.append(Problem(place, "differs", message))


def _refuse_other_text(store: Store, record: Record) -> None:
    here = store.articles.many([record.article.id])
    if here and here[0].text != record.article.text:
        raise Invalid(
            "Article {record_article_id} has another text here",
            "A revision is never changed: one of the two files was edited by hand",
            record_article_id=record.article.id,
        )


def _merge_label_set(
    store: Store,
    tx: Transaction,
    place: str,
    record: Record,
    label_set: LabelSet,
    summary: Summary,
) -> bool:
    heads = store.labels.heads_on([label_set.article_id], label_set.project_id)
    same = next((head for head in heads if head.id == label_set.id), None)
    if same is not None:
        here = exports.records.ordered(
            replace(record, label_sets=tuple(store.labels.with_content([same])))
        )
        there = exports.records.ordered(replace(record, label_sets=(label_set,)))
        if here.label_sets != there.label_sets:
            summary.problems.append(
                Problem(place, "conflict", f"Label set {label_set.id} differs here; left as it is")
            )
        return False
    rival = next((head for head in heads if head.coder_id == label_set.coder_id), None)
    if rival is not None:
        message = f"The coder of label set {label_set.id} has another one here: {rival.id}"
        summary.problems.append(Problem(place, "conflict", message))
        return False
    submissions = [s for s in record.submissions if s.label_set_id == label_set.id]
    store.labels.restore(tx, label_set, submissions)
    summary.label_sets += 1
    return True


def _add_coder(store: Store, tx: Transaction, coder: Person) -> int:
    if store.people.many([coder.id]):
        return 0
    name, number = coder.name, 1
    taken = {person.name.lower() for person in (*store.people.all(), accounts.operator(store))}
    while name.lower() in taken:
        number += 1
        name = f"{coder.name} ({number})"
    store.people.add(
        tx,
        name,
        display_name=coder.display_name,
        kind=coder.kind,
        role=coder.role,
        active=False,
        person_id=coder.id,
    )
    return 1
