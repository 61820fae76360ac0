"""The draft of a codebook: kept for a person and project while they work, saved as a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from annotate import accounts, versions
from annotate.codebook import Codebook, Problem, content
from annotate.codebook.check import read
from annotate.errors import WorkbenchError
from annotate.model import Person, Project
from annotate.ui import shell
from annotate.ui.component import component
from annotate.ui.database import store
from annotate.ui.i18n import t, tn, told
from annotate.ui.views.codebook_words import place_name, problem_words
from annotate.ui.views.notices import ask, say
from annotate.ui.words import plain

MOST_TOLD = 6
PAGE = "codebook"
_REVISION = "codebook_revision"
_guard = component("claimdesk_codebook_guard", "codebook/guard.js")


@dataclass
class Draft:
    """What a person has made of a version, in whatever state it is.

    ``revision`` changes when the content is replaced as a whole, so that fields begin anew.
    """

    base: int
    content: dict[str, Any]
    revision: int
    note: str = ""


@dataclass
class Place:
    """A project's codebook as one person sees it, with their draft as it can be read."""

    person: Person
    project: Project
    current: Codebook
    editable: bool
    draft: Draft
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
    def key(self) -> str:
        """A key for widgets: they begin anew when the draft is replaced."""
        return f"{self.project.id}_{self.draft.revision}"

    def change(self, part: Mapping[str, Any]) -> None:
        """Change some settings of the draft."""
        self.draft.content.update(part)
        self.read()

    def replace(self, book: Codebook, note: str = "") -> None:
        """Put another codebook in the draft's place."""
        self.draft.content = content(book)
        self.draft.note = note
        self.draft.revision = _next_revision()
        self.read()


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


def bar(here: Place) -> None:
    """Draw what can be done with the draft: save it with a note, or discard it."""
    with st.container(key="codebook_bar", border=True):
        state, note, save, discard = st.columns([5, 7, 3, 2], vertical_alignment="center")
        state.text(_state(here))
        here.draft.note = note.text_input(
            t("What has changed and why"),
            here.draft.note,
            key=f"codebook_note_{here.key}",
            max_chars=versions.LONGEST_NOTE,
            placeholder=t("What has changed and why"),
            label_visibility="collapsed",
            disabled=not here.changed,
        )
        number = here.project.codebook_version + 1
        stale = here.draft.base != here.project.codebook_version
        ready = here.changed and not here.problems and not stale
        saves = save.button(
            t("Save as version {number}", number=number),
            type="primary",
            key="codebook_save",
            disabled=not ready,
            width="stretch",
        )
        if discard.button(
            t("Discard…"), key="codebook_discard", disabled=not here.changed, width="stretch"
        ):
            _ask_discard()
        if here.changed:
            _warnings(here, stale)
        if saves:
            _save(here)
    with st.container(key="codebook_guard"):
        _guard("codebook_guarded", {"project": here.project.id, "unsaved": here.changed})


def _state(here: Place) -> str:
    if not here.changed:
        return t("No changes since version {number}", number=here.draft.base)
    if here.problems:
        return tn(
            "Unsaved changes, {n} problem", "Unsaved changes, {n} problems", len(here.problems)
        )
    return t("Unsaved changes to version {number}", number=here.draft.base)


def _ask_discard() -> None:
    def discard() -> None:
        here = place(shell.enter())
        here.replace(here.current)
        here.draft.base = here.project.codebook_version

    text = t("They cannot be brought back.")
    ask(t("Discard all unsaved changes?"), text, t("Discard them"), "codebook_discard", discard,
        loses=True)  # fmt: skip


def _warnings(here: Place, stale: bool) -> None:
    if stale:
        _stale(here)
    if here.problems:
        lines = [
            plain(problem_words(problem, here.book, whole=True))
            for problem in here.problems[:MOST_TOLD]
        ]
        if len(here.problems) > MOST_TOLD:
            lines.append(t("and {n} more", n=len(here.problems) - MOST_TOLD))
        st.error("  \n".join(lines))
        return
    found = versions.impact(store(), here.person, here.project.id, here.book)
    lines = [
        tn(
            "{place} is withdrawn, but in use: {n} label keeps it",
            "{place} is withdrawn, but in use: {n} labels keep it",
            use.count,
            place=place_name(use.place),
        )
        for use in found.uses
    ]
    lines += [
        t(
            "Guidelines, line {line}: {problem}",
            line=problem.line,
            problem=told(problem.error),
        )
        for problem in found.examples
    ]
    if lines:
        st.warning("  \n".join(plain(line) for line in lines))


def _stale(here: Place) -> None:
    words, button = st.columns([8, 6], vertical_alignment="center")
    words.warning(
        t(
            "Version {number} was saved meanwhile. Your changes are based on version {base}.",
            number=here.project.codebook_version,
            base=here.draft.base,
        )
    )
    if button.button(
        t("Put my codebook in place of version {number}", number=here.project.codebook_version),
        key="codebook_rebase",
        width="stretch",
    ):
        here.draft.base = here.project.codebook_version
        st.rerun()


def _save(here: Place) -> None:
    try:
        number = versions.save(
            store(),
            here.person,
            here.project.id,
            here.book,
            here.draft.note,
            base=here.draft.base,
        )
    except WorkbenchError as error:
        st.error(plain(told(error)))
        return
    here.draft.base = number
    here.replace(here.book)
    say(PAGE, t("Saved as version {number}", number=number))
    st.rerun()


def _is_unchanged(here: Place) -> bool:
    before = store().projects.codebook(here.project.id, here.draft.base)
    return not here.problems and here.book == before


def _next_revision() -> int:
    number: int = st.session_state.get(_REVISION, 0) + 1
    st.session_state[_REVISION] = number
    return number
