"""Assignments: the board of a project, its rounds, who has how much.

Which part is open stands in the address: ``show`` is ``new`` for a round being made, ``articles``
for the list behind a count.
"""

from __future__ import annotations

from html import escape

import streamlit as st

from annotate import accounts, review
from annotate.errors import WorkbenchError
from annotate.model import Project
from annotate.review import Board, Load, RoundSeen
from annotate.reviews import ARTICLE_STATES
from annotate.store.boards import COUNT_LIMIT, Tally
from annotate.ui import shell
from annotate.ui.database import store
from annotate.ui.i18n import t, tn, told
from annotate.ui.table import Cell, Column, Row, table
from annotate.ui.times import moment
from annotate.ui.views import rounds_list, rounds_new
from annotate.ui.views.heading import heading
from annotate.ui.views.notices import answered, ask, said, say, telling
from annotate.ui.views.rounds_words import rule, state_name, to_do_name
from annotate.ui.words import plain

PAGE = "assignments"
_CLOSED_SHOWN = 50


def draw(desk: shell.Desk) -> None:
    """Draw the page."""
    project = shell.need_project(desk)
    if not accounts.may(store(), desk.visitor.person, "assignment.read", project.id):
        if accounts.may(store(), desk.visitor.person, "label_set.tag", project.id):
            shell.message(
                t("This page is for reviewers and editors"),
                t("They see who codes what. What you are to code is on the page Tag."),
                (t("Tag"), shell.link("tag", project)),
            )
        shell.message(
            t("This page is for reviewers and editors"),
            t("They see who codes what. What there is to read is on the page Articles."),
            (t("Articles"), shell.link("articles", project)),
        )
    changes = accounts.may(store(), desk.visitor.person, "assignment.change", project.id)
    show = st.query_params.get("show", "")
    try:
        with st.container(key="office"):
            if show == "new" and changes:
                rounds_new.draw(desk, project)
            elif show == "articles":
                rounds_list.draw(desk, project, changes=changes)
            else:
                _draw(desk, project, changes=changes)
    except WorkbenchError as problem:
        shell.message(t("This cannot be shown"), told(problem), (t("Assignments"), "/assignments"))


def _draw(desk: shell.Desk, project: Project, *, changes: bool) -> None:
    with heading(t("Assignments"), PAGE):
        if changes and st.button(t("New round"), type="primary", key="rounds_new"):
            st.query_params["show"] = "new"
            st.rerun()
    st.caption(t("Who codes which articles of {project}, and how far they are.",
                 project=plain(project.name)))  # fmt: skip
    said(PAGE)
    board = review.board(store(), desk.visitor.person, project.id)
    closed = review.closed(store(), desk.visitor.person, project.id)
    _tiles(board, project)
    st.subheader(t("Rounds"), anchor=False)
    if not board.rounds and not closed:
        _nothing_yet(changes=changes)
    for one in board.rounds:
        _round(desk, project, one, changes=changes)
    if board.loads:
        st.subheader(t("Workload"), anchor=False)
        st.caption(t("What each was given, in all rounds; what they coded unasked is not counted."))
        _loads(board.loads, project)
    if closed:
        _closed(closed, changes=changes)


def _nothing_yet(*, changes: bool) -> None:
    with st.container(border=True, key="rounds_empty"):
        st.text(
            t(
                "Without a round everybody tags what they like. A round says who codes which"
                " articles: how many coders each gets, what share is coded twice to measure"
                " agreement, in which order and by when. Coders then find their work in the queue"
                " of the page Tag, or take the next article when they are ready for it."
            )
        )
        if not changes:
            st.text(t("An editor of the project makes rounds."))


