"""Articles: search, filter, open. All of it happens in the browser, over the HTTP API."""

from __future__ import annotations

from annotate.ui import shell
from annotate.ui.component import component, fill_page

_articles = component("claimdesk_articles", "articles/entry.js")


def draw(desk: shell.Desk) -> None:
    """Draw the page."""
    project = shell.need_project(desk)
    fill_page(_articles, "articles", {"projectId": project.id, "projectName": project.name})
