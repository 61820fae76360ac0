"""Entries that may be the same, pair by pair: merge them, or say that they are not."""

from __future__ import annotations

import streamlit as st

from annotate import registries
from annotate.registries import Entry, Pair
from annotate.ui.database import store
from annotate.ui.i18n import t, tn
from annotate.ui.table import Cell, Column, Row, table
from annotate.ui.views import registry_dialogs, registry_form
from annotate.ui.views.notices import telling
from annotate.ui.views.registry_place import SHARES, Place, fresh, say
from annotate.ui.views.registry_words import why_name, words

MOST = 50
PAIR = "pair"


def draw(here: Place) -> None:
    """Draw the pairs, and the open one side by side."""
    with st.spinner(t("Comparing all names…")):
        pairs = {
            _id(pair): pair
            for pair in registries.duplicates(
                store(), here.person, here.project.id, here.kind, MOST
            )
        }
    if not pairs:
        with st.container(key="registry_nothing"):
            st.text(t("No two entries look alike. New ones are compared as they are added."))
        return
    wanted = st.query_params.get(PAIR)
    current = wanted if wanted in pairs else next(iter(pairs))
    left, right = st.columns(SHARES, gap="medium")
    with left, st.container(key="registry_master"):
        _list(here, pairs, current)
    with right, st.container(key="registry_detail"):
        _pair(here, pairs[current])


def _list(here: Place, pairs: dict[str, Pair], current: str) -> None:
    bar = st.container(
        key="registry_bar", horizontal=True, vertical_alignment="center", gap="small"
    )
    chosen = table(
        fresh(f"registry_pairs_{here.kind}"),
        t("Pairs that may be the same"),
        (
            Column("a", words(here.kind).name),
            Column("b", t("may be the same as")),
            Column("why", t("Why"), "chip", "200px"),
        ),
        [
            Row(
                id_, {"a": _cell(here, pair.a), "b": _cell(here, pair.b), "why": why_name(pair.why)}
            )
            for id_, pair in pairs.items()
        ],
        opens=True,
        ticks=here.changes,
        opened=current,
    )
    if chosen.opened:
        st.query_params[PAIR] = chosen.opened
        st.rerun()
    with bar:
        if len(pairs) < MOST:
            st.caption(tn("{n} pair", "{n} pairs", len(pairs)), width="content")
        else:
            st.caption(t("The {n} likeliest pairs", n=f"{MOST:,}"), width="content")
        if chosen.ticked and st.button(
            tn("Not the same: {n} pair", "Not the same: {n} pairs", len(chosen.ticked)),
            key="registry_dismiss_ticked",
        ):
            _dismiss(here, [pairs[id_] for id_ in chosen.ticked])


def _pair(here: Place, pair: Pair) -> None:
    st.subheader(t("Are these the same?"), anchor=False)
    sides = [dict(registry_form.fields(here, one.draft)) for one in (pair.a, pair.b)]
    rows = [(label, sides[0][label], sides[1][label]) for label in sides[0]]
    rows.append((t("Uses here"), f"{pair.a.uses:,}", f"{pair.b.uses:,}"))
    table(
        f"registry_pair_{here.kind}",
        t("The two side by side"),
        (
            Column("field", t("Field"), width="104px"),
            Column("a", pair.a.name),
            Column("b", pair.b.name),
        ),
        [
            Row(label, {"field": label, "a": a or None, "b": b or None})
            for label, a, b in rows
            if a or b
        ],
    )
    if not here.changes:
        return
    with st.container(horizontal=True):
        if st.button(t("Merge…"), key="registry_pair_merge", type="primary"):
            registry_dialogs.merge(here.kind, (pair.a.id, pair.b.id))
        if st.button(t("Not the same"), key="registry_pair_dismiss"):
            _dismiss(here, [pair])


def _dismiss(here: Place, pairs: list[Pair]) -> None:
    ids = [(pair.a.id, pair.b.id) for pair in pairs]

    with telling():
        new = registries.dismiss_pairs(store(), here.person, here.project.id, here.kind, ids)

        def back(here: Place) -> None:
            registries.propose_pairs(store(), here.person, here.project.id, here.kind, new)

        gone = tn("{n} pair is not proposed again", "{n} pairs are not proposed again", len(ids))
        say(here, gone, undo=back if new else None)
        st.rerun()


def _cell(here: Place, entry: Entry) -> Cell:
    uses = tn("{n} use", "{n} uses", entry.uses)
    group = here.group_name(entry.draft.group) if entry.draft.group else ""
    return Cell(entry.name, " · ".join(part for part in (group, uses) if part))


def _id(pair: Pair) -> str:
    return f"{pair.a.id}~{pair.b.id}"
