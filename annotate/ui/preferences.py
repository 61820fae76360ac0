"""Choosing a language: one's own for good, or this browser's before one is signed in."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from annotate import accounts
from annotate.model import LANGUAGES, Language
from annotate.ui.database import store
from annotate.ui.i18n import t
from annotate.ui.languages import COOKIE
from annotate.ui.security import local_path
from annotate.ui.visitor import of_request

_YEAR_S = 365 * 24 * 3600

ENTRANCE = "/signin/language"


def routes() -> list[BaseRoute]:
    """``/language`` for whoever is signed in, ``/signin/language`` for everybody else."""
    return [Route("/language", _own, methods=["POST"]), Route(ENTRANCE, _browsers)]


async def _own(request: Request) -> Response:
    form = await request.form()
    visitor = of_request(request)
    chosen, target = _known(str(form.get("language", ""))), local_path(str(form.get("next", "/")))
    if visitor is None or not visitor.vouches(str(form.get("csrf", ""))):
        return HTMLResponse(t("This page has expired. Go back and reload it."), 403)
    await run_in_threadpool(accounts.set_language, store(), visitor.person, chosen)
    return RedirectResponse(target, 303)


async def _browsers(request: Request) -> Response:
    query = request.query_params
    response = RedirectResponse(local_path(query.get("next", "/signin")), 303)
    chosen = _known(query.get("language", ""))
    if chosen:
        secure = request.url.scheme == "https"
        response.set_cookie(
            COOKIE, chosen, max_age=_YEAR_S, httponly=True, samesite="lax", secure=secure
        )
    return response


def _known(tag: str) -> Language:
    return tag if tag in LANGUAGES else ""
