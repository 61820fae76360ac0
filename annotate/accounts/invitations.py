"""Links that let their bearer choose a password once: to join, or after losing the old one.

Only the hash of a link's token is kept; whoever makes a link sees it once and passes it on. What
is wrong with a link that does not work is not said, so that no link tells who has an account.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from annotate.accounts import passwords
from annotate.accounts.people import checked_display_name, enrol, replace_password
from annotate.accounts.permissions import permitted, require
from annotate.accounts.sessions import CHECKING, LINK, note_failure, refuse_haste
from annotate.errors import Invalid, NotFound
from annotate.model import Person, Role, utc_now
from annotate.store import Invitation, Store
from annotate.store.sessions import Purpose

LINK_DAYS = 7
# Whoever gets hold of it has an account with all its work.
RESET_DAYS = 1


@dataclass(frozen=True, slots=True)
class Link:
    """A link just made: for whom, and the token in it, which is stored nowhere."""

    person: Person
    invitation: Invitation
    token: str

    @property
    def path(self) -> str:
        """Where on the server it leads."""
        return f"/invite/{self.token}"


def invite(
    store: Store,
    by: Person,
    name: str,
    *,
    role: Role = "analyst",
    display_name: str = "",
    email: str | None = None,
    project_id: str | None = None,
    joins: bool = True,
) -> Link:
    """Make an account without a password, and the link by which its owner joins.

    Args:
        store: The store.
        by: Who invites.
        name: The name that they will sign in with.
        role: What they may do.
        display_name: The name that others see; they may choose another.
        email: Their mail address.
        project_id: A project that they join; by default the only one there is.
        joins: Whether they join any.

    Raises:
        Forbidden: if ``by`` does not manage people.
        Invalid: if the name is taken or odd, or the role unknown.
    """
    token, expires = _new("join")
    with permitted(store, by, "person.manage") as tx:
        person = enrol(
            store, tx, name, role=role, display_name=display_name, email=email,
            project_id=project_id, joins=joins,
        )  # fmt: skip
        made = store.sessions.invite(tx, person.id, "join", passwords.digest(token), expires)
    return Link(person, made, token)


def make_link(store: Store, by: Person, person: Person) -> Link:
    """A new link for somebody with an account: to join, or to choose a new password.

    Links made for them before work no more. Their sessions end when the link is used.

    Raises:
        Forbidden: if ``by`` does not manage people.
        Invalid: if they may not sign in.
    """
    require(store, by, "person.manage")
    if person.kind != "person" or not person.active:
        raise Invalid(
            "{person_name} is not an active account", "Activate it first", person_name=person.name
        )
    purpose: Purpose = "join" if store.people.password_hash(person.id) is None else "reset"
    token, expires = _new(purpose)
    with permitted(store, by, "person.manage") as tx:
        made = store.sessions.invite(tx, person.id, purpose, passwords.digest(token), expires)
    return Link(person, made, token)


def revoke_links(store: Store, by: Person, person: Person) -> int:
    """Make somebody's unused links worthless; returns how many there were."""
    with permitted(store, by, "person.manage") as tx:
        return store.sessions.revoke_invitations(tx, person.id)


def bearer(store: Store, token: str, address: str) -> tuple[Person, Invitation]:
    """For whom a link is, and what it is for.

    Args:
        store: The store.
        token: The token in the link.
        address: Where it is opened, for the limit on attempts.

    Raises:
        NotFound: if it cannot be used, for whatever reason.
        TooManyAttempts: after too many unknown tokens.
    """
    digest = passwords.digest(token)
    with CHECKING:
        refuse_haste(store, LINK, address)
        found = store.sessions.invitation(digest, utc_now())
        if found is not None:
            return store.people.get(found.person_id), found
        if not store.sessions.knows(digest):
            note_failure(store, LINK, address)
    raise _unusable()


def accept(store: Store, token: str, password: str, address: str, display_name: str = "") -> Person:
    """Choose a password by a link, which is used up by it; all sessions of the account end.

    Args:
        store: The store.
        token: The token in the link.
        password: The new password.
        address: Where it is opened, for the limit on attempts.
        display_name: The name that others see; only for a link to join.

    Raises:
        NotFound: if the link cannot be used, for whatever reason.
        TooManyAttempts: after too many unknown tokens.
        Invalid: if the password or the name will not do; the link can still be used.
    """
    person, invitation = bearer(store, token, address)
    shown = checked_display_name(display_name or person.display_name)
    hashed = passwords.hash_password(password, person.name)
    with store.write(person.id) as tx:
        # Asked again inside: of two browsers with the link, one wins.
        if store.sessions.invitation(passwords.digest(token), tx.at) != invitation:
            raise _unusable()
        store.sessions.use_invitation(tx, invitation)
        if invitation.purpose == "join":
            store.people.change(tx, person.id, display_name=shown)
        replace_password(store, tx, person, hashed)
    return store.people.get(person.id)


def _new(purpose: Purpose) -> tuple[str, str]:
    days = LINK_DAYS if purpose == "join" else RESET_DAYS
    expires = datetime.now(UTC) + timedelta(days=days)
    return secrets.token_urlsafe(32), passwords.iso(expires)


def _unusable() -> NotFound:
    return NotFound(
        "This link cannot be used (any more)",
        "A link works once, and not for long: ask whoever gave it to you for a new one",
    )
