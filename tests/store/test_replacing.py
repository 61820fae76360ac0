"""Revisions that come while a project is archived: it keeps what it has until it is opened."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotate import codebook, imports, projects, reading, releases
from annotate.model import CleanedItem
from annotate.reading import ListRequest
from annotate.releases import Choice
from annotate.store import Store
from tests.world import World, item, statement

URL = "https://a.example/1"


@pytest.fixture
def other(world: World) -> str:
    """A project that has the first article, too."""
    with world.store.write(world.operator.id) as tx:
        made = world.store.projects.create(tx, "Other", codebook.DEFAULT)
        world.store.articles.join(tx, made.id, world.articles[:1])
    return made.id


def come(world: World, project_id: str | None, *items: CleanedItem) -> list[str]:
    with world.store.write(world.operator.id) as tx:
        return [one.article_id for one in world.store.articles.add(tx, items, project_id)]


def corrected(number: int = 2, url: str = URL) -> CleanedItem:
    return item(url, f"更正后的文本，第{number}版。", title=f"更正{number}")


def listed(world: World, project_id: str, **request: object) -> list[str]:
    asked = ListRequest(**request)  # type: ignore[arg-type]
    page = reading.list_articles(world.store, world.operator, project_id, asked)
    return [row.id for row in page.items]


def seen(world: World) -> tuple[object, ...]:
    """What a project shows of its articles, by whatever route."""
    store, project = world.store, world.project.id
    opened = reading.open_article(store, world.operator, project, world.articles[0])
    return (
        listed(world, project), listed(world, project, sort="title"),
        listed(world, project, search="沈若川"), listed(world, project, one_per_text=True),
        store.listing.facets(project, world.analyst.id, one_per_text=True),
        store.projects.sizes()[project], store.boards.places(project), opened.newest_id,
    )  # fmt: skip


def exported(world: World, name: str, path: Path) -> bytes:
    releases.export(world.store, world.operator, Choice(world.project.id), name, path)
    return path.read_bytes()


@pytest.mark.parametrize("labelled", [False, True])
@pytest.mark.parametrize("into", ["other", "none"])
def test_an_archived_project_keeps_the_revision_that_it_has(
    world: World, other: str, tmp_path: Path, into: str, labelled: bool
) -> None:
    store, project = world.store, world.project.id
    if labelled:
        statement(world)
    come(world, project, item("https://c.example/copy"))
    before = seen(world)
    files = {name: exported(world, name, tmp_path / name) for name in ("jsonl", "labelstudio")}
    projects.archive(store, world.operator, project)
    (newer,) = come(world, other if into == "other" else None, corrected())
    assert seen(world) == before
    assert {name: exported(world, name, tmp_path / name) for name in files} == files
    assert store.articles.projects_of([newer])[newer] == (other,)
    assert listed(world, other) == [newer]
    assert list(store.examine()) == []


def test_what_came_meanwhile_joins_a_project_that_leaves_the_archive(
    world: World, other: str
) -> None:
    store, project = world.store, world.project.id
    projects.archive(store, world.operator, project)
    come(world, other, corrected(), corrected(3), corrected(2, "https://a.example/2"))
    newest = store.articles.newest(world.articles[0])
    assert store.listing.facets(project).total == 3
    projects.unarchive(store, world.people["editor"], project)
    inside = listed(world, project)
    assert newest in inside
    assert len(inside) == 3
    assert not set(world.articles[:2]) & set(inside)
    opened = reading.open_article(store, world.operator, project, world.articles[0])
    assert opened.newest_id == newest
    assert list(store.examine()) == []
    joined, unarchived = store.history.events("project", project)[:2]
    assert (unarchived.action, unarchived.by) == ("project.unarchive", world.people["editor"].id)
    assert (joined.action, joined.by) == ("project.add_articles", world.people["editor"].id)
    assert joined.after == {"articles": 2}
    assert joined.at == unarchived.at
    # The next one joins as usual, and archiving again holds that one.
    (fourth,) = come(world, other, corrected(4))
    assert fourth in listed(world, project)
    projects.archive(store, world.operator, project)
    come(world, other, corrected(5))
    assert fourth in listed(world, project)
    assert list(store.examine()) == []


def test_leaving_the_archive_says_nothing_where_nothing_came(world: World) -> None:
    projects.archive(world.store, world.operator, world.project.id)
    projects.unarchive(world.store, world.operator, world.project.id)
    newest = world.store.history.events("project", world.project.id)[0]
    assert newest.action == "project.unarchive"


def test_the_export_of_an_archived_project_is_whole_elsewhere(
    world: World, other: str, tmp_path: Path
) -> None:
    projects.archive(world.store, world.operator, world.project.id)
    come(world, other, corrected())
    exported(world, "jsonl", tmp_path / "all.jsonl")
    elsewhere = Store(tmp_path / "elsewhere.db")
    imports.import_file(
        elsewhere, elsewhere.people.get(world.operator.id), "jsonl", tmp_path / "all.jsonl"
    )
    assert elsewhere.listing.facets(world.project.id).total == 3


@pytest.mark.parametrize("archived", [False, True])
def test_a_revision_that_comes_by_import_joins_all_but_archived_projects(
    world: World, other: str, tmp_path: Path, archived: bool
) -> None:
    store, project = world.store, world.project.id
    exported(world, "jsonl", tmp_path / "all.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text().splitlines()]
    (line,) = [line for line in lines if line["article"]["id"] == world.articles[0]]
    line["article"] |= {"id": "0197" + line["article"]["id"][4:], "revision": 2, "text": "更正。"}
    line["projects"][0] |= {"id": other, "name": "Other"}
    (tmp_path / "one.jsonl").write_text(json.dumps(line) + "\n", "utf-8")
    if archived:
        projects.archive(store, world.operator, project)
    done = imports.import_file(store, world.operator, "jsonl", tmp_path / "one.jsonl")
    assert (done.articles, done.problems) == (1, [])
    new = line["article"]["id"]
    kept, gone = (world.articles[0], new) if archived else (new, world.articles[0])
    assert kept in listed(world, project)
    assert gone not in listed(world, project)
    assert listed(world, other) == [new]
    assert list(store.examine()) == []
