"""What can go wrong between us and a Label Studio server, told apart for whoever mends it."""

from __future__ import annotations

from typing import Literal

from annotate.errors import WorkbenchError

Reason = Literal[
    "address",
    "name",
    "unreachable",
    "tls",
    "foreign",
    "version",
    "token",
    "permission",
    "missing",
    "refused",
    "failing",
    "unsure",
]


class ServerProblem(WorkbenchError):
    """A Label Studio server cannot be reached, will not have us, or refuses a request.

    Args:
        reason: A short stable word: ``address`` (not a web address), ``name`` (resolution),
            ``unreachable`` (refused, or no answer), ``tls``, ``foreign`` (not a Label Studio),
            ``version`` (too old), ``token``, ``permission``, ``missing`` (what was named is not
            there), ``refused`` (the request breaks a rule there), ``failing`` (it failed again
            and again) and ``unsure`` (`MayHaveArrived`).
        message: The same for a person.
        hint: As for every error.
        values: As for every error.
    """

    code = "label_studio"

    def __init__(self, reason: Reason, message: str, hint: str = "", /, **values: object) -> None:
        super().__init__(message, hint, **values)
        self.reason = reason


class MayHaveArrived(ServerProblem):
    """A write was sent, its answer never came, and sending it again could double something.

    Whoever sent it looks what is there before sending it again.
    """

    def __init__(self, message: str, hint: str = "", /, **values: object) -> None:
        super().__init__("unsure", message, hint, **values)
