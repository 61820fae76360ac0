"""Where one is on the Ingest page: what its address opens, in the project that it names."""

from __future__ import annotations

from typing import Literal, NoReturn

import streamlit as st

Opened = Literal["run", "rejected", "show"]


def go(what: Opened | None = None, which: str = "") -> NoReturn:
    """Open something else on the page, or its overview; the project stays in the address.

    Args:
        what: What the address says of it; None for the overview.
        which: The run, the rejected item, or what to list.
    """
    query = {name: st.query_params[name] for name in ("project",) if name in st.query_params}
    st.query_params.from_dict(query | ({what: which} if what else {}))
    st.rerun()
