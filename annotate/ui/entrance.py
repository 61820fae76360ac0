"""The plain HTML forms before somebody is signed in, and the session that they end in.

A form is protected by a token that must come back both in a cookie and in a field.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from html import escape
from string import Template
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from annotate import accounts
from annotate.errors import Forbidden, NotFound, TooManyAttempts, WorkbenchError
from annotate.ui.database import store
from annotate.ui.files import ASSETS
from annotate.ui.i18n import t, told
from annotate.ui.languages import NAMES, language
from annotate.ui.preferences import ENTRANCE
from annotate.ui.visitor import COOKIE

FORM_COOKIE = "claimdesk_form"
_PAGE = Template((ASSETS / "signin" / "entrance.html").read_text("utf-8"))
_FIELD = Template(
    '<label>$label<input name="$name" type="$type" value="$value" autocomplete="$fill"'
    " required $more></label>"
)
_BUTTON = Template('<button class="btn primary">$words</button>')
_CHOICE = Template('<a href="$href" lang="$tag" hreflang="$tag">$name</a>')


async def enter(request: Request, token: str, target: str) -> Response:
    """Send somebody on with a new session; the one before, if any, ends."""
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
        secure=is_secure(request),
    )
    response.delete_cookie(FORM_COOKIE, httponly=True, samesite="strict", secure=is_secure(request))
    return response


def page(
    request: Request,
    title: str,
    lead: str,
    fields: Sequence[str],
    button: str,
    error: WorkbenchError | None,
    action: str,
) -> Response:
    """A page with one form.

    Args:
        request: What it answers.
        title: What the form is for.
        lead: One sentence to begin with.
        fields: Its fields as HTML, from ``field``.
        button: The words on its button; empty where there is nothing to send, which leads to
            signing in instead.
        error: What was wrong with what was sent.
        action: Where it is sent to.
    """
    token = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)
    alert = ""
    if error is not None:
        alert = (
            f'<p class="alert" role="alert">{escape(t("{sentence}.", sentence=told(error)))}</p>'
        )
    html = _PAGE.substitute(
        lang=language(),
        what=escape(t("Who says what about which claim, with which stance, on what evidence.")),
        languages=_languages(action),
        title=escape(title),
        lead=escape(lead),
        alert=alert,
        action=escape(action),
        token=escape(token),
        fields="\n".join(fields),
        button=_BUTTON.substitute(words=escape(button)) if button else _instead(),
    )
    response = HTMLResponse(html, _status(error), {"cache-control": "no-store"})
    if isinstance(error, TooManyAttempts):
        response.headers["retry-after"] = str(int(accounts.FAILURE_WINDOW.total_seconds()))
    response.set_cookie(
        FORM_COOKIE, token, httponly=True, samesite="strict", secure=is_secure(request)
    )
    return response


def _status(error: WorkbenchError | None) -> int:
    if error is None:
        return 200
    kinds = {TooManyAttempts: 429, Forbidden: 403, NotFound: 404}
    return next((status for kind, status in kinds.items() if isinstance(error, kind)), 400)


def _instead() -> str:
    return f'<a class="btn primary" href="/signin">{escape(t("Sign in"))}</a>'


def _languages(here: str) -> str:
    """Links that show this address in the other languages."""
    return "\n".join(
        _CHOICE.substitute(
            href=escape(f"{ENTRANCE}?{urlencode({'language': tag, 'next': here})}"),
            tag=tag,
            name=name,
        )
        for tag, name in NAMES.items()
        if tag != language()
    )


def field(
    name: str,
    label: str,
    value: str = "",
    *,
    kind: str = "text",
    fill: str,
    focus: bool = False,
    fixed: bool = False,
) -> str:
    """A field as HTML.

    Args:
        name: Its name in the form.
        label: What the reader sees.
        value: What stands in it.
        kind: Its HTML type.
        fill: Its ``autocomplete`` token.
        focus: Whether the cursor begins there.
        fixed: Whether it can only be read.
    """
    return _FIELD.substitute(
        name=name,
        label=escape(label),
        value=escape(value),
        type=kind,
        fill=fill,
        more=("autofocus" if focus else "") + (" readonly" if fixed else ""),
    )


def check_form(request: Request, form: FormData) -> None:
    """Refuse a form that is not one of ours, or an old one."""
    expected = request.cookies.get(FORM_COOKIE, "")
    if not expected or not hmac.compare_digest(expected.encode(), text_of(form, "csrf").encode()):
        raise Forbidden("This form has expired", "Try again")


def text_of(form: FormData, name: str) -> str:
    """What was typed into a field; empty if there was no such field."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def address_of(request: Request) -> str:
    """The network address that a request comes from."""
    return request.client.host if request.client else ""


def is_secure(request: Request) -> bool:
    """Whether cookies may be kept to encrypted connections."""
    return request.url.scheme == "https"
