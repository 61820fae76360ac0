"""Codebooks: what may be recorded, in which words, colours and keys; load, validate, version.

A codebook version is immutable. It is stored as JSON and read into frozen dataclasses here;
every problem found is reported at once, each with its place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from annotate.errors import Invalid
from annotate.model import LabelSet

STATEMENT_FIELDS = (
    "speaker",
    "holder",
    "evidence",
    "certainty",
    "addressee",
    "reported_by",
    "venue",
    "statement_date",
    "note",
)
MOST_NUMBER = 1e6
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_COLOUR = re.compile(r"#[0-9a-f]{6}\Z")


@dataclass(frozen=True, slots=True)
class Value:
    """One choice of a scale: its stored name, its names for people, colour, key and number.

    ``number`` is the value for interval measures and networks; None counts as missing there.
    """

    name: str
    en: str
    zh: str
    colour: str = ""
    key: str = ""
    number: float | None = None


@dataclass(frozen=True, slots=True)
class DocumentLabel:
    """A question about the whole article with its possible answers."""

    name: str
    en: str
    zh: str
    values: tuple[Value, ...]
    multiple: bool = False


@dataclass(frozen=True, slots=True)
class Codebook:
    """What may be recorded in a project. ``working_language`` is that of its claims."""

    working_language: str
    span_kinds: tuple[Value, ...]
    stances: tuple[Value, ...]
    certainties: tuple[Value, ...]
    document_labels: tuple[DocumentLabel, ...]
    shown: tuple[str, ...]
    required: tuple[str, ...]
    guidelines: str = ""

    def to_json(self) -> str:
        """The canonical JSON text: the same codebook always gives the same bytes."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


DEFAULT = Codebook(
    working_language="en",
    span_kinds=(
        Value("actor", "actor", "行动者", "#0072b2", "1"),
        Value("claim", "claim", "主张", "#b4540a", "2"),
        Value("evidence", "evidence", "证据", "#00785a", "3"),
    ),
    stances=(
        Value("support", "support", "支持", "#00785a", "1", 1.0),
        Value("oppose", "oppose", "反对", "#b3362b", "2", -1.0),
        Value("neutral", "neutral", "中立", "#5b6169", "3", 0.0),
        Value("unclear", "unclear", "不明", "#7a4fa3", "4", None),
    ),
    certainties=(
        Value("stated", "stated", "明言"),
        Value("hedged", "hedged", "留有余地"),
        Value("conditional", "conditional", "附条件"),
    ),
    document_labels=(
        DocumentLabel(
            "relevance",
            "Relevance",
            "相关性",
            (
                Value("relevant", "relevant", "相关"),
                Value("marginal", "marginal", "略相关"),
                Value("irrelevant", "not relevant", "不相关"),
            ),
        ),
    ),
    shown=STATEMENT_FIELDS,
    required=("speaker",),
)


def load(content: str | Mapping[str, Any]) -> Codebook:
    """Read and validate a codebook.

    Args:
        content: JSON text, or the mapping it stands for.

    Raises:
        Invalid: naming every place that is wrong.
    """
    if isinstance(content, str):
        try:
            content = json.loads(content)
        except json.JSONDecodeError as error:
            raise Invalid(
                "The codebook is not JSON: line {error_lineno}, {error_msg}",
                error_lineno=error.lineno,
                error_msg=error.msg,
            ) from None
        except RecursionError:
            raise Invalid("The codebook is nested too deeply") from None
    if not isinstance(content, Mapping):
        raise Invalid("The codebook must be a JSON object")
    problems: list[str] = []
    book = Codebook(
        working_language=_text(content, "working_language", "", problems),
        span_kinds=_values(content, "span_kinds", problems, coloured=True),
        stances=_values(content, "stances", problems, coloured=True),
        certainties=_values(content, "certainties", problems),
        document_labels=tuple(
            _document_label(item, f"document_labels[{n}].", problems)
            for n, item in enumerate(_items(content, "document_labels", "", problems))
        ),
        shown=_fields(content, "shown", problems),
        required=_fields(content, "required", problems),
        guidelines=str(content.get("guidelines") or ""),
    )
    problems += _duplicates(book)
    if problems:
        raise Invalid("The codebook has problems: " + "; ".join(problems))
    return book


