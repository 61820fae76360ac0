"""``stance``: one CSV of text, target and stance, a row a statement: a stance training set.

The target is the claim's wording, the stance its name in the codebook, the text the whole
article or, as asked, those paragraphs or sentences that the evidence touches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from annotate.model import LabelSet, Statement
from annotate.text.segment import paragraphs, sentences
from exports.formats.delimited import BOM, write_tables
from exports.formats.tables import Cell, Column, Table, preview
from exports.records import Record
from exports.registry import Option, Options, Outputs, export_format

Unit = tuple[int, int]

CONTEXT = Option("context", "Text of a row", ("article", "paragraph", "sentence"))
COLUMNS = (Column("text"), Column("target"), Column("stance"))
_UNITS: dict[str, tuple[Callable[[str], Iterable[Unit]], str]] = {
    "paragraph": (paragraphs, "\n"),
    "sentence": (sentences, " "),
}


def rows(record: Record, options: Options) -> Iterator[tuple[Cell, ...]]:
    """A row a statement: text, target, stance."""
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
            yield shown, record.claims[statement.claim_id].text, statement.stance


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
def write(records: Iterable[Record], outputs: Outputs, options: Options) -> None:
    """Write the one table."""
    write_tables(records, outputs, options, (TABLE,), bom=options["bom"] == "yes")
