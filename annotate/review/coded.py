"""What coders recorded first on each article, as it is compared; only what a viewer may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from annotate import accounts
from annotate.agreement import CodedStatement
from annotate.model import LabelSet, Person, Project
from annotate.review.versions import parts_of
from annotate.store import Store
from annotate.store.bulk import uncollected
from annotate.store.labels import content_of

GOLD = "gold"
Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Coded:
    """One coder's first submission on an article, or its gold.

    ``coder`` is a person's id or ``GOLD``; ``at`` when it was submitted. ``version`` is the newest
    codebook version that it uses, the one it was submitted under if it holds nothing. ``spans``
    are places by kind and ``span_ids`` their ids in the same order.
    """

    coder: str
    label_set_id: str
    at: str
    version: int
    spans: Mapping[str, Sequence[Stretch]]
    span_ids: Mapping[str, Sequence[str]]
    statements: Sequence[CodedStatement]
    documents: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class CodedArticle:
    """An article with the submissions on it, by coder, and its gold if that is accepted."""

    id: str
    title: str
    length: int
    coders: Sequence[Coded] = ()
    gold: Coded | None = None

    def pairs(self) -> Iterator[tuple[Coded, Coded]]:
        """Every two coders."""
        return combinations(self.coders, 2)


def articles(
    store: Store, person: Person, project: Project, after: str = ""
) -> Iterator[CodedArticle]:
    """The articles of a project on which somebody submitted something, by id.

    While the project is blind, an article on which the person still works shows them nothing but
    their own. Read in batches: however many articles there are, few are held at once.

    Raises:
        Forbidden, NotFound: if the person may not read figures of agreement in the project.
    """
    accounts.require(store, person, "agreement.read", project.id)
    for ids in store.figures.labelled(project.id, after):
        heads = _as_submitted(store, person, store.labels.heads_on(ids, project.id))
        seen = accounts.visible(store, person, project, heads)
        with uncollected():
            batch = list(_batch(store, ids, seen))
        yield from batch


def _as_submitted(store: Store, person: Person, heads: Sequence[LabelSet]) -> list[LabelSet]:
    """Colleagues' label sets as if none had been taken back: what was submitted first stays."""
    drafts = [
        head.id
        for head in heads
        if head.kind == "analyst" and head.status == "draft" and head.coder_id != person.id
    ]
    taken_back = store.figures.firsts(drafts)
    return [replace(head, status="submitted") if head.id in taken_back else head for head in heads]


def _batch(store: Store, ids: Sequence[str], heads: Sequence[LabelSet]) -> Iterator[CodedArticle]:
    people = [head for head in heads if head.kind == "analyst"]
    gold = [head for head in heads if head.kind == "gold" and head.status == "accepted"]
    firsts = store.figures.firsts([head.id for head in people])
    contents = {id_: content for id_, (_, content) in firsts.items()}
    contents |= {one.id: content_of(one) for one in store.labels.with_content(gold)}
    today = _today(store, contents.values())
    lengths = store.figures.lengths(ids)
    found: dict[str, list[Coded]] = {}
    golden: dict[str, Coded] = {}
    for head in people:
        if head.id in firsts and head.coder_id:
            at, content = firsts[head.id]
            found.setdefault(head.article_id, []).append(
                _coded(head, head.coder_id, at, content, today)
            )
    for head in gold:
        golden[head.article_id] = _coded(head, GOLD, head.updated_at, contents[head.id], today)
    for id_ in ids:
        if id_ in found:
            length, title = lengths[id_]
            coders = sorted(found[id_], key=lambda one: one.coder)
            yield CodedArticle(id_, title, length, coders, golden.get(id_))


def _today(store: Store, contents: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The registry entries of today for those named in frozen submissions."""
    actors: set[str] = set()
    claims: set[str] = set()
    for content in contents:
        for one in content["statements"]:
            claims.add(one["claim_id"])
            actors.update(id_ for id_ in (one["speaker_id"], one["holder_id"]) if id_)
    return {
        **store.entries.successors("actor", actors),
        **store.entries.successors("claim", claims),
    }


def _coded(
    head: LabelSet, coder: str, at: str, content: Mapping[str, Any], today: Mapping[str, str]
) -> Coded:
    places: dict[str, Stretch] = {}
    spans: dict[str, list[Stretch]] = {}
    ids: dict[str, list[str]] = {}
    version = 0
    for span in content["spans"]:
        place = (span["start"], span["end"])
        places[span["id"]] = place
        spans.setdefault(span["kind"], []).append(place)
        ids.setdefault(span["kind"], []).append(span["id"])
        version = max(version, span["codebook_version"])
    statements = []
    for one in content["statements"]:
        version = max(version, one["codebook_version"])
        evidence = tuple(places[id_] for id_ in one["evidence"] if id_ in places)
        statements.append(CodedStatement(one["id"], evidence, parts_of(one, today)))
    documents = {name: tuple(values) for name, values in content["document_labels"].items()}
    version = version or content.get("codebook_version", 0)
    return Coded(coder, head.id, at, version, spans, ids, statements, documents)
