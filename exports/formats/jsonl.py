"""``jsonl``: the native format, one article a line with everything about it.

The layout is specified in ``docs/formats.md``. It is that of the dataclasses in
`annotate.model`, field by field in their order, so that `exports.imports.jsonl` reads back
what this writes; accounts alone are reduced to what a reader of the data needs. The same
records always give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from operator import attrgetter
from typing import Any

import orjson

from annotate.errors import Invalid
from annotate.model import Actor, Claim, LabelSet, Person, Project, Submission
from exports.formats.readable import labelled_first, readable
from exports.records import PROJECT_UNSAID, ProjectRecord, Record, canonical_json, ordered
from exports.registry import EVERYTHING, Options, Outputs, Preview, export_format

FORMAT = "claimdesk/1"
_BATCH_BYTES = 1 << 20
_MOST_ENTRIES = 4096


class Entries:
    """Registry entries of one export, each written once for all records that hold the same object.

    Only so many are kept, so that memory does not grow with the registry.
    """

    def __init__(self) -> None:
        self._written: dict[str, tuple[Actor | Claim, orjson.Fragment]] = {}

    def of(self, entry: Actor | Claim) -> orjson.Fragment:
        """An entry as JSON."""
        kept = self._written.get(entry.id)
        if kept is None or kept[0] is not entry:
            if len(self._written) >= _MOST_ENTRIES:
                self._written.clear()
            kept = self._written[entry.id] = (entry, orjson.Fragment(orjson.dumps(entry)))
        return kept[1]


def line(record: Record, entries: Entries | None = None) -> bytes:
    """One line of the native format, with its final newline.

    Args:
        record: What is written.
        entries: What the export of which it is a line has written already; by default nothing.

    Raises:
        Invalid: A text in the record cannot be written as UTF-8, or a codebook is not JSON.
    """
    record = ordered(record)
    entry = (entries or Entries()).of
    try:
        content = {
            "format": FORMAT,
            "article": record.article,
            "projects": [_project(entry) for entry in record.projects],
            "coders": [_coder(person) for person in record.coders.values()],
            "actors": [entry(actor) for actor in record.actors.values()],
            "claims": [entry(claim) for claim in record.claims.values()],
            "label_sets": [_label_set(label_set) for label_set in record.label_sets],
            "submissions": [_submission(submission) for submission in record.submissions],
        }
        return orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE)
    except orjson.JSONEncodeError as error:
        raise Invalid(
            "Article {record_article_id} cannot be written as JSON: {error}",
            "Run doctor on the database: a text in it is damaged",
            record_article_id=record.article.id,
            error=error,
        ) from None


def preview(records: Iterable[Record], options: Options, rows: int) -> Preview:
    """The first article with labels, for reading."""
    record = labelled_first(records)
    if record is None:
        return Preview()
    return Preview(lines=readable(orjson.loads(line(record))), folded=True)


@export_format(
    name="jsonl",
    title="Everything, one article a line (JSON Lines)",
    group="exchange",
    purpose="For keeping, moving and reading back: labels, submissions, codebooks, actors, claims.",
    suffix=".jsonl",
    media_type="application/jsonl",
    preview=preview,
    parts=("articles",),
    kinds=EVERYTHING,
)
def write(records: Iterable[Record], outputs: Outputs, options: Options) -> None:
    """Write every record as one line."""
    sink = outputs("articles")
    entries = Entries()
    batch: list[bytes] = []
    size = 0
    for record in records:
        batch.append(line(record, entries))
        size += len(batch[-1])
        if size >= _BATCH_BYTES:
            sink.write(b"".join(batch))
            batch, size = [], 0
    sink.write(b"".join(batch))


def _shallow(kind: type, *without: str) -> tuple[tuple[str, ...], attrgetter[tuple[Any, ...]]]:
    names = tuple(field.name for field in fields(kind) if field.name not in without)
    return names, attrgetter(*names)


_LABEL_SET, _label_set_values = _shallow(LabelSet)
_PROJECT, _project_values = _shallow(Project, *PROJECT_UNSAID)
_SUBMISSION, _submission_values = _shallow(Submission)


def _project(entry: ProjectRecord) -> dict[str, Any]:
    content = dict(zip(_PROJECT, _project_values(entry.project), strict=True))
    content["codebooks"] = [
        {
            "number": book.number,
            "note": book.note,
            "created_at": book.created_at,
            "content": orjson.Fragment(canonical_json(book.content_json)),
            **({"reworded": book.reworded} if book.reworded else {}),
        }
        for book in entry.codebooks
    ]
    return content


def _coder(person: Person) -> dict[str, str]:
    # Role, address and whether the account is in use are this workbench's own affair; any
    # person but a model comes back as an external one, so that both give the same word.
    kind = "model" if person.kind == "model" else "person"
    return {
        "id": person.id,
        "name": person.name,
        "display_name": person.display_name,
        "kind": kind,
    }


def _label_set(label_set: LabelSet) -> dict[str, Any]:
    return dict(zip(_LABEL_SET, _label_set_values(label_set), strict=True))


def _submission(submission: Submission) -> dict[str, Any]:
    content = dict(zip(_SUBMISSION, _submission_values(submission), strict=True))
    content["content"] = orjson.Fragment(_sorted_json(submission.content, submission.id))
    return content


def _sorted_json(content: Mapping[str, object], submission_id: str) -> bytes:
    try:
        return orjson.dumps(dict(content), option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise Invalid(
            "Submission {submission_id} cannot be written as JSON: {error}",
            submission_id=submission_id,
            error=error,
        ) from None
