"""The one error root. A message says what happened, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Word(str):
    """A word for a thing, as a value of an error: a page translates it with the rest."""

    __slots__ = ()


class Words(tuple[Word, ...]):
    """Several such words, as one value."""

    __slots__ = ()

    def __str__(self) -> str:
        return ", ".join(self)


class WorkbenchError(Exception):
    """Something a user can understand and act on.

    Message and hint are templates: what varies stands in ``values`` and not in the text, so that
    a page can say the same in its reader's language.

    Args:
        message: What happened and where, one sentence without a final stop; ``{name}`` stands
            for a value, as in ``str.format``.
        hint: What to do about it, or an empty string; the same values may stand in it.
        values: What the templates name. Without any, the texts are taken as they are.
    """

    code = "error"

    def __init__(self, message: str, hint: str = "", /, **values: object) -> None:
        self.templates = (message, hint)
        self.values = values
        self.message = message.format(**values) if values else message
        self.hint = hint.format(**values) if values else hint
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.message}. {self.hint}" if self.hint else self.message

    def told(self) -> dict[str, Any]:
        """Message, hint and values as plain data, for `rebuilt`."""
        message, hint = self.templates
        values = {
            name: value if isinstance(value, str | int | float | None) else str(value)
            for name, value in self.values.items()
        }
        return {"message": message, "hint": hint, "values": values}


class NotFound(WorkbenchError):
    """What was named does not exist, or the asker may not know that it does."""

    code = "not_found"


class Forbidden(WorkbenchError):
    """The permission table says no."""

    code = "forbidden"


class TooManyAttempts(Forbidden):
    """Wrong too often in a short time; waiting helps."""

    code = "too_many_attempts"


class Invalid(WorkbenchError):
    """The input breaks a rule of the codebook, the model or a file format."""

    code = "invalid"


class Unconfirmed(WorkbenchError):
    """What was asked for passes something over: it is done once that is said to be meant.

    Args:
        needs: The field of the operation that says so.
        message: What would be passed over.
        hint: As for every error.
        values: As for every error.
    """

    code = "unconfirmed"

    def __init__(self, needs: str, message: str, hint: str = "", /, **values: object) -> None:
        super().__init__(message, hint, **values)
        self.needs = needs


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
        hint: As for every error.
        values: As for every error.
    """

    code = "rejected"

    def __init__(self, reason: str, message: str, hint: str = "", /, **values: object) -> None:
        super().__init__(message, hint, **values)
        self.reason = reason

    @classmethod
    def rebuilt(cls, reason: str, told: Mapping[str, Any]) -> Rejected:
        """The rejection that `told` was made of."""
        return cls(reason, told["message"], told["hint"], **told["values"])
