from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from annotate import cli, projects, registries, releases, review
from annotate.commands import review as commands
from annotate.commands.desk import Desk
from annotate.errors import Conflict, Forbidden, Unconfirmed
from annotate.model import Person, new_id
from annotate.releases import Choice
from annotate.review import Wish, figures
from annotate.review.waiting import to_review
from tests.review.coding import FIRST, SECOND, THIRD, Coding, decide, reject
from tests.review.test_rechecks import save
from tests.world import op, span


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


def _accept(desk: Coding, *options: str) -> int:
    with pytest.raises(SystemExit) as left:
        cli.main(["--db", str(desk.store.path), "review", "accept", desk.article, *options])
    return int(left.value.code or 0)


def test_gold_waits_for_as_many_coders_as_the_round_wants(
    desk: Coding, capsys: pytest.CaptureFixture[str]
) -> None:
    store, operator, project_id = desk.store, desk.world.operator, desk.world.project.id
    wish = Wish("Round", (desk.coders[0].id, desk.coders[1].id), "list", 2)
    review.create(store, operator, project_id, wish, [desk.article])
    desk.record(0, FIRST)
    desk.submit(0)
    assert _accept(desk) == 1
    assert "submitted: 1 of 2. --early" in capsys.readouterr().err
    assert desk.gold() is None
    desk.done(op("accept_unanimous"))
    (outcome,) = desk.do(op("make_gold"))
    assert isinstance(outcome.problem, Unconfirmed)
    assert outcome.problem.needs == "early"
    assert "who have submitted: 1 of 2" in str(outcome.problem)
    assert _accept(desk, "--early") == 0
    assert desk.gold().status == "accepted"
    # What comes after that is reviewed with the rest, and then nobody is missing.
    desk.record(1, SECOND)
    desk.submit(1)
    desk.done(*(reject(row) for row in desk.rows() if row.is_open), op("make_gold"))


def test_gold_passes_over_no_disputed_label_unasked(
    desk: Coding, capsys: pytest.CaptureFixture[str]
) -> None:
    for coder, value in ((0, "relevant"), (1, "marginal")):
        desk.tag(coder, op("set_document_label", name="relevance", values=[value]))
    desk.tag(0, op("add_span", span=span(THIRD, kind="actor")))
    desk.submit(0, 1)
    (outcome,) = desk.do(op("make_gold"))
    assert isinstance(outcome.problem, Unconfirmed)
    assert outcome.problem.needs == "leave_open"
    assert "still to be decided: 2" in str(outcome.problem)
    assert _accept(desk) == 1
    assert "labels to decide: 2. --leave-open" in capsys.readouterr().err
    assert desk.gold() is None
    desk.done(reject(desk.rows("span")[0]))
    assert "decided: 1" in desk.refused(op("make_gold"))
    assert _accept(desk, "--leave-open") == 0
    assert (desk.gold().status, desk.gold().document_labels) == ("accepted", {})
    desk.done(op("reopen_gold"), decide(desk.rows("document_label")[0]), op("make_gold"))
    assert len(desk.gold().document_labels) == 1


def test_undo_takes_back_ones_own_and_overrules_nobody(desk: Coding) -> None:
    for quote in (FIRST, SECOND):
        desk.record(0, quote)
    desk.submit(0)
    editor = desk.world.people["editor"]

    def verdicts() -> list[str]:
        return [row.decision.verdict if row.decision else "" for row in desk.rows()]

    first, second = desk.rows()
    desk.done(decide(first), person=editor, client="editor")
    desk.done(reject(second))
    desk.done(op("undo"), person=editor, client="editor")
    assert verdicts() == ["", "rejected"]
    assert not desk.review(editor).can_undo
    assert "nothing to undo" in desk.refused(op("undo"), person=editor, client="editor")
    # A page that is opened anew is another client of the same person's.
    desk.done(op("undo"), client="review-2")
    assert verdicts() == ["", ""]
    desk.done(reject(second), person=editor, client="editor")
    stale = desk.gold().revision
    decision = desk.rows()[1].decision
    assert decision is not None
    desk.done(op("reopen", decision_id=decision.id))
    for base in (stale, None):
        (late,) = desk.do(op("undo"), person=editor, client="editor", base=base)
        assert late.code == "conflict"
    assert verdicts() == ["", ""]


