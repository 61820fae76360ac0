"""Chosen uses of an entry moved to another one: one that is there, or a new one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from annotate import registries
from annotate.errors import WorkbenchError
from annotate.model import new_id
from annotate.registries import Change, Draft, Entry, Kind
from annotate.ui.database import store
from annotate.ui.i18n import t, told
from annotate.ui.views import registry_form, registry_twice
from annotate.ui.views.notices import answered
from annotate.ui.views.registry_dialogs import find, moved_words
from annotate.ui.views.registry_place import Place, again, attempt, open_entry, say
from annotate.ui.views.registry_words import said
from annotate.ui.words import plain

_TO = ("there", "new")


def move(kind: Kind, entry_id: str, statements: Sequence[str], spans: Sequence[str]) -> None:
    """Ask which entry some uses belong to, and move them there."""
    # What was chosen in a dialog that was closed is not chosen in the next.
    st.dialog(t("Move to another entry"), width="medium")(_move)(
        kind, entry_id, tuple(statements), tuple(spans), new_id()
    )


def _move(
    kind: Kind, entry_id: str, statements: tuple[str, ...], spans: tuple[str, ...], key: str
) -> None:
    here = again(kind)
    try:
        entry = registries.entry(store(), here.person, here.project.id, kind, entry_id)
    except WorkbenchError as problem:
        st.error(plain(told(problem)))
        return
    st.text(
        t(
            "From “{name}”: {uses}. It can be undone.",
            uses=moved_words(len(statements), len(spans)),
            name=said(entry.name),
        )
    )
    labels = {"there": t("To an existing entry"), "new": t("To a new one")}
    to = st.segmented_control(
        t("Where to"),
        _TO,
        default=_TO[0],
        format_func=labels.__getitem__,
        key=f"registry_move_to_{key}",
        label_visibility="collapsed",
        required=True,
    )

    def there(target: str) -> Change:
        return registries.move(
            store(), here.person, here.project.id, kind, entry_id, target,
            statements=statements, spans=spans,
        )  # fmt: skip

    def new(draft: Draft, twice: bool) -> Change:
        return registries.split(
            store(), here.person, here.project.id, kind, entry_id, draft,
            statements=statements, spans=spans, twice=twice,
        )  # fmt: skip

    if to == "new":
        _to_new(here, entry, key, new, there)
    else:
        _to_existing(here, entry, key, there)


def _to_existing(here: Place, entry: Entry, key: str, make: Callable[[str], Change]) -> None:
    target = find(here, f"registry_move_find_{key}", t("Move to"), entry.id)
    if not answered(t("Move"), "registry_move", disabled=not target) or not target:
        return
    with st.spinner(t("Moving…")):
        change = attempt(lambda: make(target))
    if change is not None:
        _done(here, change)


def _to_new(
    here: Place,
    entry: Entry,
    key: str,
    make: Callable[[Draft, bool], Change],
    there: Callable[[str], Change],
) -> None:
    form = f"registry_split_{key}"
    before = Draft("", entry.draft.group, entry.draft.language)
    draft = registry_form.draw(here, form, before, t("Move"), brief=True)

    def take(target: str) -> None:
        change = attempt(lambda: there(target))
        if change is not None:
            _done(here, change)

    change = registry_twice.made(
        here, form, draft, make, (t("Move to it"), take), splitting=entry.id
    )
    if change is not None:
        _done(here, change)


def _done(here: Place, change: Change) -> None:
    made = registries.entry(store(), here.person, here.project.id, here.kind, change.entry_ids[0])
    moved = moved_words(change.statements, change.mentions)
    say(here, t("Moved to {name}: {moved}", name=said(made.name), moved=moved), change.id)
    open_entry(here.kind, made.id)
    st.rerun()
