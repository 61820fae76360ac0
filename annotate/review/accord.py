"""How far the coders of one article agree, part by part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from annotate.agreement import PARTS, Comparison, Figure, percent, undefined
from annotate.agreement.model import ONE_CODER
from annotate.review.kept import Kept
from annotate.review.versions import CoderSet, coded

# Of the articles that are under review just now.
_FIGURES: Kept[Mapping[str, Figure]] = Kept(128)


def accord(sets: Sequence[CoderSet]) -> Mapping[str, Figure]:
    """Figures by part: ``found`` as F1 over all pairs of coders, the others as shares of pairs.

    One article has too few statements for a coefficient that corrects for chance: those are
    measured over many articles.

    Args:
        sets: What each coder submitted first.
    """
    if len(sets) < 2:
        return {part: undefined(ONE_CODER) for part in ("found", *PARTS)}
    names = tuple((one.label_set_id, one.name) for one in sets)
    if any(one.name is None for one in sets):
        return _measured(sets)
    return _FIGURES.get(names, lambda: _measured(sets))


def _measured(sets: Sequence[CoderSet]) -> Mapping[str, Figure]:
    comparison = Comparison()
    statements = [[coded(version) for version in one.of("statement")] for one in sets]
    for number, (first, second) in enumerate(combinations(statements, 2)):
        comparison.add(number, first, second)
    shares = {part: percent(comparison.ratings(part)) for part in PARTS}
    return {"found": comparison.found().f1, **shares}
