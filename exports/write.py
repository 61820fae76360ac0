"""Writing an export: to a path, atomically; to an open stream; or just its first rows."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from annotate.errors import Invalid
from exports.atomic import check_folder, put_file, put_folder, workspace
from exports.records import Record
from exports.registry import FORMATS, Format, Preview, Sink
from exports.repeats import Repeats

Progress = Callable[[int], None]

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_COPY_BYTES = 1 << 20
_BUFFER_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class FileSummary:
    """One written file: its name, size in bytes and SHA-256."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What an export wrote.

    ``bytes`` is the sum over ``files``. ``sha256`` is that of the one file, or else of the list
    of all files as ``sha256sum`` prints it. ``repeats`` is what a training set says of its rows.
    """

    format: str
    out: str
    articles: int
    label_sets: int
    spans: int
    statements: int
    files: tuple[FileSummary, ...]
    bytes: int
    sha256: str
    repeats: Repeats | None = None

    def as_dict(self) -> dict[str, Any]:
        """The same for JSON."""
        return asdict(self)


def export(
    records: Iterable[Record],
    format_name: str,
    out: Path,
    options: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Write records in a format; the result appears complete or not at all.

    A format of one file writes to ``out``. A format of several writes a folder, or a zip
    archive if ``out`` ends in ``.zip``. What stood there before is replaced: a file always, a
    folder only if it holds nothing but files of this format.

    Args:
        records: What to write, in order; consumed once.
        format_name: A name in `exports.registry.FORMATS`.
        out: The path of the result.
        options: Settings of the format, by name.
        progress: Called with the number of articles written so far.

    Raises:
        Invalid: The format or an option is unknown, or ``out`` cannot be written to.
    """
    chosen = FORMATS.get(format_name)
    settings = chosen.settings(options)
    out = out.resolve()
    _check_target(chosen, out)
    counts = _Counts(progress)
    with workspace(out) as folder:
        made = folder / "files"
        made.mkdir()
        names = _names(chosen, out)
        files, repeats = _write_parts(chosen, counts.over(records), made, settings, names)
        if chosen.shape == "file":
            put_file(made / files[0].name, out)
        elif out.suffix.lower() == ".zip":
            archive = _zip(made, files, folder / out.name)
            put_file(folder / out.name, out)
            files = (archive,)
        else:
            put_folder(made, out, frozenset(names.values()))
    return counts.summary(chosen.name, str(out), files, repeats)


def repeats(
    records: Iterable[Record], format_name: str, options: Mapping[str, str] | None = None
) -> Repeats | None:
    """Which rows an export of these records would repeat; nothing is written.

    Returns:
        None for a format that is no training set, without reading any record.

    Raises:
        Invalid: The format or an option is unknown.
    """
    chosen = FORMATS.get(format_name)
    settings = chosen.settings(options)
    return chosen.write(records, lambda part: _Nowhere(), settings) if chosen.trains else None


def preview(
    records: Iterable[Record],
    format_name: str,
    rows: int = 20,
    options: Mapping[str, str] | None = None,
) -> Preview:
    """The first rows that an export of these records would hold, reading no more than needed.

    Raises:
        Invalid: The format or an option is unknown.
    """
    chosen = FORMATS.get(format_name)
    return chosen.preview(records, chosen.settings(options), rows)


def download_name(chosen: Format, stem: str = "") -> str:
    """A file name for an export sent to a browser, such as ``statements.zip``."""
    if chosen.shape == "tables":
        return f"{stem or 'tables'}.zip"
    return f"{stem or chosen.parts[0]}{chosen.suffix}"


class _Nowhere:
    """A sink that keeps nothing."""

    def write(self, data: bytes | memoryview, /) -> int:
        return len(data)


