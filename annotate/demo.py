"""Loading the sample project: articles, accounts, registries, labels and gold.

Everything goes the way that real work goes (ingest, accounts, operations in the analysts' own
names), so that the audit record of a sample database looks like that of a real one. Ids and
operation ids of the sample are fixed: loading it again applies nothing twice, finishes what an
interrupted load left, and leaves alone what people have changed since.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from annotate import accounts, sample, tagging
from annotate.errors import Invalid, NotFound, WorkbenchError
from annotate.ingest.run import ingest
from annotate.model import LabelSet, Person, Role
from annotate.sample import Sample, SampleLabelSet
from annotate.store import Store, Transaction
from annotate.store.history import entity_subject
from annotate.store.labels import Entity, EntityKind, span_entity, statement_entity

CLIENT = "sample"
REVIEWER = "reviewer-1"
# Without letters and digits that look alike: these are read off a terminal and typed.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_LENGTH = 3, 4


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """An account of the sample; ``password`` is None if it was there before this load."""

    name: str
    display_name: str
    role: Role
    password: str | None


@dataclass(frozen=True, slots=True)
class SampleAccounts:
    """Where the sample is and who may sign in to it; passwords are kept nowhere else."""

    project_id: str
    project_name: str
    accounts: tuple[SampleAccount, ...]


def load_sample(store: Store, by: Person | None = None) -> SampleAccounts:
    """Load the sample project, or what of it is missing.

    Args:
        store: The store.
        by: Who acts; by default the local operator.

    Raises:
        Forbidden: if ``by`` may not make projects and accounts.
        Invalid: if the database holds real accounts: sample accounts must not stand beside them.
    """
    by = by or accounts.operator(store)
    accounts.require(store, by, "project.create")
    accounts.require(store, by, "person.manage")
    content = sample.read()
    _make_project(store, by, content)
    people = _make_people(store, by, content)
    articles = _ingest(store, by, content.project_id)
    for label_set in content.label_sets:
        _tag(store, content, label_set, articles[label_set.article])
        if label_set.status == "returned":
            _return(store, content, label_set, articles[label_set.article])
    for file_name, coder in content.gold:
        _accept(store, content, file_name, coder, articles[file_name])
    return SampleAccounts(content.project_id, content.project_name, people)


def _make_project(store: Store, by: Person, content: Sample) -> None:
    try:
        store.projects.get(content.project_id)
        made = True
    except NotFound:
        made = False
    if not made and any(person.kind == "person" for person in store.people.all()):
        raise Invalid(
            "{store_path} is in real use: it has accounts",
            "Load the sample into a database of its own, named with --db",
            store_path=store.path,
        )
    with store.write(by.id) as tx:
        if not made:
            store.projects.create(
                tx, content.project_name, content.codebook, description=content.description,
                project_id=content.project_id,
            )  # fmt: skip
        for actor in content.actors:
            store.registry.add_actor(tx, actor)
        for claim in content.claims:
            store.registry.add_claim(tx, claim)


def _make_people(store: Store, by: Person, content: Sample) -> tuple[SampleAccount, ...]:
    here = {person.name for person in store.people.all()}
    made = []
    for person in content.people:
        password = None if person.name in here else _new_password()
        if password is not None:
            accounts.add_person(
                store, by, person.name, password=password, role=person.role,
                display_name=person.display_name, project_id=content.project_id,
            )  # fmt: skip
        made.append(SampleAccount(person.name, person.display_name, person.role, password))
    return tuple(made)


def _new_password() -> str:
    return "-".join(
        "".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS)
    )


def article_ids(store: Store) -> dict[str, str]:
    """The ids of those sample articles that are in the store, by path below ``articles/``."""
    digests = {
        path.relative_to(sample.ARTICLES).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(sample.ARTICLES.rglob("*.md"))
    }
    known = store.articles.known_raw(list(digests.values()))
    return {name: known[digest] for name, digest in digests.items() if digest in known}


def _ingest(store: Store, by: Person, project_id: str) -> dict[str, str]:
    """Make sure that the sample articles are in the project."""
    ids = article_ids(store)
    projects = store.articles.projects_of(list(ids.values()))
    files = sum(1 for _ in sample.ARTICLES.rglob("*.md"))
    if len(ids) == files and all(project_id in inside for inside in projects.values()):
        return ids
    ingest(store, by, [sample.ARTICLES], project_id=project_id, processes=1)
    return article_ids(store)


def _tag(store: Store, content: Sample, label_set: SampleLabelSet, article_id: str) -> None:
    """Apply a coder's operations in their own name, all of them or none."""
    if store.history.applied(_operation_id(label_set, 0)):
        return
    coder = store.people.named(label_set.coder)
    text = store.articles.get(article_id).text
    result = tagging.apply(
        store, coder, content.project_id, article_id,
        client=CLIENT, base_revision=0, operations=list(_operations(label_set, text)),
    )  # fmt: skip
    for outcome in result.outcomes:
        if outcome.problem is not None:
            raise WorkbenchError(
                "The sample labels {name} were refused: {problem}",
                name=label_set.name,
                problem=outcome.problem,
            )


