"""Records as Label Studio's tasks: an article revision a task, a label set an annotation.

Offsets stay as they are: Label Studio counts code points too. Each region's ``meta`` holds what
was sent, so that `exports.formats.labelstudio.back` can tell what somebody changed there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from annotate.model import Actor, Article, Claim, LabelSet, Person, Span, Statement
from exports.formats.labelstudio.words import (
    ACTOR,
    ACTOR_ROLES,
    CERTAINTY,
    CLAIM,
    DATE,
    EVIDENCE,
    FORMAT,
    LABEL,
    MENTION,
    META,
    NOTE,
    REPORTERS,
    ROLES,
    STANCE,
    STATEMENT,
    TEXT,
    VENUE,
    WRITE,
    Json,
    document_control,
)
from exports.records import ProjectRecord, Record, ordered

Extras = Mapping[str, Any]
# The members of an item that hold ids of regions.
ID_FIELDS = ("id", "from_id", "to_id")


def tasks(record: Record) -> Iterator[Json]:
    """The tasks of one article: one for each of its projects, one without labels if it has none.

    Args:
        record: The article with its label sets.
    """
    record = ordered(record)
    if not record.projects:
        yield {"data": task_data(record.article, None)}
    for entry in record.projects:
        mine = [one for one in record.label_sets if one.project_id == entry.project.id]
        yield {
            "data": task_data(record.article, entry),
            "meta": task_meta(mine, record.coders),
            "annotations": [
                annotation(one, record.article, record.actors, record.claims)
                for one in mine
                if one.kind != "model"
            ],
            "predictions": [
                prediction(one, record.article, record.coders, record.actors, record.claims)
                for one in mine
                if one.kind == "model"
            ],
        }


def task_data(article: Article, entry: ProjectRecord | None) -> Json:
    """The data of a task: the article, and the ids by which it is known again."""
    return {
        "format": FORMAT,
        "project_id": entry.project.id if entry else None,
        "codebook_version": entry.project.codebook_version if entry else None,
        "article_id": article.id,
        "series_id": article.series_id,
        "revision": article.revision,
        "title": article.title,
        "text": article.text,
        "language": article.language,
        "source": article.source,
        "url": article.url,
        "published_at": article.published_at,
    }


def task_meta(label_sets: Iterable[LabelSet], coders: Mapping[str, Person]) -> Json:
    """The meta of a task: of each label set what Label Studio has no place for."""
    heads = [
        {
            "id": one.id,
            "kind": one.kind,
            "status": one.status,
            "revision": one.revision,
            "coder_id": one.coder_id,
            "coder": _coder_name(one, coders),
            "created_at": one.created_at,
            "updated_at": one.updated_at,
        }
        for one in label_sets
    ]
    return {META: {"label_sets": heads}}


def annotation(
    label_set: LabelSet,
    article: Article,
    actors: Mapping[str, Actor],
    claims: Mapping[str, Claim],
    extras: Extras | None = None,
    write: int | None = None,
) -> Json:
    """An analyst's or a gold label set as an annotation.

    Args:
        label_set: The label set.
        article: Its article revision.
        actors: At least those that it names, by id.
        claims: At least those that it names, by id.
        extras: What `back.ReadSet.extras` held when it was last read.
        write: A number by which it is known later that this was written.
    """
    rest = dict((extras or {}).get("annotation", {}))
    truth = label_set.kind == "gold" or rest.pop("ground_truth", False) is True
    return {
        **rest,
        "unique_id": label_set.id,
        "ground_truth": truth,
        "result": result(label_set, article, actors, claims, extras, write),
    }


def prediction(
    label_set: LabelSet,
    article: Article,
    coders: Mapping[str, Person],
    actors: Mapping[str, Actor],
    claims: Mapping[str, Claim],
    extras: Extras | None = None,
    write: int | None = None,
) -> Json:
    """A model's label set as a prediction; its version is the model's name."""
    return {
        **dict((extras or {}).get("annotation", {})),
        "model_version": _coder_name(label_set, coders),
        "result": result(label_set, article, actors, claims, extras, write),
    }


def result(
    label_set: LabelSet,
    article: Article,
    actors: Mapping[str, Actor],
    claims: Mapping[str, Claim],
    extras: Extras | None = None,
    write: int | None = None,
) -> list[Json]:
    """The regions, relations and choices of a label set, each with what came with it."""
    made = _Made(label_set, article.text, actors, claims, write)
    items = list(
        chain(
            *map(made.span, label_set.spans),
            *map(made.statement, label_set.statements),
            *map(made.relations, label_set.statements),
            map(made.document, label_set.document_labels.items()),
        )
    )
    if not extras:
        return items
    keys = extras.get("keys", {})
    held = list(extras.get("held", ()))
    ids = {item["id"] for item in held if "id" in item}
    there = {item_key(item) for item in held}
    return [
        *(
            _with(item, keys.get(item_key(item), {}))
            for item in items
            if item_key(item) not in there
            and ids.isdisjoint(item.get(end) for end in ("id", "from_id", "to_id"))
        ),
        *extras.get("items", ()),
        *held,
    ]


def item_key(item: Mapping[str, Any]) -> str:
    """What names an item within one result, whatever its order."""
    if item.get("type") == "relation":
        return f"{item.get('from_id')}\t{item.get('to_id')}"
    return f"{item.get('id')}\t{item.get('from_name')}"


def follow(extras: Extras, ids: Mapping[str, str]) -> Json:
    """The same extras where regions have other ids.

    Args:
        extras: As `back.ReadSet.extras`.
        ids: The new ids, by the old.
    """

    def led(one: Json) -> Json:
        ends = {name: one[name] for name in ID_FIELDS if isinstance(one.get(name), str)}
        return {**one, **{name: ids.get(id_, id_) for name, id_ in ends.items()}}

    found = dict(extras)
    for name in ("items", "held"):
        if name in found:
            found[name] = [led(one) for one in found[name]]
    if "keys" in found:
        found["keys"] = {
            "\t".join(ids.get(part, part) for part in key.split("\t")): kept
            for key, kept in found["keys"].items()
        }
    return found


def _with(item: Json, more: Mapping[str, Any]) -> Json:
    """An item of ours with the members that somebody else gave it."""
    if not more:
        return item
    whole = {**item, **more.get("item", {})}
    if "value" in item or "value" in more:
        whole["value"] = {**more.get("value", {}), **item.get("value", {})}
    if "meta" in item or "meta" in more:
        whole["meta"] = {**more.get("meta", {}), **item.get("meta", {})}
    if "labels" in item or "labels" in more:
        whole["labels"] = [*item.get("labels", ()), *more.get("labels", ())]
    return whole


class _Made:
    """The items of one label set."""

    def __init__(
        self,
        label_set: LabelSet,
        text: str,
        actors: Mapping[str, Actor],
        claims: Mapping[str, Claim],
        write: int | None,
    ) -> None:
        self._whose: Json = {"label_set": label_set.id}
        if write is not None:
            self._whose[WRITE] = write
        self._text = text
        self._actors = actors
        self._claims = claims
        self._spans = {span.id: span for span in label_set.spans}
        self._mentions: dict[str, list[Span]] = {}
        for span in label_set.spans:
            if span.actor_id is not None:
                self._mentions.setdefault(span.actor_id, []).append(span)

    def span(self, span: Span) -> Iterator[Json]:
        """A region for a span, with the name of the actor it mentions."""
        sent = {**self._ours(span.id, span.codebook_version), "kind": span.kind}
        if span.actor_id is not None:
            sent["actor"] = self._named(span.actor_id)
        place = (span.start, span.end)
        yield self._region(span.id, place, span.kind, sent)
        if span.actor_id is not None and span.kind == MENTION:
            yield _texts(span.id, place, ACTOR, [sent["actor"]["name"]])

    def statement(self, statement: Statement) -> Iterator[Json]:
        """A region for a statement, with its values; it stands on the first evidence."""
        place = self._anchor(statement)
        roles = {name: _ids(statement, name) for name in (*ACTOR_ROLES, REPORTERS)}
        claim = self._claims.get(statement.claim_id)
        wording = claim.text if claim else statement.claim_id
        sent = {
            **self._ours(statement.id, statement.codebook_version),
            "stance": statement.stance,
            "certainty": statement.certainty,
            "claim": {"id": statement.claim_id, "name": wording},
            "anchor": list(place),
            "evidence": list(statement.evidence),
            **{name: [self._named(id_) for id_ in ids] for name, ids in roles.items() if ids},
        }
        yield self._region(statement.id, place, STATEMENT, sent)
        yield _choice(statement.id, place, STANCE, statement.stance)
        if statement.certainty is not None:
            yield _choice(statement.id, place, CERTAINTY, statement.certainty)
        yield _texts(statement.id, place, CLAIM, [wording])
        for name, ids in roles.items():
            unseen = [id_ for id_ in dict.fromkeys(ids) if id_ not in self._mentions]
            if unseen:
                names = [self._named(id_)["name"] for id_ in unseen]
                yield _texts(statement.id, place, name, names)
        plain = {VENUE: statement.venue, DATE: statement.statement_date, NOTE: statement.note}
        for name, text in plain.items():
            if text:
                yield _texts(statement.id, place, name, [text])

    def relations(self, statement: Statement) -> Iterator[Json]:
        """From a statement to its evidence and to mentions of its actors.

        The editor knows one relation between two regions, so that one has all the roles.
        """
        start = self._anchor(statement)[0]
        found: dict[str, list[str]] = {}
        for role in (*ACTOR_ROLES, REPORTERS):
            for actor_id in dict.fromkeys(_ids(statement, role)):
                if near := self._mentions.get(actor_id):
                    span = min(near, key=lambda one: (abs(one.start - start), one.id))
                    found.setdefault(span.id, []).append(role)
        for span_id in statement.evidence:
            found.setdefault(span_id, []).append(EVIDENCE)
        for span_id, roles in found.items():
            yield {
                "type": "relation",
                "from_id": statement.id,
                "to_id": span_id,
                "direction": "right",
                "labels": [role for role in ROLES if role in roles],
            }

    def document(self, label: tuple[str, Sequence[str]]) -> Json:
        """The chosen values of a document label."""
        item = _item(None, document_control(label[0]), "choices", {"choices": list(label[1])})
        return {**item, "meta": {META: self._whose}}

    def _anchor(self, statement: Statement) -> tuple[int, int]:
        """Where a statement's region stands: on all of the text where there is no evidence."""
        if not statement.evidence:
            return 0, len(self._text)
        span = self._spans[statement.evidence[0]]
        return span.start, span.end

    def _ours(self, id_: str, version: int) -> Json:
        return {"id": id_, **self._whose, "codebook_version": version}

    def _named(self, actor_id: str) -> Json:
        actor = self._actors.get(actor_id)
        return {"id": actor_id, "name": actor.name if actor else actor_id}

    def _region(self, id_: str, place: tuple[int, int], label: str, sent: Json) -> Json:
        words = self._text[place[0] : place[1]]
        value = {"start": place[0], "end": place[1], "text": words, "labels": [label]}
        return {**_item(id_, LABEL, "labels", value), "meta": {META: sent}}


def _ids(statement: Statement, role: str) -> Sequence[str]:
    if role == REPORTERS:
        return statement.reported_by
    actor_id = getattr(statement, f"{role}_id")
    return () if actor_id is None else (actor_id,)


def _item(id_: str | None, control: str, kind: str, value: Json) -> Json:
    item = {"from_name": control, "to_name": TEXT, "type": kind, "value": value}
    return item if id_ is None else {"id": id_, **item}


def _choice(id_: str, place: tuple[int, int], control: str, choice: str) -> Json:
    return _item(id_, control, "choices", {"start": place[0], "end": place[1], "choices": [choice]})


def _texts(id_: str, place: tuple[int, int], control: str, texts: list[str]) -> Json:
    return _item(id_, control, "textarea", {"start": place[0], "end": place[1], "text": texts})


def _coder_name(label_set: LabelSet, coders: Mapping[str, Person]) -> str | None:
    coder = coders.get(label_set.coder_id) if label_set.coder_id else None
    return coder.name if coder else label_set.coder_id
