"""The HTTP API of our own pages: JSON in, JSON out. Rules live below; here is only transport."""

from __future__ import annotations

import re
from typing import Literal, cast

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from annotate import reading, review, tagging
from annotate.errors import Invalid, NotFound
from annotate.reading import ListRequest
from annotate.store.listing import COUNT_LIMIT, Sort
from annotate.ui import review_api, wire
from annotate.ui.calls import Call, batch_of, route
from annotate.ui.gate import error
from annotate.ui.i18n import t
from annotate.ui.wire import Json

_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")


def routes() -> list[BaseRoute]:
    """All routes of the API."""
    return [
        route("/api/session", _session),
        route("/api/articles", _articles),
        route("/api/articles/counts", _counts),
        route("/api/queue", _queue),
        route("/api/queue/next", _next, "POST"),
        route("/api/tag/{article_id}", _boot),
        route("/api/tag/{article_id}/ops", _operations, "POST"),
        route("/api/registry/{registry}", _registry),
        *review_api.routes(),
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
    request = list_request(call.query)
    matched = reading.count_articles(call.store, person, project_id, request)
    found = reading.facets(call.store, person, project_id, one_per_text=request.one_per_text)
    gold = reading.count_gold(call.store, person, project_id, request)
    named = reading.sources_named(call.store, person, project_id, request)
    return wire.counts(found, matched, COUNT_LIMIT, gold, named)


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
    person, article_id = call.visitor.person, call.path["article_id"]
    opened = reading.open_article(call.store, person, call.project_id, article_id)
    return {
        **wire.boot(opened, person, reading.queue(call.store, person, call.project_id)),
        **review_api.beside(call, article_id),
    }


def _operations(call: Call) -> Json:
    batch = batch_of(call.body)
    done = tagging.apply(
        call.store,
        call.visitor.person,
        call.project_id,
        call.path["article_id"],
        client=batch.client,
        base_revision=batch.base_revision,
        operations=batch.operations,
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
    return {"items": [wire.found(one) for one in found]}


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
        states=tuple(query.getlist("state")),
        gold=query.get("gold") == "only",
        one_per_text=query.get("copies") != "all",
        sort=cast(Sort, query.get("sort") or "newest"),
        after=query.get("after"),
        before=query.get("before"),
        limit=_number(query.get("limit"), 50),
    )


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else default


async def _unknown(request: Request) -> Response:
    return error(404, "not_found", t("There is no {address}", address=request.url.path))