def _operations(label_set: SampleLabelSet, text: str) -> Iterator[dict[str, Any]]:
    """What the coder's browser would have sent."""
    bodies: list[dict[str, Any]] = []
    for span in label_set.spans:
        start, end = span.anchor(text)
        bodies.append({
            "kind": "add_span",
            "span": {
                "id": span.id, "kind": span.kind, "start": start, "end": end,
                "quote": span.quote, "actor_id": span.actor_id,
            },
        })  # fmt: skip
    bodies += [
        {"kind": "add_statement", "statement": statement} for statement in label_set.statements
    ]
    bodies += [
        {"kind": "set_document_label", "name": name, "values": list(values)}
        for name, values in label_set.document_labels.items()
    ]
    if label_set.status != "draft":
        bodies.append({"kind": "submit"})
    for number, body in enumerate(bodies):
        yield {"id": _operation_id(label_set, number), **body}


def _operation_id(label_set: SampleLabelSet, number: int) -> str:
    return sample.stable_id(f"{label_set.name}/operation", number)


def _return(store: Store, content: Sample, label_set: SampleLabelSet, article_id: str) -> None:
    """Give a submitted label set back to its analyst."""
    reviewer = _reviewer(store, content)
    coder = store.people.named(label_set.coder)
    with store.write(reviewer.id) as tx:
        head = store.labels.head_of(content.project_id, article_id, coder.id)
        if head and _first_time(store, tx, "return", f"{label_set.name}/return", head):
            store.labels.set_status(tx, head, "returned", head.revision)


def _accept(
    store: Store, content: Sample, file_name: str, coder_name: str, article_id: str
) -> None:
    """Accept a submitted label set: gold of its own is written from it."""
    reviewer = _reviewer(store, content)
    coder = store.people.named(coder_name)
    step = f"{coder_name}/{file_name}/accept"
    with store.write(reviewer.id) as tx:
        head = store.labels.head_of(content.project_id, article_id, coder.id)
        if head is None or not _first_time(store, tx, "accept", step, head):
            return
        gold = store.labels.create(tx, content.project_id, article_id, None, "gold")
        for kind, id_, entity in _copies(store.labels.with_content([head])[0]):
            store.labels.write(tx, gold.id, kind, id_, entity)
            tx.record(f"{kind}.add", kind, entity_subject(gold.id, kind, id_),
                      project_id=content.project_id, after=entity)  # fmt: skip
        store.labels.set_status(tx, gold, "accepted", 1)
        store.labels.set_status(tx, head, "accepted", head.revision)


def _copies(label_set: LabelSet) -> Iterator[tuple[EntityKind, str, Entity]]:
    """A label set's content with ids of its own; spans before the statements that need them."""
    spans = {span.id: sample.stable_id(f"gold/{span.id}") for span in label_set.spans}
    for span in label_set.spans:
        yield "span", spans[span.id], {**span_entity(span), "id": spans[span.id]}
    for number, statement in enumerate(label_set.statements):
        id_ = sample.stable_id(f"gold/{statement.id}", number)
        evidence = [spans[span_id] for span_id in statement.evidence]
        entity = {**statement_entity(statement), "id": id_, "evidence": evidence}
        yield "statement", id_, entity
    for name, values in label_set.document_labels.items():
        yield "document_label", name, {"values": list(values)}


def _first_time(store: Store, tx: Transaction, kind: str, name: str, head: LabelSet) -> bool:
    """Whether this step of the sample was never taken; it is remembered as an operation."""
    operation_id = sample.stable_id(name)
    if store.history.applied(operation_id):
        return False
    store.history.add_operation(tx, operation_id, head.id, CLIENT, kind, head.revision, "final")
    return True


def _reviewer(store: Store, content: Sample) -> Person:
    reviewer = store.people.named(REVIEWER)
    accounts.require(store, reviewer, "label_set.write_gold", content.project_id)
    return reviewer
