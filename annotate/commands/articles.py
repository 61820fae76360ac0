"""``articles`` and ``show``: lists, searches and single articles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from annotate.commands.desk import Desk, JsonOption, ProjectOption, Session
from annotate.commands.output import print_json, print_json_list, print_table
from annotate.errors import Invalid, NotFound

if TYPE_CHECKING:
    from annotate.model import Article, LabelSet, Project
    from annotate.reading import ListRequest
    from annotate.store import ListedArticle

PAGE = 500
MOST = 10**9
BRIEF = ("id", "title", "url", "source", "published_at", "language")


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(articles)
    app.command()(show)


def articles(
    context: typer.Context,
    search: Annotated[
        str | None,
        typer.Option(metavar="QUERY", help='Words that must occur; a phrase in "quotes".'),
    ] = None,
    limit: Annotated[
        int, typer.Option(metavar="N", min=0, max=MOST, help="How many at most; 0 for all.")
    ] = 50,
    source: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only articles of this source.")
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Only articles in this language, such as zh-Hans."),
    ] = None,
    published_from: Annotated[
        str, typer.Option("--from", metavar="DATE", help="Published on this day or later (UTC).")
    ] = "",
    published_to: Annotated[
        str, typer.Option("--to", metavar="DATE", help="Published on this day or earlier (UTC).")
    ] = "",
    project: ProjectOption = None,
    json: JsonOption = False,
) -> None:
    """List articles, newest first, or those that a search finds."""
    from annotate.reading import ListRequest

    desk: Desk = context.obj
    request = ListRequest(
        search=search or "",
        sources=(source,) if source else (),
        languages=(language,) if language else (),
        published_from=_day(published_from),
        published_to=_day(published_to),
    )
    with desk.open() as session:
        inside = session.reading_project(project)
        session.require("article.read", inside)
        rows = (
            {name: getattr(row, name) for name in BRIEF}
            for row in pages(session, inside, request, limit)
        )
        if json:
            print_json_list(rows)
        else:
            print_table(rows, ("id", "published_at", "source", "title"), "No articles found")


def show(
    context: typer.Context,
    article_id: Annotated[str, typer.Argument(metavar="ID", help="The article's id.")],
    project: ProjectOption = None,
    json: JsonOption = False,
) -> None:
    """Show one article and its label sets, as far as the person may see them."""
    from annotate.accounts import may_open

    desk: Desk = context.obj
    with desk.open() as session, session.store.snapshot():
        if not may_open(session.store, session.person, article_id):
            raise NotFound("There is no article {article_id}", article_id=article_id)
        article = session.store.articles.get(article_id)
        label_sets = _label_sets(session, article_id, session.project(project))
    if json:
        print_json({"article": _whole(article), "label_sets": label_sets})
    else:
        _print_article(article, label_sets)


def pages(
    session: Session, project: Project | None, request: ListRequest, limit: int
) -> Iterator[ListedArticle]:
    """The articles that a request finds, page by page.

    Args:
        session: The open database.
        project: The project they are in; None for all articles.
        request: The search and the filters.
        limit: How many at most; 0 for all.
    """
    from annotate.reading import list_articles

    project_id = project.id if project else None
    found = 0
    while True:
        size = min(PAGE, limit - found) if limit else PAGE
        page = list_articles(
            session.store, session.person, project_id, replace(request, limit=size)
        )
        yield from page.items
        found += len(page.items)
        if page.after is None or (limit and found >= limit):
            return
        request = replace(request, after=page.after)


def _label_sets(session: Session, article_id: str, project: Project | None) -> list[dict[str, Any]]:
    from annotate.accounts import visible
    from annotate.store.labels import content_of

    projects = [project] if project else session.projects()
    found: list[dict[str, Any]] = []
    for entry in projects:
        heads = session.store.labels.heads_on([article_id], entry.id)
        seen = visible(session.store, session.person, entry, heads)
        letters = _letters(session, entry, article_id, heads)
        people = session.store.people.many([head.coder_id for head in seen if head.coder_id])
        for label_set in session.store.labels.with_content(seen):
            coder = people.get(label_set.coder_id or "")
            found.append(
                {
                    "id": label_set.id,
                    "project": {"id": entry.id, "name": entry.name},
                    "coder": letters.get(label_set.id) or (coder.name if coder else None),
                    "kind": label_set.kind,
                    "status": label_set.status,
                    "revision": label_set.revision,
                    "created_at": label_set.created_at,
                    "updated_at": label_set.updated_at,
                    **content_of(label_set),
                }
            )
    return found


def _letters(
    session: Session, project: Project, article_id: str, heads: Sequence[LabelSet]
) -> dict[str, str]:
    """What stands for the coders whose names the project hides from the person, by label set."""
    from annotate.accounts import names

    coders = {head.id: head.coder_id for head in heads if head.coder_id}
    called = names(session.store, session.person, project, article_id, heads, coders.values())
    return {
        id_: f"coder {called[coder].letter}".rstrip()
        for id_, coder in coders.items()
        if not called[coder].name
    }


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise Invalid("{text!r} is not a day", "Write it as 2024-02-13", text=text) from None


def _whole(article: Article) -> dict[str, Any]:
    fields = asdict(article)
    return {**{name: fields.pop(name) for name in BRIEF}, **fields}


def _print_article(article: Article, label_sets: Sequence[dict[str, Any]]) -> None:
    print(article.title)
    facts = (article.source, article.published_at, article.language, f"revision {article.revision}")
    print(" · ".join(fact for fact in facts if fact))
    print(article.url)
    print()
    print(article.text)
    for entry in label_sets:
        print()
        print(
            f"{entry['coder'] or 'gold'} in {entry['project']['name']!r}: {entry['status']},"
            f" {len(entry['spans'])} spans, {len(entry['statements'])} statements"
        )
