"""A reader for our browser modules: as much of JavaScript's grammar as finding calls takes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

Kind = Literal["name", "text", "sign", "other"]
_NEXT = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
      | (?P<name>[A-Za-z_$][\w$]*)
      | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<number>\d[\w.]*)
      | (?P<sign>=>|[^\s\w])""",
    re.VERBOSE | re.DOTALL,
)
_PATTERN = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/\w*")
_TEMPLATE = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*", re.DOTALL)
# After one of these a slash begins a regular expression, after anything else a division.
_BEFORE_PATTERN = frozenset("(,=:[!&|?{};+-*%<>~^") | {"=>", "return", "typeof", "case", "in", "of"}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a script: a name, a text literal's value, a sign, or something else."""

    kind: Kind
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function: the literal texts that its arguments begin with, up to any other."""

    name: str
    texts: tuple[str, ...]
    line: int


def calls(source: str, names: frozenset[str]) -> Iterator[Call]:
    """The calls of some functions in a script, those in template literals too."""
    found = [Token("sign", ";", 0), *tokens(source)]
    for at in range(1, len(found) - 1):
        token, before, after = found[at], found[at - 1].value, found[at + 1].value
        called = token.kind == "name" and token.value in names and after == "("
        if called and before not in (".", "function"):
            yield Call(token.value, tuple(_texts(found, at + 2)), token.line)


def _texts(found: list[Token], at: int) -> Iterator[str]:
    while found[at].kind == "text" and found[at + 1].value in (",", ")"):
        yield found[at].value
        if found[at + 1].value == ")":
            return
        at += 2


@cache
def tokens(source: str) -> tuple[Token, ...]:
    """The pieces of a script.

    Raises:
        ValueError: where the script cannot be read.
    """
    return tuple(_tokens(source))


def _tokens(source: str) -> Iterator[Token]:
    at, last, depths = 0, ";", [0]
    line, counted = 1, 0
    while at < len(source):
        line, counted = line + source.count("\n", counted, at), at
        if source[at] == "`" or (source[at] == "}" and depths[-1] == 0 and len(depths) > 1):
            if source[at] == "}":
                depths.pop()
            end = _literal(_TEMPLATE, source, at + 1)
            if source[end : end + 2] == "${":
                depths.append(0)
                end += 1
            at, last = end + 1, "(" if source[end] == "{" else "`"
            yield Token("other", "`", line)
            continue
        if source[at] == "/" and source[at + 1] not in "/*" and last in _BEFORE_PATTERN:
            at, last = _literal(_PATTERN, source, at), "/"
            yield Token("other", "/", line)
            continue
        match = _NEXT.match(source, at)
        if match is None:
            raise ValueError(f"line {line}: {source[at : at + 20]!r} cannot be read")
        at = match.end()
        token = _token(match, line)
        if token is not None:
            depths[-1] += {"{": 1, "}": -1}.get(token.value, 0) if token.kind == "sign" else 0
            last = token.value
            yield token


def _literal(pattern: re.Pattern[str], source: str, at: int) -> int:
    match = pattern.match(source, at)
    if match is None:
        raise ValueError(f"{source[at : at + 20]!r} cannot be read")
    return match.end()


def _token(match: re.Match[str], line: int) -> Token | None:
    value = match[0]
    if match.lastgroup == "space":
        return None
    if match.lastgroup == "text":
        return Token("text", _unquoted(value), line)
    kinds: dict[str | None, Kind] = {"name": "name", "sign": "sign"}
    return Token(kinds.get(match.lastgroup, "other"), value, line)


def _unquoted(literal: str) -> str:
    inner = literal[1:-1].replace("\\'", "'")
    if literal[0] == "'":
        inner = re.sub(r'(?<!\\)"', r"\"", inner)
    text: str = json.loads(f'"{inner}"')
    return text
