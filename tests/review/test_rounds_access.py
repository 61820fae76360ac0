"""Who may do what with rounds, and what those who code must not learn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from annotate import accounts, projects, reading, review
from annotate.accounts import PERMISSIONS, Action
from annotate.errors import Forbidden, Invalid, NotFound
from annotate.history.timeline import Wanted, timeline
from annotate.model import ROLES, Person, Role
from annotate.reading import ListRequest
from annotate.review import Wish
from annotate.store.boards import BoardFilter
from tests.review.desk import coders, submit
from tests.world import World, op, send, statement

Attempt = Callable[[World, Person, str], object]


def _wish(world: World) -> Wish:
    return Wish("Another", (world.analyst.id,))


CALLS: dict[str, tuple[Action, Attempt]] = {
    "preview": (
        "assignment.change",
        lambda w, by, r: review.preview(w.store, by, w.project.id, _wish(w), ListRequest()),
    ),
    "create": (
        "assignment.change",
        lambda w, by, r: review.create(w.store, by, w.project.id, _wish(w), [w.articles[2]]),
    ),
    "close": ("assignment.change", lambda w, by, r: review.close(w.store, by, r)),
    "reassign": (
        "assignment.change",
        lambda w, by, r: review.reassign(w.store, by, r, w.analyst.id, w.people["reviewer"].id),
    ),
    "withdraw": (
        "assignment.change",
        lambda w, by, r: review.withdraw(w.store, by, r, w.analyst.id, None),
    ),
    "hand_out": ("assignment.change", lambda w, by, r: review.hand_out(w.store, by, r)),
    "add_coder": (
        "assignment.change",
        lambda w, by, r: review.add_coder(w.store, by, r, w.people["editor"].id),
    ),
    "remove_coder": (
        "assignment.change",
        lambda w, by, r: review.remove_coder(w.store, by, r, w.analyst.id),
    ),
    "set_wanted": (
        "assignment.change",
        lambda w, by, r: review.set_wanted(w.store, by, r, w.articles[:1], 2),
    ),
    "recount": ("assignment.change", lambda w, by, r: review.recount(w.store, by, w.project.id)),
    "coders": ("assignment.read", lambda w, by, r: review.coders(w.store, by, w.project.id)),
    "board": ("assignment.read", lambda w, by, r: review.board(w.store, by, w.project.id)),
    "closed": ("assignment.read", lambda w, by, r: review.closed(w.store, by, w.project.id)),
    "articles": (
        "assignment.read",
        lambda w, by, r: review.articles(w.store, by, w.project.id, BoardFilter()),
    ),
    "named_round": (
        "assignment.read",
        lambda w, by, r: review.named_round(w.store, by, w.project.id, r),
    ),
    "pull": ("label_set.tag", lambda w, by, r: review.pull(w.store, by, w.project.id)),
}


@pytest.fixture
def round_id(world: World) -> str:
    people = (world.analyst.id, world.people["reviewer"].id)
    made, _ = review.create(
        world.store, world.operator, world.project.id, Wish("R", people, "list"),
        world.articles[:2],
    )  # fmt: skip
    return made.id


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("call", CALLS)
def test_each_call_asks_the_permission_table(
    world: World, round_id: str, call: str, role: Role
) -> None:
    action, attempt = CALLS[call]
    if role in PERMISSIONS[action]:
        attempt(world, world.people[role], round_id)
    else:
        with pytest.raises(Forbidden):
            attempt(world, world.people[role], round_id)


@pytest.mark.parametrize("call", CALLS)
def test_a_round_is_nothing_to_the_editors_of_other_projects(
    world: World, round_id: str, call: str
) -> None:
    stranger = accounts.add_person(world.store, world.operator, "stranger", role="editor")
    accounts.remove_member(world.store, world.operator, stranger, world.project.id)
    with pytest.raises(NotFound):
        CALLS[call][1](world, stranger, round_id)


def test_nothing_is_handed_out_in_an_archived_project(world: World, round_id: str) -> None:
    projects.archive(world.store, world.operator, world.project.id)
    for action, attempt in CALLS.values():
        if action == "assignment.read":
            attempt(world, world.people["admin"], round_id)
        else:
            with pytest.raises(Forbidden, match="archived"):
                attempt(world, world.people["admin"], round_id)


def _seen(world: World, person: Person, article: int) -> int:
    opened = reading.open_article(world.store, person, world.project.id, world.articles[article])
    return len(opened.others)


def test_whoever_is_to_code_an_article_sees_nobodys_labels_on_it(world: World) -> None:
    reviewer, editor = world.people["reviewer"], world.people["editor"]
    people = (reviewer.id, world.analyst.id)
    review.create(
        world.store, world.operator, world.project.id, Wish("R", people, "list", 2),
        world.articles[:1],
    )  # fmt: skip
    for article in (0, 1):
        statement(world, world.analyst, article=article)
        send(world, op("submit"), person=world.analyst, article=article)
    assert (_seen(world, reviewer, 0), _seen(world, reviewer, 1)) == (0, 1)
    assert _seen(world, editor, 0) == 1
    statement(world, reviewer, article=0)
    assert _seen(world, reviewer, 0) == 0
    send(world, op("submit"), person=reviewer, article=0)
    assert _seen(world, reviewer, 0) == 1
    projects.describe(world.store, world.operator, world.project.id, blind=False)
    assert _seen(world, reviewer, 1) == 1


def test_nor_does_whoever_may_yet_be_given_it(world: World) -> None:
    reviewer = world.people["reviewer"]
    people = (reviewer.id, world.analyst.id, world.people["editor"].id)
    made, _ = review.create(
        world.store, world.operator, world.project.id, Wish("R", people, "pull", 2),
        world.articles[:1],
    )  # fmt: skip
    # Before the round they could have read it, and would not be given it.
    statement(world, world.analyst, article=0)
    send(world, op("submit"), person=world.analyst, article=0)
    assert _seen(world, reviewer, 0) == 0
    assert review.pull(world.store, world.people["editor"], world.project.id)
    assert _seen(world, reviewer, 0) == 1
    review.close(world.store, world.operator, made.id)
    assert _seen(world, world.people["editor"], 0) == 1


def _told(world: World, person: Person) -> str:
    """Everything that the history tells somebody, as one text."""
    pages = [timeline(world.store, person, world.project.id, "project", world.project.id)]
    pages += [
        timeline(world.store, person, world.project.id, "article", article)
        for article in world.articles
    ]
    return repr([page.items for page in pages])


def test_an_analyst_learns_from_nothing_who_else_codes_an_article(world: World) -> None:
    one, secret = coders(world, 2)
    people = (one.id, secret.id)
    made, _ = review.create(
        world.store, world.operator, world.project.id, Wish("Hidden", people, "list", 2),
        ListRequest(),
    )  # fmt: skip
    before = reading.queue(world.store, one, world.project.id)
    third = coders(world, 1)[0]
    review.reassign(world.store, world.operator, made.id, secret.id, third.id, world.articles[:1])
    review.withdraw(world.store, world.operator, made.id, secret.id, world.articles[1:2])
    assert reading.queue(world.store, one, world.project.id) == before
    assert "assignment" not in _told(world, one)
    assert secret.display_name not in _told(world, one)
    assert "assignment.reassign" in _told(world, world.people["reviewer"])
    with pytest.raises(Invalid):
        review.named_round(world.store, world.people["reviewer"], world.project.id, "No such")


def test_people_are_told_of_what_they_are_given_and_lose(world: World) -> None:
    one, other = coders(world, 2)
    made, _ = review.create(
        world.store, world.operator, world.project.id, Wish("R", (one.id, other.id), "list", 1),
        ListRequest(),
    )  # fmt: skip
    review.withdraw(world.store, world.operator, made.id, one.id, None)
    with world.store.write(world.operator.id) as tx:
        rows = tx.execute("SELECT person_id, kind, subject_id, by FROM notice ORDER BY id")
        found = [tuple(row) for row in rows]
    by = world.operator.id
    assert sorted(found) == sorted(
        [
            (one.id, "assigned", made.id, by),
            (other.id, "assigned", made.id, by),
            (one.id, "withdrawn", made.id, by),
        ]
    )


def test_where_coders_are_hidden_who_submitted_is_counted_not_named(world: World) -> None:
    store, project_id = world.store, world.project.id
    one, other = coders(world, 2)
    projects.describe(store, world.operator, project_id, hide_coders=True)
    review.create(
        store, world.operator, project_id, Wish("R", (one.id, other.id), "list", 2),
        ListRequest(),
    )  # fmt: skip
    submit(world, one, world.articles[0])
    editor, reviewer = world.people["editor"], world.people["reviewer"]

    def listed(by: Person, **wanted: Any) -> dict[str, tuple[set[str], dict[str, int]]]:
        rows, _ = review.articles(store, by, project_id, BoardFilter(**wanted))
        return {
            row.article.article_id: ({a.person_id for a in row.assignments}, dict(row.unnamed))
            for row in rows
        }

    begun, rest = world.articles[0], world.articles[1]
    # Whoever moves articles must know who has those to come.
    assert listed(editor)[begun] == ({other.id}, {"submitted": 1})
    assert listed(editor)[rest] == ({one.id, other.id}, {})
    assert listed(reviewer)[begun] == (set(), {"submitted": 1, "to_do": 1})
    assert set(listed(editor, person_id=one.id)) == set(world.articles[1:])
    with pytest.raises(Forbidden, match="hides"):
        listed(reviewer, person_id=one.id)
    for person in (editor, reviewer):
        page = timeline(store, person, project_id, "article", begun)
        assert {one.display_name, other.display_name}.isdisjoint(
            {entry.by for entry in page.items}
            | {change.after for entry in page.items for change in entry.changes}
        )
    projects.describe(store, world.operator, project_id, hide_coders=False)
    assert listed(reviewer)[begun] == ({one.id, other.id}, {})


def test_history_hides_who_took_an_article(world: World) -> None:
    (one,) = coders(world, 1)
    projects.describe(world.store, world.operator, world.project.id, hide_coders=True)
    review.create(
        world.store, world.operator, world.project.id, Wish("R", (one.id,), "pull", 1),
        ListRequest(),
    )  # fmt: skip
    assert review.pull(world.store, one, world.project.id)
    told = _told(world, world.people["reviewer"])
    assert "assignment.pull" in told
    assert one.display_name not in told
    page = timeline(world.store, world.people["reviewer"], world.project.id, "project",
                    world.project.id, wanted=Wanted(by=one.id))  # fmt: skip
    assert "assignment.pull" not in repr(page.items)
