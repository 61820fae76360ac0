"""What every page has: the person signed in, the project chosen, and the header."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import NoReturn
from urllib.parse import quote, urlencode, urlsplit

import streamlit as st

from annotate import accounts
from annotate.model import Person, Project
from annotate.ui import languages, visitor
from annotate.ui.component import component
from annotate.ui.database import store
from annotate.ui.i18n import t
from annotate.ui.visitor import Visitor
from annotate.ui.words import role_name

PROJECT_COOKIE = "claimdesk_project"
"""Set by the bar; any value in it is only a wish, as the address is."""
_header = component("claimdesk_header", "shell/header.js")


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a page is drawn: for whom, and in which project; None where they have none.

    ``projects`` are those of the person that are not archived; ``project`` may be.
    """

    visitor: Visitor
    projects: tuple[Project, ...]
    project: Project | None


def enter() -> Desk:
    """The desk of whoever looks at this page; stops the run if nobody is signed in."""
    found = visitor.of_page()
    if found is None:
        link = (t("Sign in"), f"/signin?next={quote(_here(), safe='')}")
        message(t("You are signed out"), t("Sign in again to go on."), link)
    languages.speak(languages.of_page(found.person))
    projects = accounts.projects_of(store(), found.person, archived=True)
    current = tuple(project for project in projects if project.archived_at is None)
    return Desk(found, current, _chosen(found.person, projects))


def header(
    desk: Desk,
    links: Sequence[tuple[str, str, str]],
    here: str,
    within: str = "",
    *,
    account: bool,
    unseen: int = 0,
) -> None:
    """Draw the bar at the top.

    Args:
        desk: Whose it is.
        links: The pages there are: (path, label, group).
        here: The path of the page shown.
        within: The path of the page that leads there, if it has no link itself.
        account: Whether there is a page of one's own account.
        unseen: How many notices in the inbox have not been seen.
    """
    person = desk.visitor.person
    with st.container(key="topbar"):
        _header(
            "header",
            {
                "projects": [{"id": p.id, "name": _called(p)} for p in _offered(desk)],
                "projectId": desk.project.id if desk.project else None,
                "links": [
                    {"path": path, "label": label, "group": group} for path, label, group in links
                ],
                "account": "account" if account else None,
                "page": here,
                "within": within,
                "unseen": unseen,
                "me": {
                    "name": person.name,
                    "display_name": person.display_name,
                    "role": role_name(person.role),
                },
                "languages": [{"tag": tag, "name": name} for tag, name in languages.NAMES.items()],
                "csrf": desk.visitor.csrf,
            },
        )


def _offered(desk: Desk) -> tuple[Project, ...]:
    """The projects of the bar's menu: those of the desk, and the one chosen from the archive."""
    if desk.project is None or desk.project in desk.projects:
        return desk.projects
    return (*desk.projects, desk.project)


def _called(project: Project) -> str:
    return t("{name} (archived)", name=project.name) if project.archived_at else project.name


def need_project(desk: Desk) -> Project:
    """The project chosen; where there is none, says so and stops the run."""
    if desk.project is None:
        if desk.projects:
            message(
                t("There is no such project"),
                t("The link names a project that you are not a member of. Choose another above."),
            )
        if accounts.may(store(), desk.visitor.person, "project.create"):
            message(
                t("There is no project yet"),
                t("A project holds articles, a codebook and the people who tag with it."),
                (t("Make a project"), "/projects"),
            )
        message(
            t("You are in no project yet"),
            t("Ask an administrator to make you a member of one."),
        )
    return desk.project


def message(title: str, text: str, link: tuple[str, str] | None = None) -> NoReturn:
    """Show a message in the middle of the page instead of anything else, and stop the run.

    Args:
        title: What is the matter.
        text: What to do about it.
        link: (label, path) of a page that helps; it is loaded anew.
    """
    with st.container(key="message"):
        st.title(title, anchor=False)
        st.text(text)
        if link:
            label, path = map(escape, link)
            st.html(
                f'<p class="cd"><a class="btn primary" href="{path}" target="_self">{label}</a>'
            )
    st.stop()


def way(label: str, address: str) -> None:
    """Draw a link to another page.

    Args:
        label: Its words.
        address: As `link` gives it.
    """
    there = f'<a class="link" href="{escape(address)}" target="_self">{escape(label)}</a>'
    st.html(f'<p class="cd cd-way">{there}</p>')


def link(path: str, project: Project | None, **query: str) -> str:
    """The address of a page in a project, to be followed whatever project is chosen there.

    Args:
        path: The page.
        project: The project; None leaves it to what is chosen there.
        query: What else the address says.
    """
    named = {"project": project.id} if project else {}
    return f"/{path}?{urlencode({**query, **named})}"


def _here() -> str:
    address = urlsplit(st.context.url or "/")
    return address.path + (f"?{address.query}" if address.query else "")


def _chosen(person: Person, projects: Sequence[Project]) -> Project | None:
    wanted = st.query_params.get("project")
    if wanted:
        st.session_state["project"] = wanted
    else:
        wanted = st.session_state.get("project")
    if not wanted:
        open_ones = [project for project in projects if project.archived_at is None]
        last = last_used()
        # A browser that does not know them yet begins where they worked last.
        if all(project.id != last for project in open_ones):
            last = store().trails.last_project(person.id, [one.id for one in open_ones])
        used = [project for project in open_ones if project.id == last]
        return next(iter(used or open_ones), None)
    return next((project for project in projects if project.id == wanted), None)


def last_used() -> str | None:
    """The project in which this browser showed a page last."""
    found = st.context.cookies.get(PROJECT_COOKIE)
    return str(found) if found else None
