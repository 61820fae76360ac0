"""A labelling configuration that somebody edited in Label Studio: taken in, or ours put back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from annotate import accounts, versions
from annotate.codebook import Codebook
from annotate.codebook.diff import Change, diff
from annotate.errors import Conflict, Rejected
from annotate.labelstudio.linking import link_of
from annotate.model import Person
from annotate.store import Store, Transaction
from exports.formats.labelstudio import read_configuration


@dataclass(frozen=True, slots=True)
class There:
    """What an edited configuration says.

    Args:
        codebook: Our codebook with what was changed there.
        changes: What that changes in ours.
        problems: What a codebook cannot express, each with the name of the control there.
        version: The version of ours that it is compared with.
        seen: A digest of both: a decision holds for what was shown.
    """

    codebook: Codebook
    changes: Sequence[Change]
    problems: Sequence[tuple[str, Rejected]]
    version: int
    seen: str


def edited_there(store: Store, who: Person, project_id: str) -> There | None:
    """What somebody changed there; None if nothing waits for a decision.

    Raises:
        Forbidden, NotFound: They may not synchronise, or the project is not linked.
    """
    accounts.require(store, who, "labelstudio.sync", project_id)
    found = link_of(store, project_id).configuration_there
    if not found:
        return None
    book = store.projects.codebook(project_id)
    edited = read_configuration(found, book)
    version = store.projects.get(project_id).codebook_version
    seen = sha256(f"{version} {found}".encode()).hexdigest()[:16]
    changes = diff(book, edited.codebook)
    return There(edited.codebook, changes, tuple(edited.problems), version, seen)


def take_in(store: Store, who: Person, project_id: str, note: str, *, seen: str) -> int:
    """Make what was changed there a new version of the codebook.

    Args:
        store: The store.
        who: Who takes it in.
        project_id: The project.
        note: What the new version says about itself.
        seen: `There.seen` of what was shown.

    Returns:
        The version's number.

    Raises:
        Forbidden, NotFound: They may not, or the project is not linked.
        Conflict: Nothing waits any more, or something else does.
        Invalid: No codebook can be made of it as it is, or it is the one we have.
    """
    accounts.require(store, who, "labelstudio.sync", project_id)
    with accounts.permitted(store, who, "codebook.change", project_id) as tx:
        there = _shown(store, who, project_id, seen)
        book, note = versions.checked(there.codebook, note)
        number = versions.save_within(store, tx, project_id, book, note, base=there.version)
        _settle(store, tx, project_id)
    return number


def put_back(store: Store, who: Person, project_id: str, *, seen: str) -> None:
    """Let the next sync write the configuration of our codebook there.

    Args:
        store: The store.
        who: Who lets it.
        project_id: The project.
        seen: `There.seen` of what was shown.

    Raises:
        Forbidden, NotFound: They may not, or the project is not linked.
        Conflict: Nothing waits any more, or something else does.
    """
    with accounts.permitted(store, who, "labelstudio.sync", project_id) as tx:
        _shown(store, who, project_id, seen)
        _settle(store, tx, project_id)


def _shown(store: Store, who: Person, project_id: str, seen: str) -> There:
    there = edited_there(store, store.people.get(who.id), project_id)
    if there is None or there.seen != seen:
        raise _settled()
    return there


def _settle(store: Store, tx: Transaction, project_id: str) -> None:
    link = link_of(store, project_id)
    # Known by now: what is found there at the next sync is no edit, and ours is another.
    known = replace(link, configuration=link.configuration_there, configuration_there="")
    store.links.put(tx, known)
    tx.record("link.configure", "sync_link", project_id, project_id=project_id)


def _settled() -> Conflict:
    return Conflict(
        "The configuration was settled or edited again meanwhile", "Look at the page again"
    )
