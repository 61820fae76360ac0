from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.errors import Rejected
from annotate.ingest.urls import canonical, checked, source_name


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://News.Example:80", "http://news.example/"),
        ("https://a.example:443/x#y", "https://a.example/x"),
        ("https://a.example:8443/x", "https://a.example:8443/x"),
        ("https://user:pw@a.example/x", "https://a.example/x"),
        ("https://a.example/%e4%b8%80/%7Eb", "https://a.example/%E4%B8%80/~b"),
        ("https://a.example/一/~b", "https://a.example/%E4%B8%80/~b"),
        ("https://a.example/a b", "https://a.example/a%20b"),
        ("https://a.example/100%", "https://a.example/100%25"),
        ("https://a.example/a%2Fb", "https://a.example/a%2Fb"),
        ("https://a.example/Path/", "https://a.example/Path/"),
        ("https://a.example/x?utm_source=1&b=2&fbclid=3&a=1&xtor=9", "https://a.example/x?b=2&a=1"),
        ("https://a.example/x?utm_source=1", "https://a.example/x"),
        ("https://a.example/x?utmost=1", "https://a.example/x?utmost=1"),
        ("https://新闻.example/x", "https://xn--efvy88h.example/x"),
        ("https://a.example./x", "https://a.example/x"),
        ("http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
    ],
)
def test_canonical(url: str, expected: str) -> None:
    assert canonical(checked(url)) == expected


@given(st.text("aZ%2e4/?&=_.~-()一 é#:@", max_size=30))
def test_canonical_is_a_fixed_point(tail: str) -> None:
    once = canonical(f"https://a.example/{tail}")
    assert canonical(once) == once
    assert once.isascii()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.rfi.fr/cn/x", "RFI"),
        ("https://chinadigitaltimes.net/x", "中国数字时代"),
        ("https://www.unknown.example/x", "unknown.example"),
        ("https://notrfi.fr/x", "notrfi.fr"),
    ],
)
def test_source_names(url: str, expected: str) -> None:
    assert source_name(url) == expected


@pytest.mark.parametrize(
    "url", ["ftp://a.example/", "data:text/html,x", "//a.example/", "http:///x"]
)
def test_only_the_web(url: str) -> None:
    with pytest.raises(Rejected) as caught:
        checked(url)
    assert caught.value.reason == "bad_url"
