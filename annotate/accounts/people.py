"""Accounts: adding people, changing what they are, and their roles in projects."""

from __future__ import annotations

import re
from dataclasses import dataclass

from annotate.accounts import passwords
from annotate.accounts.permissions import own_or_managed, permitted, require, role_of
from annotate.accounts.sessions import CHECKING, note_failure, refuse_haste
from annotate.accounts.setup import administrator_can_sign_in
from annotate.errors import Forbidden, Invalid
from annotate.model import LANGUAGES, ROLES, Language, Person, Project, Role, utc_now
from annotate.store import Invitation, Store, Transaction

LONGEST_NAME = 80
LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\Z")
# Characters that are not seen but steer the text around them.
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody as administrators see them.

    ``last_sign_in`` is None for one who never signed in, ``sessions`` the number of those open,
    ``invitation`` the link that they could come in by now.
    """

    person: Person
    last_sign_in: str | None
    sessions: int
    has_password: bool
    invitation: Invitation | None


def roster(store: Store, by: Person) -> tuple[Account, ...]:
    """Everybody with an account, by name.

    Raises:
        Forbidden: if ``by`` does not manage people.
    """
    require(store, by, "person.manage")
    now = utc_now()
    last, open_now = store.sessions.last_sign_ins(), store.sessions.live_counts(now)
    invited, without = store.sessions.open_invitations(now), store.people.without_password()
    return tuple(
        Account(
            person,
            last.get(person.id),
            open_now.get(person.id, 0),
            person.id not in without,
            invited.get(person.id),
        )
        for person in store.people.all()
        if person.kind == "person"
    )


def memberships(store: Store, by: Person, person: Person) -> tuple[tuple[Project, Role], ...]:
    """The projects that somebody is a member of, archived ones last, with their role in each.

    Raises:
        Forbidden: if ``by`` does not manage people.
    """
    require(store, by, "person.manage")
    return tuple(
        (project, role)
        for project in store.projects.of_member(person.id, archived=True)
        if (role := store.projects.role(project.id, person.id))
    )


def last_administrator(store: Store, person: Person) -> bool:
    """Whether somebody is the only administrator who can sign in, and so has to stay one."""
    return store.people.signing_in("admin") == {person.id}


def add_person(
    store: Store,
    by: Person,
    name: str,
    *,
    password: str | None = None,
    role: Role = "analyst",
    display_name: str = "",
    email: str | None = None,
    project_id: str | None = None,
) -> Person:
    """Make an account. Without a project named, it joins the only one there is.

    Raises:
        Forbidden: if ``by`` may not.
        Invalid: if the name is taken or odd, the role unknown, or the password too short.
    """
    require(store, by, "person.manage")
    hashed = None if password is None else passwords.hash_password(password, name)
    with permitted(store, by, "person.manage") as tx:
        return enrol(
            store, tx, name, role=role, display_name=display_name, email=email,
            project_id=project_id, password_hash=hashed,
        )  # fmt: skip


def enrol(
    store: Store,
    tx: Transaction,
    name: str,
    *,
    role: Role,
    display_name: str,
    email: str | None,
    project_id: str | None,
    password_hash: str | None = None,
    joins: bool = True,
) -> Person:
    """Make an account within a transaction of somebody who may; as ``add_person``.

    With ``joins`` False it is in no project as yet.
    """
    passwords.check_name(name)
    check_role(role)
    projects = store.projects.all()
    if joins and project_id is None and len(projects) == 1:
        project_id = projects[0].id
    person = store.people.add(
        tx,
        name,
        display_name=checked_display_name(display_name or name),
        role=role,
        email=checked_email(email or "") or None,
        password_hash=password_hash,
    )
    if joins and project_id is not None:
        store.projects.set_member(tx, project_id, person.id, role)
    return person


def set_password(store: Store, by: Person, person: Person, password: str) -> None:
    """Set somebody's password, end their sessions and open links; everybody may set their own."""
    if by.id != person.id:
        require(store, by, "person.manage")
    hashed = passwords.hash_password(password, person.name)
    with own_or_managed(store, by, person) as tx:
        replace_password(store, tx, person, hashed)


def change_password(
    store: Store, person: Person, current: str, new: str, address: str, token: str
) -> None:
    """Change one's own password; the session of ``token`` goes on, all others end.

    Args:
        store: The store.
        person: Who changes theirs.
        current: The password until now.
        new: The one from now on.
        address: Where they are, for the limit on attempts.
        token: That of the session that they are in.

    Raises:
        TooManyAttempts: after too many wrong ones.
        Forbidden: if the current password is wrong.
        Invalid: if the new one will not do.
    """
    with CHECKING:
        refuse_haste(store, person.name, address)
        stored = store.people.password_hash(person.id)
        if stored is None or not passwords.verify(stored, current):
            note_failure(store, person.name, address)
            raise Forbidden("The current password is not right", "Check it and try again")
    hashed = passwords.hash_password(new, person.name)
    with store.write(person.id) as tx:
        replace_password(store, tx, person, hashed, passwords.digest(token))


def replace_password(
    store: Store, tx: Transaction, person: Person, hashed: str, but: str | None = None
) -> None:
    """Store a new password's hash; sessions, but perhaps one, and open links end with the old."""
    store.people.set_password_hash(tx, person.id, hashed)
    store.sessions.end_all(tx, person.id, but)
    store.sessions.revoke_invitations(tx, person.id)


