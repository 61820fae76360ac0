from __future__ import annotations

from typing import Any

import pytest

from annotate import accounts, projects
from annotate.errors import Conflict, Forbidden, Invalid, NotFound
from annotate.model import Person, new_id
from annotate.review import comments, inbox
from tests.review.coding import FIRST, Coding
from tests.world import op


def _change(desk: Coding, by: Person, **payload: Any) -> str:
    return comments.apply(desk.store, by, desk.world.project.id, {"id": new_id(), **payload})


def _open(desk: Coding, by: Person, coder: int | None = 0, text: str = "Why?", **more: Any) -> str:
    thread_id = new_id()
    _change(
        desk, by,
        **{"kind": "open", "thread_id": thread_id, "comment_id": new_id(),
           "article_id": desk.article, "thread_kind": "article", "text": text,
           "label_set_id": None if coder is None else desk.head(coder), **more},
    )  # fmt: skip
    return thread_id


def _seen(desk: Coding, person: Person) -> list[str]:
    found = comments.threads(desk.store, person, desk.world.project.id, desk.article)
    return [one.thread.id for one in found]


@pytest.fixture
def desk(desk: Coding) -> Coding:
    desk.statements = [desk.record(coder, FIRST) for coder in (0, 1)]  # type: ignore[attr-defined]
    desk.submit(0, 1)
    return desk


def test_whoever_sees_the_labels_sees_the_thread(desk: Coding) -> None:
    mine = _open(desk, desk.reviewer, 0)
    about_all = _open(desk, desk.coders[2], None)
    assert _seen(desk, desk.coders[0]) == [mine, about_all]
    assert _seen(desk, desk.reviewer) == [mine, about_all]
    assert _seen(desk, desk.coders[2]) == [about_all]
    assert _seen(desk, desk.world.people["viewer"]) == []
    # A colleague who has submitted sees what the project shows them, and no more when it does not.
    assert _seen(desk, desk.coders[1]) == [mine, about_all]
    projects.describe(
        desk.store, desk.world.operator, desk.world.project.id, open_after_submission=False
    )
    assert _seen(desk, desk.coders[1]) == [about_all]
    with pytest.raises(NotFound):
        _change(desk, desk.coders[1], kind="comment", thread_id=mine, comment_id=new_id(), text="x")
    with pytest.raises(NotFound):
        _open(desk, desk.coders[1], 0)


def test_an_unsubmitted_coder_sees_no_thread_on_others_labels(desk: Coding) -> None:
    mine = _open(desk, desk.reviewer, 1)
    assert mine in _seen(desk, desk.coders[0])
    desk.tag(0, op("take_back"))
    assert _seen(desk, desk.coders[0]) == []


def test_a_thread_is_about_something_that_is_there(desk: Coding) -> None:
    statement = desk.rows()[0].versions
    for one in statement:
        coder = 0 if one.label_set_id == desk.head(0) else 1
        _open(desk, desk.reviewer, coder, thread_kind="statement", entity_id=one.entity_id)
        _open(desk, desk.reviewer, coder, thread_kind="span", entity_id=one.spans[0]["id"])
    for wrong in (
        {"thread_kind": "statement", "entity_id": new_id()},
        {"thread_kind": "statement", "entity_id": None},
        {"thread_kind": "span", "entity_id": statement[0].entity_id},
        {"article_id": desk.world.articles[1]},
        {"article_id": new_id()},
        {"label_set_id": new_id()},
    ):
        with pytest.raises(NotFound):
            _open(desk, desk.reviewer, 0, **wrong)
    with pytest.raises(Invalid):
        _open(desk, desk.reviewer, 0, thread_kind="paragraph")


def test_what_a_coder_has_removed_since_can_still_be_spoken_of(desk: Coding) -> None:
    version = next(v for v in desk.rows()[0].versions if v.label_set_id == desk.head(0))
    desk.tag(0, op("take_back"), op("remove_statement", statement_id=version.entity_id))
    desk.done(op("accept_unanimous"))
    thread_id = _open(desk, desk.coders[0], 0, thread_kind="statement", entity_id=version.entity_id)
    assert _seen(desk, desk.coders[0]) == [thread_id]


@pytest.mark.parametrize("text", ["", "  \n", "a\ud83d", "nul\0", "x" * 4001, None, 7])
def test_a_comment_is_a_text(desk: Coding, text: Any) -> None:
    with pytest.raises(Invalid):
        _open(desk, desk.reviewer, 0, text=text)
    assert _seen(desk, desk.reviewer) == []


def test_each_change_is_applied_at_most_once(desk: Coding) -> None:
    thread_id = _open(desk, desk.reviewer)
    said = {
        "id": new_id(), "kind": "comment", "thread_id": thread_id, "comment_id": new_id(),
        "text": "Again",
    }  # fmt: skip
    for _ in range(2):
        comments.apply(desk.store, desk.reviewer, desk.world.project.id, said)
    thread = desk.store.threads.get(thread_id)
    assert thread is not None
    assert [one.text for one in thread.comments] == ["Why?", "Again"]
    assert desk.notices(desk.coders[0]) == ["comment", "comment"]
    with pytest.raises(Conflict):
        comments.apply(
            desk.store, desk.reviewer, desk.world.project.id, {**said, "thread_id": new_id()}
        )
    with pytest.raises(Invalid):
        _change(desk, desk.reviewer, kind="frobnicate", thread_id=thread_id)


