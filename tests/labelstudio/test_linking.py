from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import exports
from annotate import accounts, codebook, projects, releases
from annotate.errors import Conflict, Forbidden, Invalid, NotFound, WorkbenchError
from annotate.history import Wanted, timeline
from annotate.labelstudio import linking, secrets
from annotate.labelstudio.linking import Unknown
from annotate.labelstudio.problems import ServerProblem
from annotate.links import Link, SyncProblem
from annotate.model import Person, Role, new_id, utc_now
from annotate.releases import Choice
from annotate.store import Store
from annotate.store.links import key_file
from exports.formats.labelstudio import instruction, read_configuration, task_data
from exports.records import ProjectRecord
from tests.labelstudio.server import LabelStudio
from tests.world import World, statement

TOKEN = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (secrets.KEY, secrets.TOKEN, secrets.URL):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def editor(world: World) -> Person:
    return world.people["editor"]


def plant(world: World, **changes: object) -> Link:
    """A link as `linking.link` stores it, with a server that nobody runs."""
    fields: dict[str, object] = {
        "project_id": world.project.id, "url": "http://127.0.0.1:9",
        "token": secrets.encrypt(world.store.path, TOKEN), "remote_id": 7,
        "remote_created_at": "2026-11-01T00:00:00Z", "title": "Talks", "account": "a@example.com",
        "version": "1.23.2", "created_at": utc_now(), "created_by": world.people["editor"].id,
    } | changes  # fmt: skip
    link = Link(**fields)  # type: ignore[arg-type]
    with world.store.write(world.operator.id) as tx:
        world.store.links.put(tx, link)
    return link


def mapped(world: World, email: str, person: Person) -> None:
    linking.map_person(world.store, world.people["editor"], world.project.id, email, person.id)


def addressed(world: World, person: Person, email: str) -> None:
    accounts.change_person(world.store, world.operator, person, email=email)


