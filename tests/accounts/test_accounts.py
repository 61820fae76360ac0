from __future__ import annotations

import contextlib
import threading

import pytest

from annotate import accounts, codebook, projects
from annotate.accounts import PERMISSIONS, Action, passwords
from annotate.errors import Forbidden, Invalid, NotFound, TooManyAttempts
from annotate.model import ROLES, LabelSet, Role
from annotate.store import Store
from tests.conftest import HASHER
from tests.world import PASSWORD, World, op, send, span, statement

ALLOWED: dict[Action, str] = {
    "article.read": "admin editor reviewer analyst viewer",
    "article.ingest": "admin editor",
    "label_set.tag": "admin editor reviewer analyst",
    "label_set.read_submitted": "admin editor reviewer",
    "label_set.read_drafts": "admin editor",
    "label_set.write_gold": "admin editor reviewer",
    "label_set.return": "admin editor reviewer",
    "assignment.read": "admin editor reviewer",
    "assignment.change": "admin editor",
    "agreement.read": "admin editor reviewer",
    "comment.write": "admin editor reviewer analyst",
    "registry.read": "admin editor reviewer analyst viewer",
    "registry.add": "admin editor reviewer analyst",
    "registry.change": "admin editor",
    "codebook.change": "admin editor",
    "history.read": "admin editor reviewer analyst",
    "ingest.read": "admin editor",
    "export.read": "admin editor reviewer analyst viewer",
    "data.import": "admin editor",
    "project.create": "admin editor",
    "project.read_settings": "admin editor",
    "project.change": "admin editor",
    "project.archive": "admin editor",
    "person.manage": "admin",
    "labelstudio.sync": "admin editor",
    "database.maintain": "admin",
}


@pytest.mark.parametrize("action", list(PERMISSIONS))
def test_the_permission_table_is_what_happens(world: World, action: Action) -> None:
    for role in ROLES:
        person = world.people[role]
        if role in ALLOWED[action].split():
            accounts.require(world.store, person, action, world.project.id)
        else:
            with pytest.raises(Forbidden):
                accounts.require(world.store, person, action, world.project.id)


def test_a_project_hides_from_those_outside_and_inactive_people_may_nothing(world: World) -> None:
    with world.store.write(world.operator.id) as tx:
        other = world.store.projects.create(tx, "Other", codebook.DEFAULT)
    with pytest.raises(NotFound):
        accounts.require(world.store, world.people["editor"], "article.read", other.id)
    accounts.require(world.store, world.people["admin"], "article.read", other.id)
    accounts.change_person(world.store, world.operator, world.analyst, active=False)
    gone = world.store.people.get(world.analyst.id)
    with pytest.raises(Forbidden):
        accounts.require(world.store, gone, "article.read", world.project.id)


def seen_by(world: World, role: Role) -> list[LabelSet]:
    heads = world.store.labels.heads_on(world.articles, world.project.id)
    return accounts.visible(world.store, world.people[role], world.project, heads)


def test_blind_on_names_the_articles_on_which_nothing_of_a_colleague_is_visible(
    world: World,
) -> None:
    store, editor = world.store, world.people["editor"]

    def blind() -> frozenset[str]:
        project = store.projects.get(world.project.id)
        heads = store.labels.heads_on(world.articles, project.id)
        seen = accounts.visible(store, editor, project, heads)
        found = accounts.blind_on(store, editor, project, world.articles)
        assert {one.article_id for one in heads if one not in seen} == found
        hidden = {id_ for id_ in world.articles
                  if accounts.works_blind(store, editor, project, id_, heads)}  # fmt: skip
        assert hidden == found
        return found

    for n in range(2):
        statement(world, article=n)
    assert blind() == frozenset()
    send(world, op("add_span", span=span("沈若川", "actor")), person=editor)
    assert blind() == {world.articles[0]}
    send(world, op("submit"), person=editor)
    assert blind() == frozenset()
    send(world, op("take_back"), person=editor)
    projects.describe(store, editor, world.project.id, blind=False)
    assert blind() == frozenset()


