from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotate import accounts, codebook, tagging
from annotate.errors import Forbidden, Invalid, NotFound
from annotate.model import LabelSet, new_id
from annotate.store import Transaction
from tests.world import TEXT, World, before_writing, build, op, send, span, statement


def content(world: World) -> LabelSet:
    head = world.store.labels.head_of(world.project.id, world.articles[0], world.analyst.id)
    assert head is not None
    return world.store.labels.with_content([head])[0]


def states(result: tagging.Result) -> list[str]:
    return [outcome.state for outcome in result.outcomes]


def test_a_span_is_stored_with_offsets_in_code_points(world: World) -> None:
    for quote in ("👨‍👩‍👧", "𠮷田", "cafe\u0301", "\tThe", "南屿加入"):
        assert states(send(world, op("add_span", span=span(quote)))) == ["applied"]
    for stored in content(world).spans:
        assert TEXT[stored.start : stored.end] == stored.quote


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"quote": "别的"}, "is not"),
        ({"start": -1}, "outside"),
        ({"end": 10_000}, "outside"),
        ({"end": 0, "start": 0}, "outside"),
        ({"start": "1"}, "outside"),
        ({"start": True}, "outside"),
        ({"kind": "verb"}, "span kind"),
        ({"actor_id": "nobody"}, "no actor"),
        ({"id": "7"}, "no id"),
        ({"colour": "red"}, "Unknown field"),
    ],
)
def test_a_span_that_breaks_a_rule_is_refused_with_the_reason(
    world: World, changes: dict[str, object], says: str
) -> None:
    result = send(world, op("add_span", span=span("南屿") | changes))
    assert states(result) == ["refused"]
    assert says in str(result.outcomes[0].problem)
    assert world.store.labels.heads_on([world.articles[0]]) == []


def test_a_resent_operation_is_applied_once(world: World) -> None:
    add = op("add_span", span=span("南屿"))
    assert states(send(world, add)) == ["applied"]
    again = send(world, add, base=0)
    assert states(again) == ["duplicate"]
    assert len(content(world).spans) == 1
    assert again.touched[("span", add["span"]["id"])] is not None


def test_one_refused_operation_does_not_stop_the_next(world: World) -> None:
    bad = op("add_span", span=span("南屿") | {"quote": "x"})
    result = send(world, bad, op("add_span", span=span("南屿")), op("fly"))
    assert states(result) == ["refused", "applied", "refused"]
    assert result.touched[("span", bad["span"]["id"])] is None


def test_a_statement_with_everything(world: World) -> None:
    fields = statement(world)
    stored = content(world).statements[0]
    assert stored.evidence == tuple(fields["evidence"])
    assert (stored.stance, stored.certainty, stored.venue) == ("support", "conditional", "研讨会")
    assert stored.reported_by == (fields["speaker_id"],)
    assert stored.statement_date == "2026-02"
    assert stored.codebook_version == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"claim_id": None}, "needs a claim"),
        ({"stance": "maybe"}, "no stance"),
        ({"certainty": "sure"}, "no certainty"),
        ({"statement_date": "13/02/2026"}, "not a date"),
        ({"statement_date": "2026-13"}, "not a date"),
        ({"evidence": ["01a209d2-45cd-7268-835d-5bbc48abb085"]}, "does not exist"),
        ({"evidence": "all"}, "list of ids"),
        ({"speaker_id": "x"}, "no actor"),
        ({"note": "x" * 5000}, "at most"),
    ],
)
def test_a_statement_that_breaks_a_rule_is_refused(
    world: World, changes: dict[str, object], says: str
) -> None:
    fields = statement(world)
    result = send(world, op("change_statement", statement_id=fields["id"], set=changes))
    assert states(result) == ["refused"]
    assert says in str(result.outcomes[0].problem)
    assert content(world).statements[0].stance == "support"


def test_a_claim_of_another_project_is_refused(world: World) -> None:
    with world.store.write(world.operator.id) as tx:
        other = world.store.projects.create(tx, "Other", codebook.DEFAULT)
    fields = statement(world)
    elsewhere = replace(world.store.registry.claims([fields["claim_id"]])[fields["claim_id"]],
                        id=new_id(), project_id=other.id)  # fmt: skip
    with world.store.write(world.operator.id) as tx:
        world.store.registry.add_claim(tx, elsewhere)
    changed = op("change_statement", statement_id=fields["id"], set={"claim_id": elsewhere.id})
    assert states(send(world, changed)) == ["refused"]


