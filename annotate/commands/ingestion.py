"""``ingest``, ``rejected`` and ``reclean``: archived items into the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.commands.desk import Desk, JsonOption, ProjectOption, Session
from annotate.commands.output import print_json, print_json_list, print_table, progress, say
from annotate.errors import Invalid

if TYPE_CHECKING:
    from annotate.ingest.run import Summary
    from annotate.model import Project

rejected = typer.Typer(
    help="Items that could not be taken: they stay listed until they succeed or are dismissed.",
    invoke_without_command=True,
)
runs = typer.Typer(help="The history of ingestion.", invoke_without_command=True)
ProcessesOption = Annotated[
    int | None,
    typer.Option(
        metavar="N", min=1, help="How many clean at once; by default one a processor, at most 8."
    ),
]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(ingest)
    app.add_typer(rejected, name="rejected")
    app.add_typer(runs, name="runs")
    app.command()(reclean)


def ingest(
    context: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", help="Files, folders, and zip or tar archives."),
    ],
    project: ProjectOption = None,
    processes: ProcessesOption = None,
    json: JsonOption = False,
) -> None:
    """Take in archived articles; what is here already stays as it is.

    Without --project they join the only project there is; in a database without one it is made.
    Stopped at any moment and run again, it goes on where it was. Exit code 1 if some items could
    not be taken; `rejected` lists them later too.
    """
    desk: Desk = context.obj
    for path in paths:
        if not path.expanduser().exists():
            raise Invalid("There is no file or folder {path}", path=path)
    with desk.open(create=True) as session:
        inside = _joined(session, project)
        summary = _ingest(session, paths, inside, processes)
    _report(summary, json)


def reclean(
    context: typer.Context, processes: ProcessesOption = None, json: JsonOption = False
) -> None:
    """Clean again, from their raw bytes, the articles that an older cleaner made.

    Where the text differs now it becomes a new revision; labels stay on the one they were made on.
    """
    from annotate.ingest import run

    desk: Desk = context.obj
    with desk.open() as session, progress("Cleaning") as show:
        total = run.to_reclean(session.store)
        summary = run.reclean(
            session.store, session.person, processes=processes,
            progress=lambda so_far: show(so_far.read, total),
        )  # fmt: skip
    _report(summary, json)


@rejected.callback()
def rejected_group(context: typer.Context, json: JsonOption = False) -> None:
    """Items that could not be taken: they stay listed until they succeed or are dismissed."""
    if context.invoked_subcommand is None:
        list_rejected(context, json=json)


@rejected.command("list")
def list_rejected(
    context: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help="With those that have succeeded or were dismissed.")
    ] = False,
    project: ProjectOption = None,
    json: JsonOption = False,
) -> None:
    """List the items that could not be taken, with the reason of each."""
    from annotate.ingest.desk import rejections

    desk: Desk = context.obj
    with desk.open() as session:
        inside = session.reading_project(project)
        found = rejections(
            session.store, session.person, inside.id if inside else None,
            listed="all" if everything else "open",
        )  # fmt: skip
        rows = [asdict(row) for row in found]
    if json:
        print_json_list(rows)
        return
    columns = ["id", "reason", "times", "item", "message"]
    if everything:
        columns.insert(1, "resolution")
    print_table(rows, columns, "Nothing is waiting")


@rejected.command("dismiss")
def dismiss_rejected(
    context: typer.Context,
    rejection_id: Annotated[str, typer.Argument(metavar="ID", help="As `rejected list` shows it.")],
) -> None:
    """Take an item off the list without having it."""
    from annotate.ingest.desk import dismiss

    desk: Desk = context.obj
    with desk.open() as session:
        dismiss(session.store, session.person, [rejection_id])
    say(f"Dismissed {rejection_id}")


@rejected.command()
def retry(
    context: typer.Context,
    project: ProjectOption = None,
    processes: ProcessesOption = None,
    json: JsonOption = False,
) -> None:
    """Try all listed items again, each where it was found."""
    from annotate.ingest import run
    from annotate.ingest.desk import rejections

    desk: Desk = context.obj
    with desk.open() as session, progress("Trying again") as show:
        inside = session.reading_project(project)
        listed = rejections(session.store, session.person, inside.id if inside else None)
        summary = run.retry(
            session.store, session.person, [one.item for one in listed],
            project_id=_joined(session, project).id, processes=processes,
            progress=lambda so_far: show(so_far.read, len(listed)),
        )  # fmt: skip
    _report(summary, json)


@runs.callback()
def runs_group(context: typer.Context, json: JsonOption = False) -> None:
    """The history of ingestion: when, who, what, and what became of it."""
    if context.invoked_subcommand is None:
        list_runs(context, json=json)


@runs.command("list")
def list_runs(
    context: typer.Context,
    project: ProjectOption = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="How many at most.")] = 50,
    json: JsonOption = False,
) -> None:
    """List the runs of ingestion, the newest first."""
    from annotate.ingest.desk import runs as seen

    desk: Desk = context.obj
    with desk.open() as session:
        inside = session.reading_project(project)
        found = seen(session.store, session.person, inside.id if inside else None, limit=limit)
    rows = [
        {
            "id": one.run.id, "started_at": one.run.started_at,
            "finished_at": one.run.finished_at, "state": one.now, "kind": one.run.kind,
            "by": one.by, "what": list(one.names), **one.run.counts,
        }
        for one in found
    ]  # fmt: skip
    if json:
        print_json_list(rows)
        return
    for row, one in zip(rows, found, strict=True):
        row["what"] = ", ".join(one.names[:3]) + (", …" if len(one.names) > 3 else "")
    columns = ["started_at", "state", "by", "new", "rejected", "what"]
    print_table(rows, columns, "There has been no run")


def _ingest(
    session: Session, paths: Sequence[Path], project: Project, processes: int | None
) -> Summary:
    from annotate.ingest import run
    from annotate.ingest.sources import expected

    with progress("Ingesting") as show:
        total = expected(paths)
        show(0, total)
        return run.ingest(
            session.store, session.person, paths,
            project_id=project.id, processes=processes,
            progress=lambda so_far: show(so_far.read, total),
        )  # fmt: skip


def _joined(session: Session, named: str | None) -> Project:
    """The project that new articles join: the one named, or the only one, made if need be.

    Raises:
        Invalid: if there are several and none is named: in no project nobody would see them.
    """
    from annotate.accounts import FIRST_PROJECT, permitted
    from annotate.codebook import DEFAULT

    chosen = session.project(named)
    if chosen is not None:
        return chosen
    projects = session.projects()
    if len(projects) == 1:
        return projects[0]
    if projects:
        names = ", ".join(repr(project.name) for project in projects)
        raise Invalid("There are several projects: {names}", "Name one with --project", names=names)
    with permitted(session.store, session.person, "project.create") as tx:
        return session.store.projects.create(tx, FIRST_PROJECT, DEFAULT)


def _report(summary: Summary, json: bool) -> None:
    if json:
        print_json(asdict(summary))
    else:
        for rejection in summary.rejections:
            print(f"{rejection.item}: {rejection.reason}: {rejection.message}")
        say(
            f"Items read: {summary.read}. New: {summary.new}, revisions: {summary.revisions},"
            f" duplicates: {summary.duplicates}, unchanged: {summary.unchanged},"
            f" rejected: {summary.rejected}"
        )
    if summary.rejected:
        raise typer.Exit(1)
