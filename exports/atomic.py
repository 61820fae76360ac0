"""Atomic output: what is written appears complete or not at all, also if the run is killed.

Everything is made in a working folder beside the target, ``.NAME.claimdesk-….part``, which a
live run keeps locked. What a killed run left is recognised by the name and by the missing
lock, and cleared away by the next run to the same target.
"""

from __future__ import annotations

import fcntl
import glob
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from annotate.errors import Invalid

_OLD = "old"


@contextmanager
def workspace(target: Path) -> Iterator[Path]:
    """A locked empty folder beside the target, gone afterwards.

    Args:
        target: Where the result is to stand; its folder is made if missing.

    Raises:
        Invalid: The folder cannot be made or written to.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _clear_leftovers(target)
        folder, lock = _locked_folder(target)
    except OSError as error:
        raise Invalid(
            "Nothing can be written to {folder}: {problem}",
            "Choose another place, or free this one",
            folder=target.parent,
            problem=error.strerror,
        ) from None
    try:
        yield folder
    except OSError as error:
        raise Invalid(
            "{target} could not be written: {problem}",
            "What stood there before is unchanged; make room or choose another place",
            target=target,
            problem=error.strerror or error,
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def put_file(made: Path, target: Path) -> None:
    """Move a finished file to its place, over the old one, and wait until it is on the disk."""
    _sync(made)
    os.replace(made, target)
    _sync(target.parent)


def put_folder(made: Path, target: Path, expected: frozenset[str]) -> None:
    """Move a finished folder to its place; an old one goes only if it holds nothing else.

    Args:
        made: The folder, in a workspace of the target.
        target: Where it is to stand.
        expected: The names of files that an earlier run may have written there.

    Raises:
        Invalid: The old folder holds other files.
    """
    for path in made.iterdir():
        _sync(path)
    _sync(made)
    if target.exists():
        check_folder(target, expected)
        # Two renames: killed in between, the old folder is put back by the next run.
        os.rename(target, made.parent / _OLD)
    try:
        os.rename(made, target)
    except OSError:
        if (made.parent / _OLD).exists():
            os.rename(made.parent / _OLD, target)
        raise
    _sync(target.parent)


def check_folder(target: Path, expected: frozenset[str]) -> None:
    """Make sure that a folder may be replaced.

    Raises:
        Invalid: It holds files that no such export writes.
    """
    foreign = sorted(path.name for path in target.iterdir() if path.name not in expected)
    if foreign:
        raise Invalid(
            "The folder {target} holds other files ({names}) and is not replaced",
            "Choose a new folder, or move them away",
            target=target,
            names=", ".join(foreign[:3]),
        )


def _locked_folder(target: Path) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(".part", _prefix(target), target.parent))
        try:
            lock = _lock(folder)
        except OSError:
            # A file system without locks: nobody can take the folder for a dead run's either.
            return folder, os.open(folder, os.O_RDONLY)
        if lock is not None and folder.exists():
            return folder, lock
        # Another run's clearing took the folder before it was locked.
        if lock is not None:
            os.close(lock)


def _clear_leftovers(target: Path) -> None:
    for folder in target.parent.glob(f"{glob.escape(_prefix(target))}*.part"):
        try:
            lock = _lock(folder)
        except OSError:
            continue
        if lock is None:
            continue
        if (folder / _OLD).exists() and not target.exists():
            os.rename(folder / _OLD, target)
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _prefix(target: Path) -> str:
    return f".{target.name}.claimdesk-"


def _lock(folder: Path) -> int | None:
    """Lock a folder, if it is there and nobody else has locked it."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
