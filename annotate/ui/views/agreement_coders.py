"""Agreement: each coder against gold, reliability without gold, cases."""

from __future__ import annotations

from annotate.agreement import Figure
from annotate.review import figures, quality
from annotate.review.coded import GOLD
from annotate.review.figures import Case, Wanted
from annotate.ui.database import store
from annotate.ui.i18n import listed, t, titled
from annotate.ui.views import agreement_words as words
from annotate.ui.views.agreement_blocks import (
    SAMPLES,
    Block,
    Cell,
    Here,
    chart,
    figure_cell,
    table,
)
from annotate.ui.words import shortened

A_PAGE = 50
LONGEST = 80
PARTS = ("speaker", "holder", "claim", "stance")
Row = list[Cell]


def coders(here: Here) -> list[Block]:
    """Each coder against gold, altogether and over time; reliability where there is no gold."""
    standings = quality.standings(here.report, SAMPLES)
    rows = []
    for one in standings:
        there = here.link(first=GOLD, second=here.token(one.coder))
        name = here.coder(one.coder)
        cells = [
            Cell(name, href=there),
            Cell(f"{one.articles:,}"),
            figure_cell(one.found.precision),
            figure_cell(one.found.recall),
        ]
        for part in PARTS:
            behind = here.cases(part, first=GOLD, second=here.token(one.coder))
            title = f"{name}, {words.part_name(here.book, part)}"
            cells.append(figure_cell(one.figures[part], behind, title))
        rows.append(cells)
    no_gold = t("There is no gold yet: review decides what is right, article by article.")
    return [
        table(
            "gold", t("Against gold"),
            [t("Coder"), t("Articles"), t("Found: precision"), t("Found: recall"),
             *(words.part_name(here.book, part) for part in PARTS)],
            rows,
            note=t(
                "Precision is the share of a coder's statements that gold has, recall the "
                "share of gold's that the coder found; the rest is Krippendorff's alpha. A "
                "name leads to all figures and the confusion of stances."
            ),
            empty=no_gold,
        ),
        _over_time(here, standings, no_gold),
        *_reliability(here),
    ]  # fmt: skip


def _over_time(here: Here, standings: list[quality.Standing], no_gold: str) -> Block:
    periods = sorted({progress.period for one in standings for progress in one.over_time})
    none = Figure(None)
    lines = []
    for one in standings:
        by_period = {progress.period: progress for progress in one.over_time}
        points: list[tuple[Figure, str | None]] = []
        for name in periods:
            figure = by_period[name].figures["stance"] if name in by_period else none
            where = here.cases("stance", first=GOLD, second=here.token(one.coder), period=name)
            points.append((figure, where))
        lines.append((here.coder(one.coder), points))
    return chart(
        "gold_time", t("Stance against gold over time"), t("Submitted"), periods, lines,
        note=t("Krippendorff's alpha of each coder's stances with gold's."), empty=no_gold,
    )  # fmt: skip


def _reliability(here: Here) -> list[Block]:
    found = quality.reliability(store(), here.person, here.project.id)
    names = words.Names(here.remembered, ())
    rows: list[Row] = []
    reason = found.estimate.reason
    for n, id_ in enumerate(found.coders if not reason else ()):
        chance = float(found.estimate.reliability[n])
        rows.append(
            [
                Cell(here.coder(id_)),
                Cell(f"{found.labels[n]:,}"),
                Cell(f"{chance:.2f}", tint=chance),
                Cell(_worst(found, n, names)),
            ]
        )
    rows.sort(key=lambda row: row[0].text)
    doubtful = [
        [
            Cell(shortened(one.title, LONGEST), href=here.article(one.article_id)),
            Cell(names.of("stance", one.value), t("likely by {share}", share=f"{one.chance:.0%}")),
            Cell(
                listed(
                    t("{name}: {value}", name=here.coder(id_), value=names.of("stance", value))
                    for id_, value in one.votes.items()
                )
            ),
        ]
        for one in found.doubtful
    ]
    why = t("Not defined: {reason}.", reason=titled(reason)) if reason else ""
    return [
        table(
            "reliability", t("Reliability without gold"),
            (t("Coder"), t("Stances"), t("Reliability"), t("Mistaken most often")), rows,
            note=t(
                "How likely each coder chooses the true stance, estimated from what several "
                "chose for the same statement (Dawid and Skene)."
            ),
            empty=why,
        ),
        table(
            "doubtful", t("Least certain, without gold"),
            (t("Article"), t("Most likely stance"), t("Chosen")), doubtful, numbers=False,
            empty=why or t("Nothing is in doubt: wherever coders differ, there is gold."),
        ),
    ]  # fmt: skip


