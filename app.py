"""The ASGI entry: sign-in, HTTP API and downloads beside the Streamlit pages.

Started by ``streamlit run app.py`` or ``python -m annotate serve``, from any directory.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from annotate.ui import serving

app = st.App(
    Path(__file__).resolve().parent / "annotate" / "ui" / "main.py",
    routes=serving.routes(),
    middleware=serving.middleware(),
    lifespan=serving.lifespan,
)
