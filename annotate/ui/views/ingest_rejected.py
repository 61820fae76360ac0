"""Rejected items: the list, trying again, dismissing and putting back; one item looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from annotate import accounts
from annotate.errors import WorkbenchError
from annotate.ingest import desk as ingestion
from annotate.ingest import looking, prospects, uploads
from annotate.ingest.looking import Look
from annotate.model import Person, Project, Rejection
from annotate.store.ingests import LISTED, Listed
from annotate.ui import shell, visitor
from annotate.ui.database import store
from annotate.ui.i18n import t, tn, told
from annotate.ui.jobs import jobs
from annotate.ui.table import Cell, Column, Row, table
from annotate.ui.views import ingest_form, ingest_original, ingest_run
from annotate.ui.views.ingest_original import Moment
from annotate.ui.views.ingest_place import go
from annotate.ui.views.ingest_words import listed_name, outcome, reason_name, short
from annotate.ui.views.notices import ask
from annotate.ui.words import plain, readable_address

MOST_SHOWN = 200
_NOTICE = "ingest_notice"
_SETTLED = "ingest_settled"
RETRIED = "ingest_retried"
_POLL_S = 1.0
_TONES = {None: "oppose", "dismissed": "neutral", "succeeded": "support"}


@dataclass(frozen=True, slots=True)
class _Told:
    """What was done in a project, and the items for which it can be undone."""

    project_id: str
    text: str
    dismissed: tuple[str, ...] = ()


def draw(desk: shell.Desk, project: Project) -> None:
    """Draw the list with its filters and what can be done to ticked items."""
    _listen()
    listed, reason = _filters(desk, project)
    found = ingestion.rejections(
        store(),
        desk.visitor.person,
        project.id,
        listed=listed,
        reason=reason or None,
        limit=MOST_SHOWN + 1,
    )
    bar = st.container(horizontal=True, vertical_alignment="center", key="ingest_bar")
    if not found:
        with bar:
            _notice(project)
        st.caption(
            t("No item waits: everything was taken, or has been settled.")
            if listed == "open" and not reason
            else t("There are none.")
        )
        return
    shown = found[:MOST_SHOWN]
    # Ticks are for one action: the next table begins without any.
    ticked = rows(f"ingest_rejected_{listed}_{reason or 'any'}_{_settled()}", shown, ticks=True)
    if len(found) > MOST_SHOWN:
        st.caption(t("Only the first {n} are shown: settle these, or filter.", n=MOST_SHOWN))
    with bar:
        if accounts.may(store(), desk.visitor.person, "article.ingest", project.id):
            chosen = [one for one in shown if one.id in ticked]
            wanted = [one for one in chosen if one.resolution is None] or shown
            again = [one for one in wanted if prospects.can_change(store().path, one)]
            _actions(project, chosen, again, listed=True)


def rows(key: str, found: Sequence[Rejection], *, ticks: bool = False) -> tuple[str, ...]:
    """The table of rejected items; opens the one chosen and returns those ticked."""
    columns = (
        Column("item", t("Item")),
        Column("reason", t("Reason"), "chip", "172px"),
        Column("message", t("What is the matter"), width="32%"),
        Column("last", t("Last tried"), "time", "158px"),
        Column("times", t("Times"), "number", "66px"),
    )
    chosen = table(
        key,
        t("Rejected items"),
        columns,
        [
            Row(
                one.id,
                {
                    "item": short(uploads.shown(store().path, one.item)),
                    "reason": Cell(reason_name(one.reason), tone=_TONES[one.resolution]),
                    "message": short(told(ingestion.rebuilt(one)), 300),
                    "last": one.last_at,
                    "times": one.times,
                },
            )
            for one in found
        ],
        opens=True,
        ticks=ticks,
    )
    if chosen.opened:
        st.session_state.pop(_NOTICE, None)
        go("rejected", chosen.opened)
    return chosen.ticked


def item(desk: shell.Desk, project: Project, rejection_id: str) -> None:
    """Draw one item: as it was found, beside what cleaning makes of it."""
    ingest_run.back("rejected")
    _listen()
    with st.spinner(t("The item is read again where it was found")):
        seen = looking.look(store(), desk.visitor.person, rejection_id)
    one = seen.rejection
    place = uploads.shown(store().path, one.item)
    st.title(plain(short(place)), anchor=False)
    refused = told(seen.refused or ingestion.rebuilt(one))
    if accounts.may(store(), desk.visitor.person, "article.ingest", project.id):
        with st.container(horizontal=True, vertical_alignment="center", key="ingest_bar"):
            again = [one] if seen.worth_a_try else []
            _actions(project, [one], again, promising=seen.cleaned is not None)
    st.text(_so_far(seen, refused))
    if (seen.refused or ingestion.rebuilt(one)).reason == "not_an_item":
        ingest_form.draw()
    then = told(ingestion.rebuilt(one))
    facts: list[tuple[str, str | Moment]] = [
        (t("Reason"), reason_name(one.reason)),
        (t("Said then"), then if then != refused else ""),
        (t("First tried"), Moment(one.first_at)),
        (t("Last tried"), Moment(one.last_at)),
        (t("Times"), f"{one.times:,}"),
    ]
    ingest_original.beside(f"ingest_item_{one.id}", _raw(seen, refused), _made(seen, facts))


def _raw(seen: Look, refused: str) -> dict[str, object]:
    return ingest_original.raw_pane(seen.raw, refused)


def _so_far(seen: Look, refused: str) -> str:
    if seen.rejection.resolution == "succeeded":
        return t("It has been taken since.")
    if seen.cleaned is not None:
        return t("It could be taken now: try it again.")
    if seen.raw is None and (seen.refused is None or seen.refused.reason == "missing"):
        return t("Nothing can be made of it: it is not there.")
    return t("It cannot be taken as it is: {why}", why=refused)


def _made(seen: Look, facts: list[tuple[str, str | Moment]]) -> dict[str, object]:
    parts, cleaned = seen.parts, seen.cleaned
    if parts is not None:
        facts = [
            *facts,
            (t("Address"), readable_address(parts.url)),
            (t("Published"), Moment(parts.published_at or "")),
        ]
    return ingest_original.cleaned_pane(
        title=parts.title if parts else "",
        text=cleaned.text if cleaned else "",
        language=cleaned.language if cleaned else "",
        captions=cleaned.captions if cleaned else (),
        facts=facts,
    )


def _filters(desk: shell.Desk, project: Project) -> tuple[Listed, str]:
    with st.container(horizontal=True, key="ingest_filters"):
        listed: Listed = st.selectbox(
            t("Which"), LISTED, format_func=listed_name, key="ingest_listed",
            label_visibility="collapsed", width=220,
        )  # fmt: skip
        counts = ingestion.reasons(store(), desk.visitor.person, project.id, listed)

        def name(reason: str) -> str:
            if not reason:
                return t("Any reason")
            return f"{reason_name(reason)} ({counts.get(reason, 0):,})"

        options = ["", *counts]
        if st.session_state.get("ingest_reason") not in options:
            st.session_state["ingest_reason"] = ""
        reason = st.selectbox(
            t("Reason"), options, format_func=name, key="ingest_reason",
            label_visibility="collapsed", width=260,
        )  # fmt: skip
    return listed, reason


def _actions(
    project: Project,
    chosen: Sequence[Rejection],
    worth_a_try: Sequence[Rejection],
    *,
    listed: bool = False,
    promising: bool = True,
) -> None:
    unsettled = [one.id for one in chosen if one.resolution is None]
    dismissed = [one.id for one in chosen if one.resolution == "dismissed"]
    again = [one.id for one in worth_a_try if one.resolution is None]
    # What a button does is done before the page is drawn, so that a second click meanwhile, on
    # the way back for example, cannot take its place.
    if again:
        st.button(
            t("Try again") if unsettled else t("Try all again"),
            key="ingest_retry",
            type="primary" if unsettled and promising else "secondary",
            on_click=_retry,
            args=(project.id, again),
        )
    if unsettled and st.button(t("Dismiss…"), key="ingest_dismiss"):
        _ask_dismissal(project.id, unsettled)
    if dismissed:
        label = t("Put back on the list")
        st.button(label, key="ingest_restore", on_click=_restore, args=(project.id, dismissed))
    in_vain = len(unsettled) - len(again) if unsettled else 0
    if listed and chosen:
        st.session_state.pop(_NOTICE, None)
        st.caption(_in_vain(in_vain) or tn("{n} item chosen", "{n} items chosen", len(chosen)))
    elif not _notice(project) and (listed or in_vain):
        st.caption(_in_vain(in_vain) or _to_tick(bool(again)))


def _in_vain(n: int) -> str:
    """Why items cannot be tried again: what was uploaded stays as it is."""
    return tn(
        "{n} item would only be rejected again, as its file is: mend it, take it in as a new one,"
        " and dismiss this.",
        "{n} items would only be rejected again, as their files are: mend them, take them in as"
        " new ones, and dismiss these.",
        n,
    ) if n else ""  # fmt: skip


def _to_tick(some_worth_a_try: bool) -> str:
    if some_worth_a_try:
        return t("Tick items to try them again or to dismiss them.")
    return t("Tick items to dismiss them.")


def _notice(project: Project) -> bool:
    """What was done last, with its undoing; until something else is done. Whether there is any."""
    last: _Told | None = st.session_state.get(_NOTICE)
    if last is None or last.project_id != project.id:
        return False
    st.text(last.text)
    if last.dismissed:
        st.button(
            t("Undo"),
            key="ingest_undo",
            type="tertiary",
            on_click=_restore,
            args=(project.id, last.dismissed),
        )
    return True


def _ask_dismissal(project_id: str, ids: Sequence[str]) -> None:
    def dismiss() -> None:
        done = tn("{n} item was dismissed", "{n} items were dismissed", len(ids))
        told_of = _Told(project_id, done, tuple(ids))
        _do(lambda who: ingestion.dismiss(store(), who, ids), told_of)

    title = tn("Dismiss {n} item?", "Dismiss {n} items?", len(ids))
    text = t(
        "Dismissed items leave the list without becoming articles. Files uploaded for them are"
        " kept for one day more; until then this can be undone and the items tried again."
    )
    ask(title, text, t("Take off the list"), "ingest_dismiss", dismiss)


def _retry(project_id: str, ids: Sequence[str]) -> None:
    def retry(who: Person) -> None:
        run = ingestion.ask_for_retry(store(), who, project_id, ids)
        st.session_state.setdefault(RETRIED, []).append(run.id)

    text = tn("{n} item is tried again…", "{n} items are tried again…", len(ids))
    _do(retry, _Told(project_id, text))
    jobs().wake()


def _tell_retried() -> None:
    """Say what came of items that were tried again, once it is known; asks again by itself."""
    desk = shell.enter()
    going = ("queued", "running")
    asked = {id_: ingestion.run(store(), desk.visitor.person, id_)
             for id_ in st.session_state.get(RETRIED, ())}  # fmt: skip
    ended = [one for one in asked.values() if one.now not in going]
    if not ended:
        return
    st.session_state[RETRIED] = [id_ for id_, one in asked.items() if one.now in going]
    last = ended[-1]
    st.session_state[_NOTICE] = _Told(last.run.project_id or "", outcome(last))
    st.session_state[_SETTLED] = _settled() + 1
    st.rerun(scope="app")


def _restore(project_id: str, ids: Sequence[str]) -> None:
    text = tn("{n} item is on the list again", "{n} items are on the list again", len(ids))
    _do(lambda who: ingestion.restore(store(), who, ids), _Told(project_id, text))


def _do(work: Callable[[Person], object], done: _Told) -> None:
    """Do something in the name of whoever looks at the page, and say what came of it."""
    asking = visitor.of_page()
    if asking is None:
        return
    try:
        work(asking.person)
    except WorkbenchError as problem:
        done = _Told(done.project_id, told(problem))
    st.session_state[_NOTICE] = done
    st.session_state[_SETTLED] = _settled() + 1


def _listen() -> None:
    """Wait for what comes of items that are tried again, while there are any."""
    if st.session_state.get(RETRIED):
        st.fragment(_tell_retried, run_every=_POLL_S)()


def _settled() -> int:
    """How often something was done here."""
    times: int = st.session_state.get(_SETTLED, 0)
    return times
