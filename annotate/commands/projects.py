"""``project``: the projects, the articles and the people in them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.commands.desk import Desk, JsonOption, Session
from annotate.commands.output import print_json_list, print_table, say
from annotate.errors import Invalid
from annotate.model import ROLES, Role

if TYPE_CHECKING:
    from annotate.model import Project
    from annotate.reading import ListRequest

project = typer.Typer(help="Projects: a codebook, its articles and members.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The project, by name or id.")]
Person = Annotated[str, typer.Argument(metavar="PERSON", help="The name they sign in with.")]
Search = Annotated[
    str | None, typer.Option(metavar="QUERY", help="Only articles that match this search.")
]
Source = Annotated[str | None, typer.Option(metavar="NAME", help="Only articles of this source.")]
Language = Annotated[
    str | None, typer.Option(metavar="CODE", help="Only articles in this language.")
]
Named = Annotated[
    Path | None,
    typer.Option(
        "--list",
        metavar="PATH",
        help="The articles named in this file, one id or address a line; - is standard input.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.add_typer(project, name="project")


@project.command("list")
def list_projects(
    context: typer.Context,
    archived: Annotated[
        bool, typer.Option("--archived", help="Those in the archive, too.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """List the projects."""
    desk: Desk = context.obj
    with desk.open() as session:
        sizes = session.store.projects.sizes()
        rows = [
            {**asdict(entry), "articles": sizes[entry.id][0], "members": sizes[entry.id][1]}
            for entry in session.projects(archived=archived)
        ]
    if json:
        print_json_list(rows)
    else:
        columns = ("id", "name", "articles", "members", "blind", "codebook_version", "archived_at")
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
    codebook_of: Annotated[
        str | None, typer.Option(metavar="NAME", help="A project whose codebook is copied.")
    ] = None,
    blind: Annotated[
        bool,
        typer.Option("--blind/--open", help="Whether analysts work unseen until they submit."),
    ] = True,
) -> None:
    """Make a project; its id is printed."""
    from annotate.codebook import load
    from annotate.projects import create

    desk: Desk = context.obj
    if codebook is not None and codebook_of is not None:
        raise Invalid("A codebook comes from a file or from a project, not from both")
    book = None if codebook is None else load(_read(codebook))
    with desk.open(create=True) as session:
        session.require("project.create")
        other = session.project(codebook_of)
        made = create(
            session.store,
            session.person,
            name,
            description=description,
            blind=blind,
            book=book,
            book_of=other.id if other else None,
        )
    print(made.id)
    say(f"Made project {made.name!r}")


@project.command()
def describe(
    context: typer.Context,
    name: Name,
    new_name: Annotated[
        str | None, typer.Option("--name", metavar="TEXT", help="What it is called from now on.")
    ] = None,
    description: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What it is about.")
    ] = None,
    blind: Annotated[
        bool | None,
        typer.Option("--blind/--open", help="Whether analysts work unseen until they submit."),
    ] = None,
    opens: Annotated[
        bool | None,
        typer.Option(
            "--then-open/--then-closed",
            help="Whether they see colleagues' submitted labels from then on.",
        ),
    ] = None,
    hide_coders: Annotated[
        bool | None,
        typer.Option(
            "--hide-coders/--name-coders",
            help="Whether those who review labels do not learn whose they are.",
        ),
    ] = None,
) -> None:
    """Change how a project is called and described, and who sees whose labels."""
    from annotate.projects import describe

    desk: Desk = context.obj
    with desk.open() as session:
        changed = describe(
            session.store,
            session.person,
            _inside(session, name).id,
            name=new_name,
            description=description,
            blind=blind,
            open_after_submission=opens,
            hide_coders=hide_coders,
        )
    say(f"Changed project {changed.name!r}")


@project.command()
def archive(context: typer.Context, name: Name) -> None:
    """Close a project: it can be read and exported, and nothing in it changes."""
    from annotate.projects import archive

    desk: Desk = context.obj
    with desk.open() as session:
        inside = _inside(session, name)
        archive(session.store, session.person, inside.id)
    say(f"Archived project {inside.name!r}")


@project.command()
def unarchive(context: typer.Context, name: Name) -> None:
    """Take a project out of the archive."""
    from annotate.projects import unarchive

    desk: Desk = context.obj
    with desk.open() as session:
        inside = _inside(session, name)
        unarchive(session.store, session.person, inside.id)
    say(f"Project {inside.name!r} is open again")


@project.command()
def members(context: typer.Context, name: Name, json: JsonOption = False) -> None:
    """List the people in a project with their roles there."""
    from annotate.projects import members

    desk: Desk = context.obj
    with desk.open() as session:
        found = members(session.store, session.person, _inside(session, name).id)
    rows = [
        {
            "name": member.person.name,
            "display_name": member.person.display_name,
            "role": member.role,
            "active": member.person.active,
        }
        for member in found
    ]
    if json:
        print_json_list(rows)
    else:
        print_table(rows, ("name", "display_name", "role", "active"), "Nobody is in it yet")


@project.command("add-member")
def add_member(
    context: typer.Context,
    name: Name,
    person: Person,
    role: Annotated[
        Role, typer.Option(metavar="ROLE", help=f"What they may do there: {', '.join(ROLES)}.")
    ] = "analyst",
) -> None:
    """Make somebody a member of a project, or change their role in it."""
    from annotate.accounts import change_member

    desk: Desk = context.obj
    with desk.open() as session:
        inside, who = _inside(session, name), session.store.people.named(person)
        change_member(session.store, session.person, who, inside.id, role)
    say(f"{who.name} is {role} in {inside.name!r}")


@project.command("remove-member")
def remove_member(context: typer.Context, name: Name, person: Person) -> None:
    """Take somebody out of a project; what they recorded stays."""
    from annotate.accounts import remove_member

    desk: Desk = context.obj
    with desk.open() as session:
        inside, who = _inside(session, name), session.store.people.named(person)
        remove_member(session.store, session.person, who, inside.id)
    say(f"{who.name} is not in {inside.name!r} any more")


@project.command("add-articles")
def add_articles(
    context: typer.Context,
    name: Name,
    search: Search = None,
    source: Source = None,
    language: Language = None,
    from_: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="NAME",
            help="The project to take them from; without one all articles, for administrators.",
        ),
    ] = None,
    listed: Named = None,
) -> None:
    """Put articles that are already in the database into a project."""
    from annotate.projects import add_matching, add_named

    desk: Desk = context.obj
    if listed is not None and any((search, source, language, from_)):
        raise Invalid("Articles are either named in a list or found by a filter, not both")
    with desk.open() as session:
        inside = _inside(session, name)
        if listed is not None:
            done = add_named(session.store, session.person, inside.id, _lines(listed))
        else:
            other = session.project(from_)
            request = _request(search, source, language)
            done = add_matching(
                session.store, session.person, inside.id, other.id if other else None, request
            )
    say(f"{len(done.added)} articles joined {inside.name!r}; {done.present} were in it already")
    _not_found(done.missing)


@project.command("remove-articles")
def remove_articles(
    context: typer.Context,
    name: Name,
    search: Search = None,
    source: Source = None,
    language: Language = None,
    listed: Named = None,
) -> None:
    """Take articles out of a project; those with labels in it stay."""
    from annotate.projects import remove_matching, remove_named

    desk: Desk = context.obj
    if (listed is None) == (not any((search, source, language))):
        raise Invalid("Name the articles either with a list or by a filter")
    with desk.open() as session:
        inside = _inside(session, name)
        missing: tuple[str, ...] = ()
        if listed is not None:
            done, missing = remove_named(session.store, session.person, inside.id, _lines(listed))
        else:
            request = _request(search, source, language)
            done = remove_matching(session.store, session.person, inside.id, request)
    say(f"{len(done.gone)} articles left {inside.name!r}; {done.kept} stay because of their labels")
    _not_found(missing)


def _inside(session: Session, name: str) -> Project:
    inside = session.project(name)
    if inside is None:
        raise Invalid("A project needs a name")
    return inside


def _request(search: str | None, source: str | None, language: str | None) -> ListRequest:
    from annotate.reading import ListRequest

    return ListRequest(
        search=search or "",
        sources=(source,) if source else (),
        languages=(language,) if language else (),
    )


def _lines(path: Path) -> Iterator[str]:
    yield from (sys.stdin.read() if str(path) == "-" else _read(path)).splitlines()


def _not_found(names: tuple[str, ...]) -> None:
    for name in names:
        say(f"Not found: {name}")


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("{path} cannot be read: {error}", path=path, error=error) from error
