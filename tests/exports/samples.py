"""The records behind the golden files and the examples in docs/formats.md.

Both articles are written for the project. The first holds an emoji family, astral Han, a
combining mark and nested spans; the second quotes, commas and what a spreadsheet takes for a
formula.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from annotate.codebook import Codebook, DocumentLabel, Value
from annotate.model import (
    Actor,
    Alias,
    Article,
    Claim,
    LabelSet,
    Person,
    Project,
    Span,
    Statement,
    Submission,
)
from exports.records import CodebookRecord, ProjectRecord, Record

TEXT = (
    "2月3日，前渔业顾问林远山在海港论坛上说：“这取决于邻国。东屿的态度是开放的”。\n"
    "林远山又说，两岸家庭👨‍👩‍👧都盼着渔场重开，老船工𠮷田却表示反对。\n"
    "据晨报报道，cafe\u0301 里的渔民议论纷纷。"
)
ENGLISH = (
    'The fisheries board said it "has not decided", leaving licences, quotas and fees open.\n'
    "=1+1 was the headline of its circular."
)

CODEBOOK = Codebook(
    working_language="en",
    span_kinds=(
        Value("actor", "actor", "行动者", "#0072b2", "1"),
        Value("evidence", "evidence", "证据", "#00785a", "3"),
    ),
    stances=(
        Value("support", "support", "支持", "#00785a", "1", 1.0),
        Value("oppose", "oppose", "反对", "#b3362b", "2", -1.0),
        Value("unclear", "unclear", "不明", "#7a4fa3", "4", None),
    ),
    certainties=(
        Value("stated", "stated", "明言"),
        Value("conditional", "conditional", "附条件"),
    ),
    document_labels=(
        DocumentLabel(
            "relevance",
            "Relevance",
            "相关性",
            (Value("relevant", "relevant", "相关"), Value("irrelevant", "not relevant", "不相关")),
        ),
    ),
    shown=("speaker", "holder", "evidence", "certainty", "reported_by", "venue"),
    required=("speaker",),
    guidelines="Code what is said, not what is true.",
)


def uid(number: int) -> str:
    """A readable id of the right form."""
    return f"018d9f00-0000-7000-8000-{number:012x}"


def span(number: int, kind: str, quote: str, actor: int | None = None, nth: int = 0) -> Span:
    """A span over the nth occurrence of a quote in the first text."""
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(quote, start + 1)
    actor_id = None if actor is None else uid(actor)
    return Span(uid(number), kind, start, start + len(quote), quote, 1, actor_id)


ACTORS = {
    actor.id: actor
    for actor in (
        Actor(
            uid(0x20),
            "林远山",
            "person",
            (Alias("Lin Yuanshan", "en", "translation"),),
            {"wikidata": "Q0000001"},
            "former adviser",
        ),
        Actor(uid(0x21), "东屿", "government", (Alias("Dongyu", "en", "translation"),)),
        Actor(uid(0x22), "晨报", "organisation"),
        Actor(uid(0x23), "𠮷田", "person"),
    )
}
CLAIMS = {
    claim.id: claim
    for claim in (
        Claim(
            uid(0x30),
            uid(0x10),
            "Dongyu open to reopening the shared fishing ground",
            "en",
            "fisheries",
            (
                Alias("东屿对重开共同渔场持开放态度", "zh-Hans", "translation"),
                Alias("渔场", "", "term"),
            ),
        ),
        Claim(uid(0x31), uid(0x10), "The shared fishing ground should reopen", "en", "fisheries"),
    )
}
MEI = Person(uid(0x40), "mei", "Mei Chen", "external", "viewer", False)
BOOK = CodebookRecord(1, CODEBOOK.to_json(), "first version", "2024-02-01T08:00:00.000Z")
PROJECT = ProjectRecord(
    Project(
        uid(0x10),
        "Shared waters",
        "Who wants the fishing ground back",
        True,
        False,
        1,
        "2024-02-01T08:00:00.000Z",
    ),
    (BOOK,),
)

SPANS = (
    span(0x51, "actor", "林远山", 0x20),
    span(0x52, "evidence", "这取决于邻国。东屿的态度是开放的"),
    span(0x53, "actor", "东屿", 0x21),
    span(0x54, "evidence", "东屿的态度是开放的"),
    span(0x55, "evidence", "两岸家庭👨‍👩‍👧都盼着渔场重开"),
    span(0x56, "actor", "𠮷田", 0x23),
    span(0x57, "evidence", "老船工𠮷田却表示反对"),
    span(0x58, "actor", "晨报", 0x22),
)
STATEMENTS = (
    Statement(
        uid(0x60),
        uid(0x30),
        "support",
        1,
        uid(0x20),
        uid(0x21),
        "conditional",
        (uid(0x54),),
        None,
        (uid(0x22),),
        "海港论坛",
        "2024-02-03",
        "depends on the neighbour",
    ),
    Statement(uid(0x61), uid(0x31), "oppose", 1, uid(0x23), None, "stated", (uid(0x54), uid(0x57))),
    Statement(uid(0x62), uid(0x31), "unclear", 1, uid(0x20)),
)
LABEL_SET = LabelSet(
    uid(0x50),
    uid(0x10),
    uid(0x01),
    uid(0x40),
    "analyst",
    "submitted",
    14,
    "2024-02-13T12:00:00.000Z",
    "2024-02-13T12:05:00.000Z",
    SPANS,
    STATEMENTS,
    {"relevance": ("relevant",)},
)


def gold_of(label_set: LabelSet) -> LabelSet:
    """A gold set with a copy of the first statement and its evidence."""
    evidence = replace(label_set.spans[3], id=uid(0x71))
    statement = replace(label_set.statements[0], id=uid(0x72), evidence=(evidence.id,))
    return replace(
        label_set,
        id=uid(0x70),
        coder_id=None,
        kind="gold",
        status="accepted",
        revision=1,
        spans=(evidence,),
        statements=(statement,),
        document_labels={},
    )


def plain(value: object) -> Any:
    """A frozen submission's content: plain JSON values."""
    return json.loads(json.dumps(value))


