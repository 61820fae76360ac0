"""Label Studio's tasks read back as label sets, by our ids, with everything that is wrong listed.

Nothing here rests on Label Studio's own ids, which it gives again after a deletion. An annotation
is a label set of ours if its ``unique_id`` is, or if its regions say so; of several that say so
(somebody copied one) one is it and the others are new. A region is ours if its id is the one that
was sent in its ``meta``; any other has an id derived from its label set and its id there, the
same at each reading.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from annotate.codebook import Codebook, names
from annotate.errors import Rejected
from annotate.model import Actor, Article, Claim, LabelSet, LabelSetKind, Status
from exports.formats.labelstudio.content import ContentReader
from exports.formats.labelstudio.names import Names, derived_id
from exports.formats.labelstudio.regions import Parts, parse
from exports.formats.labelstudio.tasks import ID_FIELDS
from exports.formats.labelstudio.words import FORMAT, META, Json, document_control, document_label
from exports.records import Record, ordered

# Label Studio's own account of an annotation, which nobody else can set.
_SERVERS = frozenset(
    [
        "id",
        "task",
        "project",
        "result",
        "unique_id",
        "ground_truth",
        "completed_by",
        "updated_by",
        "created_at",
        "updated_at",
        "created_username",
        "created_ago",
        "result_count",
        "draft_created_at",
        "was_cancelled",
        "model_version",
        "model",
        "import_id",
        "last_action",
        "last_created_by",
        "bulk_created",
        "parent_annotation",
        "parent_prediction",
        "model_run",
        "prediction",
    ]
)


@dataclass(frozen=True, slots=True)
class Source:
    """What a task is read against.

    Args:
        article: The article revision that the task must be of.
        project_id: The project that it must belong to.
        codebooks: The project's codebook versions, by number.
        version: The current one of them, under which things made there are taken.
        names: The registries.
        known: Label sets as they are here, by id; they outdo what the task says of them.
    """

    article: Article
    project_id: str
    codebooks: Mapping[int, Codebook]
    version: int
    names: Names
    known: Mapping[str, LabelSet] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something there that cannot be taken: where it is, and why.

    Args:
        task: Label Studio's id of the task, None where it has none yet.
        annotation: Its id of the annotation or prediction, None where it concerns the task.
        region: The id of the region there, None where it concerns the whole.
        problem: The reason, for people.
    """

    task: int | None
    annotation: int | None
    region: str | None
    problem: Rejected


@dataclass(frozen=True, slots=True)
class ReadSet:
    """An annotation or prediction as a label set.

    Args:
        label_set: What could be read. Of one that is ``new``, coder and status are for the
            caller to find out.
        new: Whether it was made there.
        raw: The annotation or prediction itself.
        ids: Our ids of its regions, by their ids there.
        held: Our ids of spans and statements (and names of document labels) that are there but
            cannot be read: they are not to be taken for deleted.
        whole: Whether all that is there was either read or held. If not, nothing that is missing
            may be taken for deleted.
        extras: What has no place in ours, and what is held, as JSON; `tasks.annotation` takes it
            back there, what is held in place of ours.
        write: The number that `tasks.annotation` was given when this was written there; None
            if nothing of that is left.
    """

    label_set: LabelSet
    new: bool
    raw: Mapping[str, Any]
    ids: Mapping[str, str]
    held: frozenset[str]
    whole: bool
    extras: Mapping[str, Any]
    write: int | None = None


@dataclass(slots=True)
class Back:
    """What a task holds; ``actors`` and ``claims`` are entries that the registries lack."""

    sets: list[ReadSet] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    actors: dict[str, Actor] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)


def read_task(task: Mapping[str, Any], source: Source) -> Back:
    """Read a task back.

    Args:
        task: As Label Studio exports it, or as its API gives it.
        source: What it is read against.

    Returns:
        The label sets, and whatever is wrong; nothing is raised for what stands in the task.
    """
    back = Back()
    task_id = _number(task.get("id"))
    wrong = _wrong_task(task, source)
    if wrong is not None:
        back.problems.append(Problem(task_id, None, None, wrong))
        return back
    heads = {**_heads(task), **source.known}
    found = list(_found(task, source))
    owners = _owners(found, heads, _models(task))
    for n, one in enumerate(found):
        label_set_id = owners.get(n)
        head = heads.get(label_set_id) if label_set_id else None
        if not one.skipped:
            back.sets.append(_read(one, head, source, back))
        number = _number(one.raw.get("id"))
        back.problems += [
            Problem(task_id, number, region, why) for region, why in one.parts.problems
        ]
    # The API shows the drafts of the token's own account, and tells that there are others.
    if task.get("drafts") or task.get("draft_exists") is True:
        refusal = Rejected(
            "draft",
            "Somebody has begun labels there and not submitted them: they are not taken",
            "Whoever began them submits or discards them there",
        )
        back.problems.append(Problem(task_id, None, None, refusal))
    return back


