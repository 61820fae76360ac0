"""Examples in guidelines: Markdown links to words of an article.

An example names the article's revision and offsets in code points, not a label: the text never
changes, while labels do, and may be hidden from the reader.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TARGET = re.compile(r"span:([0-9a-f-]{36})/(\d{1,9})-(\d{1,9})\Z")
_LINK = re.compile(r"\]\((span:[^)\s]*)\)")


@dataclass(frozen=True, slots=True)
class Example:
    """Words of an article, ``[start, end)`` in code points."""

    article_id: str
    start: int
    end: int

    @property
    def target(self) -> str:
        """What a Markdown link to it holds."""
        return f"span:{self.article_id}/{self.start}-{self.end}"


def example(target: str) -> Example | None:
    """The example that a link's target names, None if it names none."""
    found = _TARGET.match(target)
    if found is None:
        return None
    start, end = int(found[2]), int(found[3])
    return Example(found[1], start, end) if start < end else None


def examples(guidelines: str) -> list[tuple[int, str, Example | None]]:
    """The example links of a Markdown text: line (from 1), target, and what it names."""
    return [
        (n, target, example(target))
        for n, line in enumerate(guidelines.split("\n"), start=1)
        for target in _LINK.findall(line)
    ]
