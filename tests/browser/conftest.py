"""A real server and a real Chromium."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from annotate.model import Article, Person
from annotate.store import Store
from annotate.tagging.payload import Payload
from annotate.ui import main as app
from tests.browser.desk import Server, more_articles, quiet, running, turn
from tests.browser.profiles import SETTINGS, Profiles
from tests.browser.reviewing import ReviewDesk, ReviewWorld, review_world
from tests.browser.tagging import TagDesk, TagWorld
from tests.world import World, build, op, send, statement
from tools.linked import plant

Open = Callable[..., Page]
Turn = Callable[[app.Page], Page]
SitDown = Callable[..., TagDesk]
Review = Callable[[Article], ReviewDesk]
FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser."""
    for one in items:
        if "tests/browser" in one.path.as_posix():
            one.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note what failed for the fixtures that clean up after it."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="session")
def shared_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """One world for all browser tests; each changes only what it made or what no other reads."""
    world = build(Store(tmp_path_factory.mktemp("desk") / "claimdesk.db"))
    more_articles(world)
    return world


@pytest.fixture(scope="session")
def server(shared_world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server of the shared world."""
    with running(shared_world.store, tmp_path_factory.mktemp("server")) as server:
        server.cookie(shared_world.people["admin"])
        yield server


@pytest.fixture(scope="session")
def profiles(browser: Browser) -> Iterator[Profiles]:
    """The browser profiles of this run."""
    profiles = Profiles(browser)
    yield profiles
    profiles.close()


@pytest.fixture
def context(profiles: Profiles, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A browser profile without anything of another test's."""
    yield from _lent(profiles, request)


@pytest.fixture
def other_context(profiles: Profiles, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """The browser profile of a second person."""
    yield from _lent(profiles, request)


def _lent(profiles: Profiles, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    request.node.stash[FAILED] = False
    with profiles.lent() as context:
        yield context
        if request.node.stash[FAILED]:
            # In what state a failure leaves it is anybody's guess.
            context.close()


def listen(page: Page, complaints: list[str]) -> None:
    """Note the errors that a page's console tells."""
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )


@pytest.fixture
def expected_complaints() -> list[str]:
    """Parts of console errors that a test provokes; it appends them."""
    return []


@pytest.fixture
def open_as(
    server: Server, context: BrowserContext, expected_complaints: list[str]
) -> Iterator[Open]:
    """Opens a path as somebody; at the end, the console must be free of unexpected errors."""
    complaints: list[str] = []

    def open_(person: Person, path: str) -> Page:
        cookies = [server.cookie(person), server.project_cookie()]
        context.add_cookies(cookies)  # type: ignore[arg-type]
        page = context.new_page()
        listen(page, complaints)
        page.goto(server.url + path)
        return page

    yield open_
    assert [c for c in complaints if not any(known in c for known in expected_complaints)] == []


@dataclass
class Tour:
    """One tab of the administrator's in which page after page is opened, as by the links."""

    profiles: Profiles
    server: Server
    person: Person
    complaints: list[str] = field(default_factory=list)
    _tab: Page | None = None
    _open: ExitStack = field(default_factory=ExitStack)

    def turn_to(self, at: app.Page) -> Page:
        """A page of the app in its ordinary width."""
        if self._tab is None:
            context = self._open.enter_context(self.profiles.lent())
            cookies = [self.server.cookie(self.person), self.server.project_cookie()]
            context.add_cookies(cookies)  # type: ignore[arg-type]
            self._tab = context.new_page()
            listen(self._tab, self.complaints)
            self._tab.goto(f"{self.server.url}/{at.path}")
            quiet(self._tab)
        else:
            self._tab.set_viewport_size(SETTINGS["viewport"])
            turn(self._tab, f"/{at.path}", at.label)
        return self._tab

    def end(self) -> None:
        """The next page is loaded anew."""
        self._open.close()
        self._tab = None


@pytest.fixture(scope="module")
def tour(profiles: Profiles, server: Server, shared_world: World) -> Iterator[Tour]:
    """The tab of the tests of a module that look at every page and change nothing there."""
    tour = Tour(profiles, server, shared_world.people["admin"])
    yield tour
    tour.end()


@pytest.fixture
def turn_to(tour: Tour, request: pytest.FixtureRequest) -> Iterator[Turn]:
    """Turns to a page of the app; the console must stay clean."""
    request.node.stash[FAILED] = False
    tour.complaints.clear()
    yield tour.turn_to
    if request.node.stash[FAILED]:
        tour.end()
    assert tour.complaints == []


@pytest.fixture
def signed_in_page(open_as: Open, shared_world: World) -> Page:
    """The article list, as the analyst sees it."""
    return open_as(shared_world.analyst, "/articles")


@pytest.fixture(scope="session")
def tag_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server of the tagging tests, which add articles and registry entries as they like."""
    folder = tmp_path_factory.mktemp("tagging")
    with running(Store(folder / "claimdesk.db"), folder) as server:
        yield server


@pytest.fixture(scope="session")
def tag_world(tag_server: Server) -> TagWorld:
    """The world of the tagging tests; each takes articles and people of its own."""
    return TagWorld(build(tag_server.store), tag_server)


@pytest.fixture
def watched(context: BrowserContext, expected_complaints: list[str]) -> Iterator[BrowserContext]:
    """The profile of this test; at the end, its console must be free of unexpected errors."""
    complaints: list[str] = []

    context.on("page", lambda page: listen(page, complaints))
    yield context
    assert [c for c in complaints if not any(known in c for known in expected_complaints)] == []


@pytest.fixture
def sit_down(tag_world: TagWorld, watched: BrowserContext) -> SitDown:
    """Opens an article of a text of one's own as a new analyst; the console must stay clean."""

    def sit_down_(text: str, labels: Sequence[Payload] = (), **changes: Any) -> TagDesk:
        person, article = tag_world.coder(), tag_world.article(text, **changes)
        tag_world.apply(person, article, *labels)
        return tag_world.seat(watched, person, article).open()

    return sit_down_


@pytest.fixture(scope="session")
def coded(tag_world: TagWorld) -> ReviewWorld:
    """The world of the reviewing tests: that of the tagging tests, with a reviewer."""
    return review_world(tag_world)


@pytest.fixture
def review(coded: ReviewWorld, watched: BrowserContext) -> Review:
    """Opens the review of an article; the console must stay clean."""
    return lambda article: coded.seat(watched, article).open()


@pytest.fixture(scope="session")
def linked_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server of a project that is linked with a Label Studio which is not there."""
    folder = tmp_path_factory.mktemp("linked")
    with running(Store(folder / "claimdesk.db"), folder) as server:
        yield server


@pytest.fixture(scope="session")
def linked_world(linked_server: Server) -> World:
    """Its world."""
    return linked(linked_server.store)


def linked(store: Store) -> World:
    """A world with conflicts, problems, deleted tasks and runs of synchronisation."""
    world = build(store)
    for article in (0, 1):
        statement(world, article=article)
    send(world, op("submit"), article=1)
    for n, reviewer in enumerate(("editor", "reviewer")):
        statement(world, world.people[reviewer], article=n)  # type: ignore[index]
    plant(world.store, world.project.id)
    return world
