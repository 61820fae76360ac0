"""An article under review: who submitted what, what gold holds, what was decided."""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from annotate import accounts
from annotate.errors import Forbidden
from annotate.model import LabelSet, Person, Project, Submission
from annotate.review.kept import Kept
from annotate.review.rows import Gold, Row, rows
from annotate.review.versions import CoderSet, coder_set, differing, versions_of
from annotate.reviews import Decision, RowKind, Source, Verdict
from annotate.store import Store
from annotate.store.labels import content_of
from annotate.tagging.edit import references

# What frozen submissions name, of the articles that are under review just now.
_NAMED: Kept[tuple[set[str], set[str]]] = Kept(512)


@dataclass(frozen=True, slots=True)
class Coder:
    """Somebody whose submission is reviewed, by the letter that stands for them here."""

    letter: str
    head: LabelSet
    submission: Submission


@dataclass(frozen=True, slots=True)
class State:
    """Where the review of an article stands.

    ``sets`` is what the coders submitted last, which is reviewed, ``firsts`` what they submitted
    first, by which agreement is measured. ``wanted`` is how many coders the article's round wants,
    0 outside all rounds.
    ``implied`` are decisions that nobody has recorded: gold that came from elsewhere (an import,
    an older version) counts as decided, and they are recorded with the first change here.
    """

    coders: tuple[Coder, ...]
    gold: LabelSet | None
    sets: tuple[CoderSet, ...]
    firsts: tuple[CoderSet, ...]
    in_gold: Gold
    decisions: tuple[Decision, ...]
    implied: tuple[Decision, ...]
    rows: tuple[Row, ...]
    wanted: int = 0

    @property
    def is_early(self) -> bool:
        """Whether fewer have submitted than the article's round wants."""
        return len(self.coders) < self.wanted

    @property
    def open_statements(self) -> int:
        """How many statement rows wait for a decision."""
        return sum(1 for row in self.rows if row.kind == "statement" and row.is_open)

    @property
    def disputed(self) -> int:
        """How many other rows, of spans and document labels, wait for more than assent."""
        return sum(
            1 for row in self.rows if row.kind != "statement" and row.is_open and not row.is_agreed
        )

    def row_of(self, decision_id: str) -> Row | None:
        """The row about which a decision holds."""
        return next((r for r in self.rows if r.decision and r.decision.id == decision_id), None)


def require_sight(
    store: Store, person: Person, project: Project, heads: Sequence[LabelSet]
) -> None:
    """Refuse to show a review to whoever has still to submit labels of their own.

    Args:
        store: The store.
        person: Who asks.
        project: The project.
        heads: All label sets of the project on the article.

    Raises:
        Forbidden: if there is something under review that the person may not see.
    """
    under_review = {one.id for one in heads if one.kind == "gold" or accounts.is_submitted(one)}
    seen = {one.id for one in accounts.visible(store, person, project, heads)}
    if under_review - seen:
        raise Forbidden(
            "You work on this article yourself: what others recorded stays hidden until then",
            "Submit your labels first",
        )


