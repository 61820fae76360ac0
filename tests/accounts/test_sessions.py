from __future__ import annotations

import sqlite3

import pytest

from annotate import accounts
from annotate.accounts.agents import browser_of
from annotate.errors import Forbidden, Invalid, NotFound, TooManyAttempts
from annotate.model import Person
from tests.world import PASSWORD, World

HERE = "10.0.0.1"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"


@pytest.fixture
def person(world: World) -> Person:
    """Somebody with a password."""
    accounts.set_password(world.store, world.operator, world.analyst, PASSWORD)
    return world.analyst


def _sign_in(world: World, person: Person, agent: str = "") -> str:
    return accounts.sign_in(world.store, person.name, PASSWORD, HERE, agent)


def test_sessions_are_listed_with_this_one_marked_and_ended_one_by_one(
    world: World, person: Person
) -> None:
    tokens = [_sign_in(world, person, FIREFOX), _sign_in(world, person)]
    found = accounts.sessions_of(world.store, person, person, tokens[0])
    assert {(one.browser, one.system, one.here) for one in found} == {
        ("Firefox", "Linux", True),
        ("", "", False),
    }
    (other,) = [one for one in found if not one.here]
    accounts.end_session(world.store, person, person, other.id)
    assert accounts.session_person(world.store, tokens[1]) is None
    assert accounts.session_person(world.store, tokens[0]) is not None
    with pytest.raises(NotFound):
        accounts.end_session(world.store, person, person, other.id)


def test_what_names_a_session_opens_none(world: World, person: Person) -> None:
    _sign_in(world, person)
    (one,) = accounts.sessions_of(world.store, person, person)
    assert accounts.session_person(world.store, one.id) is None
    (row,) = world.store.sessions.live(person.id, "2000")
    assert one.id not in row.token_sha256


def test_all_sessions_end_but_perhaps_this_one(world: World, person: Person) -> None:
    tokens = [_sign_in(world, person) for _ in range(3)]
    assert accounts.end_sessions(world.store, person, person, but=tokens[1]) == 2
    assert [accounts.session_person(world.store, token) is not None for token in tokens] == [
        False,
        True,
        False,
    ]
    assert accounts.end_sessions(world.store, world.people["admin"], person) == 1


def test_a_session_of_somebody_else_is_an_administrators_to_see_and_end(
    world: World, person: Person
) -> None:
    _sign_in(world, person)
    (one,) = accounts.sessions_of(world.store, world.people["admin"], person)
    for role in ("editor", "reviewer", "viewer"):
        other = world.people[role]
        for attempt in (
            lambda other=other: accounts.sessions_of(world.store, other, person),
            lambda other=other: accounts.end_session(world.store, other, person, one.id),
            lambda other=other: accounts.end_sessions(world.store, other, person),
        ):
            with pytest.raises(Forbidden):
                attempt()
    accounts.end_session(world.store, world.people["admin"], person, one.id)
    assert accounts.sessions_of(world.store, person, person) == ()


def test_being_seen_is_noted_at_most_once_a_minute_and_is_no_event(
    world: World, person: Person
) -> None:
    token = _sign_in(world, person)

    def seen() -> str:
        return accounts.sessions_of(world.store, person, person)[0].seen_at

    first = seen()
    accounts.session_person(world.store, token)
    assert seen() == first
    with sqlite3.connect(world.store.path) as db:
        db.execute("UPDATE session SET seen_at = '2026-01-01T00:00:00.000Z'")
        events = db.execute("SELECT count(*) FROM event").fetchone()
    accounts.session_person(world.store, token)
    assert seen() >= first
    with sqlite3.connect(world.store.path) as db:
        assert db.execute("SELECT count(*) FROM event").fetchone() == events


def test_nothing_but_what_is_listed_changes_without_an_event(world: World) -> None:
    with (
        pytest.raises(AssertionError, match="audit event"),
        world.store.write(world.operator.id) as tx,
    ):
        tx.touch("person.role", "UPDATE person SET role = 'admin'")
    with (
        pytest.raises(AssertionError, match="audit event"),
        world.store.write(world.operator.id) as tx,
    ):
        tx.touch("session.seen_at", "UPDATE session SET seen_at = seen_at")
        tx.execute("UPDATE person SET role = 'admin'")
    assert world.store.people.get(world.analyst.id).role == "analyst"


def test_ones_own_password_takes_the_present_one_and_keeps_this_session(
    world: World, person: Person
) -> None:
    here, elsewhere = _sign_in(world, person), _sign_in(world, person)
    link = accounts.make_link(world.store, world.operator, person)
    new = "another long one"
    with pytest.raises(Forbidden, match="current password"):
        accounts.change_password(world.store, person, "wrong", new, HERE, here)
    assert accounts.session_person(world.store, elsewhere) is not None
    accounts.change_password(world.store, person, PASSWORD, new, HERE, here)
    assert accounts.session_person(world.store, here) is not None
    assert accounts.session_person(world.store, elsewhere) is None
    assert accounts.sign_in(world.store, person.name, new, HERE, "")
    with pytest.raises(NotFound):
        accounts.bearer(world.store, link.token, HERE)


def test_guessing_the_present_password_is_limited(world: World, person: Person) -> None:
    here = _sign_in(world, person)
    for _ in range(accounts.FAILURES_A_NAME_AND_ADDRESS):
        with pytest.raises(Forbidden, match="current password"):
            accounts.change_password(world.store, person, "wrong", "another one", HERE, here)
    with pytest.raises(TooManyAttempts):
        accounts.change_password(world.store, person, PASSWORD, "another one", HERE, here)


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        (FIREFOX, ("Firefox", "Linux")),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
            " Chrome/129.0.0.0 Safari/537.36 Edg/129.0.0.0",
            ("Edge", "Windows"),
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
            " (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
            ("Safari", "iPhone"),
        ),
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko)"
            " Chrome/129.0.0.0 Mobile Safari/537.36",
            ("Chrome", "Android"),
        ),
        ("<script>", ("", "")),
    ],
)
def test_a_browser_is_known_by_two_words(agent: str, expected: tuple[str, str]) -> None:
    assert browser_of(agent) == expected


def test_half_characters_in_a_form_are_refused_as_anything_else(
    world: World, person: Person
) -> None:
    half = "a\ud800" + "x" * 20
    for name, password in ((half, PASSWORD), (person.name, half)):
        with pytest.raises((Forbidden, Invalid)):
            accounts.sign_in(world.store, name, password, HERE, "")
    with pytest.raises(Invalid):
        accounts.set_password(world.store, world.operator, person, half)
    with pytest.raises(NotFound):
        accounts.bearer(world.store, half, HERE)
    assert accounts.session_person(world.store, half) is None
