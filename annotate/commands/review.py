"""``review``: what waits for review, what coders recorded, and short cuts to gold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from annotate.commands.desk import Desk, JsonOption, ProjectOption, Session
from annotate.commands.output import print_json, print_table, say
from annotate.errors import Invalid

if TYPE_CHECKING:
    from annotate.review.adjudicating import Review
    from annotate.reviews import ArticleState

review = typer.Typer(help="Review: from submitted labels to gold.", no_args_is_help=True)
Article = Annotated[str, typer.Argument(metavar="ARTICLE", help="The id of the article.")]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.add_typer(review, name="review")


@review.command("list")
def list_waiting(
    context: typer.Context,
    project: ProjectOption = None,
    state: Annotated[
        str | None,
        typer.Option(metavar="STATE", help="submitted, in_review or gold; else the first two."),
    ] = None,
    after: Annotated[
        str | None, typer.Option(metavar="CURSOR", help="Where the page before ended.")
    ] = None,
    limit: Annotated[int, typer.Option(metavar="N", help="How many at most.")] = 50,
    json: JsonOption = False,
) -> None:
    """List the articles that wait for review, those that have waited longest first."""
    from annotate.review.waiting import to_review

    desk: Desk = context.obj
    with desk.open() as session:
        page = to_review(
            session.store, session.person, session.one_project(project).id,
            state=cast("ArticleState | None", state), after=after, limit=limit,
        )  # fmt: skip
    rows = [
        {
            "id": one.article.id,
            "state": one.state,
            "since": one.since,
            "coders": one.coders,
            "wanted": one.wanted,
            "decided": None if one.hidden else one.decided,
            "open": None if one.hidden else one.open,
            "title": one.article.title,
        }
        for one in page.items
    ]
    if json:
        print_json({"items": rows, "after": page.after, "total": page.total})
        return
    print_table(
        rows, ("id", "state", "coders", "wanted", "decided", "open", "title"), "Nothing waits"
    )
    if page.after:
        say(f"More with --after {page.after!r}")


@review.command()
def show(
    context: typer.Context,
    article: Article,
    project: ProjectOption = None,
    json: JsonOption = False,
) -> None:
    """Show what coders recorded on an article, in rows, and what was decided."""
    from annotate.review.adjudicating import open_review

    desk: Desk = context.obj
    with desk.open() as session:
        project_id = session.one_project(project).id
        opened = open_review(session.store, session.person, project_id, article)
    told = _told(opened.review)
    if json:
        print_json(told)
        return
    for coder in told["coders"]:
        print(f"{coder['letter']}  {coder['name'] or '(hidden)'}  {coder['status']}")
    shown = [{**row, "coders": "".join(row["coders"])} for row in told["rows"]]
    print_table(
        [{**row, "differs": ", ".join(row["differs"])} for row in shown],
        ("kind", "accord", "coders", "differs", "decision", "raised"),
        "Nothing was recorded",
    )
    say(f"Gold: {told['gold'] or 'not begun'}; statements to decide: {told['open_statements']}")


@review.command()
def accept(
    context: typer.Context,
    article: Article,
    project: ProjectOption = None,
    early: Annotated[
        bool, typer.Option("--early", help="Also where the round wants more coders.")
    ] = False,
    leave_open: Annotated[
        bool,
        typer.Option("--leave-open", help="Leave undecided mentions and labels out of gold."),
    ] = False,
) -> None:
    """Accept all in which the coders agree, and make gold if nothing is left to decide.

    What a single coder submitted is accepted as a whole. Exit code 1 if statements are left, or
    something that an option says is meant.
    """
    from annotate.model import new_id

    desk: Desk = context.obj
    with desk.open() as session:
        project_id = session.one_project(project).id
        opened = _opened(session, project_id, article)
        if opened.state.is_early and not early:
            count, wanted = len(opened.state.coders), opened.state.wanted
            say(f"Coders who have submitted: {count} of {wanted}. --early goes on without the rest")
            raise typer.Exit(1)
        if any(row.is_agreed for row in opened.state.rows):
            opened = _apply(
                session, project_id, article, opened, {"id": new_id(), "kind": "accept_unanimous"}
            )
        left, disputed = opened.state.open_statements, opened.state.disputed
        if left:
            say(f"Statements that somebody has to decide: {left}")
        if disputed and not leave_open:
            say(f"Mentions and labels to decide: {disputed}. --leave-open leaves them out of gold")
        if left or (disputed and not leave_open):
            raise typer.Exit(1)
        make = {"id": new_id(), "kind": "make_gold", "early": early, "leave_open": leave_open}
        opened = _apply(session, project_id, article, opened, make)
    count = len(opened.state.gold.statements) if opened.state.gold else 0
    say(f"The article is gold, with {count} statements")


@review.command("return")
def return_labels(
    context: typer.Context,
    article: Article,
    coder: Annotated[
        str, typer.Option(metavar="NAME", help="Whose labels: a letter or a name, as in `show`.")
    ],
    comment: Annotated[str, typer.Option(metavar="TEXT", help="Why; its coder will read it.")],
    project: ProjectOption = None,
) -> None:
    """Give a coder their submitted labels back, with a comment."""
    from annotate.model import new_id

    desk: Desk = context.obj
    with desk.open() as session:
        project_id = session.one_project(project).id
        opened = _opened(session, project_id, article)
        found = [
            one.head.id
            for one in opened.state.coders
            if coder in (one.letter, opened.names.get(one.head.id))
        ]
        if len(found) != 1:
            raise Invalid(
                "There are no such labels on this article",
                "Known: {names}",
                names=", ".join(one.letter for one in opened.state.coders) or "none",
            )
        _apply(
            session, project_id, article, opened,
            {"id": new_id(), "kind": "return", "label_set_id": found[0], "text": comment},
        )  # fmt: skip
    say("Returned")


def _opened(session: Session, project_id: str, article: str) -> Review:
    from annotate.review.adjudicating import open_review

    return open_review(session.store, session.person, project_id, article).review


def _apply(
    session: Session, project_id: str, article: str, opened: Review, operation: dict[str, Any]
) -> Review:
    from annotate.review.adjudicating import apply

    gold = opened.state.gold
    (outcome,), after = apply(
        session.store, session.person, project_id, article,
        client=session.client, base_revision=gold.revision if gold else 0, operations=[operation],
    )  # fmt: skip
    if outcome.problem is not None:
        raise outcome.problem
    return after


def _told(opened: Review) -> dict[str, Any]:
    state = opened.state
    letters = {one.head.id: one.letter for one in state.coders}
    return {
        "gold": state.gold.status if state.gold else None,
        "open_statements": state.open_statements,
        "coders": [
            {
                "letter": one.letter,
                "name": opened.names.get(one.head.id),
                "status": one.head.status,
                "submission": one.submission.number,
            }
            for one in state.coders
        ],
        "rows": [
            {
                "kind": row.kind,
                "accord": row.accord,
                "differs": list(row.differs),
                "coders": sorted(letters[version.label_set_id] for version in row.versions),
                "decision": row.decision.verdict if row.decision else None,
                "reason": row.decision.reason if row.decision else "",
                "raised": row.raised,
            }
            for row in state.rows
        ],
    }
