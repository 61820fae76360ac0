"""One batch of operations at work on one label set: reading, checking and writing entities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from annotate import codebook
from annotate.codebook import Codebook
from annotate.errors import Conflict, Forbidden, Invalid, NotFound, Word, WorkbenchError
from annotate.model import LabelSet, Person, Project
from annotate.store import Store, Transaction
from annotate.store.history import entity_subject
from annotate.store.labels import SPAN_FIELDS, STATEMENT_FIELDS, Entity, EntityKind
from annotate.store.registry import Kind
from annotate.tagging import arrivals
from annotate.tagging import payload as read

SPAN_KEYS = frozenset(SPAN_FIELDS) - {"codebook_version"}
SINGLE_ACTORS = ("speaker_id", "holder_id", "addressee_id")
STATEMENT_KEYS = (frozenset(STATEMENT_FIELDS) - {"codebook_version"}) | {"evidence", "reported_by"}
_NOUNS: dict[EntityKind, Word] = {
    "span": Word("span"),
    "statement": Word("statement"),
    "document_label": Word("document label"),
}


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
    ``actors`` and ``claims`` are those that the client may not know yet: made by it, used by
    others, or come in the place of merged ones.
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

    def book_for(
        self, kind: EntityKind, entity_id: str, chosen: Mapping[str, object]
    ) -> tuple[Codebook, int]:
        """The codebook by which a label is checked, and its version.

        The present one, save for a stored label that keeps all its values although the present
        codebook has withdrawn one: it may still be edited, and stays under its own version.

        Args:
            kind: What kind of label.
            entity_id: Its id.
            chosen: Its values, by field.
        """
        number = self.project.codebook_version
        if knows(self.book, chosen):
            return self.book, number
        before = self.store.labels.read(self.editable().id, kind, entity_id)
        if before is None or any(before[name] != value for name, value in chosen.items()):
            return self.book, number
        number = before["codebook_version"]
        return self.store.projects.codebook(self.project.id, number), number

    def lacking(self, label_set: LabelSet) -> list[tuple[str, str]]:
        """What statements lack of what the codebook requires: (statement's id, field)."""
        return codebook.missing(label_set, self.book)

    def follow(self, entity: Entity) -> Entity:
        """An entity whose merged actors and claim have given way to what took their place."""
        kinds: tuple[Kind, ...] = ("actor", "claim")
        for kind, ids in zip(kinds, references([entity]), strict=True):
            successors = self.store.entries.successors(kind, ids) if ids else {}
            if successors:
                entity = replaced(entity, successors)
                (self.actors if kind == "actor" else self.claims).extend(successors.values())
        return entity

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
            arrivals.begun(self.store, self.tx, self.head)
        if self.head.status == "submitted":
            raise Forbidden("These labels are submitted", "Take them back to change them")
        if self.head.status == "accepted":
            raise Forbidden("These labels are accepted and stay as they are")
        return self.head

    def read(self, kind: EntityKind, entity_id: str) -> Entity:
        """An entity of this label set.

        Raises:
            NotFound: if it does not exist, or not any more.
        """
        found = self.store.labels.read(self.editable().id, kind, entity_id)
        if found is None:
            raise NotFound(
                "The {what} does not exist any more",
                "It may have been removed",
                what=_NOUNS[kind],
            )
        return found

    def revive(self, entity: Entity) -> None:
        """Take registry entries that an entity refers to back in, if they were removed since."""
        kinds: tuple[Kind, ...] = ("actor", "claim")
        for kind, ids in zip(kinds, references([entity]), strict=True):
            self.store.entries.revive(self.tx, kind, ids)

    def put(self, kind: EntityKind, entity_id: str, after: Entity | None) -> None:
        """Write one entity and its event, unless somebody else changed it meanwhile."""
        head = self.editable()
        if (kind, entity_id) in self.foreign:
            raise Conflict(
                "This {what} was changed in another window",
                "Look at the present state and repeat your change if it is still needed",
                what=_NOUNS[kind],
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

    def has_changed(self, operation_id: str) -> bool:
        """Whether an operation has changed something that undo could take back."""
        return bool(self.store.history.changes_of(operation_id))

    def result(self, outcomes: tuple[OperationOutcome, ...]) -> Result:
        """The answer to the client."""
        head = self.head
        if head is None:
            return Result(
                None, 0, "draft", False, False, outcomes, {}, tuple(self.actors), tuple(self.claims)
            )
        history = self.store.history
        touched = history.touched_since(head.id, self.base_revision) | self.named
        entities = {entity: self.store.labels.read(head.id, *entity) for entity in sorted(touched)}
        actors, claims = references([entities[one] or {} for one in self.foreign & touched])
        return Result(
            head.id,
            head.revision,
            head.status,
            history.to_undo(head.id) is not None,
            history.to_redo(head.id) is not None,
            outcomes,
            entities,
            tuple(dict.fromkeys([*self.actors, *sorted(actors)])),
            tuple(dict.fromkeys([*self.claims, *sorted(claims)])),
        )


def checked_span(edit: Edit, span: Entity) -> Entity:
    """A span as it may be stored.

    Raises:
        Invalid: if it lies outside the text, quotes something else, or breaks the codebook.
    """
    span = edit.follow(span)
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
    book, version = edit.book_for("span", span["id"], {"kind": span.get("kind")})
    kind = read.choice(span, "kind", codebook.names(book.span_kinds), Word("span kind"))
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
        "codebook_version": version,
    }


def checked_statement(edit: Edit, given: Entity) -> Entity:
    """A statement as it may be stored, its evidence in reading order.

    Raises:
        Invalid, NotFound: if it breaks the codebook, or refers to what does not exist.
    """
    given = edit.follow(given)
    claim_id = read.reference(given, "claim_id") or ""
    claim = edit.store.registry.claims([claim_id]).get(claim_id)
    if claim is None or claim.project_id != edit.project.id:
        raise Invalid("The statement needs a claim", "Choose one, or make a new one")
    if edit.store.entries.removed("claim", [claim_id]):
        raise _gone(claim.text)
    chosen = {name: given.get(name) or None for name in ("stance", "certainty")}
    book, version = edit.book_for("statement", given["id"], chosen)
    stance = read.choice(given, "stance", codebook.names(book.stances), Word("stance"))
    if stance is None:
        raise Invalid("The statement needs a stance", "Choose one")
    certainties = codebook.names(book.certainties)
    certainty = read.choice(given, "certainty", certainties, Word("certainty"))
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
        "codebook_version": version,
        **single,
    }