def missing(label_set: LabelSet, book: Codebook) -> list[tuple[str, str]]:
    """What a label set still lacks before it can be submitted.

    Returns:
        ``(statement id, field)`` for each required field that is empty.
    """
    found = []
    for statement in label_set.statements:
        for name in book.required:
            attribute = f"{name}_id" if name in ("speaker", "holder", "addressee") else name
            if not getattr(statement, attribute):
                found.append((statement.id, name))
    return found


def names(values: tuple[Value, ...]) -> frozenset[str]:
    """The stored names of a scale."""
    return frozenset(value.name for value in values)


def _text(content: Mapping[str, Any], key: str, place: str, problems: list[str]) -> str:
    value = content.get(key)
    if isinstance(value, str) and value.strip():
        return value
    problems.append(f"{place}{key} is missing or not text")
    return ""


def _items(
    content: Mapping[str, Any], key: str, place: str, problems: list[str]
) -> list[Mapping[str, Any]]:
    value = content.get(key)
    if isinstance(value, (list, tuple)) and all(isinstance(item, Mapping) for item in value):
        return list(value)
    problems.append(f"{place}{key} must be a list of objects")
    return []


def _name(content: Mapping[str, Any], place: str, problems: list[str]) -> str:
    name = _text(content, "name", place, problems)
    if name and not _NAME.match(name):
        problems.append(f"{place}name {name!r} may hold only a-z, 0-9 and _")
    return name


def _document_label(content: Mapping[str, Any], place: str, problems: list[str]) -> DocumentLabel:
    multiple = content.get("multiple", False)
    if not isinstance(multiple, bool):
        problems.append(f"{place}multiple must be true or false")
    return DocumentLabel(
        _name(content, place, problems),
        _text(content, "en", place, problems),
        _text(content, "zh", place, problems),
        _values(content, "values", problems, place=place),
        bool(multiple),
    )


def _values(
    content: Mapping[str, Any],
    key: str,
    problems: list[str],
    *,
    coloured: bool = False,
    place: str = "",
) -> tuple[Value, ...]:
    found = []
    for n, item in enumerate(_items(content, key, place, problems)):
        where = f"{place}{key}[{n}]."
        colour = str(item.get("colour", ""))
        if (coloured or colour) and not _COLOUR.match(colour):
            problems.append(f"{where}colour must look like #1f5f8b")
        found.append(
            Value(
                _name(item, where, problems),
                _text(item, "en", where, problems),
                _text(item, "zh", where, problems),
                colour,
                str(item.get("key", "")),
                _number(item, where, problems),
            )
        )
    if not found:
        problems.append(f"{place}{key} must not be empty")
    return tuple(found)


def _number(content: Mapping[str, Any], place: str, problems: list[str]) -> float | None:
    number = content.get("number")
    if number is None:
        return None
    # JSON as Python reads it knows NaN, Infinity and whole numbers of any size.
    usable = isinstance(number, (int, float)) and not isinstance(number, bool)
    if not usable or not -MOST_NUMBER <= number <= MOST_NUMBER:
        problems.append(f"{place}number must be null or a number within ±{MOST_NUMBER:g}")
        return None
    return float(number)


def _fields(content: Mapping[str, Any], key: str, problems: list[str]) -> tuple[str, ...]:
    value = content.get(key)
    if not isinstance(value, (list, tuple)):
        problems.append(f"{key} must be a list of statement fields")
        return ()
    problems += [
        f"{key}: {name!r} is not a statement field"
        for name in value
        if name not in STATEMENT_FIELDS
    ]
    return tuple(str(name) for name in value)


def _duplicates(book: Codebook) -> list[str]:
    scales = {
        "span_kinds": book.span_kinds,
        "stances": book.stances,
        "certainties": book.certainties,
        **{f"document_labels.{label.name}": label.values for label in book.document_labels},
    }
    labels = [label.name for label in book.document_labels]
    found = [
        f"document_labels: name {name!r} stands twice"
        for name in sorted({name for name in labels if name and labels.count(name) > 1})
    ]
    for place, values in scales.items():
        for what, all_of in (("name", [v.name for v in values]), ("key", [v.key for v in values])):
            twice = sorted({item for item in all_of if item and all_of.count(item) > 1})
            found += [f"{place}: {what} {item!r} stands twice" for item in twice]
    return found
