"""The members of a project and their roles in it."""

from __future__ import annotations

import streamlit as st

from annotate import accounts, projects
from annotate.model import ROLES, Person, Project, Role
from annotate.projects import Member
from annotate.ui import shell
from annotate.ui.database import store
from annotate.ui.i18n import t, tn
from annotate.ui.table import Cell, Column, Row, table
from annotate.ui.views.notices import answered, ask, say, telling, undoable
from annotate.ui.views.people_words import role_meaning
from annotate.ui.words import plain, role_name

_PAGE = "projects"
# Whom the next run asks about: a dialog cannot be opened from another one.
_LEAVING = "member_leaving"
_IN_PROJECTS: tuple[Role, ...] = tuple(role for role in ROLES if role != "admin")


def draw(desk: shell.Desk, project: Project) -> None:
    """Draw the tab."""
    by = desk.visitor.person
    changes = accounts.may(store(), by, "project.change", project.id)
    if changes:
        _add(desk, project)
    found = projects.members(store(), by, project.id)
    if not found:
        st.caption(t("Nobody is in it yet. Administrators can open it all the same."))
        return
    columns = [Column("name", t("Name")), Column("role", t("Role here"), "chip", "150px")]
    if not all(member.person.active for member in found):
        columns.append(Column("state", t("Account"), "chip", "150px"))
    if changes:
        columns.append(Column("change", "", "button", "110px"))
    chosen = table("project_members", t("Members"), columns, [_row(one) for one in found])
    leaving = st.session_state.pop(_LEAVING, None)
    if changes and leaving in {member.person.id for member in found}:
        _ask_removal(desk, project.id, leaving)
        return
    for member in found:
        if member.person.id == chosen.pressed:
            title = plain(member.person.display_name)
            st.dialog(title)(_change)(project.id, member.person.id)


def _row(member: Member) -> Row:
    person = member.person
    return Row(
        person.id,
        {
            "name": Cell(
                person.display_name, person.name if person.name != person.display_name else ""
            ),
            "role": Cell(role_name("admin" if person.role == "admin" else member.role)),
            "state": None if person.active else Cell(t("deactivated"), tone="oppose"),
            "change": t("Change…"),
        },
    )


def _add(desk: shell.Desk, project: Project) -> None:
    by = desk.visitor.person
    people = {one.id: one for one in projects.candidates(store(), by, project.id)}
    if not people:
        st.caption(t("Everybody with an account is in it already."))
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="project_add_member"):
        who = st.selectbox(
            t("Person"),
            list(people),
            index=None,
            placeholder=t("Choose somebody"),
            format_func=lambda id_: _called(people[id_]),
            key=f"project_person_{project.id}",
        )
        # A field of its own for each person: it begins with what they are elsewhere.
        own = people[who].role if who else "analyst"
        role = st.selectbox(
            t("Role here"),
            _roles(own),
            index=_roles(own).index(own),
            format_func=role_name,
            key=f"project_person_role_{project.id}_{who}",
        )
        if st.button(t("Add to the project"), type="primary", disabled=who is None,
                     key="project_person_add"):  # fmt: skip
            with telling():
                person = people[who or ""]
                accounts.change_member(store(), by, person, project.id, role)
                say(_PAGE, t("{name} is in the project", name=person.display_name))
                st.rerun()


def _roles(own: Role) -> tuple[Role, ...]:
    """What somebody can be in a project; an administrator is one in every one.

    Args:
        own: Their role outside of projects.
    """
    return ("admin",) if own == "admin" else _IN_PROJECTS


def _called(person: Person) -> str:
    if person.display_name == person.name:
        return person.name
    return t("{name} ({account})", name=person.display_name, account=person.name)


def _change(project_id: str, person_id: str) -> None:
    by = shell.enter().visitor.person
    person = store().people.get(person_id)
    with telling():
        roles = {one.person.id: one.role for one in projects.members(store(), by, project_id)}
        role = roles.get(person_id)
        choices = _roles(person.role)
        chosen = st.selectbox(
            t("Role here"),
            choices,
            index=choices.index(role) if role in choices else 0,
            format_func=role_name,
            key=f"member_role_{person_id}",
        )
        st.caption(
            t("An administrator is one in all projects.")
            if chosen == "admin"
            else role_meaning(chosen)
        )
        refused = st.container()
        with st.container(horizontal=True, vertical_alignment="center"):
            # The way to the question stands apart from the answers to this one.
            if st.button(t("Take out of the project…"), type="tertiary", key="member_remove"):
                st.session_state[_LEAVING] = person_id
                st.rerun()
            save = answered(t("Save"), "member")
        if save:
            with telling(refused):
                accounts.change_member(store(), by, person, project_id, chosen)
                say(_PAGE, t("Saved"))
                st.rerun()


def _ask_removal(desk: shell.Desk, project_id: str, person_id: str) -> None:
    """Ask before somebody is taken out, and say what becomes of what they have to do."""
    person = store().people.get(person_id)
    name = person.display_name
    role = store().projects.role(project_id, person_id)
    if role is None:
        return

    def back() -> str:
        accounts.change_member(store(), shell.enter().visitor.person, person, project_id, role)
        return t("{name} is in the project again", name=name)

    def remove() -> None:
        accounts.remove_member(store(), shell.enter().visitor.person, person, project_id)
        undoable(_PAGE, t("{name} is not in the project any more", name=name), back)

    text = t("They see no more of it; what they recorded stays, and they can be added again.")
    if left := projects.unfinished(store(), desk.visitor.person, project_id, person_id):
        text += " " + tn(
            "{n} article that they have not submitted stays assigned to them until you give it to"
            " somebody else, on the page Assignments.",
            "{n} articles that they have not submitted stay assigned to them until you give them to"
            " somebody else, on the page Assignments.",
            left,
        )
    title = t("Take {name} out of the project?", name=plain(name))
    ask(title, text, t("Take out"), "member_remove", remove)
