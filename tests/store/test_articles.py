from __future__ import annotations

import base64
import sqlite3
from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotate import accounts, codebook, reading
from annotate.errors import Invalid, NotFound
from annotate.model import CleanedItem, Person
from annotate.reading import ListRequest
from annotate.review import adjudicating
from annotate.store import ArticleFilter, Facets, Outcome, Store
from annotate.store.listing import Sort
from tests.world import World, item, op, send, statement


def add(world: World, *items: CleanedItem) -> list[Outcome]:
    with world.store.write(world.operator.id) as tx:
        outcomes = world.store.articles.add(tx, items, world.project.id)
    return outcomes


def titles(world: World, **request: object) -> list[str]:
    asked = ListRequest(**request)  # type: ignore[arg-type]
    page = reading.list_articles(world.store, world.analyst, world.project.id, asked)
    return [row.title for row in page.items]


def test_the_same_again_is_unchanged(world: World) -> None:
    again = add(world, item("https://a.example/1"))[0]
    assert (again.change, again.article_id) == ("unchanged", world.articles[0])
    reworded = add(world, item("https://a.example/1", raw_sha256="other bytes"))[0]
    assert reworded.change == "unchanged"


def test_changed_content_is_a_new_revision_and_labels_stay(world: World) -> None:
    statement(world)
    corrected = add(world, item("https://a.example/1", "更正后的文本。"))[0]
    assert corrected.change == "revision"
    new, old = (world.store.articles.get(i) for i in (corrected.article_id, world.articles[0]))
    assert (new.revision, new.series_id, new.superseded) == (2, old.series_id, False)
    assert old.superseded
    assert world.store.articles.newest(old.series_id) == new.id
    assert world.store.labels.heads_on([old.id])
    assert not world.store.labels.heads_on([new.id])
    assert "更正后的文本。" in [
        world.store.articles.get(row.id).text
        for row in reading.list_articles(
            world.store, world.analyst, world.project.id, ListRequest()
        ).items
    ]
    back = add(world, item("https://a.example/1"))[0]
    assert (back.change, back.article_id) == ("unchanged", old.id)


def test_the_same_text_elsewhere_is_a_duplicate_of_the_first(world: World) -> None:
    copy = add(world, item("https://c.example/copy"))[0]
    assert copy.change == "duplicate"
    assert world.store.articles.get(copy.article_id).duplicate_of == world.articles[0]
    rows = reading.list_articles(
        world.store, world.analyst, world.project.id, ListRequest(search="沈若川")
    ).items
    assert {row.id: row.copies for row in rows} == {world.articles[0]: 1, copy.article_id: 0}
    assert len(titles(world, search="沈若川", one_per_text=True)) == 1


def test_copies_whose_original_is_not_in_the_list_show_once(world: World) -> None:
    with world.store.write(world.operator.id) as tx:
        other = world.store.projects.create(tx, "Other", codebook.DEFAULT)
        mirrors = [item("https://m.example/1"), item("https://m.example/2")]
        added = world.store.articles.add(tx, mirrors, other.id)
    assert {outcome.change for outcome in added} == {"duplicate"}
    request = ListRequest(one_per_text=True)
    rows = reading.list_articles(world.store, world.operator, other.id, request).items
    assert len(rows) == 1
    assert [one.id for one in reading.queue(world.store, world.operator, other.id).mine] == [
        rows[0].id
    ]
    here = reading.list_articles(world.store, world.operator, world.project.id, request).items
    assert [row.copies for row in here if row.id == world.articles[0]] == [0]


def test_a_copy_stands_in_for_an_original_that_was_superseded(world: World) -> None:
    add(world, item("https://c.example/copy"), item("https://a.example/1", "更正后的文本。"))
    assert len(titles(world, search="沈若川", one_per_text=True)) == 1


