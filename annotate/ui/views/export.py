"""Export: what, in which format; its first rows; the file."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import exports
from annotate import reading, releases
from annotate.errors import WorkbenchError
from annotate.model import Person, Project
from annotate.reading import ListRequest
from annotate.releases import Choice
from annotate.review.kept import Kept
from annotate.reviews import ARTICLE_STATES, ArticleState
from annotate.store import Store
from annotate.store.listing import COUNT_LIMIT, MY_STATUSES
from annotate.ui import shell
from annotate.ui.component import component
from annotate.ui.database import store
from annotate.ui.downloads import downloads
from annotate.ui.i18n import listed, t, titled, tn, told
from annotate.ui.table import Column, Row, table
from annotate.ui.views import article_filter, export_repeats
from annotate.ui.views.rounds_words import state_name
from annotate.ui.words import file_stem, person_name, plain, shortened, status_name
from exports.registry import Group

ROWS = 10
# What most people come for; the command line's own default is the format that can be read back.
FIRST_FORMAT = "csv"
FIRST_TABLE = "statements"
# Whoever exports tables here opens them in a spreadsheet program, programs use the command line.
_FIRST_CHOICES = {("csv", "bom"): "yes"}
_IDS = ("_id", "_ids", "_sha256")
# What a table is there for stands first in the preview, and whose it is.
_SAYS_MOST = {
    "articles": ("title", "text", "source", "published_at", "language"),
    "label_sets": ("coder", "status", "layer", "document_labels"),
    "spans": ("coder", "status", "quote", "kind", "actor"),
    "statements": ("coder", "status", "speaker", "holder", "stance", "claim", "evidence"),
}
_WHOSE = ("project", "layer", "status", "coder")
_EARLIER = 20
LONGEST_CELL = 90
LONGEST_LINE = 1500
_REDRAW_S = 0.1
# Articles are read for them: not at every click, but once for each choice and change of anything.
_REPEATS: Kept[exports.Repeats | None] = Kept(16)
_PREVIEWS: Kept[exports.Preview] = Kept(4)
_download = component("claimdesk_download", "export/download.js")
_lines = component("claimdesk_lines", "export/lines.js")


def draw(desk: shell.Desk) -> None:
    """Draw the page."""
    project = shell.need_project(desk)
    with st.container(key="office"):
        st.title(t("Export"), anchor=False)
        st.caption(t("Labels and articles of {project} as files.", project=plain(project.name)))
        _form()


@st.fragment
def _form() -> None:
    # A fragment runs again by itself, with the arguments of the run before: who is asking must
    # be asked here.
    desk = shell.enter()
    project = shell.need_project(desk)
    with st.container(key="export_columns"):
        left, right = st.columns([4, 7], gap="large")
    with left:
        chosen, options = _format()
        choice = _choice(desk, project, chosen)
    try:
        with right:
            counted = _size(desk, choice, chosen)
            if chosen.trains:
                _repeats(desk, choice, chosen, options, counted=counted)
            _preview(desk, choice, chosen, options)
        with left:
            _export(desk, project, choice, chosen, options)
    except WorkbenchError as problem:
        right.error(plain(told(problem)))
    _earlier(desk, project)


def _format() -> tuple[exports.Format, dict[str, str]]:
    names: dict[Group, str] = {
        "tables": t("Tables"),
        "training": t("Training"),
        "labelstudio": "Label Studio",
        "exchange": t("Everything"),
    }
    group = st.segmented_control(
        t("What for"),
        list(names),
        default=exports.get(FIRST_FORMAT).group,
        format_func=lambda one: names[one],
        key="export_group",
        required=True,
        width="stretch",
    )
    offered = {entry.name: entry for entry in exports.FORMATS if entry.group == group}
    name = st.radio(
        t("Format"),
        list(offered),
        format_func=lambda one: titled(offered[one].title),
        captions=[titled(entry.purpose) for entry in offered.values()],
        key=_format_key(group),
    )
    chosen = exports.get(name or FIRST_FORMAT)
    options = {
        option.name: st.selectbox(
            titled(option.title),
            option.choices,
            index=option.choices.index(_FIRST_CHOICES.get((name, option.name), option.choices[0])),
            format_func=titled,
            key=_option_key(chosen.name, option.name),
        )
        for option in chosen.options
    }
    return chosen, options


def _choice(desk: shell.Desk, project: Project, chosen: exports.Format) -> Choice:
    layer = st.selectbox(
        t("Whose labels"),
        releases.layers(store(), desk.visitor.person, project.id),
        format_func=lambda layer: _layer_name(layer, chosen),
        # A choice is kept by its words, which are others where gold comes along.
        key=_layer_key(chosen),
        help=t(
            "A coder is anybody who tags; a label set is all that one coder recorded in an article:"
            " spans (marked words), statements and document labels. Gold labels are those settled"
            " in review."
        ),
    )
    drafts = st.checkbox(
        t("With drafts, not submitted yet"),
        value=chosen.name == releases.NATIVE,
        key=_drafts_key(chosen),
    )
    with st.expander(t("Only some articles"), key="export_filter"):
        request = _request(desk, project)
    return Choice(project.id, layer, drafts, request)


def _request(desk: shell.Desk, project: Project) -> ListRequest:
    # The key is the project's: what narrows one would narrow the next unseen, in a closed box.
    key = f"export_{project.id}"
    request = article_filter.draw(reading.facets(store(), desk.visitor.person, project.id), key)
    states: list[ArticleState] = []
    if reading.reads_states(store(), desk.visitor.person, project.id):
        states = st.multiselect(
            t("By the state in the project"),
            ARTICLE_STATES,
            format_func=state_name,
            placeholder=t("any"),
            key=f"{key}_states",
        )
    statuses = st.multiselect(
        t("By the state of my own labels"),
        MY_STATUSES,
        format_func=status_name,
        placeholder=t("any"),
        key=f"{key}_statuses",
    )
    return replace(request, states=tuple(states), my_statuses=tuple(statuses))


def _format_key(group: Group) -> str:
    return f"export_format_{group}"


def _option_key(format_name: str, option: str) -> str:
    return f"export_{format_name}_{option}"


def _layer_key(chosen: exports.Format) -> str:
    return f"export_layer_{'gold' in chosen.kinds}"


def _drafts_key(chosen: exports.Format) -> str:
    return f"export_drafts_{chosen.name}"


def _size(desk: shell.Desk, choice: Choice, chosen: exports.Format) -> bool:
    """What would go out, and what of one's own would not; whether all of it was counted."""
    found = releases.size(store(), desk.visitor.person, choice, chosen.name)
    if not found.whole:
        more = found.articles > COUNT_LIMIT
        n = COUNT_LIMIT if more else found.articles
        st.markdown(
            t("More than {n} articles", n=f"{n:,}") if more
            else tn("Up to {n} article", "Up to {n} articles", n)
        )  # fmt: skip
        return False
    parts = [
        tn("{n} article", "{n} articles", found.articles),
        tn("{n} label set", "{n} label sets", found.label_sets),
        tn("{n} statement", "{n} statements", found.statements),
    ]
    st.markdown(" · ".join(parts))
    unlisted = []
    if found.copies:
        unlisted.append(tn("{n} copy of another text", "{n} copies of other texts", found.copies))
    if found.earlier:
        unlisted.append(tn("{n} earlier revision", "{n} earlier revisions", found.earlier))
    if unlisted:
        names = listed(unlisted)
        st.caption(t("Among them, hidden in the list of articles: {names}.", names=names))
    if found.own_drafts:
        st.button(
            tn(
                "{n} of your articles is still a draft: include it",
                "{n} of your articles are still drafts: include them",
                found.own_drafts,
            ),
            key="export_own_drafts", type="tertiary", on_click=_take_drafts, args=(chosen,),
        )  # fmt: skip
    return True


