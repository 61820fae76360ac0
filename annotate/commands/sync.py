"""``sync``: projects linked with Label Studio, and both sides brought in step."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from annotate.commands.desk import Desk, JsonOption, ProjectOption, Session
from annotate.commands.output import print_json_list, print_table, say
from annotate.commands.synced import as_json, synchronised, tell
from annotate.errors import Invalid, WorkbenchError

if TYPE_CHECKING:
    from annotate.links import Link
    from annotate.model import Project

sync = typer.Typer(invoke_without_command=True)
Every = Annotated[
    int | None,
    typer.Option(
        metavar="N", min=0, help="Synchronise every N minutes while the workbench runs; 0: never."
    ),
]
Reveals = Annotated[
    bool | None,
    typer.Option(
        "--reveal/--withhold",
        help="Whether labels go there that readers of that project may not see here.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.add_typer(sync, name="sync")


@sync.callback()
def sync_group(
    context: typer.Context,
    project: ProjectOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only list what would be done, label by label.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Bring projects in step with Label Studio: all that are linked, or the one named.

    Stopped at any moment and run again, it goes on where it was. Exit code 1 if a project could
    not be synchronised, or if something waits for a person: a conflict, a task or annotation
    that cannot be taken, a task that was deleted or a configuration that was edited there. The
    Sync page shows each.

    $LABEL_STUDIO_API_KEY outdoes the token that was stored with a link, $LABEL_STUDIO_URL its
    address.
    """
    if context.invoked_subcommand is not None:
        return
    desk: Desk = context.obj
    with desk.open() as session:
        done = [synchronised(session, one, dry_run=dry_run) for one in _chosen(session, project)]
    if json:
        print_json_list(as_json(one, dry_run=dry_run) for one in done)
    else:
        for one in done:
            tell(one, dry_run=dry_run)
    if any(one.failed for one in done):
        raise typer.Exit(1)


@sync.command("list")
def list_links(context: typer.Context, json: JsonOption = False) -> None:
    """List the linked projects and what waits there for a person."""
    desk: Desk = context.obj
    with desk.open() as session:
        rows = [_row(session, project, link) for project, link in _all(session, archived=True)]
    if json:
        print_json_list(rows)
    else:
        columns = ("project", "title", "url", "every_minutes", "last_run", "state", "conflicts",
                   "problems")  # fmt: skip
        print_table(rows, columns, "No project is linked with Label Studio")


@sync.command()
def link(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="The root of the Label Studio server.")],
    project: ProjectOption = None,
    into: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER", help="The project there, by its number; by default a new one is made."
        ),
    ] = None,
    title: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", help="What the new project there is called; by default as here."
        ),
    ] = None,
) -> None:
    """Link a project with one of a Label Studio server.

    The token is asked for, or read from standard input, and stored encrypted; legacy tokens and
    personal access tokens will do. $LABEL_STUDIO_API_KEY takes its place where it is set, for
    links that an administrator makes or to the address in $LABEL_STUDIO_URL. Nothing is sent
    before the first `sync`. The project's number there is printed.
    """
    from annotate.labelstudio import linking

    desk: Desk = context.obj
    with desk.open() as session:
        inside = session.one_project(project)
        session.require("labelstudio.sync", inside)
        asker = session.store, session.person
        token = None if linking.token_given(*asker) else _token()
        made = linking.link(*asker, inside.id, url, token, into, title or inside.name)
        _warn_of_readers(session, made)
    print(made.remote_id)
    say(
        f"Linked {inside.name!r} with project {made.remote_id} {made.title!r} at {made.url}"
        f" as {made.account} (Label Studio {made.version})"
    )


@sync.command()
def change(
    context: typer.Context,
    project: ProjectOption = None,
    every: Every = None,
    reveals: Reveals = None,
    token: Annotated[
        bool,
        typer.Option("--token", help="Ask for the token anew, or read it from standard input."),
    ] = False,
) -> None:
    """Change how a linked project is synchronised.

    --reveal names first who would read what they may not see here; on a terminal it asks.
    """
    from annotate.labelstudio import linking

    desk: Desk = context.obj
    with desk.open() as session:
        inside, before = _one(session, project)
        if reveals and not before.reveals:
            _warn_of_reveal(session, before)
        after = linking.change(
            session.store, session.person, inside.id,
            reveals=before.reveals if reveals is None else reveals,
            every_minutes=before.every_minutes if every is None else every or None,
            token=_token() if token else None,
        )  # fmt: skip
    schedule = f"every {after.every_minutes} minutes" if after.every_minutes else "by hand alone"
    say(f"{inside.name!r} is synchronised {schedule}")


