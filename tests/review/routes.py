"""Every way of asking: requests, commands, calls, exports and pages, each a case by its name."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
import typer
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

import exports
from annotate import accounts, history, reading, registries, releases
from annotate.cli import program
from annotate.errors import WorkbenchError
from annotate.history.timeline import KINDS, Wanted, timeline
from annotate.model import Person
from annotate.reading import ListRequest
from annotate.registries import EntryRequest
from annotate.registries.model import SHOWS, SORTS
from annotate.releases import Choice
from annotate.review import comments, figures, inbox, quality, rechecks
from annotate.review import outcomes as became
from annotate.review.waiting import to_review
from annotate.store import Store
from annotate.ui import database, serving, visitor
from annotate.ui.visitor import COOKIE
from tests.review.planting import ENTRIES, NAME, Planted
from tests.ui.drawing import draw

BASE = "http://desk.example"
Ask = Callable[[Planted], str]
# What a session, a file's place and a moment are called is nobody's labels.
_CHANGING = re.compile(
    r'"csrf":"[^"]*"|/\S+\.(?:db|csv)\b|\S*pytest-of-\S+|\$\$ID-[0-9a-f]+|\b[0-9a-f]{32}\b'
)

GETS: dict[str, Sequence[str]] = {
    "/api/session": ["/api/session"],
    "/api/articles": [
        "/api/articles", "/api/articles?sort=oldest", "/api/articles?copies=all",
        *(f"/api/articles?q={word}" for word in ("南屿", "zqnote", *ENTRIES)),
        *(f"/api/articles?status={one}" for one in ("todo", "draft", "submitted", "accepted")),
    ],
    "/api/articles/counts": ["/api/articles/counts", "/api/articles/counts?q=zqvenue"],
    "/api/queue": ["/api/queue"],
    "/api/tag/{article_id}": ["/api/tag/{article}"],
    "/api/registry/{registry}": [
        f"/api/registry/{kind}?limit=50&q={word}"
        for kind in ("actors", "claims") for word in ("", "kept", "k")
    ],
    "/api/review/{article_id}": ["/api/review/{article}"],
    "/api/threads": ["/api/threads?article={article}"],
    "/api/inbox": ["/api/inbox"],
    "/api/{rest:path}": ["/api/nothing"],
}  # fmt: skip
# Pages before a session, files of the program, and what one has prepared for oneself.
NOBODYS = {
    "/signin", "/setup", "/invite/{token}", "/signin/language", "/export/download/{token}",
    "/assets/words/{edition}/{language}.json", "/", "/{page:slug}",
}  # fmt: skip
COMMANDS: dict[str, Sequence[Sequence[str]]] = {
    "articles": [["--json"], ["--json", "--search", "zqnote"], ["--json", "--search", "南屿"]],
    "show": [["{article}"], ["{article}", "--json"], ["{article}", "--project", "Talks"]],
    "export": [["jsonl", "--out", "{out}/x.jsonl", "--json"],
               ["stance", "--out", "{out}/x.csv", "--drafts", "--layer", NAME]],
    "formats": [["--json"]],
    "agreement": [["--json", "--samples", "0"], ["--samples", "0"]],
    "doctor": [["--json"]],
    "backup": [["{out}/copy.db"]],
    "rejected": [["--json"]],
    "rejected list": [["--all", "--json"]],
    "runs": [["--json"]],
    "runs list": [["--json"]],
    "project list": [["--json"], ["--archived"]],
    "project members": [["Talks", "--json"]],
    "codebook list": [["--json"]],
    "codebook export": [[]],
    "registry export": [["actors", "{out}/a.csv"], ["claims", "{out}/c.csv"]],
    "review list": [["--json"], ["--state", "gold"]],
    "review show": [["{article}", "--json"], ["{article}"]],
    "rounds list": [["--json"]],
    "rounds board": [["--json"], []],
    "sync": [["--dry-run", "--json"]],
    "sync list": [["--json"]],
    "user list": [["--json"]],
    "user sessions": [[NAME, "--json"]],
}  # fmt: skip
# They write, and answer with what they wrote; `serve` opens what the pages show.
WRITERS = {
    "serve", "ingest", "reclean", "import", "demo", "rejected dismiss", "rejected retry",
    "project create", "project describe", "project archive", "project unarchive",
    "project add-member", "project remove-member", "project add-articles",
    "project remove-articles", "codebook import", "registry import", "registry undo",
    "review accept", "review return", "rounds create", "rounds reassign", "rounds withdraw",
    "rounds close", "rounds reopen", "rounds recount", "sync link", "sync change",
    "sync unlink", "sync person", "user add", "user password", "user invite", "user reset",
    "user role", "user deactivate", "user activate",
}  # fmt: skip
PAGES: dict[str, Sequence[dict[str, str]]] = {
    "articles": [{}, {"q": "zqnote"}],
    "tag": [{"article": "{article}"}],
    "review": [{}, {"article": "{article}"}, {"state": "gold"}],
    "inbox": [{}],
    "actors": [{}, {"actor": "{actor}"}, {"view": "duplicates"}],
    "claims": [{}, {"claim": "{claim}"}],
    "codebook": [{}],
    "assignments": [{}, {"show": "articles"}, {"show": "closed"}],
    "ingest": [{}],
    "sync": [{}],
    "export": [{}],
    "agreement": [{}, {"section": "coders"}, {"section": "cases", "cases": "1"}],
    "history": [{}, {"kind": "article", "id": "{article}"}, {"kind": "actor", "id": "{actor}"},
                {"kind": "claim", "id": "{claim}"}, {"group": "labels"}],
    "projects": [{}],
    "people": [{}],
    "account": [{}],
    "recheck": [{}],
}  # fmt: skip


def request_routes() -> set[str]:
    """The paths that the server answers with GET."""
    return {
        one.path
        for one in serving.routes()
        if isinstance(one, Route) and one.methods and "GET" in one.methods
    }


def command_names() -> set[str]:
    """Every command that can be called, groups that do something themselves included."""

    def walk(command: Any, path: tuple[str, ...]) -> Iterator[str]:
        inner = getattr(command, "commands", {})
        if path and (not inner or getattr(command, "invoke_without_command", False)):
            yield " ".join(path)
        for name, one in inner.items():
            yield from walk(one, (*path, name))

    return set(walk(program(), ()))


def run(store: Store, name: str, words: Sequence[str]) -> tuple[str, BaseException | None]:
    """What a command prints in somebody's name, and the error with which it ends."""
    told, error = io.StringIO(), None
    given = ["--db", str(store.path), "--as", name, *words]
    with redirect_stdout(told), redirect_stderr(told):
        try:
            program().main(args=given, prog_name="annotate", standalone_mode=False)
        except (WorkbenchError, SystemExit, typer.Exit) as ended:
            error = ended
    return told.getvalue(), error


