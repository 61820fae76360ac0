"""Mounting our browser modules as Streamlit components."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

LANGUAGE = "en"
Mount = Callable[[str, Mapping[str, object]], None]


def component(name: str, entry: str) -> Mount:
    """A component whose code is a module of ``annotate/ui/assets``.

    Args:
        name: Its name for Streamlit.
        entry: The module, such as ``articles/entry.js``; its default export is called with
            Streamlit's component object at each render.

    Returns:
        A function that mounts it under a key with its data.
    """
    render = st.components.v2.component(
        name,
        js=(
            "export default async function (component) {\n"
            f"  const entry = await import(new URL('/assets/{entry}', location.origin))\n"
            "  return entry.default(component)\n"
            "}\n"
        ),
        isolate_styles=False,
    )

    def mount(key: str, data: Mapping[str, object]) -> None:
        render(key=key, data={"lang": LANGUAGE, "strings": {}, **data})

    return mount


def fill_page(mount: Mount, key: str, data: Mapping[str, object]) -> None:
    """Mount a component that takes all of the page under the header."""
    with st.container(key="fill"):
        mount(key, data)
