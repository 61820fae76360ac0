from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.errors import Invalid
from annotate.text import anchor

TEXT = "韩国说好。日本说好。韩国说不。👨‍👩‍👧‍👦说好。"


def test_a_quote_that_occurs_once() -> None:
    assert anchor.find(TEXT, "日本") == (5, 7)
    assert anchor.find(TEXT, "朝鲜") is None
    assert anchor.find(TEXT, "") is None


def test_context_decides_between_occurrences() -> None:
    assert anchor.find(TEXT, "说好") == (2, 4)
    assert anchor.find(TEXT, "说好", prefix="日本") == (7, 9)
    assert anchor.find(TEXT, "韩国", suffix="说不") == (10, 12)
    assert anchor.find(TEXT, "说好", prefix="👨‍👩‍👧‍👦") == (22, 24)


def test_position_breaks_ties_but_does_not_beat_context() -> None:
    assert anchor.find(TEXT, "说好", near=8) == (7, 9)
    assert anchor.find(TEXT, "说好", prefix="日本", near=22) == (7, 9)


def test_overlapping_occurrences_are_all_considered() -> None:
    assert anchor.find("好好好", "好好", near=1) == (1, 3)


@given(st.text("韩国日本说", min_size=1, max_size=60), st.data())
def test_a_span_is_found_again_where_it_was(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    before, after = anchor.context(text, start, end)
    found = anchor.find(text, text[start:end], prefix=before, suffix=after, near=start)
    assert found == (start, end)
    anchor.check(text, start, end, text[start:end])


@pytest.mark.parametrize(
    ("start", "end", "quote"), [(0, 2, "日本"), (2, 2, ""), (-1, 1, "韩"), (0, 99, "韩国")]
)
def test_a_span_that_does_not_say_what_it_covers_is_refused(
    start: int, end: int, quote: str
) -> None:
    with pytest.raises(Invalid):
        anchor.check(TEXT, start, end, quote)
