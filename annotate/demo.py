"""Loading the sample project: articles, accounts, registries, labels and gold.

Everything goes the way that real work goes (ingest, accounts, operations in the analysts' own
names), so that the audit record of a sample database looks like that of a real one. Ids and
operation ids of the sample are fixed: loading it again applies nothing twice, finishes what an
interrupted load left, and leaves alone what people have changed since.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from annotate import accounts, sample, tagging
from annotate.errors import Invalid, NotFound, WorkbenchError
from annotate.ingest.run import ingest
from annotate.model import Person, Role
from annotate.review import adjudicating
from annotate.sample import Sample, SampleLabelSet
from annotate.store import Store

CLIENT = "sample"
REVIEWER = "reviewer-1"
RETURNED = "Please look at the evidence again: it should hold the words that show the stance."
REJECTED = "The article does not say so; the other reading stands."
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
        tx.within = content.project_id
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
    coder = store.people.named(label_set.coder)
    head = store.labels.head_of(content.project_id, article_id, coder.id)
    if head is not None:
        name = f"{label_set.name}/return"
        operation = {"kind": "return", "label_set_id": head.id, "text": RETURNED}
        _review(store, content, article_id, [{"id": sample.stable_id(name), **operation}])


def _accept(
    store: Store, content: Sample, file_name: str, coder_name: str, article_id: str
) -> None:
    """Make gold of what one coder submitted; a colleague's statements beside it are rejected."""
    step = f"{coder_name}/{file_name}/accept"
    if store.history.applied(sample.stable_id(step)):
        return
    coder = store.people.named(coder_name)
    head = store.labels.head_of(content.project_id, article_id, coder.id)
    reviewer = store.people.named(REVIEWER)
    opened = adjudicating.open_review(store, reviewer, content.project_id, article_id)
    bodies: list[dict[str, Any]] = []
    for row in opened.review.state.rows:
        mine = [one for one in row.versions if head and one.label_set_id == head.id]
        others = [one for one in row.versions if one not in mine]
        named = [
            {"label_set_id": one.label_set_id, "entity_id": one.entity_id}
            for one in (*mine, *others)
        ]
        if mine:
            bodies.append({"kind": "decide", "row_kind": row.kind, "sources": named})
        elif row.kind == "statement":
            what = {"row_kind": row.kind, "sources": named, "reason": REJECTED}
            bodies.append({"kind": "reject", **what})
    bodies.append({"kind": "make_gold", "leave_open": True})
    operations = [{"id": sample.stable_id(step, n), **body} for n, body in enumerate(bodies)]
    _review(store, content, article_id, operations)


def _review(
    store: Store, content: Sample, article_id: str, operations: Sequence[dict[str, Any]]
) -> None:
    """Apply review operations in the reviewer's name, none of them twice."""
    if all(store.history.applied(one["id"]) for one in operations):
        return
    reviewer = store.people.named(REVIEWER)
    outcomes, _ = adjudicating.apply(
        store, reviewer, content.project_id, article_id,
        client=CLIENT, base_revision=0, operations=operations,
    )  # fmt: skip
    for outcome in outcomes:
        if outcome.problem is not None:
            raise WorkbenchError(
                "The sample's review of {article_id} was refused: {problem}",
                article_id=article_id,
                problem=outcome.problem,
            )
