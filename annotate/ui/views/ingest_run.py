"""One run of ingestion: what it did, what it rejected, what it brought."""

from __future__ import annotations

import streamlit as st

from annotate import accounts
from annotate.errors import Rejected, WorkbenchError
from annotate.ingest import desk as ingestion
from annotate.ingest.desk import RunSeen
from annotate.model import Project
from annotate.ui import shell
from annotate.ui.database import store
from annotate.ui.i18n import t, tn, told
from annotate.ui.jobs import UnderWay, jobs
from annotate.ui.table import Cell, Column, Row, table
from annotate.ui.views import ingest_rejected
from annotate.ui.views.ingest_place import go
from annotate.ui.views.ingest_words import change_name, names_of, short, state_cell, took
from annotate.ui.views.notices import ask, telling
from annotate.ui.words import person_name, plain

A_PAGE = 50
_MOST_NAMES = 20
_POLL_S = 1.0


def draw(desk: shell.Desk, project: Project, run_id: str) -> None:
    """Draw the run."""
    seen = ingestion.run(store(), desk.visitor.person, run_id)
    back()
    st.title(plain(short(names_of(seen.names, seen.run.kind))), anchor=False)
    going = seen.now in ("queued", "running")
    st.fragment(_head, run_every=_POLL_S if going else None)(run_id)
    if accounts.may(store(), desk.visitor.person, "article.ingest", seen.run.project_id):
        _actions(desk, seen)
    _names(seen)
    rejected = ingestion.rejections(
        store(),
        desk.visitor.person,
        project.id,
        listed="all",
        run_id=run_id,
        limit=ingest_rejected.MOST_SHOWN,
    )
    if rejected:
        st.subheader(t("Rejected items"), anchor=False)
        ingest_rejected.rows(f"ingest_run_rejected_{run_id}", rejected)
    _taken(desk, project, run_id)


def back(show: str = "") -> None:
    """The way back to the overview."""
    label = t("← All rejected items") if show else t("← All runs")
    if st.button(label, type="tertiary", key="ingest_back"):
        go("show" if show else None, show)


def progress_text(name: str, at: UnderWay) -> str:
    """How far a run has come, in words; the name is Markdown already."""
    counts = at.counts
    if counts is None:
        return t("{name}: begins", name=name)
    so_far = (
        t("{done} of {total} items", done=f"{counts.read:,}", total=f"{at.total:,}")
        if at.total
        else tn("{n} item so far", "{n} items so far", counts.read)
    )
    return t(
        "{name}: {so_far} · new {new}, revised {revised}, copies {copies}, known {known},"
        " rejected {rejected}",
        name=name,
        so_far=so_far,
        new=f"{counts.new:,}",
        revised=f"{counts.revisions:,}",
        copies=f"{counts.duplicates:,}",
        known=f"{counts.unchanged:,}",
        rejected=f"{counts.rejected:,}",
    )


def _head(run_id: str) -> None:
    """State and counts; drawn again by itself while the run goes on."""
    desk = shell.enter()
    try:
        seen = ingestion.run(store(), desk.visitor.person, run_id)
    except WorkbenchError:
        st.rerun(scope="app")
    key = f"ingest_state_{run_id}"
    before, st.session_state[key] = st.session_state.get(key), seen.now
    if before is not None and before != seen.now:
        st.rerun(scope="app")
    run, at = seen.run, jobs().under_way()
    columns = (
        Column("state", t("State"), "chip", "112px"),
        Column("at", t("When"), "time", "158px"),
        Column("by", t("Who")),
        Column("read", t("Items"), "number", "84px"),
        Column("new", t("New"), "number", "84px"),
        Column("revisions", t("Revised"), "number", "84px"),
        Column("duplicates", t("Copies"), "number", "84px"),
        Column("unchanged", t("Known"), "number", "84px"),
        Column("rejected", t("Rejected"), "number", "84px"),
        Column("took", t("Took"), "number", "96px"),
    )
    cells: dict[str, str | int | Cell | None] = {
        "state": state_cell(seen.now),
        "at": run.started_at,
        "by": person_name(seen.by),
        "took": None if seen.now == "interrupted" else took(run.started_at, run.finished_at),
    }
    cells |= {name: run.counts.get(name) for name in run.counts}
    table(f"ingest_head_{run_id}", t("Summary of the run"), columns, [Row(run_id, cells)])
    if at is not None and at.run_id == run_id:
        share = at.counts.read / at.total if at.counts and at.total else 0.0
        st.progress(min(1.0, share), progress_text(t("At work"), at))
    if run.problem is not None:
        st.error(plain(told(Rejected.rebuilt("failed", run.problem))))


def _actions(desk: shell.Desk, seen: RunSeen) -> None:
    if not seen.can_go_on:
        return
    st.caption(
        t("This run has not come to its end. What it took stays; run again, it goes on with the"
          " rest, and nothing is doubled.")
    )  # fmt: skip
    with st.container(horizontal=True):
        if st.button(t("Run again"), key="ingest_again", type="primary"):
            with telling():
                ingestion.ask_again(store(), desk.visitor.person, seen.run.id)
                jobs().wake()
                st.rerun()
        if st.button(t("Give up…"), key="ingest_discard"):
            _ask_discard(seen.run.id)


def _ask_discard(run_id: str) -> None:
    def discard() -> None:
        ingestion.discard(store(), shell.enter().visitor.person, run_id)

    text = t("Files uploaded for it are removed. Articles that it took stay.")
    ask(t("Give up this run?"), text, t("Give up"), "ingest_discard", discard)


def _names(seen: RunSeen) -> None:
    if not seen.names:
        return
    title = tn("Read from {n} place", "Read from {n} places", len(seen.names))
    with st.expander(title):
        st.text("\n".join(short(name) for name in seen.names[:_MOST_NAMES]))
        if len(seen.names) > _MOST_NAMES:
            st.caption(tn("and {n} more", "and {n} more", len(seen.names) - _MOST_NAMES))


def _taken(desk: shell.Desk, project: Project, run_id: str) -> None:
    key = f"ingest_taken_{run_id}"
    pages: list[int] = st.session_state.setdefault(key, [0])
    person = desk.visitor.person
    found = ingestion.taken(store(), person, run_id, after=pages[-1], limit=A_PAGE + 1)
    if not found:
        return
    st.subheader(t("Articles that it brought"), anchor=False)
    columns = (
        Column("title", t("Title")),
        Column("source", t("Source"), width="180px"),
        Column("change", t("What it was"), "chip", "110px"),
        Column("original", t("As found"), width="110px"),
    )
    tones = {"new": "support", "revision": "accent", "duplicate": "neutral"}
    table(
        f"{key}_{len(pages)}",
        t("Articles that the run brought"),
        columns,
        [
            Row(
                one.article_id,
                {
                    "title": Cell(
                        one.title,
                        lang=one.language,
                        href=shell.link("tag", project, article=one.article_id),
                    ),
                    "source": one.source,
                    "change": Cell(change_name(one.change), tone=tones.get(one.change, "neutral")),
                    "original": Cell(
                        t("Original"),
                        href=shell.link("ingest", project, article=one.article_id, of=run_id),
                    ),
                },
            )
            for one in found[:A_PAGE]
        ],
    )  # fmt: skip
    with st.container(horizontal=True):
        if len(pages) > 1 and st.button(t("Previous"), key=f"{key}_previous"):
            pages.pop()
            st.rerun()
        if len(found) > A_PAGE and st.button(t("Next"), key=f"{key}_next"):
            pages.append(found[A_PAGE - 1].at)
            st.rerun()
