"""Ingest: files taken in, the runs that did it, what they rejected, and items as they were found.

What is open stands in the address: ``run``, ``rejected`` (an item), ``article`` (its original),
or ``show=rejected`` for the list of rejected items.
"""

from __future__ import annotations

import streamlit as st

from annotate import accounts
from annotate.errors import WorkbenchError
from annotate.ingest import desk as ingestion
from annotate.ingest.desk import RunSeen
from annotate.model import Project
from annotate.ui import shell, uploads
from annotate.ui.addressed import acted, address_value, keep_in_address
from annotate.ui.component import stateful
from annotate.ui.database import store
from annotate.ui.i18n import t, told
from annotate.ui.jobs import jobs
from annotate.ui.table import Cell, Column, Row, table
from annotate.ui.views import ingest_form, ingest_original, ingest_rejected, ingest_run
from annotate.ui.views.ingest_place import go
from annotate.ui.views.ingest_words import names_of, outcome, state_cell, took
from annotate.ui.views.notices import said, say
from annotate.ui.words import person_name, plain

A_PAGE = 30
_POLL_S = 1.0
_PAGE = "ingest"
_AWAITED = "ingest_awaited"
_upload = stateful("claimdesk_upload", "ingest/upload.js", triggers=("started",))


def draw(desk: shell.Desk) -> None:
    """Draw the page."""
    if st.query_params.get("article"):
        # Whoever may read the article may read what it was made of.
        ingest_original.draw(desk, st.query_params["article"])
        return
    project = shell.need_project(desk)
    if not accounts.may(store(), desk.visitor.person, "ingest.read", project.id):
        shell.message(
            t("This page is for editors"),
            t("In this project you may read articles, but not take them in."),
        )
    try:
        _draw(desk, project)
    except WorkbenchError as problem:
        shell.message(t("This cannot be shown"), told(problem), (t("Ingest"), "/ingest"))


def _draw(desk: shell.Desk, project: Project) -> None:
    query = st.query_params
    with st.container(key="office"):
        if query.get("rejected"):
            ingest_rejected.item(desk, project, query["rejected"])
        elif query.get("run"):
            ingest_run.draw(desk, project, query["run"])
        else:
            _overview(desk, project)


def _overview(desk: shell.Desk, project: Project) -> None:
    st.title(t("Ingest"), anchor=False)
    st.caption(
        t("Archived items become articles of {project}. What is here already stays as it is.",
          project=plain(project.name))
    )  # fmt: skip
    if accounts.may(store(), desk.visitor.person, "article.ingest", project.id):
        result = _upload(
            "ingest_upload",
            {
                "csrf": desk.visitor.csrf,
                "project": project.id,
                "projectName": project.name,
                "address": uploads.PATH,
                "fileBytes": uploads.FILE_BYTES,
                "mostFiles": uploads.MOST_FILES,
            },
        )
        if result["started"]:
            st.session_state.setdefault(_AWAITED, []).append(str(result["started"]))
            st.rerun()
        ingest_form.draw()
    said(_PAGE)
    going = _going(desk, project)
    st.fragment(_under_way, run_every=_POLL_S if going else None)()
    _lists(desk, project)


def _lists(desk: shell.Desk, project: Project) -> None:
    waiting = sum(ingestion.reasons(store(), desk.visitor.person, project.id).values())
    names = {
        "runs": t("Runs"),
        "rejected": t("Rejected items ({n})", n=f"{waiting:,}") if waiting else t("Rejected items"),
    }
    key = "ingest_show"
    address_value("show", key, tuple(names))
    chosen = st.segmented_control(
        t("What to list"),
        list(names),
        format_func=names.__getitem__,
        key=key,
        on_change=acted,
        args=("show", key),
        required=True,
        label_visibility="collapsed",
    )
    keep_in_address("show", key, chosen or "runs", "runs")
    if chosen == "rejected":
        ingest_rejected.draw(desk, project)
    else:
        _runs(desk, project)


