"""``rounds``: articles handed out to coders, and how far they are."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.commands.desk import Desk, JsonOption, ProjectOption, Session
from annotate.commands.output import print_json, print_json_list, print_table, progress, say
from annotate.commands.projects import Language, Named, Search, Source
from annotate.errors import Invalid
from annotate.reviews import Ordering, RoundMode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotate.review import Preview, Wish
    from annotate.reviews import Round

rounds = typer.Typer(help="Rounds: who codes which articles.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="ROUND", help="The round, by name or id.")]
Articles = Annotated[
    Path | None,
    typer.Option(
        "--list",
        metavar="PATH",
        help="Only the articles named in this file, one id or address a line; - is standard input.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.add_typer(rounds, name="rounds")


@rounds.command("list")
def list_rounds(
    context: typer.Context, project: ProjectOption = None, json: JsonOption = False
) -> None:
    """List the rounds of a project, those open first."""
    from annotate import review

    desk: Desk = context.obj
    with desk.open() as session:
        inside = session.one_project(project)
        seen = (
            *review.board(session.store, session.person, inside.id).rounds,
            *review.closed(session.store, session.person, inside.id),
        )
    rows = [
        {
            **asdict(one.round), "articles": one.articles, "done": one.done, "free": one.free,
            "states": dict(one.states), "overdue": one.overdue,
        }
        for one in seen
    ]  # fmt: skip
    if json:
        print_json_list(rows)
    else:
        columns = ("id", "name", "mode", "articles", "done", "free", "due_on", "closed_at")
        print_table(rows, columns, "No rounds yet")


@rounds.command()
def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the round is called.")],
    person: Annotated[
        list[str], typer.Option("--person", metavar="NAME", help="Who codes; once for each.")
    ],
    project: ProjectOption = None,
    mode: Annotated[
        RoundMode,
        typer.Option(metavar="MODE", help="pull: each takes the next article; list: all at once."),
    ] = "pull",
    coders: Annotated[int, typer.Option(metavar="N", help="Coders an article.")] = 1,
    share: Annotated[
        float, typer.Option(metavar="S", help="The share of articles, 0 to 1, with another number.")
    ] = 0.0,
    share_coders: Annotated[int, typer.Option(metavar="N", help="Coders of these.")] = 2,
    order: Annotated[
        Ordering, typer.Option(metavar="ORDER", help="newest, oldest or random.")
    ] = "newest",
    seed: Annotated[int, typer.Option(metavar="N", help="The seed of what is drawn.")] = 0,
    due: Annotated[str, typer.Option(metavar="DATE", help="By when, as 2026-02-13.")] = "",
    search: Search = None,
    source: Source = None,
    language: Language = None,
    copies: Annotated[bool, typer.Option("--copies", help="Copies of the same text, too.")] = False,
    gold: Annotated[
        bool, typer.Option("--gold", help="Articles that have gold, too; with --mode list.")
    ] = False,
    listed: Articles = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what the round would hold, and make none.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Make a round; its id is printed."""
    from annotate import review
    from annotate.reading import ListRequest
    from annotate.review import Wish

    desk: Desk = context.obj
    if listed is not None and any((search, source, language)):
        raise Invalid("Articles are either named in a list or found by a filter, not both")
    chosen: ListRequest | Sequence[str] = ListRequest(
        search=search or "",
        sources=(source,) if source else (),
        languages=(language,) if language else (),
        one_per_text=not copies,
    )
    if listed is not None:
        chosen = _lines(listed)
    with desk.open() as session:
        inside = session.one_project(project)
        people = tuple(session.store.people.named(one).id for one in person)
        wish = Wish(name, people, mode, coders, share, share_coders, order, seed, due, gold)
        made = None
        if dry_run:
            seen = review.preview(session.store, session.person, inside.id, wish, chosen)
        else:
            with progress("Making the round") as told:
                made, seen = review.create(
                    session.store, session.person, inside.id, wish, chosen, progress=told
                )
        names = session.store.people.many(list(people))
    _tell(wish, made, seen, {id_: one.name for id_, one in names.items()}, json=json)


@rounds.command()
def board(context: typer.Context, project: ProjectOption = None, json: JsonOption = False) -> None:
    """Show where the articles of a project stand, and who has how much.

    Each counts once, as in its lists; earlier revisions with labels or in a round stand beside.
    """
    from annotate import review

    desk: Desk = context.obj
    with desk.open() as session:
        seen = review.board(session.store, session.person, session.one_project(project).id)
    states = [
        {"state": state, **asdict(tally), "earlier": seen.replaced.get(state, 0)}
        for state, tally in seen.states.items()
    ]
    loads = [
        {
            "name": one.person.name, "to_do": one.to_do, "in_progress": one.in_progress,
            "submitted": one.submitted, "accepted": one.accepted, "last_active": one.last_active,
            "codes": one.codes,
        }
        for one in seen.loads
    ]  # fmt: skip
    if json:
        print_json({"states": states, "overdue": seen.overdue, "untouched": seen.untouched,
                    "people": loads})  # fmt: skip
        return
    print_table(states, ("state", "count", "oldest", "stale", "earlier"), "")
    say(f"{seen.untouched} articles are in no open round, and nobody has begun them")
    say(f"{seen.overdue} articles are overdue")
    columns = ("name", "to_do", "in_progress", "submitted", "accepted", "last_active")
    print_table(loads, columns, "Nobody has anything assigned")


