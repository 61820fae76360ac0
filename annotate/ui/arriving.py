"""CSV tables on their way from a browser to a registry.

They come over a route of our own and not through Streamlit's widget, for the reasons given in
`annotate.ui.uploads`; the widget's bytes would stay in memory as long as its page is open. A
table is looked at first and taken in later, so it is kept meanwhile, for the person who sent it.
"""

from __future__ import annotations

import os
import secrets
import tempfile
import threading
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from annotate import accounts
from annotate.errors import Forbidden, NotFound, WorkbenchError
from annotate.model import Person
from annotate.registries.cells import MOST_BYTES
from annotate.ui import wire
from annotate.ui.database import store
from annotate.ui.gate import error
from annotate.ui.visitor import of_request

PATH = "/registry/tables"
KEPT_S = 3600.0
KEPT_EACH = 2
_STATUS = {Forbidden: 403, NotFound: 404}


@dataclass(frozen=True, slots=True)
class _Table:
    person_id: str
    path: Path
    arrived: float


class Tables:
    """The tables that have arrived in this process; each is kept for an hour at most."""

    def __init__(self) -> None:
        # Only its owner may read it, as with the database.
        self._folder = tempfile.TemporaryDirectory(prefix="claimdesk-tables-")
        self._kept: dict[str, _Table] = {}
        self._lock = threading.Lock()

    def place(self) -> Path:
        """A path for a new table."""
        descriptor, name = tempfile.mkstemp(dir=self._folder.name)
        os.close(descriptor)
        return Path(name)

    def keep(self, person: Person, path: Path) -> str:
        """A table is whole; gives the token by which it is read. Old ones are removed."""
        token, now = secrets.token_urlsafe(16), time.monotonic()
        with self._lock:
            self._kept[token] = _Table(person.id, path, now)
            mine = [key for key, one in self._kept.items() if one.person_id == person.id]
            old = [key for key, one in self._kept.items() if now - one.arrived > KEPT_S]
            for key in {*mine[:-KEPT_EACH], *old}:
                self._kept.pop(key).path.unlink(missing_ok=True)
        return token

    def read(self, person: Person, token: str) -> bytes:
        """The bytes of a table.

        Raises:
            NotFound: It is gone, or somebody else's.
        """
        one = self._kept.get(token)
        if one is None or one.person_id != person.id or time.monotonic() - one.arrived > KEPT_S:
            raise NotFound("This table is gone", "Choose the file again")
        return one.path.read_bytes()


@cache
def tables() -> Tables:
    """The tables of this process."""
    return Tables()


def routes() -> list[BaseRoute]:
    """``/registry/tables``."""
    return [Route(PATH, _endpoint, methods=["POST"])]


async def _endpoint(request: Request) -> Response:
    visitor = of_request(request)
    try:
        if visitor is None:
            raise Forbidden("Nobody is signed in")
        if not visitor.vouches(request.headers.get("x-csrf-token", "")):
            raise Forbidden("The page has expired", "Reload it")
        person, project_id = visitor.person, request.query_params.get("project", "")
        await run_in_threadpool(accounts.require, store(), person, "registry.change", project_id)
        token = await _receive(request, person)
    except WorkbenchError as problem:
        return error(_STATUS.get(type(problem), 500), **wire.problem(problem))
    except ClientDisconnect:
        return Response(status_code=400)
    return JSONResponse({"table": token}, headers={"cache-control": "no-store"})


async def _receive(request: Request, person: Person) -> str:
    path = await run_in_threadpool(tables().place)
    try:
        with path.open("wb") as file:
            async for chunk in request.stream():
                await run_in_threadpool(file.write, chunk)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return await run_in_threadpool(tables().keep, person, path)


__all__ = ["MOST_BYTES", "PATH", "Tables", "routes", "tables"]
