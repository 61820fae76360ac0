"""Every text that people see, as the code holds it, and what is wrong with its translations.

``python -m tools.texts`` prints what `tests/ui/test_i18n.py` would complain about;
``--write`` puts the catalogues in order and adds what is missing, still without a translation.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from annotate.model import LANGUAGES
from annotate.ui.i18n import LOCALES
from annotate.ui.languages import SOURCE
from tools import unsaid
from tools.scripts import calls

Nodes = tuple[ast.AST, ...]
ROOT = Path(__file__).resolve().parents[1]
UI = ROOT / "annotate" / "ui"
# What only the command line says stays English: its own words, the sample, reading exports back.
COMMAND_LINE = (
    "annotate/commands",
    "annotate/cli.py",
    "annotate/demo.py",
    "annotate/imports.py",
    "annotate/sample",
    "annotate/store/health.py",
    "exports/imports",
)
_ROOT_ERROR = "WorkbenchError"
# The place of a message that is not among the arguments: the class itself holds it.
_NOWHERE = -1
_SPEAKERS = {"t": 1, "tn": 2}
_STYLE_TEXT = re.compile(r"content\s*:\s*(?:\"([^\"]*)\"|'([^']*)')")
_VALUES = re.compile(r"\{\w+\}")
_TAG = re.compile(r"<[^>]*>|\$\w+|Claimdesk")


@dataclass(frozen=True, slots=True)
class Text:
    """A text for people and where it stands; ``text`` is None where it is no literal."""

    text: str | None
    place: str


def all_texts() -> list[Text]:
    """Every text of the pages, the browser modules and the errors."""
    found = [*_page_texts(), *_error_texts(), *_title_texts(), *_script_texts()]
    # Values alone are the same in every language.
    return [one for one in found if one.text is None or _VALUES.sub("", one.text)]


def complaints() -> list[str]:
    """What is wrong with the texts and their translations, each as a line."""
    texts = all_texts()
    found = [f"{one.place}: not a literal text" for one in texts if one.text is None]
    found += [f"{place}: text that nobody can translate" for place in _fixed_texts()]
    found += [f"{place}: shown without t()" for place in _unsaid_texts()]
    used = {one.text: one.place for one in texts if one.text is not None}
    for language in LANGUAGES:
        if language != SOURCE:
            found += _of_catalogue(language, used)
    return found


def placeholders(text: str) -> set[str]:
    """The names of the values that a text takes."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def written(words: dict[str, str]) -> str:
    """A catalogue as its file holds it."""
    return json.dumps(words, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _of_catalogue(language: str, used: dict[str, str]) -> Iterator[str]:
    source = (LOCALES / f"{language}.json").read_text("utf-8")
    words: dict[str, str] = json.loads(source)
    for text in sorted(used.keys() - words.keys()):
        yield f"{used[text]}: no {language} for {_quoted(text)}"
    for text in sorted(words.keys() - used.keys()):
        yield f"{language}: nobody says {_quoted(text)}"
    for text, translation in words.items():
        if not translation.strip():
            yield f"{language}: no words for {_quoted(text)}"
        elif placeholders(text) != placeholders(translation):
            yield f"{language}: other placeholders in {_quoted(translation)}"
    if source != written(words):
        yield f"{language}: not in order; `python -m tools.texts --write` mends that"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _page_texts() -> Iterator[Text]:
    for path in sorted(UI.rglob("*.py")):
        if path.name == "i18n.py":
            continue
        for call, name in _calls(unsaid.nodes(path.read_text("utf-8"))):
            if name in _SPEAKERS:
                count = _SPEAKERS[name]
                yield from _literals(path, call, call.args[:count], count)


def _error_texts() -> Iterator[Text]:
    silent = [ROOT / name for name in COMMAND_LINE]
    sources = sorted(
        path for room in ("annotate", "exports") for path in ROOT.glob(f"{room}/**/*.py")
    )
    trees = {path: unsaid.nodes(path.read_text("utf-8")) for path in sources}
    places = _message_places(trees.values())
    for path, tree in trees.items():
        if any(one == path or one in path.parents for one in silent):
            continue
        yield from _constructor_texts(path, tree, places)
        for call, name in _calls(tree):
            first = places.get(name, _NOWHERE)
            if first != _NOWHERE and path.name != "errors.py":
                yield from _literals(path, call, call.args[first : first + 2], 1)
            elif name == "Word":
                yield from _literals(path, call, call.args, 1)


def _constructor_texts(path: Path, tree: Nodes, places: Mapping[str, int]) -> Iterator[Text]:
    """The texts that a kind of error itself hands on to the one it is derived from."""
    for kind in (node for node in tree if isinstance(node, ast.ClassDef)):
        for base in (base.id for base in kind.bases if isinstance(base, ast.Name)):
            for call, name in _calls(ast.walk(kind)):
                if name == "__init__" and base in places:
                    given = call.args[places[base] : places[base] + 2]
                    literal = [argument for argument in given if isinstance(argument, ast.Constant)]
                    yield from _literals(path, call, literal, 0)


def _message_places(trees: Iterable[Nodes]) -> dict[str, int]:
    """Where each kind of error takes its message, among the positional arguments."""
    classes = [node for tree in trees for node in tree if isinstance(node, ast.ClassDef)]
    found = {_ROOT_ERROR: 0}
    before = 0
    while len(found) > before:
        before = len(found)
        for one in classes:
            bases = [base.id for base in one.bases if isinstance(base, ast.Name)]
            for base in bases:
                if base in found:
                    found[one.name] = _own_place(one, found[base])
    return found


def _own_place(kind: ast.ClassDef, inherited: int) -> int:
    for node in kind.body:
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
            return names.index("message") - 1 if "message" in names else _NOWHERE
    return inherited


def _title_texts() -> Iterator[Text]:
    """What the catalogue of export formats calls them and says of them."""
    for path in sorted((ROOT / "exports" / "formats").rglob("*.py")):
        for call, name in _calls(unsaid.nodes(path.read_text("utf-8"))):
            if name == "export_format":
                title = [one.value for one in call.keywords if one.arg in ("title", "purpose")]
                yield from _literals(path, call, title, len(title))
            elif name == "Option":
                choices = call.args[2]
                inside = choices.elts if isinstance(choices, ast.Tuple) else [choices]
                yield from _literals(path, call, [call.args[1], *inside], 2)


def _calls(tree: Iterable[ast.AST]) -> Iterator[tuple[ast.Call, str]]:
    for node in tree:
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node, node.func.id
            elif isinstance(node.func, ast.Attribute):
                yield node, node.func.attr


def _literals(path: Path, call: ast.Call, given: Sequence[ast.expr], least: int) -> Iterator[Text]:
    place = f"{path.relative_to(ROOT)}:{call.lineno}"
    if len(given) < least:
        yield Text(None, place)
    for argument in given:
        if _hands_on(argument):
            continue
        branches = (
            [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
        )
        for branch in branches:
            text = branch.value if isinstance(branch, ast.Constant) else None
            if text != "":
                yield Text(text if isinstance(text, str) else None, place)


def _hands_on(argument: ast.expr) -> bool:
    """Whether an error is made of another one's templates."""
    inner = argument.value if isinstance(argument, ast.Starred) else None
    return isinstance(inner, ast.Attribute) and inner.attr == "templates"


def _script_texts() -> Iterator[Text]:
    for path in sorted((UI / "assets").rglob("*.js")):
        for call in calls(path.read_text("utf-8"), frozenset(_SPEAKERS)):
            place = f"{path.relative_to(ROOT)}:{call.line}"
            # The functions themselves call one another.
            if len(call.texts) < _SPEAKERS[call.name] and path.name != "i18n.js":
                yield Text(None, place)
            for text in call.texts[: _SPEAKERS[call.name]]:
                yield Text(text, place)


def _fixed_texts() -> Iterator[str]:
    for path in sorted((UI / "assets").rglob("*.css")):
        for match in _STYLE_TEXT.finditer(path.read_text("utf-8")):
            # The product's name is the same in every language.
            said = (match[1] or match[2] or "").replace("\\", "").replace("Claimdesk", "")
            if re.search(r"[A-Za-z]{2}", said):
                yield f"{path.relative_to(ROOT)}: {match[0]}"
    for path in sorted((UI / "assets").rglob("*.html")):
        words = _TAG.sub(" ", path.read_text("utf-8"))
        if re.search(r"\w", words):
            yield f"{path.relative_to(ROOT)}: {' '.join(words.split())}"


def _unsaid_texts() -> Iterator[str]:
    for path in sorted(UI.rglob("*.py")):
        for line, text in unsaid.in_python(path):
            yield f"{path.relative_to(ROOT)}:{line} {_quoted(text)}"
    for path in sorted((UI / "assets").rglob("*.js")):
        for line, text in unsaid.in_script(path.read_text("utf-8")):
            yield f"{path.relative_to(ROOT)}:{line} {_quoted(text)}"


def _write() -> None:
    used = {one.text for one in all_texts() if one.text is not None}
    for language in LANGUAGES:
        if language != SOURCE:
            path = LOCALES / f"{language}.json"
            words: dict[str, str] = json.loads(path.read_text("utf-8"))
            path.write_text(written({text: words.get(text, "") for text in used}), "utf-8")


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        _write()
    lines = complaints()
    print("\n".join(lines))
    sys.exit(bool(lines))
