"""What an item looks like: an example to open and to copy, with a word on each of its lines."""

from __future__ import annotations

import streamlit as st

from annotate.ingest import forms
from annotate.ui.component import component
from annotate.ui.i18n import t
from annotate.ui.languages import language

_copy = component("claimdesk_copy", "office/copy.js")


def draw() -> None:
    """Draw the example, closed; nothing in it is anybody's but ours."""
    with st.expander(t("What an item looks like")):
        example = forms.example(language())
        st.code(example, language=None, wrap_lines=True)
        _copy("ingest_example", {"text": example, "label": t("Copy the example")})
        st.text(
            "\n".join(
                "– " + line
                for line in (
                    t("First line: the title in brackets, the web address in parentheses."),
                    t("Second line: three dashes or more."),
                    t("Then, if known, 日期： and the time of publication as in an e-mail."),
                    t("Then the article as HTML: a whole saved page, or its paragraphs alone."),
                )
            )
        )
        st.caption(
            t(
                "One article a file, with any name, best in UTF-8. Web pages without these first"
                " lines, tables, JSON and whole feeds are not taken: make such a file of each"
                " article."
            )
        )
