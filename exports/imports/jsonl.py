"""``jsonl`` read back: each line of the native format becomes a record or one listed reason.

Reads line by line; a malformed line never ends the reading. See ``docs/formats.md`` for the
layout and `exports.formats.jsonl` for the writer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import orjson

from annotate.errors import Invalid, Rejected
from annotate.model import Actor, Article, Claim, LabelSet, Person, Project, Submission
from exports.formats.jsonl import FORMAT
from exports.imports.check import check
from exports.imports.decode import Problem, decode, free, items, members, text
from exports.records import PROJECT_UNSAID, CodebookRecord, ProjectRecord, Record, canonical_json
from exports.registry import Read, import_format

MAX_LINE_BYTES = 64 << 20
_BOM = b"\xef\xbb\xbf"
_LINE = (
    "format",
    "article",
    "projects",
    "coders",
    "actors",
    "claims",
    "label_sets",
    "submissions",
)
_CODER = ("id", "name", "display_name", "kind")
_CODEBOOK = ("number", "note", "created_at", "content", "reworded")
# Whether a project is archived is the affair of the workbench that it comes from.
_PROJECT = tuple(field.name for field in fields(Project) if field.name not in PROJECT_UNSAID)

T = TypeVar("T")
Named = TypeVar("Named", Person, Actor, Claim)


@dataclass(frozen=True, slots=True)
class _CodebookHead:
    number: int
    note: str
    created_at: str
    reworded: tuple[tuple[str, ...], ...]


@import_format(name="jsonl", title="Everything, one article a line (JSON Lines)", suffix=".jsonl")
def read(path: Path) -> Iterator[Read]:
    """Stream a file.

    Args:
        path: A file of the native format.

    Yields:
        One outcome for each line that is not blank: a record, or why there is none.

    Raises:
        Invalid: The file cannot be read.
    """
    try:
        with path.open("rb") as file:
            yield from _lines(file, path.name)
    except OSError as error:
        raise Invalid(
            "{path} cannot be read: {error_strerror}", path=path, error_strerror=error.strerror
        ) from None


def parse(line: bytes) -> Record:
    """Read one line.

    Raises:
        Rejected: It is not a line of the native format, or contradicts itself.
    """
    try:
        content = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise Rejected(
            "json",
            "not JSON in UTF-8 (character {value}: {error_msg})",
            value=error.pos + 1,
            error_msg=error.msg,
        ) from None
    if not isinstance(content, dict) or "format" not in content:
        raise Rejected("format", "not a line of the native format: it has no 'format'")
    if content["format"] != FORMAT:
        raise Rejected(
            "version",
            "its format is {value!r}, not {format!r}",
            "Read it with the version of Claimdesk that wrote it, or a newer one",
            value=str(content["format"])[:40],
            format=FORMAT,
        )
    try:
        record = _record(members(content, "line", _LINE))
        check(record)
    except Problem as problem:
        raise Rejected("content", str(problem)) from None
    return record


def _lines(file: BinaryIO, name: str) -> Iterator[Read]:
    position = number = 0
    while line := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        position += len(line)
        place = f"{name}, line {number}"
        if len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            position += _skip_line(file)
            message = f"{place}: longer than {MAX_LINE_BYTES >> 20} MiB"
            yield Read(place, position, Rejected("too_large", message))
            continue
        if number == 1:
            line = line.removeprefix(_BOM)
        if not line.strip():
            continue
        outcome: Record | Rejected
        try:
            outcome = parse(line)
        except Rejected as error:
            outcome = Rejected(
                error.reason,
                "{place}: {error_message}",
                error.hint,
                place=place,
                error_message=error.message,
            )
        yield Read(place, position, outcome)


def _skip_line(file: BinaryIO) -> int:
    skipped = 0
    while piece := file.readline(MAX_LINE_BYTES):
        skipped += len(piece)
        if piece.endswith(b"\n"):
            break
    return skipped


def _record(content: dict[str, Any]) -> Record:
    projects = items(content["projects"], "projects")
    return Record(
        article=decode(Article, content["article"], "article"),
        projects=tuple(_project(value, f"projects[{n}]") for n, value in enumerate(projects)),
        label_sets=_each(LabelSet, content, "label_sets"),
        submissions=_each(Submission, content, "submissions"),
        coders=_by_id(
            "coders",
            [_coder(value, f"coders[{n}]") for n, value in enumerate(_items(content, "coders"))],
        ),
        actors=_by_id("actors", _each(Actor, content, "actors")),
        claims=_by_id("claims", _each(Claim, content, "claims")),
    )


def _items(content: dict[str, Any], name: str) -> list[Any]:
    return items(content[name], name)


def _each(kind: type[T], content: dict[str, Any], name: str) -> tuple[T, ...]:
    return tuple(
        decode(kind, value, f"{name}[{n}]") for n, value in enumerate(_items(content, name))
    )


def _by_id(name: str, values: Iterable[Named]) -> dict[str, Named]:
    found: dict[str, Named] = {}
    for n, value in enumerate(values):
        if value.id in found:
            raise Problem(f"{name}[{n}].id", f"{value.id[:40]!r} stands twice")
        found[value.id] = value
    return found


def _coder(value: object, place: str) -> Person:
    found = members(value, place, _CODER)
    name, display_name = (text(found[key], f"{place}.{key}") for key in ("name", "display_name"))
    if found["kind"] not in ("person", "model"):
        raise Problem(f"{place}.kind", "'person' or 'model' was expected")
    return Person(
        id=text(found["id"], f"{place}.id"),
        name=name,
        display_name=display_name,
        # Who is unknown here gets no way in: an external person with the least of roles.
        kind="model" if found["kind"] == "model" else "external",
        role="viewer",
        active=False,
    )


def _project(value: object, place: str) -> ProjectRecord:
    found = members(value, place, (*_PROJECT, "codebooks"))
    project = decode(
        Project,
        {**{name: found[name] for name in _PROJECT}, "archived_at": None, "hide_coders": False},
        place,
    )
    books = items(found["codebooks"], f"{place}.codebooks")
    return ProjectRecord(
        project,
        tuple(_codebook(book, f"{place}.codebooks[{n}]") for n, book in enumerate(books)),
    )


def _codebook(value: object, place: str) -> CodebookRecord:
    # Left out where there are none.
    whole = {"reworded": [], **value} if isinstance(value, dict) else value
    found = members(whole, place, _CODEBOOK)
    free(found["content"], f"{place}.content")
    rest = {name: found[name] for name in ("number", "note", "created_at", "reworded")}
    book = decode(_CodebookHead, rest, place)
    try:
        content = canonical_json(orjson.dumps(found["content"]).decode())
    except Invalid as error:
        raise Problem(f"{place}.content", error.message) from None
    return CodebookRecord(book.number, content, book.note, book.created_at, book.reworded)
