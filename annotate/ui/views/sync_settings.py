"""How a linked project is synchronised, what was edited there, and the end of the link."""

from __future__ import annotations

import streamlit as st

from annotate.errors import WorkbenchError
from annotate.labelstudio import configuring, linking
from annotate.labelstudio.configuring import There
from annotate.links import Link
from annotate.model import Project
from annotate.ui import shell
from annotate.ui.database import store
from annotate.ui.i18n import t, tn, told
from annotate.ui.table import Cell, Column, Row, table
from annotate.ui.views import codebook_draft, sync_link
from annotate.ui.views.codebook_words import place_name
from annotate.ui.views.notices import answered, ask, say, telling
from annotate.ui.views.sync_words import NEVER, THEIRS, often
from annotate.ui.words import plain

_PAGE = "sync"
_MINUTES = (NEVER, 5, 15, 30, 60, 240, 1440)


def draw(desk: shell.Desk, project: Project, link: Link) -> None:
    """Draw the settings."""
    there = configuring.edited_there(store(), desk.visitor.person, project.id)
    if there is not None:
        _edited(desk, project, there)
    with st.container(key="sync_settings"):
        left, right = st.columns(2, gap="medium")
        with left:
            _schedule(desk, project, link)
            _token(desk, project, link)
        with right:
            _reveal(project, link)
            _end(project)


def _end(project: Project) -> None:
    with st.container(border=True, key="sync_end"):
        st.subheader(t("End of the link"), anchor=False)
        st.text(
            t("Labels stay on both sides; what they last agreed on is forgotten, and so is the"
              " token.")
        )  # fmt: skip
        if st.button(t("Unlink…"), key="sync_unlink"):
            _ask_unlink(project)


def _schedule(desk: shell.Desk, project: Project, link: Link) -> None:
    now = link.every_minutes or NEVER
    choices = _MINUTES if now in _MINUTES else (*_MINUTES, now)
    with st.form("sync_schedule"):
        st.subheader(t("Schedule"), anchor=False)
        chosen = st.selectbox(
            t("Synchronise by itself"),
            choices,
            index=choices.index(now),
            format_func=often,
            key=f"sync_every_{project.id}",
        )
        st.caption(t("While this server runs. A sync that fails is tried again at the next turn."))
        sent = st.form_submit_button(t("Save"), key="sync_schedule_save")
    if sent:
        with telling():
            linking.change(
                store(), desk.visitor.person, project.id,
                reveals=link.reveals, every_minutes=chosen or None,
            )  # fmt: skip
            say(_PAGE, t("Saved"))
            st.rerun()


def _reveal(project: Project, link: Link) -> None:
    with st.container(border=True, key="sync_blind"):
        st.subheader(t("Blind work"), anchor=False)
        if not link.reveals:
            st.text(
                t("Whoever has an account on that Label Studio reads the project there. While"
                  " one of them is no editor here, drafts and labels of models are not sent, and"
                  " in a blind project no labels at all. Where an editor works blind, others'"
                  " labels wait until the editor has submitted.")
            )  # fmt: skip
            if st.button(t("Send all labels…"), key="sync_reveal"):
                st.dialog(t("Send what they may not see?"))(_ask_reveal)(project)
            return
        st.warning(
            t("Labels go to Label Studio although people who read that project may not see them"
              " here.")
        )  # fmt: skip
        if st.button(t("Hold back what they may not see"), key="sync_hide"):
            with telling():
                _set_reveals(project, False)
                say(_PAGE, t("What they may not see stays here from now on"))
                st.rerun()


def _ask_reveal(project: Project) -> None:
    link = linking.link_of(store(), project.id)
    try:
        with (
            st.spinner(t("Looking who reads that project…")),
            linking.server_of(store(), link) as server,
        ):
            names = linking.readers(store(), link, server)
    except WorkbenchError as problem:
        names = []
        st.warning(plain(t("It cannot be seen who reads it: {why}", why=told(problem))))
    if names:
        shown = [*names[:12], *([t("and {n} more", n=len(names) - 12)] if len(names) > 12 else [])]
        st.text(
            tn("{n} person reads that project and may not see all labels here:",
               "{n} people read that project and may not see all labels here:", len(names))
        )  # fmt: skip
        st.text("\n".join(shown))
    st.warning(
        t("Analysts among them would see colleagues' labels before they have submitted their own."
          " Agreement between them would mean nothing, and it cannot be taken back.")
    )  # fmt: skip
    refused = st.container()
    if answered(t("Send all labels"), "sync_reveal", loses=True):
        with telling(refused):
            _set_reveals(project, True)
            say(_PAGE, t("All labels go to Label Studio at the next sync"))
            st.rerun()


def _set_reveals(project: Project, reveals: bool) -> None:
    link = linking.link_of(store(), project.id)
    linking.change(
        store(), shell.enter().visitor.person, project.id,
        reveals=reveals, every_minutes=link.every_minutes,
    )  # fmt: skip