def read(store: Store, project: Project, article_id: str, heads: Sequence[LabelSet]) -> State:
    """The review of an article as it stands; the caller has asked who may see it.

    Args:
        store: The store.
        project: The project.
        article_id: The article.
        heads: All label sets of the project on the article.
    """
    submissions = store.labels.submissions([one.id for one in heads if accounts.is_submitted(one)])
    sources = [one for one in heads if one.id in submissions]
    order = accounts.letters(project, article_id, heads)
    coders = tuple(
        Coder(order[one.id], one, submissions[one.id][-1])
        for one in sorted(sources, key=lambda one: order[one.id])
    )
    golds = store.labels.with_content([one for one in heads if one.kind == "gold"])
    gold = golds[0] if golds else None
    successors = _successors(store, [s for some in submissions.values() for s in some])
    sets = tuple(coder_set(one.head.id, submissions[one.head.id], successors) for one in coders)
    firsts = tuple(
        coder_set(one.label_set_id, submissions[one.label_set_id][:1], successors)
        if len(submissions[one.label_set_id]) > 1
        else one
        for one in sets
    )
    in_gold: Gold = {}
    recorded: list[Decision] = []
    if gold is not None:
        found = versions_of(gold.id, content_of(gold), {})
        in_gold = {(version.kind, version.entity_id): version for version in found}
        recorded = store.decisions.live([gold.id])
        # A span may be decided upon and be evidence of a statement besides.
        spans = {span["id"]: span for span in content_of(gold)["spans"]}  # type: ignore[attr-defined]
        for one in recorded:
            if one.kind == "span" and one.entity_id in spans:
                in_gold = {**in_gold, **_span_version(gold.id, spans[one.entity_id])}
    implied = _implied(gold, in_gold, sets, recorded) if gold else ()
    decisions = (*recorded, *implied)
    found_rows = rows(sets, decisions, in_gold)
    place = store.decisions.article(project.id, article_id)
    wanted = place.wanted if place and place.round_id else 0
    return State(coders, gold, sets, firsts, in_gold, decisions, implied, found_rows, wanted)


def _successors(store: Store, submissions: Sequence[Submission]) -> dict[str, str]:
    named = [_NAMED.get(one.id, partial(_named_in, one)) for one in submissions]
    actors = {id_ for some, _ in named for id_ in some}
    claims = {id_ for _, some in named for id_ in some}
    return {
        **(store.entries.successors("actor", actors) if actors else {}),
        **(store.entries.successors("claim", claims) if claims else {}),
    }


def _named_in(submission: Submission) -> tuple[set[str], set[str]]:
    """The actors and claims that a submission names."""
    return references(
        [
            entity
            for name in ("spans", "statements")
            for entity in submission.content[name]  # type: ignore[attr-defined]
        ]
    )


def _span_version(gold_id: str, span: dict[str, object]) -> Gold:
    content = {"spans": [span], "statements": [], "document_labels": {}}
    return {(one.kind, one.entity_id): one for one in versions_of(gold_id, content, {})}


def _implied(
    gold: LabelSet, in_gold: Gold, sets: Sequence[CoderSet], recorded: Sequence[Decision]
) -> tuple[Decision, ...]:
    """What gold without decisions says was decided: each thing upon what coders have like it."""
    known = {(one.kind, one.entity_id) for one in recorded}
    nameless = tuple(version for key, version in in_gold.items() if key not in known)
    if not nameless:
        return ()
    taken: dict[str, set[tuple[RowKind, str]]] = defaultdict(set)
    for one in recorded:
        for source in one.sources:
            taken[source.label_set_id].add((one.kind, source.entity_id))
    free = [
        replace(one, name=None, versions=tuple(v for v in one.versions
                                    if (v.kind, v.entity_id) not in taken[one.label_set_id]))
        for one in sets
    ]  # fmt: skip
    found = []
    for row in rows([CoderSet(gold.id, nameless), *free], (), {}):
        mine = next((version for version in row.versions if version.label_set_id == gold.id), None)
        if mine is None:
            continue
        upon = [version for version in row.versions if version is not mine]
        alike = any(not differing([mine, version]) for version in upon)
        verdict: Verdict = "accepted" if alike else "edited" if upon else "written"
        name = f"{gold.id} {mine.kind} {mine.entity_id}"
        found.append(
            Decision(
                str(uuid.UUID(bytes=hashlib.sha256(name.encode()).digest()[:16])),
                gold.project_id, gold.article_id, gold.id, mine.kind, verdict, mine.entity_id,
                "", gold.updated_at, "",
                tuple(Source(one.label_set_id, one.entity_id, one.digest) for one in upon),
            )
        )  # fmt: skip
    return tuple(found)
