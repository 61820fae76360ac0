"""People, passwords, sessions and who may do what; asked by page, API and command line alike.

The permission table below is the only place that decides. Passwords are kept as argon2id hashes
(RFC 9106), sessions as the SHA-256 of a random token.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from annotate import codebook
from annotate.errors import Forbidden, Invalid, NotFound
from annotate.model import ROLES, LabelSet, Person, Project, Role, utc_now
from annotate.store import OPERATOR_ID, Store

Action = Literal[
    "article.read",
    "article.ingest",
    "label_set.tag",
    "label_set.read_submitted",
    "label_set.read_drafts",
    "label_set.write_gold",
    "registry.add",
    "export.read",
    "data.import",
    "project.create",
    "project.change",
    "person.manage",
    "database.maintain",
]
_ALL: frozenset[Role] = frozenset(ROLES)
_CODERS: frozenset[Role] = frozenset({"admin", "editor", "reviewer", "analyst"})
_EDITORS: frozenset[Role] = frozenset({"admin", "editor"})
_ADMINS: frozenset[Role] = frozenset({"admin"})

PERMISSIONS: dict[Action, frozenset[Role]] = {
    "article.read": _ALL,
    "article.ingest": _EDITORS,
    "label_set.tag": _CODERS,
    "label_set.read_submitted": frozenset({"admin", "editor", "reviewer"}),
    "label_set.read_drafts": _EDITORS,
    "label_set.write_gold": frozenset({"admin", "editor", "reviewer"}),
    "registry.add": _CODERS,
    "export.read": _ALL,
    "data.import": _EDITORS,
    "project.create": _EDITORS,
    "project.change": _EDITORS,
    "person.manage": _ADMINS,
    "database.maintain": _ADMINS,
}

SESSION_DAYS = 14
PASSWORD_LENGTH = 10
FAILURES_A_NAME = 5
FAILURES_AN_ADDRESS = 30
FAILURE_WINDOW = timedelta(minutes=15)
FIRST_PROJECT = "First project"
_NAME = re.compile(r"[\w][\w.@+-]{0,63}\Z")
_SETUP_CODE = "setup_code_sha256"
# One password at a time: attempts made at once must not all pass the limit before the first of
# them has failed, and each takes 64 MiB.
_CHECKING = threading.Lock()


def operator(store: Store) -> Person:
    """The local operator, in whose name the command line acts."""
    return store.people.get(OPERATOR_ID)


def role_of(store: Store, person: Person, project_id: str | None) -> Role | None:
    """The role that counts: in a project that of the membership, elsewhere the account's.

    Administrators and the local operator are administrators everywhere.
    """
    if not person.active or person.kind not in ("person", "operator"):
        return None
    if person.role == "admin" or project_id is None:
        return person.role
    return store.projects.role(project_id, person.id)


def may(store: Store, person: Person, action: Action, project_id: str | None = None) -> bool:
    """Whether the permission table allows it."""
    return role_of(store, person, project_id) in PERMISSIONS[action]


def require(store: Store, person: Person, action: Action, project_id: str | None = None) -> None:
    """Refuse what the permission table does not allow.

    Raises:
        NotFound: for a project that the person is not a member of.
        Forbidden: for an action that their role may not do.
    """
    role = role_of(store, person, project_id)
    if role in PERMISSIONS[action]:
        return
    if role is None and project_id is not None and person.active:
        raise NotFound(
            "There is no project {project_id} for {person_name}",
            project_id=project_id,
            person_name=person.name,
        )
    raise Forbidden(
        "{person_name} ({value}) may not do this: {action}",
        "It takes one of the roles {names}",
        person_name=person.name,
        value=role or "inactive",
        action=action,
        names=", ".join(r for r in ROLES if r in PERMISSIONS[action]),
    )


def projects_of(store: Store, person: Person) -> list[Project]:
    """The projects that somebody may open."""
    if role_of(store, person, None) == "admin":
        return store.projects.all()
    return store.projects.of_member(person.id)


def may_open(store: Store, person: Person, article_id: str) -> bool:
    """Whether an article is in a project of this person's."""
    mine = {project.id for project in projects_of(store, person)}
    inside = store.articles.projects_of([article_id]).get(article_id, ())
    return role_of(store, person, None) == "admin" or bool(mine & set(inside))


