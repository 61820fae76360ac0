from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.text import offsets
from annotate.text.search import highlight, index_terms, normalise, parse_query, snippet
from tests.text.strategies import any_text, texts

TEXTS = (
    "金圣翰在战略与国际问题研究中心（CSIS）谈到韩美核咨商小组。",
    "韓國的態度是開放的，核諮商小組擴大。",
    "Kim Sung-han told the café that G7峰会 and 峰会G7 differ.",
    "東京の会議はカタカナで。서울의 회의",
    "𠮷野家和emoji 👨‍👩‍👧‍👦 都在",
    "核。咨商",
    "AND OR NOT NEAR nuclear weapons",
)


class Index:
    """The store's index in small."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:")
        self.db.execute(
            "CREATE VIRTUAL TABLE i USING fts5(text, content='', tokenize='ascii', prefix='1')"
        )
        self.db.executemany("INSERT INTO i (rowid, text) VALUES (?, ?)",
                            [(n, index_terms(text)) for n, text in enumerate(TEXTS)])  # fmt: skip

    def find(self, query: str) -> list[int]:
        parsed = parse_query(query)
        if parsed is None:
            return []
        rows = self.db.execute(
            "SELECT rowid FROM i WHERE i MATCH ? ORDER BY rowid", (parsed.match,)
        )
        return [row[0] for row in rows]


@pytest.fixture(scope="module")
def index() -> Iterator[Index]:
    made = Index()
    yield made
    made.db.close()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("核", [0, 1, 5]),
        ("组", [0, 1]),
        ("核咨", [0, 1]),
        ("咨商", [0, 1, 5]),
        ("核咨商", [0, 1]),
        ("核咨商小组", [0, 1]),
        ("核諮商小組", [0, 1]),
        ("韩美核咨商小组扩大", []),
        ("開放", [1]),
        ("开放", [1]),
        ("韩国", [1]),
        ("csis", [0]),
        ("ＣＳＩＳ", [0]),
        ("CSI", []),
        ("CSI*", [0]),
        ("kim sung-han", [2]),
        ('"sung han"', [2]),
        ('"han sung"', []),
        ("han sung", [2]),
        ("cafe", [2]),
        ("CAFÉ", [2]),
        ("cafe\u0301", [2]),
        ("G7峰会", [2]),
        ("峰会G7", [2]),
        ("金圣翰 核咨商", [0]),
        ("金圣翰 开放", []),
        ("“金圣翰在战略”", [0]),
        ("𠮷", [4]),
        ("𠮷野", [4]),
        ("东京", [3]),
        ("タカ", [3]),
        ("회의", [3]),
        ("nuclear", [6]),
        ("NOT nuclear", [6]),
        ("nuclear OR csis", []),
        ("NEAR(nuclear weapons)", [6]),
        ('"', []),
        ("，。*", []),
        ("", []),
        ("👨‍👩‍👧‍👦", []),
    ],
)
def test_queries(index: Index, query: str, expected: list[int]) -> None:
    assert index.find(query) == expected


@given(st.text(max_size=30) | st.text("\"'*^:(){}-+ ANDORT核咨𠮷", max_size=30))
def test_no_query_is_an_error_to_the_index(query: str) -> None:
    made = Index()
    assert made.find(query) == made.find(query)
    made.db.close()


@given(texts, st.data())
def test_what_stands_in_a_text_is_found_in_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 6)))
    for part in text[start:end].replace('"', " ").split():
        parsed = parse_query(part)
        if parsed is not None and part.isalpha() and min(part) >= "\u2e80":
            assert highlight(text, parsed)


@given(any_text)
def test_normalising_keeps_length_and_works_part_by_part(text: str) -> None:
    plain = normalise(text)
    assert len(plain) == len(text)
    assert plain == "".join(map(normalise, text))
    assert normalise(plain) == plain


@given(any_text)
def test_terms_hold_nothing_that_the_index_splits(text: str) -> None:
    for term in index_terms(text).split(" "):
        assert all(char.isalnum() for char in term if char.isascii())


def test_terms() -> None:
    assert index_terms("韩美核（NCG）一") == "韩美 美核 核 ncg 一"
    assert index_terms("ＡＢＣ カタ") == "abc カタ タ"
    assert index_terms("……") == ""


def test_traditional_and_simplified_have_one_form() -> None:
    assert normalise("韓國態度，看著甚麼，瞭解") == normalise("韩国态度，看着什么，了解")


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("韓國的態度，韩国", "韩国", ["韓國", "韩国"]),
        ("the US and us, using", "us", ["US", "us"]),
        ("nuclear, nuclears", "nucl*", ["nucl", "nucl"]),
        ("Kim Sung-han", '"sung han"', ["Sung-han"]),
        ("核咨商小组", "核咨 咨商", ["核咨商"]),
        ("cafe\u0301 x", "cafe", ["cafe\u0301"]),
        ("葛\U000e0100城", "葛城", ["葛\U000e0100城"]),
        ("没有", "日本", []),
        ("任何", "", []),
    ],
)
def test_highlight(text: str, query: str, expected: list[str]) -> None:
    assert [text[a:b] for a, b in highlight(text, query)] == expected


@given(any_text, any_text)
def test_highlights_cut_no_character(text: str, query: str) -> None:
    ranges = highlight(text, query)
    assert all(offsets.is_boundary(text, edge) for pair in ranges for edge in pair)
    assert ranges == sorted(ranges)


def test_snippet() -> None:
    text = "开头。" * 40 + "金圣翰说\n核咨商小组" + "结尾。" * 40
    line, ranges = snippet(text, "核咨商小组 金圣翰", 30)
    assert [line[a:b] for a, b in ranges] == ["金圣翰", "核咨商小组"]
    assert line.startswith("…")
    assert line.endswith("…")
    assert "\n" not in line
    assert len(line) == 32
    assert snippet("短文", "没有", 30) == ("短文", [])
    assert snippet("短文" * 30, None, 10) == ("短文" * 5 + "…", [])


@given(any_text, any_text, st.integers(1, 40))
def test_snippets_point_at_what_they_show(text: str, query: str, width: int) -> None:
    line, ranges = snippet(text, query, width)
    assert len(line) <= width + 2
    assert all(0 <= a < b <= len(line) for a, b in ranges)
    if line.strip("…") == text:
        assert len(ranges) == len(highlight(text, query))