@contextmanager
def served(store: Store, person: Person) -> Iterator[TestClient]:
    """Somebody's browser, without a browser."""
    with pytest.MonkeyPatch.context() as patch:
        token = _session(store, person, patch)
        starlette = Starlette(routes=serving.routes(), middleware=serving.middleware())
        headers = {"x-csrf-token": accounts.csrf_token(token), "origin": BASE}
        with TestClient(
            starlette, base_url=BASE, follow_redirects=False, cookies={COOKIE: token},
            headers=headers,
        ) as client:  # fmt: skip
            yield client
    database.store.cache_clear()


def _session(store: Store, person: Person, patch: pytest.MonkeyPatch) -> str:
    patch.setenv("CLAIMDESK_DB", str(store.path))
    database.store.cache_clear()
    return accounts.begin(store, person, "test")


def requests(here: Planted) -> dict[str, str]:
    """What the server answers to each request."""
    answers = {}
    with served(here.store, here.viewer) as client:
        for address in (one for some in GETS.values() for one in some):
            answer = client.get(
                address.format(article=here.article), params={"project": here.world.project.id}
            ) if "?" not in address else client.get(
                f"{address.format(article=here.article)}&project={here.world.project.id}"
            )  # fmt: skip
            answers[f"GET {address}"] = _plain(f"{answer.status_code} {answer.text}")
    return answers


def commands(here: Planted, folder: Path) -> dict[str, str]:
    """What each command prints and writes."""
    answers = {}
    for name, calls in COMMANDS.items():
        for number, words in enumerate(calls):
            out = folder / f"{name.replace(' ', '-')}-{number}"
            out.mkdir(parents=True)
            given = [word.format(article=here.article, out=out) for word in words]
            told, error = run(here.store, here.viewer.name, [*name.split(), *given])
            answers[f"$ {name} {' '.join(words)}"] = _plain(f"{told} {error}") + written(out)
    return answers


def written(folder: Path) -> str:
    """The content of all files in a folder, of archives that of their members."""
    found = []
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                found += [archive.read(name).decode("utf-8", "replace")
                          for name in sorted(archive.namelist())
                          # When it was made is told there.
                          if name != "docProps/core.xml"]  # fmt: skip
        else:
            found.append(path.read_bytes().decode("utf-8", "replace"))
    return "\n".join(found)


