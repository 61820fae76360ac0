"""``project``: the projects and the articles in them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from annotate.commands.articles import pages
from annotate.commands.desk import Desk, JsonOption
from annotate.commands.output import print_json_list, print_table, say
from annotate.errors import Invalid

project = typer.Typer(help="Projects: a codebook, its articles and members.", no_args_is_help=True)
PAGE = 500


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.add_typer(project, name="project")


@project.command("list")
def list_projects(context: typer.Context, json: JsonOption = False) -> None:
    """List the projects."""
    desk: Desk = context.obj
    with desk.open() as session:
        rows = [
            {**asdict(entry), "articles": session.store.listing.facets(entry.id).total}
            for entry in session.projects()
        ]
    if json:
        print_json_list(rows)
    else:
        columns = ("id", "name", "articles", "blind", "codebook_version")
        print_table(rows, columns, "No projects yet")


@project.command()
def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called.")],
    description: Annotated[str, typer.Option(metavar="TEXT", help="What it is about.")] = "",
    codebook: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="Its codebook as JSON; by default the built-in one."),
    ] = None,
    blind: Annotated[
        bool,
        typer.Option("--blind/--open", help="Whether analysts work unseen until they submit."),
    ] = True,
) -> None:
    """Make a project; its id is printed."""
    from annotate.codebook import DEFAULT, load

    desk: Desk = context.obj
    if not name.strip():
        raise Invalid("A project needs a name")
    book = DEFAULT if codebook is None else load(_read(codebook))
    with desk.open(create=True) as session:
        session.require("project.create")
        with session.store.write(session.person.id) as tx:
            made = session.store.projects.create(
                tx, name.strip(), book, description=description, blind=blind
            )
            if session.person.kind == "person":
                session.store.projects.set_member(tx, made.id, session.person.id, "editor")
    print(made.id)
    say(f"Made project {made.name!r}")


@project.command("add-articles")
def add_articles(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The project, by name or id.")],
    search: Annotated[
        str | None, typer.Option(metavar="QUERY", help="Only articles that match this search.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only articles of this source.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(metavar="CODE", help="Only articles in this language.")
    ] = None,
) -> None:
    """Put articles that are already in the database into a project; for administrators."""
    from annotate.reading import ListRequest

    desk: Desk = context.obj
    request = ListRequest(
        search=search or "",
        sources=(source,) if source else (),
        languages=(language,) if language else (),
    )
    with desk.open() as session:
        inside = session.project(name)
        if inside is None:
            raise Invalid("A project needs a name")
        session.require("project.change", inside)
        found = [row.id for row in pages(session, None, request, 0)]
        added = 0
        for first in range(0, len(found), PAGE):
            with session.store.write(session.person.id) as tx:
                page = found[first : first + PAGE]
                added += session.store.articles.join(tx, inside.id, page)
    say(f"{added} articles joined {inside.name!r}; {len(found) - added} were in it already")


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("{path} cannot be read: {error}", path=path, error=error) from error