def test_raw_bytes_come_back(world: World) -> None:
    expected = item("https://a.example/1").raw
    assert world.store.articles.raw(world.articles[0]) == expected


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("磋商", 2),
        ("磋", 2),
        ("商", 2),
        ("沈若川", 1),
        ("若川", 1),
        ("磋商机制", 2),
        ("磋商機制", 2),
        ("議會", 1),
        ("consultative", 1),
        ("CONSULTATIVE group", 1),
        ('"consultative group"', 1),
        ('"group consultative"', 0),
        ("磋商 南屿", 1),
        ("川", 1),
        ("𠮷田", 1),
        ("商磋", 0),
        ("，", 0),
        ('" OR NEAR( *', 0),
    ],
)
def test_search(world: World, query: str, found: int) -> None:
    assert len(titles(world, search=query)) == found
    asked = ListRequest(search=query)
    assert reading.count_articles(world.store, world.analyst, world.project.id, asked) == found


def test_filters(world: World) -> None:
    statement(world)
    assert titles(world, sources=("Harbour Wire",)) == ["Analysts doubt early accession"]
    assert titles(world, languages=("en",)) == ["Analysts doubt early accession"]
    assert len(titles(world, published_from="2026-02-14")) == 1
    assert len(titles(world, published_to="2026-02-13")) == 2
    assert len(titles(world, published_from="2026-02-13", published_to="2026-02-14")) == 3
    assert titles(world, my_statuses=("draft",)) == ["前顾问：“持开放态度”"]
    assert len(titles(world, my_statuses=("todo",))) == 2
    assert len(titles(world, my_statuses=("todo", "draft"))) == 3
    send(world, op("submit"))
    assert titles(world, my_statuses=("draft",)) == []
    assert len(titles(world, my_statuses=("submitted",), search="磋商")) == 1


def test_facets_count_the_viewer_s_own_statuses(world: World) -> None:
    statement(world)
    mine = reading.facets(world.store, world.analyst, world.project.id)
    assert mine.my_statuses == {"draft": 1, "todo": 2}
    other = reading.facets(world.store, world.people["editor"], world.project.id)
    assert other.my_statuses == {"todo": 3}
    assert (mine.total, dict(mine.sources)) == (3, {"海岸通讯": 2, "Harbour Wire": 1})


def test_counts_without_copies_are_those_of_the_list(world: World) -> None:
    with world.store.write(world.operator.id) as tx:
        copy = world.store.articles.add(
            tx, [item("https://other.example/copy", source="Copyist")], world.project.id
        )[0].article_id
    whole = ListRequest(one_per_text=True, limit=500)

    def listed(**fields: Any) -> int:
        request = replace(whole, **fields)
        return len(
            reading.list_articles(world.store, world.analyst, world.project.id, request).items
        )

    def counted() -> Facets:
        return reading.facets(world.store, world.analyst, world.project.id, one_per_text=True)

    assert counted().my_statuses["todo"] == listed(my_statuses=("todo",)) == 3
    assert {name: listed(sources=(name,)) for name in counted().sources} == counted().sources
    assert "Copyist" not in counted().sources
    # Labels on a hidden copy leave the text itself to do.
    world.articles.append(copy)
    send(world, op("set_document_label", name="relevance", values=["relevant"]), article=-1)
    assert counted().my_statuses == {"draft": 1, "todo": 3}
    statement(world)
    assert counted().my_statuses == {"draft": 2, "todo": listed(my_statuses=("todo",))}
    assert counted().my_statuses["todo"] == 2
    every = reading.facets(world.store, world.analyst, world.project.id)
    assert every.my_statuses["todo"] == listed(my_statuses=("todo",), one_per_text=False) == 2
    assert every.sources["Copyist"] == 1


