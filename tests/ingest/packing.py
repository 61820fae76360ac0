"""Archives, good and bad, made for the tests."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path


def item(number: int, *, url: str | None = None, text: str | None = None) -> bytes:
    """A small archived item."""
    url = url or f"https://news.example/{number}"
    text = text or f"第{number}条新闻的正文。"
    return (
        f"[第{number}条]({url})\n---\n日期：Thu, 02 Jul 2020 10:28:51 +0000\n<p>{text}</p>".encode()
    )


def make_zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def make_tar(path: Path, members: dict[str, bytes | tarfile.TarInfo], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            if isinstance(content, tarfile.TarInfo):
                archive.addfile(content)
                continue
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = target
    return info
