"""The benchmarks' own arithmetic: a budget that is missed must not look kept."""

from __future__ import annotations

import pytest

from benchmarks import __main__ as runner
from benchmarks import corpus
from benchmarks.report import Measure, Omitted, figure, percentile, table


@pytest.mark.parametrize(
    ("measure", "ratio", "met"),
    [
        (Measure("save", 5.0, "ms", "limit", 10.0), 0.5, True),
        (Measure("save", 15.0, "ms", "limit", 10.0), 1.5, False),
        (Measure("ingest", 3.0, "s", "bare", 2.0, 2.0), 1.5, True),
        (Measure("export", 900.0, "a/s", "peer", 100.0, 10.0, "more"), 9.0, False),
        (Measure("export", 1000.0, "a/s", "peer", 100.0, 10.0, "more"), 10.0, True),
        (Measure("beside", 9.0, "s", "peer", 3.0, None), 3.0, None),
    ],
)
def test_a_ratio_is_held_against_its_budget(
    measure: Measure, ratio: float, met: bool | None
) -> None:
    assert (measure.ratio, measure.met) == (ratio, met)


def test_the_table_shows_what_was_missed_and_what_was_left_out() -> None:
    shown = table(
        [Measure("save", 15.0, "ms", "limit", 10.0), Omitted("import", "no server")]
    ).splitlines()
    assert len({len(line) for line in shown}) == 1
    assert shown[2].split("|")[1:-1] == [
        " save   ",
        " 15 ms        ",
        " limit: 10 ms ",
        " 1.5   ",
        " ≤ 1    ",
        " NO  ",
    ]
    assert "not measured" in shown[3]


def test_figures_and_percentiles() -> None:
    assert [figure(value) for value in (1234.5, 12.345, 0.012345)] == ["1,234", "12.3", "0.0123"]
    assert percentile([float(n) for n in range(101)], 95) == 95.0


def test_an_unknown_benchmark_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert runner.main(["no-such"]) == 2
    assert "saves" in capsys.readouterr().err


def test_the_invented_corpus_is_the_same_each_time_and_of_the_length_asked() -> None:
    first, again = (list(corpus.Writer(seed=5).drafts(3, first=7)) for _ in range(2))
    assert first == again
    assert first[0].url.endswith("000007")
    assert len(corpus.Writer(seed=1).text(10_000)) == 10_000
