from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.errors import Rejected
from annotate.ingest.decode import decode

SIMPLIFIED = "韩国前国家安保室长金圣翰在华盛顿出席智库活动时表示，韩国持开放态度。" * 3
TRADITIONAL = "韓國前國家安保室長金聖翰在華盛頓出席智庫活動時表示，韓國持開放態度。" * 3


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "utf-8"),
        (SIMPLIFIED, "utf-8-sig"),
        (SIMPLIFIED, "utf-16"),
        (SIMPLIFIED, "gb2312"),
        (SIMPLIFIED + "𠮷镕", "gb18030"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "gb18030"),
        (f'<meta charset="big5">{TRADITIONAL}', "big5"),
        (f"<?xml encoding='euc-kr'?>{'한국 정부는 열려 있다.' * 3}", "euc-kr"),
        ('<meta charset="iso-8859-1">Le café d’été', "cp1252"),
    ],
)
def test_character_sets(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\x01\x02",
        b"[a](http://a.example/)\n---\n\x00",
        b"\x89PNG\r\n\x1a\n\xff\xfe\x80\x81",
        SIMPLIFIED.encode()[:-1] + b"\xff\xff\xff",
        b'charset="unicode_escape" \xff \\ud800',
        b'charset="no-such-set" \xff\xff',
        b"\xff\xfe\x00",
        bytes(range(128, 256)) * 4,
    ],
)
def test_what_is_not_text_is_refused(raw: bytes) -> None:
    with pytest.raises(Rejected) as caught:
        decode(raw)
    assert caught.value.reason == "undecodable"


@given(st.binary(max_size=200))
def test_bytes_are_decoded_or_refused(raw: bytes) -> None:
    try:
        text = decode(raw)
    except Rejected as rejection:
        assert rejection.reason == "undecodable"
    else:
        text.encode()


@pytest.mark.parametrize(
    ("raw", "hint"),
    [
        (b"\x8f\xa3\x01\x02\xfe\xff" * 9, "Take in the article's own text instead"),
        (b"RIFF\x24\x08\xff\xffWEBP", "Take in the article's own text instead"),
        (SIMPLIFIED.encode()[:-1] + b"\xff\xff\xff", "Convert it to UTF-8"),
        (f"{SIMPLIFIED}\n一\n".encode("utf-16-le"), "Convert it to UTF-8"),
        (f"{TRADITIONAL}\r\n{TRADITIONAL}".encode("utf-16-be"), "Convert it to UTF-8"),
        (f"{SIMPLIFIED}𠮷\n".encode("utf-16-le") * 90, "Convert it to UTF-8"),
        (bytes(range(256)) * 9, "Take in the article's own text instead"),
    ],
)
def test_only_what_may_be_text_is_to_be_converted(raw: bytes, hint: str) -> None:
    with pytest.raises(Rejected) as caught:
        decode(raw)
    assert caught.value.hint.startswith(hint)


@given(st.text())
def test_utf8_comes_back_as_it_was(text: str) -> None:
    if "\0" not in text and not text.startswith("\ufeff"):
        assert decode(text.encode("utf-8", "replace")) == text.encode("utf-8", "replace").decode()


@pytest.mark.parametrize("raw", [b"\x89PNG\r\n", b"\xff\xd8\xff\xe0", b"%PDF-1.7\n", b"GIF89a"])
def test_pictures_and_the_like_are_no_text_however_short(raw: bytes) -> None:
    with pytest.raises(Rejected, match="not a text file") as caught:
        decode(raw)
    assert caught.value.reason == "undecodable"