ARTICLE = Article(
    uid(0x01),
    uid(0x01),
    1,
    "https://news.example/cn/(渔场)",
    "https://news.example/cn/%28%E6%B8%94%E5%9C%BA%29",
    "news.example",
    "前渔业顾问：东屿对重开[共同渔场]持开放态度",
    TEXT,
    "zh-Hans",
    "2024-02-13T10:45:02Z",
    "epoch",
    "13/02/2024 - 11:14",
    ("海港一景 © 晨报",),
    "5f" * 32,
    "1",
    "2024-02-13T11:00:00.000Z",
    uid(0x40),
)
LABELLED = Record(
    article=ARTICLE,
    projects=(PROJECT,),
    label_sets=(LABEL_SET, gold_of(LABEL_SET)),
    submissions=(
        Submission(
            uid(0x80),
            LABEL_SET.id,
            1,
            14,
            "2024-02-13T12:05:00.000Z",
            plain({"document_labels": {"relevance": ["relevant"]}, "spans": [], "statements": []}),
        ),
    ),
    coders={MEI.id: MEI},
    actors=ACTORS,
    claims=CLAIMS,
)
BARE = Record(
    article=Article(
        uid(0x02),
        uid(0x02),
        1,
        "https://news.example/en/board",
        "https://news.example/en/board",
        "news.example",
        '=Board, "undecided"',
        ENGLISH,
        "en",
        None,
        "",
        None,
        (),
        "a0" * 32,
        "1",
        "2024-02-14T09:30:00.000Z",
        uid(0x40),
    )
)
RECORDS = (LABELLED, BARE)


def recoded(number: int, *stances: str) -> LabelSet:
    """Another coder's set: the first statements under ids of its own, with these stances."""
    spans = tuple(
        replace(one, id=uid(0x1000 * number + n)) for n, one in enumerate(LABEL_SET.spans)
    )
    places = {old.id: new.id for old, new in zip(LABEL_SET.spans, spans, strict=True)}
    return replace(
        LABEL_SET,
        id=uid(0x900 + number),
        coder_id=uid(0x800 + number),
        spans=spans,
        statements=tuple(
            replace(
                one,
                id=uid(0x1000 * number + 0x100 + n),
                stance=stance,
                evidence=tuple(places[id_] for id_ in one.evidence),
            )
            for n, (one, stance) in enumerate(zip(LABEL_SET.statements, stances, strict=False))
        ),
    )


def shared(*sets: LabelSet) -> Record:
    """The labelled record with these coders' sets instead."""
    coders = {one.coder_id: replace(MEI, id=one.coder_id, name=one.id) for one in sets}
    return replace(LABELLED, label_sets=sets, submissions=(), coders=coders)


SHARED = shared(LABEL_SET, recoded(1, "support", "unclear"), recoded(2, "oppose", "oppose"))
