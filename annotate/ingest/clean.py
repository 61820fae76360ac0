"""From an item's HTML to what a reader would call the article, one paragraph a line.

`annotate.ingest.markup` leaves out what the markup marks as clutter; here go the lines that only
their words and their place betray: datelines, share labels, footers, tag lists, picture credits,
headings of lists of other articles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from annotate.ingest import rules
from annotate.ingest.markup import Line, count_letters, lines

CLEANER_VERSION = "2"

_LINK_ONLY = 0.85
_MOSTLY_LINKS = 0.5
_HEAD_LINES = 4
_TAIL_LINES = 6
_LONGEST_CREDIT = 160


@dataclass(frozen=True, slots=True)
class Cleaned:
    """An article's text and what was kept apart from it.

    Args:
        text: Paragraphs joined by single line feeds, without a final one.
        captions: Picture captions and credits, in order.
        dateline: The printed dateline, as found; its time zone is not known.
    """

    text: str
    captions: tuple[str, ...]
    dateline: str | None


def clean(html: str, title: str = "") -> Cleaned:
    """Find the article in an item's HTML.

    Args:
        html: The HTML as archived.
        title: The headline, which is left out where the text repeats it at its beginning.

    Raises:
        Rejected: ``too_deep``.
    """
    found = lines(html)
    dateline, found = _take_dateline(found)
    for step in _STEPS:
        found = step(found)
    found = _without_title(found, title)
    captions = dict.fromkeys(
        line.text
        for line in found
        if line.kind == "caption" and not rules.EMBED_CREDIT.fullmatch(line.text)
    )
    text = "\n".join(line.text for line in found if line.kind == "text")
    return Cleaned(text, tuple(captions), dateline)


def _take_dateline(found: list[Line]) -> tuple[str | None, list[Line]]:
    stamps: list[str] = []
    kept: list[Line] = []
    texts = 0
    for line in found:
        texts += line.kind == "text"
        if line.kind == "text" and texts <= _HEAD_LINES:
            match = rules.DATELINE.fullmatch(line.text)
            if match:
                stamps.append(match["stamp"])
                continue
        kept.append(line)
    return (stamps[0] if stamps else None), kept


def _without_title(found: list[Line], title: str) -> list[Line]:
    for at, line in enumerate(found):
        if line.kind == "text":
            same = "".join(line.text.split()) == "".join(title.split())
            return found[:at] + found[at + 1 :] if same else found
    return found


def _without_footers(found: list[Line]) -> list[Line]:
    kept: list[Line] = []
    in_footer = False
    for line in found:
        if line.kind == "text":
            if rules.FEED_FOOTER.fullmatch(line.text):
                in_footer = True
                continue
            # The feed's own addresses follow its footer, each alone on a line.
            if in_footer and _link_only(line):
                continue
            in_footer = False
        kept.append(line)
    return kept


def _without_boxes(found: list[Line]) -> list[Line]:
    """A box that counts what an archive holds goes with its lines, which alone say nothing."""
    kept: list[Line] = []
    in_box = False
    for line in found:
        if line.kind == "text":
            heads = rules.BOX_HEADING.fullmatch(line.text) is not None
            in_box = heads or (in_box and rules.BOX_LINE.fullmatch(line.text) is not None)
            if in_box:
                continue
        kept.append(line)
    return kept


def _without_clutter(found: list[Line]) -> list[Line]:
    return [
        line for line in found if line.kind != "text" or not rules.CLUTTER_LINE.fullmatch(line.text)
    ]


def _without_tag_lists(found: list[Line]) -> list[Line]:
    last = len(found) - _TAIL_LINES
    return [
        line
        for at, line in enumerate(found)
        if line.kind != "text"
        or not (
            (line.tagged and _link_only(line))
            or (rules.TAG_LINE.fullmatch(line.text) and (line.linked > 0 or at >= last))
        )
    ]


def _credits_apart(found: list[Line]) -> list[Line]:
    """A credit is only told from a sentence about pictures by the picture beside it.

    That of the picture over the text is named so, and stands anywhere.
    """
    kept = list(found)
    for at, line in enumerate(found):
        if line.kind == "text" and len(line.text) <= _LONGEST_CREDIT:
            beside = {other.kind for other in (*found[at - 1 : at], *found[at + 1 : at + 2])}
            credit = beside & {"media", "caption"} and rules.CREDIT.fullmatch(line.text)
            if credit or rules.HEAD_PICTURE.fullmatch(line.text):
                kept[at] = Line(line.text, "caption")
    return kept


def _without_related(found: list[Line]) -> list[Line]:
    """A heading such as 相关阅读 goes if links, embedded articles or nothing follow it."""
    kept: list[Line] = []
    at = 0
    while at < len(found):
        line = found[at]
        if _leads_elsewhere(line):
            at += 1
            continue
        if line.kind == "text" and rules.RELATED_HEADING.fullmatch(line.text):
            after = at + 1
            while after < len(found) and (found[after].kind != "text" or _link_only(found[after])):
                after += 1
            others = found[at + 1 : after]
            if after == len(found) or any(other.kind in ("embed", "text") for other in others):
                kept.extend(other for other in others if other.kind == "caption")
                at = after
                continue
        kept.append(line)
        at += 1
    return kept


def _leads_elsewhere(line: Line) -> bool:
    """Whether a line is a heading such as 相关阅读 and, behind its colon, mostly links."""
    match = rules.RELATED_LINE.fullmatch(line.text) if line.linked else None
    if match is None:
        return False
    linked = line.linked * count_letters(line.text)
    return linked >= _MOSTLY_LINKS * count_letters(match["others"])


def _link_only(line: Line) -> bool:
    return line.linked >= _LINK_ONLY


_STEPS: tuple[Callable[[list[Line]], list[Line]], ...] = (
    _without_footers,
    _without_boxes,
    _without_clutter,
    _without_tag_lists,
    _without_related,
    _credits_apart,
)
