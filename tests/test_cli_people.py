"""``user`` and ``project``: invitations, resets, sessions, members, articles, the archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate import accounts
from annotate.store import Store
from tests.test_cli import Run, run
from tests.world import PASSWORD, World

__all__ = ["run"]


def test_an_invitation_is_printed_once_and_joins(run: Run, world: World) -> None:
    made = run("user", "invite", "lin", "--role", "reviewer", "--server", "https://desk.example/")
    assert made.code == 0
    base, token = made.out.strip().rsplit("/", 1)
    assert base == "https://desk.example/invite"
    (row,) = [row for row in run("user", "list", "--json").json if row["name"] == "lin"]
    assert (row["role"], row["last_sign_in"]) == ("reviewer", None)
    assert row["invited_until"] is not None
    assert token not in str(row)
    assert accounts.accept(world.store, token, PASSWORD, "10.0.0.1").name == "lin"


def test_a_reset_link_replaces_the_password(run: Run, world: World) -> None:
    run("user", "password", "analyst-1", "--generate")
    token = run("user", "reset", "analyst-1").out.strip().rsplit("/", 1)[1]
    accounts.accept(world.store, token, PASSWORD, "10.0.0.1")
    assert accounts.sign_in(world.store, "analyst-1", PASSWORD, "10.0.0.1", "")
    assert run("user", "reset", "nobody").code == 2


def test_sessions_are_listed_and_ended(run: Run, world: World) -> None:
    accounts.set_password(world.store, world.operator, world.analyst, PASSWORD)
    token = accounts.sign_in(world.store, "analyst-1", PASSWORD, "10.0.0.1", "curl/8.0")
    (row,) = run("user", "sessions", "analyst-1", "--json").json
    assert list(row) == ["id", "created_at", "seen_at", "browser", "system"]
    assert row["browser"] == "curl"
    assert "1 sessions ended" in run("user", "sessions", "analyst-1", "--end").err
    assert accounts.session_person(world.store, token) is None
    assert run("user", "sessions", "analyst-1", "--json").json == []


def test_a_project_is_described_archived_and_opened_again(run: Run, world: World) -> None:
    assert run("project", "describe", "Talks", "--name", "Parley", "--open").code == 0
    assert run("project", "archive", "Parley").code == 0
    assert run("project", "list", "--json").json == []
    (row,) = run("project", "list", "--archived", "--json").json
    assert (row["name"], row["blind"], row["articles"], row["members"]) == ("Parley", False, 3, 5)
    refused = run("project", "add-member", "Parley", "viewer-1", "--role", "analyst")
    assert refused.code != 0
    assert "archived" in refused.err
    assert len(run("articles", "--project", "Parley", "--json").json) == 3
    assert run("project", "unarchive", "Parley").code == 0
    assert [row["name"] for row in run("project", "list", "--json").json] == ["Parley"]


def test_members_come_and_go(run: Run, world: World) -> None:
    run("project", "create", "Harbour", "--codebook-of", "Talks")
    assert run("project", "members", "Harbour", "--json").json == []
    run("project", "add-member", "Harbour", "analyst-1", "--role", "reviewer")
    (row,) = run("project", "members", "Harbour", "--json").json
    assert (row["name"], row["role"], row["active"]) == ("analyst-1", "reviewer", True)
    run("project", "remove-member", "Harbour", "analyst-1")
    assert run("project", "members", "Harbour", "--json").json == []


def test_articles_come_from_a_list_or_another_project_and_leave(
    run: Run, world: World, tmp_path: Path
) -> None:
    run("project", "create", "Harbour")
    names = tmp_path / "names.txt"
    names.write_text(f"https://a.example/1\n{world.articles[1]}\nhttps://a.example/9\n", "utf-8")
    added = run("project", "add-articles", "Harbour", "--list", str(names))
    assert "2 articles joined" in added.err
    assert "Not found: https://a.example/9" in added.err
    assert "1 articles joined" in run("project", "add-articles", "Harbour", "--from", "Talks").err
    left = run("project", "remove-articles", "Harbour", "--list", "-", typed=world.articles[0])
    assert "1 articles left" in left.err
    assert run("project", "remove-articles", "Harbour").code == 2
    assert len(run("articles", "--project", "Harbour", "--json").json) == 2


@pytest.mark.parametrize(
    "command",
    [
        ("user", "invite", "lin"),
        ("user", "reset", "viewer-1"),
        ("user", "sessions", "viewer-1"),
        ("project", "create", "New"),
        ("project", "describe", "Talks", "--open"),
        ("project", "archive", "Talks"),
        ("project", "members", "Talks"),
        ("project", "add-member", "Talks", "viewer-1"),
        ("project", "remove-member", "Talks", "viewer-1"),
        ("project", "remove-articles", "Talks", "--language", "en"),
    ],
    ids=" ".join,
)
def test_an_analyst_may_do_none_of_it(
    run: Run, world: World, store: Store, command: tuple[str, ...]
) -> None:
    refused = run("--as", "analyst-1", *command)
    assert refused.code != 0
    assert "may not do this" in refused.err
