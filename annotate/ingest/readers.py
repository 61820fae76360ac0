"""The catalogue of readers, each for one form that items come in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from annotate.catalogue import Catalogue
from annotate.errors import Word
from annotate.model import CleanedItem

MAX_ITEM_BYTES = 8 * 1024 * 1024

Read = Callable[[str, bytes], CleanedItem]


@dataclass(frozen=True, slots=True)
class Reader:
    """A form of items.

    Args:
        name: What the command line calls it.
        title: What people call it.
        version: Of its cleaning; a change makes cleaning again worthwhile.
        read: From where an item was found, and its bytes, to the cleaned item; raises
            `Rejected`.
    """

    name: str
    title: str
    version: str
    read: Read


READERS: Catalogue[Reader] = Catalogue(Word("reader"))


def reader(*, name: str, title: str, version: str) -> Callable[[Read], Read]:
    """Register the decorated function as a reader; see `Reader` for the arguments."""

    def register(read: Read) -> Read:
        READERS.add(name, Reader(name, title, version, read))
        return read

    return register
