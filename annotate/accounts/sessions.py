"""Signing in and out: sessions are kept as the SHA-256 of a random token; haste is refused.

Failed attempts are counted over a quarter of an hour. Few are allowed of one name from one address,
so that a stranger who tries somebody's name shuts out nobody but themself; more from one address
with any names, and more still of one name from anywhere, which bounds what many addresses together
may guess.
"""

from __future__ import annotations

import secrets
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from annotate.accounts import passwords
from annotate.accounts.agents import browser_of
from annotate.accounts.permissions import own_or_managed, require
from annotate.errors import DatabaseProblem, Forbidden, NotFound, TooManyAttempts
from annotate.model import Person, utc_now
from annotate.store import OPERATOR_ID, Store

SESSION_DAYS = 14
FAILURES_A_NAME_AND_ADDRESS = 5
FAILURES_AN_ADDRESS = 30
FAILURES_A_NAME = 100
FAILURE_WINDOW = timedelta(minutes=15)
SEEN_EVERY = timedelta(minutes=1)
# What is counted beside the names of accounts, none of which can look like these.
SETUP = "(setup)"
LINK = "(link)"
# One password at a time: attempts made at once must not all pass the limit before the first of
# them has failed, and each takes 64 MiB.
CHECKING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Session:
    """Where somebody is signed in.

    ``browser`` and ``system`` are names such as Firefox and Linux, empty where unknown; ``here``
    marks the session of the asker's own token. ``seen_at`` is up to a minute old.
    """

    id: str
    created_at: str
    seen_at: str
    browser: str
    system: str
    here: bool


def sign_in(store: Store, name: str, password: str, address: str, user_agent: str) -> str:
    """Begin a session; returns its token, which is stored nowhere.

    Raises:
        Forbidden: if name or password are wrong (which of them is not said), the account is
            inactive, or there were too many failures.
    """
    with CHECKING:
        refuse_haste(store, name, address)
        person = _person_with(store, name, password)
        if person is None:
            note_failure(store, name, address)
            raise Forbidden(
                "Name or password is not right",
                "Check both; if they are as they should be, ask an administrator",
            )
    return begin(store, person, user_agent)


def begin(store: Store, person: Person, user_agent: str) -> str:
    """A new session of somebody who has shown who they are; returns its token."""
    token = secrets.token_urlsafe(32)
    expires = passwords.iso(datetime.now(UTC) + timedelta(days=SESSION_DAYS))
    with store.write(person.id) as tx:
        store.sessions.start(tx, person.id, passwords.digest(token), expires, user_agent)
    return token


def _person_with(store: Store, name: str, password: str) -> Person | None:
    """Who may sign in with this name and password; an unknown name takes as long to refuse."""
    try:
        person = store.people.named(name)
    except NotFound:
        passwords.verify(passwords.decoy(), password)
        return None
    stored = store.people.password_hash(person.id)
    known = person.active and person.kind == "person" and stored is not None
    matches = passwords.verify(stored if known and stored else passwords.decoy(), password)
    return person if known and matches else None


def session_person(store: Store, token: str | None) -> Person | None:
    """Who is signed in with a token, None if nobody; the session counts as seen now."""
    if not token:
        return None
    digest = passwords.digest(token)
    found = store.sessions.person(digest, utc_now())
    if found is None:
        return None
    person, seen_at = found
    if seen_at < passwords.iso(datetime.now(UTC) - SEEN_EVERY):
        # Who only reads must not fail because the database is busy.
        with suppress(DatabaseProblem), store.write(person.id) as tx:
            store.sessions.touch(tx, digest)
    return person


def sign_out(store: Store, token: str) -> None:
    """End a session."""
    person = session_person(store, token)
    if person is not None:
        with store.write(person.id) as tx:
            store.sessions.end(tx, passwords.digest(token))


def sessions_of(
    store: Store, by: Person, person: Person, token: str | None = None
) -> tuple[Session, ...]:
    """Where somebody is signed in: everybody may ask for themself.

    Args:
        store: The store.
        by: Who asks.
        person: Whose sessions.
        token: The asker's own token, to mark its session.

    Raises:
        Forbidden: for somebody else's, but to an administrator.
    """
    _require_own(store, by, person)
    mine = passwords.digest(token) if token else None
    return tuple(
        Session(
            row.id, row.created_at, row.seen_at, *browser_of(row.user_agent),
            row.token_sha256 == mine,
        )
        for row in store.sessions.live(person.id, utc_now())
    )  # fmt: skip


def end_session(store: Store, by: Person, person: Person, session_id: str) -> None:
    """End one session of somebody's; everybody may end their own.

    Raises:
        Forbidden: for somebody else's, but to an administrator.
        NotFound: if it has ended already.
    """
    with own_or_managed(store, by, person) as tx:
        for row in store.sessions.live(person.id, tx.at):
            if row.id == session_id:
                store.sessions.end(tx, row.token_sha256)
                return
    raise NotFound("This session has ended already")


def end_sessions(store: Store, by: Person, person: Person, but: str | None = None) -> int:
    """End all sessions of somebody's, but perhaps that of a token; returns how many.

    Raises:
        Forbidden: for somebody else's, but to an administrator.
    """
    with own_or_managed(store, by, person) as tx:
        return store.sessions.end_all(tx, person.id, passwords.digest(but) if but else None)


def csrf_token(token: str) -> str:
    """What a page must send along with a change: known to the session's own pages only."""
    return passwords.digest("csrf:" + token)


def _require_own(store: Store, by: Person, person: Person) -> None:
    if by.id != person.id:
        require(store, by, "person.manage")


def refuse_haste(store: Store, name: str, address: str) -> None:
    """Refuse after too many failures; call it holding ``CHECKING``.

    Args:
        store: The store.
        name: The name tried, or ``SETUP`` or ``LINK``, which no flood from elsewhere closes.
        address: Where the attempt comes from.

    Raises:
        TooManyAttempts: if there were too many.
    """
    since = passwords.iso(datetime.now(UTC) - FAILURE_WINDOW)
    failed = store.sessions.failures(name, address, since)
    if (
        failed.here >= FAILURES_A_NAME_AND_ADDRESS
        or failed.of_address >= FAILURES_AN_ADDRESS
        or (name not in (SETUP, LINK) and failed.of_name >= FAILURES_A_NAME)
    ):
        raise TooManyAttempts(
            "There were too many failed attempts", "Wait a quarter of an hour and try again"
        )


def note_failure(store: Store, name: str, address: str) -> None:
    """Remember a failed attempt."""
    with store.write(OPERATOR_ID) as tx:
        store.sessions.note_failure(tx, name, address)
