"""``agreement``: how far the coders of a project agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from annotate.commands.desk import Desk, JsonOption, ProjectOption, Session
from annotate.commands.output import print_json, print_table, say
from annotate.errors import Invalid

if TYPE_CHECKING:
    from annotate.agreement import Bootstrap, Figure
    from annotate.model import Project
    from annotate.review.figures import Report
    from annotate.review.tallies import Tally

Row = dict[str, Any]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(agreement)


def agreement(
    context: typer.Context,
    project: ProjectOption = None,
    period: Annotated[
        str, typer.Option(metavar="UNIT", help="What time is divided by: month or week.")
    ] = "month",
    samples: Annotated[
        int,
        typer.Option(
            metavar="N", min=0, help="Bootstrap samples for the 95% intervals; 0 for none."
        ),
    ] = 1000,
    seed: Annotated[int, typer.Option(metavar="N", help="The seed of the samples.")] = 0,
    json: JsonOption = False,
) -> None:
    """Show how far the coders of a project agree, by their first submissions.

    The table holds all coders together; --json every pair, each coder against gold, every
    codebook version and month or week, coders' reliability without gold, and the values that
    cause most disagreement. A figure that is not defined says why.
    """
    from annotate.agreement import Bootstrap
    from annotate.review import figures

    desk: Desk = context.obj
    if period not in figures.PERIODS:
        raise Invalid("There is no period {period!r}", "Choose month or week", period=period)
    bootstrap = Bootstrap(samples, seed) if samples else None
    with desk.open() as session:
        inside = session.one_project(project)
        report = figures.report(session.store, session.person, inside.id, period)
        if json:
            print_json(_whole(session, inside, report, bootstrap))
            return
    say(
        f"{report.compared} of {report.articles} articles were coded by two people or more;"
        f" {len(report.people)} coders"
    )
    print_table(
        _lines(report.overall, bootstrap), ("part", "measure", "value", "interval", "n", "why"), ""
    )


def _lines(tally: Tally, bootstrap: Bootstrap | None) -> list[Row]:
    return [
        {"part": line.part, "measure": line.measure, **_told(line.figure)}
        for line in tally.lines(bootstrap)
    ]


def _told(figure: Figure) -> Row:
    interval = None
    if figure.low is not None and figure.high is not None:
        interval = f"{figure.low:.3f} to {figure.high:.3f}"
    return {
        "value": None if figure.value is None else f"{figure.value:.3f}",
        "interval": interval,
        "n": figure.n,
        "why": f"not defined: {figure.reason}" if figure.reason else None,
    }


def _whole(session: Session, project: Project, report: Report, bootstrap: Bootstrap | None) -> Row:
    from annotate.review import quality

    names = report.people

    def tallied(tally: Tally) -> Row:
        lines = [
            {"part": one.part, "measure": one.measure, **_plain(one.figure)}
            for one in tally.lines(bootstrap)
        ]
        return {"articles": tally.articles, "figures": lines}

    labels = [
        {"part": one.part, "value": one.value, "apart": one.apart, "together": one.together,
         "specific_agreement": _plain(one.figure)}
        for one in report.overall.labels(bootstrap)
    ]  # fmt: skip
    found = quality.reliability(session.store, session.person, project.id)
    return {
        "project": project.name,
        "articles": report.articles,
        "compared": report.compared,
        "coders": {names[id_]: count for id_, count in report.coded.items()},
        "all": tallied(report.overall),
        "pairs": [
            {"first": names[one], "second": names[other], **tallied(tally)}
            for (one, other), tally in report.pairs.items()
        ],
        "gold": [{"coder": names[coder], **tallied(tally)} for coder, tally in report.gold.items()],
        "versions": {name: tallied(tally) for name, tally in sorted(report.versions.items())},
        "periods": {name: tallied(tally) for name, tally in sorted(report.periods.items())},
        "labels": labels,
        "reliability": {
            "part": found.part,
            "reason": str(found.estimate.reason),
            "coders": {
                names[id_]: round(float(value), 4)
                for id_, value in zip(found.coders, found.estimate.reliability, strict=False)
            },
        },
    }


def _plain(figure: Figure) -> Row:
    return {
        "value": figure.value, "low": figure.low, "high": figure.high, "n": figure.n,
        "reason": str(figure.reason),
    }  # fmt: skip
