"""Tag: one article, its labels, and the queue."""

from __future__ import annotations

import streamlit as st

from annotate import accounts, reading
from annotate.ui import shell
from annotate.ui.component import component, fill_page
from annotate.ui.database import store
from annotate.ui.i18n import t

_tag = component("claimdesk_tag", "tag/entry.js")


def draw(desk: shell.Desk) -> None:
    """Draw the page: the article that the address names, else one of the queue, a new one first."""
    project = shell.need_project(desk)
    article_id = st.query_params.get("article") or _next(desk, project.id)
    data = {"articleId": article_id, "projectId": project.id, "csrf": desk.visitor.csrf}
    fill_page(_tag, "tag", data)


def _next(desk: shell.Desk, project_id: str) -> str:
    queue = reading.queue(store(), desk.visitor.person, project_id)
    for item in sorted((*queue.mine, *queue.returned), key=lambda one: one.status != "new"):
        return item.id
    if queue.total:
        text = t("You have tagged every article of this project. Any of them can be opened again.")
        link = (t("All articles"), f"/articles?project={project_id}")
    elif accounts.may(store(), desk.visitor.person, "article.ingest", project_id):
        text = t("This project has no articles yet. Take some in first.")
        link = (t("Take articles in"), f"/ingest?project={project_id}")
    else:
        text = t("This project has no articles yet. An editor of the project takes them in.")
        link = (t("All articles"), f"/articles?project={project_id}")
    shell.message(t("Nothing is left to tag"), text, link)
