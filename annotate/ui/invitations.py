"""Links to join or to choose a new password: a plain HTML form, as those of ``signin``."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from annotate import accounts
from annotate.errors import Forbidden, Invalid, NotFound, TooManyAttempts, WorkbenchError
from annotate.model import Person
from annotate.store import Invitation
from annotate.ui.database import store
from annotate.ui.entrance import address_of, check_form, enter, field, page, text_of
from annotate.ui.i18n import t

_PATH = "/invite/{token}"


def routes() -> list[BaseRoute]:
    """``/invite/TOKEN``."""
    return [Route(_PATH, _show), Route(_PATH, _accept, methods=["POST"])]


async def _show(request: Request) -> Response:
    return await _form(request)


async def _accept(request: Request) -> Response:
    form = await request.form()
    token, shown = request.path_params["token"], text_of(form, "display_name")
    password, agent = text_of(form, "password"), request.headers.get("user-agent", "")
    try:
        check_form(request, form)
        if password != text_of(form, "again"):
            raise Invalid("The two passwords differ", "Type the same one twice")
        person = await run_in_threadpool(
            accounts.accept, store(), token, password, address_of(request), shown
        )
        session = await run_in_threadpool(accounts.begin, store(), person, agent)
    except (Invalid, Forbidden) as error:
        return await _form(request, error, shown)
    except WorkbenchError as error:
        return _closed(request, error)
    return await enter(request, session, "/")


async def _form(
    request: Request, error: WorkbenchError | None = None, shown: str | None = None
) -> Response:
    token = request.path_params["token"]
    try:
        person, invitation = await run_in_threadpool(
            accounts.bearer, store(), token, address_of(request)
        )
    except (NotFound, TooManyAttempts) as problem:
        return _closed(request, problem)
    return _open(request, person, invitation, error, shown)


def _open(
    request: Request,
    person: Person,
    invitation: Invitation,
    error: WorkbenchError | None,
    shown: str | None,
) -> Response:
    joins = invitation.purpose == "join"
    fields = [field("name", t("Name to sign in with"), person.name, fill="username", fixed=True)]
    if joins:
        value = person.display_name if shown is None else shown
        fields.append(field("display_name", t("Name that others see"), value, fill="name"))
    length = accounts.PASSWORD_LENGTH
    fields += [
        field(
            "password",
            t("Password, {n} characters or more", n=length),
            kind="password",
            fill="new-password",
            focus=True,
        ),
        field("again", t("Password once more"), kind="password", fill="new-password"),
    ]
    if joins:
        title, button = t("Welcome"), t("Join")
        lead = t("You were invited to this workbench. Choose how others see you, and a password.")
    else:
        title, button = t("A new password"), t("Set password and sign in")
        lead = t("Choose a new password. Wherever you are signed in with the old one, that ends.")
    return page(request, title, lead, fields, button, error, request.url.path)


def _closed(request: Request, problem: WorkbenchError) -> Response:
    lead = t("Links are made by an administrator of this workbench.")
    return page(request, t("This link does not work"), lead, (), "", problem, request.url.path)
