from __future__ import annotations

from typing import Any

import pytest

from annotate import accounts, agreement, history, projects, reading
from annotate.errors import Forbidden, NotFound
from annotate.history import Wanted
from annotate.model import Person, new_id
from tests.review.coding import FIRST, SECOND, THIRD, Coding, decide, reject, sources
from tests.world import op, span


def _disagreement(desk: Coding) -> tuple[str, str]:
    """Two coders: one statement alike, one with another stance, one that the first has alone."""
    for coder in (0, 1):
        desk.record(coder, FIRST)
    first = desk.record(0, SECOND)
    second = desk.record(1, SECOND, stance="oppose", certainty="hedged")
    desk.record(0, THIRD)
    desk.submit(0, 1)
    return first, second


def test_rows_say_who_agrees_in_what(desk: Coding) -> None:
    _disagreement(desk)
    rows = desk.rows()
    assert [row.accord for row in rows] == ["unanimous", "partly", "single"]
    assert rows[1].differs == ("stance", "certainty")
    assert [len(row.versions) for row in rows] == [2, 2, 1]


def test_gold_is_made_of_decisions(desk: Coding) -> None:
    _disagreement(desk)
    desk.done(op("accept_unanimous"))
    rows = desk.rows()
    assert [row.is_open for row in rows] == [False, True, True]
    assert "Statements still to be decided: 2" in desk.refused(op("make_gold"))
    mixed = decide(
        rows[1], take={"stance": desk.head(1), "certainty": desk.head(0)}, reason="he says so"
    )
    desk.done(mixed, reject(rows[2]))
    gold = desk.gold()
    assert gold.status == "draft"
    assert sorted(one.stance for one in gold.statements) == ["oppose", "support"]
    assert {one.certainty for one in gold.statements} == {"stated"}
    verdicts = [row.decision.verdict for row in desk.rows() if row.decision]
    assert verdicts == ["accepted", "mixed", "rejected"]
    desk.done(op("make_gold"))
    assert (desk.gold().status, desk.status(0), desk.status(1)) == ("accepted",) * 3
    assert len(desk.submissions_of(desk.gold().id)) == 1
    assert desk.notices(desk.coders[0]) == desk.notices(desk.coders[1]) == ["gold"]
    state = desk.store.decisions.article(desk.world.project.id, desk.article)
    assert state is not None
    assert state.state == "gold"
    assert "gold already" in desk.refused(reject(desk.rows()[2]))


def test_one_version_is_accepted_and_evidence_becomes_golds_own(desk: Coding) -> None:
    _disagreement(desk)
    row = desk.rows()[1]
    desk.done(decide(row, take={"stance": desk.head(1), "certainty": desk.head(1)}))
    decision = desk.rows()[1].decision
    assert decision is not None
    assert decision.verdict == "accepted"
    (made,) = desk.gold().statements
    assert made.id not in [version.entity_id for version in row.versions]
    assert [one.quote for one in desk.gold().spans] == [SECOND]
    desk.done(op("reopen", decision_id=decision.id))
    gold = desk.gold()
    assert (gold.statements, gold.spans) == ((), ())
    assert desk.rows()[1].is_open


def test_evidence_that_two_statements_need_is_shared_and_stays_until_neither_does(
    desk: Coding,
) -> None:
    desk.record(0, FIRST)
    desk.record(0, FIRST, stance="oppose", claim_id=desk.claims[1])
    desk.submit(0)
    desk.done(op("accept_unanimous"))
    assert len(desk.gold().spans) == 1
    one, other = (row.decision for row in desk.rows())
    assert one is not None
    assert other is not None
    desk.done(op("reopen", decision_id=one.id))
    assert len(desk.gold().spans) == 1
    desk.done(op("reopen", decision_id=other.id))
    assert desk.gold().spans == ()


def test_an_adjudicator_may_edit_and_write(desk: Coding) -> None:
    _disagreement(desk)
    row = desk.rows()[0]
    new = span("沈若川", kind="evidence")
    desk.done(decide(row, set={"venue": "研讨会"}, spans=[new]))
    shown = desk.rows()[0]
    assert shown.decision is not None
    assert shown.decision.verdict == "edited"
    edited = desk.gold().statements[0]
    assert edited.venue == "研讨会"
    assert len(edited.evidence) == 2
    statement = {
        "id": new_id(), "claim_id": desk.claims[1], "stance": "unclear",
        "evidence": [new["id"]], "speaker_id": desk.actors[1],
    }  # fmt: skip
    desk.done(op("write", statement=statement, spans=[new], reason="missed by both"))
    written = [row for row in desk.rows() if row.decision and row.decision.verdict == "written"]
    assert len(written) == 1
    assert not written[0].is_open
    bad = {**span("bilateral"), "quote": "another"}
    quoting = op("write", statement={**statement, "evidence": [bad["id"]]}, spans=[bad])
    assert "quotes" in desk.refused(quoting)
    unknown = {**statement, "stance": "enthusiastic", "evidence": []}
    assert "no stance" in desk.refused(op("write", statement=unknown))


