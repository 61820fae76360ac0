"""An item as it was found beside its cleaned text, for any article that one may read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from annotate.errors import WorkbenchError
from annotate.ingest import looking
from annotate.ingest.looking import Original, Raw
from annotate.ui import shell
from annotate.ui.component import component
from annotate.ui.database import store
from annotate.ui.i18n import t, tn, told
from annotate.ui.views.ingest_words import published_from_name
from annotate.ui.words import language_name, readable_address, sentences

_beside = component("claimdesk_beside", "ingest/beside.js")


@dataclass(frozen=True, slots=True)
class Moment:
    """A UTC time, shown in local time; empty where it is not known."""

    at: str


def draw(desk: shell.Desk, article_id: str) -> None:
    """Draw an article's original."""
    try:
        found = looking.original(store(), desk.visitor.person, article_id)
    except WorkbenchError as problem:
        shell.message(t("This cannot be shown"), told(problem), (t("Articles"), "/articles"))
    with st.container(key="office"):
        if run := st.query_params.get("of"):
            shell.way(t("← Back to the run"), shell.link("ingest", desk.project, run=run))
        else:
            there = shell.link("tag", desk.project, article=article_id)
            shell.way(t("← Back to the article"), there)
        st.title(t("Article and original"), anchor=False)
        beside(f"ingest_original_{article_id}", _raw(found), _cleaned(desk, found))


def beside(key: str, raw: Mapping[str, object], made: Mapping[str, object]) -> None:
    """Draw two panes, each as `raw_pane` and `cleaned_pane` make them."""
    _beside(key, {"raw": raw, "made": made})


def raw_pane(raw: Raw | None, missing: str) -> dict[str, object]:
    """What the left pane shows.

    Args:
        raw: The item.
        missing: What to say where there is none.
    """
    if raw is None:
        return {"text": "", "binary": False, "note": missing, "about": ""}
    size = tn("{n} byte", "{n} bytes", raw.size)
    if raw.encoding is None:
        about = t("{size}, not text: hexadecimal", size=size)
    else:
        about = t("{size}, read as {encoding}", size=size, encoding=raw.encoding.upper())
    notes = [
        t("Some characters could not be read.") if raw.unsure else "",
        t("Only the beginning is shown.") if raw.cut else "",
    ]
    return {
        "text": raw.text,
        "binary": raw.encoding is None,
        "note": sentences(notes),
        "about": about,
    }


def cleaned_pane(
    *,
    title: str,
    text: str,
    language: str,
    captions: Sequence[str],
    facts: Sequence[tuple[str, str | Moment]],
    message: str = "",
) -> dict[str, object]:
    """What the right pane shows.

    Args:
        title: The headline.
        text: The cleaned text; empty where there is none.
        language: Its language.
        captions: Picture captions kept apart from it.
        facts: Name and value of everything else; without a value it is left out.
        message: What is to be said first.
    """
    shown = [
        {"name": name, "time": value.at} if isinstance(value, Moment) else
        {"name": name, "text": value}
        for name, value in facts
        if (value.at if isinstance(value, Moment) else value)
    ]  # fmt: skip
    return {
        "title": title,
        "text": text,
        "language": language,
        "captions": list(captions),
        "facts": shown,
        "message": message,
    }


def _raw(found: Original) -> dict[str, object]:
    missing = t("This article came from an export: the item that it was made of is not here.")
    return raw_pane(found.raw, missing)


def _cleaned(desk: shell.Desk, found: Original) -> dict[str, object]:
    article = found.article
    newer = found.newest_id != article.id
    people = {person.id: person.display_name or person.name for person in store().people.all()}
    facts: list[tuple[str, str | Moment]] = [
        (t("Source"), article.source),
        (t("Address"), readable_address(article.url)),
        (t("Published"), Moment(article.published_at or "")),
        (t("Published, according to"), published_from_name(article.published_from)),
        (t("Dateline"), article.dateline or ""),
        (t("Language"), language_name(article.language) if article.language else ""),
        (t("Revision"), f"{article.revision:,}"),
        (t("Taken in"), Moment(article.ingested_at)),
        (t("By"), people.get(article.ingested_by, "")),
        (t("Cleaner"), t("version {version}", version=article.cleaner_version)),
        (t("SHA-256 of the item"), article.raw_sha256),
    ]
    pane = cleaned_pane(
        title=article.title,
        text=article.text,
        language=article.language,
        captions=article.captions,
        facts=facts,
        message=t("There is a newer revision of this article.") if newer else "",
    )
    links: list[tuple[str, str]] = []
    if newer:
        of = {name: st.query_params[name] for name in ("of",) if name in st.query_params}
        there = shell.link("ingest", desk.project, article=found.newest_id, **of)
        links.append((t("Newest revision"), there))
    return {**pane, "links": [{"label": label, "href": href} for label, href in links]}
