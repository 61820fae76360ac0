"""The fields of a registry entry: as a form, and as lines of text."""

from __future__ import annotations

import streamlit as st

from annotate import registries
from annotate.model import ALIAS_KINDS, Alias, AliasKind
from annotate.registries import ACTOR_KINDS, Draft, Kind
from annotate.ui.database import store
from annotate.ui.i18n import listed, t
from annotate.ui.views.registry_place import Place
from annotate.ui.views.registry_words import (
    LANGUAGES,
    alias_kind_name,
    any_language_name,
    words,
)

WIKIDATA = "wikidata"
_SPARE_ROWS = 1
_MORE_ROWS = 3
_ROW = (8, 8, 6)


def draw(here: Place, key: str, before: Draft, save: str, *, brief: bool = False) -> Draft | None:
    """Draw the form.

    Args:
        here: The registry.
        key: The form's key; another key begins anew with ``before``.
        before: What the fields hold at first.
        save: The words on the button.
        brief: Whether the further names and the note are left out.

    Returns:
        What is to be saved, in the run in which the button was pressed; the fields keep it.
    """
    rows = len(before.aliases) + _SPARE_ROWS + st.session_state.get(f"{key}_more", 0)
    aliases: list[Alias] = list(before.aliases)
    note, more = before.note, False
    with st.form(key, border=False):
        name, group, language, external = _main_fields(here, key, before)
        if not brief:
            with st.container(key="registry_aliases", gap="xsmall"):
                st.caption(words(here.kind).others)
                aliases = [
                    _alias_row(here.kind, key, n, _nth(before.aliases, n)) for n in range(rows)
                ]
                more = st.form_submit_button(t("More rows"), key=f"{key}_rows", type="tertiary")
            note = st.text_area(t("Note"), before.note, key=f"{key}_note", height=68)
        saved = st.form_submit_button(save, type="primary", key=f"{key}_save")
    if more:
        st.session_state[f"{key}_more"] = st.session_state.get(f"{key}_more", 0) + _MORE_ROWS
        st.rerun()
    if not saved:
        return None
    return Draft(
        name.strip(),
        group,
        language,
        tuple(alias for alias in aliases if alias.text.strip()),
        external,
        note.strip(),
    )


def fields(here: Place, draft: Draft) -> list[tuple[str, str]]:
    """The fields of an entry but its name, as (label, text); empty ones have no text."""
    kind, names = here.kind, words(here.kind)
    found = [(names.group, here.group_name(draft.group) if draft.group else "")]
    if kind == "claim":
        found.append((t("Language"), any_language_name(draft.language)))
    found.append((names.others, "; ".join(_written(alias) for alias in draft.aliases)))
    if kind == "actor":
        external = "; ".join(f"{name}: {value}" for name, value in draft.external_ids.items())
        found.append((t("Identifiers"), external))
    return [*found, (t("Note"), draft.note)]


def differences(here: Place, now: Draft, before: Draft) -> str:
    """What another draft says differently, a field a line."""
    name = words(here.kind).name
    old = dict([(name, before.name), *fields(here, before)])
    return "\n".join(
        t("{label}: {value}", label=label, value=value or "–")
        for label, value in [(name, now.name), *fields(here, now)]
        if value != old[label]
    )


def _written(alias: Alias) -> str:
    about = [any_language_name(alias.language)] if alias.language else []
    if alias.kind != "alias":
        about.append(alias_kind_name(alias.kind))
    if not about:
        return alias.text
    return t("{name} ({about})", name=alias.text, about=listed(about))


def _main_fields(here: Place, key: str, before: Draft) -> tuple[str, str, str, dict[str, str]]:
    names = words(here.kind)
    external = dict(before.external_ids)
    if here.kind == "actor":
        name = st.text_input(names.name, before.name, key=f"{key}_name")
    else:
        name = st.text_area(names.name, before.name, key=f"{key}_name", height=68)
    left, right = st.columns(2, gap="small", vertical_alignment="bottom")
    with left:
        group = group_field(here, key, before.group)
    with right:
        if here.kind == "claim":
            language = _language(t("Language"), f"{key}_language", before.language)
            return name, group, language, external
        item = st.text_input(
            t("Wikidata"),
            external.pop(WIKIDATA, ""),
            key=f"{key}_wikidata",
            placeholder="Q…",
            help=t("The item's number, such as Q42"),
        )
    if item.strip():
        external[WIKIDATA] = item.strip()
    return name, group, before.language, external


def group_field(here: Place, key: str, before: str) -> str:
    """A choice of the actor kinds or topics in use, or a new one."""
    used = [one.name for one in registries.groups(store(), here.person, here.project.id, here.kind)]
    usual = ACTOR_KINDS if here.kind == "actor" else ()
    # An actor always has a kind.
    before = before or (ACTOR_KINDS[0] if here.kind == "actor" else "")
    none = () if here.kind == "actor" else ("",)
    choices = list(dict.fromkeys((*none, *usual, *filter(None, used), before)))
    chosen = st.selectbox(
        words(here.kind).group,
        choices,
        choices.index(before),
        key=f"{key}_group",
        format_func=here.group_name,
        accept_new_options=True,
        help=t("Choose one, or type a new one"),
    )
    return (chosen or "").strip()


def _language(label: str, key: str, before: str, *, bare: bool = False) -> str:
    choices = list(dict.fromkeys(("", *LANGUAGES, before)))
    chosen = st.selectbox(
        label,
        choices,
        choices.index(before),
        key=key,
        format_func=any_language_name,
        accept_new_options=True,
        label_visibility="collapsed" if bare else "visible",
    )
    return (chosen or "").strip()


def _alias_row(kind: Kind, key: str, n: int, before: Alias) -> Alias:
    row = f"{key}_alias_{n}"
    text, language, sort = st.columns(_ROW, gap="xsmall")
    number = f"{n + 1}"
    with text:
        written = st.text_input(
            t("Other name {number}", number=number),
            before.text,
            key=f"{row}_text",
            label_visibility="collapsed",
            placeholder=t("another name") if kind == "actor" else t("another wording"),
        )
    with language:
        label = t("Language of other name {number}", number=number)
        tag = _language(label, f"{row}_language", before.language, bare=True)
    with sort:
        chosen: AliasKind = st.selectbox(
            t("Kind of other name {number}", number=number),
            ALIAS_KINDS,
            ALIAS_KINDS.index(before.kind),
            key=f"{row}_kind",
            format_func=alias_kind_name,
            label_visibility="collapsed",
        )
    return Alias(written.strip(), tag, chosen)


def _nth(aliases: tuple[Alias, ...], n: int) -> Alias:
    return aliases[n] if n < len(aliases) else Alias("")
