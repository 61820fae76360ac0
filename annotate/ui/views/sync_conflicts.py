"""Conflicts: the list, and one of them decided with both versions and the base in view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from annotate.errors import WorkbenchError
from annotate.labelstudio import conflicts
from annotate.labelstudio.conflicts import Looked, Open
from annotate.links import Choice, SyncConflict
from annotate.model import LabelSet, Project
from annotate.ui import shell
from annotate.ui.component import component
from annotate.ui.database import store
from annotate.ui.i18n import listed, t, tn, told
from annotate.ui.table import Cell, Column, Row, table
from annotate.ui.times import moment
from annotate.ui.views import sync_edit
from annotate.ui.views.notices import ask, said, say
from annotate.ui.views.sync_passage import passage, places
from annotate.ui.views.sync_values import (
    Entity,
    Names,
    about_of,
    entity_of,
    field_name,
    names_of,
    part_name,
)
from annotate.ui.views.sync_words import OURS, THEIRS, choice_name
from annotate.ui.words import plain, shortened

MOST_SHOWN = 200
_PAGE = "sync"
_LONGEST = 120
_sides = component("claimdesk_sides", "sync/sides.js")


def draw(desk: shell.Desk, project: Project, waiting: Open) -> None:
    """Draw the conflicts that wait, or those decided."""
    decided = _which(waiting)
    found = (
        conflicts.conflicts(store(), desk.visitor.person, project.id, decided=True)
        if decided
        else waiting
    )
    if found.items:
        _list(project, found, decided=decided)
    else:
        st.caption(
            t("Nothing has been decided yet.")
            if decided
            else t("Nothing to decide. What both sides change to different things is listed here.")
        )
    if found.withheld:
        st.caption(
            tn("{n} more is in labels that you may not see before submitting yours.",
               "{n} more are in labels that you may not see before submitting yours.",
               found.withheld)
        )  # fmt: skip


def _which(waiting: Open) -> bool:
    with st.container(horizontal=True, vertical_alignment="center", key="sync_conflicts_bar"):
        which = st.selectbox(
            t("Which"),
            ("open", "decided"),
            format_func=lambda one: {"open": t("To decide"), "decided": t("Decided")}[one],
            key="sync_conflicts_which",
            label_visibility="collapsed",
            width=200,
        )
        if which == "open" and len(waiting.items) > 1:
            if st.button(t("Keep Claimdesk's in all…"), key="sync_all_ours"):
                _ask_all("ours", waiting)
            if st.button(t("Take Label Studio's in all…"), key="sync_all_theirs"):
                _ask_all("theirs", waiting)
    return which == "decided"


def _ask_all(choice: Choice, waiting: Open) -> None:
    n, seen = len(waiting.items), waiting.seen

    def decide() -> None:
        desk = shell.enter()
        project = shell.need_project(desk)
        done = conflicts.resolve_all(store(), desk.visitor.person, project.id, choice, seen=seen)
        say(_PAGE, tn("{n} conflict is decided", "{n} conflicts are decided", done))

    title = tn("Decide {n} conflict?", "Decide all {n} conflicts?", n)
    text = (
        t("What is in Claimdesk stays, and Label Studio is told at the next sync.")
        if choice == "ours"
        else t(
            "What is in Label Studio takes the place of what is here, but in accepted labels,"
            " which stay as they are. Each coder can undo it in their own labels."
        )
    )
    button = t("Keep Claimdesk's") if choice == "ours" else t("Take Label Studio's")
    ask(title, text, button, f"sync_all_{choice}", decide)


def _list(project: Project, found: Open, *, decided: bool) -> None:
    shown = found.items[:MOST_SHOWN]
    here, names = _known(project, shown)
    last = (
        Column("choice", t("Decision"), "chip", "190px")
        if decided
        else Column("coder", t("Coder"), width="110px")
    )
    columns = (
        Column("what", t("What"), width="26%"),
        Column("article", t("Article")),
        Column("ours", OURS),
        Column("theirs", THEIRS),
        last,
    )
    rows = [_row(found, here.get(one.label_set_id), names, one) for one in shown]
    chosen = table(
        f"sync_conflicts_{'decided' if decided else 'open'}",
        t("Conflicts"),
        columns,
        rows,
        opens=not decided,
    )
    if len(found.items) > MOST_SHOWN:
        st.caption(t("Only the first {n} are shown.", n=MOST_SHOWN))
    if chosen.opened:
        st.query_params["conflict"] = chosen.opened
        st.rerun()


def _row(found: Open, here: LabelSet | None, names: Names, one: SyncConflict) -> Row:
    difference, article = one.difference, found.articles[one.article_id]
    about = about_of(names, difference, here)
    cells: dict[str, str | int | Cell | None] = {
        "what": Cell(part_name(names.book, difference), sub=shortened(about, _LONGEST)),
        "article": Cell(article.title, sub=article.source, lang=article.language),
        "ours": _short(names, one, difference.ours),
        "theirs": _short(names, one, difference.theirs),
        "coder": found.coders.get(one.label_set_id) or t("gold"),
    }
    if one.choice is not None:
        people = store().people.many([one.resolved_by or ""])
        by = ", ".join(person.display_name or person.name for person in people.values())
        when = moment(one.resolved_at or "")
        cells["choice"] = Cell(choice_name(one.choice), sub=f"{by} · {when}", tone="accent")
        if one.choice == "edited":
            cells["ours"] = Cell(_short(names, one, one.chosen), sub=t("written instead"))
    return Row(one.id, cells)


def _short(names: Names, one: SyncConflict, value: Any) -> str:
    difference = one.difference
    if not difference.field:
        return t("deleted") if value is None else t("changed")
    words = names.said(difference.kind, difference.field, value)
    return shortened(listed(words), _LONGEST) if words else t("nothing")


def _known(project: Project, shown: Sequence[SyncConflict]) -> tuple[dict[str, LabelSet], Names]:
    """The label sets of some conflicts as they are, and the names of what is in them."""
    wanted = {one.label_set_id for one in shown}
    articles = sorted({one.article_id for one in shown})
    heads = [head for head in store().labels.heads_on(articles, project.id) if head.id in wanted]
    here = store().labels.with_content(heads)
    book = store().projects.remembered(project.id)
    names = names_of(store(), book, here, [one.difference for one in shown])
    return {one.id: one for one in here}, names


def one(desk: shell.Desk, project: Project, conflict_id: str) -> None:
    """Draw one conflict, to be decided."""
    if st.button(t("← All conflicts"), type="tertiary", key="sync_back"):
        _to_list()
    looked = conflicts.look(store(), desk.visitor.person, project.id, conflict_id)
    conflict, article = looked.conflict, looked.article
    bases = [looked.base] if looked.base is not None else []
    book = store().projects.remembered(project.id)
    names = names_of(store(), book, [looked.label_set], [conflict.difference], bases)
    st.title(plain(part_name(book, conflict.difference)), anchor=False)
    waiting = conflicts.conflicts(store(), desk.visitor.person, project.id)
    order = [each.id for each in waiting.items]
    _facts(project, looked, order)
    said(_PAGE)
    _sides("sync_sides", _data(looked, names))
    if conflict.resolved_at is not None:
        st.caption(t("It is decided already."))
        return
    at = order.index(conflict.id) if conflict.id in order else -1
    rest = [*order[at + 1 :], *order[: max(0, at)]]
    _decide(looked, names, rest[0] if rest else None)
    there = shell.link("tag", project, article=article.id)
    shell.way(t("Read the article: {title}", title=shortened(article.title, _LONGEST)), there)


def _facts(project: Project, looked: Looked, order: Sequence[str]) -> None:
    coder = looked.label_set.coder_id
    person = store().people.get(coder) if coder else None
    name = (person.display_name or person.name) if person else t("gold")
    parts = [looked.article.title, name, t("found {when}", when=moment(looked.conflict.found_at))]
    if looked.conflict.id in order and len(order) > 1:
        parts.insert(0, t("{n} of {total}", n=order.index(looked.conflict.id) + 1,
                          total=len(order)))  # fmt: skip
    st.caption(plain(" · ".join(parts)))


def _decide(looked: Looked, names: Names, following: str | None) -> None:
    difference, accepted = looked.conflict.difference, looked.label_set.status == "accepted"
    # Of what is shown here: a press that comes after another change decides nothing.
    seen = looked.seen
    if accepted:
        st.warning(t("These labels are accepted: what is here stays, and can only be kept."))
    with st.container(horizontal=True, key="sync_decide"):
        if st.button(t("Keep Claimdesk's"), key=f"sync_ours_{seen}"):
            _resolve(looked, "ours", None, following)
        if st.button(t("Take Label Studio's"), key=f"sync_theirs_{seen}", disabled=accepted):
            _resolve(looked, "theirs", None, following)
        if following and st.button(t("Later"), key="sync_later", type="tertiary"):
            _to(following)
    if difference.field and not accepted:
        with st.expander(t("Write something else")):
            chosen = sync_edit.draw(looked, names)
            if chosen is not None:
                _resolve(looked, "edited", chosen.value, following)


def _resolve(looked: Looked, choice: Choice, chosen: Any, following: str | None) -> None:
    who = shell.enter().visitor.person
    try:
        conflicts.resolve(store(), who, looked.conflict.id, choice, chosen, seen=looked.seen)
    except WorkbenchError as problem:
        st.error(plain(told(problem)))
        return
    name = part_name(looked.book, looked.conflict.difference)
    say(_PAGE, t("{what} – {choice}", what=name, choice=choice_name(choice)))
    if following:
        _to(following)
    _to_list()


def _to(conflict_id: str) -> None:
    st.query_params["conflict"] = conflict_id
    st.rerun()


def _to_list() -> None:
    del st.query_params["conflict"]
    st.rerun()


def _data(looked: Looked, names: Names) -> dict[str, object]:
    difference, text = looked.conflict.difference, looked.article.text
    sides = {key: _entity(looked, key) for key in ("base", "ours", "theirs")}
    shown = {
        key: passage(text, places(difference.kind, entity, names.spans))
        for key, entity in sides.items()
    }
    # Where all say the same of the text, it stands once.
    one = next((each for each in shown.values() if each), [])
    common = all(not each or each == one for each in shown.values())
    titles = {
        "base": t("When they last agreed"),
        "ours": OURS,
        "theirs": THEIRS,
    }
    return {
        "language": looked.article.language,
        "passage": one if common else [],
        "sides": [
            {
                "key": key,
                "title": titles[key],
                "note": _note(key, entity),
                "facts": _rows(looked, names, key, entity),
                "passage": [] if common else shown[key],
            }
            for key, entity in sides.items()
        ],
    }


def _note(key: str, entity: Entity | None) -> str:
    if entity is not None:
        return ""
    return t("It was not there.") if key == "base" else t("It was deleted.")


def _rows(looked: Looked, names: Names, key: str, entity: Entity | None) -> list[dict[str, object]]:
    """The fields of a side: that which differs first, and the rest to know it by."""
    if entity is None:
        return []
    difference = looked.conflict.difference
    kind, before = difference.kind, _entity(looked, "base") or {}
    whole = not difference.field
    rows = [
        {
            "name": name,
            "values": words,
            "changed": key != "base" and (whole or field == difference.field)
            and entity.get(field) != before.get(field),
        }
        for field, name, words in names.facts(kind, entity)
        if whole or field == difference.field or (kind == "statement" and field == "claim_id")
    ]  # fmt: skip
    field = difference.field
    if field == "place":
        # The text says it.
        return []
    if field and not any(row["name"] == field_name(field) for row in rows):
        said_ = names.said(kind, field, entity.get(field))
        changed = key != "base" and entity.get(field) != before.get(field)
        rows.append({"name": field_name(field), "values": said_, "changed": changed})
    return rows


def _entity(looked: Looked, key: str) -> Entity | None:
    """What a side has of the entity; of a single field, the rest is what is here."""
    difference = looked.conflict.difference
    here = entity_of(looked.label_set, difference)
    if key == "ours":
        # As it is now: its coder may have gone on since the conflict was found.
        return here
    side = difference.base if key == "base" else difference.theirs
    if not difference.field:
        return side if isinstance(side, dict) else None
    if difference.field == "place":
        return {**(here or {}), **side} if side else None
    return {**(here or {}), difference.field: side}
