"""The labelling configuration of a Label Studio project, made of a codebook.

What is stored is a value's name (its ``alias`` there); what is shown has both languages. The same
codebook always gives the same text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from lxml import etree
from markdown_it import MarkdownIt

from annotate.codebook import Codebook, Value
from exports.formats.labelstudio.words import (
    ACTOR,
    ACTOR_ROLES,
    CERTAINTY,
    CLAIM,
    DATE,
    EVIDENCE,
    LABEL,
    MENTION,
    NOTE,
    REPORTERS,
    ROLES,
    STANCE,
    STATEMENT,
    TEXT,
    VENUE,
    document_control,
)

JOINT = " · "
SHIFT = "shift+"
_STATEMENT_KEY = "s"
# Just so dark that the editor writes in white on it, which can be read over evidence too.
_STATEMENT_COLOUR = "#565c64"
# The editor draws relations between the lines, and over whatever stands above the first.
_STYLE = ".lsf-htx-richtext { line-height: 2.4; padding-top: 1em }"
_BESIDE = "display: flex; flex-wrap: wrap; gap: 1.5em"
_ARTICLE = "flex: 3 1 26em; min-width: 0"
# In sight however long the article is.
_FIELDS_OF_REGION = (
    "flex: 2 1 16em; align-self: flex-start; position: sticky; top: 0; max-height: 80vh; "
    "overflow-y: auto"
)
_GUIDELINES = f"Guidelines{JOINT}指南"
_TITLES = {
    STATEMENT: f"statement{JOINT}陈述",
    STANCE: f"Stance{JOINT}立场",
    CERTAINTY: f"Certainty{JOINT}确定程度",
    CLAIM: f"Claim{JOINT}主张",
    "speaker": f"Speaker{JOINT}发言者",
    "holder": f"On behalf of{JOINT}代表",
    "addressee": f"Addressee{JOINT}陈述对象",
    REPORTERS: f"Reported by{JOINT}转述者",
    EVIDENCE: f"evidence{JOINT}证据",
    VENUE: f"Venue{JOINT}场合",
    DATE: f"Date{JOINT}日期",
    NOTE: f"Note{JOINT}备注",
    ACTOR: f"Whom it mentions{JOINT}所指行动者",
}
_FIELDS = (CLAIM, *ACTOR_ROLES, REPORTERS, VENUE, DATE, NOTE)
# XML 1.0 cannot hold these, escaped or not.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def configuration(book: Codebook, older: Sequence[Codebook] = ()) -> str:
    """The configuration as XML.

    Args:
        book: The codebook.
        older: Earlier versions; what they alone have is hidden, so that labels made under them
            outlive an edit in Label Studio's editor.
    """
    root = etree.Element("View")
    _add(root, "Style").text = _STYLE
    if book.guidelines.strip():
        _guidelines(root, book.guidelines)
    books = (book, *older)
    _documents(root, books)
    keys: set[str] = set()
    labels = _add(root, "Labels", name=LABEL, toName=TEXT, choice="single")
    kinds = _united(one.span_kinds for one in books)
    for value, title in zip(kinds, _titles(kinds), strict=True):
        _value(labels, "Label", value, title, book.span_kinds, keys)
    statement = Value(STATEMENT, "", "", _STATEMENT_COLOUR, _STATEMENT_KEY)
    _value(labels, "Label", statement, _TITLES[STATEMENT], (statement,), keys)
    beside = _add(root, "View", style=_BESIDE)
    article = _add(beside, "View", style=_ARTICLE)
    _add(article, "Header", value="$title", size="4")
    _add(
        article, "Text", name=TEXT, value=f"${TEXT}", valueType="text", saveTextResult="yes",
        granularity="symbol",
    )  # fmt: skip
    _per_region(_add(beside, "View", style=_FIELDS_OF_REGION), books, keys)
    relations = _add(root, "Relations")
    for role in ROLES:
        _add(relations, "Relation", value=role)
    etree.indent(root)
    return etree.tostring(root, encoding="unicode") + "\n"


def instruction(book: Codebook) -> str:
    """The codebook's guidelines as the HTML of a Label Studio project's ``expert_instruction``."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    rendered: str = parser.render(book.guidelines)
    return rendered


def shown(en: str, zh: str) -> str:
    """Words in both languages, once where they are the same."""
    return JOINT.join(dict.fromkeys(word for word in (en, zh) if word))


