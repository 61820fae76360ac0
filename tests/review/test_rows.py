"""Rows and decisions over any submissions: pure, so that thousands of cases are tried."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from annotate.model import Submission, new_id
from annotate.review.rows import Row, rows
from annotate.review.versions import CoderSet, coder_set, differing
from annotate.reviews import Decision, Source

CODERS = ("a", "b", "c")
Content = dict[str, Any]


def _statement(
    id_: str, spans: list[tuple[int, int]], stance: str = "support", **more: Any
) -> tuple[Content, list[Content]]:
    evidence = [
        {"id": f"{id_}/{n}", "kind": "evidence", "start": start, "end": end, "quote": "",
         "actor_id": None}
        for n, (start, end) in enumerate(spans)
    ]  # fmt: skip
    fields = {
        "id": id_, "claim_id": "claim", "stance": stance, "speaker_id": "speaker",
        "holder_id": None, "certainty": None, "evidence": [one["id"] for one in evidence],
        "addressee_id": None, "reported_by": [], "venue": "", "statement_date": None, "note": "",
    }  # fmt: skip
    return fields | more, evidence


def _content(*statements: tuple[Content, list[Content]], spans: Any = (), **labels: Any) -> Content:
    return {
        "statements": [one for one, _ in statements],
        "spans": [span for _, some in statements for span in some] + list(spans),
        "document_labels": labels,
    }


def _set(coder: str, *contents: Content) -> CoderSet:
    submissions = [
        Submission(new_id(), coder, n + 1, n, f"2026-01-0{n + 1}", content)
        for n, content in enumerate(contents)
    ]
    return coder_set(coder, submissions, {})


def _decided(found: tuple[Row, ...], at: str = "2026-01-01") -> list[Decision]:
    """A rejection of every row, which needs nothing in gold."""
    return [
        Decision(
            f"decision-{n:03}", "p", "article", "gold", row.kind, "rejected", None, "no", at,
            "me", tuple(Source(v.label_set_id, v.entity_id, v.digest) for v in row.versions),
        )
        for n, row in enumerate(found)
    ]  # fmt: skip


@st.composite
def contents(draw: st.DrawFn, coder: str) -> Content:
    """What a coder may have recorded: statements, mentions, labels of the article."""
    places = st.tuples(st.integers(0, 12), st.integers(1, 6)).map(lambda p: (p[0], p[0] + p[1]))
    statements = [
        _statement(f"{coder}{n}", spans, stance)
        for n, (spans, stance) in enumerate(
            draw(
                st.lists(
                    st.tuples(st.lists(places, max_size=2), st.sampled_from(["support", "oppose"])),
                    max_size=4,
                )
            )
        )
    ]
    spans = [
        {"id": f"{coder}-m{n}", "kind": kind, "start": start, "end": end, "quote": "",
         "actor_id": actor}
        for n, ((start, end), kind, actor) in enumerate(
            draw(
                st.lists(
                    st.tuples(
                        places, st.sampled_from(["actor", "claim"]), st.sampled_from([None, "x"])
                    ),
                    max_size=4,
                )
            )
        )
    ]  # fmt: skip
    values = st.lists(st.sampled_from("xyz"), min_size=1, unique=True)
    labels = draw(st.dictionaries(st.sampled_from(["topic", "tone"]), values))
    return _content(*statements, spans=spans, **labels)


@st.composite
def desks(draw: st.DrawFn) -> list[Content]:
    """What one to three coders recorded."""
    return [draw(contents(coder)) for coder in CODERS[: draw(st.integers(1, 3))]]


@given(desks())
def test_rows_hold_every_version_once_and_one_a_coder_at_most(desk: list[Content]) -> None:
    sets = [_set(coder, content) for coder, content in zip(CODERS, desk, strict=False)]
    found = rows(sets, (), {})
    held = Counter((row.kind, version.key) for row in found for version in row.versions)
    there = Counter((v.kind, v.key) for one in sets for v in one.versions)
    assert held == there
    for row in found:
        assert len({version.label_set_id for version in row.versions}) == len(row.versions) > 0
        assert row.differs == differing(row.versions)
        full = len(row.versions) == len(sets)
        assert (row.accord == "unanimous") == (full and not set(row.differs) - {"note"})
    assert len({row.id for row in found}) == len(found)


@given(desks())
def test_what_is_submitted_again_unchanged_raises_nothing(desk: list[Content]) -> None:
    first = [_set(coder, content) for coder, content in zip(CODERS, desk, strict=False)]
    decisions = _decided(rows(first, (), {}))
    again = [_set(coder, content, content) for coder, content in zip(CODERS, desk, strict=False)]
    for sets in (first, again):
        found = rows(sets, decisions, {})
        assert {row.raised for row in found} <= {""}
        assert [row for row in found if row.decision is None] == []
        assert len(found) == len(decisions)


@given(desks(), st.data())
def test_decisions_survive_a_new_submission_but_where_it_differs(
    desk: list[Content], data: st.DataObject
) -> None:
    first = [_set(coder, content) for coder, content in zip(CODERS, desk, strict=False)]
    decisions = _decided(rows(first, (), {}))
    who = data.draw(st.integers(0, len(desk) - 1))
    before = desk[who]
    kept = data.draw(st.sets(st.sampled_from(range(len(before["statements"]) or 1))))
    statements = [
        one if n in kept else {**one, "stance": "unclear"}
        for n, one in enumerate(before["statements"])
    ]
    changed = {one["id"] for n, one in enumerate(before["statements"]) if n not in kept}
    sets = list(first)
    sets[who] = _set(CODERS[who], before, {**before, "statements": statements})
    for row in rows(sets, decisions, {}):
        assert row.decision is not None
        touched = {version.entity_id for version in row.versions} & changed
        assert row.raised == ("changed" if touched and row.kind == "statement" else "")


@given(desks(), st.data())
def test_what_is_removed_or_made_anew_raises_its_own_row_alone(
    desk: list[Content], data: st.DataObject
) -> None:
    first = [_set(coder, content) for coder, content in zip(CODERS, desk, strict=False)]
    decisions = _decided(rows(first, (), {}))
    who = data.draw(st.integers(0, len(desk) - 1))
    before = desk[who]
    if not before["statements"]:
        return
    gone = data.draw(st.sampled_from(before["statements"]))["id"]
    rest = [one for one in before["statements"] if one["id"] != gone]
    lost = {span["id"] for span in before["spans"] if span["id"].startswith(f"{gone}/")}
    after = {
        **before,
        "statements": rest,
        "spans": [span for span in before["spans"] if span["id"] not in lost],
    }
    sets = list(first)
    sets[who] = _set(CODERS[who], before, after)
    # Rejected, it was not to be there anyway; accepted, it has to be looked at.
    assert [row for row in rows(sets, decisions, {}) if row.raised] == []
    taken = [replace(one, verdict="accepted", entity_id=one.id) for one in decisions]
    stands = {
        (row.kind, row.decision.id): row.versions[0]
        for row in rows(first, decisions, {})
        if row.decision
    }
    raised = [row for row in rows(sets, taken, stands) if row.raised]
    assert [(row.raised, row.kind) for row in raised] == [("gone", "statement")]
    made = [{**one, "id": "anew"} for one in before["statements"] if one["id"] == gone]
    sets[who] = _set(CODERS[who], before, {**before, "statements": [*rest, *made]})
    assert [row for row in rows(sets, decisions, {}) if row.is_open] == []


def test_a_moved_mention_stays_in_its_row() -> None:
    def marked(start: int) -> Content:
        span = {"id": "m", "kind": "actor", "start": start, "end": 9, "quote": "", "actor_id": None}
        return _content(spans=[span])

    decisions = _decided(rows([_set("a", marked(3))], (), {}))
    (row,) = rows([_set("a", marked(3), marked(4))], decisions, {})
    assert row.raised == "changed"


def test_a_late_coder_adds_to_a_row_and_is_raised() -> None:
    mine, theirs = _statement("a0", [(0, 4)]), _statement("b0", [(1, 4)])
    decisions = _decided(rows([_set("a", _content(mine))], (), {}))
    late = replace(_set("b", _content(theirs)), known={("statement", "b0"): "2026-02-01"})
    (row,) = rows([_set("a", _content(mine)), late], decisions, {})
    assert (row.raised, len(row.versions)) == ("added", 2)


def test_spans_compare_by_kind_place_and_actor() -> None:
    def one(id_: str, kind: str, actor: str | None) -> Content:
        return {"id": id_, "kind": kind, "start": 2, "end": 5, "quote": "", "actor_id": actor}

    found = rows(
        [
            _set("a", _content(spans=[one("a1", "actor", "x"), one("a2", "claim", None)])),
            _set("b", _content(spans=[one("b1", "claim", None), one("b2", "actor", "y")])),
        ],
        (),
        {},
    )
    assert sorted((row.accord, row.differs) for row in found) == [
        ("partly", ("actor_id",)),
        ("unanimous", ()),
    ]


def test_statements_about_the_whole_article_come_last_among_statements() -> None:
    found = rows(
        [_set("a", _content(_statement("a0", []), _statement("a1", [(5, 9)]), topic=["x"]))], (), {}
    )
    assert [row.versions[0].entity_id for row in found] == ["a1", "a0", "topic"]


def test_a_merge_of_registry_entries_raises_nothing() -> None:
    content = _content(_statement("a0", [(0, 4)], speaker_id="old"))
    submission = Submission(new_id(), "a", 1, 1, "2026-01-01", content)
    before = coder_set("a", [submission], {})
    after = coder_set("a", [submission], {"old": "new"})
    decisions = _decided(rows([before], (), {}))
    (row,) = rows([after], decisions, {})
    assert row.raised == ""
    assert row.versions[0].entity["speaker_id"] == "new"
