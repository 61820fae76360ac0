"""The tables and charts of the Agreement page, as its component takes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal

from annotate import accounts
from annotate.agreement import Bootstrap, Figure
from annotate.codebook import Codebook
from annotate.model import Person, Project
from annotate.review.coded import GOLD
from annotate.review.figures import Report, token
from annotate.review.tallies import Tally
from annotate.ui import shell
from annotate.ui.database import store
from annotate.ui.i18n import t
from annotate.ui.views import agreement_words as words

# Enough for two digits, and a page is there at once.
SAMPLES = Bootstrap(200)
Block = dict[str, object]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text, a smaller line below it, where it leads, how it is tinted.

    ``tint`` is from 0 to 1; ``tone`` says what it stands for. ``name`` is what a link is called
    where its text is a number.
    """

    text: str
    sub: str = ""
    href: str | None = None
    tint: float | None = None
    tone: Literal["good", "bad"] = "good"
    quiet: bool = False
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Here:
    """Where the reader is: who they are, in which project, with which figures."""

    person: Person
    project: Project
    report: Report
    period: Literal["month", "week"] = "month"
    tokens: Mapping[str, str] = field(default_factory=dict)

    @property
    def book(self) -> Codebook:
        """The project's codebook."""
        return self.report.book

    @property
    def remembered(self) -> Codebook:
        """The codebook with the values that were withdrawn from it, to name labels by."""
        return store().projects.remembered(self.project.id)

    def link(self, **query: str) -> str:
        """An address of this page."""
        if self.period == "week":
            query = {"by": "week", **query}
        return shell.link("agreement", self.project, **query)

    def cases(self, part: str, **query: str) -> str:
        """Where the labels behind a figure are listed."""
        return self.link(cases=part, **query)

    def coder(self, id_: str) -> str:
        """What a coder is called; gold too."""
        if id_ == GOLD:
            return t("gold")
        name = self.report.people.get(id_, "")
        return t("Coder {n}", n=name) if self.report.hidden else name

    def coders(self) -> list[str]:
        """All coders' ids, by name."""
        return sorted(self.report.coded, key=lambda id_: (self.coder(id_), id_))

    def token(self, id_: str) -> str:
        """What stands for a coder in an address."""
        return GOLD if id_ == GOLD else token(self.project.id, id_)

    def person_of(self, token_: str) -> str:
        """The coder that an address names; empty if there is none such."""
        if token_ == GOLD:
            return GOLD
        return next((id_ for id_ in self.report.coded if self.token(id_) == token_), "")

    def tag(self, article_id: str, **query: str | None) -> str | None:
        """Where a label stands on the Tag page; None while coders' names are hidden."""
        if self.report.hidden:
            return None
        named = {key: value for key, value in query.items() if value}
        return shell.link("tag", self.project, article=article_id, **named)

    def article(self, article_id: str) -> str:
        """Where an article's labels stand side by side."""
        if accounts.may(store(), self.person, "label_set.write_gold", self.project.id):
            return shell.link("review", self.project, article=article_id)
        return shell.link("tag", self.project, article=article_id)


def figure_cell(figure: Figure, href: str | None = None, name: str | None = None) -> Cell:
    """A figure with its interval and what it rests on; tinted by how high it is."""
    return Cell(
        words.written(figure),
        words.below(figure),
        href if figure.n else None,
        figure.value if figure.value and figure.value > 0 else None,
        quiet=figure.value is None,
        name=f"{name}: {words.written(figure)}" if name and figure.n else None,
    )


def table(
    id_: str,
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    note: str = "",
    empty: str = "",
    numbers: bool = True,
) -> Block:
    """A table; the first cell of a row names it."""
    return {
        "kind": "table", "id": id_, "title": title, "note": note, "columns": list(columns),
        "rows": [[asdict(cell) for cell in row] for row in rows], "numbers": numbers,
        "empty": empty,
    }  # fmt: skip