def test_blind_until_submitted(world: World) -> None:
    colleague = accounts.add_person(world.store, world.operator, "analyst-2")
    statement(world, person=colleague)
    send(world, op("submit"), person=colleague)
    assert seen_by(world, "analyst") == []
    assert len(seen_by(world, "reviewer")) == 1
    fields = statement(world)
    assert [s.coder_id for s in seen_by(world, "analyst")] == [world.analyst.id]
    statement(world, person=world.people["reviewer"])
    assert [s.coder_id for s in seen_by(world, "reviewer")] == [world.people["reviewer"].id]
    send(world, op("submit"))
    assert {s.coder_id for s in seen_by(world, "analyst")} == {world.analyst.id, colleague.id}
    send(world, op("take_back"), op("remove_statement", statement_id=fields["id"]))
    assert [s.coder_id for s in seen_by(world, "analyst")] == [world.analyst.id]
    assert seen_by(world, "viewer") == []


def test_drafts_show_to_editors_only(world: World) -> None:
    statement(world)
    assert [len(seen_by(world, role)) for role in ("editor", "reviewer", "viewer")] == [1, 0, 0]


def test_sign_in_and_out(world: World) -> None:
    accounts.set_password(world.store, world.operator, world.analyst, PASSWORD)
    token = accounts.sign_in(world.store, "ANALYST-1", PASSWORD, "127.0.0.1", "test")
    person = accounts.session_person(world.store, token)
    assert person is not None
    assert person.id == world.analyst.id
    assert accounts.session_person(world.store, token + "x") is None
    assert accounts.session_person(world.store, None) is None
    stored = world.store.path.read_bytes() + (
        world.store.path.with_name(world.store.path.name + "-wal").read_bytes()
    )
    assert token.encode() not in stored
    assert PASSWORD.encode() not in stored
    accounts.sign_out(world.store, token)
    assert accounts.session_person(world.store, token) is None


def test_a_new_password_or_deactivation_ends_sessions(world: World) -> None:
    accounts.set_password(world.store, world.analyst, world.analyst, PASSWORD)
    first = accounts.sign_in(world.store, "analyst-1", PASSWORD, "a", "")
    accounts.set_password(world.store, world.analyst, world.analyst, "another long one")
    assert accounts.session_person(world.store, first) is None
    second = accounts.sign_in(world.store, "analyst-1", "another long one", "a", "")
    accounts.change_person(world.store, world.operator, world.analyst, active=False)
    assert accounts.session_person(world.store, second) is None
    with pytest.raises(Forbidden):
        accounts.sign_in(world.store, "analyst-1", "another long one", "a", "")


def test_wrong_names_and_passwords_look_alike_and_are_limited(world: World) -> None:
    accounts.set_password(world.store, world.operator, world.analyst, PASSWORD)
    messages = set()
    for name in ("analyst-1", "nobody", "operator"):
        with pytest.raises(Forbidden) as refused:
            accounts.sign_in(world.store, name, "wrong", "10.0.0.1", "")
        messages.add(str(refused.value))
    assert len(messages) == 1
    for _ in range(accounts.FAILURES_A_NAME_AND_ADDRESS):
        with pytest.raises(Forbidden, match="not right"):
            accounts.sign_in(world.store, "analyst-1", "wrong", "10.0.0.2", "")
    with pytest.raises(TooManyAttempts):
        accounts.sign_in(world.store, "analyst-1", PASSWORD, "10.0.0.2", "")
    # Whoever tries a colleague's name shuts out nobody but themself.
    assert accounts.sign_in(world.store, "analyst-1", PASSWORD, "10.0.0.3", "")


def test_many_addresses_together_may_not_guess_on(world: World) -> None:
    accounts.set_password(world.store, world.operator, world.analyst, PASSWORD)
    with world.store.write(world.operator.id) as tx:
        for n in range(accounts.FAILURES_A_NAME):
            world.store.sessions.note_failure(tx, "Analyst-1", f"10.1.0.{n}")
    with pytest.raises(TooManyAttempts):
        accounts.sign_in(world.store, "analyst-1", PASSWORD, "10.0.0.3", "")
    accounts.set_password(world.store, world.operator, world.people["editor"], PASSWORD)
    assert accounts.sign_in(world.store, "editor-1", PASSWORD, "10.0.0.3", "")


