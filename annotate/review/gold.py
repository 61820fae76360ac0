"""One batch of review operations at work on the gold label set of an article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from annotate import codebook
from annotate.codebook import Codebook
from annotate.errors import Conflict, Forbidden, Invalid, NotFound
from annotate.model import LabelSet, new_id
from annotate.review import state as reviewing
from annotate.review.state import State
from annotate.review.versions import Version
from annotate.reviews import Decision, RowKind, Source, Verdict
from annotate.store.labels import Entity, EntityKind, span_entity
from annotate.tagging.edit import Edit, checked_span, knows
from annotate.tagging.operations import write_back

_SPAN_CONTENT = ("kind", "start", "end", "actor_id")


@dataclass
class GoldEdit(Edit):
    """One batch at work on gold; ``versions`` are the codebook versions of what it is made of."""

    versions: set[int] = field(default_factory=set)
    _spans: dict[tuple[Any, ...], str] | None = None

    def editable(self) -> LabelSet:
        """The gold label set, made now if there is none.

        Raises:
            Forbidden: if it is accepted.
        """
        if self.head is None:
            self.head = self.store.labels.create(
                self.tx, self.project.id, self.article_id, None, "gold"
            )
        if self.head.status == "accepted":
            raise Forbidden("This article is gold already", "Take it back into review to change it")
        return self.head

    def has_changed(self, operation_id: str) -> bool:
        """Whether an operation has decided something, or changed gold."""
        decided = self.store.decisions.changes_of(operation_id)
        return bool(decided) or super().has_changed(operation_id)

    def book_for(
        self, kind: EntityKind, entity_id: str, chosen: Mapping[str, object]
    ) -> tuple[Codebook, int]:
        """The codebook by which a label is checked, and its version.

        What was recorded under an older one may be accepted with values that have been withdrawn
        since, and stays under that version.
        """
        if not knows(self.book, chosen):
            for number in sorted(self.versions, reverse=True):
                book = self.store.projects.codebook(self.project.id, number)
                if knows(book, chosen):
                    return book, number
        return super().book_for(kind, entity_id, chosen)

    def lacking(self, label_set: LabelSet) -> list[tuple[str, str]]:
        """What statements lack: each of what was required of those that it is made of."""
        numbers = {
            row.decision.entity_id: max(one.entity["codebook_version"] for one in row.versions)
            for row in self.state().rows
            if row.kind == "statement" and row.decision and row.versions
        }
        books = {number: self.store.projects.codebook(self.project.id, number)
                 for number in set(numbers.values())}  # fmt: skip
        found: list[tuple[str, str]] = []
        for one in label_set.statements:
            book = books[numbers[one.id]] if one.id in numbers else self.book
            found += codebook.missing(replace(label_set, statements=(one,)), book)
        return found

    def state(self) -> State:
        """Where the review stands now; what it implies is recorded first."""
        self._spans = None
        heads = self.store.labels.heads_on([self.article_id], self.project.id)
        state = reviewing.read(self.store, self.project, self.article_id, heads)
        if not state.implied or (state.gold and state.gold.status == "accepted"):
            return state
        for implied in state.implied:
            taken_back = self.store.decisions.get(implied.id)
            if taken_back is not None:
                self.store.decisions.bring_back(self.tx, taken_back)
            else:
                made = replace(implied, at=self.tx.at, by=self.tx.by)
                self.store.decisions.add(self.tx, made)
        return reviewing.read(self.store, self.project, self.article_id, heads)

    def chosen(self, state: State, kind: RowKind, sources: object) -> list[Version]:
        """The versions that an operation names.

        Raises:
            Invalid: if they are not named rightly, or two of them are one coder's.
            Conflict: if one was submitted anew since the client saw it.
        """
        if not isinstance(sources, list) or not all(isinstance(one, Mapping) for one in sources):
            raise Invalid("The operation does not say which versions it is about")
        known = {v.key: v for one in state.sets for v in one.versions if v.kind == kind}
        found: list[Version] = []
        for source in sources:
            key = (str(source.get("label_set_id")), str(source.get("entity_id")))
            version = known.get(key)
            if version is None or source.get("digest", version.digest) != version.digest:
                raise Conflict(
                    "What you decide about was submitted anew meanwhile",
                    "Look at the present state and decide again",
                )
            found.append(version)
        if len({version.label_set_id for version in found}) < len(found):
            raise Invalid("A row holds one version of each coder")
        numbers = (version.entity.get("codebook_version") for version in found)
        self.versions |= {number for number in numbers if isinstance(number, int)}
        return found

    def replaced_by(
        self, state: State, versions: Sequence[Version], decision_id: str | None
    ) -> list[Decision]:
        """The decisions whose place a new one about some versions takes.

        Raises:
            NotFound: if the one that is named does not hold any more.
            Conflict: if somebody else has made one of them since the client looked.
        """
        keys = {(version.kind, version.key) for version in versions}
        found = [
            row.decision
            for row in state.rows
            if row.decision
            and (row.decision.id == decision_id
                 or any((one.kind, one.key) in keys for one in row.versions))
        ]  # fmt: skip
        if decision_id and all(one.id != decision_id for one in found):
            raise NotFound("This decision does not hold any more", "Look at the present state")
        self.refuse_foreign(found)
        return found

    def refuse_foreign(self, decisions: Sequence[Decision]) -> None:
        """Refuse to overrule what others have decided since the client looked.

        Raises:
            Conflict: if one of the decisions is such.
        """
        if self.head is None or not decisions:
            return
        foreign = self.store.decisions.made_since(self.head.id, self.base_revision, self.client)
        if any(one.id in foreign for one in decisions):
            raise Conflict(
                "Somebody else has decided this meanwhile",
                "Look at the present state and decide again if it is still needed",
            )

    def span(self, content: Entity) -> str:
        """A span of gold with this content, made if there is none; gives its id."""
        if self._spans is None:
            spans = self.store.labels.with_content([self.editable()])[0].spans
            self._spans = {_content_of(span_entity(span)): span.id for span in spans}
        content = self.follow(content)
        there = self._spans.get(_content_of(content))
        if there is not None:
            return there
        entity = checked_span(self, {**content, "id": new_id()})
        self.put("span", entity["id"], entity)
        self._spans[_content_of(entity)] = entity["id"]
        return str(entity["id"])

    def bring_spans_back(self, statement: Mapping[str, Any]) -> None:
        """Put the spans back that a statement rests on, where they were pruned since."""
        for span_id in statement["evidence"]:
            if self.store.labels.read(self.editable().id, "span", span_id) is None:
                lost = self.store.history.last_held("span", span_id)
                if lost is not None:
                    write_back(self, "span", span_id, lost)

    def settle(
        self,
        kind: RowKind,
        verdict: Verdict,
        entity_id: str | None,
        *,
        reason: str,
        upon: Sequence[Version],
        before: Sequence[Decision],
    ) -> None:
        """Record a decision in the place of others; ``prune`` clears away what those needed."""
        for one in before:
            self.take_back(one, keep=entity_id)
        self.store.decisions.add(
            self.tx,
            Decision(
                new_id(), self.project.id, self.article_id, self.editable().id, kind, verdict,
                entity_id, reason, self.tx.at, self.tx.by,
                tuple(Source(one.label_set_id, one.entity_id, one.digest) for one in upon),
            ),
        )  # fmt: skip

    def take_back(self, decision: Decision, keep: str | None = None) -> None:
        """Let a decision hold no longer; what it brought into gold goes, unless it is kept."""
        self.store.decisions.take_back(self.tx, decision)
        gone = decision.entity_id
        if gone is not None and gone != keep and decision.kind != "span":
            self.put(decision.kind, gone, None)

    def prune(self) -> None:
        """Remove the spans of gold that no statement and no decision needs any more."""
        head = self.editable()
        gold = self.store.labels.with_content([head])[0]
        needed = {span_id for one in gold.statements for span_id in one.evidence}
        needed |= {
            one.entity_id
            for one in self.store.decisions.live([head.id])
            if one.kind == "span" and one.entity_id
        }
        for span in gold.spans:
            if span.id not in needed:
                self.put("span", span.id, None)
        self._spans = None


def _content_of(span: Entity) -> tuple[Any, ...]:
    # As text, since what a client sends may be anything.
    return tuple(repr(span.get(name)) for name in _SPAN_CONTENT)


def span_pool(state: State, spans: Sequence[Entity]) -> dict[str, Entity]:
    """Every span that evidence may name, by id: the coders', gold's and new ones."""
    pool = {
        one["id"]: one
        for coder in state.sets
        for version in coder.versions
        for one in (version.spans if version.kind == "statement" else (version.entity,))
        if version.kind != "document_label"
    }
    if state.gold is not None:
        pool |= {span.id: span_entity(span) for span in state.gold.spans}
    return pool | {span["id"]: span for span in spans}
