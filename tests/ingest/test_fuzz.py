"""Malformed items: never a traceback, exactly one listed reason for each that is not taken."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from annotate import accounts
from annotate.errors import Rejected
from annotate.ingest import READERS
from annotate.ingest.run import ingest
from annotate.ingest.workers import clean_one
from annotate.model import CleanedItem
from annotate.store import Store
from tests.ingest.golden import GOLDEN
from tests.ingest.packing import item

REASONS = {"empty", "not_an_item", "bad_url", "undecodable", "too_large", "too_deep"}
ARCHIVE = READERS.get("archive")
GOOD = [path.read_bytes() for path in sorted(GOLDEN.glob("*.md"))]

parts = st.sampled_from(
    [b"<!--1707821102000-->", b"<!--x-->", b"[", b"]", b"(", b")", b"](", b"http://a.example/",
     b"[a](http://a.example/)", b"\n", b"\r", b"---\n", b"------", "日期：".encode(), b"<p>", b"x",
     b"\0", b"\xff\xfe", b"\xef\xbb\xbf", "韩国".encode("gb18030"), "韓國".encode("big5"), b"&#0;",
     b'charset="gbk"', b"<div hidden>", "👨‍👩‍👧".encode()]
)  # fmt: skip
built = st.lists(parts, max_size=14).map(b"".join)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A good item with some bytes cut, doubled, changed or put in."""
    raw = bytearray(draw(st.sampled_from(GOOD)))
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, max(0, len(raw) - 1)))
        length = draw(st.integers(0, 40))
        kind = draw(st.sampled_from(("cut", "double", "change", "insert", "end")))
        if kind == "cut":
            del raw[at : at + length]
        elif kind == "double":
            raw[at:at] = raw[at : at + length]
        elif kind == "change" and raw:
            raw[at] = draw(st.integers(0, 255))
        elif kind == "insert":
            raw[at:at] = draw(st.binary(max_size=8) | parts)
        else:
            del raw[at:]
    return bytes(raw)


@given(st.binary(max_size=300) | built | mutated())
def test_any_item_is_cleaned_or_refused_for_a_known_reason(raw: bytes) -> None:
    result = clean_one(ARCHIVE, "place", raw)
    if isinstance(result, Rejected):
        assert result.reason in REASONS, result
        assert result.message
        return
    assert result.text.strip() == result.text != ""
    assert result.title
    assert "\n" not in result.title
    assert result.canonical_url.isascii()
    for value in (result.text, result.title, result.url, *result.captions):
        value.encode()
        assert "\0" not in value


def test_every_malformed_item_is_listed_once_with_its_reason(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    head = b"[a](http://a.example/)\n---\n"
    bad = {
        "blank.md": (b" \n", "empty"),
        "no-text.md": (head + b"<img src=x>", "empty"),
        "only-footer.md": (head + "<p>获取更多RSS：</p>".encode(), "empty"),
        "prose.md": ("只是一段话。".encode(), "not_an_item"),
        "no-dashes.md": (b"[a](http://a.example/)\n<p>x</p>", "not_an_item"),
        "script-url.md": (b"[a](javascript:x)\n---\n<p>x</p>", "bad_url"),
        "binary.md": (b"\x89PNG\r\n\x1a\n\x00\x00", "undecodable"),
        "half-utf8.md": (head + "韩国".encode()[:-1] + b"\xff<p>x", "undecodable"),
        "huge.md": (head + b"x" * (8 * 1024 * 1024), "too_large"),
        "deep.md": (head + b"<div>" * 10_000 + b"x", "too_deep"),
    }
    for name, (raw, _) in bad.items():
        (folder / name).write_bytes(raw)
    (folder / "good.md").write_bytes(item(1))
    store = Store(tmp_path / "a.db")
    summary = ingest(store, accounts.operator(store), [folder])
    found = {Path(r.item).name: r.reason for r in summary.rejections}
    assert found == {name: reason for name, (_, reason) in bad.items()}
    assert (summary.new, summary.rejected) == (1, len(bad))
    assert len(store.ingests.rejections()) == len(bad)
    store.close()


@given(st.binary(max_size=100))
def test_cleaning_is_the_same_each_time(raw: bytes) -> None:
    good = GOOD[0] + b"<p>" + raw.replace(b"\0", b"")
    first, second = clean_one(ARCHIVE, "a", good), clean_one(ARCHIVE, "a", good)
    if isinstance(first, CleanedItem):
        assert first == second
    else:
        assert isinstance(second, Rejected)
        assert first.reason == second.reason
