"""The permission table is what happens: every action as every role, by page, command and call."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from annotate import accounts
from annotate.accounts import PERMISSIONS, Action
from annotate.errors import Forbidden, NotFound
from annotate.model import ROLES, Person, Role
from annotate.store import Store
from annotate.ui import database, main, shell, visitor
from tests.review import routes
from tests.review.deeds import (
    CALLS,
    COMMANDS,
    REQUESTS,
    WITHOUT_COMMAND,
    WITHOUT_REQUEST,
    Office,
    office,
    shown_drafts,
)
from tests.ui.drawing import draw

PAGES = [page.path for page in main.pages()]
# Whoever may not tag gets no link to the inbox, but may look into their own, which is empty.
OPENS: dict[str, Action] = {"inbox": "article.read"}
# No refusal: everything that was given to them is done.
NO_WORK = {"Nothing is left to tag", "Nothing is assigned to you"}


@pytest.fixture
def here(store: Store, tmp_path: Path) -> Office:
    return office(store, tmp_path)


def _in_turn(here: Office, action: Action) -> Iterator[tuple[Role, Person, bool]]:
    """Everybody, those who may not first: nothing that others did can help or hinder them."""
    for role in sorted(ROLES, key=lambda role: role in PERMISSIONS[action]):
        yield role, here.desk.world.people[role], role in PERMISSIONS[action]


def _events(here: Office) -> int:
    return len(here.store.history.events(limit=1 << 30))


def test_every_action_has_its_cases() -> None:
    actions = set(get_args(Action))
    assert actions == set(PERMISSIONS) == set(CALLS)
    assert actions == set(COMMANDS) | WITHOUT_COMMAND
    assert actions == set(REQUESTS) | WITHOUT_REQUEST
    assert not set(COMMANDS) & WITHOUT_COMMAND and not set(REQUESTS) & WITHOUT_REQUEST


@pytest.mark.parametrize("action", PERMISSIONS)
def test_each_action_by_direct_call(here: Office, action: Action) -> None:
    for _role, who, allowed in _in_turn(here, action):
        if allowed:
            CALLS[action](here, who)
            continue
        if action == "label_set.return":
            here.submitted()
        # Made before the count: what the deed brings along is the operator's work.
        before = _events(here)
        with pytest.raises(Forbidden):
            CALLS[action](here, who)
        assert _events(here) - before <= (1 if action == "data.import" else 0)


@pytest.mark.parametrize("action", COMMANDS)
def test_each_action_by_command(here: Office, action: Action) -> None:
    for role, who, allowed in _in_turn(here, action):
        if action in ("label_set.return", "label_set.write_gold"):
            here.submitted()
        words = COMMANDS[action](here)
        before = _events(here)
        told, error = routes.run(here.store, who.name, words)
        if action == "label_set.read_drafts":
            assert shown_drafts(told) == allowed, (role, told)
            continue
        refused = isinstance(error, Forbidden | NotFound)
        assert refused != allowed, (role, told, error)
        if allowed:
            assert error is None or getattr(error, "exit_code", 1) == 0, (role, told, error)
        else:
            assert _events(here) == before, role


@pytest.mark.parametrize("action", REQUESTS)
def test_each_action_by_request(here: Office, action: Action) -> None:
    for role, who, allowed in _in_turn(here, action):
        if action == "label_set.return":
            here.submitted()
        with routes.served(here.store, who) as client:
            before = _events(here)
            answer = REQUESTS[action](here, client)
        if action == "label_set.read_drafts":
            assert shown_drafts(answer.text) == allowed, role
        elif allowed:
            assert answer.status_code == 200, (role, answer.text)
        else:
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden"), role
            assert _events(here) == before


@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_offered_and_opens_to_those_who_may(
    here: Office, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (page,) = [one for one in main.pages() if one.path == path]
    monkeypatch.setenv("CLAIMDESK_DB", str(here.store.path))
    offered: list[str] = []
    refusals: list[str] = []
    header, message = shell.header, shell.message

    def told(title: str, *rest: object, **more: object) -> None:
        refusals.append(title)
        message(title, *rest, **more)  # type: ignore[arg-type]

    def links(
        desk: shell.Desk, shown: list[tuple[str, str, str]], *rest: object, **more: object
    ) -> None:
        offered[:] = [path for path, *_ in shown]
        header(desk, shown, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(shell, "message", told)
    monkeypatch.setattr(shell, "header", links)
    database.store.cache_clear()
    for role, who, allowed in _in_turn(here, page.action):
        token = accounts.begin(here.store, who, "test")
        monkeypatch.setattr(visitor, "page_token", lambda token=token: token)
        refusals.clear()
        drawn = draw(path, project=here.project)
        assert not drawn.exception, (role, drawn.exception)
        assert (path in offered) == (allowed and page.group is not None), role
        opens = role in PERMISSIONS[OPENS.get(path, page.action)]
        assert bool(set(refusals) - NO_WORK) != opens, (role, refusals)
    database.store.cache_clear()
