"""Tokens of Label Studio accounts: stored encrypted, or taken from the environment.

The key lies beside the database, in a file of its own that no backup and no export holds, or in
the environment: whoever has a copy of the database alone has no token.
"""

from __future__ import annotations

import base64
import binascii
import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.fernet import Fernet, InvalidToken

from annotate.errors import WorkbenchError
from annotate.store.links import key_file

KEY = "CLAIMDESK_KEY"
TOKEN = "LABEL_STUDIO_API_KEY"
URL = "LABEL_STUDIO_URL"
_KEY_BYTES = 32


class KeyProblem(WorkbenchError):
    """A stored token cannot be read, or none be stored."""

    code = "key"


def encrypt(database: Path, token: str) -> str:
    """A token as the database may hold it.

    Args:
        database: The database file; the key is made beside it at the first use.
        token: As Label Studio shows it.

    Raises:
        KeyProblem: if the key cannot be used.
    """
    return Fernet(_key(database) or _new_key(database)).encrypt(token.encode()).decode()


def decrypt(database: Path, sealed: str) -> str:
    """The token that was encrypted.

    Args:
        database: The database file.
        sealed: What `encrypt` gave.

    Raises:
        KeyProblem: if the key is missing, or another than it was encrypted with.
    """
    key = _key(database)
    if key is None:
        raise KeyProblem(
            "The key of the stored access token is missing: {path}",
            "Put the file back, or enter the token again",
            path=key_file(database),
        )
    try:
        return Fernet(key).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise KeyProblem(
            "The stored access token was encrypted with another key", "Enter the token again"
        ) from None


def token_of_environment() -> str | None:
    """The token that the environment gives, if it gives one."""
    return os.environ.get(TOKEN, "").strip() or None


def url_of_environment() -> str | None:
    """The address of the server that the environment gives, if it gives one."""
    return os.environ.get(URL, "").strip() or None


def _key(database: Path) -> bytes | None:
    given = os.environ.get(KEY, "").strip()
    if given:
        return _checked(given, "$" + KEY)
    path = key_file(database)
    try:
        return _checked(path.read_text("ascii").strip(), str(path))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise KeyProblem(
            "The key {path} cannot be read: {error}",
            "Let the workbench read it, or put the right file back",
            path=path,
            error=error.strerror if isinstance(error, OSError) else "not a text",
        ) from None


def _new_key(database: Path) -> bytes:
    """Make the key's file; if another process was quicker, its key counts."""
    path = key_file(database)
    try:
        # Its owner alone may read it, from the first moment on.
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.") as file:
            file.write(Fernet.generate_key() + b"\n")
            file.flush()
            os.fsync(file.fileno())
            with suppress(FileExistsError):
                # Never in place of a key with which tokens may have been encrypted.
                os.link(file.name, path)
    except OSError as error:
        raise KeyProblem(
            "The key {path} cannot be written: {error}",
            "Let the workbench write beside its database, or set ${name}",
            path=path,
            error=error.strerror,
            name=KEY,
        ) from None
    key = _key(database)
    assert key is not None
    return key


def _checked(text: str, place: str) -> bytes:
    """A key as `Fernet` takes it; of the two alphabets of base 64 either will do."""
    try:
        key = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise KeyProblem(
            "{place} holds no key: 32 random bytes in base 64",
            "Make one with `openssl rand -base64 32`",
            place=place,
        )
    return base64.urlsafe_b64encode(key)