def _tiles(board: Board, project: Project) -> None:
    st.caption(
        t(
            "All articles of the project, in rounds or not, as the page Articles counts them: the"
            " newest revision of each, and copies of a text only where they are begun or in an"
            " open round."
        )
    )
    tiles = [
        _tile(
            project,
            to_do_name(held=True) if state == "to_do" else state_name(state),
            board.states[state],
            board.replaced.get(state, 0),
            state=state,
        )
        for state in ARTICLE_STATES
    ]
    # Beside the other part of what is to do.
    free = _tile(project, to_do_name(held=False), Tally(board.untouched), only="untouched")
    tiles.insert(1, free)
    if board.overdue:
        tiles.append(_tile(project, t("overdue"), Tally(board.overdue), only="overdue"))
    label = escape(t("Articles by state"), quote=True)
    st.html(f'<ul class="cd cd-board" aria-label="{label}">{"".join(tiles)}</ul>')


def _tile(project: Project, name: str, tally: Tally, replaced: int = 0, **query: str) -> str:
    notes = ""
    if tally.count and tally.oldest and query.get("state") != "gold":
        notes = f"<small>{escape(t('oldest since {when}', when=moment(tally.oldest)))}</small>"
        if tally.stale:
            more = tally.stale > COUNT_LIMIT
            n = f"{COUNT_LIMIT:,}+" if more else f"{tally.stale:,}"
            text = t("{n} for over {days} days", n=n, days=review.STALE_DAYS)
            notes += _note(project, text, only="stale", **query)
    if replaced:
        text = tn("{n} earlier revision", "{n} earlier revisions", replaced)
        notes += _note(project, f"+ {text}", only="replaced", **query)
    href = escape(shell.link(PAGE, project, show="articles", **query))
    count = f"<b>{tally.count:,}</b> <span>{escape(name)}</span>"
    return f'<li><a href="{href}" target="_self">{count}</a>{notes}</li>'


def _note(project: Project, text: str, **query: str) -> str:
    href = escape(shell.link(PAGE, project, show="articles", **query))
    return f'<small><a class="link" href="{href}" target="_self">{escape(text)}</a></small>'


