"""What every statement passes through: errors of SQLite in the words of the workbench."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from annotate.errors import DatabaseProblem, Invalid


class Storing:
    """Refuses values that no database holds: half characters, and numbers beyond 64 bits.

    A class, because every statement passes through it, and a generator takes several times as long.

    Raises:
        Invalid: if a statement run inside has such a value.
    """

    __slots__ = ()

    def __enter__(self) -> None:
        """Nothing is prepared."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: object
    ) -> None:
        """Say what is wrong with the value."""
        if isinstance(error, UnicodeEncodeError | OverflowError):
            raise Invalid(
                "A text holds half a character, or a number is too large",
                "Type it again; if it stands in the page's address, begin at the first page",
            ) from None


class Reading(Storing):
    """As `Storing`, and says what is wrong with a file that cannot be read."""

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        self._path = path

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> None:
        super().__exit__(kind, error, trace)
        # Its other children are mistakes of ours.
        if kind in (sqlite3.DatabaseError, sqlite3.OperationalError):
            raise DatabaseProblem(
                "The database {path} cannot be read: {error}",
                "Run `doctor`; if the file is damaged, restore a backup",
                path=self._path,
                error=error,
            ) from error
