"""What is in Label Studio and cannot be taken, and tasks that were deleted there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from annotate.labelstudio import viewing
from annotate.labelstudio.viewing import GoneTask, Problems
from annotate.links import Link, SyncProblem
from annotate.model import Project
from annotate.ui import shell
from annotate.ui.database import store
from annotate.ui.i18n import t, tn, told
from annotate.ui.table import Cell, Column, Row, table
from annotate.ui.views.ingest_words import short
from annotate.ui.views.notices import say, telling
from annotate.ui.views.sync_words import address, reason_name

MOST_SHOWN = 200
_PAGE = "sync"
_SETTLED = "sync_settled"


def draw(
    desk: shell.Desk,
    project: Project,
    link: Link,
    found: Problems,
    gone: Sequence[GoneTask],
) -> None:
    """Draw the deleted tasks, which wait for a decision, the problems, and what was left out."""
    left_out = viewing.gone(store(), desk.visitor.person, project.id, left_out=True)
    if gone:
        _gone(desk, project, gone)
    if found.items:
        if gone or left_out:
            st.subheader(t("What cannot be taken"), anchor=False)
        _list(project, link, found)
    elif not found.withheld and not gone:
        st.caption(t("Everything that is there could be taken."))
    if found.withheld:
        st.caption(
            tn("{n} more is on an article on which you have not submitted your own labels yet.",
               "{n} more are on articles on which you have not submitted your own labels yet.",
               found.withheld)
        )  # fmt: skip
    if left_out:
        _left_out(desk, project, left_out)


def _list(project: Project, link: Link, found: Problems) -> None:
    reason = _filter(found.items)
    wanted = [one for one in found.items if not reason or one.reason == reason]
    columns = (
        Column("where", t("Article")),
        Column("reason", t("Reason"), "chip", "160px"),
        Column("message", t("What is the matter"), width="36%"),
        Column("there", t("In Label Studio"), width="132px"),
        Column("last", t("Last met"), "time", "158px"),
    )
    table(
        f"sync_problems_{reason or 'any'}",
        t("Problems"),
        columns,
        [_row(project, link, found, one) for one in wanted[:MOST_SHOWN]],
    )
    if len(wanted) > MOST_SHOWN:
        st.caption(t("Only the first {n} are shown.", n=MOST_SHOWN))
    st.caption(
        t("Nothing of these is stored. Mend them in Label Studio: the next sync takes them, and"
          " they leave this list by themselves.")
    )  # fmt: skip


def _filter(items: Sequence[SyncProblem]) -> str:
    counts = Counter(one.reason for one in items)
    options = ["", *sorted(counts)]

    def name(reason: str) -> str:
        if not reason:
            return t("Any reason")
        return f"{reason_name(reason)} ({counts.get(reason, 0):,})"

    if st.session_state.get("sync_reason") not in options:
        st.session_state["sync_reason"] = ""
    chosen: str = st.selectbox(
        t("Reason"), options, format_func=name, key="sync_reason",
        label_visibility="collapsed", width=260,
    )  # fmt: skip
    return chosen


def _row(project: Project, link: Link, found: Problems, one: SyncProblem) -> Row:
    article = found.articles.get(one.article_id or "")
    where = (
        Cell(
            article.title,
            sub=article.source,
            lang=article.language,
            href=shell.link("tag", project, article=article.id),
        )
        if article
        else t("No article of this project")
        if one.task_id is not None
        else t("All of the project")
    )
    sub = _part(one)
    there = (
        Cell(t("Task {number}", number=one.task_id), sub=sub, href=address(link, one.task_id))
        if one.task_id is not None
        else Cell(t("Project {number}", number=link.remote_id), sub=sub, href=address(link))
    )
    return Row(
        one.id,
        {
            "where": where,
            "reason": Cell(reason_name(one.reason), tone="oppose"),
            "message": short(told(viewing.rebuilt(one)), 400),
            "there": there,
            "last": one.last_at,
        },
    )


def _part(one: SyncProblem) -> str:
    parts = [
        t("annotation {number}", number=one.remote_id) if one.remote_id is not None else "",
        t("region {id}", id=short(one.region, 24)) if one.region else "",
    ]
    return " · ".join(filter(None, parts))


def _gone(desk: shell.Desk, project: Project, gone: Sequence[GoneTask]) -> None:
    st.subheader(t("Tasks that were deleted there"), anchor=False)
    st.caption(
        t("The labels stay here. Send the articles there again, or leave them out from now on.")
    )
    bar = st.container(horizontal=True, vertical_alignment="center", key="sync_gone_bar")
    ids = _tasks("sync_gone", t("Deleted tasks"), gone)
    with bar:
        if _again(len(ids), "sync_push_again"):
            _push_again(desk, project, ids)
        if st.button(
            tn("Leave {n} article out", "Leave {n} articles out", len(ids)), key="sync_leave_out"
        ):
            _leave_out(desk, project, ids)


def _left_out(desk: shell.Desk, project: Project, gone: Sequence[GoneTask]) -> None:
    st.subheader(t("Left out"), anchor=False)
    st.caption(t("Their tasks were deleted there, and somebody has left these articles out."))
    bar = st.container(horizontal=True, key="sync_left_out_bar")
    ids = _tasks("sync_left_out", t("Articles left out"), gone)
    with bar:
        if _again(len(ids), "sync_take_back"):
            _push_again(desk, project, ids)


def _tasks(key: str, label: str, gone: Sequence[GoneTask]) -> list[str]:
    """Draw articles to tick; gives those ticked, or all if none is."""
    settled = st.session_state.get(_SETTLED, 0)
    chosen = table(
        f"{key}_{settled}",
        label,
        (Column("title", t("Article")), Column("source", t("Source"), width="220px"),
         Column("task", t("Task"), "number", "110px")),
        [
            Row(
                one.article.id,
                {
                    "title": Cell(one.article.title, lang=one.article.language),
                    "source": one.article.source,
                    "task": one.task_id,
                },
            )
            for one in gone[:MOST_SHOWN]
        ],
        ticks=True,
    )  # fmt: skip
    if len(gone) > MOST_SHOWN:
        st.caption(t("Only the first {n} are shown.", n=MOST_SHOWN))
    return list(chosen.ticked) or [one.article.id for one in gone]


def _again(n: int, key: str) -> bool:
    return st.button(tn("Send {n} article again", "Send {n} articles again", n), key=key)


def _push_again(desk: shell.Desk, project: Project, ids: Sequence[str]) -> None:
    # Slow to load, and seldom wanted.
    from annotate.labelstudio import run

    with telling():
        n = run.push_again(store(), desk.visitor.person, project.id, ids)
        _settled(
            tn("{n} article goes there at the next sync",
               "{n} articles go there at the next sync", n)
        )  # fmt: skip


def _leave_out(desk: shell.Desk, project: Project, ids: Sequence[str]) -> None:
    from annotate.labelstudio import run

    with telling():
        n = run.leave_out(store(), desk.visitor.person, project.id, ids)
        _settled(tn("{n} article is left out", "{n} articles are left out", n))


def _settled(text: str) -> None:
    st.session_state[_SETTLED] = st.session_state.get(_SETTLED, 0) + 1
    say(_PAGE, text)
    st.rerun()
