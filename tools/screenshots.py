"""Take the pictures of docs/images from the sample project: ``python -m tools.screenshots``.

They come from a real browser, 1440 by 900, in the light and the dark theme.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from PIL import Image
from playwright.sync_api import BrowserContext, Page

from annotate.demo import load_sample
from annotate.model import Person
from annotate.store import Store
from tools import workbench

TARGET = workbench.ROOT / "docs" / "images"
ANALYST = "analyst-1"
SETTLED_MS = 600
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def main() -> None:
    """Load the sample into a database of its own, serve it, and take all pictures."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="claimdesk-") as folder:
        store = Store(Path(folder) / "sample.db")
        loaded = load_sample(store)
        analyst = store.people.named(ANALYST)
        article = _busiest(store, analyst, loaded.project_id)
        with workbench.running(store.path) as desk:
            for scheme in SCHEMES:
                with workbench.pages(desk, store, analyst, scheme) as context:
                    _articles(context, desk.url, scheme)
                    _tag(context, f"{desk.url}/tag?article={article}", scheme)
                    _export(context, desk.url, scheme)
        store.close()


def _busiest(store: Store, analyst: Person, project_id: str) -> str:
    """The Chinese article of which the analyst's draft holds the most statements."""
    drafts = {
        article_id: statements
        for article_id, status, statements in store.labels.of_coder(analyst.id, project_id)
        if status == "draft"
    }
    articles = store.articles.many(list(drafts))
    chinese = [article.id for article in articles if article.language.startswith("zh")]
    return max(chinese, key=drafts.__getitem__)


def _articles(context: BrowserContext, url: str, scheme: str) -> None:
    page = context.new_page()
    page.goto(f"{url}/articles")
    page.locator(".cd-articles a").first.wait_for()
    _shoot(page, f"articles-{scheme}")


def _tag(context: BrowserContext, url: str, scheme: str) -> None:
    page = context.new_page()
    page.goto(url)
    page.locator(".cd-tag .text > p").first.wait_for()
    _shoot(page, f"tag-{scheme}")


def _export(context: BrowserContext, url: str, scheme: str) -> None:
    page = context.new_page()
    page.goto(f"{url}/export")
    page.get_by_role("button", name="Export", exact=True).wait_for()
    _shoot(page, f"export-{scheme}")


def _shoot(page: Page, name: str) -> None:
    page.wait_for_timeout(SETTLED_MS)
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        # A page has few colours: 256 show it as well, in a third of the bytes.
        picture.convert("RGB").quantize(256).save(TARGET / f"{name}.png", optimize=True)
    print(f"{name}.png", file=sys.stderr)
    page.close()


if __name__ == "__main__":
    main()
