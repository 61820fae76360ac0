from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.ui.markdown import Node, tree

ARTICLE = "01a20a86-9c75-70ff-ab78-43f219a52b12"
KEYS = {"tag", "children", "href", "article", "start", "end"}


def elements(nodes: Iterable[Node]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for node in nodes:
        if isinstance(node, dict):
            found += [node, *elements(node["children"])]
    return found


def test_headings_lists_tables_and_emphasis() -> None:
    text = "# One\n\n- *a*\n- **b** `c`\n\n1. d\n\n> e\n\n|f|\n|-|\n|g|\n\n```\nh\n```\n"
    tags = [element["tag"] for element in elements(tree(text))]
    assert tags == [
        "h3", "ul", "li", "em", "li", "strong", "code", "ol", "li", "blockquote", "p",
        "table", "thead", "tr", "th", "tbody", "tr", "td", "pre",
    ]  # fmt: skip


def test_an_example_names_its_words() -> None:
    [paragraph] = elements(tree(f"[words](span:{ARTICLE}/3-9)"))[1:]
    assert paragraph == {
        "tag": "a", "children": ["words"], "article": ARTICLE, "start": 3, "end": 9,
    }  # fmt: skip


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "file:///x",
        "//evil.example", "/articles", "http:", "span:1/2", f"span:{ARTICLE}/9-3",
        f"span:{ARTICLE}/3-9/../..",
    ],
)  # fmt: skip
def test_no_other_link_leads_anywhere(target: str) -> None:
    assert [e["tag"] for e in elements(tree(f"[x](<{target}>) <{target}>"))] == ["p"]


@settings(deadline=None)
@given(
    st.text(
        st.one_of(st.characters(exclude_categories=("Cs",)), st.sampled_from("<>[]()!*_`#|-\n")),
        max_size=300,
    )
)
def test_whatever_is_written_only_known_elements_come_out(text: str) -> None:
    for element in elements(tree(text)):
        assert set(element) <= KEYS
        assert str(element.get("href", "https://")).startswith(("http://", "https://"))
        assert element["tag"] not in ("img", "script", "style", "html")


def test_deep_and_long_texts_take_no_time() -> None:
    for text in ("> " * 30_000, "[" * 30_000, "*a " * 20_000, "- " * 20_000):
        assert tree(text)