def test_a_decision_is_changed_in_place(desk: Coding) -> None:
    _disagreement(desk)
    desk.done(decide(desk.rows()[1]))
    (before,) = desk.gold().statements
    desk.done(decide(desk.rows()[1], set={"stance": "unclear"}))
    (after,) = desk.gold().statements
    assert (after.id, after.stance) == (before.id, "unclear")
    assert len(desk.store.decisions.live([desk.gold().id])) == 1
    desk.done(reject(desk.rows()[1]))
    assert desk.gold().statements == ()
    desk.done(op("undo"))
    assert desk.gold().statements == (after,)
    desk.done(op("undo"))
    assert desk.gold().statements == (before,)
    desk.done(op("undo"))
    assert desk.gold().statements == ()
    assert "nothing to undo" in desk.refused(op("undo"))


def test_an_operation_is_applied_at_most_once_and_each_alone(desk: Coding) -> None:
    _disagreement(desk)
    rows = desk.rows()
    first, bad, last = decide(rows[0]), op("reject", row_kind="statement"), reject(rows[2])
    assert [one.state for one in desk.do(first, bad, last)] == ["applied", "refused", "applied"]
    again = desk.do(first, last)
    assert [one.state for one in again] == ["duplicate", "duplicate"]
    assert len(desk.store.decisions.live([desk.gold().id])) == 2


def test_what_somebody_else_decided_meanwhile_is_a_conflict(desk: Coding) -> None:
    _disagreement(desk)
    row = desk.rows()[1]
    desk.done(decide(row))
    editor = desk.world.people["editor"]
    (late,) = desk.do(reject(row), person=editor, client="review-2", base=0)
    assert late.code == "conflict"
    desk.done(reject(desk.rows()[0]), person=editor, client="review-2", base=0)
    seen = desk.gold().revision
    desk.done(reject(row), person=editor, client="review-2", base=seen)


def test_a_version_that_was_submitted_anew_is_not_decided_unseen(desk: Coding) -> None:
    first, _ = _disagreement(desk)
    row = desk.rows()[1]
    change = op("change_statement", statement_id=first, set={"stance": "unclear"})
    desk.again(0, change)
    (late,) = desk.do(decide(row))
    assert late.code == "conflict"


def test_mentions_and_labels_of_the_article_are_decided_too(desk: Coding) -> None:
    for coder, actor in ((0, desk.actors[0]), (1, desk.actors[1])):
        desk.tag(
            coder,
            op("add_span", span=span("沈若川", kind="actor", actor_id=actor)),
            op("add_span", span=span("南屿", kind="actor")),
            op("set_document_label", name="relevance", values=["relevant"]),
        )
        desk.submit(coder)
    spans, labels = desk.rows("span"), desk.rows("document_label")
    assert [(row.accord, row.differs) for row in spans] == [
        ("partly", ("actor_id",)), ("unanimous", ())
    ]  # fmt: skip
    assert [row.accord for row in labels] == ["unanimous"]
    desk.done(decide(spans[0], take={"actor_id": desk.head(1)}))
    assert desk.gold().spans[0].actor_id == desk.actors[1]
    desk.done(op("make_gold"))
    gold = desk.gold()
    assert sorted(one.quote for one in gold.spans) == ["南屿", "沈若川"]
    assert gold.document_labels == {"relevance": ("relevant",)}


def test_a_single_coding_is_accepted_at_once(desk: Coding) -> None:
    desk.record(0, FIRST)
    desk.submit(0)
    desk.done(op("accept_unanimous"), op("make_gold"))
    assert len(desk.gold().statements) == 1
    assert desk.status(0) == "accepted"


def test_finding_nothing_becomes_gold_too(desk: Coding) -> None:
    desk.tag(0, op("set_document_label", name="relevance", values=["irrelevant"]))
    desk.submit(0)
    desk.done(op("make_gold"))
    assert desk.gold().document_labels == {"relevance": ("irrelevant",)}


