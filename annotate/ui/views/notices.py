"""What an office page tells about a change: that it was made, or why not; and asking first."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from annotate.errors import WorkbenchError
from annotate.ui.i18n import t, told
from annotate.ui.words import plain

_FRESH_S = 5.0
_UNDO_S = 90.0


@contextmanager
def telling(where: DeltaGenerator | None = None) -> Iterator[None]:
    """Whatever is refused inside is told, and what would follow it is left out.

    Args:
        where: The place to tell it; by default the one that is drawn next.
    """
    try:
        yield
    except WorkbenchError as problem:
        (where or st).error(plain(told(problem)))


def say(page: str, text: str) -> None:
    """Keep what a change did for the next run of a page, which shows it."""
    st.session_state.pop(f"{page}_undoable", None)
    st.session_state[f"{page}_said"] = (text, time.monotonic())


def forget(page: str) -> None:
    """What the last change did is not told any more: the reader has gone on to something else."""
    for name in (f"{page}_said", f"{page}_undoable"):
        st.session_state.pop(name, None)


def undoable(page: str, text: str, undo: Callable[[], str]) -> None:
    """As `say`, with an Undo beside it for as long as the reader does nothing else.

    It is offered in the project in which it was done.

    Args:
        page: The page.
        text: What was done.
        undo: Takes it back, asking for permission anew, and tells what was done then.
    """
    forget(page)
    here = st.session_state.get("project")
    st.session_state[f"{page}_undoable"] = (text, time.monotonic(), here, undo)


def said(page: str) -> None:
    """Show at the lower edge what the last change did, if it was just now: nothing moves."""
    text, at = st.session_state.get(f"{page}_said", ("", 0.0))
    # Always there, so that nothing below it is made anew when a message comes or goes.
    with st.container(key="notice"):
        _with_undo(page)
        # Runs may follow each other closely: shown in the first alone, it could not be read.
        if text and time.monotonic() - at < _FRESH_S:
            # Another key for each: the same words twice are shown, and read out, twice.
            with st.container(key=f"said_{page}_{at * 1000:.0f}"):
                st.success(plain(text))


def _with_undo(page: str) -> None:
    text, at, where, undo = st.session_state.get(f"{page}_undoable", ("", 0.0, None, None))
    elsewhere = where != st.session_state.get("project")
    if undo is None or elsewhere or time.monotonic() - at > _UNDO_S:
        return
    with st.container(key=f"done_{page}_{at * 1000:.0f}", horizontal=True,
                      vertical_alignment="center", gap="small"):  # fmt: skip
        st.success(plain(text))
        if st.button(t("Undo"), key=f"{page}_undo_do"):
            with telling():
                say(page, undo())
                st.rerun()
        if st.button("✕", key=f"{page}_undo_close", help=t("Close"), type="tertiary"):
            forget(page)
            st.rerun()


def ask(
    title: str, text: str, button: str, key: str, do: Callable[[], None], *, loses: bool = False
) -> None:
    """Open a dialog that asks before something is done.

    Args:
        title: What is asked about.
        text: What will happen.
        button: The words on the button that does it.
        key: The dialog's key.
        do: Does it and asks for permission anew; errors are told in the dialog.
        loses: Whether it takes something that cannot be had back.
    """
    st.dialog(title)(_sure)(text, button, key, do, loses)


def _sure(text: str, button: str, key: str, do: Callable[[], None], loses: bool) -> None:
    st.text(text)
    refused = st.container()
    if answered(button, key, loses=loses):
        with telling(refused):
            do()
            st.rerun()


def answered(
    button: str, key: str, *, loses: bool = False, form: bool = False, disabled: bool = False
) -> bool:
    """Draw the foot of a dialog: whether its button that does something was pressed.

    Cancel, which closes the dialog, stands beside it, and both at the right.

    Args:
        button: Its words.
        key: The dialog's key.
        loses: Whether it takes something that cannot be had back: then to cancel is what is meant
            for whoever presses without reading, and the other one looks like what it does.
        form: Whether this is drawn within the dialog's form, which the button sends.
        disabled: Whether there is nothing to do as yet.
    """
    if form:
        # The first button is the one that Enter presses; the style sheet draws them the other
        # way round.
        with st.container(key=f"form_foot_{key}", horizontal=True):
            sure = st.form_submit_button(
                button, key=f"ask_{key}_do", type="primary", disabled=disabled
            )
            if st.form_submit_button(t("Cancel"), key=f"ask_{key}_cancel"):
                st.rerun()
        return sure
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(
            t("Cancel"), key=f"ask_{key}_cancel", type="primary" if loses else "secondary"
        ):
            st.rerun()
        name = f"ask_{key}_loses" if loses else f"ask_{key}_do"
        return st.button(
            button, key=name, type="secondary" if loses else "primary", disabled=disabled
        )
