"""Take the pictures of docs/images from the sample project: ``python -m tools.screenshots``.

They come from a real browser, 1440 by 900: every page in the light and the dark theme and in both
languages, each named ``page-theme-language.png``. With names of pages after it, only those.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import numpy as np
from PIL import Image
from playwright.sync_api import BrowserContext, Page

from annotate import accounts, review
from annotate.demo import load_sample
from annotate.model import LANGUAGES, Person
from annotate.reading import ListRequest
from annotate.review import Wish
from annotate.review.waiting import to_review
from annotate.store import Store
from tools import workbench
from tools.linked import plant

TARGET = workbench.ROOT / "docs" / "images"
ANALYST = "analyst-1"
SETTLED_MS = 700
# How far a channel may be off for the sake of the bytes: nobody sees that.
MOST_OFF = 8
# How many of the most frequent colours stay as they are: the surfaces of a page.
EXACT = 32
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
        Shot("actors-list", "actors"),
        Shot("actors-duplicates", "actors?view=duplicates"),
        Shot("claims", "claims", prepare=_open_most_used),
        Shot("claims-list", "claims"),
        Shot("codebook", "codebook"),
        Shot("assignments", "assignments"),
        Shot("ingest", "ingest"),
        Shot("sync", "sync"),
        Shot("sync-conflict", "sync", prepare=_open_first),
        Shot("export", "export"),
        Shot("agreement", "agreement"),
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
        _hand_out(store, loaded.project_id)
        article = _busiest(store, store.people.named(ANALYST), loaded.project_id)
        disputed = _disputed(store, store.people.named("admin"), loaded.project_id)
        shots = [shot for shot in _shots(article, disputed) if not names or shot.name in names]
        with workbench.running(store.path) as desk:
            for who in sorted({shot.who for shot in shots}):
                _look(desk, store, store.people.named(who), [s for s in shots if s.who == who])
            if not names or {"signin", "invite"} & {*names}:
                _entrance(desk, store)
        store.close()
        if not names or "setup" in names:
            _first_start(Path(folder) / "empty.db")


def _hand_out(store: Store, project_id: str) -> None:
    """A round, so that the page of assignments shows one."""
    people = tuple(store.people.named(name).id for name in (ANALYST, "analyst-2"))
    wish = Wish("February", people, mode="list", share=0.2, due_on="2026-12-18")
    review.create(store, accounts.operator(store), project_id, wish, ListRequest())


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
    invited = accounts.invite(store, accounts.operator(store), "newcomer")
    _at_the_door(desk, store, store.people.named(ANALYST), {"signin": "", "invite": invited.path})


def _first_start(database: Path) -> None:
    """The making of the first administrator, where there is nobody yet."""
    store = Store(database)
    with workbench.running(database) as desk:
        _at_the_door(desk, store, None, {"setup": "/setup"})
    store.close()


def _at_the_door(
    desk: workbench.Desk, store: Store, anybody: Person | None, paths: Mapping[str, str]
) -> None:
    """Pages that are shown to whoever is not signed in."""
    for scheme in SCHEMES:
        with workbench.pages(desk, store, anybody, scheme) as context:
            for language in LANGUAGES:
                for name, path in paths.items():
                    context.clear_cookies()
                    choice = f"{desk.url}/signin/language?language={language}"
                    page = _opened(context, choice, "form")
                    if path:
                        page.goto(desk.url + path)
                        page.locator("form").wait_for()
                    _shoot(page, f"{name}-{scheme}-{language}")


def _opened(context: BrowserContext, url: str, drawn: str) -> Page:
    page = context.new_page()
    page.goto(url)
    page.locator(drawn).first.wait_for()
    page.locator("[data-testid=stSkeleton]").first.wait_for(state="detached")
    page.wait_for_timeout(SETTLED_MS)
    return page


def _shoot(page: Page, name: str) -> None:
    page.wait_for_timeout(SETTLED_MS)
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        packed(picture.convert("RGB")).save(TARGET / f"{name}.png", optimize=True)
    print(f"{name}.png", file=sys.stderr)
    page.close()


def packed(picture: Image.Image) -> Image.Image:
    """A picture with at most 256 colours, a third of the bytes, where that keeps its colours.

    Surfaces keep theirs exactly. A small patch of a rare colour, such as a swatch, would be given
    another: then the picture stays as it is.
    """
    pixels = np.asarray(picture)
    colours, places, counts = np.unique(
        pixels.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True
    )
    frequent = colours[np.argsort(counts)[-EXACT:]]
    method = Image.Quantize.MAXCOVERAGE
    rest = picture.quantize(256 - len(frequent), method=method, dither=Image.Dither.NONE)
    chosen = np.asarray(rest.getpalette(), dtype=np.uint8).reshape(-1, 3)
    palette = np.vstack([frequent, chosen])[:256]
    off = np.abs(colours[:, None, :].astype(int) - palette[None, :, :]).max(axis=2)
    if off.min(axis=1).max() > MOST_OFF:
        return picture
    few = Image.fromarray(
        off.argmin(axis=1).astype(np.uint8)[places].reshape(pixels.shape[:2]), mode="P"
    )
    few.putpalette(palette.tobytes())
    return few


if __name__ == "__main__":
    main(sys.argv[1:])
