"""The stretches of text that a conflict shows: whole, in order, marked where they should be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotate.ui.views.sync_passage import LONGEST, passage

TEXTS = st.text(st.sampled_from("ab 南屿。👨\u200d\u0301\n"), min_size=1, max_size=120)


def said(text: str, *ranges: tuple[int, int], around: int = 4) -> str:
    return "".join(
        f"[{one['text']}]" if one["marked"] else str(one["text"])
        for one in passage(text, ranges, around)
    )


def test_words_around_a_place() -> None:
    assert said("one two three four five", (8, 13)) == "…two [three] …"
    assert said("他说：南屿加入磋商机制。", (3, 5), around=2) == "…说：[南屿]加入…"


def test_places_far_apart_and_near() -> None:
    text = "one two three four five six seven eight"
    assert said(text, (0, 3), (34, 39)) == "[one] two… [eight]"
    assert said("abcd efgh", (0, 4), (5, 9)) == "[abcd] [efgh]"
    assert said("abcdef", (0, 4), (2, 6)) == "[abcdef]"


def test_what_is_not_in_the_text_is_left_out() -> None:
    assert passage("abc", [(2, 9), (-1, 2), (2, 2)]) == []


def test_of_a_very_long_place_the_ends_are_shown() -> None:
    shown = passage("a" * 5000, [(0, 5000)])
    assert len(str(shown[0]["text"])) == LONGEST + 3


@given(TEXTS, st.lists(st.tuples(st.integers(0, 119), st.integers(1, 9)), max_size=5))
def test_marks_are_the_places_and_the_rest_is_around_them(
    text: str, places: list[tuple[int, int]]
) -> None:
    ranges = [(start, start + n) for start, n in places if start + n <= len(text)]
    shown = passage(text, ranges, around=200)
    assert "".join(str(one["text"]) for one in shown) == (text if ranges else "")
    marked = sum(len(str(one["text"])) for one in shown if one["marked"])
    assert marked == len({at for start, end in ranges for at in range(start, end)})
