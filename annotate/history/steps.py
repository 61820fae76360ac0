"""Merges, splits and moves as a history tells them: with whom, and what followed.

Their events alone do not say: an entry that takes another in may look as it did before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

from annotate.history.sight import REGISTRIES, Sight
from annotate.model import Event

What = Literal["merge", "split", "move"]


@dataclass(frozen=True, slots=True)
class Other:
    """The entry on the other side, as it was then: an actor's kind or a claim's topic is known."""

    name: str
    group: str


@dataclass(frozen=True, slots=True)
class Step:
    """What happened between one entry and others.

    ``gave`` says whether the uses went from this entry to the others; else they came from them.
    ``taken_back`` is a step that was undone by this change. ``statements`` and ``mentions`` count
    what moved and the viewer may see; None where they are not this entry's alone.
    """

    what: What
    taken_back: bool
    gave: bool
    others: tuple[Other, ...]
    statements: int | None
    mentions: int | None


def of_events(sight: Sight, events: Iterable[Event]) -> dict[str, Step]:
    """By the event's id, for those that are part of a merge, a split or a move."""
    known: dict[str, _Whole | None] = {}
    found = {}
    for event in events:
        change_id = event.operation_id or ""
        if event.subject_kind not in REGISTRIES or _word(event) not in (*get_args(What), "undo"):
            continue
        if change_id not in known:
            known[change_id] = _whole(sight, change_id)
        whole = known[change_id]
        if whole is not None and (step := _step(whole, event)) is not None:
            found[event.id] = step
    return found


@dataclass(frozen=True, slots=True)
class _Whole:
    """A whole step: the entries whose uses went, and the one that they went to."""

    what: What
    taken_back: bool
    givers: tuple[Event, ...]
    taker: Event
    statements: int
    mentions: int


def _whole(sight: Sight, change_id: str) -> _Whole | None:
    entries = sight.store.entries
    done = entries.undone_by(change_id) or change_id
    change = entries.change(done)
    if change is None or change["kind"] not in get_args(What):
        return None
    what, events = cast(What, change["kind"]), entries.events_of(done)
    if what == "merge":
        givers = [one for one in events if (one.after or {}).get("merged_into")]
        takers = [one for one in events if one not in givers]
    else:
        takers, givers = events[:1], events[1:]
    if not givers or not takers:
        return None
    counted = sight.store.uses.counted(change_id)
    seen = sight.label_sets({label_set_id for _, label_set_id, _ in counted})
    mine = [(subject, n) for subject, label_set_id, n in counted if label_set_id in seen]
    return _Whole(
        what, done != change_id, tuple(givers), takers[0],
        sum(n for subject, n in mine if subject == "statement"),
        sum(n for subject, n in mine if subject == "span"),
    )  # fmt: skip


def _step(whole: _Whole, event: Event) -> Step | None:
    gave = event.subject_id != whole.taker.subject_id
    others: Sequence[Event] = (whole.taker,) if gave else whole.givers
    alone = not gave or len(whole.givers) == 1
    return Step(
        whole.what, whole.taken_back, gave, tuple(_other(one) for one in others),
        whole.statements if alone else None, whole.mentions if alone else None,
    )  # fmt: skip


def _other(event: Event) -> Other:
    state = event.before or event.after or {}
    name, group = ("name", "kind") if event.subject_kind == "actor" else ("text", "topic")
    return Other(str(state.get(name, "")), str(state.get(group, "")))


def _word(event: Event) -> str:
    return event.action.rsplit(".", 1)[-1]
