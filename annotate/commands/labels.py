"""``export``, ``import`` and ``formats``: labels out of the database and back in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from annotate.commands.desk import Desk, JsonOption, ProjectOption, Session
from annotate.commands.output import print_json, print_json_list, print_table, progress, say
from annotate.errors import Invalid

if TYPE_CHECKING:
    from annotate.model import Person
    from annotate.releases import Choice, Exported
    from exports import Repeats

_INSTEAD = {
    "all": "`--layer all`",
    "gold": "`--layer gold`",
    "soft": "the format `soft`",
    "sentence": "`--context sentence`",
}

OutOption = Annotated[
    Path | None,
    typer.Option(
        metavar="PATH",
        help="The file to write; for a format of several, a folder or a .zip archive."
        " Needed without --dry-run.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(export)
    app.command("import")(import_labels)
    app.command()(formats)


LAYER_HELP = (
    "`all` coders, `gold`, or the name of one analyst; by default `all`, for those who read gold"
    " alone `gold`."
)


def export(
    context: typer.Context,
    format_name: Annotated[
        str, typer.Argument(metavar="FORMAT", help="The format; `formats` lists them.")
    ],
    out: OutOption = None,
    project: ProjectOption = None,
    layer: Annotated[str | None, typer.Option(metavar="LAYER", help=LAYER_HELP)] = None,
    drafts: Annotated[
        bool | None,
        typer.Option(
            "--drafts/--no-drafts",
            help="Whether to take along what is not submitted; by default in jsonl only.",
        ),
    ] = None,
    context_unit: Annotated[
        str | None,
        typer.Option(
            "--context", metavar="UNIT", help="For stance: article, paragraph or sentence."
        ),
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Another setting of the format; repeatable."),
    ] = None,
    search: Annotated[
        str, typer.Option(metavar="QUERY", help="Only articles that match this search.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be written.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Write labels in a format that other programs read; all of it appears, or nothing.

    Of a training set it says how many rows repeat or oppose others, and what to choose instead.
    """
    from annotate import releases
    from annotate.reading import ListRequest

    desk: Desk = context.obj
    if out is None and not dry_run:
        raise Invalid("There is no place to write to", "Name it with --out, or try --dry-run")
    options = _options(option or ())
    if context_unit is not None:
        options["context"] = context_unit
    with desk.open() as session, progress("Exporting") as show:
        inside = session.project(project)
        own = releases.layers(session.store, session.person, inside.id) if inside else ("all",)
        choice = releases.Choice(
            inside.id if inside else None, layer or own[0], drafts, ListRequest(search=search)
        )
        if out is None or dry_run:
            _foresee(session, choice, format_name, options, json=json)
            return
        done = releases.export(
            session.store, session.person, choice, format_name, out.expanduser(), options,
            lambda articles: show(articles, None),
        )  # fmt: skip
    if json:
        print_json({**done.summary.as_dict(), "withheld": done.withheld})
        return
    for line in _repeats(done.summary.repeats, choice, format_name, options):
        say(line)
    _tell(done, session.person)


def _tell(done: Exported, person: Person) -> None:
    """Say what an export wrote."""
    summary = done.summary
    say(
        f"Wrote {summary.out}: {summary.articles} articles, {summary.label_sets} label sets,"
        f" {summary.spans} spans, {summary.statements} statements ({summary.bytes:,} bytes)"
    )
    if done.withheld:
        say(f"{done.withheld} label sets were left out: {person.name} may not see them yet")


