from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from annotate import accounts
from annotate.errors import NotFound
from annotate.model import Person
from annotate.ui.downloads import KEPT_EACH, KEPT_S, Downloads, downloads
from annotate.ui.visitor import Visitor
from tests.world import World


def _offer(made: Downloads, world: World, text: str = "x") -> str:
    path = made.place("talks-stance.csv")
    path.write_text(text, "utf-8")
    return made.offer(world.analyst.id, world.project.id, path, "text/csv").token


def test_one_persons_files_do_not_pile_up(world: World, served: object) -> None:
    made = Downloads()
    tokens = [_offer(made, world, str(n)) for n in range(KEPT_EACH + 2)]
    visitor = Visitor(world.analyst, "")
    kept = [made.fetch(visitor, token).path for token in tokens[-KEPT_EACH:]]
    assert [path.read_text() for path in kept] == [str(n) for n in range(2, KEPT_EACH + 2)]
    for token in tokens[:2]:
        with pytest.raises(NotFound):
            made.fetch(visitor, token)
    # Nor do the folders that they stood in.
    assert len(list(kept[0].parent.parent.iterdir())) == KEPT_EACH


def test_a_file_goes_to_the_person_who_made_it_alone(
    analyst: TestClient, world: World, sign_in: Callable[[Person], TestClient]
) -> None:
    path = f"/export/download/{_offer(downloads(), world, '台词')}"
    answer = analyst.get(path)
    assert answer.status_code == 200
    assert answer.text == "台词"
    assert answer.headers["content-disposition"] == 'attachment; filename="talks-stance.csv"'
    assert answer.headers["cache-control"] == "no-store"
    assert sign_in(world.people["viewer"]).get(path).status_code == 404
    assert analyst.get("/export/download/none").status_code == 404


def test_a_file_stays_closed_once_the_account_is(analyst: TestClient, world: World) -> None:
    path = f"/export/download/{_offer(downloads(), world)}"
    accounts.change_person(world.store, world.operator, world.analyst, active=False)
    assert analyst.get(path).status_code == 401


def test_after_an_hour_it_is_gone(
    world: World, served: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Downloads()
    token = _offer(made, world)
    visitor = Visitor(world.analyst, "")
    assert made.fetch(visitor, token).token == token
    later = time.monotonic() + KEPT_S + 1
    monkeypatch.setattr("annotate.ui.downloads.time.monotonic", lambda: later)
    with pytest.raises(NotFound):
        made.fetch(visitor, token)