CALLS: dict[str, Callable[[World, Person], object]] = {
    "test": lambda w, who: linking.test_connection(
        w.store, who, w.project.id, "http://127.0.0.1:9", TOKEN
    ),
    "link": lambda w, who: linking.link(
        w.store, who, w.project.id, "http://127.0.0.1:9", TOKEN, None, "Talks"
    ),
    "change": lambda w, who: linking.change(
        w.store, who, w.project.id, reveals=True, every_minutes=5
    ),
    "unlink": lambda w, who: linking.unlink(w.store, who, w.project.id),
    "unknown": lambda w, who: linking.unknown_people(w.store, who, w.project.id),
    "map": lambda w, who: linking.map_person(
        w.store, who, w.project.id, "b@example.com", w.analyst.id
    ),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("role", ["reviewer", "analyst", "viewer"])
def test_only_editors_and_administrators_link(world: World, call: str, role: Role) -> None:
    link = plant(world)
    with pytest.raises(Forbidden, match="may not do this"):
        CALLS[call](world, world.people[role])
    assert world.store.links.link(world.project.id) == link


@pytest.mark.parametrize("call", CALLS)
def test_an_archived_project_is_not_linked(world: World, editor: Person, call: str) -> None:
    link = plant(world)
    projects.archive(world.store, editor, world.project.id)
    with pytest.raises(Forbidden, match="archived"):
        CALLS[call](world, editor)
    assert world.store.links.link(world.project.id) == link


def test_what_is_not_linked_cannot_be_changed(world: World, editor: Person) -> None:
    for call in ("change", "unlink", "map"):
        with pytest.raises(NotFound, match="not linked"):
            CALLS[call](world, editor)


@pytest.mark.parametrize("minutes", [0, -1, linking.SELDOMEST_MINUTES + 1])
def test_a_schedule_is_checked(world: World, editor: Person, minutes: int) -> None:
    plant(world)
    with pytest.raises(Invalid, match="every 1 to"):
        linking.change(world.store, editor, world.project.id, reveals=False, every_minutes=minutes)


def test_how_it_is_synchronised_changes_and_the_token_stays(world: World, editor: Person) -> None:
    before = plant(world, cursor="then")
    after = linking.change(world.store, editor, world.project.id, reveals=True, every_minutes=15)
    assert after == replace(before, reveals=True, every_minutes=15)
    assert world.store.links.link(world.project.id) == after
    linking.unlink(world.store, editor, world.project.id)
    assert world.store.links.link(world.project.id) is None


def test_a_linked_project_is_not_linked_again(world: World, editor: Person) -> None:
    plant(world)
    with pytest.raises(Conflict, match="linked already"):
        CALLS["link"](world, editor)


def test_the_token_of_the_environment_goes_nowhere_an_editor_says(
    world: World, editor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(secrets.TOKEN, TOKEN)
    with socket.create_server(("127.0.0.1", 0)) as theirs:
        url = f"http://127.0.0.1:{theirs.getsockname()[1]}"
        theirs.setblocking(False)
        with pytest.raises(ServerProblem, match="token is missing"):
            linking.test_connection(world.store, editor, world.project.id, url, None)
        link = plant(world, url=url, token=None)
        with pytest.raises(ServerProblem, match="token is missing"):
            linking.server_of(world.store, link)
        with pytest.raises(BlockingIOError):
            theirs.accept()


def test_people_are_known_by_mapping_or_by_an_address_that_is_theirs_alone(world: World) -> None:
    plant(world)
    analyst, reviewer = world.analyst, world.people["reviewer"]
    addressed(world, analyst, "Lin@Example.com")
    addressed(world, world.people["viewer"], "viewer@example.com")
    assert linking.coders(world.store, world.project.id) == {
        "lin@example.com": world.store.people.get(analyst.id)
    }
    addressed(world, reviewer, "lin@example.com")
    assert linking.coders(world.store, world.project.id) == {}
    mapped(world, "LIN@example.com", reviewer)
    assert linking.coders(world.store, world.project.id) == {
        "lin@example.com": world.store.people.get(reviewer.id)
    }
    accounts.change_person(world.store, world.operator, reviewer, active=False)
    assert "lin@example.com" not in linking.coders(world.store, world.project.id)


def test_who_may_not_label_is_nobody_there(world: World, editor: Person) -> None:
    plant(world)
    outside = accounts.add_person(world.store, world.operator, "outside", email="o@example.com")
    accounts.remove_member(world.store, world.operator, outside, world.project.id)
    for person in (world.people["viewer"], outside):
        with pytest.raises(Invalid, match="does not label"):
            mapped(world, "b@example.com", person)
    assert linking.coders(world.store, world.project.id) == {}
    with pytest.raises(NotFound):
        linking.map_person(world.store, editor, world.project.id, "b@example.com", "nobody")
    with pytest.raises(Invalid, match="address there is missing"):
        mapped(world, " ", world.analyst)


def test_those_unknown_are_counted_until_they_are_mapped(world: World, editor: Person) -> None:
    plant(world)
    told = Invalid("Nobody here is {email}", email="b@example.com").told()
    waiting = [
        SyncProblem(
            new_id(), world.project.id, 3, None, number, None, "person", told, utc_now(),
            utc_now(), email,
        )
        for number, email in enumerate(("b@example.com", "b@example.com", "c@example.com"))
    ]  # fmt: skip
    with world.store.write(world.operator.id) as tx:
        world.store.links.replace_problems(tx, world.project.id, 3, waiting)
    unknown = linking.unknown_people(world.store, editor, world.project.id)
    assert unknown == (Unknown("b@example.com", 2), Unknown("c@example.com", 1))
    mapped(world, "b@example.com", world.analyst)
    unknown = linking.unknown_people(world.store, editor, world.project.id)
    assert unknown == (Unknown("c@example.com", 1),)
    linking.map_person(world.store, editor, world.project.id, "b@example.com", None)
    assert len(linking.unknown_people(world.store, editor, world.project.id)) == 2


def test_the_history_of_a_link_is_for_editors(world: World, editor: Person) -> None:
    plant(world)
    mapped(world, "b@example.com", world.analyst)
    linking.change(world.store, editor, world.project.id, reveals=True, every_minutes=None)

    def seen(person: Person) -> list[str]:
        page = timeline(
            world.store, person, world.project.id, "project", world.project.id,
            wanted=Wanted(group="project"),
        )  # fmt: skip
        return [one.action for one in page.items if one.action.startswith("link.")]

    assert seen(editor) == ["link.change", "link.map_person", "link.create"]
    assert seen(world.analyst) == seen(world.people["reviewer"]) == []
    projects.archive(world.store, editor, world.project.id)
    assert len(seen(editor)) == 3


def test_no_export_no_event_and_no_backup_gives_the_token_away(
    world: World, editor: Person, tmp_path: Path
) -> None:
    statement(world)
    sealed = plant(world).token
    assert sealed
    key = key_file(world.store.path).read_bytes().strip()
    for number, one in enumerate(exports.FORMATS):
        out = tmp_path / "exports" / str(number)
        out.parent.mkdir(exist_ok=True)
        releases.export(world.store, world.operator, Choice(), one.name, out)
    everything = b"".join(
        path.read_bytes() for path in (tmp_path / "exports").rglob("*") if path.is_file()
    )
    assert everything
    for secret in (TOKEN.encode(), sealed.encode(), key):
        assert secret not in everything
    trails = world.store.trails
    events = trails.whole(list(trails.of_subject("sync_link", world.project.id, None)))
    assert [event.action for event in events] == ["link.create"]
    assert sealed not in repr(events)
    folder = tmp_path / "copy"
    folder.mkdir()
    copy = world.store.backup(folder / "desk.db")
    assert [one.name for one in folder.iterdir()] == ["desk.db"]
    held = copy.read_bytes()
    assert sealed.encode() in held
    assert TOKEN.encode() not in held
    assert key not in held
    restored = Store(copy)
    link = restored.links.link(world.project.id)
    assert link
    with pytest.raises(WorkbenchError, match="enter the token again"):
        linking.server_of(restored, link)
    restored.close()


def test_doctor_looks_after_the_key(world: World) -> None:
    plant(world)
    key = key_file(world.store.path)
    assert list(world.store.examine()) == []
    key.chmod(0o644)
    (problem,) = world.store.examine()
    assert problem.check == "permissions"
    assert problem.mend.endswith(f"chmod 600 '{key}'")


# On a real server


def made(world: World, there: LabelStudio, **changes: object) -> Link:
    asked: dict[str, object] = {
        "url": there.url, "token": there.token, "remote_id": None, "title": "Talks",
    } | changes  # fmt: skip
    return linking.link(world.store, world.people["editor"], world.project.id, **asked)  # type: ignore[arg-type]


def test_a_connection_lists_the_projects_there(
    world: World, editor: Person, labelstudio: LabelStudio
) -> None:
    number = labelstudio.new_project("Seen")
    reached = linking.test_connection(
        world.store, editor, world.project.id, f"{labelstudio.url}/projects/", labelstudio.token
    )
    assert (reached.url, reached.account) == (labelstudio.url, labelstudio.email)
    assert reached.version.startswith("1.")
    assert "Seen" in [one.title for one in reached.projects if one.id == number]
    assert labelstudio.token not in repr(reached)
    assert world.store.links.all() == []


def test_a_wrong_token_is_not_repeated(
    world: World, editor: Person, labelstudio: LabelStudio
) -> None:
    with pytest.raises(ServerProblem) as told:
        linking.test_connection(world.store, editor, world.project.id, labelstudio.url, TOKEN)
    assert told.value.reason == "token"
    assert TOKEN not in f"{told.value!s}{told.value!r}{told.value.told()}"


def test_a_new_project_there_has_the_codebook(world: World, labelstudio: LabelStudio) -> None:
    link = made(world, labelstudio)
    there = labelstudio.call("GET", f"/api/projects/{link.remote_id}/")
    book = world.store.projects.codebook(world.project.id)
    assert there["title"] == link.title == "Talks"
    assert there["created_at"] == link.remote_created_at
    assert there["label_config"] == link.configuration
    edited = read_configuration(link.configuration, book)
    assert (edited.codebook, edited.problems) == (book, [])
    assert there["expert_instruction"] == instruction(book)
    assert world.store.links.link(world.project.id) == link
    assert labelstudio.token not in repr(link)
    assert labelstudio.token.encode() not in world.store.path.read_bytes()
    with linking.server_of(world.store, link) as server:
        assert linking.same_project(server, link).id == link.remote_id


def test_a_project_there_is_taken_once_and_only_if_its_tasks_are_ours(
    world: World, editor: Person, labelstudio: LabelStudio
) -> None:
    with world.store.write(world.operator.id) as tx:
        other = world.store.projects.create(tx, "Other", codebook.DEFAULT)
        world.store.projects.set_member(tx, other.id, editor.id, "editor")
    article = world.store.articles.get(world.articles[0])
    number = labelstudio.new_project("Of another")
    labelstudio.plant(number, [{"data": {"text": "made by hand"}}])
    labelstudio.plant(
        number, [{"data": task_data(article, ProjectRecord(other, ()))} for _ in range(3)]
    )
    with pytest.raises(Conflict, match="belong to another project"):
        made(world, labelstudio, remote_id=number)
    link = linking.link(
        world.store, editor, other.id, labelstudio.url, labelstudio.token, number, ""
    )
    assert (link.remote_id, link.configuration) == (number, "")
    localhost = labelstudio.url.replace("127.0.0.1", "localhost")
    with pytest.raises(Conflict, match="linked with another project here"):
        made(world, labelstudio, url=localhost, remote_id=number)
    with pytest.raises(NotFound, match="no project 999999"):
        made(world, labelstudio, remote_id=999_999)
    linking.unlink(world.store, editor, other.id)
    again = linking.link(
        world.store, editor, other.id, labelstudio.url, labelstudio.token, number, ""
    )
    assert again.remote_created_at == link.remote_created_at


def test_a_new_token_is_tested_on_the_project_before_it_is_stored(
    world: World, editor: Person, labelstudio: LabelStudio
) -> None:
    before = made(world, labelstudio)

    def change(token: str) -> Link:
        return linking.change(
            world.store, editor, world.project.id, reveals=False, every_minutes=None, token=token
        )

    with pytest.raises(ServerProblem, match="token"):
        change(TOKEN)
    assert world.store.links.link(world.project.id) == before
    member = labelstudio.member("second@example.com")
    after = change(member.token)
    assert after.account == "second@example.com"
    with linking.server_of(world.store, after) as server:
        assert server.account == "second@example.com"
    labelstudio.delete("projects", before.remote_id)
    with pytest.raises(ServerProblem, match="any more") as told:
        change(labelstudio.token)
    assert told.value.reason == "missing"


def test_the_environment_outdoes_what_is_stored(
    world: World, labelstudio: LabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = made(world, labelstudio)
    wrong = replace(link, url="http://127.0.0.1:9", token=secrets.encrypt(world.store.path, TOKEN))
    monkeypatch.setenv(secrets.URL, labelstudio.url)
    with pytest.raises(ServerProblem, match="token"):
        linking.server_of(world.store, wrong)
    monkeypatch.setenv(secrets.TOKEN, labelstudio.token)
    with linking.server_of(world.store, wrong) as server:
        assert server.url == labelstudio.url
    linking.unlink(world.store, world.people["editor"], world.project.id)
    bare = made(world, labelstudio, url="http://127.0.0.1:9", token=None)
    assert (bare.token, bare.url) == (None, labelstudio.url)


def test_an_administrator_may_send_the_token_of_the_environment_anywhere(
    world: World, labelstudio: LabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(secrets.TOKEN, labelstudio.token)
    link = linking.link(
        world.store, world.operator, world.project.id, labelstudio.url, None, None, "T"
    )
    assert (link.token, link.title) == (None, "Claimdesk T")
    assert not key_file(world.store.path).exists()
    with linking.server_of(world.store, link) as server:
        assert server.account == labelstudio.email


def test_who_reads_there_what_they_may_not_see_here_is_named(
    world: World, labelstudio: LabelStudio
) -> None:
    stranger = labelstudio.member("stranger@example.com").email
    reader = labelstudio.member("reader@example.com").email
    chief = labelstudio.member("chief@example.com").email
    addressed(world, world.analyst, reader)
    addressed(world, world.people["editor"], chief.upper())
    link = made(world, labelstudio)
    with linking.server_of(world.store, link) as server:
        named = linking.readers(world.store, link, server)
        assert {stranger, reader} <= set(named)
        # The token's account is the editor's who entered it; nobody else here has its address.
        assert not {chief, labelstudio.email} & set(named)
        mapped(world, stranger, world.people["admin"])
        assert stranger not in linking.readers(world.store, link, server)
        mapped(world, labelstudio.email, world.analyst)
        assert labelstudio.email in linking.readers(world.store, link, server)
