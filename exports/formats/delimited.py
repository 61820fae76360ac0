"""``csv``: the tables of `exports.formats.tables` as comma-separated text (RFC 4180).

Cells are exactly the stored text. A spreadsheet program takes a cell that begins with
``=``, ``+``, ``-`` or ``@`` for a formula; altering the data is not this format's business,
so ``docs/formats.md`` tells how to open such a file safely.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

import orjson

from annotate.errors import Invalid
from exports.formats.tables import TABLES, Cell, Column, Table, preview, table_names
from exports.records import Record, ordered
from exports.registry import Option, Options, Outputs, Sink, export_format

BOM = Option("bom", "For Excel (UTF-8 with signature)", ("no", "yes"))
_CONVERTED = ("truth", "texts", "integers")
_CHUNK_CHARACTERS = 1 << 19


class CsvFile:
    """Rows going to one CSV file, in chunks.

    Args:
        sink: Where the bytes go.
        columns: The header.
        bom: Whether to begin with a byte order mark.
    """

    def __init__(self, sink: Sink, columns: Sequence[Column], *, bom: bool) -> None:
        self._sink = sink
        self._converted = [n for n, column in enumerate(columns) if column.kind in _CONVERTED]
        self._buffer = io.StringIO()
        if bom:
            self._buffer.write("\ufeff")
        # The writer quotes a lone carriage return only if it is part of the line end.
        self._writer = csv.writer(self._buffer, lineterminator="\r\n")
        self._writer.writerow([column.name for column in columns])

    def write(self, row: tuple[Cell, ...]) -> None:
        """Add one row."""
        cells = list(row)
        for n in self._converted:
            cells[n] = csv_cell(cells[n])
        self._writer.writerow(cells)
        if self._buffer.tell() >= _CHUNK_CHARACTERS:
            self.flush()

    def flush(self) -> None:
        """Hand on what is still here."""
        try:
            self._sink.write(self._buffer.getvalue().encode())
        except UnicodeEncodeError as error:
            raise Invalid(
                "A text cannot be written as UTF-8: {error_reason}",
                "Run doctor on the database: a text in it is damaged",
                error_reason=error.reason,
            ) from None
        self._buffer.seek(0)
        self._buffer.truncate()


def csv_cell(value: Cell) -> Cell:
    """A cell as it stands in the file: lists as JSON, truth values in lower case."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return orjson.dumps(value).decode()
    return value


def write_tables(
    records: Iterable[Record],
    outputs: Outputs,
    options: Options,
    tables: tuple[Table, ...],
    *,
    bom: bool,
) -> None:
    """Write each table to a CSV file of its own, all in one pass over the records."""
    files = [CsvFile(outputs(table.name), table.columns, bom=bom) for table in tables]
    pairs = [(file, table.rows) for file, table in zip(files, tables, strict=True)]
    for record in records:
        record = ordered(record)
        for file, rows in pairs:
            for row in rows(record, options):
                file.write(row)
    for file in files:
        file.flush()


@export_format(
    name="csv",
    title="Tables of articles, label sets, spans and statements (CSV)",
    group="tables",
    purpose="For spreadsheets, R and pandas: four tables that are joined by their ids.",
    suffix=".csv",
    media_type="text/csv",
    shape="tables",
    parts=table_names(TABLES),
    options=(BOM,),
    preview=preview(TABLES),
)
def write(records: Iterable[Record], outputs: Outputs, options: Options) -> None:
    """Write the tables, a file each."""
    write_tables(records, outputs, options, TABLES, bom=options["bom"] == "yes")
