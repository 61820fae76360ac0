"""CSV tables sent to a registry's page over HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from annotate.errors import NotFound
from annotate.model import Person
from annotate.ui import arriving
from annotate.ui.arriving import Tables, tables
from tests.world import World

Browser = Callable[[Person], TestClient]


def test_a_large_table_arrives_whole_for_whoever_sent_it(world: World, sign_in: Browser) -> None:
    editor = world.people["editor"]
    data = b"name\r\n" + b"x,\r\n" * 1_000_000
    answer = sign_in(editor).post(arriving.PATH, params={"project": world.project.id}, content=data)
    token = answer.json()["table"]
    assert tables().read(editor, token) == data
    with pytest.raises(NotFound):
        tables().read(world.people["reviewer"], token)


def test_only_those_who_may_change_the_registry_send_one(world: World, sign_in: Browser) -> None:
    here = {"project": world.project.id}
    assert sign_in(world.people["viewer"]).post(arriving.PATH, params=here).status_code == 403
    editor = sign_in(world.people["editor"])
    assert editor.post(arriving.PATH, params={"project": "none"}).status_code == 404
    assert editor.post(arriving.PATH).status_code in (403, 404)
    expired = {"x-csrf-token": "no"}
    assert editor.post(arriving.PATH, params=here, headers=expired).status_code == 403
    large = b"x" * (arriving.MOST_BYTES + 1)
    assert editor.post(arriving.PATH, params=here, content=large).status_code == 413


def test_tables_do_not_pile_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made, editor = Tables(), world.people["editor"]
    sent = []
    for n in range(arriving.KEPT_EACH + 1):
        path = made.place()
        path.write_text(str(n))
        sent.append((made.keep(editor, path), path))
    assert [path.exists() for _, path in sent] == [False, *[True] * arriving.KEPT_EACH]
    assert made.read(editor, sent[-1][0]) == str(arriving.KEPT_EACH).encode()
    later = time.monotonic() + arriving.KEPT_S + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    with pytest.raises(NotFound):
        made.read(editor, sent[-1][0])
