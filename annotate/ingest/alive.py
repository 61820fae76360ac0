"""Whether a run that has not ended is still at work: it holds the lock on a file of its own.

The system takes the lock away from a process that is killed, so that no clock has to be
believed. The files lie in the folder of uploads, beside the database.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from annotate.ingest import uploads

_SUFFIX = ".running"


@contextmanager
def at_work(database: Path, run_id: str) -> Iterator[None]:
    """While inside, `is_at_work` says yes, in every process.

    Args:
        database: The database file.
        run_id: The run.
    """
    path = _path(database, run_id)
    uploads.folder(database).mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def is_at_work(database: Path, run_id: str) -> bool:
    """Whether some process is at work on a run.

    Args:
        database: The database file.
        run_id: The run.
    """
    try:
        descriptor = os.open(_path(database, run_id), os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def forget_dead(database: Path) -> None:
    """Remove what killed runs left."""
    for path in uploads.folder(database).glob(f"*{_SUFFIX}"):
        if not is_at_work(database, path.name.removesuffix(_SUFFIX)):
            path.unlink(missing_ok=True)


def _path(database: Path, run_id: str) -> Path:
    return uploads.folder(database) / f"{run_id}{_SUFFIX}"
