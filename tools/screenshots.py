"""Take the pictures of docs/images from the sample project: ``python -m tools.screenshots``.

They come from a real browser, 1440 by 900: every page in the light and the dark theme and in both
languages, each named ``page-theme-language.png``. With names of pages after it, only those.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from PIL import Image
from playwright.sync_api import BrowserContext, Page

from annotate import accounts
from annotate.demo import load_sample
from annotate.model import LANGUAGES, Person
from annotate.review.waiting import to_review
from annotate.store import Store
from tools import workbench
from tools.linked import plant

TARGET = workbench.ROOT / "docs" / "images"
ANALYST = "analyst-1"
SETTLED_MS = 700
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
DRAWN = (
    ".st-key-office h1, .cd-articles tbody a, .cd-tag .text > p, .cd-review .text > p,"
    " .st-key-message h1"
)


def _nothing(page: Page) -> None:
    """Most pages are shown as they open."""


def _press(*keys: str) -> Callable[[Page], None]:
    def press(page: Page) -> None:
        for key in keys:
            page.keyboard.press(key)

    return press


def _open_most_used(page: Page) -> None:
    rows = page.locator(".cd-table tbody tr")
    rows.first.wait_for()
    uses: list[int] = rows.evaluate_all(
        "rows => rows.map((row) => Number(row.querySelector('.is-number').textContent))"
    )
    rows.nth(uses.index(max(uses))).locator(".open").click()


def _open_first(page: Page) -> None:
    page.locator(".cd-table tbody .open").first.click()


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture: its name, the page's path, who looks, and what they do first."""

    name: str
    path: str
    who: str = "admin"
    prepare: Callable[[Page], None] = _nothing


def _shots(article: str, disputed: str) -> tuple[Shot, ...]:
    tag = f"tag?article={article}"
    return (
        Shot("articles", "articles", ANALYST),
        Shot("tag", tag, ANALYST),
        Shot("tag-form", tag, ANALYST, _press(".", "e")),
        Shot("tag-keys", tag, ANALYST, _press("?")),
        Shot("tag-first", "tag", "editor-1"),
        Shot("reviews", "review"),
        Shot("review", f"review?article={disputed}", prepare=_press("ArrowDown", " ")),
        Shot("inbox", "inbox", ANALYST),
        Shot("actors", "actors", prepare=_open_most_used),
        Shot("claims", "claims", prepare=_open_most_used),
        Shot("codebook", "codebook"),
        Shot("ingest", "ingest"),
        Shot("sync", "sync"),
        Shot("sync-conflict", "sync", prepare=_open_first),
        Shot("export", "export"),
        Shot("history", "history"),
        Shot("projects", "projects"),
        Shot("project", "projects", prepare=_open_first),
        Shot("people", "people"),
        Shot("account", "account"),
    )


def main(names: Sequence[str]) -> None:
    """Load the sample into a database of its own, serve it, and take the pictures.

    Args:
        names: Which; all if there are none.
    """
    TARGET.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="claimdesk-") as folder:
        store = Store(Path(folder) / "sample.db")
        loaded = load_sample(store)
        plant(store, loaded.project_id)
        article = _busiest(store, store.people.named(ANALYST), loaded.project_id)
        disputed = _disputed(store, store.people.named("admin"), loaded.project_id)
        shots = [shot for shot in _shots(article, disputed) if not names or shot.name in names]
        with workbench.running(store.path) as desk:
            for who in sorted({shot.who for shot in shots}):
                _look(desk, store, store.people.named(who), [s for s in shots if s.who == who])
            if not names or "signin" in names:
                _entrance(desk, store)
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


def _disputed(store: Store, person: Person, project_id: str) -> str:
    """The article that waits for review with the most submissions, and the most to decide."""
    found = to_review(store, person, project_id, limit=200).items
    return max(found, key=lambda one: (one.coders, one.open)).article.id


def _look(desk: workbench.Desk, store: Store, person: Person, shots: Sequence[Shot]) -> None:
    for language in LANGUAGES:
        accounts.set_language(store, person, language)
        for scheme in SCHEMES:
            with workbench.pages(desk, store, person, scheme) as context:
                for shot in shots:
                    page = _opened(context, f"{desk.url}/{shot.path}", DRAWN)
                    shot.prepare(page)
                    _shoot(page, f"{shot.name}-{scheme}-{language}")


def _entrance(desk: workbench.Desk, store: Store) -> None:
    anybody = store.people.named(ANALYST)
    for scheme in SCHEMES:
        with workbench.pages(desk, store, anybody, scheme) as context:
            for language in LANGUAGES:
                context.clear_cookies()
                choice = f"{desk.url}/signin/language?language={language}"
                _shoot(_opened(context, choice, "form"), f"signin-{scheme}-{language}")


def _opened(context: BrowserContext, url: str, drawn: str) -> Page:
    page = context.new_page()
    page.goto(url)
    page.locator(drawn).first.wait_for()
    page.wait_for_timeout(SETTLED_MS)
    return page


def _shoot(page: Page, name: str) -> None:
    page.wait_for_timeout(SETTLED_MS)
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        # A page has few colours: 256 show it as well, in a third of the bytes.
        picture.convert("RGB").quantize(256).save(TARGET / f"{name}.png", optimize=True)
    print(f"{name}.png", file=sys.stderr)
    page.close()


if __name__ == "__main__":
    main(sys.argv[1:])
