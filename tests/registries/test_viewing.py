"""Lists of entries: found by any name in any script, paged, counted as far as one may see."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotate import registries
from annotate.errors import Forbidden, Invalid, NotFound
from annotate.model import Actor, Alias, Person, new_id
from annotate.registries import Draft, EntryRequest
from tests.registries.tables import label, people_registry
from tests.world import World, op, send, statement


def names(world: World, request: EntryRequest, person: Person | None = None) -> list[str]:
    person = person or world.people["editor"]
    page = registries.search(world.store, person, world.project.id, "actor", request)
    return [entry.name for entry in page.items]


@pytest.fixture
def known(world: World) -> World:
    aliases = {
        "金圣翰": (Alias("Kim Sung-han", "en", "translation"), Alias("김성한", "ko")),
        "韩国": (Alias("大韓民國", "zh-Hant"), Alias("ROK", "en")),
        "美韩联盟": (),
        "Ｒeuters": (),
    }
    with world.store.write(world.operator.id) as tx:
        for name, others in aliases.items():
            group = "person" if name == "金圣翰" else "organisation"
            world.store.registry.add_actor(tx, Actor(new_id(), name, group, others))
    return world


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("金聖翰", ["金圣翰"]),
        ("kim sung", ["金圣翰"]),
        ("성한", ["金圣翰"]),
        ("大韩民国", ["韩国"]),
        ("rok", ["韩国"]),
        ("韓", ["韩国", "美韩联盟"]),
        ("REUTERS", ["Ｒeuters"]),
        ("  ", ["Ｒeuters", "美韩联盟", "金圣翰", "韩国"]),
        ("%", []),
    ],
)
def test_any_name_in_any_script_is_found(known: World, search: str, found: list[str]) -> None:
    assert names(known, EntryRequest(search=search)) == found


def test_pages_join_up_in_every_order(world: World) -> None:
    actors, claims = people_registry(world, 11, 2)
    label(world, actors[:6], claims, 3)
    editor, project = world.people["editor"], world.project.id
    for sort in registries.SORTS:
        for show in ("present", "used", "unused"):
            everything = EntryRequest(sort=sort, show=show, limit=100)  # type: ignore[arg-type]
            whole = registries.search(world.store, editor, project, "actor", everything)
            found: list[str] = []
            after = None
            while True:
                request = EntryRequest(sort=sort, show=show, limit=2, after=after)  # type: ignore[arg-type]
                page = registries.search(world.store, editor, project, "actor", request)
                found += [entry.id for entry in page.items]
                assert page.total == whole.total
                after = page.after
                if after is None:
                    break
            assert found == [entry.id for entry in whole.items]
            assert len(found) == len(set(found)) == whole.total
            if show == "used":
                assert set(found) <= set(actors[:6]) and all(e.uses for e in whole.items)
    by_uses = registries.search(
        world.store, editor, project, "actor", EntryRequest(sort="uses")
    ).items
    assert [e.uses for e in by_uses] == sorted((e.uses for e in by_uses), reverse=True)


def test_the_whole_of_a_list_is_what_its_pages_hold(world: World) -> None:
    actors, claims = people_registry(world, 11, 2)
    label(world, actors[:6], claims, 3)
    editor, project = world.people["editor"], world.project.id
    for show in ("present", "used", "unused"):
        for search in ("", "甲1"):
            request = EntryRequest(search, show=show, sort="uses", limit=100)  # type: ignore[arg-type]
            listed = registries.search(world.store, editor, project, "actor", request).items
            short = replace(request, limit=2)
            found = registries.every_id(world.store, editor, project, "actor", short)
            assert list(found) == [entry.id for entry in listed]


def test_uses_are_searched_by_all_that_a_list_says_of_them(world: World) -> None:
    actors, claims = people_registry(world, 3, 4)
    label(world, actors, claims, 6)
    store, editor, project = world.store, world.people["editor"], world.project.id
    every = registries.uses(store, editor, project, "actor", actors[0], limit=500).items
    searches = {
        "CLAIM 2": lambda use: use.claim == "Claim 2",
        every[0].title[1:4]: lambda use: every[0].title[1:4] in use.title,
        every[0].coder: lambda use: use.coder == every[0].coder,
        "no such words": lambda use: False,
    }  # fmt: skip
    for search, matches in searches.items():
        expected = [(use.kind, use.id) for use in every if matches(use)]
        page = registries.uses(store, editor, project, "actor", actors[0], search=search, limit=500)
        assert [(use.kind, use.id) for use in page.items] == expected, search
        assert page.total == len(expected)
        found = registries.every_use(store, editor, project, "actor", actors[0], search)
        assert list(found) == expected
    with pytest.raises(NotFound):
        registries.every_use(store, editor, project, "actor", new_id())
    viewer = world.people["viewer"]
    seen = registries.uses(store, viewer, project, "actor", actors[0], limit=500).items
    theirs = registries.every_use(store, viewer, project, "actor", actors[0])
    assert list(theirs) == [(use.kind, use.id) for use in seen] != [(u.kind, u.id) for u in every]


@pytest.mark.parametrize("after", ["", "[]", "[1]", '{"a":1}', "[null, 1, 2]", "[[1], 2, 3]"])
def test_a_cursor_from_elsewhere_is_refused(world: World, after: str) -> None:
    mine = statement(world)["claim_id"]
    with pytest.raises(Invalid, match="place in the list"):
        names(world, EntryRequest(after=after))
    with pytest.raises(Invalid, match="place in the list"):
        registries.uses(world.store, world.analyst, world.project.id, "claim", mine, after=after)


def test_counts_and_uses_show_only_what_the_viewer_may_see(world: World) -> None:
    store, project = world.store, world.project.id
    mine = statement(world)
    reviewer = world.people["reviewer"]
    theirs = op("add_statement", statement={**mine, "id": new_id(), "evidence": []})
    hidden = op("add_statement", statement={**mine, "id": new_id(), "evidence": []})
    send(world, theirs, person=reviewer)
    send(world, hidden, person=reviewer, article=1)
    claim, actor = mine["claim_id"], mine["speaker_id"]

    def seen(person: Person) -> set[int]:
        entries = [
            registries.entry(store, person, project, "claim", claim).statements,
            registries.entry(store, person, project, "actor", actor).statements,
            registries.search(
                store, person, project, "claim", EntryRequest(sort="uses")
            ).items[0].statements,
            registries.uses(store, person, project, "claim", claim).total,
            len(registries.uses(store, person, project, "actor", actor).items),
        ]  # fmt: skip
        return set(entries)

    assert seen(world.analyst) == {1}
    assert seen(reviewer) == {2}
    assert seen(world.people["editor"]) == {3}
    assert seen(world.people["viewer"]) == {0}
    unused = EntryRequest(show="unused")
    viewer = registries.search(store, world.people["viewer"], project, "claim", unused)
    assert [entry.id for entry in viewer.items] == [claim]
    # An editor who works blind on the article loses sight of the others' work on it.
    send(world, op("set_document_label", name="relevance", values=["relevant"]),
         person=world.people["editor"])  # fmt: skip
    assert seen(world.people["editor"]) == {1}


def test_a_use_in_gold_has_no_coder(world: World) -> None:
    actors, claims = people_registry(world, 1, 1)
    label(world, actors, claims, 1)
    admin, project = world.people["admin"], world.project.id
    coders = {
        use.coder
        for use in registries.uses(world.store, admin, project, "actor", actors[0], limit=500).items
    }
    assert "" in coders and "gold" not in coders


def test_a_use_says_where_who_and_in_which_role(world: World) -> None:
    mine = statement(world)
    editor, project = world.people["editor"], world.project.id
    [use] = registries.uses(world.store, editor, project, "actor", mine["speaker_id"]).items
    assert (use.kind, use.id, use.roles) == ("statement", mine["id"], ("speaker", "reporter"))
    assert (use.article_id, use.title) == (world.articles[0], "前顾问：“持开放态度”")
    assert (use.coder, use.status, use.stance) == ("analyst-1", "draft", "support")
    assert (use.claim, use.quote) == ("Beian open to Nanyu joining", "ral for no")


def test_uses_join_up_page_by_page(world: World) -> None:
    actors, claims = people_registry(world, 2, 1)
    label(world, actors, claims, 4)
    admin, project = world.people["admin"], world.project.id
    whole = registries.uses(world.store, admin, project, "actor", actors[0], limit=500)
    found, after = [], None
    while True:
        page = registries.uses(
            world.store, admin, project, "actor", actors[0], limit=7, after=after
        )
        found += page.items
        after = page.after
        if after is None:
            break
    assert tuple(found) == whole.items
    assert len(found) == whole.total == page.total > 20


def test_who_may_do_what(world: World) -> None:
    store, project = world.store, world.project.id
    a, b = people_registry(world, 2, 0)[0]
    for role, person in world.people.items():
        assert registries.search(store, person, project, "actor", EntryRequest()).total >= 2
        if role == "viewer":
            with pytest.raises(Forbidden):
                registries.add(store, person, project, "actor", Draft("x"))
        else:
            registries.add(store, person, project, "actor", Draft("x"), twice=True)
        if role in ("admin", "editor"):
            merged = registries.merge(store, person, project, "actor", a, [b])
            registries.undo(store, person, project, merged.id)
            continue
        entry = registries.entry(store, person, project, "actor", a)
        for forbidden in (
            lambda p=person, e=entry: registries.change(
                store, p, project, "actor", a, e.draft, base=e.version),
            lambda p=person: registries.remove(store, p, project, "actor", a),
            lambda p=person: registries.restore(store, p, project, "actor", a),
            lambda p=person: registries.remove_unused(store, p, project, "actor", [a]),
            lambda p=person: registries.move(
                store, p, project, "actor", a, b, statements=["y"]),
            lambda p=person: registries.bulk(store, p, project, "actor", [a], "media"),
            lambda p=person: registries.merge(store, p, project, "actor", a, [b]),
            lambda p=person: registries.split(
                store, p, project, "actor", a, Draft("x"), statements=["y"]),
            lambda p=person: registries.undo(store, p, project, a),
            lambda p=person: registries.changes(store, p, project, "actor"),
            lambda p=person: registries.dismiss_pairs(store, p, project, "actor", [(a, b)]),
            lambda p=person: registries.propose_pairs(store, p, project, "actor", [(a, b)]),
            lambda p=person: registries.read_csv(store, p, project, "actor", b"name\nx\n"),
        ):  # fmt: skip
            with pytest.raises(Forbidden):
                forbidden()
    with pytest.raises(NotFound):
        registries.search(store, world.analyst, new_id(), "actor", EntryRequest())


@pytest.mark.parametrize(
    "request_",
    [
        EntryRequest(after=f'[{1 << 63},"",""]'),
        EntryRequest(after='[1,"\\ud800",""]'),
        EntryRequest(after="[" * 100_000),
        EntryRequest(search="a\ud800"),
    ],
)
def test_what_no_database_holds_is_refused(world: World, request_: EntryRequest) -> None:
    with pytest.raises(Invalid):
        names(world, request_)
