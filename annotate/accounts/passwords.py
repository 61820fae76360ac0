"""Passwords, names and tokens: what may be chosen, and what is kept of them.

Passwords are kept as argon2id hashes (RFC 9106), tokens as their SHA-256.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from annotate.errors import Invalid
from annotate.store.storing import Storing

# What RFC 9106 recommends where memory is scarce.
HASHER = PasswordHasher()
PASSWORD_LENGTH = 10
_NAME = re.compile(r"[\w][\w.@+-]{0,63}\Z")


def check_name(name: str) -> None:
    """Refuse a name that will not do for signing in."""
    if not name:
        raise Invalid("Enter a name to sign in with")
    if not _NAME.match(name) or name.lower() == "operator":
        raise Invalid(
            "{name!r} cannot be a name to sign in with",
            "Use letters, digits and . _ - @ +, without spaces, at most 64",
            name=name,
        )


def hash_password(password: str, name: str) -> str:
    """The hash to keep of a new password.

    Raises:
        Invalid: if the password is too short, too long, or the name.
    """
    if len(password) < PASSWORD_LENGTH or len(password) > 1000 or password.lower() == name.lower():
        raise Invalid(
            "The password will not do",
            "Use at least {password_length} characters, not the name",
            password_length=PASSWORD_LENGTH,
        )
    with Storing():
        return HASHER.hash(password)


def verify(stored: str, password: str) -> bool:
    """Whether a password is the one that a hash was made of."""
    try:
        return HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False


@lru_cache(maxsize=1)
def decoy() -> str:
    """A hash that no password matches, so that refusing an unknown name takes as long."""
    return HASHER.hash(secrets.token_hex(16))


def digest(text: str) -> str:
    """What is kept of a token."""
    # What is sent as a token may be anything, half characters too.
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def iso(moment: datetime) -> str:
    """A time as the database writes it."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
