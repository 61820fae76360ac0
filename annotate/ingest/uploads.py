"""Uploaded files: kept beside the database until each of their items is taken or dismissed.

Every upload has a folder of its own, named by the run that will read it. A file arrives under a
temporary name, chunk by chunk, and gets its own name once it is whole; what a person called it
is only ever a label made safe, never a path.
"""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from annotate.errors import Invalid
from annotate.store import Store

LONGEST_NAME = 160
KEPT_DISMISSED = timedelta(days=1)
KEPT_UNFINISHED = timedelta(hours=6)
# Left to the database, its log and everything else on the disk.
SPARE_BYTES = 256 * 1024 * 1024
_PARTIAL = ".partial-"
_SUFFIX_BYTES = 24
_UNWANTED = re.compile(r"[/\\:*?\"<>|]")
_RUN_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


def folder(database: Path) -> Path:
    """Where the uploads of a database are.

    Args:
        database: The database file.
    """
    return database.with_name(f"{database.name}.uploads")


def shown(database: Path, item: str) -> str:
    """An item's place as people know it: of an upload, the file's name without our folders."""
    if not holds(database, item):
        return item
    return item.removeprefix(_within(database)).partition(os.sep)[2]


def holds(database: Path, item: str) -> bool:
    """Whether an item was uploaded.

    Args:
        database: The database file.
        item: Its place.
    """
    return item.startswith(_within(database))


def _within(database: Path) -> str:
    return f"{folder(database)}{os.sep}"


def safe_name(name: str) -> str:
    """A file name that is one on every system, as near to the one given as can be.

    Args:
        name: What the browser says the file is called: anything at all.
    """
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    # Controls, invisible and direction marks, halves of characters, private and unassigned ones.
    name = "".join("_" if unicodedata.category(c)[0] == "C" else c for c in name)
    name = _UNWANTED.sub("_", " ".join(name.split())).strip(". ") or "file"
    data = name.encode()
    if len(data) > LONGEST_NAME:
        head = data[: LONGEST_NAME - _SUFFIX_BYTES - 3].decode(errors="ignore")
        name = f"{head}…{data[-_SUFFIX_BYTES:].decode(errors='ignore')}"
    return name


class Arriving:
    """A file on its way in.

    Args:
        inside: The upload's folder; made if need be.
        name: What the browser says it is called.
        size: Bytes announced.

    Raises:
        Invalid: The disk has no room for it.
    """

    def __init__(self, inside: Path, name: str, size: int) -> None:
        inside.parent.mkdir(mode=0o700, exist_ok=True)
        inside.mkdir(mode=0o700, exist_ok=True)
        if shutil.disk_usage(inside).free - size < SPARE_BYTES:
            raise Invalid(
                "There is no room on the server for {name}", "Ask whoever runs it", name=name
            )
        self._inside = inside
        self._name = safe_name(name)
        self._partial = inside / f"{_PARTIAL}{os.urandom(8).hex()}"
        descriptor = os.open(self._partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        self._file: IO[bytes] = os.fdopen(descriptor, "wb")

    def write(self, chunk: bytes) -> None:
        """Take the next bytes.

        Raises:
            Invalid: The disk is full.
        """
        try:
            self._file.write(chunk)
        except OSError as error:
            raise self._not_kept(error) from error

    def keep(self) -> Path:
        """It is whole: give it its name, or one like it if another file has that.

        Raises:
            Invalid: The disk is full.
        """
        try:
            # What was written last may still wait in memory.
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as error:
            raise self._not_kept(error) from error
        stem, dot, suffix = self._name.partition(".")
        path, copy = self._inside / self._name, 1
        while True:
            try:
                _place(self._partial, path)
                break
            except FileExistsError:
                copy += 1
                path = self._inside / f"{stem} ({copy}){dot}{suffix}"
            except OSError as error:
                raise self._not_kept(error) from error
        self._partial.unlink()
        return path

    def drop(self) -> None:
        """It will not become whole: remove what has come of it."""
        # Closing flushes, which a full disk refuses; the file goes all the same.
        with suppress(OSError):
            self._file.close()
        self._partial.unlink(missing_ok=True)

    def _not_kept(self, error: OSError) -> Invalid:
        return Invalid("{name} could not be kept: {error}", name=self._name, error=error.strerror)


def _place(partial: Path, path: Path) -> None:
    """Give a file a name that no other has; unlike renaming, it never takes another's place.

    Raises:
        FileExistsError: Another file has the name.
    """
    try:
        os.link(partial, path)
    except FileExistsError:
        raise
    except OSError:
        # Some file systems, such as exFAT and many network shares, have no links.
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as copy, partial.open("rb") as whole_file:
                shutil.copyfileobj(whole_file, copy)
                copy.flush()
                os.fsync(copy.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            raise


def remove(inside: Path) -> None:
    """Remove an upload with its files.

    The folder of all uploads stays: another upload or run may just be about to use it.
    """
    shutil.rmtree(inside, ignore_errors=True)


def whole(inside: Path) -> list[Path]:
    """The files of an upload that have arrived, in the order in which they did."""
    files = [path for path in inside.glob("*") if not path.name.startswith(_PARTIAL)]
    return sorted(files, key=lambda path: (path.stat().st_mtime_ns, path.name))


def sweep(store: Store, *, now: datetime | None = None) -> None:
    """Remove the uploads that nothing needs any more.

    An upload is needed while its run has not ended well, while one of its items is listed, and
    for a day after one was dismissed, so that this can be undone. One that no run was asked of
    is needed while files may still arrive.

    Args:
        store: The store.
        now: The present moment.
    """
    now = now or datetime.now(UTC)
    since = (now - KEPT_DISMISSED).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    runs = {run.id: run for run in store.ingests.runs(limit=-1)}
    waiting = {path for run in runs.values() if run.state == "queued" for path in run.paths}
    for inside in folder(store.path).glob("*-*-*-*-*"):
        if not _RUN_ID.match(inside.name) or not inside.is_dir():
            continue
        run = runs.get(inside.name)
        if run is None:
            arrived = datetime.fromtimestamp(inside.stat().st_mtime, UTC)
            needed = now - arrived < KEPT_UNFINISHED
        elif run.state == "discarded":
            needed = False
        else:
            needed = run.state != "done" or store.ingests.needed_below(str(inside), since)
        if not needed and not any(path.startswith(f"{inside}{os.sep}") for path in waiting):
            remove(inside)
