"""What an editor is told of a round to be."""

from __future__ import annotations

from datetime import date

from annotate.review import Preview, Wish
from annotate.ui.languages import speaking
from annotate.ui.times import month
from annotate.ui.views.rounds_new import each, usual_name

WISH = Wish("R", ("a", "b"), "list", gold=True)
NAMES = {"a": "Ann", "b": "Bob"}


def preview(slots: int, coded: int, *loads: int, short: int = 0) -> Preview:
    people = tuple(zip("ab", loads, strict=True))
    return Preview(slots, 0, 0, 0, slots, coded, people, (), short)


def test_where_nobody_gets_anything_the_reason_stands_in_place_of_zeros() -> None:
    nothing = each(WISH, preview(0, 0, 0, 0), NAMES)
    assert nothing == ["Nobody gets an article: none is left for this round."]
    there = each(WISH, preview(2, 2, 0, 0), NAMES)
    assert there == ["Nobody gets an article: every coding is there already, or under way."]
    known = each(WISH, preview(2, 0, 0, 0, short=2), NAMES)
    assert known == ["Nobody gets an article: choose coders who have no labels on these."]
    assert each(WISH, preview(2, 0, 1, 0), NAMES) == ["Handed out to each:", "Ann: 1", "Bob: 0"]


def test_a_round_is_offered_the_next_free_name_in_both_languages() -> None:
    day = date(2026, 11, 29)
    assert usual_name(set(), month(day)) == "Round 1, November 2026"
    assert usual_name({"February", "Round 3, November 2026"}, month(day)) == (
        "Round 4, November 2026"
    )
    with speaking("zh-Hans"):
        assert usual_name(set(), month(day)) == "第 1 轮，2026年11月"
