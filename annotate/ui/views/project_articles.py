"""The articles of a project: added and taken out by a filter or by a list; put back."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from annotate import accounts, projects, reading
from annotate.model import Project
from annotate.reading import ListRequest
from annotate.store.articles import Departure
from annotate.store.listing import COUNT_LIMIT
from annotate.ui import shell
from annotate.ui.database import store
from annotate.ui.i18n import t, tn
from annotate.ui.table import Cell, Column, Row, table
from annotate.ui.views import article_filter
from annotate.ui.views.notices import ask, say, telling

_PAGE = "projects"
_ALL = ""
_SHOWN_REMOVED = 50
_SHOWN_MISSING = 20
_MISSING = "project_missing"
Way = Literal["add", "list", "remove", "unlist"]


def draw(desk: shell.Desk, project: Project) -> None:
    """Draw the tab."""
    total = projects.facets(store(), desk.visitor.person, project.id).total
    changes = project.archived_at is None
    if total or not changes:
        st.caption(tn("{n} article in the project.", "{n} articles in the project.", total))
        shell.way(t("Open the list of articles"), shell.link("articles", project))
    else:
        st.caption(t("No articles yet. Add some from another project or by their addresses."))
        if accounts.may(store(), desk.visitor.person, "article.ingest", project.id):
            shell.way(t("Or take new ones in"), shell.link("ingest", project))
    if changes:
        _missing(project)
        way = _way(total)
        if way == "add":
            _add(desk, project)
        elif way == "list":
            _named(desk, project, adds=True)
        elif way == "unlist":
            _named(desk, project, adds=False)
        else:
            _take_out(desk, project)
    _removed(desk, project)


def _way(total: int) -> Way:
    names: dict[Way, str] = {
        "add": t("Add by filter"),
        "list": t("Add by list"),
        "remove": t("Take out by filter"),
        "unlist": t("Take out by list"),
    }
    ways: list[Way] = ["add", "list", "remove", "unlist"] if total else ["add", "list"]
    chosen: Way | None = st.radio(
        t("What to do"),
        ways,
        format_func=lambda way: names[way],
        horizontal=True,
        label_visibility="collapsed",
        key="project_way",
    )
    return chosen or "add"


def _add(desk: shell.Desk, project: Project) -> None:
    by = desk.visitor.person
    others = {one.id: one.name for one in desk.projects if one.id != project.id}
    sources = [_ALL] if accounts.may(store(), by, "database.maintain") else []
    sources += list(others)
    if not sources:
        st.text(t("There is no other project of yours to take articles from: use a list."))
        return
    source = st.selectbox(
        t("From"),
        sources,
        format_func=lambda id_: others[id_] if id_ else t("all articles in the database"),
        key="project_add_from",
    )
    source_id = source or None
    request = _request(desk, source_id, "project_add")
    count = reading.count_articles(store(), by, source_id, request)
    # Everything that matches in the project matches in the database, too.
    inside = reading.count_articles(store(), by, project.id, request) if source_id is None else 0
    new = count > COUNT_LIMIT or count > inside
    told_of = t("All of them are in the project already.") if count and not new else ""
    st.text(f"{_found(count)} {told_of}".strip())
    kind: Literal["primary", "secondary"] = "primary" if new else "secondary"
    if st.button(t("Add them all"), type=kind, disabled=not new, key="project_add_do"):
        with telling(), st.spinner(t("Adding articles…")):
            done = projects.add_matching(store(), by, project.id, source_id, request)
            _say_added(done, project)
            st.rerun()


def _take_out(desk: shell.Desk, project: Project) -> None:
    by = desk.visitor.person
    request = _request(desk, project.id, "project_remove")
    count = reading.count_articles(store(), by, project.id, request)
    st.text(_found(count))

    def remove() -> None:
        gone = projects.remove_matching(store(), shell.enter().visitor.person, project.id, request)
        _say_gone(gone)

    if st.button(t("Take them out…"), disabled=not count, key="project_remove_do"):
        text = t("Articles with labels stay. The others can be put back below at any time.")
        ask(t("Take these articles out?"), text, t("Take out"), "project_remove", remove)


def _named(desk: shell.Desk, project: Project, *, adds: bool) -> None:
    with st.form("project_named", clear_on_submit=True):
        text = st.text_area(
            t("Addresses, ids or links to articles here, one a line"),
            height=160,
            key="project_named_text",
        )
        sent = st.form_submit_button(t("Add") if adds else t("Take out"), type="primary")
    if not sent:
        return
    by = desk.visitor.person
    with telling():
        if adds:
            done = projects.add_named(store(), by, project.id, text.splitlines())
            _say_added(done, project)
        else:
            gone, missing = projects.remove_named(store(), by, project.id, text.splitlines())
            _say_gone(gone)
            st.session_state[_MISSING] = (project.id, missing)
        st.rerun()


def _request(desk: shell.Desk, source_id: str | None, key: str) -> ListRequest:
    facets = projects.facets(store(), desk.visitor.person, source_id)
    return article_filter.draw(facets, f"{key}_{source_id or 'all'}")


def _found(count: int) -> str:
    if count > COUNT_LIMIT:
        return t("More than {n} articles match.", n=f"{COUNT_LIMIT:,}")
    return tn("{n} article matches.", "{n} articles match.", count)


def _say_added(done: projects.Arrival, project: Project) -> None:
    added = tn("{n} article added", "{n} articles added", done.added)
    present = tn("{n} was in it already", "{n} were in it already", done.present)
    say(_PAGE, t("{first}; {second}", first=added, second=present) if done.present else added)
    st.session_state[_MISSING] = (project.id, done.missing)


def _say_gone(gone: Departure) -> None:
    out = tn("{n} article taken out", "{n} articles taken out", gone.removed)
    kept = tn("{n} stays because of its labels", "{n} stay because of their labels", gone.kept)
    say(_PAGE, t("{first}; {second}", first=out, second=kept) if gone.kept else out)


def _missing(project: Project) -> None:
    project_id, missing = st.session_state.pop(_MISSING, ("", ()))
    if project_id != project.id or not missing:
        return
    with st.container(key="project_missing", border=True):
        st.text(tn("{n} was not found:", "{n} were not found:", len(missing)))
        shown = "\n".join(missing[:_SHOWN_MISSING])
        more = len(missing) - _SHOWN_MISSING
        st.text(shown + (f"\n… +{more:,}" if more > 0 else ""))


def _removed(desk: shell.Desk, project: Project) -> None:
    by = desk.visitor.person
    found = projects.removed(store(), by, project.id, _SHOWN_REMOVED)
    if not found:
        return
    names = store().people.many(sorted({one.removed_by for one in found}))
    st.subheader(t("Taken out"), anchor=False)
    columns = (
        Column("title", t("Title")),
        Column("by", t("By"), width="160px"),
        Column("at", t("When"), "time", "180px"),
    )
    rows = [
        Row(
            one.id,
            {
                "title": Cell(one.title, one.source),
                "by": names[one.removed_by].display_name,
                "at": one.removed_at,
            },
        )
        for one in found
    ]
    changes = project.archived_at is None
    round_ = st.session_state.setdefault("project_removed_round", 0)
    chosen = table(f"project_removed_{round_}", t("Taken out"), columns, rows, ticks=changes)
    if changes and st.button(t("Put back"), disabled=not chosen.ticked, key="project_put_back"):
        with telling():
            back = projects.put_back(store(), by, project.id, chosen.ticked)
            st.session_state["project_removed_round"] += 1
            say(_PAGE, tn("{n} article is back", "{n} articles are back", back))
            st.rerun()
