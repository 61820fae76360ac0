"""A name that an entry has already is asked about, and counted as the viewer may see it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotate import accounts, registries
from annotate.errors import Unconfirmed
from annotate.model import Alias
from annotate.registries import Draft, Kind
from tests.world import World, statement


def add(world: World, kind: Kind, name: str, *aliases: str, twice: bool = False) -> str:
    draft = Draft(name, aliases=tuple(Alias(one) for one in aliases))
    editor, project = world.people["editor"], world.project.id
    return registries.add(world.store, editor, project, kind, draft, twice=twice).entry_ids[0]


def called(world: World, kind: Kind, name: str, project: str = "") -> list[str]:
    editor, here = world.people["editor"], project or world.project.id
    return [one.id for one in registries.namesakes(world.store, editor, here, kind, name)]


@pytest.mark.parametrize("kind", registries.KINDS)
@pytest.mark.parametrize("name", ["南屿", "南嶼", " 岚京 ", "ＮＡＮＹＵ"])
def test_a_name_or_alias_in_any_script_is_not_added_twice_unasked(
    world: World, kind: Kind, name: str
) -> None:
    there = add(world, kind, "南屿", "岚京", "Nanyu")
    with pytest.raises(Unconfirmed, match="is there already") as refused:
        add(world, kind, name)
    assert refused.value.needs == "twice"
    assert called(world, kind, name) == [there]
    second = add(world, kind, name, twice=True)
    assert set(called(world, kind, name)) == {there, second}


@pytest.mark.parametrize("kind", registries.KINDS)
def test_an_entry_is_not_given_the_name_of_another_unasked(world: World, kind: Kind) -> None:
    store, editor, project = world.store, world.people["editor"], world.project.id
    there, here = add(world, kind, "南屿"), add(world, kind, "Island", "岚京")

    def rename(name: str, note: str = "", *, twice: bool = False) -> None:
        base = registries.entry(store, editor, project, kind, here)
        draft = replace(base.draft, name=name, note=note)
        registries.change(store, editor, project, kind, here, draft, base=base.version, twice=twice)

    with pytest.raises(Unconfirmed, match="is there already"):
        rename("南嶼")
    # Its own names are nobody else's, however they are written.
    for own in ("ISLAND", "嵐京", "Island"):
        rename(own)
    assert registries.namesakes(store, editor, project, kind, "Island", renaming=here) == ()
    rename("南屿", twice=True)
    assert set(called(world, kind, "南屿")) == {there, here}
    # What is called so already is not asked about again.
    rename("南嶼", "a note")


def test_claims_of_other_projects_and_removed_entries_do_not_count(world: World) -> None:
    store, editor = world.store, world.people["editor"]
    claim = add(world, "claim", "南屿应当加入")
    with store.write(world.operator.id) as tx:
        elsewhere = store.projects.create(
            tx, "Elsewhere", store.projects.codebook(world.project.id)
        )
    admin = world.people["admin"]
    assert registries.add(store, admin, elsewhere.id, "claim", Draft("南屿应当加入")).id
    registries.remove(store, editor, world.project.id, "claim", claim)
    assert called(world, "claim", "南屿应当加入") == []
    assert add(world, "claim", "南屿应当加入") != claim


def test_an_alias_splits_off_under_its_own_name(world: World) -> None:
    """It goes along with the new entry, so that there is one of the name afterwards."""
    store, editor, project = world.store, world.people["editor"], world.project.id
    made = statement(world)
    old = registries.entry(store, editor, project, "actor", made["speaker_id"])
    named = Draft("北岸", aliases=(Alias("岚京"),))
    registries.change(store, editor, project, "actor", old.id, named, base=old.version)
    with pytest.raises(Unconfirmed):
        registries.split(store, editor, project, "actor", old.id, Draft("北岸"),
                         statements=[made["id"]])  # fmt: skip
    done = registries.split(store, editor, project, "actor", old.id, Draft("岚京"),
                            statements=[made["id"]])  # fmt: skip
    assert called(world, "actor", "岚京") == [done.entry_ids[0]]


def test_uses_are_those_that_the_viewer_may_see(world: World) -> None:
    """Who works blind must not learn from them how often a colleague names an actor."""
    store, project = world.store, world.project.id
    statement(world)
    colleague = accounts.add_person(store, world.operator, "blind", role="analyst")
    seen = [
        [one.uses for one in registries.namesakes(store, who, project, "actor", "沈若川")]
        for who in (world.analyst, world.people["editor"], colleague)
    ]
    assert seen == [[1], [1], [0]]