def exported(here: Planted, folder: Path) -> dict[str, str]:
    """What is written in every format and layer."""
    answers = {}
    for entry in exports.FORMATS:
        for layer in ("all", "gold", NAME, here.viewer.name):
            out = folder / entry.name / layer
            out.mkdir(parents=True)
            choice = Choice(here.world.project.id, layer, True)
            name = f"export {entry.name} {layer}"
            file = out / (f"made{entry.suffix}" if entry.shape == "file" else "made")
            answers[name] = _asked(
                lambda choice=choice, entry=entry, file=file: releases.export(
                    here.store, here.viewer, choice, entry.name, file
                ) and ""
            ) + written(out)  # fmt: skip
            answers[f"{name} preview"] = _asked(
                lambda choice=choice, entry=entry: releases.preview(
                    here.store, here.viewer, choice, entry.name
                )
            )
    return answers


def calls(here: Planted) -> dict[str, str]:
    """What the functions behind the pages answer."""
    store, who, project = here.store, here.viewer, here.world.project.id
    asked: dict[str, Callable[[], object]] = {
        "open": lambda: reading.open_article(store, who, project, here.article),
        "threads": lambda: comments.threads(store, who, project, here.article),
        "outcomes": lambda: became.outcomes(store, who, project, here.article),
        "inbox": lambda: inbox.inbox(store, who, project),
        "rechecks": lambda: rechecks.rechecks(store, who, project),
        "reliability": lambda: quality.reliability(store, who, project),
        "report": lambda: _report(here),
        "to_review": lambda: to_review(store, who, project),
        "people": lambda: history.people(store, who, project),
    }
    for word in ("zqnote", "南屿"):
        asked[f"list {word}"] = lambda word=word: reading.list_articles(
            store, who, project, ListRequest(search=word)
        )
    ids = {"project": project, "article": here.article, "actor": here.actor, "claim": here.claim,
           "statement": here.ids.get("statement", "")}  # fmt: skip
    for kind in KINDS:
        asked[f"history {kind}"] = lambda kind=kind: timeline(
            store, who, project, kind, ids[kind], limit=200
        )
    asked["history by"] = lambda: timeline(
        store, who, project, "project", project, wanted=Wanted(by=here.colleague.id)
    )
    for kind, id_ in (("actor", here.actor), ("claim", here.claim)):
        asked[f"{kind} entry"] = lambda kind=kind, id_=id_: registries.entry(
            store, who, project, kind, id_
        )
        for word in ("", "zqdisplay"):
            asked[f"{kind} uses {word}"] = lambda kind=kind, id_=id_, word=word: registries.uses(
                store, who, project, kind, id_, search=word
            )
        for sort in SORTS:
            for show in SHOWS:
                asked[f"{kind} {sort} {show}"] = lambda kind=kind, sort=sort, show=show: (
                    registries.search(store, who, project, kind, EntryRequest(sort=sort, show=show))
                )
    return {name: _asked(one) for name, one in asked.items()}


def _report(here: Planted) -> object:
    made = figures.report(here.store, here.viewer, here.world.project.id)
    return (made.articles, made.compared, made.coded, made.people, list(made.pairs),
            list(made.gold), list(made.overall.lines()))  # fmt: skip


def pages(here: Planted) -> dict[str, str]:
    """What every page draws, as it goes to the browser."""
    answers = {}
    values = {"article": here.article, "actor": here.actor, "claim": here.claim}
    with pytest.MonkeyPatch.context() as patch:
        token = _session(here.store, here.viewer, patch)
        patch.setattr(visitor, "page_token", lambda: token)
        for page, places in PAGES.items():
            for query in places:
                given = {name: value.format(**values) for name, value in query.items()}
                drawn = draw(page, project=here.world.project.id, **given)
                assert not drawn.exception, (page, drawn.exception)
                text = " ".join(_drawn(drawn._tree)).replace(accounts.csrf_token(token), "")
                answers[f"page {page} {query}"] = _plain(text)
    database.store.cache_clear()
    return answers


def _drawn(node: Any) -> Iterator[str]:
    proto = getattr(node, "proto", None)
    if proto is not None and hasattr(proto, "SerializeToString"):
        yield proto.SerializeToString(deterministic=True).decode("utf-8", "replace")
    for child in getattr(node, "children", {}).values():
        yield from _drawn(child)


def _asked(ask: Callable[[], object]) -> str:
    try:
        return _plain(repr(ask()))
    except WorkbenchError as error:
        return f"{type(error).__name__}: {error}"


def _plain(text: str) -> str:
    return _CHANGING.sub("", text)
