"""Agreement on values: published examples, another implementation, and what must always hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask

from annotate.agreement import Bootstrap, Figure, Ratings, ac1, alpha, cohen, fleiss, percent
from annotate.agreement.model import NO_NUMBERS, NOTHING, ONE_CODER, ONE_VALUE

CHANCE_CORRECTED = (cohen, fleiss, ac1, alpha)
# Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", section C: four observers,
# twelve units, values missing.
KRIPPENDORFF = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)
# Fleiss 1971, table 1: thirty patients, six raters, five diagnoses; how many chose each.
FLEISS = """
0 0 0 6 0|0 3 0 0 3|0 1 4 0 1|0 0 0 0 6|0 3 0 3 0|2 0 4 0 0|0 0 4 0 2|2 0 3 1 0|2 0 0 4 0
0 0 0 0 6|1 0 0 5 0|1 1 0 4 0|0 3 3 0 0|1 0 0 5 0|0 2 0 3 1|0 0 5 0 1|3 0 0 1 2|5 1 0 0 0
0 2 0 4 0|1 0 2 0 3|0 0 0 0 6|0 1 0 5 0|0 2 0 1 3|2 0 0 4 0|1 0 0 4 1|0 5 0 1 0|4 0 0 0 2
0 2 0 4 0|1 0 5 0 0|0 0 0 0 6
"""


def close(figure: Figure, value: float, digits: int = 3) -> bool:
    assert figure.value is not None, figure.reason
    return round(figure.value, digits) == value


def krippendorff() -> Ratings:
    columns = [line.split() for line in KRIPPENDORFF]
    table = [[None if v == "." else v for v in unit] for unit in zip(*columns, strict=True)]
    return Ratings.of(table, names="12345", numbers=(1, 2, 3, 4, 5))


def counted(rows: list[list[int]]) -> Ratings:
    """Units of which only the number of raters a value is known."""
    table = [[v for v, times in enumerate(row) for _ in range(times)] for row in rows]
    return Ratings(np.array(table), len(rows[0]))


def crossed(table: list[list[int]]) -> Ratings:
    """Two coders of whom only the table of their values is known."""
    pairs = [
        (i, j) for i, row in enumerate(table) for j, times in enumerate(row) for _ in range(times)
    ]
    return Ratings(np.array(pairs), len(table))


def test_krippendorff_2011_with_missing_values() -> None:
    ratings = krippendorff()
    assert close(alpha(ratings), 0.743)
    assert close(alpha(ratings, "ordinal"), 0.815)
    assert close(alpha(ratings, "interval"), 0.849)
    assert alpha(ratings).n == 11


def test_fleiss_1971() -> None:
    rows = [[int(n) for n in unit.split()] for unit in FLEISS.replace("\n", "|").split("|") if unit]
    assert len(rows) == 30
    assert close(fleiss(counted(rows)), 0.430)


def test_cohen_1960() -> None:
    # Table 1 of the paper, as counts of 200 subjects: observed agreement .70, kappa .492.
    ratings = crossed([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    assert close(percent(ratings), 0.70, 2)
    assert close(cohen(ratings), 0.492)


def test_gwet_2002_where_kappa_is_a_paradox() -> None:
    # Gwet 2002, "Kappa Statistic is not Satisfactory for Assessing the Extent of Agreement
    # Between Raters": 118 and 5, 2 and 0 of 125 subjects; kappa -0.0234, AC1 0.9408.
    ratings = crossed([[118, 5], [2, 0]])
    assert close(percent(ratings), 0.944)
    assert close(cohen(ratings), -0.0234, 4)
    assert close(ac1(ratings), 0.9408, 4)


def test_gwet_2014_with_missing_values() -> None:
    # Handbook of Inter-Rater Reliability, 4th edition: the data of Krippendorff 2011; 0.7754.
    assert close(ac1(krippendorff()), 0.7754, 4)


def oracle(ratings: Ratings) -> AnnotationTask:
    return AnnotationTask(
        data=[
            (str(coder), str(unit), str(value))
            for (unit, coder), value in np.ndenumerate(ratings.values)
            if value >= 0
        ]
    )


full = st.integers(2, 4).flatmap(
    lambda coders: st.lists(
        st.lists(st.integers(0, 2), min_size=coders, max_size=coders), min_size=2, max_size=12
    )
)
gappy = st.integers(2, 4).flatmap(
    lambda coders: st.lists(
        st.lists(st.integers(-1, 3), min_size=coders, max_size=coders), min_size=1, max_size=12
    )
)


@given(full)
def test_nltk_agrees_on_complete_tables(rows) -> None:
    ratings = Ratings(np.array(rows), 3)
    assume(len(np.unique(ratings.values)) > 1)
    task = oracle(ratings)
    assert alpha(ratings).value == pytest.approx(task.alpha())
    # What nltk calls pi is Fleiss' kappa (its multi_kappa is that of Davies and Fleiss).
    assert fleiss(ratings).value == pytest.approx(task.pi(), abs=1e-9)
    if len(rows[0]) == 2:
        found = cohen(ratings)
        if found.value is not None:
            assert found.value == pytest.approx(task.kappa())
        assert percent(ratings).value == pytest.approx(task.avg_Ao())


@given(gappy)
def test_nltk_agrees_on_alpha_with_missing_values(rows) -> None:
    ratings = Ratings(np.array(rows), 4)
    paired = ratings.comparable()
    assume(len(np.unique(paired.values[paired.values >= 0])) > 1)
    assert alpha(ratings).value == pytest.approx(oracle(paired).alpha())


@given(gappy)
def test_the_order_of_coders_and_units_does_not_matter(rows) -> None:
    ratings = Ratings(np.array(rows), 4, numbers=(1.0, 0.0, -1.0, None))
    turned = Ratings(np.array(rows)[::-1, ::-1], 4, numbers=ratings.numbers)
    for measure in (percent, fleiss, ac1, alpha):
        assert measure(ratings).value == pytest.approx(measure(turned).value)
    for level in ("ordinal", "interval"):
        assert alpha(ratings, level).value == pytest.approx(alpha(turned, level).value)


@given(gappy)
def test_a_figure_has_a_value_or_a_reason_and_is_one_at_most(rows) -> None:
    ratings = Ratings(np.array(rows), 4, numbers=(1.0, 0.0, -1.0, None))
    figures = [measure(ratings) for measure in (percent, fleiss, ac1, alpha)]
    figures += [alpha(ratings, "ordinal"), alpha(ratings, "interval")]
    for figure in figures:
        assert (figure.value is None) == bool(figure.reason)
        assert figure.value is None or figure.value <= 1 + 1e-12


@given(gappy)
def test_only_full_agreement_is_one(rows) -> None:
    values = np.array(rows)
    ratings = Ratings(values, 4)
    same = all(len({v for v in row if v >= 0}) <= 1 for row in rows)
    for measure in (percent, fleiss, ac1, alpha):
        value = measure(ratings).value
        assert value is None or (value > 1 - 1e-9) == same


def test_a_number_less_value_is_missing_in_interval_measures() -> None:
    scale = ("support", "oppose", "neutral", "unclear")
    numbers = (1.0, -1.0, 0.0, None)
    table = [("support", "oppose"), ("neutral", "neutral"), ("support", "unclear")]
    with_unclear = Ratings.of(table, scale, numbers=numbers)
    without = Ratings.of(table[:2], scale, numbers=numbers)
    assert alpha(with_unclear, "interval") == alpha(without, "interval")
    assert alpha(with_unclear, "ordinal").n == 2
    assert alpha(with_unclear).n == 3


def test_the_ordinal_metric_orders_by_number_and_not_by_name() -> None:
    table = [("low", "mid"), ("mid", "mid"), ("high", "high"), ("low", "low"), ("mid", "high")]
    straight = Ratings.of(table, ("low", "mid", "high"), numbers=(1, 2, 3))
    mixed = Ratings.of(table, ("high", "low", "mid"), numbers=(30, 10, 20))
    assert alpha(straight, "ordinal").value == pytest.approx(alpha(mixed, "ordinal").value)


@pytest.mark.parametrize("measure", CHANCE_CORRECTED)
@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([], NOTHING),
        ([(None, None)], NOTHING),
        ([("a", None), ("b", None)], ONE_CODER),
        ([("a",), ("b",)], ONE_CODER),
        ([("a", None), (None, "b")], NOTHING),
        ([("a", "a"), ("a", "a")], ONE_VALUE),
    ],
)
def test_what_is_not_defined_says_why(measure, table, reason) -> None:
    for bootstrap in (None, Bootstrap(50)):
        figure = measure(Ratings.of(table, ("a", "b")), bootstrap=bootstrap)
        assert (figure.value, figure.low, figure.high, figure.reason) == (None, None, None, reason)


def test_percent_of_one_value_is_a_fact_and_numbers_may_be_missing() -> None:
    ratings = Ratings.of([("a", "a"), ("a", "a")], ("a", "b"))
    assert percent(ratings) == Figure(1.0, 2)
    assert percent(Ratings.of([("a", None)])).reason == ONE_CODER
    assert alpha(ratings, "interval").reason == NO_NUMBERS


def planted(rate: float, units: int = 20_000, size: int = 4) -> Ratings:
    """Two coders who each choose another value than the true one at a known rate."""
    chance = np.random.default_rng(7)
    true = chance.integers(size, size=units)
    columns = []
    for _ in range(2):
        wrong = chance.random(units) < rate
        columns.append((true + wrong * chance.integers(1, size, size=units)) % size)
    return Ratings(np.stack(columns, axis=1), size, np.arange(units) // 10)


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.3])
def test_planted_disagreement_comes_out(rate) -> None:
    ratings = planted(rate)
    agreed = (1 - rate) ** 2 + rate**2 / 3
    expected = (agreed - 0.25) / 0.75
    assert percent(ratings).value == pytest.approx(agreed, abs=0.01)
    for measure in CHANCE_CORRECTED:
        assert measure(ratings).value == pytest.approx(expected, abs=0.012)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    agreed = 0.9**2 + 0.1**2 / 3
    truth = (agreed - 0.25) / 0.75
    chance = np.random.default_rng(3)
    held = 0
    for seed in range(100):
        true = chance.integers(4, size=400)
        columns = [
            (true + (chance.random(400) < 0.1) * chance.integers(1, 4, size=400)) % 4
            for _ in range(2)
        ]
        ratings = Ratings(np.stack(columns, axis=1), 4, np.arange(400) // 2)
        figure = alpha(ratings, bootstrap=Bootstrap(200, seed))
        held += figure.low <= truth <= figure.high
    assert 88 <= held <= 100


def test_the_interval_is_the_same_for_the_same_seed_and_draws_articles() -> None:
    ratings = planted(0.2, units=500)
    one, same, other = (alpha(ratings, bootstrap=Bootstrap(300, seed)) for seed in (1, 1, 2))
    assert one == same != other
    assert one.low < one.value < one.high
    # Copies of the units within their articles tell nothing new.
    copied = Ratings(np.repeat(ratings.values, 9, axis=0), 4, np.repeat(ratings.articles, 9))
    wide = alpha(copied, bootstrap=Bootstrap(300, 1))
    assert wide.high - wide.low == pytest.approx(one.high - one.low, rel=0.05)
    single = Ratings(ratings.values, 4, np.zeros(500, np.int64))
    assert (alpha(single, bootstrap=Bootstrap(50)).low) is None
