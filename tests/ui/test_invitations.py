from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from annotate import accounts
from annotate.accounts import Link
from annotate.ui.visitor import COOKIE
from tests.ui.conftest import BASE
from tests.world import PASSWORD, World

ORIGIN = {"origin": BASE}
CHOSEN = {"display_name": "林 晓雯", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def link(world: World) -> Link:
    """A link by which somebody joins."""
    return accounts.invite(world.store, world.operator, "lin")


def _form(client: TestClient, path: str) -> dict[str, str]:
    page = client.get(path)
    assert page.status_code == 200, page.text
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))


def test_joining_sets_the_name_and_signs_in(stranger: TestClient, link: Link) -> None:
    page = stranger.get(link.path)
    assert 'value="lin" autocomplete="username" required  readonly' in page.text
    assert page.headers["cache-control"] == "no-store"
    answer = stranger.post(link.path, data={**_form(stranger, link.path), **CHOSEN}, headers=ORIGIN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    me = stranger.get("/api/session").json()["me"]
    assert (me["name"], me["display_name"]) == ("lin", "林 晓雯")
    assert stranger.get(link.path).status_code == 404


def test_a_reset_asks_for_a_password_alone(stranger: TestClient, world: World) -> None:
    accounts.set_password(world.store, world.operator, world.analyst, PASSWORD)
    path = accounts.make_link(world.store, world.operator, world.analyst).path
    assert "display_name" not in stranger.get(path).text
    new = {"password": "another long one", "again": "another long one"}
    answer = stranger.post(path, data={**_form(stranger, path), **new}, headers=ORIGIN)
    assert answer.status_code == 303
    assert stranger.cookies[COOKIE]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"password": "short", "again": "short"}, "The password will not do"),
        ({"again": "something else"}, "The two passwords differ"),
        ({"display_name": "\u202eniL"}, "will not do as the name"),
    ],
)
def test_what_will_not_do_is_told_and_the_link_stays_good(
    stranger: TestClient, link: Link, typed: dict[str, str], told: str
) -> None:
    form = _form(stranger, link.path)
    answer = stranger.post(link.path, data={**form, **CHOSEN, **typed}, headers=ORIGIN)
    assert answer.status_code == 400
    assert told in answer.text
    assert PASSWORD not in answer.text
    assert stranger.post(link.path, data={**form, **CHOSEN}, headers=ORIGIN).status_code == 303


def test_what_was_typed_comes_back_as_text(stranger: TestClient, link: Link) -> None:
    hostile = {**CHOSEN, "again": "x", "display_name": '"><script>alert(1)</script>'}
    form = _form(stranger, link.path)
    answer = stranger.post(link.path, data={**form, **hostile}, headers=ORIGIN)
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_a_form_without_its_token_or_from_elsewhere_is_refused(
    stranger: TestClient, link: Link
) -> None:
    answer = stranger.post(link.path, data=CHOSEN, headers=ORIGIN)
    assert answer.status_code == 403
    assert "expired" in answer.text
    form = _form(stranger, link.path)
    foreign = {"origin": "http://evil.example"}
    assert stranger.post(link.path, data={**form, **CHOSEN}, headers=foreign).status_code == 403
    assert stranger.get(link.path).status_code == 200


def test_links_that_do_not_work_look_alike(stranger: TestClient, world: World, link: Link) -> None:
    accounts.revoke_links(world.store, world.operator, link.person)
    pages = [stranger.get(path) for path in (link.path, "/invite/unknown")]
    assert [page.status_code for page in pages] == [404, 404]
    texts = [
        re.sub(
            r"invite(/|%2F)[\w-]+", "invite", re.sub(r'(name="csrf" value=)"[^"]*"', r"\1", p.text)
        )
        for p in pages
    ]
    assert texts[0] == texts[1]
    assert "lin" not in re.sub(r"link|line", "", texts[0])


def test_too_many_guesses_are_answered_with_429(stranger: TestClient, link: Link) -> None:
    for n in range(accounts.FAILURES_A_NAME_AND_ADDRESS):
        assert stranger.get(f"/invite/guess-{n}").status_code == 404
    answer = stranger.get(link.path)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "900"
