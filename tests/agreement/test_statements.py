"""Statements part by part, with disagreement planted in one part at a time."""

from __future__ import annotations

import numpy as np
import pytest

from annotate.agreement import Bootstrap, CodedStatement, Comparison
from annotate.agreement.model import NO_STATEMENTS, NOTHING, ONE_VALUE

STANCES = {"support": 1.0, "oppose": -1.0, "neutral": 0.0, "unclear": None}


def compared(missed: float = 0.0, invented: float = 0.0, **wrong: float) -> Comparison:
    """Gold against a coder who misses, invents and errs in each part at known rates."""
    chance = np.random.default_rng(11)
    choices = {
        "speaker": [f"s{n}" for n in range(8)],
        "holder": [f"s{n}" for n in range(8)],
        "claim": [f"c{n}" for n in range(10)],
        "stance": list(STANCES),
    }
    comparison = Comparison()
    for article in range(400):
        gold, coder = [], []
        for n in range(5):
            parts = {part: str(chance.choice(names)) for part, names in choices.items()}
            place = n * 50, n * 50 + 30
            gold.append(CodedStatement(f"g{n}", (place,), parts))
            if chance.random() < missed:
                continue
            said = {
                part: str(chance.choice([v for v in choices[part] if v != value]))
                if chance.random() < wrong.get(part, 0.0)
                else value
                for part, value in parts.items()
            }
            coder.append(CodedStatement(f"a{n}", ((place[0] + 3, place[1] + 3),), said))
        if chance.random() < invented * 5:
            coder.append(CodedStatement("more", ((900, 930),), gold[0].parts))
        comparison.add(article, gold, coder)
    return comparison


def test_a_planted_error_shows_in_its_part_and_in_no_other() -> None:
    comparison = compared(stance=0.2)
    assert comparison.found().f1.value == 1.0
    for part in ("speaker", "holder", "claim"):
        assert comparison.part(part).value == 1.0
    figure = comparison.part("stance", Bootstrap(200), STANCES)
    expected = 1 - 0.2 / 0.75
    assert figure.value == pytest.approx(expected, abs=0.03)
    assert figure.low < expected < figure.high
    assert figure.n == 2000
    assert comparison.part("certainty").reason == NOTHING


def test_what_is_missed_and_invented_shows_in_found_alone() -> None:
    comparison = compared(missed=0.3, invented=0.1)
    figures = comparison.found(Bootstrap(200))
    assert figures.recall.value == pytest.approx(0.7, abs=0.03)
    assert figures.precision.value == pytest.approx(0.7 / 0.8, abs=0.03)
    assert figures.recall.low < 0.7 < figures.recall.high
    assert comparison.part("claim").value == 1.0
    assert comparison.part("claim").n == round(figures.recall.value * 2000)


def test_levels_follow_the_numbers_of_the_scale() -> None:
    comparison = Comparison()
    for n, (one, other) in enumerate(
        [("support", "neutral"), ("oppose", "oppose"), ("unclear", "support"), ("support",) * 2]
    ):
        place = (n * 10, n * 10 + 5)
        comparison.add(
            n,
            [CodedStatement("a", (place,), {"stance": one})],
            [CodedStatement("b", (place,), {"stance": other})],
        )
    assert comparison.part("stance", None, STANCES).n == 4
    interval = comparison.part("stance", None, STANCES, "interval")
    assert interval.n == 3
    # By hand: observed (1 + 1) / 6, expected by the six values 1 0 -1 -1 1 1.
    values = [1, 0, -1, -1, 1, 1]
    expected = sum((a - b) ** 2 for a in values for b in values) / (6 * 5)
    assert interval.value == pytest.approx(1 - (2 / 6) / expected)


def test_nothing_to_compare_is_not_defined() -> None:
    comparison = Comparison()
    assert comparison.found().f1.reason == NO_STATEMENTS
    comparison.add(0, [], [])
    assert comparison.found(Bootstrap(10)).f1.reason == NO_STATEMENTS
    assert comparison.part("stance", None, STANCES).reason == NOTHING
    one = CodedStatement("a", (), {"stance": "support"})
    comparison.add(1, [one], [one])
    assert comparison.found().f1.value == 1.0
    assert comparison.part("stance", None, STANCES).reason == ONE_VALUE
