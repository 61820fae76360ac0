"""To recheck: what was labelled when a value meant something else; marked singly or together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import streamlit as st

from annotate import accounts
from annotate.model import Person, Project
from annotate.review import figures, rechecks
from annotate.review.coded import GOLD
from annotate.review.figures import Report
from annotate.review.rechecks import Recheck
from annotate.review.tallies import Tally
from annotate.ui import shell
from annotate.ui.addressed import acted, address_value, keep_in_address
from annotate.ui.database import store
from annotate.ui.i18n import listed, t, tn
from annotate.ui.table import Cell, Column, Row, table
from annotate.ui.views import agreement_words as words
from annotate.ui.views.agreement_blocks import Here
from annotate.ui.views.notices import ask, said, telling, undoable
from annotate.ui.words import shortened

PAGE = "recheck"
A_PAGE = 100
LONGEST = 80
_FILTER_PX = 260


def draw(desk: shell.Desk) -> None:
    """Draw the page, for those too who may not read figures of agreement."""
    project, person = shell.need_project(desk), desk.visitor.person
    if not accounts.may(store(), person, "label_set.tag", project.id):
        shell.message(
            t("There is nothing for you to recheck"),
            t("Only those who tag in this project have labels to look at again."),
        )
    with st.container(key="office"):
        st.title(t("To recheck"), anchor=False)
        work()


@st.fragment
def work() -> None:
    """Draw the list, below the heading of whatever page it stands on."""
    # A fragment runs again by itself: who is asking must be asked here.
    desk = shell.enter()
    project, person = shell.need_project(desk), desk.visitor.person
    said(PAGE)
    st.caption(
        t(
            "What was labelled when a value of the codebook meant something else. Edited under"
            " the new version or marked as checked, it leaves this list."
        )
    )
    shell.way(t("Codebook: its versions"), shell.link("codebook", project, section="versions"))
    found = rechecks.rechecks(store(), person, project.id)
    if not found:
        st.text(
            t(
                "Nothing to recheck: when a new codebook version gives a value another sense, the "
                "statements and spans that use it are listed here."
            )
        )
        return
    _list(_here(person, project, found), found)


def _here(person: Person, project: Project, found: Sequence[Recheck]) -> Here:
    coders = {one.coder for one in found if one.coder}
    people, hidden = figures.named(store(), person, project, coders)
    book = store().projects.codebook(project.id)
    return Here(person, project, Report(book, Tally(book), people=people, hidden=hidden))


def _list(here: Here, found: Sequence[Recheck]) -> None:
    names = words.Names(here.remembered, ())
    with st.container(key="recheck_bar", horizontal=True, vertical_alignment="center"):
        value, coder = _filters(here, found, names)
        matching = [
            one
            for one in found
            if value in ("", _key(one)) and coder in ("", here.token(one.coder or GOLD))
        ]
        actions = st.container(horizontal=True, horizontal_alignment="right")
    shown = matching[:A_PAGE]
    chosen = table(
        f"rechecks_{here.project.id}",
        t("To recheck"),
        (
            Column("label", t("Label")),
            Column("value", t("Value"), width="150px"),
            Column("changed", t("What changed")),
            Column("by", t("Coder"), width="130px"),
            Column("check", "", "button", width="150px"),
        ),
        [_row(here, names, one) for one in shown],
        ticks=True,
    )
    if len(shown) < len(matching):
        st.caption(t("The first {n} of {total}.", n=f"{len(shown):,}", total=f"{len(matching):,}"))
    ticked = [one for one in shown if _id(one) in chosen.ticked]
    with actions:
        _buttons(here, ticked, _alike(ticked, matching, narrowed=bool(value)))
    _mark(here, [one for one in shown if _id(one) == chosen.pressed])


def _filters(here: Here, found: Sequence[Recheck], names: words.Names) -> tuple[str, str]:
    """What the list is narrowed to: values, and whose labels; empty for all."""
    called = {_key(one): listed(names.of(*place) for place in one.values) for one in found}
    values = Counter(_key(one) for one in found)
    coders = Counter(here.token(one.coder or GOLD) for one in found)
    people = {here.token(one.coder or GOLD): here.coder(one.coder or GOLD) for one in found}

    def value_label(key: str) -> str:
        return f"{called[key]} ({values[key]:,})" if key else t("All values")

    def coder_label(key: str) -> str:
        return f"{people[key]} ({coders[key]:,})" if key else t("All coders")

    return (
        _select("value", t("Value"), ["", *values], value_label),
        _select("coder", t("Coder"), ["", *sorted(coders, key=people.__getitem__)], coder_label),
    )


def _select(name: str, label: str, options: list[str], shown: Callable[[str], str]) -> str:
    key = f"recheck_{name}"
    address_value(name, key, tuple(options))
    chosen = st.selectbox(
        label, options, key=key, format_func=shown, on_change=acted, args=(name, key),
        label_visibility="collapsed", width=_FILTER_PX,
    )  # fmt: skip
    keep_in_address(name, key, chosen)
    return chosen


def _alike(
    ticked: Sequence[Recheck], matching: Sequence[Recheck], *, narrowed: bool
) -> list[Recheck]:
    """What all changed as the labels ticked did, or as all that are listed did."""
    keys = {(_key(one), one.changes) for one in ticked or matching}
    if len(keys) == 1:
        return [one for one in matching if (_key(one), one.changes) in keys]
    return list(matching) if narrowed and not ticked else []


def _buttons(here: Here, ticked: Sequence[Recheck], alike: Sequence[Recheck]) -> None:
    n = len(ticked)
    if len(alike) > n and st.button(
        tn(
            "Mark the {n} with this change as checked",
            "Mark all {n} with this change as checked",
            len(alike),
        ),
        key="recheck_alike",
    ):
        ask(
            t("Mark them all as checked?"),
            tn(
                "{n} label keeps its value under the present codebook.",
                "{n} labels keep their values under the present codebook.",
                len(alike),
            ),
            t("Mark as checked"),
            "recheck_alike",
            lambda: _check(here, alike),
        )
    if st.button(
        tn("Mark {n} as checked", "Mark {n} as checked", n) if n else t("Mark what is ticked"),
        key="recheck_ticked",
        type="primary",
        disabled=not n,
    ):
        _mark(here, ticked)


def _mark(here: Here, chosen: Sequence[Recheck]) -> None:
    if chosen:
        with telling():
            _check(here, chosen)
            st.rerun()


def _check(here: Here, chosen: Sequence[Recheck]) -> None:
    project_id = here.project.id
    marked = rechecks.check_all(
        store(), here.person, project_id, [(one.kind, one.id) for one in chosen]
    )

    def back() -> str:
        n = rechecks.uncheck_all(store(), shell.enter().visitor.person, project_id, marked)
        return tn("{n} label is to be checked again", "{n} labels are to be checked again", n)

    n = len(marked)
    undoable(PAGE, tn("Marked {n} label as checked", "Marked {n} labels as checked", n), back)


def _row(here: Here, names: words.Names, one: Recheck) -> Row:
    there = here.tag(one.article_id, **{one.kind: one.id}) or here.article(one.article_id)
    versions = t("version {old}, now {new}", old=one.made_under, new=one.version)
    return Row(
        _id(one),
        {
            "label": Cell(
                shortened(one.text or one.title, LONGEST), shortened(one.title, LONGEST), href=there
            ),
            "value": Cell(listed(names.of(*place) for place in one.values), versions),
            "changed": _changed(one, names),
            "by": here.coder(one.coder or GOLD),
            "check": t("Mark as checked"),
        },
    )


def _changed(one: Recheck, names: words.Names) -> str:
    """What changed about each of the values that it uses."""
    by_value = {
        place: words.changes_told(change for change in one.changes if change.place[:2] == place)
        for place in one.values
    }
    if len(by_value) == 1:
        return by_value[one.values[0]]
    return listed(
        [t("{value}: {changes}", value=names.of(*place), changes=told)
         for place, told in by_value.items()]
    )  # fmt: skip


def _id(one: Recheck) -> str:
    return f"{one.kind}:{one.id}"


def _key(one: Recheck) -> str:
    return " ".join("/".join(place) for place in one.values)
