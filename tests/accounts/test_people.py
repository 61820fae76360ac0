"""Who may manage accounts and members, tried call by call; and what administrators see."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest

from annotate import accounts, projects
from annotate.accounts import PERMISSIONS, Action
from annotate.errors import Forbidden, Invalid, NotFound
from annotate.model import ROLES, Person, Role
from tests.world import PASSWORD, World, before_writing

Attempt = Callable[[World, Person], object]


CALLS: dict[str, tuple[Action, Attempt]] = {
    "roster": ("person.manage", lambda w, by: accounts.roster(w.store, by)),
    "add_person": ("person.manage", lambda w, by: accounts.add_person(w.store, by, "new")),
    "invite": ("person.manage", lambda w, by: accounts.invite(w.store, by, "new")),
    "memberships": (
        "person.manage",
        lambda w, by: accounts.memberships(w.store, by, _target(w)),
    ),
    "make_link": ("person.manage", lambda w, by: accounts.make_link(w.store, by, _target(w))),
    "revoke_links": ("person.manage", lambda w, by: accounts.revoke_links(w.store, by, _target(w))),
    "sessions_of": ("person.manage", lambda w, by: accounts.sessions_of(w.store, by, _target(w))),
    "end_sessions": ("person.manage", lambda w, by: accounts.end_sessions(w.store, by, _target(w))),
    "set_password": (
        "person.manage",
        lambda w, by: accounts.set_password(w.store, by, _target(w), PASSWORD),
    ),
    "change_person": (
        "person.manage",
        lambda w, by: accounts.change_person(w.store, by, _target(w), active=False),
    ),
    "describe_person": (
        "person.manage",
        lambda w, by: accounts.describe_person(w.store, by, _target(w), display_name="X"),
    ),
    "change_member": (
        "project.change",
        lambda w, by: accounts.change_member(w.store, by, _target(w), w.project.id, "reviewer"),
    ),
    "remove_member": (
        "project.change",
        lambda w, by: accounts.remove_member(w.store, by, _target(w), w.project.id),
    ),
}


def _target(world: World) -> Person:
    """Somebody who asks for nothing in these tests."""
    try:
        return world.store.people.named("target")
    except NotFound:
        return accounts.add_person(world.store, world.operator, "target")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("call", CALLS)
def test_each_call_asks_the_permission_table(world: World, call: str, role: Role) -> None:
    action, attempt = CALLS[call]
    _target(world)
    if role in PERMISSIONS[action]:
        attempt(world, world.people[role])
    else:
        with pytest.raises(Forbidden):
            attempt(world, world.people[role])


def test_administrators_see_who_came_in_and_who_could(world: World) -> None:
    accounts.set_password(world.store, world.operator, world.analyst, PASSWORD)
    accounts.sign_in(world.store, "analyst-1", PASSWORD, "10.0.0.1", "")
    link = accounts.invite(world.store, world.operator, "lin")
    seen = {one.person.name: one for one in accounts.roster(world.store, world.people["admin"])}
    assert "operator" not in seen
    analyst, lin, editor = seen["analyst-1"], seen["lin"], seen["editor-1"]
    assert (analyst.sessions, analyst.has_password) == (1, True)
    assert analyst.last_sign_in is not None
    assert (lin.invitation, lin.has_password) == (link.invitation, False)
    assert (editor.sessions, editor.last_sign_in, editor.invitation) == (0, None, None)


def test_everybody_describes_themself(world: World) -> None:
    me = world.analyst
    accounts.describe_person(world.store, me, me, display_name="  林  晓雯 ", email="l@a.example")
    changed = world.store.people.get(me.id)
    assert (changed.display_name, changed.email) == ("林 晓雯", "l@a.example")
    accounts.describe_person(world.store, me, me, email="")
    assert world.store.people.get(me.id).email is None


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\u202eb", "a\x07b"])
def test_names_that_mislead_are_refused(world: World, name: str) -> None:
    with pytest.raises(Invalid):
        accounts.describe_person(world.store, world.analyst, world.analyst, display_name=name)


@pytest.mark.parametrize("address", ["nobody", "a@b@c", "a b@c", "x" * 250 + "@a.example"])
def test_what_cannot_be_an_address_is_refused(world: World, address: str) -> None:
    with pytest.raises(Invalid):
        accounts.describe_person(world.store, world.analyst, world.analyst, email=address)


def test_saving_what_was_there_is_no_event(world: World) -> None:
    me = world.analyst
    before = _events(world)
    accounts.describe_person(world.store, me, me, display_name=me.display_name, email="")
    assert _events(world) == before


def _events(world: World) -> int:
    with sqlite3.connect(world.store.path) as db:
        count: int = db.execute("SELECT count(*) FROM event").fetchone()[0]
    return count


def test_a_project_keeps_an_editor_unless_an_administrator_says_otherwise(world: World) -> None:
    editor, project = world.people["editor"], world.project.id
    accounts.remove_member(world.store, world.operator, world.people["admin"], project)
    with pytest.raises(Invalid, match="no editor"):
        accounts.remove_member(world.store, editor, editor, project)
    with pytest.raises(Invalid, match="no editor"):
        accounts.change_member(world.store, editor, editor, project, "analyst")
    assert world.store.projects.role(project, editor.id) == "editor"
    accounts.change_member(world.store, editor, world.analyst, project, "editor")
    accounts.remove_member(world.store, editor, editor, project)
    accounts.remove_member(world.store, world.people["admin"], world.analyst, project)
    assert "editor" not in world.store.projects.members(project).values()


def test_nobody_becomes_an_administrator_through_a_project(world: World) -> None:
    editor = world.people["editor"]
    with pytest.raises(Invalid):
        accounts.change_member(world.store, editor, editor, world.project.id, "admin")


def test_who_leaves_a_project_sees_no_more_of_it(world: World) -> None:
    accounts.remove_member(world.store, world.people["editor"], world.analyst, world.project.id)
    with pytest.raises(NotFound):
        accounts.require(world.store, world.analyst, "article.read", world.project.id)


def test_a_role_changes_in_archived_projects_too(world: World) -> None:
    """Else whoever was an editor takes the project out of the archive and is one again."""
    editor, project = world.people["editor"], world.project.id
    projects.archive(world.store, editor, project)
    accounts.change_person(world.store, world.operator, editor, role="viewer")
    demoted = world.store.people.get(editor.id)
    assert world.store.projects.role(project, editor.id) == "viewer"
    with pytest.raises(Forbidden):
        projects.unarchive(world.store, demoted, project)


@pytest.mark.parametrize("call", ["set_password", "describe_person", "end_sessions"])
def test_who_is_no_administrator_any_more_changes_no_account(
    world: World, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    store, admin = world.store, world.people["admin"]
    before_writing(monkeypatch, store, lambda tx: store.people.change(tx, admin.id, role="viewer"))
    with pytest.raises(Forbidden):
        CALLS[call][1](world, admin)


def test_somebodys_projects_are_listed_with_their_roles(world: World) -> None:
    store, admin, target = world.store, world.people["admin"], _target(world)
    other = projects.create(store, world.operator, "Other")
    accounts.change_member(store, world.operator, target, other.id, "reviewer")
    projects.archive(store, world.operator, world.project.id)
    found = accounts.memberships(store, admin, target)
    assert [(project.name, role) for project, role in found] == [
        ("Other", "reviewer"), ("Talks", "analyst")
    ]  # fmt: skip


def test_who_is_the_last_administrator_is_known_before_they_try_to_leave(world: World) -> None:
    store, admin = world.store, world.people["admin"]
    assert not accounts.last_administrator(store, admin)
    accounts.set_password(store, world.operator, admin, PASSWORD)
    assert accounts.last_administrator(store, admin)
    assert not accounts.last_administrator(store, world.people["editor"])
    second = accounts.add_person(store, world.operator, "second", role="admin", password=PASSWORD)
    assert not accounts.last_administrator(store, admin)
    accounts.change_person(store, world.operator, second, active=False)
    assert accounts.last_administrator(store, admin)


def test_a_missing_name_is_asked_for(world: World) -> None:
    with pytest.raises(Invalid, match="Enter a name to sign in with"):
        accounts.add_person(world.store, world.operator, "")
