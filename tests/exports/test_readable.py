"""Lines of JSON as people see them: indented, cut, harmless."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import exports
from exports.formats.readable import LONGEST_TEXT, Left, labelled_first, readable
from tests.exports.samples import BARE, LABELLED, RECORDS, TEXT, recoded, shared

_NAMES = st.text(st.characters(), max_size=9)
_SCALARS = st.none() | st.booleans() | st.integers() | st.text(st.characters(), max_size=60)
# What is neither long nor deep: nothing of it is cut.
_ROWS = st.dictionaries(_NAMES, _SCALARS | st.lists(_SCALARS, max_size=3), max_size=4)
_SMALL = st.dictionaries(_NAMES, _SCALARS | st.lists(_ROWS, max_size=3), max_size=4)


@given(_SMALL)
@settings(max_examples=60, deadline=None)
def test_what_is_not_cut_is_the_same_json(value: Any) -> None:
    assert json.loads("\n".join(readable(value))) == value


def test_what_fits_stands_on_a_line_and_the_rest_is_filled() -> None:
    assert readable({"a": [1, 2], "b": {}}) == ('{"a": [1, 2], "b": {}}',)
    long = {"one": "x" * 40, "two": "y" * 40, "three": [{"a": "z" * 80}], "four": 4, "five": 5}
    assert readable(long) == (
        "{",
        '  "one": "' + "x" * 40 + '",',
        '  "two": "' + "y" * 40 + '",',
        '  "three": [',
        "    {",
        '      "a": "' + "z" * 80 + '"',
        "    }",
        "  ],",
        '  "four": 4, "five": 5',
        "}",
    )


def test_long_texts_long_lists_and_depths_are_cut_with_what_is_left_out() -> None:
    assert readable("无" * 1_000_000) == (f'"{"无" * LONGEST_TEXT}" … +999,840',)
    assert readable(list(range(1000))) == ("[0, 1, 2, … +997]",)
    assert readable({str(n): 0 for n in range(100)})[-2].endswith("… +60")
    assert readable((Left(7), 1, 2, 3, 4)) == ("[… +7, 1, 2, 3, 4]",)
    deep: Any = ["x" * 90] * 2
    for _ in range(6):
        deep = {"in": deep}
    assert '"in": [… +2]' in "".join(readable(deep))
    wide: Any = "x"
    for _ in range(300):
        wide = [wide, wide, wide, wide]
    assert len("\n".join(readable(wide))) < 100_000


def test_nothing_steers_the_text_around_it() -> None:
    hostile = "</script>\u202eevil\u2069\u2028\ud800\u0000\x1b[31m\ufeff"
    shown = readable({hostile: hostile, "list": [hostile]})
    assert json.loads("\n".join(shown)) == {hostile: hostile, "list": [hostile]}
    for line in shown:
        assert line.isprintable()
        line.encode()


def test_the_first_article_with_labels_is_shown() -> None:
    assert labelled_first([]) is None
    unlabelled = replace(BARE, label_sets=())
    assert labelled_first([unlabelled, LABELLED, BARE]) is LABELLED
    assert labelled_first([unlabelled]) is unlabelled


def test_a_task_shows_its_text_and_one_label_of_each_sort() -> None:
    shown = exports.preview([replace(BARE, label_sets=()), *RECORDS], "labelstudio")
    assert shown.folded
    text = "\n".join(shown.lines)
    assert json.dumps(TEXT, ensure_ascii=False)[:100] in text
    assert text.count('"labels": ["actor"]') == 1
    for part in ('["STATEMENT"]', '"choices": ["support"]', '"type": "relation"', '"meta": … +1'):
        assert part in text, part
    # Also where every label is of a sort of its own.
    one = exports.preview([shared(recoded(1, "support"))], "labelstudio")
    assert '"choices": ["support"]' in "\n".join(one.lines)
    assert exports.preview([], "labelstudio") == exports.Preview()
    assert exports.preview([], "jsonl") == exports.Preview()
    bare = exports.preview([replace(BARE, label_sets=(), projects=())], "labelstudio")
    assert '"data": {' in "\n".join(bare.lines)