class _Hashing:
    """A sink that counts and hashes what it hands on; pyarrow takes it for a file."""

    def __init__(self, target: Sink) -> None:
        self._target = target
        self._hash = hashlib.sha256()
        self._bytes = 0
        self.closed = False

    def write(self, data: bytes | memoryview, /) -> int:
        self._hash.update(data)
        self._bytes += len(data)
        view = memoryview(data)
        # A pipe may take less than it was given.
        while view:
            view = view[self._target.write(view) :]
        return len(data)

    def tell(self) -> int:
        return self._bytes

    def flush(self) -> None:
        """The owner of the target flushes it."""

    def close(self) -> None:
        self.closed = True

    def summary(self, name: str) -> FileSummary:
        return FileSummary(name, self._bytes, self._hash.hexdigest())


class _Counts:
    """Counts records on their way to a format."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self.articles = self.label_sets = self.spans = self.statements = 0

    def over(self, records: Iterable[Record]) -> Iterator[Record]:
        for record in records:
            yield record
            self.articles += 1
            self.label_sets += len(record.label_sets)
            for label_set in record.label_sets:
                self.spans += len(label_set.spans)
                self.statements += len(label_set.statements)
            if self._progress is not None:
                self._progress(self.articles)

    def summary(
        self, name: str, out: str, files: tuple[FileSummary, ...], repeats: Repeats | None
    ) -> Summary:
        listing = "".join(f"{file.sha256}  {file.name}\n" for file in files)
        return Summary(
            name,
            out,
            self.articles,
            self.label_sets,
            self.spans,
            self.statements,
            files,
            sum(file.bytes for file in files),
            files[0].sha256 if len(files) == 1 else hashlib.sha256(listing.encode()).hexdigest(),
            repeats,
        )


def _names(chosen: Format, out: Path) -> dict[str, str]:
    if chosen.shape == "file":
        return {chosen.parts[0]: out.name}
    return {part: part + chosen.suffix for part in chosen.parts}


def _check_target(chosen: Format, out: Path) -> None:
    folder = chosen.shape == "tables" and out.suffix.lower() != ".zip"
    if folder and out.is_dir():
        check_folder(out, frozenset(_names(chosen, out).values()))
    elif folder and out.exists():
        raise Invalid(
            "{out} is a file, but format {format} writes a folder of tables",
            "Name a folder, or an archive ending in .zip",
            out=out,
            format=chosen.name,
        )
    elif out.is_dir():
        raise Invalid(
            "{out} is a folder, but format {format} writes one file",
            "Name a file in it, such as {example}",
            out=out,
            format=chosen.name,
            example=out / download_name(chosen),
        )
    elif out.exists() and not out.is_file():
        raise Invalid("{out} is not a regular file and cannot be replaced", out=out)


def _write_parts(
    chosen: Format,
    records: Iterator[Record],
    folder: Path,
    settings: Mapping[str, str],
    names: Mapping[str, str],
) -> tuple[tuple[FileSummary, ...], Repeats | None]:
    sinks: dict[str, _Hashing] = {}
    with ExitStack() as stack:

        def open_part(part: str) -> Sink:
            file = stack.enter_context((folder / names[part]).open("wb", _BUFFER_BYTES))
            sinks[names[part]] = _Hashing(file)
            return sinks[names[part]]

        repeats = chosen.write(records, open_part, settings)
    return tuple(sink.summary(name) for name, sink in sinks.items()), repeats


def _zip(folder: Path, files: tuple[FileSummary, ...], archive: Path) -> FileSummary:
    """Pack files so that the same files give the same archive."""
    with zipfile.ZipFile(archive, "w") as packed:
        for file in files:
            info = zipfile.ZipInfo(file.name, _ZIP_TIME)
            info.external_attr = 0o644 << 16
            info.file_size = file.bytes
            # Parquet is compressed already.
            squeezed = not file.name.endswith(".parquet")
            info.compress_type = zipfile.ZIP_DEFLATED if squeezed else zipfile.ZIP_STORED
            with (folder / file.name).open("rb") as source, packed.open(info, "w") as target:
                shutil.copyfileobj(source, target, _COPY_BYTES)
    with archive.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    return FileSummary(archive.name, archive.stat().st_size, digest)
