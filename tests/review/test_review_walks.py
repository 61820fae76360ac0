"""Random walks of coders and an adjudicator: gold and its decisions stay in step."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotate.store import Store
from tests.review.coding import FIRST, SECOND, THIRD, Coding, coding, decide, reject
from tests.world import op

_ACTS = ("decide", "reject", "edit", "reopen", "keep", "undo", "redo", "all", "resubmit", "return")
walks = st.lists(st.tuples(st.sampled_from(_ACTS), st.integers(0, 9)), min_size=4, max_size=14)


def _act(desk: Coding, act: str, n: int) -> None:
    rows = [row for row in desk.review().state.rows if row.versions]
    decided = [row.decision.id for row in desk.review().state.rows if row.decision]
    row = rows[n % len(rows)] if rows else None
    if act == "resubmit":
        _resubmit(desk, n % 2, n)
    elif act == "return":
        desk.do(op("return", label_set_id=desk.head(n % 2), text="again"))
    elif act in ("undo", "redo", "all"):
        desk.do(op("accept_unanimous" if act == "all" else act))
    elif act in ("reopen", "keep") and decided:
        desk.do(op(act, decision_id=decided[n % len(decided)]))
    elif row is not None and act == "edit" and row.kind == "statement":
        desk.done(decide(row, set={"venue": str(n)}))
    elif row is not None and act in ("decide", "reject"):
        desk.done(decide(row) if act == "decide" else reject(row, str(n)))


def _resubmit(desk: Coding, coder: int, n: int) -> None:
    head = desk.store.labels.head(desk.head(coder))
    assert head is not None
    if head.status == "submitted":
        desk.tag(coder, op("take_back"))
    present = desk.store.labels.with_content([head])[0].statements
    if n % 3 == 0 and present:
        desk.tag(coder, op("remove_statement", statement_id=present[n % len(present)].id))
    elif n % 3 == 1 and present:
        changed: dict[str, Any] = {"stance": ("support", "oppose", "unclear")[n % 3]}
        desk.tag(
            coder, op("change_statement", statement_id=present[n % len(present)].id, set=changed)
        )
    else:
        desk.record(coder, (FIRST, SECOND, THIRD)[n % 3], stance="oppose")
    desk.submit(coder)


def _check(desk: Coding) -> None:
    gold = desk.gold()
    if gold is None:
        return
    decisions = desk.store.decisions.live([gold.id])
    entities = [(one.kind, one.entity_id) for one in decisions if one.entity_id]
    statements = [("statement", one.id) for one in gold.statements]
    # A decision behind every statement, one only, and none without its statement.
    assert sorted(e for e in entities if e[0] == "statement") == sorted(statements)
    needed = {span_id for one in gold.statements for span_id in one.evidence}
    needed |= {id_ for kind, id_ in entities if kind == "span" and id_}
    assert {span.id for span in gold.spans} == needed
    upon = [(s.label_set_id, s.entity_id, one.kind) for one in decisions for s in one.sources]
    assert len(upon) == len(set(upon))
    rows = desk.review().state.rows
    assert len([row for row in rows if row.decision]) == len(decisions)
    keys = [(row.kind, version.key) for row in rows for version in row.versions]
    assert len(keys) == len(set(keys))


@given(walks)
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
def test_every_statement_of_gold_has_its_decision_whatever_happens(
    walk: list[tuple[str, int]],
) -> None:
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "walk.db")
        desk = coding(store)
        for coder in (0, 1):
            desk.record(coder, FIRST)
            desk.record(coder, SECOND, stance=("support", "oppose")[coder])
            desk.tag(coder, op("set_document_label", name="relevance", values=["relevant"]))
        desk.submit(0, 1)
        for act, n in walk:
            _act(desk, act, n)
            _check(desk)
        while desk.review().can_undo:
            desk.done(op("undo"))
            _check(desk)
        gold = desk.gold()
        assert gold is None or not (gold.statements or gold.spans or gold.document_labels)
        while desk.review().can_redo:
            desk.done(op("redo"))
            _check(desk)
        assert list(store.examine()) == []
        store.close()
