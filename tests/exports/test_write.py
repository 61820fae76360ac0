"""Files appear complete or not at all, and nothing else is touched."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import tracemalloc
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from annotate.errors import Invalid
from exports import export, preview
from exports.atomic import workspace
from exports.formats.jsonl import line
from exports.formats.tables import TABLES
from exports.records import Record
from tests.exports.samples import LABELLED, RECORDS

BOTH = b"".join(line(record) for record in RECORDS)
CSV_FILES = {f"{table.name}.csv" for table in TABLES}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def failing() -> Iterator[Record]:
    yield LABELLED
    raise Invalid("The store gave up")


def test_one_file_with_its_summary(tmp_path: Path) -> None:
    seen: list[int] = []
    out = tmp_path / "deep" / "er" / "a.jsonl"
    summary = export(iter(RECORDS), "jsonl", out, progress=seen.append)
    assert out.read_bytes() == BOTH
    assert names(out.parent) == {"a.jsonl"}
    assert seen == [1, 2]
    assert summary.out == str(out)
    assert (summary.articles, summary.label_sets) == (2, 2)
    assert (summary.spans, summary.statements) == (9, 4)
    assert summary.bytes == len(BOTH)
    assert summary.sha256 == hashlib.sha256(BOTH).hexdigest()
    assert summary.as_dict()["files"][0]["name"] == "a.jsonl"


def test_no_records_give_an_empty_file(tmp_path: Path) -> None:
    summary = export([], "jsonl", tmp_path / "a.jsonl")
    assert (tmp_path / "a.jsonl").read_bytes() == b""
    assert summary.articles == 0


def test_a_folder_of_tables(tmp_path: Path) -> None:
    summary = export(iter(RECORDS), "csv", tmp_path / "tables")
    assert names(tmp_path) == {"tables"}
    assert names(tmp_path / "tables") == CSV_FILES
    listing = ""
    for file in summary.files:
        data = (tmp_path / "tables" / file.name).read_bytes()
        assert (file.bytes, file.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        listing += f"{file.sha256}  {file.name}\n"
    assert summary.sha256 == hashlib.sha256(listing.encode()).hexdigest()


@pytest.mark.parametrize("name", ["csv", "parquet"])
def test_a_zip_archive_of_tables_is_the_same_each_time(tmp_path: Path, name: str) -> None:
    first = export(iter(RECORDS), name, tmp_path / "one.zip")
    second = export(iter(RECORDS), name, tmp_path / "two.zip")
    export(iter(RECORDS), name, tmp_path / "folder")
    assert first.sha256 == second.sha256
    assert first.bytes == (tmp_path / "one.zip").stat().st_size
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.testzip() is None
        assert set(archive.namelist()) == names(tmp_path / "folder")
        for member in archive.namelist():
            assert archive.read(member) == (tmp_path / "folder" / member).read_bytes()


def test_a_failure_leaves_the_old_file_and_no_trace(tmp_path: Path) -> None:
    out = tmp_path / "a.jsonl"
    out.write_text("old")
    with pytest.raises(Invalid, match="gave up"):
        export(failing(), "jsonl", out)
    assert out.read_text() == "old"
    assert names(tmp_path) == {"a.jsonl"}


@pytest.mark.parametrize("name", ["csv", "parquet"])
def test_a_failure_leaves_the_old_folder_and_no_trace(tmp_path: Path, name: str) -> None:
    out = tmp_path / "tables"
    before = export(iter(RECORDS), name, out)
    with pytest.raises(Invalid, match="gave up"):
        export(failing(), name, out)
    assert names(tmp_path) == {"tables"}
    for file in before.files:
        assert hashlib.sha256((out / file.name).read_bytes()).hexdigest() == file.sha256


def test_an_old_folder_is_replaced_whole(tmp_path: Path) -> None:
    out = tmp_path / "tables"
    export(iter(RECORDS), "csv", out)
    (out / "spans.csv").write_text("old")
    export(iter(RECORDS), "csv", out)
    assert names(out) == CSV_FILES
    assert (out / "spans.csv").read_text("utf-8").startswith("span_id,")
    assert names(tmp_path) == {"tables"}


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "tables"
    export(iter(RECORDS), "csv", out)
    (out / "thesis.docx").write_text("years of work")
    with pytest.raises(Invalid, match=r"thesis\.docx.*is not replaced"):
        export(iter(RECORDS), "csv", out)
    assert (out / "thesis.docx").read_text() == "years of work"
    with pytest.raises(Invalid, match="other files"):
        export(iter(RECORDS), "parquet", out)


def test_a_path_of_the_wrong_kind_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(Invalid, match="is a folder"):
        export(failing(), "jsonl", tmp_path / "folder")
    with pytest.raises(Invalid, match="is a file"):
        export(failing(), "csv", tmp_path / "file")
    with pytest.raises(Invalid, match="Nothing can be written"):
        export(failing(), "jsonl", tmp_path / "file" / "a.jsonl")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Invalid, match="not a regular file"):
        export(failing(), "jsonl", tmp_path / "pipe")
    assert names(tmp_path) == {"file", "folder", "pipe"}


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.jsonl").write_text("old")
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "real.jsonl")
    export(iter(RECORDS), "jsonl", tmp_path / "link.jsonl")
    assert (tmp_path / "link.jsonl").is_symlink()
    assert (tmp_path / "real.jsonl").read_bytes() == BOTH


def test_what_a_killed_run_left_is_cleared_and_a_live_run_is_not(tmp_path: Path) -> None:
    out = tmp_path / "a[1].jsonl"
    dead = tmp_path / f".{out.name}.claimdesk-dead.part"
    dead.mkdir()
    (dead / "half").write_text("x")
    other = tmp_path / ".b.jsonl.claimdesk-dead.part"
    other.mkdir()
    with workspace(out) as alive:
        assert not dead.exists()
        export(iter(RECORDS), "jsonl", out)
        assert alive.exists()
    assert names(tmp_path) == {out.name, other.name}


def test_a_run_killed_between_the_two_renames_loses_no_folder(tmp_path: Path) -> None:
    out = tmp_path / "tables"
    export(iter(RECORDS), "csv", out)
    old = (out / "spans.csv").read_bytes()
    dead = tmp_path / ".tables.claimdesk-dead.part"
    (dead / "files").mkdir(parents=True)
    out.rename(dead / "old")
    with pytest.raises(Invalid, match="gave up"):
        export(failing(), "csv", out)
    assert (out / "spans.csv").read_bytes() == old
    assert names(tmp_path) == {"tables"}


def endless() -> Iterator[Record]:
    while True:
        yield LABELLED


@pytest.mark.parametrize("name", ["csv", "parquet", "stance"])
def test_a_preview_of_tables_reads_no_more_than_it_shows(name: str) -> None:
    shown = preview(endless(), name, rows=5)
    assert shown.lines == ()
    for table in shown.tables:
        assert len(table.rows) == 5
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_a_preview_of_lines_is_one_article() -> None:
    shown = preview(endless(), "jsonl", rows=3)
    assert shown.tables == ()
    assert json.loads("\n".join(shown.lines[:1] + shown.lines[-1:])) == {}
    assert shown.folded


def test_a_preview_shows_the_first_statement() -> None:
    shown = preview(iter(RECORDS), "csv")
    statements = next(table for table in shown.tables if table.name == "statements")
    first = dict(zip(statements.columns, statements.rows[0], strict=True))
    assert first["holder"] == "东屿"
    assert first["evidence"] == "东屿的态度是开放的"
    assert first["addressee"] == ""


def test_a_full_disk_is_one_clear_error_and_the_old_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "a.jsonl").write_text("old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Invalid, match="No space left on device"):
        export(iter(RECORDS), "jsonl", tmp_path / "a.jsonl")
    assert (tmp_path / "a.jsonl").read_text() == "old"
    assert names(tmp_path) == {"a.jsonl"}


def test_a_file_system_without_locks_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsupported(descriptor: int, operation: int) -> None:
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", unsupported)
    export(iter(RECORDS), "jsonl", tmp_path / "a.jsonl")
    export(iter(RECORDS), "jsonl", tmp_path / "a.jsonl")
    assert names(tmp_path) == {"a.jsonl"}


@pytest.mark.parametrize("name", ["jsonl", "csv", "parquet", "stance"])
def test_memory_does_not_grow_with_the_corpus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("exports.formats.parquet._GROUP_CHARACTERS", 200_000)
    padding = "，渔船在夜里出海" * 100

    def corpus(count: int) -> Iterator[Record]:
        for n in range(count):
            text = f"{LABELLED.article.text}\n{n}{padding}"
            yield replace(LABELLED, article=replace(LABELLED.article, text=text))

    def peak(count: int) -> int:
        tracemalloc.start()
        try:
            export(corpus(count), name, tmp_path / str(count))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)
    assert peak(2400) < 1.5 * peak(800)