def test_removing_a_span_takes_it_out_of_the_evidence_and_undo_brings_both_back(
    world: World,
) -> None:
    fields = statement(world)
    before = content(world)
    send(world, op("remove_span", span_id=fields["evidence"][0]))
    assert content(world).spans == ()
    assert content(world).statements[0].evidence == ()
    result = send(world, op("undo"))
    assert (content(world).spans, content(world).statements) == (before.spans, before.statements)
    assert result.can_redo


def test_undo_and_redo_walk_the_whole_way_and_a_new_edit_ends_redo(world: World) -> None:
    seen = [()]
    for quote in ("南屿", "沈若川", "持开放态度"):
        send(world, op("add_span", span=span(quote)))
        seen.append(content(world).spans)
    for expected in reversed(seen[:-1]):
        send(world, op("undo"))
        assert content(world).spans == expected
    assert states(send(world, op("undo"))) == ["refused"]
    for expected in seen[1:]:
        send(world, op("redo"))
        assert content(world).spans == expected
    send(world, op("undo"))
    result = send(world, op("add_span", span=span("周一")))
    assert not result.can_redo
    assert states(send(world, op("redo"))) == ["refused"]


def test_document_labels_replace_and_unset(world: World) -> None:
    send(world, op("set_document_label", name="relevance", values=["relevant"]))
    send(world, op("set_document_label", name="relevance", values=["marginal"]))
    assert content(world).document_labels == {"relevance": ("marginal",)}
    assert states(send(world, op("set_document_label", name="relevance", values=["no"]))) == [
        "refused"
    ]
    both = op("set_document_label", name="relevance", values=["relevant", "marginal"])
    assert states(send(world, both)) == ["refused"]
    send(world, op("undo"))
    assert content(world).document_labels == {"relevance": ("relevant",)}
    send(world, op("set_document_label", name="relevance", values=[]))
    assert content(world).document_labels == {}


def test_submission_freezes_and_takes_back(world: World) -> None:
    fields = statement(world)
    assert send(world, op("submit")).status == "submitted"
    late = send(world, op("remove_statement", statement_id=fields["id"]))
    assert late.outcomes[0].code == "forbidden"
    assert send(world, op("take_back")).status == "draft"
    send(world, op("remove_statement", statement_id=fields["id"]))
    assert send(world, op("submit")).status == "submitted"
    head = content(world)
    frozen = world.store.labels.submissions([head.id])[head.id]
    assert [s.number for s in frozen] == [1, 2]
    first = frozen[0].content["statements"]
    assert isinstance(first, list)
    assert first[0]["id"] == fields["id"]
    assert frozen[1].content["statements"] == []


def test_submission_names_what_the_codebook_requires(world: World) -> None:
    fields = statement(world)
    send(world, op("change_statement", statement_id=fields["id"], set={"speaker_id": None}))
    result = send(world, op("submit"))
    assert states(result) == ["refused"]
    assert "speaker" in str(result.outcomes[0].problem)
    assert result.status == "draft"


def test_another_window_s_change_of_the_same_thing_is_a_conflict_others_merge(
    world: World,
) -> None:
    fields = statement(world)
    seen = content(world).revision
    by_other = op("change_statement", statement_id=fields["id"], set={"stance": "oppose"})
    assert states(send(world, by_other, client="page-2", base=seen)) == ["applied"]
    mine = op("change_statement", statement_id=fields["id"], set={"stance": "neutral"})
    result = send(world, mine, op("add_span", span=span("南屿")), client="page-1", base=seen)
    assert states(result) == ["refused", "applied"]
    assert result.outcomes[0].code == "conflict"
    now = result.touched[("statement", fields["id"])]
    assert now is not None
    assert now["stance"] == "oppose"
    repeated = op("change_statement", statement_id=fields["id"], set={"stance": "neutral"})
    assert states(send(world, repeated, base=result.revision)) == ["applied"]


