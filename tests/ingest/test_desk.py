"""Runs and rejected items as people settle them; uploads; raw beside cleaned."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from annotate import accounts, codebook, projects
from annotate.errors import Conflict, Forbidden, Invalid, NotFound, Rejected
from annotate.ingest import alive, batches, desk, looking, uploads
from annotate.ingest.prospects import TRIED_WITH, can_change
from annotate.ingest.run import Summary, ingest, retry, work_off
from annotate.model import Person, new_id
from annotate.store import Store, Transaction
from tests.ingest.packing import item, make_tar, make_zip
from tests.world import World, before_writing


@pytest.fixture
def editor(world: World) -> Person:
    return world.people["editor"]


def upload(world: World, *files: tuple[str, bytes]) -> str:
    """An upload whose files have arrived; returns its id."""
    upload_id = new_id()
    for name, content in files:
        arriving = uploads.Arriving(uploads.folder(world.store.path) / upload_id, name, 0)
        arriving.write(content)
        arriving.keep()
    return upload_id


def asked(world: World, who: Person, *files: tuple[str, bytes]) -> str:
    upload_id = upload(world, *files)
    return desk.ask_for_upload(world.store, who, world.project.id, upload_id).id


def done(world: World, run_id: str) -> None:
    work_off(world.store, world.store.ingests.run(run_id), processes=1)


def bad_names(world: World) -> list[str]:
    listed = desk.rejections(world.store, world.operator, world.project.id)
    return [uploads.shown(world.store.path, one.item) for one in listed]


def test_an_upload_is_done_when_its_turn_comes(world: World, editor: Person) -> None:
    run_id = asked(world, editor, ("a.md", item(1)), ("b.md", item(2)), ("c.md", b""))
    (seen,) = desk.runs(world.store, editor, world.project.id)
    assert (seen.now, seen.run.kind, seen.names) == ("queued", "upload", ("a.md", "b.md", "c.md"))
    done(world, run_id)
    seen = desk.run(world.store, editor, run_id)
    assert (seen.now, seen.by) == ("done", "editor-1")
    assert (seen.run.counts["new"], seen.run.counts["rejected"]) == (2, 1)
    taken = desk.taken(world.store, editor, run_id)
    assert [(one.title, one.change) for one in taken] == [("第1条", "new"), ("第2条", "new")]
    inside = world.store.articles.projects_of([one.article_id for one in taken])
    assert set(inside.values()) == {(world.project.id,)}
    assert bad_names(world) == ["c.md"]
    # Asking for it again, after a lost answer, is nothing new.
    desk.ask_for_upload(world.store, editor, world.project.id, run_id)
    assert len(desk.runs(world.store, editor, world.project.id)) == 1


def test_a_run_that_was_interrupted_runs_again_and_counts_what_it_had(
    world: World, editor: Person
) -> None:
    run_id = asked(world, editor, *((f"{n:03}.md", item(n)) for n in range(300)))
    with pytest.raises(KeyboardInterrupt):
        work_off(world.store, world.store.ingests.run(run_id), processes=1, stop=_interrupted(5))
    seen = desk.run(world.store, editor, run_id)
    assert seen.now == "interrupted"
    before = len(desk.taken(world.store, editor, run_id, limit=1000))
    assert 0 < before < 300
    desk.ask_again(world.store, editor, run_id)
    with pytest.raises(Conflict):
        desk.ask_again(world.store, editor, run_id)
    done(world, run_id)
    seen = desk.run(world.store, editor, run_id)
    counts = seen.run.counts
    assert (seen.now, counts["read"], counts["new"], counts["unchanged"]) == ("done", 300, 300, 0)
    taken = desk.taken(world.store, editor, run_id, limit=1000)
    assert len({one.article_id for one in taken}) == len(taken) == 300


def _interrupted(after: int) -> Callable[[], bool]:
    left = iter(range(after))

    def stop() -> bool:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return False

    return stop


def test_a_cancelled_run_ends_between_batches_and_goes_on_later(
    world: World, editor: Person
) -> None:
    run_id = asked(world, editor, *((f"{n:03}.md", item(n)) for n in range(100)))
    work_off(world.store, world.store.ingests.run(run_id), processes=1, stop=lambda: True)
    seen = desk.run(world.store, editor, run_id)
    assert seen.now == "cancelled"
    assert 0 < seen.run.counts["new"] < 100
    desk.ask_again(world.store, editor, run_id)
    assert desk.call_off(world.store, editor, run_id)
    assert not desk.call_off(world.store, editor, run_id)
    desk.ask_again(world.store, editor, run_id)
    done(world, run_id)
    assert desk.run(world.store, editor, run_id).run.counts["new"] == 100
    with pytest.raises(Conflict):
        desk.discard(world.store, editor, run_id)


def test_giving_a_run_up_removes_its_files_and_keeps_its_articles(
    world: World, editor: Person
) -> None:
    run_id = asked(world, editor, *((f"{n:03}.md", item(n)) for n in range(60)))
    inside = uploads.folder(world.store.path) / run_id
    work_off(world.store, world.store.ingests.run(run_id), processes=1, stop=lambda: True)
    uploads.sweep(world.store)
    assert inside.is_dir(), "a cancelled run may go on"
    taken = len(desk.taken(world.store, editor, run_id, limit=100))
    desk.discard(world.store, editor, run_id)
    assert not inside.exists()
    assert len(desk.taken(world.store, editor, run_id, limit=100)) == taken > 0


def test_a_run_at_work_is_told_from_a_dead_one(world: World) -> None:
    run_id = new_id()
    assert not alive.is_at_work(world.store.path, run_id)
    with alive.at_work(world.store.path, run_id):
        assert alive.is_at_work(world.store.path, run_id)
        alive.forget_dead(world.store.path)
        assert alive.is_at_work(world.store.path, run_id)
    assert not list(uploads.folder(world.store.path).glob("*"))
    left = uploads.folder(world.store.path) / f"{run_id}.running"
    left.touch()
    assert not alive.is_at_work(world.store.path, run_id)
    alive.forget_dead(world.store.path)
    assert not left.exists()


def test_one_who_may_not_ingest_any_more_has_nothing_done(world: World, editor: Person) -> None:
    run_id = asked(world, editor, ("a.md", item(1)))
    accounts.change_person(world.store, world.operator, editor, role="analyst")
    demoted = world.store.people.get(editor.id)
    with pytest.raises(Forbidden):
        work_off(world.store, world.store.ingests.run(run_id), processes=1)
    seen = desk.run(world.store, world.operator, run_id)
    assert seen.now == "failed"
    assert seen.run.problem is not None
    assert desk.taken(world.store, world.operator, run_id) == []
    with pytest.raises(Forbidden):
        desk.run(world.store, demoted, run_id)


def test_items_are_tried_again_one_by_one(world: World, editor: Person, tmp_path: Path) -> None:
    packed = {"good.md": item(1), "a.md": b"", "b.md": b"no item"}
    archive = make_zip(tmp_path / "z.zip", packed)
    (tmp_path / "loose.md").write_bytes(b"junk")
    broken = tmp_path / "t.tar"
    broken.write_bytes(b"no archive")
    paths = [archive, tmp_path / "loose.md", broken]
    ingest(world.store, editor, paths, project_id=world.project.id)
    listed = desk.rejections(world.store, editor, world.project.id)
    assert [Path(one.item).name for one in listed] == [
        "loose.md", "t.tar", "z.zip!a.md", "z.zip!b.md",
    ]  # fmt: skip

    make_zip(archive, {**packed, "a.md": item(2), "b.md": item(3)})
    (tmp_path / "loose.md").unlink()
    make_tar(broken, {"x.md": item(4), "y.md": item(5)})
    chosen = [one.id for one in listed if not one.item.endswith("b.md")]
    run = desk.ask_for_retry(world.store, editor, world.project.id, chosen)
    done(world, run.id)
    counts = world.store.ingests.run(run.id).counts
    assert (counts["new"], counts["rejected"], counts["unchanged"]) == (3, 1, 0)
    left = desk.rejections(world.store, editor, world.project.id)
    assert [(Path(one.item).name, one.reason) for one in left] == [
        ("loose.md", "missing"), ("z.zip!b.md", "not_an_item"),
    ]  # fmt: skip


def test_an_article_that_could_not_be_cleaned_again_is_tried_from_its_bytes(
    world: World, tmp_path: Path
) -> None:
    (tmp_path / "1.md").write_bytes(item(1))
    run = ingest(world.store, world.operator, [tmp_path / "1.md"]).run_id
    (one,) = world.store.ingests.taken(run)
    place = f"article:{one.article_id}"
    with world.store.write(world.operator.id) as tx:
        world.store.ingests.reject(tx, place, Rejected("crashed", "It crashed"), run, TRIED_WITH)
    summary = retry(world.store, world.operator, [place, "article:none"], processes=1)
    assert (summary.unchanged, summary.rejected) == (1, 1)
    assert [left.item for left in world.store.ingests.rejections()] == ["article:none"]


def test_a_dismissal_is_undone(world: World, editor: Person) -> None:
    done(world, asked(world, editor, ("a.md", b""), ("b.md", b"junk")))
    ids = [one.id for one in desk.rejections(world.store, editor, world.project.id)]
    desk.dismiss(world.store, editor, ids)
    assert bad_names(world) == []
    with pytest.raises(NotFound):
        desk.dismiss(world.store, editor, ids)
    shown = desk.rejections(world.store, editor, world.project.id, listed="dismissed")
    assert [one.id for one in shown] == ids
    desk.restore(world.store, editor, ids)
    assert bad_names(world) == ["a.md", "b.md"]
    assert desk.reasons(world.store, editor, world.project.id) == {"empty": 1, "not_an_item": 1}


def test_uploads_stay_as_long_as_they_are_needed(world: World, editor: Person) -> None:
    run_id = asked(world, editor, ("a.md", item(1)), ("b.md", b""))
    inside = uploads.folder(world.store.path) / run_id
    assert stat.S_IMODE(inside.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in inside.iterdir()} == {0o600}
    uploads.sweep(world.store)
    assert inside.is_dir(), "it waits for its run"
    done(world, run_id)
    uploads.sweep(world.store)
    assert inside.is_dir(), "an item of it is listed"
    (bad,) = desk.rejections(world.store, editor, world.project.id)
    desk.dismiss(world.store, editor, [bad.id])
    uploads.sweep(world.store)
    assert inside.is_dir(), "the dismissal can be undone"
    uploads.sweep(world.store, now=datetime.now(UTC) + timedelta(days=2))
    assert not inside.exists()
    assert desk.run(world.store, editor, run_id).names == ("a.md", "b.md")
    look = looking.look(world.store, editor, bad.id)
    assert (look.raw, look.refused and look.refused.reason) == (None, "missing")


def test_an_upload_that_nobody_finished_goes_after_a_while(world: World) -> None:
    inside = uploads.folder(world.store.path) / upload(world, ("a.md", b"x"))
    uploads.sweep(world.store)
    assert inside.is_dir()
    uploads.sweep(world.store, now=datetime.now(UTC) + timedelta(days=2))
    assert not inside.exists()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\items.zip", "items.zip"),
        ("..", "file"),
        ("", "file"),
        (".hidden.md", "hidden.md"),
        ("新闻 2024！.tar.gz", "新闻 2024！.tar.gz"),
        ("e\u0301.md", "é.md"),
        ("a\u202egnp.md\x00\n\ud800", "a_gnp.md___"),
        ("<img src=x onerror=alert(1)>.md", "_img src=x onerror=alert(1)_.md"),
    ],
)
def test_names_of_uploads_are_made_safe(given: str, kept: str) -> None:
    assert uploads.safe_name(given) == kept


def test_long_and_equal_names_of_uploads(world: World) -> None:
    long = uploads.safe_name("长" * 500 + ".tar.gz")
    assert len(long.encode()) <= uploads.LONGEST_NAME
    assert long.startswith("长长")
    assert long.endswith("长.tar.gz")
    upload_id = upload(world, ("x/a.tar.gz", b"1"), ("y/a.tar.gz", b"2"), ("a.tar.gz", b"3"))
    inside = uploads.folder(world.store.path) / upload_id
    names = [path.name for path in uploads.whole(inside)]
    assert names == ["a.tar.gz", "a (2).tar.gz", "a (3).tar.gz"]
    assert [path.read_bytes() for path in uploads.whole(inside)] == [b"1", b"2", b"3"]


def test_half_an_upload_is_none(world: World, editor: Person) -> None:
    upload_id = new_id()
    arriving = uploads.Arriving(uploads.folder(world.store.path) / upload_id, "a.md", 4)
    arriving.write(b"[t](")
    with pytest.raises(Invalid):
        desk.ask_for_upload(world.store, editor, world.project.id, upload_id)
    arriving.drop()
    assert os.listdir(uploads.folder(world.store.path) / upload_id) == []
    with pytest.raises(Invalid, match="room"):
        uploads.Arriving(uploads.folder(world.store.path) / upload_id, "a.md", 1 << 60)


def test_a_full_disk_refuses_the_file_and_leaves_nothing(world: World) -> None:
    """Small writes wait in memory: the disk's refusal comes when they are flushed."""
    inside = uploads.folder(world.store.path) / new_id()
    arriving = uploads.Arriving(inside, "a.md", 4)
    real = arriving._file
    arriving._file = open("/dev/full", "wb")  # noqa: SIM115
    real.close()
    arriving.write(b"[t](")
    with pytest.raises(Invalid, match="could not be kept"):
        arriving.keep()
    arriving.drop()
    assert os.listdir(inside) == []


