"""Review: the articles that wait for a decision, and one of them with every coder's labels."""

from __future__ import annotations

from typing import cast

import streamlit as st

from annotate import accounts
from annotate.model import Project
from annotate.review import waiting
from annotate.review.waiting import Waiting, WaitingPage
from annotate.reviews import ArticleState
from annotate.ui import shell
from annotate.ui.addressed import acted, address_value, keep_in_address
from annotate.ui.component import component, fill_page
from annotate.ui.database import store
from annotate.ui.i18n import t, tn
from annotate.ui.table import Cell, Column, Row, table
from annotate.ui.views.rounds_words import state_cell

_review = component("claimdesk_review", "review/entry.js")
_ALL = "waiting"
_KEY = "review_show"


def draw(desk: shell.Desk) -> None:
    """Draw the page: the review of the article that the address names, else the list."""
    project = shell.need_project(desk)
    if not accounts.may(store(), desk.visitor.person, "label_set.read_submitted", project.id):
        shell.message(
            t("This page is for reviewers"),
            t("Here they decide which of the submitted labels go into gold."),
        )
    article_id = st.query_params.get("article")
    if article_id:
        data = {"articleId": article_id, "projectId": project.id, "csrf": desk.visitor.csrf}
        fill_page(_review, "review", data)
        return
    with st.container(key="office"):
        _list(desk, project)


def _list(desk: shell.Desk, project: Project) -> None:
    st.title(t("Review"), anchor=False)
    st.caption(t("Articles with submitted labels. Those that have waited longest come first."))
    totals = {name: _page(desk, project, name, limit=1).total for name in _names()}
    names = _names()
    address_value("show", _KEY, tuple(names))
    chosen = st.segmented_control(
        t("What to list"),
        list(names),
        format_func=lambda name: f"{names[name]} ({totals[name]:,})",
        key=_KEY,
        on_change=_turned,
        required=True,
        label_visibility="collapsed",
    )
    shown = chosen or _ALL
    keep_in_address("show", _KEY, shown, _ALL)
    page = _page(desk, project, shown, after=st.query_params.get("after"))
    if not page.items:
        _empty(project, shown, totals)
        return
    if shown != "gold" and (first := _first(page)):
        label = t("Review the one that has waited longest")
        if st.button(label, type="primary", key="review_next", shortcut="n"):
            st.query_params["article"] = first
            st.rerun()
    _table(project, shown, page)
    with st.container(horizontal=True):
        if st.query_params.get("after"):
            shell.way(t("First page"), shell.link("review", project, show=shown))
        if page.after:
            further = shell.link("review", project, show=shown, after=page.after)
            shell.way(t("Next page"), further)


def _names() -> dict[str, str]:
    return {
        _ALL: t("All that wait"),
        "submitted": t("Submitted"),
        "in_review": t("In review"),
        "gold": t("Gold"),
    }


def _page(
    desk: shell.Desk, project: Project, shown: str, *, after: str | None = None,
    limit: int = waiting.LIMIT,
) -> WaitingPage:  # fmt: skip
    state = None if shown == _ALL else cast(ArticleState, shown)
    person = desk.visitor.person
    return waiting.to_review(store(), person, project.id, state=state, after=after, limit=limit)


def _turned() -> None:
    acted("show", _KEY)
    st.query_params.pop("after", None)


def _first(page: WaitingPage) -> str | None:
    return next((one.article.id for one in page.items if not one.hidden), None)


def _table(project: Project, shown: str, page: WaitingPage) -> None:
    columns = (
        Column("title", t("Article")),
        Column("state", t("State"), "chip", "118px"),
        Column("coders", t("Coders"), "number", "92px"),
        Column("decided", t("Decided"), "number", "104px"),
        Column("since", t("Waiting since"), "time", "158px"),
    )
    rows = [Row(one.article.id, _cells(project, one)) for one in page.items]
    table(f"review_{shown}", t("Articles to review"), columns, rows)


def _cells(project: Project, one: Waiting) -> dict[str, str | int | Cell | None]:
    article = one.article
    total = one.decided + one.open
    about = [article.source, *([t("earlier revision")] if article.superseded else [])]
    return {
        "title": Cell(
            article.title, " · ".join(about), lang=article.language,
            href=shell.link("review", project, article=article.id),
        ),
        "state": state_cell(one.state),
        "coders": t("{n} of {wanted}", n=one.coders, wanted=max(one.wanted, one.coders)),
        "decided": None if one.hidden else t("{n} of {wanted}", n=one.decided, wanted=total),
        "since": one.since,
    }  # fmt: skip


def _empty(project: Project, shown: str, totals: dict[str, int]) -> None:
    if shown == "gold":
        st.caption(t("Nothing is gold yet. An article becomes gold when each of its statements has"
                     " been decided."))  # fmt: skip
    elif totals["gold"]:
        gold = totals["gold"]
        st.caption(
            tn("Nothing is waiting. {n} article is gold.",
               "Nothing is waiting. {n} articles are gold.", gold)
        )  # fmt: skip
    else:
        st.caption(
            t("Nothing is waiting. When coders submit an article on the Tag page, it comes here:"
              " what they recorded stands side by side, you decide row by row, and the result is"
              " the gold layer.")
        )  # fmt: skip
