"""The table of permissions is what happens: every action of the review tried as every role."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from annotate import accounts, projects
from annotate.accounts import Action
from annotate.errors import Forbidden, NotFound
from annotate.model import ROLES, Person, Role, new_id
from annotate.review import adjudicating, comments, inbox
from annotate.review.outcomes import outcomes
from annotate.review.waiting import to_review
from tests.review.coding import FIRST, SECOND, Coding, reject
from tests.test_cli import Run, run
from tests.world import op

__all__ = ["run"]

Call = Callable[[Coding, Person], Any]


def _applied(*operations: Callable[[Coding], dict[str, Any]]) -> Call:
    def call(desk: Coding, person: Person) -> None:
        for operation in operations:
            for outcome in desk.do(operation(desk), person=person):
                if outcome.problem is not None:
                    raise outcome.problem

    return call


def _commented(desk: Coding, person: Person) -> None:
    comments.apply(
        desk.store, person, desk.world.project.id,
        {"id": new_id(), "kind": "open", "thread_id": new_id(), "comment_id": new_id(),
         "article_id": desk.article, "thread_kind": "article", "text": "x"},
    )  # fmt: skip


CALLS: dict[str, tuple[Action, Call]] = {
    "open": ("label_set.read_submitted", lambda desk, who: desk.review(who)),
    "list": (
        "label_set.read_submitted",
        lambda desk, who: to_review(desk.store, who, desk.world.project.id),
    ),
    "accept": ("label_set.write_gold", _applied(lambda _: op("accept_unanimous"))),
    "reject": ("label_set.write_gold", _applied(lambda desk: reject(_rows(desk)[1]))),
    "gold": (
        "label_set.write_gold",
        _applied(lambda _: op("accept_unanimous"), lambda desk: reject(_rows(desk)[1]),
                 lambda _: op("make_gold"), lambda _: op("reopen_gold")),
    ),
    "return": (
        "label_set.return",
        _applied(lambda desk: op("return", label_set_id=desk.head(0), text="x")),
    ),
    "comment": ("comment.write", _commented),
    "inbox": ("article.read", lambda d, who: inbox.inbox(d.store, who, d.world.project.id)),
    "outcomes": (
        "article.read",
        lambda d, who: outcomes(d.store, who, d.world.project.id, d.article),
    ),
}  # fmt: skip
COMMANDS: dict[Action, list[str]] = {
    "label_set.read_submitted": ["list"],
    "label_set.write_gold": ["accept"],
    "label_set.return": ["return", "--coder", "analyst-1", "--comment", "x"],
}


def _rows(desk: Coding) -> Any:
    state = adjudicating.open_review(
        desk.store, desk.world.operator, desk.world.project.id, desk.article
    ).review.state
    return [row for row in state.rows if row.kind == "statement"]


@pytest.fixture
def desk(desk: Coding) -> Coding:
    for coder in (0, 1):
        desk.record(coder, FIRST)
        desk.submit(coder)
    desk.tag(0, op("take_back"))
    desk.record(0, SECOND)
    desk.submit(0)
    # Who has nothing of their own here: the analyst of the roles is not one of the coders.
    desk.world.people["analyst"] = desk.coders[2]
    return desk


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", CALLS)
def test_each_action_by_direct_call(desk: Coding, name: str, role: Role) -> None:
    action, call = CALLS[name]
    person = desk.world.people[role]
    before = len(desk.store.history.events(limit=1 << 30))
    if role in accounts.PERMISSIONS[action]:
        call(desk, person)
        return
    with pytest.raises(Forbidden):
        call(desk, person)
    assert len(desk.store.history.events(limit=1 << 30)) == before


@pytest.mark.parametrize("name", CALLS)
def test_nobody_outside_the_project_and_no_inactive_account(desk: Coding, name: str) -> None:
    _, call = CALLS[name]
    stranger = accounts.add_person(desk.store, desk.world.operator, "stranger", role="editor")
    with desk.store.write(desk.world.operator.id) as tx:
        desk.store.projects.remove_member(tx, desk.world.project.id, stranger.id)
    editor = desk.world.people["editor"]
    accounts.change_person(desk.store, desk.world.operator, editor, active=False)
    for person in (stranger, desk.store.people.get(editor.id)):
        with pytest.raises((NotFound, Forbidden)):
            call(desk, person)


@pytest.mark.parametrize("name", CALLS)
def test_in_an_archived_project_nothing_changes(desk: Coding, name: str) -> None:
    action, call = CALLS[name]
    projects.archive(desk.store, desk.world.operator, desk.world.project.id)
    person = desk.world.people["admin"]
    if action not in accounts.CHANGES:
        call(desk, person)
        return
    with pytest.raises(Forbidden, match="archived"):
        call(desk, person)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", COMMANDS)
def test_each_action_by_command(desk: Coding, run: Run, action: Action, role: Role) -> None:
    words = COMMANDS[action]
    article = [] if words == ["list"] else [desk.article]
    name = desk.world.people[role].name
    desk.store.close()
    ran = run("--as", name, "review", words[0], *article, *words[1:])
    if role in accounts.PERMISSIONS[action]:
        # One statement is left to decide: that is told, and no refusal.
        assert ran.code == (1 if words == ["accept"] else 0), ran.err
    else:
        assert (ran.code, ran.out) == (2, "")
        assert "may not do this" in ran.err


@pytest.mark.parametrize("role", ["editor", "reviewer", "admin"])
def test_whoever_works_blind_learns_nothing_of_the_review(desk: Coding, role: Role) -> None:
    person = desk.world.people[role]
    desk.coders.append(person)
    desk.record(3, FIRST)
    desk.done(op("accept_unanimous"), person=desk.world.operator)
    for name in ("open", "accept", "reject", "return"):
        with pytest.raises(Forbidden, match="Submit your labels"):
            CALLS[name][1](desk, person)
    (listed,) = to_review(desk.store, person, desk.world.project.id).items
    assert (listed.hidden, listed.open, listed.decided) == (True, 0, 0)
    assert comments.threads(desk.store, person, desk.world.project.id, desk.article) == ()


def test_commands_list_show_accept_and_return(desk: Coding, run: Run) -> None:
    project = ["--project", "Talks"]
    listed = run("review", "list", "--json", *project).json
    assert [(one["coders"], one["open"]) for one in listed["items"]] == [(2, 2)]
    shown = run("review", "show", desk.article, "--json", *project).json
    assert [row["accord"] for row in shown["rows"]] == ["unanimous", "single"]
    assert "analyst-1" in run("review", "show", desk.article, *project).out
    assert run("review", "accept", desk.article, *project).code == 1
    returned = run("review", "return", desk.article, "--coder", "A", "--comment", "x", *project)
    assert returned.code == 0
    assert desk.status(0) == "returned"
    wrong = run("review", "return", desk.article, "--coder", "nobody", "--comment", "x", *project)
    assert wrong.code != 0
    desk.tag(0, op("submit"))
    desk.done(reject(desk.rows()[1]))
    assert run("review", "accept", desk.article, *project).code == 0
    assert desk.gold().status == "accepted"
    assert "in_review" not in run("review", "list", *project).out
    assert "gold" in run("review", "list", "--state", "gold", *project).out
