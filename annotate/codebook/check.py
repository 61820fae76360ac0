"""Reading a codebook from plain mappings: every problem is found, each with its place."""

from __future__ import annotations

import json
import re
import string
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from annotate.codebook.model import STATEMENT_FIELDS, Codebook, DocumentLabel, Value
from annotate.codebook.problems import CodebookInvalid, Problem
from annotate.errors import Invalid

MOST_NUMBER = 1e6
MOST_VALUES = 50
LONGEST_NAME = 40
LONGEST_WORDS = 100
LONGEST_HELP = 2000
LONGEST_GUIDELINES = 100_000
# The tagging page's own keys (assets/tag: keys.js, moving.js), and r and c, which are Streamlit's.
# The digits 1 to 9 stand there for the kinds of span and are free to choose.
RESERVED_KEYS = frozenset("/?.,[]{}abdefgijklmnopqstvwrc")
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_COLOUR = re.compile(r"#[0-9a-f]{6}\Z")
_KEY = re.compile(r"[!-@\[-~]\Z")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\Z")
_VALUE = frozenset({"name", "en", "zh", "colour", "key", "number", "help"})
_LABEL = frozenset({"name", "en", "zh", "values", "multiple", "help"})
_CODEBOOK = frozenset(Codebook.__dataclass_fields__)


def load(content: str | Mapping[str, Any], *, fresh: bool = False) -> Codebook:
    """Read and validate a codebook.

    Args:
        content: JSON text, or the mapping it stands for.
        fresh: Whether it is to become a new version. More is asked of one than of versions
            stored earlier: limits of size, keys that the page leaves free, no unknown settings.

    Raises:
        CodebookInvalid: naming every place that is wrong.
        Invalid: if it is no JSON, or not an object.
    """
    if isinstance(content, str):
        try:
            content = json.loads(content)
        except json.JSONDecodeError as error:
            raise Invalid(
                "The codebook is not JSON: line {error_lineno}, {error_msg}",
                error_lineno=error.lineno,
                error_msg=error.msg,
            ) from None
        except (RecursionError, ValueError):
            raise Invalid("The codebook is nested too deeply") from None
    if not isinstance(content, Mapping):
        raise Invalid("The codebook must be a JSON object")
    book, problems = read(content, fresh=fresh)
    if problems:
        raise CodebookInvalid(problems)
    return book


@lru_cache(maxsize=256)
def stored(content: str) -> Codebook:
    """A codebook version from its JSON text as `load` reads it; versions never change, so once."""
    return load(content)


def read(content: Mapping[str, Any], *, fresh: bool) -> tuple[Codebook, list[Problem]]:
    """A codebook as far as it can be read, and all that is wrong with it."""
    reader = _Reader(fresh)
    book = reader.codebook(content)
    reader.problems += _duplicates(book)
    if fresh:
        reader.problems += _unfillable(book)
    return book, reader.problems


