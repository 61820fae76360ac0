"""``demo``, ``backup``, ``doctor``: making, copying and checking a database."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.commands.desk import Desk, JsonOption
from annotate.commands.output import print_json, print_table, say
from annotate.errors import DatabaseProblem

if TYPE_CHECKING:
    from annotate.demo import SampleAccounts


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(demo)
    app.command()(backup)
    app.command()(doctor)


def demo(context: typer.Context, json: JsonOption = False) -> None:
    """Load the sample project into a database of its own and print how to sign in to it.

    The passwords are made up and shown once; `user password NAME --generate` makes new ones.
    """
    desk: Desk = context.obj
    if desk.path.exists():
        loaded = _load(desk)
    else:
        # Loaded under another name first: killed on the way, it leaves no half a sample behind
        # whose passwords nobody has seen.
        with TemporaryDirectory(dir=_folder(desk.path), prefix=f".{desk.path.name}-") as folder:
            partial = Path(folder) / desk.path.name
            loaded = _load(replace(desk, path=partial))
            partial.replace(desk.path)
    if json:
        print_json(asdict(loaded))
        return
    if not any(account.password for account in loaded.accounts):
        say(
            f"{desk.path} holds the sample project already. For a new password:"
            f" python -m annotate --db {desk.path} user password NAME --generate"
        )
        return
    say(f"Loaded the sample project {loaded.project_name!r} into {desk.path}. Sign in as:")
    rows = [asdict(account) for account in loaded.accounts if account.password]
    print_table(rows, ("name", "password", "role", "display_name"), "")


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


def doctor(
    context: typer.Context,
    mend: Annotated[
        bool,
        typer.Option(
            "--mend", help="First mend what can be mended: the search index, file permissions."
        ),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Check the database and say how to mend what is wrong; exit code 1 if anything is."""
    desk: Desk = context.obj
    with desk.open() as session:
        session.require("database.maintain")
        path = session.store.path
        mended = session.store.mend(session.person.id) if mend else []
        problems = list(session.store.examine())
    if json:
        print_json(
            {
                "database": str(path),
                "healthy": not problems,
                "mended": [asdict(problem) for problem in mended],
                "problems": [asdict(problem) for problem in problems],
            }
        )
    else:
        for problem in mended:
            print(f"{problem.check}: {problem.message}\n  Mended.")
        for problem in problems:
            print(f"{problem.check}: {problem.message}\n  To mend it: {problem.mend}")
        say(f"{path}: {len(problems)} problems" if problems else f"{path}: all is well")
    if problems:
        raise typer.Exit(1)


def _load(desk: Desk) -> SampleAccounts:
    from annotate.demo import load_sample

    with desk.open(create=True) as session:
        return load_sample(session.store, session.person)


def _folder(path: Path) -> Path:
    folder = path.absolute().parent
    if not folder.is_dir():
        raise DatabaseProblem("The folder {folder} does not exist", folder=folder)
    return folder
