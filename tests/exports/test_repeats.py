"""Rows of training sets that say the same again, or the opposite, are counted."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports import FORMATS, Repeats, repeats
from exports.records import Record
from tests.exports.samples import recoded, shared
from tests.exports.strategies import records
from tests.exports.test_tables import write

TRAINING = [entry.name for entry in FORMATS if entry.trains]


def compared(name: str, found: Iterable[Record], **options: str) -> tuple[int, int, int]:
    """What pandas says of the written file: its rows, those repeated, those opposed."""
    frame = pd.read_csv(io.BytesIO(write(name, found, **options)[name]), keep_default_na=False)
    # How many coders said so is no part of what a model is to answer.
    frame = frame.drop(columns="coders", errors="ignore")
    asked = ["text", "target"]
    answers = frame.drop_duplicates().groupby(asked, dropna=False).size()
    opposed = frame.set_index(asked).index.isin(answers[answers > 1].index)
    return len(frame), int(frame.duplicated().sum()), int(opposed.sum())


def test_coders_who_say_the_same_give_rows_that_repeat() -> None:
    alone = shared(recoded(1, "support", "oppose", "unclear"))
    # The second and the third statement are on one claim.
    assert repeats([alone], "stance") == Repeats(3, 0, 0, 2)
    agreed = shared(recoded(1, "support", "oppose"), recoded(2, "support", "unclear"))
    assert repeats([agreed], "stance") == Repeats(4, 1, 1, 2)
    assert repeats([agreed], "soft") == Repeats(2, 0, 0, 0)


def test_one_distribution_is_the_same_label_whether_of_one_coder_or_of_two() -> None:
    of_one = shared(recoded(1, "support"))
    of_two = shared(recoded(1, "support"), recoded(2, "support"))
    assert repeats([of_one, of_two], "soft") == Repeats(2, 1, 0, 0)


def test_what_one_coder_says_twice_is_no_matter_of_coders() -> None:
    one = recoded(1, "support")
    (statement,) = one.statements
    twice = replace(one, statements=(statement, replace(statement, id="again")))
    assert repeats([shared(twice)], "stance") == Repeats(2, 1, 0, 0)
    assert repeats([shared(twice, recoded(2, "support"))], "stance") == Repeats(3, 2, 1, 0)
    gold = replace(twice, kind="gold", coder_id=None)
    assert repeats([shared(gold)], "stance") == Repeats(2, 1, 0, 0)


@pytest.mark.parametrize("context", ["article", "sentence"])
@given(found=st.lists(records(), max_size=4))
@settings(max_examples=25, deadline=None)
def test_the_counts_are_those_of_the_written_file(context: str, found: Sequence[Record]) -> None:
    for name in TRAINING:
        counted = repeats(iter(found), name, {"context": context})
        assert counted is not None
        assert (counted.rows, counted.repeated, counted.opposed) == compared(
            name, found, context=context
        )
        assert counted.of_coders <= counted.repeated


def test_only_training_sets_are_counted_and_all_of_them() -> None:
    assert sorted(TRAINING) == ["soft", "stance"]

    for entry in FORMATS:
        found = iter([shared(recoded(1, "support"))])
        counted = repeats(found, entry.name)
        assert counted == (Repeats(1, 0, 0, 0) if entry.trains else None)
        # Whatever is no training set is not read for it.
        assert len(list(found)) == (0 if entry.trains else 1)


def test_what_to_choose_instead() -> None:
    agreed = Repeats(4, 1, 1, 0)
    assert agreed.instead("stance", "all", "article") == ("gold", "soft")
    assert agreed.instead("stance", "all", "sentence") == ("gold", "soft")
    assert Repeats(4, 1, 0, 0).instead("stance", "all", "article") == ("sentence",)
    assert Repeats(4, 0, 0, 2).instead("stance", "all", "article") == ("gold", "soft", "sentence")
    assert Repeats(4, 1, 0, 2).instead("stance", "gold", "paragraph") == ("sentence",)
    assert Repeats(4, 1, 0, 2).instead("soft", "all", "sentence") == ()
    assert Repeats(4, 0, 0, 0).instead("stance", "all", "article") == ()
    # Soft labels are votes, and gold is none.
    assert Repeats(0, 0, 0, 0).instead("soft", "gold", "article") == ("all",)