def checked_label(edit: Edit, name: str, values: object, kept: frozenset[str]) -> Entity | None:
    """A document label as it may be stored, None for one without values.

    Args:
        edit: The batch at work.
        name: The label.
        values: Its values as they were sent.
        kept: Values that may stay although the codebook has withdrawn them.

    Raises:
        Invalid: if it breaks the codebook.
    """
    label = next((label for label in edit.book.document_labels if label.name == name), None)
    if label is None and not kept:
        raise Invalid("The codebook has no document label {value!r}", value=name[:80])
    allowed = kept if label is None else kept | codebook.names(label.values)
    if not isinstance(values, list) or not all(isinstance(v, str) and v in allowed for v in values):
        raise Invalid("Those are not values of the document label {name!r}", name=name)
    if len(values) > 1 and label is not None and not label.multiple:
        raise Invalid("The document label {name!r} takes one value", name=name)
    return {"values": sorted(set(values))} if values else None


def in_reading_order(edit: Edit, span_ids: Sequence[str]) -> list[str]:
    """The same ids in the order in which the spans stand in the text.

    Raises:
        NotFound: if one of the spans does not exist.
    """
    spans = [edit.read("span", span_id) for span_id in span_ids]
    return [span["id"] for span in sorted(spans, key=lambda span: (span["start"], span["end"]))]


def knows(book: Codebook, chosen: Mapping[str, object]) -> bool:
    """Whether a codebook has all of some values, by field."""
    scales = {"kind": book.span_kinds, "stance": book.stances, "certainty": book.certainties}
    return all(
        value is None or any(value == known.name for known in scales[name])
        for name, value in chosen.items()
    )


def references(entities: Iterable[Entity]) -> tuple[set[str], set[str]]:
    """Ids of the actors and of the claims that spans and statements refer to."""
    actors: set[str] = set()
    claims: set[str] = set()
    for entity in entities:
        chain = entity.get("reported_by")
        named = [entity.get(name) for name in (*SINGLE_ACTORS, "actor_id")]
        named += chain if isinstance(chain, list) else []
        actors |= {id_ for id_ in named if id_ and isinstance(id_, str)}
        claim_id = entity.get("claim_id")
        claims |= {claim_id} if claim_id and isinstance(claim_id, str) else set()
    return actors, claims


def replaced(entity: Entity, successors: Mapping[str, str]) -> Entity:
    """An entity that names other registry entries in the place of some.

    Args:
        entity: A span or a statement.
        successors: What takes whose place.
    """
    names = (*SINGLE_ACTORS, "actor_id", "claim_id")
    single = {name: entity[name] for name in names if isinstance(entity.get(name), str)}
    replaced = {**entity, **{name: successors.get(id_, id_) for name, id_ in single.items()}}
    chain = entity.get("reported_by")
    if isinstance(chain, list):
        replaced["reported_by"] = list(
            dict.fromkeys(successors.get(id_, id_) if isinstance(id_, str) else "" for id_ in chain)
        )
    return replaced


def _gone(name: str) -> Invalid:
    return Invalid(
        "{name!r} was removed from the registry", "Choose another, or make a new one",
        name=name[:80],
    )  # fmt: skip


def _require_actors(edit: Edit, ids: Sequence[str | None]) -> None:
    wanted = {id_ for id_ in ids if id_}
    found = edit.store.registry.actors(sorted(wanted))
    lost = wanted - set(found)
    if lost:
        raise Invalid(
            "There is no actor {value}", "Choose one, or make a new one", value=min(lost)[:80]
        )
    removed = edit.store.entries.removed("actor", wanted) if wanted else set()
    if removed:
        raise _gone(found[min(removed)].name)
