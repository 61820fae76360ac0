"""People: who has an account, what they may do, and how they come in; for administrators."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from annotate import accounts
from annotate.accounts import Account, Link
from annotate.errors import WorkbenchError
from annotate.model import ROLES, Person, Role
from annotate.ui import shell
from annotate.ui.component import component
from annotate.ui.database import store
from annotate.ui.i18n import t, tn, told
from annotate.ui.table import Cell, Column, Row, table
from annotate.ui.times import moment
from annotate.ui.views import session_list
from annotate.ui.views.heading import chip, heading
from annotate.ui.views.notices import answered, ask, said, say, telling
from annotate.ui.views.people_words import role_meaning
from annotate.ui.words import plain, role_name

_PAGE = "people"
_LINK = "people_link"
_copy = component("claimdesk_copy", "office/copy.js")


def draw(desk: shell.Desk) -> None:
    """Draw the page: everybody, or the one whom the address names."""
    try:
        roster = accounts.roster(store(), desk.visitor.person)
    except WorkbenchError as problem:
        shell.message(t("This page is for administrators"), told(problem))
    wanted = st.query_params.get("person")
    opened = next((account for account in roster if account.person.id == wanted), None)
    with st.container(key="office"):
        if opened is None:
            _list(desk, roster)
        else:
            _one(desk, opened)


def _list(desk: shell.Desk, roster: tuple[Account, ...]) -> None:
    st.session_state.pop(_LINK, None)
    with heading(t("People"), _PAGE):
        if st.button(t("Invite somebody…"), type="primary", key="people_invite"):
            st.dialog(t("Invite somebody"))(_invite)()
    st.caption(t("Who may sign in, and as what."))
    said(_PAGE)
    with st.container(horizontal=True, vertical_alignment="center", key="people_bar"):
        search = st.text_input(
            t("Find by name or e-mail"),
            placeholder=t("Find by name or e-mail"),
            label_visibility="collapsed",
            key="people_search",
        )
        gone = sum(not account.person.active for account in roster)
        with_gone = gone and st.checkbox(
            tn("Show {n} deactivated", "Show {n} deactivated", gone), key="people_gone"
        )
    shown = [
        account
        for account in roster
        if (account.person.active or with_gone) and _matches(account.person, search or "")
    ]
    if not shown:
        st.caption(t("Nobody goes by that name."))
        return
    columns = (
        Column("name", t("Name")),
        Column("role", t("Role"), "chip", "130px"),
        Column("state", t("Account"), "chip", "130px"),
        Column("last", t("Last sign-in"), "time", "180px"),
        Column("sessions", t("Sessions"), "number", "90px"),
    )
    chosen = table("people_table", t("People"), columns, [_row(one) for one in shown], opens=True)
    if chosen.opened:
        st.query_params["person"] = chosen.opened
        st.rerun()


def _matches(person: Person, search: str) -> bool:
    wanted = search.casefold().strip()
    return any(
        wanted in text.casefold() for text in (person.name, person.display_name, person.email or "")
    )


def _row(account: Account) -> Row:
    person = account.person
    own = person.name if person.name != person.display_name else ""
    sub = " · ".join(part for part in (own, person.email) if part)
    return Row(
        person.id,
        {
            "name": Cell(person.display_name, sub),
            "role": Cell(
                role_name(person.role), tone="accent" if person.role == "admin" else "neutral"
            ),
            "state": _state(account),
            "last": account.last_sign_in,
            "sessions": account.sessions,
        },
    )


def _state(account: Account) -> Cell:
    if not account.person.active:
        return Cell(t("deactivated"), tone="oppose")
    if account.invitation and account.invitation.purpose == "join":
        return Cell(t("invited"), tone="gold")
    if not account.has_password:
        return Cell(t("no password"), tone="unclear")
    return Cell(t("active"), tone="support")


def _invite() -> None:
    desk = shell.enter()
    name = st.text_input(t("Name to sign in with"), autocomplete="off", key="invite_name")
    st.caption(t("Letters, digits and . _ - @ +, without spaces"))
    shown = st.text_input(
        t("Name that others see (theirs to change)"), autocomplete="off", key="invite_shown"
    )
    email = st.text_input(
        t("E-mail (for your records; nothing is sent to it)"),
        autocomplete="off",
        key="invite_email",
    )
    role = _role_field("analyst", "invite_role")
    projects = {project.id: project.name for project in desk.projects}
    # Another field for who opens all projects anyway: it begins without one.
    admin = role == "admin"
    project = st.selectbox(
        t("Joins the project"),
        [None, *projects],
        format_func=lambda id_: projects[id_] if id_ else t("none for now"),
        index=0 if admin or not projects else 1,
        key="invite_project_admin" if admin else "invite_project",
    )
    if admin:
        st.caption(t("Administrators open all projects, even without joining any."))
    st.caption(t("You get a link to hand on. It works once, for {n} days.", n=accounts.LINK_DAYS))
    refused = st.container()
    if answered(t("Make the link"), "invite"):
        with telling(refused):
            link = accounts.invite(
                store(),
                desk.visitor.person,
                name.strip(),
                role=role,
                display_name=shown,
                email=email,
                project_id=project,
                joins=project is not None,
            )
            _keep(link)
            st.query_params["person"] = link.person.id
            st.rerun()


def _role_field(role: Role, key: str) -> Role:
    chosen = st.selectbox(t("Role"), ROLES, index=ROLES.index(role), format_func=role_name, key=key)
    st.caption(role_meaning(chosen))
    return chosen


def _one(desk: shell.Desk, account: Account) -> None:
    person = account.person
    if st.button(t("← All people"), type="tertiary", key="people_back"):
        del st.query_params["person"]
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", key="head_person"):
        st.title(plain(person.display_name), anchor=False, width="content")
        if not person.active:
            chip(_state(account))
    last = account.last_sign_in
    when = t("Last signed in {when}.", when=moment(last)) if last else t("Never signed in.")
    st.caption(plain(f"{person.name} · {role_name(person.role)} · {when}"))
    if not person.active:
        st.text(t("Deactivated: cannot sign in until activated again. What they recorded stays."))
    said(_PAGE)
    left, right = st.columns([5, 7], gap="large")
    with left:
        _describe(desk, person)
        _activity(desk, person)
    with right:
        _projects(desk, person)
        _sign_in(desk, account)
        st.subheader(t("Where they are signed in"), anchor=False)
        session_list.draw(desk, person, _PAGE)


def _describe(desk: shell.Desk, person: Person) -> None:
    by = desk.visitor.person
    with st.form(f"people_describe_{person.id}"):
        name = st.text_input(t("Name that others see"), person.display_name, autocomplete="off")
        email = st.text_input(t("E-mail"), person.email or "", autocomplete="off")
        role = st.selectbox(t("Role"), ROLES, index=ROLES.index(person.role), format_func=role_name)
        st.caption(
            t(
                "A new role counts in all their projects."
                " For one project alone, set it under Projects."
            )
        )
        refused = st.container()
        sent = st.form_submit_button(t("Save"), type="primary")
    if sent:
        with telling(refused):
            new = None if role == person.role else role
            accounts.change_person(store(), by, person, role=new, display_name=name, email=email)
            say(_PAGE, t("Saved"))
            st.rerun()


def _projects(desk: shell.Desk, person: Person) -> None:
    """Draw where somebody is a member, and as what."""
    st.subheader(t("Projects"), anchor=False)
    found = accounts.memberships(store(), desk.visitor.person, person)
    if not found:
        st.caption(
            t("A member of none; administrators open all projects.")
            if person.role == "admin"
            else t("In no project yet: add them on the page Projects, under Members.")
        )
        return
    columns = (Column("name", t("Name")), Column("role", t("Role here"), "chip", "150px"))
    rows = [
        Row(
            project.id,
            {
                "name": Cell(
                    project.name,
                    t("archived") if project.archived_at else "",
                    href=shell.link("projects", project, open=project.id, tab="members"),
                ),
                "role": Cell(role_name("admin" if person.role == "admin" else role)),
            },
        )
        for project, role in found
    ]
    table("people_projects", t("Projects"), columns, rows)


def _sign_in(desk: shell.Desk, account: Account) -> None:
    person, by = account.person, desk.visitor.person
    st.subheader(t("Signing in"), anchor=False)
    link: Link | None = st.session_state.get(_LINK)
    if link is not None and link.person.id == person.id and account.invitation == link.invitation:
        st.text(t("Copy this link now and hand it on: it is shown only this once."))
        st.code(_origin() + link.path, language=None, wrap_lines=True)
        _copy("people_copy", {"text": _origin() + link.path, "label": t("Copy the link")})
    if account.invitation:
        until = moment(account.invitation.expires_at)
        st.caption(
            t("A link to join is open until {until}.", until=until)
            if account.invitation.purpose == "join"
            else t("A link to choose a new password is open until {until}.", until=until)
        )
    elif not person.active:
        st.caption(t("Activate the account first: until then no link works."))
    elif account.has_password:
        st.caption(t("Signs in with a password."))
    else:
        st.caption(t("Has no password, and no link to choose one."))
    with st.container(horizontal=True, key="people_way_in"):
        make = t("New link to join") if not account.has_password else t("Reset the password…")
        if st.button(make, disabled=not person.active, key="people_make_link"):
            if account.has_password:
                _ask_reset(person)
            else:
                with telling():
                    _keep(accounts.make_link(store(), by, person))
                    st.rerun()
        if account.invitation and st.button(t("Revoke the link"), key="people_revoke"):
            with telling():
                accounts.revoke_links(store(), by, person)
                st.session_state.pop(_LINK, None)
                say(_PAGE, t("The link works no more"))
                st.rerun()


def _ask_reset(person: Person) -> None:
    def make() -> None:
        _keep(accounts.make_link(store(), shell.enter().visitor.person, person))

    text = t(
        "You get a link by which they choose a new password. Until they do, the old one works;"
        " then it does not, and they are signed out everywhere."
    )
    ask(t("Reset the password?"), text, t("Make the link"), "people_reset", make)


def _activity(desk: shell.Desk, person: Person) -> None:
    if person.active:
        alone = accounts.last_administrator(store(), person)
        if st.button(t("Deactivate…"), disabled=alone, key="people_deactivate"):
            _ask_deactivate(person)
        if alone:
            st.caption(t("No other administrator can sign in: make somebody else one before this."))
    elif st.button(t("Activate"), key="people_activate"):
        with telling():
            accounts.change_person(store(), desk.visitor.person, person, active=True)
            say(_PAGE, t("{name} may sign in again", name=person.display_name))
            st.rerun()


def _ask_deactivate(person: Person) -> None:
    def deactivate() -> None:
        accounts.change_person(store(), shell.enter().visitor.person, person, active=False)
        say(_PAGE, t("{name} cannot sign in any more", name=person.display_name))

    text = t(
        "{name} is signed out everywhere and cannot sign in. What they recorded stays, and they"
        " can be activated again at any time.",
        name=person.display_name,
    )
    ask(t("Deactivate this account?"), text, t("Deactivate"), "people_off", deactivate)


def _keep(link: Link) -> None:
    """Keep a link for the run that shows it."""
    st.session_state[_LINK] = link


def _origin() -> str:
    here = urlsplit(st.context.url or "")
    return f"{here.scheme}://{here.netloc}"
