"""Tag: one article, its labels, and the queue."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from annotate import accounts, reading, review
from annotate.model import new_id
from annotate.reading import Queue
from annotate.ui import shell
from annotate.ui.component import component, fill_page
from annotate.ui.database import store
from annotate.ui.i18n import t
from annotate.ui.views.notices import telling
from annotate.ui.words import sentences

_PULL = "tag_pull"
_tag = component("claimdesk_tag", "tag/entry.js")


def draw(desk: shell.Desk) -> None:
    """Draw the page: the article that the address names, else one of the queue.

    Of one's own choice that is a new one first; of what was assigned, what was begun. Opening the
    page takes no article from a round: whoever only looks in should not hold one.
    """
    project = shell.need_project(desk)
    article_id = st.query_params.get("article") or _next(desk, project.id)
    data = {"articleId": article_id, "projectId": project.id, "csrf": desk.visitor.csrf}
    fill_page(_tag, "tag", data)


def _next(desk: shell.Desk, project_id: str) -> str:
    if not accounts.codes(store(), desk.visitor.person, project_id):
        shell.message(
            t("You read here, and tag nothing"),
            t("Open an article from the list to see its gold."),
            (t("All articles"), f"/articles?project={project_id}"),
        )
    queue = reading.queue(store(), desk.visitor.person, project_id)
    order = ("draft", "returned", "new") if queue.assigned else ("new",)
    rank = {status: n for n, status in enumerate(order)}
    for item in sorted(
        (*queue.mine, *queue.returned), key=lambda one: rank.get(one.status, len(rank))
    ):
        return item.id
    if queue.assigned:
        _none_assigned(desk, project_id, queue)
    elif queue.total:
        text = t("You have tagged every article of this project. Any of them can be opened again.")
        link = (t("All articles"), f"/articles?project={project_id}")
    elif accounts.may(store(), desk.visitor.person, "article.ingest", project_id):
        text = t("This project has no articles yet. Take some in first.")
        link = (t("Take articles in"), f"/ingest?project={project_id}")
    else:
        text = t("This project has no articles yet. An editor of the project takes them in.")
        link = (t("All articles"), f"/articles?project={project_id}")
    shell.message(t("Nothing is left to tag"), text, link)


def _none_assigned(desk: shell.Desk, project_id: str, queue: Queue) -> NoReturn:
    person = desk.visitor.person
    if not queue.offers:
        title, text = t("Nothing is left to tag"), t("Whatever was assigned to you is done.")
        link = (t("All articles"), f"/articles?project={project_id}")
        if queue.total == 0:
            title, text = t("Nothing is assigned to you"), t("No article was given to you here.")
        if accounts.may(store(), person, "assignment.change", project_id):
            text = sentences([text, t("Articles are given out on the Assignments page.")])
            link = (t("Assignments"), f"/assignments?project={project_id}")
        else:
            text = sentences([text, t("An editor gives out more.")])
        shell.message(title, text, link)
    with st.container(key="message"):
        st.title(t("Your queue is empty"), anchor=False)
        st.text(t("Take the next article of the round when you are ready for it."))
        # Pressed twice, or asked again after a lost answer, it gives one article.
        operation = st.session_state.setdefault(_PULL, new_id())
        if st.button(t("Next article for me"), type="primary", key="tag_next"):
            with telling():
                given = review.pull(store(), person, project_id, operation)
                del st.session_state[_PULL]
                if given:
                    st.query_params["article"] = given
                    st.rerun()
                st.text(t("No article is left for you just now."))
    st.stop()
