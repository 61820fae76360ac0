"""The HTTP API of our own pages: JSON in, JSON out. Rules live below; here is only transport."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, cast

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from annotate import reading, review, tagging
from annotate.errors import Conflict, Forbidden, Invalid, NotFound, WorkbenchError
from annotate.reading import ListRequest
from annotate.store import Store
from annotate.store.listing import COUNT_LIMIT, Sort
from annotate.ui import wire
from annotate.ui.database import store
from annotate.ui.gate import error
from annotate.ui.i18n import t
from annotate.ui.security import BodyTooLargeError
from annotate.ui.visitor import Visitor, of_request
from annotate.ui.wire import Json

_log = logging.getLogger(__name__)
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
_STATUS = {Invalid: 400, Forbidden: 403, NotFound: 404, Conflict: 409}


@dataclass(frozen=True, slots=True)
class Call:
    """One request of somebody signed in."""

    store: Store
    visitor: Visitor
    path: dict[str, str]
    query: QueryParams
    body: Any

    @property
    def project_id(self) -> str:
        """The project that the request concerns."""
        return self.need("project")

    def need(self, name: str) -> str:
        """A query parameter that must be there.

        Raises:
            Invalid: if it is not.
        """
        value = self.query.get(name)
        if not value:
            raise Invalid("The request does not say which {parameter} it means", parameter=name)
        return value


Handle = Callable[[Call], Json]


def routes() -> list[BaseRoute]:
    """All routes of the API."""
    return [
        _route("/api/session", _session),
        _route("/api/articles", _articles),
        _route("/api/articles/counts", _counts),
        _route("/api/queue", _queue),
        _route("/api/queue/next", _next, "POST"),
        _route("/api/tag/{article_id}", _boot),
        _route("/api/tag/{article_id}/ops", _operations, "POST"),
        _route("/api/registry/{registry}", _registry),
        Route("/api/{rest:path}", _unknown),
    ]


def _session(call: Call) -> Json:
    return {"me": wire.me(call.visitor.person), "csrf": call.visitor.csrf}


def _articles(call: Call) -> Json:
    request = list_request(call.query)
    listed = reading.list_articles(call.store, call.visitor.person, call.project_id, request)
    articles = call.store.articles.many([row.id for row in listed.items])
    return wire.page(listed, {article.id: article.text for article in articles}, request.search)


def _counts(call: Call) -> Json:
    person, project_id = call.visitor.person, call.project_id
    matched = reading.count_articles(call.store, person, project_id, list_request(call.query))
    return wire.counts(reading.facets(call.store, person, project_id), matched, COUNT_LIMIT)


def _queue(call: Call) -> Json:
    return wire.queue_json(reading.queue(call.store, call.visitor.person, call.project_id))


def _next(call: Call) -> Json:
    body = call.body
    if not isinstance(body, dict) or not isinstance(body.get("id"), str):
        raise Invalid("The request does not name its operation")
    person, project_id = call.visitor.person, call.project_id
    given = review.pull(call.store, person, project_id, body["id"])
    queue = reading.queue(call.store, person, project_id)
    return {"article_id": given, "queue": wire.queue_json(queue)}


def _boot(call: Call) -> Json:
    person = call.visitor.person
    opened = reading.open_article(call.store, person, call.project_id, call.path["article_id"])
    return wire.boot(opened, person, reading.queue(call.store, person, call.project_id))


def _operations(call: Call) -> Json:
    body = call.body
    if not isinstance(body, dict) or not isinstance(body.get("ops"), list):
        raise Invalid("The request holds no list of operations")
    operations = body["ops"]
    base, client = body.get("base_revision"), body.get("client")
    if type(base) is not int or abs(base) >= 1 << 63:
        raise Invalid("The base revision cannot be read")
    if not all(isinstance(item, dict) for item in operations):
        raise Invalid("The operations cannot be read")
    if not isinstance(client, str) or not 0 < len(client) <= 100:
        raise Invalid("The request does not name its client")
    done = tagging.apply(
        call.store,
        call.visitor.person,
        call.project_id,
        call.path["article_id"],
        client=client,
        base_revision=base,
        operations=operations,
    )
    registry = call.store.registry
    return wire.result(done, registry.actors(done.actors), registry.claims(done.claims))


def _registry(call: Call) -> Json:
    name = call.path["registry"]
    if name not in ("actors", "claims"):
        raise NotFound("There is no registry {name!r}", name=name)
    found = reading.find(
        call.store,
        call.visitor.person,
        call.project_id,
        cast(Literal["actors", "claims"], name),
        call.query.get("q", ""),
        _number(call.query.get("limit"), 8),
    )
    brief: Callable[[Any], Json] = wire.actor if name == "actors" else wire.claim
    return {
        "items": [{**brief(entry), "matched": matched, "uses": n} for entry, matched, n in found]
    }


def list_request(query: QueryParams) -> ListRequest:
    """The list that a page's address asks for.

    Raises:
        Invalid: if a date is none.
    """
    days = (query.get("from", ""), query.get("to", ""))
    for day in days:
        if day and not _DAY.match(day):
            raise Invalid("{day!r} is not a date", "Write it as 2024-02-13", day=day)
    return ListRequest(
        search=query.get("q", ""),
        sources=tuple(query.getlist("source")),
        languages=tuple(query.getlist("language")),
        published_from=days[0],
        published_to=days[1],
        my_statuses=tuple(query.getlist("status")),
        one_per_text=query.get("copies") != "all",
        sort=cast(Sort, query.get("sort") or "newest"),
        after=query.get("after"),
        before=query.get("before"),
        limit=_number(query.get("limit"), 50),
    )


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else default


def _route(path: str, handle: Handle, method: Literal["GET", "POST"] = "GET") -> Route:
    async def endpoint(request: Request) -> Response:
        try:
            call = await _read(request)
            answer = await run_in_threadpool(handle, call)
        except WorkbenchError as problem:
            status = _STATUS.get(type(problem), 500)
            return error(status, **wire.problem(problem))
        except BodyTooLargeError:
            raise
        except Exception:
            _log.exception("%s %s failed", request.method, request.url.path)
            hint = t("Try again; the server's log says more")
            return error(500, "internal", t("The server made a mistake"), hint)
        headers = {"cache-control": "no-store"}
        return Response(orjson.dumps(answer), 200, headers, "application/json")

    return Route(path, endpoint, methods=[method])


async def _read(request: Request) -> Call:
    visitor = of_request(request)
    if visitor is None:
        raise Forbidden("Nobody is signed in")
    body = None
    if request.method == "POST":
        sent = request.headers.get("x-csrf-token", "")
        if not visitor.vouches(sent):
            raise Forbidden("The page has expired", "Reload it")
        try:
            body = orjson.loads(await request.body())
        except orjson.JSONDecodeError:
            raise Invalid("The request is not JSON") from None
    return Call(store(), visitor, request.path_params, request.query_params, body)


async def _unknown(request: Request) -> Response:
    return error(404, "not_found", t("There is no {address}", address=request.url.path))
