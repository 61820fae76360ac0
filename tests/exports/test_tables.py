"""The tables, read back by the programs that people read them with."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.errors import Invalid
from exports import FORMATS
from exports.formats import parquet as parquet_format
from exports.formats.tables import TABLES, Table
from exports.records import Record, ordered
from tests.exports.samples import BARE, LABELLED, RECORDS
from tests.exports.strategies import records

Written = dict[str, bytes]


def write(name: str, found: Iterable[Record], **options: str) -> Written:
    """The files of an export, in memory."""
    sinks: dict[str, io.BytesIO] = {}

    class Kept(io.BytesIO):
        def close(self) -> None:
            """Kept open for reading: pyarrow closes what it wrote to."""

    def open_part(part: str) -> Any:
        return sinks.setdefault(part, Kept())

    chosen = FORMATS.get(name)
    chosen.write(found, open_part, chosen.settings(options))
    return {part: sink.getvalue() for part, sink in sinks.items()}


def expected(table: Table, found: Iterable[Record]) -> list[tuple[Any, ...]]:
    return [row for record in found for row in table.rows(ordered(record), {})]


def as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)


@given(st.lists(records(), max_size=2))
@settings(max_examples=60, deadline=None)
def test_pandas_and_the_csv_module_read_every_cell_of_a_csv(found: list[Record]) -> None:
    written = write("csv", found)
    for table in TABLES:
        rows = [[as_text(cell) for cell in row] for row in expected(table, found)]
        text = written[table.name].decode("utf-8")
        header, *plain = csv.reader(io.StringIO(text, newline=""))
        assert header == [column.name for column in table.columns]
        assert plain == rows
        frame = pd.read_csv(io.StringIO(text, newline=""), dtype=str, keep_default_na=False)
        assert list(frame.columns) == header
        assert frame.to_numpy().tolist() == rows


@given(st.lists(records(), max_size=2))
@settings(max_examples=40, deadline=None)
def test_parquet_holds_the_same_values_with_types(found: list[Record]) -> None:
    written = write("parquet", found)
    for table in TABLES:
        read = pq.read_table(pa.BufferReader(written[table.name]))
        assert read.schema.equals(parquet_format.schema(table))
        times = [n for n, column in enumerate(table.columns) if column.kind == "time"]
        rows = []
        for row in expected(table, found):
            cells = [list(cell) if isinstance(cell, tuple) else cell for cell in row]
            for n in times:
                cells[n] = None if cells[n] is None else pd.Timestamp(cells[n]).to_pydatetime()
            rows.append(cells)
        assert [list(row.values()) for row in read.to_pylist()] == rows


def test_the_same_records_give_the_same_bytes() -> None:
    for name in ("csv", "parquet"):
        assert write(name, RECORDS) == write(name, RECORDS)


def test_row_groups_are_bounded_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_format, "_GROUP_ROWS", 7)
    written = write("parquet", [LABELLED] * 10)
    spans = pq.ParquetFile(pa.BufferReader(written["spans"]))
    assert spans.num_row_groups == -(-10 * 9 // 7)
    assert spans.metadata.num_rows == 90
    monkeypatch.setattr(parquet_format, "_GROUP_CHARACTERS", 100)
    articles = pq.ParquetFile(pa.BufferReader(write("parquet", [LABELLED] * 5)["articles"]))
    assert articles.num_row_groups == 5


def test_a_byte_order_mark_only_on_request() -> None:
    assert not write("csv", RECORDS)["articles"].startswith(b"\xef\xbb\xbf")
    marked = write("csv", RECORDS, bom="yes")
    assert all(data.startswith(b"\xef\xbb\xbf") for data in marked.values())
    assert marked["spans"][3:] == write("csv", RECORDS)["spans"]


def test_the_table_of_the_first_statement() -> None:
    frame = pd.read_parquet(io.BytesIO(write("parquet", [LABELLED])["statements"]))
    row = frame.iloc[0]
    assert row["speaker"] == "林远山"
    assert row["holder"] == "东屿"
    assert row["stance"] == "support"
    assert row["stance_number"] == 1.0
    assert row["certainty"] == "conditional"
    assert list(row["evidence"]) == ["东屿的态度是开放的"]
    assert list(row["reported_by"]) == ["晨报"]
    assert row["venue"] == "海港论坛"
    text = LABELLED.article.text
    place = slice(row["evidence_starts"][0], row["evidence_ends"][0])
    assert text[place] == row["evidence"][0]


def test_a_holder_not_named_is_the_speaker_and_unclear_has_no_number() -> None:
    frame = pd.read_parquet(io.BytesIO(write("parquet", [LABELLED])["statements"]))
    assert frame.loc[1, "holder"] == frame.loc[1, "speaker"] == "𠮷田"
    assert frame.loc[2, "stance"] == "unclear"
    assert pd.isna(frame.loc[2, "stance_number"])


def test_no_records_still_give_every_table_with_its_columns() -> None:
    for name in ("csv", "parquet"):
        assert set(write(name, [])) == {table.name for table in TABLES}
    empty = pq.read_table(pa.BufferReader(write("parquet", [])["spans"]))
    assert empty.num_rows == 0
    assert "quote" in empty.column_names


def test_datasets_loads_each_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    from exports import export

    export(iter(RECORDS), "csv", tmp_path / "csv")
    export(iter(RECORDS), "parquet", tmp_path / "parquet")
    export(iter(RECORDS), "stance", tmp_path / "stance.csv")
    export(iter(RECORDS), "jsonl", tmp_path / "articles.jsonl")
    for kind, file, rows in (
        ("csv", "csv/statements.csv", 4),
        ("parquet", "parquet/statements.parquet", 4),
        ("parquet", "parquet/articles.parquet", 2),
        ("csv", "stance.csv", 4),
        ("json", "articles.jsonl", 2),
    ):
        loaded = datasets.load_dataset(
            kind,
            data_files=str(tmp_path / file),
            split="train",
            cache_dir=str(tmp_path / "cache" / file),
        )
        assert len(loaded) == rows
        if "text" in loaded.column_names:
            assert loaded[0]["text"] == LABELLED.article.text


def test_damaged_text_and_times_are_refused() -> None:
    surrogate = replace(BARE, article=replace(BARE.article, title="\ud800"))
    for name in ("csv", "parquet"):
        with pytest.raises(Invalid, match="UTF-8"):
            write(name, [surrogate])
    with pytest.raises(Invalid, match="published_at"):
        write("parquet", [replace(BARE, article=replace(BARE.article, published_at="soon"))])
