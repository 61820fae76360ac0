"""Tag: one article, its labels, and the queue."""

from __future__ import annotations

import streamlit as st

from annotate import reading
from annotate.ui import shell
from annotate.ui.component import component, fill_page
from annotate.ui.database import store
from annotate.ui.i18n import t

_tag = component("claimdesk_tag", "tag/entry.js")


def draw(desk: shell.Desk) -> None:
    """Draw the page: the article that the address names, else the next one of the queue."""
    project = shell.need_project(desk)
    article_id = st.query_params.get("article") or _next(desk, project.id)
    data = {"articleId": article_id, "projectId": project.id, "csrf": desk.visitor.csrf}
    fill_page(_tag, "tag", data)


def _next(desk: shell.Desk, project_id: str) -> str:
    queue = reading.queue(store(), desk.visitor.person, project_id)
    for item in (*queue.returned, *queue.mine):
        return item.id
    tagged = t("You have tagged every article of this project.")
    shell.message(
        t("Nothing is left to tag"),
        tagged if queue.total else t("This project has no articles yet."),
        (t("All articles"), f"/articles?project={project_id}"),
    )
