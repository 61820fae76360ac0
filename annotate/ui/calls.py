"""Transport of our own HTTP API: who calls, JSON in and out, errors as answers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from annotate.errors import Conflict, Forbidden, Invalid, NotFound, WorkbenchError
from annotate.store import Store
from annotate.ui import wire
from annotate.ui.database import store
from annotate.ui.gate import error
from annotate.ui.i18n import t
from annotate.ui.security import BodyTooLargeError
from annotate.ui.visitor import Visitor, of_request
from annotate.ui.wire import Json

_log = logging.getLogger(__name__)
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


@dataclass(frozen=True, slots=True)
class Batch:
    """Operations that a client sends together."""

    client: str
    base_revision: int
    operations: Sequence[dict[str, Any]]


def batch_of(body: object) -> Batch:
    """The operations that a request carries.

    Raises:
        Invalid: if it carries none, or they cannot be read.
    """
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
    return Batch(client, base, operations)


def route(path: str, handle: Handle, method: Literal["GET", "POST"] = "GET") -> Route:
    """A route whose handler runs in a thread and answers with JSON.

    Args:
        path: Its path.
        handle: What answers.
        method: How it is asked.
    """

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
