"""Actors and Claims: the two registries, one page for both kinds."""

from __future__ import annotations

import streamlit as st

from annotate.errors import WorkbenchError
from annotate.ui import shell
from annotate.ui.addressed import acted, address_value, keep_in_address
from annotate.ui.i18n import t, told
from annotate.ui.views import registry_csv, registry_duplicates, registry_entry, registry_list
from annotate.ui.views.registry_place import (
    NEW,
    NEW_NAME,
    SHARES,
    Place,
    last_change,
    open_entry,
    place,
)
from annotate.ui.views.registry_words import words
from annotate.ui.words import plain

_VIEWS = ("list", "duplicates")


def draw_actors(desk: shell.Desk) -> None:
    """Draw the page of the actors."""
    _draw(place(desk, "actor"))


def draw_claims(desk: shell.Desk) -> None:
    """Draw the page of the claims."""
    _draw(place(desk, "claim"))


def _draw(here: Place) -> None:
    with st.container(key="office"), st.container(key="registry"):
        view = _top(here)
        try:
            if view == "duplicates":
                registry_duplicates.draw(here)
            else:
                _list_and_entry(here)
        except WorkbenchError as problem:
            st.error(plain(told(problem)))
        last_change(here)


def _top(here: Place) -> str:
    names = words(here.kind)
    key = f"registry_{here.kind}_view"
    labels = {"list": t("All"), "duplicates": t("Likely duplicates")}
    address_value("view", key, _VIEWS)
    with st.container(key="registry_top", horizontal=True, vertical_alignment="center"):
        st.title(names.title, anchor=False, width="content")
        chosen = st.segmented_control(
            t("What to show"),
            _VIEWS,
            format_func=lambda one: labels[one],
            key=key,
            on_change=acted,
            args=("view", key),
            label_visibility="collapsed",
            required=True,
        )
        with st.container(
            key="registry_actions", horizontal=True, horizontal_alignment="right", gap="small"
        ):
            registry_csv.export_button(here)
            if here.changes and st.button(t("Import CSV…"), key="registry_import"):
                registry_csv.import_dialog(here.kind)
            if here.adds and st.button(names.new, key="registry_new", type="primary"):
                st.session_state.pop(NEW_NAME, None)
                open_entry(here.kind, NEW)
                st.rerun()
    view = chosen or _VIEWS[0]
    keep_in_address("view", key, view, _VIEWS[0])
    return view


def _list_and_entry(here: Place) -> None:
    # One key, open or not: with another the list would be made anew, and one's place in it lost.
    with st.container(key="registry_both"):
        request = registry_list.filters(here)
        left, right = st.columns(SHARES, gap="medium")
        with left, st.container(key="registry_master"):
            registry_list.draw(here, request)
        with right, st.container(key="registry_detail"):
            registry_entry.draw(here)
