"""Malformed lines: one reason each with its place, never anything else."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.errors import Rejected
from exports.formats.jsonl import line
from exports.imports.jsonl import parse
from tests.exports.samples import LABELLED

GOOD = orjson.loads(line(LABELLED))
Change = Callable[[Any], object]


def assign(*path: Any) -> Change:
    """Set the member at all but the last of a path to the last."""
    *way, last, value = path

    def change(content: Any) -> None:
        for step in way:
            content = content[step]
        content[last] = value

    return change


SET = ("label_sets", 0)
CASES: list[tuple[str, str, Change]] = [
    ("version", "claimdesk/2", assign("format", "claimdesk/2")),
    ("format", "no 'format'", lambda c: c.pop("format")),
    ("content", "'article' is missing", lambda c: c.pop("article")),
    ("content", "no field 'extra'", assign("extra", 1)),
    ("content", "no field 'colour'", assign("article", "colour", "red")),
    ("content", "article.title: text was expected, not null", assign("article", "title", None)),
    ("content", "article.id: ' ' cannot be an id", assign("article", "id", " ")),
    ("content", "article.id: text was expected, not the number 7", assign("article", "id", 7)),
    ("content", "article.revision: a whole number", assign("article", "revision", 1.0)),
    ("content", "article.revision: a whole number", assign("article", "revision", True)),
    ("content", "article.revision: counting begins", assign("article", "revision", 0)),
    ("content", "article.superseded: true or false", assign("article", "superseded", 0)),
    ("content", "article.text: is empty", assign("article", "text", " \n")),
    ("content", "NUL", assign("article", "title", "a\0b")),
    ("content", "not a time", assign("article", "published_at", "2024-02-30T00:00:00Z")),
    ("content", "not a time", assign("article", "ingested_at", "yesterday")),
    ("content", "64 hexadecimal", assign("article", "raw_sha256", "5F")),
    ("content", "article.captions: a list", assign("article", "captions", "one")),
    ("content", "projects: a list", assign("projects", {})),
    ("content", "projects[0]: an object", assign("projects", [3])),
    ("content", "projects[0].name: is empty", assign("projects", 0, "name", " ")),
    ("content", "Version 9", assign("projects", 0, "codebook_version", 9)),
    ("content", "stances", assign("projects", 0, "codebooks", 0, "content", "stances", [])),
    ("content", "content", assign("projects", 0, "codebooks", 0, "content", [])),
    ("content", "coders[0].kind", assign("coders", 0, "kind", "operator")),
    ("content", "stands twice", lambda c: c["actors"].append(c["actors"][0])),
    ("content", "actors[0].aliases[0].kind", assign("actors", 0, "aliases", 0, "kind", "x")),
    ("content", "claims[0].project_id", assign("claims", 0, "project_id", "elsewhere")),
    ("content", "line's article", assign(*SET, "article_id", "other")),
    ("content", "label_sets[0].status: one of draft", assign(*SET, "status", "lost")),
    ("content", "null for gold", assign(*SET, "coder_id", None)),
    ("content", "label_sets[0].coder_id", assign(*SET, "coder_id", "nobody")),
    ("content", "label_sets[0].project_id", assign(*SET, "project_id", "nowhere")),
    ("content", "spans[0].quote: the text has", assign(*SET, "spans", 0, "quote", "別的")),
    ("content", "is no stretch", assign(*SET, "spans", 0, "end", 10_000)),
    ("content", "is no stretch", assign(*SET, "spans", 0, "start", 13)),
    ("content", "out of range", assign(*SET, "spans", 0, "start", -1)),
    ("content", "a span kind", assign(*SET, "spans", 0, "kind", "place")),
    ("content", "Version 2", assign(*SET, "spans", 0, "codebook_version", 2)),
    ("content", "spans[0].actor_id", assign(*SET, "spans", 0, "actor_id", "nobody")),
    ("content", "stands twice", lambda c: c[SET[0]][0]["spans"].append(c[SET[0]][0]["spans"][0])),
    ("content", "a stance of", assign(*SET, "statements", 0, "stance", "angry")),
    ("content", "certainty", assign(*SET, "statements", 0, "certainty", "sure")),
    ("content", "claim_id", assign(*SET, "statements", 0, "claim_id", "none")),
    ("content", "speaker_id", assign(*SET, "statements", 0, "speaker_id", "none")),
    ("content", "reported_by[0]", assign(*SET, "statements", 0, "reported_by", ["none"])),
    ("content", "evidence[0]", assign(*SET, "statements", 0, "evidence", ["none"])),
    ("content", "YYYY", assign(*SET, "statements", 0, "statement_date", "2024-13")),
    ("content", "YYYY", assign(*SET, "statements", 0, "statement_date", "2024-02-30")),
    ("content", "a document label", assign(*SET, "document_labels", {"mood": ["good"]})),
    ("content", "a value of", assign(*SET, "document_labels", {"relevance": ["very"]})),
    ("content", "submissions[0].label_set_id", assign("submissions", 0, "label_set_id", "none")),
    ("content", "submissions[0].number", assign("submissions", 0, "number", 0)),
    ("content", "submissions[0].content", assign("submissions", 0, "content", [])),
]


@pytest.mark.parametrize(("reason", "message", "change"), CASES, ids=[c[1] for c in CASES])
def test_what_is_wrong_is_named(reason: str, message: str, change: Change) -> None:
    content = copy.deepcopy(GOOD)
    change(content)
    with pytest.raises(Rejected) as caught:
        parse(orjson.dumps(content))
    assert caught.value.reason == reason
    assert message in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"null",
        b"[]",
        b"7",
        b'"format"',
        b"\xff\xfe",
        b'{"format":"claimdesk/1","article":"\xed\xa0\x80"}',
        b'{"format":"claimdesk/1","article":"\\ud800"}',
        b"[" * 100_000,
        b'{"format":' * 500 + b"1" + b"}" * 500,
        b'{"format":NaN}',
    ],
)
def test_what_is_no_line_at_all(text: bytes) -> None:
    with pytest.raises(Rejected):
        parse(text)


def test_content_nested_beyond_measure_is_refused() -> None:
    nested: Any = {}
    for _ in range(60):
        nested = {"x": nested}
    content = copy.deepcopy(GOOD)
    content["submissions"][0]["content"] = nested
    with pytest.raises(Rejected, match="levels deep"):
        parse(orjson.dumps(content))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path into a JSON value."""
    inner: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [(*path, key) for key, _ in inner] + [
        found for key, item in inner for found in places(item, (*path, key))
    ]


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**65), 2**65)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
    | st.sampled_from(["2024-02-13T10:45:02Z", "support", "actor", "0" * 64]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3).filter(str.isprintable), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.lists(st.tuples(st.sampled_from(places(GOOD)), json_values), min_size=1, max_size=3))
@settings(max_examples=600, deadline=None)
def test_any_value_anywhere_gives_a_record_or_one_reason(
    changes: list[tuple[tuple[Any, ...], Any]],
) -> None:
    content = copy.deepcopy(GOOD)
    for path, value in changes:
        try:
            assign(*path, value)(content)
        except (TypeError, KeyError, IndexError):
            continue
    try:
        record = parse(json.dumps(content).encode())
    except Rejected as error:
        assert error.message
        return
    assert line(parse(line(record))) == line(record)


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=5))
@settings(max_examples=300, deadline=None)
def test_any_damaged_byte_gives_a_record_or_one_reason(damage: list[tuple[int, int]]) -> None:
    damaged = bytearray(line(LABELLED))
    for place, value in damage:
        damaged[place % len(damaged)] = value
    try:
        record = parse(bytes(damaged))
    except Rejected as error:
        assert error.message
        return
    assert line(parse(line(record))) == line(record)
