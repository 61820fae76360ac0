"""Agreement: the matrix of pairs, all coders together, one pair, over time, values in dispute."""

from __future__ import annotations

from annotate.agreement import Figure
from annotate.review.coded import GOLD
from annotate.review.tallies import Tally
from annotate.ui.i18n import t
from annotate.ui.views import agreement_words as words
from annotate.ui.views.agreement_blocks import (
    SAMPLES,
    Block,
    Cell,
    Here,
    chart,
    confusion_table,
    figure_cell,
    figure_tables,
    table,
)

MOST_LABELS = 40
TIMED = ("found", "speaker", "claim", "stance", "spans")


def overview(here: Here, part: str) -> list[Block]:
    """The matrix of pairs by one part, the confusion of stances, and all figures of all."""
    overall = here.report.overall
    stance = overall.parts.get("stance")
    blocks = [matrix(here, part)]
    if stance is not None and len(stance):
        blocks.append(confusion_table(here, stance.confusion(), "", ""))
    note = t(
        "All coders together, with 95% intervals from drawing the articles anew. A statement counts"
        " as found where another coder's evidence overlaps; everything else is judged on those"
        " found by both."
    )
    return [*blocks, *figure_tables(here, "all", t("All figures"), overall, note)]


def matrix(here: Here, part: str) -> Block:
    """A figure for every two coders, and for each against gold."""
    coders = here.coders()
    measure = words.measure_name(words.main_measure(part))
    rows = []
    for one in coders:
        cells = [Cell(here.coder(one))]
        for other in coders:
            tally = here.report.pairs.get((min(one, other), max(one, other)))
            cells.append(_pair_cell(here, one, other, tally, part))
        if here.report.gold:
            cells.append(_pair_cell(here, GOLD, one, here.report.gold.get(one), part))
        rows.append(cells)
    columns = ["", *(here.coder(one) for one in coders)]
    return table(
        "matrix",
        t("{part}, pair by pair", part=words.part_name(here.book, part)),
        [*columns, t("gold")] if here.report.gold else columns,
        rows,
        note=t(
            "Measured as {measure}. A figure leads to all that the two can be compared by.",
            measure=measure,
        ),
        empty=t("Nobody has submitted anything yet."),
    )  # fmt: skip


def pair(here: Here, first: str, second: str) -> list[Block]:
    """All figures of two coders, or of one against gold."""
    tally = _tally(here, first, second)
    if tally is None:
        return [table("pair", t("These two"), (), (), empty=_never(here, first, second))]
    names = {"first": here.coder(first), "second": here.coder(second)}
    stance = tally.parts.get("stance")
    blocks: list[Block] = []
    if stance is not None and len(stance):
        counts = stance.confusion()
        turned = first != GOLD and first > second
        if turned:
            counts = type(counts)({(b, a): n for (a, b), n in counts.items()})
        blocks.append(confusion_table(here, counts, first, second))
    rows = [
        [
            Cell(words.part_name(here.book, one)),
            Cell(
                t("What they differ in"),
                href=here.cases(one, first=here.token(first), second=here.token(second)),
                name=t("What they differ in: {part}", part=words.part_name(here.book, one)),
            ),
        ]
        for one in (*words.MAIN_PARTS, *(f"document:{d.name}" for d in here.book.document_labels))
    ]
    return [
        *blocks,
        table("behind", t("Behind the figures"), (t("Part"), ""), rows),
        *figure_tables(here, "pair", t("{first} and {second}", **names), tally),
    ]


def over_time(here: Here) -> list[Block]:
    """Agreement by month or week, and by codebook version."""
    periods = sorted(here.report.periods)
    lines = []
    for part in TIMED:
        points = [
            (words.main_figure(here.report.periods[name], part), here.cases(part, period=name))
            for name in periods
        ]
        lines.append((words.part_name(here.book, part), points))
    versions = sorted(here.report.versions)
    rows = [
        [
            Cell(name),
            *(
                figure_cell(
                    _with_interval(here.report.versions[name], part),
                    here.cases(part, version=name),
                    words.part_name(here.book, part),
                )
                for part in TIMED
            ),
        ]
        for name in versions
    ]
    nothing = t("Agreement over time begins with the first article that two people submitted.")
    return [
        chart(
            "time", t("Agreement over time"), t("Submitted"), periods, lines,
            note=t(
                "By the later submission of each two coders. Found and spans as F1, the rest "
                "as Krippendorff's alpha. A figure leads to what differs."
            ),
            empty=nothing,
        ),
        table(
            "versions", t("By codebook version"),
            [t("Version"), *(words.part_name(here.book, part) for part in TIMED)], rows,
            note=t(
                "The version under which both worked; two where they worked under different "
                "ones."
            ),
            empty=nothing,
        ),
    ]  # fmt: skip


def labels(here: Here) -> list[Block]:
    """The values that cause most disagreement."""
    listed = here.report.overall.labels(SAMPLES)[:MOST_LABELS]
    names = words.Names(here.remembered, [(one.part, one.value) for one in listed])
    rows = [
        [
            Cell(
                names.of(one.part, one.value),
                words.part_name(here.book, one.part),
                here.cases(one.part, value=one.value),
            ),
            Cell(f"{one.apart:,}", tint=one.apart / listed[0].apart, tone="bad"),
            Cell(f"{one.together:,}"),
            figure_cell(one.figure),
        ]
        for one in listed
    ]
    return [
        table(
            "labels", t("Values that cause most disagreement"),
            (t("Value"), t("One alone"), t("Both"), t("Specific agreement")), rows,
            note=t(
                "How often one of two coders chose a value alone, and how often both did. The "
                "specific agreement is the share of choices that the other made too. A value "
                "leads to where it is in dispute."
            ),
            empty=t(
                "No value is in dispute: nothing was coded by two people yet, or they always "
                "agreed."
            ),
        )
    ]  # fmt: skip


def _pair_cell(here: Here, one: str, other: str, tally: Tally | None, part: str) -> Cell:
    if one == other:
        return Cell("–", quiet=True)
    if tally is None:
        return Cell(t("not defined"), t("no article in common"), quiet=True)
    href = here.link(first=here.token(one), second=here.token(other))
    name = t("{first} and {second}", first=here.coder(one), second=here.coder(other))
    return figure_cell(words.main_figure(tally, part), href, name)


def _tally(here: Here, first: str, second: str) -> Tally | None:
    if first == GOLD:
        return here.report.gold.get(second)
    return here.report.pairs.get((min(first, second), max(first, second)))


def _never(here: Here, first: str, second: str) -> str:
    return t(
        "{first} and {second} have no article in common that you may see.",
        first=here.coder(first),
        second=here.coder(second),
    )


def _with_interval(tally: Tally, part: str) -> Figure:
    if part == "found":
        return tally.found(SAMPLES).f1
    if part == "spans":
        return tally.spans(overlap=True, bootstrap=SAMPLES).f1
    return tally.figure(part, "alpha", SAMPLES)
