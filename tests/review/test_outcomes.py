from __future__ import annotations

import pytest

from annotate import projects
from annotate.errors import Forbidden, NotFound
from annotate.model import new_id
from annotate.review.outcomes import Outcome, outcomes
from tests.review.coding import FIRST, SECOND, THIRD, Coding, decide, reject
from tests.world import op


def _outcomes(desk: Coding, coder: int) -> dict[str, Outcome]:
    person = desk.coders[coder]
    return dict(outcomes(desk.store, person, desk.world.project.id, desk.article))


def test_a_coder_learns_what_became_of_each_statement_and_why(desk: Coding) -> None:
    mine = [desk.record(0, quote, note=str(n)) for n, quote in enumerate((FIRST, SECOND, THIRD))]
    theirs = [
        desk.record(1, FIRST, note="0"), desk.record(1, SECOND, stance="oppose", note="1"),
    ]  # fmt: skip
    desk.submit(0, 1)
    assert _outcomes(desk, 0) == {}
    first, second, third = desk.rows()
    desk.done(
        decide(first),
        decide(second, take={"stance": desk.head(1)}, reason="he denies it"),
        reject(third, "nobody says so"),
    )
    assert _outcomes(desk, 0) == {}
    desk.done(op("make_gold"))
    assert _outcomes(desk, 0) == {
        mine[0]: Outcome("accepted"),
        mine[1]: Outcome("amended", "he denies it", ("stance",), {"stance": "oppose"}),
        mine[2]: Outcome("rejected", "nobody says so"),
    }
    assert _outcomes(desk, 1) == {
        theirs[0]: Outcome("accepted"),
        theirs[1]: Outcome("accepted", "he denies it"),
    }
    # What gold has there is for those who may see gold.
    operator, project_id = desk.world.operator, desk.world.project.id
    projects.describe(desk.store, operator, project_id, open_after_submission=False)
    assert _outcomes(desk, 0)[mine[1]] == Outcome("amended", "he denies it", ("stance",))
    desk.done(op("reopen_gold"))
    assert _outcomes(desk, 0) == {}


def test_a_note_is_decided_and_told_like_every_other_part(desk: Coding) -> None:
    mine = desk.record(0, FIRST, note="depends on Nanyu")
    theirs = desk.record(1, FIRST)
    desk.submit(0, 1)
    (row,) = desk.rows()
    # Nobody's note goes into gold unseen: such a row is not among those accepted at once.
    assert (row.accord, row.differs) == ("partly", ("note",))
    (refused,) = desk.do(op("accept_unanimous"))
    assert refused.state == "refused"
    desk.done(decide(row, take={"note": desk.head(0)}), op("make_gold"))
    assert desk.gold().statements[0].note == "depends on Nanyu"
    assert _outcomes(desk, 0) == {mine: Outcome("accepted")}
    assert _outcomes(desk, 1) == {
        theirs: Outcome("amended", "", ("note",), {"note": "depends on Nanyu"})
    }


def test_who_comes_after_gold_has_undecided_statements(desk: Coding) -> None:
    desk.record(0, FIRST)
    desk.submit(0)
    desk.done(op("accept_unanimous"), op("make_gold"))
    late = desk.record(1, THIRD)
    assert _outcomes(desk, 1) == {}
    desk.submit(1)
    assert _outcomes(desk, 1) == {}
    # What other ways bring in, such as an import, may stand beside gold undecided.
    with desk.store.write(desk.reviewer.id) as tx:
        gold = desk.gold()
        desk.store.labels.set_status(tx, gold, "accepted", gold.revision)
    assert _outcomes(desk, 1) == {late: Outcome("undecided")}


def test_nobody_learns_what_became_of_others_statements(desk: Coding) -> None:
    desk.record(0, FIRST)
    desk.submit(0)
    desk.done(op("accept_unanimous"), op("make_gold"))
    for person in (desk.coders[1], desk.reviewer, desk.world.people["viewer"]):
        assert outcomes(desk.store, person, desk.world.project.id, desk.article) == {}
    with pytest.raises((Forbidden, NotFound)):
        outcomes(desk.store, desk.coders[0], new_id(), desk.article)
