"""Agreement on spans: counted examples, other implementations, the published example of alpha."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nervaluate import Evaluator

from annotate.agreement import Bootstrap, Continuum, found, pairs, shared, unitizing_alpha
from annotate.agreement.model import NO_SPANS, ONE_CODER, ONE_SIDE

# Krippendorff 2004, "Measuring the Reliability of Qualitative Text Analysis Data", figure 1: two
# observers divide a continuum from 150 to 450 by two kinds; here it begins at 0.
FIRST = {"c": [(75, 145), (220, 250)], "k": [(30, 90), (150, 200)]}
SECOND = {"c": [(70, 150), (205, 225), (250, 270)], "k": [(30, 90), (150, 200)]}


def test_krippendorff_2004() -> None:
    article = Continuum(300, (FIRST, SECOND))
    # The paper rounds the parts to four digits: .7286 is .0144 by .0532, .8587 of both kinds.
    assert unitizing_alpha([article], "c").value == pytest.approx(0.7286, abs=1e-4)
    assert unitizing_alpha([article], "k").value == 1.0
    assert unitizing_alpha([article]).value == pytest.approx(0.8587, abs=1e-4)
    assert unitizing_alpha([article]).n == 9


def plain_alpha(continua, kind) -> float:
    """The published formulas, sum by sum, for continua with the same number of coders."""
    length = sum(c.length for c in continua)
    coders = len(continua[0].coders)
    sections, observed = [], 0.0
    for c in continua:
        sides = []
        for coder in c.coders:
            place, side = 0, []
            for start, end in sorted(coder.get(kind, ())):
                if start > place:
                    side.append((place, start - place, 0))
                side.append((start, end - start, 1))
                place = end
            if place < c.length:
                side.append((place, c.length - place, 0))
            sides.append(side)
            sections += side
        for i, one in enumerate(sides):
            for j, other in enumerate(sides):
                for b, size, unit in one if i != j else ():
                    for b2, size2, unit2 in other:
                        if unit and unit2 and -size < b - b2 < size2:
                            observed += (b - b2) ** 2 + (b + size - b2 - size2) ** 2
                        elif unit and not unit2 and size2 - size >= b - b2 >= 0:
                            observed += size**2
                        elif not unit and unit2 and size2 - size <= b - b2 <= 0:
                            observed += size2**2
    observed /= coders * (coders - 1) * length**2
    count = sum(unit for _, _, unit in sections)
    above = 0.0
    for _, size, unit in sections:
        if unit:
            above += (count - 1) / 3 * (2 * size**3 - 3 * size**2 + size)
            above += size**2 * sum(
                gap - size + 1 for _, gap, inside in sections if not inside and gap >= size
            )
    below = coders * length * (coders * length - 1)
    below -= sum(size * (size - 1) for _, size, unit in sections if unit)
    return 1 - observed / (2 / length * above / below)


stretches = st.lists(st.integers(0, 40), unique=True, max_size=8).map(
    lambda cuts: list(zip(*[iter(sorted(cuts))] * 2, strict=False))
)


@given(
    st.integers(2, 3).flatmap(
        lambda n: st.lists(st.tuples(*[stretches] * n), min_size=1, max_size=3)
    )
)
def test_unitizing_alpha_is_the_published_sum(drawn) -> None:
    continua = [Continuum(40, tuple({"c": side} for side in sides)) for sides in drawn]
    figure = unitizing_alpha(continua, "c")
    if not any(side for sides in drawn for side in sides):
        assert figure.reason == NO_SPANS
    elif figure.value is not None:
        assert figure.value == pytest.approx(plain_alpha(continua, "c"))


def test_unitizing_alpha_knows_perfect_and_no_agreement() -> None:
    chance = np.random.default_rng(5)

    def some() -> dict[str, list[tuple[int, int]]]:
        places = sorted(chance.choice(90, 8, replace=False) * 10)
        return {"c": [(int(p), int(p) + int(chance.integers(1, 10))) for p in places]}

    same = [Continuum(1000, (one, one)) for one in (some() for _ in range(20))]
    apart = [Continuum(1000, (some(), some())) for _ in range(40)]
    assert unitizing_alpha(same).value == 1.0
    figure = unitizing_alpha(apart, bootstrap=Bootstrap(200))
    assert figure.low < figure.value < figure.high
    assert abs(figure.value) < 0.15
    assert unitizing_alpha(apart, bootstrap=Bootstrap(200)) == figure


def test_unitizing_alpha_is_not_defined_without_spans_or_colleagues() -> None:
    assert unitizing_alpha([]).reason == NO_SPANS
    assert unitizing_alpha([Continuum(10, ({}, {}))]).reason == NO_SPANS
    assert unitizing_alpha([Continuum(10, ({"c": [(0, 2)]},))]).reason == ONE_CODER
    overlapping = {"c": [(0, 4), (2, 6)]}
    assert unitizing_alpha([Continuum(20, (overlapping, {"c": [(0, 6)]}))]).value == 1.0


def test_same_and_overlapping_spans_one_to_one() -> None:
    first = {"actor": [(0, 2), (5, 9), (5, 9)], "claim": [(0, 20)]}
    second = {"actor": [(5, 9), (1, 3), (30, 31)], "evidence": [(0, 20)]}
    assert shared(first, second, overlap=False) == 1
    assert shared(first, second, overlap=True) == 2
    assert pairs([(0, 20)], [(0, 5), (6, 19)], overlap=True) == [(0, 1)]
    assert pairs([(5, 9), (5, 9)], [(5, 9), (5, 9)], overlap=False) == [(0, 0), (1, 1)]
    assert pairs([(0, 2)], [(2, 4)], overlap=True) == []


def test_precision_recall_and_f1_of_counts() -> None:
    figures = found([(0, 3, 4, 6), (1, 0, 2, 0)], Bootstrap(100))
    assert figures.precision.value == pytest.approx(3 / 6)
    assert figures.recall.value == pytest.approx(3 / 6)
    assert figures.f1.value == pytest.approx(6 / 12)
    assert (figures.precision.n, figures.recall.n, figures.f1.n) == (6, 6, 12)
    assert found([]).f1.reason == NO_SPANS
    assert found([(0, 0, 0, 0)], Bootstrap(100)).f1.value is None
    lonely = found([(0, 0, 3, 0)])
    assert (lonely.precision.reason, lonely.recall.value, lonely.f1.value) == (ONE_SIDE, 0.0, 0.0)


apart = st.lists(st.integers(0, 60), unique=True, max_size=12).map(
    lambda cuts: list(zip(*[iter(sorted(cuts))] * 2, strict=False))
)
kinds = st.lists(st.sampled_from(("actor", "claim")), min_size=6, max_size=6)


@given(st.lists(st.tuples(apart, kinds, apart, kinds), min_size=1, max_size=4))
def test_nervaluate_agrees_on_the_same_spans(drawn) -> None:
    true, predicted, counts = [], [], []
    for article, (first, kinds1, second, kinds2) in enumerate(drawn):
        sides = []
        for spans, names, into in ((first, kinds1, true), (second, kinds2, predicted)):
            by_kind: dict[str, list[tuple[int, int]]] = {}
            for span, name in zip(spans, names, strict=False):
                by_kind.setdefault(name, []).append(span)
            sides.append(by_kind)
            into.append(
                [
                    {"label": name, "start": start, "end": end - 1}
                    for (start, end), name in zip(spans, names, strict=False)
                ]
            )
        counts.append((article, shared(*sides, overlap=False), len(first), len(second)))
    results = Evaluator(true, predicted, tags=["actor", "claim"], loader="dict").evaluate()[
        "overall"
    ]
    strict = results["strict"]
    figures = found(counts)
    assert (figures.precision.value or 0) == pytest.approx(strict.precision)
    assert (figures.recall.value or 0) == pytest.approx(strict.recall)
    assert (figures.f1.value or 0) == pytest.approx(strict.f1)


def test_nervaluate_agrees_on_overlapping_spans() -> None:
    first = {"actor": [(0, 4), (10, 20), (40, 45)], "claim": [(50, 60)]}
    second = {"actor": [(1, 4), (12, 26)], "claim": [(55, 70), (80, 90)]}
    tagged = [
        [{"label": k, "start": s, "end": e - 1} for k in side for s, e in side[k]]
        for side in (first, second)
    ]
    result = Evaluator([tagged[0]], [tagged[1]], tags=["actor", "claim"]).evaluate()["overall"]
    figures = found([(0, shared(first, second, overlap=True), 4, 4)])
    assert figures.precision.value == pytest.approx(result["ent_type"].precision)
    assert figures.recall.value == pytest.approx(result["ent_type"].recall)