def test_runs_and_items_of_another_project_are_nobody_elses(world: World, editor: Person) -> None:
    done(world, asked(world, editor, ("a.md", b"")))
    run_id = desk.runs(world.store, editor, world.project.id)[0].run.id
    (bad,) = desk.rejections(world.store, editor, world.project.id)
    stranger = accounts.add_person(world.store, world.operator, "other", role="editor")
    with world.store.write(world.operator.id) as tx:
        second = world.store.projects.create(tx, "Second", codebook.DEFAULT)
        world.store.projects.set_member(tx, second.id, stranger.id, "editor")
        world.store.projects.remove_member(tx, world.project.id, stranger.id)
    assert desk.runs(world.store, stranger, second.id) == []
    assert desk.rejections(world.store, stranger, second.id) == []
    for forbidden in (
        lambda: desk.runs(world.store, stranger, world.project.id),
        lambda: desk.run(world.store, stranger, run_id),
        lambda: desk.taken(world.store, stranger, run_id),
        lambda: desk.dismiss(world.store, stranger, [bad.id]),
        lambda: desk.ask_for_retry(world.store, stranger, second.id, [bad.id]),
        lambda: looking.look(world.store, stranger, bad.id),
        lambda: desk.runs(world.store, stranger, None),
    ):
        with pytest.raises((NotFound, Forbidden)):
            forbidden()
    for role in ("reviewer", "analyst", "viewer"):
        with pytest.raises(Forbidden):
            desk.runs(world.store, world.people[role], world.project.id)  # type: ignore[index]
    # A run for no project, a cleaning of all for example, is an administrator's.
    ingest(world.store, editor, [world.store.path.parent / "gone"])
    assert len(desk.runs(world.store, editor, world.project.id)) == 1
    assert len(desk.runs(world.store, world.people["admin"], world.project.id)) == 2


