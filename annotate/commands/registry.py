"""``registry``: the actors and claims as CSV tables, out and in again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from annotate.commands.desk import Desk, JsonOption, ProjectOption
from annotate.commands.output import print_json, say
from annotate.errors import Invalid

if TYPE_CHECKING:
    from annotate.registries import Kind

registry = typer.Typer(help="Registries: the actors and the claims.", no_args_is_help=True)
Which = Annotated[str, typer.Argument(metavar="REGISTRY", help="actors or claims.")]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.add_typer(registry, name="registry")


@registry.command()
def export(
    context: typer.Context,
    which: Which,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The CSV file to write.")],
    project: ProjectOption = None,
) -> None:
    """Write a registry as a CSV table; all of it appears, or nothing."""
    from annotate import registries
    from exports.atomic import put_file, workspace

    desk: Desk = context.obj
    kind, path = _kind(which), path.expanduser()
    with desk.open() as session:
        data = registries.write_csv(
            session.store, session.person, session.one_project(project).id, kind
        )
    with workspace(path) as folder:
        made = folder / path.name
        made.write_bytes(data)
        put_file(made, path)
    say(f"Wrote {path} ({len(data):,} bytes)")


@registry.command("import")
def import_table(
    context: typer.Context,
    which: Which,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The CSV file to read.")],
    project: ProjectOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Add and change entries as a CSV table says; what it does not name stays.

    Exit code 1 if a row was not taken; each such row is listed with its line and reason.
    """
    from annotate import registries

    desk: Desk = context.obj
    kind = _kind(which)
    try:
        data = path.expanduser().read_bytes()
    except OSError as error:
        raise Invalid("{path} cannot be read: {error}", path=path, error=error) from error
    with desk.open() as session:
        done = registries.read_csv(
            session.store, session.person, session.one_project(project).id, kind, data,
            dry_run=dry_run,
        )  # fmt: skip
    problems = [{"line": one.line, "message": str(one.error)} for one in done.problems]
    if json:
        numbers = {name: getattr(done, name) for name in ("added", "changed", "unchanged")}
        print_json({**numbers, "problems": problems, "change_id": done.change_id})
    else:
        for problem in problems:
            print(f"line {problem['line']}: {problem['message']}")
        say(
            f"{'Would be added' if dry_run else 'Added'}: {done.added}, changed: {done.changed},"
            f" unchanged: {done.unchanged}, not taken: {len(problems)}"
        )
        if done.change_id:
            say(f"`registry undo {done.change_id}` takes it back")
    if problems:
        raise typer.Exit(1)


@registry.command()
def undo(
    context: typer.Context,
    change: Annotated[str, typer.Argument(metavar="CHANGE", help="The id of a change.")],
    project: ProjectOption = None,
) -> None:
    """Take back an import, a merge or another change of a registry."""
    from annotate import registries

    desk: Desk = context.obj
    with desk.open() as session:
        project_id = session.one_project(project).id
        done = registries.undo(session.store, session.person, project_id, change)
    say(f"Undone: {len(done.entry_ids)} entries are as they were before")


def _kind(which: str) -> Kind:
    if which not in ("actors", "claims"):
        raise Invalid(
            "There is no registry {name!r}", "Known: {names}", name=which, names="actors, claims"
        )
    return cast("Kind", which.removesuffix("s"))
