"""Members of zip and tar archives, read in a stream and without trust.

Formats: zip (APPNOTE.TXT, PKWARE) and tar (POSIX ustar and pax, GNU), plain or compressed with
gzip, bzip2 or xz. A member's name is only ever a label: nothing is written under it.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Literal, Self

from annotate.errors import Rejected
from annotate.ingest.limits import MIB, Limits

ArchiveKind = Literal["zip", "tar", "gzip", "bzip2", "xz"]
Member = tuple[str | None, bytes | Rejected]
"""A member's name, None for the archive itself, with its bytes or why it has none."""

_SYSTEM = frozenset(("__MACOSX", "Thumbs.db", "desktop.ini", "ehthumbs.db", "$RECYCLE.BIN"))
_SUFFIXES: tuple[tuple[str, ArchiveKind], ...] = (
    (".zip", "zip"),
    (".tar", "tar"),
    (".tar.gz", "gzip"),
    (".tgz", "gzip"),
    (".tar.bz2", "bzip2"),
    (".tbz2", "bzip2"),
    (".tbz", "bzip2"),
    (".tar.xz", "xz"),
    (".txz", "xz"),
)
_MAGIC: tuple[tuple[int, bytes, ArchiveKind], ...] = (
    (0, b"PK\x03\x04", "zip"),
    (0, b"PK\x05\x06", "zip"),
    (257, b"ustar", "tar"),
    (0, b"\x1f\x8b\x08", "gzip"),
    (0, b"BZh", "bzip2"),
    (0, b"\xfd7zXZ\x00", "xz"),
)
_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
)
# A tar header is a block, its pax and long-name records a few more; what is read between two
# members beyond this can only be meant to fill the memory.
_HEADER_BYTES = 16 * MIB


class _Bomb(Rejected):
    """The archive unpacks into more than may be."""

    def __init__(self, message: str, /, **values: object) -> None:
        super().__init__("archive_bomb", message, **values)


def archive_named(name: str) -> ArchiveKind | None:
    """Which kind of archive a file is by its name; None if that does not say."""
    lowered = name.lower()
    for suffix, kind in _SUFFIXES:
        if lowered.endswith(suffix):
            return kind
    return None


def archive_kind(name: str, file: IO[bytes]) -> ArchiveKind | None:
    """Which kind of archive a file is, by its name or its first bytes; None for an item.

    Args:
        name: The file's name.
        file: The file, at its beginning; left there.
    """
    named = archive_named(name)
    if named is not None:
        return named
    head = file.read(512)
    file.seek(0)
    for offset, magic, kind in _MAGIC:
        if head.startswith(magic, offset):
            return kind
    return None


def members(
    file: IO[bytes], kind: ArchiveKind, packed_bytes: int, limits: Limits
) -> Iterator[Member]:
    """The members of an archive that may be items, in its order.

    Args:
        file: The archive, at its beginning.
        kind: What it is.
        packed_bytes: Its size.
        limits: What is accepted at most.
    """
    read = _zip(file, packed_bytes, limits) if kind == "zip" else _tar(file, kind, limits)
    try:
        for count, member in enumerate(read):
            if count >= limits.members:
                raise _Bomb(
                    "The archive is not read further: it holds more than {count} members",
                    count=limits.members,
                )
            yield member
    except _Bomb as error:
        yield None, error
    except _BROKEN as error:
        yield None, _damaged(error)
    except OSError as error:
        # The decompressors report damage as an error of the system, but without its number.
        if error.errno is not None:
            raise
        yield None, _damaged(error)


def member_count(file: IO[bytes], kind: ArchiveKind) -> int | None:
    """How many members `members` will give; None where only reading them can tell.

    Args:
        file: The archive, at its beginning.
        kind: What it is.
    """
    if kind != "zip":
        return None
    try:
        with zipfile.ZipFile(file) as archive:
            names = (info.filename for info in archive.infolist() if not info.is_dir())
            return sum(not _passed_over(name) for name in names)
    except _BROKEN:
        return 1


def bounded(data: bytes, limits: Limits) -> bytes | Rejected:
    """An item's bytes, unless they are more than may be."""
    return _too_large(len(data), limits) or data


def is_clutter(name: str) -> bool:
    """Whether a file or folder of that name is the system's rather than a person's."""
    return name.startswith(".") or name in _SYSTEM


def _zip(file: IO[bytes], packed_bytes: int, limits: Limits) -> Iterator[Member]:
    unpacked = 0
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            if info.is_dir() or _passed_over(info.filename):
                continue
            refused = _unsafe_name(info.filename) or _refused_in_zip(info, limits)
            if refused is not None:
                yield info.filename, refused
                continue
            content = _read_zipped(archive, info, limits)
            if isinstance(content, bytes):
                unpacked += len(content)
                _check_size(unpacked, packed_bytes, limits)
            yield info.filename, content


def _refused_in_zip(info: zipfile.ZipInfo, limits: Limits) -> Rejected | None:
    mode = info.external_attr >> 16
    if mode and (mode & 0o170000) not in (0, 0o100000):
        return _not_regular()
    if info.flag_bits & 0x1:
        return Rejected("encrypted", "The member is encrypted", "Unpack it with its password")
    if info.file_size > limits.item_bytes:
        ratio = info.file_size / max(1, info.compress_size)
        if ratio > limits.ratio:
            return Rejected(
                "archive_bomb", "The member unpacks to {ratio:.0f} times its size", ratio=ratio
            )
        return _too_large(info.file_size, limits)
    return None


