"""What to know of the rows of a training set before one trains on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from annotate.ui.i18n import t, tn
from annotate.ui.words import plain
from exports import Instead, Repeats


def lines(found: Repeats | None, format_name: str) -> list[str]:
    """Which rows repeat or oppose others, a line each; none where all is well."""
    if found is None:
        return []
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
                "{n} of {rows} rows repeats another one, since a text says the same several times.",
                "{n} of {rows} rows repeat another one, since a text says the same several times.",
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
            "{n} of {rows} rows has the text and target of another, with another distribution.",
            "{n} of {rows} rows have the text and target of others, with another distribution.",
            n,
            rows=rows,
        )
    return tn(
        "{n} of {rows} rows has the text and target of another, with another stance.",
        "{n} of {rows} rows have the text and target of others, with another stance.",
        n,
        rows=rows,
    )


def draw(
    told: Sequence[str],
    instead: Sequence[Instead],
    choices: Mapping[Instead, tuple[str, str]],
) -> None:
    """Draw the lines with what may be chosen instead.

    Args:
        told: The lines.
        instead: What has fewer of these rows.
        choices: The key and the value of the widget that each of them is chosen with.
    """
    if not told:
        return
    names: dict[Instead, str] = {
        "gold": t("gold labels"),
        "soft": t("soft labels"),
        "sentence": t("sentences as text"),
    }
    with st.container(key="export_repeats", gap="xxsmall"):
        st.warning(plain("\n".join(told)))
        if not instead:
            return
        with st.container(key="export_instead", horizontal=True, vertical_alignment="center"):
            st.caption(t("Fewer of these rows:"), width="content")
            for one in instead:
                st.button(
                    names[one], key=f"export_instead_{one}", type="tertiary", on_click=_choose,
                    args=choices[one],
                )  # fmt: skip


def _choose(key: str, value: str) -> None:
    st.session_state[key] = value
