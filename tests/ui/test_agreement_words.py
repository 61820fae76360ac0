"""Figures of agreement in words."""

from __future__ import annotations

from annotate.agreement import ONE_VALUE, Figure, undefined
from annotate.agreement.model import NOTHING
from annotate.ui.views.agreement_words import below, written


def test_where_all_chose_the_same_the_figure_says_so_instead_of_nothing() -> None:
    alike = undefined(ONE_VALUE, 3)
    assert written(alike) == "all 3 the same"
    assert below(alike) == "agreement beyond chance needs variation"
    assert (written(undefined(NOTHING)), below(undefined(NOTHING))) == ("not defined", NOTHING)
    assert (written(Figure(-0.5, 4)), below(Figure(-0.5, 4, -1.0, 0.25))) == (
        "−0.50", "−1.00 to 0.25, n = 4",
    )  # fmt: skip
