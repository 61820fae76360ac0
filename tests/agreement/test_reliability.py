"""Dawid and Skene's model, on simulated coders whose errors are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.agreement import dawid_skene, votes
from annotate.agreement.model import NOTHING, ONE_CODER, ONE_VALUE

# Dawid and Skene 1979, table 1: 45 patients by five anaesthetists, the first of whom saw each
# three times. Values are fitness for anaesthesia, 1 to 4.
PATIENTS = """
111 1 1 1 1|333 4 3 3 4|112 2 1 2 2|222 3 1 2 1|222 3 2 2 2|222 3 3 2 2|122 2 1 1 1|333 3 4 3 3
222 2 2 2 3|232 2 2 2 3|444 4 4 4 4|222 3 3 4 3|111 1 1 1 1|222 3 2 1 2|121 1 1 1 1|111 2 1 1 1
111 1 1 1 1|111 1 1 1 1|222 2 2 2 1|222 1 3 2 2|222 2 2 2 2|222 2 2 2 1|222 3 2 2 2|221 2 2 2 2
111 1 1 1 1|111 1 1 1 1|232 2 2 2 2|111 1 1 1 1|111 1 1 1 1|112 1 1 2 1|111 1 1 1 1|333 3 2 3 3
111 1 1 1 1|222 2 2 2 2|222 3 2 3 2|433 3 4 3 3|221 2 2 3 2|232 3 2 3 3|333 3 4 3 2|111 1 1 1 1
111 1 1 1 1|121 2 1 1 1|232 2 2 2 2|121 1 1 1 1|222 2 2 2 2
"""


def plainly(counts: np.ndarray, rounds: int = 300) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The published formulas as they stand: shares, confusions and the patients' classes."""
    classes = counts.sum(axis=1) / counts.sum(axis=(1, 2))[:, None]
    for _ in range(rounds):
        shares = classes.mean(axis=0)
        rates = np.einsum("ij,ikl->kjl", classes, counts)
        rates /= rates.sum(axis=2, keepdims=True)
        chance = shares * np.prod(rates[None] ** counts[:, :, None, :], axis=(1, 3))
        classes = chance / chance.sum(axis=1, keepdims=True)
    return shares, rates, classes


def test_the_data_of_dawid_and_skene_1979() -> None:
    labels = [
        (item, coder, int(value) - 1)
        for item, line in enumerate(PATIENTS.strip().replace("\n", "|").split("|"))
        for coder, chosen in enumerate(line.split())
        for value in chosen
    ]
    counts = np.zeros((45, 5, 4))
    np.add.at(counts, tuple(zip(*labels, strict=True)), 1)
    items, coders, values = (list(column) for column in zip(*labels, strict=True))
    found = dawid_skene(items, coders, values, 4)
    shares, rates, classes = plainly(counts)
    assert found.shares == pytest.approx(shares, abs=0.002)
    assert found.confusion == pytest.approx(rates, abs=0.02)
    assert found.likely.tolist() == classes.argmax(axis=1).tolist()


def simulated(rates: list[float], articles: int = 300, seed: int = 1):
    """Five units an article, each seen by two coders and a fifth of the articles by all."""
    chance = np.random.default_rng(seed)
    items, coders, values, truth = [], [], [], []
    for article in range(articles):
        seen = range(4) if article % 5 == 0 else chance.choice(4, 2, replace=False)
        for _ in range(5):
            true = int(chance.integers(4))
            for coder in seen:
                wrong = chance.random() < rates[coder]
                items.append(len(truth))
                coders.append(int(coder))
                values.append((true + int(wrong) * int(chance.integers(1, 4))) % 4)
            truth.append(true)
    return items, coders, values, np.array(truth)


@pytest.mark.parametrize("seed", range(5))
def test_planted_error_rates_come_out_within_five_hundredths(seed) -> None:
    rates = [0.05, 0.1, 0.2, 0.3]
    items, coders, values, truth = simulated(rates, seed=seed)
    found = dawid_skene(items, coders, values, 4)
    assert found.reliability == pytest.approx([1 - rate for rate in rates], abs=0.05)
    right = (found.likely == truth).mean()
    assert right > (votes(items, values, 4).argmax(axis=1) == truth).mean()
    assert found.posterior.sum(axis=1) == pytest.approx(1)


def test_a_coder_who_confuses_two_values_is_seen_through() -> None:
    chance = np.random.default_rng(2)
    truth = chance.integers(3, size=800)
    items = np.tile(np.arange(800), 3)
    coders = np.repeat([0, 1, 2], 800)
    swapped = np.where((truth == 1) & (chance.random(800) < 0.6), 2, truth)
    values = np.concatenate([truth, np.where(chance.random(800) < 0.1, 0, truth), swapped])
    found = dawid_skene(items.tolist(), coders.tolist(), values.tolist(), 3)
    assert found.confusion[2, 1, 2] == pytest.approx(0.6, abs=0.06)
    assert found.confusion[2, 2, 2] == pytest.approx(1.0, abs=0.02)


def test_without_a_second_opinion_nothing_is_estimated() -> None:
    assert dawid_skene([], [], [], 2).reason == NOTHING
    assert dawid_skene([0, 1], [0, 0], [0, 1], 2).reason == ONE_CODER
    assert dawid_skene([0, 1], [0, 1], [0, 1], 2).reason == NOTHING
    assert dawid_skene([0, 0], [0, 1], [1, 1], 2).reason == ONE_VALUE
    assert dawid_skene([0, 0], [0, 0], [1, 0], 2).reason == ONE_CODER
    assert len(dawid_skene([], [], [], 2).posterior) == 0


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 2)),
        min_size=1, max_size=30, unique_by=lambda label: label[:2],
    )
)  # fmt: skip
def test_estimates_are_probabilities(labels) -> None:
    items, coders, values = (list(column) for column in zip(*labels, strict=True))
    found = dawid_skene(items, coders, values, 3)
    if not found.reason:
        assert np.isfinite(found.posterior).all()
        assert found.posterior.sum(axis=1) == pytest.approx(1)
        assert found.confusion.sum(axis=2) == pytest.approx(1)
        assert ((found.reliability >= 0) & (found.reliability <= 1)).all()
    shares = votes(items, values, 3)
    assert shares[sorted(set(items))].sum(axis=1) == pytest.approx(1)
