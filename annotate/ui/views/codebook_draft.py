"""The draft of a codebook: kept for a person and project while they work, saved as a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from annotate import accounts
from annotate.codebook import Codebook, Problem, content, yaml
from annotate.codebook.check import read
from annotate.codebook.diff import Place as Where
from annotate.model import Person, Project
from annotate.ui import shell
from annotate.ui.database import store

PAGE = "codebook"
_REVISION = "codebook_revision"


@dataclass(frozen=True, slots=True)
class Typed:
    """A codebook as YAML that is not taken into the draft yet, and what is wrong with it."""

    text: str
    problems: tuple[Problem, ...] = ()


@dataclass
class Draft:
    """What a person has made of a version, in whatever state it is.

    ``revision`` changes when the content is replaced as a whole, so that fields begin anew.
    ``rethought`` are the values, as ``(scale, value)``, whose other words mean something else.
    ``fresh`` says that nothing has been changed yet, so that what a browser kept may come first;
    ``settled`` names what of that was taken over or thrown away.
    """

    base: int
    content: dict[str, Any]
    revision: int
    note: str = ""
    rethought: set[Where] = field(default_factory=set)
    typed: Typed | None = None
    fresh: bool = True
    settled: str = ""

    def copy(self) -> Draft:
        """As it is now, to be restored."""
        return replace(self, content=dict(self.content), rethought=set(self.rethought))

    def restore(self, before: Draft) -> None:
        """Put it back as it was when it was copied."""
        self.content, self.note = dict(before.content), before.note
        self.base, self.typed = before.base, before.typed
        self.rethought = set(before.rethought)
        self.revision = _next_revision()


@dataclass
class Place:
    """A project's codebook as one person sees it, with their draft as it can be read.

    ``filling`` is the place of a row that is being filled in: what it lacks is not told yet.
    """

    person: Person
    project: Project
    current: Codebook
    editable: bool
    draft: Draft
    filling: str = ""
    book: Codebook = field(init=False)
    problems: tuple[Problem, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.read()

    def read(self) -> None:
        """Look at the draft again, after a change."""
        book, problems = read(self.draft.content, fresh=True)
        self.book, self.problems = book, tuple(problems)

    @property
    def changed(self) -> bool:
        """Whether there is anything to save."""
        return bool(self.problems) or self.book != self.current

    @property
    def unsaved(self) -> bool:
        """Whether anything would be lost, YAML that is not taken in included."""
        return self.changed or self.draft.typed is not None

    @property
    def told(self) -> tuple[Problem, ...]:
        """The problems but for those of the row that is being filled in."""
        row = self.filling
        if not row:
            return self.problems
        return tuple(one for one in self.problems if not f"{one.place}.".startswith(f"{row}."))

    @property
    def key(self) -> str:
        """A key for widgets: they begin anew when the draft is replaced."""
        return f"{self.project.id}_{self.draft.revision}"

    def change(self, part: Mapping[str, Any]) -> None:
        """Change some settings of the draft."""
        self.draft.content.update(part)
        self.read()

    def replace(self, book: Codebook, note: str = "") -> None:
        """Put another codebook in the draft's place."""
        self.put(content(book), note)

    def put(self, settings: Mapping[str, Any], note: str = "") -> None:
        """As `replace`, with settings in whatever state they are."""
        self.draft.content = dict(settings)
        self.draft.note = note
        self.draft.typed = None
        self.draft.revision = _next_revision()
        self.read()

    def as_yaml(self) -> str:
        """The draft as YAML; while it cannot be read, the codebook that it is made from."""
        return yaml.dump(self.current if self.problems else self.book)

    def type_yaml(self, text: str) -> bool:
        """Keep YAML that somebody typed, unless it is what the draft says anyway.

        Returns:
            Whether that is news.
        """
        before = self.draft.typed
        if text == self.as_yaml():
            self.draft.typed = None
        elif before is None or before.text != text:
            self.draft.typed = Typed(text)
        return self.draft.typed is not before


def place(desk: shell.Desk) -> Place:
    """The codebook of the project chosen, with the draft of whoever looks at it."""
    project = shell.need_project(desk)
    person = desk.visitor.person
    accounts.require(store(), person, "article.read", project.id)
    current = store().projects.codebook(project.id)
    editable = accounts.may(store(), person, "codebook.change", project.id)
    key = f"codebook_draft/{person.id}/{project.id}"
    draft: Draft | None = st.session_state.get(key) if editable else None
    if draft is None:
        draft = Draft(project.codebook_version, content(current), _next_revision())
        st.session_state[key] = draft
    here = Place(person, project, current, editable, draft)
    if draft.base != project.codebook_version and _is_unchanged(here):
        draft.base = project.codebook_version
        here.replace(current)
    return here


def discard(here: Place) -> None:
    """Begin anew from the current version."""
    here.replace(here.current)
    here.draft.base = here.project.codebook_version
    here.draft.rethought.clear()


def _is_unchanged(here: Place) -> bool:
    before = store().projects.codebook(here.project.id, here.draft.base)
    return not here.problems and here.book == before and here.draft.typed is None


def _next_revision() -> int:
    number: int = st.session_state.get(_REVISION, 0) + 1
    st.session_state[_REVISION] = number
    return number
