"""``user``: the accounts."""

from __future__ import annotations

import secrets
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.commands.desk import Desk, JsonOption, ProjectOption
from annotate.commands.output import print_json_list, print_table, say
from annotate.errors import Invalid
from annotate.model import ROLES, Role

if TYPE_CHECKING:
    from annotate.model import Person

user = typer.Typer(help="Accounts: who may sign in, and as what.", no_args_is_help=True)
_ROLES = ", ".join(ROLES)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The name they sign in with.")]
Generate = Annotated[
    bool, typer.Option("--generate", help="Make up a password and print it on standard output.")
]

SERVER = "http://127.0.0.1:8501"
ServerOption = Annotated[
    str, typer.Option(metavar="URL", help="Where people open the workbench in their browsers.")
]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.add_typer(user, name="user")


@user.command("list")
def list_people(context: typer.Context, json: JsonOption = False) -> None:
    """List the accounts and the coders known from imported data."""
    from annotate.accounts import roster

    desk: Desk = context.obj
    with desk.open() as session:
        session.require("person.manage")
        accounts = {one.person.id: one for one in roster(session.store, session.person)}
        rows = [
            {
                **asdict(person),
                "last_sign_in": one.last_sign_in if one else None,
                "sessions": one.sessions if one else 0,
                "invited_until": one.invitation.expires_at if one and one.invitation else None,
            }
            for person in session.store.people.all()
            for one in [accounts.get(person.id)]
        ]
    if json:
        print_json_list(rows)
    else:
        print_table(
            rows,
            ("name", "display_name", "kind", "role", "active", "email", "last_sign_in", "sessions"),
            "No accounts yet",
        )


@user.command()
def add(
    context: typer.Context,
    name: Name,
    role: Annotated[
        Role, typer.Option(metavar="ROLE", help=f"What they may do: {_ROLES}.")
    ] = "analyst",
    display_name: Annotated[
        str, typer.Option(metavar="TEXT", help="The name that others see.")
    ] = "",
    email: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Their mail address.")
    ] = None,
    project: ProjectOption = None,
    generate: Generate = False,
) -> None:
    """Make an account; the password is asked for, or read from standard input.

    Without --project the account joins the only project there is.
    """
    from annotate.accounts import add_person

    desk: Desk = context.obj
    with desk.open(create=True) as session:
        session.require("person.manage")
        inside = session.project(project)
        secret = _password(generate)
        person = add_person(
            session.store,
            session.person,
            name,
            password=secret,
            role=role,
            display_name=display_name,
            email=email,
            project_id=inside.id if inside else None,
        )
    if generate:
        print(secret)
    say(f"Made an account for {person.name} ({person.role})")


@user.command()
def password(context: typer.Context, name: Name, generate: Generate = False) -> None:
    """Set a password, asked for or read from standard input, and end the sessions."""
    from annotate.accounts import set_password

    desk: Desk = context.obj
    with desk.open() as session:
        person = session.store.people.named(name)
        if person.id != session.person.id:
            session.require("person.manage")
        secret = _password(generate)
        set_password(session.store, session.person, person, secret)
    if generate:
        print(secret)
    say(f"{person.name} has a new password")


@user.command()
def invite(
    context: typer.Context,
    name: Name,
    role: Annotated[
        Role, typer.Option(metavar="ROLE", help=f"What they may do: {_ROLES}.")
    ] = "analyst",
    display_name: Annotated[
        str, typer.Option(metavar="TEXT", help="The name that others see; theirs to change.")
    ] = "",
    email: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Their mail address.")
    ] = None,
    project: ProjectOption = None,
    server: ServerOption = SERVER,
) -> None:
    """Make an account and print a link by which its owner chooses a password.

    The link works once, for seven days. Send it to nobody else: whoever opens it first has the
    account.
    """
    from annotate.accounts import LINK_DAYS, invite

    desk: Desk = context.obj
    with desk.open(create=True) as session:
        session.require("person.manage")
        inside = session.project(project)
        link = invite(
            session.store,
            session.person,
            name,
            role=role,
            display_name=display_name,
            email=email,
            project_id=inside.id if inside else None,
        )
    print(server.rstrip("/") + link.path)
    say(
        f"{link.person.name} ({link.person.role}) joins by this link, once, within {LINK_DAYS} days"
    )


@user.command()
def reset(context: typer.Context, name: Name, server: ServerOption = SERVER) -> None:
    """Print a link by which somebody chooses a new password, or joins at last.

    Links made before for the same person work no more; their sessions end when it is used.
    """
    from annotate.accounts import make_link

    desk: Desk = context.obj
    with desk.open() as session:
        session.require("person.manage")
        link = make_link(session.store, session.person, session.store.people.named(name))
    print(server.rstrip("/") + link.path)
    until = link.invitation.expires_at
    say(f"{link.person.name} chooses a password by this link, once, until {until}")


@user.command()
def sessions(
    context: typer.Context,
    name: Name,
    end: Annotated[bool, typer.Option("--end", help="End them all instead.")] = False,
    json: JsonOption = False,
) -> None:
    """List where somebody is signed in, or end it."""
    from annotate.accounts import end_sessions, sessions_of

    desk: Desk = context.obj
    with desk.open() as session:
        person = session.store.people.named(name)
        if end:
            ended = end_sessions(session.store, session.person, person)
            say(f"{person.name}: {ended} sessions ended")
            return
        found = sessions_of(session.store, session.person, person)
    columns = ("id", "created_at", "seen_at", "browser", "system")
    rows = [{column: getattr(one, column) for column in columns} for one in found]
    if json:
        print_json_list(rows)
    else:
        print_table(rows, columns, f"{person.name} is signed in nowhere")


@user.command("role")
def set_role(
    context: typer.Context,
    name: Name,
    role: Annotated[
        Role, typer.Argument(metavar="ROLE", help=f"What they may do from now on: {_ROLES}.")
    ],
    project: ProjectOption = None,
) -> None:
    """Change what somebody may do: everywhere, or with --project in one project.

    The role in a project is the one that counts there; naming a project also makes a member of
    somebody who was none.
    """
    from annotate.accounts import change_member, change_person

    desk: Desk = context.obj
    with desk.open() as session:
        person = session.store.people.named(name)
        inside = session.project(project)
        if inside is None:
            change_person(session.store, session.person, person, role=role)
        else:
            change_member(session.store, session.person, person, inside.id, role)
    say(f"{person.name} is {role}" + (f" in {inside.name!r}" if inside else ""))


@user.command()
def deactivate(context: typer.Context, name: Name) -> None:
    """Stop somebody from signing in and end their sessions; what they recorded stays."""
    _set_active(context, name, False)


@user.command()
def activate(context: typer.Context, name: Name) -> None:
    """Let somebody sign in again."""
    _set_active(context, name, True)


def _set_active(context: typer.Context, name: str, active: bool) -> None:
    from annotate.accounts import change_person

    desk: Desk = context.obj
    with desk.open() as session:
        person: Person = session.store.people.named(name)
        change_person(session.store, session.person, person, active=active)
    say(f"{person.name} {'may sign in again' if active else 'cannot sign in any more'}")


def _password(generate: bool) -> str:
    if generate:
        return secrets.token_urlsafe(12)
    if sys.stdin.isatty():
        asked: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        return asked
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise Invalid("No password came on standard input", "Pipe it in, or use --generate")
    return line
