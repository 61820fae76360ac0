"""Sessions, links that let somebody in once, and failed attempts at either."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from annotate.model import Person, new_id
from annotate.store.database import Connections, Row, Transaction
from annotate.store.people import COLUMNS, person_of

Purpose = Literal["join", "reset"]
_INVITATION = "id, purpose, person_id, created_at, created_by, expires_at"


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session that is neither ended nor expired.

    ``id`` names it without being good for anything else. ``seen_at`` is up to a minute old.
    """

    id: str
    token_sha256: str
    created_at: str
    seen_at: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link, not used yet, that lets its bearer choose a password for one account.

    ``join`` is for an account that has none, ``reset`` for one whose password was lost.
    """

    id: str
    purpose: Purpose
    person_id: str
    created_at: str
    created_by: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class Failures:
    """Failed attempts since a time.

    ``here`` counts those of the name from the address, ``of_name`` those of the name from
    anywhere, ``of_address`` those from the address with any name.
    """

    here: int
    of_name: int
    of_address: int


class Sessions:
    """The sessions and invitations of one database."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def start(
        self, tx: Transaction, person_id: str, token_sha256: str, expires_at: str, user_agent: str
    ) -> None:
        """Remember a session by the hash of its token."""
        tx.execute(
            "INSERT INTO session (token_sha256, person_id, created_at, seen_at, expires_at,"
            " user_agent) VALUES (?, ?, ?, ?, ?, ?)",
            (token_sha256, person_id, tx.at, tx.at, expires_at, user_agent[:200]),
        )
        tx.record("session.start", "person", person_id)

    def person(self, token_sha256: str, now: str) -> tuple[Person, str] | None:
        """Who is signed in with this token and when they were last seen.

        None if it is expired, revoked or unknown, or the person inactive.
        """
        row = self._c.row(
            f"SELECT s.seen_at, {', '.join('p.' + c for c in COLUMNS.split(', '))} FROM session s"
            " JOIN person p ON p.id = s.person_id WHERE s.token_sha256 = ?"
            " AND s.revoked_at IS NULL AND s.expires_at > ? AND p.active = 1",
            (token_sha256, now),
        )
        return None if row is None else (person_of(row), row["seen_at"])

    def touch(self, tx: Transaction, token_sha256: str) -> None:
        """Note that a session is in use."""
        tx.touch(
            "session.seen_at",
            "UPDATE session SET seen_at = ? WHERE token_sha256 = ? AND seen_at < ?",
            (tx.at, token_sha256, tx.at),
        )

    def live(self, person_id: str, now: str) -> list[SessionRow]:
        """Somebody's sessions, the one seen last first."""
        rows = self._c.rows(
            "SELECT token_sha256, created_at, seen_at, user_agent FROM session"
            " WHERE person_id = ? AND revoked_at IS NULL AND expires_at > ?"
            " ORDER BY seen_at DESC, created_at DESC",
            (person_id, now),
        )
        return [
            SessionRow(
                hashlib.sha256(f"session:{row['token_sha256']}".encode()).hexdigest()[:32],
                row["token_sha256"], row["created_at"], row["seen_at"], row["user_agent"],
            )
            for row in rows
        ]  # fmt: skip

    def last_sign_ins(self) -> dict[str, str]:
        """When each person last signed in; those who never did are left out."""
        rows = self._c.rows(
            "SELECT person_id, max(created_at) AS at FROM session GROUP BY person_id"
        )
        return {row["person_id"]: row["at"] for row in rows}

    def live_counts(self, now: str) -> dict[str, int]:
        """How many sessions each person has; those without any are left out."""
        rows = self._c.rows(
            "SELECT person_id, count(*) AS n FROM session WHERE revoked_at IS NULL"
            " AND expires_at > ? GROUP BY person_id",
            (now,),
        )
        return {row["person_id"]: row["n"] for row in rows}

    def end(self, tx: Transaction, token_sha256: str) -> None:
        """Revoke one session."""
        row = tx.execute(
            "UPDATE session SET revoked_at = ? WHERE token_sha256 = ? AND revoked_at IS NULL"
            " RETURNING person_id",
            (tx.at, token_sha256),
        ).fetchone()
        if row is not None:
            tx.record("session.end", "person", row["person_id"])

    def end_all(self, tx: Transaction, person_id: str, but: str | None = None) -> int:
        """Revoke all sessions of a person, but perhaps the one of a token's hash."""
        ended = tx.execute(
            "UPDATE session SET revoked_at = ? WHERE person_id = ? AND revoked_at IS NULL"
            " AND expires_at > ? AND token_sha256 IS NOT ?",
            (tx.at, person_id, tx.at, but),
        ).rowcount
        if ended:
            tx.record("session.end_all", "person", person_id, after={"sessions": ended})
        return ended

    def invite(
        self,
        tx: Transaction,
        person_id: str,
        purpose: Purpose,
        token_sha256: str,
        expires_at: str,
    ) -> Invitation:
        """Remember a link by the hash of its token; earlier ones of the person are revoked."""
        self.revoke_invitations(tx, person_id)
        made = Invitation(new_id(), purpose, person_id, tx.at, tx.by, expires_at)
        tx.execute(
            f"INSERT INTO invitation ({_INVITATION}, token_sha256) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (made.id, purpose, person_id, tx.at, tx.by, expires_at, token_sha256),
        )
        tx.record("invitation.make", "person", person_id,
                  after={"purpose": purpose, "expires_at": expires_at})  # fmt: skip
        return made

    def invitation(self, token_sha256: str, now: str) -> Invitation | None:
        """The open invitation of this token to an active person."""
        row = self._c.row(
            f"SELECT {', '.join('i.' + c for c in _INVITATION.split(', '))} FROM invitation i"
            " JOIN person p ON p.id = i.person_id WHERE i.token_sha256 = ? AND i.used_at IS NULL"
            " AND i.revoked_at IS NULL AND i.expires_at > ? AND p.active = 1",
            (token_sha256, now),
        )
        return None if row is None else _invitation(row)

    def knows(self, token_sha256: str) -> bool:
        """Whether there ever was an invitation of this token."""
        return (
            self._c.row("SELECT 1 FROM invitation WHERE token_sha256 = ?", (token_sha256,))
            is not None
        )

    def open_invitations(self, now: str) -> dict[str, Invitation]:
        """The invitations that could be used now, by person."""
        rows = self._c.rows(
            f"SELECT {_INVITATION} FROM invitation WHERE used_at IS NULL"
            " AND revoked_at IS NULL AND expires_at > ?",
            (now,),
        )
        return {row["person_id"]: _invitation(row) for row in rows}

    def use_invitation(self, tx: Transaction, invitation: Invitation) -> None:
        """Note that an invitation has served."""
        tx.execute("UPDATE invitation SET used_at = ? WHERE id = ?", (tx.at, invitation.id))
        tx.record("invitation.use", "person", invitation.person_id,
                  before={"purpose": invitation.purpose})  # fmt: skip

    def revoke_invitations(self, tx: Transaction, person_id: str) -> int:
        """Make the unused links of a person worthless."""
        revoked = tx.execute(
            "UPDATE invitation SET revoked_at = ? WHERE person_id = ? AND used_at IS NULL"
            " AND revoked_at IS NULL AND expires_at > ?",
            (tx.at, person_id, tx.at),
        ).rowcount
        if revoked:
            tx.record("invitation.revoke", "person", person_id, after={"links": revoked})
        return revoked

    def note_failure(self, tx: Transaction, name: str, address: str) -> None:
        """Remember a failed attempt, for the rate limit and the record."""
        id_ = new_id()
        tx.execute(
            "INSERT INTO sign_in_attempt (id, name, address, at) VALUES (?, ?, ?, ?)",
            (id_, name[:100], address, tx.at),
        )
        tx.record("session.refuse", "sign_in_attempt", id_, after={"name": name[:100]})

    def failures(self, name: str, address: str, since: str) -> Failures:
        """The failed attempts since a time that count against another one."""
        row = self._c.row(
            "SELECT coalesce(sum(name = :name COLLATE NOCASE AND address = :address), 0) AS here,"
            " coalesce(sum(name = :name COLLATE NOCASE), 0) AS of_name,"
            " coalesce(sum(address = :address), 0) AS of_address"
            " FROM sign_in_attempt WHERE at > :since",
            {"name": name[:100], "address": address, "since": since},
        )
        return Failures(0, 0, 0) if row is None else Failures(*row)


def _invitation(row: Row) -> Invitation:
    return Invitation(*(row[name] for name in _INVITATION.split(", ")))
