"""Reading the fields of an operation that a client sent: shape and size only, no rules."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from annotate.errors import Invalid
from annotate.model import Alias

MOST_CHARACTERS = 4000
Payload = Mapping[str, Any]
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?\Z")


def require_id(value: object, what: str) -> str:
    """An id in its canonical form.

    Raises:
        Invalid: if it is not a UUID.
    """
    try:
        return str(uuid.UUID(str(value)))
    except ValueError:
        raise Invalid(f"The {what} has no id of its own: {value!r}") from None


def fields(value: object, allowed: frozenset[str]) -> dict[str, Any]:
    """The allowed fields of an object.

    Raises:
        Invalid: if it is not an object, or holds a field that is not allowed.
    """
    if not isinstance(value, Mapping):
        raise Invalid("The operation lacks its content")
    unknown = set(value) - allowed - {"codebook_version"}
    if unknown:
        raise Invalid(f"Unknown field {min(unknown)!r}")
    return {key: item for key, item in value.items() if key in allowed}


def ids(given: Payload, name: str) -> list[str]:
    """A list of ids, each once."""
    value = given.get(name) or []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Invalid(f"{name} must be a list of ids")
    return list(dict.fromkeys(value))


def short_text(given: Payload, name: str) -> str:
    """A text field, empty where absent."""
    value = given.get(name) or ""
    if not isinstance(value, str) or len(value) > MOST_CHARACTERS:
        raise Invalid(f"{name} must be text of at most {MOST_CHARACTERS} characters")
    return value


def aliases(value: object) -> tuple[Alias, ...]:
    """Other names of a new registry entry."""
    if not value:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise Invalid("aliases must be a list of objects")
    return tuple(
        Alias(short_text(item, "text"), short_text(item, "language"), item.get("kind", "alias"))
        for item in value
    )


def date(given: Payload, name: str) -> str | None:
    """A date as ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; None where absent."""
    value = given.get(name) or None
    if value is not None and not (isinstance(value, str) and _DATE.match(value)):
        raise Invalid(f"{value!r} is not a date", "Write 2024, 2024-02 or 2024-02-13")
    return value
