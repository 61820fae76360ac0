"""The labels that a sync would change, article by article, folded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from annotate.codebook import Codebook
from annotate.labelstudio import viewing
from annotate.links import FieldChange, LabelChange
from annotate.model import Article, Project
from annotate.ui import shell
from annotate.ui.component import component
from annotate.ui.database import store
from annotate.ui.i18n import t, tn
from annotate.ui.views.history_words import label_name
from annotate.ui.views.sync_values import Names, field_name
from annotate.ui.words import plain

_changes = component("claimdesk_sync_changes", "sync/changes.js")
_TONES = {"add": "support", "change": "accent", "remove": "oppose"}


def draw(desk: shell.Desk, project: Project, found: Sequence[LabelChange], in_all: int) -> None:
    """Draw what a dry run told.

    Args:
        desk: Who looks.
        project: The project.
        found: The first of the changes.
        in_all: How many there are.
    """
    shown = viewing.changes(store(), desk.visitor.person, project.id, found)
    if not shown:
        return
    grouped: dict[str, list[LabelChange]] = {}
    for one in shown:
        grouped.setdefault(one.article_id, []).append(one)
    articles = viewing.articles_of(store(), list(grouped))
    book = store().projects.remembered(project.id)
    data = [_article(project, book, articles[id_], some) for id_, some in grouped.items()]
    _changes("sync_changes", {"title": t("Labels that would change"), "articles": data})
    if in_all > len(found):
        st.caption(
            plain(
                t("The first {n} of {all} labels are shown; all are listed by {command}.",
                  n=len(found), all=f"{in_all:,}",
                  command="python -m annotate sync --dry-run --json")
            )
        )  # fmt: skip


def _article(
    project: Project, book: Codebook, article: Article, found: Sequence[LabelChange]
) -> Mapping[str, object]:
    return {
        "id": article.id,
        "title": article.title,
        "lang": article.language,
        "href": shell.link("tag", project, article=article.id),
        "many": tn("{n} label", "{n} labels", len(found)),
        "changes": [_change(book, one) for one in found],
    }


def _change(book: Codebook, one: LabelChange) -> Mapping[str, object]:
    words = {id_: {"quote": name} for id_, name in one.names.items()}
    names = Names(book, one.names, one.names, words)
    return {
        "what": _what(one),
        "tone": _TONES[one.verb],
        "part": _part(book, one),
        "quote": one.quote,
        "coder": one.coder or t("gold"),
        "replaces": one.verb == "change",
        "fields": [_field(names, one.kind, field) for field in one.fields],
    }


def _field(names: Names, kind: str, one: FieldChange) -> Mapping[str, object]:
    before, after = (_said(names, kind, one.field, value) for value in (one.before, one.after))
    return {"name": field_name(one.field), "before": before, "after": after}


def _said(names: Names, kind: str, field: str, value: object) -> list[str]:
    if field == "place" and isinstance(value, Mapping):
        # The same words can stand in two places.
        return [f"{value['start']}–{value['end']} {quote}" for quote in
                names.said(kind, field, value)]  # fmt: skip
    return names.said(kind, field, value)


def _what(one: LabelChange) -> str:
    return {
        ("here", "add"): t("add here"),
        ("here", "change"): t("change here"),
        ("here", "remove"): t("take away here"),
        ("there", "add"): t("add there"),
        ("there", "change"): t("change there"),
        ("there", "remove"): t("take away there"),
    }[one.side, one.verb]


def _part(book: Codebook, one: LabelChange) -> str:
    if one.kind == "document_label":
        return label_name(book, one.entity_id)
    return t("Span") if one.kind == "span" else t("Statement")
