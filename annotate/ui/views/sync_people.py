"""Who somebody in Label Studio is here: those unknown, and what an editor has said."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from annotate import accounts
from annotate.accounts import PERMISSIONS
from annotate.labelstudio import linking
from annotate.labelstudio.linking import Unknown
from annotate.model import Person, Project
from annotate.ui import shell
from annotate.ui.database import store
from annotate.ui.i18n import t, tn
from annotate.ui.views.notices import say, telling
from annotate.ui.words import plain

_PAGE = "sync"


def unknown(desk: shell.Desk, project: Project) -> tuple[Unknown, ...]:
    """Those there whose annotations wait until it is known who they are."""
    return linking.unknown_people(store(), desk.visitor.person, project.id)


def draw(desk: shell.Desk, project: Project, waiting: Sequence[Unknown]) -> None:
    """Draw those unknown, each with a choice of people; then what was said before."""
    st.caption(
        t("People are matched by their e-mail address. Say below who has another address there.")
    )
    coders = _coders(project)
    for one in waiting:
        _one(desk, project, one, coders)
    if not waiting:
        st.text(t("Nobody who labels there is unknown here."))
    elif accounts.may(store(), desk.visitor.person, "person.manage"):
        shell.way(t("Invite somebody to Claimdesk"), shell.link("people", project))
    _said(desk, project, coders)


def _coders(project: Project) -> dict[str, Person]:
    """Who may label in the project, by id."""
    return {
        person.id: person
        for person in store().people.all()
        if person.kind == "person"
        and accounts.role_of(store(), person, project.id) in PERMISSIONS["label_set.tag"]
    }


def _one(desk: shell.Desk, project: Project, waiting: Unknown, coders: dict[str, Person]) -> None:
    with st.container(border=True, key=f"sync_person_{_key(waiting.email)}"):
        who, choice, button = st.columns([5, 5, 2], vertical_alignment="bottom")
        with who, st.container(gap=None):
            st.text(waiting.email)
            st.caption(tn("{n} annotation waits", "{n} annotations wait", waiting.annotations))
        chosen = choice.selectbox(
            t("Labels here as"),
            [None, *coders],
            format_func=lambda id_: _name(coders[id_]) if id_ else t("choose…"),
            key=f"sync_is_{_key(waiting.email)}",
        )
        pressed = button.button(
            t("Save"), key=f"sync_map_{_key(waiting.email)}", disabled=chosen is None,
            width="stretch",
        )  # fmt: skip
        if pressed and chosen is not None:
            _map(desk, project, waiting.email, chosen)


def _said(desk: shell.Desk, project: Project, coders: dict[str, Person]) -> None:
    people = store().links.people(project.id)
    if not people:
        return
    st.subheader(t("Named by an editor"), anchor=False)
    for email, person_id in people.items():
        person = coders.get(person_id) or store().people.get(person_id)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(t("{email} is {name}", email=email, name=_name(person)))
            if st.button(t("Take back"), key=f"sync_unmap_{_key(email)}", type="tertiary"):
                _map(desk, project, email, None)


def _map(desk: shell.Desk, project: Project, email: str, person_id: str | None) -> None:
    with telling():
        linking.map_person(store(), desk.visitor.person, project.id, email, person_id)
        say(
            _PAGE,
            t("The next sync takes in what they labelled.")
            if person_id
            else t("{email} is nobody here again", email=plain(email)),
        )
        st.rerun()


def _name(person: Person) -> str:
    shown = person.display_name or person.name
    return f"{shown} ({person.email})" if person.email else shown


def _key(email: str) -> str:
    return email.encode().hex()
