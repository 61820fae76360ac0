"""What to know of the rows of a training set before one trains on them."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from annotate.ui.i18n import t, tn
from annotate.ui.words import plain
from exports import Instead, Repeats, not_voted


def lines(found: Repeats | None, format_name: str, layer: str) -> list[str]:
    """Which rows repeat or oppose others, a line each; none where all is well."""
    if found is None:
        return []
    if not_voted(format_name, layer):
        return [t("No rows: soft labels are made of what coders recorded; gold is not among it.")]
    rows = f"{found.rows:,}"
    told = []
    if n := found.of_coders:
        told.append(
            tn(
                "{n} of {rows} rows repeats another one, since several coders said the same.",
                "{n} of {rows} rows repeat another one, since several coders said the same.",
                n,
                rows=rows,
            )
        )
    if n := found.of_texts:
        told.append(
            tn(
                "{n} of {rows} rows repeats another one, since a text says the same"
                " several times or is there twice.",
                "{n} of {rows} rows repeat another one, since a text says the same"
                " several times or is there twice.",
                n,
                rows=rows,
            )
        )
    if n := found.opposed:
        told.append(_opposed(n, rows, format_name))
    return told


def _opposed(n: int, rows: str, format_name: str) -> str:
    if format_name == "soft":
        return tn(
            "{n} of {rows} rows has the text and target of another, with another distribution,"
            " since places or speakers differ.",
            "{n} of {rows} rows have the text and target of others, with another distribution,"
            " since places or speakers differ.",
            n,
            rows=rows,
        )
    return tn(
        "{n} of {rows} rows has the text and target of another, with another stance,"
        " since coders or speakers differ.",
        "{n} of {rows} rows have the text and target of others, with another stance,"
        " since coders or speakers differ.",
        n,
        rows=rows,
    )


def draw(
    found: Repeats,
    format_name: str,
    layer: str,
    context: str,
    choices: Mapping[Instead, tuple[str, str]],
) -> None:
    """Draw the lines with what may be chosen instead.

    Args:
        found: What was counted.
        format_name: The training set that has these rows.
        layer: Whose labels are in it.
        context: What the text of a row is.
        choices: The key and the value of the widget that each of them is chosen with.
    """
    told = lines(found, format_name, layer)
    if not told:
        if found.rows:
            st.caption(
                tn("{n} row", "{n} rows, none of which repeats or opposes another", found.rows)
            )
        return
    instead = found.instead(format_name, layer, context)
    names: dict[Instead, str] = {
        "all": t("labels of all coders"),
        "gold": t("gold labels"),
        "soft": t("soft labels"),
        "sentence": t("sentences as text"),
    }
    with st.container(key="export_repeats", gap="xxsmall"):
        st.warning(plain("\n".join(told)))
        if not instead:
            return
        with st.container(key="export_instead", horizontal=True, vertical_alignment="center"):
            st.caption(
                t("Fewer of these rows:") if found.rows else t("Choose instead:"), width="content"
            )
            for one in instead:
                st.button(
                    names[one], key=f"export_instead_{one}", type="tertiary", on_click=_choose,
                    args=choices[one],
                )  # fmt: skip


def _choose(key: str, value: str) -> None:
    st.session_state[key] = value
