"""The saved versions of a codebook: listed, compared side by side, brought back."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from annotate import versions
from annotate.codebook.diff import Change, diff
from annotate.ui.database import store
from annotate.ui.i18n import t, tn
from annotate.ui.table import Cell, Column, Row, table
from annotate.ui.views.codebook_draft import Place
from annotate.ui.views.codebook_words import place_name
from annotate.versions import Version

_DRAFT = 0


def draw(here: Place) -> None:
    """Draw the versions, and below them what differs between two."""
    found = versions.versions(store(), here.person, here.project.id)
    opened = _number(st.query_params.get("version"), found)
    chosen = table(
        f"codebook_versions_{here.project.id}",
        t("Versions of the codebook"),
        (
            Column("number", t("Version"), width="120px"),
            Column("note", t("Note")),
            Column("by", t("By"), width="180px"),
            Column("at", t("When"), "time", width="190px"),
        ),
        [_row(version) for version in found],
        opens=True,
        opened=str(opened) if opened else None,
    )
    if chosen.opened and chosen.opened != st.query_params.get("version"):
        st.query_params["version"] = chosen.opened
        st.rerun()
    numbers = [version.number for version in found]
    sides = [_DRAFT, *numbers] if here.editable and here.changed else numbers
    if len(sides) > 1:
        _compare(here, sides, opened or sides[0])


def _row(version: Version) -> Row:
    note = version.note or (t("The first version") if version.number == 1 else "")
    name = t("Version {number}", number=version.number)
    return Row(
        str(version.number),
        {
            "number": Cell(name, sub=t("current") if version.current else ""),
            "note": note,
            "by": version.by,
            "at": version.created_at,
        },
    )


def _compare(here: Place, sides: list[int], shown: int) -> None:
    after = sides[sides.index(shown) :]
    before = after[1] if len(after) > 1 else shown
    st.subheader(t("Compare"), anchor=False)
    left, right, rest = st.columns([3, 3, 6], vertical_alignment="bottom")
    one = left.selectbox(
        t("From"),
        sides,
        index=sides.index(before),
        format_func=_side_name,
        key=f"codebook_from_{here.key}_{shown}",
    )
    other = right.selectbox(
        t("To"),
        sides,
        index=sides.index(shown),
        format_func=_side_name,
        key=f"codebook_to_{here.key}_{shown}",
    )
    _differences(_changes(here, one, other), _side_name(one), _side_name(other))
    if here.editable and shown not in (_DRAFT, here.project.codebook_version):
        with rest:
            _restore(here, shown)


def _changes(here: Place, one: int, other: int) -> list[Change]:
    if _DRAFT not in (one, other):
        return versions.compare(store(), here.person, here.project.id, one, other)
    sides = [
        here.book if side == _DRAFT else store().projects.codebook(here.project.id, side)
        for side in (one, other)
    ]
    return diff(sides[0], sides[1])


def _differences(changes: Sequence[Change], one: str, other: str) -> None:
    if not changes:
        st.text(t("The two are the same."))
        return
    st.caption(tn("{n} difference", "{n} differences", len(changes)))
    kinds = {
        "added": Cell(t("added"), tone="support"),
        "removed": Cell(t("removed"), tone="oppose"),
        "changed": Cell(t("changed"), tone="accent"),
    }
    rows = [
        Row(
            str(n),
            {
                "place": place_name(change.place),
                "kind": kinds[change.kind],
                "before": change.before,
                "after": change.after,
            },
        )
        for n, change in enumerate(changes)
    ]
    table(
        "codebook_changes",
        t("Differences"),
        (
            Column("place", t("Where"), width="230px"),
            Column("kind", t("What"), "chip", width="110px"),
            Column("before", one),
            Column("after", other),
        ),
        rows,
    )


def _restore(here: Place, number: int) -> None:
    if st.button(
        t("Bring version {number} back", number=number),
        key="codebook_restore",
        help=t("Puts it into the draft, to be saved as a new version"),
    ):
        book = store().projects.codebook(here.project.id, number)
        here.replace(book, t("Version {number} again", number=number))
        st.rerun()


def _side_name(number: int) -> str:
    return t("Unsaved draft") if number == _DRAFT else t("Version {number}", number=number)


def _number(text: str | None, found: Sequence[Version]) -> int | None:
    numbers = {str(version.number): version.number for version in found}
    return numbers.get(text or "")
