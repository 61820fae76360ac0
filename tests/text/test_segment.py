from __future__ import annotations

import builtins
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.text import offsets, segment
from tests.text.strategies import any_text

SENTENCE = "金圣翰曾与日方就韩美核咨商小组（NCG）的想法进行过讨论。"


def pieces(text: str, *terms: str) -> list[str]:
    return [text[a:b] for a, b in pairwise(segment.boundaries(text, terms))]


@given(any_text, st.lists(st.text(min_size=1, max_size=4), max_size=4))
def test_boundaries_cover_the_text_and_cut_no_character(text: str, terms: list[str]) -> None:
    found = segment.boundaries(text, [*terms, text[2:5], text[3:9]])
    assert found == sorted(set(found))
    assert found[0] == 0
    assert found[-1] == len(text)
    assert all(offsets.is_boundary(text, offset) for offset in found)


def test_terms_stay_whole() -> None:
    assert "核咨商小组" not in pieces(SENTENCE)
    assert "核咨商小组" in pieces(SENTENCE, "核咨商小组", "金圣翰")
    assert "韩美核咨商小组" in pieces(SENTENCE, "核咨商小组", "韩美核咨商小组", "核咨商")
    assert pieces("尼哥拉马杜罗说", "尼哥拉马杜罗") == ["尼哥拉马杜罗", "说"]


def test_terms_match_across_script_width_and_case() -> None:
    assert "核諮商小組" in pieces("韓美核諮商小組說", "核咨商小组")
    assert "Kim Sung-Han" in pieces("said Kim Sung-Han.", "kim sung-han")
    assert "ＮＣＧ 小组" in pieces("在ＮＣＧ 小组里", "NCG 小组")


def test_a_short_term_does_not_tear_longer_words() -> None:
    assert "发展中国家" in pieces("发展中国家的立场", "中国")
    assert "中国" in pieces("中国的立场", "中国")


def test_latin_terms_match_whole_words_and_acronyms_by_case() -> None:
    assert segment.Terms(["US"]).find("the USA, the US, us") == [(13, 15)]
    assert segment.Terms(["Seoul"]).find("Seouls seoul") == [(7, 12)]


def test_project_terms_do_not_leak_into_the_shared_dictionary() -> None:
    before = pieces(SENTENCE)
    pieces(SENTENCE, "核咨商小组")
    assert pieces(SENTENCE) == before


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Seoul's view", ["Seoul", "'s", " ", "view"]),
        ("don’t go", ["don’t", " ", "go"]),
        ("up 3.5% to 1,000", ["up", " ", "3.5%", " ", "to", " ", "1,000"]),
        ("Sung-han", ["Sung", "-", "han"]),
        ("13/02/2024 - 11:14", ["13/02/2024", " ", "-", " ", "11:14"]),
        ("2月12日", ["2", "月", "12", "日"]),
        ("naïve cafe\u0301", ["naïve", " ", "cafe\u0301"]),
        ("a\n\nb", ["a", "\n\n", "b"]),
        ("", []),
    ],
)
def test_words_of_other_scripts(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


def test_words_leave_out_white_space() -> None:
    text = "Kim 说\n好"
    assert [text[a:b] for a, b in segment.words(text)] == ["Kim", "说", "好"]


def test_threads_agree() -> None:
    terms = [("核咨商小组",), (), ("金圣翰", "想法"), ("韩美核咨商小组",)] * 8
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda t: segment.boundaries(SENTENCE * 20, t), terms))
    assert found == [segment.boundaries(SENTENCE * 20, t) for t in terms]


def test_without_the_accelerator_the_words_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = pieces(SENTENCE * 3)
    real_import = builtins.__import__

    def without_rjieba(name: str, *args: object) -> object:
        if name == "rjieba":
            raise ImportError(name)
        return real_import(name, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without_rjieba)
    segment._cutter.cache_clear()
    try:
        assert pieces(SENTENCE * 3) == expected
    finally:
        segment._cutter.cache_clear()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("他说：“好。”我走了！！真的？", ["他说：“好。”", "我走了！！", "真的？"]),
        ("第一句。\n第二行没有句号\n第三句！", ["第一句。", "第二行没有句号", "第三句！"]),
        (
            "It cost 3.5 dollars. The U.S. agreed. OK.",
            ["It cost 3.5 dollars.", "The U.S. agreed.", "OK."],
        ),
        ("“Yes.” He left. “No?” she said.", ["“Yes.”", "He left.", "“No?”", "she said."]),
        ("Mr. Kim spoke. Dr. Lee did not.", ["Mr. Kim spoke.", "Dr. Lee did not."]),
        ("我……我不知道。", ["我……我不知道。"]),
        ("他走了…… 她也走了。", ["他走了……", "她也走了。"]),
        ("（他同意。）然后", ["（他同意。）", "然后"]),
        ("  \n\n ", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [text[a:b] for a, b in segment.sentences(text)] == expected


@given(any_text)
def test_sentences_lose_nothing_but_white_space(text: str) -> None:
    ranges = segment.sentences(text)
    assert all(a < b and "\n" not in text[a:b] for a, b in ranges)
    assert all(one[1] <= other[0] for one, other in pairwise(ranges))
    kept = "".join(text[a:b] for a, b in ranges)
    assert "".join(kept.split()) == "".join(text.split())


def test_paragraphs() -> None:
    text = "一段。\n\n  二段 \n三段"
    assert [text[a:b] for a, b in segment.paragraphs(text)] == ["一段。", "二段", "三段"]


def test_warming_up_twice_is_harmless() -> None:
    segment.warm_up()
    before = segment.boundaries("韩国的态度是开放的")
    segment.warm_up()
    assert segment.boundaries("韩国的态度是开放的") == before
