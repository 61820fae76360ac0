"""What the parts of the registry pages share: where they are, and the last change made there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from annotate import accounts, registries
from annotate.errors import WorkbenchError
from annotate.model import Person, Project
from annotate.registries import Change, Kind
from annotate.ui import shell
from annotate.ui.database import store
from annotate.ui.i18n import t, told
from annotate.ui.views.notices import telling
from annotate.ui.views.registry_words import group_name
from annotate.ui.words import answer_names, plain

NEW = "new"
NEW_NAME = "registry_new_name"
TAB, USES = "tab", "uses"
SHARES = (6, 5)
LAST = "registry_last"
KEPT = "registry_kept"
_ROUND = "registry_round"


@dataclass(frozen=True, slots=True)
class Place:
    """A registry as one person sees it in one project.

    ``adds`` and ``changes`` say what the page offers them; the registries ask again themselves.
    ``topics`` is what the project's codebook calls a topic of the same stored name.
    """

    kind: Kind
    person: Person
    project: Project
    adds: bool
    changes: bool
    topics: Mapping[str, str]

    def group_name(self, group: str) -> str:
        """An actor's kind or a claim's topic in words."""
        return group_name(self.kind, group, self.topics)


@dataclass(frozen=True, slots=True)
class Last:
    """The last change made here, and what takes it back, where anything can."""

    kind: Kind
    project_id: str
    text: str
    undo: Callable[[Place], object] | None


def place(desk: shell.Desk, kind: Kind) -> Place:
    """Where somebody stands who opens a registry."""
    project = shell.need_project(desk)
    person = desk.visitor.person

    def may(action: accounts.Action) -> bool:
        return accounts.may(store(), person, action, project.id)

    topics = answer_names(store().projects.remembered(project.id)) if kind == "claim" else {}
    return Place(kind, person, project, may("registry.add"), may("registry.change"), topics)


def again(kind: Kind) -> Place:
    """The same for a dialog, which runs again by itself: who is asking must be asked anew."""
    return place(shell.enter(), kind)


def opened(kind: Kind) -> str | None:
    """The id of the entry that the address names; ``NEW`` for one to be made."""
    return st.query_params.get(kind)


def open_entry(kind: Kind, entry_id: str | None) -> None:
    """Let the address name an entry, or none; an entry begins with its fields."""
    st.query_params.pop(TAB, None)
    if entry_id:
        st.query_params[kind] = entry_id
    elif kind in st.query_params:
        del st.query_params[kind]


def attempt(make: Callable[[], Change]) -> Change | None:
    """Make a change; where it is refused, say why here and give None."""
    try:
        return make()
    except WorkbenchError as problem:
        st.error(plain(told(problem)))
        return None


def say(
    here: Place, text: str, change_id: str = "", *, undo: Callable[[Place], object] | None = None
) -> None:
    """Keep what a change did for the next run, which shows it, and forget what it made old.

    Args:
        here: The registry.
        text: What was done.
        change_id: The change, which can be undone; empty for none.
        undo: What takes back that which is no change of entries.
    """

    def back(here: Place) -> Change:
        return registries.undo(store(), here.person, here.project.id, change_id)

    st.session_state[LAST] = Last(here.kind, here.project.id, text, back if change_id else undo)
    st.session_state.pop(KEPT, None)
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def fresh(name: str) -> str:
    """A widget's key that is another one after each change: what was ticked is forgotten."""
    return f"{name}_{st.session_state.get(_ROUND, 0)}"


def last_change(here: Place) -> None:
    """Show what the last change did, with an Undo where there is one."""
    last: Last | None = st.session_state.get(LAST)
    if last is None or (last.kind, last.project_id) != (here.kind, here.project.id):
        return
    undoable = last.undo is not None and here.changes
    # Its key is another one for each change: how long it stays is counted anew.
    key = fresh("done_registry" if undoable else "said_registry")
    with st.container(key=key, horizontal=True, vertical_alignment="center", gap="small"):
        st.success(plain(last.text))
        if undoable and st.button(t("Undo"), key="registry_undo"):
            _undo(here, last)
        if st.button("✕", key="registry_last_close", help=t("Close"), type="tertiary"):
            del st.session_state[LAST]
            st.rerun()


def _undo(here: Place, last: Last) -> None:
    if last.undo is not None:
        with telling():
            last.undo(here)
            say(here, t("Undone: {what}", what=last.text))
            st.rerun()


def paged(key: str, asked: object) -> list[str | None]:
    """The cursors of a list's pages up to the one shown.

    Args:
        key: The list's name in the session.
        asked: What it lists; another question begins at the first page.
    """
    if st.session_state.get(f"{key}_asked") != asked:
        st.session_state[f"{key}_asked"] = asked
        st.session_state[f"{key}_cursors"] = [None]
    cursors: list[str | None] = st.session_state[f"{key}_cursors"]
    return cursors


def pager(
    key: str, cursors: list[str | None], size: int, shown: int, total: int, after: str | None
) -> None:
    """Draw the line under a list: where one is in it, and the ways on.

    Args:
        key: As for ``paged``.
        cursors: What ``paged`` gave; changed in place.
        size: Entries of a whole page.
        shown: Entries of this page.
        total: Entries of all pages.
        after: The next page's cursor; None on the last.
    """
    if total == shown:
        return
    first = (len(cursors) - 1) * size
    with st.container(key=f"{key}_pager", horizontal=True, vertical_alignment="center"):
        st.caption(
            t(
                "{first}–{last} of {total}",
                first=f"{first + 1:,}",
                last=f"{first + shown:,}",
                total=f"{total:,}",
            )
        )
        if len(cursors) > 1 and st.button(t("Previous"), key=f"{key}_previous"):
            cursors.pop()
            st.rerun()
        if after and st.button(t("Next"), key=f"{key}_next"):
            cursors.append(after)
            st.rerun()
