"""Where a registry entry is used: every statement and mention with a way to it, and the split."""

from __future__ import annotations

import streamlit as st

from annotate import registries
from annotate.codebook import Value
from annotate.registries import Entry, Use, UsePage
from annotate.ui import shell
from annotate.ui.database import store
from annotate.ui.i18n import listed, t
from annotate.ui.table import Cell, Column, Row, table
from annotate.ui.views import registry_move, registry_ticks
from annotate.ui.views.registry_place import Place, fresh, paged, pager
from annotate.ui.views.registry_words import part_name
from annotate.ui.words import codebook_name, shortened, status_name

A_PAGE = 25
LONGEST = 60
_TONES = ("support", "oppose", "neutral", "unclear")


def draw(here: Place, entry: Entry) -> None:
    """Draw the uses of an entry, a page of them."""
    search = _search(entry) if entry.uses > A_PAGE else ""
    asked = (here.kind, here.project.id, entry.id, entry.version, search)
    cursors = paged("registry_uses", asked)
    page = registries.uses(
        store(),
        here.person,
        here.project.id,
        here.kind,
        entry.id,
        search=search,
        after=cursors[-1],
        limit=A_PAGE,
    )
    if not page.total:
        st.text(
            t("No use matches “{search}”.", search=search)
            if search
            else t("Nothing that you may see uses this entry.")
        )
        return
    stances = {value.name: value for value in store().projects.remembered(here.project.id).stances}
    bar = st.container(
        key="registry_split_bar", horizontal=True, vertical_alignment="center", gap="small"
    )
    chosen = table(
        fresh(f"registry_uses_{entry.id}"),
        t("Uses of {name}", name=entry.name),
        (
            Column("article", t("Article")),
            Column("stance", t("Used as"), "chip", "104px"),
            Column("coder", t("By"), "text", "88px"),
        ),
        [_row(here, use, stances) for use in page.items],
        ticks=here.changes,
    )
    with bar:
        _bar(here, entry, page, search, chosen.ticked)
    pager("registry_uses", cursors, A_PAGE, len(page.items), page.total, page.after)


def _search(entry: Entry) -> str:
    label = t("Search these uses by article, claim, quote or coder")
    found = st.text_input(
        label,
        key=f"registry_uses_search_{entry.id}",
        type="search",
        placeholder=label,
        label_visibility="collapsed",
        live=True,
    )
    return (found or "").strip()


def _bar(here: Place, entry: Entry, page: UsePage, search: str, ticked: tuple[str, ...]) -> None:
    if not ticked:
        st.caption(
            t("Select those that mean something else, to move them to another entry.")
            if here.changes
            else t("An article opens at the label that refers to this entry.")
        )
        return
    selection = ("registry_uses", len(ticked), len(page.items), page.total)
    registry_ticks.count(*selection)
    everything = registry_ticks.whole(*selection)
    if st.button(t("Move to another entry…"), key="registry_split"):
        chosen = (
            registries.every_use(store(), here.person, here.project.id, here.kind, entry.id, search)
            if everything
            else tuple((use.kind, use.id) for use in page.items if use.id in ticked)
        )
        registry_move.move(
            here.kind,
            entry.id,
            tuple(id_ for kind, id_ in chosen if kind == "statement"),
            tuple(id_ for kind, id_ in chosen if kind == "span"),
        )


def _row(here: Place, use: Use, stances: dict[str, Value]) -> Row:
    there = shell.link("tag", here.project, article=use.article_id, **{use.kind: use.id})
    quote = t("“{quote}”", quote=shortened(use.quote, LONGEST)) if use.quote else ""
    about = [shortened(use.claim, LONGEST) if here.kind == "actor" else "", quote]
    roles = listed([part_name(part) for part in use.roles if part != "claim"])
    stance = stances.get(use.stance)
    if use.stance:
        tone = use.stance if use.stance in _TONES else "neutral"
        chip = Cell(codebook_name(stance) if stance else use.stance, roles, tone)
    else:
        chip = Cell(roles, "", "accent")
    return Row(
        use.id,
        {
            "article": Cell(use.title, " ".join(part for part in about if part), href=there),
            "stance": chip,
            "coder": Cell(use.coder or t("gold"), status_name(use.status)),
        },
    )
