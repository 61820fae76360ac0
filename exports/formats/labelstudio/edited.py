"""A labelling configuration that somebody changed in Label Studio, read as a codebook.

What a configuration does not say (numbers of stances, which fields are required, the guidelines)
stays as it was; what it says and a codebook cannot is reported.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lxml import etree

from annotate.codebook import Codebook, DocumentLabel, Value
from annotate.errors import Rejected
from exports.formats.labelstudio.config import JOINT, SHIFT, shown
from exports.formats.labelstudio.words import (
    CERTAINTY,
    CLAIM,
    CONTROLS,
    LABEL,
    ROLES,
    STANCE,
    STATEMENT,
    TEXT,
    document_label,
)

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_COLOUR = re.compile(r"#[0-9a-f]{6}\Z")
_DEFAULT_COLOUR = "#5b6169"
_NEEDED = (LABEL, STANCE, CLAIM)
_LAYOUT = frozenset(
    ("View", "Header", "Collapse", "Panel", "Label", "Choice", "Relation", "Relations", "Style")
)
# Attributes of a value that a codebook has a place for.
SAID = frozenset(("value", "alias", "background", "color", "hotkey", "hint", "visible"))


@dataclass(slots=True)
class Edited:
    """What a configuration says.

    Args:
        codebook: The codebook with what was changed there.
        problems: What a codebook cannot express, or what our labels need and is missing, each
            with the name of the control there.
    """

    codebook: Codebook
    problems: list[tuple[str, Rejected]] = field(default_factory=list)


def read_configuration(xml: str, book: Codebook) -> Edited:
    """Read a configuration.

    Args:
        xml: The configuration, as Label Studio has it.
        book: The codebook that it was last made of.

    Returns:
        The codebook that it stands for, equal to ``book`` if nothing was changed, and what it
        cannot express.
    """
    done = Edited(book)
    try:
        root = parsed(xml)
    except Rejected as unreadable:
        done.problems.append(("", unreadable))
        return done
    controls = {str(node.get("name")): node for node in root.iter() if is_ours(node)}
    for node in filter(is_addition, root.iter()):
        name = node.get("name") or node.get("value") or ""
        done.problems.append((name, _unknown_control(node, name)))
    for name in _NEEDED:
        if name not in controls:
            problem = Rejected("missing", "The control {name!r} is missing", name=name)
            done.problems.append((name, problem))
    done.codebook = replace(
        book,
        span_kinds=_scale(done, controls.get(LABEL), book.span_kinds, coloured=True),
        stances=_scale(done, controls.get(STANCE), book.stances, coloured=True),
        certainties=_scale(done, controls.get(CERTAINTY), book.certainties),
        document_labels=_documents(done, controls, book),
    )
    return done


def parsed(xml: str) -> etree._Element:
    """The root of a configuration.

    Raises:
        Rejected: It is no XML.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    try:
        return etree.fromstring(xml.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Rejected(
            "xml", "The configuration is not XML: {error}", error=str(error)[:200]
        ) from None


def is_ours(node: etree._Element) -> bool:
    """Whether an element is the text or a control of ours, in whatever form somebody left it."""
    name = node.get("name") or ""
    if node.tag == "Text":
        return name == TEXT
    return name in CONTROLS or bool(_NAME.match(document_label(name) or ""))


def is_addition(node: etree._Element) -> bool:
    """Whether a codebook has no place for an element at all."""
    if not isinstance(node.tag, str) or is_ours(node):
        return False
    if node.tag == "Relation":
        return node.get("value") not in ROLES
    return node.tag not in _LAYOUT


def value_name(node: etree._Element) -> str | None:
    """The name of a value in a codebook; None if it has none that a codebook could store."""
    title = node.get("value") or ""
    derived = re.sub(r"\W+", "_", title.strip().lower(), flags=re.ASCII).strip("_")
    name = node.get("alias") or derived
    return name if name == STATEMENT or _NAME.match(name) else None


def _unknown_control(node: etree._Element, name: str) -> Rejected:
    return Rejected(
        "control",
        "A codebook has no place for {tag} {name!r}",
        "What is recorded with it stays in Label Studio and is kept as it is",
        tag=str(node.tag)[:40],
        name=name[:40],
    )


def _scale(
    done: Edited,
    node: etree._Element | None,
    before: Sequence[Value],
    *,
    coloured: bool = False,
) -> tuple[Value, ...]:
    if node is None:
        return tuple(before)
    known = {value.name: value for value in before}
    found: dict[str, Value] = {}
    for child in node.iter("Label", "Choice"):
        # What is hidden belongs to earlier versions.
        if child.get("visible") == "false" or child.get("alias") == STATEMENT:
            continue
        value = _value(done, str(node.get("name")), child, known, coloured=coloured)
        if value is not None:
            found.setdefault(value.name, value)
    return tuple(found.values()) or tuple(before)


def _value(
    done: Edited,
    control: str,
    node: etree._Element,
    known: dict[str, Value],
    *,
    coloured: bool,
) -> Value | None:
    title = node.get("value") or ""
    name = value_name(node)
    if name is None:
        problem = Rejected(
            "label",
            "The value {name!r} has no name that a codebook could store",
            "Give it an alias of the letters a-z, digits and _",
            name=(node.get("alias") or title)[:40],
        )
        done.problems.append((control, problem))
        return None
    for attribute in sorted(set(map(str, node.keys())) - SAID):
        problem = Rejected("attribute", "A codebook has no place for {attribute!r} of {name!r}",
                           attribute=attribute[:40], name=name)  # fmt: skip
        done.problems.append((control, problem))
    old = known.get(name)
    if old is None and control == STANCE:
        problem = Rejected("number", "The new stance {name!r} has no number yet",
                           "Give it one in the codebook", name=name)  # fmt: skip
        done.problems.append((control, problem))
    return _changed(node, old or Value(name, "", ""), title, coloured=coloured)


def _changed(node: etree._Element, old: Value, title: str, *, coloured: bool) -> Value:
    en, zh = old.en, old.zh
    if title not in (shown(en, zh), f"{shown(en, zh)} ({old.name})", old.name if not en else ""):
        en, _, zh = title.partition(JOINT)
        zh = zh or old.zh or en
    colour = (node.get("background") or node.get("color") or "").lower()
    if not _COLOUR.match(colour):
        colour = old.colour or (_DEFAULT_COLOUR if coloured else "")
    # A value whose key could not be used there has none there, and keeps it here.
    key = (node.get("hotkey") or old.key).removeprefix(SHIFT)
    return replace(old, en=en, zh=zh, colour=colour, key=key if len(key) == 1 else old.key,
                   help=node.get("hint") or "")  # fmt: skip


def _documents(
    done: Edited, controls: dict[str, etree._Element], book: Codebook
) -> tuple[DocumentLabel, ...]:
    known = {label.name: label for label in book.document_labels}
    found = []
    for control, node in controls.items():
        name = document_label(control)
        if name is None or all(one.get("visible") == "false" for one in node.iter("Choice")):
            continue
        old = known.get(name, DocumentLabel(name, name, name, ()))
        values = _scale(done, node, old.values)
        found.append(replace(old, values=values, multiple=node.get("choice") == "multiple"))
    return tuple(found)
