"""The saved versions of a codebook: listed, compared side by side, brought back."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from annotate import versions
from annotate.codebook import yaml
from annotate.codebook.diff import Change, diff
from annotate.codebook.diff import Place as Where
from annotate.codebook.senses import SCALES, SENSE, touched, worded
from annotate.ui.database import store
from annotate.ui.i18n import t, tn
from annotate.ui.table import Cell, Column, Row, table
from annotate.ui.views import codebook_sections
from annotate.ui.views.codebook_draft import Place
from annotate.ui.views.codebook_words import place_name
from annotate.ui.words import person_name
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
    if opened:
        with st.expander(t("Version {number} in full, as YAML", number=opened)):
            book = store().projects.codebook(here.project.id, opened)
            st.code(yaml.dump(book), language=None, height=480)


def _row(version: Version) -> Row:
    note = version.note or (t("The first version") if version.number == 1 else "")
    name = t("Version {number}", number=version.number)
    return Row(
        str(version.number),
        {
            "number": Cell(name, sub=t("current") if version.current else ""),
            "note": note,
            "by": person_name(version.by),
            "at": version.created_at,
        },
    )


def _compare(here: Place, sides: list[int], shown: int) -> None:
    after = sides[sides.index(shown) :]
    # The first has none before it: it is compared with the current one.
    before = after[1] if len(after) > 1 else shown
    shown_to = shown if len(after) > 1 else here.project.codebook_version
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
        index=sides.index(shown_to),
        format_func=_side_name,
        key=f"codebook_to_{here.key}_{shown}",
    )
    changes = _changes(here, one, other)
    _differences(changes, _reworded(here, one, other), _side_name(one), _side_name(other))
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


def _reworded(here: Place, one: int, other: int) -> frozenset[Where]:
    """The values that mean the same on both sides, though their words differ."""
    saved = max(one, other)
    if _DRAFT not in (one, other):
        return versions.reworded(store(), here.person, here.project.id, one, other)
    if saved == _DRAFT:
        return frozenset()
    before = store().projects.codebook(here.project.id, saved)
    current = here.project.codebook_version
    same = versions.reworded(store(), here.person, here.project.id, saved, current)
    other_sense = touched(before, here.current).keys() - same
    for place, changes in touched(here.current, here.book).items():
        if not worded(changes) or place in here.draft.rethought:
            other_sense |= {place}
    return frozenset(touched(before, here.book).keys() - other_sense)


def _sense(change: Change, reworded: frozenset[Where]) -> str:
    """Whether a value means the same, where its words or its number differ."""
    if change.place[0] not in SCALES or len(change.place) != 3 or change.place[2] not in SENSE:
        return ""
    if change.place[:2] in reworded:
        return t("only worded differently")
    return t("means something else: recheck")


def _differences(
    changes: Sequence[Change], reworded: frozenset[Where], one: str, other: str
) -> None:
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
                "place": Cell(place_name(change.place), _sense(change, reworded)),
                "kind": kinds[change.kind],
                "before": change.before,
                "after": change.after,
            },
        )
        for n, change in enumerate(changes)
    ]
    with st.container(key="codebook_compared"):
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
        codebook_sections.replaceable(here, t("Version {number} is in the draft", number=number))
        here.replace(book, t("Version {number} again", number=number))
        st.rerun()


def _side_name(number: int) -> str:
    return t("Unsaved draft") if number == _DRAFT else t("Version {number}", number=number)


def _number(text: str | None, found: Sequence[Version]) -> int | None:
    numbers = {str(version.number): version.number for version in found}
    return numbers.get(text or "")
