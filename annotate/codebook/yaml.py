"""Codebooks as YAML, the form in which people read and write them.

Writing is canonical: the same codebook always gives the same text, and reading that text gives
the same codebook back. Reading builds no objects: scalars stay the text that stands there, and
whatever could make a small file large (anchors, aliases) or mean something else than it says
(tags, keys that stand twice) is refused.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any

import yaml
from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, NodeEvent, ScalarEvent

from annotate.codebook.check import load, read
from annotate.codebook.model import Codebook, content
from annotate.codebook.problems import CodebookInvalid, Problem
from annotate.errors import Invalid

MOST_CHARACTERS = 300_000
MOST_DEPTH = 8
_NULLS = ("", "~", "null", "Null", "NULL")
_FLAGS = {"true": True, "false": False}
# What the parser says of the mistakes that people make, and what is told instead.
_UNCLOSED = "quoted scalar; found unexpected end of stream"
_REASONS = (
    (
        _UNCLOSED,
        Invalid("This is no YAML: a quotation mark that begins here is not closed"),
    ),
    (
        "found unexpected end of stream",
        Invalid("This is no YAML: the text ends in the middle of something"),
    ),
    (
        "mapping values are not allowed here",
        Invalid(
            "This is no YAML: a colon where none can be",
            "Put words with a colon in quotation marks, and look at the line's indentation",
        ),
    ),
    (
        "could not find expected ':'",
        Invalid(
            "This is no YAML: a setting without a colon, in this line or the one above",
            "Write it as name: value",
        ),
    ),
    (
        "found character '\\t'",
        Invalid("This is no YAML: a tab at the beginning of the line", "Indent with spaces"),
    ),
    (
        "that cannot start any token",
        Invalid(
            "This is no YAML: words cannot begin with this sign", "Put them in quotation marks"
        ),
    ),
    (
        "while parsing a flow",
        Invalid("This is no YAML: a bracket that is not closed before this line"),
    ),
    (
        "found '<scalar>'",
        Invalid(
            "This is no YAML: words behind a closing quotation mark",
            "Put all of them in quotation marks",
        ),
    ),
    (
        "expected <block end>",
        Invalid(
            "This is no YAML: the line is not indented as those it belongs to",
            "Lines of one list or one entry begin at the same column",
        ),
    ),
    (
        "expected a single document",
        Invalid("This is no YAML of a codebook: --- begins a second text", "Keep one of them"),
    ),
)
# YAML reads these as line ends of its own kind.
_BREAKS = ("\x85", "\u2028", "\u2029")


def dump(book: Codebook) -> str:
    """The canonical YAML text of a codebook; what is empty is left out."""
    text: str = yaml.dump(
        _ordered(book), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=sys.maxsize
    )
    return text


def parse(text: str) -> Codebook:
    """Read a codebook that is to become a new version.

    Raises:
        CodebookInvalid: naming every problem with its line.
    """
    if len(text) > MOST_CHARACTERS:
        raise _refused(
            1, Invalid("The text is longer than {most} characters", most=f"{MOST_CHARACTERS:,}")
        )
    try:
        problems = list(_forbidden(text))
        root = None if problems else yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _refused(line, Invalid("This is no YAML: a character that cannot be shown")) from None
    except yaml.MarkedYAMLError as error:
        reason = f"{error.context or ''}; {error.problem or ''}"
        # A quotation mark that is not closed is found at the text's end.
        begun = error.context_mark if _UNCLOSED in reason else None
        mark = begun or error.problem_mark or error.context_mark
        raise _refused(mark.line + 1 if mark else 1, _no_yaml(reason)) from None
    if problems:
        raise CodebookInvalid(problems)
    if not isinstance(root, yaml.MappingNode):
        raise _refused(1, Invalid("A codebook begins with settings such as working_language:"))
    tree = _Tree()
    book, found = read(tree.mapping(root, ""), fresh=True)
    placed = [Problem(one.place, one.error, tree.line(one.place)) for one in found]
    if tree.problems or placed:
        together = [*tree.problems, *placed]
        raise CodebookInvalid(sorted(together, key=lambda problem: problem.line or 0))
    return book


def canonical(text: str) -> str:
    """The canonical YAML text of a codebook stored as JSON text."""
    return dump(load(text))


class _Tree:
    """Turns nodes into plain mappings and remembers the line of every place."""

    def __init__(self) -> None:
        self.lines: dict[str, int] = {}
        self.problems: list[Problem] = []

    def mapping(self, node: yaml.MappingNode, place: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                error = Invalid("A setting's name must be one word")
                self.problems.append(Problem(place, error, line))
                continue
            name = key_node.value
            where = f"{place}.{name}" if place else name
            if name in found:
                error = Invalid("{place} stands twice", place=where)
                self.problems.append(Problem(where, error, line))
                continue
            self.lines[where] = line
            found[name] = self.plain(value_node, where, name)
        return found

    def plain(self, node: yaml.Node, place: str, name: str) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            found = []
            for n, item in enumerate(node.value):
                where = f"{place}[{n}]"
                self.lines[where] = item.start_mark.line + 1
                found.append(self.plain(item, where, ""))
            return found
        return _scalar(node, name)

    def line(self, place: str) -> int:
        """The line of a place, or of the nearest place around it that stands in the text."""
        while place:
            if place in self.lines:
                return self.lines[place]
            place = re.sub(r"(^|\.)[^.\[]*\Z|\[\d+\]\Z", "", place)
        return 1


def _scalar(node: yaml.Node, name: str) -> Any:
    text: str = node.value
    plain = isinstance(node, yaml.ScalarNode) and node.style is None
    if plain and text in _NULLS:
        return None
    if name == "number" and plain:
        try:
            return float(text)
        except ValueError:
            return text
    if name == "multiple" and plain:
        return _FLAGS.get(text.lower(), text)
    return text


def _forbidden(text: str) -> Iterator[Problem]:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, AliasEvent):
            yield Problem(
                "", Invalid("References such as *{name} are not read", name=event.anchor), line
            )
        elif isinstance(event, NodeEvent) and event.anchor is not None:
            yield Problem(
                "", Invalid("Anchors such as &{name} are not read", name=event.anchor), line
            )
        if isinstance(event, (ScalarEvent, CollectionStartEvent)) and event.tag is not None:
            yield Problem("", Invalid("Tags such as {name} are not read", name=event.tag), line)
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > MOST_DEPTH:
            yield Problem("", Invalid("The codebook is nested too deeply"), line)
            return


def _no_yaml(reason: str) -> Invalid:
    """What is most likely wrong, in other words than the parser's."""
    for said, told in _REASONS:
        if said in reason:
            return told
    return Invalid(
        "This is no YAML from here on",
        "Look at colons, quotation marks and indentation of this line and the one above",
    )


def _refused(line: int, error: Invalid) -> CodebookInvalid:
    return CodebookInvalid([Problem("", error, line)])


def _ordered(book: Codebook) -> dict[str, Any]:
    """The settings in their order, without those of a value that are empty."""

    def tidy(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: tidy(v) for k, v in value.items() if v not in ("", None) and v is not False}
        return [tidy(item) for item in value] if isinstance(value, tuple) else value

    return {name: tidy(value) for name, value in content(book).items()}


class _Dumper(yaml.SafeDumper):
    """Lists stand indented below their key; long texts as they are, line by line."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None
    if any(sign in text for sign in _BREAKS):
        style = '"'
    elif "\n" in text and not text[0].isspace():
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)
