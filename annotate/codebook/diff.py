"""What differs between two codebooks, place by place, for showing them side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from annotate.codebook.model import Codebook, Value

ChangeKind = Literal["added", "removed", "changed"]
Place = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    ``place`` leads there by names, such as ``("stances", "support", "colour")``; its last step is
    ``order`` where values only stand in another order. ``before`` is None for what was added,
    ``after`` for what was removed.
    """

    place: Place
    kind: ChangeKind
    before: str | None
    after: str | None


def diff(before: Codebook, after: Codebook) -> list[Change]:
    """The differences, in the order of the settings.

    A value is known by its stored name: a new name is one value removed and another added.
    """
    found = list(_single(("working_language",), before.working_language, after.working_language))
    for scale in ("span_kinds", "stances", "certainties"):
        found += _scale((scale,), getattr(before, scale), getattr(after, scale))
    found += _labels(before, after)
    for fields in ("shown", "required"):
        found += _fields(fields, getattr(before, fields), getattr(after, fields))
    found += _lines(("guidelines",), before.guidelines, after.guidelines)
    return found


def _single(place: Place, before: str | None, after: str | None) -> Iterator[Change]:
    before, after = before or None, after or None
    if before == after:
        return
    kind: ChangeKind = "added" if before is None else "removed" if after is None else "changed"
    yield Change(place, kind, before, after)


def _scale(place: Place, before: Sequence[Value], after: Sequence[Value]) -> Iterator[Change]:
    old, new = ({value.name: _described(value) for value in side} for side in (before, after))
    yield from _entries(place, old, new)


def _entries(
    place: Place, old: Mapping[str, Mapping[str, str]], new: Mapping[str, Mapping[str, str]]
) -> Iterator[Change]:
    kept = [name for name in old if name in new]
    order = [name for name in new if name in old]
    if kept != order:
        yield Change((*place, "order"), "changed", ", ".join(kept), ", ".join(order))
    for name in dict.fromkeys((*old, *new)):
        there = (*place, name)
        if name not in new:
            yield Change(there, "removed", _summary(old[name]), None)
        elif name not in old:
            yield Change(there, "added", None, _summary(new[name]))
        else:
            for part in dict.fromkeys((*old[name], *new[name])):
                yield from _single((*there, part), old[name].get(part), new[name].get(part))


def _labels(before: Codebook, after: Codebook) -> Iterator[Change]:
    place = ("document_labels",)
    old, new = (
        {
            label.name: _filled(
                {
                    "en": label.en,
                    "zh": label.zh,
                    "multiple": "true" if label.multiple else "",
                    "help": label.help,
                }
            )
            for label in book.document_labels
        }
        for book in (before, after)
    )
    yield from _entries(place, old, new)
    answers, others = (
        {label.name: label.values for label in book.document_labels} for book in (before, after)
    )
    for name in dict.fromkeys((*answers, *others)):
        yield from _scale((*place, name, "values"), answers.get(name, ()), others.get(name, ()))


def _fields(place: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    for name in dict.fromkeys((*before, *after)):
        if name not in after:
            yield Change((place, name), "removed", name, None)
        elif name not in before:
            yield Change((place, name), "added", None, name)


def _lines(place: Place, before: str, after: str) -> Iterator[Change]:
    """One difference of a long text: the lines that only one side has, by their numbers."""
    old, new = before.splitlines(), after.splitlines()
    gone, come = [], []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            gone += [f"{n}: {old[n - 1]}" for n in range(a + 1, b + 1)]
            come += [f"{n}: {new[n - 1]}" for n in range(c + 1, d + 1)]
    if gone or come:
        kind: ChangeKind = "added" if not before else "removed" if not after else "changed"
        yield Change(place, kind, "\n".join(gone) or None, "\n".join(come) or None)


def _described(value: Value) -> dict[str, str]:
    return _filled(
        {
            "en": value.en,
            "zh": value.zh,
            "colour": value.colour,
            "key": value.key,
            "number": "" if value.number is None else f"{value.number:g}",
            "help": value.help,
        }
    )


def _filled(parts: Mapping[str, str]) -> dict[str, str]:
    return {name: part for name, part in parts.items() if part}


def _summary(parts: Mapping[str, str]) -> str:
    return " · ".join(parts.values())
