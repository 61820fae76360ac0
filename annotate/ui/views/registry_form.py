"""The fields of a registry entry: as a form, and as lines of text."""

from __future__ import annotations

import streamlit as st

from annotate import registries
from annotate.history import FieldChange
from annotate.model import ALIAS_KINDS, Alias, AliasKind
from annotate.registries import ACTOR_KINDS, Draft
from annotate.ui.database import store
from annotate.ui.i18n import listed, t, tn
from annotate.ui.views.notices import answered
from annotate.ui.views.registry_place import Place
from annotate.ui.views.registry_words import (
    LANGUAGES,
    alias_kind_name,
    any_language_name,
    words,
)
from annotate.ui.words import shortened

WIKIDATA = "wikidata"
LONGEST_SHOWN = 120
_SPARE_ROWS = 1
_MORE_ROWS = 3
_ROW = (15, 18, 12, 3)
_LOWER_ROW = (8, 6, 2)


def draw(here: Place, key: str, before: Draft, save: str, *, brief: bool = False) -> Draft | None:
    """Draw the form.

    Args:
        here: The registry.
        key: The form's key; another key begins anew with ``before``.
        before: What the fields hold at first.
        save: The words on the button.
        brief: Whether the further names and the note are left out, and the foot is a dialog's.

    Returns:
        What is to be saved, in the run in which the button was pressed; the fields keep it.
    """
    rows = _rows(key, before)
    aliases: list[Alias] = list(before.aliases)
    note, more = before.note, False
    gone: list[int] = []
    # Enter would press the first button, which takes a name away: the page sends the form itself.
    with st.form(key, border=False, enter_to_submit=brief):
        name, group, language, external = _main_fields(here, key, before)
        if not brief:
            fewer = st.session_state.get(f"{key}_fewer", False)
            with st.container(
                key="registry_aliases_fewer" if fewer else "registry_aliases", gap="xsmall"
            ):
                st.caption(words(here.kind).others)
                aliases = []
                for n, row in enumerate(rows):
                    alias, remove = _alias_row(here, key, n, row, _nth(before.aliases, row))
                    aliases.append(alias)
                    gone += [row] if remove else []
                more = st.form_submit_button(t("More rows"), key=f"{key}_rows", type="tertiary")
            note = st.text_area(t("Note"), before.note, key=f"{key}_note", height=68)
            with st.container(key="registry_foot"):
                saved = st.form_submit_button(save, type="primary", key=f"{key}_save")
        else:
            saved = answered(save, key, form=True)
    if more or gone:
        _change_rows(key, rows, gone)
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


def _rows(key: str, before: Draft) -> list[int]:
    """The numbers of the rows of further names; one that was taken away is not given again."""
    usual = list(range(len(before.aliases) + _SPARE_ROWS))
    rows: list[int] = st.session_state.get(f"{key}_row_numbers", usual)
    return rows


def _change_rows(key: str, rows: list[int], gone: list[int]) -> None:
    """Take rows away, or add some where none is to go, and draw the form anew."""
    first = max(rows, default=-1) + 1
    left = [row for row in rows if row not in gone] or [first]
    more = [] if gone else list(range(first, first + _MORE_ROWS))
    st.session_state[f"{key}_row_numbers"] = [*left, *more]
    if gone:
        st.session_state[f"{key}_fewer"] = True
    st.rerun()


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


def difference(here: Place, change: FieldChange) -> str:
    """What became of one field, in a few words: ``4 other names removed (…)``."""
    if change.field == "aliases":
        if change.before == change.after:
            return t("other names of another kind")
        gone, come = (
            [part.text for part in change.parts if part.change == one]
            for one in ("removed", "added")
        )
        counted = [
            tn("{n} other name removed ({names})", "{n} other names removed ({names})", len(gone),
               names=shortened(listed(gone), LONGEST_SHOWN)) if gone else "",
            tn("{n} other name added ({names})", "{n} other names added ({names})", len(come),
               names=shortened(listed(come), LONGEST_SHOWN)) if come else "",
        ]  # fmt: skip
        return listed(filter(None, counted)) or t("other names in another order")
    names = words(here.kind)
    label = {
        "name": names.name, "text": names.name, "kind": names.group, "topic": names.group,
        "language": t("Language"), "note": t("Note"), "external_ids": t("Identifiers"),
    }[change.field]  # fmt: skip
    grouped = change.field in ("kind", "topic")
    before, after = (
        here.group_name(listed(one)) if grouped else shortened(listed(one), LONGEST_SHOWN)
        for one in (change.before, change.after)
    )
    return t("{label}: {before} → {after}", label=label, before=before or "–", after=after or "–")


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


def _alias_row(here: Place, key: str, n: int, number: int, before: Alias) -> tuple[Alias, bool]:
    """A row of a further name, and whether it is to go; a claim's wording has a line of its own."""
    row = f"{key}_alias_{number}"
    label = t("Other name {number}", number=n + 1)
    if here.kind == "claim":
        written = st.text_area(
            label, before.text, key=f"{row}_text", label_visibility="collapsed", height="content",
            placeholder=t("another wording"),
        )  # fmt: skip
        language, sort, away = st.columns(_LOWER_ROW, gap="xsmall")
    else:
        text, language, sort, away = st.columns(_ROW, gap="xsmall")
        with text:
            written = st.text_input(
                label, before.text, key=f"{row}_text", label_visibility="collapsed",
                placeholder=t("another name"),
            )  # fmt: skip
    with language:
        which = t("Language of other name {number}", number=n + 1)
        tag = _language(which, f"{row}_language", before.language, bare=True)
    with sort:
        chosen: AliasKind = st.selectbox(
            t("Kind of other name {number}", number=n + 1),
            ALIAS_KINDS,
            ALIAS_KINDS.index(before.kind),
            key=f"{row}_kind",
            format_func=alias_kind_name,
            label_visibility="collapsed",
        )
    with away:
        # The style sheet writes a cross in the place of the words.
        remove = st.form_submit_button(
            t("Remove other name {number}", number=n + 1), key=f"{row}_remove", type="tertiary"
        )
    return Alias(" ".join(written.split()), tag, chosen), remove


def _nth(aliases: tuple[Alias, ...], n: int) -> Alias:
    return aliases[n] if n < len(aliases) else Alias("")
