"""A merged or removed entry never comes back by way of an open page, an undo or an import."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotate import imports, registries, releases
from annotate.store import Store
from tests.world import World, op, send, span, statement


@pytest.fixture
def merged(world: World) -> tuple[World, dict[str, Any], str, str]:
    """An analyst's statement whose claim and speaker gave way to others after a first change."""
    mine, theirs = statement(world), statement(world, world.people["reviewer"], 1)
    send(world, op("change_statement", statement_id=mine["id"], set={"note": "first"}))
    editor, project = world.people["editor"], world.project.id
    for kind, name in (("claim", "claim_id"), ("actor", "speaker_id")):
        registries.merge(world.store, editor, project, kind, theirs[name], [mine[name]])  # type: ignore[arg-type]
    return world, mine, theirs["claim_id"], theirs["speaker_id"]


def _present(world: World, statement_id: str) -> dict[str, Any]:
    return world.store.uses.entities("statement", [statement_id])[statement_id][1]


def test_an_open_page_learns_of_a_merge_with_the_names_it_needs(
    merged: tuple[World, dict[str, Any], str, str],
) -> None:
    world, mine, claim, actor = merged
    result = send(world, op("add_span", span=span("沈若川")), base=2)
    found = result.touched["statement", mine["id"]]
    assert found is not None
    assert (found["claim_id"], found["speaker_id"], found["reported_by"]) == (claim, actor, [actor])
    assert claim in result.claims and actor in result.actors


def test_an_operation_that_names_a_merged_entry_is_led_to_its_successor(
    merged: tuple[World, dict[str, Any], str, str],
) -> None:
    world, mine, claim, actor = merged
    new = {**mine, "id": claim[:-4] + "abcd", "reported_by": [mine["speaker_id"], actor]}
    mention = span("沈若川", "actor", actor_id=mine["speaker_id"])
    result = send(world, op("add_statement", statement=new, spans=[mention]))
    assert [one.state for one in result.outcomes] == ["applied"]
    stored = result.touched["statement", new["id"]]
    assert stored is not None
    assert (stored["claim_id"], stored["speaker_id"], stored["reported_by"]) == (
        claim, actor, [actor],
    )  # fmt: skip
    assert (result.touched["span", mention["id"]] or {})["actor_id"] == actor
    assert claim in result.claims and actor in result.actors


def test_undo_and_redo_of_older_work_follow_the_merge(
    merged: tuple[World, dict[str, Any], str, str],
) -> None:
    world, mine, claim, actor = merged
    send(world, op("undo"))
    assert _present(world, mine["id"])["note"] == ""
    assert _present(world, mine["id"])["claim_id"] == claim
    send(world, op("redo"))
    assert (_present(world, mine["id"])["note"], _present(world, mine["id"])["claim_id"]) == (
        "first", claim,
    )  # fmt: skip
    removed = send(world, op("remove_statement", statement_id=mine["id"]))
    assert removed.outcomes[0].state == "applied"
    send(world, op("undo"))
    back = _present(world, mine["id"])
    assert (back["claim_id"], back["speaker_id"], back["reported_by"]) == (claim, actor, [actor])


def test_a_page_that_has_not_looked_since_conflicts_instead_of_overwriting(
    merged: tuple[World, dict[str, Any], str, str],
) -> None:
    world, mine, claim, _ = merged
    change = op("change_statement", statement_id=mine["id"], set={"note": "second"})
    result = send(world, change, base=2)
    assert [one.code for one in result.outcomes] == ["conflict"]
    assert (result.touched["statement", mine["id"]] or {})["claim_id"] == claim