def test_a_rejected_item_is_looked_at(world: World, editor: Person) -> None:
    hostile = "<script>alert(1)</script> \u202e".encode() * 20_000
    files = (
        ("binary.md", bytes(range(256)) * 100),
        ("half.md", "[题](https://a.example/1)\n---\n".encode("gb18030") + b"<p> </p>"),
        ("long.md", hostile),
    )
    done(world, asked(world, editor, *files))
    listed = desk.rejections(world.store, editor, world.project.id)
    binary, half, long = (looking.look(world.store, editor, one.id) for one in listed)
    assert binary.raw is not None
    assert (binary.raw.encoding, binary.raw.cut, binary.raw.size) == (None, True, 25_600)
    assert binary.raw.text.startswith("000000  00 01 02")
    assert half.raw is not None
    assert half.raw.encoding == "gb18030"
    assert half.parts is not None
    assert (half.parts.title, half.parts.url) == ("题", "https://a.example/1")
    assert half.refused is not None
    assert half.refused.reason == "empty"
    assert long.raw is not None
    assert (len(long.raw.text), long.raw.cut) == (looking.LONGEST_TEXT, True)
    assert long.parts is None
    assert world.store.listing.facets(world.project.id).total == 3


def test_an_item_that_could_be_taken_now_shows_what_would_become_of_it(
    world: World, editor: Person, tmp_path: Path
) -> None:
    (tmp_path / "a.md").write_bytes(b"junk")
    ingest(world.store, editor, [tmp_path / "a.md"], project_id=world.project.id)
    (bad,) = desk.rejections(world.store, editor, world.project.id)
    (tmp_path / "a.md").write_bytes(item(9))
    look = looking.look(world.store, editor, bad.id)
    assert look.cleaned is not None
    assert (look.cleaned.text, look.refused) == ("第9条新闻的正文。", None)