def _runs(desk: shell.Desk, project: Project) -> None:
    person, before = desk.visitor.person, st.query_params.get("before")
    found = ingestion.runs(store(), person, project.id, before=before, limit=A_PAGE + 1)
    if not found:
        st.caption(
            t("Nothing has been taken in yet. Choose files above: single items, or zip and tar"
              " archives of them.")
        )  # fmt: skip
        return
    shown = found[:A_PAGE]
    columns = (
        Column("what", t("What")),
        Column("at", t("When"), "time", "158px"),
        Column("state", t("State"), "chip", "112px"),
        Column("new", t("New"), "number", "74px"),
        Column("revisions", t("Revised"), "number", "80px"),
        Column("duplicates", t("Copies"), "number", "74px"),
        Column("unchanged", t("Known"), "number", "74px"),
        Column("rejected", t("Rejected"), "number", "84px"),
        Column("took", t("Took"), "number", "88px"),
    )
    chosen = table(
        f"ingest_runs_{before or 'newest'}",
        t("Runs of ingestion"),
        columns,
        [_row(one) for one in shown],
        opens=True,
    )
    if chosen.opened:
        go("run", chosen.opened)
    with st.container(horizontal=True):
        if before and st.button(t("Newest"), key="ingest_newest"):
            del st.query_params["before"]
            st.rerun()
        if len(found) > A_PAGE and st.button(t("Older"), key="ingest_older"):
            st.query_params["before"] = shown[-1].run.id
            st.rerun()


def _row(one: RunSeen) -> Row:
    run = one.run
    return Row(
        run.id,
        {
            "what": Cell(names_of(one.names, run.kind), sub=person_name(one.by)),
            "at": run.started_at,
            "state": state_cell(one.now),
            **{
                name: run.counts.get(name)
                for name in ("new", "revisions", "duplicates", "unchanged", "rejected")
            },
            "took": None if one.now == "interrupted" else took(run.started_at, run.finished_at),
        },
    )


def _going(desk: shell.Desk, project: Project) -> list[RunSeen]:
    found = ingestion.runs(store(), desk.visitor.person, project.id, limit=A_PAGE)
    return [one for one in found if one.now in ("queued", "running")]


def _under_way() -> None:
    """Runs that wait or are at work; drawn again by itself while there are any."""
    desk = shell.enter()
    project = shell.need_project(desk)
    going = _going(desk, project)
    _tell_ended(desk, going)
    known = st.session_state.get("ingest_going")
    now = [(one.run.id, one.now) for one in going]
    st.session_state["ingest_going"] = now
    if known is not None and known != now:
        # The lists below change with it, and so does whether to ask again.
        st.rerun(scope="app")
    for one in reversed(going):
        with st.container(key=f"ingest_going_{one.run.id}", border=True):
            _progress(desk, one)


def _tell_ended(desk: shell.Desk, going: list[RunSeen]) -> None:
    """Say what came of the uploads sent from here, once."""
    awaited: list[str] = st.session_state.get(_AWAITED, [])
    ended = set(awaited) - {one.run.id for one in going}
    if not ended:
        return
    st.session_state[_AWAITED] = [one for one in awaited if one not in ended]
    runs = [ingestion.run(store(), desk.visitor.person, id_) for id_ in sorted(ended)]
    finished = [one for one in runs if one.now == "done"]
    if finished:
        say(_PAGE, "\n".join(outcome(one) for one in finished))
        st.rerun(scope="app")


def _progress(desk: shell.Desk, one: RunSeen) -> None:
    at = jobs().under_way()
    mine = at if at is not None and at.run_id == one.run.id else None
    name = plain(names_of(one.names, one.run.kind))
    left, right = st.columns([6, 1], vertical_alignment="center")
    with left:
        if one.now == "queued":
            st.progress(0.0, t("{name}: waits for its turn", name=name))
        elif mine is None:
            st.progress(0.0, t("{name}: at work on the command line", name=name))
        else:
            done = mine.counts.read if mine.counts else 0
            share = min(1.0, done / mine.total) if mine.total else 0.0
            st.progress(share, ingest_run.progress_text(name, mine))
    with right:
        stopping = mine is not None and mine.stopping
        if st.button(
            t("Stopping…") if stopping else t("Cancel"),
            key=f"ingest_cancel_{one.run.id}",
            disabled=stopping or (one.now == "running" and mine is None),
            width="stretch",
        ):
            try:
                jobs().cancel(desk.visitor.person, one.run.id)
            except WorkbenchError as problem:
                st.caption(plain(told(problem)))
            else:
                st.rerun(scope="fragment")
