"""The command line: options that all commands share, the list of commands, and exit codes."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup
from typer.main import get_group

from annotate import __version__
from annotate.commands import (
    agreement,
    articles,
    codebook,
    ingestion,
    labels,
    people,
    projects,
    registry,
    review,
    rounds,
    serving,
    sync,
    upkeep,
)
from annotate.commands.desk import DEFAULT_DATABASE, Desk
from annotate.commands.output import say
from annotate.errors import Invalid, WorkbenchError

PROGRAM = "python -m annotate"
WRONG = 2
INTERRUPTED = 130

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(asked: bool) -> None:
    if asked:
        print(__version__)
        raise typer.Exit


@app.callback()
def claimdesk(
    context: typer.Context,
    db: Annotated[
        Path,
        typer.Option(metavar="PATH", envvar="CLAIMDESK_DB", help="The database file."),
    ] = Path(DEFAULT_DATABASE),
    as_name: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help="Act with this person's rights."),
    ] = None,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Print the version and stop.",
            is_eager=True,
            callback=_print_version,
        ),
    ] = False,
) -> None:
    """Claimdesk: who says what about which claim, with which stance, on what evidence.

    The command line acts as the local operator, who may do everything and is recorded as such.

    Exit codes: 0 all well; 1 some items failed, and they are listed; 2 the call or the
    database is wrong.
    """
    context.obj = Desk(db.expanduser(), as_name)


serving.register(app)
ingestion.register(app)
articles.register(app)
labels.register(app)
agreement.register(app)
projects.register(app)
codebook.register(app)
registry.register(app)
review.register(app)
rounds.register(app)
sync.register(app)
people.register(app)
upkeep.register(app)


@cache
def program() -> TyperGroup:
    """All commands; made once, because Typer reads every signature anew each time."""
    return get_group(app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code.

    Args:
        arguments: What stands behind the program's name; by default that of this process.
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal's own encoding may lack Chinese, and JSON must be UTF-8 wherever it goes.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        _refuse_unreadable(given)
        try:
            program()(args=given, prog_name=PROGRAM)
        finally:
            # Here and not at the interpreter's end, where a full disk could not be told any more.
            sys.stdout.flush()
    except WorkbenchError as error:
        say(f"Error: {error}")
        sys.exit(WRONG)
    except OSError as error:
        say(f"Error: {error.strerror or error}")
        # What is left in the buffer would complain again as the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(WRONG)
    except KeyboardInterrupt:
        say("Interrupted; what was finished is kept")
        sys.exit(INTERRUPTED)


def _refuse_unreadable(arguments: Sequence[str]) -> None:
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError:
            raise Invalid(
                "{argument!r} is not text in this terminal's encoding", argument=argument
            ) from None
