"""What is asked before many entries change at once: merge, one kind for many, removal."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from annotate import registries
from annotate.errors import WorkbenchError
from annotate.model import new_id
from annotate.registries import Entry, Kind
from annotate.ui.component import stateful
from annotate.ui.database import store
from annotate.ui.i18n import listed, t, tn, told
from annotate.ui.views import registry_form
from annotate.ui.views.notices import answered
from annotate.ui.views.registry_place import Place, again, attempt, open_entry, say
from annotate.ui.views.registry_words import said, words
from annotate.ui.words import plain, sentences

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


def remove_unused(kind: Kind, ids: Sequence[str]) -> None:
    """Ask before those of many entries that nothing uses are removed."""
    st.dialog(t("Remove"))(_remove_unused)(kind, tuple(ids))


def bulk(kind: Kind, ids: Sequence[str]) -> None:
    """Ask for an actor kind or a topic, and give it to many entries."""
    title = t("Change kind") if kind == "actor" else t("Change topic")
    st.dialog(title)(_bulk)(kind, tuple(ids))


def find(here: Place, key: str, label: str, omit: str) -> str | None:
    """A field that finds another entry by any of its names; the id of the one chosen."""
    found = _find(
        key,
        {
            "registry": f"{here.kind}s",
            "projectId": here.project.id,
            "label": label,
            "placeholder": words(here.kind).search,
            "omit": omit,
        },
    )
    return str(found["chosen"]) if found["chosen"] else None


def _merge_with(kind: Kind, entry_id: str, key: str) -> None:
    other = find(again(kind), f"registry_find_{key}", t("Merge with"), entry_id)
    if other:
        _merge(kind, (entry_id, other), None)


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
    groups = list(dict.fromkeys(entry.draft.group for entry in entries))
    if kind == "actor" and len(groups) > 1:
        kinds = listed(here.group_name(group) for group in groups)
        st.warning(plain(t("These are of different kinds: {kinds}", kinds=kinds)))
    st.text(_follows(by_id[kept], others))
    if not answered(t("Merge"), "registry_merge"):
        return
    with st.spinner(t("Merging…")):
        change = attempt(
            lambda: registries.merge(
                store(), here.person, here.project.id, kind, kept, [one.id for one in others]
            )
        )
    if change is not None:
        name = said(by_id[kept].name)
        moved = moved_words(change.statements, change.mentions)
        merged = t("Merged into {name}: {moved} moved", name=name, moved=moved)
        say(here, merged if moved else t("Merged into {name}", name=name), change.id)
        open_entry(kind, kept)
        st.rerun()


def _follows(kept: Entry, others: Sequence[Entry]) -> str:
    name = said(kept.name)
    if len(others) == 1:
        becomes = t("“{other}” becomes another name of “{name}”.",
                    other=said(others[0].name), name=name)  # fmt: skip
    else:
        becomes = tn("{n} entry becomes another name of “{name}”.",
                     "{n} entries become other names of “{name}”.", len(others),
                     name=name)  # fmt: skip
    uses = moved_words(sum(one.statements for one in others), sum(one.mentions for one in others))
    moves = (
        t("Moving with it: {uses} that you can see here, and all others.", uses=uses)
        if uses
        else t(
            "No statement or mention that you can see here refers to it; all others move with it."
        )
    )
    return sentences([becomes, moves, t("It can be undone.")])


def _remove_unused(kind: Kind, ids: tuple[str, ...]) -> None:
    here = again(kind)
    st.text(
        sentences(
            [
                tn("{n} entry will be removed, unless something uses it.",
                   "{n} entries will be removed, but for those that something uses.", len(ids)),
                t("It can be undone."),
            ]
        )
    )  # fmt: skip
    if not answered(t("Remove"), "registry_remove_unused"):
        return
    with st.spinner(t("Removing…")):
        change = attempt(
            lambda: registries.remove_unused(store(), here.person, here.project.id, kind, ids)
        )
    if change is not None:
        gone, left = len(change.entry_ids), len(ids) - len(change.entry_ids)
        removed = tn("{n} entry removed", "{n} entries removed", gone)
        stay = tn("{n} in use stays", "{n} in use stay", left) if left else ""
        say(here, listed(filter(None, (removed, stay))), change.id)
        st.rerun()


def _bulk(kind: Kind, ids: tuple[str, ...]) -> None:
    here = again(kind)
    st.text(tn("{n} entry will be changed.", "{n} entries will be changed.", len(ids)))
    with st.form("registry_bulk_form", border=False):
        group = registry_form.group_field(here, "registry_bulk", "")
        sure = answered(t("Change"), "registry_bulk", form=True)
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


def moved_words(statements: int, mentions: int) -> str:
    """How many uses move; empty for none."""
    return listed(
        words_
        for n, words_ in (
            (statements, tn("{n} statement", "{n} statements", statements)),
            (mentions, tn("{n} mention", "{n} mentions", mentions)),
        )
        if n
    )
