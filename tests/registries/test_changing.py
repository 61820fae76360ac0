"""Editing entries: what may be stored, conflicts, removal, many at a time, and undoing it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotate import codebook, registries
from annotate.errors import Conflict, Forbidden, Invalid, NotFound
from annotate.model import Actor, Alias, new_id
from annotate.registries import Draft, Entry
from tests.registries.tables import dump, people_registry
from tests.world import World, statement


@pytest.fixture
def actor(world: World) -> Entry:
    editor, project = world.people["editor"], world.project.id
    draft = Draft("金圣翰", "person", aliases=(Alias("Kim Sung-han", "en", "translation"),))
    made = registries.add(world.store, editor, project, "actor", draft)
    return registries.entry(world.store, editor, project, "actor", made.entry_ids[0])


def change(world: World, entry: Entry, draft: Draft) -> Entry:
    editor, project = world.people["editor"], world.project.id
    registries.change(world.store, editor, project, entry.kind, entry.id, draft, base=entry.version)
    return registries.entry(world.store, editor, project, entry.kind, entry.id)


def test_an_entry_is_tidied_and_kept(world: World, actor: Entry) -> None:
    given = Draft(
        "  金\u3000圣翰\n", "", "", (Alias(" Kim  Sung-han ", "en"), Alias(""), Alias("‮evil"),
                                   Alias("金 圣翰")),
        {"wikidata": " https://www.wikidata.org/wiki/q16097 ", "viaf": ""}, " a\r\nb ",
    )  # fmt: skip
    entry = change(world, actor, given)
    assert entry.draft == Draft(
        "金 圣翰", "person", "", (Alias("Kim Sung-han", "en"), Alias("‮evil")),
        {"wikidata": "Q16097"}, "a\nb",
    )  # fmt: skip
    again = registries.change(
        world.store, world.people["editor"], world.project.id, "actor", entry.id, entry.draft,
        base=entry.version,
    )  # fmt: skip
    assert again.id == ""


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": " \u200b\u202e\n"}, "Give the actor a name"),
        ({"name": "a\0b"}, "no text may hold"),
        ({"name": "a\ud800"}, "no text may hold"),
        ({"name": "x" * 1_000_000}, "1000000 characters; 200 are the most"),
        ({"aliases": (Alias("x" * 201),)}, "alias has 201 characters; 200 are the most"),
        ({"group": "x" * 101}, "100 are the most"),
        ({"note": "x" * 20_001}, "20000 are the most"),
        ({"aliases": (Alias("x", "not a tag"),)}, "no language tag"),
        ({"aliases": (Alias("x", "en", "nickname"),)}, "An alias is one of"),
        ({"aliases": tuple(Alias(f"{n}") for n in range(1001))}, "at most 1000 aliases"),
        ({"external_ids": {"wikidata": "Q0"}}, "no Wikidata id"),
        ({"external_ids": {"wikidata": "javascript:Q1"}}, "no Wikidata id"),
        ({"external_ids": {"<b>": "1"}}, "no name of a list"),
    ],
)
def test_what_cannot_be_stored_is_refused(
    world: World, actor: Entry, changes: dict[str, object], told: str
) -> None:
    before = dump(world.store)
    with pytest.raises(Invalid, match=told):
        change(world, actor, replace(actor.draft, **changes))  # type: ignore[arg-type]
    assert dump(world.store) == before


def test_two_editors_do_not_overwrite_each_other(world: World, actor: Entry) -> None:
    change(world, actor, replace(actor.draft, note="first"))
    with pytest.raises(Conflict, match="changed in the meantime"):
        change(world, actor, replace(actor.draft, note="second"))


def test_a_change_is_recorded_and_undone(world: World, actor: Entry) -> None:
    editor, project = world.people["editor"], world.project.id
    before = dump(world.store)
    change(world, actor, Draft("Kim", "government", note="n", external_ids={"wikidata": "Q1"}))
    event = world.store.history.events("actor", actor.id)[0]
    assert (event.action, event.by) == ("actor.change", editor.id)
    assert (event.before or {})["name"] == "金圣翰" and (event.after or {})["name"] == "Kim"
    last = registries.changes(world.store, editor, project, "actor", actor.id)[0]
    assert (last.what, last.names, last.undone) == ("change", ("Kim",), False)
    registries.undo(world.store, editor, project, last.id)
    assert dump(world.store) == before
    assert registries.changes(world.store, editor, project, "actor")[0].undone


def test_an_entry_in_use_is_not_removed(world: World) -> None:
    store, editor, project = world.store, world.people["editor"], world.project.id
    mine = statement(world)
    for kind, name in (("claim", "claim_id"), ("actor", "speaker_id")):
        with pytest.raises(Invalid, match="is in use"):
            registries.remove(store, editor, project, kind, mine[name])  # type: ignore[arg-type]


def test_removal_is_undone_or_restored(world: World, actor: Entry) -> None:
    store, editor, project = world.store, world.people["editor"], world.project.id
    before = dump(store)
    for back in ("undo", "restore"):
        gone = registries.remove(store, editor, project, "actor", actor.id)
        assert registries.entry(store, editor, project, "actor", actor.id).removed
        assert store.registry.find_actors("kim", limit=5, uses_of=None, project_id=project) == []
        entry = registries.entry(store, editor, project, "actor", actor.id)
        with pytest.raises(Invalid, match="no longer in the registry"):
            change(world, entry, Draft("x"))
        if back == "undo":
            registries.undo(store, editor, project, gone.id)
        else:
            registries.restore(store, editor, project, "actor", actor.id)
        assert dump(store) == before
    with pytest.raises(Invalid, match="is not removed"):
        registries.restore(store, editor, project, "actor", actor.id)


def test_many_at_a_time_are_one_change(world: World) -> None:
    store, editor, project = world.store, world.people["editor"], world.project.id
    claims = people_registry(world, 0, 4)[1]
    before = dump(store)
    change = registries.bulk(store, editor, project, "claim", claims[:3], " security ")
    assert [(g.name, g.entries) for g in registries.groups(store, editor, project, "claim")] == [
        ("security", 3), ("", 1),
    ]  # fmt: skip
    assert registries.bulk(store, editor, project, "claim", claims[:3], "security").id == ""
    registries.undo(store, editor, project, change.id)
    assert dump(store) == before


def test_claims_of_another_project_do_not_exist_here(world: World) -> None:
    store, admin = world.store, world.people["admin"]
    with store.write(admin.id) as tx:
        second = store.projects.create(tx, "Elsewhere", codebook.DEFAULT)
    claim = people_registry(world, 0, 1)[1][0]
    for act in (
        lambda: registries.entry(store, admin, second.id, "claim", claim),
        lambda: registries.uses(store, admin, second.id, "claim", claim),
        lambda: registries.remove(store, admin, second.id, "claim", claim),
        lambda: registries.bulk(store, admin, second.id, "claim", [claim], "x"),
    ):
        with pytest.raises(NotFound):
            act()


def test_an_entry_is_neither_overwritten_nor_moved_to_another_project(world: World) -> None:
    entries, claim = world.store.entries, statement(world)["claim_id"]
    there = entries.many("claim", [claim])[claim]
    with world.store.write(world.operator.id) as tx:
        other = world.store.projects.create(tx, "Other", codebook.DEFAULT)
    moved = replace(there, project_id=other.id, name="Moved")
    with (
        pytest.raises(Conflict),
        world.store.write(world.operator.id) as tx,
    ):
        entries.write(tx, "claim", "add", None, moved)
    with world.store.write(world.operator.id) as tx:
        entries.write(tx, "claim", "change", there, moved)
    now = entries.many("claim", [claim])[claim]
    assert (now.name, now.project_id) == ("Moved", world.project.id)


def test_an_actor_is_found_by_a_name_in_any_script(world: World, actor: Entry) -> None:
    called = world.store.registry.called
    assert called(" 金聖翰 ") == called("KIM  sung-han") == [actor.id]
    assert called("金圣") == called("") == []
    registries.remove(world.store, world.people["editor"], world.project.id, "actor", actor.id)
    assert called("金圣翰") == []


def test_latin_letters_are_found_without_spaces_and_hyphens(world: World, actor: Entry) -> None:
    store, project = world.store, world.project.id

    def found(query: str) -> list[str]:
        some = store.registry.find_actors(query, limit=5, uses_of=None, project_id=project)
        request = registries.EntryRequest(search=query)
        page = registries.search(store, world.people["editor"], project, "actor", request)
        assert [one.id for one in page.items] == [one.id for one, _, _ in some]
        assert page.total == len(some)
        return [name for _, name, _ in some]

    for query in ("kimsunghan", "KimSung", "sung han", "k.i.m", "Kim Sung-han", "sung-h"):
        assert found(query) == ["Kim Sung-han"]
    assert found("kimsungx") == found("x") == []


def test_names_longer_than_allowed_now_stay_and_can_be_edited_around(world: World) -> None:
    store, editor, project = world.store, world.people["editor"], world.project.id
    long = Actor(new_id(), "北岸" * 150, "person", (Alias("岚京" * 150),))
    with store.write(world.operator.id) as tx:
        store.registry.add_actor(tx, long)
    entry = registries.entry(store, editor, project, "actor", long.id)
    entry = change(world, entry, replace(entry.draft, note="kept", group="place"))
    assert (entry.name, entry.draft.note) == (long.name, "kept")
    registries.bulk(store, editor, project, "actor", [long.id], "party")
    table = registries.write_csv(store, editor, project, "actor")
    taken = registries.read_csv(store, editor, project, "actor", table.replace(b"kept", b"new"))
    assert (taken.changed, taken.problems) == (1, ())
    with pytest.raises(Invalid, match="300 characters"):
        change(world, registries.entry(store, editor, project, "actor", long.id),
               Draft("南屿" * 150))  # fmt: skip


def test_a_claim_may_be_a_whole_paragraph(world: World) -> None:
    made = registries.add(
        world.store, world.people["editor"], world.project.id, "claim", Draft("南" * 4000)
    )
    assert made.id


def test_those_that_nothing_refers_to_are_removed_together(world: World) -> None:
    store, editor, project = world.store, world.people["editor"], world.project.id
    (a, c), _ = people_registry(world, 2, 0)
    b = statement(world)["speaker_id"]
    before = dump(store)
    gone = registries.remove_unused(store, editor, project, "actor", [a, b, c])
    assert set(gone.entry_ids) == {a, c}
    assert set(store.entries.many("actor", [a, b, c])) == {a, b, c}
    assert not registries.entry(store, editor, project, "actor", b).removed
    registries.undo(store, editor, project, gone.id)
    assert dump(store) == before
    with pytest.raises(Invalid, match="All of these are in use"):
        registries.remove_unused(store, editor, project, "actor", [b])
    with pytest.raises(Forbidden):
        registries.remove_unused(store, world.people["viewer"], project, "actor", [a])
    assert dump(store) == before
