"""A round being made: which articles, who codes, by which rule; and what that would come to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

import streamlit as st

from annotate import projects, review
from annotate.errors import WorkbenchError
from annotate.model import Person, Project
from annotate.reading import ListRequest
from annotate.review import Preview, Wish
from annotate.reviews import MODES, ORDERINGS, Ordering, RoundMode
from annotate.ui import shell
from annotate.ui.database import store
from annotate.ui.i18n import t, tn, told
from annotate.ui.views import article_filter
from annotate.ui.views.notices import said, say, telling
from annotate.ui.views.rounds_words import mode_name, ordering_name
from annotate.ui.words import plain

PAGE = "assignments"
_SHOWN_MISSING = 20


def draw(desk: shell.Desk, project: Project) -> None:
    """Draw the form with its preview."""
    if st.button(t("← All assignments"), type="tertiary", key="rounds_back"):
        _leave()
    st.title(t("New round"), anchor=False)
    said(PAGE)
    team = review.coders(store(), desk.visitor.person, project.id)
    if not team:
        st.text(t("The project has no members who may tag. Add some on the page Projects."))
        shell.way(t("Members"), shell.link("projects", project, open=project.id, tab="members"))
        return
    with st.container(key="rounds_form", width=820):
        chosen = _articles(desk, project)
        wish = _rule(team)
        _preview(desk, project, wish, chosen, team)


def _articles(desk: shell.Desk, project: Project) -> ListRequest | Sequence[str]:
    st.subheader(t("Which articles"), anchor=False)
    names = {"filter": t("By filter"), "list": t("By list")}
    way: Literal["filter", "list"] | None = st.radio(
        t("Which articles"), ["filter", "list"], format_func=lambda one: names[one],
        horizontal=True, label_visibility="collapsed", key="round_way",
    )  # fmt: skip
    if way == "list":
        text = st.text_area(
            t("Addresses, ids or links to articles here, one a line"), height=160, key="round_named"
        )
        return (text or "").splitlines()
    facets = projects.facets(store(), desk.visitor.person, project.id)
    request = article_filter.draw(facets, f"round_{project.id}")
    once = st.checkbox(t("Leave out copies of the same text"), True, key="round_once")
    return ListRequest(
        search=request.search, sources=request.sources, languages=request.languages,
        published_from=request.published_from, published_to=request.published_to,
        one_per_text=once,
    )  # fmt: skip


def _rule(team: Sequence[Person]) -> Wish:
    st.subheader(t("Who codes, and how"), anchor=False)
    names = {one.id: one.display_name for one in team}
    people = st.multiselect(
        t("Coders"), list(names), format_func=lambda id_: names[id_],
        placeholder=t("choose people"), key="round_people",
    )  # fmt: skip
    mode: RoundMode = st.radio(t("Handing out"), MODES[::-1], format_func=mode_name,
                               key="round_mode")  # fmt: skip
    one, two, three = st.columns(3)
    coders = one.number_input(t("Coders an article"), 1, 50, 1, key="round_k")
    share = two.number_input(t("Percent with another number"), 0, 100, 20, key="round_share")
    more = three.number_input(t("Coders of these"), 1, 50, 2, key="round_more")
    order: Ordering = one.selectbox(
        t("Order"), ORDERINGS, format_func=ordering_name, key="round_order"
    )
    seed = two.number_input(t("Seed of what is drawn"), 0, 2**31 - 1, 1, key="round_seed")
    due: Any = three.date_input(t("Due on"), None, format="YYYY-MM-DD", key="round_due")
    name = st.text_input(t("Name of the round"), autocomplete="off", key="round_name")
    return Wish(
        name or "", tuple(people), mode, int(coders), share / 100, int(more), order, int(seed),
        due.isoformat() if isinstance(due, date) else "",
    )  # fmt: skip


def _preview(
    desk: shell.Desk,
    project: Project,
    wish: Wish,
    chosen: ListRequest | Sequence[str],
    team: Sequence[Person],
) -> None:
    seen: Preview | None = None
    with st.container(border=True, key="rounds_preview"):
        if not wish.people:
            st.text(t("Choose who codes to see what the round would hold."))
        else:
            try:
                seen = review.preview(store(), desk.visitor.person, project.id, wish, chosen)
                _told(wish, seen, {one.id: one.display_name for one in team})
            except WorkbenchError as problem:
                st.error(plain(told(problem)))
    ready = seen is not None and seen.articles > 0
    if st.button(t("Make the round"), type="primary", disabled=not ready, key="round_make"):
        with telling(), st.spinner(t("Making the round…")):
            made, done = review.create(store(), desk.visitor.person, project.id, wish, chosen)
            say(PAGE, tn("{name} holds {n} article", "{name} holds {n} articles", done.articles,
                         name=made.name))  # fmt: skip
            _leave()


def _told(wish: Wish, seen: Preview, names: dict[str, str]) -> None:
    articles = tn("{n} article", "{n} articles", seen.articles)
    slots = tn("{n} coding in all", "{n} codings in all", seen.slots)
    lines = [t("{first}; {second}", first=articles, second=slots)]
    if seen.more:
        lines.append(tn("{n} of them with {coders}", "{n} of them with {coders}", seen.more,
                        coders=tn("{n} coder", "{n} coders", wish.share_coders)))  # fmt: skip
    if seen.coded:
        lines.append(tn("{n} coding is there already, or under way",
                        "{n} codings are there already, or under way", seen.coded))  # fmt: skip
    if seen.skipped:
        lines.append(tn("{n} article is left out: it is in an open round",
                        "{n} articles are left out: they are in an open round",
                        seen.skipped))  # fmt: skip
    if seen.missing:
        lines.append(tn("{n} was not found:", "{n} were not found:", len(seen.missing)))
        lines += seen.missing[:_SHOWN_MISSING]
    each = ", ".join(f"{names[id_]} {n:,}" for id_, n in seen.people)
    if wish.mode == "list":
        lines.append(t("Articles for each: {each}", each=each))
    else:
        lines.append(t("If all take as many: {each}", each=each))
    st.text("\n".join(lines))


def _leave() -> None:
    st.query_params.pop("show", None)
    st.rerun()
