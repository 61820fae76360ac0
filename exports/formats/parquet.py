"""``parquet``: the tables of `exports.formats.tables` as typed columns (Apache Parquet).

Written in row groups whose limits depend on the data alone, with fixed settings, so that the
same records give the same bytes with the same version of pyarrow.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from datetime import datetime
from typing import TYPE_CHECKING, Any

from annotate.errors import Invalid
from exports.formats.tables import TABLES, Cell, Column, Table, preview, table_names
from exports.records import Record, ordered
from exports.registry import Options, Outputs, Sink, export_format

if TYPE_CHECKING:
    import pyarrow as pa

_GROUP_ROWS = 10_000
_GROUP_CHARACTERS = 8_000_000


class ParquetFile:
    """Rows going to one Parquet file, in row groups.

    Args:
        sink: Where the bytes go.
        table: Its columns make the schema.
    """

    def __init__(self, sink: Sink, table: Table) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._columns = table.columns
        self._schema = schema(table)
        self._rows: list[tuple[Cell, ...]] = []
        self._characters = 0
        self._writer = pq.ParquetWriter(
            pa.PythonFile(sink, mode="w"),
            self._schema,
            compression="zstd",
            compression_level=3,
            version="2.6",
            data_page_version="1.0",
        )

    def write(self, row: tuple[Cell, ...]) -> None:
        """Add one row."""
        self._rows.append(row)
        self._characters += sum(len(cell) for cell in row if isinstance(cell, str))
        if len(self._rows) >= _GROUP_ROWS or self._characters >= _GROUP_CHARACTERS:
            self._flush()

    def __enter__(self) -> ParquetFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        """Write what is still here, unless something went wrong, and the footer."""
        if kind is None and self._rows:
            self._flush()
        self._writer.close()

    def _flush(self) -> None:
        import pyarrow as pa

        try:
            arrays = [
                pa.array(_values(column, values), type=field.type)
                for column, values, field in zip(
                    self._columns, zip(*self._rows, strict=True), self._schema, strict=True
                )
            ]
        except UnicodeEncodeError as error:
            raise Invalid(
                "A text cannot be written as UTF-8: {error_reason}",
                "Run doctor on the database: a text in it is damaged",
                error_reason=error.reason,
            ) from None
        self._writer.write_batch(pa.record_batch(arrays, schema=self._schema))
        self._rows, self._characters = [], 0


def schema(table: Table) -> pa.Schema:
    """The Arrow schema of a table."""
    import pyarrow as pa

    types: dict[str, Any] = {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "truth": pa.bool_(),
        "time": pa.timestamp("ms", tz="UTC"),
        "texts": pa.list_(pa.string()),
        "integers": pa.list_(pa.int64()),
    }
    return pa.schema([pa.field(c.name, types[c.kind], nullable=c.nullable) for c in table.columns])


def _values(column: Column, values: tuple[Cell, ...]) -> Iterable[object]:
    if column.kind != "time":
        return values
    return [None if value is None else _moment(column, str(value)) for value in values]


def _moment(column: Column, text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(
            "{column_name} holds {text!r}, which is not an ISO 8601 time",
            column_name=column.name,
            text=text,
        ) from None


@export_format(
    name="parquet",
    title="Tables of articles, label sets, spans and statements (Parquet)",
    group="tables",
    purpose="For pandas, DuckDB and datasets: the same four tables, with types.",
    suffix=".parquet",
    media_type="application/vnd.apache.parquet",
    shape="tables",
    parts=table_names(TABLES),
    preview=preview(TABLES),
)
def write(records: Iterable[Record], outputs: Outputs, options: Options) -> None:
    """Write the tables, a file each."""
    with ExitStack() as stack:
        pairs = [
            (stack.enter_context(ParquetFile(outputs(table.name), table)), table.rows)
            for table in TABLES
        ]
        for record in records:
            record = ordered(record)
            for file, rows in pairs:
                for row in rows(record, options):
                    file.write(row)
