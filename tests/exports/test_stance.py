"""The stance training set and the choice of its text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings

from annotate.text.segment import paragraphs, sentences
from exports.formats.stance import context
from exports.records import Record, ordered
from tests.exports.samples import BARE, LABELLED, TEXT
from tests.exports.strategies import records
from tests.exports.test_tables import write

FIRST, SECOND, THIRD = TEXT.split("\n")


def rows(found: Iterable[Record], **options: str) -> list[list[str]]:
    text = write("stance", found, **options)["stance"].decode()
    header, *rest = csv.reader(io.StringIO(text, newline=""))
    assert header == ["text", "target", "stance"]
    return rest


def test_the_whole_article_by_default() -> None:
    found = rows([LABELLED, BARE])
    assert [row[0] for row in found] == [TEXT] * 4
    assert [row[1] for row in found] == [
        "Dongyu open to reopening the shared fishing ground",
        "The shared fishing ground should reopen",
        "The shared fishing ground should reopen",
        "Dongyu open to reopening the shared fishing ground",
    ]
    assert [row[2] for row in found] == ["support", "oppose", "unclear", "support"]


def test_the_paragraphs_of_the_evidence() -> None:
    found = [row[0] for row in rows([LABELLED], context="paragraph")]
    assert found == [FIRST, f"{FIRST}\n{SECOND}", TEXT, FIRST]


def test_the_sentences_of_the_evidence() -> None:
    found = [row[0] for row in rows([LABELLED], context="sentence")]
    assert found[0] == "东屿的态度是开放的”。"
    assert found[1] == f"东屿的态度是开放的”。\n{SECOND}"
    assert found[2] == TEXT


def test_what_is_left_out_in_between_becomes_a_joint() -> None:
    text = "One. Two. Three.\nFour. Five."
    units = sentences(text)
    places = [(text.index(word), text.index(word) + 3) for word in ("Five", "One", "Two")]
    assert context(text, units, places, " ") == "One. Two. Five."
    assert context(text, paragraphs(text), places[:1], "\n") == "Four. Five."
    across = [(text.index("Three"), text.index("Four") + 4)]
    assert context(text, units, across, " ") == "Three.\nFour."


@given(records())
@settings(max_examples=60, deadline=None)
def test_every_evidence_stands_in_its_context(record: Record) -> None:
    statements = [
        (label_set, statement)
        for label_set in ordered(record).label_sets
        for statement in label_set.statements
    ]
    for kind in ("sentence", "paragraph"):
        found = rows([record], context=kind)
        assert len(found) == len(statements)
        for (label_set, statement), (text, _, _) in zip(statements, found, strict=True):
            if not statement.evidence:
                assert text == record.article.text
            for span in label_set.spans:
                if span.id in statement.evidence:
                    assert span.quote.strip() in text


def test_it_has_the_shape_of_a_published_stance_set(shared_data: Path) -> None:
    theirs = pd.read_csv(shared_data / "cstance" / "val.csv")
    ours = pd.read_csv(io.BytesIO(write("stance", [LABELLED])["stance"]))
    assert [c.lower().removesuffix(" 1") for c in theirs.columns[:3]] == list(ours.columns)
    assert list(ours.dtypes) == list(theirs.dtypes[:3])


def test_an_unknown_context_is_refused() -> None:
    with pytest.raises(Exception, match="article, paragraph, sentence"):
        rows([LABELLED], context="word")
