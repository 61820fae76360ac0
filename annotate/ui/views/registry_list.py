"""The list of a registry: searched, filtered, paged; and what can be done to ticked entries."""

from __future__ import annotations

import streamlit as st

from annotate import registries
from annotate.registries import SHOWS, SORTS, Entry, EntryPage, EntryRequest
from annotate.ui.addressed import acted, address_value, keep_in_address
from annotate.ui.database import store
from annotate.ui.i18n import t, tn
from annotate.ui.table import Cell, Column, Row, table
from annotate.ui.views import registry_dialogs, registry_ticks
from annotate.ui.views.registry_place import (
    NEW,
    NEW_NAME,
    Place,
    fresh,
    open_entry,
    opened,
    paged,
    pager,
)
from annotate.ui.views.registry_words import said, show_name, sort_name, words
from annotate.ui.words import plain

A_PAGE = 50
FILTER_PX = 168
_NO_GROUP = "-"
_SHOWN_ALIASES = 4


def draw(here: Place, request: EntryRequest) -> None:
    """Draw what the filters ask for, a page of it."""
    cursors = paged("registry_list", (here.kind, here.project.id, request))
    page = registries.search(
        store(),
        here.person,
        here.project.id,
        here.kind,
        EntryRequest(
            request.search, request.groups, request.show, request.sort, cursors[-1], A_PAGE
        ),
    )
    if not page.total:
        _nothing(here, request)
        return
    _rows(here, page, request)
    pager("registry_list", cursors, A_PAGE, len(page.items), page.total, page.after)


def filters(here: Place) -> EntryRequest:
    """Draw the search field and the filters; give what they ask for."""
    names = words(here.kind)
    key = f"registry_{here.kind}"
    groups = registries.groups(store(), here.person, here.project.id, here.kind)
    counts = {one.name or _NO_GROUP: one.entries for one in groups}
    choices = ("", *counts)

    def group_label(choice: str) -> str:
        if not choice:
            return names.all_groups
        shown = here.group_name("" if choice == _NO_GROUP else choice)
        return f"{shown} ({counts[choice]:,})"

    address_value("group", f"{key}_group", choices)
    address_value("show", f"{key}_show", SHOWS)
    address_value("sort", f"{key}_sort", SORTS)
    with st.container(key="registry_filters", horizontal=True, gap="small"):
        search = st.text_input(
            names.search,
            key="search",
            bind="query-params",
            type="search",
            placeholder=names.search,
            label_visibility="collapsed",
            live=True,
        )
        group = st.selectbox(
            names.group,
            choices,
            key=f"{key}_group",
            on_change=acted,
            args=("group", f"{key}_group"),
            width=FILTER_PX,
            format_func=group_label,
            label_visibility="collapsed",
        )
        show = st.selectbox(
            t("Which"),
            SHOWS,
            key=f"{key}_show",
            on_change=acted,
            args=("show", f"{key}_show"),
            width=FILTER_PX,
            format_func=show_name,
            label_visibility="collapsed",
        )
        sort = st.selectbox(
            t("Order"),
            SORTS,
            key=f"{key}_sort",
            on_change=acted,
            args=("sort", f"{key}_sort"),
            width=FILTER_PX,
            format_func=lambda one: sort_name(here.kind, one),
            label_visibility="collapsed",
        )
    keep_in_address("group", f"{key}_group", group)
    keep_in_address("show", f"{key}_show", show, SHOWS[0])
    keep_in_address("sort", f"{key}_sort", sort, SORTS[0])
    chosen = ("" if group == _NO_GROUP else group,) if group else ()
    return EntryRequest((search or "").strip(), chosen, show, sort)


def _rows(here: Place, page: EntryPage, request: EntryRequest) -> None:
    bar = st.container(
        key="registry_bar", horizontal=True, vertical_alignment="center", gap="small"
    )
    names = words(here.kind)
    columns = (
        Column("name", names.name),
        Column("group", names.group, "chip", "184px"),
        Column("uses", t("Uses here"), "number", "92px"),
    )
    chosen = table(
        fresh(f"registry_table_{here.kind}_{request.show}"),
        names.title,
        columns,
        [_row(here, entry) for entry in page.items],
        opens=True,
        ticks=here.changes and request.show != "removed",
        opened=opened(here.kind),
    )
    if chosen.opened:
        open_entry(here.kind, chosen.opened)
        st.rerun()
    with bar:
        _bar(here, page, request, chosen.ticked)


def _row(here: Place, entry: Entry) -> Row:
    draft = entry.draft
    others = [alias.text for alias in draft.aliases]
    more = len(others) - _SHOWN_ALIASES
    sub = " · ".join(others[:_SHOWN_ALIASES]) + (f" +{more}" if more > 0 else "")
    language = draft.language or None
    return Row(
        entry.id,
        {
            "name": Cell(entry.name, sub, lang=language),
            "group": here.group_name(draft.group) if draft.group else None,
            "uses": entry.uses,
        },
    )


def _bar(here: Place, page: EntryPage, request: EntryRequest, ticked: tuple[str, ...]) -> None:
    if not ticked:
        if here.kind == "actor":
            st.caption(tn("{n} actor", "{n} actors", page.total))
        else:
            st.caption(tn("{n} claim", "{n} claims", page.total))
        return
    selection = ("registry_list", len(ticked), len(page.items), page.total)
    registry_ticks.count(*selection)
    everything = registry_ticks.whole(*selection)
    # More than a page is merged by nobody who looks at what it joins.
    if not everything and st.button(
        t("Merge…"), key="registry_merge", disabled=len(ticked) < 2, help=t("Select two or more")
    ):
        registry_dialogs.merge(here.kind, ticked)

    def chosen() -> tuple[str, ...]:
        if not everything:
            return ticked
        return registries.every_id(store(), here.person, here.project.id, here.kind, request)

    change = t("Change kind…") if here.kind == "actor" else t("Change topic…")
    if st.button(change, key="registry_bulk"):
        registry_dialogs.bulk(here.kind, chosen())
    if st.button(t("Remove unused…"), key="registry_remove_ticked"):
        registry_dialogs.remove_unused(here.kind, chosen())


def _nothing(here: Place, request: EntryRequest) -> None:
    names = words(here.kind)
    with st.container(key="registry_nothing"):
        if not (request.search or request.groups or request.show != SHOWS[0]):
            st.text(names.empty)
            return
        st.text(
            t("Nothing is called “{search}”.", search=request.search)
            if request.search
            else t("Nothing matches these filters.")
        )
        if (
            here.adds
            and request.search
            and st.button(
                plain(t("Add “{name}”", name=said(request.search))), key="registry_new_searched"
            )
        ):
            st.session_state[NEW_NAME] = request.search
            open_entry(here.kind, NEW)
            st.rerun()