def _token(desk: shell.Desk, project: Project, link: Link) -> None:
    with st.form("sync_new_token", clear_on_submit=True):
        st.subheader(t("Access token"), anchor=False)
        st.text(
            t("In use: that of {account}, stored encrypted.", account=link.account)
            if link.token
            else t("In use: that of {account}, from the environment of the server.",
                   account=link.account)
        )  # fmt: skip
        token = st.text_input(
            t("New token"), type="password", autocomplete="off", key="sync_token_anew"
        )
        refused = st.container()
        sent = st.form_submit_button(t("Test and store"), key="sync_token_save")
    if sent and token.strip():
        with telling(refused):
            with st.spinner(t("Connecting…")):
                linking.change(
                    store(), desk.visitor.person, project.id, reveals=link.reveals,
                    every_minutes=link.every_minutes, token=token.strip(),
                )  # fmt: skip
            say(_PAGE, t("The new token works and is stored"))
            st.rerun()


def _ask_unlink(project: Project) -> None:
    def unlink() -> None:
        linking.unlink(store(), shell.enter().visitor.person, project.id)
        sync_link.forget()
        say(_PAGE, t("The link is undone"))

    text = t(
        "Nothing travels any more. Conflicts that wait are closed without a decision. Linked again"
        " later with the same project, both sides are compared anew."
    )
    ask(t("Unlink this project?"), text, t("Unlink"), "sync_unlink", unlink)


def _edited(desk: shell.Desk, project: Project, there: There) -> None:
    st.subheader(t("The configuration was edited in Label Studio"), anchor=False)
    st.caption(
        t("It is left as it is there until somebody decides. Labels travel all the same, as far as"
          " the codebook knows their values.")
    )  # fmt: skip
    if any(problem.reason in ("missing", "xml") for _, problem in there.problems):
        st.warning(
            t("Until then nothing is sent there: Label Studio's editor would lose what it has no"
              " control for.")
        )  # fmt: skip
    _changes(there)
    for control, problem in there.problems:
        st.text("• " + (f"{control}: " if control else "") + told(problem))
    # Of what is shown here: a press that comes after another edit there decides nothing.
    seen = there.seen
    with st.container(horizontal=True, key="sync_configuration"):
        if there.changes:
            _take_in(desk, project, there, seen)
        if st.button(t("Write ours back"), key=f"sync_put_back_{seen}"):
            with telling():
                configuring.put_back(store(), desk.visitor.person, project.id, seen=seen)
                say(_PAGE, t("The next sync writes our configuration there"))
                st.rerun()
    if there.changes and codebook_draft.place(desk).book == there.codebook:
        st.info(
            t("It is in your draft of the codebook. Save it on the page Codebook, then come back"
              " and write ours back.")
        )  # fmt: skip


def _take_in(desk: shell.Desk, project: Project, there: There, seen: str) -> None:
    if st.button(
        t("Take in as version {number} of the codebook", number=there.version + 1),
        key=f"sync_take_in_{seen}", type="primary",
    ):  # fmt: skip
        with telling():
            note = t("As edited in Label Studio")
            made = configuring.take_in(store(), desk.visitor.person, project.id, note, seen=seen)
            say(_PAGE, t("Saved as version {number}", number=made))
            st.rerun()
    here = codebook_draft.place(desk)
    if st.button(
        t("Put into the codebook's draft"), key=f"sync_to_draft_{seen}",
        disabled=here.book == there.codebook,
    ):  # fmt: skip
        if here.unsaved:
            _ask_draft(there)
        else:
            _to_draft(here, there)
            st.rerun()


def _ask_draft(there: There) -> None:
    def put() -> None:
        _to_draft(codebook_draft.place(shell.enter()), there)

    text = t("You have unsaved changes to the codebook. They cannot be brought back.")
    ask(t("Replace your draft?"), text, t("Replace it"), "sync_to_draft", put, loses=True)


def _to_draft(here: codebook_draft.Place, there: There) -> None:
    here.replace(there.codebook, t("As edited in Label Studio"))
    here.draft.base = there.version


def _changes(there: There) -> None:
    if not there.changes:
        st.text(t("Nothing in it changes the codebook."))
        return
    kinds = {
        "added": Cell(t("added"), tone="support"),
        "removed": Cell(t("removed"), tone="oppose"),
        "changed": Cell(t("changed"), tone="accent"),
    }
    table(
        "sync_configuration_changes",
        t("Differences"),
        (
            Column("place", t("Where"), width="230px"),
            Column("kind", t("What"), "chip", width="110px"),
            Column("before", t("Codebook")),
            Column("after", THEIRS),
        ),
        [
            Row(
                str(n),
                {
                    "place": place_name(change.place),
                    "kind": kinds[change.kind],
                    "before": change.before or None,
                    "after": change.after or None,
                },
            )
            for n, change in enumerate(there.changes)
        ],
    )
