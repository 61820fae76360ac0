"""What several rooms' tests need: a store with a small world in it, and the shared data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from annotate.store import Store
from tests.world import World, build

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "claimdesk.db")
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
