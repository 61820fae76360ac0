"""What is ticked in a list that has more pages than the one shown: those rows, or all of them."""

from __future__ import annotations

import streamlit as st

from annotate.ui.i18n import t


def whole(key: str, ticked: int, shown: int, total: int) -> bool:
    """Whether everything that the list holds is selected, and not the rows ticked alone.

    Args:
        key: The list's name in the session.
        ticked: Rows that are ticked.
        shown: Rows of this page.
        total: Rows of all pages.
    """
    chosen = f"{key}_whole"
    if ticked < shown or shown == total:
        # Whoever takes one tick away has no longer chosen everything.
        st.session_state.pop(chosen, None)
    return bool(st.session_state.get(chosen))


def count(key: str, ticked: int, shown: int, total: int) -> None:
    """Say how much is selected, and once a whole page is ticked, offer what the others hold.

    Args:
        key: As for ``whole``.
        ticked: Rows that are ticked.
        shown: Rows of this page.
        total: Rows of all pages.
    """
    everything = whole(key, ticked, shown, total)
    st.caption(t("{n} selected", n=f"{total if everything else ticked:,}"), width="content")
    if ticked < shown or shown == total:
        return
    offer = (
        t("Only the {n} on this page", n=f"{shown:,}")
        if everything
        else t("Select all {n} matching", n=f"{total:,}")
    )
    chosen = f"{key}_whole"
    st.button(offer, key=f"{key}_select", type="tertiary", on_click=_set, args=(chosen, everything))


def _set(chosen: str, before: bool) -> None:
    st.session_state[chosen] = not before
