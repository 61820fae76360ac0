"""What every answer carries and every request must keep to, whatever route it takes."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from annotate.ui.i18n import t
from annotate.ui.languages import of_request, speaking

_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.S)


def content_security_policy(shell_html: str) -> str:
    """The policy under which Streamlit and its components still run.

    Streamlit imports a component's script from a ``blob:`` address and writes its styles into
    the document, hence ``blob:`` and ``'unsafe-inline'`` for styles alone.

    Args:
        shell_html: The page whose inline scripts are allowed, each by its hash.
    """
    hashes = " ".join(_source_hash(body) for body in _INLINE_SCRIPT.findall(shell_html))
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' blob: {hashes}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "frame-src 'none'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def same_origin(headers: Mapping[str, str], host: str) -> bool:
    """Whether a request that changes something comes from a page of this server.

    Args:
        headers: The request's headers. Browsers send ``Origin`` with every such request; a
            client that sends none is no browser and carries nobody's cookie unasked.
        host: The request's ``Host``.
    """
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site") in (None, "same-origin")
    return bool(host) and origin.partition("://")[2] == host


def local_path(target: str) -> str:
    """Where to go after signing in: a path of this server, or the start page.

    Everything that a browser could read as another host is refused: ``//host``, backslashes,
    a scheme, control characters.
    """
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        return "/"
    if any(ord(character) < 0x21 or ord(character) == 0x7F for character in target):
        return "/"
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else "/"


class SecurityHeaders:
    """Adds the security headers to every HTTP answer."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app = app
        self._headers = {
            "content-security-policy": policy,
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "referrer-policy": "same-origin",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
            await send(message)

        await self._app(scope, receive, with_headers)


class BodyLimit:
    """Refuses request bodies over a limit, counted as they arrive.

    Args:
        app: The application behind.
        limits: Bytes allowed, by the path's beginning; the longest beginning wins.
    """

    def __init__(self, app: ASGIApp, limits: Mapping[str, int]) -> None:
        self._app = app
        self._limits = sorted(limits.items(), key=lambda item: -len(item[0]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = next(size for start, size in self._limits if scope["path"].startswith(start))
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdecimal() or int(declared) > limit:
            await _too_large(scope, limit)(scope, receive, send)
            return
        seen = 0
        started = False

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise BodyTooLargeError
            return message

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, counted, watched)
        except BodyTooLargeError:
            if not started:
                await _too_large(scope, limit)(scope, receive, send)


class BodyTooLargeError(Exception):
    """The body went past the limit while it was being read."""


def _too_large(scope: Scope, limit: int) -> JSONResponse:
    with speaking(of_request(HTTPConnection(scope))):
        message = t("The request is larger than {limit} bytes", limit=f"{limit:,}")
    return JSONResponse({"error": {"code": "too_large", "message": message, "hint": ""}}, 413)


def _source_hash(body: str) -> str:
    digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
    return f"'sha256-{digest}'"
