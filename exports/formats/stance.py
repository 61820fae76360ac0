"""``stance``: one CSV of text, target and stance, a row a statement: a stance training set.

The target is the claim's wording, the stance its name in the codebook, the text the whole
article or, as asked, those paragraphs or sentences that the evidence touches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from annotate.model import LabelSet, Statement
from annotate.text.segment import paragraphs, sentences
from exports.formats.delimited import BOM, CsvFile
from exports.formats.tables import Cell, Column, Table, preview
from exports.records import Record, ordered
from exports.registry import Option, Options, Outputs, export_format
from exports.repeats import Repeats, Tally

Unit = tuple[int, int]

CONTEXT = Option("context", "Text of a row", ("article", "paragraph", "sentence"))
COLUMNS = (Column("text"), Column("target"), Column("stance"))
_UNITS: dict[str, tuple[Callable[[str], Iterable[Unit]], str]] = {
    "paragraph": (paragraphs, "\n"),
    "sentence": (sentences, " "),
}


def rows(record: Record, options: Options) -> Iterator[tuple[Cell, ...]]:
    """A row a statement: text, target, stance."""
    return (row for row, _ in coded_rows(record, options))


def coded_rows(record: Record, options: Options) -> Iterator[tuple[tuple[str, str, str], str]]:
    """The same with the id of who said it, which no row holds; nothing for gold."""
    text = record.article.text
    units: list[Unit] | None = None
    joint = ""
    if options["context"] in _UNITS:
        cut, joint = _UNITS[options["context"]]
        units = list(cut(text)) if any(s.statements for s in record.label_sets) else []
    for label_set in record.label_sets:
        for statement in label_set.statements:
            shown = text
            if units is not None and statement.evidence:
                shown = context(text, units, _places(label_set, statement), joint)
            row = (shown, record.claims[statement.claim_id].text, statement.stance)
            yield row, label_set.coder_id or ""


def context(text: str, units: list[Unit], places: list[Unit], joint: str) -> str:
    """The units of a text that any of the places touches, in reading order.

    Neighbouring units keep what stands between them in the text; where units are left out
    in between, ``joint`` stands instead.

    Args:
        text: The article's text.
        units: Its sentences or paragraphs as code point ranges, in order.
        places: The code point ranges of the evidence.
        joint: What to put where units were left out.
    """
    touched = [
        n
        for n, (start, end) in enumerate(units)
        if any(first < end and last > start for first, last in places)
    ]
    if not touched:
        return text
    pieces: list[Unit] = []
    for before, n in zip([None, *touched], touched, strict=False):
        start, end = units[n]
        if before is not None and before == n - 1:
            pieces[-1] = (pieces[-1][0], end)
        else:
            pieces.append((start, end))
    return joint.join(text[start:end].strip() for start, end in pieces)


def _places(label_set: LabelSet, statement: Statement) -> list[Unit]:
    wanted = set(statement.evidence)
    return [(span.start, span.end) for span in label_set.spans if span.id in wanted]


TABLE = Table("stance", COLUMNS, rows)


@export_format(
    name="stance",
    title="Stance training set: text, target, stance (CSV)",
    group="training",
    purpose="For training a stance classifier: one row a statement.",
    suffix=".csv",
    media_type="text/csv",
    parts=("stance",),
    options=(CONTEXT, BOM),
    preview=preview((TABLE,)),
)
def write(records: Iterable[Record], outputs: Outputs, options: Options) -> Repeats:
    """Write the one table."""
    out = CsvFile(outputs(TABLE.name), COLUMNS, bom=options["bom"] == "yes")
    tally = Tally()
    for record in records:
        for row, coder in coded_rows(ordered(record), options):
            out.write(row)
            tally.add(*row, coder)
    out.flush()
    return tally.repeats()
