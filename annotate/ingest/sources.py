"""Where items come from: files, folders and archives, walked one item at a time.

Nothing is unpacked to disk. Whatever cannot be read becomes a `Rejected` for its own place, and
the walk goes on.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotate.errors import Rejected
from annotate.ingest.archives import (
    archive_kind,
    archive_named,
    bounded,
    is_clutter,
    member_count,
    members,
)
from annotate.ingest.limits import DEFAULT_LIMITS, Limits

# The place of an item that is an article's own raw bytes begins with it.
STORED = "article:"
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Found:
    """One place where an item was looked for.

    Args:
        item: The place: an absolute path, or ``archive!member``.
        content: The item's bytes, or why they cannot be had. None stands for a folder or an
            archive that was read to its end: no item, but nothing is wrong with it any more.
    """

    item: str
    content: bytes | Rejected | None


def find(paths: Iterable[Path | str], limits: Limits = DEFAULT_LIMITS) -> Iterator[Found]:
    """As `walk`, without the folders and archives themselves."""
    return (found for found in walk(paths, limits) if found.content is not None)


def walk(paths: Iterable[Path | str], limits: Limits = DEFAULT_LIMITS) -> Iterator[Found]:
    """Every item in files, folders (recursively) and archives, in a fixed order.

    Names that begin with a dot and the leavings of file managers are passed over inside folders
    and archives. A folder that symbolic links lead to more than once is read once.

    Args:
        paths: Files and folders.
        limits: What is accepted at most.
    """
    seen: set[tuple[int, int]] = set()
    for path in paths:
        yield from _place(os.path.abspath(os.path.expanduser(path)), limits, seen)


def find_again(items: Sequence[str], limits: Limits = DEFAULT_LIMITS) -> Iterator[Found]:
    """Items by the places where they were found before; each of them is answered.

    A folder or archive that could not be read itself is walked as a whole.

    Args:
        items: Their places.
        limits: What is accepted at most.
    """
    places: dict[str, set[str]] = {}
    for item in items:
        places.setdefault(str(place_of(item)), set()).add(item)
    for place, wanted in places.items():
        everything = place in wanted
        failure: Rejected | None = None
        for found in walk([place], limits):
            if found.item == place and isinstance(found.content, Rejected):
                failure = found.content
            if everything or found.item in wanted:
                wanted.discard(found.item)
                yield found
        for item in sorted(wanted):
            yield Found(item, failure or Rejected("missing", "It is no longer where it was found"))


def place_of(item: str) -> Path:
    """The file that an item was found in, itself or the archive that holds it."""
    path = item
    while "!" in path and not os.path.lexists(path):
        path = path.rpartition("!")[0]
    return Path(path if os.path.lexists(path) else item)


def expected(paths: Iterable[Path | str]) -> int | None:
    """How many items there will be in files, folders and zip archives.

    None where only reading can tell: of tar archives, and where something cannot be read. In
    folders an archive is known by its name alone, so that no file need be opened to be counted.
    """
    total = 0
    seen: set[tuple[int, int]] = set()
    for path in paths:
        place = os.path.abspath(os.path.expanduser(path))
        try:
            if os.path.isdir(place):
                counts: Iterable[int | None] = _counts_inside(place, seen)
            else:
                counts = (_count(place),)
            for count in counts:
                if count is None:
                    return None
                total += count
        except OSError:
            return None
    return total


def _counts_inside(folder: str, seen: set[tuple[int, int]]) -> Iterator[int | None]:
    status = os.stat(folder)
    identity = (status.st_dev, status.st_ino)
    if identity in seen:
        return
    seen.add(identity)
    with os.scandir(folder) as entries:
        for entry in entries:
            if is_clutter(entry.name):
                continue
            if entry.is_dir():
                yield from _counts_inside(entry.path, seen)
            else:
                yield _count(entry.path) if archive_named(entry.name) else 1


def _count(path: str) -> int | None:
    if not os.path.isfile(path):
        # A pipe, a device or nothing: one item, which is rejected unopened.
        return 1
    with open(path, "rb") as file:
        kind = archive_kind(path, file)
        return 1 if kind is None else member_count(file, kind)


def printable(path: str) -> str:
    """A path as text that can be stored and shown: what cannot be printed becomes an escape."""
    return _UNPRINTABLE.sub(lambda found: f"\\x{ord(found.group()):02x}", path)


def _place(path: str, limits: Limits, seen: set[tuple[int, int]]) -> Iterator[Found]:
    try:
        status = os.stat(path)
    except OSError as error:
        yield Found(printable(path), _unreadable(error))
        return
    if stat.S_ISDIR(status.st_mode):
        yield from _folder(path, status, limits, seen)
    elif stat.S_ISREG(status.st_mode):
        yield from _file(path, status.st_size, limits)
    else:
        # Opening a pipe or a device could wait for ever.
        yield Found(printable(path), Rejected("not_a_file", "It is neither a file nor a folder"))


def _folder(
    path: str, status: os.stat_result, limits: Limits, seen: set[tuple[int, int]]
) -> Iterator[Found]:
    identity = (status.st_dev, status.st_ino)
    if identity in seen:
        return
    seen.add(identity)
    try:
        names = sorted(os.listdir(path))
    except OSError as error:
        yield Found(printable(path), _unreadable(error))
        return
    for name in names:
        if not is_clutter(name):
            yield from _place(os.path.join(path, name), limits, seen)
    yield Found(printable(path), None)


def _file(path: str, size: int, limits: Limits) -> Iterator[Found]:
    place = printable(path)
    try:
        with open(path, "rb") as file:
            kind = archive_kind(path, file)
            if kind is None:
                yield Found(place, bounded(file.read(limits.item_bytes + 1), limits))
                return
            whole = True
            for name, content in members(file, kind, size, limits):
                whole = whole and name is not None
                yield Found(place if name is None else f"{place}!{printable(name)}", content)
            if whole:
                yield Found(place, None)
    except OSError as error:
        yield Found(place, _unreadable(error))


def _unreadable(error: OSError) -> Rejected:
    if isinstance(error, FileNotFoundError):
        return Rejected("missing", "There is no such file or folder")
    return Rejected("unreadable", "It cannot be read: {value}", value=error.strerror or error)
