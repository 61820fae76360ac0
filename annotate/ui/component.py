"""Mounting our browser modules as Streamlit components."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from string import Template
from typing import Any

import streamlit as st

from annotate.ui.i18n import edition
from annotate.ui.languages import language

# The words of the page's language are there before the module draws anything.
_SHIM = Template("""\
export default async function (component) {
  const at = (path) => new URL(path, location.origin)
  const words = await import(at('/assets/shared/i18n.js'))
  const [entry] = await Promise.all([
    import(at('/assets/$entry')),
    words.load(component.data.lang, '$edition'),
  ])
  return entry.default(component)
}
""")
Mount = Callable[[str, Mapping[str, object]], None]
Stateful = Callable[[str, Mapping[str, object]], Mapping[str, Any]]


def component(name: str, entry: str) -> Mount:
    """A component whose code is a module of ``annotate/ui/assets``.

    Args:
        name: Its name for Streamlit.
        entry: The module, such as ``articles/entry.js``; its default export is called with
            Streamlit's component object at each render.

    Returns:
        A function that mounts it under a key with its data.
    """
    render = stateful(name, entry)

    def mount(key: str, data: Mapping[str, object]) -> None:
        render(key, data)

    return mount


def stateful(
    name: str, entry: str, *, triggers: Sequence[str] = (), states: Sequence[str] = ()
) -> Stateful:
    """A component that tells the script something.

    Args:
        name: As for ``component``.
        entry: As for ``component``.
        triggers: Names of values that it sends for one run alone, with ``setTriggerValue``.
        states: Names of values that stay until it sends others, with ``setStateValue``.

    Returns:
        A function that mounts it under a key with its data and returns those values.
    """
    render = st.components.v2.component(
        name,
        js=_SHIM.substitute(entry=entry, edition=edition()),
        isolate_styles=False,
    )
    listeners: dict[str, Any] = {f"on_{value}_change": _heard for value in (*triggers, *states)}

    def mount(key: str, data: Mapping[str, object]) -> Mapping[str, Any]:
        told = render(key=key, data={"lang": language(), **data}, **listeners)
        return {value: getattr(told, value, None) for value in (*triggers, *states)}

    return mount


def _heard() -> None:
    """Streamlit keeps those values only that somebody listens to."""


def fill_page(mount: Mount, key: str, data: Mapping[str, object]) -> None:
    """Mount a component that takes all of the page under the header."""
    with st.container(key="fill"):
        mount(key, data)
