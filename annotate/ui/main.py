"""The Streamlit script behind every page: who is asking, the header, then the page itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal
from urllib.parse import urlsplit

import streamlit as st

from annotate import accounts
from annotate.accounts import Action
from annotate.review import inbox as inboxes
from annotate.ui import shell
from annotate.ui.database import store
from annotate.ui.i18n import t
from annotate.ui.views import (
    account,
    agreement,
    articles,
    codebook,
    export,
    history,
    inbox,
    ingest,
    people,
    projects,
    rechecks,
    registry,
    review,
    rounds,
    sync,
    tag,
)

_STARTS = ("", "start")
Group = Literal["work", "registries", "project"]


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its address, its name, what draws it, and the action that it is there for.

    Whoever may not do the action in the chosen project does not get the link. What the page
    shows and does asks the permission table itself. Its group says where in the bar the link
    stands, whatever the width and whoever looks; a page of no group is reached from another one,
    ``of``, or from the menu of the account.
    """

    path: str
    label: str
    draw: Callable[[shell.Desk], None]
    action: Action = "article.read"
    group: Group | None = "work"
    of: str = ""


def pages() -> tuple[Page, ...]:
    """All pages, in the order of the header, in the reader's language."""
    return (
        Page("articles", t("Articles"), articles.draw),
        Page("tag", t("Tag"), tag.draw, "label_set.tag"),
        Page("review", t("Review"), review.draw, "label_set.write_gold"),
        Page("inbox", t("Inbox"), inbox.draw, "label_set.tag"),
        Page("assignments", t("Assignments"), rounds.draw, "assignment.read"),
        Page("agreement", t("Agreement"), agreement.draw, "agreement.read"),
        Page("actors", t("Actors"), registry.draw_actors, "registry.read", "registries"),
        Page("claims", t("Claims"), registry.draw_claims, "registry.read", "registries"),
        Page("codebook", t("Codebook"), codebook.draw, group="registries"),
        Page("ingest", t("Ingest"), ingest.draw, "article.ingest", "project"),
        Page("export", t("Export"), export.draw, "export.read", "project"),
        Page("sync", t("Sync"), sync.draw, "labelstudio.sync", "project"),
        Page("history", t("History"), history.draw, "history.read", "project"),
        Page("projects", t("Projects"), projects.draw, "project.read_settings", "project"),
        Page("people", t("People"), people.draw, "person.manage", "project"),
        Page("recheck", t("To recheck"), rechecks.draw, "label_set.tag", None, "codebook"),
        Page("account", t("Your account"), account.draw, group=None),
    )


def main() -> None:
    """Draw the page that the address names."""
    st.set_page_config(layout="wide")
    desk = shell.enter()
    there = pages()
    # Streamlit serves its default page at "/" alone; this one gives Articles a path of its own.
    start = st.Page(partial(articles.draw, desk), title="Claimdesk", url_path="start", default=True)
    routed = [
        st.Page(partial(page.draw, desk), title=f"{page.label} · Claimdesk", url_path=page.path)
        for page in there
    ]
    page = st.navigation([start, *routed], position="hidden")
    known = page is not start or _wanted() in _STARTS
    here = page.url_path or ("articles" if known else "")
    offered = [one for one in there if _offered(desk, one)]
    bar = [(one.path, one.label, one.group) for one in offered if one.group]
    shell.header(
        desk, bar, here, next((one.of for one in there if one.path == here), ""),
        account=any(one.path == "account" for one in offered), unseen=_unseen(desk, offered),
    )  # fmt: skip
    if not known:
        shell.message(
            t("There is no such page"),
            t("The address may be mistyped, or from an older link. What there is stands above."),
            (t("Articles"), shell.link("articles", desk.project)),
        )
    page.run()


def _wanted() -> str:
    """The page that the address names; Streamlit shows the first one for what it does not know."""
    return urlsplit(st.context.url or "").path.strip("/")


def _unseen(desk: shell.Desk, offered: Sequence[Page]) -> int:
    """How many notices wait in the inbox, where there is one."""
    if desk.project is None or all(one.path != "inbox" for one in offered):
        return 0
    return inboxes.unseen(store(), desk.visitor.person, desk.project.id)


def _offered(desk: shell.Desk, page: Page) -> bool:
    project_id = desk.project.id if desk.project else None
    return accounts.may(store(), desk.visitor.person, page.action, project_id)


if __name__ == "__main__":
    main()
