"""Putting the server together: routes, middleware, and what happens at start."""

from __future__ import annotations

import gc
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from streamlit import config

from annotate import accounts
from annotate.text import segment
from annotate.ui import api, arriving, downloads, files, invitations, preferences, signin, uploads
from annotate.ui.database import store
from annotate.ui.gate import Gate
from annotate.ui.jobs import jobs
from annotate.ui.security import BodyLimit, SecurityHeaders, content_security_policy
from annotate.ui.syncing import syncs

KIB = 1024
BODY_LIMITS = {
    "/api/": 2048 * KIB,
    "/_stcore/": 1024 * KIB,
    f"{uploads.PATH}/": uploads.FILE_BYTES,
    arriving.PATH: arriving.MOST_BYTES,
    "/": 64 * KIB,
}


def routes() -> list[BaseRoute]:
    """Everything that is not Streamlit's own, in order of precedence."""
    return [
        *signin.routes(),
        *invitations.routes(),
        *preferences.routes(),
        *api.routes(),
        *downloads.routes(),
        *uploads.routes(),
        *arriving.routes(),
        *files.routes(),
    ]


def middleware() -> list[Middleware]:
    """What wraps every request, outermost first."""
    policy = content_security_policy(files.shell_html())
    return [
        Middleware(SecurityHeaders, policy=policy),
        Middleware(BodyLimit, limits=BODY_LIMITS),
        Middleware(Gate),
    ]


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Open the database and warm up; tell the operator how to make the first administrator."""
    code = accounts.begin_setup(store())
    if code is not None:
        host = config.get_option("server.address")
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)
        address = f"http://{host}:{config.get_option('server.port')}"
        print(
            f"\nNobody can sign in yet. Open {address}/setup and make the first administrator"
            f" with this setup code:\n\n    {code}\n",
            flush=True,
        )
    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()
    jobs().wake()
    syncs().begin()
    yield


def _warm_up() -> None:
    segment.warm_up()
    # What is loaded by now stays for good; collections need not look at it again.
    gc.collect()
    gc.freeze()
