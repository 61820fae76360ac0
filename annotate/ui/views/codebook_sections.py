"""The parts of a codebook on its page: scales, fields, document labels, guidelines, YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import streamlit as st

from annotate.codebook import CodebookInvalid, Problem, yaml
from annotate.codebook.check import LONGEST_GUIDELINES
from annotate.codebook.diff import diff
from annotate.ui.component import component, stateful
from annotate.ui.i18n import t, tn, told
from annotate.ui.markdown import tree
from annotate.ui.views.codebook_draft import PAGE, Place, Typed
from annotate.ui.views.codebook_words import field_names, problem_words
from annotate.ui.views.notices import forget, undoable
from annotate.ui.words import file_stem

Section = Literal["values", "fields", "labels"]
_SETTINGS: dict[Section, tuple[str, ...]] = {
    "values": ("working_language", "span_kinds", "stances", "certainties"),
    "fields": ("shown", "required"),
    "labels": ("document_labels",),
}
WANTED = "codebook_wanted"
"""The place of a field that is to have the focus once it is drawn."""
_RESETS = "codebook_yaml_resets"
_editor = stateful("claimdesk_codebook_editor", "codebook/editor.js", states=("part",))
_yaml = stateful("claimdesk_codebook_yaml", "codebook/yaml.js", states=("typed",))
_preview = component("claimdesk_codebook_preview", "codebook/preview.js")


def hear(here: Place) -> None:
    """Take over what was typed in any part: it may be another by now that is drawn."""
    if not here.editable:
        return
    for section, settings in _SETTINGS.items():
        said = st.session_state.get(f"codebook_{section}_{here.project.id}")
        typed = said.get("part") if said else None
        if typed and typed["revision"] == here.draft.revision:
            _change(here, {name: typed["part"][name] for name in settings})
            here.filling = str(typed.get("filling") or "")
    text = st.session_state.get(f"codebook_guidelines_{here.key}")
    if text is not None:
        _change(here, {"guidelines": text})
    said = st.session_state.get(f"codebook_yaml_{here.project.id}")
    typed = said.get("typed") if said else None
    if typed and typed["revision"] == _yaml_revision(here):
        _type(here, str(typed["text"]), whole=bool(typed.get("file")))


def _change(here: Place, part: Mapping[str, Any]) -> None:
    if any(here.draft.content.get(name) != value for name, value in part.items()):
        # What is offered to be undone would take this with it.
        forget(PAGE)
    here.change(part)


def _type(here: Place, text: str, *, whole: bool) -> None:
    """Keep YAML; of a file, which is whole, it is told at once what is wrong with it."""
    if not here.type_yaml(text):
        return
    forget(PAGE)
    if whole:
        try:
            yaml.parse(text)
        except CodebookInvalid as error:
            here.draft.typed = Typed(text, error.problems)


def editor(here: Place, section: Section) -> None:
    """Draw the fields of some settings; what is typed there goes into the draft."""
    problems = [
        {"place": one.place, "text": problem_words(one, here.book, whole=False)}
        for one in here.told
    ]
    _editor(
        f"codebook_{section}_{here.project.id}",
        {
            "section": section,
            "revision": here.draft.revision,
            "part": {name: here.draft.content[name] for name in _SETTINGS[section]},
            "fields": list(field_names().items()),
            "editable": here.editable,
            "problems": problems if here.editable else [],
            "wanted": st.session_state.pop(WANTED, ""),
        },
    )


def section_of(place: str) -> str:
    """The part of the page where a place of the codebook stands."""
    setting = re.split(r"[.\[]", place, maxsplit=1)[0]
    found = [name for name, settings in _SETTINGS.items() if setting in settings]
    return found[0] if found else "guidelines" if setting == "guidelines" else "values"


def guidelines(here: Place) -> None:
    """Draw the guidelines: as text to edit, and as readers see them."""
    project_id = here.project.id
    if not here.editable:
        _preview("codebook_preview", _shown(here.current.guidelines, project_id))
        return
    left, right = st.columns(2, gap="large")
    with left:
        text = st.text_area(
            t("Guidelines in Markdown"),
            str(here.draft.content.get("guidelines") or ""),
            key=f"codebook_guidelines_{here.key}",
            height=520,
            max_chars=LONGEST_GUIDELINES,
        )
        st.caption(
            t(
                "An example is a link to words of an article. Select the words on the page Tag,"
                " press M, and copy the link that stands below the guidelines."
            )
        )
    with right, st.container(key="codebook_seen"):
        st.caption(t("As coders see them"))
        _preview("codebook_preview", {**_shown(text, project_id), "boxed": True})


def as_yaml(here: Place) -> None:
    """Draw the codebook as YAML: to take away, to edit, to bring back."""
    text, typed = here.as_yaml(), here.draft.typed
    st.download_button(
        t("Download as YAML"),
        text,
        file_name=f"{file_stem(here.project.name)}-codebook.yaml",
        mime="application/yaml",
        key="codebook_download",
        on_click="ignore",
    )
    _yaml(
        f"codebook_yaml_{here.project.id}",
        {
            "text": typed.text if typed else text,
            "draft": text,
            "revision": _yaml_revision(here),
            "editable": here.editable,
            "mostBytes": 4 * yaml.MOST_CHARACTERS,
            "problems": _with_lines(typed.problems) if typed else [],
        },
    )


def take(here: Place, text: str) -> bool:
    """Take YAML into the draft; False if it is none, which then stands beside the text."""
    try:
        book = yaml.parse(text)
    except CodebookInvalid as error:
        here.draft.typed = Typed(text, error.problems)
        return False
    changes = len(diff(here.current, book))
    taken = tn("Taken into the draft: {n} change", "Taken into the draft: {n} changes", changes)
    replaceable(here, taken)
    here.replace(book, here.draft.note)
    return True


def replaceable(here: Place, text: str) -> None:
    """Before the draft is replaced: keep it, and offer it with the words on what replaces it."""
    draft, before = here.draft, here.draft.copy()

    def undo() -> str:
        # This one, whatever project is open when it is pressed.
        draft.restore(before)
        return t("The draft is again as it was")

    undoable(PAGE, text, undo)


def reset(here: Place) -> None:
    """Forget YAML that was typed: it says again what the draft says."""
    replaceable(here, t("The YAML says again what your draft says"))
    here.draft.typed = None
    st.session_state[_RESETS] = st.session_state.get(_RESETS, 0) + 1


def _yaml_revision(here: Place) -> str:
    return f"{here.draft.revision}/{st.session_state.get(_RESETS, 0)}"


def _with_lines(problems: Sequence[Problem]) -> list[dict[str, object]]:
    return [{"line": one.line or 1, "text": told(one.error)} for one in problems]


def _shown(text: str, project_id: str) -> dict[str, object]:
    return {"tree": list(tree(text)), "project": project_id}