def test_whoever_only_reads_finds_what_has_gold(world: World) -> None:
    store, viewer, project_id = world.store, world.people["viewer"], world.project.id
    statement(world)
    send(world, op("submit"))
    for kind in ("accept_unanimous", "make_gold"):
        done, _ = adjudicating.apply(
            store, world.people["reviewer"], project_id, world.articles[0],
            client="test", base_revision=1 << 40, operations=[op(kind)],
        )  # fmt: skip
        assert {one.state for one in done} == {"applied"}

    def found(person: Person, **fields: Any) -> list[tuple[str, bool]]:
        page = reading.list_articles(store, person, project_id, ListRequest(**fields))
        return [(row.id, row.gold) for row in page.items]

    assert found(viewer, gold=True) == found(viewer, gold=True, search="磋商", sort="title")
    assert found(viewer, gold=True) == [(world.articles[0], True)]
    assert sorted(gold for _, gold in found(viewer)) == [False, False, True]
    assert reading.count_gold(store, viewer, project_id, ListRequest()) == 1
    assert reading.count_articles(store, viewer, project_id, ListRequest(gold=True)) == 1
    assert reading.count_articles(store, viewer, project_id, ListRequest()) == 3
    # Whoever codes is told nothing of it: what has gold says that others have coded it.
    for name in ("analyst", "reviewer", "editor"):
        assert not any(gold for _, gold in found(world.people[name], gold=True))
        assert len(found(world.people[name], gold=True)) == 3
        assert reading.count_gold(store, world.people[name], project_id, ListRequest()) is None
    # Nor is who coded before, and still has labels there that are not in.
    accounts.change_member(store, world.operator, viewer, project_id, "analyst")
    send(world, op("set_document_label", name="relevance", values=["relevant"]), person=viewer)
    accounts.change_member(store, world.operator, viewer, project_id, "viewer")
    assert found(viewer, gold=True) == []
    assert not any(gold for _, gold in found(viewer))


def test_whoever_sees_the_board_sees_where_articles_stand(world: World) -> None:
    store, project_id, editor = world.store, world.project.id, world.people["editor"]
    with store.write(world.operator.id) as tx:
        added = store.articles.add(
            tx, [item("https://other.example/copy"), item("https://x.example/4", "尚无人读。")],
            project_id,
        )  # fmt: skip
    copy = added[0].article_id
    world.articles.append(copy)
    statement(world)
    send(world, op("submit"))
    for kind in ("accept_unanimous", "make_gold"):
        adjudicating.apply(
            store, world.people["reviewer"], project_id, world.articles[0],
            client="test", base_revision=1 << 40, operations=[op(kind)],
        )  # fmt: skip
    statement(world, article=1)
    send(world, op("submit"), article=1)
    # A revision that was replaced is no article of the list any more.
    statement(world, article=2)
    with store.write(world.operator.id) as tx:
        store.articles.add(tx, [item("https://b.example/3", "A correction.")], project_id)
    label = op("set_document_label", name="relevance", values=["relevant"])
    send(world, label, article=-1, person=editor)

    def found(person: Person, **fields: Any) -> list[str | None]:
        page = reading.list_articles(store, person, project_id, ListRequest(limit=500, **fields))
        number = reading.count_articles(store, person, project_id, ListRequest(**fields))
        assert number == len(page.items)
        return [row.state for row in page.items]

    states = ("to_do", "in_progress", "submitted", "in_review", "gold")
    for once, per_state in (
        (False, {"gold": 1, "submitted": 1, "in_progress": 1, "to_do": 2}),
        # The copy that is in progress is hidden, and found by whoever asks for it.
        (True, {"gold": 1, "submitted": 1, "in_progress": 1, "to_do": 2}),
    ):
        counted = reading.facets(store, editor, project_id, one_per_text=once).states
        assert counted == per_state
        for state in states:
            wanted = [state] * per_state.get(state, 0)
            assert found(editor, states=(state,), one_per_text=once) == wanted
        for sort in get_args(Sort):
            assert found(editor, states=("submitted",), sort=sort) == ["submitted"]
    assert sorted(map(str, found(editor, states=("to_do", "gold")))) == ["gold", "to_do", "to_do"]
    # Crossed with each other filter, with and without an index that leads.
    assert found(editor, states=("gold",), search="磋商") == ["gold"]
    assert found(editor, states=("in_progress",), my_statuses=("draft",)) == ["in_progress"]
    assert found(editor, states=("submitted",), my_statuses=("draft",)) == []
    assert found(editor, states=("to_do",), my_statuses=("todo",)) == ["to_do"] * 2
    assert found(editor, states=("submitted",), sources=("海岸通讯",)) == ["submitted"]
    assert found(editor, states=("to_do",), sources=("Harbour Wire",)) == []
    for sort in get_args(Sort):
        for once in (False, True):
            assert found(editor, states=("to_do",), sort=sort, one_per_text=once) == ["to_do"] * 2
    assert found(editor, states=("to_do",), sources=("海岸通讯",)) == ["to_do"] * 2
    # Whoever may not see the board is told nothing, and filters by nothing.
    for name in ("analyst", "viewer"):
        assert set(found(world.people[name], states=("gold",))) == {None}
        assert len(found(world.people[name], states=("gold",))) == 5
        assert reading.facets(store, world.people[name], project_id).states == {}


