from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.errors import Rejected
from annotate.ingest.items import Item, parse, split_link

HEAD = "[标题](https://a.example/1)\n------\n"


def reason(text: str) -> str:
    with pytest.raises(Rejected) as caught:
        parse(text)
    return caught.value.reason


def test_the_whole_form() -> None:
    item = parse(
        f"\ufeff<!--1707821102000-->\r\n{HEAD}日期：Thu, 02 Jul 2020 10:28:51 +0000\r\n<p>x</p>"
    )
    assert item == Item("标题", "https://a.example/1", "2024-02-13T10:45:02Z", "epoch", "<p>x</p>")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Thu, 02 Jul 2020 10:28:51 +0000", "2020-07-02T10:28:51Z"),
        ("Thu, 02 Jul 2020 18:28:51 +0800", "2020-07-02T10:28:51Z"),
        ("Thu, 02 Jul 2020 10:28:51 GMT", "2020-07-02T10:28:51Z"),
        ("Thu, 02 Jul 2020 10:28:51 -0000", "2020-07-02T10:28:51Z"),
        ("02 Jul 2020 10:28:51", "2020-07-02T10:28:51Z"),
        ("some day", None),
        ("Thu, 42 Jul 2020 10:28:51 +0000", None),
        ("", None),
    ],
)
def test_date_lines(line: str, expected: str | None) -> None:
    item = parse(f"{HEAD}日期：{line}\n<p>x</p>")
    assert item.published_at == expected
    assert item.published_from == ("date_line" if expected else "")
    assert item.html == "<p>x</p>"


@pytest.mark.parametrize(
    ("epoch", "expected"),
    [
        ("0", "1970-01-01T00:00:00Z"),
        ("-1000", "1969-12-31T23:59:59Z"),
        ("1707821102999", "2024-02-13T10:45:02Z"),
        ("-62135596800000", "0001-01-01T00:00:00Z"),
        ("999999999999999999", None),
    ],
)
def test_epochs(epoch: str, expected: str | None) -> None:
    assert parse(f"<!--{epoch}-->\n{HEAD}x").published_at == expected


@pytest.mark.parametrize(
    ("link", "title", "url"),
    [
        ("[a](http://x.example/)", "a", "http://x.example/"),
        ("[[图] a](http://x.example/b_(c)_(d))", "[图] a", "http://x.example/b_(c)_(d)"),
        ("[a](b) c](http://x.example/)", "a](b) c", "http://x.example/"),
        (
            "[a](http://y.example/) b](http://x.example/)",
            "a](http://y.example/) b",
            "http://x.example/",
        ),
        ("[a](http://x.example/?q=[b](c))", "a", "http://x.example/?q=[b](c)"),
        ("[a](http://x.example/b)c)", "a", "http://x.example/b)c"),
        ("[“a” &amp; 'b'](http://x.example/%e4%b8%80)", "“a” & 'b'", "http://x.example/%e4%b8%80"),
        ("[ a \t\x07b​ ]( http://x.example/ )", "a b​", "http://x.example/"),
    ],
)
def test_titles_and_urls_with_brackets(link: str, title: str, url: str) -> None:
    assert split_link(link) == (title, url)


@given(st.text("[]()ab 图", min_size=1, max_size=20), st.text("()/ab[]%", max_size=20))
def test_any_title_with_a_balanced_url_comes_apart(title: str, tail: str) -> None:
    depth = 0
    for char in tail:
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return
    if depth or not title.strip() or "](" in tail:
        return
    url = f"https://x.example/{tail}"
    assert split_link(f"[{title}]({url})") == (" ".join(title.split()), url)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "empty"),
        (" \n\ufeff ", "not_an_item"),
        ("\ufeff \n", "empty"),
        ("<p>no head</p>", "not_an_item"),
        ("[标题](https://a.example/1)\n<p>no dashes</p>", "not_an_item"),
        ("[标题](https://a.example/1)", "not_an_item"),
        ("[标题\n续](https://a.example/1)\n---\nx", "not_an_item"),
        ("[](https://a.example/1)\n---\nx", "not_an_item"),
        ("[ \t](https://a.example/1)\n---\nx", "not_an_item"),
        ("[标题]\n---\nx", "not_an_item"),
        (f"[{'长' * 3000}](https://a.example/1)\n---\nx", "not_an_item"),
        ("[标题](javascript:alert(1))\n---\nx", "bad_url"),
        ("[标题](file:///etc/passwd)\n---\nx", "bad_url"),
        ("[标题](/relative)\n---\nx", "bad_url"),
        ("[标题]()\n---\nx", "bad_url"),
        ("[标题](http://)\n---\nx", "bad_url"),
        ("[标题](http://[::1)\n---\nx", "bad_url"),
        ("[标题](http://a.example:port/)\n---\nx", "bad_url"),
        (f"[标题](http://a.example/{'x' * 9000})\n---\nx", "bad_url"),
    ],
)
def test_what_is_no_item(text: str, expected: str) -> None:
    assert reason(text) == expected


@pytest.mark.timeout(10)
def test_a_hostile_first_line_is_refused_at_once() -> None:
    assert reason("[" + "](http://" * 500_000 + ")\n---\nx") == "not_an_item"
