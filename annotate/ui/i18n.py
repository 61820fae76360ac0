"""Words for people, in their language. The English text is the key of its translations.

The catalogue of a language is a JSON object, English text to translation, in
``annotate/ui/locale``. A number has an English singular and plural, each a key of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from annotate.errors import WorkbenchError
from annotate.model import LANGUAGES

LOCALES = Path(__file__).parent / "locale"
SOURCE = "en"
_language: ContextVar[str] = ContextVar("language", default=SOURCE)


def t(text: str, /, **values: object) -> str:
    """The text in the reader's language.

    Args:
        text: The English words, with ``{name}`` where a value goes.
        values: What goes there.
    """
    found = catalogue(language()).get(text, text)
    return found.format(**values) if values else found


def tn(one: str, other: str, n: int, /, **values: object) -> str:
    """As ``t``, in the singular or the plural; ``{n}`` is the number, with separators."""
    return t(one if n == 1 else other, n=f"{n:,}", **values)


def explain(error: WorkbenchError) -> tuple[str, str]:
    """Message and hint of an error in the reader's language."""
    values = {
        name: ". ".join(part for part in explain(value) if part)
        if isinstance(value, WorkbenchError)
        else value
        for name, value in error.values.items()
    }
    message, hint = (t(template, **values) if template else "" for template in error.templates)
    return message, hint


def told(error: WorkbenchError) -> str:
    """An error as one line of text in the reader's language."""
    message, hint = explain(error)
    return t("{message}. {hint}", message=message, hint=hint) if hint else message


def language() -> str:
    """The reader's language, as a BCP 47 tag."""
    return _language.get()


def speak(tag: str) -> None:
    """Set the language of the run or request under way."""
    _language.set(tag if tag in LANGUAGES else SOURCE)


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Set the language for a while."""
    before = _language.set(tag if tag in LANGUAGES else SOURCE)
    try:
        yield
    finally:
        _language.reset(before)


@cache
def catalogue(tag: str) -> Mapping[str, str]:
    """The translations into a language; empty for English."""
    path = LOCALES / f"{tag}.json"
    if not path.exists():
        return {}
    texts: dict[str, str] = json.loads(path.read_text("utf-8"))
    return texts


def accepted(header: str) -> str:
    """The language that a browser asks for with its ``Accept-Language`` header (RFC 9110)."""
    for part in header.split(","):
        tag = part.partition(";")[0].strip().lower()
        if tag.startswith("zh"):
            return "zh-Hans"
        if tag.startswith("en"):
            return "en"
    return SOURCE