def _documents(root: etree._Element, books: Sequence[Codebook]) -> None:
    current = {label.name: label.values for label in books[0].document_labels}
    every = [label for one in books for label in one.document_labels]
    for name in dict.fromkeys(label.name for label in every):
        mine = [label for label in every if label.name == name]
        _heading(root, shown(mine[0].en, mine[0].zh) or name)
        choices = _add(
            root, "Choices", name=document_control(name), toName=TEXT,
            choice="multiple" if mine[0].multiple else "single", showInLine="true",
        )  # fmt: skip
        # No keys: they belong to what is tagged a hundred times in an article.
        values = [replace(value, key="") for value in _united(label.values for label in mine)]
        now = [replace(value, key="") for value in current.get(name, ())]
        _choices(choices, values, now, set())


def _per_region(root: etree._Element, books: Sequence[Codebook], keys: set[str]) -> None:
    # All fields, also those that the codebook does not show: what has no control here is lost
    # when the editor saves.
    # None is marked as required: Label Studio would then ask a stance of every mention too.
    scales = {
        STANCE: [one.stances for one in books],
        CERTAINTY: [one.certainties for one in books],
    }
    for control, versions in scales.items():
        box = _box(root, control, STATEMENT)
        choices = _add(
            box, "Choices", name=control, toName=TEXT, choice="single", perRegion="true",
            whenLabelValue=STATEMENT, showInLine="true",
        )  # fmt: skip
        _choices(choices, _united(versions), versions[0], keys)
    for control in _FIELDS:
        _area(root, control, STATEMENT)
    if MENTION in {value.name for one in books for value in one.span_kinds}:
        _area(root, ACTOR, MENTION)


def _area(root: etree._Element, control: str, label: str) -> None:
    attributes = {} if control in (REPORTERS, NOTE) else {"maxSubmissions": "1"}
    _add(
        _box(root, control, label), "TextArea", name=control, toName=TEXT, perRegion="true",
        whenLabelValue=label, editable="true", **attributes,
    )  # fmt: skip


def _box(root: etree._Element, control: str, label: str) -> etree._Element:
    box = _add(root, "View", visibleWhen="region-selected", whenLabelValue=label)
    _heading(box, _TITLES[control])
    return box


def _guidelines(root: etree._Element, text: str) -> None:
    panel = _add(_add(root, "Collapse"), "Panel", value=_GUIDELINES)
    for line in text.splitlines():
        if line.strip():
            _heading(panel, line.strip())


def _heading(parent: etree._Element, text: str) -> None:
    # A dollar sign before a word would be taken for a member of the task.
    _add(parent, "Header", value=re.sub(r"\$(?=\w)", "$\u200b", text), size="6")


def _choices(
    parent: etree._Element, values: Sequence[Value], current: Sequence[Value], keys: set[str]
) -> None:
    for value, title in zip(values, _titles(values), strict=True):
        _value(parent, "Choice", value, title, current, keys)


def _value(
    parent: etree._Element,
    tag: str,
    value: Value,
    title: str,
    current: Sequence[Value],
    keys: set[str],
) -> None:
    attributes = {"value": title, "alias": value.name}
    if value.colour:
        attributes["background" if tag == "Label" else "color"] = value.colour
    if value in current:
        key = next((one for one in (value.key, SHIFT + value.key) if one not in keys), "")
        if value.key.isalnum() and key:
            attributes["hotkey"] = key
            keys.add(key)
    else:
        attributes["visible"] = "false"
    if value.help:
        attributes["hint"] = value.help
    _add(parent, tag, **attributes)


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, tag)
    for name, text in attributes.items():
        child.set(name, _UNWRITABLE.sub("\ufffd", text))
    return child


def _united(scales: Iterable[Sequence[Value]]) -> list[Value]:
    """The values of several versions of a scale, each in the form of the first that has it."""
    found: dict[str, Value] = {}
    for scale in scales:
        for value in scale:
            found.setdefault(value.name, value)
    return list(found.values())


def _titles(values: Sequence[Value]) -> list[str]:
    """What is shown for each value, all different and none another one's name."""
    titles = [shown(value.en, value.zh) or value.name for value in values]
    times = Counter(titles)
    names = {value.name: n for n, value in enumerate(values)}
    return [
        f"{title} ({value.name})" if times[title] > 1 or names.get(title, n) != n else title
        for n, (value, title) in enumerate(zip(values, titles, strict=True))
    ]
