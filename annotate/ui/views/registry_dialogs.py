"""What is asked before many labels or entries change at once: merge, split, one kind for many."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from annotate import registries
from annotate.errors import WorkbenchError
from annotate.model import new_id
from annotate.registries import Change, Draft, Entry, Kind
from annotate.ui.component import stateful
from annotate.ui.database import store
from annotate.ui.i18n import listed, t, tn, told
from annotate.ui.views import registry_form
from annotate.ui.views.notices import answered
from annotate.ui.views.registry_place import Place, again, attempt, open_entry, say
from annotate.ui.views.registry_words import words
from annotate.ui.words import plain

_find = stateful("claimdesk_registry_find", "registry/find.js", states=("chosen",))


def merge(kind: Kind, ids: Sequence[str], *, keep: str | None = None) -> None:
    """Ask which of several entries takes the place of the others, and merge them.

    Args:
        kind: The registry.
        ids: The entries.
        keep: The one to suggest; the most used one if none is given.
    """
    st.dialog(t("Merge"), width="medium")(_merge)(kind, tuple(ids), keep)


def merge_with(kind: Kind, entry_id: str) -> None:
    """Ask for another entry by any of its names, and merge the two."""
    # What was chosen in a dialog that was closed is not chosen in the next.
    st.dialog(t("Merge"), width="medium")(_merge_with)(kind, entry_id, new_id())


def split(kind: Kind, entry_id: str, statements: Sequence[str], spans: Sequence[str]) -> None:
    """Ask for the name of a new entry, and move uses to it."""
    st.dialog(t("Move to a new entry"), width="medium")(_split)(
        kind, entry_id, tuple(statements), tuple(spans)
    )


def bulk(kind: Kind, ids: Sequence[str]) -> None:
    """Ask for an actor kind or a topic, and give it to many entries."""
    title = t("Change kind") if kind == "actor" else t("Change topic")
    st.dialog(title)(_bulk)(kind, tuple(ids))


def _merge_with(kind: Kind, entry_id: str, key: str) -> None:
    here = again(kind)
    found = _find(
        f"registry_find_{key}",
        {
            "registry": f"{kind}s",
            "projectId": here.project.id,
            "label": t("Merge with"),
            "placeholder": words(kind).search,
            "omit": entry_id,
        },
    )
    if found["chosen"]:
        _merge(kind, (entry_id, found["chosen"]), None)


def _merge(kind: Kind, ids: tuple[str, ...], keep: str | None) -> None:
    here = again(kind)
    try:
        entries = [_entry(here, id_) for id_ in ids]
    except WorkbenchError as problem:
        st.error(plain(told(problem)))
        return
    entries.sort(key=lambda entry: (entry.id != keep, -entry.uses))
    by_id = {entry.id: entry for entry in entries}
    kept = st.radio(
        t("Keep"),
        list(by_id),
        format_func=lambda id_: plain(by_id[id_].name),
        captions=[plain(_about(here, entry)) for entry in entries],
        key="registry_merge_keep",
    )
    others = [entry for entry in entries if entry.id != kept]
    st.text(_follows(others))
    if not answered(t("Merge"), "registry_merge"):
        return
    with st.spinner(t("Merging…")):
        change = attempt(
            lambda: registries.merge(
                store(), here.person, here.project.id, kind, kept, [one.id for one in others]
            )
        )
    if change is not None:
        name = by_id[kept].name
        say(here, t("Merged into {name}: {moved}", name=name, moved=_moved(change)), change.id)
        open_entry(kind, kept)
        st.rerun()


def _follows(others: Sequence[Entry]) -> str:
    names = tn(
        "{n} entry becomes part of the one kept; its names stay as other names.",
        "{n} entries become part of the one kept; their names stay as other names.",
        len(others),
    )
    statements = sum(one.statements for one in others)
    mentions = sum(one.mentions for one in others)
    seen = []
    if statements:
        seen.append(tn("{n} statement", "{n} statements", statements))
    if mentions:
        seen.append(tn("{n} mention", "{n} mentions", mentions))
    if not seen:
        return t("{entries} You see no use of them. It can be undone.", entries=names)
    return t(
        "{entries} Their uses by all coders move to it, {uses} of them that you can see."
        " It can be undone.",
        entries=names,
        uses=listed(seen),
    )


def _split(kind: Kind, entry_id: str, statements: tuple[str, ...], spans: tuple[str, ...]) -> None:
    here = again(kind)
    try:
        entry = _entry(here, entry_id)
    except WorkbenchError as problem:
        st.error(plain(told(problem)))
        return
    st.text(
        t(
            "{statements} and {mentions} move from “{name}” to a new entry. It can be undone.",
            statements=tn("{n} statement", "{n} statements", len(statements)),
            mentions=tn("{n} mention", "{n} mentions", len(spans)),
            name=entry.name,
        )
    )
    key = f"registry_split_{entry_id}"
    before = Draft("", entry.draft.group, entry.draft.language)
    draft = registry_form.draw(here, key, before, t("Move"), brief=True)
    if draft is None:
        return
    with st.spinner(t("Moving…")):
        change = attempt(
            lambda: registries.split(
                store(),
                here.person,
                here.project.id,
                kind,
                entry_id,
                draft,
                statements=statements,
                spans=spans,
            )
        )
    if change is not None:
        moved = t("Moved to {name}: {moved}", name=draft.name, moved=_moved(change))
        say(here, moved, change.id)
        open_entry(kind, change.entry_ids[0])
        st.rerun()


def _bulk(kind: Kind, ids: tuple[str, ...]) -> None:
    here = again(kind)
    st.text(tn("{n} entry is changed.", "{n} entries are changed.", len(ids)))
    with st.form("registry_bulk_form", border=False):
        group = registry_form.group_field(here, "registry_bulk", "")
        sure = st.form_submit_button(t("Change"), type="primary", key="registry_bulk_do")
    if not sure:
        return
    with st.spinner(t("Changing…")):
        change = attempt(
            lambda: registries.bulk(store(), here.person, here.project.id, kind, ids, group)
        )
    if change is not None:
        changed = tn("{n} entry is now: {group}", "{n} entries are now: {group}",
                     len(change.entry_ids), group=here.group_name(group))  # fmt: skip
        say(here, changed, change.id)
        st.rerun()


def _entry(here: Place, entry_id: str) -> Entry:
    return registries.entry(store(), here.person, here.project.id, here.kind, entry_id)


def _about(here: Place, entry: Entry) -> str:
    uses = tn("{n} use", "{n} uses", entry.uses)
    names = " · ".join(alias.text for alias in entry.draft.aliases[:4])
    group = here.group_name(entry.draft.group)
    return " · ".join(part for part in (group, uses, names) if part)


def _moved(change: Change) -> str:
    return t(
        "{statements} and {mentions} moved",
        statements=tn("{n} statement", "{n} statements", change.statements),
        mentions=tn("{n} mention", "{n} mentions", change.mentions),
    )
