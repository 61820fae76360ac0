"""One entry of a registry, open beside the list: to read, to edit, or to be made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from zlib import crc32

import streamlit as st

from annotate import accounts, registries
from annotate.errors import Conflict, WorkbenchError
from annotate.registries import Change, Draft, Entry
from annotate.ui import shell
from annotate.ui.component import stateful
from annotate.ui.database import store
from annotate.ui.i18n import t, tn, told
from annotate.ui.table import Column, Row, table
from annotate.ui.views import registry_dialogs, registry_form, registry_twice, registry_uses
from annotate.ui.views.registry_place import (
    KEPT,
    NEW,
    NEW_NAME,
    TAB,
    USES,
    Place,
    attempt,
    open_entry,
    opened,
    say,
)
from annotate.ui.views.registry_words import said, words
from annotate.ui.words import plain

NEW_FORM = "registry_form_new"
# The entry with which the next run suggests a merge: a dialog opens only where nothing runs anew.
_MERGING = "registry_merging"
_ITEM = re.compile(r"Q[1-9]\d*\Z")
_head = stateful("claimdesk_registry_head", "registry/head.js", triggers=("close",))


@dataclass(slots=True)
class Kept:
    """The entry as it was when it was opened: what the form began with.

    ``base`` is the version that changes are from; ``mine`` is what somebody meant to save when it
    turned out that another had changed it.
    """

    entry: Entry
    base: str
    mine: Draft | None = None


def draw(here: Place) -> None:
    """Draw the entry that the address names; without one, what there is to do here."""
    wanted = opened(here.kind)
    if wanted is None:
        with st.container(key="registry_choose"):
            st.text(words(here.kind).choose)
        return
    try:
        if wanted == NEW:
            _new(here)
        else:
            _existing(here, wanted)
    except WorkbenchError as problem:
        _heading(here, t("This cannot be shown"))
        st.error(plain(told(problem)))


def _new(here: Place) -> None:
    name = st.session_state.get(NEW_NAME, "")
    language = ""
    if here.kind == "claim":
        language = store().projects.codebook(here.project.id).working_language
    # Another search, or another project, begins anew.
    form = f"{NEW_FORM}_{crc32(f'{here.kind}/{here.project.id}/{name}'.encode()):x}"
    _heading(here, words(here.kind).new, begins=f"{form}_name")
    draft = registry_form.draw(here, form, Draft(name, language=language), t("Add"))

    def add(draft: Draft, twice: bool) -> Change:
        return registries.add(store(), here.person, here.project.id, here.kind, draft, twice=twice)

    def open_it(entry_id: str) -> None:
        open_entry(here.kind, entry_id)

    change = registry_twice.made(here, form, draft, add, (t("Open it"), open_it))
    if change is not None:
        st.session_state.pop(NEW_NAME, None)
        added = registries.entry(
            store(), here.person, here.project.id, here.kind, change.entry_ids[0]
        )
        say(here, t("Added: {name}", name=said(added.name)), change.id)
        open_entry(here.kind, added.id)
        st.rerun()


def _existing(here: Place, entry_id: str) -> None:
    entry = registries.entry(store(), here.person, here.project.id, here.kind, entry_id)
    _heading(here, entry.name, entry)
    if entry.removed:
        _removed(here, entry)
        return
    uses = tn("{n} use", "{n} uses", entry.uses)
    # Which tab is open stands in the address, so that the way back from a use leads to the uses.
    fields, used = st.tabs(
        [t("Entry"), uses],
        key=f"registry_tabs_{entry_id}",
        on_change="rerun",
        default=uses if st.query_params.get(TAB) == USES else None,
    )
    if used.open != (st.query_params.get(TAB) == USES):
        if used.open:
            st.query_params[TAB] = USES
        else:
            st.query_params.pop(TAB, None)
    with fields:
        if here.changes:
            _edit(here, entry)
        else:
            _read(here, entry)
    if used.open:
        with used:
            registry_uses.draw(here, entry)


def _heading(here: Place, title: str, entry: Entry | None = None, begins: str = "") -> None:
    links: list[dict[str, object]] = []
    facts = chip = ""
    if entry is not None:
        chip = here.group_name(entry.draft.group) if entry.draft.group else ""
        facts = _facts(entry)
        if accounts.may(store(), here.person, "history.read", here.project.id):
            history = shell.link("history", here.project, kind=here.kind, id=entry.id)
            links.append({"text": t("History"), "href": history, "outside": False})
        item = entry.draft.external_ids.get(registry_form.WIKIDATA, "")
        if _ITEM.match(item):
            there = f"https://www.wikidata.org/wiki/{item}"
            links.append({"text": f"Wikidata {item}", "href": there, "outside": True})
    told_back = _head(
        "registry_head",
        {
            "title": title,
            "titleLang": entry.draft.language or None if entry else None,
            "chip": chip,
            "facts": facts,
            "links": links,
            "back": words(here.kind).back,
            "begins": begins,
        },
    )
    if told_back["close"]:
        open_entry(here.kind, None)
        st.rerun()


def _facts(entry: Entry) -> str:
    statements = tn("{n} statement", "{n} statements", entry.statements)
    if entry.kind == "claim":
        return statements
    mentions = tn("{n} mention", "{n} mentions", entry.mentions)
    # Actors are shared, and counted in the project at hand.
    return t("{statements}, {mentions} in this project", statements=statements, mentions=mentions)


def _edit(here: Place, entry: Entry) -> None:
    kept = _kept(entry)
    over = _changed_meanwhile(here, entry, kept) if kept.base != entry.version else None
    key = f"registry_form_{entry.id}_{kept.entry.version}"
    draft = registry_form.draw(here, key, kept.entry.draft, t("Save"))
    if draft is not None:
        kept.mine = draft
    _save(here, entry, kept, key, draft or over)
    with st.container(horizontal=True, gap="medium"):
        if st.button(t("Merge with…"), key="registry_merge_with", type="tertiary"):
            registry_dialogs.merge_with(here.kind, entry.id)
        if not entry.uses and st.button(t("Remove"), key="registry_remove", type="tertiary"):
            _remove(here, entry)
    if namesake := st.session_state.pop(_MERGING, None):
        registry_dialogs.merge(here.kind, (entry.id, namesake), keep=namesake)


def _kept(entry: Entry) -> Kept:
    kept: Kept | None = st.session_state.get(KEPT)
    if kept is None or kept.entry.id != entry.id:
        kept = Kept(entry, entry.version)
        st.session_state[KEPT] = kept
    return kept


def _save(here: Place, entry: Entry, kept: Kept, key: str, draft: Draft | None) -> None:
    """Save what was sent in this run, or what was asked about in an earlier one."""

    def save(draft: Draft, twice: bool) -> Change:
        try:
            return registries.change(
                store(), here.person, here.project.id, here.kind, entry.id, draft,
                base=kept.base, twice=twice,
            )  # fmt: skip
        except Conflict:
            if kept.base != _version(here, entry):
                st.rerun()
            raise

    def merge(namesake: str) -> None:
        st.session_state[_MERGING] = namesake

    def anyway(name: str) -> str:
        return t("Save as “{name}” all the same", name=name)

    use = (t("Merge with it…"), merge)
    change = registry_twice.made(here, key, draft, save, use, anyway=anyway, renaming=entry.id)
    if change is not None:
        name = registries.entry(store(), here.person, here.project.id, here.kind, entry.id).name
        saved = t("Saved: {name}", name=said(name))
        say(here, saved if change.id else t("Nothing was changed"), change.id)
        st.rerun()


def _version(here: Place, entry: Entry) -> str:
    """The version of an entry by now."""
    there = registries.entry(store(), here.person, here.project.id, here.kind, entry.id)
    return there.version


def _changed_meanwhile(here: Place, entry: Entry, kept: Kept) -> Draft | None:
    """Say what somebody else has changed; what is to be saved over it, once that is pressed."""
    st.warning(t("Somebody has changed this entry since you opened it. It now says:"))
    st.text(registry_form.differences(here, entry.draft, kept.entry.draft))
    with st.container(horizontal=True):
        if st.button(t("Show theirs, drop mine"), key="registry_theirs"):
            del st.session_state[KEPT]
            st.rerun()
        if kept.mine is not None and st.button(t("Save mine over it"), key="registry_mine"):
            kept.base = entry.version
            return kept.mine
    return None


def _remove(here: Place, entry: Entry) -> None:
    change = attempt(
        lambda: registries.remove(store(), here.person, here.project.id, here.kind, entry.id)
    )
    if change is not None:
        say(here, t("Removed: {name}", name=said(entry.name)), change.id)
        open_entry(here.kind, None)
        st.rerun()


def _removed(here: Place, entry: Entry) -> None:
    if entry.merged_into:
        st.info(t("This entry was merged into another one, which has its uses and its names now."))
        if st.button(t("Open that one"), key="registry_follow"):
            open_entry(here.kind, entry.merged_into)
            st.rerun()
        return
    st.info(t("This entry was removed."))
    if here.changes and st.button(t("Restore"), key="registry_restore"):
        change = attempt(
            lambda: registries.restore(store(), here.person, here.project.id, here.kind, entry.id)
        )
        if change is not None:
            say(here, t("Restored: {name}", name=said(entry.name)), change.id)
            st.rerun()


def _read(here: Place, entry: Entry) -> None:
    """The fields as text, for those who may not change them."""
    table(
        f"registry_fields_{entry.id}",
        t("Fields"),
        (Column("field", t("Field"), width="120px"), Column("value", t("Value"))),
        [
            Row(label, {"field": label, "value": value})
            for label, value in registry_form.fields(here, entry.draft)
            if value
        ],
    )
