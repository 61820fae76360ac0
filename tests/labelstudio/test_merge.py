"""Merging label sets: both sides edited, syncs killed anywhere, nothing lost, everything equal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from annotate.labelstudio.content import Content, of
from annotate.labelstudio.merge import Merged, advanced, changes, merge, resolve
from annotate.links import Choice, Difference
from annotate.model import LabelSet, Span, Statement
from annotate.store.labels import content_of
from tests.labelstudio.model import CHOICES, HEAD, MULTIPLE, Action, World, actions, check

A = Span("a", "actor", 0, 2, "ab", 1, "actor a")
B = Span("b", "evidence", 3, 5, "de", 1)
C = Span("c", "evidence", 6, 9, "ghi", 1)
X = Statement("x", "claim", "support", 1, "actor a", evidence=("b",))
Y = Statement("y", "claim", "oppose", 1)


def labels(*parts: Span | Statement, **documents: tuple[str, ...]) -> LabelSet:
    """A label set of these parts."""
    spans = tuple(one for one in parts if isinstance(one, Span))
    statements = tuple(one for one in parts if isinstance(one, Statement))
    return replace(HEAD, spans=spans, statements=statements, document_labels=documents)


def merged(base: LabelSet | None, ours: LabelSet, theirs: LabelSet, **options: Any) -> Merged:
    return merge(None if base is None else content_of(base), ours, theirs, **options)


def told(done: Merged) -> list[tuple[str, str, str, Any, Any, Any]]:
    return [
        (one.kind, one.entity_id, one.field, one.base, one.ours, one.theirs)
        for one in done.differences
    ]


def ids(done: Merged) -> set[str]:
    return {one.id for one in done.label_set.spans} | {one.id for one in done.label_set.statements}


def decided(
    done: Merged, theirs: LabelSet, choice: Choice, chosen: Any = None, n: int = 0
) -> Merged:
    """The next merge after somebody decided on one of the differences."""
    ours, base = resolve(done.label_set, done.base, done.differences[n], choice, chosen, version=3)
    return merge(base, ours, done.to_send or theirs)


@given(
    st.lists(actions, min_size=15, max_size=60),
    st.lists(st.sampled_from(CHOICES), min_size=1, max_size=6),
)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_edits_and_syncs_converge_and_lose_nothing(
    sequence: list[Action], choices: list[Choice]
) -> None:
    world = World(checked=check)
    for action in sequence:
        world.act(action)
    world.settle(choices)
    assert world.traces.lost(world.here) == []


_EDITS = actions.filter(
    lambda one: one[0] not in ("sync", "decide", "same", "break", "mend", "merge_actors")
)


@given(st.lists(_EDITS, max_size=25), st.lists(_EDITS, max_size=25), st.booleans())
@settings(max_examples=300, deadline=None, derandomize=True)
def test_neither_side_goes_first(before: list[Action], after: list[Action], agreed: bool) -> None:
    world = World()
    for action in before:
        world.act(action)
    if agreed:
        world.sync()
    for action in after:
        world.act(action)
    ours, theirs = world.here.into(HEAD), world.there.into(HEAD)
    one = merge(world.base, ours, theirs, multiple=MULTIPLE)
    other = merge(world.base, theirs, ours, multiple=MULTIPLE)
    # A label that both made is ours, and so has our id.
    assume(not one.renamed and not other.renamed)
    assert of(one.label_set) == of(other.to_send or ours)
    assert of(other.label_set) == of(one.to_send or theirs)
    turned = [replace(d, ours=d.theirs, theirs=d.ours) for d in other.differences]
    assert sorted(map(repr, turned)) == sorted(map(repr, one.differences))


def test_what_one_side_alone_changed_travels() -> None:
    base = labels(A, B, X, Y)
    ours = labels(A, B, C, replace(X, note="ours"))
    theirs = labels(replace(A, start=1, quote="b"), B, X, Y, Statement("z", "claim", "support", 1))
    done = merged(base, ours, theirs)
    assert done.differences == ()
    expected = labels(
        replace(A, start=1, quote="b"), B, C, replace(X, note="ours"), theirs.statements[-1]
    )
    assert done.label_set == done.to_send == expected
    # Until it is sent, what both agree on is what stands there.
    assert changes(done.base, content_of(theirs)) == []
    assert changes(done.base_when_sent, content_of(expected)) == []


def test_different_fields_of_one_statement_merge() -> None:
    done = merged(
        labels(B, X),
        labels(B, replace(X, stance="oppose", venue="here")),
        labels(B, replace(X, note="there", speaker_id=None)),
    )
    assert done.differences == ()
    assert done.label_set.statements == (
        replace(X, stance="oppose", venue="here", note="there", speaker_id=None),
    )


def test_a_field_that_both_changed_is_a_difference() -> None:
    base, ours = labels(B, X), labels(B, replace(X, stance="oppose", note="n"))
    theirs = labels(B, replace(X, stance="neutral"))
    done = merged(base, ours, theirs)
    assert told(done) == [("statement", "x", "stance", "support", "oppose", "neutral")]
    assert done.label_set == ours
    # Nothing is overwritten unseen: theirs stays there, our note goes.
    assert done.to_send == labels(B, replace(X, stance="neutral", note="n"))
    for choice, stance, version in (("ours", "oppose", 1), ("theirs", "neutral", 3)):
        after = decided(done, theirs, choice)  # type: ignore[arg-type]
        assert (after.differences, after.label_set.statements[0].stance) == ((), stance)
        assert after.label_set.statements[0].codebook_version == version
    after = decided(done, theirs, "edited", "mixed")
    assert of(after.label_set) == of(after.to_send or done.to_send or theirs)
    assert after.label_set.statements[0].stance == "mixed"


def test_words_that_both_moved_differ_as_one() -> None:
    ours, theirs = replace(C, start=5, quote="fghi"), replace(C, end=10, quote="ghij")
    done = merged(labels(C), labels(ours), labels(theirs))
    places = [{"start": s.start, "end": s.end, "quote": s.quote} for s in (C, ours, theirs)]
    assert told(done) == [("span", "c", "place", *places)]
    chosen = {"start": 5, "end": 10, "quote": "fghij"}
    after = decided(done, labels(theirs), "edited", chosen)
    assert after.label_set.spans == (Span("c", "evidence", 5, 10, "fghij", 1),)


def test_the_same_change_on_both_sides_is_no_difference() -> None:
    changed = labels(B, replace(X, stance="oppose", evidence=()))
    done = merged(labels(B, X), changed, changed)
    assert (done.label_set, done.to_send, done.differences) == (changed, None, ())
    assert merged(labels(B, X), labels(), labels()).label_set == labels()


def test_the_same_label_made_on_both_sides_is_one() -> None:
    made = replace(B, id="b there"), replace(X, id="x there", evidence=("b there",))
    done = merged(labels(A), labels(A, B, X), labels(A, *made, Y))
    assert done.renamed == {"b there": "b", "x there": "x"}
    assert done.label_set == done.to_send == labels(A, B, X, Y)
    # Killed before it was written there, and changed there meanwhile: still the same.
    moved = replace(made[0], end=6, quote="def")
    again = merge(done.base, done.label_set, labels(A, moved, made[1], Y))
    assert again.label_set == labels(A, replace(moved, id="b"), X, Y)
    assert again.differences == ()


def test_without_a_base_nothing_is_deleted() -> None:
    done = merged(None, labels(A, X, B), labels(B, Y, replace(A, actor_id="actor b")))
    assert told(done) == [("span", "a", "actor_id", None, "actor a", "actor b")]
    assert done.label_set == labels(A, B, X, Y)
    # What is agreed by now merges from now on, though the actor is not decided.
    theirs = replace(A, actor_id="actor b", end=1, quote="a")
    again = merge(done.base_when_sent, done.label_set, labels(theirs, B, X, Y))
    assert [one.field for one in again.differences] == ["actor_id"]
    assert again.label_set.spans[0] == replace(A, end=1, quote="a")


@pytest.mark.parametrize("here", [True, False])
def test_a_deletion_against_nothing_travels(here: bool) -> None:
    base, without = labels(A, B, X), labels(A, B)
    done = merged(base, without, base) if here else merged(base, base, without)
    assert (done.label_set, done.differences) == (without, ())
    assert done.to_send == (without if here else None)


@pytest.mark.parametrize("choice", ["ours", "theirs"])
@pytest.mark.parametrize("here", [True, False])
def test_a_deletion_against_an_edit_is_a_difference(here: bool, choice: Choice) -> None:
    base, without = labels(B, Y), labels(B)
    edited = labels(B, replace(Y, note="edited"))
    ours, theirs = (without, edited) if here else (edited, without)
    done = merged(base, ours, theirs)
    (one,) = done.differences
    assert (one.kind, one.entity_id, one.field) == ("statement", "y", "")
    assert (one.base["note"], one.ours is None, one.theirs is None) == ("", here, not here)
    assert (done.label_set, done.to_send) == (ours, None)
    after = decided(done, theirs, choice)
    assert after.differences == ()
    assert of(after.label_set) == of(after.to_send or done.to_send or theirs)
    assert ("y" in ids(after)) == ((choice == "theirs") == here)


@pytest.mark.parametrize("choice", ["ours", "theirs"])
@pytest.mark.parametrize("here", [True, False])
def test_deleted_words_that_the_other_side_newly_uses_differ(here: bool, choice: Choice) -> None:
    base, without = labels(B, C, X), labels(B, X)
    using = labels(B, C, replace(X, evidence=("b", "c")), replace(Y, evidence=("c",)))
    ours, theirs = (without, using) if here else (using, without)
    done = merged(base, ours, theirs)
    assert [one[:3] for one in told(done)] == [("span", "c", "")]
    for side in (done.label_set, done.to_send or theirs):
        spans = {one.id for one in side.spans}
        assert all(spans.issuperset(one.evidence) for one in side.statements)
        assert {one.id for one in side.statements} == {"x", "y"}
    after = decided(done, theirs, choice)
    assert after.differences == ()
    assert of(after.label_set) == of(after.to_send or done.to_send or theirs)
    stays = (choice == "theirs") == here
    assert ("c" in ids(after)) == stays
    expected = [("b", "c"), ("c",)] if stays else [("b",), ()]
    assert [one.evidence for one in after.label_set.statements] == expected


def test_words_that_come_back_are_evidence_again() -> None:
    moved = replace(B, end=6, quote="def")
    done = merged(labels(B, X), labels(replace(X, evidence=())), labels(moved, X))
    assert [one.field for one in done.differences] == [""]
    after = decided(done, labels(moved, X), "theirs")
    assert (after.label_set, after.to_send) == (labels(moved, X), None)


def test_a_decided_deletion_holds_for_the_uses_that_were_seen() -> None:
    using = labels(B, replace(Y, evidence=("b",)))
    done = merged(labels(B, Y), labels(Y), using)
    ours, base = resolve(done.label_set, done.base, done.differences[0], "ours")
    assert merge(base, ours, using).to_send == labels(Y)
    # Somebody uses the words for something new meanwhile: that was not decided.
    more = labels(*using.spans, *using.statements, replace(X, evidence=("b",)))
    assert [one.field for one in merge(base, ours, more).differences] == [""]


def test_evidence_merges_by_member_in_reading_order() -> None:
    done = merged(
        labels(A, B, C, X),
        labels(A, B, C, replace(X, evidence=("b", "c"))),
        labels(A, B, C, replace(X, evidence=("a",))),
    )
    assert done.differences == ()
    assert done.label_set.statements[0].evidence == ("a", "c")
    odd = labels(A, B, replace(X, evidence=("b", "a")))
    assert merged(odd, odd, odd).label_set == odd


def test_evidence_that_only_one_side_may_use_yet_leaves_the_order_of_the_others() -> None:
    ours = labels(A, B, C, replace(Y, evidence=("c", "b", "a")))
    done = merged(labels(A, B, C), ours, labels(A, C))
    assert [one.entity_id for one in done.differences] == ["b"]
    assert done.to_send == labels(A, C, replace(Y, evidence=("c", "a")))
    after = merge(done.base_when_sent, done.label_set, done.to_send, open=done.differences)
    assert (after.label_set, after.to_send) == (ours, None)


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (["p", "q", "r"], ["q"], ["q", "r"]),
        (["p", "q", "r"], ["s", "p", "q"], ["s", "p", "q", "r"]),
        (["q"], ["p"], []),
        (["p", "q", "r"], ["p", "q", "s"], None),
        (["q", "p"], ["p", "q", "r"], None),
        (["p", "p"], ["q"], None),
    ],
)
def test_the_chain_of_relays_merges_where_its_order_is_plain(
    ours: list[str], theirs: list[str], expected: list[str] | None
) -> None:
    def relayed(chain: list[str]) -> LabelSet:
        return labels(replace(Y, reported_by=tuple(chain)))

    done = merged(relayed(["p", "q"]), relayed(ours), relayed(theirs))
    if expected is None:
        assert told(done) == [("statement", "y", "reported_by", ["p", "q"], ours, theirs)]
        assert decided(done, relayed(theirs), "theirs").label_set == relayed(theirs)
    else:
        assert (done.differences, done.label_set) == ((), relayed(expected))


def test_document_labels_are_sets_or_one_value() -> None:
    def of_(topics: tuple[str, ...], relevance: str) -> LabelSet:
        return labels(topics=topics, relevance=(relevance,) if relevance else ())

    base, ours = of_(("p", "q"), "high"), of_(("q", "r"), "low")
    theirs = of_(("p", "q", "s"), "")
    done = merged(base, ours, theirs, multiple={"topics"})
    assert told(done) == [("document_label", "relevance", "values", ["high"], ["low"], None)]
    assert done.label_set.document_labels == {"topics": ("q", "r", "s"), "relevance": ("low",)}
    assert done.to_send is not None
    assert done.to_send.document_labels == {"topics": ("q", "r", "s")}
    ours_, base_ = resolve(done.label_set, done.base_when_sent, done.differences[0], "theirs")
    after = merge(base_, ours_, done.to_send, multiple={"topics"})
    assert (after.label_set.document_labels, after.to_send) == ({"topics": ("q", "r", "s")}, None)


def test_the_codebook_version_goes_with_the_values() -> None:
    base = labels(X, B)
    ours = labels(replace(X, stance="oppose", codebook_version=2), B)
    theirs = labels(replace(X, certainty="stated", codebook_version=3), B)
    assert merged(base, ours, theirs).label_set.statements[0].codebook_version == 3
    differ = labels(replace(X, stance="neutral", codebook_version=3), B)
    done = merged(base, ours, differ)
    assert done.label_set.statements[0].codebook_version == 2
    assert done.to_send is None
    moved = labels(X, replace(B, end=4, quote="d", codebook_version=2))
    assert merged(base, moved, base).label_set == moved


def test_merged_actors_are_no_change_of_theirs() -> None:
    """The registry gave way to another entry: ours and what is read from there follow it."""
    renamed = replace(A, actor_id="actor z")
    done = merged(labels(A), labels(replace(renamed, kind="claim")), labels(renamed),
                  successors={"actor a": "actor z"})  # fmt: skip
    assert done.differences == ()
    other = labels(replace(A, actor_id="actor b"))
    done = merged(labels(A), other, labels(renamed), successors={"actor a": "actor z"})
    assert (done.differences, done.label_set) == ((), other)
    chain = Difference("statement", "y", "reported_by", [], [], ["p", "q"])
    ours, _ = resolve(labels(Y), content_of(labels(Y)), chain, "theirs", successors={"p": "q"})
    assert ours.statements[0].reported_by == ("q",)


def test_what_cannot_be_read_there_is_not_deleted_and_not_overwritten() -> None:
    base = labels(B, X, Y, relevance=("high",))
    ours = labels(B, replace(X, note="ours"), Y)
    theirs = labels(B, Y)
    done = merged(base, ours, theirs, absent_is_unread={"x", "relevance"})
    assert done.label_set == ours
    # Ours waits: it is no part of the base before it can have arrived.
    assert done.to_send is None
    readable = labels(B, replace(X, note="theirs"), Y, relevance=("high",))
    later = merge(done.base, done.label_set, readable)
    assert [one.field for one in later.differences] == ["note"]
    assert later.to_send == replace(readable, document_labels={})
    again = merge(later.base, ours, theirs, absent_is_unread={"x"}, open=later.differences)
    assert again.differences == later.differences
    assert merged(base, base, labels(), whole=False).label_set == base
    assert merged(base, base, labels()).label_set == labels()


@pytest.mark.parametrize("numbered", [True, False])
def test_what_was_sent_when_it_was_killed_is_known_again(numbered: bool) -> None:
    first = merged(None, labels(A, B, X), labels())
    assert first.to_send is not None
    # Killed here: it has arrived, nobody noted it, and then both sides go on.
    theirs = labels(A, B, replace(X, note="there"))
    ours = labels(B, X)
    done = merge(first.base, ours, theirs, written=first.write if numbered else None)
    assert done.differences == ()
    assert done.label_set == done.to_send == labels(B, replace(X, note="there"))
    # Or it has not arrived.
    assert merge(first.base, labels(A, B, X), labels()).to_send == first.to_send
    late = merge(done.base, done.label_set, theirs, written=first.write)
    assert (late.to_send, late.write > done.write > first.write) == (done.to_send, True)


def test_a_write_is_told_from_an_equal_state_by_its_number() -> None:
    agreed = merged(None, labels(Y), labels(Y)).base_when_sent
    done = merge(agreed, labels(replace(Y, note="ours")), labels(Y))
    # It arrived, and somebody there took it back.
    back = merge(done.base, done.label_set, labels(Y), written=done.write)
    assert (back.label_set, back.to_send) == (labels(Y), None)
    # It never arrived.
    again = merge(done.base, done.label_set, labels(Y), written=None)
    assert again.to_send == done.to_send


def test_a_decision_between_two_steps_of_a_sync_is_kept() -> None:
    theirs = labels(replace(Y, stance="neutral"), A)
    done = merged(labels(Y), labels(replace(Y, stance="mixed"), B), theirs)
    assert done.to_send is not None
    ours, decided_ = resolve(done.label_set, done.base, done.differences[0], "ours")
    base = advanced(decided_, done.base, done.base_when_sent)
    after = merge(base, ours, done.to_send, written=done.write)
    assert (after.differences, after.to_send) == ((), ours)
    killed = merge(decided_, ours, done.to_send, written=done.write)
    assert (killed.differences, killed.to_send) == ((), ours)


def test_choosing_ours_keeps_what_stands_here_by_now() -> None:
    theirs = labels(replace(Y, stance="neutral"))
    done = merged(labels(Y), labels(replace(Y, stance="mixed")), theirs)
    now = labels(replace(Y, stance="support"))
    ours, base = resolve(now, done.base, done.differences[0], "ours")
    assert merge(base, ours, theirs).to_send == ours == now
    gone, base = resolve(labels(), done.base, done.differences[0], "theirs")
    assert merge(base, gone, theirs).label_set == labels()


def test_changes_tell_what_turns_one_content_into_another() -> None:
    before: Mapping[str, Any] = content_of(labels(A, B, X, relevance=("high",)))
    after = content_of(labels(B, C, replace(X, evidence=()), topics=("p",)))
    found = changes(before, after)
    assert [(kind, id_) for kind, id_, _, _ in found] == [
        ("span", "c"),
        ("statement", "x"),
        ("document_label", "topics"),
        ("document_label", "relevance"),
        ("span", "a"),
    ]
    assert found[2][2:] == (None, {"values": ["p"]})
    assert found[-1][3] is None
    assert changes(before, before) == []
    assert len(changes(None, before)) == 4
    assert of(Content().into(HEAD)) == Content()
