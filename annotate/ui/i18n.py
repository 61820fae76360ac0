"""Words for people, in their language. The English text is the key of its translations.

The catalogue of a language is a JSON object, English text to translation, in
``annotate/ui/locale``. A number has an English singular and plural, each a key of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from annotate.errors import Word, Words, WorkbenchError
from annotate.model import LANGUAGES
from annotate.ui.languages import SOURCE, language

LOCALES = Path(__file__).parent / "locale"


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


def titled(title: str) -> str:
    """The translation of words that stand as a literal below the pages.

    Args:
        title: Of an export format, of its options or of what they can be; a word of an error.
    """
    return catalogue(language()).get(title, title)


def listed(names: Iterable[str]) -> str:
    """Names in a row."""
    return t(", ").join(names)


def explain(error: WorkbenchError) -> tuple[str, str]:
    """Message and hint of an error in the reader's language."""
    values = {name: _value(value) for name, value in error.values.items()}
    message, hint = (t(template, **values) if template else "" for template in error.templates)
    return message, hint


def _value(value: object) -> object:
    if isinstance(value, WorkbenchError):
        return told(value)
    if isinstance(value, Words):
        return listed(titled(word) for word in value)
    return titled(value) if isinstance(value, Word) else value


def told(error: WorkbenchError) -> str:
    """An error as one line of text in the reader's language."""
    message, hint = explain(error)
    return t("{message}. {hint}", message=message, hint=hint) if hint else message


@cache
def catalogue(tag: str) -> Mapping[str, str]:
    """The translations into a language; empty for English and for a language unknown here."""
    if tag == SOURCE or tag not in LANGUAGES:
        return {}
    texts: dict[str, str] = json.loads((LOCALES / f"{tag}.json").read_text("utf-8"))
    return texts


@cache
def edition() -> str:
    """Names the present state of all catalogues; it changes when a word in them does."""
    texts = (json.dumps(catalogue(tag), ensure_ascii=False) for tag in LANGUAGES)
    return hashlib.sha256("".join(texts).encode()).hexdigest()[:12]