def test_returned_labels_go_back_with_a_comment_and_gold_into_review(desk: Coding) -> None:
    _disagreement(desk)
    desk.done(op("accept_unanimous"), *(reject(row) for row in desk.rows()[1:]), op("make_gold"))
    assert "Write a comment" in desk.refused(op("return", label_set_id=desk.head(0), text=" "))
    desk.done(op("return", label_set_id=desk.head(0), text="Who says so?"))
    assert (desk.status(0), desk.status(1), desk.gold().status) == (
        "returned", "submitted", "draft"
    )  # fmt: skip
    (thread,) = desk.store.threads.on(desk.world.project.id, desk.article)
    assert (thread.kind, thread.label_set_id) == ("article", desk.head(0))
    assert [one.text for one in thread.comments] == ["Who says so?"]
    assert desk.notices(desk.coders[0]) == ["returned", "gold"]
    assert [row.raised for row in desk.rows()] == ["gone", "", ""]
    desk.submit(0)
    assert {row.raised for row in desk.rows()} == {""}
    desk.done(op("make_gold"))
    desk.done(op("reopen_gold"))
    assert (desk.status(0), desk.gold().status) == ("submitted", "draft")


def test_what_changed_is_raised_again_and_may_be_kept(desk: Coding) -> None:
    first, _ = _disagreement(desk)
    rows = desk.rows()
    desk.done(decide(rows[0]), decide(rows[1]), reject(rows[2]))
    desk.again(0, op("change_statement", statement_id=first, set={"stance": "unclear"}))
    assert [row.raised for row in desk.rows()] == ["", "changed", ""]
    assert "still to be decided: 1" in desk.refused(op("make_gold"))
    decision = desk.rows()[1].decision
    assert decision is not None
    desk.done(op("keep", decision_id=decision.id))
    kept = desk.rows()[1]
    assert kept.decision is not None
    assert (kept.raised, kept.decision.verdict) == ("", "edited")
    desk.done(op("make_gold"))


def test_a_statement_made_again_is_recognised(desk: Coding) -> None:
    first, _ = _disagreement(desk)
    desk.done(*(decide(row) for row in desk.rows()))
    desk.tag(0, op("take_back"), op("remove_statement", statement_id=first))
    desk.record(0, SECOND)
    desk.submit(0)
    assert [row.raised for row in desk.rows()] == ["", "", ""]
    third = desk.rows()[2].versions[0].entity_id
    desk.tag(0, op("take_back"), op("remove_statement", statement_id=third))
    desk.record(0, THIRD, stance="oppose")
    desk.submit(0)
    assert [row.raised for row in desk.rows()] == ["", "", "changed"]


def test_who_joins_late_raises_what_they_add_to(desk: Coding) -> None:
    _disagreement(desk)
    desk.done(*(decide(row) for row in desk.rows()))
    desk.record(2, SECOND)
    desk.submit(2)
    assert [row.raised for row in desk.rows()] == ["", "added", ""]


def test_a_row_may_be_decided_in_parts(desk: Coding) -> None:
    _disagreement(desk)
    row = desk.rows()[1]
    desk.done(
        op("decide", row_kind="statement", sources=sources(row, desk.head(0))),
    )
    rows = desk.rows()
    assert len(rows) == 4
    assert [len(one.versions) for one in rows if one.decision] == [1]
    mine = next(v.key for v in row.versions if v.label_set_id == desk.head(1))
    (other,) = [one for one in rows if [v.key for v in one.versions] == [mine]]
    desk.done(reject(other))
    assert [one.raised for one in desk.rows()] == [""] * 4


def test_the_holder_is_the_speaker_unless_said_otherwise(desk: Coding) -> None:
    desk.record(0, FIRST)
    desk.record(1, FIRST, speaker_id=desk.actors[1], holder_id=desk.actors[0])
    desk.submit(0, 1)
    (row,) = desk.rows()
    assert row.differs == ("speaker_id",)
    desk.done(decide(row, take={"speaker_id": desk.head(1), "holder_id": desk.head(0)}))
    (made,) = desk.gold().statements
    assert (made.speaker_id, made.holder_id) == (desk.actors[1], desk.actors[0])


def test_gold_from_elsewhere_counts_as_decided(desk: Coding) -> None:
    desk.record(0, FIRST)
    desk.record(0, SECOND)
    desk.submit(0)
    desk.done(op("accept_unanimous"))
    gold = desk.gold()
    with desk.store.write(desk.reviewer.id) as tx:
        for decision in desk.store.decisions.live([gold.id]):
            tx.execute("DELETE FROM decision_source WHERE decision_id = ?", (decision.id,))
            tx.execute("DELETE FROM decision WHERE id = ?", (decision.id,))
        tx.record("test", "label_set", gold.id)
    rows = desk.rows()
    assert [row.is_open for row in rows] == [False, False]
    assert [row.decision and row.decision.verdict for row in rows] == ["accepted", "accepted"]
    desk.done(reject(rows[0]))
    assert len(desk.store.decisions.live([gold.id])) == 2
    desk.done(op("undo"))
    assert [row.is_open for row in desk.rows()] == [False, False]
    desk.done(op("make_gold"))


