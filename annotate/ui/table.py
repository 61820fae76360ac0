"""The table of the office pages: rows to open or to tick, the same everywhere.

Streamlit's own table draws on a canvas, which neither the keyboard nor a screen reader reaches
well; this one is HTML with text nodes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import streamlit as st

from annotate.ui.component import stateful

Kind = Literal["text", "number", "time", "chip", "copy", "button"]
_table = stateful(
    "claimdesk_table", "office/table.js", triggers=("open", "press"), states=("ticked",)
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key in the rows, its heading, what it holds, and a CSS width if it has one.

    A cell of kind ``copy`` shows the beginning of a long sign, as a digest is, and copies it whole.
    The heading of a time may name the zone in which it is shown, as ``{zone}``.
    A ``button`` does to its row what its words say: the script hears which was pressed.
    """

    name: str
    label: str
    kind: Kind = "text"
    width: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with more than a value: a second line, the tone of a chip, a language, a link.

    ``tone``: ``neutral``, ``accent``, ``support``, ``oppose``, ``unclear`` or ``gold``; for
    where labels or an article stand ``at-`` and the state, as ``tokens.css`` has it.
    """

    text: str
    sub: str = ""
    tone: str = "neutral"
    lang: str | None = None
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its id and its cells by column. Times are UTC text and shown in local time."""

    id: str
    cells: Mapping[str, str | int | Cell | None]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the reader did: the row opened by this very run, the rows ticked, the button pressed."""

    opened: str | None
    ticked: tuple[str, ...]
    pressed: str | None = None


def table(
    key: str,
    label: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    opens: bool = False,
    ticks: bool = False,
    opened: str | None = None,
    dense: bool = False,
) -> Chosen:
    """Draw a table.

    Args:
        key: Its key for Streamlit; another key forgets what was ticked.
        label: What it lists, for screen readers.
        columns: Its columns; the first names the row.
        rows: Its rows, a page of them at most.
        opens: Whether a row can be opened, by a click or Enter.
        ticks: Whether rows can be ticked.
        opened: The row that is open now.
        dense: Whether each row is one line, its columns as wide as what stands in them.

    Returns:
        What was opened or pressed in this run alone, and what is ticked among the rows shown.
    """
    result = _table(
        key,
        {
            "label": label,
            "columns": [asdict(column) for column in columns],
            "rows": [{"id": row.id, "cells": _cells(row)} for row in rows],
            "opens": opens,
            "ticks": ticks,
            "opened": opened,
            "dense": dense,
            "ticked": _ticked(key),
        },
    )
    shown = {row.id for row in rows}
    ticked = result.get("ticked") or ()
    chosen = result.get("open")
    pressed = result.get("press")
    return Chosen(
        chosen if chosen in shown else None,
        tuple(id_ for id_ in ticked if id_ in shown),
        pressed if pressed in shown else None,
    )


def _ticked(key: str) -> list[str]:
    # A table that Streamlit takes away and puts back on the same page begins with what was ticked.
    kept = st.session_state.get(key)
    return list(kept.get("ticked") or ()) if kept else []


def _cells(row: Row) -> dict[str, Any]:
    return {
        name: asdict(cell) if isinstance(cell, Cell) else cell for name, cell in row.cells.items()
    }
