"""``ingest``, ``rejected`` and ``reclean`` on the command line, up to a kill on the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from annotate.commands import ingestion
from annotate.commands.output import Progress
from annotate.ingest import READERS
from annotate.store import Store
from tests.killing import kill_at, steps_of
from tests.test_cli import Ran, Run, run
from tests.world import World

__all__ = ["run"]

ITEM = """<!--1707821102000-->
[{title}](https://example.org/{name})
------

日期：Tue, 13 Feb 2024 10:45:02 +0000

<p>{text}</p>
"""


def put(folder: Path, name: str, text: str, title: str = "磋商机制会议") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.md"
    path.write_text(ITEM.format(title=title, name=name, text=text), "utf-8")
    return path


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    put(folder, "one", "北岸共和国前安全顾问表示，本国对南屿加入持开放态度。")
    put(folder / "deeper", "two", "议会质询：磋商机制会否触及应急预案？")
    (folder / "broken.md").write_text("nothing of the form", "utf-8")
    return folder


def counts(ran: Ran) -> tuple[int, ...]:
    summary = ran.json
    return tuple(summary[name] for name in ("read", "new", "revisions", "unchanged", "rejected"))


def test_the_progress_bar_knows_how_much_there_is(
    run: Run, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[tuple[int, int | None]] = []

    @contextmanager
    def noted(title: str) -> Iterator[Progress]:
        yield lambda done, total: shown.append((done, total))

    monkeypatch.setattr(ingestion, "progress", noted)
    run("ingest", str(archive))
    assert shown[0] == (0, 3)
    assert shown[-1] == (3, 3)
    shown.clear()
    monkeypatch.setitem(
        READERS._entries, "archive", replace(READERS.get("archive"), version="another")
    )
    run("reclean", "--processes", "1")
    assert shown[-1] == (2, 2)


def test_what_is_taken_and_what_is_not(run: Run, archive: Path) -> None:
    first = run("ingest", str(archive), "--json")
    assert (first.code, counts(first)) == (1, (3, 2, 0, 0, 1))
    assert first.json["rejections"][0]["item"] == str(archive / "broken.md")
    assert first.json["rejections"][0]["reason"]
    again = run("ingest", str(archive), "--json")
    assert counts(again) == (3, 0, 0, 2, 1)
    listed = run("articles", "--search", "應急預案", "--json").json
    assert [row["published_at"] for row in listed] == ["2024-02-13T10:45:02Z"]


def test_a_changed_item_is_a_revision_and_the_old_one_stays(run: Run, archive: Path) -> None:
    run("ingest", str(archive))
    before = {row["url"]: row["id"] for row in run("articles", "--json").json}
    put(archive, "one", "更正：北岸共和国前安全顾问没有表示任何态度。")
    assert counts(run("ingest", str(archive), "--json")) == (3, 0, 1, 1, 1)
    after = {row["url"]: row["id"] for row in run("articles", "--json").json}
    url = "https://example.org/one"
    assert before[url] != after[url]
    old = run("show", before[url], "--json").json["article"]
    assert (old["revision"], old["superseded"]) == (1, True)


def test_a_rejected_item_is_listed_until_it_succeeds(run: Run, archive: Path) -> None:
    run("ingest", str(archive))
    run("ingest", str(archive))
    (row,) = run("rejected", "--json").json
    assert (row["item"], row["times"]) == (str(archive / "broken.md"), 2)
    assert run("rejected", "list", "--json").json == [row]
    assert counts(run("rejected", "retry", "--json")) == (1, 0, 0, 0, 1)
    put(archive, "broken", "现在它有了应有的样子，是一篇完整的文章。")
    assert counts(run("rejected", "retry", "--json")) == (1, 1, 0, 0, 0)
    assert run("rejected", "--json").json == []
    (done,) = run("rejected", "list", "--all", "--json").json
    assert done["resolution"] == "succeeded"


def test_a_rejected_item_is_listed_until_it_is_dismissed(run: Run, archive: Path) -> None:
    run("ingest", str(archive))
    (row,) = run("rejected", "--json").json
    assert run("rejected", "dismiss", row["id"]).code == 0
    assert run("rejected", "--json").json == []
    assert run("rejected", "dismiss", row["id"]).code == 2


def test_articles_join_the_only_project_or_the_one_named(
    run: Run, world: World, archive: Path
) -> None:
    run("project", "create", "Second")
    run("ingest", str(archive), "--project", "Second")
    rows = {row["name"]: row["articles"] for row in run("project", "list", "--json").json}
    assert rows == {"Talks": 3, "Second": 2}


def test_the_first_ingest_makes_the_first_project(run: Run, archive: Path) -> None:
    run("ingest", str(archive))
    assert [row["articles"] for row in run("project", "list", "--json").json] == [2]


def test_a_path_that_is_not_there_is_a_wrong_call(run: Run, tmp_path: Path) -> None:
    ran = run("ingest", str(tmp_path / "none"))
    assert (ran.code, ran.out) == (2, "")
    assert not (tmp_path / "claimdesk.db").exists()


def test_an_analyst_may_not_ingest(run: Run, world: World, archive: Path) -> None:
    assert run("--as", "analyst-1", "ingest", str(archive)).code == 2
    assert len(run("articles", "--json").json) == 3


def test_nothing_is_cleaned_again_by_the_same_cleaner(run: Run, archive: Path) -> None:
    run("ingest", str(archive))
    assert counts(run("reclean", "--json")) == (0, 0, 0, 0, 0)


_PROGRAM = """
from annotate.cli import main
main(["--db", *sys.argv[1:]])
"""


@pytest.mark.slow
def test_killed_on_the_way_and_run_again_nothing_is_lost_or_doubled(
    run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "archive"
    for n in range(400):
        put(folder, f"{n:03d}", f"第{n}篇：" + "北岸共和国与南屿举行磋商。" * 40, f"第{n}篇")
    arguments = ("ingest", str(folder), "--json")
    steps = steps_of(_PROGRAM, str(tmp_path / "whole.db"), *arguments)
    database = tmp_path / "claimdesk.db"
    kill_at(steps * 3 // 4, _PROGRAM, str(database), *arguments)
    again = run(*arguments)
    assert again.code == 0
    summary = again.json
    assert 0 < summary["unchanged"] < 400
    assert (summary["read"], summary["rejected"]) == (400, 0)
    assert summary["new"] + summary["unchanged"] == 400
    store = Store(database)
    assert store.listing.facets(None).total == 400
    assert list(store.examine()) == []
    store.close()


def test_the_runs_are_listed(run: Run, archive: Path) -> None:
    run("ingest", str(archive))
    run("rejected", "retry")
    again, first = run("runs", "--json").json
    assert (first["state"], first["kind"], first["what"]) == ("done", "ingest", [str(archive)])
    assert (first["read"], first["new"], first["rejected"]) == (3, 2, 1)
    assert (again["kind"], again["what"]) == ("retry", [str(archive / "broken.md")])
    assert run("runs", "list", "--limit", "1", "--json").json == [again]
    assert run("--as", "analyst-1", "runs").code == 2