def test_a_project_may_hide_its_coders(desk: Coding) -> None:
    _disagreement(desk)
    store, project = desk.store, desk.world.project
    assert set(desk.review().names.values()) == {"analyst-1", "analyst-2"}
    projects.describe(store, desk.world.operator, project.id, hide_coders=True)
    assert desk.review().names == {}
    desk.done(op("accept_unanimous"))
    letters = {one.head.id: one.letter for one in desk.review().state.coders}
    opened = reading.open_article(store, desk.reviewer, project.id, desk.article)
    coders = {one.id: name for one, name in opened.others if one.kind == "analyst"}
    assert coders == letters
    page = history.timeline(store, desk.reviewer, project.id, "article", desk.article)
    told = {(one.by, one.subject.owner) for one in page.items}
    assert told == {("reviewer-1", "gold"), (None, ""), ("Local operator", "")}
    wanted = Wanted(by=desk.coders[0].id, group="labels")
    mine = history.timeline(store, desk.reviewer, project.id, "project", project.id, wanted=wanted)
    assert mine.items == ()
    own = history.timeline(store, desk.coders[0], project.id, "article", desk.article)
    assert "analyst-1" in {one.by for one in own.items}


def test_gold_in_review_is_for_reviewers_alone(desk: Coding) -> None:
    _disagreement(desk)
    desk.done(op("accept_unanimous"))
    heads = desk.store.labels.heads_on([desk.article], desk.world.project.id)

    def seen(person: Person) -> bool:
        visible = accounts.visible(desk.store, person, desk.world.project, heads)
        return any(one.kind == "gold" for one in visible)

    viewer = desk.world.people["viewer"]
    assert (seen(desk.reviewer), seen(desk.coders[0]), seen(viewer)) == (True, False, False)
    desk.done(*(reject(row) for row in desk.rows()[1:]), op("make_gold"))
    heads = desk.store.labels.heads_on([desk.article], desk.world.project.id)
    assert (seen(desk.reviewer), seen(desk.coders[0]), seen(viewer)) == (True, True, True)


def test_whoever_works_blind_on_an_article_does_not_see_its_review(desk: Coding) -> None:
    _disagreement(desk)
    for role in ("analyst", "viewer"):
        with pytest.raises(Forbidden):
            desk.review(desk.world.people[role])  # type: ignore[index]
    desk.world.people["reviewer"] = reviewer = desk.reviewer
    desk.coders.append(reviewer)
    desk.record(3, FIRST)
    for attempt in (desk.review, lambda: desk.do(op("accept_unanimous"))):
        with pytest.raises(Forbidden, match="Submit your labels"):
            attempt()
    desk.submit(3)
    assert len(desk.review().state.coders) == 3
    stranger = desk.world.people["editor"]
    with desk.store.write(desk.world.operator.id) as tx:
        desk.store.projects.remove_member(tx, desk.world.project.id, stranger.id)
    with pytest.raises((NotFound, Forbidden)):
        desk.review(stranger)


def test_only_rows_that_somebody_joined_are_aligned_anew(
    desk: Coding, monkeypatch: pytest.MonkeyPatch
) -> None:
    for coder in (0, 1):
        desk.record(coder, FIRST)
    desk.record(0, SECOND)
    desk.record(1, THIRD)
    desk.submit(0, 1)
    first, second, third = desk.rows()
    aligned: list[int] = []
    align = agreement.rows

    def counted(*args: Any) -> Any:
        aligned.append(1)
        return align(*args)

    monkeypatch.setattr(agreement, "rows", counted)
    desk.done(decide(first))
    assert aligned == []
    # What stood apart and was put together stays so, whatever is decided beside it.
    desk.done(op("decide", row_kind="statement", sources=[*sources(second), *sources(third)]))
    joined = desk.rows()[1]
    assert (len(joined.versions), joined.is_open) == (2, False)
    assert len(aligned) == 1
    decision = desk.rows()[0].decision
    assert decision is not None
    desk.done(op("reopen", decision_id=decision.id), reject(desk.rows()[0]))
    assert len(desk.rows()) == 2
    assert len(aligned) == 1
    desk.again(1, op("set_document_label", name="relevance", values=["relevant"]))
    assert len(desk.rows()) == 2
    assert len(aligned) > 1
