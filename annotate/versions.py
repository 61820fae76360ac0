"""Codebook versions of a project: saving, listing and comparing them, and what a change touches.

Labels keep the version they were made under, and with it the meaning of their values. Whoever
saves a version says which values mean something else since; other words alone need not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from annotate import accounts
from annotate.codebook import Codebook, Problem, content, examples, load, stored
from annotate.codebook.diff import Change, Place, diff
from annotate.codebook.senses import touched, worded
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
class Touched:
    """A value whose words or number a new version changes, and how many labels use it.

    ``worded`` says that the words alone change, so that it may mean the same.
    """

    place: Place
    changes: tuple[Change, ...]
    worded: bool
    count: int


@dataclass(frozen=True, slots=True)
class Impact:
    """What saving a codebook would mean.

    ``uses`` are those of withdrawn values; they and ``touched`` count the labels that the asker
    may see, no others. ``examples`` are the links of the guidelines that lead nowhere, with their
    lines there.
    """

    uses: tuple[Use, ...]
    touched: tuple[Touched, ...]
    examples: tuple[Problem, ...]


def save(
    store: Store,
    person: Person,
    project_id: str,
    book: Codebook,
    note: str,
    *,
    base: int,
    rethought: Collection[Place] = (),
) -> int:
    """Save a new version and make it the current one.

    Args:
        store: The store.
        person: Who saves.
        project_id: The project.
        book: The new codebook.
        note: What has changed and why.
        base: The number of the version that it was made from.
        rethought: Of the values whose words alone change, as ``(scale, value)``, those that mean
            something else: their labels are to be looked at again.

    Returns:
        The new version's number.

    Raises:
        Forbidden: if the person may not.
        Conflict: if another version has become the current one meanwhile.
        Invalid: without a note, if nothing has changed, if the codebook has problems, or if
            neither words nor number of a value have changed that is said to mean something else.
    """
    accounts.require(store, person, "codebook.change", project_id)
    book, note = checked(book, note)
    with accounts.permitted(store, person, "codebook.change", project_id) as tx:
        return save_within(store, tx, project_id, book, note, base=base, rethought=rethought)


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
    store: Store,
    tx: Transaction,
    project_id: str,
    book: Codebook,
    note: str,
    *,
    base: int,
    rethought: Collection[Place] = (),
) -> int:
    """As `save`, in the transaction of somebody who was found to be permitted.

    Args:
        store: The store.
        tx: The transaction.
        project_id: The project.
        book: The new codebook, which was `checked`.
        note: What has changed and why, likewise.
        base: The number of the version that it was made from.
        rethought: Which values mean something else, likewise.

    Returns:
        The new version's number.

    Raises:
        Conflict: if another version has become the current one meanwhile.
        Invalid: if nothing has changed, or nothing about a value in ``rethought``.
    """
    current = store.projects.get(project_id).codebook_version
    if current != base:
        raise Conflict(
            "Version {current} of the codebook was saved meanwhile; yours is based on {base}",
            "Compare it with yours, then save again",
            current=current,
            base=base,
        )
    before = store.projects.codebook(project_id)
    if book == before:
        raise Invalid("Nothing has changed since version {number}", number=current)
    found = touched(before, book)
    for place in rethought:
        if place not in found:
            raise Invalid(
                "Neither the words nor the number of {place} have changed",
                "Name a value whose words change, such as stances.support",
                place=".".join(place),
            )
    reworded = [one for one in found if worded(found[one]) and one not in rethought]
    return store.projects.add_codebook_version(tx, project_id, book, note, reworded)


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


def rethought(store: Store, project_id: str) -> dict[Place, list[tuple[int, Change]]]:
    """The values whose sense a version changed: (version, difference) by ``(scale, value)``.

    Left out is what a version was said to word differently only. Of versions saved before that
    was asked, other words count as another sense.
    """
    versions = store.projects.versions(project_id)
    books = [stored(one.content) for one in versions]
    found: dict[Place, list[tuple[int, Change]]] = {}
    for earlier, later, before, after in zip(
        versions, versions[1:], books, books[1:], strict=False
    ):
        # What a version was said about holds of the one before it, which an import may lack.
        same = later.reworded if later.number == earlier.number + 1 else ()
        for place, changes in touched(before, after).items():
            if place not in same:
                found.setdefault(place, []).extend((later.number, change) for change in changes)
    return found


def reworded(store: Store, person: Person, project_id: str, a: int, b: int) -> frozenset[Place]:
    """The values that two saved versions only word differently, as far as was said.

    Raises:
        NotFound: if there is no such version.
    """
    accounts.require(store, person, "article.read", project_id)
    first, last = sorted((a, b))
    books = [store.projects.codebook(project_id, number) for number in (first, last)]
    changed = {
        place
        for place, changes in rethought(store, project_id).items()
        if any(first < number <= last for number, _ in changes)
    }
    return frozenset(touched(*books)) - changed


def impact(store: Store, person: Person, project_id: str, book: Codebook) -> Impact:
    """What would follow from making this the current codebook."""
    accounts.require(store, person, "article.read", project_id)
    with store.snapshot():
        current = store.projects.codebook(project_id)
        uses = tuple(_uses(store, person, project_id, current, book))
        changed = tuple(_touched(store, person, project_id, current, book))
        lost = tuple(_lost_examples(store, project_id, book.guidelines))
    return Impact(uses, changed, lost)


def _uses(
    store: Store, person: Person, project_id: str, before: Codebook, after: Codebook
) -> Iterator[Use]:
    old, new = _scales(before), _scales(after)
    for scale, names in old.items():
        withdrawn = [name for name in names if name not in new[scale]]
        if not withdrawn:
            continue
        counts = _counts(store, person, project_id, scale, withdrawn)
        yield from (
            Use((scale, *name.split("/")), counts[name]) for name in withdrawn if counts[name]
        )


def _touched(
    store: Store, person: Person, project_id: str, before: Codebook, after: Codebook
) -> Iterator[Touched]:
    found = touched(before, after)
    kept = [place for place, changes in found.items() if len(changes[0].place) == 3]
    for scale in dict.fromkeys(scale for scale, _ in kept):
        names = [name for one, name in kept if one == scale]
        counts = _counts(store, person, project_id, scale, names)
        for name in names:
            changes = found[scale, name]
            yield Touched((scale, name), changes, worded(changes), counts[name])


def _counts(
    store: Store, person: Person, project_id: str, scale: str, names: Sequence[str]
) -> Counter[str]:
    """How many labels use values of a scale, by their names, as far as the person may see."""
    found = store.codebooks.uses(project_id, scale, names)
    seen = _visible(store, person, project_id, {use.article_id for use in found})
    counts: Counter[str] = Counter()
    for use in found:
        if use.label_set_id in seen:
            counts[use.value] += use.count
    return counts


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