def test_participants_and_reviewers_resolve(desk: Coding) -> None:
    thread_id = _open(desk, desk.coders[0], None)

    def resolved() -> bool:
        thread = desk.store.threads.get(thread_id)
        assert thread is not None
        return thread.resolved_at is not None

    with pytest.raises(Forbidden):
        _change(desk, desk.coders[1], kind="resolve", thread_id=thread_id)
    _change(desk, desk.coders[0], kind="resolve", thread_id=thread_id)
    assert resolved()
    _change(desk, desk.reviewer, kind="reopen", thread_id=thread_id)
    assert not resolved()
    _change(desk, desk.coders[1], kind="comment", thread_id=thread_id, comment_id=new_id(),
            text="Mine too")  # fmt: skip
    _change(desk, desk.coders[1], kind="resolve", thread_id=thread_id)
    _change(desk, desk.coders[1], kind="resolve", thread_id=thread_id)
    assert resolved()


def test_the_table_of_permissions_is_what_happens_to_comments(desk: Coding) -> None:
    for role, person in desk.world.people.items():
        if role in accounts.PERMISSIONS["comment.write"]:
            _open(desk, person, None)
        else:
            with pytest.raises(Forbidden):
                _open(desk, person, None)
    projects.archive(desk.store, desk.world.operator, desk.world.project.id)
    with pytest.raises(Forbidden, match="archived"):
        _open(desk, desk.reviewer, None)


def test_notices_make_up_the_inbox(desk: Coding) -> None:
    coder, project_id = desk.coders[0], desk.world.project.id
    _open(desk, desk.reviewer, 0, text="First")
    desk.done(op("return", label_set_id=desk.head(0), text="Second"))
    desk.submit(0)
    desk.done(op("accept_unanimous"), op("make_gold"))
    page = inbox.inbox(desk.store, coder, project_id, limit=2)
    assert page.unseen == 3
    assert [(one.notice.kind, one.text, one.by.name) for one in page.items] == [
        ("gold", "", "reviewer-1"), ("returned", "Second", "reviewer-1")
    ]  # fmt: skip
    assert page.after is not None
    rest = inbox.inbox(desk.store, coder, project_id, after=page.after)
    assert [(one.notice.kind, one.text) for one in rest.items] == [("comment", "First")]
    assert rest.after is None
    inbox.see(desk.store, coder, project_id, page.items[0].notice.id)
    inbox.see(desk.store, coder, project_id, page.items[0].notice.id)
    assert inbox.unseen(desk.store, coder, project_id) == 2
    # Nobody sees or marks another's.
    assert inbox.inbox(desk.store, desk.reviewer, project_id).items == ()
    inbox.see(desk.store, desk.reviewer, project_id, page.items[1].notice.id)
    assert inbox.unseen(desk.store, coder, project_id) == 2
    inbox.see(desk.store, coder, project_id)
    assert inbox.unseen(desk.store, coder, project_id) == 0


def test_a_hidden_coder_has_no_name_in_the_reviewers_inbox(desk: Coding) -> None:
    projects.describe(desk.store, desk.world.operator, desk.world.project.id, hide_coders=True)
    thread_id = _open(desk, desk.reviewer, 0)
    _change(desk, desk.coders[0], kind="comment", thread_id=thread_id, comment_id=new_id(),
            text="Because")  # fmt: skip
    (item,) = inbox.inbox(desk.store, desk.reviewer, desk.world.project.id).items
    assert (item.by.name, item.by.letter in "AB", item.text) == ("", True, "Because")
    (item,) = inbox.inbox(desk.store, desk.coders[0], desk.world.project.id).items
    assert item.by.name == "reviewer-1"


def _told(desk: Coding, person: Person) -> int:
    return inbox.unseen(desk.store, person, desk.world.project.id)


def test_a_comment_on_the_article_is_told_to_all_whose_labels_are_in(desk: Coding) -> None:
    desk.record(2, FIRST)
    thread_id = _open(desk, desk.reviewer, None, text="Mind the holder")
    # The third still codes it blind, and the writer knows.
    assert [_told(desk, one) for one in (*desk.coders[:3], desk.reviewer)] == [1, 1, 0, 0]
    (item,) = inbox.inbox(desk.store, desk.coders[0], desk.world.project.id).items
    assert (item.text, item.thread_id) == ("Mind the holder", thread_id)
    # Whoever took part and has their labels back works blind again.
    _change(desk, desk.coders[1], kind="comment", thread_id=thread_id, comment_id=new_id(),
            text="I do")  # fmt: skip
    desk.tag(1, op("take_back"))
    _change(desk, desk.reviewer, kind="comment", thread_id=thread_id, comment_id=new_id(),
            text="Do you?")  # fmt: skip
    assert [_told(desk, one) for one in (*desk.coders[:3], desk.reviewer)] == [3, 1, 0, 1]


def test_hidden_coders_stay_hidden_where_an_article_is_spoken_of(desk: Coding) -> None:
    projects.describe(desk.store, desk.world.operator, desk.world.project.id, hide_coders=True)
    thread_id = _open(desk, desk.reviewer, None)
    _change(desk, desk.coders[0], kind="comment", thread_id=thread_id, comment_id=new_id(),
            text="Because")  # fmt: skip
    (item,) = inbox.inbox(desk.store, desk.reviewer, desk.world.project.id).items
    assert (item.by.name, item.by.letter in "AB") == ("", True)


def test_a_comment_on_labels_is_told_to_their_coder_alone(desk: Coding) -> None:
    _open(desk, desk.reviewer, 0)
    assert [_told(desk, one) for one in desk.coders[:3]] == [1, 0, 0]
