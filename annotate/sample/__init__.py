"""The project's own sample data: articles in archive form, and labels on them, all invented.

``articles/`` holds the items, ``corrections/`` below it a later version of one of them.
``labels.json`` holds people, registries and label sets, ``guidelines.md`` the codebook's
guidelines. Labels name spans by their exact quote; where a quote stands more than once in its
text, ``occurrence`` (from 1) says which one is meant.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from annotate import codebook
from annotate.errors import Invalid
from annotate.model import Actor, Alias, Claim, Role, Status

ROOT = Path(__file__).resolve().parent
ARTICLES = ROOT / "articles"
# 2026-02-01T00:00:00Z in milliseconds: the time that the sample's own ids carry.
_EPOCH_MS = 1_769_904_000_000


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """An account of the sample database."""

    name: str
    display_name: str
    role: Role


@dataclass(frozen=True, slots=True)
class SampleSpan:
    """A span by its quote. ``key`` is how statements of the same label set refer to it."""

    id: str
    key: str
    kind: str
    quote: str
    occurrence: int | None
    actor_id: str | None

    def anchor(self, text: str) -> tuple[int, int]:
        """Where it stands, in code points.

        Raises:
            Invalid: if the quote does not stand there as often as the sample says.
        """
        starts = []
        at = text.find(self.quote)
        while at >= 0:
            starts.append(at)
            at = text.find(self.quote, at + 1)
        if self.occurrence is None and len(starts) != 1:
            raise Invalid(
                "The sample quote {quote!r} stands {count} times, not once",
                quote=self.quote,
                count=len(starts),
            )
        number = self.occurrence or 1
        if not 1 <= number <= len(starts):
            raise Invalid(
                "The sample quote {quote!r} has no occurrence {number}",
                quote=self.quote,
                number=number,
            )
        return starts[number - 1], starts[number - 1] + len(self.quote)


@dataclass(frozen=True, slots=True)
class SampleLabelSet:
    """What one sample coder records on one article; ``article`` is a file name.

    ``statements`` are complete statement payloads, evidence as span ids.
    """

    name: str
    coder: str
    article: str
    status: Status
    document_labels: Mapping[str, tuple[str, ...]]
    spans: tuple[SampleSpan, ...]
    statements: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """Everything in the sample but the articles; ``gold`` pairs a file name with a coder."""

    project_id: str
    project_name: str
    description: str
    codebook: codebook.Codebook
    people: tuple[SamplePerson, ...]
    actors: tuple[Actor, ...]
    claims: tuple[Claim, ...]
    label_sets: tuple[SampleLabelSet, ...]
    gold: tuple[tuple[str, str], ...]


def stable_id(name: str, number: int = 0) -> str:
    """An id in the form of a UUIDv7 that is the same in every sample database.

    Args:
        name: What it identifies.
        number: Its place among its like: ids sort by it.
    """
    digest = int.from_bytes(hashlib.sha256(f"{name}/{number}".encode()).digest()[:10], "big")
    value = (_EPOCH_MS + number) << 80 | digest
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def read() -> Sample:
    """The sample as it is shipped.

    Raises:
        Invalid: if the codebook or a reference in it is wrong.
    """
    content = json.loads((ROOT / "labels.json").read_text(encoding="utf-8"))
    project_id = stable_id("project")
    return Sample(
        project_id=project_id,
        project_name=content["project"]["name"],
        description=content["project"]["description"],
        codebook=_codebook(content["document_labels"]),
        people=tuple(SamplePerson(**person) for person in content["people"]),
        actors=tuple(_actor(item, n) for n, item in enumerate(content["actors"])),
        claims=tuple(_claim(item, n, project_id) for n, item in enumerate(content["claims"])),
        label_sets=tuple(_label_set(item, _known(content)) for item in content["label_sets"]),
        gold=tuple((item["article"], item["from"]) for item in content["gold"]),
    )


def _codebook(document_labels: list[dict[str, Any]]) -> codebook.Codebook:
    book = asdict(codebook.DEFAULT)
    book["document_labels"] = [*book["document_labels"], *document_labels]
    book["guidelines"] = (ROOT / "guidelines.md").read_text(encoding="utf-8")
    return codebook.load(book)


def _known(content: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The ids of actors and claims by their keys."""
    return {
        kind: {item["key"]: _entry_id(kind, item["key"], n) for n, item in enumerate(content[kind])}
        for kind in ("actors", "claims")
    }


def _entry_id(kind: str, key: str, number: int) -> str:
    return stable_id(f"{kind}/{key}", number)


def _aliases(item: Mapping[str, Any]) -> tuple[Alias, ...]:
    return tuple(Alias(**alias) for alias in item["aliases"])


def _actor(item: Mapping[str, Any], number: int) -> Actor:
    id_ = _entry_id("actors", item["key"], number)
    return Actor(id_, item["name"], item["kind"], _aliases(item), {}, item["note"])


def _claim(item: Mapping[str, Any], number: int, project_id: str) -> Claim:
    id_ = _entry_id("claims", item["key"], number)
    return Claim(id_, project_id, item["text"], "en", item["topic"], _aliases(item))


def _label_set(item: Mapping[str, Any], known: Mapping[str, Mapping[str, str]]) -> SampleLabelSet:
    name = f"{item['coder']}/{item['article']}"
    spans = tuple(
        SampleSpan(
            stable_id(f"{name}/span", n),
            span.get("key", ""),
            span["kind"],
            span["quote"],
            span.get("occurrence"),
            _of(known["actors"], span.get("actor"), name),
        )
        for n, span in enumerate(item["spans"])
    )
    return SampleLabelSet(
        name=name,
        coder=item["coder"],
        article=item["article"],
        status=item["status"],
        document_labels={label: tuple(v) for label, v in item["document_labels"].items()},
        spans=spans,
        statements=tuple(
            _statement(statement, stable_id(f"{name}/statement", n), spans, known, name)
            for n, statement in enumerate(item["statements"])
        ),
    )


def _statement(
    item: Mapping[str, Any],
    id_: str,
    spans: tuple[SampleSpan, ...],
    known: Mapping[str, Mapping[str, str]],
    place: str,
) -> dict[str, Any]:
    actors = known["actors"]
    span_ids = {span.key: span.id for span in spans if span.key}
    return {
        "id": id_,
        "claim_id": _of(known["claims"], item["claim"], place),
        "stance": item["stance"],
        "speaker_id": _of(actors, item["speaker"], place),
        "holder_id": _of(actors, item.get("holder"), place),
        "certainty": item["certainty"],
        "evidence": [_of(span_ids, key, place) for key in item["evidence"]],
        "addressee_id": _of(actors, item.get("addressee"), place),
        "reported_by": [_of(actors, key, place) for key in item["reported_by"]],
        "venue": item.get("venue", ""),
        "statement_date": item["date"],
        "note": item.get("note", ""),
    }


def _of(ids: Mapping[str, str], key: str | None, place: str) -> str | None:
    if key is None:
        return None
    if key not in ids:
        raise Invalid(
            "The sample's label set {place} names {key!r}, which it does not define",
            place=place,
            key=key,
        )
    return ids[key]


__all__ = [
    "ARTICLES",
    "ROOT",
    "Sample",
    "SampleLabelSet",
    "SamplePerson",
    "SampleSpan",
    "read",
    "stable_id",
]
