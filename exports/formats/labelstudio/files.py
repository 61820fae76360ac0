"""``labelstudio`` and ``labelstudio-config``: what Label Studio imports, as files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import orjson

from annotate.errors import Invalid
from exports.formats.labelstudio.config import configuration
from exports.formats.labelstudio.tasks import tasks
from exports.formats.labelstudio.words import Json
from exports.formats.readable import Left, labelled_first, readable
from exports.records import Record, codebook_of
from exports.registry import WITH_GOLD, Options, Outputs, Preview, export_format

_BATCH_BYTES = 1 << 20
_MOST_LINES = 400


def lines(records: Iterable[Record]) -> Iterator[bytes]:
    """Each task as one line of JSON.

    Raises:
        Invalid: A text cannot be written as UTF-8.
    """
    for record in records:
        for task in tasks(record):
            try:
                yield orjson.dumps(task)
            except orjson.JSONEncodeError as error:
                raise Invalid(
                    "Article {record_article_id} cannot be written as JSON: {error}",
                    "Run doctor on the database: a text in it is damaged",
                    record_article_id=record.article.id,
                    error=error,
                ) from None


def preview(records: Iterable[Record], options: Options, rows: int) -> Preview:
    """The first task with labels, for reading; of its labels one of each sort."""
    record = labelled_first(records)
    if record is None:
        return Preview()
    found = [orjson.loads(line) for line in lines([record])]
    task = next(
        (one for one in found if one.get("annotations") or one.get("predictions")), found[0]
    )
    if "meta" in task:
        task["meta"] = Left(len(task["meta"]))
    for one in (*task.get("annotations", ()), *task.get("predictions", ())):
        one["result"] = _one_of_each(one["result"])
    return Preview(lines=readable(task), folded=True)


def _one_of_each(result: list[Json]) -> tuple[Json | Left, ...]:
    """The regions of an annotation, without those whose sort was there before."""
    kept: list[Json | Left] = []
    seen: set[tuple[object, ...]] = set()
    for item in result:
        sort = (item["type"], item.get("from_name"), *item.get("value", {}).get("labels", ()))
        if sort not in seen:
            seen.add(sort)
            shown = {name: Left(len(one)) if name == "meta" else one for name, one in item.items()}
            kept.append(shown)
        elif kept and isinstance(kept[-1], Left):
            kept[-1] = Left(kept[-1].count + 1)
        else:
            kept.append(Left(1))
    return tuple(kept)


@export_format(
    name="labelstudio",
    title="Label Studio: tasks with annotations (JSON)",
    group="labelstudio",
    purpose="For going on in Label Studio: the articles with what has been labelled.",
    suffix=".json",
    media_type="application/json",
    preview=preview,
    parts=("tasks",),
    kinds=WITH_GOLD,
)
def write(records: Iterable[Record], outputs: Outputs, options: Options) -> None:
    """Write one JSON array, a task a line."""
    sink = outputs("tasks")
    batch = bytearray(b"[")
    joint = b"\n"
    for line in lines(records):
        batch += joint + line
        joint = b",\n"
        if len(batch) >= _BATCH_BYTES:
            sink.write(bytes(batch))
            batch.clear()
    sink.write(bytes(batch) + b"\n]\n")


def preview_configuration(records: Iterable[Record], options: Options, rows: int) -> Preview:
    """The configuration that goes with the first of the tasks."""
    return Preview(lines=tuple(_configuration(islice(records, rows)).splitlines()[:_MOST_LINES]))


@export_format(
    name="labelstudio-config",
    title="Label Studio: labelling configuration (XML)",
    group="labelstudio",
    purpose="For a project there: the codebook as the interface that goes with the tasks.",
    suffix=".xml",
    media_type="application/xml",
    preview=preview_configuration,
    parts=("configuration",),
    kinds=WITH_GOLD,
)
def write_configuration(records: Iterable[Record], outputs: Outputs, options: Options) -> None:
    """Write the configuration that goes with the tasks."""
    outputs("configuration").write(_configuration(records).encode())


def _configuration(records: Iterable[Record]) -> str:
    """The configuration for the one project of the records.

    All records are read: which codebook versions their labels were made under shows only then.
    """
    books = {}
    current = None
    for record in records:
        for entry in record.projects:
            if current is not None and current.project.id != entry.project.id:
                raise Invalid(
                    "The articles are in several projects, each with its own codebook",
                    "Choose one project",
                )
            current = entry
            for book in entry.codebooks:
                books[book.number] = codebook_of(entry, book.number)
    if current is None:
        raise Invalid("There is no article in a project, and so no codebook")
    newest = books.pop(current.project.codebook_version)
    return configuration(newest, [books[number] for number in sorted(books, reverse=True)])