def _decided_by_two(desk: Coding) -> Person:
    """Two rows on the same words, decided by an editor and by the reviewer; gives the editor."""
    desk.record(0, FIRST)
    desk.record(0, FIRST, claim_id=desk.claims[1])
    desk.submit(0)
    editor = desk.world.people["editor"]
    first, second = desk.rows()
    desk.done(decide(first), person=editor, client="editor")
    desk.done(decide(second))
    return editor


def test_undo_leaves_the_evidence_that_others_have_come_to_use(desk: Coding) -> None:
    editor = _decided_by_two(desk)
    desk.done(op("undo"), person=editor, client="editor")
    (left,) = desk.gold().statements
    assert [span.quote for span in desk.gold().spans if span.id in left.evidence] == [FIRST]
    desk.done(op("undo"))
    assert (desk.gold().statements, desk.gold().spans) == ((), ())


def test_redo_makes_ones_own_again_in_order(desk: Coding) -> None:
    for quote in (FIRST, SECOND):
        desk.record(0, quote)
    desk.submit(0)
    first, second = desk.rows()
    desk.done(decide(first, set={"venue": "x"}), decide(first, set={"venue": "y"}), reject(second))
    made = desk.gold()
    verdicts = [row.decision.verdict for row in desk.rows() if row.decision]
    desk.done(op("undo"), op("undo"), op("undo"))
    assert (desk.gold().statements, desk.gold().spans) == ((), ())
    assert "nothing to redo" in desk.refused(op("redo"), person=desk.world.people["editor"])
    desk.done(op("redo"))
    assert [one.venue for one in desk.gold().statements] == ["x"]
    # Another client of the same person's goes on.
    desk.done(op("redo"), op("redo"), client="review-2")
    assert desk.gold().statements == made.statements
    assert desk.gold().spans == made.spans
    assert [row.decision.verdict for row in desk.rows() if row.decision] == verdicts
    assert not desk.review().can_redo
    assert "nothing to redo" in desk.refused(op("redo"))
    desk.done(op("undo"))
    assert desk.review().can_redo
    desk.done(decide(second))
    assert not desk.review().can_redo


def test_redo_brings_the_evidence_back_that_nobody_needed_meanwhile(desk: Coding) -> None:
    editor = _decided_by_two(desk)
    desk.done(op("undo"))
    desk.done(op("undo"), person=editor, client="editor")
    assert desk.gold().spans == ()
    desk.done(op("redo"))
    (made,) = desk.gold().statements
    assert [span.id for span in desk.gold().spans] == list(made.evidence)
    assert list(desk.store.examine()) == []


def test_redo_overrules_nobody(desk: Coding) -> None:
    desk.record(0, FIRST)
    desk.submit(0)
    desk.done(decide(desk.rows()[0]), op("undo"))
    assert desk.review().can_redo
    editor = desk.world.people["editor"]
    desk.done(reject(desk.rows()[0]), person=editor, client="editor")
    assert "nothing to redo" in desk.refused(op("redo"))
    assert desk.gold().statements == ()


def test_hidden_coders_are_named_by_no_list_of_uses_and_no_export(
    desk: Coding, tmp_path: Path
) -> None:
    desk.record(0, FIRST)
    desk.submit(0)
    store, project_id = desk.store, desk.world.project.id

    def uses(search: str = "") -> list[str]:
        args = (store, desk.reviewer, project_id, "claim", desk.claims[0])
        return [one.coder for one in registries.uses(*args, search=search).items]

    def exported(person: Person) -> str:
        out = tmp_path / f"{new_id()}.jsonl"
        releases.export(store, person, Choice(project_id), "jsonl", out)
        return out.read_text("utf-8")

    assert uses("analyst-1") == ["analyst-1"]
    assert '"analyst-1"' in exported(desk.reviewer)
    projects.describe(store, desk.world.operator, project_id, hide_coders=True)
    assert uses() == ["A"]
    assert uses("analyst-1") == []
    first, second = exported(desk.reviewer), exported(desk.reviewer)
    for text in ("analyst-1", desk.coders[0].id):
        assert f'"{text}"' not in first
        assert f'"{text}"' in exported(desk.world.operator)
    # One coder is one within an export, and another in the next.
    lines = [json.loads(text.splitlines()[0]) for text in (first, second)]
    ids = [{one["coder_id"] for one in line["label_sets"] if one["coder_id"]} for line in lines]
    assert ids[0].isdisjoint(ids[1])
    assert all(ids[n] <= {one["id"] for one in lines[n]["coders"]} for n in (0, 1))
    with pytest.raises(Forbidden, match="hides its coders"):
        choice = Choice(project_id, "analyst-1")
        releases.export(store, desk.reviewer, choice, "jsonl", tmp_path / "one.jsonl")