class _Reader:
    """Reads mappings into dataclasses and collects what is wrong on the way."""

    def __init__(self, fresh: bool) -> None:
        self.fresh = fresh
        self.problems: list[Problem] = []

    def complain(self, place: str, error: Invalid) -> None:
        self.problems.append(Problem(place, error))

    def codebook(self, content: Mapping[str, Any]) -> Codebook:
        self.known(content, _CODEBOOK, "")
        language = self.text(content, "working_language", "", LONGEST_NAME)
        if self.fresh and language and not _LANGUAGE.match(language):
            self.complain(
                "working_language",
                Invalid("working_language must be a language code such as en or zh-Hans"),
            )
        return Codebook(
            working_language=language,
            span_kinds=self.values(content, "span_kinds", coloured=True),
            stances=self.values(content, "stances", coloured=True),
            certainties=self.values(content, "certainties"),
            document_labels=tuple(
                self.document_label(item, f"document_labels[{n}].")
                for n, item in enumerate(self.items(content, "document_labels", ""))
            ),
            shown=self.fields(content, "shown"),
            required=self.fields(content, "required"),
            guidelines=self.prose(content, "guidelines", "", LONGEST_GUIDELINES),
        )

    def document_label(self, content: Mapping[str, Any], place: str) -> DocumentLabel:
        self.known(content, _LABEL, place)
        multiple = content.get("multiple", False)
        if not isinstance(multiple, bool):
            where = f"{place}multiple"
            self.complain(where, Invalid("{place} must be true or false", place=where))
        return DocumentLabel(
            self.name(content, place),
            self.text(content, "en", place),
            self.text(content, "zh", place),
            self.values(content, "values", place=place),
            bool(multiple),
            self.prose(content, "help", place, LONGEST_HELP),
        )

    def values(
        self, content: Mapping[str, Any], key: str, *, coloured: bool = False, place: str = ""
    ) -> tuple[Value, ...]:
        items = self.items(content, key, place)
        keys = [str(item.get("key") or "") for item in items]
        found = tuple(
            self.value(item, f"{place}{key}[{n}].", coloured, keys) for n, item in enumerate(items)
        )
        where = f"{place}{key}"
        if not found and isinstance(content.get(key), (list, tuple)) and not content[key]:
            self.complain(where, Invalid("{place} must not be empty", place=where))
        return found

    def value(
        self, item: Mapping[str, Any], place: str, coloured: bool, keys: Sequence[str]
    ) -> Value:
        self.known(item, _VALUE, place)
        colour = str(item.get("colour") or "")
        if (coloured or colour) and not _COLOUR.match(colour):
            where = f"{place}colour"
            self.complain(where, Invalid("{place} must look like #1f5f8b", place=where))
        return Value(
            self.name(item, place),
            self.text(item, "en", place),
            self.text(item, "zh", place),
            colour,
            self.key(item, place, keys),
            self.number(item, place),
            self.prose(item, "help", place, LONGEST_HELP),
        )

    def name(self, content: Mapping[str, Any], place: str) -> str:
        name = self.text(content, "name", place, LONGEST_NAME)
        if name and not _NAME.match(name):
            where = f"{place}name"
            self.complain(
                where,
                Invalid("{place} {name!r} may hold only a-z, 0-9 and _", place=where, name=name),
            )
        return name

    def text(
        self, content: Mapping[str, Any], key: str, place: str, longest: int = LONGEST_WORDS
    ) -> str:
        value, where = content.get(key), f"{place}{key}"
        if not isinstance(value, str) or not value.strip():
            self.complain(where, Invalid("{place} is missing or not text", place=where))
            return ""
        self.writable(value, where, longest, breaks=False)
        return value

    def prose(self, content: Mapping[str, Any], key: str, place: str, longest: int) -> str:
        value = str(content.get(key) or "")
        self.writable(value, f"{place}{key}", longest, breaks=True)
        return value

    def writable(self, text: str, place: str, longest: int, *, breaks: bool) -> None:
        if not self.fresh:
            return
        if len(text) > longest:
            self.complain(
                place,
                Invalid(
                    "{place} is longer than {longest} characters",
                    place=place,
                    longest=f"{longest:,}",
                ),
            )
        allowed = "\n\t" if breaks else ""
        odd = next(
            (c for c in text if unicodedata.category(c) in ("Cc", "Cs") and c not in allowed), None
        )
        if odd is not None:
            self.complain(
                place,
                Invalid(
                    "{place} holds the control character {code}",
                    place=place,
                    code=f"U+{ord(odd):04X}",
                ),
            )

    def key(self, item: Mapping[str, Any], place: str, keys: Sequence[str]) -> str:
        key, where = str(item.get("key") or ""), f"{place}key"
        if not self.fresh or not key:
            return key
        if not _KEY.match(key):
            self.complain(
                where,
                Invalid(
                    "{place} must be one small letter, digit or sign, not {key!r}",
                    "Free here: {keys}",
                    place=where,
                    key=key[:LONGEST_NAME],
                    keys=_free(keys),
                ),
            )
        elif key in RESERVED_KEYS:
            self.complain(
                where,
                Invalid(
                    "{place}: {key!r} is a key of the tagging page",
                    "Free here: {keys}",
                    place=where,
                    key=key,
                    keys=_free(keys),
                ),
            )
        return key

    def number(self, content: Mapping[str, Any], place: str) -> float | None:
        number = content.get("number")
        if number is None:
            return None
        # JSON as Python reads it knows NaN, Infinity and whole numbers of any size.
        usable = isinstance(number, (int, float)) and not isinstance(number, bool)
        if not usable or not -MOST_NUMBER <= number <= MOST_NUMBER:
            where = f"{place}number"
            self.complain(
                where,
                Invalid(
                    "{place} must be a number within ±{most}, or left empty",
                    place=where,
                    most=f"{MOST_NUMBER:,.0f}",
                ),
            )
            return None
        return float(number)

    def fields(self, content: Mapping[str, Any], key: str) -> tuple[str, ...]:
        value = content.get(key)
        if not isinstance(value, (list, tuple)):
            self.complain(key, Invalid("{place} must be a list of statement fields", place=key))
            return ()
        for n, name in enumerate(value):
            if name not in STATEMENT_FIELDS:
                self.complain(
                    f"{key}[{n}]",
                    Invalid("{place}: {name!r} is not a statement field", place=key, name=name),
                )
            elif self.fresh and name in value[:n]:
                self.complain(f"{key}[{n}]", _twice(key, name))
        return tuple(str(name) for name in value)

    def items(self, content: Mapping[str, Any], key: str, place: str) -> list[Mapping[str, Any]]:
        value, where = content.get(key), f"{place}{key}"
        if isinstance(value, (list, tuple)) and all(isinstance(item, Mapping) for item in value):
            if self.fresh and len(value) > MOST_VALUES:
                self.complain(
                    where,
                    Invalid("{place} has more than {most} entries", place=where, most=MOST_VALUES),
                )
            return list(value)
        self.complain(where, Invalid("{place} must be a list of objects", place=where))
        return []

    def known(self, content: Mapping[str, Any], allowed: frozenset[str], place: str) -> None:
        if not self.fresh:
            return
        for name in content:
            if name not in allowed:
                self.complain(
                    f"{place}{name}",
                    Invalid(
                        "{place} is no setting of a codebook",
                        "Possible here: {names}",
                        place=f"{place}{name}"[:LONGEST_WORDS],
                        names=", ".join(sorted(allowed)),
                    ),
                )


