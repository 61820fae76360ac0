"""Merge and split move every coder's labels, and undoing them leaves no trace."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate import accounts, codebook, registries
from annotate.errors import Conflict, Forbidden, Invalid, NotFound
from annotate.model import Alias
from annotate.registries import Draft
from annotate.store import Store
from tests.registries.tables import dump, label, people_registry
from tests.world import World, build, op, send, statement


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, list[str], list[str]]:
    store = Store(Path(tmp_path_factory.mktemp("crowd")) / "claimdesk.db")
    world = build(store)
    actors, claims = people_registry(world, 5, 4)
    label(world, actors, claims, 6)
    store.close()
    return world, actors, claims


@contextmanager
def copied(store: Store) -> Iterator[Store]:
    """A copy of a database: an example that fails must not spoil the next one."""
    with TemporaryDirectory() as folder:
        copy = Store(shutil.copy(store.path, folder))
        try:
            yield copy
        finally:
            copy.close()


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_whatever_is_merged_and_split_is_undone_exactly(
    crowd: tuple[World, list[str], list[str]], data: st.DataObject
) -> None:
    world, actors, claims = crowd
    admin, project = world.people["admin"], world.project.id
    kind: registries.Kind = data.draw(st.sampled_from(registries.KINDS))
    present = list(actors if kind == "actor" else claims)
    with copied(world.store) as store:
        states, done = [dump(store)], []
        for _ in range(data.draw(st.integers(1, 3))):
            chosen = [present[n] for n in data.draw(st.permutations(range(len(present))))]
            way = data.draw(st.sampled_from(("merge", "move", "split")))
            if len(present) > 1 and way == "merge":
                some = chosen[: data.draw(st.integers(2, len(present)))]
                change = registries.merge(store, admin, project, kind, some[0], some[1:])
                present = [id_ for id_ in present if id_ not in some[1:]]
            else:
                uses = registries.uses(store, admin, project, kind, chosen[0], limit=500).items
                numbers = st.lists(st.integers(0, len(uses) - 1), min_size=1, unique=True)
                moving = [uses[n] for n in data.draw(numbers)]
                if len(present) > 1 and way == "move":
                    change = registries.move(
                        store, admin, project, kind, chosen[0], chosen[1],
                        statements=[use.id for use in moving if use.kind == "statement"],
                        spans=[use.id for use in moving if use.kind == "span"],
                    )  # fmt: skip
                    present = [id_ for id_ in present if store.uses.projects(kind, [id_])]
                    done.append(change.id)
                    states.append(dump(store))
                    continue
                change = registries.split(
                    store, admin, project, kind, chosen[0], Draft("分出", aliases=(Alias("甲1"),)),
                    twice=True,
                    statements=[use.id for use in moving if use.kind == "statement"],
                    spans=[use.id for use in moving if use.kind == "span"],
                )  # fmt: skip
                assert (change.statements + change.mentions) == len(moving)
                present.append(change.entry_ids[0])
                # One that nothing uses any more cannot be split again.
                present = [id_ for id_ in present if store.uses.projects(kind, [id_])]
            done.append(change.id)
            states.append(dump(store))
            assert states[-1] != states[-2]
        assert list(store.examine()) == []
        for change_id in reversed(done):
            assert dump(store) == states.pop()
            registries.undo(store, admin, project, change_id)
        assert [dump(store)] == states


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", registries.KINDS)
def test_ten_thousand_statements_are_merged_and_split_and_undone_exactly(
    world: World, kind: registries.Kind
) -> None:
    store, admin, project = world.store, world.people["admin"], world.project.id
    actors, claims = people_registry(world, 3, 2)
    # Three articles, four coders: 10,200 statements, each naming the actors in any role.
    label(world, actors, claims, 850)
    ids = actors if kind == "actor" else claims
    before = dump(store)
    merged = registries.merge(store, admin, project, kind, ids[0], ids[1:])
    after = dump(store)
    assert after != before
    assert merged.statements > (9_000 if kind == "actor" else 4_000)
    assert store.uses.of_entries(kind, ids[1:]) == []
    uses = store.uses.of_entries(kind, ids[:1])
    parted = registries.split(
        store, admin, project, kind, ids[0], Draft("分出"),
        statements=[id_ for subject, id_ in uses if subject == "statement"],
        spans=[id_ for subject, id_ in uses if subject == "span"],
    )  # fmt: skip
    assert parted.statements + parted.mentions == len(uses)
    assert parted.statements > 9_000
    assert store.uses.of_entries(kind, ids[:1]) == []
    registries.undo(store, admin, project, parted.id)
    assert dump(store) == after
    registries.undo(store, admin, project, merged.id)
    assert dump(store) == before
    assert list(store.examine()) == []


def test_a_merge_moves_all_roles_of_all_coders_and_keeps_names(world: World) -> None:
    store, editor, project = world.store, world.people["admin"], world.project.id
    actors, claims = people_registry(world, 3, 2)
    label(world, actors, claims, 6)
    keep, other, third = actors
    uses = {id_: store.uses.of_entries("actor", [id_]) for id_ in actors}
    change = registries.merge(store, editor, project, "actor", keep, [other, third])
    everything = set().union(*(set(mine) for mine in uses.values()))
    assert set(store.uses.of_entries("actor", [keep])) == everything
    assert store.uses.of_entries("actor", [other, third]) == []
    assert change.statements + change.mentions == len(set(uses[other]) | set(uses[third]))
    entry = registries.entry(store, editor, project, "actor", keep)
    names = [alias.text for alias in entry.draft.aliases]
    assert names == ["Actor 0", "甲0", "行动者1", "Actor 1", "甲1", "行动者2", "Actor 2", "甲2"]
    assert entry.draft.external_ids == {"viaf": "0"}
    assert entry.draft.note == "注0\n\n注1\n\n注2"
    gone = registries.entry(store, editor, project, "actor", other)
    assert (gone.removed, gone.merged_into) == (True, keep)
    for statement_id in [id_ for subject, id_ in uses[other] if subject == "statement"]:
        [event] = [e for e in store.history.events("statement", statement_id) if e.operation_id]
        assert event.action == "statement.change"
        assert other in str(event.before) and other not in str(event.after)


def test_a_chain_of_merges_leads_to_the_entry_that_is_left(world: World) -> None:
    store, editor, project = world.store, world.people["editor"], world.project.id
    a, b, c = people_registry(world, 3, 0)[0]
    first = registries.merge(store, editor, project, "actor", b, [a])
    registries.merge(store, editor, project, "actor", c, [b])
    assert registries.entry(store, editor, project, "actor", a).merged_into == c
    with pytest.raises(Conflict, match="was changed after this"):
        registries.undo(store, editor, project, first.id)


def test_undo_keeps_what_was_done_since(world: World) -> None:
    store, editor, project = world.store, world.people["editor"], world.project.id
    mine, theirs = statement(world), statement(world, world.people["reviewer"], 1)
    keep, other = mine["claim_id"], theirs["claim_id"]
    fresh = people_registry(world, 0, 1)[1][0]
    merged = registries.merge(store, editor, project, "claim", keep, [other])
    changed = op("change_statement", statement_id=theirs["id"], set={"claim_id": fresh})
    noted = op("change_statement", statement_id=mine["id"], set={"note": "later"})
    send(world, changed, person=world.people["reviewer"], article=1)
    send(world, noted)
    undone = registries.undo(store, editor, project, merged.id)
    assert undone.statements == 0
    found = store.uses.entities("statement", [mine["id"], theirs["id"]])
    assert found[theirs["id"]][1]["claim_id"] == fresh
    assert (found[mine["id"]][1]["claim_id"], found[mine["id"]][1]["note"]) == (keep, "later")
    with pytest.raises(Conflict, match="undone already"):
        registries.undo(store, editor, project, merged.id)


def test_undo_refuses_to_lose_work(world: World) -> None:
    store, editor, project = world.store, world.people["editor"], world.project.id
    mine = statement(world)
    split = registries.split(
        store, editor, project, "claim", mine["claim_id"], Draft("Another"),
        statements=[mine["id"]],
    )  # fmt: skip
    new_id_, old = split.entry_ids
    use = {**mine, "id": split.id, "claim_id": new_id_}
    send(world, op("add_statement", statement=use))
    state = dump(store)
    with pytest.raises(Conflict, match="'Another' has come into use since"):
        registries.undo(store, editor, project, split.id)
    assert dump(store) == state
    entry = registries.entry(store, editor, project, "claim", old)
    draft = replace(entry.draft, note="edited since")
    registries.change(store, editor, project, "claim", old, draft, base=entry.version)
    with pytest.raises(Conflict, match="was changed after this"):
        registries.undo(store, editor, project, split.id)


def test_frozen_submissions_stay_as_submitted(world: World) -> None:
    store, editor, project = world.store, world.people["editor"], world.project.id
    mine, theirs = statement(world), statement(world, world.people["reviewer"], 1)
    sent = send(world, op("submit"))
    before = store.labels.submissions([sent.label_set_id or ""])
    registries.merge(store, editor, project, "claim", theirs["claim_id"], [mine["claim_id"]])
    assert store.labels.submissions([sent.label_set_id or ""]) == before
    assert (
        store.uses.entities("statement", [mine["id"]])[mine["id"]][1]["claim_id"]
        == (theirs["claim_id"])
    )


def test_only_an_editor_of_every_project_concerned_may_merge(world: World) -> None:
    store, editor, project = world.store, world.people["editor"], world.project.id
    speaker = statement(world)["speaker_id"]
    other = people_registry(world, 1, 0)[0][0]
    with store.write(world.operator.id) as tx:
        second = store.projects.create(tx, "Elsewhere", codebook.DEFAULT)
    lone = accounts.add_person(store, world.operator, "lone", role="editor", project_id=second.id)
    with pytest.raises(Forbidden, match="other projects that you may not edit: 1"):
        registries.merge(store, lone, second.id, "actor", other, [speaker])
    # Nothing of the project's changes the other way round.
    back = registries.merge(store, lone, second.id, "actor", speaker, [other])
    registries.undo(store, lone, second.id, back.id)
    merged = registries.merge(store, editor, project, "actor", other, [speaker])
    with pytest.raises(Forbidden, match="other projects"):
        registries.undo(store, lone, second.id, merged.id)
    mine = people_registry(world, 0, 2)[1]
    claims = registries.merge(store, editor, project, "claim", mine[0], [mine[1]])
    with pytest.raises(NotFound):
        registries.undo(store, lone, second.id, claims.id)
    with pytest.raises(NotFound):
        registries.merge(store, lone, second.id, "claim", mine[0], [mine[1]])


def test_merge_and_split_refuse_what_makes_no_sense(world: World) -> None:
    store, editor, project = world.store, world.people["editor"], world.project.id
    mine = statement(world)
    a, b = people_registry(world, 2, 0)[0]
    for others in ([], [a], [b, a]):
        with pytest.raises(Invalid, match="two entries or more"):
            registries.merge(store, editor, project, "actor", a, others)
    registries.merge(store, editor, project, "actor", a, [b])
    with pytest.raises(Invalid, match="no longer in the registry"):
        registries.merge(store, editor, project, "actor", a, [b])
    with pytest.raises(NotFound):
        registries.merge(store, editor, project, "actor", a, ["nothing"])
    with pytest.raises(Invalid, match="Nothing is chosen"):
        registries.split(store, editor, project, "actor", a, Draft("x"))
    with pytest.raises(Invalid, match="1 of the chosen uses"):
        registries.split(store, editor, project, "actor", a, Draft("x"), statements=[mine["id"]])


@pytest.mark.parametrize("kind", registries.KINDS)
def test_chosen_uses_move_to_an_entry_that_is_there(world: World, kind: registries.Kind) -> None:
    store, admin, project = world.store, world.people["admin"], world.project.id
    actors, claims = people_registry(world, 2, 2)
    label(world, actors, claims, 4)
    old, new = actors if kind == "actor" else claims
    before = dump(store)
    uses = registries.uses(store, admin, project, kind, old, limit=500).items
    other = {use.id for use in registries.uses(store, admin, project, kind, new, limit=500).items}
    moving = [use for use in uses if use.id not in other][:2]
    done = registries.move(
        store, admin, project, kind, old, new,
        statements=[use.id for use in moving if use.kind == "statement"],
        spans=[use.id for use in moving if use.kind == "span"],
    )  # fmt: skip
    assert done.entry_ids == (new, old)
    assert done.statements + done.mentions == len(moving) == 2
    there = {use.id for use in registries.uses(store, admin, project, kind, new, limit=500).items}
    assert there == other | {use.id for use in moving}
    assert [one.what for one in registries.changes(store, admin, project, kind, old)][:1] == [
        "move"
    ]
    registries.undo(store, admin, project, done.id)
    assert dump(store) == before


def test_what_may_not_move_stays(world: World) -> None:
    store, editor, project = world.store, world.people["editor"], world.project.id
    given = statement(world)
    a, [b] = given["speaker_id"], people_registry(world, 1, 0)[0]
    before = dump(store)
    chosen = {"statements": [given["id"]]}
    with pytest.raises(Invalid, match="Nothing is chosen"):
        registries.move(store, editor, project, "actor", a, b)
    with pytest.raises(Invalid, match="belong to this entry"):
        registries.move(store, editor, project, "actor", a, a, **chosen)
    with pytest.raises(Invalid, match="are not uses of"):
        registries.move(store, editor, project, "actor", b, a, **chosen)
    with pytest.raises(Forbidden):
        registries.move(store, world.analyst, project, "actor", a, b, **chosen)
    registries.merge(store, editor, project, "actor", a, [b])
    merged = dump(store)
    with pytest.raises(Invalid, match="no longer in the registry"):
        registries.move(store, editor, project, "actor", a, b, **chosen)
    assert dump(store) == merged != before
