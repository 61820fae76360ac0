"""A value of one's own in place of both sides' in a conflict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from annotate import reading
from annotate.codebook import Value
from annotate.labelstudio.conflicts import Looked
from annotate.labelstudio.edited import ACTORS, TEXTS
from annotate.model import Actor
from annotate.ui import shell
from annotate.ui.database import store
from annotate.ui.i18n import t
from annotate.ui.views.sync_values import Names, field_name
from annotate.ui.words import codebook_name

MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was written; the value may be None."""

    value: Any


def draw(looked: Looked, names: Names) -> Chosen | None:
    """Draw the field for a value, with what is here in it; gives what was sent."""
    field = looked.conflict.difference.field
    key = f"sync_edit_{looked.conflict.id}"
    if field in ACTORS or field in ("claim_id", "reported_by"):
        value = _entries(looked, names, key)
    elif field in TEXTS or field in ("statement_date", "place"):
        value = _text(looked, key)
    elif field == "values":
        value = _values(looked, key)
    else:
        value = _scale(looked, key)
    sent = st.button(t("Write this on both sides"), key=f"{key}_do_{looked.seen}")
    return Chosen(value) if sent else None


def _text(looked: Looked, key: str) -> str:
    difference = looked.conflict.difference
    ours = difference.ours if difference.ours is not None else difference.theirs
    if difference.field == "place":
        label, before = t("The words that it covers"), str(ours["quote"]) if ours else ""
    else:
        label, before = _label(difference.field), str(ours or "")
    if difference.field == "statement_date":
        return st.text_input(label, before, key=key, placeholder="2026-02-13", width=240) or ""
    return st.text_area(label, before, key=key, height=80) or ""


def _scale(looked: Looked, key: str) -> str | None:
    difference = looked.conflict.difference
    scales: Mapping[str, Sequence[Value]] = {
        "stance": looked.book.stances,
        "certainty": looked.book.certainties,
        "kind": looked.book.span_kinds,
    }
    names = {one.name: codebook_name(one) for one in scales[difference.field]}
    options = ["", *names] if difference.field == "certainty" else [*names]
    index = options.index(difference.ours) if difference.ours in options else 0
    chosen = st.selectbox(
        _label(difference.field), options, index=index, key=key, width=320,
        format_func=lambda name: names.get(name, t("none")),
    )  # fmt: skip
    return chosen or None


def _values(looked: Looked, key: str) -> list[str]:
    difference = looked.conflict.difference
    label = next(
        (one for one in looked.book.document_labels if one.name == difference.entity_id), None
    )
    names = {one.name: codebook_name(one) for one in label.values} if label else {}
    before = [name for name in difference.ours or [] if name in names]
    if label is not None and not label.multiple:
        options = ["", *names]
        index = options.index(before[0]) if before else 0
        one = st.selectbox(
            codebook_name(label), options, index=index, key=key, width=320,
            format_func=lambda name: names.get(name, t("none")),
        )  # fmt: skip
        return [one] if one else []
    return st.multiselect(
        codebook_name(label) if label else difference.entity_id, [*names], default=before, key=key,
        format_func=lambda name: names.get(name, name),
    )  # fmt: skip


def _entries(looked: Looked, names: Names, key: str) -> Any:
    """One entry of a registry, or several: those of both sides, and what a search finds."""
    difference = looked.conflict.difference
    claims = difference.field == "claim_id"
    known = names.claims if claims else names.actors
    sides = (difference.base, difference.ours, difference.theirs)
    listed_ = [id_ for side in sides for id_ in (side if isinstance(side, list) else [side]) if id_]
    search = st.text_input(
        t("Find a claim") if claims else t("Find an actor"), key=f"{key}_search",
        autocomplete="off", width=420,
    )  # fmt: skip
    options = {id_: known[id_] for id_ in listed_ if id_ in known}
    if search and search.strip():
        options |= _found(looked, search.strip(), claims=claims)
    label = _label(difference.field)
    if difference.field == "reported_by":
        before = [id_ for id_ in difference.ours or [] if id_ in options]
        return st.multiselect(
            label, [*options], default=before, key=key, format_func=lambda id_: options[id_]
        )
    optional = not claims
    ids = ["", *options] if optional else [*options]
    index = ids.index(difference.ours) if difference.ours in ids else 0
    chosen = st.selectbox(
        label, ids, index=index, key=key, width=420,
        format_func=lambda id_: options.get(id_, t("none")),
    )  # fmt: skip
    return chosen or None


def _found(looked: Looked, search: str, *, claims: bool) -> dict[str, str]:
    who, project_id = shell.enter().visitor.person, looked.label_set.project_id
    which = reading.find(
        store(), who, project_id, "claims" if claims else "actors", search, MOST_FOUND
    )
    entries = (found.entry for found in which)
    return {one.id: one.name if isinstance(one, Actor) else one.text for one in entries}


def _label(field: str) -> str:
    name = field_name(field)
    return name[:1].upper() + name[1:]
