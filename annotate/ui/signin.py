"""Signing in and out, and making the first administrator: small HTML pages without Streamlit.

A Streamlit script cannot set a cookie, so these pages are plain ones, and they work without
JavaScript. The sign-in form is protected by a token that must come back both in a cookie and in
a field; what changes with a session, by the session's own token.
"""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from annotate import accounts
from annotate.errors import Invalid, WorkbenchError
from annotate.ui.database import store
from annotate.ui.entrance import address_of, check_form, enter, field, is_secure, page, text_of
from annotate.ui.i18n import t
from annotate.ui.security import local_path
from annotate.ui.visitor import COOKIE, of_request, of_token


def routes() -> list[BaseRoute]:
    """``/signin``, ``/signout`` and ``/setup``."""
    return [
        Route("/signin", _show_signin),
        Route("/signin", _signin, methods=["POST"]),
        Route("/signout", _signout, methods=["POST"]),
        Route("/setup", _show_setup),
        Route("/setup", _setup, methods=["POST"]),
    ]


async def _show_signin(request: Request) -> Response:
    target = local_path(request.query_params.get("next", "/"))
    if not await run_in_threadpool(accounts.anyone_can_sign_in, store()):
        return RedirectResponse("/setup", 303)
    if await run_in_threadpool(of_token, request.cookies.get(COOKIE)):
        return RedirectResponse(target, 303)
    return _signin_page(request, target)


async def _signin(request: Request) -> Response:
    form = await request.form()
    target = local_path(text_of(form, "next") or "/")
    name = text_of(form, "name").strip()
    try:
        check_form(request, form)
        token = await run_in_threadpool(
            accounts.sign_in,
            store(),
            name,
            text_of(form, "password"),
            address_of(request),
            request.headers.get("user-agent", ""),
        )
    except WorkbenchError as error:
        return _signin_page(request, target, name, error)
    return await enter(request, token, target)


async def _signout(request: Request) -> Response:
    form = await request.form()
    visitor = of_request(request)
    if visitor and visitor.vouches(text_of(form, "csrf")):
        await run_in_threadpool(accounts.sign_out, store(), request.cookies[COOKIE])
    else:
        return HTMLResponse(t("This page has expired. Go back and reload it."), 403)
    response = RedirectResponse("/signin", 303)
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=is_secure(request))
    return response


async def _show_setup(request: Request) -> Response:
    if await run_in_threadpool(accounts.administrator_can_sign_in, store()):
        return RedirectResponse("/signin", 303)
    return _setup_page(request)


async def _setup(request: Request) -> Response:
    form = await request.form()
    code, name = text_of(form, "code").strip(), text_of(form, "name").strip()
    password = text_of(form, "password")
    try:
        check_form(request, form)
        if password != text_of(form, "again"):
            raise Invalid("The two passwords differ", "Type the same one twice")
        address, agent = address_of(request), request.headers.get("user-agent", "")
        await run_in_threadpool(accounts.finish_setup, store(), code, name, password, address)
        token = await run_in_threadpool(accounts.sign_in, store(), name, password, address, agent)
    except WorkbenchError as error:
        return _setup_page(request, code, name, error)
    return await enter(request, token, "/")


def _signin_page(
    request: Request, target: str, name: str = "", error: WorkbenchError | None = None
) -> Response:
    fields = [
        field("name", t("User name"), name, fill="username", focus=not name),
        field(
            "password", t("Password"), kind="password", fill="current-password", focus=bool(name)
        ),
        f'<input type="hidden" name="next" value="{escape(target)}">',
    ]
    lead = t("Sign in to read and tag.")
    action = "/signin" if target == "/" else f"/signin?next={quote(target, safe='')}"
    return page(request, t("Sign in"), lead, fields, t("Sign in"), error, action)


def _setup_page(
    request: Request, code: str = "", name: str = "", error: WorkbenchError | None = None
) -> Response:
    length = accounts.PASSWORD_LENGTH
    fields = [
        field("code", t("Setup code"), code, fill="one-time-code", focus=not code),
        field("name", t("Name to sign in with"), name, fill="username"),
        field(
            "password",
            t("Password, {n} characters or more", n=length),
            kind="password",
            fill="new-password",
            focus=bool(code),
        ),
        field("again", t("Password once more"), kind="password", fill="new-password"),
    ]
    lead = t(
        "Nobody can sign in yet. Make the first administrator: the setup code stands in the"
        " terminal where the server runs."
    )
    return page(request, t("Welcome"), lead, fields, t("Create administrator"), error, "/setup")