def test_taking_labels_back_erases_no_figure(desk: Coding) -> None:
    desk.record(0, FIRST)
    desk.record(1, SECOND)
    desk.submit(0, 1)
    args = (desk.store, desk.reviewer, desk.world.project.id)
    assert figures.report(*args).compared == 1
    desk.tag(1, op("take_back"))
    assert figures.report(*args).compared == 1
    # What has never been submitted counts nowhere.
    desk.record(2, THIRD)
    assert figures.report(*args).compared == 1


def test_a_coder_who_removes_what_was_rejected_holds_up_no_gold(desk: Coding) -> None:
    gone = desk.record(0, FIRST)
    desk.record(0, SECOND)
    desk.submit(0)
    first, second = desk.rows()
    desk.done(reject(first), decide(second))
    desk.again(0, op("remove_statement", statement_id=gone))
    assert [row.raised for row in desk.rows()] == ["", ""]
    desk.done(op("make_gold"))


def test_gold_asks_of_older_rows_no_more_than_was_asked_then(desk: Coding) -> None:
    desk.record(0, FIRST)
    desk.submit(0)
    save(desk.world, lambda book: replace(book, required=(*book.required, "venue")))
    desk.done(op("accept_unanimous"), op("make_gold"))
    desk.done(op("reopen_gold"))
    statement = {"claim_id": desk.claims[0], "stance": "support", "speaker_id": desk.actors[0],
                 "certainty": "stated"}  # fmt: skip
    desk.done(op("write", statement=statement, spans=[span(SECOND)]))
    assert "The codebook requires: venue" in desk.refused(op("make_gold"))


def test_finding_nothing_counts_under_the_version_that_it_was_found_under(desk: Coding) -> None:
    desk.submit(0, 1)
    found = figures.report(desk.store, desk.reviewer, desk.world.project.id)
    assert list(found.versions) == ["1"]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE decision SET gold_id = (SELECT id FROM label_set WHERE kind = 'analyst')",
         "does not stand behind gold"),
        ("UPDATE decision_source SET label_set_id = (SELECT id FROM label_set WHERE kind = 'gold')",
         "no analyst's of that article"),
        ("UPDATE statement SET deleted_at = '2026-01-01' WHERE label_set_id IN"
         " (SELECT id FROM label_set WHERE kind = 'gold')", "gold does not hold"),
        ("UPDATE decision SET undone_at = '2026-01-01' WHERE rowid = (SELECT min(rowid)"
         " FROM decision)", "without a decision"),
    ],
)  # fmt: skip
def test_doctor_compares_gold_with_its_decisions(desk: Coding, sql: str, said: str) -> None:
    for quote in (FIRST, SECOND):
        desk.record(0, quote)
    desk.submit(0)
    desk.done(op("accept_unanimous"), op("make_gold"))
    assert list(desk.store.examine()) == []
    with desk.store.write(desk.world.operator.id) as tx:
        tx.execute(sql)
        tx.record("test", "test", "1")
    found = [one for one in desk.store.examine() if one.check == "decisions"]
    assert found
    assert all(one.mend for one in found)
    assert said in found[0].message


def test_gold_from_elsewhere_needs_no_decisions_until_it_changes(desk: Coding) -> None:
    desk.record(0, FIRST)
    desk.submit(0)
    desk.done(op("accept_unanimous"), op("make_gold"))
    with desk.store.write(desk.world.operator.id) as tx:
        tx.execute("DELETE FROM decision_source")
        tx.execute("DELETE FROM decision")
        tx.record("test", "test", "1")
    assert list(desk.store.examine()) == []
    desk.done(op("reopen_gold"))
    desk.done(op("make_gold"))
    assert list(desk.store.examine()) == []


def test_two_shells_conflict_as_two_windows_do(desk: Coding) -> None:
    desk.record(0, FIRST)
    desk.submit(0)
    project = desk.world.project.id
    line = Desk(desk.store.path)
    with line.open() as one, line.open() as other:
        seen = [commands._opened(session, project, desk.article) for session in (one, other)]
        (row,) = desk.rows()
        commands._apply(one, project, desk.article, seen[0], decide(row))
        with pytest.raises(Conflict):
            commands._apply(other, project, desk.article, seen[1], reject(row))
    assert len(desk.gold().statements) == 1
