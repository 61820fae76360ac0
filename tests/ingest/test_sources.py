from __future__ import annotations

import gzip
import io
import os
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from annotate.errors import Rejected
from annotate.ingest.archives import ArchiveKind, members
from annotate.ingest.limits import DEFAULT_LIMITS, MIB, Limits
from annotate.ingest.sources import expected, find, printable
from tests.ingest.packing import make_tar, make_zip, special

SMALL = Limits(
    item_bytes=100_000, archive_bytes=4 * MIB, members=50, ratio=50, ratio_from_bytes=MIB
)


def found(*paths: Path | str, limits: Limits = SMALL) -> dict[str, bytes | str]:
    places = list(find(paths, limits))
    assert len({place.item for place in places}) == len(places)
    return {
        place.item: place.content.reason if isinstance(place.content, Rejected) else place.content
        for place in places
    }


def test_folders_are_walked_in_order_without_the_systems_leavings(tmp_path: Path) -> None:
    for name in ("b.md", "a.md", "c/d.md", "c/.hidden.md", ".DS_Store", "__MACOSX/x", ".git/x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    assert found(tmp_path) == {
        f"{tmp_path}/a.md": b"a.md",
        f"{tmp_path}/b.md": b"b.md",
        f"{tmp_path}/c/d.md": b"c/d.md",
    }


def test_a_file_named_by_its_user_is_read_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / ".hidden"
    path.write_bytes(b"x")
    assert found(path) == {str(path): b"x"}


def test_items_are_counted_before_they_are_read(tmp_path: Path) -> None:
    for name in ("b.md", "a.md", "c/d.md", "c/.hidden.md", ".DS_Store", "__MACOSX/x", ".git/x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "c" / "round").symlink_to(tmp_path)
    (tmp_path / "c" / "dangling").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe.zip")
    packed = tmp_path / "c" / "packed.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("1.md", "x")
        archive.writestr("2.md", "y")
    assert expected([tmp_path]) == len(found(tmp_path)) == 7
    assert expected([tmp_path / "a.md", packed, tmp_path / "none", tmp_path / "pipe.zip"]) == 5
    (tmp_path / "c" / "other.tar").write_bytes(b"")
    assert expected([tmp_path]) is None


def test_what_is_not_there_or_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    assert found(tmp_path / "none", tmp_path) == {
        f"{tmp_path}/none": "missing",
        f"{tmp_path}/dangling": "missing",
        f"{tmp_path}/pipe": "not_a_file",
    }


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Nothing is unreadable to root, who becomes nobody meanwhile."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_unreadable_files_and_folders() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "a.md").write_bytes(b"x")
        (folder / "a.md").chmod(0)
        (folder / "b").mkdir(mode=0)
        with ordinary_user():
            result = found(folder)
        assert result == {f"{folder}/a.md": "unreadable", f"{folder}/b": "unreadable"}


def test_linked_folders_are_read_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.md").write_bytes(b"x")
    (tmp_path / "a" / "up").symlink_to("..")
    (tmp_path / "b").symlink_to("a")
    assert found(tmp_path) == {f"{tmp_path}/a/x.md": b"x"}


def test_files_that_are_too_large(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"x" * 100_000)
    (tmp_path / "b.md").write_bytes(b"x" * 100_001)
    result = found(tmp_path)
    assert len(result[f"{tmp_path}/a.md"]) == 100_000
    assert result[f"{tmp_path}/b.md"] == "too_large"


def test_names_that_are_no_characters(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    os.rename(tmp_path / "a", os.fsencode(tmp_path) + b"/\xff\n\x1b[31m.md")
    (name,) = found(tmp_path)
    assert name == f"{tmp_path}/\\xdcff\\x0a\\x1b[31m.md"
    name.encode()
    assert printable("好 𠮷") == "好 𠮷"


def test_members_of_a_zip(tmp_path: Path) -> None:
    path = make_zip(
        tmp_path / "a.zip",
        {"b/1.md": b"1", "a/2.md": b"2", ".DS_Store": b"", "__MACOSX/b/1.md": b"", "b/.x": b""},
    )
    assert found(tmp_path) == {f"{path}!b/1.md": b"1", f"{path}!a/2.md": b"2"}


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("a.tar", "w"),
        ("a.tar.gz", "w:gz"),
        ("a.tbz2", "w:bz2"),
        ("a.tar.xz", "w:xz"),
        ("a", "w:gz"),
    ],
)
def test_members_of_a_tar(tmp_path: Path, name: str, mode: str) -> None:
    path = make_tar(tmp_path / name, {"./1.md": b"1", "a/2.md": b"2" * 9000, ".x": b""}, mode)
    assert found(path) == {f"{path}!1.md": b"1", f"{path}!a/2.md": b"2" * 9000}


