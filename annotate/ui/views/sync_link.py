"""Linking a project: where the Label Studio is, with which token, and which project there."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from annotate.errors import WorkbenchError
from annotate.labelstudio import linking, secrets
from annotate.labelstudio.linking import Reached
from annotate.model import Project
from annotate.ui import shell
from annotate.ui.database import store
from annotate.ui.i18n import t, tn, told
from annotate.ui.views.notices import say
from annotate.ui.words import plain

_PAGE = "sync"
_FOUND = "sync_reached"
_NEW = 0


@dataclass(frozen=True, slots=True)
class _Found:
    """A server that answered, and what it was asked with; for this session alone."""

    project_id: str
    url: str
    token: str
    reached: Reached

    def __repr__(self) -> str:
        return "_Found(...)"


def draw(desk: shell.Desk, project: Project) -> None:
    """Draw the way to a link: the connection first, then the project there."""
    with st.container(key="sync_link", width=820):
        found: _Found | None = st.session_state.get(_FOUND)
        if found is None or found.project_id != project.id:
            _connection(desk, project)
        else:
            _choice(desk, project, found)


def _connection(desk: shell.Desk, project: Project) -> None:
    st.text(
        t(
            "Each article becomes a task there, each analyst's labels an annotation. What is"
            " changed on either side travels to the other; what both sides changed waits for a"
            " decision here."
        )
    )
    with st.form("sync_connect"):
        fixed = secrets.url_of_environment()
        url = st.text_input(
            t("Address of Label Studio"),
            value=fixed or "",
            placeholder="https://label-studio.example.org",
            autocomplete="off",
            disabled=fixed is not None,
            help=t("The environment of the server says it") if fixed else None,
            key="sync_url",
        )
        given = linking.token_given(store(), desk.visitor.person) is not None
        token = st.text_input(
            t("Access token"),
            type="password",
            autocomplete="off",
            key="sync_token",
            help=t("From Account & Settings in Label Studio: an access token of either kind"),
            placeholder=t("Taken from the environment of the server") if given else None,
        )
        st.caption(
            t(
                "The token is tested at once, stored encrypted, and never shown again. Use one of"
                " an account that may change the project there."
            )
        )
        refused = st.container()
        sent = st.form_submit_button(t("Test the connection"), type="primary", key="sync_test")
    if not sent:
        return
    try:
        with st.spinner(t("Connecting…")):
            reached = linking.test_connection(
                store(), desk.visitor.person, project.id, url.strip(), token.strip() or None
            )
    except WorkbenchError as problem:
        refused.error(plain(told(problem)))
        return
    st.session_state[_FOUND] = _Found(project.id, url.strip(), token.strip(), reached)
    st.rerun()


def _choice(desk: shell.Desk, project: Project, found: _Found) -> None:
    reached = found.reached
    st.success(
        plain(
            t("Connected to {url} as {account} · Label Studio {version}",
              url=reached.url, account=reached.account, version=reached.version)
        )
    )  # fmt: skip
    projects = {one.id: one for one in reached.projects}

    def name(number: int) -> str:
        if number == _NEW:
            return t("A new project, with the configuration of our codebook")
        one = projects[number]
        return t(
            "{title} · number {number}, {tasks}",
            title=one.title,
            number=number,
            tasks=tn("{n} task", "{n} tasks", one.tasks),
        )

    with st.container(border=True, key="sync_choice"):
        chosen = st.selectbox(
            t("Project in Label Studio"), [_NEW, *projects], format_func=name, key="sync_remote"
        )
        if chosen == _NEW:
            title = st.text_input(
                t("Its title there"), project.name[:50], autocomplete="off", key="sync_title"
            )
        else:
            title = ""
            st.caption(
                t(
                    "Tasks that are there already stay; those that are not of this project are"
                    " listed. If it has a labelling configuration of its own, you are asked first."
                )
            )
        with st.container(horizontal=True):
            links = st.button(t("Link"), key="sync_link_do", type="primary")
            if st.button(t("Another connection"), key="sync_link_back"):
                forget()
                st.rerun()
        if links:
            _link(desk, project, found, chosen or None, title)


def _link(
    desk: shell.Desk, project: Project, found: _Found, remote_id: int | None, title: str
) -> None:
    try:
        with st.spinner(t("Linking…")):
            linking.link(
                store(), desk.visitor.person, project.id, found.url, found.token or None,
                remote_id, title,
            )  # fmt: skip
    except WorkbenchError as problem:
        st.error(plain(told(problem)))
        return
    forget()
    say(_PAGE, t("Linked. Look at a dry run first, or synchronise now"))
    st.rerun()


def forget() -> None:
    """Leave what was tried behind, the token with it."""
    st.session_state.pop(_FOUND, None)
