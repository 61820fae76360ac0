"""A registry as a table: out, and back in after a look at what that would do."""

from __future__ import annotations

import streamlit as st

from annotate import history, registries
from annotate.errors import WorkbenchError
from annotate.registries import CsvChange, CsvResult, Kind
from annotate.ui import arriving, shell
from annotate.ui.component import stateful
from annotate.ui.database import store
from annotate.ui.i18n import listed, t, tn, told
from annotate.ui.table import Cell, Column, Row, table
from annotate.ui.views.notices import answered
from annotate.ui.views.registry_form import difference
from annotate.ui.views.registry_place import Place, place, say
from annotate.ui.views.registry_words import said, words
from annotate.ui.words import file_stem, plain

MOST_SHOWN = 100
MOST_NAMED = 10
_table_file = stateful("claimdesk_table_file", "registry/tablefile.js", states=("table",))


def export_button(here: Place) -> None:
    """Offer the present entries as a CSV file, made when it is asked for."""
    person, project, kind = here.person, here.project, here.kind

    def made() -> bytes:
        return registries.write_csv(store(), person, project.id, kind)

    stem = file_stem(project.name)
    name = f"{stem}-actors.csv" if kind == "actor" else f"{stem}-claims.csv"
    st.download_button(
        t("Export CSV"), made, name, "text/csv", key="registry_export", on_click="ignore"
    )


def import_dialog(kind: Kind) -> None:
    """Ask for a CSV file, show what it would do, and take it in."""
    st.dialog(t("Import CSV"), width="medium")(_import)(kind)


def _import(kind: Kind) -> None:
    desk = shell.enter()
    here = place(desk, kind)
    st.text(
        t(
            "The columns are those of the exported table. A row with an id changes that entry; a"
            " row without one adds an entry. First you see what would happen."
        )
    )
    sent = _table_file(
        "registry_import_file",
        {
            "csrf": desk.visitor.csrf,
            "project": here.project.id,
            "address": arriving.PATH,
            "fileBytes": arriving.MOST_BYTES,
        },
    )["table"]
    if not sent:
        return
    try:
        data = arriving.tables().read(here.person, str(sent))
        with st.spinner(t("Reading the table…")):
            plan = _read(here, data, dry_run=True)
    except WorkbenchError as problem:
        st.error(plain(told(problem)))
        return
    _show(here, plan)
    changes = plan.added + plan.changed
    button = tn("Import {n} row", "Import {n} rows", changes)
    if answered(button, "registry_import", disabled=not changes):
        _do(here, data)


def _do(here: Place, data: bytes) -> None:
    try:
        with st.spinner(t("Importing…")):
            done = _read(here, data, dry_run=False)
    except WorkbenchError as problem:
        st.error(plain(told(problem)))
        return
    say(here, t("Imported: {what}", what=_counts(done)), done.change_id)
    st.rerun()


def _read(here: Place, data: bytes, *, dry_run: bool) -> CsvResult:
    return registries.read_csv(
        store(), here.person, here.project.id, here.kind, data, dry_run=dry_run
    )


def _show(here: Place, plan: CsvResult) -> None:
    st.text(_counts(plan))
    if plan.new_groups:
        st.warning(plain(_new_groups(here, plan)))
    if plan.changes:
        table(
            "registry_import_changes",
            t("What would change"),
            (
                Column("line", t("Line"), "number", "64px"),
                Column("name", words(here.kind).name, width="34%"),
                Column("what", t("What would change")),
            ),
            [_row(here, change) for change in plan.changes[:MOST_SHOWN]],
        )
        _more(len(plan.changes))
    if not plan.problems:
        return
    st.caption(tn("{n} bad row is left out:", "{n} bad rows are left out:", len(plan.problems)))
    table(
        "registry_import_problems",
        t("Bad rows"),
        (Column("line", t("Line"), "number", "64px"), Column("why", t("What is wrong"))),
        [
            Row(str(n), {"line": problem.line, "why": Cell(told(problem.error))})
            for n, problem in enumerate(plan.problems[:MOST_SHOWN])
        ],
    )
    _more(len(plan.problems))


def _more(n: int) -> None:
    if n > MOST_SHOWN:
        st.caption(tn("and {n} more", "and {n} more", n - MOST_SHOWN))


def _row(here: Place, change: CsvChange) -> Row:
    before = change.before
    what = t("new")
    if before is not None:
        fields = history.of_drafts(here.kind, before, change.after)
        what = t("; ").join(difference(here, one) for one in fields)
    warnings = [
        t("“{name}” is there already", name=said(name))
        if name == other
        else t("“{name}” is another name of “{other}” already", name=said(name), other=said(other))
        for name, other in change.taken
    ]
    name = Cell(said((before or change.after).name))
    return Row(
        str(change.line), {"line": change.line, "name": name, "what": Cell(what, listed(warnings))}
    )


def _new_groups(here: Place, plan: CsvResult) -> str:
    names = listed(
        t("{name} ({n})", name=said(name), n=f"{n:,}") for name, n in plan.new_groups[:MOST_NAMED]
    )
    if here.kind == "actor":
        return t("Kinds that no actor has yet: {names}", names=names)
    return t("Topics that no claim has yet: {names}", names=names)


def _counts(result: CsvResult) -> str:
    return t(
        "{added} new, {changed} changed, {unchanged} unchanged, {bad} bad",
        added=f"{result.added:,}",
        changed=f"{result.changed:,}",
        unchanged=f"{result.unchanged:,}",
        bad=f"{len(result.problems):,}",
    )
