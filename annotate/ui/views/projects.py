"""Projects: the list, and one project with its description, articles, members and archive."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from annotate import accounts, projects
from annotate.errors import WorkbenchError
from annotate.model import Project
from annotate.projects import Overview
from annotate.ui import shell
from annotate.ui.addressed import acted, address_value, keep_in_address
from annotate.ui.database import store
from annotate.ui.i18n import t, tn, told
from annotate.ui.table import Cell, Column, Row, table
from annotate.ui.times import moment
from annotate.ui.views import project_articles, project_members
from annotate.ui.views.heading import heading
from annotate.ui.views.notices import answered, ask, forget, said, say, telling
from annotate.ui.words import plain, role_name

_PAGE = "projects"
_TABS = ("describe", "articles", "members", "archive")
_BUILT_IN = ""


def draw(desk: shell.Desk) -> None:
    """Draw the page: the list, or the project that the address opens."""
    by = desk.visitor.person
    opened = st.query_params.get("open")
    with st.container(key="office"):
        if opened is None:
            _list(desk)
            return
        try:
            accounts.require(store(), by, "project.read_settings", opened)
            project = store().projects.get(opened)
        except WorkbenchError as problem:
            shell.message(t("This project is not open to you"), told(problem))
        _one(desk, project)


def _list(desk: shell.Desk) -> None:
    by = desk.visitor.person
    found = projects.overview(store(), by, archived=True)
    may_create = accounts.may(store(), by, "project.create")
    if not found and not may_create:
        shell.message(
            t("This page is for editors"),
            t("It shows the projects that somebody is an editor of, and there are none of yours."),
        )
    with heading(t("Projects"), _PAGE):
        if may_create and st.button(t("New project…"), type="primary", key="projects_new"):
            st.dialog(t("New project"))(_create)()
    st.caption(t("Each has its articles, its codebook with its claims, and its members."))
    said(_PAGE)
    old = sum(one.project.archived_at is not None for one in found)
    with_old = old and st.checkbox(
        tn("Show {n} archived", "Show {n} archived", old), key="projects_old"
    )
    shown = [one for one in found if with_old or one.project.archived_at is None]
    if not shown:
        st.caption(
            t("All projects are in the archive.")
            if old
            else t("No projects yet. Make the first one: articles and members come next.")
        )
        return
    columns = (
        Column("name", t("Name")),
        Column("state", t("Labels"), "chip", "150px"),
        Column("role", t("Your role"), "chip", "120px"),
        Column("articles", t("Articles"), "number", "100px"),
        Column("members", t("Members"), "number", "100px"),
    )
    chosen = table("projects_table", t("Projects"), columns, _rows(shown), opens=True)
    if chosen.opened:
        _open(chosen.opened)
        st.rerun()


def _rows(shown: Sequence[Overview]) -> list[Row]:
    return [
        Row(
            one.project.id,
            {
                "name": Cell(one.project.name, one.project.description.partition("\n")[0]),
                "state": _state(one.project),
                "role": role_name(one.role),
                "articles": one.articles,
                "members": one.members,
            },
        )
        for one in shown
    ]


def _state(project: Project) -> Cell:
    if project.archived_at:
        return Cell(t("archived"), tone="unclear")
    if not project.blind:
        return Cell(t("open"), tone="support")
    return Cell(t("blind"), t("open after submission") if project.open_after_submission else "",
                tone="accent")  # fmt: skip


def _open(project_id: str) -> None:
    """Show a project, which becomes the one chosen in the bar, too."""
    st.query_params["open"] = project_id
    st.query_params["project"] = project_id


def _create() -> None:
    desk = shell.enter()
    name = st.text_input(t("Name"), autocomplete="off", key="project_new_name")
    description = st.text_area(t("What it is about"), key="project_new_description", height=90)
    blind, opens, hides = _visibility(True, True, False, "project_new", at_once=True)
    others = {project.id: project.name for project in desk.projects}
    book = st.selectbox(
        t("Begins with the codebook"),
        [_BUILT_IN, *others],
        format_func=lambda id_: t("of {name}", name=others[id_]) if id_ else t("built in"),
        key="project_new_book",
    )
    refused = st.container()
    if answered(t("Make the project"), "project_new"):
        with telling(refused):
            made = projects.create(
                store(),
                desk.visitor.person,
                name,
                description=description,
                blind=blind,
                open_after_submission=opens,
                hide_coders=hides,
                book_of=book or None,
            )
            _open(made.id)
            st.query_params["tab"] = "articles"
            say(_PAGE, t("The project is made. Choose its articles, then its members"))
            st.rerun()


def _visibility(
    blind: bool,
    opens: bool,
    hides: bool,
    key: str,
    *,
    disabled: bool = False,
    at_once: bool = False,
) -> tuple[bool, bool, bool]:
    """Ask who sees what.

    Args:
        blind: What the project says, as `opens` and `hides` do.
        opens: The same.
        hides: The same.
        key: What the keys of the fields begin with.
        disabled: Whether none of it can be changed.
        at_once: Whether each tick is heard as it is made, as it is outside of a form.
    """
    unseen = st.checkbox(
        t("Blind: nobody sees a colleague's labels on an article before submitting their own"),
        value=blind,
        disabled=disabled,
        key=f"{key}_blind",
    )
    then = st.checkbox(
        t("After submitting, analysts see colleagues' submitted labels"),
        value=opens,
        disabled=disabled or (at_once and not unseen),
        key=f"{key}_open",
    )
    st.caption(t("Applies where work is blind; elsewhere they see them in any case."))
    nameless = st.checkbox(
        t("Reviewers do not see who coded"),
        value=hides,
        disabled=disabled,
        key=f"{key}_hide",
    )
    return unseen, then, nameless


def _one(desk: shell.Desk, project: Project) -> None:
    if st.button(t("← All projects"), type="tertiary", key="projects_back"):
        for name in ("open", "tab"):
            st.query_params.pop(name, None)
        st.rerun()
    st.title(plain(project.name), anchor=False)
    if project.archived_at:
        since = moment(project.archived_at)
        st.caption(t("In the archive since {when}: nothing in it changes.", when=since))
    said(_PAGE)
    names = {
        "describe": t("Description"),
        "articles": t("Articles"),
        "members": t("Members"),
        "archive": t("Archive"),
    }
    key = f"projects_tab_{project.id}"
    address_value("tab", key, _TABS)
    chosen = st.segmented_control(
        t("Part of the project"),
        _TABS,
        format_func=lambda tab: names[tab],
        label_visibility="collapsed",
        required=True,
        key=key,
        on_change=_turned,
        args=(key,),
    )
    tab = chosen or _TABS[0]
    keep_in_address("tab", key, tab, _TABS[0])
    if tab == "members":
        project_members.draw(desk, project)
        return
    with st.container(key="projects_part", width=820):
        if tab == "articles":
            project_articles.draw(desk, project)
        elif tab == "archive":
            _archive(desk, project)
        else:
            _describe(desk, project)


def _turned(key: str) -> None:
    """Another part was chosen: what was told belongs to the one before."""
    acted("tab", key)
    forget(_PAGE)


def _describe(desk: shell.Desk, project: Project) -> None:
    closed = project.archived_at is not None
    with st.form(f"project_describe_{project.id}"):
        name = st.text_input(t("Name"), project.name, autocomplete="off", disabled=closed)
        description = st.text_area(
            t("What it is about"), project.description, height=130, disabled=closed
        )
        blind, opens, hides = _visibility(
            project.blind, project.open_after_submission, project.hide_coders,
            f"project_{project.id}", disabled=closed,
        )  # fmt: skip
        if project.blind and not closed:
            st.caption(t("Blind taken off, colleagues see at once what was submitted so far."))
        refused = st.container()
        sent = st.form_submit_button(t("Save"), type="primary", disabled=closed)

    def save() -> None:
        projects.describe(
            store(),
            shell.enter().visitor.person,
            project.id,
            name=name,
            description=description,
            blind=blind,
            open_after_submission=opens,
            hide_coders=hides,
        )
        say(_PAGE, t("Saved"))

    if sent:
        with telling(refused):
            if project.blind and not blind:
                coders, articles = projects.at_work(store(), desk.visitor.person, project.id)
                ask(t("Stop working blind?"), _open_to(coders, articles), t("Stop working blind"),
                    "project_unblind", save, loses=True)  # fmt: skip
            else:
                save()
                st.rerun()


def _open_to(coders: int, articles: int) -> str:
    """What it means that a project is blind no longer."""
    if not coders:
        return t(
            "Nobody has an article to code now. Whoever codes from now on sees what colleagues have"
            " submitted before they have submitted their own."
        )
    inside = tn("{n} article", "{n} articles", articles)
    first = tn(
        "{n} coder still works blind on {articles}.",
        "{n} coders still work blind on {articles}.",
        coders, articles=inside,
    )  # fmt: skip
    return t(
        "{first} They will see at once what colleagues have submitted, also where they have not"
        " submitted their own. What they have seen cannot be taken back.",
        first=first,
    )


def _archive(desk: shell.Desk, project: Project) -> None:
    if project.archived_at:
        st.text(t("Taken out of the archive, the project goes on where it stood."))
        if st.button(t("Take out of the archive"), type="primary", key="project_unarchive"):
            with telling():
                projects.unarchive(store(), desk.visitor.person, project.id)
                say(_PAGE, t("The project is open again"))
                st.rerun()
        return
    st.text(
        t(
            "An archived project can still be read and exported, and nothing in it changes: no"
            " tagging, no new articles, members, claims or codebook. It leaves the menus, and can"
            " be taken out of the archive at any time."
        )
    )
    if st.button(t("Archive the project…"), key="project_archive"):
        _ask_archive(project)


def _ask_archive(project: Project) -> None:
    def archive() -> None:
        projects.archive(store(), shell.enter().visitor.person, project.id)
        say(_PAGE, t("The project is in the archive"))

    text = t("Whoever is tagging in it can save nothing more from now on.")
    ask(t("Archive this project?"), text, t("Archive"), "project_archive", archive)
