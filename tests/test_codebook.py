from __future__ import annotations

import json
from typing import Any

import pytest

from annotate import codebook
from annotate.errors import Invalid


def changed(**changes: object) -> dict[str, Any]:
    return {**json.loads(codebook.DEFAULT.to_json()), **changes}


def value(**changes: object) -> dict[str, object]:
    return {"name": "a", "en": "x", "zh": "y", "colour": "#000000", **changes}


def question(**changes: object) -> dict[str, object]:
    return {"name": "tone", "en": "Tone", "zh": "语气", "values": [value()], **changes}


def test_a_codebook_comes_back_from_its_own_json() -> None:
    assert codebook.load(codebook.DEFAULT.to_json()) == codebook.DEFAULT


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"stances": [value(number=float("nan"))]}, "stances[0].number"),
        ({"stances": [value(number=10**400)]}, "stances[0].number"),
        ({"stances": [value(number=True)]}, "stances[0].number"),
        ({"stances": [value(), value()]}, "'a' stands twice"),
        ({"span_kinds": [value(name="A b")]}, "span_kinds[0].name"),
        ({"document_labels": [question(name="A b")]}, "document_labels[0].name"),
        ({"document_labels": [question(), question()]}, "'tone' stands twice"),
        ({"document_labels": [question(multiple="no")]}, "document_labels[0].multiple"),
        ({"shown": [[]]}, "shown"),
        ({"working_language": 5}, "working_language"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(Invalid) as refused:
        codebook.load(changed(**changes))
    assert says in refused.value.message


@pytest.mark.parametrize("text", ["", "null", "[]", "[" * 100_000])
def test_what_is_no_codebook_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        codebook.load(text)


def test_absent_guidelines_are_empty() -> None:
    assert codebook.load(changed(guidelines=None)).guidelines == ""
