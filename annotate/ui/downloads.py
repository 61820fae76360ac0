"""Exports that have been prepared for download: files of this process, each for one person."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import threading
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from annotate import accounts
from annotate.errors import NotFound, WorkbenchError
from annotate.ui import wire
from annotate.ui.database import store
from annotate.ui.gate import error
from annotate.ui.i18n import t
from annotate.ui.visitor import Visitor, of_request

KEPT_S = 3600.0
KEPT_EACH = 5


@dataclass(frozen=True, slots=True)
class Prepared:
    """One export, ready to be fetched by the person who made it."""

    token: str
    person_id: str
    project_id: str
    path: Path
    media_type: str
    made: float


class Downloads:
    """The prepared exports of this process; none can be fetched for longer than an hour.

    A file goes when a later one takes its place, at the latest when the process ends.
    """

    def __init__(self) -> None:
        # Only its owner may read it, as with the database.
        self._folder = tempfile.TemporaryDirectory(prefix="claimdesk-downloads-")
        self._ready: dict[str, Prepared] = {}
        self._lock = threading.Lock()

    def place(self, name: str) -> Path:
        """A path for a new file of this name."""
        return Path(tempfile.mkdtemp(dir=self._folder.name)) / name

    def offer(self, person_id: str, project_id: str, path: Path, media_type: str) -> Prepared:
        """Make a finished file fetchable; old ones and one person's excess are removed."""
        token = secrets.token_urlsafe(16)
        made = Prepared(token, person_id, project_id, path, media_type, time.monotonic())
        with self._lock:
            self._ready[token] = made
            mine = [one for one in self._ready.values() if one.person_id == person_id]
            old = [one for one in self._ready.values() if made.made - one.made > KEPT_S]
            for one in {*mine[:-KEPT_EACH], *old}:
                del self._ready[one.token]
                self.discard(one.path)
        return made

    def discard(self, path: Path) -> None:
        """Remove a file, or what a failed export has left of it."""
        shutil.rmtree(path.parent, ignore_errors=True)

    def fetch(self, visitor: Visitor, token: str) -> Prepared:
        """A prepared file, for the person who made it and still may.

        Raises:
            NotFound: for anybody else, and when it is gone.
            Forbidden: if the person may not export from the project any more.
        """
        found = self._ready.get(token)
        if (
            found is None
            or found.person_id != visitor.person.id
            or time.monotonic() - found.made > KEPT_S
        ):
            raise NotFound("This download is gone", "Export again")
        accounts.require(store(), visitor.person, "export.read", found.project_id)
        return found


@cache
def downloads() -> Downloads:
    """The downloads of this process."""
    return Downloads()


def routes() -> list[BaseRoute]:
    """``/export/download/...``."""
    return [Route("/export/download/{token}", _download)]


async def _download(request: Request) -> Response:
    visitor = of_request(request)
    if visitor is None:
        return error(401, "signed_out", t("Nobody is signed in"))
    try:
        found = await run_in_threadpool(downloads().fetch, visitor, request.path_params["token"])
    except WorkbenchError as problem:
        status = 404 if isinstance(problem, NotFound) else 403
        return error(status, **wire.problem(problem))
    headers = {"cache-control": "no-store"}
    return FileResponse(found.path, 200, headers, found.media_type, filename=found.path.name)
