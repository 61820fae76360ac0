"""What commands print: results on standard output, messages and progress on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

Row = Mapping[str, Any]
Progress = Callable[[int, int | None], None]
"""Takes how much is done and how much there is in all, None where that is unknown."""


def say(message: str) -> None:
    """Tell the person something that is not part of the result."""
    print(message, file=sys.stderr)


def print_json(value: object) -> None:
    """Print one JSON document."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def print_json_list(rows: Iterable[Row]) -> None:
    """Print a JSON list without holding it in memory.

    Args:
        rows: Its objects. An iterator among their values is printed as a list, likewise.
    """
    separator = "[\n"
    for row in rows:
        print(separator, end="")
        _print_row(row)
        separator = ",\n"
    print("[]" if separator == "[\n" else "\n]")


def _print_row(row: Row) -> None:
    streams = {name: one for name, one in row.items() if isinstance(one, Iterator)}
    rest = {name: one for name, one in row.items() if name not in streams}
    text = json.dumps(rest, ensure_ascii=False)
    print(text[:-1] if streams else text, end="")
    separator = ", " if rest else ""
    for name, stream in streams.items():
        print(f"{separator}{json.dumps(name)}: [", end="")
        separator = ""
        for one in stream:
            print(separator + json.dumps(one, ensure_ascii=False), end="")
            separator = ", "
        print("]", end="")
        separator = ", "
    if streams:
        print("}", end="")


def print_table(rows: Iterable[Row], columns: Sequence[str], empty: str) -> None:
    """Print rows in aligned columns.

    Args:
        rows: The rows; a missing value or None shows as nothing.
        columns: The keys to show, which are the headings too.
        empty: What to tell the person if there is no row.
    """
    lines = [[_cell(row.get(column)) for column in columns] for row in rows]
    if not lines:
        say(empty)
        return
    headings = [column.replace("_", " ") for column in columns]
    widths = [max(map(width, values)) for values in zip(headings, *lines, strict=True)]
    for line in [headings, *lines]:
        cells = [cell + " " * (full - width(cell)) for cell, full in zip(line, widths, strict=True)]
        print("  ".join(cells).rstrip())


def width(text: str) -> int:
    """The columns that a text takes in a terminal, two for most East Asian characters."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


@contextmanager
def progress(title: str) -> Iterator[Progress]:
    """A progress bar on standard error if that is a terminal, else nothing.

    Args:
        title: What is under way.
    """
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    with Bar(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=Console(stderr=True), transient=True,
    ) as bar:  # fmt: skip
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(str(value).split())