def test_what_was_uploaded_is_worth_a_try_only_with_another_version(
    world: World, editor: Person, tmp_path: Path
) -> None:
    (tmp_path / "mine.md").write_bytes(b"junk")
    ingest(world.store, editor, [tmp_path / "mine.md"], project_id=world.project.id)
    done(world, asked(world, editor, ("theirs.md", b"junk")))
    mine, theirs = desk.rejections(world.store, editor, world.project.id)
    path = world.store.path
    assert (can_change(path, mine), can_change(path, theirs)) == (True, False)
    for other in (None, "0.1"):
        assert can_change(path, replace(theirs, tried_with=other))
    assert can_change(path, replace(theirs, reason="crashed"))
    assert not can_change(path, replace(theirs, item=f"article:{new_id()}"))
    assert [looking.look(world.store, editor, one.id).worth_a_try for one in (mine, theirs)] == [
        True, False,
    ]  # fmt: skip


def test_an_uploaded_item_that_an_older_version_refused_is_tried_and_taken(
    world: World, editor: Person
) -> None:
    upload_id = upload(world, ("a.md", item(1)))
    place = str(uploads.folder(world.store.path) / upload_id / "a.md")
    run_id = desk.ask_for_upload(world.store, editor, world.project.id, upload_id).id
    with world.store.write(editor.id) as tx:
        world.store.ingests.reject(tx, place, Rejected("not_an_item", "Not yet"), run_id, "0.1")
    (one,) = desk.rejections(world.store, editor, world.project.id)
    assert can_change(world.store.path, one)
    assert looking.look(world.store, editor, one.id).worth_a_try
    done(world, desk.ask_for_retry(world.store, editor, world.project.id, [one.id]).id)
    assert desk.rejections(world.store, editor, world.project.id) == []


