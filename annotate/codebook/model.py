"""A codebook as frozen dataclasses, and the built-in one."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Value:
    """One choice of a scale: its stored name, its names for people, colour, key and number.

    ``number`` is the value for interval measures and networks; None counts as missing there.
    ``help`` tells coders when to choose it.
    """

    name: str
    en: str
    zh: str
    colour: str = ""
    key: str = ""
    number: float | None = None
    help: str = ""


@dataclass(frozen=True, slots=True)
class DocumentLabel:
    """A question about the whole article with its possible answers."""

    name: str
    en: str
    zh: str
    values: tuple[Value, ...]
    multiple: bool = False
    help: str = ""


@dataclass(frozen=True, slots=True)
class Codebook:
    """What may be recorded in a project. ``working_language`` is that of its claims.

    ``guidelines`` is Markdown; a link to ``span:ARTICLE/START-END`` is an example.
    """

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
        return json.dumps(content(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content(book: Codebook) -> dict[str, Any]:
    """A codebook as the plain mapping that ``load`` reads."""
    return asdict(book, dict_factory=_written)


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


def _written(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # Versions stored before there was help keep their bytes, and with them their hashes.
    return {name: value for name, value in pairs if name != "help" or value}


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
