"""JSON for reading: indented, and without what is beyond reading.

A line of a JSON format may be a million characters long. Here what fits on a line stands on one,
long texts and lists are cut, and so is what lies deep: ``… +12`` stands in the place of 12 more
characters, items or members.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from unicodedata import east_asian_width

from exports.records import Record

WIDTH = 90
LONGEST_TEXT = 160
MOST_ITEMS = 3
MOST_MEMBERS = 40
DEEPEST = 6
_LOOKED_AT = 200
_INDENT = "  "
# Controls of direction would turn around what stands beside them; half characters are none.
_UNSHOWN = re.compile(
    "[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Left:
    """Stands for as many items or members that are left out."""

    count: int


@dataclass(frozen=True, slots=True)
class _Block:
    """A list or an object, its items as they are shown, each behind its key if it has one."""

    brackets: str
    items: tuple[tuple[str, _Block | str], ...]

    def flat(self) -> str:
        """All of it on one line."""
        inner = ", ".join(key + _flat(item) for key, item in self.items)
        return self.brackets[0] + inner + self.brackets[1]


def labelled_first(records: Iterable[Record]) -> Record | None:
    """The first of the records that has labels; the very first if none of some hundred has."""
    first = None
    for record in islice(records, _LOOKED_AT):
        if record.label_sets:
            return record
        first = first or record
    return first


def readable(value: Any) -> tuple[str, ...]:
    """The lines of a JSON value, indented and shortened.

    Args:
        value: What a JSON parser gives. ``Left`` may stand for what is left out of it already,
            and a tuple for a list whose items were chosen: it is not cut.
    """
    return tuple(_lines("", _shown(value, 0), ""))


def _shown(value: Any, depth: int) -> _Block | str:
    if isinstance(value, Left):
        return _more(value.count)
    if isinstance(value, str):
        beginning, more = value[:LONGEST_TEXT], len(value) - LONGEST_TEXT
        return _quoted(beginning) + (f" {_more(more)}" if more > 0 else "")
    if isinstance(value, Mapping):
        members = [(f"{_quoted(key[:LONGEST_TEXT])}: ", one) for key, one in value.items()]
        return _block("{}", members, depth, MOST_MEMBERS)
    if isinstance(value, Sequence):
        most = len(value) if isinstance(value, tuple) else MOST_ITEMS
        return _block("[]", [("", one) for one in value], depth, most)
    return json.dumps(value)


def _block(brackets: str, items: list[tuple[str, Any]], depth: int, most: int) -> _Block | str:
    cut = f"{brackets[0]}{_more(len(items))}{brackets[1]}"
    if depth > DEEPEST + 1 and items:
        return cut
    shown = [(key, _shown(item, depth + 1)) for key, item in items[:most]]
    if len(items) > most:
        shown.append(("", _more(len(items) - most)))
    block = _Block(brackets, tuple(shown))
    return block if depth < DEEPEST or _fits(block.flat()) else cut


def _lines(key: str, item: _Block | str, margin: str) -> Iterator[str]:
    flat = f"{margin}{key}{_flat(item)}"
    if isinstance(item, str) or _fits(flat):
        yield flat
        return
    inner = margin + _INDENT
    yield margin + key + item.brackets[0]
    line = ""
    for n, (name, one) in enumerate(item.items):
        comma = "," if n < len(item.items) - 1 else ""
        *before, last = _lines(name, one, inner)
        last = last.removeprefix(inner) + comma
        if line and (before or not _fits(f"{inner}{line} {last}")):
            yield inner + line
            line = ""
        yield from before
        line = f"{line} {last}" if line else last
        if before:
            yield inner + line
            line = ""
    if line:
        yield inner + line
    yield margin + item.brackets[1]


def _flat(item: _Block | str) -> str:
    return item if isinstance(item, str) else item.flat()


def _fits(line: str) -> bool:
    return len(line) + sum(east_asian_width(char) in "WF" for char in line) <= WIDTH


def _more(count: int) -> str:
    return f"… +{count:,}"


def _quoted(text: str) -> str:
    return _UNSHOWN.sub(
        lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False)
    )