def test_an_original_is_shown_to_those_who_may_read_the_article(
    world: World, editor: Person
) -> None:
    run_id = asked(world, editor, ("a.md", item(7)))
    done(world, run_id)
    (one,) = desk.taken(world.store, editor, run_id)
    seen = looking.original(world.store, world.people["viewer"], one.article_id)
    assert seen.raw is not None
    assert seen.raw.text == item(7).decode()
    assert seen.article.text == "第7条新闻的正文。"
    lonely = accounts.add_person(world.store, world.operator, "lonely", role="editor")
    with world.store.write(world.operator.id) as tx:
        world.store.projects.remove_member(tx, world.project.id, lonely.id)
    with pytest.raises(NotFound):
        looking.original(world.store, lonely, one.article_id)


def test_a_reason_is_kept_apart_from_its_words(world: World, editor: Person) -> None:
    done(world, asked(world, editor, ("big.md", b"x" * (8 * 1024 * 1024 + 1))))
    (bad,) = desk.rejections(world.store, editor, world.project.id)
    again = desk.rebuilt(bad)
    assert again.templates == ("The item is larger than {value} MiB", "")
    assert (again.reason, str(again)) == ("too_large", bad.message)


def test_rejections_of_an_older_version_are_told_as_they_are(store: Store) -> None:
    run = ingest(store, accounts.operator(store), [store.path.parent / "gone"]).run_id
    (bad,) = store.ingests.rejections(run_id=run)
    old = type(bad)(**{**{n: getattr(bad, n) for n in bad.__slots__}, "told": None})
    assert str(desk.rebuilt(old)) == bad.message


def test_as_many_items_may_be_chosen_as_there_are(world: World) -> None:
    with pytest.raises(NotFound):
        desk.dismiss(world.store, world.operator, [new_id() for _ in range(300_000)])


def test_a_run_goes_on_in_the_name_of_whoever_asks_again(world: World, editor: Person) -> None:
    run_id = asked(world, editor, *((f"{n:03}.md", item(n)) for n in range(60)))
    work_off(world.store, world.store.ingests.run(run_id), processes=1, stop=lambda: True)
    accounts.change_person(world.store, world.operator, editor, active=False)
    admin = world.people["admin"]
    desk.ask_again(world.store, admin, run_id)
    assert desk.run(world.store, admin, run_id).by == admin.display_name
    work_off(world.store, world.store.ingests.run(run_id), processes=1)
    assert desk.run(world.store, admin, run_id).now == "done"