def _read_zipped(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits
) -> bytes | Rejected:
    try:
        with archive.open(info) as member:
            content = bounded(member.read(limits.item_bytes + 1), limits)
    except (*_BROKEN, OSError) as error:
        if isinstance(error, NotImplementedError):
            return Rejected("bad_archive", "The member is packed in a way that is not read here",
                            "Pack it as an ordinary zip")  # fmt: skip
        return Rejected(
            "bad_archive",
            "The member cannot be unpacked: it is damaged",
            "Send the archive again, or pack it anew",
        )
    return _checked(content)


def _tar(file: IO[bytes], kind: ArchiveKind, limits: Limits) -> Iterator[Member]:
    packed = _Counted(file)
    stream = _Guarded(_unpacked(packed, kind), packed, limits)
    with tarfile.open(fileobj=stream, mode="r|", errorlevel=1, tarinfo=_StrictInfo) as archive:
        for info in archive:
            # Otherwise the archive keeps every header it has read.
            archive.members = []  # type: ignore[attr-defined]
            if not info.isdir() and not _passed_over(info.name):
                name = info.name.removeprefix("./")
                yield name, _read_tarred(archive, info, stream, limits)
            stream.allowance = _HEADER_BYTES + info.size
    # The checksum of a compressed archive stands at its very end.
    stream.drain()


def _read_tarred(
    archive: tarfile.TarFile, info: tarfile.TarInfo, stream: _Guarded, limits: Limits
) -> bytes | Rejected:
    refused = _unsafe_name(info.name)
    if refused is None and (not info.isreg() or info.issparse()):
        refused = _not_regular()
    if refused is None:
        refused = _too_large(info.size, limits)
    if refused is not None:
        return refused
    stream.allowance = _HEADER_BYTES + info.size
    member = archive.extractfile(info)
    return _checked(member.read() if member is not None else b"")


def _unpacked(packed: _Counted, kind: ArchiveKind) -> IO[bytes]:
    raw = io.BufferedReader(packed)
    if kind == "gzip":
        return gzip.GzipFile(fileobj=raw)  # type: ignore[return-value]
    if kind == "bzip2":
        return bz2.BZ2File(raw)
    if kind == "xz":
        return lzma.LZMAFile(raw)
    return raw


class _StrictInfo(tarfile.TarInfo):
    """A header; the library takes a damaged one, or none at all, for the archive's proper end."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        try:
            return super().frombuf(buf, encoding, errors)
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined]
            raise
        except tarfile.HeaderError as error:
            raise tarfile.ReadError(f"{error}, where a member or the end should be") from error


class _Counted(io.RawIOBase):
    """A file that counts what has been read of it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self.count += len(data)
        return len(data)


class _Guarded(io.RawIOBase):
    """An unpacked stream that ends with `_Bomb` when it yields more than may be."""

    def __init__(self, stream: IO[bytes], packed: _Counted, limits: Limits) -> None:
        self._stream = stream
        self._packed = packed
        self._limits = limits
        self._count = 0
        self.allowance = _HEADER_BYTES

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._count += len(data)
        self.allowance -= len(data)
        _check_size(self._count, self._packed.count, self._limits)
        if self.allowance < 0:
            raise _Bomb(
                "The archive is not read further: it holds more between two members than their"
                " headers can need"
            )
        return data

    def drain(self) -> None:
        """Read what is left and forget it."""
        while self.read(MIB):
            pass


def _check_size(unpacked: int, packed: int, limits: Limits) -> None:
    if unpacked > limits.archive_bytes:
        raise _Bomb(
            "The archive is not read further: it holds more than {size} MiB",
            size=limits.archive_bytes >> 20,
        )
    if unpacked > limits.ratio_from_bytes and unpacked > limits.ratio * max(1, packed):
        raise _Bomb(
            "The archive is not read further: it holds more than {ratio} times its packed size",
            ratio=limits.ratio,
        )


def _passed_over(name: str) -> bool:
    return any(part not in (".", "..") and is_clutter(part) for part in name.split("/"))


def _unsafe_name(name: str) -> Rejected | None:
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or not parts[0] or parts[0][1:2] == ":" or "\0" in name:
        return Rejected("unsafe_path", "The member's path leads out of its archive")
    return None


def _too_large(size: int, limits: Limits) -> Rejected | None:
    if size <= limits.item_bytes:
        return None
    return Rejected(
        "too_large", "The item is larger than {value} MiB", value=limits.item_bytes >> 20
    )


def _not_regular() -> Rejected:
    return Rejected("not_a_file", "The member is a link, a device or another special file")


def _checked(content: bytes | Rejected) -> bytes | Rejected:
    if isinstance(content, bytes):
        for offset, magic, _ in _MAGIC:
            if content.startswith(magic, offset):
                return Rejected(
                    "nested_archive", "Archives within archives are not read", "Unpack it once"
                )
    return content


def _damaged(error: Exception) -> Rejected:
    """What is the matter with an archive, in words of ours: the libraries' are English alone."""
    said = str(error).lower()
    if "not a zip" in said:
        return Rejected(
            "bad_archive",
            "This is no zip archive, or its end is missing",
            "Send it again as a whole, or pack it anew",
        )
    if isinstance(error, EOFError) or "unexpected end" in said:
        return Rejected("bad_archive", "The archive ends too early", "Send it again as a whole")
    if "crc" in said or "checksum" in said:
        return Rejected(
            "bad_archive",
            "The archive is damaged: a checksum does not match",
            "Send it again, or pack it anew",
        )
    return Rejected(
        "bad_archive",
        "The archive is damaged: it is not as its format wants it",
        "Send it again, or pack it anew",
    )
