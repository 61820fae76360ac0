"""Likely duplicates: which pairs are proposed, why, and that a dismissed pair stays away."""

from __future__ import annotations

import random

import pytest

from annotate import registries
from annotate.registries import Draft
from annotate.registries.likeness import Named, alike
from annotate.store.registry import Kind
from tests.registries.tables import people_registry
from tests.world import World


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("金圣翰", "金聖翰", "name"),
        ("ＲＦＩ", "rfi", "name"),
        ("Kim Sung-han", "Kim Sunghan", "spelling"),
        ("Sung-han Kim", "Kim Sung Han", "spelling"),
        ("Kim Sunghan", "Kim Sunghann", "typing"),
        ("Kim Sunghan", "Kim Snughan", "typing"),
        ("阿卜杜勒卡里姆", "阿布杜勒卡里姆", "typing"),
        ("沈若川", "顾问沈若川", "part"),
        ("Foreign Ministry", "the Foreign Ministry", "part"),
        (
            "Seoul is open to Japan joining the consultative group",
            "Seoul open to Japan's joining of the consultative group",
            "words",
        ),
        ("韩国对日本加入核磋商小组持开放态度吗", "韩国对日本加入核磋商小组持开放的态度", "words"),
        ("金圣翰", "金圣焕", None),
        ("中国", "中国外交部", None),
        ("Japan", "Jordan", None),
        ("Seoul supports the group", "Tokyo opposes the treaty", None),
        ("…", "!", None),
    ],
)
def test_a_pair_is_found_by_its_rule(one: str, other: str, why: str | None) -> None:
    found = alike([Named("1", (one,)), Named("2", ("Somebody else entirely", other))])
    assert [(pair.a, pair.b, pair.why) for pair in found] == ([("1", "2", why)] if why else [])


def test_identifiers_outrank_names() -> None:
    found = alike(
        [
            Named("1", ("沈若川",), ("wikidata:Q1",)),
            Named("2", ("Shen Ruochuan",), ("wikidata:Q1",)),
            Named("3", ("沈若川",)),
        ]
    )
    assert [(pair.a, pair.b, pair.why) for pair in found] == [
        ("1", "2", "external_id"), ("1", "3", "name"),
    ]  # fmt: skip
    assert found[0].score > found[1].score


def test_pairs_do_not_depend_on_the_order_of_the_entries() -> None:
    chance = random.Random(3)
    entries = [Named(f"{n}", (f"Actor {n % 40}", f"甲乙丙丁{n % 30}")) for n in range(80)]
    first = alike(entries)
    chance.shuffle(entries)
    assert {(p.a, p.b) for p in alike(entries)} == {(p.a, p.b) for p in first}


def test_a_dismissed_pair_is_not_proposed_again(world: World) -> None:
    store, editor, project = world.store, world.people["editor"], world.project.id
    a = registries.add(store, editor, project, "claim", Draft("Seoul is open")).entry_ids[0]
    b = registries.add(store, editor, project, "claim", Draft("Seoul is open.")).entry_ids[0]
    people_registry(world, 0, 1)
    [pair] = registries.duplicates(store, editor, project, "claim")
    assert ({pair.a.id, pair.b.id}, pair.why) == ({a, b}, "spelling")
    registries.dismiss_pairs(store, editor, project, "claim", [(b, a)])
    assert registries.duplicates(store, editor, project, "claim") == ()
    # Whoever says it again has nothing of their own to take back.
    admin = world.people["admin"]
    assert registries.dismiss_pairs(store, admin, project, "claim", [(a, b)]) == []
    registries.propose_pairs(store, editor, project, "claim", [(b, a)])
    assert registries.duplicates(store, editor, project, "claim") == (pair,)
    registries.dismiss_pairs(store, editor, project, "claim", [(b, a)])
    # A dismissal is no change of the entries.
    entry = registries.entry(store, editor, project, "claim", a)
    registries.change(store, editor, project, "claim", a, Draft("Other"), base=entry.version)


@pytest.mark.parametrize("kind", ["actor", "claim"])
def test_a_dismissal_names_the_project_in_which_it_was_made(world: World, kind: Kind) -> None:
    store, editor, project = world.store, world.people["editor"], world.project.id
    a, b = (
        registries.add(store, editor, project, kind, Draft(name)).entry_ids[0]
        for name in ("Harbour Council", "Harbour Council.")
    )
    registries.dismiss_pairs(store, editor, project, kind, [(a, b)])
    registries.propose_pairs(store, editor, project, kind, [(a, b)])
    # There is nothing left to take back.
    registries.propose_pairs(store, editor, project, kind, [(a, b)])
    found = [e for e in store.history.events() if e.subject_kind == f"{kind}_pair"]
    assert sorted(e.action for e in found) == [f"{kind}_pair.dismiss", f"{kind}_pair.propose"]
    assert {e.project_id for e in found} == {project}
