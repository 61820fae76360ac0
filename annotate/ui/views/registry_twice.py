"""The question whether there is to be a second entry of the same name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from annotate import registries
from annotate.errors import Unconfirmed, WorkbenchError
from annotate.registries import Change, Draft, Entry
from annotate.ui.database import store
from annotate.ui.i18n import t, tn, told
from annotate.ui.views.registry_place import Place
from annotate.ui.views.registry_words import said
from annotate.ui.words import plain

_ASKED = "registry_twice"
MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A draft about which the question stands there, and the form that it was sent with."""

    key: str
    draft: Draft


def made(
    here: Place,
    key: str,
    draft: Draft | None,
    make: Callable[[Draft, bool], Change],
    use: tuple[str, Callable[[str], None]],
    *,
    anyway: Callable[[str], str] | None = None,
    splitting: str = "",
    renaming: str = "",
) -> Change | None:
    """Make an entry, or give it another name; where one of its name is there already, ask first.

    Args:
        here: The registry.
        key: The key of the form.
        draft: What was sent in this run; None if nothing was.
        make: Makes it; the flag says that a second entry of the name is meant.
        use: The words of the button that takes the one that is there, and what it does with it.
        anyway: The words of the button that makes it all the same, by the name; those for
            another entry if none are given.
        splitting: As for ``registries.namesakes``.
        renaming: As for ``registries.namesakes``.

    Returns:
        The change, in the run in which it was made.
    """
    if draft is not None:
        st.session_state.pop(_ASKED, None)
        try:
            return make(draft, False)
        except Unconfirmed:
            st.session_state[_ASKED] = Asked(key, draft)
        except WorkbenchError as problem:
            st.error(plain(told(problem)))
    asked: Asked | None = st.session_state.get(_ASKED)
    if asked is None or asked.key != key:
        return None
    there = registries.namesakes(
        store(), here.person, here.project.id, here.kind, asked.draft.name,
        splitting=splitting, renaming=renaming,
    )  # fmt: skip
    with st.container(key="registry_twice", gap="xsmall"):
        for entry in there[:MOST_SHOWN]:
            _one(here, entry, use)
        if len(there) > MOST_SHOWN:
            st.caption(tn("and {n} more", "and {n} more", len(there) - MOST_SHOWN))
        words = (anyway or _another)(said(asked.draft.name))
        if not st.button(plain(words), key="registry_twice_add"):
            return None
    del st.session_state[_ASKED]
    try:
        return make(asked.draft, True)
    except WorkbenchError as problem:
        st.error(plain(told(problem)))
        return None


def _another(name: str) -> str:
    return t("Add another “{name}”", name=name)


def _one(here: Place, entry: Entry, use: tuple[str, Callable[[str], None]]) -> None:
    about = [
        said(entry.name),
        here.group_name(entry.draft.group) if entry.draft.group else "",
        tn("{n} use", "{n} uses", entry.uses),
    ]
    words, take = use
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.warning(plain(t("Already there: {entry}", entry=t(", ").join(filter(None, about)))))
        if st.button(words, key=f"registry_twice_{entry.id}"):
            st.session_state.pop(_ASKED, None)
            take(entry.id)
            st.rerun()
