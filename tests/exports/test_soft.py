"""Soft labels: what several coders recorded of the same thing is one row."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings

from exports import FORMATS
from exports.records import Record
from tests.exports.samples import BARE, LABELLED, recoded, shared, uid
from tests.exports.strategies import records
from tests.exports.test_tables import write


def rows(found: Iterable[Record], **options: str) -> list[dict[str, str]]:
    text = write("soft", found, **options)["soft"].decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_votes_of_three_coders_share_a_row() -> None:
    record = shared(
        recoded(1, "support", "oppose", "unclear"),
        recoded(2, "support", "neutral", "unclear"),
        recoded(3, "oppose", "oppose"),
    )
    found = rows([record, BARE])
    assert [row["coders"] for row in found] == ["3", "3", "2"]
    assert [row["stance"] for row in found] == ["support", "oppose", "unclear"]
    shares = [json.loads(row["distribution"]) for row in found]
    assert list(shares[0]) == ["support", "oppose", "unclear"]
    assert shares[0] == {"support": 0.6667, "oppose": 0.3333, "unclear": 0.0}
    # A stance that the codebook has no more stands behind its own.
    assert list(shares[1]) == ["support", "oppose", "unclear", "neutral"]
    assert shares[2]["unclear"] == 1.0
    assert found[0]["target"] == "Dongyu open to reopening the shared fishing ground"


def test_another_claim_is_another_row() -> None:
    one, other = recoded(1, "support"), recoded(2, "support")
    (statement,) = other.statements
    other = replace(other, statements=(replace(statement, claim_id=uid(0x31)),))
    assert [row["coders"] for row in rows([shared(one, other)])] == ["1", "1"]


def test_gold_models_and_empty_sets_do_not_vote() -> None:
    assert [row["coders"] for row in rows([LABELLED])] == ["1", "1", "1"]
    model = replace(recoded(1, "support"), kind="model")
    assert rows([shared(model)]) == []


def test_the_model_weighs_coders_and_votes_stand_where_it_cannot() -> None:
    chance = random.Random(1)
    found = []
    for n in range(60):
        true = [chance.choice(("support", "oppose")) for _ in range(2)]
        wrong = [chance.choice(("support", "oppose", "neutral")) for _ in range(2)]
        sets = [recoded(1, *true), recoded(2, *true),
                recoded(3, *wrong)]  # fmt: skip
        if n == 0:
            sets = [recoded(1, "oppose", "oppose"), recoded(3, "support", "support")]
        found.append(shared(*sets))
    votes, model = rows(found), rows(found, method="dawid-skene")
    assert json.loads(votes[0]["distribution"])["oppose"] == 0.5
    assert json.loads(model[0]["distribution"])["oppose"] > 0.95
    assert model[0]["stance"] == "oppose"
    single = [shared(recoded(1, "support"))]
    assert rows(single, method="dawid-skene") == rows(single)


@settings(max_examples=30)
@given(records())
@pytest.mark.parametrize("method", ["votes", "dawid-skene"])
def test_every_row_is_a_distribution(method: str, found: Record) -> None:
    written = rows([found], method=method)
    for row in written:
        shares = json.loads(row["distribution"])
        assert sum(shares.values()) == pytest.approx(1, abs=0.001)
        assert shares[row["stance"]] == max(shares.values())
    preview = FORMATS.get("soft").preview([found], FORMATS.get("soft").settings(), 5)
    assert len(preview.tables[0].rows) == min(5, len(written))
