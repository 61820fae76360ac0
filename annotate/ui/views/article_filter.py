"""Which articles of a project are meant: the fields that the pages Export and Projects ask with."""

from __future__ import annotations

from datetime import date

import streamlit as st

from annotate.reading import ListRequest
from annotate.store.listing import Facets
from annotate.ui.i18n import t
from annotate.ui.words import language_name


def draw(facets: Facets, key: str) -> ListRequest:
    """Draw the fields; give what they ask for.

    Args:
        facets: What there is to choose from.
        key: What the keys of the fields begin with; another one begins anew.
    """
    search = st.text_input(t("That match a search"), key=f"{key}_search")
    left, right = st.columns(2)
    sources = left.multiselect(
        t("From the sources"), list(facets.sources), placeholder=t("any"), key=f"{key}_sources"
    )
    languages = right.multiselect(
        t("In the languages"),
        list(facets.languages),
        format_func=language_name,
        placeholder=t("any"),
        key=f"{key}_languages",
    )
    # A row of their own: many sources chosen move both.
    left, right = st.columns(2)
    first = left.date_input(t("Published from (UTC)"), None, format="YYYY-MM-DD", key=f"{key}_from")
    last = right.date_input(t("Published until (UTC)"), None, format="YYYY-MM-DD", key=f"{key}_to")
    return ListRequest(
        search=(search or "").strip(),
        sources=tuple(sources),
        languages=tuple(languages),
        published_from=_iso(first),
        published_to=_iso(last),
    )


def _iso(day: object) -> str:
    return day.isoformat() if isinstance(day, date) else ""
