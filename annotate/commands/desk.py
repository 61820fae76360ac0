"""Whom and what a command works for: the database it opens and the person it acts as."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.commands.output import say
from annotate.errors import Forbidden, Invalid, NotFound

if TYPE_CHECKING:
    from annotate.accounts import Action
    from annotate.model import Person, Project
    from annotate.store import Store

DEFAULT_DATABASE = "claimdesk.db"
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
ProjectOption = Annotated[
    str | None, typer.Option("--project", metavar="NAME", help="The project, by name or id.")
]


@dataclass(frozen=True, slots=True)
class Session:
    """An open database and the person in whose name the command acts.

    ``client`` names the process that asks: what two shells do at once is a conflict like any other.
    """

    store: Store
    person: Person
    client: str = field(default_factory=lambda: f"command-line-{uuid.uuid4()}")

    def require(self, action: Action, project: Project | None = None) -> None:
        """Ask the permission table.

        Raises:
            Forbidden: if the person may not.
        """
        from annotate.accounts import require

        require(self.store, self.person, action, project.id if project else None)

    def projects(self, *, archived: bool = False) -> list[Project]:
        """The projects that the person may open; behind them, if asked for, those archived."""
        from annotate.accounts import projects_of

        return projects_of(self.store, self.person, archived=archived)

    def project(self, name_or_id: str | None) -> Project | None:
        """The project named, of those that the person may open; None if none was named.

        Raises:
            NotFound: if there is no such project for this person.
        """
        if name_or_id is None:
            return None
        projects = self.projects(archived=True)
        for project in projects:
            if name_or_id in (project.name, project.id):
                return project
        known = ", ".join(repr(project.name) for project in projects) or "none yet"
        raise NotFound(
            "There is no project {name_or_id!r}",
            "Projects: {known}",
            name_or_id=name_or_id,
            known=known,
        )

    def one_project(self, name_or_id: str | None) -> Project:
        """The project named, or the only one that the person may open.

        Raises:
            NotFound: if there is no such project for this person.
            Invalid: if none is named and there are several, or none.
        """
        chosen = self.project(name_or_id)
        if chosen is not None:
            return chosen
        projects = self.projects()
        if len(projects) != 1:
            names = ", ".join(repr(project.name) for project in projects) or "none yet"
            raise Invalid("Which project?", "Name one with --project: {names}", names=names)
        return projects[0]

    def reading_project(self, name_or_id: str | None) -> Project | None:
        """The project that bounds what the person reads; None for one who may read everything.

        Raises:
            NotFound: if there is no such project for this person.
            Forbidden: if none was named and the person is in none or in several.
        """
        from annotate.accounts import role_of

        if name_or_id is not None or role_of(self.store, self.person, None) == "admin":
            return self.project(name_or_id)
        projects = self.projects()
        if len(projects) != 1:
            names = ", ".join(repr(project.name) for project in projects) or "none"
            raise Forbidden(
                "{person_name} reads within a project only",
                "Name one with --project: {names}",
                person_name=self.person.name,
                names=names,
            )
        return projects[0]


@dataclass(frozen=True, slots=True)
class Desk:
    """What stands before the command on the command line.

    ``as_name`` is the person to act as; None is the local operator.
    """

    path: Path
    as_name: str | None = None

    @contextmanager
    def open(self, *, create: bool = False) -> Iterator[Session]:
        """Open the database for a command.

        Args:
            create: Whether a database that does not exist is made.

        Raises:
            DatabaseProblem: if it cannot be opened.
            NotFound: if there is nobody of the name given.
            Forbidden: if that person may not act any more.
        """
        from annotate.store import Store

        store = Store(self.path, create=create)
        try:
            if store.backup_made:
                say(
                    f"The database was brought up to this version; a copy as it was before: "
                    f"{store.backup_made}"
                )
            yield Session(store, self._person(store))
        finally:
            store.close()

    def _person(self, store: Store) -> Person:
        from annotate.accounts import operator

        if self.as_name is None:
            return operator(store)
        person = store.people.named(self.as_name)
        if not person.active or person.kind != "person":
            raise Forbidden(
                "{person_name} is not an active account",
                "See `user list` for those that are",
                person_name=person.name,
            )
        return person
