"""The parts of a codebook on its page: scales, fields, document labels, guidelines, YAML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import streamlit as st

from annotate.codebook import CodebookInvalid, Problem, yaml
from annotate.codebook.check import LONGEST_GUIDELINES
from annotate.codebook.diff import diff
from annotate.ui.component import component, stateful
from annotate.ui.i18n import t, tn, told
from annotate.ui.markdown import tree
from annotate.ui.views.codebook_draft import PAGE, Place
from annotate.ui.views.codebook_words import field_names, problem_words
from annotate.ui.views.notices import say
from annotate.ui.words import file_stem

Section = Literal["values", "fields", "labels"]
_SETTINGS: dict[Section, tuple[str, ...]] = {
    "values": ("working_language", "span_kinds", "stances", "certainties"),
    "fields": ("shown", "required"),
    "labels": ("document_labels",),
}
_MOST_BYTES = 4 * yaml.MOST_CHARACTERS
_editor = stateful("claimdesk_codebook_editor", "codebook/editor.js", states=("part",))
_yaml = stateful("claimdesk_codebook_yaml", "codebook/yaml.js", triggers=("take",))
_preview = component("claimdesk_codebook_preview", "codebook/preview.js")


def editor(here: Place, section: Section) -> None:
    """Draw the fields of some settings; what was typed there goes into the draft."""
    settings = _SETTINGS[section]
    key = f"codebook_{section}_{here.project.id}"
    _take_over(here, settings, st.session_state.get(key))
    problems = [
        {"place": one.place, "text": problem_words(one, here.book, whole=False)}
        for one in here.problems
    ]
    _editor(
        key,
        {
            "section": section,
            "revision": here.draft.revision,
            "part": {name: here.draft.content[name] for name in settings},
            "fields": list(field_names().items()),
            "editable": here.editable,
            "problems": problems if here.editable else [],
        },
    )


def _take_over(here: Place, settings: Sequence[str], state: Mapping[str, Any] | None) -> None:
    # Looked at before the fields are drawn, so that what is wrong with them stands beside them.
    typed = state.get("part") if state else None
    if here.editable and typed and typed["revision"] == here.draft.revision:
        here.change({name: typed["part"][name] for name in settings})


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
    if text != here.draft.content.get("guidelines"):
        here.change({"guidelines": text})
    with right, st.container(key="codebook_seen"):
        st.caption(t("As coders see them"))
        _preview("codebook_preview", {**_shown(text, project_id), "boxed": True})


def as_yaml(here: Place) -> None:
    """Draw the codebook as YAML: to take away, to edit, to bring back."""
    book = here.current if here.problems else here.book
    text = yaml.dump(book)
    kept = f"codebook_yaml_{here.key}"
    with st.container(key="codebook_files", horizontal=True, vertical_alignment="center"):
        st.download_button(
            t("Download as YAML"),
            text,
            file_name=f"{file_stem(here.project.name)}-codebook.yaml",
            mime="application/yaml",
            key="codebook_download",
            on_click="ignore",
        )
        if here.editable:
            _upload(here, kept)
    state = st.session_state.get(kept, {"text": text, "problems": [], "revision": 0})
    result = _yaml(
        f"codebook_yaml_{here.project.id}",
        {
            "text": state["text"],
            "revision": f"{here.draft.revision}/{state['revision']}/{hash(state['text'])}",
            "editable": here.editable,
            "problems": state["problems"],
        },
    )
    if result.get("take") is not None and here.editable:
        _take(here, str(result["take"]), kept)


def _upload(here: Place, kept: str) -> None:
    given = st.file_uploader(
        t("A codebook as YAML"),
        type=["yaml", "yml", "json"],
        key=f"codebook_upload_{here.project.id}",
        label_visibility="collapsed",
    )
    if given is None or st.session_state.get("codebook_uploaded") == given.file_id:
        return
    st.session_state["codebook_uploaded"] = given.file_id
    raw = given.getvalue()[: _MOST_BYTES + 1]
    _take(here, raw.decode("utf-8", "replace"), kept)


def _take(here: Place, text: str, kept: str) -> None:
    try:
        book = yaml.parse(text)
    except CodebookInvalid as error:
        before = st.session_state.get(kept, {"revision": 0})
        st.session_state[kept] = {
            "text": text,
            "problems": _with_lines(error.problems),
            "revision": before["revision"] + 1,
        }
    else:
        st.session_state.pop(kept, None)
        changes = len(diff(here.current, book))
        here.replace(book, here.draft.note)
        taken = tn("Taken into the draft: {n} change", "Taken into the draft: {n} changes", changes)
        say(PAGE, taken)
    st.rerun()


def _with_lines(problems: Sequence[Problem]) -> list[dict[str, object]]:
    return [{"line": one.line or 1, "text": told(one.error)} for one in problems]


def _shown(text: str, project_id: str) -> dict[str, object]:
    return {"tree": list(tree(text)), "project": project_id}