def test_a_list_holds_its_project_only(world: World) -> None:
    with world.store.write(world.operator.id) as tx:
        other = world.store.projects.create(tx, "Other", codebook.DEFAULT)
        world.store.articles.join(tx, other.id, world.articles[:1])
    for request in (ListRequest(), ListRequest(search="磋商")):
        page = reading.list_articles(world.store, world.operator, other.id, request)
        assert [row.id for row in page.items] == world.articles[:1]
    with pytest.raises(NotFound):
        reading.open_article(world.store, world.operator, other.id, world.articles[1])


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    seconds=st.lists(st.integers(0, 3), min_size=1, max_size=12),
    sort=st.sampled_from(get_args(Sort)),
    search=st.sampled_from(["", "磋商"]),
    limit=st.integers(1, 5),
)
def test_pages_forwards_and_backwards_show_each_article_once(
    tmp_path_factory: pytest.TempPathFactory,
    seconds: list[int],
    sort: Sort,
    search: str,
    limit: int,
) -> None:
    store = Store(tmp_path_factory.mktemp("pages") / "p.db")
    operator = accounts.operator(store)
    with store.write(operator.id) as tx:
        project = store.projects.create(tx, "P", codebook.DEFAULT)
        items = [
            item(f"https://x.example/{n}", f"磋商{n}", f"题{s}",
                 published_at=f"2026-01-01T00:00:0{s}Z" if s else None)
            for n, s in enumerate(seconds)
        ]  # fmt: skip
        store.articles.add(tx, items, project.id)
    forwards: list[tuple[str, ...]] = []
    request = ListRequest(sort=sort, search=search, limit=limit)
    page = reading.list_articles(store, operator, project.id, request)
    assert page.before is None
    while True:
        forwards.append(tuple(row.id for row in page.items))
        if page.after is None:
            break
        page = reading.list_articles(
            store, operator, project.id, replace(request, after=page.after)
        )
    ids = [id_ for one in forwards for id_ in one]
    assert len(ids) == len(set(ids)) == len(seconds)
    backwards = [forwards[-1]]
    while page.before is not None:
        page = reading.list_articles(
            store, operator, project.id, replace(request, before=page.before)
        )
        backwards.insert(0, tuple(row.id for row in page.items))
    assert backwards == forwards
    walked = [
        i for batch in store.listing.walk(ArticleFilter(project_id=project.id), 3) for i in batch
    ]
    assert sorted(walked) == sorted(ids)
    store.close()


def test_a_foreign_cursor_is_refused(world: World) -> None:
    for cursor in ("x", "bm9uc2Vuc2U=", "WyJuZXdlc3QiLG51bGwsMV0="):
        with pytest.raises(Invalid):
            titles(world, after=cursor, sort="title")


@pytest.mark.parametrize(
    "content",
    [
        '["newest", null, 1e999]', f'["newest", null, {2**70}]', '["newest", null, "1"]',
        '["newest", [], 1]', '["newest", "\\ud800", 1]', '["title", null]', "[" * 20_000,
    ],
)  # fmt: skip
def test_a_page_link_that_is_not_ours_is_refused(world: World, content: str) -> None:
    cursor = base64.urlsafe_b64encode(content.encode()).decode()
    with pytest.raises(Invalid, match="page link"):
        titles(world, after=cursor)


