"""``codebook``: the versions of a project's codebook, out as YAML and in again."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.commands.desk import Desk, JsonOption, ProjectOption
from annotate.commands.output import print_json_list, print_table, say
from annotate.errors import Invalid

if TYPE_CHECKING:
    pass

codebook = typer.Typer(help="Codebooks: what may be recorded in a project.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.add_typer(codebook, name="codebook")


@codebook.command("list")
def list_versions(
    context: typer.Context, project: ProjectOption = None, json: JsonOption = False
) -> None:
    """List the versions, newest first."""
    from annotate import versions

    desk: Desk = context.obj
    with desk.open() as session:
        found = versions.versions(session.store, session.person, session.one_project(project).id)
    rows = [asdict(version) for version in found]
    if json:
        print_json_list(rows)
    else:
        print_table(rows, ("number", "current", "created_at", "by", "note"), "No versions yet")


@codebook.command()
def export(
    context: typer.Context,
    project: ProjectOption = None,
    version: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="Which version; by default the current.")
    ] = None,
) -> None:
    """Print a version as YAML."""
    from annotate.codebook import yaml

    desk: Desk = context.obj
    with desk.open() as session:
        inside = session.one_project(project)
        session.require("article.read", inside)
        book = session.store.projects.codebook(inside.id, version)
    print(yaml.dump(book), end="")


@codebook.command("import")
def import_version(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A YAML file.")],
    note: Annotated[str, typer.Option(metavar="TEXT", help="What has changed and why.")],
    project: ProjectOption = None,
    recheck: Annotated[
        list[str] | None,
        typer.Option(
            metavar="VALUE",
            help="A value such as stances.support that means something else: what was labelled"
            " with it is to be looked at again. May be given several times; a value whose words"
            " alone change counts as the same otherwise.",
        ),
    ] = None,
) -> None:
    """Save a YAML file as the new current version; its number is printed."""
    from annotate import versions
    from annotate.codebook import yaml

    desk: Desk = context.obj
    book = yaml.parse(_read(path))
    rethought = {tuple(value.split(".", 1)) for value in recheck or ()}
    with desk.open() as session:
        inside = session.one_project(project)
        found = versions.impact(session.store, session.person, inside.id, book)
        number = versions.save(
            session.store, session.person, inside.id, book, note,
            base=inside.codebook_version, rethought=rethought,
        )  # fmt: skip
    print(number)
    for use in found.uses:
        say(f"Withdrawn, but in use {use.count} times: {'.'.join(use.place)}")
    for one in found.touched:
        says = (
            "Worded differently"
            if one.worded and one.place not in rethought
            else "To be rechecked, since it means something else"
        )
        say(f"{says}, used {one.count} times: {'.'.join(one.place)}")
    for problem in found.examples:
        say(f"Guidelines, line {problem.line}: {problem.error}")
    say(f"Saved version {number} of the codebook of {inside.name!r}")


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("{path} cannot be read: {error}", path=path, error=error) from error
