"""Inbox: labels that came back or became gold, and comments, each leading to its article."""

from __future__ import annotations

import streamlit as st

from annotate import accounts
from annotate.ui import shell
from annotate.ui.component import component
from annotate.ui.database import store
from annotate.ui.i18n import t

_inbox = component("claimdesk_inbox", "inbox/list.js")


def draw(desk: shell.Desk) -> None:
    """Draw the page."""
    project = shell.need_project(desk)
    person = desk.visitor.person
    with st.container(key="office"):
        st.title(t("Inbox"), anchor=False)
        data = {
            "projectId": project.id,
            "csrf": desk.visitor.csrf,
            "mayReview": accounts.may(store(), person, "label_set.write_gold", project.id),
        }
        _inbox("inbox", data)
