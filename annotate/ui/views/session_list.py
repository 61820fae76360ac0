"""Where somebody is signed in, with the ways to end it: on the pages People and Account."""

from __future__ import annotations

import streamlit as st

from annotate import accounts
from annotate.model import Person
from annotate.ui import shell, visitor
from annotate.ui.database import store
from annotate.ui.i18n import t, tn
from annotate.ui.table import Cell, Column, Row, table
from annotate.ui.views.notices import ask, say, telling
from annotate.ui.views.people_words import place_name


def draw(desk: shell.Desk, person: Person, page: str) -> None:
    """Draw somebody's sessions.

    Args:
        desk: Whose page it is.
        person: Whose sessions.
        page: The page's path, to tell there what was done.
    """
    token = visitor.page_token()
    found = accounts.sessions_of(store(), desk.visitor.person, person, token)
    if not found:
        st.caption(t("Signed in nowhere."))
        return
    round_ = st.session_state.setdefault("sessions_round", 0)
    columns = (
        Column("where", t("Browser")),
        Column("seen", t("Last seen"), "time", "170px"),
        Column("begun", t("Signed in"), "time", "170px"),
    )
    chosen = table(
        f"sessions_{person.id}_{round_}",
        t("Sessions"),
        columns,
        [_row(session) for session in found],
        ticks=True,
    )
    ticked = [session for session in found if session.id in chosen.ticked]
    others = sum(not session.here for session in found)
    with st.container(horizontal=True, key=f"sessions_bar_{person.id}"):
        if st.button(
            tn("End {n} session", "End {n} sessions", len(ticked)) if ticked else t("End ticked"),
            disabled=not ticked,
            key="sessions_end",
        ):
            with telling():
                for session in ticked:
                    accounts.end_session(store(), desk.visitor.person, person, session.id)
                _done(page, len(ticked))
        if st.button(t("End all others…") if others < len(found) else t("End all…"),
                     disabled=not others, key="sessions_end_all"):  # fmt: skip
            _ask_all(person, page, others)


def _row(session: accounts.Session) -> Row:
    return Row(
        session.id,
        {
            "where": Cell(place_name(session), t("this session") if session.here else ""),
            "seen": session.seen_at,
            "begun": session.created_at,
        },
    )


def _ask_all(person: Person, page: str, count: int) -> None:
    def end() -> None:
        # A dialog runs again by itself: who is asking must be asked anew.
        by = shell.enter().visitor.person
        ended = accounts.end_sessions(
            store(), by, person, visitor.page_token() if by.id == person.id else None
        )
        _done(page, ended, rerun=False)

    text = tn(
        "{n} browser will have to sign in again.", "{n} browsers will have to sign in again.", count
    )
    ask(t("End sessions?"), text, t("End sessions"), "sessions_all", end)


def _done(page: str, ended: int, *, rerun: bool = True) -> None:
    st.session_state["sessions_round"] += 1
    say(page, tn("{n} session ended", "{n} sessions ended", ended))
    if rerun:
        st.rerun()
