"""Widgets whose value stands in the address, so that a link or the back button finds it again.

Streamlit keeps a widget's value in its session and never looks at the address for it.
"""

from __future__ import annotations

import streamlit as st


def address_value(name: str, key: str, allowed: tuple[str, ...]) -> None:
    """Before a widget is drawn: let it show what the address says, if that is news.

    Args:
        name: The parameter of the address.
        key: The widget's key.
        allowed: The values that it can take, the usual one first.
    """
    there = st.query_params.get(name, "")
    # Now and then a run finds a widget without the value it had a moment ago, though it cannot
    # be emptied by hand: then, too, the address knows better.
    kept = st.session_state.get(key) in allowed
    if kept and st.session_state.get(f"{key}_seen") == there:
        return
    st.session_state[key] = there if there in allowed else allowed[0]
    st.session_state[f"{key}_seen"] = there


def acted(name: str, key: str) -> None:
    """The widget's callback: what was chosen counts, though the address may still lag behind."""
    st.session_state[f"{key}_seen"] = st.query_params.get(name, "")


def keep_in_address(name: str, key: str, value: str, usual: str = "") -> None:
    """After a widget is drawn: let the address say what it shows, unless that is the usual."""
    written = "" if value == usual else value
    if written == st.query_params.get(name, ""):
        return
    st.session_state[f"{key}_seen"] = written
    if written:
        st.query_params[name] = written
    else:
        del st.query_params[name]