def _foresee(
    session: Session, choice: Choice, format_name: str, options: dict[str, str], *, json: bool
) -> None:
    """Say what an export would hold."""
    from annotate import releases
    from annotate.store.listing import COUNT_LIMIT

    asked = session.store, session.person, choice, format_name
    size, repeats = releases.size(*asked), releases.repeats(*asked, options)
    if json:
        known = asdict(size) if size.whole else {"articles": size.articles, "whole": False}
        print_json({"format": format_name, **known, "repeats": repeats and asdict(repeats)})
        return
    for line in _repeats(repeats, choice, format_name, options):
        say(line)
    if size.whole:
        say(
            f"Would write {size.articles} articles, {size.label_sets} label sets,"
            f" {size.statements} statements"
        )
    elif size.articles > COUNT_LIMIT:
        say(f"Would write more than {COUNT_LIMIT:,} articles")
    else:
        say(f"Would write up to {size.articles:,} articles")


def _repeats(
    found: Repeats | None, choice: Choice, format_name: str, options: Mapping[str, str]
) -> Iterator[str]:
    """What to know of the rows of a training set before one trains on them, a line each."""
    from exports import not_voted

    if found is None:
        return
    if not_voted(format_name, choice.layer):
        yield "No rows: soft labels are made of what coders recorded, and gold is not among it"
    other = (
        "distribution, since places or speakers differ"
        if format_name == "soft"
        else "stance, since coders or speakers differ"
    )
    for n, which in (
        (found.of_coders, "repeat another one, since several coders said the same"),
        (
            found.of_texts,
            "repeat another one, since a text says the same several times or is there twice",
        ),
        (found.opposed, f"have the text and target of another one, with another {other}"),
    ):
        if n:
            yield f"Rows that {which}: {n:,} of {found.rows:,}"
    others = found.instead(format_name, choice.layer, options.get("context", ""))
    if others:
        names = " or ".join(_INSTEAD[one] for one in others)
        yield f"{'Fewer of them' if found.rows else 'Choose instead'}: {names}"


def import_labels(
    context: typer.Context,
    format_name: Annotated[
        str, typer.Argument(metavar="FORMAT", help="The format of the file: jsonl.")
    ],
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The file to read.")],
    json: JsonOption = False,
) -> None:
    """Read an export back: what is unknown here is added, nothing is overwritten.

    Exit code 1 if a part was not taken; each such part is listed with its place and reason.
    """
    from annotate import imports

    desk: Desk = context.obj
    path = path.expanduser()
    if not path.is_file():
        raise Invalid("There is no file {path}", path=path)
    size = path.stat().st_size
    with desk.open(create=True) as session, progress("Importing") as show:
        summary = imports.import_file(
            session.store, session.person, format_name, path, lambda read: show(read, size)
        )
    if json:
        print_json(summary.as_dict())
    else:
        for problem in summary.problems:
            print(f"{problem.place}: {problem.reason}: {problem.message}")
        say(
            f"Read {summary.records} records: {summary.articles} articles and"
            f" {summary.label_sets} label sets are new, {summary.unchanged} records were here"
            f" already, {len(summary.problems)} parts were not taken"
        )
    if summary.problems:
        raise typer.Exit(1)


def formats(json: JsonOption = False) -> None:
    """List the formats of `export` and `import`, with their settings."""
    import exports
    from exports.imports import IMPORTERS

    rows: list[dict[str, Any]] = [
        {
            "name": entry.name,
            "title": entry.title,
            "for": entry.purpose,
            "writes": entry.shape,
            "suffix": entry.suffix,
            "options": {option.name: list(option.choices) for option in entry.options},
            "import": entry.name in IMPORTERS.names(),
        }
        for entry in exports.FORMATS
    ]
    if json:
        print_json_list(rows)
        return
    for row in rows:
        row["options"] = "; ".join(
            f"{name}: {', '.join(choices)}" for name, choices in row["options"].items()
        )
    print_table(rows, ("name", "title", "writes", "import", "options"), "No formats")


def _options(given: Sequence[str]) -> dict[str, str]:
    found = {}
    for item in given:
        name, sign, value = item.partition("=")
        if not sign:
            raise Invalid("--option {item!r} has no value", "Write it as NAME=VALUE", item=item)
        found[name] = value
    return found
