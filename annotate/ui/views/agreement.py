"""Agreement: how far coders agree, where they do not, and the very labels behind each figure."""

from __future__ import annotations

import streamlit as st

from annotate import accounts
from annotate.errors import WorkbenchError
from annotate.model import Person, Project
from annotate.review import figures
from annotate.review.figures import PERIODS, Period, Report, Wanted
from annotate.review.kept import Kept
from annotate.review.tallies import Tally
from annotate.ui import shell
from annotate.ui.component import component
from annotate.ui.database import store
from annotate.ui.i18n import t, told
from annotate.ui.views import agreement_coders, agreement_overview, rechecks
from annotate.ui.views import agreement_words as words
from annotate.ui.views.agreement_blocks import Block, Here, table
from annotate.ui.words import plain

SECTIONS = ("overview", "time", "labels", "coders", "rechecks")
# Counting up a project takes seconds where it is large; nothing changes while nobody does.
_REPORTS: Kept[Report] = Kept(4)
_figures = component("claimdesk_agreement", "agreement/entry.js")


def draw(desk: shell.Desk) -> None:
    """Draw the page: the section, the pair or the cases that the address names."""
    project = shell.need_project(desk)
    if not accounts.may(store(), desk.visitor.person, "agreement.read", project.id):
        shell.message(
            t("Figures of agreement are not for you to read"),
            t("They are there for those who review or edit in this project."),
        )
    section = st.query_params.get("section", "overview")
    section = section if section in SECTIONS else "overview"
    if st.query_params.get("cases") or st.query_params.get("first"):
        section = "overview" if section == "rechecks" else section
    with st.container(key="office"):
        st.title(t("Agreement"), anchor=False)
        st.caption(
            t(
                "How far the coders of {project} agree, by what each submitted first. “Given found”"
                " means: judged only on statements that both found.",
                project=plain(project.name),
            )
        )
        period: Period = "week" if st.query_params.get("by") == "week" else "month"
        person = desk.visitor.person
        if section == "rechecks":
            # What is marked there would have every figure counted anew.
            book = store().projects.codebook(project.id)
            report = Report(book, Tally(book))
        else:
            report = _report(person, project, period)
        here = Here(person, project, report, period)
        _show(here, section)


def _report(person: Person, project: Project, period: Period) -> Report:
    stamp = str(store().figures.stamp())
    key = (str(store().path), person.id, project.id, period, stamp)
    return _REPORTS.get(key, lambda: figures.report(store(), person, project.id, period))


def _part(here: Here) -> tuple[str, list[str]]:
    """The part that a matrix shows, and all that it can show."""
    documents = [f"document:{label.name}" for label in here.book.document_labels]
    parts = [*words.MAIN_PARTS, *documents]
    asked = st.query_params.get("part", "stance")
    return (asked if asked in parts else "stance"), parts


def _choice(here: Here, section: str) -> Block | None:
    """The choice of the part that a matrix shows, or of months and weeks."""
    if not here.report.articles:
        return None
    if section == "overview":
        part, parts = _part(here)
        label, current = t("Compared by"), part
        options = {
            one: (words.part_name(here.book, one), here.link(part=one)) for one in parts
        }  # fmt: skip
    elif section in ("time", "coders"):
        label, current = t("Time by"), here.period
        names = {"month": t("month"), "week": t("week")}
        options = {
            one: (names[one], shell.link("agreement", here.project, section=section, by=one))
            for one in PERIODS
        }
    else:
        return None
    return {
        "label": label,
        "options": [
            {"text": text, "href": href, "current": one == current}
            for one, (text, href) in options.items()
        ],
    }


def _show(here: Here, section: str) -> None:
    asked = st.query_params
    back = following = None
    try:
        if asked.get("cases"):
            blocks, after = agreement_coders.cases(here, _wanted(here), asked.get("after", ""))
            back = {"text": t("Back to the figures"), "href": here.link(), "current": False}
            if after:
                kept = {name: asked[name] for name in asked if name not in ("project", "after")}
                there = shell.link("agreement", here.project, **kept, after=after)
                following = {"text": t("More of them"), "href": there, "current": False}
        elif asked.get("first"):
            pair = here.person_of(asked["first"]), here.person_of(asked.get("second", ""))
            blocks = agreement_overview.pair(here, *pair)
            back = {"text": t("Back to the figures"), "href": here.link(), "current": False}
        else:
            blocks = _section(here, section, _part(here)[0])
    except WorkbenchError as problem:
        shell.message(t("There is no such figure"), told(problem))
    names = {
        "overview": t("Overview"),
        "time": t("Over time"),
        "labels": t("Values in dispute"),
        "coders": t("Coders"),
        "rechecks": t("To recheck"),
    }
    alone = back is not None
    data = {
        "label": t("Agreement"),
        "ways": [
            {
                "text": names[one],
                "href": here.link(section=one),
                "current": one == section and not alone,
            }
            for one in SECTIONS
        ],
        "choice": None if alone else _choice(here, section),
        "back": back,
        "next": following,
        "blocks": blocks,
    }
    _figures("agreement", data)
    if section == "rechecks" and not alone:
        rechecks.work()


def _section(here: Here, section: str, part: str) -> list[Block]:
    if section == "rechecks":
        return []
    if not here.report.compared and not here.report.gold:
        return [_nothing(here)]
    if section == "time":
        return agreement_overview.over_time(here)
    if section == "labels":
        return agreement_overview.labels(here)
    if section == "coders":
        return agreement_coders.coders(here)
    return agreement_overview.overview(here, part)


def _nothing(here: Here) -> Block:
    reason = (
        t("Only one coder has submitted what you may see.")
        if len(here.report.coded) == 1
        else t("Nobody has submitted an article that a colleague submitted too.")
    )
    how = t(
        "Agreement shows as soon as two people have submitted the same article. Give an article to"
        " several coders, let each tag it without seeing the others, and come back here: the first"
        " submission of each counts. While you still work on an article yourself, it is left out."
    )
    return table("nothing", t("Not defined yet"), (), (), empty=f"{reason} {how}")


def _wanted(here: Here) -> Wanted:
    asked = st.query_params
    first = here.person_of(asked.get("first", ""))
    second = here.person_of(asked.get("second", ""))
    one, other = asked.get("one", ""), asked.get("other", "")
    return Wanted(
        asked["cases"], first, second, one, other, asked.get("value", ""),
        asked.get("version", ""), asked.get("period", ""), agreeing=bool(one and one == other),
    )  # fmt: skip
