"""Plain JSON values into the model's dataclasses, strictly: every type, every field.

A decoder is made once for each dataclass from its annotations. What does not fit is one
`Problem` with its place; nothing is guessed, converted or dropped.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

T = TypeVar("T")
Decode = Callable[[object, str], Any]

_MAX_DEPTH = 40
_MAX_INTEGER = 2**63 - 1


class Problem(ValueError):
    """A value that does not fit.

    Args:
        place: Where in the line, such as ``label_sets[0].spans[2].end``.
        message: What is wrong with it.
    """

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}")


def decode(kind: type[T], value: object, place: str) -> T:
    """Make a dataclass of a JSON object that has exactly its fields.

    Args:
        kind: The dataclass.
        value: A value read from JSON.
        place: Where it stands, for messages.

    Raises:
        Problem: It does not fit.
    """
    hashable: Any = kind
    decoded: T = _dataclass(hashable)(value, place)
    return decoded


def members(value: object, place: str, names: tuple[str, ...]) -> dict[str, Any]:
    """The members of a JSON object that must have exactly these names.

    Raises:
        Problem: It is no object, a name is missing, or there is another.
    """
    if not isinstance(value, dict):
        raise Problem(place, f"an object was expected, not {_named(value)}")
    missing = [name for name in names if name not in value]
    if missing:
        raise Problem(place, f"{missing[0]!r} is missing")
    unknown = [name for name in value if name not in names]
    if unknown:
        raise Problem(place, f"there is no field {unknown[0][:40]!r}")
    return value


def items(value: object, place: str) -> list[Any]:
    """The items of a JSON list.

    Raises:
        Problem: It is no list.
    """
    if not isinstance(value, list):
        raise Problem(place, f"a list was expected, not {_named(value)}")
    return value


def free(value: object, place: str, depth: int = 0) -> object:
    """Any JSON value, within a sane depth.

    Raises:
        Problem: It is nested too deeply, or holds a text that cannot be stored.
    """
    if depth > _MAX_DEPTH:
        raise Problem(place, f"nested more than {_MAX_DEPTH} levels deep")
    if isinstance(value, str):
        return text(value, place)
    if isinstance(value, list):
        for item in value:
            free(item, place, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            text(key, place)
            free(item, place, depth + 1)
    return value


def text(value: object, place: str) -> str:
    """A text.

    Raises:
        Problem: It is none, or holds a NUL character.
    """
    if not isinstance(value, str):
        raise Problem(place, f"text was expected, not {_named(value)}")
    if "\0" in value:
        raise Problem(place, "a NUL character cannot be stored")
    return value


@cache
def _dataclass(kind: Any) -> Decode:
    hints = typing.get_type_hints(kind)
    decoders = [(field.name, _decoder(hints[field.name])) for field in fields(kind)]
    names = tuple(name for name, _ in decoders)

    def read(value: object, place: str) -> Any:
        found = members(value, place, names)
        return kind(*[read_one(found[name], f"{place}.{name}") for name, read_one in decoders])

    return read


def _decoder(hint: Any) -> Decode:
    origin, arguments = get_origin(hint), get_args(hint)
    simple: dict[Any, Decode] = {str: text, int: _integer, bool: _truth, object: free}
    if hint in simple:
        return simple[hint]
    if origin is Literal:
        return _choice(arguments)
    if origin in (Union, types.UnionType):
        return _optional(_decoder(next(a for a in arguments if a is not types.NoneType)))
    if origin is tuple:
        return _sequence(_decoder(arguments[0]))
    if origin is Mapping:
        return _mapping(_decoder(arguments[1]))
    return _dataclass(hint)


def _integer(value: object, place: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Problem(place, f"a whole number was expected, not {_named(value)}")
    if not 0 <= value <= _MAX_INTEGER:
        raise Problem(place, f"{value} is out of range")
    return value


def _truth(value: object, place: str) -> bool:
    if not isinstance(value, bool):
        raise Problem(place, f"true or false was expected, not {_named(value)}")
    return value


def _choice(choices: tuple[Any, ...]) -> Decode:
    def read(value: object, place: str) -> Any:
        if value not in choices:
            raise Problem(place, f"one of {', '.join(choices)} was expected, not {_named(value)}")
        return value

    return read


def _optional(inner: Decode) -> Decode:
    def read(value: object, place: str) -> Any:
        return None if value is None else inner(value, place)

    return read


def _sequence(inner: Decode) -> Decode:
    def read(value: object, place: str) -> tuple[Any, ...]:
        found = items(value, place)
        return tuple([inner(item, f"{place}[{n}]") for n, item in enumerate(found)])

    return read


def _mapping(inner: Decode) -> Decode:
    def read(value: object, place: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Problem(place, f"an object was expected, not {_named(value)}")
        return {text(key, place): inner(item, f"{place}.{key}") for key, item in value.items()}

    return read


def _named(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, str):
        shown = value if len(value) <= 40 else value[:39] + "…"
        return f"the text {shown!r}"
    return "a list" if isinstance(value, list) else "an object"