@rounds.command()
def reassign(
    context: typer.Context,
    name: Name,
    from_: Annotated[str, typer.Option("--from", metavar="PERSON", help="Who has them.")],
    to: Annotated[str, typer.Option("--to", metavar="PERSON", help="Who gets them.")],
    project: ProjectOption = None,
    listed: Named = None,
) -> None:
    """Give somebody else what a coder has not begun, or the articles of a list."""
    from annotate import review

    desk: Desk = context.obj
    with desk.open() as session:
        made = _round(session, project, name)
        people = session.store.people
        done = review.reassign(
            session.store, session.person, made.id, people.named(from_).id, people.named(to).id,
            None if listed is None else _articles(session, listed),
        )  # fmt: skip
    say(f"{done.moved} articles given to {to}; {done.kept} stay, because {to} knows them already")


@rounds.command()
def withdraw(
    context: typer.Context,
    name: Name,
    person: Annotated[str, typer.Option("--person", metavar="PERSON", help="Who has them.")],
    project: ProjectOption = None,
    listed: Named = None,
) -> None:
    """Take back what a coder has not begun, or the articles of a list; labels stay."""
    from annotate import review

    desk: Desk = context.obj
    with desk.open() as session:
        made = _round(session, project, name)
        back = review.withdraw(
            session.store, session.person, made.id, session.store.people.named(person).id,
            None if listed is None else _articles(session, listed),
        )  # fmt: skip
    say(f"{len(back)} articles taken back")


@rounds.command()
def close(context: typer.Context, name: Name, project: ProjectOption = None) -> None:
    """Close a round: what nobody has begun is taken back."""
    from annotate import review

    desk: Desk = context.obj
    with desk.open() as session:
        made = _round(session, project, name)
        back, short = review.close(session.store, session.person, made.id)
    say(f"Closed; {back} assignments taken back, {short} articles go on with fewer coders")


@rounds.command()
def reopen(context: typer.Context, name: Name, project: ProjectOption = None) -> None:
    """Open a closed round again, as it was."""
    from annotate import review

    desk: Desk = context.obj
    with desk.open() as session:
        kept = review.reopen(session.store, session.person, _round(session, project, name).id)
    say(f"The round {name} is open again")
    for one in kept:
        for title in one.titles:
            say(f"{one.person.name} could have read {title} meanwhile and does not get it back")


@rounds.command()
def recount(context: typer.Context, project: ProjectOption = None) -> None:
    """Set right the counts of a project that `doctor` found wrong."""
    from annotate import review

    desk: Desk = context.obj
    with desk.open() as session:
        review.recount(session.store, session.person, session.one_project(project).id)
    say("Counted anew")


def _tell(
    wish: Wish, made: Round | None, seen: Preview, names: dict[str, str], *, json: bool
) -> None:
    people = {names[id_]: n for id_, n in seen.people}
    if json:
        print_json({"round": None if made is None else asdict(made), **asdict(seen),
                    "people": people})  # fmt: skip
        return
    if made is not None:
        print(made.id)
    say(f"{seen.articles} articles, {seen.slots} codings, {seen.coded} of them there already")
    say(f"{seen.more} articles have {wish.share_coders} coders")
    say(f"{seen.skipped} articles left out: they are in an open round")
    say(f"{seen.golden} articles have gold and are {'in the round' if wish.gold else 'left out'}")
    if seen.short:
        say(f"{seen.short} of these find too few coders: the others have labels there already, or"
            " could have read colleagues'")  # fmt: skip
    if any(people.values()):
        say(", ".join(f"{name}: {n}" for name, n in people.items()))
    elif not seen.articles:
        say("Nobody gets an article: none is left for this round")
    elif seen.coded >= seen.slots:
        say("Nobody gets an article: every coding is there already, or under way")
    else:
        say("Nobody gets an article: name coders who have no labels on these")
    for name in seen.missing:
        say(f"Not found: {name}")


def _round(session: Session, project: str | None, name: str) -> Round:
    from annotate.review import named_round

    return named_round(session.store, session.person, session.one_project(project).id, name)


def _articles(session: Session, path: Path) -> list[str]:
    from annotate.naming import named

    found, missing = named(session.store, session.person, _lines(path))
    for name in missing:
        say(f"Not found: {name}")
    return found


def _lines(path: Path) -> list[str]:
    try:
        return (sys.stdin.read() if str(path) == "-" else path.read_text("utf-8")).splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("{path} cannot be read: {error}", path=path, error=error) from error
