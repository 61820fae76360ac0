"""Which statements of several coders are the same one."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.agreement import CodedStatement, align, alignment, rows
from annotate.agreement.alignment import likeness


def said(id_: str, *evidence: tuple[int, int], **parts: str | None) -> CodedStatement:
    return CodedStatement(id_, evidence, parts)


def test_the_better_overlap_wins_even_if_the_parts_differ() -> None:
    a = [said("a1", (0, 10), stance="support"), said("a2", (20, 30), stance="oppose")]
    b = [said("b1", (21, 30), stance="support"), said("b2", (0, 9), stance="oppose")]
    assert align(a, b) == [(0, 1), (1, 0)]


def test_agreeing_parts_decide_between_equal_overlaps() -> None:
    a = [said("a1", (0, 10), claim="x"), said("a2", (0, 10), claim="y")]
    b = [said("b1", (0, 10), claim="y"), said("b2", (0, 10), claim="x")]
    assert align(a, b) == [(0, 1), (1, 0)]


def test_one_best_pair_gives_way_to_two_good_ones() -> None:
    a = [said("a1", (0, 10)), said("a2", (5, 15))]
    b = [said("b1", (4, 12)), said("b2", (0, 5))]
    assert align(a, b) == [(0, 1), (1, 0)]


def test_what_overlaps_nowhere_stays_single() -> None:
    assert align([said("a", (0, 5))], [said("b", (5, 9))]) == []
    assert align([], [said("b", (5, 9))]) == []
    assert align([], []) == []


def test_statements_on_the_whole_article_meet_each_other_only() -> None:
    a = [said("a1", claim="x"), said("a2", (0, 5), claim="y")]
    b = [said("b1", (0, 5), claim="x"), said("b2", claim="y")]
    assert align(a, b) == [(0, 1), (1, 0)]
    assert align([said("a")], [said("b", (0, 4))]) == []


def test_likeness_is_dice_over_the_code_points_of_all_evidence() -> None:
    one = said("a", (0, 4), (10, 14), (2, 6))
    assert likeness([one], [said("b", (4, 12))])[0, 0] == 2 * 4 / (10 + 8)


def test_rows_of_three_coders() -> None:
    sets = [
        [said("a1", (0, 10)), said("a2", (50, 60))],
        [said("b1", (2, 10)), said("b2", (80, 90))],
        [said("c1", (50, 58)), said("c2", (0, 9)), said("c3")],
    ]
    assert rows(sets) == [
        ((0, 0), (1, 0), (2, 1)),
        ((0, 1), (2, 0)),
        ((1, 1),),
        ((2, 2),),
    ]


def test_what_a_person_put_together_stays_together_and_others_may_join() -> None:
    a = [said("a1", (0, 10)), said("a2", (43, 52))]
    b = [said("b1", (0, 10)), said("b2", (40, 50))]
    c = [said("c1", (40, 50))]
    assert rows([a, b, c], [frozenset({"a1", "b2", "gone"})]) == [
        ((0, 0), (1, 1), (2, 0)),
        ((1, 0),),
        ((0, 1),),
    ]


evidence = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 10)).map(lambda v: (v[0], v[0] + v[1])),
    max_size=3,
).map(tuple)
statements = st.lists(st.tuples(evidence, st.sampled_from("xy"), st.sampled_from("pq")), max_size=5)


def coded(letter: str, drawn: list[tuple[tuple[tuple[int, int], ...], str, str]]):
    return [
        CodedStatement(f"{letter}{n}", spans, {"claim": claim, "stance": stance})
        for n, (spans, claim, stance) in enumerate(drawn)
    ]


@given(statements, statements)
def test_the_sum_of_likeness_is_the_greatest_there_is(left, right) -> None:
    a, b = coded("a", left), coded("b", right)
    weights = likeness(a, b)
    small, large, turned = (a, b, weights) if len(a) <= len(b) else (b, a, weights.T)
    best = max(
        sum(turned[i, j] for i, j in enumerate(order))
        for order in permutations(range(len(large)), len(small))
    )
    pairs = align(a, b)
    assert abs(sum(weights[i, j] for i, j in pairs) - best) < 1e-5
    assert all(weights[i, j] > 0 for i, j in pairs)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)


@given(statements, statements)
def test_rows_of_two_coders_are_their_pairs_and_the_rest(left, right) -> None:
    a, b = coded("a", left), coded("b", right)
    found = rows([a, b])
    assert sorted(row for row in found if len(row) == 2) == [
        ((0, i), (1, j)) for i, j in align(a, b)
    ]
    assert sorted(member for row in found for member in row) == [
        *((0, i) for i in range(len(a))),
        *((1, i) for i in range(len(b))),
    ]


@given(st.lists(statements, min_size=1, max_size=4), st.data())
def test_every_statement_is_in_one_row_and_a_coder_once_in_a_row(drawn, data) -> None:
    sets = [coded("abcd"[n], some) for n, some in enumerate(drawn)]
    ids = [statement.id for some in sets for statement in some]
    groups = (
        data.draw(st.lists(st.frozensets(st.sampled_from(ids), max_size=3), max_size=2))
        if ids
        else []
    )
    found = rows(sets, groups)
    members = [member for row in found for member in row]
    assert sorted(members) == [(n, i) for n, some in enumerate(sets) for i in range(len(some))]
    assert all(len({n for n, _ in row}) == len(row) for row in found)
    where = {sets[n][i].id: row for row in found for n, i in row}
    for group in groups[:1]:
        letters = [id_[0] for id_ in group]
        if len(set(letters)) == len(letters):
            assert len({where[id_] for id_ in group}) <= 1


@given(statements, statements)
def test_a_large_matrix_is_solved_part_by_part_to_the_same_pairs(left, right) -> None:
    a, b = coded("a", left), coded("b", right)
    small = align(a, b)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alignment, "_MANY", 0)
        large = align(a, b)
    weights = likeness(a, b)
    assert sum(weights[pair] for pair in large) == pytest.approx(
        sum(weights[pair] for pair in small), abs=1e-5
    )
    assert len(large) == len(small)


@given(st.lists(statements, min_size=2, max_size=4))
def test_the_short_way_gives_the_same_rows(drawn) -> None:
    sets = [coded("abcd"[n], some) for n, some in enumerate(drawn)]
    quick = rows(sets), align(sets[0], sets[1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alignment, "_MOST_PLAIN", -1)
        assert (rows(sets), align(sets[0], sets[1])) == quick
