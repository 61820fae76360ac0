"""Reading the fields of an operation that a client sent: shape and size only, no rules."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Mapping
from datetime import date as day
from typing import Any

from annotate.errors import Invalid, Word
from annotate.model import ALIAS_KINDS, MOST_CHARACTERS, Alias, is_storable

Payload = Mapping[str, Any]
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?\Z")


def require_id(value: object, what: Word) -> str:
    """An id in its canonical form.

    Raises:
        Invalid: if it is not a UUID.
    """
    try:
        return str(uuid.UUID(value if isinstance(value, str) else ""))
    except ValueError:
        raise Invalid("The {what} has no id of its own", what=what) from None


def reference(given: Payload, name: str) -> str | None:
    """The id of something else, None where absent.

    Raises:
        Invalid: if it is not text.
    """
    value = given.get(name) or None
    if value is not None and not isinstance(value, str):
        raise Invalid("{name} must be an id", name=name)
    return value


def choice(given: Payload, name: str, among: Collection[str], what: Word) -> str | None:
    """One of the codebook's words, None where absent.

    Raises:
        Invalid: if it is another.
    """
    value = given.get(name) or None
    if value is None:
        return None
    if not isinstance(value, str) or value not in among:
        raise Invalid(
            "The codebook has no {what} {value!r}",
            "Choose one of {known}",
            what=what,
            value=value[:80] if isinstance(value, str) else "",
            known=", ".join(sorted(among)),
        )
    return value


def fields(value: object, allowed: frozenset[str]) -> dict[str, Any]:
    """The allowed fields of an object.

    Raises:
        Invalid: if it is not an object, or holds a field that is not allowed.
    """
    if not isinstance(value, Mapping):
        raise Invalid("The operation lacks its content")
    unknown = set(value) - allowed - {"codebook_version"}
    if unknown:
        raise Invalid("Unknown field {value!r}", value=min(unknown))
    return {key: item for key, item in value.items() if key in allowed}


def ids(given: Payload, name: str) -> list[str]:
    """A list of ids, each once."""
    value = given.get(name) or []
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise Invalid("{name} must be a list of ids", name=name)
    return list(dict.fromkeys(value))


def short_text(given: Payload, name: str) -> str:
    """A text field, empty where absent."""
    value = given.get(name) or ""
    if not isinstance(value, str) or not is_storable(value):
        raise Invalid(
            "{name} must be text of at most {most_characters} characters, without NUL",
            name=name,
            most_characters=MOST_CHARACTERS,
        )
    return value


def aliases(value: object) -> tuple[Alias, ...]:
    """Other names of a new registry entry."""
    if not value:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise Invalid("aliases must be a list of objects")
    return tuple(_alias(item) for item in value)


def date(given: Payload, name: str) -> str | None:
    """A date as ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; None where absent."""
    value = short_text(given, name)
    if not value:
        return None
    try:
        # A year or a month alone is a date if its first day is.
        day.fromisoformat(value + "-01-01"[len(value) - 4 :])
        if _DATE.match(value):
            return value
    except ValueError:
        pass
    raise Invalid("{value!r} is not a date", "Write 2024, 2024-02 or 2024-02-13", value=value[:80])


def _alias(given: Payload) -> Alias:
    kind = given.get("kind", "alias")
    if kind not in ALIAS_KINDS:
        raise Invalid("An alias is one of {names}", names=", ".join(ALIAS_KINDS))
    return Alias(short_text(given, "text"), short_text(given, "language"), kind)
