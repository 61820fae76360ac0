"""Who somebody is called by whom: coders whose names a project hides go by their letters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from annotate import accounts
from annotate.model import LabelSet, Person, Project
from annotate.review.state import letters
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
    if project.hide_coders and accounts.may(store, viewer, "label_set.read_submitted", project.id):
        by_set = letters(project, article_id, heads)
        hidden = {
            head.coder_id: by_set.get(head.id, "")
            for head in heads
            if head.coder_id not in (None, viewer.id) and head.kind == "analyst" and head.coder_id
        }
    return {
        id_: Name("", hidden[id_]) if id_ in hidden else Name(person.display_name)
        for id_, person in known.items()
    }
