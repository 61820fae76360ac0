"""Whether a project is being synchronised, in whichever process: its sync holds a lock on a file.

The system takes the lock away from a process that is killed, so that no clock has to be believed.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from annotate.ingest import uploads


def lock_file(database: Path, project_id: str) -> Path:
    """The file that a project's sync locks.

    Args:
        database: The database file.
        project_id: The project.
    """
    return uploads.folder(database) / f"{project_id}.sync"


def at_work(database: Path, project_id: str) -> bool:
    """Whether some process synchronises a project just now.

    Args:
        database: The database file.
        project_id: The project.
    """
    try:
        descriptor = os.open(lock_file(database, project_id), os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
