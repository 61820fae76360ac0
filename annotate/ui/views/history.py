"""History: who changed what when, of one thing or lately in the project, and putting it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import streamlit as st

from annotate import accounts, history
from annotate.codebook import Codebook
from annotate.errors import NotFound, WorkbenchError
from annotate.history import Entry, FieldChange, Kind, Subject, TimelinePage, Wanted
from annotate.history.differences import abridged
from annotate.model import Project
from annotate.ui import shell
from annotate.ui.component import stateful
from annotate.ui.database import store
from annotate.ui.i18n import t, told
from annotate.ui.times import midnight
from annotate.ui.views import history_words as words
from annotate.ui.words import answer_names, person_name, shortened

LONGEST_NAME = 160
# Where all is new, or all is gone, nothing needs to be told apart.
_LOOKS = {"add": "new", "create": "new", "import": "new", "ingest": "new", "remove": "gone"}
_NARROWED = ("by", "group", "day")
_DONE = "history_done"
_list = stateful("claimdesk_history", "history/entry.js", triggers=("restore",))


def draw(desk: shell.Desk) -> None:
    """Draw the page: the history that the address names, else the project's."""
    project = shell.need_project(desk)
    if not accounts.may(store(), desk.visitor.person, "history.read", project.id):
        shell.message(
            t("The history is not for you to read"),
            t("It is there for those who tag, review or edit in this project."),
        )
    kind = st.query_params.get("kind", "project")
    if kind not in history.KINDS:
        shell.message(t("There is no such history"), t("The link names something unknown."))
    with st.container(key="office"):
        st.title(t("History"), anchor=False)
        if kind == "project":
            st.caption(t("Who changed what in this project. What was there before is kept."))
            _filters(desk, project)
        else:
            st.caption(_about(kind))
        _changes(desk, project, kind)


def _about(kind: Kind) -> str:
    return {
        "article": t("Everything that happened to this article and to the labels on it."),
        "statement": t("Everything that happened to this statement."),
        "actor": t("Everything that happened to this actor's entry."),
        "claim": t("Everything that happened to this claim's entry."),
    }[kind]


def _filters(desk: shell.Desk, project: Project) -> None:
    # The address says what is asked, so that a link or the back button finds it again.
    known = history.people(store(), desk.visitor.person, project.id)
    people = {"": t("Everybody"), **{one.id: person_name(one.display_name) for one in known}}
    groups = words.group_names()
    st.session_state["history_by"] = _asked("by", people)
    st.session_state["history_group"] = _asked("group", groups)
    st.session_state["history_day"] = _day()
    who, what, when = st.columns([3, 3, 2])
    who.selectbox(
        t("Who"), list(people), format_func=people.__getitem__, key="history_by", on_change=_ask
    )
    what.selectbox(
        t("What"), list(groups), format_func=groups.__getitem__, key="history_group", on_change=_ask
    )
    when.date_input(t("On the day"), format="YYYY-MM-DD", key="history_day", on_change=_ask)


def _asked(name: str, among: Mapping[str, str]) -> str:
    value = st.query_params.get(name, "")
    return value if value in among else ""


def _ask() -> None:
    day = st.session_state["history_day"]
    chosen = {
        "by": st.session_state["history_by"],
        "group": st.session_state["history_group"],
        "day": day.isoformat() if isinstance(day, date) else "",
    }
    st.query_params.pop("after", None)
    for name, value in chosen.items():
        if value:
            st.query_params[name] = value
        else:
            st.query_params.pop(name, None)


def _changes(desk: shell.Desk, project: Project, kind: Kind) -> None:
    person = desk.visitor.person
    id_ = project.id if kind == "project" else st.query_params.get("id", "")
    try:
        page = history.timeline(
            store(), person, project.id, kind, id_,
            after=st.query_params.get("after"), wanted=_wanted(),
        )  # fmt: skip
    except NotFound:
        shell.message(
            t("There is nothing here that you can see"),
            t("It may belong to another project, or to labels that you may not see yet."),
            (t("Recent changes"), shell.link("history", project)),
        )
    wanted = _list("history", _data(project, kind, page))["restore"]
    if wanted:
        _restore(desk, project, str(wanted))


def _restore(desk: shell.Desk, project: Project, event_id: str) -> None:
    try:
        history.restore(store(), desk.visitor.person, project.id, event_id)
        done = {"text": t("Restored. It is listed as a change of its own."), "bad": False}
        st.query_params.pop("after", None)
    except WorkbenchError as problem:
        done = {"text": told(problem), "bad": True}
    st.session_state[_DONE] = done
    st.rerun()


