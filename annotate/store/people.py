"""People: what they are called, what they may do, and the settings kept beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from annotate.errors import Invalid, NotFound
from annotate.model import Language, Person, PersonKind, Role, new_id
from annotate.store.database import Connections, Row, Transaction, marks

COLUMNS = "id, name, display_name, kind, role, active, email, language"


class People:
    """The people of one database."""

    def __init__(self, connections: Connections) -> None:
        self._c = connections

    def get(self, person_id: str) -> Person:
        """One person.

        Raises:
            NotFound: if there is none with this id.
        """
        row = self._c.row(f"SELECT {COLUMNS} FROM person WHERE id = ?", (person_id,))
        if row is None:
            raise NotFound("There is no person {person_id}", person_id=person_id)
        return person_of(row)

    def named(self, name: str) -> Person:
        """The person of this name, upper and lower case alike.

        Raises:
            NotFound: if there is none.
        """
        row = self._c.row(f"SELECT {COLUMNS} FROM person WHERE name = ?", (name,))
        if row is None:
            raise NotFound("There is nobody called {name!r}", "See `user list`", name=name)
        return person_of(row)

    def all(self) -> list[Person]:
        """Everybody but the local operator, by name."""
        return [
            person_of(row)
            for row in self._c.rows(
                f"SELECT {COLUMNS} FROM person WHERE kind != 'operator' ORDER BY name"
            )
        ]

    def many(self, ids: Sequence[str]) -> dict[str, Person]:
        """People by id; unknown ids are left out."""
        rows = self._c.rows(f"SELECT {COLUMNS} FROM person WHERE id IN ({marks(ids)})", list(ids))
        return {row["id"]: person_of(row) for row in rows}

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
        display_name: str | None = None,
        email: str | None = None,
    ) -> None:
        """Change what is given; an empty ``email`` takes the address away."""
        before = self.get(person_id)
        after = replace(
            before,
            role=role or before.role,
            active=before.active if active is None else active,
            display_name=display_name or before.display_name,
            email=before.email if email is None else email or None,
        )
        if after == before:
            return
        tx.execute(
            "UPDATE person SET role = ?, active = ?, display_name = ?, email = ? WHERE id = ?",
            (after.role, int(after.active), after.display_name, after.email, person_id),
        )
        tx.record("person.change", "person", person_id, before=_public(before),
                  after=_public(after))  # fmt: skip

    def set_password_hash(self, tx: Transaction, person_id: str, password_hash: str) -> None:
        """Store the hash of a new password."""
        tx.execute("UPDATE person SET password_hash = ? WHERE id = ?", (password_hash, person_id))
        tx.record("person.password", "person", person_id)

    def set_language(self, tx: Transaction, person_id: str, language: Language) -> None:
        """Store the language of somebody's pages; empty for their browser's."""
        before = self.get(person_id)
        tx.execute("UPDATE person SET language = ? WHERE id = ?", (language, person_id))
        tx.record("person.language", "person", person_id, before={"language": before.language},
                  after={"language": language})  # fmt: skip

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

    def signing_in(self, role: Role) -> set[str]:
        """The ids of the active people of a role who have a password."""
        rows = self._c.rows(
            "SELECT id FROM person WHERE active = 1 AND kind = 'person' AND role = ?"
            " AND password_hash IS NOT NULL",
            (role,),
        )
        return {row["id"] for row in rows}

    def without_password(self) -> set[str]:
        """The ids of those who have no password: nobody has come in by that account yet."""
        rows = self._c.rows("SELECT id FROM person WHERE password_hash IS NULL")
        return {row["id"] for row in rows}

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


def person_of(row: Row) -> Person:
    """A person as the model knows them, from a row with ``COLUMNS``."""
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