def chart(
    id_: str,
    title: str,
    first: str,
    labels: Sequence[str],
    lines: Sequence[tuple[str, Sequence[tuple[Figure, str | None]]]],
    *,
    note: str = "",
    empty: str = "",
) -> Block:
    """A line chart: each line a name and a figure with its link for each label."""
    return {
        "kind": "chart", "id": id_, "title": title, "note": note, "first": first, "empty": empty,
        "lines": [
            {
                "name": name,
                "points": [
                    {
                        "label": label,
                        "value": figure.value,
                        "text": words.written(figure),
                        "href": href if figure.n else None,
                    }
                    for label, (figure, href) in zip(labels, points, strict=True)
                ],
            }
            for name, points in lines
        ],
    }  # fmt: skip


def figure_tables(
    here: Here, id_: str, title: str, tally: Tally, note: str = ""
) -> tuple[Block, Block]:
    """All measures of a comparison, a column each: of what was found, then of what was chosen."""
    found: dict[str, dict[str, Figure]] = {}
    chosen: dict[str, dict[str, Figure]] = {}
    for line in tally.lines(SAMPLES):
        if not line.figure.n and line.part not in ("found", "stance", "spans"):
            continue
        name, rows = words.part_name(here.book, line.part), chosen
        measure = words.measure_name(line.measure)
        if line.part in ("found", "spans"):
            rows = found
            how, _, kind = line.measure.rpartition("_")
            if how in ("exact", "overlap"):
                name = t("Spans, same bounds") if how == "exact" else t("Spans, overlapping")
                measure = words.measure_name(kind)
        rows.setdefault(name, {})[measure] = line.figure
    return (
        _by_measure(id_, title, found, note),
        _by_measure(f"{id_}_chosen", t("What was chosen"), chosen),
    )


def _by_measure(
    id_: str, title: str, rows: Mapping[str, Mapping[str, Figure]], note: str = ""
) -> Block:
    measures = list(dict.fromkeys(name for figures in rows.values() for name in figures))
    cells = [
        [
            Cell(name),
            *(
                figure_cell(figures[one]) if one in figures else Cell("–", quiet=True)
                for one in measures
            ),
        ]
        for name, figures in rows.items()
    ]
    return table(id_, title, (t("Part"), *measures), cells, note=note)


def confusion_table(here: Here, counts: Counter[tuple[str, str]], first: str, second: str) -> Block:
    """Which stances two coders chose for the same statement; all coders if none is named."""
    counts = Counter(counts)
    both = bool(first)
    if not both:
        for (one, other), times in list(counts.items()):
            if one < other:
                total = times + counts[other, one]
                counts[one, other] = counts[other, one] = total
            elif (other, one) not in counts:
                counts[other, one] = times
    known = [value.name for value in here.book.stances]
    seen = {value for pair in counts for value in pair}
    listed = [name for name in known if name in seen] + sorted(seen - set(known))
    names = words.Names(here.remembered, ())
    most = max(counts.values(), default=1)
    named = {"first": here.token(first), "second": here.token(second)} if both else {}
    rows = []
    for one in listed:
        cells = [Cell(names.of("stance", one))]
        for other in listed:
            times = counts[one, other]
            href = here.cases("stance", one=one, other=other, **named) if times else None
            told = t(
                "{one} and {other}",
                one=names.of("stance", one),
                other=names.of("stance", other),
            )
            cells.append(
                Cell(
                    f"{times:,}", href=href, tint=times / most if times else None,
                    tone="good" if one == other else "bad", name=f"{told}: {times:,}",
                )
            )  # fmt: skip
        rows.append(cells)
    head = t("{first} ↓ {second} →", first=here.coder(first), second=here.coder(second))
    return table(
        "confusion", t("Which stances are taken for which"),
        [head if both else t("One ↓ the other →"), *(names.of("stance", one) for one in listed)],
        rows,
        note=t(
            "How often both found the same statement and chose these stances. A number leads "
            "to the statements."
        ),
        empty=t("No statement was found by two people yet."),
    )  # fmt: skip
