"""The Streamlit script behind every page: who is asking, the header, then the page itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from annotate.ui import shell
from annotate.ui.i18n import t
from annotate.ui.views import articles, export, tag


def main() -> None:
    """Draw the page that the address names."""
    st.set_page_config(layout="wide")
    desk = shell.enter()
    pages: dict[str, tuple[str, Callable[[shell.Desk], None]]] = {
        "articles": (t("Articles"), articles.draw),
        "tag": (t("Tag"), tag.draw),
        "export": (t("Export"), export.draw),
    }
    # Streamlit serves its default page at "/" alone; this one gives Articles a path of its own.
    start = st.Page(partial(articles.draw, desk), title="Claimdesk", url_path="start", default=True)
    routed = [
        st.Page(partial(draw, desk), title=f"{label} · Claimdesk", url_path=path)
        for path, (label, draw) in pages.items()
    ]
    page = st.navigation([start, *routed], position="hidden")
    here = page.url_path or "articles"
    shell.header(desk, [(path, label) for path, (label, _) in pages.items()], here)
    page.run()


if __name__ == "__main__":
    main()
