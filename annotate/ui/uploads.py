"""Files on their way from a browser to a run of ingestion.

They come over a route of our own and not through Streamlit's widget, which holds every file in
memory until its page is closed, and which anybody signed in may fill before the page's script
runs. Here the permission table is asked before the first byte is read, a file goes to disk chunk
by chunk, and its name arrives as it is.
"""

from __future__ import annotations

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
from annotate.errors import Forbidden, Invalid, NotFound, WorkbenchError
from annotate.ingest import desk
from annotate.ingest import uploads as kept
from annotate.model import Person, new_id
from annotate.ui import wire
from annotate.ui.database import store
from annotate.ui.gate import error
from annotate.ui.jobs import jobs
from annotate.ui.visitor import of_request

PATH = "/ingest/uploads"
FILE_BYTES = 2 * 1024**3
MOST_FILES = 500
MOST_OPEN = 5
_IDLE_S = kept.KEPT_UNFINISHED.total_seconds()
_STATUS = {Invalid: 400, Forbidden: 403, NotFound: 404}


@dataclass(slots=True)
class _Open:
    person_id: str
    project_id: str
    files: int
    used_at: float


class Receiving:
    """The uploads that files are arriving for. A server that is started again knows none."""

    def __init__(self) -> None:
        self._open: dict[str, _Open] = {}
        self._lock = threading.Lock()

    def begin(self, person: Person, project_id: str) -> str:
        """A new upload; returns its id, which will be that of the run.

        Raises:
            Forbidden: They may not ingest.
            NotFound: There is no such project for them.
        """
        accounts.require(store(), person, "article.ingest", project_id)
        upload_id, now = new_id(), time.monotonic()
        with self._lock:
            mine = [id_ for id_, one in self._open.items() if one.person_id == person.id]
            idle = [id_ for id_, one in self._open.items() if now - one.used_at > _IDLE_S]
            dropped = {*mine[: max(0, len(mine) - MOST_OPEN + 1)], *idle}
            for id_ in dropped:
                del self._open[id_]
            self._open[upload_id] = _Open(person.id, project_id, 0, now)
        for id_ in dropped:
            kept.remove(self.folder(id_))
        return upload_id

    def expect(self, person: Person, upload_id: str) -> Path:
        """Where one more file of an upload goes.

        Raises:
            NotFound: There is no such upload, or it is not theirs.
            Invalid: It has as many files as may be.
        """
        with self._lock:
            one = self._mine(person, upload_id)
            if one.files >= MOST_FILES:
                raise Invalid("More than {count} files at once", "Pack them", count=MOST_FILES)
            one.files += 1
            one.used_at = time.monotonic()
        return self.folder(upload_id)

    def start(self, person: Person, upload_id: str) -> None:
        """All files are here: let the run wait for its turn.

        Raises:
            Forbidden: They may not ingest any more.
            NotFound: There is no such upload, or it is not theirs.
            Invalid: No file has arrived.
        """
        try:
            one = self._mine(person, upload_id)
        except NotFound:
            # Asked again after an answer that was lost.
            if store().ingests.run(upload_id).by != person.id:
                raise
            return
        desk.ask_for_upload(store(), person, one.project_id, upload_id)
        with self._lock:
            self._open.pop(upload_id, None)
        jobs().wake()

    def drop(self, person: Person, upload_id: str) -> None:
        """Forget an upload that no run was asked of.

        Raises:
            NotFound: There is no such upload, it is not theirs, or its run has been asked for.
        """
        with self._lock:
            self._mine(person, upload_id)
            del self._open[upload_id]
        kept.remove(self.folder(upload_id))

    def folder(self, upload_id: str) -> Path:
        """Where the files of an upload are."""
        return kept.folder(store().path) / upload_id

    def _mine(self, person: Person, upload_id: str) -> _Open:
        one = self._open.get(upload_id)
        if one is None or one.person_id != person.id:
            raise NotFound("This upload is gone", "Choose the files again")
        return one


@cache
def receiving() -> Receiving:
    """The uploads of this process."""
    return Receiving()


def routes() -> list[BaseRoute]:
    """``/ingest/uploads...``."""
    return [
        Route(PATH, _endpoint, methods=["POST"]),
        Route(PATH + "/{upload_id}/{step:slug}", _endpoint, methods=["POST"]),
    ]


async def _endpoint(request: Request) -> Response:
    visitor = of_request(request)
    try:
        if visitor is None:
            raise Forbidden("Nobody is signed in")
        if not visitor.vouches(request.headers.get("x-csrf-token", "")):
            raise Forbidden("The page has expired", "Reload it")
        answer = await _answer(request, visitor.person)
    except WorkbenchError as problem:
        return error(_STATUS.get(type(problem), 500), **wire.problem(problem))
    except ClientDisconnect:
        return Response(status_code=400)
    return JSONResponse(answer, headers={"cache-control": "no-store"})


async def _answer(request: Request, person: Person) -> wire.Json:
    upload_id, step = (request.path_params.get(name, "") for name in ("upload_id", "step"))
    if not step:
        project_id = request.query_params.get("project", "")
        return {"id": await run_in_threadpool(receiving().begin, person, project_id)}
    if step == "files":
        inside = await run_in_threadpool(receiving().expect, person, upload_id)
        return {"name": await _receive(request, inside)}
    if step == "start":
        await run_in_threadpool(receiving().start, person, upload_id)
    elif step == "drop":
        await run_in_threadpool(receiving().drop, person, upload_id)
    else:
        raise NotFound("There is no {address}", address=request.url.path)
    return {"id": upload_id}


async def _receive(request: Request, inside: Path) -> str:
    name = request.query_params.get("name", "")
    declared = request.headers.get("content-length", "")
    size = int(declared) if declared.isdecimal() else FILE_BYTES
    arriving = await run_in_threadpool(kept.Arriving, inside, name, size)
    try:
        async for chunk in request.stream():
            await run_in_threadpool(arriving.write, chunk)
        path = await run_in_threadpool(arriving.keep)
    finally:
        await run_in_threadpool(arriving.drop)
    return path.name
