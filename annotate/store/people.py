"""People, their sessions and their attempts to sign in."""

from __future__ import annotations

from collections.abc import Sequence

from annotate.errors import Invalid, NotFound
from annotate.model import Person, PersonKind, Role, new_id
from annotate.store.database import Connections, Row, Transaction, marks

_COLUMNS = "id, name, display_name, kind, role, active, email, language"


class People:
    """The people of one database."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def get(self, person_id: str) -> Person:
        """One person.

        Raises:
            NotFound: if there is none with this id.
        """
        row = self._c.row(f"SELECT {_COLUMNS} FROM person WHERE id = ?", (person_id,))
        if row is None:
            raise NotFound("There is no person {person_id}", person_id=person_id)
        return _person(row)

    def named(self, name: str) -> Person:
        """The person of this name, upper and lower case alike.

        Raises:
            NotFound: if there is none.
        """
        row = self._c.row(f"SELECT {_COLUMNS} FROM person WHERE name = ?", (name,))
        if row is None:
            raise NotFound("There is nobody called {name!r}", "See `user list`", name=name)
        return _person(row)

    def all(self) -> list[Person]:
        """Everybody but the local operator, by name."""
        return [
            _person(row)
            for row in self._c.rows(
                f"SELECT {_COLUMNS} FROM person WHERE kind != 'operator' ORDER BY name"
            )
        ]

    def many(self, ids: Sequence[str]) -> dict[str, Person]:
        """People by id; unknown ids are left out."""
        rows = self._c.rows(f"SELECT {_COLUMNS} FROM person WHERE id IN ({marks(ids)})", list(ids))
        return {row["id"]: _person(row) for row in rows}

    def add(
        self,
        tx: Transaction,
        name: str,
        *,
        display_name: str = "",
        kind: PersonKind = "person",
        role: Role = "analyst",
        active: bool = True,
        email: str | None = None,
        password_hash: str | None = None,
        person_id: str | None = None,
    ) -> Person:
        """Add somebody.

        Raises:
            Invalid: if the name is taken.
        """
        if tx.execute("SELECT 1 FROM person WHERE name = ?", (name,)).fetchone():
            raise Invalid("The name {name!r} is taken", "Choose another", name=name)
        person = Person(
            person_id or new_id(), name, display_name or name, kind, role, active, email
        )
        tx.execute(
            "INSERT INTO person (id, name, display_name, kind, role, active, email,"
            " password_hash, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (person.id, name, person.display_name, kind, role, int(active), email,
             password_hash, tx.at),
        )  # fmt: skip
        tx.record("person.add", "person", person.id, after=_public(person))
        return person

    def change(
        self,
        tx: Transaction,
        person_id: str,
        *,
        role: Role | None = None,
        active: bool | None = None,
    ) -> None:
        """Change somebody's role or whether they may sign in; inactive people lose sessions."""
        before = self.get(person_id)
        tx.execute(
            "UPDATE person SET role = coalesce(?, role), active = coalesce(?, active) WHERE id = ?",
            (role, None if active is None else int(active), person_id),
        )
        if active is False:
            self.end_sessions(tx, person_id)
        tx.record("person.change", "person", person_id, before=_public(before),
                  after=_public(self.get(person_id)))  # fmt: skip

    def set_password_hash(self, tx: Transaction, person_id: str, password_hash: str) -> None:
        """Store the hash of a new password and end all sessions."""
        tx.execute("UPDATE person SET password_hash = ? WHERE id = ?", (password_hash, person_id))
        self.end_sessions(tx, person_id)
        tx.record("person.password", "person", person_id)

    def password_hash(self, person_id: str) -> str | None:
        """The stored hash, None for somebody who cannot sign in with a password."""
        row = self._c.row("SELECT password_hash FROM person WHERE id = ?", (person_id,))
        return None if row is None else row["password_hash"]

    def can_sign_in(self) -> set[Role]:
        """The account roles of those active people who have a password."""
        rows = self._c.rows(
            "SELECT DISTINCT role FROM person WHERE active = 1 AND kind = 'person'"
            " AND password_hash IS NOT NULL"
        )
        return {row["role"] for row in rows}

    def start_session(
        self, tx: Transaction, person_id: str, token_sha256: str, expires_at: str, user_agent: str
    ) -> None:
        """Remember a session by the hash of its token."""
        tx.execute(
            "INSERT INTO session (token_sha256, person_id, created_at, seen_at, expires_at,"
            " user_agent) VALUES (?, ?, ?, ?, ?, ?)",
            (token_sha256, person_id, tx.at, tx.at, expires_at, user_agent[:200]),
        )
        tx.record("session.start", "person", person_id)

    def session_person(self, token_sha256: str, now: str) -> Person | None:
        """Who is signed in with this token; None if expired, revoked, unknown or inactive."""
        row = self._c.row(
            f"SELECT {', '.join('p.' + c for c in _COLUMNS.split(', '))} FROM session s"
            " JOIN person p ON p.id = s.person_id WHERE s.token_sha256 = ?"
            " AND s.revoked_at IS NULL AND s.expires_at > ? AND p.active = 1",
            (token_sha256, now),
        )
        return None if row is None else _person(row)

    def end_session(self, tx: Transaction, token_sha256: str) -> None:
        """Revoke one session."""
        row = tx.execute(
            "UPDATE session SET revoked_at = ? WHERE token_sha256 = ? AND revoked_at IS NULL"
            " RETURNING person_id",
            (tx.at, token_sha256),
        ).fetchone()
        if row is not None:
            tx.record("session.end", "person", row["person_id"])

    def end_sessions(self, tx: Transaction, person_id: str) -> None:
        """Revoke all sessions of a person."""
        ended = tx.execute(
            "UPDATE session SET revoked_at = ? WHERE person_id = ? AND revoked_at IS NULL",
            (tx.at, person_id),
        ).rowcount
        if ended:
            tx.record("session.end_all", "person", person_id, after={"sessions": ended})

    def note_failed_sign_in(self, tx: Transaction, name: str, address: str) -> None:
        """Remember a failed attempt, for the rate limit and the record."""
        id_ = new_id()
        tx.execute(
            "INSERT INTO sign_in_attempt (id, name, address, at) VALUES (?, ?, ?, ?)",
            (id_, name[:100], address, tx.at),
        )
        tx.record("session.refuse", "sign_in_attempt", id_, after={"name": name[:100]})

    def failed_sign_ins(self, name: str, address: str, since: str) -> tuple[int, int]:
        """Failed attempts since a time: (of this name, from this address)."""
        row = self._c.row(
            "SELECT coalesce(sum(name = ? COLLATE NOCASE), 0) AS by_name,"
            " coalesce(sum(address = ?), 0) AS by_address FROM sign_in_attempt WHERE at > ?",
            (name[:100], address, since),
        )
        return (0, 0) if row is None else (row["by_name"], row["by_address"])

    def setting(self, name: str) -> str | None:
        """A stored setting."""
        row = self._c.row("SELECT value FROM setting WHERE name = ?", (name,))
        return None if row is None else str(row["value"])

    def set_setting(self, tx: Transaction, name: str, value: str | None) -> None:
        """Store a setting, or remove it with None; its value stays out of the audit record."""
        if value is None:
            tx.execute("DELETE FROM setting WHERE name = ?", (name,))
        else:
            tx.execute(
                "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = ?",
                (name, value, value),
            )
        tx.record("setting.change", "setting", name)


def _person(row: Row) -> Person:
    return Person(
        row["id"], row["name"], row["display_name"], row["kind"], row["role"],
        bool(row["active"]), row["email"], row["language"],
    )  # fmt: skip


def _public(person: Person) -> dict[str, object]:
    return {
        "name": person.name,
        "display_name": person.display_name,
        "kind": person.kind,
        "role": person.role,
        "active": person.active,
        "email": person.email,
    }