@dataclass(frozen=True, slots=True)
class _Found:
    raw: Mapping[str, Any]
    model: bool
    parts: Parts
    skipped: bool = False


def _wrong_task(task: Mapping[str, Any], source: Source) -> Rejected | None:
    data = task.get("data")
    if not isinstance(data, dict) or "article_id" not in data:
        return Rejected("task", "The task was not made here: it names no article")
    if data.get("format", FORMAT) != FORMAT:
        return Rejected(
            "version",
            "The task's format is {value}, not {format}",
            value=repr(data["format"])[:40],
            format=FORMAT,
        )
    if data.get("project_id") != source.project_id:
        return Rejected("project", "The task belongs to another project")
    if data["article_id"] != source.article.id:
        return Rejected("article", "The task is of another article, or of another revision of it")
    if data.get("text") != source.article.text:
        return Rejected("text", "The task's text is not the article's")
    return None


def _found(task: Mapping[str, Any], source: Source) -> Iterator[_Found]:
    for name in ("annotations", "predictions"):
        entries = task.get(name)
        for raw in entries if isinstance(entries, list) else ():
            if not isinstance(raw, dict):
                continue
            if raw.get("was_cancelled") is True:
                skipped = Parts(problems=[(None, Rejected("skipped", "It was skipped there"))])
                yield _Found(raw, name == "predictions", skipped, skipped=True)
            else:
                parts = parse(raw.get("result"), source.article.text)
                yield _Found(raw, name == "predictions", parts)


def _owners(
    found: list[_Found], heads: Mapping[str, LabelSet], models: Mapping[str, str]
) -> dict[int, str]:
    """Which annotation is which of our label sets, by its place in the task."""
    claims: dict[str, list[int]] = {}
    for n, one in enumerate(found):
        if one.skipped:
            continue
        own = one.raw.get("unique_id")
        said = [id_ for id_ in one.parts.label_sets if id_ in heads]
        if isinstance(own, str) and own in heads:
            claims.setdefault(own, []).insert(0, n)
        elif said:
            claims.setdefault(said[0], []).append(n)
        elif one.model and (version := one.raw.get("model_version")) is not None:
            # Without any region it has nothing but its version to be known by.
            named = [id_ for id_ in heads if models.get(id_) == version]
            if len(named) == 1:
                claims.setdefault(named[0], []).append(n)
    return {ns[0]: id_ for id_, ns in claims.items()}


def _read(one: _Found, head: LabelSet | None, source: Source, back: Back) -> ReadSet:
    fresh = head is None
    head = head or _new_head(one, source)
    known = {span.id for span in head.spans} | {made.id for made in head.statements}
    ids: dict[str, str] = {}

    def our_id(region_id: str) -> str:
        if region_id not in ids:
            sent = one.parts.sent.get(region_id, {})
            ours = sent.get("id") == region_id and sent.get("label_set") == head.id
            own = region_id in known or (ours and not fresh)
            ids[region_id] = region_id if own else derived_id(head.id, region_id)
        return ids[region_id]

    content = ContentReader(
        one.parts, source.article.text, source.names, source.codebooks, source.version, our_id
    ).read()
    back.actors |= content.actors
    back.claims |= content.claims
    documents = _documents(one.parts, source)
    label_set = LabelSet(
        head.id,
        head.project_id,
        head.article_id,
        head.coder_id,
        head.kind,
        head.status,
        head.revision,
        head.created_at,
        head.updated_at,
        tuple(content.spans.values()),
        tuple(content.statements),
        documents,
    )
    held = frozenset(document_label(id_) or our_id(id_) for id_ in one.parts.held)
    tidy = ordered(Record(source.article, label_sets=(label_set,))).label_sets[0]
    return ReadSet(
        tidy,
        fresh,
        one.raw,
        ids,
        held,
        one.parts.whole,
        _extras(one, tidy, ids, known),
        one.parts.writes.get(head.id),
    )


def _new_head(one: _Found, source: Source) -> LabelSet:
    raw = one.raw
    own = raw.get("unique_id")
    # The id there alone is given again to another annotation once this one is deleted.
    key = own if isinstance(own, str) else f"{raw.get('id')} {raw.get('created_at')}"
    created, updated = (
        value if isinstance(value := raw.get(name), str) else ""
        for name in ("created_at", "updated_at")
    )
    return LabelSet(
        derived_id(source.project_id, source.article.id, key),
        source.project_id,
        source.article.id,
        None,
        "model" if one.model else "analyst",
        "draft",
        0,
        created,
        updated or created,
    )


