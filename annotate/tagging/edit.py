"""One batch of operations at work on one label set: reading, checking and writing entities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from annotate import codebook
from annotate.codebook import Codebook
from annotate.errors import Conflict, Forbidden, Invalid, NotFound, WorkbenchError
from annotate.model import LabelSet, Person, Project
from annotate.store import Store, Transaction
from annotate.store.history import entity_subject
from annotate.store.labels import SPAN_FIELDS, STATEMENT_FIELDS, Entity, EntityKind
from annotate.tagging import payload as read

SPAN_KEYS = frozenset(SPAN_FIELDS) - {"codebook_version"}
SINGLE_ACTORS = ("speaker_id", "holder_id", "addressee_id")
STATEMENT_KEYS = (frozenset(STATEMENT_FIELDS) - {"codebook_version"}) | {"evidence", "reported_by"}


@dataclass(frozen=True, slots=True)
class OperationOutcome:
    """What became of one operation; ``problem`` says why it was refused."""

    id: str
    state: Literal["applied", "duplicate", "refused"]
    problem: WorkbenchError | None = None

    @property
    def code(self) -> str:
        """The kind of problem, empty where there is none."""
        return self.problem.code if self.problem else ""


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to a batch of operations.

    ``touched`` maps each entity changed since the client's base revision, by anyone, and each
    that a refused operation named, to its present state, None where it does not exist.
    """

    label_set_id: str | None
    revision: int
    status: str
    can_undo: bool
    can_redo: bool
    outcomes: tuple[OperationOutcome, ...]
    touched: Mapping[tuple[EntityKind, str], Entity | None]
    actors: tuple[str, ...]
    claims: tuple[str, ...]


@dataclass
class Edit:
    """One batch at work on one label set."""

    store: Store
    tx: Transaction
    person: Person
    project: Project
    article_id: str
    client: str
    base_revision: int
    head: LabelSet | None
    named: set[tuple[EntityKind, str]] = field(default_factory=set)
    actors: list[str] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)

    @cached_property
    def text(self) -> str:
        """The article's text."""
        return self.store.articles.get(self.article_id).text

    @cached_property
    def book(self) -> Codebook:
        """The project's present codebook."""
        return self.store.projects.codebook(self.project.id)

    @cached_property
    def foreign(self) -> set[tuple[EntityKind, str]]:
        """What other clients changed since this one last looked."""
        if self.head is None:
            return set()
        return self.store.history.touched_since(
            self.head.id, self.base_revision, other_than=self.client
        )

    def editable(self) -> LabelSet:
        """The label set, made now if there is none.

        Raises:
            Forbidden: if it is submitted or accepted.
        """
        if self.head is None:
            self.head = self.store.labels.create(
                self.tx, self.project.id, self.article_id, self.person.id
            )
        if self.head.status not in ("draft", "returned"):
            raise Forbidden(
                "These labels are {head_status}",
                "Take them back to change them" if self.head.status == "submitted" else "",
                head_status=self.head.status,
            )
        return self.head

    def read(self, kind: EntityKind, entity_id: str) -> Entity:
        """An entity of this label set.

        Raises:
            NotFound: if it does not exist, or not any more.
        """
        found = self.store.labels.read(self.editable().id, kind, entity_id)
        if found is None:
            raise NotFound(
                "The {kind} does not exist any more", "It may have been removed", kind=kind
            )
        return found

    def put(self, kind: EntityKind, entity_id: str, after: Entity | None) -> None:
        """Write one entity and its event, unless somebody else changed it meanwhile."""
        head = self.editable()
        if (kind, entity_id) in self.foreign:
            raise Conflict(
                "This {value} was changed in another window",
                "Look at the present state and repeat your change if it is still needed",
                value=kind.replace("_", " "),
            )
        before = self.store.labels.read(head.id, kind, entity_id)
        if before == after:
            return
        self.store.labels.write(self.tx, head.id, kind, entity_id, after)
        verb = "add" if before is None else "remove" if after is None else "change"
        self.tx.record(
            f"{kind}.{verb}", kind, entity_subject(head.id, kind, entity_id),
            project_id=self.project.id, before=before, after=after,
        )  # fmt: skip

    def result(self, outcomes: tuple[OperationOutcome, ...]) -> Result:
        """The answer to the client."""
        head = self.head
        if head is None:
            return Result(
                None, 0, "draft", False, False, outcomes, {}, tuple(self.actors), tuple(self.claims)
            )
        touched = self.store.history.touched_since(head.id, self.base_revision) | self.named
        history = self.store.history
        return Result(
            head.id,
            head.revision,
            head.status,
            history.to_undo(head.id) is not None,
            history.to_redo(head.id) is not None,
            outcomes,
            {entity: self.store.labels.read(head.id, *entity) for entity in sorted(touched)},
            tuple(self.actors),
            tuple(self.claims),
        )


