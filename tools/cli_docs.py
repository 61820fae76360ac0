"""Write docs/cli.md from the command line's own help: ``python -m tools.cli_docs``."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from annotate.cli import PROGRAM, program

TARGET = Path(__file__).resolve().parent.parent / "docs" / "cli.md"
WIDTH = 100
HEAD = f"""# The command line

<!-- Written by `make docs` from the commands' own help; do not edit. -->

Options that all commands share stand before the command: `{PROGRAM} --db PATH articles --json`.
Results go to standard output, messages and progress to standard error.
"""


def commands() -> Iterator[tuple[str, ...]]:
    """The words that call each command and each group of commands, outermost first."""
    yield from _below((), program())


def help_of(words: tuple[str, ...]) -> str:
    """What ``--help`` prints of a command."""
    told = io.StringIO()
    with redirect_stdout(told):
        code = program()(
            [*words, "--help"], prog_name=PROGRAM, standalone_mode=False,
            terminal_width=WIDTH, max_content_width=WIDTH,
        )  # fmt: skip
    if code:
        raise RuntimeError(f"--help of {words} failed: {told.getvalue()}")
    return told.getvalue().strip()


def render() -> str:
    """The whole document."""
    parts = [HEAD]
    for words in commands():
        parts.append(f"## {' '.join(words) or PROGRAM}\n\n```text\n{help_of(words)}\n```\n")
    return "\n".join(parts)


def _below(words: tuple[str, ...], command: Any) -> Iterator[tuple[str, ...]]:
    yield words
    for name, inner in getattr(command, "commands", {}).items():
        yield from _below((*words, name), inner)


if __name__ == "__main__":
    TARGET.write_text(render(), "utf-8")
