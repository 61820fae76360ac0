"""Articles: search, filter, open. All of it happens in the browser, over the HTTP API."""

from __future__ import annotations

from annotate import accounts, reading
from annotate.ui import shell
from annotate.ui.component import component, fill_page
from annotate.ui.database import store

_articles = component("claimdesk_articles", "articles/entry.js")


def draw(desk: shell.Desk) -> None:
    """Draw the page."""
    project = shell.need_project(desk)
    person = desk.visitor.person
    data = {
        "projectId": project.id,
        "projectName": project.name,
        "mayIngest": accounts.may(store(), person, "article.ingest", project.id),
        "mayTag": accounts.may(store(), person, "label_set.tag", project.id)
        and reading.has_work(store(), person, project.id),
        "codes": accounts.codes(store(), person, project.id),
        "readsStates": reading.reads_states(store(), person, project.id),
    }
    fill_page(_articles, "articles", data)
