"""The calls of the API, on a real server and through a proxy that misbehaves."""

from __future__ import annotations

import contextlib
import itertools
import socket
import ssl
import threading
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from annotate.labelstudio import listing
from annotate.labelstudio.client import Server, connect
from annotate.labelstudio.problems import ServerProblem
from annotate.labelstudio.reaching import root_of
from tests.labelstudio.flaky import Flaky
from tests.labelstudio.server import CONFIGURATION, LabelStudio

Json = dict[str, Any]


@pytest.fixture(scope="module")
def server(labelstudio: LabelStudio) -> Server:
    return connect(labelstudio.url, labelstudio.token)


def region(name: str = "r1", start: int = 0, label: str = "actor") -> Json:
    value = {"start": start, "end": start + 3, "text": "abc", "labels": [label]}
    return {"id": name, "from_name": "spans", "to_name": "text", "type": "labels", "value": value}


def task(text: str = "abc def", *results: list[Json]) -> Json:
    made = [{"result": one, "ground_truth": False, "completed_by": 1} for one in results]
    return {"data": {"text": text}, "annotations": made}


# Connecting


def test_an_account_is_reached_with_a_token_of_either_kind(labelstudio: LabelStudio) -> None:
    for token in (labelstudio.token, labelstudio.personal_token(), f" {labelstudio.token}\n"):
        with connect(f"{labelstudio.url}/projects/1/data?tab=2", token) as server:
            assert server.url == labelstudio.url
            assert server.account == labelstudio.email
            assert server.version == "1.23.2"
            assert 1 in server.users()


def test_the_address_of_any_page_and_under_any_path_will_do() -> None:
    assert root_of(" https://a.example/ls/projects/3/data?x=1 ") == "https://a.example/ls"
    assert root_of("http://a.example:8080/") == "http://a.example:8080"
    assert root_of("http://a.example/user/login") == "http://a.example"
    assert root_of("http://[::1]:80/projects") == "http://[::1]:80"
    wrong = ["", "a.example", "ftp://a.example", "http://", "http://a:b", "http://[", "/x"]
    wrong += ["http://a b", "http://a..example", f"http://{'a' * 70}.example", "http://a\x00"]
    for bad in wrong:
        with pytest.raises(ServerProblem) as problem:
            root_of(bad)
        assert problem.value.reason == "address"
    with pytest.raises(ServerProblem, match="password") as problem:
        root_of("https://me:secret@a.example")
    assert "secret" not in str(problem.value.told())


def reason(url: str, token: str = "a" * 40, timeout_s: float = 5) -> str:
    with pytest.raises(ServerProblem) as problem:
        connect(url, token, timeout_s=timeout_s, pause_s=0.01)
    assert token not in repr(problem.value) + str(problem.value.told())
    return problem.value.reason


def test_why_a_server_cannot_be_reached_is_told_apart(labelstudio: LabelStudio) -> None:
    assert reason("http://nowhere.invalid") == "name"
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert reason(f"http://127.0.0.1:{port}", timeout_s=0.3) == "unreachable"
    assert reason(f"http://127.0.0.1:{port}") == "unreachable"
    assert reason(labelstudio.url.replace("http:", "https:")) == "tls"
    assert reason(labelstudio.url) == "token"


def test_a_certificate_that_nobody_vouches_for_is_told(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(tmp_path / "own.pem"))
    with socket.create_server(("127.0.0.1", 0)) as plain:
        port = plain.getsockname()[1]

        def serve() -> None:
            with contextlib.suppress(OSError), context.wrap_socket(plain, server_side=True) as own:
                own.accept()

        serving = threading.Thread(target=serve, daemon=True)
        serving.start()
        with pytest.raises(ServerProblem, match="not trusted") as problem:
            connect(f"https://127.0.0.1:{port}", "a" * 40)
        assert problem.value.reason == "tls"
        serving.join(10)


