"""``soft``: one CSV of text, target and a distribution over stances, derived from all coders.

A row is what several coders recorded of the same thing: statements aligned by their evidence that
name the same claim. People's sets count; gold and models' sets do not. The distribution says how
likely each stance is, as the shares of the coders' votes or as Dawid and Skene's model estimates
it from how reliable each coder proves over the whole export.
"""

from __future__ import annotations

import json
import tempfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import IO

from annotate.agreement import CodedStatement, dawid_skene, rows, votes
from annotate.model import LabelSet, Statement
from annotate.text.segment import paragraphs, sentences
from exports.formats.delimited import BOM, CsvFile
from exports.formats.stance import CONTEXT, context
from exports.formats.tables import Column, shown_cell
from exports.records import Record, codebook_of, ordered, project_of
from exports.registry import Option, Options, Outputs, Preview, PreviewTable, export_format
from exports.repeats import Repeats, Tally

METHOD = Option("method", "Distribution", ("votes", "dawid-skene"))
NAME = "soft"
COLUMNS = (
    Column("text"), Column("target"), Column("stance"), Column("distribution"),
    Column("coders", "integer"),
)  # fmt: skip
_DIGITS = 4
Place = tuple[int, int]


@dataclass(slots=True)
class _Rows:
    """Rows on disk and their votes in memory: the model needs all votes before the first row."""

    file: IO[str]
    items: array[int] = field(default_factory=lambda: array("q"))
    who: array[int] = field(default_factory=lambda: array("q"))
    said: array[int] = field(default_factory=lambda: array("q"))
    coders: dict[str, int] = field(default_factory=dict)
    stances: dict[str, int] = field(default_factory=dict)
    count: int = 0

    def take(self, records: Iterable[Record], options: Options) -> None:
        """Take in the records."""
        for record in records:
            record = ordered(record)
            for project_id in sorted({one.project_id for one in record.label_sets}):
                sets = [
                    one
                    for one in record.label_sets
                    if one.kind == "analyst" and one.project_id == project_id
                ]
                if any(one.statements for one in sets):
                    self._take(record, sets, options)

    def _take(self, record: Record, sets: Sequence[LabelSet], options: Options) -> None:
        entry = project_of(record, sets[0])
        book = codebook_of(entry, max(version.number for version in entry.codebooks))
        for value in book.stances:
            self.stances.setdefault(value.name, len(self.stances))
        places = [{span.id: (span.start, span.end) for span in one.spans} for one in sets]
        coded = [
            [_coded(statement, places[n]) for statement in one.statements]
            for n, one in enumerate(sets)
        ]
        shown = _Shown(record.article.text, options["context"])
        for row in rows(coded):
            by_claim: dict[str, list[tuple[int, int]]] = {}
            for n, i in row:
                by_claim.setdefault(sets[n].statements[i].claim_id, []).append((n, i))
            for claim_id, members in by_claim.items():
                evidence = [place for n, i in members for place in coded[n][i].evidence]
                text, target = shown.of(evidence), record.claims[claim_id].text
                self.file.write(json.dumps([text, target, [v.name for v in book.stances]]) + "\n")
                for n, i in members:
                    stance = sets[n].statements[i].stance
                    coder = sets[n].coder_id or ""
                    self.items.append(self.count)
                    self.who.append(self.coders.setdefault(coder, len(self.coders)))
                    self.said.append(self.stances.setdefault(stance, len(self.stances)))
                self.count += 1

    def rows(self, options: Options) -> Iterator[tuple[str, str, str, str, int]]:
        """The rows of the table, once all records are in."""
        size = max(len(self.stances), 1)
        shares = votes(self.items, self.said, size)
        if options["method"] == "dawid-skene":
            estimate = dawid_skene(self.items, self.who, self.said, size)
            # Where nothing can be estimated, such as with one coder, the votes stand.
            shares = shares if estimate.reason else estimate.posterior
        names = list(self.stances)
        counts = [0] * self.count
        for item in self.items:
            counts[item] += 1
        self.file.seek(0)
        for n, line in enumerate(self.file):
            text, target, listed = json.loads(line)
            chances = dict(zip(names, shares[n].tolist(), strict=True))
            order = [*listed, *(name for name in names if name not in listed and chances[name])]
            likely = max(order, key=lambda name: chances[name])
            told = {name: round(chances[name], _DIGITS) for name in order}
            yield text, target, likely, json.dumps(told, ensure_ascii=False), counts[n]


class _Shown:
    """The text of a row, as the option says."""

    def __init__(self, text: str, unit: str) -> None:
        self._text = text
        cut = {"paragraph": (paragraphs, "\n"), "sentence": (sentences, " ")}.get(unit)
        self._units = list(cut[0](text)) if cut else None
        self._joint = cut[1] if cut else ""

    def of(self, evidence: Sequence[Place]) -> str:
        """What of the text belongs to some evidence; all of it if there is none."""
        if self._units is None or not evidence:
            return self._text
        return context(self._text, self._units, list(evidence), self._joint)


def preview(records: Iterable[Record], options: Options, rows: int) -> Preview:
    """The first rows; the model sees all records for them, as it does for an export."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
        found = _Rows(file)
        found.take(records, options)
        first = [
            tuple(shown_cell(cell) for cell in row) for row in islice(found.rows(options), rows)
        ]
    return Preview(tables=(PreviewTable(NAME, tuple(c.name for c in COLUMNS), tuple(first)),))


@export_format(
    name=NAME,
    title="Soft labels: text, target, distribution of stances (CSV)",
    group="training",
    purpose="For training on what coders disagree about: one row a text and claim, all stances.",
    suffix=".csv",
    media_type="text/csv",
    parts=(NAME,),
    options=(METHOD, CONTEXT, BOM),
    preview=preview,
)
def write(records: Iterable[Record], outputs: Outputs, options: Options) -> Repeats:
    """Write the one table."""
    tally = Tally()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
        found = _Rows(file)
        found.take(records, options)
        out = CsvFile(outputs(NAME), COLUMNS, bom=options["bom"] == "yes")
        for row in found.rows(options):
            out.write(row)
            text, target, likely, told, _ = row
            tally.add(text, target, (likely, told))
        out.flush()
    return tally.repeats()


def _coded(statement: Statement, places: dict[str, Place]) -> CodedStatement:
    evidence = tuple(places[id_] for id_ in statement.evidence)
    parts = {"claim": statement.claim_id, "stance": statement.stance,
             "speaker": statement.speaker_id}  # fmt: skip
    return CodedStatement(statement.id, evidence, parts)
