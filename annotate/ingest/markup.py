"""HTML into lines: one walk over the tree, which leaves out what is not the article."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from annotate.errors import Rejected
from annotate.ingest import rules
from annotate.ingest.rules import Role

Kind = Literal["text", "caption", "media", "embed"]

_SPACE = re.compile(r"\s[\s\u200b\u2060\ufeff]*")
_LETTER = re.compile(r"[^\W_]")
_TAG = re.compile(r"<[a-zA-Z/!]")
_EDGE = " \u200b\u2060\ufeff\u00ad\u200e\u200f"
# Not allowed in the text: control characters and what Unicode reserves for processes.
_CONTROL = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff\ufff9-\ufffb]"
)
_INLINE_ROLES = frozenset((Role.INLINE, Role.LINK, Role.TAG_LINK))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what a reader sees, or the mark of something that stood between lines.

    Args:
        text: The line; empty for a mark.
        kind: ``text``, ``caption``, or the mark of a picture or video (``media``) or of an
            embedded other article (``embed``).
        linked: The share of its letters and digits that are links.
        tagged: Whether it holds a link that its site marks as a tag.
    """

    text: str
    kind: Kind
    linked: float = 0.0
    tagged: bool = False


def lines(html: str) -> list[Line]:
    """The lines of an item's HTML, in order.

    Args:
        html: Any HTML, however broken.

    Raises:
        Rejected: ``too_deep``: its elements are nested deeper than the parser follows (2048).
    """
    if _TAG.search(html) is None:
        html = html.replace("\n", "<br>")
    parser = etree.HTMLParser(
        huge_tree=True, remove_comments=True, remove_pis=True, encoding="utf-8"
    )
    root = etree.fromstring(_CONTROL.sub("", html).encode() or b" ", parser)
    if parser.error_log.filter_from_fatals():
        raise Rejected(
            "too_deep", "The HTML is nested too deeply to be read", "Such markup is no article"
        )
    if root is None:
        return []
    writer = _Writer()
    roles: list[Role] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "start":
            role = _role(element, writer.quoted)
            roles.append(role)
            if role in (Role.DROPPED, Role.MEDIA, Role.EMBED):
                walk.skip_subtree()
                writer.leave_out(role, element)
            else:
                writer.open(role)
                writer.add(element.text)
        else:
            writer.close(roles.pop())
            writer.add(element.tail)
    writer.end_line()
    return writer.lines


def count_letters(text: str) -> int:
    """How many letters and digits a text has: what the share of its links is counted in."""
    return len(_LETTER.findall(text))


class _Writer:
    """Gathers text into lines as the walk opens and closes elements."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.quoted = 0
        self._pieces: list[str] = []
        self._marks: list[Line] = []
        self._linked = 0
        self._tagged = False
        self._link_depth = 0
        self._verbatim_depth = 0
        self._captions: list[bool] = [False]

    def add(self, text: str | None) -> None:
        """More text of the current line."""
        if not text:
            return
        if self._verbatim_depth and "\n" in text:
            first, *others = text.split("\n")
            self.add(first)
            for other in others:
                self.end_line()
                self.add(other)
            return
        self._pieces.append(text)
        if self._link_depth:
            self._linked += count_letters(text)

    def open(self, role: Role) -> None:
        """An element begins."""
        if role not in _INLINE_ROLES:
            if role is Role.CELL:
                self._pieces.append(" ")
            else:
                self.end_line()
        self._count(role, 1)
        if role is Role.CAPTION or role is Role.QUOTE:
            self._captions.append(role is Role.CAPTION)

    def close(self, role: Role) -> None:
        """An element ends; its lines do too."""
        if role in _INLINE_ROLES or role is Role.DROPPED or role is Role.MEDIA:
            self._count(role, -1)
            return
        if role is Role.CELL:
            self._pieces.append(" ")
            return
        self.end_line()
        self._count(role, -1)
        if role is Role.CAPTION or role is Role.QUOTE:
            self._captions.pop()

    def leave_out(self, role: Role, element: etree._Element) -> None:
        """An element whose content is not read; pictures of emoji give their emoji."""
        if role is Role.EMBED:
            self.end_line()
            self.lines.append(Line("", "embed"))
        elif role is Role.MEDIA:
            emoji = _emoji(element)
            if emoji:
                self.add(emoji)
            elif any(piece.strip() for piece in self._pieces):
                self._marks.append(Line("", "media"))
            else:
                self.lines.append(Line("", "media"))

    def end_line(self) -> None:
        """Finish the current line, if anything stands in it."""
        if self._pieces:
            text = _SPACE.sub(" ", "".join(self._pieces)).strip(_EDGE)
            if text:
                kind: Kind = "caption" if self._captions[-1] else "text"
                linked = 0.0
                if self._linked:
                    linked = min(1.0, self._linked / max(1, count_letters(text)))
                self.lines.append(Line(text, kind, linked, self._tagged))
            self._pieces.clear()
            self._linked = 0
            self._tagged = False
        if self._marks:
            self.lines.extend(self._marks)
            self._marks.clear()

    def _count(self, role: Role, by: int) -> None:
        if role is Role.LINK or role is Role.TAG_LINK:
            self._link_depth += by
            self._tagged = self._tagged or role is Role.TAG_LINK
        elif role is Role.QUOTE:
            self.quoted += by
        elif role is Role.VERBATIM:
            self._verbatim_depth += by


def _role(element: etree._Element, quoted: int) -> Role:
    tag = str(element.tag)
    role = rules.TAG_ROLES.get(tag, Role.INLINE)
    if role is Role.DROPPED:
        return role
    if role is Role.INLINE and "-" in tag and "share" in tag:
        return Role.DROPPED
    if tag == "footer" and not quoted:
        return Role.DROPPED
    attributes = {str(name): str(value) for name, value in element.items()}
    return _by_attributes(element, role, attributes) if attributes else role


def _by_attributes(element: etree._Element, role: Role, attributes: dict[str, str]) -> Role:
    if "hidden" in attributes or rules.HIDDEN_STYLE.search(attributes.get("style", "")):
        return Role.DROPPED
    names = f"{attributes.get('class', '')} {attributes.get('id', '')}"
    if names != " ":
        if rules.EMBED_NAMES.search(names):
            return Role.EMBED
        if role is not Role.MEDIA and rules.CLUTTER_NAMES.search(names):
            return Role.DROPPED
        if rules.CAPTION_NAMES.search(names) and role is not Role.MEDIA:
            return Role.CAPTION
    if any(rules.CLUTTER_ATTRIBUTE.fullmatch(name) for name in attributes):
        return Role.DROPPED
    return _link_role(element, attributes, names) if role is Role.LINK else role


def _link_role(element: etree._Element, attributes: dict[str, str], names: str) -> Role:
    if rules.SHARE_URL.match(attributes.get("href", "")):
        return Role.DROPPED
    if element.text and rules.MEDIA_LINK.match(element.text):
        return Role.DROPPED
    tagged = "tag" in attributes.get("rel", "").split() or rules.TAG_LINK_NAMES.search(names)
    return Role.TAG_LINK if tagged else Role.LINK


def _emoji(element: etree._Element) -> str:
    if element.tag != "img":
        return ""
    known = rules.EMOJI_NAMES.search(element.get("class", "")) or rules.EMOJI_SOURCE.search(
        element.get("src", "")
    )
    return element.get("alt", "") if known else ""
