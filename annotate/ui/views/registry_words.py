"""The words of the registry pages: those that differ between actors and claims, and closed sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from annotate.model import AliasKind
from annotate.registries import Kind
from annotate.registries.model import Role as Part
from annotate.registries.model import Show, Sort
from annotate.ui.i18n import t
from annotate.ui.words import language_name, shortened

# What a message says of a name; the list and the entry itself show all of it.
LONGEST_SAID = 60
LANGUAGES = ("zh-Hans", "zh-Hant", "en", "ja", "ko", "ru", "fr", "de", "es", "ar")


@dataclass(frozen=True, slots=True)
class Words:
    """What one kind of registry is called by: see their values below."""

    title: str
    search: str
    name: str
    group: str
    all_groups: str
    no_group: str
    new: str
    others: str
    empty: str
    choose: str
    back: str


def words(kind: Kind) -> Words:
    """The words of one kind of registry, in the reader's language."""
    if kind == "actor":
        return Words(
            title=t("Actors"),
            search=t("Search actors by any name, in any script"),
            name=t("Name"),
            group=t("Kind"),
            all_groups=t("All kinds"),
            no_group=t("no kind"),
            new=t("New actor"),
            others=t("Other names"),
            empty=t(
                "No actors yet. They come here as you tag: name a speaker in a statement, and the"
                " actor is made. You can also add one now, or import a table of them."
            ),
            choose=t(
                "Actors are whoever speaks, acts or is spoken for, shared by all projects. Open one"
                " to see all its names and every statement and mention that refers to it; select"
                " two or more to merge them."
            ),
            back=t("← All actors"),
        )
    return Words(
        title=t("Claims"),
        search=t("Search claims by any wording, in any script"),
        name=t("Wording"),
        group=t("Topic"),
        all_groups=t("All topics"),
        no_group=t("no topic"),
        new=t("New claim"),
        others=t("Other wordings, translations and terms"),
        empty=t(
            "No claims yet. They come here as you tag: word a claim in a statement, and it is"
            " kept for the next article. You can also add one now, or import a table of them."
        ),
        choose=t(
            "Claims are the propositions on which speakers take a stance; each project has its"
            " own. Open one to see its translations and every statement on it; select two or"
            " more to merge them."
        ),
        back=t("← All claims"),
    )


def group_name(kind: Kind, group: str, topics: Mapping[str, str]) -> str:
    """An actor's kind or a claim's topic in words.

    Args:
        kind: The registry.
        group: What is stored: one of the usual kinds is translated, another one stays as it is.
        topics: What stored topics are called; others are their own names.
    """
    if not group:
        return words(kind).no_group
    if kind == "claim":
        return topics.get(group, group)
    known = {
        "person": t("person"),
        "organisation": t("organisation"),
        "government": t("government"),
        "party": t("party"),
        "media": t("media"),
        "group": t("group"),
        "place": t("place"),
        "other": t("other"),
    }
    return known.get(group, group)


def said(name: str) -> str:
    """A name in a message, where a long one would hide what is below."""
    return shortened(name, LONGEST_SAID)


def alias_kind_name(kind: AliasKind) -> str:
    """What kind of further name it is."""
    return {
        "alias": t("alias"),
        "translation": t("translation"),
        "term": t("term"),
    }[kind]


def any_language_name(tag: str) -> str:
    """The language of a name; one without is a name in any of them."""
    return language_name(tag) if tag else t("any language")


def show_name(show: Show) -> str:
    """Which entries a list shows."""
    return {
        "present": t("All, used or not"),
        "used": t("Used"),
        "unused": t("Not used"),
        "removed": t("Removed or merged"),
    }[show]


def sort_name(kind: Kind, sort: Sort) -> str:
    """In which order a list is."""
    by_name = t("By name") if kind == "actor" else t("By wording")
    by_group = t("By kind") if kind == "actor" else t("By topic")
    return {
        "name": by_name,
        "group": by_group,
        "newest": t("Newest first"),
        "uses": t("Most used first"),
    }[sort]


def part_name(part: Part) -> str:
    """As what an entry stands in a statement or a text."""
    return {
        "claim": t("claim"),
        "speaker": t("speaker"),
        "holder": t("holder"),
        "addressee": t("addressee"),
        "reporter": t("reported by"),
        "mention": t("mention"),
    }[part]


def why_name(why: str) -> str:
    """Why two entries may be the same."""
    return {
        "name": t("a name in common"),
        "external_id": t("the same identifier"),
        "spelling": t("spelt differently"),
        "part": t("one name within the other"),
        "typing": t("one character differs"),
        "words": t("most words in common"),
    }[why]