def _archive(world: World, who: Person) -> None:
    projects.archive(world.store, world.operator, world.project.id)


def _expel(world: World, who: Person) -> None:
    accounts.remove_member(world.store, world.operator, who, world.project.id)


def _demote(world: World, who: Person) -> None:
    accounts.change_person(world.store, world.operator, who, role="analyst")


def _deactivate(world: World, who: Person) -> None:
    accounts.change_person(world.store, world.operator, who, active=False)


@pytest.mark.parametrize("deed", [_archive, _expel, _demote, _deactivate])
def test_a_run_that_is_forbidden_meanwhile_ends_there_and_can_go_on(
    world: World, editor: Person, monkeypatch: pytest.MonkeyPatch,
    deed: Callable[[World, Person], None],
) -> None:  # fmt: skip
    monkeypatch.setattr(batches, "BATCH_ITEMS", 1)
    run_id = asked(world, editor, *((f"{n:03}.md", item(n)) for n in range(150)))
    batch = iter(range(1000))

    def after_the_first(summary: Summary) -> None:
        if next(batch) == 0:
            deed(world, editor)

    with pytest.raises((Forbidden, NotFound)):
        work_off(
            world.store, world.store.ingests.run(run_id), processes=1, progress=after_the_first
        )
    taken = len(desk.taken(world.store, world.operator, run_id, limit=1000))
    assert taken == 48
    seen = desk.run(world.store, world.operator, run_id)
    assert (seen.now, seen.run.counts["new"]) == ("failed", taken)
    assert seen.run.problem is not None
    assert world.store.listing.facets(world.project.id).total == 3 + taken
    if deed is _archive:
        with pytest.raises(Forbidden):
            desk.ask_again(world.store, world.operator, run_id)
        projects.unarchive(world.store, world.operator, world.project.id)
    desk.ask_again(world.store, world.operator, run_id)
    done(world, run_id)
    seen = desk.run(world.store, world.operator, run_id)
    assert (seen.now, seen.run.counts["new"]) == ("done", 150)


@pytest.mark.parametrize("meanwhile", ["archived", "expelled", "inactive"])
@pytest.mark.parametrize(
    "deed", ["upload", "retry", "again", "call off", "discard", "dismiss", "restore", "ingest"]
)
def test_what_waited_for_the_database_is_asked_again(
    world: World, editor: Person, monkeypatch: pytest.MonkeyPatch, deed: str, meanwhile: str,
) -> None:  # fmt: skip
    store, project = world.store, world.project.id
    done(world, asked(world, editor, ("a.md", b""), ("b.md", b"junk")))
    first, second = (one.id for one in desk.rejections(store, editor, project))
    desk.dismiss(store, editor, [second])
    queued = asked(world, editor, ("c.md", item(1)))
    stopped = asked(world, editor, ("d.md", item(2)))
    desk.call_off(store, editor, stopped)
    uploaded = upload(world, ("e.md", item(3)))
    deeds: dict[str, Callable[[], object]] = {
        "upload": lambda: desk.ask_for_upload(store, editor, project, uploaded),
        "retry": lambda: desk.ask_for_retry(store, editor, project, [first]),
        "again": lambda: desk.ask_again(store, editor, stopped),
        "call off": lambda: desk.call_off(store, editor, queued),
        "discard": lambda: desk.discard(store, editor, stopped),
        "dismiss": lambda: desk.dismiss(store, editor, [first]),
        "restore": lambda: desk.restore(store, editor, [second]),
        "ingest": lambda: ingest(store, editor, [], project_id=project),
    }

    def change(tx: Transaction) -> None:
        if meanwhile == "archived":
            store.projects.set_archived(tx, project, True)
        elif meanwhile == "expelled":
            store.projects.remove_member(tx, project, editor.id)
        else:
            store.people.change(tx, editor.id, active=False)

    def state() -> tuple[object, ...]:
        return (
            [(run.id, run.state) for run in store.ingests.runs()],
            store.ingests.rejections(listed="all"),
        )

    before = state()
    before_writing(monkeypatch, store, change)
    with pytest.raises((Forbidden, NotFound)):
        deeds[deed]()
    assert state() == before
