"""Codebook versions of a project: saving, listing and comparing them, and what a change touches.

Labels keep the version they were made under, and with it the meaning of their values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from annotate import accounts
from annotate.codebook import Codebook, Problem, content, examples, load
from annotate.codebook.diff import Change, Place, diff
from annotate.errors import Conflict, Invalid
from annotate.model import Person
from annotate.store import Store, Transaction

LONGEST_NOTE = 500
_BATCH = 400


@dataclass(frozen=True, slots=True)
class Version:
    """A saved version: its number, what was said about it, when and by whom it was made."""

    number: int
    note: str
    created_at: str
    by: str
    current: bool


@dataclass(frozen=True, slots=True)
class Use:
    """How many labels use a value that a new version lacks: ``("stances", "support")``."""

    place: Place
    count: int


@dataclass(frozen=True, slots=True)
class Impact:
    """What saving a codebook would mean.

    ``uses`` counts the labels that the asker may see, no others. ``examples`` are the links of
    the guidelines that lead nowhere, with their lines there.
    """

    uses: tuple[Use, ...]
    examples: tuple[Problem, ...]


def save(
    store: Store, person: Person, project_id: str, book: Codebook, note: str, *, base: int
) -> int:
    """Save a new version and make it the current one.

    Args:
        store: The store.
        person: Who saves.
        project_id: The project.
        book: The new codebook.
        note: What has changed and why.
        base: The number of the version that it was made from.

    Returns:
        The new version's number.

    Raises:
        Forbidden: if the person may not.
        Conflict: if another version has become the current one meanwhile.
        Invalid: without a note, if nothing has changed, or if the codebook has problems.
    """
    accounts.require(store, person, "codebook.change", project_id)
    book, note = checked(book, note)
    with accounts.permitted(store, person, "codebook.change", project_id) as tx:
        return save_within(store, tx, project_id, book, note, base=base)


def checked(book: Codebook, note: str) -> tuple[Codebook, str]:
    """A codebook and the note on it as they may be saved.

    Raises:
        Invalid: without a note, or if the codebook has problems.
    """
    note = note.strip()
    if not note:
        raise Invalid("A new version needs a note", "Say what has changed and why")
    if len(note) > LONGEST_NOTE or "\0" in note:
        raise Invalid("A note has at most {most} characters", most=LONGEST_NOTE)
    return load(content(book), fresh=True), note


def save_within(
    store: Store, tx: Transaction, project_id: str, book: Codebook, note: str, *, base: int
) -> int:
    """As `save`, in the transaction of somebody who was found to be permitted.

    Args:
        store: The store.
        tx: The transaction.
        project_id: The project.
        book: The new codebook, which was `checked`.
        note: What has changed and why, likewise.
        base: The number of the version that it was made from.

    Returns:
        The new version's number.

    Raises:
        Conflict: if another version has become the current one meanwhile.
        Invalid: if nothing has changed.
    """
    current = store.projects.get(project_id).codebook_version
    if current != base:
        raise Conflict(
            "Version {current} of the codebook was saved meanwhile; yours is based on {base}",
            "Compare it with yours, then save again",
            current=current,
            base=base,
        )
    if book == store.projects.codebook(project_id):
        raise Invalid("Nothing has changed since version {number}", number=current)
    return store.projects.add_codebook_version(tx, project_id, book, note)


def versions(store: Store, person: Person, project_id: str) -> list[Version]:
    """The saved versions, newest first."""
    accounts.require(store, person, "article.read", project_id)
    current = store.projects.get(project_id).codebook_version
    heads = store.codebooks.heads(project_id)
    people = store.people.many(sorted({head.by for head in heads}))
    return [
        Version(
            head.number,
            head.note,
            head.created_at,
            people[head.by].display_name or people[head.by].name,
            head.number == current,
        )
        for head in heads
    ]


def compare(store: Store, person: Person, project_id: str, a: int, b: int) -> list[Change]:
    """What differs between two saved versions.

    Raises:
        NotFound: if there is no such version.
    """
    accounts.require(store, person, "article.read", project_id)
    return diff(store.projects.codebook(project_id, a), store.projects.codebook(project_id, b))


def impact(store: Store, person: Person, project_id: str, book: Codebook) -> Impact:
    """What would follow from making this the current codebook."""
    accounts.require(store, person, "article.read", project_id)
    with store.snapshot():
        current = store.projects.codebook(project_id)
        uses = tuple(_uses(store, person, project_id, current, book))
        lost = tuple(_lost_examples(store, project_id, book.guidelines))
    return Impact(uses, lost)


def _uses(
    store: Store, person: Person, project_id: str, before: Codebook, after: Codebook
) -> Iterator[Use]:
    old, new = _scales(before), _scales(after)
    for scale, names in old.items():
        withdrawn = [name for name in names if name not in new[scale]]
        if not withdrawn:
            continue
        found = store.codebooks.uses(project_id, scale, withdrawn)
        seen = _visible(store, person, project_id, {use.article_id for use in found})
        counts: Counter[str] = Counter()
        for use in found:
            if use.label_set_id in seen:
                counts[use.value] += use.count
        yield from (
            Use((scale, *name.split("/")), counts[name]) for name in withdrawn if counts[name]
        )


def _scales(book: Codebook) -> dict[str, list[str]]:
    return {
        "span_kinds": [value.name for value in book.span_kinds],
        "stances": [value.name for value in book.stances],
        "certainties": [value.name for value in book.certainties],
        "document_labels": [
            f"{label.name}/{value.name}" for label in book.document_labels for value in label.values
        ],
    }


def _visible(store: Store, person: Person, project_id: str, article_ids: Iterable[str]) -> set[str]:
    project, articles = store.projects.get(project_id), sorted(article_ids)
    return {
        head.id
        for at in range(0, len(articles), _BATCH)
        for head in accounts.visible(
            store,
            person,
            project,
            store.labels.heads_on(articles[at : at + _BATCH], project_id),
        )
    }


def _lost_examples(store: Store, project_id: str, guidelines: str) -> Iterator[Problem]:
    found = examples(guidelines)
    lengths = _lengths(store, project_id, sorted({e.article_id for _, _, e in found if e}))
    for line, target, example in found:
        if example is None:
            yield Problem(
                target,
                Invalid(
                    "{target} is no example",
                    "Write span:ARTICLE/START-END, as the tagging page copies it",
                    target=target,
                ),
                line,
            )
        elif example.end > lengths.get(example.article_id, 0):
            error = Invalid("{target} leads to no words of this project", target=target)
            yield Problem(target, error, line)


def _lengths(store: Store, project_id: str, ids: Sequence[str]) -> dict[str, int]:
    inside = store.articles.projects_of(ids) if ids else {}
    here = [id_ for id_ in ids if project_id in inside.get(id_, ())]
    return {article.id: len(article.text) for article in store.articles.many(here)}
