"""``demo``, ``backup``, ``doctor``: making, copying and checking a database."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from annotate.commands.desk import Desk, JsonOption
from annotate.commands.output import print_json, say


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(backup)
    app.command()(doctor)


def backup(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The copy to make.")],
    json: JsonOption = False,
) -> None:
    """Copy the database into a new file; safe at any moment, while it is in use too."""
    desk: Desk = context.obj
    with desk.open() as session:
        session.require("database.maintain")
        made = session.store.backup(path)
    size = made.stat().st_size
    if json:
        print_json({"path": str(made), "bytes": size})
    else:
        say(f"Copied the database to {made} ({size:,} bytes)")


def doctor(context: typer.Context, json: JsonOption = False) -> None:
    """Check the database and say how to mend what is wrong; exit code 1 if anything is."""
    desk: Desk = context.obj
    with desk.open() as session:
        session.require("database.maintain")
        path = session.store.path
        problems = list(session.store.examine())
    if json:
        print_json(
            {
                "database": str(path),
                "healthy": not problems,
                "problems": [asdict(problem) for problem in problems],
            }
        )
    else:
        for problem in problems:
            print(f"{problem.check}: {problem.message}\n  To mend it: {problem.mend}")
        say(f"{path}: {len(problems)} problems" if problems else f"{path}: all is well")
    if problems:
        raise typer.Exit(1)
