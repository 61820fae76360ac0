"""Sync: a project's link with Label Studio, what runs, and what waits for a person.

Which part is open stands in the address: ``show``, and ``conflict`` where one is being decided.
"""

from __future__ import annotations

import streamlit as st

from annotate import accounts
from annotate.errors import WorkbenchError
from annotate.labelstudio import conflicts, viewing
from annotate.links import Link
from annotate.model import Project
from annotate.ui import shell
from annotate.ui.addressed import acted, address_value, keep_in_address
from annotate.ui.database import store
from annotate.ui.i18n import t, told
from annotate.ui.views import (
    sync_conflicts,
    sync_link,
    sync_people,
    sync_problems,
    sync_run,
    sync_settings,
)
from annotate.ui.views.notices import forget, said
from annotate.ui.words import plain

PAGE = "sync"
_PARTS = ("conflicts", "problems", "people", "log", "settings")


def draw(desk: shell.Desk) -> None:
    """Draw the page."""
    project = shell.need_project(desk)
    if not accounts.may(store(), desk.visitor.person, "labelstudio.sync", project.id):
        if project.archived_at:
            shell.message(
                t("The project is archived"),
                t("Nothing in it changes, and nothing is synchronised."),
            )
        shell.message(
            t("This page is for editors"),
            t("They synchronise the labels of this project with Label Studio."),
        )
    try:
        with st.container(key="office"):
            _draw(desk, project)
    except WorkbenchError as problem:
        shell.message(t("This cannot be shown"), told(problem), (t("Sync"), "/sync"))


def _draw(desk: shell.Desk, project: Project) -> None:
    link = store().links.link(project.id)
    if link is not None and st.query_params.get("conflict"):
        sync_conflicts.one(desk, project, st.query_params["conflict"])
        return
    st.title(t("Sync"), anchor=False)
    st.caption(
        t("Labels of {project} travel to a project of Label Studio and back.",
          project=plain(project.name))
    )  # fmt: skip
    said(PAGE)
    if link is None:
        sync_link.draw(desk, project)
        return
    sync_run.draw(desk, project, link)
    _parts(desk, project, link)


def _parts(desk: shell.Desk, project: Project, link: Link) -> None:
    person = desk.visitor.person
    waiting = conflicts.conflicts(store(), person, project.id)
    problems = viewing.problems(store(), person, project.id)
    gone = viewing.gone(store(), person, project.id)
    unknown = sync_people.unknown(desk, project)
    counts = {
        "conflicts": len(waiting.items) + waiting.withheld,
        "problems": len(problems.items) + problems.withheld + len(gone),
        "people": len(unknown),
        "settings": int(bool(link.configuration_there)),
    }
    part = _choose(counts)
    if part == "problems":
        sync_problems.draw(desk, project, link, problems, gone)
    elif part == "people":
        sync_people.draw(desk, project, unknown)
    elif part == "log":
        sync_run.log(desk, project)
    elif part == "settings":
        sync_settings.draw(desk, project, link)
    else:
        sync_conflicts.draw(desk, project, waiting)


def _choose(counts: dict[str, int]) -> str:
    names = {
        "conflicts": t("Conflicts"),
        "problems": t("Problems"),
        "people": t("People"),
        "log": t("Log"),
        "settings": t("Settings"),
    }

    def name(part: str) -> str:
        n = counts.get(part, 0)
        return t("{part} ({n})", part=names[part], n=f"{n:,}") if n else names[part]

    key = "sync_show"
    address_value("show", key, _PARTS)
    chosen = st.segmented_control(
        t("Part of the page"),
        _PARTS,
        format_func=name,
        key=key,
        on_change=_turned,
        args=(key,),
        required=True,
        label_visibility="collapsed",
    )
    part = chosen or _PARTS[0]
    keep_in_address("show", key, part, _PARTS[0])
    return part


def _turned(key: str) -> None:
    """Another part was chosen: what was told belongs to the one before."""
    acted("show", key)
    forget(PAGE)