def _duplicates(book: Codebook) -> list[Problem]:
    labels = [label.name for label in book.document_labels]
    found = list(_repeated("document_labels", "document_labels", "name", labels))
    scales = {
        "span_kinds": ("span_kinds", book.span_kinds),
        "stances": ("stances", book.stances),
        "certainties": ("certainties", book.certainties),
    } | {
        f"document_labels[{n}].values": (f"document_labels.{label.name}", label.values)
        for n, label in enumerate(book.document_labels)
    }
    for place, (shown, values) in scales.items():
        found += _repeated(place, shown, "name", [value.name for value in values])
        found += _repeated(place, shown, "key", [value.key for value in values])
    return found


def _free(keys: Sequence[str]) -> str:
    """The digits and letters that a scale with these keys may take yet; signs if there are none."""
    taken = RESERVED_KEYS | set(keys)
    free = [key for key in f"1234567890{string.ascii_lowercase}" if key not in taken]
    return " ".join(free or [key for key in string.punctuation if key not in taken])


def _repeated(place: str, shown: str, what: str, items: Sequence[str]) -> Iterator[Problem]:
    for n, item in enumerate(items):
        if item and item in items[:n]:
            there = f"{shown}: {what}"
            error = _key_twice(there, item, items) if what == "key" else _twice(there, item)
            yield Problem(f"{place}[{n}].{what}", error)


def _key_twice(place: str, key: str, keys: Sequence[str]) -> Invalid:
    return Invalid(
        "{place} {item!r} stands twice",
        "Free here: {keys}",
        place=place,
        item=key,
        keys=_free(keys),
    )


def _twice(place: str, item: object) -> Invalid:
    return Invalid("{place} {item!r} stands twice", place=place, item=item)


def _unfillable(book: Codebook) -> Iterator[Problem]:
    for n, name in enumerate(book.required):
        if name in STATEMENT_FIELDS and name not in book.shown:
            yield Problem(
                f"required[{n}]",
                Invalid("required: {name!r} must be shown too", name=name),
            )