def _certificate(path: Path) -> Path:
    """A certificate that a server has signed itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_what_is_no_token_is_refused_at_once(labelstudio: LabelStudio) -> None:
    for bad in ("", "two words", "ünïcode", "a\r\nX-Evil: 1", "a.b.c"):
        with pytest.raises(ServerProblem) as problem:
            connect(labelstudio.url, bad, pause_s=0.01)
        assert problem.value.reason == "token"
        assert not bad or bad not in str(problem.value.told())


def test_an_expired_personal_token_says_so(labelstudio: LabelStudio) -> None:
    # {"alg":"none"}.{"exp":1}
    with pytest.raises(ServerProblem, match="expired"):
        connect(labelstudio.url, "eyJhbGciOiJub25lIn0.eyJleHAiOjF9.x")
    # {"exp":99999999999}: a date, but of another's making
    with pytest.raises(ServerProblem, match="does not accept"):
        connect(labelstudio.url, "eyJhbGciOiJub25lIn0.eyJleHAiOjk5OTk5OTk5OTk5fQ.x")


def test_legacy_tokens_that_are_switched_off_are_told(labelstudio: LabelStudio) -> None:
    personal = labelstudio.personal_token()
    with labelstudio.without_legacy_tokens():
        with pytest.raises(ServerProblem, match="Legacy tokens are switched off"):
            connect(labelstudio.url, labelstudio.token)
        assert connect(labelstudio.url, personal).users()


def test_another_program_and_an_old_server_are_told(flaky: Flaky) -> None:
    flaky.fail(404, path="version")
    assert reason(flaky.url) == "foreign"
    flaky.fail(200, path="version")
    assert reason(flaky.url) == "foreign"
    flaky.fail(302, path="version", location="https://other.example/login")
    assert reason(flaky.url) == "foreign"
    flaky.say('{"release": "1.9.2"}', path="version")
    assert reason(flaky.url) == "version"


def test_an_account_without_rights_is_told(flaky: Flaky, labelstudio: LabelStudio) -> None:
    flaky.fail(403, path="/api/projects/")
    assert reason(flaky.url, labelstudio.token) == "permission"
    flaky.say('{"email": "Ana@example.com", "permissions": ["tasks.view"]}', path="whoami")
    with pytest.raises(ServerProblem, match="Ana@") as problem:
        connect(flaky.url, labelstudio.token)
    assert problem.value.reason == "permission"


def test_a_short_failure_while_connecting_is_waited_for(
    flaky: Flaky, labelstudio: LabelStudio
) -> None:
    flaky.fail(502, path="version")
    flaky.fail("drop", path="whoami")
    assert connect(flaky.url, labelstudio.token, pause_s=0.01).url == flaky.url
    assert (flaky.count(path="version"), flaky.count(path="whoami")) == (2, 2)


def test_a_server_that_repeats_the_token_does_not_make_us_tell_it(
    flaky: Flaky, labelstudio: LabelStudio
) -> None:
    server = connect(flaky.url, labelstudio.token)
    flaky.say(f'{{"detail": "bad: Token {labelstudio.token}"}}', path="users", status=400)
    with pytest.raises(ServerProblem, match="bad: Token …") as problem:
        server.users()
    assert labelstudio.token not in str(problem.value.told())


def test_an_access_token_is_exchanged_again_when_the_server_forgot_it(
    flaky: Flaky, labelstudio: LabelStudio
) -> None:
    server = connect(flaky.url, labelstudio.personal_token())
    server.users()
    assert flaky.count("POST", "token/refresh") == 1
    flaky.fail(401, path="users")
    assert server.users()
    assert flaky.count("POST", "token/refresh") == 2
    assert "ey" not in repr(server) + repr(vars(server))


# Projects


def test_a_project_is_made_found_and_changed(server: Server, labelstudio: LabelStudio) -> None:
    made = server.create_project("中国", CONFIGURATION, "Read the guidelines.")
    assert (made.title, made.configuration, made.tasks) == ("Claimdesk 中国", CONFIGURATION, 0)
    assert server.project(made.id) == made
    assert made in server.projects()
    other = CONFIGURATION.replace("STATEMENT", "Statement")
    server.set_configuration(made.id, other, "Read them again.")
    changed = server.project(made.id)
    assert changed is not None
    assert changed.configuration == other
    assert labelstudio.call("GET", f"/api/projects/{made.id}")["expert_instruction"] == (
        "Read them again."
    )
    assert len(server.create_project("長" * 80, CONFIGURATION).title) == 50
    labelstudio.delete("projects", made.id)
    assert server.project(made.id) is None
    assert server.newest_change(made.id) is None
    assert list(server.changed_tasks(made.id, None)) == []
    with pytest.raises(ServerProblem) as problem:
        server.set_configuration(made.id, other, "")
    assert problem.value.reason == "missing"


def test_a_configuration_that_the_server_refuses_is_told(
    server: Server, labelstudio: LabelStudio
) -> None:
    project = labelstudio.new_project()
    with pytest.raises(ServerProblem) as problem:
        server.set_configuration(project, "<View><Labels", "")
    assert problem.value.reason == "refused"
    assert labelstudio.call("GET", f"/api/projects/{project}")["label_config"] == CONFIGURATION


def test_people_are_known_by_their_address(server: Server, labelstudio: LabelStudio) -> None:
    member = labelstudio.member("Bea@Example.com")
    assert server.users()[member.id] == "bea@example.com"


# Tasks


def test_tasks_are_made_at_once_and_read_whole(server: Server, labelstudio: LabelStudio) -> None:
    project = labelstudio.new_project()
    prediction = {"model_version": "m1", "score": 0.5, "result": [region("p1")]}
    first, second = server.import_tasks(
        project,
        [
            {**task("abc 😀", [region()]), "predictions": [prediction], "meta": {"a": 1}},
            {"data": {"text": "s3://bucket/key.txt"}},
        ],
    )
    labelstudio.annotate(first, [], labelstudio.member("ana@example.com"), was_cancelled=True)
    labelstudio.draft(second, [region("d1")])
    read = {task["id"]: task for task in server.tasks(project, [second, first, 999_999])}
    assert list(read) == [first, second]
    one = read[first]
    assert one["data"] == {"text": "abc 😀"}
    assert one["meta"] == {"a": 1}
    assert [(a["result"], a["was_cancelled"], a["ground_truth"]) for a in one["annotations"]] == [
        ([region()], False, False),
        ([], True, False),
    ]
    assert one["annotations"][1]["completed_by"] == labelstudio.member("ana@example.com").id
    assert one["predictions"][0]["result"] == [region("p1")]
    assert read[second]["data"] == {"text": "s3://bucket/key.txt"}
    assert read[second]["drafts"][0]["result"] == [region("d1")]
    assert read[second]["draft_exists"]
    assert server.task_ids(project) == {first, second}
    found = server.project(project)
    assert found is not None
    assert (found.tasks, found.annotations) == (2, 1)


def test_the_drafts_of_others_are_not_shown_but_told(
    server: Server, labelstudio: LabelStudio
) -> None:
    project = labelstudio.new_project()
    number, _ = server.import_tasks(project, [task(), task()])
    labelstudio.draft(number, [region()], labelstudio.member("ana@example.com"))
    [read] = server.tasks(project, [number])
    assert (read["drafts"], read["draft_exists"]) == ([], True)
    assert server.drafted_tasks(project) == {number}


def test_a_task_deleted_twice_is_gone_once(server: Server, labelstudio: LabelStudio) -> None:
    project = labelstudio.new_project()
    number, other = server.import_tasks(project, [task(), task()])
    server.delete_task(number)
    server.delete_task(number)
    assert server.task_ids(project) == {other}


def test_a_bad_task_keeps_all_of_its_import_out(server: Server, labelstudio: LabelStudio) -> None:
    project = labelstudio.new_project()
    by_stranger = {"result": [], "completed_by": {"email": "nobody@example.com"}}
    for bad in ({"data": {"body": "x" * 9999}}, {**task(), "annotations": [by_stranger]}):
        with pytest.raises(ServerProblem) as problem:
            server.import_tasks(project, [task(), bad])
        assert problem.value.reason == "refused"
        assert len(str(problem.value)) < 500
    assert server.task_ids(project) == set()


def test_changes_are_read_from_a_time_on(server: Server, labelstudio: LabelStudio) -> None:
    project = labelstudio.new_project()
    numbers = server.import_tasks(project, [task() for _ in range(5)])
    everything = list(server.changed_tasks(project, None))
    assert [one["id"] for one in everything] == numbers
    since = server.newest_change(project)
    assert since == everything[-1]["updated_at"]
    made = labelstudio.annotate(numbers[2], [region()])
    labelstudio.annotate(numbers[0], [])
    changed = list(server.changed_tasks(project, since))
    assert [one["id"] for one in changed] == [numbers[4], numbers[2], numbers[0]]
    times = [one["updated_at"] for one in changed]
    assert times == sorted(times)
    labelstudio.delete("annotations", made["id"])
    assert [one["id"] for one in server.changed_tasks(project, times[-1])] == [
        numbers[0],
        numbers[2],
    ]


def test_no_change_is_left_out_while_people_go_on(
    server: Server, labelstudio: LabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "FIRST_PAGE", 4)
    monkeypatch.setattr(listing, "LARGEST_PAGE", 4)
    project = labelstudio.new_project()
    numbers = server.import_tasks(project, [task() for _ in range(15)])
    reading = server.changed_tasks(project, None)
    read = [one["id"] for one in itertools.islice(reading, 5)]
    labelstudio.annotate(numbers[1], [region()])
    labelstudio.delete("tasks", numbers[2])
    rest = list(reading)
    assert set(read) | {one["id"] for one in rest} == set(numbers)
    assert (rest[-1]["id"], len(rest[-1]["annotations"])) == (numbers[1], 1)
    assert len(read) + len(rest) == len(numbers) + 1


def test_tasks_that_changed_at_the_same_moment_are_all_read(
    server: Server, labelstudio: LabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "FIRST_PAGE", 4)
    monkeypatch.setattr(listing, "LARGEST_PAGE", 4)
    monkeypatch.setattr(listing, "IDS_PAGE", 3)
    project = labelstudio.new_project()
    numbers = server.import_tasks(project, [task("abc def", [region()]) for _ in range(12)])
    since = server.newest_change(project)
    chosen = {"selectedItems": {"all": False, "included": numbers[:10]}}
    path = f"/api/dm/actions?id=delete_tasks_annotations&project={project}"
    labelstudio.call("POST", path, chosen)
    times = {one["updated_at"] for one in labelstudio.tasks(project)[:10]}
    assert len(times) == 1, "the bulk action gives them one time"
    after = labelstudio.annotate(numbers[11], [])["task"]
    read = [one["id"] for one in server.changed_tasks(project, since)]
    assert sorted(read) == sorted(set(read)) == [*numbers[:10], after]


def test_a_restored_database_shows_in_its_times(
    server: Server, labelstudio: LabelStudio, tmp_path: Path
) -> None:
    project = labelstudio.new_project()
    [number] = labelstudio.plant(project, [task()])
    before = server.newest_change(project)
    labelstudio.backup(tmp_path / "copy")
    labelstudio.annotate(number, [region()])
    assert server.newest_change(project) != before
    labelstudio.restore(tmp_path / "copy")
    assert server.newest_change(project) == before
    assert labelstudio.tasks(project)[0]["annotations"] == []


# Annotations and predictions


def test_an_annotation_is_made_and_changed_unless_it_is_gone(
    server: Server, labelstudio: LabelStudio
) -> None:
    [number] = server.import_tasks(labelstudio.new_project(), [task()])
    member = labelstudio.member("ana@example.com")
    body = {"result": [region()], "completed_by": member.id, "ground_truth": True}
    made = server.create_annotation(number, {**body, "unique_id": str(uuid.uuid4())})
    assert (made["completed_by"], made["ground_truth"]) == (member.id, True)
    assert server.annotation(made["id"]) == made
    changed = server.update_annotation(made["id"], {"result": []}, seen=made["updated_at"])
    assert changed["result"] == []
    assert changed["created_at"] == made["created_at"]
    with pytest.raises(ServerProblem, match="just now") as problem:
        server.update_annotation(made["id"], body, seen=made["updated_at"])
    assert problem.value.reason == "refused"
    labelstudio.delete("annotations", made["id"])
    assert server.annotation(made["id"]) is None
    for lost in (
        lambda: server.update_annotation(made["id"], body),
        lambda: server.update_annotation(made["id"], body, seen=made["updated_at"]),
        lambda: server.create_annotation(999_999, body),
    ):
        with pytest.raises(ServerProblem) as problem:
            lost()
        assert problem.value.reason == "missing"


def test_an_annotation_sent_before_is_found(server: Server, labelstudio: LabelStudio) -> None:
    first, second = server.import_tasks(labelstudio.new_project(), [task(), task()])
    body = {"result": [region()], "unique_id": str(uuid.uuid4())}
    made = server.create_annotation(first, body)
    assert server.create_annotation(first, body)["id"] == made["id"]
    with pytest.raises(ServerProblem, match="already") as problem:
        server.create_annotation(second, body)
    assert problem.value.reason == "refused"
    labelstudio.change(made["id"], result=[])
    with pytest.raises(ServerProblem, match="already"):
        server.create_annotation(first, body)


def test_a_prediction_is_made_and_changed_unless_it_is_gone(
    server: Server, labelstudio: LabelStudio
) -> None:
    project = labelstudio.new_project()
    [number] = server.import_tasks(project, [task()])
    body = {"result": [region()], "model_version": "m1", "score": 0.25}
    made = server.create_prediction(number, body)
    assert (made["model_version"], made["score"]) == ("m1", 0.25)
    assert server.update_prediction(made["id"], {"result": []})["result"] == []
    labelstudio.delete("predictions", made["id"])
    [read] = server.tasks(project, [number])
    assert read["predictions"] == []
    for lost in (
        lambda: server.update_prediction(made["id"], body),
        lambda: server.create_prediction(999_999, body),
    ):
        with pytest.raises(ServerProblem):
            lost()
