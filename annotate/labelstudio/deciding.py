"""A person's decision on a difference, taken into the label set and into the base."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from annotate.labelstudio import content
from annotate.labelstudio.arrival import SENDING
from annotate.labelstudio.content import GIVEN_UP, USERS, Content, Entity
from annotate.links import Choice, Difference
from annotate.model import LabelSet

_OF_A_VERSION = ("kind", "stance", "certainty")


def resolve(
    ours: LabelSet,
    base: Mapping[str, Any] | None,
    difference: Difference,
    choice: Choice,
    chosen: Any = None,
    *,
    version: int | None = None,
    successors: Mapping[str, str] | None = None,
) -> tuple[LabelSet, dict[str, Any]]:
    """Take a decision into ours, and theirs into the base, so that the next merge sends it.

    Args:
        ours: The label set as it is now, which may have changed since; choosing ours keeps that.
        base: What both sides last agreed on.
        difference: What differs.
        choice: Which value: ours, theirs, or one that was written for it.
        chosen: The value that was written, where ``choice`` is ``edited``.
        version: The project's codebook version, under which a value of its scales is taken.
        successors: For merged registry entries what took their place, by id.

    Returns:
        The label set and the base.
    """
    theirs, chosen = (
        content.followed_value(difference.field, one, successors or {})
        for one in (difference.theirs, chosen)
    )
    difference = replace(difference, theirs=theirs)
    mine, before = _decided(content.of(ours), base, difference, choice, chosen, version)
    rest = {name: one for name, one in (base or {}).items() if name not in before}
    if SENDING in rest:
        sent = rest[SENDING]
        _, after = _decided(content.of(ours), sent, difference, choice, chosen, version)
        rest[SENDING] = {**sent, **after}
    return mine.into(ours), {**before, **rest}


def _decided(
    mine: Content,
    base: Mapping[str, Any] | None,
    difference: Difference,
    choice: Choice,
    chosen: Any,
    version: int | None,
) -> tuple[Content, dict[str, Any]]:
    before = content.read(base)
    if difference.kind == "document_label":
        _document(mine, before, difference, choice, chosen)
    elif difference.field:
        _field(mine, before, difference, choice, chosen, version)
    else:
        _whole(mine, before, difference, choice, chosen)
    return mine.without_dangling(), before.without_dangling().plain()


def _document(
    mine: Content, before: Content, difference: Difference, choice: Choice, chosen: Any
) -> None:
    name = difference.entity_id
    decided = [(before, difference.theirs)]
    if choice != "ours":
        decided.append((mine, difference.theirs if choice == "theirs" else chosen))
    for side, values in decided:
        if values:
            side.documents[name] = sorted(set(values))
        else:
            side.documents.pop(name, None)


def _field(
    mine: Content,
    before: Content,
    difference: Difference,
    choice: Choice,
    chosen: Any,
    version: int | None,
) -> None:
    id_, name = difference.entity_id, difference.field
    entity = mine.entities(difference.kind).get(id_)
    if entity is not None and choice != "ours":
        content.put(entity, name, deepcopy(difference.theirs if choice == "theirs" else chosen))
        if version is not None and name in _OF_A_VERSION:
            entity["codebook_version"] = version
    known = before.entities(difference.kind).get(id_)
    if known is not None:
        content.put(known, name, deepcopy(difference.theirs))


def _whole(
    mine: Content, before: Content, difference: Difference, choice: Choice, chosen: Any
) -> None:
    id_ = difference.entity_id
    here, known = (side.entities(difference.kind) for side in (mine, before))
    if choice != "ours":
        entity: Entity | None = deepcopy(difference.theirs if choice == "theirs" else chosen)
        if entity is None:
            here.pop(id_, None)
        else:
            back = id_ not in here
            here[id_] = entity
            if difference.kind == "span" and back:
                _use_again(mine, before, id_)
    if difference.theirs is None:
        known.pop(id_, None)
    else:
        users = known.get(id_, {}).get(USERS, [])
        known[id_] = deepcopy(difference.theirs)
        if difference.kind == "span" and id_ not in here:
            known[id_][GIVEN_UP] = users


def _use_again(mine: Content, before: Content, span_id: str) -> None:
    """A span that comes back is evidence again of what it was evidence of."""
    for id_, statement in mine.statements.items():
        if span_id in before.uses(id_) and span_id not in statement["evidence"]:
            statement["evidence"] = sorted(
                (*statement["evidence"], span_id),
                key=lambda one: (mine.spans[one]["start"], mine.spans[one]["end"], one),
            )
