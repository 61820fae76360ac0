"""Who somebody is called by whom: coders whose names a project hides go by their letters."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from annotate.accounts.permissions import may
from annotate.model import LabelSet, Person, Project
from annotate.store import Store


@dataclass(frozen=True, slots=True)
class Name:
    """A person's display name; empty where it is hidden, then ``letter`` stands for it, if any."""

    name: str
    letter: str = ""


def names(
    store: Store,
    viewer: Person,
    project: Project,
    article_id: str,
    heads: Sequence[LabelSet],
    ids: Iterable[str],
) -> Mapping[str, Name]:
    """What some people are called on an article, by id.

    Args:
        store: The store.
        viewer: Who reads it; their own name is never hidden from them.
        project: The project.
        article_id: The article.
        heads: All label sets of the project on the article.
        ids: Whose names are wanted.
    """
    known = store.people.many(sorted(set(ids)))
    hidden: dict[str, str] = {}
    if hides(store, viewer, project):
        by_set = letters(project, article_id, heads)
        hidden = {
            head.coder_id: by_set.get(head.id, "")
            for head in heads
            if head.coder_id and head.coder_id != viewer.id and head.kind == "analyst"
        }
    return {
        id_: Name("", hidden[id_]) if id_ in hidden else Name(person.display_name)
        for id_, person in known.items()
    }


def hides(store: Store, viewer: Person, project: Project) -> bool:
    """Whether a project keeps the names of its coders from somebody, who then is to judge them."""
    return project.hide_coders and may(store, viewer, "label_set.read_submitted", project.id)


def is_submitted(head: LabelSet) -> bool:
    """Whether a label set is an analyst's and in."""
    return head.kind == "analyst" and head.status in ("submitted", "accepted")


def letters(project: Project, article_id: str, heads: Sequence[LabelSet]) -> dict[str, str]:
    """The letters that stand for the submitted label sets on an article.

    They go by age, and where the project hides its coders by no order that anybody knows.
    """

    def mixed(head: LabelSet) -> str:
        return hashlib.sha256(f"{article_id} {head.id}".encode()).hexdigest()

    sources = [one for one in heads if is_submitted(one)]
    ordered = sorted(sources, key=mixed) if project.hide_coders else sources
    return {head.id: _letter(number) for number, head in enumerate(ordered)}


def _letter(number: int) -> str:
    """A, B, ... Z, AA, AB, ... for 0, 1, ..."""
    before, last = divmod(number, 26)
    return (_letter(before - 1) if before else "") + chr(ord("A") + last)
