"""Entries as rows of a CSV table and back; pure functions.

Aliases stand in one cell, ``|`` between them, each as ``language/kind:text`` where it has a
language or is not a plain alias: ``南屿|en/translation:Nanyu|/term:磋商``. A backslash takes a
``|``, ``:`` or backslash literally. Cells that a spreadsheet would take for a formula begin with
an apostrophe.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from annotate.errors import Invalid
from annotate.model import ALIAS_KINDS, Alias, AliasKind
from annotate.registries.fields import LANGUAGE_TAG
from annotate.registries.model import Draft, Kind

COLUMNS: Mapping[Kind, tuple[str, ...]] = {
    "actor": ("id", "name", "kind", "aliases", "wikidata", "external_ids", "note"),
    "claim": ("id", "text", "topic", "language", "aliases", "note"),
}
MOST_BYTES = 32_000_000
MOST_CELL = 1_000_000
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_FIELDS: Mapping[str, str] = {
    "name": "name", "text": "name", "kind": "group", "topic": "group", "language": "language",
    "note": "note",
}  # fmt: skip


def written(kind: Kind, rows: Sequence[tuple[str, Draft]]) -> bytes:
    """A CSV table of entries: UTF-8 with a byte order mark, by which spreadsheets know it.

    Args:
        kind: The registry.
        rows: Entries by id.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS[kind])
    for entry_id, draft in rows:
        others = {k: v for k, v in sorted(draft.external_ids.items()) if k != "wikidata"}
        cells = {
            "id": entry_id,
            "aliases": "|".join(_alias_cell(alias) for alias in draft.aliases),
            "wikidata": draft.external_ids.get("wikidata", ""),
            "external_ids": "|".join(f"{k}:{_escaped(v)}" for k, v in others.items()),
            **{column: getattr(draft, name) for column, name in _FIELDS.items()},
        }
        writer.writerow([_guarded(cells[column]) for column in COLUMNS[kind]])
    return ("\ufeff" + out.getvalue()).encode()


def read(kind: Kind, data: bytes) -> Iterator[tuple[int, dict[str, str] | Invalid]]:
    """The rows of a CSV table: (line, cells by column), or what is wrong with the row.

    Columns may stand in any order, and all but the name or text may be missing.

    Raises:
        Invalid: if the table as a whole cannot be read.
    """
    if len(data) > MOST_BYTES:
        raise Invalid("The table has {count} bytes; {most} are the most", count=len(data),
                      most=MOST_BYTES)  # fmt: skip
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("The table is not UTF-8", "Save it as CSV in UTF-8") from None
    csv.field_size_limit(MOST_CELL)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    header = _header(kind, rows)
    while True:
        line = rows.line_num + 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, Invalid("The row cannot be read: {error}", error=error)
            if not str(error).startswith("field larger"):
                return
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header):
            yield line, Invalid(
                "The row has {count} cells; there are {most} columns", "Quote cells with commas",
                count=len(cells), most=len(header),
            )  # fmt: skip
            continue
        filled = [*cells, *[""] * (len(header) - len(cells))]
        yield line, {name: _bare(cell) for name, cell in zip(header, filled, strict=True)}


def drafted(cells: Mapping[str, str], base: Draft) -> Draft:
    """A draft with the cells of a row; columns that the table does not have stay as in ``base``.

    Raises:
        Invalid: if a cell cannot be understood.
    """
    given = {name: cells[column] for column, name in _FIELDS.items() if column in cells}
    external_ids = dict(base.external_ids)
    if "external_ids" in cells:
        external_ids = {k: v for k, v in external_ids.items() if k == "wikidata"}
        external_ids |= dict(_identifier(part) for part in _split(cells["external_ids"], "|"))
    if "wikidata" in cells:
        external_ids.pop("wikidata", None)
        if cells["wikidata"].strip():
            external_ids["wikidata"] = cells["wikidata"]
    aliases = base.aliases
    if "aliases" in cells:
        aliases = tuple(_alias(part) for part in _split(cells["aliases"], "|"))
    return Draft(
        given.get("name", base.name), given.get("group", base.group),
        given.get("language", base.language), aliases, external_ids,
        given.get("note", base.note),
    )  # fmt: skip


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    # Spreadsheets write what their country separates lists with.
    return max((",", ";", "\t"), key=first.count)


def _header(kind: Kind, rows: Iterator[list[str]]) -> list[str]:
    known = COLUMNS[kind]
    try:
        header = [cell.strip().lower() for cell in next(rows, [])]
    except csv.Error as error:
        raise Invalid("The table's header cannot be read: {error}", error=error) from None
    odd = [name for name in header if name not in known]
    if odd or known[1] not in header or len(set(header)) != len(header):
        raise Invalid(
            "The first row must name the columns, {needed} among them",
            "Known columns: {known}",
            needed=known[1],
            known=", ".join(known),
        )
    return header


def _guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _bare(cell: str) -> str:
    return cell[1:] if _GUARDED.match(cell) else cell


def _alias_cell(alias: Alias) -> str:
    prefix = alias.language + (f"/{alias.kind}" if alias.kind != "alias" else "")
    return f"{prefix}:{_escaped(alias.text)}" if prefix else _escaped(alias.text)


def _alias(part: str) -> Alias:
    prefix, *rest = _split(part, ":", 1)
    if not rest:
        return Alias(_literal(part))
    language, _, kind = prefix.strip().partition("/")
    if (language and not LANGUAGE_TAG.match(language)) or kind not in ("", *ALIAS_KINDS):
        raise Invalid(
            "{prefix!r} before an alias is no language",
            "Write zh-Hans:南屿, or a backslash before a colon that belongs to the alias",
            prefix=prefix[:80],
        )
    return Alias(_literal(rest[0]), language, cast(AliasKind, kind or "alias"))


def _identifier(part: str) -> tuple[str, str]:
    scheme, *rest = _split(part, ":", 1)
    if not rest:
        raise Invalid("{part!r} is no identifier", "Write it as viaf:12345", part=part[:80])
    return scheme.strip(), _literal(rest[0])


def _escaped(text: str) -> str:
    return re.sub(r"([\\|:])", r"\\\1", text)


def _literal(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def _split(text: str, separator: str, most: int = -1) -> list[str]:
    """Split at separators that no backslash takes literally; an empty text has no parts."""
    parts: list[str] = []
    start = n = 0
    while n < len(text):
        if text[n] == "\\":
            n += 1
        elif text[n] == separator and len(parts) != most:
            parts.append(text[start:n])
            start = n + 1
        n += 1
    return [*parts, text[start:]] if text else []