def _documents(parts: Parts, source: Source) -> dict[str, tuple[str, ...]]:
    """The document labels whose values some version of the codebook has."""
    allowed: dict[str, set[str]] = {}
    multiple = set()
    for book in source.codebooks.values():
        for label in book.document_labels:
            allowed.setdefault(label.name, set()).update(names(label.values))
            if label.multiple:
                multiple.add(label.name)
    found = {}
    for name, values in parts.documents.items():
        unknown = [value for value in values if value not in allowed.get(name, ())]
        if name not in allowed:
            problem = Rejected(
                "label", "The codebook has no document label {name!r}", name=name[:40]
            )
            parts.hold(document_control(name), problem)
        elif unknown:
            problem = Rejected(
                "choice",
                "The codebook has no value {name!r}",
                "Known: {names}",
                name=unknown[0][:40],
                names=", ".join(sorted(allowed[name])),
            )
            parts.hold(document_control(name), problem)
        elif len(values) > 1 and name not in multiple:
            problem = Rejected(
                "several", "{name} has {count} values, not one", name=name, count=len(values)
            )
            parts.hold(document_control(name), problem)
        else:
            found[name] = values
    return found


def _extras(
    one: _Found, label_set: LabelSet, ids: Mapping[str, str], known: Collection[str]
) -> Json:
    """What has no place in ours, with our ids where it speaks of our regions."""
    # What was read before and is held now must take the place of ours when it is written.
    held = {id_ for id_ in one.parts.held if ids.get(id_) not in known}

    def led(item: Json) -> Json:
        return {
            name: ids.get(value, value)
            if name in ID_FIELDS and isinstance(value, str) and value not in held
            else value
            for name, value in item.items()
        }

    result = one.raw.get("result")
    back = [
        item
        for item in (result if isinstance(result, list) else ())
        if isinstance(item, dict) and not one.parts.held.isdisjoint(_named_in(item))
    ]

    annotation = {name: value for name, value in one.raw.items() if name not in _SERVERS}
    if one.raw.get("ground_truth") is True and label_set.kind != "gold":
        annotation["ground_truth"] = True
    keys = {
        "\t".join(ids.get(part, part) for part in key.split("\t")): kept
        for key, kept in one.parts.keys.items()
    }
    sent = {id(item) for item in back}
    items = [led(item) for item in one.parts.items if id(item) not in sent]
    found = {
        "annotation": annotation,
        "items": items,
        "keys": keys,
        "held": [led(item) for item in back],
    }
    return {name: value for name, value in found.items() if value}


def _named_in(item: Json) -> set[str]:
    """The regions, or the control of a document label, that an item is about."""
    names = ID_FIELDS if "id" in item or item.get("type") == "relation" else ("from_name",)
    if document_label(item.get("from_name")) is not None:
        names = ("from_name",)
    return {value for name in names if isinstance(value := item.get(name), str)}


def _entries(task: Mapping[str, Any]) -> list[Json]:
    meta = task.get("meta")
    ours = meta.get(META) if isinstance(meta, dict) else None
    entries = ours.get("label_sets") if isinstance(ours, dict) else None
    return [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []


def _heads(task: Mapping[str, Any]) -> dict[str, LabelSet]:
    """The label sets that a task says it holds, without their content."""
    heads = (_head(entry, task["data"]) for entry in _entries(task))
    return {head.id: head for head in heads if head is not None}


def _models(task: Mapping[str, Any]) -> dict[str, str]:
    """The names of the models whose label sets a task says it holds."""
    return {
        entry["id"]: entry["coder"]
        for entry in _entries(task)
        if entry.get("kind") == "model"
        and isinstance(entry.get("id"), str)
        and isinstance(entry.get("coder"), str)
    }


def _head(entry: Json, data: Json) -> LabelSet | None:
    texts = [entry.get(name) for name in ("id", "created_at", "updated_at")]
    revision, coder_id = entry.get("revision"), entry.get("coder_id")
    if (
        not all(isinstance(one, str) for one in texts)
        or not isinstance(revision, int)
        or not isinstance(coder_id, str | None)
        or entry.get("kind") not in get_args(LabelSetKind)
        or entry.get("status") not in get_args(Status)
    ):
        return None
    return LabelSet(
        entry["id"],
        data["project_id"],
        data["article_id"],
        coder_id,
        entry["kind"],
        entry["status"],
        revision,
        entry["created_at"],
        entry["updated_at"],
    )


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
