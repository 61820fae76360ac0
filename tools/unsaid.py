"""Words that a page would show in English alone: literals where people read, without ``t``.

It knows the places where our code puts words: the arguments of Streamlit's widgets and of our own
helpers, an element's children and labels in the browser modules. There, a literal that stands
elsewhere and reads like a sentence is found, too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from tools.scripts import Token, tokens

# Streamlit's functions whose first argument is read, and the keywords that are, in any of them.
_SHOWN = frozenset({
    "button", "caption", "checkbox", "color_picker", "date_input", "dialog", "download_button",
    "error", "expander", "file_uploader", "form_submit_button", "header", "info", "link_button",
    "markdown", "metric", "multiselect", "number_input", "popover", "radio", "segmented_control",
    "selectbox", "spinner", "subheader", "success", "tabs", "text", "text_area", "text_input",
    "title", "toast", "toggle", "warning", "write",
})  # fmt: skip
_KEYWORDS = frozenset({"label", "help", "placeholder", "title", "caption", "captions"})
# Our own helpers: which of their arguments are read.
_OURS = {
    "Column": (1,), "Cell": (0, 1), "table": (1,), "say": (1,), "ask": (0, 1, 2), "answered": (0,),
    "message": (0, 1), "way": (0,),
}  # fmt: skip
_WORD = re.compile(r"[A-Za-z]{2}")
# Names of programs, formats and keys are the same in every language.
_NAMES = re.compile(
    r"Label Studio|YAML|CSV|Wikidata|Claimdesk|https?://\S*|\b(?:Alt|Ctrl|Del|Enter|Esc|Shift|Tab)\b"
)
_SENTENCE = re.compile(r"[“\"]?[A-Z][\w'’]*[ ,]+[a-z]")
_READ = frozenset({"aria-label", "title", "placeholder", "alt", "ariaLabel"})
_WRITTEN = frozenset({"textContent", "innerText", "title", "placeholder", "ariaLabel"})
# Functions that make an element, and the first argument that is a child of it.
_MAKERS = {"h": 2, "button": 3}
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


def in_python(path: Path) -> Iterator[tuple[int, str]]:
    """Lines and literals of a page's module that are shown as they are."""
    for node in nodes(path.read_text("utf-8")):
        if isinstance(node, ast.Call):
            for given in _read_arguments(node):
                yield from _words(given)


@cache
def nodes(source: str) -> tuple[ast.AST, ...]:
    """All of a Python module's syntax tree: it is gone through for several kinds of texts."""
    return tuple(ast.walk(ast.parse(source)))


def in_script(source: str) -> Iterator[tuple[int, str]]:
    """Lines and literals of a browser module that are shown as they are."""
    found = [Token("sign", ";", 0), *tokens(source), Token("sign", ";", 0)]
    for at, token in enumerate(found[1:-1], 1):
        if token.kind == "text" and _reads(token.value) and _is_shown(found, at):
            yield token.line, token.value


def _read_arguments(call: ast.Call) -> Iterator[ast.expr]:
    func = call.func
    logs = (
        isinstance(func, ast.Attribute)
        and isinstance(func.value, ast.Name)
        and (func.value.id == "_log")
    )
    if isinstance(func, ast.Attribute) and func.attr in _SHOWN and not logs:
        yield from call.args[:1]
        yield from (one.value for one in call.keywords if one.arg in _KEYWORDS)
    elif isinstance(func, ast.Name | ast.Attribute):
        name = func.id if isinstance(func, ast.Name) else func.attr
        yield from (call.args[n] for n in _OURS.get(name, ()) if n < len(call.args))


def _words(given: ast.expr) -> Iterator[tuple[int, str]]:
    if isinstance(given, ast.Constant):
        if isinstance(given.value, str) and _reads(given.value):
            yield given.lineno, given.value
    elif isinstance(given, ast.List | ast.Tuple):
        for one in given.elts:
            yield from _words(one)
    elif isinstance(given, ast.JoinedStr):
        for one in given.values:
            yield from _words(one)
    elif isinstance(given, ast.IfExp):
        yield from _words(given.body)
        yield from _words(given.orelse)


def _reads(text: str) -> bool:
    return bool(_WORD.search(_NAMES.sub("", text)))


def _is_shown(found: Sequence[Token], at: int) -> bool:
    before, two, after = found[at - 1], found[at - 2], found[at + 1]
    if after.value == ":" and before.value in ("{", ","):
        return False
    if before.value == ":" and two.value in _READ and after.value in (",", "}"):
        return True
    if before.value == "=" and two.value in _WRITTEN:
        return True
    name, argument = _call_around(found, at)
    if name in ("t", "tn"):
        return False
    return argument >= _MAKERS.get(name, 1 << 30) or bool(_SENTENCE.match(found[at].value))


def _call_around(found: Sequence[Token], at: int) -> tuple[str, int]:
    """The call whose argument a token is by itself, and which one; ("", 0) where it is none."""
    depth, commas, alone = 0, 0, True
    for n in range(at - 1, 0, -1):
        value = found[n].value if found[n].kind != "text" else ""
        if value in _CLOSING:
            depth += 1
        elif value in _OPENING and depth:
            depth -= 1
        elif value in _OPENING:
            called = value == "(" and found[n - 1].kind == "name"
            return (found[n - 1].value, commas) if called and alone else ("", 0)
        elif value == "," and depth == 0:
            commas += 1
        elif depth == 0 and commas == 0 and value not in ("?", ":", "&", "|", ""):
            alone = False
    return "", 0
