"""The articles behind a count of the board: who has them; given to others, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

import streamlit as st

from annotate import review
from annotate.model import Person, Project
from annotate.review import Listed
from annotate.reviews import ARTICLE_STATES, ArticleState, AssignmentState
from annotate.store.boards import BoardFilter
from annotate.ui import shell
from annotate.ui.database import store
from annotate.ui.i18n import t, tn
from annotate.ui.table import Cell, Column, Row, table
from annotate.ui.views.notices import answered, said, say, telling
from annotate.ui.views.rounds_words import state_cell, state_name, to_do_name
from annotate.ui.words import plain, status_name

PAGE = "assignments"
_UNDO = "rounds_undo"
_NAMES = ("show", "state", "person", "round", "only", "after")
_ROWS = 50


def go(**query: str) -> NoReturn:
    """Open the list of the articles that these parameters of the address name."""
    for name in _NAMES:
        st.query_params.pop(name, None)
    st.query_params["show"] = "articles"
    for name, value in query.items():
        st.query_params[name] = value
    st.rerun()


def draw(desk: shell.Desk, project: Project, *, changes: bool) -> None:
    """Draw the list."""
    if st.button(t("← All assignments"), type="tertiary", key="rounds_back"):
        for name in _NAMES:
            st.query_params.pop(name, None)
        st.rerun()
    asked = {name: st.query_params.get(name, "") for name in _NAMES}
    state = next((one for one in ARTICLE_STATES if one == asked["state"]), None)
    by = desk.visitor.person
    st.title(plain(_title(project, state, asked)), anchor=False)
    said(PAGE)
    _undo(by)
    if asked["only"] == "untouched":
        _untouched(by, project, asked["after"] or None, changes=changes)
        return
    wanted = BoardFilter(
        state=state, person_id=asked["person"] or None, round_id=asked["round"] or None
    )
    rows, more = review.articles(
        store(), by, project.id, wanted, overdue=asked["only"] == "overdue",
        stale=asked["only"] == "stale", replaced=asked["only"] == "replaced", limit=_ROWS,
        after=asked["after"] or None,
    )  # fmt: skip
    if not rows:
        st.caption(t("No articles here."))
        return
    ticked = _table(project, rows, changes=changes)
    if changes:
        _actions(project, [one for one in rows if one.article.article_id in ticked])
    if changes and asked["person"]:
        _everything(project, asked["person"])
    _more(more)


def _more(after: str | None) -> None:
    if after and st.button(t("More articles"), key="rounds_more"):
        st.query_params["after"] = after
        st.rerun()


def _untouched(by: Person, project: Project, after: str | None, *, changes: bool) -> None:
    """Draw the articles that are in no state: nobody has them, so that none can be moved."""
    rows, more = review.untouched(store(), by, project.id, limit=_ROWS, after=after)
    if not rows:
        st.caption(t("No articles here."))
        return
    if changes:
        st.caption(t("Nobody was given these. A new round hands them out."))
    columns = (Column("title", t("Title")), Column("published", t("Published"), "time", "170px"))
    shown = [
        Row(
            one.article_id,
            {
                "title": Cell(
                    one.title, one.source, href=shell.link("tag", project, article=one.article_id)
                ),
                "published": one.published_at,
            },
        )
        for one in rows
    ]
    table("rounds_untouched", t("Articles"), columns, shown)
    _more(more)


def _title(project: Project, state: ArticleState | None, asked: dict[str, str]) -> str:
    parts = [t("Articles")]
    if state:
        held = state == "to_do" and not (asked["round"] or asked["person"])
        parts.append(to_do_name(held=True) if held else state_name(state))
    if asked["only"] == "overdue":
        parts.append(t("overdue"))
    if asked["only"] == "untouched":
        parts.append(to_do_name(held=False))
    if asked["only"] == "replaced":
        parts.append(t("earlier revisions"))
    if asked["only"] == "stale":
        parts.append(t("for over {days} days", days=review.STALE_DAYS))
    if person := store().people.many([asked["person"]]).get(asked["person"]):
        parts.append(person.display_name)
    for one in store().rounds.of_project(project.id):
        if one.id == asked["round"]:
            parts.append(one.name)
    return " · ".join(parts)


def _table(project: Project, rows: Sequence[Listed], *, changes: bool) -> tuple[str, ...]:
    people = store().people.many(sorted({id_ for row in rows for id_, _ in _coders(row)}))
    columns = (
        Column("title", t("Title")),
        Column("state", t("State"), "chip", "120px"),
        Column("coders", t("Coders"), width="300px"),
        Column("slots", t("Done / wanted"), width="130px"),
        Column("since", t("Since"), "time", "170px"),
    )
    shown = [
        Row(
            row.article.article_id,
            {
                "title": Cell(
                    row.title, _about(row),
                    href=shell.link("tag", project, article=row.article.article_id),
                ),
                "state": state_cell(row.article.state),
                "coders": ", ".join([
                    *(f"{people[id_].display_name} ({status_name(_status(state))})"
                      for id_, state in _coders(row)),
                    *(f"{n:,} ({status_name(_status(one))})" for one, n in row.unnamed.items()),
                ]),
                # Outside of rounds no number of coders is wanted.
                "slots": f"{row.done:,} / {row.article.wanted:,}" if row.article.round_id
                else f"{row.done:,}",
                "since": row.article.since,
            },
        )
        for row in rows
    ]  # fmt: skip
    drawn = st.session_state.setdefault("rounds_drawn", 0)
    return table(f"rounds_articles_{drawn}", t("Articles"), columns, shown, ticks=changes).ticked


def _about(row: Listed) -> str:
    """The line below a title: one title may stand in two rows, of which one is an old text."""
    return " · ".join([row.source, t("earlier revision")] if row.replaced else [row.source])


def _coders(row: Listed) -> list[tuple[str, AssignmentState]]:
    """Who codes an article, given it or not, with the state of their labels."""
    return [*((one.person_id, one.state) for one in row.assignments), *row.unasked]


def _status(state: str) -> str:
    return "todo" if state == "to_do" else state


def _actions(project: Project, rows: Sequence[Listed]) -> None:
    inside = [row for row in rows if row.article.round_id]
    with st.container(horizontal=True, key="rounds_actions"):
        held = any(
            one.state not in ("submitted", "accepted") for row in inside for one in row.assignments
        )
        if st.button(t("Give to somebody else…"), disabled=not held, key="rounds_reassign"):
            st.dialog(t("Give these articles to somebody else"))(_reassign)(project.id, inside)
        if st.button(t("Take back…"), disabled=not held, key="rounds_withdraw"):
            st.dialog(t("Take these articles back?"))(_withdraw)(inside)
        if st.button(t("Coders an article…"), disabled=not inside, key="rounds_wanted"):
            st.dialog(t("How many coders these articles get"))(_wanted)(inside)
    if not rows:
        st.caption(t("Tick articles to give them to somebody else, or to take them back."))
    elif not inside:
        st.caption(t("The ticked articles are in no round: nobody was given them."))
    elif not held:
        st.caption(t("What was given of the ticked articles is submitted."))


def _holders(rows: Sequence[Listed]) -> dict[str, Person]:
    ids = {
        one.person_id
        for row in rows
        for one in row.assignments
        if one.state not in ("submitted", "accepted")
    }
    return store().people.many(sorted(ids))


def _held(rows: Sequence[Listed], person_id: str) -> dict[str, list[str]]:
    """Of some articles those that somebody has not submitted, by round."""
    found: dict[str, list[str]] = {}
    for row in rows:
        for one in row.assignments:
            if one.person_id == person_id and one.state not in ("submitted", "accepted"):
                found.setdefault(one.round_id, []).append(one.article_id)
    return found


def _choose(label: str, people: dict[str, str], key: str) -> str:
    return st.selectbox(label, list(people), format_func=lambda id_: people[id_], key=key) or ""


def _reassign(project_id: str, rows: Sequence[Listed]) -> None:
    by = shell.enter().visitor.person
    names = {one.id: one.display_name for one in review.coders(store(), by, project_id)}
    from_id = _choose(t("From"), _named(_holders(rows)), "reassign_from")
    to_id = _choose(t("To"), {id_: n for id_, n in names.items() if id_ != from_id}, "reassign_to")
    st.caption(t("Labels that were begun stay with whoever made them."))
    refused = st.container()
    if answered(t("Give to them"), "reassign"):
        with telling(refused):
            done = [
                review.reassign(store(), by, round_id, from_id, to_id, ids)
                for round_id, ids in _held(rows, from_id).items()
            ]
            _say_moved(done)
            _anew()


def _withdraw(rows: Sequence[Listed]) -> None:
    by = shell.enter().visitor.person
    person_id = _choose(t("From"), _named(_holders(rows)), "withdraw_from")
    st.text(t("They leave the queue of whoever has them. Labels that were begun stay."))
    refused = st.container()
    if answered(t("Take back"), "withdraw"):
        with telling(refused):
            back = [
                id_
                for round_id, ids in _held(rows, person_id).items()
                for id_ in review.withdraw(store(), by, round_id, person_id, ids)
            ]
            _say_back(back)
            _anew()


def _wanted(rows: Sequence[Listed]) -> None:
    by = shell.enter().visitor.person
    usual = max(row.article.slots for row in rows)
    n = st.number_input(t("Coders an article"), 1, 50, usual, key="wanted_n")
    refused = st.container()
    if answered(t("Save"), "wanted"):
        with telling(refused):
            rounds: dict[str, list[str]] = {}
            for row in rows:
                rounds.setdefault(row.article.round_id or "", []).append(row.article.article_id)
            changed = sum(
                review.set_wanted(store(), by, round_id, ids, int(n))
                for round_id, ids in rounds.items()
            )
            say(PAGE, tn("{n} article changed", "{n} articles changed", changed))
            _anew()


def _everything(project: Project, person_id: str) -> None:
    """What to do with all that somebody has not begun."""
    rounds = [
        one
        for one in store().rounds.of_project(project.id, closed=False)
        if store().assignments.has_unbegun(one.id, person_id)
    ]
    if not rounds:
        return
    with st.container(horizontal=True, key="rounds_everything"):
        if st.button(t("Give all that is not begun to somebody else…"), key="rounds_give_all"):
            st.dialog(t("Give all that is not begun to somebody else"))(_give_all)(
                project.id, person_id, [one.id for one in rounds]
            )
        if st.button(t("Take all that is not begun back…"), key="rounds_take_all"):
            st.dialog(t("Take all that is not begun back?"))(_take_all)(
                person_id, [one.id for one in rounds]
            )


def _give_all(project_id: str, person_id: str, round_ids: Sequence[str]) -> None:
    by = shell.enter().visitor.person
    team = review.coders(store(), by, project_id)
    others = {one.id: one.display_name for one in team if one.id != person_id}
    to_id = _choose(t("To"), others, "give_all_to")
    refused = st.container()
    if answered(t("Give to them"), "give_all"):
        with telling(refused):
            _say_moved([review.reassign(store(), by, id_, person_id, to_id) for id_ in round_ids])
            _anew()


def _take_all(person_id: str, round_ids: Sequence[str]) -> None:
    by = shell.enter().visitor.person
    st.text(t("They leave the queue of whoever has them. Labels that were begun stay."))
    refused = st.container()
    if answered(t("Take back"), "take_all"):
        with telling(refused):
            _say_back([
                one
                for id_ in round_ids
                for one in review.withdraw(store(), by, id_, person_id, None)
            ])  # fmt: skip
            _anew()


def _say_moved(done: Sequence[review.Moved]) -> None:
    moved, kept = sum(one.moved for one in done), sum(one.kept for one in done)
    first = tn("{n} article given to them", "{n} articles given to them", moved)
    second = tn("{n} stays: they know it already", "{n} stay: they know them already", kept)
    say(PAGE, t("{first}; {second}", first=first, second=second) if kept else first)


def _say_back(assignment_ids: Sequence[str]) -> None:
    st.session_state[_UNDO] = tuple(assignment_ids)
    say(PAGE, tn("{n} article taken back", "{n} articles taken back", len(assignment_ids)))


def _undo(by: Person) -> None:
    back: tuple[str, ...] = st.session_state.get(_UNDO, ())
    if back and st.button(t("Undo: give them back"), key="rounds_undo_do"):
        with telling():
            done = review.restore(store(), by, back)
            del st.session_state[_UNDO]
            say(PAGE, tn("{n} article given back", "{n} articles given back", done))
            st.rerun()


def _named(people: dict[str, Person]) -> dict[str, str]:
    return {id_: one.display_name for id_, one in people.items()}


def _anew() -> NoReturn:
    """Begin the list anew, with nothing ticked."""
    st.session_state["rounds_drawn"] = st.session_state.get("rounds_drawn", 0) + 1
    st.rerun()
