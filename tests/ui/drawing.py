"""Pages drawn without a browser."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from annotate.ui import main

SCRIPT = Path(main.__file__ or "")


def draw(page: str = "", **query: str) -> AppTest:
    """A page as a new session gets it; without one, where the shell leads."""
    app = AppTest.from_file(str(SCRIPT), default_timeout=60)
    app._bidi_component_manager = _components()
    app.query_params.update(query)
    if page:
        app._page_hash = calc_hash(page)
    return app.run()


@cache
def _components() -> BidiComponentManager:
    # One for all sessions, as on a server. Streamlit would make one a session, and read the
    # metadata of every installed package each time, which takes ten times what the page does.
    made = BidiComponentManager()
    made.discover_and_register_components(start_file_watching=False)
    return made
