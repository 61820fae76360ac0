"""How far coders agree: pure functions over arrays, which know nothing of the store.

Values are numbered from 0 and a missing one is -1 (`Ratings`). Where a measure is not defined,
its `Figure` says why instead of giving 0 or 1. With a `Bootstrap`, every figure has a confidence
interval; the articles are what is drawn again.
"""

from __future__ import annotations

from annotate.agreement.alignment import align, rows
from annotate.agreement.bootstrap import Bootstrap
from annotate.agreement.model import ONE_VALUE, REASONS, CodedStatement, Figure, undefined
from annotate.agreement.reliability import Estimate, dawid_skene, votes
from annotate.agreement.spans import Continuum, Found, found, pairs, shared, unitizing_alpha
from annotate.agreement.statements import PARTS, Comparison
from annotate.agreement.units import Units
from annotate.agreement.values import (
    MISSING,
    Level,
    Ratings,
    ac1,
    alpha,
    cohen,
    fleiss,
    percent,
)

__all__ = [
    "MISSING",
    "ONE_VALUE",
    "PARTS",
    "REASONS",
    "Bootstrap",
    "CodedStatement",
    "Comparison",
    "Continuum",
    "Estimate",
    "Figure",
    "Found",
    "Level",
    "Ratings",
    "Units",
    "ac1",
    "align",
    "alpha",
    "cohen",
    "dawid_skene",
    "fleiss",
    "found",
    "pairs",
    "percent",
    "rows",
    "shared",
    "undefined",
    "unitizing_alpha",
    "votes",
]
