"""A link's state, running a sync with its progress, what a dry run found, and the log."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from annotate.errors import Rejected
from annotate.labelstudio import viewing
from annotate.labelstudio.viewing import RunSeen
from annotate.links import Link, Outcome, Step
from annotate.model import Project
from annotate.ui import shell
from annotate.ui.database import store
from annotate.ui.i18n import t, tn, told
from annotate.ui.syncing import Ended, UnderWay, syncs
from annotate.ui.table import Cell, Column, Row, table
from annotate.ui.times import moment
from annotate.ui.views import sync_changes
from annotate.ui.views.ingest_words import short, took
from annotate.ui.views.notices import forget, telling
from annotate.ui.views.sync_words import (
    address,
    did_something,
    often,
    outcome,
    prospect,
    stage_name,
    state_cell,
    step_cell,
)
from annotate.ui.words import plain, shortened

PAGE = "sync"
MOST_STEPS = 300
MOST_RUNS = 50
_LONGEST = 60
_POLL_S = 1.0
_IDLE_POLL_S = 10.0
_STATE = "sync_state"


def draw(desk: shell.Desk, project: Project, link: Link) -> None:
    """Draw the link's state, what starts a sync, and what is under way."""
    going = syncs().under_way(project.id) is not None
    every = _POLL_S if going else _IDLE_POLL_S if link.every_minutes else None
    with st.container(key="sync_head", border=True):
        st.fragment(_head, run_every=every)(project.id)
    ended = syncs().ended(project.id)
    mine = ended if ended is not None and ended.by == desk.visitor.person.id else None
    _failure(desk, project, mine)
    if mine is not None and mine.dry_run and mine.outcome is not None:
        _dry(desk, project, mine.outcome, mine)


def log(desk: shell.Desk, project: Project) -> None:
    """Draw the runs of the past."""
    found = viewing.runs(store(), desk.visitor.person, project.id, MOST_RUNS)
    if not found:
        st.caption(t("Nothing has been synchronised yet."))
        return
    columns = (
        Column("at", t("When"), "time", "164px"),
        Column("state", t("State"), "chip", "112px"),
        Column("what", t("What it did")),
        Column("by", t("Who"), width="150px"),
        Column("took", t("Took"), "number", "96px"),
    )
    table("sync_log", t("Synchronisations"), columns, [_logged(one) for one in found])
    if len(found) == MOST_RUNS:
        st.caption(t("The last {n}; older ones are in the history.", n=MOST_RUNS))


def _failure(desk: shell.Desk, project: Project, mine: Ended | None) -> None:
    """Why the last sync failed, or the one that this reader asked for."""
    if syncs().under_way(project.id) is not None:
        return
    problem = mine.problem if mine else None
    runs = viewing.runs(store(), desk.visitor.person, project.id, 1)
    if problem is None and runs and runs[0].run.state == "failed" and runs[0].run.problem:
        problem = Rejected.rebuilt("failed", runs[0].run.problem)
    if problem is not None:
        st.error(plain(told(problem)))


def _logged(seen: RunSeen) -> Row:
    run = seen.run
    why = told(Rejected.rebuilt("failed", run.problem)) if run.problem else ""
    what = outcome(run.counts) if _tells_what(seen) else ""
    return Row(
        run.id,
        {
            "at": run.started_at,
            "state": state_cell(seen.now),
            "what": Cell(short(why, 400), sub=what) if why else what,
            "by": seen.by,
            "took": took(run.started_at, run.finished_at),
        },
    )


def _head(project_id: str) -> None:
    """The state, drawn again by itself; the page with it where a sync began or ended."""
    desk = shell.enter()
    link = store().links.link(project_id)
    runs = viewing.runs(store(), desk.visitor.person, project_id, 1)
    at = syncs().under_way(project_id)
    now = (project_id, at is None, [(one.run.id, one.now) for one in runs])
    before, st.session_state[_STATE] = st.session_state.get(_STATE), now
    if link is None:
        st.rerun(scope="app")
    last = runs[0] if runs else None
    with st.container(horizontal=True, vertical_alignment="center", key="sync_top"):
        with st.container(key="sync_about", gap=None):
            st.text(link.title)
            st.caption(_where(link))
            st.caption(_last(last, link))
            if last is not None and last.run.counts.get("label_set.withheld"):
                st.caption(
                    t("Held back are labels that somebody who reads that project may not see here:"
                      " look under Settings.")
                )  # fmt: skip
        with st.container(horizontal=True, width="content", key="sync_actions"):
            _buttons(desk, link, at)
    if at is not None:
        _progress(at)
    elif last is not None and last.now == "running":
        st.progress(0.0, t("At work on the command line, or in another server"))
    # After the buttons: begun anew before them, a press on one would be lost.
    if before is not None and before[0] == project_id and before != now:
        st.rerun(scope="app")


def _where(link: Link) -> str:
    return plain(
        t("Project {number} on {url}, as {account} · Label Studio {version}",
          number=link.remote_id, url=link.url, account=link.account, version=link.version)
    )  # fmt: skip


