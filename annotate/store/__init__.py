"""All SQL, behind one ``Store``: a file, its connections, and a module for each subject."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from annotate.store.articles import Articles, Outcome
from annotate.store.assignments import Assignments
from annotate.store.boards import Boards
from annotate.store.codebooks import Codebooks
from annotate.store.database import OPERATOR_ID, Connections, Transaction
from annotate.store.decisions import Decisions
from annotate.store.entries import Entries
from annotate.store.figures import Figures
from annotate.store.health import Problem, examine, mend
from annotate.store.history import History
from annotate.store.ingests import Ingests
from annotate.store.labels import Labels
from annotate.store.links import Links
from annotate.store.listing import Facets, ListedArticle, Listing, Page
from annotate.store.narrowing import ArticleFilter
from annotate.store.people import People
from annotate.store.projects import CodebookVersion, Projects
from annotate.store.registry import Registry
from annotate.store.rounds import Rounds
from annotate.store.sessions import Invitation, Sessions
from annotate.store.threads import Threads
from annotate.store.trails import TrailFilter, Trails
from annotate.store.uses import Uses


class Store:
    """One database.

    Reads are methods of the subjects; writes happen inside ``with store.write(by) as tx`` and
    take ``tx`` first. May be shared between threads.

    Args:
        path: The database file; made unless ``create`` is False.
        create: Whether a file that does not exist is made.

    Raises:
        DatabaseProblem: as ``Connections``.
    """

    def __init__(self, path: Path | str, *, create: bool = True) -> None:
        self._connections = Connections(path, create=create)
        self.path = self._connections.path
        self.backup_made = self._connections.backup_made
        self.articles = Articles(self._connections)
        self.listing = Listing(self._connections)
        self.ingests = Ingests(self._connections)
        self.registry = Registry(self._connections)
        self.entries = Entries(self._connections)
        self.uses = Uses(self._connections)
        self.projects = Projects(self._connections)
        self.codebooks = Codebooks(self._connections)
        self.people = People(self._connections)
        self.sessions = Sessions(self._connections)
        self.labels = Labels(self._connections)
        self.figures = Figures(self._connections)
        self.links = Links(self._connections)
        self.history = History(self._connections)
        self.trails = Trails(self._connections)
        self.decisions = Decisions(self._connections)
        self.threads = Threads(self._connections)
        self.rounds = Rounds(self._connections)
        self.assignments = Assignments(self._connections)
        self.boards = Boards(self._connections)

    def write(self, by: str) -> AbstractContextManager[Transaction]:
        """A write transaction in the name of a person, kept whole or not at all."""
        return self._connections.write(by)

    def snapshot(self) -> AbstractContextManager[None]:
        """Reads inside see one state of the database."""
        return self._connections.snapshot()

    def backup(self, target: Path | str) -> Path:
        """Copy the database into a new file while it is in use."""
        return self._connections.backup(Path(target))

    def examine(self) -> Iterator[Problem]:
        """Check the whole database; yields what is wrong."""
        return examine(self._connections)

    def mend(self, by: str) -> list[Problem]:
        """Mend what the check finds and can mend; returns what was wrong and is right now."""
        return mend(self._connections, by)

    def close(self) -> None:
        """Close this thread's connection."""
        self._connections.close()


__all__ = [
    "OPERATOR_ID",
    "ArticleFilter",
    "CodebookVersion",
    "Facets",
    "Invitation",
    "ListedArticle",
    "Outcome",
    "Page",
    "Problem",
    "Store",
    "TrailFilter",
    "Transaction",
]
