"""A round being made: which articles, who codes, by which rule; and what that would come to."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any, Literal

import streamlit as st

from annotate import accounts, projects, review
from annotate.errors import WorkbenchError
from annotate.model import Person, Project
from annotate.reading import ListRequest
from annotate.review import Preview, Wish
from annotate.reviews import MODES, ORDERINGS, Ordering, RoundMode
from annotate.ui import shell
from annotate.ui.database import store
from annotate.ui.i18n import t, tn, told
from annotate.ui.times import month, today
from annotate.ui.views import article_filter
from annotate.ui.views.notices import said, say, telling
from annotate.ui.views.rounds_words import another, mode_name, ordering_name
from annotate.ui.words import plain, role_name

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
    form, side = st.columns([2, 1], gap="large")
    with form:
        name = _name(project)
        chosen = _articles(desk, project)
        wish = _rule(name, _named(team, project))
    with side, st.container(key="rounds_side"):
        _preview(desk, project, wish, chosen, team)


def _name(project: Project) -> str:
    """Ask for a name, and offer one: the round's number, and the month in which it begins."""
    key = f"round_name_{project.id}"
    if key not in st.session_state:
        rounds = store().rounds.of_project(project.id)
        st.session_state[key] = usual_name({one.name for one in rounds}, month(today()))
    return st.text_input(t("Name of the round"), autocomplete="off", key=key) or ""


def usual_name(taken: AbstractSet[str], when: str) -> str:
    """The name offered for a round: the next number that is free.

    Args:
        taken: The names of the rounds there are.
        when: The month.
    """
    number = len(taken) + 1
    while (name := t("Round {n}, {month}", n=number, month=when)) in taken:
        number += 1
    return name


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


def _named(team: Sequence[Person], project: Project) -> dict[str, str]:
    """Those who may code by id, each with their role here: not everybody is there for that."""
    return {
        one.id: f"{one.display_name} · {role_name(role)}"
        for one in team
        if (role := accounts.role_of(store(), one, project.id))
    }


def _rule(name: str, names: dict[str, str]) -> Wish:
    st.subheader(t("Who codes, and how"), anchor=False)
    people = st.multiselect(
        t("Coders"), list(names), format_func=lambda id_: names[id_],
        placeholder=t("choose people"), key="round_people",
    )  # fmt: skip
    mode: RoundMode = st.radio(t("Handing out"), MODES[::-1], format_func=mode_name,
                               key="round_mode")  # fmt: skip
    one, two, three = st.columns(3)
    coders = int(one.number_input(t("Coders for each article"), 1, 50, 1, key="round_k"))
    share = two.number_input(t("Percent coded by more"), 0, 100, 20, key="round_share")
    more = int(three.number_input(t("Coders for these"), 1, 50, 2, key="round_more"))
    if share:
        st.caption(
            another(share / 100, more, coders)
            if more != coders
            else t("These get as many coders as all others: the share changes nothing.")
        )
    one, two, _ = st.columns(3)
    order: Ordering = one.selectbox(
        t("Order"), ORDERINGS, format_func=ordering_name, key="round_order"
    )
    due: Any = two.date_input(t("Due on"), None, format="YYYY-MM-DD", key="round_due")
    gold = st.checkbox(
        t("Also articles that have gold"), disabled=mode != "list", key="round_gold",
        help=t("Only where everything is handed out at once. Each is coded anew, by people who have"
               " no labels there; what they submit takes it back into review."),
    )  # fmt: skip
    with st.expander(t("Advanced")):
        seed = st.number_input(
            t("Seed"), 0, 2**31 - 1, 1, key="round_seed", width=240,
            help=t("Decides what is drawn at random: the same number draws the same again."),
        )  # fmt: skip
    return Wish(
        name, tuple(people), mode, coders, share / 100, more, order, int(seed),
        due.isoformat() if isinstance(due, date) else "", gold and mode == "list",
    )  # fmt: skip


def _preview(
    desk: shell.Desk,
    project: Project,
    wish: Wish,
    chosen: ListRequest | Sequence[str],
    team: Sequence[Person],
) -> None:
    seen: Preview | None = None
    st.subheader(t("What the round would hold"), anchor=False)
    with st.container(border=True, key="rounds_preview"):
        try:
            seen = review.preview(store(), desk.visitor.person, project.id, wish, chosen)
            _told(wish, seen, {one.id: one.display_name for one in team})
        except WorkbenchError as problem:
            st.error(plain(told(problem)))
    ready = seen is not None and seen.articles > 0 and wish.people
    refused = st.container()
    if st.button(t("Make the round"), type="primary", disabled=not ready, key="round_make"):
        with telling(refused), st.spinner(t("Making the round…")):
            made, done = review.create(store(), desk.visitor.person, project.id, wish, chosen)
            say(PAGE, tn("{name} holds {n} article", "{name} holds {n} articles", done.articles,
                         name=made.name))  # fmt: skip
            del st.session_state[f"round_name_{project.id}"]
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
    if seen.golden:
        lines.append(
            tn("{n} of the articles has gold already", "{n} of the articles have gold already",
               seen.golden)
            if wish.gold
            else tn("{n} article is left out: it has gold",
                    "{n} articles are left out: they have gold", seen.golden)
        )  # fmt: skip
    if seen.short:
        lines.append(
            tn("{n} of these finds too few coders: the others have labels there already, or could"
               " have read colleagues'",
               "{n} of these find too few coders: the others have labels there already, or could"
               " have read colleagues'", seen.short)
        )  # fmt: skip
    if seen.missing:
        lines.append(tn("{n} was not found:", "{n} were not found:", len(seen.missing)))
        lines += seen.missing[:_SHOWN_MISSING]
    lines += each(wish, seen, names)
    st.text("\n".join(lines))


def each(wish: Wish, seen: Preview, names: dict[str, str]) -> list[str]:
    """What each of the coders would have to do."""
    if not wish.people:
        return [t("Choose who codes to make the round.")]
    if not any(n for _, n in seen.people):
        return [_nobody(seen)]
    if wish.mode == "list":
        return [t("Handed out to each:"), *(f"{names[id_]}: {n:,}" for id_, n in seen.people)]
    least, most = min(n for _, n in seen.people), max(n for _, n in seen.people)
    if least == most:
        return [tn("About {n} article for each coder, if all take as many",
                   "About {n} articles for each coder, if all take as many", most)]  # fmt: skip
    return [t("{least} or {most} articles for each coder, if all take as many",
              least=f"{least:,}", most=f"{most:,}")]  # fmt: skip


def _nobody(seen: Preview) -> str:
    """Why nobody is given anything."""
    if not seen.articles:
        return t("Nobody gets an article: none is left for this round.")
    if seen.coded >= seen.slots:
        return t("Nobody gets an article: every coding is there already, or under way.")
    return t("Nobody gets an article: choose coders who have no labels on these.")


def _leave() -> None:
    st.query_params.pop("show", None)
    st.rerun()
