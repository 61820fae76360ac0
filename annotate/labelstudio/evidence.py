"""What each merged statement has for evidence, which never differs: it is merged by member."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from annotate.labelstudio.content import Content, Entity
from annotate.labelstudio.fields import three_way


def give_evidence(
    before: tuple[Content, Content, Content],
    after: tuple[Content, Content, Content, Content],
    contested: Collection[str],
) -> None:
    """Give the merged statements their evidence.

    Args:
        before: The base, ours and theirs.
        after: What a merge makes of them: ours, the base, theirs, and the base once that is
            sent. They hold their spans and statements; the evidence of these is written.
        contested: Spans that one side deleted and the other needs. Whether a statement uses one
            of those is a part of what a person must decide: each side keeps its own.
    """
    base, ours, theirs = before
    mine, agreed, there, sent = after
    spans = [side.spans for side in (mine, there, theirs, base)]
    for id_ in {**ours.statements, **theirs.statements}:
        was, we, they = (side.uses(id_) for side in before)
        if id_ in ours.statements and id_ in theirs.statements:
            members = _members(was, we, they, contested) & mine.spans.keys() & there.spans.keys()
            left = [[one for one in side if one not in contested] for side in (we, they)]
            order = left[0] if left[0] == left[1] else []
        elif id_ in base.statements:
            # Contested or deleted: each side keeps its own.
            continue
        else:
            order = [*we, *they]
            members = {*order}.difference(contested)
        for side, used, known, own in (
            (mine, we, members, we),
            (there, they, members, they),
            (agreed, was, {*they}.difference(contested), order),
            (sent, was, members, order),
        ):
            if id_ not in side.statements:
                continue
            found = known.union(one for one in used if one in contested)
            # What both agree on must have one order; before, each side keeps its own.
            mixed = set(own) == found and not found.isdisjoint(contested)
            kept: Sequence[str] = own if mixed else order
            if not found.issubset(kept):
                kept = sorted(found, key=lambda one: _place(one, spans))
            side.statements[id_]["evidence"] = [one for one in kept if one in found]


def _members(
    was: list[str], we: list[str], they: list[str], contested: Collection[str]
) -> set[str]:
    return {
        span
        for span in {*we, *they}.difference(contested)
        if three_way(span in was, span in we, span in they)
    }


def _place(span_id: str, spans: Sequence[Mapping[str, Entity]]) -> tuple[int, int, str]:
    span = next((one[span_id] for one in spans if span_id in one), {})
    return span.get("start", 0), span.get("end", 0), span_id
