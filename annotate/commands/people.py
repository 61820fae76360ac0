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


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.add_typer(user, name="user")


@user.command("list")
def list_people(context: typer.Context, json: JsonOption = False) -> None:
    """List the accounts and the coders known from imported data."""
    desk: Desk = context.obj
    with desk.open() as session:
        session.require("person.manage")
        rows = [asdict(person) for person in session.store.people.all()]
    if json:
        print_json_list(rows)
    else:
        print_table(
            rows, ("name", "display_name", "kind", "role", "active", "email"), "No accounts yet"
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
