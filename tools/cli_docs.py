"""Write docs/cli.md from the command line's own help: ``python -m tools.cli_docs``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main
from typer.testing import CliRunner

from annotate.cli import PROGRAM, app

TARGET = Path(__file__).resolve().parent.parent / "docs" / "cli.md"
WIDTH = 100
HEAD = f"""# The command line

<!-- Written by `make docs` from the commands' own help; do not edit. -->

Options that all commands share stand before the command: `{PROGRAM} --db PATH articles --json`.
Results go to standard output, messages and progress to standard error.
"""


def commands() -> Iterator[tuple[str, ...]]:
    """The words that call each command and each group of commands, outermost first."""
    yield from _below((), typer.main.get_command(app))


def help_of(words: tuple[str, ...]) -> str:
    """What ``--help`` prints of a command."""
    result = CliRunner().invoke(
        app, [*words, "--help"], prog_name=PROGRAM, terminal_width=WIDTH, max_content_width=WIDTH
    )
    if result.exit_code:
        raise RuntimeError(f"--help of {words} failed: {result.output}")
    return result.output.strip()


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
