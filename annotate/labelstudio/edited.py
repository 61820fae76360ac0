"""A value that somebody writes in place of both sides', as it may be stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from annotate import codebook
from annotate.codebook import Codebook
from annotate.errors import Invalid, NotFound, Word
from annotate.links import Difference
from annotate.model import Article
from annotate.store import Store
from annotate.tagging import payload
from annotate.text import anchor

ACTORS = ("speaker_id", "holder_id", "addressee_id", "actor_id")
TEXTS = ("venue", "note")


def checked(
    store: Store,
    project_id: str,
    book: Codebook,
    article: Article,
    difference: Difference,
    chosen: object,
) -> Any:
    """What was chosen, in the form in which a label holds it.

    Args:
        store: The store.
        project_id: The project.
        book: The project's present codebook.
        article: The article.
        difference: What the conflict is about.
        chosen: The value; for the place of a span the words that it shall cover.

    Raises:
        Invalid: if it breaks the codebook, or the words do not stand in the article.
        NotFound: if it names an entry that is not there.
    """
    field, given = difference.field, {difference.field: chosen}
    if field == "place":
        return _place(article, difference, chosen)
    if field == "values":
        return _values(book, difference.entity_id, chosen)
    if field in TEXTS:
        return payload.short_text(given, field)
    if field == "statement_date":
        return payload.date(given, field)
    if field == "reported_by":
        return _actors(store, payload.ids(given, field))
    if field in ACTORS:
        id_ = payload.reference(given, field)
        return _actors(store, [id_])[0] if id_ else None
    if field == "claim_id":
        return _claim(store, project_id, payload.reference(given, field))
    scales = {
        "stance": (book.stances, Word("stance")),
        "certainty": (book.certainties, Word("certainty")),
        "kind": (book.span_kinds, Word("span kind")),
    }
    if field not in scales:
        raise Invalid("One side deleted it: keep it, or let it go")
    scale, noun = scales[field]
    value = payload.choice(given, field, codebook.names(scale), noun)
    if value is None and field != "certainty":
        raise Invalid("There must be a {what}", "Choose one", what=noun)
    return value


def _place(article: Article, difference: Difference, chosen: object) -> Mapping[str, Any]:
    quote = chosen if isinstance(chosen, str) else ""
    near = difference.ours or difference.theirs or {"start": 0}
    found = anchor.find(article.text, quote, near=near["start"])
    if found is None:
        raise Invalid(
            "These words do not stand in the article", "Copy them from it, every sign included"
        )
    return {"start": found[0], "end": found[1], "quote": quote}


def _values(book: Codebook, name: str, chosen: object) -> list[str] | None:
    label = next((one for one in book.document_labels if one.name == name), None)
    allowed = codebook.names(label.values) if label else frozenset[str]()
    if not isinstance(chosen, list) or not all(isinstance(v, str) and v in allowed for v in chosen):
        raise Invalid("Those are not values of the document label {name!r}", name=name)
    if len(chosen) > 1 and label is not None and not label.multiple:
        raise Invalid("The document label {name!r} takes one value", name=name)
    return sorted(set(chosen)) or None


def _actors(store: Store, ids: Sequence[str]) -> list[str]:
    there = store.registry.actors(list(ids))
    gone = store.entries.removed("actor", ids) if ids else set()
    for id_ in ids:
        if id_ not in there or id_ in gone:
            raise NotFound("This actor is not in the registry any more", "Choose another")
    return list(ids)


def _claim(store: Store, project_id: str, claim_id: str | None) -> str:
    found = store.registry.claims([claim_id]).get(claim_id) if claim_id else None
    gone = store.entries.removed("claim", [claim_id]) if claim_id else set()
    if found is None or found.project_id != project_id or gone:
        raise NotFound("This claim is not in the registry any more", "Choose another")
    return found.id