def checked_span(edit: Edit, span: Entity) -> Entity:
    """A span as it may be stored.

    Raises:
        Invalid: if it lies outside the text, quotes something else, or breaks the codebook.
    """
    start, end = span.get("start"), span.get("end")
    if not (type(start) is int and type(end) is int and 0 <= start < end <= len(edit.text)):
        raise Invalid("The span lies outside the text of {count} characters", count=len(edit.text))
    if span.get("quote") != edit.text[start:end]:
        raise Invalid(
            "The text at [{start}, {end}) is not what the span quotes",
            "Reload the article: its offsets are counted in Unicode code points",
            start=start,
            end=end,
        )
    kind = read.choice(span, "kind", codebook.names(edit.book.span_kinds), "span kind")
    if kind is None:
        raise Invalid("The span has no kind", "Choose one")
    actor_id = read.reference(span, "actor_id")
    _require_actors(edit, [actor_id])
    return {
        "id": span["id"],
        "kind": kind,
        "start": start,
        "end": end,
        "quote": span["quote"],
        "actor_id": actor_id,
        "codebook_version": edit.project.codebook_version,
    }


def checked_statement(edit: Edit, given: Entity) -> Entity:
    """A statement as it may be stored, its evidence in reading order.

    Raises:
        Invalid, NotFound: if it breaks the codebook, or refers to what does not exist.
    """
    claim_id = read.reference(given, "claim_id") or ""
    claim = edit.store.registry.claims([claim_id]).get(claim_id)
    if claim is None or claim.project_id != edit.project.id:
        raise Invalid("The statement needs a claim", "Choose one, or make a new one")
    stance = read.choice(given, "stance", codebook.names(edit.book.stances), "stance")
    if stance is None:
        raise Invalid("The statement needs a stance", "Choose one")
    certainties = codebook.names(edit.book.certainties)
    certainty = read.choice(given, "certainty", certainties, "certainty")
    date = read.date(given, "statement_date")
    reported_by = read.ids(given, "reported_by")
    single = {name: read.reference(given, name) for name in SINGLE_ACTORS}
    _require_actors(edit, [*single.values(), *reported_by])
    return {
        "id": given["id"],
        "claim_id": claim_id,
        "stance": stance,
        "certainty": certainty,
        "statement_date": date,
        "evidence": in_reading_order(edit, read.ids(given, "evidence")),
        "reported_by": reported_by,
        "venue": read.short_text(given, "venue"),
        "note": read.short_text(given, "note"),
        "codebook_version": edit.project.codebook_version,
        **single,
    }


def in_reading_order(edit: Edit, span_ids: Sequence[str]) -> list[str]:
    """The same ids in the order in which the spans stand in the text.

    Raises:
        NotFound: if one of the spans does not exist.
    """
    spans = [edit.read("span", span_id) for span_id in span_ids]
    return [span["id"] for span in sorted(spans, key=lambda span: (span["start"], span["end"]))]


def _require_actors(edit: Edit, ids: Sequence[str | None]) -> None:
    wanted = {id_ for id_ in ids if id_}
    lost = wanted - set(edit.store.registry.actors(sorted(wanted)))
    if lost:
        raise Invalid(
            "There is no actor {value}", "Choose one, or make a new one", value=min(lost)[:80]
        )
