from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from annotate import accounts
from annotate.errors import Forbidden, Invalid, NotFound
from annotate.ingest import READERS, archive
from annotate.ingest import run as runs
from annotate.ingest.batches import Summary
from annotate.ingest.run import ingest, reclean
from annotate.model import CleanedItem, Role
from annotate.store import Store
from tests.ingest import hostile
from tests.ingest.packing import item, make_zip
from tests.world import World


def write(folder: Path, *numbers: int, **changes: str) -> Path:
    folder.mkdir(exist_ok=True)
    for number in numbers:
        (folder / f"{number:04}.md").write_bytes(item(number, **changes))
    return folder


def counts(summary: Summary) -> tuple[int, int, int, int, int]:
    assert summary.read == sum(
        (summary.new, summary.revisions, summary.duplicates, summary.unchanged, summary.rejected)
    )
    assert summary.rejected == len(summary.rejections)
    return (
        summary.new, summary.revisions, summary.duplicates, summary.unchanged, summary.rejected,
    )  # fmt: skip


def test_again_changes_nothing(world: World, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", *range(10))
    first = ingest(world.store, world.operator, [folder], project_id=world.project.id)
    assert counts(first) == (10, 0, 0, 0, 0)
    again = ingest(world.store, world.operator, [folder], project_id=world.project.id)
    assert counts(again) == (0, 0, 0, 10, 0)
    elsewhere = make_zip(tmp_path / "a.zip", {f.name: f.read_bytes() for f in folder.iterdir()})
    assert counts(ingest(world.store, world.operator, [elsewhere])) == (0, 0, 0, 10, 0)
    events = world.store.history.events("ingest_run")
    assert [event.action for event in events] == ["ingest.finish", "ingest.start"] * 3
    noted = [
        event.after["unchanged"] for event in events if event.after and event.action[-1] == "h"
    ]
    assert noted == [10, 10, 0]


def test_changed_content_is_a_revision_and_other_urls_are_duplicates(
    world: World, tmp_path: Path
) -> None:
    write(tmp_path / "a", 1, 2)
    write(tmp_path / "b", 1, text="改过的正文。")
    write(tmp_path / "c", 2, url="https://mirror.example/2", text="第2条新闻的正文。")
    folders = [tmp_path / name for name in "abc"]
    summary = ingest(world.store, world.operator, folders)
    assert counts(summary) == (2, 1, 1, 0, 0)
    assert counts(ingest(world.store, world.operator, folders)) == (0, 0, 0, 4, 0)


def test_an_article_keeps_where_it_came_from(world: World, tmp_path: Path) -> None:
    raw = item(7, url="https://www.rfi.fr/cn/7?utm_source=x")
    (tmp_path / "7.md").write_bytes(raw)
    ingest(world.store, world.people["editor"], [tmp_path / "7.md"])
    (article_id,) = world.store.articles.known_raw(
        [archive.read_archive_item("x", raw).raw_sha256]
    ).values()
    article = world.store.articles.get(article_id)
    assert article.text == "第7条新闻的正文。"
    assert article.url == "https://www.rfi.fr/cn/7?utm_source=x"
    assert article.canonical_url == "https://www.rfi.fr/cn/7"
    assert (article.source, article.language) == ("RFI", "zh-Hans")
    assert article.published_at == "2020-07-02T10:28:51Z"
    assert article.published_from == "date_line"
    assert article.cleaner_version == READERS.get("archive").version
    assert article.ingested_by == world.people["editor"].id
    assert world.store.articles.raw(article_id) == raw


def test_known_articles_join_the_project_asked_for(world: World, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", 1, 2, 3)
    ingest(world.store, world.operator, [folder])

    digests = [archive.read_archive_item("x", item(n)).raw_sha256 for n in (1, 2, 3)]
    ids = list(world.store.articles.known_raw(digests).values())
    assert set(world.store.articles.projects_of(ids).values()) == {()}
    summary = ingest(world.store, world.operator, [folder], project_id=world.project.id)
    assert counts(summary) == (0, 0, 0, 3, 0)
    assert set(world.store.articles.projects_of(ids).values()) == {(world.project.id,)}


def test_rejected_items_stay_listed_until_they_succeed(world: World, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", 1)
    bad = folder / "bad.md"
    bad.write_bytes(b"")
    zipped = make_zip(folder / "z.zip", {"../x.md": item(2), "y.md": b"no item"})
    expected = [
        (str(bad), "empty"),
        (f"{zipped}!../x.md", "unsafe_path"),
        (f"{zipped}!y.md", "not_an_item"),
    ]
    for times in (1, 2):
        summary = ingest(world.store, world.operator, [folder])
        assert [(r.item, r.reason) for r in summary.rejections] == expected
        assert all(r.message for r in summary.rejections)
        listed = world.store.ingests.rejections()
        found = sorted((r.item, r.reason, r.times) for r in listed)
        assert found == sorted((*e, times) for e in expected)
    bad.write_bytes(item(5))
    assert counts(ingest(world.store, world.operator, [folder])) == (1, 0, 0, 1, 2)
    assert {r.item for r in world.store.ingests.rejections()} == {e[0] for e in expected[1:]}


def test_several_processes_give_what_one_gives(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", *range(150))
    (folder / "0077.md").write_bytes(b"junk")
    write(folder, 120, text="第3条新闻的正文。")
    results = []
    for processes in (1, 2):
        store = Store(tmp_path / f"{processes}.db")
        who = accounts.operator(store)
        seen: list[Summary] = []
        summary = ingest(store, who, [folder], processes=processes, progress=seen.append)
        assert counts(summary) == (148, 0, 1, 0, 1)
        assert seen[-1].read == 150
        assert [s.read for s in seen] == sorted(s.read for s in seen)
        results.append(replace(summary, run_id=""))
        store.close()
    assert results[0] == results[1]


def test_a_crash_is_a_rejection_of_its_item(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", *range(runs.SMALL_RUN + 30))
    write(folder, runs.SMALL_RUN + 10, text="CRASH")
    write(folder, runs.SMALL_RUN + 20, text="FAIL")
    store = Store(tmp_path / "a.db")
    summary = ingest(store, accounts.operator(store), [folder], processes=2, reader=hostile.NAME)
    assert counts(summary) == (runs.SMALL_RUN + 28, 0, 0, 0, 2)
    assert [(Path(r.item).name, r.reason) for r in summary.rejections] == [
        (f"{runs.SMALL_RUN + 10:04}.md", "crashed"),
        (f"{runs.SMALL_RUN + 20:04}.md", "crashed"),
    ]
    store.close()


def test_who_may_not_ingest(world: World, tmp_path: Path) -> None:
    roles: tuple[Role, ...] = ("reviewer", "analyst", "viewer")
    for role in roles:
        who = world.people[role]
        with pytest.raises(Forbidden):
            ingest(world.store, who, [tmp_path])
        with pytest.raises(Forbidden):
            reclean(world.store, who)
    with pytest.raises(Invalid, match="no reader"):
        ingest(world.store, world.operator, [tmp_path], reader="nonsense")
    with pytest.raises(NotFound):
        ingest(world.store, world.people["editor"], [tmp_path], project_id="nonsense")
    assert world.store.history.events("ingest_run") == []


def test_cleaning_again_makes_revisions_where_the_text_differs(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = accounts.operator(store)
    folder = write(tmp_path / "in", 1, 2, 3)
    ingest(store, who, [folder])
    assert counts(reclean(store, who)) == (0, 0, 0, 0, 0)

    def read_better(place: str, raw: bytes) -> CleanedItem:
        cleaned = archive.read_archive_item(place, raw)
        text = cleaned.text.replace("第2条", "第二条")
        return replace(cleaned, text=text, cleaner_version="another")

    better = replace(READERS.get("archive"), version="another", read=read_better)
    monkeypatch.setitem(READERS._entries, "archive", better)
    assert counts(reclean(store, who, processes=1)) == (0, 1, 0, 2, 0)
    (known,) = store.articles.known_raw(
        [archive.read_archive_item("x", item(2)).raw_sha256]
    ).values()
    series = store.articles.get(known).series_id
    newest = store.articles.get(store.articles.newest(series))
    assert (newest.text, newest.revision) == ("第二条新闻的正文。", 2)
    assert store.articles.get(series).text == "第2条新闻的正文。"
    assert counts(ingest(store, who, [folder])) == (0, 0, 0, 3, 0)


def test_memory_does_not_grow_with_the_items(tmp_path: Path) -> None:
    taken: list[int] = []
    groups = runs._grouped(_many(taken))
    next(groups)
    assert len(taken) <= runs.GROUP_ITEMS
    big = [runs.Found("x", os.urandom(1024) * 1024) for _ in range(10)]
    assert [len(group) for group in runs._grouped(big)] == [4, 4, 2]


def _many(taken: list[int]):  # type: ignore[no-untyped-def]
    for number in range(10_000):
        taken.append(number)
        yield runs.Found(str(number), b"x")