UNSAFE = ("../up.md", "a/../../up.md", "/abs.md", "C:\\abs.md", "a\\..\\..\\up.md")


def test_paths_that_lead_out_of_an_archive(tmp_path: Path) -> None:
    zipped = make_zip(tmp_path / "a.zip", dict.fromkeys((*UNSAFE, "ok.md"), b"x"))
    tarred = make_tar(tmp_path / "a.tar", dict.fromkeys((*UNSAFE, "ok.md"), b"x"))
    for path in (zipped, tarred):
        result = found(path)
        assert result.pop(f"{path}!ok.md") == b"x"
        assert set(result.values()) == {"unsafe_path"}
        assert len(result) == len(UNSAFE)
    assert sorted(os.listdir(tmp_path)) == ["a.tar", "a.zip"]


def test_members_that_are_no_files(tmp_path: Path) -> None:
    path = make_tar(
        tmp_path / "a.tar",
        {
            "symlink": special("symlink", tarfile.SYMTYPE, "/etc/passwd"),
            "hardlink": special("hardlink", tarfile.LNKTYPE, "ok.md"),
            "pipe": special("pipe", tarfile.FIFOTYPE),
            "device": special("device", tarfile.CHRTYPE),
            "ok.md": b"x",
        },
    )
    result = found(path)
    assert result.pop(f"{path}!ok.md") == b"x"
    assert list(result.values()) == ["not_a_file"] * 4
    zipped = tmp_path / "b.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert found(zipped) == {f"{zipped}!link": "not_a_file"}


def test_archives_in_archives(tmp_path: Path) -> None:
    inner = make_zip(tmp_path / "inner", {"1.md": b"1"}).read_bytes()
    path = make_zip(tmp_path / "a.zip", {"inner.bin": inner, "ok.md": b"x"})
    assert found(path) == {f"{path}!inner.bin": "nested_archive", f"{path}!ok.md": b"x"}


def test_members_that_are_too_large(tmp_path: Path) -> None:
    large = os.urandom(100_001)
    zipped = make_zip(tmp_path / "a.zip", {"large.md": large, "ok.md": b"x"})
    tarred = make_tar(tmp_path / "a.tar", {"large.md": large, "ok.md": b"x"})
    for path in (zipped, tarred):
        assert found(path) == {f"{path}!large.md": "too_large", f"{path}!ok.md": b"x"}


def test_a_zip_member_that_unpacks_into_far_more(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"bomb.md": b"\0" * 2 * MIB, "ok.md": b"x"})
    assert found(path) == {f"{path}!bomb.md": "archive_bomb", f"{path}!ok.md": b"x"}


def test_archives_that_unpack_into_far_more(tmp_path: Path) -> None:
    many = {f"{n:02}.md": b"x" * 90_000 for n in range(40)}
    for path in (
        make_zip(tmp_path / "a.zip", many),
        make_tar(tmp_path / "a.tgz", {**many}, "w:gz"),
    ):
        result = found(path)
        assert result[str(path)] == "archive_bomb"
        assert 5 < len(result) < 30