def test_a_removed_entry_is_refused_until_undo_needs_it(world: World) -> None:
    mine = statement(world)
    send(world, op("remove_statement", statement_id=mine["id"]))
    editor, project = world.people["editor"], world.project.id
    registries.remove(world.store, editor, project, "claim", mine["claim_id"])
    registries.remove(world.store, editor, project, "actor", mine["speaker_id"])
    refused = send(world, op("add_statement", statement={**mine, "id": mine["claim_id"]}))
    assert "was removed from the registry" in str(refused.outcomes[0].problem)
    send(world, op("undo"))
    assert _present(world, mine["id"])["claim_id"] == mine["claim_id"]
    entry = registries.entry(world.store, editor, project, "claim", mine["claim_id"])
    assert (entry.removed, entry.statements) == (False, 1)
    assert list(world.store.examine()) == []


def test_an_old_export_comes_back_with_the_entries_of_today(world: World, tmp_path: Path) -> None:
    mine, theirs = statement(world), statement(world, world.people["reviewer"], 1)
    out = tmp_path / "all.jsonl"
    releases.export(world.store, world.operator, releases.Choice(), "jsonl", out)
    lines = out.read_text(encoding="utf-8").splitlines(keepends=True)
    there = [line for line in lines if mine["id"] not in line]
    here = [line for line in lines if mine["id"] in line]
    assert len(here) == 1
    second = Store(tmp_path / "second.db")
    operator = second.people.get(world.operator.id)
    for name, some in (("first.jsonl", there), ("then.jsonl", here)):
        path = tmp_path / name
        path.write_text("".join(some), encoding="utf-8")
        if name == "then.jsonl":
            with second.write(operator.id) as tx:
                actor = world.store.registry.actors([mine["speaker_id"]])[mine["speaker_id"]]
                second.registry.add_actor(tx, actor)
            registries.merge(
                second, operator, world.project.id, "actor", theirs["speaker_id"], [actor.id]
            )
        summary = imports.import_file(second, operator, "jsonl", path)
    stored = second.uses.entities("statement", [mine["id"]])[mine["id"]][1]
    assert stored["speaker_id"] == theirs["speaker_id"]
    assert summary.problems == []
    second.close()


def test_an_import_says_once_which_entries_differ_here(world: World, tmp_path: Path) -> None:
    mine = statement(world)
    editor, project, out = world.people["editor"], world.project.id, tmp_path / "all.jsonl"
    other = statement(world, world.people["reviewer"], 1)
    change = op("change_statement", statement_id=other["id"], set={"claim_id": mine["claim_id"]})
    send(world, change, person=world.people["reviewer"], article=1)
    releases.export(world.store, world.operator, releases.Choice(), "jsonl", out)
    entry = registries.entry(world.store, editor, project, "claim", mine["claim_id"])
    draft = replace(entry.draft, name="Reworded")
    registries.change(world.store, editor, project, "claim", entry.id, draft, base=entry.version)
    summary = imports.import_file(world.store, world.operator, "jsonl", out)
    assert [problem.reason for problem in summary.problems] == ["differs"]
    assert "'Reworded'" in summary.problems[0].message
    again = registries.entry(world.store, editor, project, "claim", mine["claim_id"])
    assert again.name == "Reworded"


def test_the_doctor_finds_labels_that_name_a_removed_entry(world: World) -> None:
    mine = statement(world)
    with closing(sqlite3.connect(world.store.path)) as db, db:
        db.execute("UPDATE claim SET deleted_at = 'x' WHERE id = ?", (mine["claim_id"],))
    [problem] = world.store.examine()
    assert problem.check == "registries" and mine["id"] in problem.message


def test_the_doctor_finds_a_removed_entry_among_those_who_reported(world: World) -> None:
    mine = statement(world)
    with closing(sqlite3.connect(world.store.path)) as db, db:
        db.execute(
            "INSERT INTO actor (id, name, kind, external_ids, note, search_key, created_at,"
            " created_by, deleted_at) VALUES ('a1', 'Wire', 'media', '{}', '', '', 'x', ?, 'x')",
            (world.operator.id,),
        )
        db.execute("INSERT INTO statement_reporter VALUES (?, 9, 'a1')", (mine["id"],))
    [problem] = world.store.examine()
    assert problem.check == "registries"
    assert mine["id"] in problem.message and "actor a1" in problem.message
