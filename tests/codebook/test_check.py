from __future__ import annotations

import json
import re
from pathlib import Path
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


TAG_JS = Path(codebook.__file__).parents[1] / "ui" / "assets" / "tag"


def test_a_codebook_comes_back_from_its_own_json() -> None:
    assert codebook.load(codebook.DEFAULT.to_json()) == codebook.DEFAULT


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"stances": [value(number=float("nan"))]}, "stances[0].number"),
        ({"stances": [value(number=10**400)]}, "stances[0].number"),
        ({"stances": [value(number=True)]}, "stances[0].number"),
        ({"stances": [value(), value()]}, "'a' stands twice"),
        ({"stances": [value(key="4"), value(name="b", key="4")]}, "twice. Free here: 1 2 3 5"),
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


def test_a_version_stored_before_there_was_help_keeps_its_bytes() -> None:
    assert '"help"' not in codebook.DEFAULT.to_json()
    helped = codebook.load(changed(certainties=[value(help="When it is said outright")]))
    assert codebook.load(helped.to_json()) == helped


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"stances": [value(key="s")]}, "'s' is a key of the tagging page"),
        ({"stances": [value(key="s"), value(name="b", key="1")]}, "Free here: 2 3 4 5 6 7 8 9 0 h"),
        ({"stances": [value(key="r")]}, "'r' is a key of the tagging page"),
        ({"stances": [value(key="S")]}, "one small letter"),
        ({"stances": [value(key="12")]}, "one small letter"),
        ({"stances": [value(en="a" * 101)]}, "stances[0].en is longer than 100"),
        ({"stances": [value(en="a\nb")]}, "stances[0].en holds the control character U+000A"),
        ({"guidelines": "a\ud800"}, "guidelines holds the control character U+D800"),
        ({"guidelines": "a" * 100_001}, "guidelines is longer than 100,000"),
        ({"stances": [value(name=f"v{n}") for n in range(51)]}, "more than 50 entries"),
        ({"shown": ["venue", "venue"], "required": []}, "shown 'venue' stands twice"),
        ({"shown": ["venue"], "required": ["speaker"]}, "'speaker' must be shown too"),
        ({"working_language": "Chinese!"}, "working_language must be a language code"),
        ({"stance": []}, "stance is no setting"),
    ],
)
def test_more_is_asked_of_a_new_version(changes: dict[str, Any], says: str) -> None:
    codebook.load(changed(**changes))
    with pytest.raises(codebook.CodebookInvalid) as refused:
        codebook.load(changed(**changes), fresh=True)
    assert says in str(refused.value)


def test_all_problems_are_told_but_a_long_list_is_cut() -> None:
    with pytest.raises(codebook.CodebookInvalid) as refused:
        codebook.load(changed(stances=[value(en="") for _ in range(30)]))
    assert len(refused.value.problems) == 59
    assert "stances[0].en" in str(refused.value)
    assert "and 39 more" in str(refused.value)


def test_reserved_keys_are_those_of_the_tagging_page() -> None:
    tables = "".join((TAG_JS / name).read_text("utf-8") for name in ("keys.js", "moving.js"))
    bound = re.findall(r"keys: \[(.*?)\], (?:shown|text)", tables)
    keys = {key for chords in bound for key in re.findall(r'"(.)"', chords)}
    assert keys - set("123456789") | {"r", "c"} == codebook.RESERVED_KEYS