def change_person(
    store: Store,
    by: Person,
    person: Person,
    *,
    role: Role | None = None,
    active: bool | None = None,
    display_name: str | None = None,
    email: str | None = None,
) -> None:
    """Change a role, everywhere, whether somebody may sign in, and what they are called.

    A role in one project alone is ``change_member``'s. Whoever may not sign in any more loses
    their sessions and open links.

    Args:
        store: The store.
        by: Who changes it.
        person: Whose it is.
        role: The new role; None leaves it, as for the others.
        active: Whether they may sign in from now on.
        display_name: As for ``describe_person``.
        email: As for ``describe_person``.

    Raises:
        Forbidden: if ``by`` may not.
        Invalid: if it would leave no administrator who can sign in, or one of them will not do.
    """
    if role is not None:
        check_role(role)
    if person.kind == "operator":
        raise Invalid("The local operator cannot be changed")
    name = None if display_name is None else checked_display_name(display_name)
    address = None if email is None else checked_email(email)
    with permitted(store, by, "person.manage") as tx:
        could = administrator_can_sign_in(store)
        store.people.change(
            tx, person.id, role=role, active=active, display_name=name, email=address
        )
        if active is False:
            store.sessions.end_all(tx, person.id)
            store.sessions.revoke_invitations(tx, person.id)
        if role is not None:
            # Archived ones too: an editor left in one could take it out of the archive.
            for project in store.projects.of_member(person.id, archived=True):
                store.projects.set_member(tx, project.id, person.id, role)
        if could and not administrator_can_sign_in(store):
            raise Invalid(
                "{person_name} is the last administrator",
                "Make somebody else one first",
                person_name=person.name,
            )


def describe_person(
    store: Store,
    by: Person,
    person: Person,
    *,
    display_name: str | None = None,
    email: str | None = None,
) -> None:
    """Change the name that others see and the mail address; everybody may change their own.

    Args:
        store: The store.
        by: Who changes it.
        person: Whose it is.
        display_name: The new name; None leaves it.
        email: The new address; empty takes it away, None leaves it.

    Raises:
        Forbidden: for somebody else's, but to an administrator.
        Invalid: if one of them will not do.
    """
    if by.id != person.id:
        require(store, by, "person.manage")
    if person.kind == "operator":
        raise Invalid("The local operator cannot be changed")
    name = None if display_name is None else checked_display_name(display_name)
    address = None if email is None else checked_email(email)
    with own_or_managed(store, by, person) as tx:
        store.people.change(tx, person.id, display_name=name, email=address)


def change_member(store: Store, by: Person, person: Person, project_id: str, role: Role) -> None:
    """Make somebody a member of a project, or change their role in it alone.

    Raises:
        Invalid: if the role is unknown, or an administrator's for one who is none; or if it
            would leave the project without an editor.
    """
    require(store, by, "project.change", project_id)
    check_role(role)
    if role == "admin" and person.role != "admin":
        raise Invalid("Nobody is an administrator of one project alone", "Use the role editor")
    with permitted(store, by, "project.change", project_id) as tx:
        store.projects.set_member(tx, project_id, person.id, role)
        _refuse_no_editor(store, by, project_id)


def remove_member(store: Store, by: Person, person: Person, project_id: str) -> None:
    """Take somebody out of a project; what they recorded stays, and they see no more of it.

    Raises:
        Invalid: if it would leave the project without an editor.
    """
    with permitted(store, by, "project.change", project_id) as tx:
        store.projects.remove_member(tx, project_id, person.id)
        _refuse_no_editor(store, by, project_id)


def _refuse_no_editor(store: Store, by: Person, project_id: str) -> None:
    if role_of(store, by, None) == "admin":
        return
    members = store.projects.members(project_id)
    editing = [id_ for id_, role in members.items() if role in ("admin", "editor")]
    if not any(person.active for person in store.people.many(editing).values()):
        raise Invalid("The project would have no editor left", "Make somebody else an editor first")


def set_language(store: Store, person: Person, language: Language) -> None:
    """Set the language of one's own pages; everybody may.

    Args:
        store: The store.
        person: Whose pages.
        language: One of `LANGUAGES`, or empty for the browser's.

    Raises:
        Invalid: for any other language.
    """
    if language and language not in LANGUAGES:
        raise Invalid(
            "There are no pages in the language {language!r}",
            "Use one of {names}",
            language=language,
            names=", ".join(LANGUAGES),
        )
    if language == person.language:
        return
    with store.write(person.id) as tx:
        store.people.set_language(tx, person.id, language)


def check_role(role: str) -> None:
    """Refuse what is not a role."""
    if role not in ROLES:
        raise Invalid(
            "{role!r} is not a role", "Use one of {names}", role=role, names=", ".join(ROLES)
        )


def checked_display_name(name: str) -> str:
    """A name to show, trimmed.

    Raises:
        Invalid: if it is empty, too long, or has characters that steer the text around it.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or UNSEEN.search(name):
        raise Invalid(
            "This will not do as the name that others see",
            "Use up to {longest} characters, none of them invisible",
            longest=LONGEST_NAME,
        )
    return name


def checked_email(address: str) -> str:
    """A mail address, trimmed; an empty one stays empty.

    Raises:
        Invalid: if it cannot be one.
    """
    address = address.strip()
    if address and (len(address) > LONGEST_EMAIL or not _EMAIL.match(address)):
        raise Invalid("{address!r} is not a mail address", "Write it like a@b.example",
                      address=address[:LONGEST_NAME])  # fmt: skip
    return address
