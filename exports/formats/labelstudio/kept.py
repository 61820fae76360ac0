"""What somebody added to a labelling configuration and a codebook has no place for, carried on.

Label Studio's editor drops, when it saves, what it has no control for. So what is recorded with
such an addition would be lost if it were missing from the configuration that we write next.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator

from lxml import etree

from annotate.errors import Rejected
from exports.formats.labelstudio.edited import SAID, is_addition, is_ours, parsed, value_name


def with_kept(ours: str, there: str) -> str:
    """Our configuration with the additions of the one that stands there.

    Added are controls that a codebook cannot express, with what they stand in, at the end; and
    of our own controls such values and attributes. Applied to its own result it changes nothing.

    Args:
        ours: A configuration of `config.configuration`.
        there: The one that somebody edited; anything that is no XML adds nothing.
    """
    try:
        root, other = parsed(ours), parsed(there)
    except Rejected:
        return ours
    additions = [*_additions(other)]
    if not _add_to_values(root, other) and not additions:
        return ours
    root.extend(additions)
    etree.indent(root)
    return etree.tostring(root, encoding="unicode") + "\n"


def _additions(node: etree._Element) -> Iterator[etree._Element]:
    """The outermost elements below one that hold additions and nothing of ours."""
    for child in node:
        if is_ours(child) or child.tag == "Relations":
            continue
        inside = [one for one in child.iter() if isinstance(one.tag, str)]
        if not any(map(is_addition, inside)):
            continue
        if is_addition(child) or not any(map(is_ours, inside)):
            yield _copied(child)
        else:
            yield from _additions(child)


def _add_to_values(root: etree._Element, other: etree._Element) -> bool:
    """Give our controls the values and attributes that only the others have."""
    controls = {one.get("name"): one for one in other.iter() if is_ours(one)}
    added = False
    for relations in root.iter("Relations"):
        for relation in filter(is_addition, other.iter("Relation")):
            relations.append(_copied(relation))
            added = True
    for control in [one for one in root.iter() if is_ours(one)]:
        own = {value_name(one): one for one in control.iter("Label", "Choice")}
        there = controls.get(control.get("name"))
        for value in () if there is None else there.iter("Label", "Choice"):
            name = value_name(value)
            if name is None:
                control.append(_copied(value))
                added = True
            elif name in own:
                more = {key: text for key, text in value.attrib.items() if key not in SAID}
                own[name].attrib.update(more)
                added = added or bool(more)
    return added


def _copied(node: etree._Element) -> etree._Element:
    kept = copy.deepcopy(node)
    kept.tail = None
    return kept
