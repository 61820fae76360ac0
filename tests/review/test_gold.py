from __future__ import annotations

from annotate.review.waiting import to_review
from tests.review.coding import FIRST, SECOND, THIRD, Coding, decide, reject
from tests.world import op


def test_what_is_submitted_after_gold_takes_it_back_into_review(desk: Coding) -> None:
    for coder in (0, 1):
        desk.record(coder, FIRST)
        desk.record(coder, SECOND)
    desk.submit(0, 1)
    desk.done(*(decide(row) for row in desk.rows()), op("make_gold"))
    desk.record(2, THIRD)
    assert desk.gold().status == "accepted"
    desk.submit(2)
    assert [desk.status(coder) for coder in (0, 1, 2)] == ["submitted"] * 3
    assert (desk.gold().status, desk.review().state.open_statements) == ("draft", 1)
    waiting = to_review(desk.store, desk.reviewer, desk.world.project.id)
    assert [(one.state, one.open) for one in waiting.items] == [("in_review", 1)]
    desk.done(*(reject(row) for row in desk.rows() if row.is_open), op("make_gold"))
    assert [desk.status(coder) for coder in (0, 1, 2)] == ["accepted"] * 3
    assert desk.notices(desk.coders[2]) == ["gold"]
