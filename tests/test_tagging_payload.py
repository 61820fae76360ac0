"""What a client may send by mistake or malice: one refusal each, and the batch goes on."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotate import tagging
from annotate.errors import Unconfirmed
from annotate.model import new_id
from annotate.registries.fields import MOST_NAME
from tests.test_tagging import content, states
from tests.world import TEXT, World, op, send, span, statement


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


ODD: tuple[Any, ...] = (
    None, True, 0, -1, 2**63, 1.5, "", "x", "a\0b", [], {}, [[]], [{}], {"a": 1}, ["x"], [""],
    [None], [1], "x" * 5000, "２０２４", nested(1000),
)  # fmt: skip


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)  # type: ignore[arg-type]
    for key, item in inner:
        yield (*path, key)
        if isinstance(item, (dict, list)):
            yield from places(item, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], by: object) -> Any:
    value = copy.deepcopy(value)
    inner = value
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = by
    return value


def samples(world: World) -> dict[str, dict[str, Any]]:
    known = statement(world)
    aliases = [{"text": "a", "language": "en", "kind": "alias"}]
    changes = {key: value for key, value in known.items() if key != "id"}
    return {
        "add_span": {"span": span("南屿", actor_id=known["speaker_id"])},
        "change_span": {
            "span_id": known["evidence"][0],
            "set": {"kind": "claim", "actor_id": None, "start": 0, "end": 2, "quote": TEXT[:2]},
        },
        "remove_span": {"span_id": new_id()},
        "add_statement": {"statement": {**known, "id": new_id()}, "spans": [span("磋商机制")]},
        "change_statement": {"statement_id": known["id"], "set": changes},
        "remove_statement": {"statement_id": new_id()},
        "set_document_label": {"name": "relevance", "values": ["relevant"]},
        "create_actor": {"actor": {"id": "", "name": "n", "kind": "person", "aliases": aliases}},
        "create_claim": {"claim": {"id": "", "text": "n", "topic": "t", "aliases": aliases}},
    }


@pytest.mark.parametrize(
    "kind",
    ["add_span", "change_span", "remove_span", "add_statement", "change_statement",
     "remove_statement", "set_document_label", "create_actor", "create_claim"],
)  # fmt: skip
def test_no_odd_value_in_any_field_stops_the_batch(world: World, kind: str) -> None:
    sample = op(kind, **samples(world)[kind])
    odd_ones = []
    for path in places(sample):
        for value in ODD:
            odd = {**copy.deepcopy(sample), "id": new_id()}
            for name in ("span", "statement", "actor", "claim"):
                if name in odd:
                    odd[name]["id"] = new_id()
            for extra in odd.get("spans", ()):
                extra["id"] = new_id()
            odd_ones.append(replaced(odd, path, value))
    for first in range(0, len(odd_ones), 200):
        after = op("add_span", span=span("南屿"))
        assert states(send(world, *odd_ones[first : first + 200], after))[-1] == "applied"
    assert list(world.store.examine()) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"statement_date": "2026-02-31"}, {"statement_date": "0000"},
        {"statement_date": "２０２６"}, {"note": "a\0b"}, {"venue": "\0"},
    ],
)  # fmt: skip
def test_what_an_import_would_not_take_back_is_never_stored(
    world: World, changes: dict[str, str]
) -> None:
    fields = statement(world)
    change = op("change_statement", statement_id=fields["id"], set=changes)
    assert states(send(world, change)) == ["refused"]


@pytest.mark.parametrize("kind", ["", 7, "nickname", ["alias"]])
def test_an_alias_is_of_a_known_kind(world: World, kind: object) -> None:
    aliases = [{"text": "a", "kind": kind}]
    actor = {"id": new_id(), "name": "n", "kind": "person", "aliases": aliases}
    assert states(send(world, op("create_actor", actor=actor))) == ["refused"]


def test_an_id_in_another_form_is_the_same_id(world: World) -> None:
    add = op("add_span", span=span("南屿"))
    id_ = add["span"]["id"]
    add["span"]["id"] = id_.upper()
    assert states(send(world, add)) == ["applied"]
    assert [one.id for one in content(world).spans] == [id_]
    assert states(send(world, op("undo"))) == ["applied"]
    assert content(world).spans == ()


def test_evidence_stays_in_reading_order_when_a_span_moves_and_when_that_is_undone(
    world: World,
) -> None:
    fields = statement(world)
    first, second = span("沈若川"), span("南屿")
    evidence = [first["id"], second["id"]]
    send(
        world,
        op("change_statement", statement_id=fields["id"], set={"evidence": evidence},
           spans=[first, second]),
    )  # fmt: skip
    later = {key: span("bilateral")[key] for key in ("start", "end", "quote")}
    send(world, op("change_span", span_id=first["id"], set=later))
    assert content(world).statements[0].evidence == (second["id"], first["id"])
    send(world, op("undo"))
    assert content(world).statements[0].evidence == (first["id"], second["id"])


def test_a_change_to_what_is_there_already_takes_no_step_of_undo(world: World) -> None:
    fields = statement(world)
    note = op("change_statement", statement_id=fields["id"], set={"note": "x"})
    same = op("change_statement", statement_id=fields["id"], set={"note": "x"})
    assert states(send(world, note, same)) == ["applied", "applied"]
    send(world, op("undo"))
    assert content(world).statements[0].note == ""


@pytest.mark.parametrize("name", ["韩国", "韓國", " Seoul  Government ", "ＳＥＯＵＬ government"])
def test_a_second_actor_of_a_name_is_made_on_request_alone(world: World, name: str) -> None:
    aliases = [{"text": "Seoul Government"}]
    there = {"id": new_id(), "name": "韩国", "kind": "government", "aliases": aliases}
    assert states(send(world, op("create_actor", actor=there))) == ["applied"]
    second = {"id": new_id(), "name": name, "kind": "person"}
    (refused,) = send(world, op("create_actor", actor=second)).outcomes
    assert isinstance(refused.problem, Unconfirmed)
    assert refused.problem.needs == "twice"
    assert states(send(world, op("create_actor", actor=second, twice=True))) == ["applied"]
    # What is there already is not made again.
    again = send(
        world, op("create_actor", actor=there), op("create_actor", actor=second, twice=True)
    )
    assert states(again) == ["applied", "applied"]
    assert len(world.store.registry.actors([there["id"], second["id"]])) == 2


def test_a_second_claim_of_a_wording_is_made_on_request_alone(world: World) -> None:
    there, second = ({"id": new_id(), "text": text} for text in ("Seoul open", "seoul open"))
    sent = send(world, op("create_claim", claim=there), op("create_claim", claim=second))
    assert states(sent) == ["applied", "refused"]
    assert states(send(world, op("create_claim", claim=second, twice=True))) == ["applied"]


def test_new_entries_keep_to_the_limits_of_the_registries(world: World) -> None:
    for name, state in (("名" * 200, "applied"), ("名" * 201, "refused"), ("\u200b", "refused")):
        actor = {"id": new_id(), "name": name, "kind": "person"}
        assert states(send(world, op("create_actor", actor=actor))) == [state]
    script = Path(tagging.__file__).parents[1] / "ui/assets/tag/suggest.js"
    told = f"{{ actors: {MOST_NAME['actor']}, claims: {MOST_NAME['claim']} }}"
    assert f"LONGEST_NAMES = {told}" in script.read_text("utf-8")