def _last(last: RunSeen | None, link: Link) -> str:
    every = (
        t("by itself {often}", often=often(link.every_minutes))
        if link.every_minutes
        else t("started by hand")
    )
    if last is None:
        return t("Not synchronised yet · {every}", every=every)
    run = last.run
    if last.now == "running":
        return t("Began {when} · {every}", when=moment(run.started_at), every=every)
    name, when = state_cell(last.now).text, moment(run.started_at)
    if not _tells_what(last):
        return t("Last sync {when}, {state} · {every}", when=when, state=name, every=every)
    return plain(
        t("Last sync {when}, {state}: {what} · {every}", when=when, state=name,
          what=outcome(run.counts), every=every)
    )  # fmt: skip


def _tells_what(seen: RunSeen) -> bool:
    """Whether it says anything what a run did: one that failed early has not looked."""
    return seen.now == "done" or did_something(seen.run.counts)


def _buttons(desk: shell.Desk, link: Link, at: UnderWay | None) -> None:
    st.link_button(t("Open in Label Studio"), address(link), type="tertiary")
    if at is not None:
        label = t("Stopping…") if at.stopping else t("Cancel")
        if st.button(label, key="sync_cancel", disabled=at.stopping):
            with telling():
                syncs().cancel(desk.visitor.person, link.project_id)
                st.rerun(scope="fragment")
        return
    # A dry run first: it is what a careful person presses first.
    dry = st.button(t("Dry run"), key="sync_dry", help=t("Shows what a sync would do"))
    real = st.button(t("Sync now"), key="sync_now", type="primary")
    if dry or real:
        with telling():
            syncs().start(desk.visitor.person, link.project_id, dry_run=dry)
            forget(PAGE)
            st.rerun(scope="app")


def _progress(at: UnderWay) -> None:
    name = t("Dry run") if at.dry_run else t("Sync")
    progress = at.progress
    if progress is None:
        st.progress(0.0, t("{name}: connecting", name=name))
        return
    stage = stage_name(progress.stage)
    if not progress.total:
        done = f"{progress.done:,}" if progress.done else ""
        text = t("{name}: {stage} · {done}", name=name, stage=stage, done=done) if done else (
            t("{name}: {stage}", name=name, stage=stage))  # fmt: skip
        st.progress(0.0, text)
        return
    share = min(1.0, progress.done / progress.total)
    st.progress(
        share,
        t("{name}: {stage} · {done} of {total}", name=name, stage=stage,
          done=f"{progress.done:,}", total=f"{progress.total:,}"),
    )  # fmt: skip


def _dry(desk: shell.Desk, project: Project, found: Outcome, ended: Ended) -> None:
    shown, withheld = viewing.steps(store(), desk.visitor.person, project.id, found.steps)
    with st.container(key="sync_dry_run", border=True):
        with st.container(horizontal=True, vertical_alignment="center", key="sync_dry_top"):
            st.subheader(t("What a sync would do"), anchor=False)
            if st.button(t("Close"), key="sync_dry_close", type="tertiary"):
                syncs().forget(project.id)
                st.rerun()
        st.text(_promise(found))
        if shown:
            _steps(project, shown)
        sync_changes.draw(desk, project, ended.changes, ended.changes_in_all)
        if withheld:
            st.caption(
                tn("{n} more concerns labels that you may not see before submitting yours.",
                   "{n} more concern labels that you may not see before submitting yours.",
                   withheld)
            )  # fmt: skip


def _promise(found: Outcome) -> str:
    counts = found.counts
    lines = prospect(counts) or [t("Would change nothing on either side.")]
    if n := counts.get("conflicts", 0):
        lines.append(
            tn(
                "{n} conflict would wait for a decision",
                "{n} conflicts would wait for a decision",
                n,
            )
        )
    if n := counts.get("problems", 0):
        lines.append(
            tn("{n} thing there could not be taken", "{n} things there could not be taken", n)
        )
    if counts.get("configuration"):
        lines.append(t("The configuration was edited there and waits: look under Settings"))
    return "\n".join(lines)


def _steps(project: Project, found: Sequence[Step]) -> None:
    # What happens to an article stands together.
    places = {id_: n for n, id_ in enumerate(dict.fromkeys(one.article_id for one in found))}
    shown = sorted(found, key=lambda one: places[one.article_id])[:MOST_STEPS]
    on = [id_ for id_ in places if id_ is not None and places[id_] < MOST_STEPS]
    articles = viewing.articles_of(store(), on)
    coders = viewing.coders_of(store(), {id_ for one in shown if (id_ := one.label_set_id)}, on)
    columns = (
        Column("article", t("Article")),
        Column("what", t("What"), "chip", "196px"),
        Column("coder", t("Whose labels"), width="170px"),
        Column("changes", t("Changes"), "number", "92px"),
    )
    rows = []
    for n, one in enumerate(shown):
        article = articles.get(one.article_id or "")
        name = Cell(
            article.title,
            sub=article.source,
            lang=article.language,
            href=shell.link("tag", project, article=article.id),
        ) if article else t("All of the project")  # fmt: skip
        coder = coders.get(one.label_set_id or "")
        rows.append(
            Row(
                str(n),
                {
                    "article": name,
                    "what": step_cell(one.kind, shortened(one.detail, _LONGEST)),
                    "coder": t("gold") if coder == "" else coder,
                    "changes": one.changes or None,
                },
            )
        )
    table("sync_steps", t("Steps of a sync"), columns, rows)
    if len(found) > MOST_STEPS:
        st.caption(t("Only the first {n} are shown.", n=MOST_STEPS))
