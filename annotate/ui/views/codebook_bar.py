"""The bar above the parts of a codebook: what the draft holds, what saving it means, and saving.

It keeps its height: what there is to say opens from the line that says how the draft stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from annotate import versions
from annotate.errors import WorkbenchError
from annotate.model import utc_now
from annotate.ui import shell
from annotate.ui.component import stateful
from annotate.ui.database import store
from annotate.ui.i18n import listed, t, tn, told
from annotate.ui.times import moment
from annotate.ui.views import codebook_draft, codebook_sections
from annotate.ui.views.codebook_draft import PAGE, Draft, Place, Typed
from annotate.ui.views.codebook_words import part_names, place_name, problem_words
from annotate.ui.views.notices import ask, forget, say
from annotate.ui.words import person_name, plain
from annotate.versions import Impact, Touched

_SHOWN = "codebook_problems_shown"
_guard = stateful("claimdesk_codebook_guard", "codebook/guard.js", triggers=("found",))


def draw(here: Place) -> None:
    """Draw what can be done with the draft: save it with a note, or discard it."""
    if here.unsaved:
        here.draft.fresh = False
    stale = here.draft.base != here.project.codebook_version
    with st.container(key="codebook_bar", border=True):
        with st.container(key="codebook_more", horizontal=True, vertical_alignment="center"):
            st.text(_state(here), width="content")
            _more(here, stale)
        note, save, discard = st.columns([12, 3, 2], vertical_alignment="center")
        here.draft.note = note.text_input(
            t("What has changed and why"),
            here.draft.note,
            key=f"codebook_note_{here.key}",
            max_chars=versions.LONGEST_NOTE,
            placeholder=t("What has changed and why"),
            label_visibility="collapsed",
            disabled=not here.changed,
        )
        saves = save.button(
            t("Save as version {number}", number=here.project.codebook_version + 1),
            type="primary",
            key="codebook_save",
            disabled=not here.changed or bool(here.problems) or stale,
            width="stretch",
        )
        if discard.button(
            t("Discard…"), key="codebook_discard", disabled=not here.unsaved, width="stretch"
        ):
            _ask_discard()
        if saves:
            _save(here)
    _keep(here)


def _state(here: Place) -> str:
    if not here.changed:
        if here.draft.typed is not None:
            return t("The YAML differs from your draft")
        return t("No changes since version {number}", number=here.draft.base)
    return t("Unsaved changes to version {number}", number=here.draft.base)


def _ask_discard() -> None:
    def discard() -> None:
        forget(PAGE)
        codebook_draft.discard(codebook_draft.place(shell.enter()))

    text = t("They cannot be brought back.")
    ask(t("Discard all unsaved changes?"), text, t("Discard them"), "codebook_discard", discard,
        loses=True)  # fmt: skip


def _more(here: Place, stale: bool) -> None:
    """What else is to be known, in the same line, so that nothing moves when there is something."""
    _offer(here)
    if stale and here.unsaved:
        _stale(here)
    if here.draft.typed is not None:
        _typed(here)
    if here.problems:
        _problems(here)
    # What saving would mean is to be known where one can save.
    if not here.changed or here.problems or stale:
        return
    found = versions.impact(store(), here.person, here.project.id, here.book)
    # Where no label uses a value and nothing is to be said of it, there is nothing to tell.
    told = [one for one in found.touched if one.count or one.worded]
    if told:
        _touched(here, told)
    _warnings(found)


def _problems(here: Place) -> None:
    n = len(here.told)
    if n == 0:
        st.text(t("The new row is not complete yet"), width="content")
        return
    # Another key closes it, once it has led somewhere.
    key = f"codebook_problems_{st.session_state.get(_SHOWN, 0)}"
    with (
        st.popover(tn("{n} problem", "{n} problems", n), key=key),
        st.container(key="codebook_told", gap=None),
    ):
        for at, problem in enumerate(here.told):
            st.button(
                plain(problem_words(problem, here.book, whole=True)),
                key=f"codebook_problem_{at}",
                type="tertiary",
                on_click=_show_problem,
                args=(problem.place,),
            )


def _show_problem(place: str) -> None:
    _go_to(codebook_sections.section_of(place))
    st.session_state[codebook_sections.WANTED] = place
    st.session_state[_SHOWN] = st.session_state.get(_SHOWN, 0) + 1


def _touched(here: Place, found: Sequence[Touched]) -> None:
    """How many labels use values whose words change, and whether they mean the same."""
    asked = {one.place for one in found if one.worded}
    here.draft.rethought &= asked
    with st.popover(_touched_label(here, found), key="codebook_touched"):
        st.text(
            t(
                "Labels keep the version they were made under. Those of a value that means"
                " something else are listed to be rechecked."
            )
        )
        for one in found:
            _choice(here, one)


def _touched_label(here: Place, found: Sequence[Touched]) -> str:
    n = sum(one.count for one in found)
    if n == 0:
        return t("The {part} changed: does the value mean the same?", part=_parts(found))
    again = sum(one.count for one in found if not one.worded or one.place in here.draft.rethought)
    rest = t("{n} to recheck", n=f"{again:,}") if again else t("none to recheck")
    said = tn(
        "{n} label uses a value whose {part} changed",
        "{n} labels use a value whose {part} changed",
        n,
        part=_parts(found),
    )
    return t("{said}: {rest}", said=said, rest=rest)


def _parts(found: Sequence[Touched]) -> str:
    parts = dict.fromkeys(change.place[2] for one in found for change in one.changes)
    return listed(part_names()[part] for part in parts)


def _choice(here: Place, one: Touched) -> None:
    """Whether a value means the same; one whose number changed never does."""
    st.markdown(f"**{plain(place_name(one.place))}**")
    lines = [
        t(
            "{field}: “{before}” became “{after}”",
            field=part_names()[change.place[2]],
            before=change.before or "–",
            after=change.after or "–",
        )
        for change in one.changes
    ]
    st.text("\n".join([*lines, tn("{n} label uses it", "{n} labels use it", one.count)]))
    if not one.worded:
        st.text(t("It means something else: they are to be rechecked."))
        return
    names = {False: t("only worded differently"), True: t("means something else: recheck")}
    key = f"codebook_sense_{here.key}_{'/'.join(one.place)}"
    other = st.radio(
        t("What {value} means", value=plain(place_name(one.place))),
        [False, True],
        index=int(one.place in here.draft.rethought),
        format_func=names.__getitem__,
        key=key,
        horizontal=True,
        label_visibility="collapsed",
        on_change=_chosen,
        args=(here.draft, one.place, key),
    )
    (here.draft.rethought.add if other else here.draft.rethought.discard)(one.place)


def _chosen(draft: Draft, place: tuple[str, ...], key: str) -> None:
    # Before the run, so that the words on the button say it at once.
    (draft.rethought.add if st.session_state.get(key) else draft.rethought.discard)(place)


def _warnings(found: Impact) -> None:
    uses = [
        tn(
            "{place} is withdrawn, but in use: {n} label keeps it",
            "{place} is withdrawn, but in use: {n} labels keep it",
            use.count,
            place=place_name(use.place),
        )
        for use in found.uses
    ]
    lost = [
        t("Guidelines, line {line}: {problem}", line=problem.line, problem=told(problem.error))
        for problem in found.examples
    ]
    n = sum(use.count for use in found.uses)
    if uses:
        label = tn("{n} label keeps a withdrawn value", "{n} labels keep a withdrawn value", n)
        with st.popover(label, key="codebook_withdrawn"):
            st.text("\n".join(uses))
    if lost:
        label = tn("{n} example leads nowhere", "{n} examples lead nowhere", len(lost))
        with st.popover(label, key="codebook_lost"):
            st.text("\n".join(lost))


def _stale(here: Place) -> None:
    """Somebody has saved meanwhile: who, why and what, before it is put aside."""
    number = here.project.codebook_version
    newest = versions.versions(store(), here.person, here.project.id)[0]
    st.text(
        t(
            "Version {number} was saved meanwhile by {name} (“{note}”); yours is based on {base}.",
            number=number,
            name=person_name(newest.by),
            note=newest.note,
            base=here.draft.base,
        ),
        width="content",
    )
    st.button(
        t("Show what differs"),
        key="codebook_differs",
        on_click=_show_versions,
        args=(here.draft.base, number, f"{here.key}_{number}"),
    )
    if st.button(
        t("Put my codebook in place of version {number}", number=number), key="codebook_rebase"
    ):
        here.draft.base = number
        st.rerun()


def _show_versions(base: int, number: int, key: str) -> None:
    _go_to("versions")
    st.query_params["version"] = str(number)
    st.session_state[f"codebook_from_{key}"] = base
    st.session_state[f"codebook_to_{key}"] = number


def _go_to(section: str) -> None:
    st.session_state["codebook_section"] = section
    st.session_state["codebook_section_seen"] = st.query_params.get("section", "")


def _typed(here: Place) -> None:
    if here.changed:
        st.text(t("The YAML differs from your draft"), width="content")
    st.button(
        t("Take into the draft"),
        key="codebook_take_in",
        type="primary",
        on_click=_take_in,
        args=(here,),
    )
    st.button(t("Reset"), key="codebook_reset_yaml", on_click=codebook_sections.reset, args=(here,))


def _take_in(here: Place) -> None:
    # Before the run: another part of the page may have to be shown, with what is wrong.
    codebook_sections.hear(here)
    if here.draft.typed is not None and not codebook_sections.take(here, here.draft.typed.text):
        _go_to("yaml")


def _save(here: Place) -> None:
    try:
        number = versions.save(
            store(),
            here.person,
            here.project.id,
            here.book,
            here.draft.note,
            base=here.draft.base,
            rethought=here.draft.rethought,
        )
    except WorkbenchError as error:
        st.error(plain(told(error)))
        return
    typed = here.draft.typed
    here.draft.base = number
    here.draft.rethought.clear()
    here.replace(here.book)
    if typed is not None and typed.text != here.as_yaml():
        here.draft.typed = typed
    say(PAGE, t("Saved as version {number}", number=number))
    st.rerun()


def _keep(here: Place) -> None:
    """Let the browser keep the draft, so that a page loaded anew offers it again."""
    draft = here.draft
    kept = {
        "base": draft.base,
        "content": draft.content,
        "note": draft.note,
        "rethought": sorted(draft.rethought),
        "typed": draft.typed.text if draft.typed else None,
    }
    with st.container(key="codebook_guard"):
        found = _guard(
            "codebook_guarded",
            {
                "me": here.person.id,
                "project": here.project.id,
                "unsaved": here.unsaved,
                "fresh": draft.fresh,
                "draft": kept if here.unsaved else None,
                "settled": draft.settled,
            },
        )["found"]
    if isinstance(found, dict) and draft.fresh:
        st.session_state[_found_key(here)] = found
        st.rerun()


def _found_key(here: Place) -> str:
    return f"codebook_found/{here.person.id}/{here.project.id}"


def _offer(here: Place) -> None:
    """What this browser has kept of an earlier page, to go on with or to throw away."""
    found: Mapping[str, Any] | None = st.session_state.get(_found_key(here))
    if found is None or here.unsaved:
        return
    at = found.get("at")
    time = moment(at if isinstance(at, str) else utc_now())
    st.text(t("You have an unsaved draft of {time}.", time=time), width="content")
    resume = st.button(t("Resume"), key="codebook_resume")
    if resume or st.button(t("Discard it"), key="codebook_drop"):
        del st.session_state[_found_key(here)]
        here.draft.settled = str(found.get("key", ""))
        here.draft.fresh = False
        if resume:
            _resume(here, found)
        st.rerun()


def _resume(here: Place, found: Mapping[str, Any]) -> None:
    # It comes from the browser, so it may be anything.
    settings, base, note = found.get("content"), found.get("base"), found.get("note")
    numbers = range(1, here.project.codebook_version + 1)
    if isinstance(settings, dict) and isinstance(base, int) and base in numbers:
        here.put(
            {name: settings.get(name, value) for name, value in here.draft.content.items()},
            note if isinstance(note, str) else "",
        )
        here.draft.base = base
        here.draft.rethought = {
            tuple(map(str, one)) for one in found.get("rethought") or () if isinstance(one, list)
        }
        if isinstance(found.get("typed"), str):
            here.draft.typed = Typed(found["typed"])
