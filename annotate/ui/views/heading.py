"""The first line of an office page: its title, and to the right of it what one comes to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

import streamlit as st

from annotate.ui.table import Cell


@contextmanager
def heading(title: str, key: str) -> Iterator[None]:
    """Draw a page's title; what is drawn inside stands at the right end of its line.

    Args:
        title: The title, as Markdown.
        key: The page's name.
    """
    with st.container(horizontal=True, vertical_alignment="center", key=f"head_{key}"):
        st.title(title, anchor=False)
        with st.container(horizontal=True, width="content", key=f"headside_{key}"):
            yield


def chip(cell: Cell) -> None:
    """Draw the chip that a table has of the same state.

    Args:
        cell: Its words and its tone.
    """
    st.html(f'<span class="cd"><span class="chip {cell.tone}">{escape(cell.text)}</span></span>')
