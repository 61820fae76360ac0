"""Signing in and out, and making the first administrator: small HTML pages without Streamlit.

A Streamlit script cannot set a cookie, so these pages are plain ones, and they work without
JavaScript. The sign-in form is protected by a token that must come back both in a cookie and in
a field; what changes with a session, by the session's own token.
"""

from __future__ import annotations

import hmac
import secrets
from html import escape
from string import Template
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from annotate import accounts
from annotate.errors import Forbidden, Invalid, WorkbenchError
from annotate.ui.database import store
from annotate.ui.files import ASSETS
from annotate.ui.i18n import t
from annotate.ui.security import local_path
from annotate.ui.visitor import COOKIE, of_request, of_token

FORM_COOKIE = "claimdesk_form"
_PAGE = Template((ASSETS / "signin" / "entrance.html").read_text("utf-8"))
_FIELD = Template(
    '<label>$label<input name="$name" type="$type" value="$value" autocomplete="$fill"'
    " required $more></label>"
)
_STALE = "This form has expired"


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
    target = local_path(_text(form, "next") or "/")
    name = _text(form, "name").strip()
    try:
        _check_form(request, form)
        token = await run_in_threadpool(
            accounts.sign_in,
            store(),
            name,
            _text(form, "password"),
            _address(request),
            request.headers.get("user-agent", ""),
        )
    except WorkbenchError as error:
        return _signin_page(request, target, name, error)
    return await _enter(request, token, target)


async def _signout(request: Request) -> Response:
    form = await request.form()
    visitor = of_request(request)
    if visitor and hmac.compare_digest(visitor.csrf.encode(), _text(form, "csrf").encode()):
        await run_in_threadpool(accounts.sign_out, store(), request.cookies[COOKIE])
    else:
        return HTMLResponse(t("This page has expired. Go back and reload it."), 403)
    response = RedirectResponse("/signin", 303)
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=_secure(request))
    return response


async def _show_setup(request: Request) -> Response:
    if await run_in_threadpool(accounts.administrator_can_sign_in, store()):
        return RedirectResponse("/signin", 303)
    return _setup_page(request)


async def _setup(request: Request) -> Response:
    form = await request.form()
    code, name = _text(form, "code").strip(), _text(form, "name").strip()
    password = _text(form, "password")
    try:
        _check_form(request, form)
        if password != _text(form, "again"):
            raise Invalid(t("The two passwords differ"), t("Type the same one twice"))
        address, agent = _address(request), request.headers.get("user-agent", "")
        await run_in_threadpool(accounts.finish_setup, store(), code, name, password, address)
        token = await run_in_threadpool(accounts.sign_in, store(), name, password, address, agent)
    except WorkbenchError as error:
        return _setup_page(request, code, name, error)
    return await _enter(request, token, "/")


async def _enter(request: Request, token: str, target: str) -> Response:
    before = request.cookies.get(COOKIE)
    if before:
        await run_in_threadpool(accounts.sign_out, store(), before)
    response = RedirectResponse(target, 303)
    response.set_cookie(
        COOKIE,
        token,
        max_age=accounts.SESSION_DAYS * 24 * 3600,
        httponly=True,
        samesite="lax",
        secure=_secure(request),
    )
    response.delete_cookie(FORM_COOKIE, httponly=True, samesite="strict", secure=_secure(request))
    return response


def _signin_page(
    request: Request, target: str, name: str = "", error: WorkbenchError | None = None
) -> Response:
    fields = [
        _field("name", t("Name"), name, fill="username", focus=not name),
        _field(
            "password", t("Password"), kind="password", fill="current-password", focus=bool(name)
        ),
        f'<input type="hidden" name="next" value="{escape(target)}">',
    ]
    lead = t("Sign in to read and tag.")
    return _page(request, t("Sign in"), lead, fields, t("Sign in"), error, "/signin")


def _setup_page(
    request: Request, code: str = "", name: str = "", error: WorkbenchError | None = None
) -> Response:
    length = accounts.PASSWORD_LENGTH
    fields = [
        _field("code", t("Setup code"), code, fill="one-time-code", focus=not code),
        _field("name", t("Name to sign in with"), name, fill="username"),
        _field(
            "password",
            t("Password, {n} characters or more", n=length),
            kind="password",
            fill="new-password",
            focus=bool(code),
        ),
        _field("again", t("Password once more"), kind="password", fill="new-password"),
    ]
    lead = t(
        "Nobody can sign in yet. Make the first administrator: the setup code stands in the"
        " terminal where the server runs."
    )
    return _page(request, t("Welcome"), lead, fields, t("Create administrator"), error, "/setup")


def _page(
    request: Request,
    title: str,
    lead: str,
    fields: list[str],
    button: str,
    error: WorkbenchError | None,
    action: str,
) -> Response:
    token = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)
    alert = ""
    if error is not None:
        alert = f'<p class="alert" role="alert">{escape(str(error))}.</p>'
    html = _PAGE.substitute(
        title=escape(title),
        lead=escape(lead),
        alert=alert,
        action=quote(action),
        token=escape(token),
        fields="\n".join(fields),
        button=escape(button),
    )
    status = 200 if error is None else 403 if isinstance(error, Forbidden) else 400
    response = HTMLResponse(html, status, {"cache-control": "no-store"})
    response.set_cookie(
        FORM_COOKIE, token, httponly=True, samesite="strict", secure=_secure(request)
    )
    return response


def _field(
    name: str, label: str, value: str = "", *, kind: str = "text", fill: str, focus: bool = False
) -> str:
    return _FIELD.substitute(
        name=name,
        label=escape(label),
        value=escape(value),
        type=kind,
        fill=fill,
        more="autofocus" if focus else "",
    )


def _check_form(request: Request, form: FormData) -> None:
    expected = request.cookies.get(FORM_COOKIE, "")
    if not expected or not hmac.compare_digest(expected.encode(), _text(form, "csrf").encode()):
        raise Forbidden(t(_STALE), t("Try again"))


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _secure(request: Request) -> bool:
    return request.url.scheme == "https"