def test_archives_with_too_many_members(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {f"{n:03}.md": b"x" for n in range(60)})
    result = found(path)
    assert result[str(path)] == "archive_bomb"
    assert len(result) == 51


def test_headers_made_to_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.tar.gz"
    header = tarfile.TarInfo("x")
    header.type = tarfile.XHDTYPE
    header.size = 300 * MIB
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(header.tobuf(tarfile.USTAR_FORMAT))
        for _ in range(300):
            file.write(b"0" * MIB)
    roomy = Limits(ratio=10**9)
    assert found(path, limits=roomy) == {str(path): "archive_bomb"}


def test_an_encrypted_member(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"1.md": b"1", "2.md": b"2"})
    data = bytearray(path.read_bytes())
    central = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[central + 8] |= 1
    path.write_bytes(data)
    assert found(path) == {f"{path}!1.md": "encrypted", f"{path}!2.md": b"2"}


def test_a_damaged_member_costs_itself_only(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("1.md", b"first")
        archive.writestr("2.md", b"second")
    path.write_bytes(path.read_bytes().replace(b"first", b"fir5t", 1))
    assert found(path) == {f"{path}!1.md": "bad_archive", f"{path}!2.md": b"second"}


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tbz2", "a.txz"])
@pytest.mark.parametrize("content", [b"", b"junk", b"junk" * 500])
def test_what_is_called_an_archive_and_is_none(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert found(path) == {str(path): "bad_archive"}


@pytest.mark.parametrize(
    ("name", "mode"),
    [("a.tar", "w"), ("a.tar.gz", "w:gz"), ("a.tar.bz2", "w:bz2"), ("a.txz", "w:xz")],
)
def test_an_archive_cut_short_anywhere(tmp_path: Path, name: str, mode: str) -> None:
    members = {f"{n}.md": os.urandom(3000) for n in range(4)}
    whole = make_tar(tmp_path / name, {**members}, mode).read_bytes()
    end = len(whole) if mode != "w" else 4 * (512 + 3072)
    for cut in (*range(1, end - 1, 701), end - 1):
        path = tmp_path / f"cut-{name}"
        path.write_bytes(whole[:cut])
        result = found(path)
        assert result[str(path)] == "bad_archive"
        for place, content in result.items():
            if "!" in place:
                assert content == members[place.rpartition("!")[2]]


def test_a_damaged_tar_header_is_not_taken_for_the_end(tmp_path: Path) -> None:
    path = make_tar(tmp_path / "a.tar", {"1.md": b"1", "2.md": b"2", "3.md": b"3"})
    data = bytearray(path.read_bytes())
    data[1024 + 3] ^= 0xFF
    path.write_bytes(data)
    assert found(path) == {f"{path}!1.md": b"1", str(path): "bad_archive"}


def test_what_is_wrong_with_an_archive_is_said_in_words_that_can_be_translated(
    tmp_path: Path,
) -> None:
    cut = make_tar(tmp_path / "a.tar.gz", {"1.md": os.urandom(3000)}, "w:gz").read_bytes()[:1500]
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("1.md", b"first")
    damaged = (tmp_path / "a.zip").read_bytes()
    archives: list[tuple[bytes, ArchiveKind, str]] = [
        (b"junk", "zip", "This is no zip archive, or its end is missing"),
        (cut, "gzip", "The archive ends too early"),
        (b"junk" * 500, "tar", "The archive is damaged: it is not as its format wants it"),
        (damaged.replace(b"first", b"fir5t", 1), "zip", "The member cannot be unpacked"),
    ]
    for content, kind, said in archives:
        (_, refused), *_ = members(io.BytesIO(content), kind, len(content), DEFAULT_LIMITS)
        assert isinstance(refused, Rejected)
        assert refused.message.startswith(said)
        assert refused.values == {}
