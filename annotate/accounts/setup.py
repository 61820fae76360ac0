"""The first administrator, made with a one-time code from the server's terminal."""

from __future__ import annotations

import hmac
import secrets

from annotate import codebook
from annotate.accounts import passwords
from annotate.accounts.sessions import CHECKING, SETUP, note_failure, refuse_haste
from annotate.errors import Forbidden
from annotate.model import Person
from annotate.store import OPERATOR_ID, Store

FIRST_PROJECT = "First project"
_SETUP_CODE = "setup_code_sha256"


def anyone_can_sign_in(store: Store) -> bool:
    """Whether there is any account to sign in to."""
    return bool(store.people.can_sign_in())


def administrator_can_sign_in(store: Store) -> bool:
    """Whether the first administrator has been made."""
    return "admin" in store.people.can_sign_in()


def begin_setup(store: Store) -> str | None:
    """A new one-time code for making the first administrator; None if there is one already."""
    if administrator_can_sign_in(store):
        return None
    code = "-".join(secrets.token_hex(2) for _ in range(4))
    with store.write(OPERATOR_ID) as tx:
        store.people.set_setting(tx, _SETUP_CODE, passwords.digest(code))
    return code


def finish_setup(store: Store, code: str, name: str, password: str, address: str) -> Person:
    """Make the first administrator.

    Raises:
        Forbidden: if the code is wrong, used already, or tried too often.
        Invalid: if the name or password will not do.
    """
    with CHECKING:
        refuse_haste(store, SETUP, address)
        expected = store.people.setting(_SETUP_CODE)
        if expected is None or not hmac.compare_digest(
            expected, passwords.digest(code.strip().lower())
        ):
            note_failure(store, SETUP, address)
            raise Forbidden(
                "The setup code is not right", "It stands in the terminal where the server runs"
            )
    passwords.check_name(name)
    hashed = passwords.hash_password(password, name)
    with store.write(OPERATOR_ID) as tx:
        # Asked again inside the transaction: of two browsers with the code, one wins; and the
        # command line may have made an administrator meanwhile.
        if store.people.setting(_SETUP_CODE) != expected or administrator_can_sign_in(store):
            raise Forbidden("The setup code has been used", "Sign in, or ask who used it")
        store.people.set_setting(tx, _SETUP_CODE, None)
        person = store.people.add(tx, name, role="admin", password_hash=hashed)
        if not store.projects.all():
            store.projects.create(tx, FIRST_PROJECT, codebook.DEFAULT)
    return person
