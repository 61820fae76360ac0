"""A search that names a source leads to its articles, whichever of its names it uses."""

from __future__ import annotations

import pytest

from annotate import reading, registries
from annotate.model import Actor, Alias, new_id
from annotate.reading import ListRequest
from tests.world import World, item

URL = "https://wire.example/{n}"


@pytest.fixture
def wired(world: World) -> World:
    """Two more articles, one of them a copy, of a source that is an actor with aliases."""
    aliases = (Alias("Yonhap News Agency", "en"), Alias("聯合通訊", "zh-Hant"))
    with world.store.write(world.operator.id) as tx:
        world.store.articles.add(
            tx,
            [item(URL.format(n=1), "第一条快讯。", source="韩联社"),
             item(URL.format(n=2), "第一条快讯。", source="韩联社"),
             item(URL.format(n=3), "第二条快讯。", source="韩联社")],
            world.project.id,
        )  # fmt: skip
        world.store.registry.add_actor(tx, Actor(new_id(), "韩联社", "organisation", aliases))
    return world


def named(world: World, search: str, **fields: object) -> tuple[tuple[str, int], ...]:
    asked = ListRequest(search=search, **fields)  # type: ignore[arg-type]
    return reading.sources_named(world.store, world.analyst, world.project.id, asked)


@pytest.mark.parametrize(
    "search",
    ["韩联社", "韓聯社", "韩联", "联合通讯", "yonhap", "Yonhap News", "news agency", "“韩联社”",
     " YONHAP ", "Ｙonhap"],
)  # fmt: skip
def test_a_source_is_named_by_any_of_its_names(wired: World, search: str) -> None:
    assert named(wired, search) == (("韩联社", 3),)


@pytest.mark.parametrize("search", ["", " ", "“”", "韩", "onhap", "韩联社 磋商", "(", "y"])
def test_what_names_no_source_offers_none(wired: World, search: str) -> None:
    assert named(wired, search) == ()


def test_the_number_is_that_of_the_list_it_leads_to(wired: World) -> None:
    assert named(wired, "韩联社", one_per_text=True) == (("韩联社", 2),)
    assert named(wired, "韩联社", languages=("en",)) == ()
    assert named(wired, "韩联社", sources=("海岸通讯",)) == (("韩联社", 3),)
    assert named(wired, "韩联社", sources=("韩联社",)) == ()
    for once in (False, True):
        ((source, n),) = named(wired, "Yonhap", one_per_text=once)
        chosen = ListRequest(sources=(source,), one_per_text=once)
        page = reading.list_articles(wired.store, wired.analyst, wired.project.id, chosen)
        assert len(page.items) == n


def test_a_source_without_an_entry_goes_by_its_own_name(wired: World) -> None:
    assert [source for source, _ in named(wired, "harbour")] == ["Harbour Wire"]
    assert [source for source, _ in named(wired, "wire")] == ["Harbour Wire"]
    assert named(wired, "arbour") == ()


def test_the_whole_name_comes_first(wired: World) -> None:
    with wired.store.write(wired.operator.id) as tx:
        wired.store.articles.add(
            tx, [item(URL.format(n=n), f"第{n}条。", source="韩联社英文") for n in range(4, 9)],
            wired.project.id,
        )  # fmt: skip
    assert [source for source, _ in named(wired, "韩联社")] == ["韩联社", "韩联社英文"]
    assert [source for source, _ in named(wired, "韩联")] == ["韩联社英文", "韩联社"]


def test_a_source_goes_by_all_names_of_whoever_is_called_so(wired: World) -> None:
    agency = Actor(new_id(), "Coast Press Agency", "organisation", (Alias("海岸通讯", "zh-Hans"),))
    with wired.store.write(wired.operator.id) as tx:
        wired.store.registry.add_actor(tx, agency)
    assert [source for source, _ in named(wired, "coast press")] == ["海岸通讯"]
    registries.remove(wired.store, wired.people["editor"], wired.project.id, "actor", agency.id)
    assert named(wired, "coast press") == ()