def _round(desk: shell.Desk, project: Project, seen: RoundSeen, *, changes: bool) -> None:
    made = seen.round
    with st.container(border=True, key=f"round_{made.id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container(gap=None):
                st.subheader(plain(made.name), anchor=False)
                st.caption(plain(_about(seen)))
            with st.container(horizontal=True, width="content"):
                if st.button(t("Articles"), key=f"round_articles_{made.id}"):
                    rounds_list.go(round=made.id)
                if changes:
                    _actions(desk, project, seen)
        share = seen.done / seen.articles if seen.articles else 0.0
        done = t("{done} of {total} articles of this round have all their submissions",
                 done=f"{seen.done:,}", total=f"{seen.articles:,}")  # fmt: skip
        st.progress(share, done)


def _about(seen: RoundSeen) -> str:
    parts = [rule(seen.round)]
    if seen.round.due_on:
        due = seen.round.due_on
        parts.append(t("was due on {day}", day=due) if seen.overdue else t("due on {day}", day=due))
    if seen.free:
        over = seen.free > COUNT_LIMIT
        free = tn("{n} article with a free slot", "{n} articles with a free slot", seen.free)
        parts.append(t("over {n} with a free slot", n=f"{COUNT_LIMIT:,}") if over else free)
    if seen.replaced:
        parts.append(tn("{n} of its articles is an earlier revision",
                        "{n} of its articles are earlier revisions", seen.replaced))  # fmt: skip
    return " · ".join(parts)


def _actions(desk: shell.Desk, project: Project, seen: RoundSeen) -> None:
    made = seen.round
    if (
        made.mode == "list"
        and seen.free
        and st.button(t("Hand out free slots"), key=f"round_fill_{made.id}")
    ):
        with telling():
            filled, left = review.hand_out(store(), desk.visitor.person, made.id)
            first = tn("{n} slot handed out", "{n} slots handed out", filled)
            second = tn("{n} stays free", "{n} stay free", left)
            say(PAGE, t("{first}; {second}", first=first, second=second) if left else first)
            st.rerun()
    if st.button(t("Coders…"), key=f"round_coders_{made.id}"):
        st.dialog(t("Who codes in this round"))(_coders)(project.id, seen)
    if st.button(t("Close…"), key=f"round_close_{made.id}"):

        def close() -> None:
            back, short = review.close(store(), shell.enter().visitor.person, made.id)
            first = tn("Round closed: {n} assignment taken back",
                       "Round closed: {n} assignments taken back", back)  # fmt: skip
            second = tn("{n} article goes on with fewer coders",
                        "{n} articles go on with fewer coders", short)  # fmt: skip
            say(PAGE, t("{first}; {second}", first=first, second=second) if short else first)

        text = t("What nobody has begun is taken back; what is begun stays with its coder. The"
                 " round can be opened again.")  # fmt: skip
        ask(t("Close this round?"), text, t("Close the round"), f"round_close_{made.id}", close)


def _coders(project_id: str, seen: RoundSeen) -> None:
    by, made = shell.enter().visitor.person, seen.round
    names = {one.id: one.display_name for one in review.coders(store(), by, project_id)}
    inside = store().people.many(list(seen.coders))
    st.text(", ".join(sorted(one.display_name for one in inside.values())))
    others = [id_ for id_ in names if id_ not in seen.coders]
    added = st.selectbox(t("Add"), [None, *others], key="round_add",
                         format_func=lambda id_: names[id_] if id_ else t("choose…"))  # fmt: skip
    gone = st.selectbox(
        t("Take out"), [None, *inside], key="round_remove",
        format_func=lambda id_: inside[id_].display_name if id_ else t("choose…"),
    )  # fmt: skip
    st.caption(t("What they have begun stays theirs; the rest goes to the others."))
    refused = st.container()
    if answered(t("Save"), "round_coders"):
        with telling(refused):
            if added:
                review.add_coder(store(), by, made.id, added)
            if gone:
                review.remove_coder(store(), by, made.id, gone)
            say(PAGE, t("Saved"))
            st.rerun()


def _loads(loads: tuple[Load, ...], project: Project) -> None:
    columns = (
        Column("name", t("Name")),
        Column("to_do", t("To do"), "number", "110px"),
        Column("in_progress", t("In progress"), "number", "110px"),
        Column("submitted", t("Submitted"), "number", "110px"),
        Column("accepted", t("Accepted"), "number", "110px"),
        Column("last", t("Last active"), "time", "180px"),
    )
    gone = t("may not tag here any more: give their articles to others")
    rows = [
        Row(
            load.person.id,
            {
                "name": Cell(load.person.display_name, "" if load.codes else gone),
                "to_do": load.to_do,
                "in_progress": load.in_progress,
                "submitted": load.submitted,
                "accepted": load.accepted,
                "last": load.last_active,
            },
        )
        for load in loads
    ]
    chosen = table("rounds_loads", t("Workload"), columns, rows, opens=True)
    if chosen.opened:
        rounds_list.go(person=chosen.opened)


def _closed(closed: tuple[RoundSeen, ...], *, changes: bool) -> None:
    with st.expander(tn("{n} closed round", "{n} closed rounds", len(closed))):
        for one in closed[:_CLOSED_SHOWN]:
            made = one.round
            with st.container(horizontal=True, vertical_alignment="center"):
                st.text(
                    t("{name}: {done} of {total} articles, closed {when}", name=made.name,
                      done=f"{one.done:,}", total=f"{one.articles:,}",
                      when=moment(made.closed_at or ""))
                )  # fmt: skip
                if changes and st.button(t("Open again"), key=f"round_reopen_{made.id}"):
                    with telling():
                        kept = review.reopen(store(), shell.enter().visitor.person, made.id)
                        say(PAGE, " ".join([t("The round is open again"), *map(_not_back, kept)]))
                        st.rerun()


def _not_back(one: review.Kept) -> str:
    return tn(
        "– {name} could have read {titles} meanwhile and does not get it back",
        "– {name} could have read {n} articles meanwhile and does not get them back: {titles}",
        len(one.titles), name=one.person.display_name, titles=", ".join(one.titles[:3]),
    )  # fmt: skip
