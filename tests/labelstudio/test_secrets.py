from __future__ import annotations

import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from annotate.labelstudio import secrets
from annotate.labelstudio.secrets import KeyProblem
from annotate.store.links import key_file

TOKEN = "abcdef0123456789abcdef0123456789abcdef01"


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (secrets.KEY, secrets.TOKEN, secrets.URL):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "desk.db"


def test_a_token_comes_back_and_stands_nowhere_in_plain(database: Path) -> None:
    sealed = secrets.encrypt(database, TOKEN)
    assert TOKEN not in sealed
    assert secrets.decrypt(database, sealed) == TOKEN
    assert secrets.encrypt(database, TOKEN) != sealed
    key = key_file(database)
    assert key.name == "desk.db.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert [one.name for one in database.parent.iterdir()] == [key.name]


def test_a_key_that_is_gone_or_another_is_told_apart(database: Path) -> None:
    sealed = secrets.encrypt(database, TOKEN)
    key_file(database).unlink()
    with pytest.raises(KeyProblem, match=r"missing.*enter the token again"):
        secrets.decrypt(database, sealed)
    assert not key_file(database).exists()
    secrets.encrypt(database, "another")
    with pytest.raises(KeyProblem, match="another key"):
        secrets.decrypt(database, sealed)


@pytest.mark.parametrize("content", [b"", b"short", b"\xff\xfe", b"*" * 44, TOKEN.encode()])
def test_a_damaged_key_is_no_key_and_is_left_alone(database: Path, content: bytes) -> None:
    key_file(database).write_bytes(content)
    for use in (secrets.encrypt, secrets.decrypt):
        with pytest.raises(KeyProblem, match=r"desk\.db\.key"):
            use(database, TOKEN)
    assert key_file(database).read_bytes() == content


def test_the_key_may_come_from_the_environment(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = bytes(range(224, 256))
    monkeypatch.setenv(secrets.KEY, base64.b64encode(raw).decode() + "\n")
    sealed = secrets.encrypt(database, TOKEN)
    assert not key_file(database).exists()
    monkeypatch.setenv(secrets.KEY, base64.urlsafe_b64encode(raw).decode())
    assert secrets.decrypt(database, sealed) == TOKEN
    monkeypatch.setenv(secrets.KEY, "a password")
    with pytest.raises(KeyProblem, match="openssl rand -base64 32") as told:
        secrets.decrypt(database, sealed)
    assert "a password" not in repr(told.value) + str(told.value)


def test_processes_that_make_the_key_at_once_share_one(database: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        sealed = list(pool.map(lambda _: secrets.encrypt(database, TOKEN), range(8)))
    assert [secrets.decrypt(database, one) for one in sealed] == [TOKEN] * 8
    assert len(list(database.parent.iterdir())) == 1


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(KeyProblem, match="cannot be written"):
        secrets.encrypt(tmp_path / "nowhere" / "desk.db", TOKEN)


def test_a_key_that_cannot_be_read_is_told(database: Path) -> None:
    key_file(database).mkdir()
    with pytest.raises(KeyProblem, match="cannot be read"):
        secrets.decrypt(database, "sealed")


def test_the_environment_gives_token_and_address(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (secrets.token_of_environment(), secrets.url_of_environment()) == (None, None)
    monkeypatch.setenv(secrets.TOKEN, f" {TOKEN} ")
    monkeypatch.setenv(secrets.URL, " ")
    assert (secrets.token_of_environment(), secrets.url_of_environment()) == (TOKEN, None)
