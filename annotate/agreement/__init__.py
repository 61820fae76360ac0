"""How far coders agree: pure functions over arrays, which know nothing of the store.

Values are numbered from 0 and a missing one is -1; the measures say what they make of an array.
Where a measure is not defined, the figure says why instead of giving 0 or 1.
"""

from __future__ import annotations

from annotate.agreement.alignment import align, rows
from annotate.agreement.model import REASONS, CodedStatement, Figure

__all__ = ["REASONS", "CodedStatement", "Figure", "align", "rows"]
