from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from annotate import accounts
from annotate.accounts import invitations
from annotate.errors import Forbidden, Invalid, NotFound, TooManyAttempts
from tests.world import PASSWORD, World

HERE = "10.0.0.1"


def test_the_invited_person_joins_by_the_link_once(world: World) -> None:
    link = accounts.invite(world.store, world.people["admin"], "lin", role="reviewer")
    assert not accounts.anyone_can_sign_in(world.store)
    person, invitation = accounts.bearer(world.store, link.token, HERE)
    assert (person.name, invitation.purpose) == ("lin", "join")
    joined = accounts.accept(world.store, link.token, PASSWORD, HERE, "林 晓雯")
    assert (joined.display_name, joined.role) == ("林 晓雯", "reviewer")
    assert world.store.projects.role(world.project.id, joined.id) == "reviewer"
    assert accounts.sign_in(world.store, "lin", PASSWORD, HERE, "")
    with pytest.raises(NotFound):
        accounts.accept(world.store, link.token, "another long one", HERE)


def test_the_token_is_stored_nowhere(world: World) -> None:
    link = accounts.invite(world.store, world.people["admin"], "lin")
    path = world.store.path
    stored = path.read_bytes() + path.with_name(path.name + "-wal").read_bytes()
    assert link.invitation.id.encode() in stored
    assert link.token.encode() not in stored


def test_a_reset_ends_sessions_only_when_it_is_used(world: World) -> None:
    accounts.set_password(world.store, world.operator, world.analyst, PASSWORD)
    session = accounts.sign_in(world.store, "analyst-1", PASSWORD, HERE, "")
    link = accounts.make_link(world.store, world.people["admin"], world.analyst)
    assert link.invitation.purpose == "reset"
    assert accounts.session_person(world.store, session) is not None
    accounts.accept(world.store, link.token, "another long one", HERE, "Somebody else")
    assert accounts.session_person(world.store, session) is None
    # A reset is no occasion to change one's name.
    assert world.store.people.get(world.analyst.id).display_name == "analyst-1"
    with pytest.raises(Forbidden):
        accounts.sign_in(world.store, "analyst-1", PASSWORD, HERE, "")


def _used(world: World) -> str:
    link = accounts.invite(world.store, world.operator, "used")
    accounts.accept(world.store, link.token, PASSWORD, HERE)
    return link.token


def _revoked(world: World) -> str:
    link = accounts.invite(world.store, world.operator, "revoked")
    assert accounts.revoke_links(world.store, world.operator, link.person) == 1
    return link.token


def _replaced(world: World) -> str:
    link = accounts.invite(world.store, world.operator, "replaced")
    accounts.make_link(world.store, world.operator, link.person)
    return link.token


def _deactivated(world: World) -> str:
    link = accounts.invite(world.store, world.operator, "deactivated")
    accounts.change_person(world.store, world.operator, link.person, active=False)
    accounts.change_person(world.store, world.operator, link.person, active=True)
    return link.token


def _overtaken(world: World) -> str:
    link = accounts.invite(world.store, world.operator, "overtaken")
    accounts.set_password(world.store, world.operator, link.person, PASSWORD)
    return link.token


def _unknown(world: World) -> str:
    return "no such token"


@pytest.mark.parametrize("make", [_used, _revoked, _replaced, _deactivated, _overtaken, _unknown])
def test_every_link_that_does_not_work_is_refused_alike(world: World, make) -> None:  # type: ignore[no-untyped-def]
    token = make(world)
    for attempt in (
        lambda: accounts.bearer(world.store, token, HERE),
        lambda: accounts.accept(world.store, token, "yet another one", HERE),
    ):
        with pytest.raises(NotFound) as refused:
            attempt()
        assert refused.value.message == "This link cannot be used (any more)"


def test_a_link_is_good_for_seven_days(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    link = accounts.invite(world.store, world.operator, "lin")
    for later, works in ((timedelta(days=6, hours=23), True), (timedelta(days=7, hours=1), False)):
        at = (datetime.now(UTC) + later).isoformat(timespec="milliseconds")
        monkeypatch.setattr(invitations, "utc_now", lambda at=at: at.replace("+00:00", "Z"))
        if works:
            assert accounts.bearer(world.store, link.token, HERE)
        else:
            with pytest.raises(NotFound):
                accounts.bearer(world.store, link.token, HERE)


def test_a_link_to_a_new_password_is_good_for_a_day(world: World) -> None:
    accounts.set_password(world.store, world.operator, world.analyst, PASSWORD)
    link = accounts.make_link(world.store, world.operator, world.analyst)
    assert link.invitation.purpose == "reset"
    left = datetime.fromisoformat(link.invitation.expires_at) - datetime.now(UTC)
    assert timedelta(hours=23) < left < timedelta(hours=25)


def test_a_link_survives_a_password_that_will_not_do(world: World) -> None:
    link = accounts.invite(world.store, world.operator, "lin")
    for password, shown in (("short", "Lin"), (PASSWORD, "\u202eniL"), (PASSWORD, "x" * 81)):
        with pytest.raises(Invalid):
            accounts.accept(world.store, link.token, password, HERE, shown)
    assert accounts.accept(world.store, link.token, PASSWORD, HERE, "Lin").active


def test_of_two_browsers_with_the_link_one_joins(world: World) -> None:
    link = accounts.invite(world.store, world.operator, "lin")
    results: list[str] = []

    def attempt(n: int) -> None:
        try:
            accounts.accept(world.store, link.token, f"{PASSWORD} {n}", HERE)
            results.append("in")
        except NotFound:
            results.append("out")
        finally:
            world.store.close()

    threads = [threading.Thread(target=attempt, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["in", "out"]


def test_guessing_links_is_limited_where_it_happens(world: World) -> None:
    link = accounts.invite(world.store, world.operator, "lin")
    for n in range(accounts.FAILURES_A_NAME_AND_ADDRESS):
        with pytest.raises(NotFound):
            accounts.bearer(world.store, f"guess {n}", "10.9.9.9")
    with pytest.raises(TooManyAttempts):
        accounts.bearer(world.store, link.token, "10.9.9.9")
    assert accounts.bearer(world.store, link.token, HERE)


def test_a_link_that_is_used_up_may_be_opened_again_and_again(world: World) -> None:
    token = _used(world)
    for _ in range(accounts.FAILURES_A_NAME_AND_ADDRESS + 1):
        with pytest.raises(NotFound):
            accounts.bearer(world.store, token, HERE)


def test_nobody_is_invited_twice_or_made_a_link_for_when_inactive(world: World) -> None:
    with pytest.raises(Invalid, match="taken"):
        accounts.invite(world.store, world.operator, "ANALYST-1")
    accounts.change_person(world.store, world.operator, world.analyst, active=False)
    gone = world.store.people.get(world.analyst.id)
    with pytest.raises(Invalid, match="active"):
        accounts.make_link(world.store, world.operator, gone)
