"""What a style sheet must not ask: the browser would ask it of the whole page at each change."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from annotate.ui.files import ASSETS, STYLES

# Within ``:has()``, parts of class names and "anything" are looked for anew at every change of a
# class or an element, wherever it is: in a long article 20 ms a key press.
_COSTLY = re.compile(r"\[class[*^$]|\*(?!=)")


def _costly(sheet: str) -> list[str]:
    return [asked for asked in _asked(sheet) if _COSTLY.search(asked)]


def _asked(sheet: str) -> Iterator[str]:
    """What stands between the brackets of each ``:has()``."""
    for found in re.finditer(r":has\(", sheet):
        depth, at = 1, found.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(sheet[at], 0)
            at += 1
        yield sheet[found.end() : at - 1]


@pytest.mark.parametrize("name", STYLES)
def test_no_change_makes_the_browser_look_through_the_whole_page(name: str) -> None:
    sheet = re.sub(r"/\*.*?\*/", "", (ASSETS / name).read_text("utf-8"), flags=re.S)
    assert _costly(sheet) == []


def test_what_is_costly_is_found() -> None:
    assert _costly('.a:has(>:is([class*="b"],.c)){} .d:has(>*>.e){}') == [
        '>:is([class*="b"],.c)', ">*>.e",
    ]  # fmt: skip
    assert _costly('.a:has(>.b) *{} .c:has(.d) [class*="e"]{}') == []