def _take_drafts(chosen: exports.Format) -> None:
    st.session_state[_drafts_key(chosen)] = True


def _repeats(
    desk: shell.Desk, choice: Choice, chosen: exports.Format, options: dict[str, str], *,
    counted: bool,
) -> None:  # fmt: skip
    """Which rows of a training set repeat or oppose others, and what to choose instead."""
    if not counted:
        st.caption(t("Rows that repeat or oppose others are counted as the file is made."))
        return
    asked = (store(), desk.visitor.person, choice, chosen.name, options)
    found = _REPEATS.get(_key(*asked), lambda: releases.repeats(*asked))
    if found is None:
        return
    export_repeats.draw(
        found,
        chosen.name,
        choice.layer,
        options.get("context", ""),
        {
            "all": (_layer_key(chosen), "all"),
            "gold": (_layer_key(chosen), "gold"),
            "soft": (_format_key(chosen.group), "soft"),
            "sentence": (_option_key(chosen.name, "context"), "sentence"),
        },
    )


def _key(
    of: Store, person: Person, choice: Choice, format_name: str, options: dict[str, str]
) -> tuple[Hashable, ...]:
    stamp = of.figures.stamp()
    return (str(of.path), person.id, choice, format_name, tuple(sorted(options.items())), stamp)


def _earlier(desk: shell.Desk, project: Project) -> None:
    found = releases.earlier(store(), desk.visitor.person, project.id, _EARLIER)
    if not found:
        return
    st.subheader(t("Earlier exports"), anchor=False)
    formats = {entry.name: entry for entry in exports.FORMATS}
    rows = []
    for one in found:
        entry = formats.get(one.format)
        layer = _layer_name(one.layer, entry) if entry else one.layer
        title = titled(entry.title) if entry else one.format
        rows.append(
            Row(one.id, {"at": one.at, "by": person_name(one.by.display_name or one.by.name),
                         "format": title, "layer": layer, "articles": one.articles,
                         "sha256": one.sha256})
        )  # fmt: skip
    table(
        f"export_earlier_{project.id}",
        t("Earlier exports"),
        [
            Column("at", t("When"), "time", "150px"),
            Column("by", t("Who"), width="14%"),
            Column("format", t("Format")),
            Column("layer", t("Whose labels"), width="14%"),
            Column("articles", t("Articles"), "number", "90px"),
            Column("sha256", t("SHA-256"), "copy", "190px"),
        ],
        rows,
    )


