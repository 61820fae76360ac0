"""From bytes to characters: byte order mark, UTF-8, the declared character set, GB18030, Big5."""

from __future__ import annotations

import codecs
import re

from annotate.errors import Rejected
from annotate.text.normal import normalise

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Short ones decode as something: what the reader would say of them then would mislead.
_NO_TEXT = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"%PDF-",
    b"\x7fELF",
    b"SQLite format 3",
    b"RIFF",
    b"\xd0\xcf\x11\xe0",
)
# In no text, whatever its character set; line ends, tabs and escapes are.
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.I)
_WHERE_DECLARED = 4096
_WHERE_BINARY = 4096
# Wider relatives decode everything that the declared one does, and what is often sent instead.
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
}
_TEXT_CODECS = re.compile(
    r"utf[-_](?:8|16)|gb|big5|hz$|euc|shift_?jis|iso|cp\d|koi8|johab|mac|tis|latin|ascii"
)
# Their strict decoding succeeds on much text of the other, hence the look at what comes out.
_GUESSES = (("gb18030", "gb2312"), ("big5hkscs", "big5"))
_PLAUSIBLE = 0.6


Decoded = tuple[str, str]
"""Characters, and the name of the codec that made them."""


def decode(raw: bytes) -> str:
    """The characters of an item.

    Args:
        raw: The item's bytes.

    Raises:
        Rejected: ``undecodable``: binary data, or in none of the character sets.
    """
    return decoded(raw)[0]


def decoded(raw: bytes) -> Decoded:
    """As `decode`, with what the bytes were read as."""
    if raw.startswith(_NO_TEXT):
        raise _no_text()
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return _checked(_try(raw[len(mark) :], name), raw)
    return _checked(_try(raw, "utf-8") or _declared(raw) or _guessed(raw), raw)


def _no_text() -> Rejected:
    return Rejected(
        "undecodable",
        "The item is not a text file",
        "Take in the article's own text instead, or dismiss it",
    )


def _checked(found: Decoded | None, raw: bytes) -> Decoded:
    if found is None and _BINARY.search(raw[:_WHERE_BINARY]) and not _is_utf16(raw):
        raise _no_text()
    if found is None:
        raise Rejected(
            "undecodable",
            "The item is not text in UTF-8, GB18030, Big5 or a character set it declares",
            "Convert it to UTF-8",
        )
    if "\0" in found[0]:
        raise Rejected(
            "undecodable",
            "The item holds NUL characters: it is binary data, not text",
            "If it is text after all, save it as UTF-8; otherwise dismiss it",
        )
    return found


def _is_utf16(raw: bytes) -> bool:
    """Whether it is Chinese text in UTF-16 without a mark, whose bytes look like binary data."""
    found = (raw[:_WHERE_BINARY].decode(name, "ignore") for name in ("utf-16-le", "utf-16-be"))
    return any(_plausibility(text, "gb2312") >= _PLAUSIBLE for text in found)


def _declared(raw: bytes) -> Decoded | None:
    found = _DECLARED.search(raw[:_WHERE_DECLARED])
    if found is None:
        return None
    try:
        codec = codecs.lookup(found.group(1).decode("ascii")).name
    except LookupError:
        return None
    return _try(raw, _WIDER.get(codec, codec)) if _TEXT_CODECS.match(codec) else None


def _guessed(raw: bytes) -> Decoded | None:
    best: tuple[float, Decoded] | None = None
    for codec, usual in _GUESSES:
        found = _try(raw, codec)
        if found is not None:
            score = _plausibility(found[0], usual)
            if score >= _PLAUSIBLE and (best is None or score > best[0]):
                best = score, found
    return None if best is None else best[1]


def _plausibility(text: str, usual: str) -> float:
    """The share of the characters beyond ASCII that are common ones in that character set."""
    sample = text[:20_000]
    if usual == "gb2312":
        # It has the simplified characters only; a text in GBK may be traditional.
        sample = normalise(sample)
    beyond = "".join(char for char in sample if char > "\x7f")
    encoded = beyond.encode(usual, "ignore")
    if usual == "big5":
        # The second level of Big5 (from 0xC940) is as rare as what lies outside GB 2312.
        return sum(0xA1 <= lead <= 0xC8 for lead in encoded[::2]) / max(1, len(beyond))
    return len(encoded) / 2 / max(1, len(beyond))


def _try(raw: bytes, codec: str) -> Decoded | None:
    try:
        return raw.decode(codec), codec
    except (UnicodeDecodeError, LookupError):
        return None
