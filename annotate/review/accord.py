"""How far the coders of one article agree, part by part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from annotate.agreement import PARTS, Comparison, Figure, percent, undefined
from annotate.agreement.model import ONE_CODER
from annotate.review.versions import CoderSet, coded


def accord(sets: Sequence[CoderSet]) -> Mapping[str, Figure]:
    """Figures by part: ``found`` as F1 over all pairs of coders, the others as shares of pairs.

    One article has too few statements for a coefficient that corrects for chance: those are
    measured over many articles.

    Args:
        sets: What each coder submitted first.
    """
    if len(sets) < 2:
        return {part: undefined(ONE_CODER) for part in ("found", *PARTS)}
    comparison = Comparison()
    statements = [[coded(version) for version in one.of("statement")] for one in sets]
    for number, (first, second) in enumerate(combinations(statements, 2)):
        comparison.add(number, first, second)
    shares = {part: percent(comparison.ratings(part)) for part in PARTS}
    return {"found": comparison.found().f1, **shares}