def _preview(
    desk: shell.Desk, choice: Choice, chosen: exports.Format, options: dict[str, str]
) -> None:
    asked = (store(), desk.visitor.person, choice, chosen.name, options)
    first = _PREVIEWS.get(_key(*asked), lambda: releases.preview(*asked, ROWS))
    if first.folded:
        st.caption(
            t(
                "The first article with labels, indented and shortened for reading: … +3 stands for"
                " three more. In the file it is whole, on one line."
            )
        )
    else:
        st.caption(t("The first rows"))
    if not first.tables and not first.lines:
        st.caption(t("Nothing matches: there would be no rows."))
    if first.lines:
        shown = [shortened(line, LONGEST_LINE) for line in first.lines]
        _lines("export_lines", {"label": t("The first rows"), "lines": shown})
    for place, part in zip(_tabs(first.tables), first.tables, strict=True):
        with place:
            if part.rows:
                _first_rows(chosen.name, part)
            else:
                st.caption(t("No rows."))


def _first_rows(format_name: str, part: exports.PreviewTable) -> None:
    rows = [
        dict(zip(part.columns, (shortened(cell, LONGEST_CELL) for cell in row), strict=True))
        for row in part.rows
    ]
    table(
        f"export_preview_{format_name}_{part.name}",
        t("The first rows of {table}", table=part.name),
        [Column(name, name) for name in _readable_first(part)],
        [Row(str(n), cells) for n, cells in enumerate(rows)],
        dense=True,
    )


def _tabs(tables: Sequence[exports.PreviewTable]) -> Sequence[DeltaGenerator]:
    if not tables:
        return ()
    names = [plain(table.name) for table in tables]
    return st.tabs(names, default=FIRST_TABLE if FIRST_TABLE in names else None)


def _readable_first(part: exports.PreviewTable) -> list[str]:
    """Columns as the preview shows them: ids, which the file has first, stand last."""
    first = _SAYS_MOST.get(part.name, ())

    def place(name: str) -> tuple[bool, int, bool]:
        return name.endswith(_IDS), (*first, name).index(name), name in _WHOSE

    return sorted(part.columns, key=place)


def _export(
    desk: shell.Desk,
    project: Project,
    choice: Choice,
    chosen: exports.Format,
    options: dict[str, str],
) -> None:
    done_key = f"export_done_{project.id}"
    if st.button(t("Export"), type="primary", key="export_make", width="stretch"):
        name = f"{file_stem(project.name)}-{chosen.name}{_suffix(chosen)}"
        path = downloads().place(name)
        person = desk.visitor.person
        bar = st.progress(0.0)
        progress = _progress(bar, desk, choice)
        try:
            done = releases.export(store(), person, choice, chosen.name, path, options, progress)
        except BaseException:
            downloads().discard(path)
            raise
        bar.empty()
        media_type = chosen.media_type if chosen.shape == "file" else "application/zip"
        ready = downloads().offer(person.id, project.id, path, media_type)
        summary = done.summary
        st.session_state[done_key] = {
            "href": f"/export/download/{ready.token}",
            "name": name,
            "bytes": summary.bytes,
            "articles": summary.articles,
            "labelSets": summary.label_sets,
            "spans": summary.spans,
            "statements": summary.statements,
            "withheld": done.withheld,
            "sha256": summary.sha256,
            "format": chosen.name,
            "notes": export_repeats.lines(summary.repeats, chosen.name, choice.layer),
        }
    done_before = st.session_state.get(done_key)
    if done_before and done_before["format"] == chosen.name:
        _download("export_done_view", done_before)


def _progress(bar: DeltaGenerator, desk: shell.Desk, choice: Choice) -> Callable[[int], None]:
    total = reading.count_articles(store(), desk.visitor.person, choice.project_id, choice.request)
    drawn = time.monotonic()

    def show(articles: int) -> None:
        nonlocal drawn
        if time.monotonic() - drawn >= _REDRAW_S:
            drawn = time.monotonic()
            share = min(1.0, articles / total) if total else 1.0
            bar.progress(share, tn("{n} article", "{n} articles", articles))

    return show


def _layer_name(layer: str, chosen: exports.Format) -> str:
    both = "gold" in chosen.kinds
    named = {"all": t("all coders, and gold") if both else t("all coders"), "gold": t("gold")}
    return named.get(layer, layer)


def _suffix(chosen: exports.Format) -> str:
    return chosen.suffix if chosen.shape == "file" else ".zip"
