"""``registry``: the actors and claims as CSV tables, out and in again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from annotate.commands.desk import Desk, JsonOption, ProjectOption
from annotate.commands.output import print_json, say
from annotate.errors import Invalid

if TYPE_CHECKING:
    from annotate.history import FieldChange
    from annotate.registries import CsvChange, CsvResult, Kind

MOST_LISTED = 100
MOST_NAMED = 10
LONGEST_SHOWN = 120
registry = typer.Typer(help="Registries: the actors and the claims.", no_args_is_help=True)
Which = Annotated[str, typer.Argument(metavar="REGISTRY", help="actors or claims.")]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.add_typer(registry, name="registry")


@registry.command()
def export(
    context: typer.Context,
    which: Which,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The CSV file to write.")],
    project: ProjectOption = None,
) -> None:
    """Write a registry as a CSV table; all of it appears, or nothing."""
    from annotate import registries
    from exports.atomic import put_file, workspace

    desk: Desk = context.obj
    kind, path = _kind(which), path.expanduser()
    with desk.open() as session:
        data = registries.write_csv(
            session.store, session.person, session.one_project(project).id, kind
        )
    with workspace(path) as folder:
        made = folder / path.name
        made.write_bytes(data)
        put_file(made, path)
    say(f"Wrote {path} ({len(data):,} bytes)")


@registry.command("import")
def import_table(
    context: typer.Context,
    which: Which,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The CSV file to read.")],
    project: ProjectOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only list what would be done, row by row.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Add and change entries as a CSV table says; what it does not name stays.

    Exit code 1 if a row was not taken; the first 100 such rows are listed with line and reason,
    as --dry-run lists what would be added and changed. --json lists all.
    """
    from annotate import registries

    desk: Desk = context.obj
    kind = _kind(which)
    try:
        data = path.expanduser().read_bytes()
    except OSError as error:
        raise Invalid("{path} cannot be read: {error}", path=path, error=error) from error
    with desk.open() as session:
        done = registries.read_csv(
            session.store, session.person, session.one_project(project).id, kind, data,
            dry_run=dry_run,
        )  # fmt: skip
    if json:
        _print(kind, done)
    else:
        _tell(kind, done, dry_run=dry_run)
    if done.problems:
        raise typer.Exit(1)


def _print(kind: Kind, done: CsvResult) -> None:
    from annotate import history
    from annotate.registries import Draft

    changes = [
        {
            "line": one.line,
            "verb": "change" if one.before else "add",
            "name": (one.before or one.after).name,
            "fields": [
                {"field": field.field, "before": field.before, "after": field.after}
                for field in history.of_drafts(kind, one.before or Draft(""), one.after)
            ],
            "taken": [{"name": name, "entry": entry} for name, entry in one.taken],
        }
        for one in done.changes
    ]
    numbers = {name: getattr(done, name) for name in ("added", "changed", "unchanged")}
    problems = [{"line": one.line, "message": str(one.error)} for one in done.problems]
    new_groups = [{"name": name, "rows": rows} for name, rows in done.new_groups]
    print_json({**numbers, "problems": problems, "changes": changes, "new_groups": new_groups,
                "change_id": done.change_id})  # fmt: skip


def _tell(kind: Kind, done: CsvResult, *, dry_run: bool) -> None:
    """Say what reading a table did, or list what it would do."""
    if dry_run:
        _list([_change(kind, one) for one in done.changes[:MOST_LISTED]], len(done.changes))
    _list(
        [f"line {one.line}: not taken: {one.error}" for one in done.problems[:MOST_LISTED]],
        len(done.problems),
    )
    if done.new_groups:
        named = ", ".join(f"{_short(name)} ({n})" for name, n in done.new_groups[:MOST_NAMED])
        say(f"{'Kinds that no actor' if kind == 'actor' else 'Topics that no claim'} had: {named}")
    say(
        f"{'Would be added' if dry_run else 'Added'}: {done.added}, changed: {done.changed},"
        f" unchanged: {done.unchanged}, not taken: {len(done.problems)}"
    )
    if done.change_id:
        say(f"`registry undo {done.change_id}` takes it back")


def _list(lines: Sequence[str], count: int) -> None:
    for line in lines:
        print(line)
    if count > len(lines):
        say(f"and {count - len(lines):,} more; --json lists all")


def _change(kind: Kind, change: CsvChange) -> str:
    """A line for a row that adds an entry or changes one."""
    from annotate import history
    from annotate.registries import Draft

    before = change.before
    fields = [
        _field(one, added=before is None)
        for one in history.of_drafts(kind, before or Draft(""), change.after)
        if before or one.field not in ("name", "text")
    ]
    # Nothing is joined by a table: two entries of one name stay two.
    apart = [
        f'kept apart from "{_short(entry)}", which has the name {_short(name)} already'
        for name, entry in change.taken
    ]
    name = _short((before or change.after).name)
    told = "; ".join([*fields, *apart])
    return f'line {change.line}: {"change" if before else "add"} "{name}"' + (
        f": {told}" if told else ""
    )


def _field(change: FieldChange, *, added: bool) -> str:
    if added:
        return f"{change.field} {_short(' | '.join(change.after))}"
    if not change.listed:
        before, after = (_short("".join(one)) for one in (change.before, change.after))
        return f"{change.field} {before or 'nothing'} → {after or 'nothing'}"
    if change.before == change.after:
        return f"{change.field} of another kind"
    moved = {
        verb: _short(" | ".join(part.text for part in change.parts if part.change == verb))
        for verb in ("removed", "added")
    }
    told = ", ".join(f"{verb} {names}" for verb, names in moved.items() if names)
    return f"{change.field} {told or 'in another order'}"


def _short(text: str) -> str:
    """A text on one line, of which no terminal takes anything for a command."""
    told = "".join(char if char.isprintable() else " " for char in " ".join(text.split()))
    return told if len(told) <= LONGEST_SHOWN else told[: LONGEST_SHOWN - 1] + "…"


@registry.command()
def undo(
    context: typer.Context,
    change: Annotated[str, typer.Argument(metavar="CHANGE", help="The id of a change.")],
    project: ProjectOption = None,
) -> None:
    """Take back an import, a merge or another change of a registry."""
    from annotate import registries

    desk: Desk = context.obj
    with desk.open() as session:
        project_id = session.one_project(project).id
        done = registries.undo(session.store, session.person, project_id, change)
    say(f"Undone: {len(done.entry_ids)} entries are as they were before")


def _kind(which: str) -> Kind:
    if which not in ("actors", "claims"):
        raise Invalid(
            "There is no registry {name!r}", "Known: {names}", name=which, names="actors, claims"
        )
    return cast("Kind", which.removesuffix("s"))