def _data(project: Project, kind: Kind, page: TimelinePage) -> dict[str, object]:
    projects = store().projects
    current = projects.remembered(project.id)
    books = {
        one.number: projects.codebook(project.id, one.number)
        for one in projects.versions(project.id)
    }
    asked = {
        name: st.query_params[name]
        for name in ("kind", "id", *_NARROWED)
        if st.query_params.get(name)
    }
    narrowed = any(name in asked for name in _NARROWED)
    return {
        "entries": [
            # Labels keep the words under which they were made.
            _entry(project, books.get(one.codebook or 0, current), kind, one)
            for one in page.items
        ],
        "older": shell.link("history", project, **asked, after=page.after) if page.after else None,
        "newest": shell.link("history", project, **asked) if st.query_params.get("after") else None,
        "all": None if kind == "project" else shell.link("history", project),
        "about": _subject_of(kind, page),
        "empty": _empty(narrowed),
        "notice": st.session_state.pop(_DONE, None),
    }


def _subject_of(kind: Kind, page: TimelinePage) -> str:
    """What the history is of, where the page is about one thing."""
    if kind == "project" or not page.items:
        return ""
    about = page.items[0].subject
    return about.article if kind == "article" and about.article else about.name


def _empty(narrowed: bool) -> str:
    if narrowed:
        return t("Nobody changed anything that fits. Choose another day, or everybody.")
    return t("Nothing has happened yet. Each span, statement and entry will be listed here.")


def _entry(project: Project, book: Codebook, kind: Kind, entry: Entry) -> dict[str, object]:
    about = entry.subject
    return {
        "id": entry.id,
        "at": entry.at,
        "who": entry.by and person_name(entry.by),
        "what": words.happened(entry.action, again=entry.again),
        "subject": shortened(_subject_name(book, about), LONGEST_NAME),
        "href": _href(project, about),
        "article": shortened(_where(kind, about), LONGEST_NAME),
        "owner": _owner(entry),
        "history": _own_history(project, kind, about),
        "changes": [_change(book, about.kind, change) for change in entry.changes],
        "restorable": entry.restorable,
        "step": words.step_words(about.kind, entry.step, answer_names(book)) if entry.step else "",
        "takeBack": words.take_back(entry.action.rsplit(".", 1)[-1])
        if entry.action.endswith((".merge", ".split", ".move"))
        else "",
        "look": _LOOKS.get(entry.action.rsplit(".", 1)[-1], ""),
    }


def _where(kind: Kind, subject: Subject) -> str:
    """The article that a label stands in, unless the page or the subject names it already."""
    return "" if kind == "article" or subject.kind == "label_set" else subject.article


def _owner(entry: Entry) -> str:
    """Whose labels were changed, where it was not whoever changed them."""
    owner = entry.subject.owner
    if owner in ("", entry.by):
        return ""
    return t("gold") if owner == "gold" else owner


def _subject_name(book: Codebook, subject: Subject) -> str:
    if subject.kind == "document_label":
        return words.label_name(book, subject.name)
    return subject.name


def _change(book: Codebook, kind: str, change: FieldChange) -> dict[str, object]:
    return {
        "field": words.field_names().get(change.field, change.field),
        "listed": change.listed,
        "whole": not change.listed and not any(part.change == "same" for part in change.parts),
        "parts": [
            {
                "change": part.change,
                "text": words.value_name(book, kind, change.field, part.text),
            }
            for part in abridged(change.parts)
        ],
    }


def _href(project: Project, subject: Subject) -> str | None:
    if subject.kind in ("actor", "claim"):
        return shell.link(f"{subject.kind}s", project, **{subject.kind: subject.id})
    if subject.article_id:
        named = {subject.kind: subject.id} if subject.kind in ("statement", "span") else {}
        return shell.link("tag", project, article=subject.article_id, **named)
    if subject.kind == "ingest_run":
        return shell.link("ingest", project, run=subject.id)
    if subject.kind == "codebook_version":
        return shell.link("codebook", project, section="versions")
    if subject.kind in ("sync_link", "sync_conflict"):
        return shell.link("sync", project)
    return None


def _own_history(project: Project, kind: Kind, subject: Subject) -> str | None:
    """Where the whole history of an entry's subject is, unless this is it."""
    if subject.kind == kind or subject.kind not in ("article", "statement", "actor", "claim"):
        return None
    return shell.link("history", project, kind=subject.kind, id=subject.id)


def _wanted() -> Wanted:
    day = _day()
    if day is None:
        since = until = ""
    else:
        since, until = (midnight(day + timedelta(days=n)) for n in (0, 1))
    return Wanted(st.query_params.get("by", ""), st.query_params.get("group", ""), since, until)


def _day() -> date | None:
    try:
        return date.fromisoformat(st.query_params.get("day", ""))
    except ValueError:
        return None