def test_the_first_administrator_takes_the_code_once(store: Store) -> None:
    code = accounts.begin_setup(store)
    assert code is not None
    with pytest.raises(Forbidden, match="not right"):
        accounts.finish_setup(store, "0000-0000-0000-0000", "boss", PASSWORD, "a")
    with pytest.raises(Invalid, match="password"):
        accounts.finish_setup(store, code, "boss", "short", "a")
    made: list[str] = []
    refused: list[str] = []

    def attempt(name: str) -> None:
        try:
            made.append(accounts.finish_setup(store, code, name, PASSWORD, "a").name)
        except Forbidden as error:
            refused.append(error.message)
        finally:
            store.close()

    threads = [threading.Thread(target=attempt, args=(f"boss-{n}",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), len(refused)) == (1, 1)
    assert accounts.begin_setup(store) is None
    assert store.people.named(made[0]).role == "admin"
    assert [project.name for project in store.projects.all()] == [accounts.FIRST_PROJECT]


def test_analysts_may_sign_in_before_there_is_an_administrator(world: World) -> None:
    assert not accounts.anyone_can_sign_in(world.store)
    accounts.set_password(world.store, world.operator, world.analyst, PASSWORD)
    assert accounts.anyone_can_sign_in(world.store)
    assert not accounts.administrator_can_sign_in(world.store)
    assert accounts.begin_setup(world.store) is not None


def test_a_role_changes_everywhere_or_in_one_project(world: World) -> None:
    editor = world.people["editor"]
    accounts.change_person(world.store, world.operator, editor, role="viewer")
    assert not accounts.may(world.store, editor, "label_set.read_drafts", world.project.id)
    accounts.change_member(world.store, world.operator, editor, world.project.id, "reviewer")
    assert accounts.may(world.store, editor, "label_set.read_submitted", world.project.id)
    assert world.store.people.get(editor.id).role == "viewer"
    with pytest.raises(Forbidden):
        accounts.change_member(world.store, world.analyst, editor, world.project.id, "editor")


def test_the_last_administrator_stays(world: World) -> None:
    admin = world.people["admin"]
    accounts.set_password(world.store, world.operator, admin, PASSWORD)
    for change in ({"active": False}, {"role": "viewer"}):
        with pytest.raises(Invalid, match="last administrator"):
            accounts.change_person(world.store, world.operator, admin, **change)  # type: ignore[arg-type]
    assert world.store.people.get(admin.id) == admin


@pytest.mark.parametrize("name", ["", "two words", "operator", "x" * 65, "<b>", "a\nb"])
def test_odd_names_are_refused(store: Store, name: str) -> None:
    with pytest.raises(Invalid):
        accounts.add_person(store, accounts.operator(store), name)


def test_only_administrators_manage_people(world: World) -> None:
    for role in ("editor", "reviewer", "analyst", "viewer"):
        with pytest.raises(Forbidden):
            accounts.add_person(world.store, world.people[role], "new")
        with pytest.raises(Forbidden):
            accounts.set_password(world.store, world.people[role], world.people["admin"], PASSWORD)


def test_attempts_made_at_once_do_not_pass_the_limit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    monkeypatch.setattr(
        "annotate.accounts.passwords.verify", lambda stored, given: checked.append(given)
    )

    def attempt(n: int) -> None:
        with contextlib.suppress(Forbidden):
            accounts.sign_in(world.store, "analyst-1", f"guess {n}", "10.0.0.9", "test")
        world.store.close()

    threads = [threading.Thread(target=attempt, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(checked) == accounts.FAILURES_A_NAME_AND_ADDRESS


def test_the_setup_code_dies_with_the_first_administrator_however_made(store: Store) -> None:
    code = accounts.begin_setup(store)
    assert code is not None
    operator = accounts.operator(store)
    accounts.add_person(store, operator, "head", password=PASSWORD, role="admin")
    with pytest.raises(Forbidden):
        accounts.finish_setup(store, code, "intruder", PASSWORD, "10.0.0.1")
    assert [person.name for person in store.people.all()] == ["head"]


def test_only_people_count_as_able_to_sign_in(store: Store) -> None:
    with store.write(accounts.operator(store).id) as tx:
        store.people.add(tx, "Elsewhere", kind="external", role="admin", password_hash="x")
    assert not accounts.anyone_can_sign_in(store)


def test_a_password_costs_in_earnest_what_is_recommended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "HASHER", HASHER)
    stored = passwords.hash_password(PASSWORD, "lena")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.verify(stored, PASSWORD)
    assert not passwords.verify(stored, PASSWORD + "x")