def test_every_change_has_its_event_with_both_sides(world: World) -> None:
    add = op("add_span", span=span("南屿"))
    send(world, add)
    change = op("change_span", span_id=add["span"]["id"], set={"kind": "claim"})
    send(world, change)
    send(world, op("remove_span", span_id=add["span"]["id"]))
    events = world.store.history.events("span", add["span"]["id"])
    assert [e.action for e in events] == ["span.remove", "span.change", "span.add"]
    assert {e.by for e in events} == {world.analyst.id}
    assert events[1].operation_id == change["id"]
    assert events[1].before is not None
    assert events[1].after is not None
    assert (events[1].before["kind"], events[1].after["kind"]) == ("evidence", "claim")


def test_who_may_tag(world: World) -> None:
    add = op("add_span", span=span("南屿"))
    with pytest.raises(Forbidden):
        send(world, add, person=world.people["viewer"])
    stranger = accounts.add_person(world.store, world.operator, "stranger")
    with world.store.write(world.operator.id) as tx:
        tx.execute("DELETE FROM member WHERE person_id = ?", (stranger.id,))
        tx.record("member.remove", "person", stranger.id)
    with pytest.raises(NotFound):
        send(world, add, person=stranger)
    with pytest.raises(NotFound):
        tagging.apply(world.store, world.analyst, world.project.id, new_id(),
                      client="c", base_revision=0, operations=[add])  # fmt: skip
    with pytest.raises(Invalid, match="at most"):
        send(world, *[add] * 501)


def test_twenty_sessions_saving_at_once_store_every_operation_once(world: World) -> None:
    """Each of 20 people sends 25 operations, every one of them twice, from threads of their own."""
    people = [accounts.add_person(world.store, world.operator, f"coder-{n}") for n in range(20)]
    failed: list[BaseException] = []

    def session(n: int) -> None:
        try:
            for k in range(25):
                add = op("add_span", span=span(TEXT[k : k + 2]))
                for _ in range(2):
                    send(world, add, person=people[n], client=f"page-{n}")
        except BaseException as error:
            failed.append(error)
        finally:
            world.store.close()

    threads = [threading.Thread(target=session, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    heads = world.store.labels.heads_on([world.articles[0]])
    stored = world.store.labels.with_content(heads)
    assert sorted(len(one.spans) for one in stored) == [25] * 20
    assert {one.revision for one in stored} == {25}


OPS = st.lists(st.sampled_from(["add", "remove", "kind", "undo", "redo", "label"]), max_size=30)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(OPS)
def test_undoing_everything_always_leads_back_to_nothing(
    tmp_path_factory: pytest.TempPathFactory, kinds: list[str]
) -> None:
    from annotate.store import Store

    world = build(Store(tmp_path_factory.mktemp("w") / "w.db"))
    send(world, op("add_span", span=span("周一")))
    for n, kind in enumerate(kinds):
        spans = content(world).spans if world.store.labels.heads_on([world.articles[0]]) else ()
        if kind == "add":
            send(world, op("add_span", span=span(TEXT[n : n + 3])))
        elif kind == "remove" and spans:
            send(world, op("remove_span", span_id=spans[0].id))
        elif kind == "kind" and spans:
            send(world, op("change_span", span_id=spans[-1].id, set={"kind": "claim"}))
        elif kind == "label":
            send(world, op("set_document_label", name="relevance", values=["relevant"]))
        elif kind in ("undo", "redo"):
            send(world, op(kind))
    while send(world, op("undo")).outcomes[0].state == "applied":
        pass
    now = content(world)
    assert (now.spans, now.statements, dict(now.document_labels)) == ((), (), {})
    assert list(world.store.examine()) == []
    world.store.close()


@pytest.mark.parametrize("meanwhile", ["archived", "expelled", "inactive", "article"])
def test_an_edit_that_waited_is_checked_again(
    world: World, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    store, project = world.store, world.project.id

    def change(tx: Transaction) -> None:
        if meanwhile == "archived":
            store.projects.set_archived(tx, project, True)
        elif meanwhile == "expelled":
            store.projects.remove_member(tx, project, world.analyst.id)
        elif meanwhile == "inactive":
            store.people.change(tx, world.analyst.id, active=False)
        else:
            store.articles.leave(tx, project, world.articles[:1])

    before_writing(monkeypatch, store, change)
    with pytest.raises((Forbidden, NotFound)):
        send(world, op("add_span", span=span("南屿")), base=0)
    assert store.labels.heads_on([world.articles[0]]) == []