def visible(
    store: Store, person: Person, project: Project, heads: Sequence[LabelSet]
) -> list[LabelSet]:
    """Of the label sets on some articles of one project, those that a person may see.

    Blindness comes first: while a project is blind, whoever has an unsubmitted label set on an
    article sees no other on it, whatever their role. The local operator sees everything.

    Args:
        store: The store.
        person: Who asks.
        project: The project of all the label sets.
        heads: All label sets of the project on the articles in question.
    """
    if person.kind == "operator":
        return list(heads)
    role = role_of(store, person, project.id)
    own = {head.article_id: head for head in heads if head.coder_id == person.id}

    def allowed(head: LabelSet) -> bool:
        if head.coder_id == person.id:
            return True
        mine = own.get(head.article_id)
        submitted = mine is not None and mine.status in ("submitted", "accepted")
        if project.blind and mine is not None and not submitted:
            return False
        if head.kind == "gold" and role == "viewer":
            return True
        if head.kind == "analyst" and head.status == "draft":
            return role in PERMISSIONS["label_set.read_drafts"]
        if role in PERMISSIONS["label_set.read_submitted"]:
            return True
        opened = submitted and project.open_after_submission
        return role == "analyst" and head.kind != "model" and (opened or not project.blind)

    return [head for head in heads if role is not None and allowed(head)]


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
    _check_name(name)
    if role not in ROLES:
        raise Invalid(
            "{role!r} is not a role", "Use one of {names}", role=role, names=", ".join(ROLES)
        )
    hashed = None if password is None else _hash(password, name)
    projects = store.projects.all()
    if project_id is None and len(projects) == 1:
        project_id = projects[0].id
    with store.write(by.id) as tx:
        person = store.people.add(
            tx, name, display_name=display_name, role=role, email=email, password_hash=hashed
        )
        if project_id is not None:
            store.projects.set_member(tx, project_id, person.id, role)
    return person


def set_password(store: Store, by: Person, person: Person, password: str) -> None:
    """Set somebody's password and end their sessions; everybody may set their own."""
    if by.id != person.id:
        require(store, by, "person.manage")
    hashed = _hash(password, person.name)
    with store.write(by.id) as tx:
        store.people.set_password_hash(tx, person.id, hashed)


def change_person(
    store: Store,
    by: Person,
    person: Person,
    *,
    role: Role | None = None,
    active: bool | None = None,
) -> None:
    """Change a role, everywhere, or whether somebody may sign in.

    A role in one project alone is ``change_member``'s.

    Raises:
        Invalid: if it would leave no administrator who can sign in, or the role is unknown.
    """
    require(store, by, "person.manage")
    if role is not None and role not in ROLES:
        raise Invalid(
            "{role!r} is not a role", "Use one of {names}", role=role, names=", ".join(ROLES)
        )
    if person.kind == "operator":
        raise Invalid("The local operator cannot be changed")
    with store.write(by.id) as tx:
        could = administrator_can_sign_in(store)
        store.people.change(tx, person.id, role=role, active=active)
        if role is not None:
            for project in store.projects.of_member(person.id):
                store.projects.set_member(tx, project.id, person.id, role)
        if could and not administrator_can_sign_in(store):
            raise Invalid(
                "{person_name} is the last administrator",
                "Make somebody else one first",
                person_name=person.name,
            )


def change_member(store: Store, by: Person, person: Person, project_id: str, role: Role) -> None:
    """Make somebody a member of a project, or change their role in it alone.

    Raises:
        Invalid: if the role is unknown.
    """
    require(store, by, "project.change", project_id)
    if role not in ROLES:
        raise Invalid(
            "{role!r} is not a role", "Use one of {names}", role=role, names=", ".join(ROLES)
        )
    with store.write(by.id) as tx:
        store.projects.set_member(tx, project_id, person.id, role)


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
        store.people.set_setting(tx, _SETUP_CODE, _digest(code))
    return code


