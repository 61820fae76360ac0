"""The first line of an office page: its title, and to the right of it what one comes to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st


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
