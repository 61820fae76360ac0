"""What both sides agree on where a sync was killed between sending and noting that it arrived.

A base remembers what is on its way. Each write has a number, higher than those before, which
goes along (`exports.formats.labelstudio.annotation`) and is read back: it tells whether the last
write arrived. Where nothing there can bear a number, the content is compared.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from annotate.labelstudio import content
from annotate.labelstudio.content import Content
from annotate.model import EntityKind

SENT = "sent"
SENDING = "sending"
RENAMED = "renamed"
_OF_OUR_IDS: tuple[EntityKind, ...] = ("span", "statement")


@dataclass(frozen=True, slots=True)
class Agreed:
    """What both sides last agreed on, and the highest number that a write has had."""

    content: Content
    number: int


def renamed(base: Mapping[str, Any] | None) -> Mapping[str, str]:
    """Our ids of what there still bore another when the base was made, by that."""
    found: Mapping[str, str] = (base or {}).get(RENAMED, {})
    return found


def agreed(
    base: Mapping[str, Any] | None,
    theirs: Content,
    held: Collection[str],
    written: int | None,
    successors: Mapping[str, str],
) -> Agreed:
    """Find out what both sides last agreed on.

    Args:
        base: As it is stored; None if they never agreed.
        theirs: What stands there.
        held: Our ids of what is there but cannot be read.
        written: The number of the write that it bears, None if it bears none.
        successors: For merged registry entries what took their place, by id.
    """
    stored = base or {}
    before = content.followed(content.read(stored), successors)
    known = int(stored.get(SENT, 0))
    sending = stored.get(SENDING)
    if sending is None:
        return Agreed(before, known)
    sent = content.followed(content.read(sending), successors)
    number = int(sending[SENT])
    if written == number:
        return Agreed(sent, number)
    if written is None or written > known:
        _by_content(before, sent, theirs, held)
    return Agreed(before, number)


def numbered(
    plain: dict[str, Any],
    number: int,
    sending: Mapping[str, Any] | None = None,
    names: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A base with the number of the last write, with what is on its way, and its new ids."""
    if number:
        plain[SENT] = number
    if sending is not None:
        plain[SENDING] = sending
    if names:
        plain[RENAMED] = dict(names)
    return plain


def last_write(base: Mapping[str, Any]) -> int:
    """The highest number that a write has had, as far as a base knows."""
    return max(int(base.get(SENT, 0)), int((base.get(SENDING) or {}).get(SENT, 0)))


def _by_content(before: Content, sent: Content, theirs: Content, held: Collection[str]) -> None:
    """Take into the base what was sent and is there."""
    # Nobody else makes our ids: one of them there, and all of it has arrived.
    arrived = any(
        id_ in theirs.parts(kind) and id_ not in before.parts(kind)
        for kind in _OF_OUR_IDS
        for id_ in sent.parts(kind)
    )
    for kind in get_args(EntityKind):
        old, new, there = (one.parts(kind) for one in (before, sent, theirs))
        for id_ in {**old, **new}:
            if not arrived and (id_ in held or there.get(id_) != new.get(id_)):
                continue
            if id_ in new:
                old[id_] = new[id_]
            else:
                old.pop(id_, None)