def finish_setup(store: Store, code: str, name: str, password: str, address: str) -> Person:
    """Make the first administrator.

    Raises:
        Forbidden: if the code is wrong, used already, or tried too often.
        Invalid: if the name or password will not do.
    """
    with _CHECKING:
        _refuse_haste(store, "setup", address)
        expected = store.people.setting(_SETUP_CODE)
        if expected is None or not hmac.compare_digest(expected, _digest(code.strip().lower())):
            _note_failure(store, "setup", address)
            raise Forbidden(
                "The setup code is not right", "It stands in the terminal where the server runs"
            )
    _check_name(name)
    hashed = _hash(password, name)
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


def sign_in(store: Store, name: str, password: str, address: str, user_agent: str) -> str:
    """Begin a session; returns its token, which is stored nowhere.

    Raises:
        Forbidden: if name or password are wrong (which of them is not said), the account is
            inactive, or there were too many failures.
    """
    with _CHECKING:
        _refuse_haste(store, name, address)
        person = _person_with(store, name, password)
        if person is None:
            _note_failure(store, name, address)
            raise Forbidden("Name or password is not right", "Check both and try again")
    token = secrets.token_urlsafe(32)
    expires = _iso(datetime.now(UTC) + timedelta(days=SESSION_DAYS))
    with store.write(person.id) as tx:
        store.people.start_session(tx, person.id, _digest(token), expires, user_agent)
    return token


def _person_with(store: Store, name: str, password: str) -> Person | None:
    """Who may sign in with this name and password; an unknown name takes as long to refuse."""
    try:
        person = store.people.named(name)
    except NotFound:
        _verify(_decoy(), password)
        return None
    stored = store.people.password_hash(person.id)
    known = person.active and person.kind == "person" and stored is not None
    matches = _verify(stored if known and stored else _decoy(), password)
    return person if known and matches else None


def session_person(store: Store, token: str | None) -> Person | None:
    """Who is signed in with a token, None if nobody."""
    return None if not token else store.people.session_person(_digest(token), utc_now())


def sign_out(store: Store, token: str) -> None:
    """End a session."""
    person = session_person(store, token)
    if person is not None:
        with store.write(person.id) as tx:
            store.people.end_session(tx, _digest(token))


def csrf_token(token: str) -> str:
    """What a page must send along with a change: known to the session's own pages only."""
    return _digest("csrf:" + token)


def _refuse_haste(store: Store, name: str, address: str) -> None:
    since = _iso(datetime.now(UTC) - FAILURE_WINDOW)
    by_name, by_address = store.people.failed_sign_ins(name, address, since)
    if by_name >= FAILURES_A_NAME or by_address >= FAILURES_AN_ADDRESS:
        raise Forbidden(
            "There were too many failed attempts", "Wait a quarter of an hour and try again"
        )


def _note_failure(store: Store, name: str, address: str) -> None:
    with store.write(OPERATOR_ID) as tx:
        store.people.note_failed_sign_in(tx, name, address)


def _check_name(name: str) -> None:
    if not _NAME.match(name) or name.lower() == "operator":
        raise Invalid(
            "{name!r} will not do as a name",
            "Use up to 64 letters, digits and . _ - @ + without spaces",
            name=name,
        )


def _hash(password: str, name: str) -> str:
    if len(password) < PASSWORD_LENGTH or len(password) > 1000 or password.lower() == name.lower():
        raise Invalid(
            "The password will not do",
            "Use at least {password_length} characters, not the name",
            password_length=PASSWORD_LENGTH,
        )
    return PasswordHasher().hash(password)


def _verify(stored: str, password: str) -> bool:
    try:
        return PasswordHasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _decoy() -> str:
    return PasswordHasher().hash(secrets.token_hex(16))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
