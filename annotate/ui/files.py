"""The files of ``annotate/ui/assets`` over HTTP, and the shell page that links to them."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import streamlit
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from annotate.ui.i18n import catalogue, edition
from annotate.ui.languages import language

ASSETS = Path(__file__).parent / "assets"
STYLES = (
    "tokens.css",
    "page.css",
    "widgets.css",
    "shell/header.css",
    "shared/help.css",
    "shared/ask.css",
    "shared/guide.css",
    "articles/articles.css",
    "shared/work.css",
    "tag/tag.css",
    "review/review.css",
    "office/office.css",
    "registry/registry.css",
    "export/export.css",
    "codebook/codebook.css",
    "history/history.css",
    "ingest/ingest.css",
    "sync/sync.css",
    "agreement/agreement.css",
    "inbox/inbox.css",
)
MODULES = (
    "shared",
    "shell",
    "office",
    "registry",
    "articles",
    "tag",
    "review",
    "history",
    "ingest",
    "sync",
    "agreement",
    "inbox",
)


class _Slug(Convertor[str]):
    """One path segment without a dot: a page, never a file or a route of Streamlit's own."""

    regex = "[a-z][a-z0-9-]*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("slug", _Slug())


class _Assets(StaticFiles):
    """Static files that the browser asks about again each time, answered by ETag."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "no-cache"
        return response


@functools.cache
def shell_html() -> str:
    """Streamlit's own page with our title, settings, styles and modules linked in its head.

    Linked there, the styles are in force before the first paint; written by the script they
    would come too late and the header would jump. The modules load while Streamlit connects,
    all at once instead of one import after another.
    """
    html = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")
    html = html.replace("<title>Streamlit</title>", "<title>Claimdesk</title>")
    html = re.sub(r"\s*<link rel=\"service-desc\"[^>]*>", "", html)
    links = ['<script src="/assets/streamlit.js"></script>']
    links += [f'<link rel="stylesheet" href="/assets/{name}">' for name in STYLES]
    links += [
        f'<link rel="modulepreload" href="/assets/{folder}/{module.name}">'
        for folder in MODULES
        for module in sorted((ASSETS / folder).glob("*.js"))
    ]
    return html.replace("  </head>", "".join(f"    {link}\n" for link in links) + "  </head>")


def routes() -> list[BaseRoute]:
    """The assets, the words of each language, and the shell page at every one-word path."""
    return [
        Route("/assets/words/{edition}/{language}.json", _words),
        Mount("/assets", _Assets(directory=ASSETS), name="assets"),
        Route("/", _shell),
        Route("/{page:slug}", _shell),
    ]


async def _words(request: Request) -> JSONResponse:
    fresh = request.path_params["edition"] == edition()
    caching = "public, max-age=31536000, immutable" if fresh else "no-store"
    texts = dict(catalogue(request.path_params["language"]))
    return JSONResponse(texts, headers={"cache-control": caching})


async def _shell(request: Request) -> HTMLResponse:
    html = shell_html().replace('<html lang="en">', f'<html lang="{language()}">', 1)
    return HTMLResponse(html, headers={"cache-control": "no-cache"})
