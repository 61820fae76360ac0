"""The one registry pattern: named things of one kind, registered where they are defined.

A reader, an export format or an import format is a decorated function; the decorator makes a
frozen dataclass of it and adds that to the kind's catalogue::

    READERS: Catalogue[Reader] = Catalogue(Word("reader"))

    def reader(*, name: str, title: str) -> Callable[[Read], Read]:
        def register(read: Read) -> Read:
            READERS.add(name, Reader(name, title, read))
            return read
        return register

The package that owns the catalogue imports every module that registers something, so that
whoever imports the package sees the catalogue filled.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

from annotate.errors import Invalid, Word

T = TypeVar("T")


class Catalogue(Generic[T]):
    """Entries by name, in the order of registration.

    Args:
        kind: What the entries are, in the singular, for messages: ``export format``.
    """

    def __init__(self, kind: Word) -> None:
        self._kind = kind
        self._entries: dict[str, T] = {}

    def add(self, name: str, entry: T) -> T:
        """Register an entry and give it back.

        Raises:
            ValueError: The name is taken, which is a mistake in the program.
        """
        if name in self._entries:
            raise ValueError(f"There are two entries of kind {self._kind} named {name!r}")
        self._entries[name] = entry
        return entry

    def get(self, name: str) -> T:
        """The entry of that name.

        Raises:
            Invalid: There is none; the hint lists the names there are.
        """
        entry = self._entries.get(name)
        if entry is None:
            raise Invalid(
                "There is no {kind} named {name!r}",
                "Known: {names}",
                kind=self._kind,
                name=name,
                names=", ".join(self._entries),
            )
        return entry

    def names(self) -> tuple[str, ...]:
        """Every registered name."""
        return tuple(self._entries)

    def __iter__(self) -> Iterator[T]:
        """Every entry."""
        return iter(self._entries.values())

    def __len__(self) -> int:
        """How many entries there are."""
        return len(self._entries)
