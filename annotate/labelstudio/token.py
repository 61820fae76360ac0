"""The two kinds of token of a Label Studio account: legacy, and personal access tokens."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable
from threading import Lock
from typing import Any

import orjson

from annotate.labelstudio.problems import ServerProblem

# An access token that is about to end could end under way.
_MARGIN_S = 30.0


class Token:
    """A token, as it is put into requests; it shows itself nowhere else.

    A legacy token is sent as it is. A personal access token is a JSON Web Token that is exchanged
    for access tokens of some minutes.

    Args:
        secret: What the account's page in Label Studio shows.

    Raises:
        ServerProblem: if it cannot be a token, or has expired.
    """

    __slots__ = ("_access", "_ends", "_lock", "_secret", "personal")

    def __init__(self, secret: str) -> None:
        self._secret = secret.strip()
        if not self._secret.isascii() or not self._secret.isprintable() or " " in self._secret:
            raise ServerProblem(
                "token",
                "This is no access token: it has spaces or signs that no token has",
                "Copy it again from Account & Settings in Label Studio",
            )
        if not self._secret:
            raise ServerProblem(
                "token",
                "The access token is missing",
                "Copy it from Account & Settings in Label Studio",
            )
        claims = _claims(self._secret)
        self.personal = claims is not None
        if claims is not None and float(claims.get("exp", 0)) < time.time():
            raise ServerProblem(
                "token",
                "The personal access token has expired",
                "Make a new one at Account & Settings in Label Studio",
            )
        self._access = ""
        self._ends = 0.0
        self._lock = Lock()

    def __repr__(self) -> str:
        return "Token(...)"

    def header(self, exchange: Callable[[str], str]) -> str:
        """The value of the header ``Authorization``.

        Args:
            exchange: Gets an access token for a personal one; called when there is none yet, or
                the last is about to end.
        """
        if not self.personal:
            return f"Token {self._secret}"
        with self._lock:
            if time.time() > self._ends - _MARGIN_S:
                self._access = exchange(self._secret)
                claims = _claims(self._access) or {}
                self._ends = float(claims.get("exp", 0))
            return f"Bearer {self._access}"

    def hidden(self, text: str) -> str:
        """A text of the server's without the token, should it repeat what it was sent."""
        for secret in filter(None, (self._secret, self._access)):
            text = text.replace(secret, "…")
        return text

    def forget(self) -> None:
        """Drop the access token: the server does not take it any more."""
        with self._lock:
            self._ends = 0.0


def _claims(token: str) -> dict[str, Any] | None:
    """What a JSON Web Token says of itself, unverified; None of anything else."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = orjson.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError):
        return None
    return claims if isinstance(claims, dict) and "exp" in claims else None