def _worst(found: quality.Reliability, n: int, names: words.Names) -> str:
    """The mistake that a coder makes most often, weighed by how frequent the true value is."""
    table_ = found.estimate.confusion[n] * found.estimate.shares[:, None]
    size = len(found.values)
    places = [(i, j) for i in range(size) for j in range(size) if i != j]
    if not places:
        return "–"
    i, j = max(places, key=lambda place: float(table_[place]))
    share = float(found.estimate.confusion[n][i, j])
    return t(
        "{chosen} for {true}: {share}",
        chosen=names.of("stance", found.values[j]),
        true=names.of("stance", found.values[i]),
        share=f"{share:.0%}",
    )


def cases(here: Here, wanted: Wanted, after: str) -> tuple[list[Block], str | None]:
    """The very labels behind a figure, and behind which article the next ones are."""
    page = figures.cases(
        store(), here.person, here.project.id, wanted,
        after=after, limit=A_PAGE, period=here.period,
    )  # fmt: skip
    seen = [
        (one.part, value) for one in page.items for value in (one.first_value, one.second_value)
    ]
    names = words.Names(here.remembered, seen)
    ids = list(dict.fromkeys(one.article_id for one in page.items if one.place))
    texts = {one.id: one.text for one in store().articles.many(ids)}
    rows = [
        [
            Cell(
                shortened(one.title, LONGEST),
                _quote(texts.get(one.article_id, ""), one),
                here.article(one.article_id),
            ),
            _said(here, names, one, one.first, one.first_value, one.first_id),
            _said(here, names, one, one.second, one.second_value, one.second_id),
        ]
        for one in page.items
    ]
    block = table(
        "cases", words.part_name(here.book, wanted.part),
        (t("Article"), t("One"), t("The other")), rows, numbers=False,
        note=_narrowed(here, names, wanted),
        empty=t("Nothing differs here."),
    )  # fmt: skip
    return [block], page.after


def _said(
    here: Here, names: words.Names, case: Case, coder: str, value: str | None, id_: str | None
) -> Cell:
    there = here.tag(case.article_id, **{case.kind or "article": id_}) if id_ else None
    missing = t("not found") if case.part in ("found", "spans") else "–"
    said = missing if value is None else names.of(case.part, value)
    return Cell(said, here.coder(coder), there, quiet=value is None)


def _quote(text: str, case: Case) -> str:
    if not case.place:
        return ""
    start, end = case.place
    return t("“{quote}”", quote=shortened(text[start:end], LONGEST))


def _narrowed(here: Here, names: words.Names, wanted: Wanted) -> str:
    """What the list is narrowed to, in words."""
    told = []
    if wanted.first or wanted.second:
        told.append(listed(here.coder(id_) for id_ in (wanted.first, wanted.second) if id_))
    if wanted.one or wanted.other:
        told.append(
            t(
                "{one} and {other}",
                one=names.of(wanted.part, wanted.one),
                other=names.of(wanted.part, wanted.other),
            )
        )
    if wanted.value:
        told.append(t("one alone chose {value}", value=names.of(wanted.part, wanted.value)))
    if wanted.period:
        told.append(wanted.period)
    if wanted.version:
        told.append(t("codebook version {version}", version=wanted.version))
    return t("Only {what}.", what=listed(told)) if told else ""
