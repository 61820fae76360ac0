"""A label set with everything that is hard about places in a text, for Label Studio's mapping."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from annotate.codebook import DEFAULT
from annotate.model import LabelSet, Person, Span, Statement
from exports.formats.labelstudio import Names, Source, configuration, tasks
from exports.records import CodebookRecord, ProjectRecord, Record
from tests.exports.samples import ACTORS, ARTICLE, CLAIMS, LABEL_SET, PROJECT, uid

GOLDEN = Path(__file__).parents[1] / "golden" / "labelstudio"
TEXT = (
    "👩🏽‍🚀林远山说🇰🇷，“东屿的态度是开放的，𠮷田也不反对”。\n"
    "晨报👨‍👩‍👧据此报道，cafe\u0301 里的渔民不信。"
)
BOOK = replace(DEFAULT, guidelines="# 编码\n\nCode what is *said*; fees of $5 are no claim.")
MODEL = Person(uid(0x41), "reader-1", "Reader", "model", "viewer", False)
SOMEONE = Person(uid(0x40), "mei", "Mei Chen", "person", "analyst", True, "mei@example.org")


def span(number: int, kind: str, quote: str, actor: int | None = None) -> Span:
    start = TEXT.index(quote)
    actor_id = None if actor is None else uid(actor)
    return Span(uid(number), kind, start, start + len(quote), quote, 1, actor_id)


SPANS = (
    span(0x101, "actor", "林远山", 0x20),
    # Nested in the next, and overlapping the one after that.
    span(0x102, "actor", "东屿", 0x21),
    span(0x103, "evidence", "东屿的态度是开放的"),
    span(0x104, "evidence", "开放的，𠮷田也不反对"),
    span(0x105, "claim", "东屿的态度是开放的"),
    span(0x106, "actor", "𠮷田", 0x23),
    span(0x107, "actor", "晨报👨‍👩‍👧", 0x22),
    span(0x108, "evidence", "cafe\u0301 里的渔民不信"),
)
STATEMENTS = (
    Statement(
        uid(0x110), uid(0x30), "support", 1, uid(0x20), uid(0x21), "conditional",
        (uid(0x103), uid(0x104)), None, (uid(0x22),), "海港论坛", "2024-02", "第一行\n第二行",
    ),
    # The same words carry another statement, and its speaker speaks for himself.
    Statement(uid(0x111), uid(0x31), "neutral", 1, uid(0x23), None, None, (uid(0x103),)),
    # About the whole article, by an actor whom nothing mentions.
    Statement(uid(0x112), uid(0x31), "unclear", 1, uid(0x24), addressee_id=uid(0x21)),
)  # fmt: skip
ALL_ACTORS = {**ACTORS, uid(0x24): replace(ACTORS[uid(0x23)], id=uid(0x24), name="渔业局")}
RICH = replace(LABEL_SET, id=uid(0x100), spans=SPANS, statements=STATEMENTS, coder_id=SOMEONE.id)
GOLD = replace(
    RICH, id=uid(0x200), kind="gold", coder_id=None, status="accepted", statements=(),
    spans=(replace(SPANS[0], id=uid(0x201)),), document_labels={},
)  # fmt: skip
PRELABEL = replace(
    GOLD, id=uid(0x300), kind="model", coder_id=MODEL.id, status="draft",
    spans=(replace(SPANS[5], id=uid(0x301)),),
)  # fmt: skip
EMPTY = replace(PRELABEL, id=uid(0x400), spans=(), coder_id=uid(0x42))
OTHER_MODEL = replace(MODEL, id=uid(0x42), name="reader-2")
RECORD = Record(
    article=replace(ARTICLE, text=TEXT),
    projects=(
        ProjectRecord(
            PROJECT.project, (CodebookRecord(1, BOOK.to_json(), "", "2024-02-01T08:00:00.000Z"),)
        ),
    ),
    label_sets=(RICH, GOLD, PRELABEL, EMPTY),
    coders={person.id: person for person in (SOMEONE, MODEL, OTHER_MODEL)},
    actors=ALL_ACTORS,
    claims=CLAIMS,
)


def source(record: Record = RECORD, **known: LabelSet) -> Source:
    """What the record's task is read against."""
    from exports.records import codebook_of

    entry = record.projects[0]
    books = {book.number: codebook_of(entry, book.number) for book in entry.codebooks}
    names = Names(record.actors, record.claims, entry.project.id, "en")
    return Source(record.article, entry.project.id, books, 1, names, known)


def task(record: Record = RECORD) -> dict[str, Any]:
    """The record's task after a journey as JSON."""
    made: dict[str, Any] = json.loads(json.dumps(next(tasks(record))))
    return made


def covered(made: dict[str, Any]) -> Iterator[str]:
    """``[label, start, end, covered text]`` of each region, the text cut from the task's anew."""
    text = made["data"]["text"]
    for one in (*made["annotations"], *made["predictions"]):
        for item in one["result"]:
            if item["type"] == "labels":
                start, end = item["value"]["start"], item["value"]["end"]
                place = [item["value"]["labels"][0], start, end, text[start:end]]
                yield json.dumps(place, ensure_ascii=False)


def files() -> dict[str, str]:
    """The golden files by name."""
    made = task()
    return {
        "task.json": json.dumps(made, ensure_ascii=False, indent=1) + "\n",
        "covered.txt": "".join(f"{line}\n" for line in covered(made)),
        "configuration.xml": configuration(BOOK),
    }


def write(folder: Path) -> None:
    """Write the golden files anew."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        (folder / name).write_text(content, "utf-8")