def test_an_old_revision_brings_the_newest_into_a_project(world: World) -> None:
    newest = add(world, item("https://a.example/1", "更正后的文本。"))[0].article_id
    with world.store.write(world.operator.id) as tx:
        other = world.store.projects.create(tx, "Other", codebook.DEFAULT)
        known = world.store.articles.add(tx, [item("https://a.example/1")], other.id)
    assert [outcome.change for outcome in known] == ["unchanged"]
    rows = reading.list_articles(world.store, world.operator, other.id, ListRequest()).items
    assert [row.id for row in rows] == [newest]


def test_the_counts_are_those_of_the_articles_whatever_happens_to_them(world: World) -> None:
    store, projects = world.store, [world.project.id, None]
    with store.write(world.operator.id) as tx:
        other = store.projects.create(tx, "Other", codebook.DEFAULT)

    def counts() -> list[tuple[int, int]]:
        assert list(store.examine()) == []
        found = [store.listing.facets(one) for one in [*projects, other.id]]
        return [(facets.total, facets.texts) for facets in found]

    assert counts() == [(3, 3), (3, 3), (0, 0)]
    copy = add(world, item("https://c.example/4", "A text.", "One"))[0].article_id
    add(world, item("https://d.example/5", "A text.", "One", source="Wire"))
    assert counts() == [(5, 4), (5, 4), (0, 0)]
    with store.write(world.operator.id) as tx:
        store.articles.join(tx, other.id, [copy, world.articles[0]])
    assert counts() == [(5, 4), (5, 4), (2, 2)]
    # A new revision of a copy: in both projects, and the text stays by the other copy in one.
    add(world, item("https://c.example/4", "Another text.", "One", language="en"))
    assert counts() == [(5, 5), (5, 5), (2, 2)]
    assert store.listing.facets(other.id).languages == {"en": 1, "zh-Hans": 1}
    with store.write(world.operator.id) as tx:
        store.articles.leave(tx, other.id, [copy])
        store.articles.leave(tx, world.project.id, [copy])
    assert counts() == [(4, 4), (5, 5), (1, 1)]
    with store.write(world.operator.id) as tx:
        store.articles.join(tx, other.id, [copy])
    assert counts() == [(4, 4), (5, 5), (2, 2)]


def test_wrong_counts_are_found_and_mended(world: World) -> None:
    with sqlite3.connect(world.store.path) as db:
        db.execute("UPDATE article_count SET n = 7 WHERE field = 'text' AND project_id <> ''")
    assert [problem.check for problem in world.store.examine()] == ["counts"]
    assert len(world.store.mend(world.operator.id)) == 1
    assert list(world.store.examine()) == []
    assert world.store.listing.facets(world.project.id).texts == 3


def test_what_has_gold_and_stands_elsewhere_is_nothing(world: World) -> None:
    gold = ArticleFilter(project_id=world.project.id, coder_id=world.analyst.id, gold="only")
    for states in (("submitted",), ("to_do", "gold")):
        assert world.store.listing.count(replace(gold, states=states)) == 0
    statement(world)
    send(world, op("submit"))
    for kind in ("accept_unanimous", "make_gold"):
        adjudicating.apply(
            world.store, world.people["reviewer"], world.project.id, world.articles[0],
            client="test", base_revision=1 << 40, operations=[op(kind)],
        )  # fmt: skip
    assert world.store.listing.count(gold) == 1
    assert world.store.listing.count(replace(gold, states=("submitted",))) == 0
    assert world.store.listing.count(replace(gold, states=("to_do", "gold"))) == 1


def test_without_a_project_no_article_stands_anywhere(store: Store, world: World) -> None:
    assert store.listing.count(ArticleFilter()) == len(world.articles)
    nowhere = ArticleFilter(states=("to_do", "gold"))
    for sort in get_args(Sort):
        assert store.listing.page(nowhere, sort=sort).items == ()
    assert store.listing.count(nowhere) == 0
    assert list(store.listing.walk(nowhere)) == []
