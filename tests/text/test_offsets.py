from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from annotate.errors import Invalid
from annotate.text import offsets
from tests.text.strategies import any_text, texts

FAMILY = "👨‍👩‍👧‍👦"


@given(any_text.filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text)))
def test_tables_agree_with_the_encoders(text: str) -> None:
    places = range(len(text) + 1)
    units = offsets.utf16_table(text)
    assert units.from_code_points(places) == [
        len(text[:n].encode("utf-16-le")) // 2 for n in places
    ]
    assert units.to_code_points(units.from_code_points(places)) == list(places)
    octets = offsets.utf8_table(text)
    assert octets.from_code_points(places) == [len(text[:n].encode()) for n in places]
    assert octets.to_code_points(octets.from_code_points(places)) == list(places)
    assert (units.length, octets.length) == (len(text.encode("utf-16-le")) // 2, len(text.encode()))


def test_single_conversions() -> None:
    text = f"韩𠮷{FAMILY}e\u0301国"
    assert offsets.to_utf16(text, 2) == 3
    assert offsets.from_utf16(text, 3) == 2
    assert offsets.to_utf8(text, 2) == 7
    assert offsets.from_utf8(text, 7) == 2
    assert offsets.to_utf16(text, len(text)) == len(text) + 5


@pytest.mark.parametrize("offset", [-1, 4])
def test_offsets_outside_the_text_are_refused(offset: int) -> None:
    for table in (
        offsets.utf16_table("abc"),
        offsets.utf16_table("a𠮷c"),
        offsets.utf8_table("abc"),
    ):
        with pytest.raises(Invalid, match="not in a text"):
            table.from_code_points([offset])
    with pytest.raises(Invalid, match="not in a text"):
        offsets.utf8_table("abc").to_code_points([offset])


def test_offsets_inside_a_character_are_refused() -> None:
    with pytest.raises(Invalid, match="inside a character"):
        offsets.from_utf16("a𠮷c", 2)
    with pytest.raises(Invalid, match="inside a character"):
        offsets.from_utf8("a国c", 2)


@given(any_text)
def test_interiors_are_those_of_the_unicode_clusters(text: str) -> None:
    edges = {0, len(text)} | {match.start() for match in regex.finditer(r"\X", text)}
    inside = offsets.grapheme_interiors(text)
    assert set(inside) == set(range(len(text) + 1)) - edges
    for offset in range(len(text) + 1):
        assert offsets.is_boundary(text, offset) == (offset in edges)
    assert not offsets.is_boundary(text, -1)
    assert not offsets.is_boundary(text, len(text) + 1)


@pytest.mark.parametrize(
    "cluster",
    [FAMILY, "👍🏽", "❤️", "1️⃣", "🇰🇷", "e\u0301", "葛\U000e0100", "\u1112\u1161\u11ab", "\r\n", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"],
)
def test_nothing_begins_inside_what_is_read_as_one_character(cluster: str) -> None:
    text = f"在{cluster}{cluster}上"
    edges = [n for n in range(len(text) + 1) if offsets.is_boundary(text, n)]
    assert edges == [0, 1, 1 + len(cluster), 1 + 2 * len(cluster), len(text)]
    assert offsets.widen(text, 2, len(text) - 2) == (1, len(text) - 1)


def test_flags_pair_from_the_left() -> None:
    assert offsets.grapheme_interiors("🇰🇷🇯🇵🇺") == (1, 3)


@given(texts, st.data())
def test_widening_is_the_smallest_that_cuts_nothing(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    wide = offsets.widen(text, start, end)
    assert wide[0] <= start <= end <= wide[1]
    assert offsets.is_boundary(text, wide[0])
    assert offsets.is_boundary(text, wide[1])
    assert not any(offsets.is_boundary(text, n) for n in range(wide[0] + 1, start + 1))
    assert not any(offsets.is_boundary(text, n) for n in range(end, wide[1]))
    assert offsets.widen(text, *wide) == wide


def test_a_range_outside_the_text_cannot_be_widened() -> None:
    with pytest.raises(Invalid):
        offsets.widen("abc", 2, 4)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("part", ["🇰", "\u0301", "👨‍", "क्ष", "\u0600", "\u1112"])
def test_long_runs_of_joining_characters_take_linear_time(part: str) -> None:
    assert offsets.grapheme_interiors("字" + part * 200_000)


def test_a_thousand_spans_in_a_long_article() -> None:
    text = f"金圣翰{FAMILY}表示，𠮷野家。" * 3000
    places = list(range(0, len(text), len(text) // 1000))
    table = offsets.utf16_table(text)
    assert table.to_code_points(table.from_code_points(places)) == places