@sync.command()
def unlink(context: typer.Context, project: ProjectOption = None) -> None:
    """Undo a link; tasks and labels stay as they are on both sides."""
    from annotate.labelstudio import linking

    desk: Desk = context.obj
    with desk.open() as session:
        inside, _ = _one(session, project)
        linking.unlink(session.store, session.person, inside.id)
    say(f"{inside.name!r} is not linked with Label Studio any more")


@sync.command()
def person(
    context: typer.Context,
    email: Annotated[str, typer.Argument(metavar="ADDRESS", help="The mail address there.")],
    name: Annotated[str, typer.Argument(metavar="PERSON", help="The name they sign in with here.")],
    project: ProjectOption = None,
) -> None:
    """Say who somebody there is here, if mail addresses do not tell."""
    from annotate.labelstudio import linking

    desk: Desk = context.obj
    with desk.open() as session:
        inside, _ = _one(session, project)
        here = session.store.people.named(name)
        linking.map_person(session.store, session.person, inside.id, email, here.id)
    say(f"What {email} labels there counts as {here.name}'s from the next sync on")


def _one(session: Session, named: str | None) -> tuple[Project, Link]:
    """A linked project that the person may synchronise, and its link.

    Raises:
        Forbidden: if they may not, or if it is archived.
        Invalid: if it is not linked.
    """
    inside = session.one_project(named)
    session.require("labelstudio.sync", inside)
    link = session.store.links.link(inside.id)
    if link is None:
        raise Invalid(
            "{name!r} is not linked with Label Studio",
            "`sync link URL` links it",
            name=inside.name,
        )
    return inside, link


def _all(session: Session, *, archived: bool = False) -> list[tuple[Project, Link]]:
    """All linked projects that the person may synchronise, and their links.

    Raises:
        Forbidden: if they may not synchronise anything.
    """
    from annotate.accounts import PERMISSIONS, role_of

    allowed = [
        project
        for project in session.projects(archived=archived)
        if role_of(session.store, session.person, project.id) in PERMISSIONS["labelstudio.sync"]
    ]
    if not allowed:
        session.require("labelstudio.sync")
    links = {link.project_id: link for link in session.store.links.all()}
    return [(project, links[project.id]) for project in allowed if project.id in links]


def _chosen(session: Session, named: str | None) -> list[Project]:
    """The projects to synchronise: the one named, or all that can be."""
    found = [_one(session, named)] if named is not None else _all(session)
    if not found:
        raise Invalid("No project is linked with Label Studio", "`sync link URL` links one")
    return [project for project, _ in found]


def _row(session: Session, project: Project, link: Link) -> dict[str, Any]:
    links = session.store.links
    last = next(iter(links.runs(project.id, 1)), None)
    return {
        "project_id": project.id,
        "project": project.name,
        "url": link.url,
        "remote_id": link.remote_id,
        "title": link.title,
        "account": link.account,
        "version": link.version,
        "every_minutes": link.every_minutes,
        "reveals": link.reveals,
        "last_run": last.started_at if last else None,
        "state": last.state if last else None,
        "conflicts": len(links.conflicts(project.id)),
        "problems": len(links.problems(project.id)),
    }


def _warn_of_readers(session: Session, link: Link) -> None:
    from annotate.labelstudio import linking

    with linking.server_of(session.store, link) as server:
        readers = linking.readers(session.store, link, server)
    if readers:
        say(
            f"People who may not see everything here read that project: {', '.join(readers)}."
            " What they may not see stays here; `sync change --reveal` sends it all the same."
        )


def _warn_of_reveal(session: Session, link: Link) -> None:
    """Say who would read what, and ask where somebody is there to answer.

    Raises:
        typer.Abort: if they would rather not.
    """
    from annotate.labelstudio import linking

    try:
        with linking.server_of(session.store, link) as server:
            named = ", ".join(linking.readers(session.store, link, server)) or "nobody for now"
    except WorkbenchError as problem:
        named = f"unknown ({problem})"
    say(
        f"Who reads that project and may not see all labels here: {named}. Analysts among them"
        " would see colleagues' labels before they have submitted their own. Agreement between"
        " them would mean nothing, and it cannot be taken back."
    )
    if sys.stdin.isatty():
        typer.confirm("Send all labels", abort=True, err=True)


def _token() -> str:
    """The token, typed or from standard input."""
    if sys.stdin.isatty():
        asked: str = typer.prompt("Token", hide_input=True, err=True)
        return asked.strip()
    line = sys.stdin.readline().strip()
    if not line:
        raise Invalid("No token came on standard input", "Pipe it in, or set $LABEL_STUDIO_API_KEY")
    return line
