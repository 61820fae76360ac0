"""One Label Studio result taken apart: regions, relations and choices that have the right form.

Label Studio's server checks nothing, so that here nothing is taken for granted. What is wrong is
told and held back; what is nobody's fault but has no place in our model is kept as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from annotate.errors import Rejected
from exports.formats.labelstudio.tasks import item_key
from exports.formats.labelstudio.words import (
    ACTOR,
    CONTROLS,
    LABEL,
    META,
    ROLES,
    SCALES,
    STATEMENT,
    TEXTS,
    WRITE,
    Json,
    document_label,
)

MAX_REGIONS = 4000
_KNOWN = frozenset(
    [
        "id",
        "from_name",
        "to_name",
        "type",
        "value",
        "meta",
        "from_id",
        "to_id",
        "direction",
        "labels",
    ]
)
# What the editor repeats of the region in each of its values, and what each value is about.
_KNOWN_VALUES = frozenset(("start", "end", "text", "labels", "choices"))


@dataclass(slots=True)
class Region:
    """A labelled stretch of text, its values, and what was sent about it."""

    id: str
    label: str
    start: int
    end: int
    sent: Json
    choices: dict[str, str] = field(default_factory=dict)
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Relation:
    """From a statement to a span, with the roles that the span has in it."""

    statement: str
    span: str
    roles: tuple[str, ...]


@dataclass(slots=True)
class Parts:
    """What one result holds.

    Args:
        regions: Those of ours, by their id there.
        sent: What was sent about each region, also of those that are held.
        relations: Those between statements and spans, in their order.
        documents: The chosen values of document labels.
        label_sets: The label sets that the parts name as their own.
        writes: The numbers of the writes that they came with, by label set.
        problems: What is wrong, with the region.
        held: Regions (or controls of document labels) that are there but cannot be read.
        items: What has no place in ours, as it came.
        keys: Members that others added to items of ours, by `tasks.item_key`.
    """

    regions: dict[str, Region] = field(default_factory=dict)
    sent: dict[str, Json] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    documents: dict[str, tuple[str, ...]] = field(default_factory=dict)
    label_sets: list[str] = field(default_factory=list)
    writes: dict[str, int] = field(default_factory=dict)
    problems: list[tuple[str | None, Rejected]] = field(default_factory=list)
    held: set[str] = field(default_factory=set)
    items: list[Json] = field(default_factory=list)
    keys: dict[str, Json] = field(default_factory=dict)

    def hold(self, region: str, problem: Rejected) -> None:
        """Tell what is wrong with a region and keep it out."""
        self.problems.append((region, problem))
        self.held.add(region)

    @property
    def whole(self) -> bool:
        """Whether all that is there is either read or held."""
        return all(region is not None for region, _ in self.problems)

    def span(self, region_id: str) -> Region | None:
        """A region that is no statement, None if there is none of that id."""
        region = self.regions.get(region_id)
        return None if region is None or region.label == STATEMENT else region


def parse(result: object, text: str) -> Parts:
    """Take a result apart.

    Args:
        result: The ``result`` of an annotation or prediction, whatever it is.
        text: The article's text.
    """
    parts = Parts()
    if not isinstance(result, list):
        parts.problems.append((None, Rejected("result", "The result is not a list")))
        return parts
    items = [item for item in result if isinstance(item, dict)]
    if len(items) < len(result):
        parts.problems.append((None, Rejected("item", "Something in the result is not an object")))
    ids = {item["id"] for item in items if isinstance(item.get("id"), str)}
    for item in items:
        if item.get("from_name") == LABEL and isinstance(item.get("id"), str):
            sent = _mapping(_mapping(item.get("meta")).get(META))
            parts.sent.setdefault(item["id"], sent)
            _belongs(parts, sent)
    if len(ids) > MAX_REGIONS:
        parts.held |= ids
        problem = Rejected(
            "too_many",
            "There are {count} regions, more than {most}",
            "Delete what a program put there by mistake",
            count=len(ids),
            most=MAX_REGIONS,
        )
        parts.problems.append((None, problem))
        return parts
    for item in items:
        if item.get("from_name") == LABEL and item.get("type") == "labels":
            _region(parts, item, text)
    for item in items:
        if item.get("type") == "relation":
            _relation(parts, item, ids)
        elif item.get("from_name") != LABEL or item.get("type") != "labels":
            _value(parts, item)
    return parts


def _region(parts: Parts, item: Json, text: str) -> None:
    id_, value = item.get("id"), _mapping(item.get("value"))
    if not isinstance(id_, str) or not id_:
        problem = Rejected("region", "A region has no id")
        parts.problems.append((None, problem))
        parts.items.append(item)
        return
    if id_ in parts.regions or id_ in parts.held:
        parts.regions.pop(id_, None)
        parts.hold(id_, Rejected("twice", "Two regions have the same id"))
        return
    labels = value.get("labels")
    if not isinstance(labels, list) or len(labels) != 1 or not isinstance(labels[0], str):
        parts.hold(id_, Rejected("label", "A region must have exactly one label"))
        return
    misplaced = _misplaced(value, text)
    if misplaced is not None:
        parts.hold(id_, misplaced)
        return
    sent = parts.sent[id_]
    parts.regions[id_] = Region(id_, labels[0], value["start"], value["end"], sent)
    _more(parts, item)


def _misplaced(value: Json, text: str) -> Rejected | None:
    start, end = value.get("start"), value.get("end")
    if not (_whole(start) and _whole(end) and 0 <= start < end <= len(text)):
        return Rejected(
            "offsets",
            "{start} to {end} is no stretch of a text of {count} characters",
            "Offsets count Unicode code points of the article's text",
            start=_short(start),
            end=_short(end),
            count=len(text),
        )
    words = value.get("text")
    # The editor writes a line end as backslash and n.
    if isinstance(words, str) and words.replace("\\n", "\n") != text[start:end].replace(
        "\\n", "\n"
    ):
        return Rejected(
            "quote",
            "At {start} to {end} stands {found}, not {quote}",
            "Offsets count Unicode code points of the article's text",
            start=start,
            end=end,
            found=_short(text[start:end]),
            quote=_short(words),
        )
    return None


def _value(parts: Parts, item: Json) -> None:
    kind, value = item.get("type"), _mapping(item.get("value"))
    given = item.get("from_name")
    control = given if isinstance(given, str) else ""
    name = document_label(control)
    if name is not None and kind == "choices":
        _document(parts, item, name, value.get("choices"))
        return
    id_ = item.get("id")
    region = parts.regions.get(id_) if isinstance(id_, str) else None
    if isinstance(id_, str) and id_ in parts.held:
        return
    if region is None:
        if control in CONTROLS:
            problem = Rejected("label", "A region has values of ours, but no label of ours")
            parts.problems.append((id_ if isinstance(id_, str) else None, problem))
        parts.items.append(item)
        return
    if (control != ACTOR) != (region.label == STATEMENT):
        parts.items.append(item)
    elif control in SCALES and kind == "choices":
        chosen = value.get("choices")
        if chosen == []:
            return
        if not isinstance(chosen, list) or len(chosen) != 1 or not isinstance(chosen[0], str):
            _drop(parts, region, Rejected("choice", "Exactly one value must be chosen"))
            return
        region.choices[control] = chosen[0]
        _more(parts, item)
    elif control in TEXTS and kind == "textarea":
        texts = value.get("text")
        texts = [texts] if isinstance(texts, str) else texts
        if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
            _drop(parts, region, Rejected("words", "What was written at a region is not text"))
            return
        region.texts[control] = tuple(texts)
        _more(parts, item)
    else:
        parts.items.append(item)


def _document(parts: Parts, item: Json, name: str, chosen: object) -> None:
    if not isinstance(chosen, list) or not all(isinstance(one, str) for one in chosen):
        control = str(item["from_name"])
        parts.hold(control, Rejected("choice", "Exactly one value must be chosen"))
        return
    parts.documents[name] = tuple(dict.fromkeys((*parts.documents.get(name, ()), *chosen)))
    _belongs(parts, _mapping(_mapping(item.get("meta")).get(META)))
    _more(parts, item, named="id" in item)


def _relation(parts: Parts, item: Json, ids: set[str]) -> None:
    ends = (item.get("from_id"), item.get("to_id"))
    lost = [one for one in ends if not isinstance(one, str) or one not in ids]
    if lost:
        there = next((one for one in ends if isinstance(one, str) and one in ids), None)
        problem = Rejected("relation", "A relation leads nowhere: {end}", end=_short(lost[0]))
        if there in parts.regions and parts.regions[there].label == STATEMENT:
            parts.hold(there, problem)
            del parts.regions[there]
        else:
            parts.problems.append((there, problem))
            parts.items.append(item)
        return
    start, end = str(ends[0]), str(ends[1])
    if parts.span(start) and not parts.span(end):
        start, end = end, start
    statement = parts.regions.get(start)
    if end in parts.held and statement is not None and statement.label == STATEMENT:
        _drop(parts, statement, Rejected("relation", "It relates to a region that cannot be read"))
        return
    if start in parts.held or end in parts.held:
        return
    labels = item.get("labels")
    given = [one for one in labels if isinstance(one, str)] if isinstance(labels, list) else []
    roles = tuple(role for role in ROLES if role in given)
    if statement is None or statement.label != STATEMENT or not parts.span(end) or not roles:
        if statement is not None and statement.label == STATEMENT and parts.span(end) and not given:
            problem = Rejected(
                "role", "A relation does not say what the words are to the statement"
            )
            parts.problems.append((start, problem))
        parts.items.append(item)
        return
    parts.relations.append(Relation(start, end, roles))
    other = [one for one in given if one not in ROLES]
    _more(parts, {**item, "from_id": start, "to_id": end}, {"labels": other} if other else {})


def _drop(parts: Parts, region: Region, problem: Rejected) -> None:
    parts.hold(region.id, problem)
    parts.regions.pop(region.id, None)


def _belongs(parts: Parts, sent: Json) -> None:
    label_set, write = sent.get("label_set"), sent.get(WRITE)
    if not isinstance(label_set, str):
        return
    if label_set not in parts.label_sets:
        parts.label_sets.append(label_set)
    if _whole(write):
        parts.writes[label_set] = max(write, parts.writes.get(label_set, write))


def _more(parts: Parts, item: Json, more: Json | None = None, *, named: bool = False) -> None:
    """Keep what an item of ours holds that is not ours."""
    kept = dict(more or {})
    rest = {name: value for name, value in item.items() if name not in _KNOWN}
    if named:
        rest["id"] = item["id"]
        item = {**item, "id": None}
    if rest:
        kept["item"] = rest
    for name, known in (("value", _KNOWN_VALUES), ("meta", frozenset((META,)))):
        inner = item.get(name)
        if isinstance(inner, dict) and (
            other := {k: v for k, v in inner.items() if k not in known}
        ):
            kept[name] = other
    if kept:
        parts.keys[item_key(item)] = kept


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else f"{shown[:39]}…"


def names_of(sent: Mapping[str, Any], role: str) -> list[tuple[str, str]]:
    """The ``(id, name)`` pairs that were sent for a role, as far as they are of that form."""
    value = sent.get(role)
    entries = value if isinstance(value, list) else [value]
    return [
        (one["id"], one["name"])
        for one in entries
        if isinstance(one, dict)
        and isinstance(one.get("id"), str)
        and isinstance(one.get("name"), str)
    ]
