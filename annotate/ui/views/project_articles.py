"""The articles of a project: added and taken out by a filter or by a list; put back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import streamlit as st

from annotate import accounts, projects, reading
from annotate.model import Person, Project
from annotate.reading import ListRequest
from annotate.store.articles import Departure
from annotate.store.listing import COUNT_LIMIT, ListedArticle
from annotate.ui import shell
from annotate.ui.database import store
from annotate.ui.i18n import t, tn
from annotate.ui.table import Cell, Column, Row, table
from annotate.ui.views import article_filter
from annotate.ui.views.notices import ask, say, telling, undoable
from annotate.ui.words import person_name

_PAGE = "projects"
_ALL = ""
_SHOWN_REMOVED = 50
Way = Literal["add", "list", "remove", "unlist"]


def draw(desk: shell.Desk, project: Project) -> None:
    """Draw the tab."""
    sources = _sources(desk, project)
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
        way = _way(total, filters=bool(sources))
        if way == "add":
            _add(desk, project, sources)
        elif way == "list":
            _named(desk, project, adds=True)
        elif way == "unlist":
            _named(desk, project, adds=False)
        else:
            _take_out(desk, project)
    _removed(desk, project)


def _sources(desk: shell.Desk, project: Project) -> dict[str, str]:
    """Where articles can be taken from by a filter, by id: other projects, or all there is."""
    others = {one.id: one.name for one in desk.projects if one.id != project.id}
    if accounts.may(store(), desk.visitor.person, "database.maintain"):
        return {_ALL: t("all articles in the database"), **others}
    return others


def _way(total: int, *, filters: bool) -> Way:
    names: dict[Way, str] = {
        "add": t("Add by filter"),
        "list": t("Add by list"),
        "remove": t("Take out by filter"),
        "unlist": t("Take out by list"),
    }
    ways: list[Way] = ["add", "list"] if filters else ["list"]
    ways += ["remove", "unlist"] if total else []
    if len(ways) == 1:
        return ways[0]
    chosen: Way | None = st.radio(
        t("What to do"),
        ways,
        format_func=lambda way: names[way],
        horizontal=True,
        label_visibility="collapsed",
        key="project_way",
    )
    return chosen or ways[0]


def _add(desk: shell.Desk, project: Project, sources: dict[str, str]) -> None:
    by = desk.visitor.person
    source = st.selectbox(
        t("From"), list(sources), format_func=lambda id_: sources[id_], key="project_add_from"
    )
    source_id = source or None
    request = _request(desk, source_id, "project_add")
    seen = projects.addable(store(), by, project.id, source_id, request)
    st.text(_found(seen.matching) + _here(seen))
    _titles("project_add_titles", seen.first, seen.new)
    kind: Literal["primary", "secondary"] = "primary" if seen.new else "secondary"
    if st.button(t("Add them all"), type=kind, disabled=not seen.new, key="project_add_do"):
        with telling(), st.spinner(t("Adding articles…")):
            done = projects.add_matching(store(), by, project.id, source_id, request)
            _tell_added(project, done)
            st.rerun()


def _here(seen: projects.Addable) -> str:
    """What to say of those that are in the project already, where that can be told."""
    if seen.matching and not seen.new:
        return " " + t("All of them are here already.")
    present = seen.matching - seen.new
    if not present or seen.matching > COUNT_LIMIT:
        return ""
    return " " + tn("{n} is here already.", "{n} are here already.", present)


def _titles(key: str, first: Sequence[ListedArticle], total: int) -> None:
    """The first of the articles that are meant, so that nobody acts on a number alone."""
    if not first:
        return
    columns = (
        Column("title", t("Title")),
        Column("published", t("Published ({zone})"), "time", "190px"),
    )
    rows = [
        Row(one.id, {"title": Cell(one.title, one.source), "published": one.published_at})
        for one in first
    ]
    table(key, t("The first of them"), columns, rows)
    if more := total - len(first):
        over = total > COUNT_LIMIT
        st.caption(t("… and many more") if over else tn("… and {n} more", "… and {n} more", more))


def _take_out(desk: shell.Desk, project: Project) -> None:
    by = desk.visitor.person
    request = _request(desk, project.id, "project_remove")
    count = reading.count_articles(store(), by, project.id, request)
    st.text(_found(count))
    first = reading.list_articles(
        store(), by, project.id, replace(request, limit=projects.FIRST_TITLES)
    )
    _titles("project_remove_titles", first.items, count)

    def remove() -> None:
        with st.spinner(t("Taking articles out…")):
            gone = projects.remove_matching(
                store(), shell.enter().visitor.person, project.id, request
            )
        _tell_gone(project, gone)

    if st.button(t("Take them out…"), disabled=not count, key="project_remove_do"):
        text = t("Articles with labels stay. The others can be put back below at any time.")
        ask(t("Take these articles out?"), text, t("Take out"), "project_remove", remove)


def _named(desk: shell.Desk, project: Project, *, adds: bool) -> None:
    # Lines to be added are not those to be taken out, nor another project's.
    way = f"project_named_{'add' if adds else 'remove'}_{project.id}"
    missing: Sequence[str] | None = st.session_state.pop(f"{way}_missing", None)
    if missing is not None:
        # What was not found stays in the field, to be mended there.
        st.session_state[f"{way}_text"] = "\n".join(missing)
    with st.form(way):
        text = st.text_area(
            t("Articles, one a line: the web address, the link to the page here, or the id"),
            height=160,
            key=f"{way}_text",
        )
        if missing:
            st.warning(_not_found(len(missing), adds))
        refused = st.container()
        sent = st.form_submit_button(t("Add") if adds else t("Take out"), type="primary")
    if not sent:
        return
    by = desk.visitor.person
    with telling(refused):
        if adds:
            done = projects.add_named(store(), by, project.id, text.splitlines())
            missing = done.missing
            # Where every line failed there is nothing to be glad of.
            if done.added or done.present or not missing:
                _tell_added(project, done)
        else:
            gone, missing = projects.remove_named(store(), by, project.id, text.splitlines())
            if gone.gone or gone.kept or not missing:
                _tell_gone(project, gone)
        st.session_state[f"{way}_missing"] = missing
        st.rerun()


def _not_found(n: int, adds: bool) -> str:
    """What to do about lines that nothing goes by."""
    if adds:
        return tn(
            "{n} line was not found and stays above: no article of your projects goes by it. Check"
            " it, or take the article in first, on the page Ingest.",
            "{n} lines were not found and stay above: no article of your projects goes by them."
            " Check them, or take the articles in first, on the page Ingest.",
            n,
        )
    return tn(
        "{n} line was not found and stays above: no article of this project goes by it. Check it"
        " on the page Articles.",
        "{n} lines were not found and stay above: no article of this project goes by them. Check"
        " them on the page Articles.",
        n,
    )


def _request(desk: shell.Desk, source_id: str | None, key: str) -> ListRequest:
    facets = projects.facets(store(), desk.visitor.person, source_id)
    return article_filter.draw(facets, f"{key}_{source_id or 'all'}")


def _found(count: int) -> str:
    if count > COUNT_LIMIT:
        return t("More than {n} articles match.", n=f"{COUNT_LIMIT:,}")
    return tn("{n} article matches.", "{n} articles match.", count)


def _tell_added(project: Project, done: projects.Arrival) -> None:
    """Tell what joined; it can be taken out again, and nothing else with it."""

    def out(by: Person) -> str:
        return _gone(projects.remove(store(), by, project.id, done.added))

    _tell(_added(done), done.added, t("Taking articles out…"), out)


def _tell_gone(project: Project, gone: Departure) -> None:
    """Tell what left; it can be put back, all of it at once."""

    def back(by: Person) -> str:
        return _back(projects.put_back(store(), by, project.id, gone.gone))

    _tell(_gone(gone), gone.gone, t("Putting articles back…"), back)


def _tell(text: str, moved: Sequence[str], waiting: str, undo: Callable[[Person], str]) -> None:
    """Tell what became of articles, with an Undo where any moved."""

    def undone() -> str:
        with st.spinner(waiting):
            return undo(shell.enter().visitor.person)

    if moved:
        undoable(_PAGE, text, undone)
    else:
        say(_PAGE, text)


def _back(n: int) -> str:
    return tn("{n} article is back", "{n} articles are back", n)


def _added(done: projects.Arrival) -> str:
    added = tn("{n} article added", "{n} articles added", len(done.added))
    present = tn("{n} was in it already", "{n} were in it already", done.present)
    return t("{first}; {second}", first=added, second=present) if done.present else added


def _gone(gone: Departure) -> str:
    out = tn("{n} article taken out", "{n} articles taken out", len(gone.gone))
    kept = tn("{n} stays because of its labels", "{n} stay because of their labels", gone.kept)
    return t("{first}; {second}", first=out, second=kept) if gone.kept else out


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
                "by": person_name(names[one.removed_by].display_name),
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
            say(_PAGE, _back(back))
            st.rerun()
