"""What several rooms' tests need: a store with a small world in it, and the shared data."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from hypothesis import settings

from annotate.accounts import passwords
from annotate.store import Store
from tests.world import World, build
from tools.chromium import launch

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.labelstudio.server import LabelStudio

PATIENCE_MS = 20_000
ROOT = Path(__file__).resolve().parent.parent

# On machines of any speed; a profile of the command line takes its place.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
# Before a commit: others each time, so that many commits try many.
settings.register_profile("quick", deadline=None, max_examples=25)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever uses Label Studio says so, and may wait for its first start."""
    for one in items:
        if "labelstudio" in getattr(one, "fixturenames", ()):
            one.add_marker(pytest.mark.labelstudio)
            if one.get_closest_marker("timeout") is None:
                one.add_marker(pytest.mark.timeout(400))


HASHER = passwords.HASHER


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Hashes of the same kind that cost little; what they cost in earnest has a test of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", PasswordHasher(1, 8, 1))
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium, for all tests of this run that need one."""
    from playwright.sync_api import expect, sync_playwright

    # On machines of any speed, with other tests at work beside it.
    expect.set_options(timeout=PATIENCE_MS)

    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def labelstudio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabelStudio]:
    """A real Label Studio server, for all tests of this run that need one."""
    from tests.labelstudio.server import LabelStudio

    server = LabelStudio(tmp_path_factory.mktemp("label-studio"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as a first start makes it."""
    path = tmp_path_factory.mktemp("empty") / "claimdesk.db"
    Store(path).close()
    return path


@pytest.fixture
def store(tmp_path: Path, empty_database: Path) -> Iterator[Store]:
    """A database of the test's own, copied because making its tables takes far longer."""
    store = Store(shutil.copy(empty_database, tmp_path / "claimdesk.db"))
    yield store
    store.close()


@pytest.fixture
def world(store: Store) -> World:
    return build(store)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real articles beside the checkout; their text is other people's and is not shipped."""
    path = ROOT.parent / "shared" / "data"
    if not path.is_dir():
        pytest.skip("the shared data is not beside this checkout")
    return path
