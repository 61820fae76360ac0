"""Codebook: what may be recorded in a project; edited as a draft, saved as a version."""

from __future__ import annotations

import streamlit as st

from annotate import accounts
from annotate.errors import WorkbenchError
from annotate.model import Project
from annotate.review import rechecks
from annotate.ui import shell
from annotate.ui.addressed import acted, address_value, keep_in_address
from annotate.ui.database import store
from annotate.ui.i18n import t, tn, told
from annotate.ui.views import (
    codebook_bar,
    codebook_draft,
    codebook_sections,
    codebook_versions,
)
from annotate.ui.views.codebook_draft import Place
from annotate.ui.views.notices import said
from annotate.ui.words import plain


def draw(desk: shell.Desk) -> None:
    """Draw the page."""
    project = shell.need_project(desk)
    with st.container(key="office"):
        st.title(t("Codebook"), anchor=False)
        st.caption(
            t(
                "What may be recorded in {project}: version {number}.",
                project=plain(project.name),
                number=project.codebook_version,
            )
        )
        _to_recheck(desk, project)
        _body()


def _to_recheck(desk: shell.Desk, project: Project) -> None:
    """A way to the labels that changed values have left behind, if the reader has any."""
    person = desk.visitor.person
    if accounts.may(store(), person, "label_set.tag", project.id):
        count = len(rechecks.rechecks(store(), person, project.id))
        if count:
            words = tn(
                "{n} label was made when a value meant something else",
                "{n} labels were made when a value meant something else",
                count,
            )
            shell.way(words, shell.link("recheck", project))


@st.fragment
def _body() -> None:
    # A fragment runs again by itself: who is asking must be asked here.
    here = codebook_draft.place(shell.enter())
    # First, as what is changed ends the offer to undo what was done before it.
    codebook_sections.hear(here)
    said(codebook_draft.PAGE)
    bar = st.container()
    section = _section()
    try:
        _draw_section(here, section)
        with bar:
            if here.editable:
                codebook_bar.draw(here)
            else:
                st.text(t("You may read this codebook; editors change it."))
    except WorkbenchError as error:
        st.error(plain(told(error)))


def _section() -> str:
    names = {
        "values": t("Scales"),
        "fields": t("Fields"),
        "labels": t("Document labels"),
        "guidelines": t("Guidelines"),
        "yaml": "YAML",
        "versions": t("Versions"),
    }
    key = "codebook_section"
    last = f"{key}_last"
    if key not in st.session_state and "section" not in st.query_params:
        # Back from another page, one goes on where one was.
        keep_in_address("section", key, st.session_state.get(last, "values"), "values")
    address_value("section", key, tuple(names))
    chosen = st.segmented_control(
        t("Part of the codebook"),
        list(names),
        format_func=names.__getitem__,
        key=key,
        on_change=acted,
        args=("section", key),
        label_visibility="collapsed",
        required=True,
    )
    section = chosen or "values"
    st.session_state[last] = section
    keep_in_address("section", key, section, "values")
    return section


def _draw_section(here: Place, section: str) -> None:
    if section == "guidelines":
        codebook_sections.guidelines(here)
    elif section == "yaml":
        codebook_sections.as_yaml(here)
    elif section == "versions":
        codebook_versions.draw(here)
    elif section == "fields":
        codebook_sections.editor(here, "fields")
    elif section == "labels":
        codebook_sections.editor(here, "labels")
    else:
        codebook_sections.editor(here, "values")
