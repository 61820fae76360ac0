"""The gate before everything else: without a session only the sign-in pages can be reached."""

from __future__ import annotations

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from annotate import accounts
from annotate.ui import languages, visitor
from annotate.ui.database import store
from annotate.ui.i18n import t
from annotate.ui.security import same_origin

OPEN_PATHS = frozenset(
    {
        "/signin",
        "/signin/language",
        "/setup",
        "/favicon.png",
        "/favicon.ico",
        "/_stcore/health",
        "/_stcore/host-config",
    }
)
OPEN_FOLDERS = ("/assets/", "/static/", "/invite/")
_SAFE = ("GET", "HEAD", "OPTIONS")


class Gate:
    """Refuses requests and WebSockets that carry no valid session, and changes from elsewhere."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        languages.speak(languages.of_request(connection))
        refusal = await run_in_threadpool(_refusal, connection)
        # Whoever has been let in may have a language of their own.
        languages.speak(languages.of_request(connection))
        if refusal is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            # Closed before it was accepted: the handshake is answered with 403.
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refusal(scope, receive, send)


def _refusal(connection: HTTPConnection) -> Response | None:
    path = connection.scope["path"]
    method = connection.scope.get("method", "GET")
    host = connection.headers.get("host", "")
    if method not in _SAFE and not same_origin(connection.headers, host):
        return error(403, "forbidden", t("The request comes from another site"))
    if path in OPEN_PATHS or path.startswith(OPEN_FOLDERS):
        return None
    found = visitor.of_token(connection.cookies.get(visitor.COOKIE))
    if found is not None:
        visitor.remember(connection, found)
        return None
    if method in _SAFE and "text/html" in connection.headers.get("accept", ""):
        return RedirectResponse(_entrance(connection), 303, {"cache-control": "no-store"})
    return error(401, "signed_out", t("Nobody is signed in"), t("Sign in and try again"))


def _entrance(connection: HTTPConnection) -> str:
    if not accounts.anyone_can_sign_in(store()):
        return "/setup"
    query = connection.scope.get("query_string", b"").decode("latin-1")
    target = connection.scope["path"] + (f"?{query}" if query else "")
    return "/signin" if target == "/" else f"/signin?next={quote(target, safe='')}"


def error(status: int, code: str, message: str, hint: str = "") -> JSONResponse:
    """An error as every JSON client of ours expects it."""
    return JSONResponse({"error": {"code": code, "message": message, "hint": hint}}, status)
