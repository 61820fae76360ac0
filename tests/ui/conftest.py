"""The server without Streamlit: our routes and middleware around a small world."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from annotate import accounts
from annotate.model import Person
from annotate.store import Store
from annotate.ui import database, serving
from annotate.ui.visitor import COOKIE
from tests.world import PASSWORD, World

BASE = "http://desk.example"


@pytest.fixture
def served(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Starlette]:
    """The app on the test's own database."""
    monkeypatch.setenv("CLAIMDESK_DB", str(store.path))
    database.store.cache_clear()
    yield Starlette(routes=serving.routes(), middleware=serving.middleware())
    database.store.cache_clear()


@pytest.fixture
def stranger(served: Starlette) -> Iterator[TestClient]:
    """A browser in which nobody is signed in."""
    with TestClient(served, base_url=BASE, follow_redirects=False) as client:
        yield client


@pytest.fixture
def sign_in(served: Starlette, world: World) -> Iterator[Callable[[Person], TestClient]]:
    """Makes a browser in which somebody of the world is signed in, with their CSRF header."""
    clients: list[TestClient] = []

    def make(person: Person) -> TestClient:
        accounts.set_password(world.store, world.operator, person, PASSWORD)
        token = accounts.sign_in(world.store, person.name, PASSWORD, "10.0.0.1", "test")
        client = TestClient(
            served,
            base_url=BASE,
            follow_redirects=False,
            cookies={COOKIE: token},
            headers={"x-csrf-token": accounts.csrf_token(token)},
        )
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def analyst(world: World, sign_in: Callable[[Person], TestClient]) -> TestClient:
    """The analyst's browser."""
    return sign_in(world.analyst)
