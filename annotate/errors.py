"""The one error root. A message says what happened, where, and what to do about it."""

from __future__ import annotations


class WorkbenchError(Exception):
    """Something a user can understand and act on.

    Args:
        message: What happened and where, one sentence without a final stop.
        hint: What to do about it, or an empty string.
    """

    code = "error"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}. {self.hint}" if self.hint else self.message


class NotFound(WorkbenchError):
    """What was named does not exist, or the asker may not know that it does."""

    code = "not_found"


class Forbidden(WorkbenchError):
    """The permission table says no."""

    code = "forbidden"


class Invalid(WorkbenchError):
    """The input breaks a rule of the codebook, the model or a file format."""

    code = "invalid"


class Conflict(WorkbenchError):
    """Somebody else changed the same thing since it was read."""

    code = "conflict"


class DatabaseProblem(WorkbenchError):
    """The database file cannot be used as it is."""

    code = "database"


class Rejected(WorkbenchError):
    """One item of a batch cannot be taken; the batch goes on.

    Args:
        reason: A short stable word for the kind of problem, such as ``empty``.
        message: The same for a person, with the place in the item where known.
    """

    code = "rejected"

    def __init__(self, reason: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.reason = reason
