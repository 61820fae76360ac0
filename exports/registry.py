"""The catalogues of export and import formats, and the decorators that fill them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from annotate.catalogue import Catalogue
from annotate.errors import Invalid, Rejected, Word
from annotate.model import LABEL_SET_KINDS, LabelSetKind
from exports.records import Record
from exports.repeats import Repeats

Options = Mapping[str, str]
Shape = Literal["file", "tables"]
Kinds = tuple[LabelSetKind, ...]
Group = Literal["tables", "training", "labelstudio", "exchange"]
"""What a format is for, by which the Export page groups them."""

CODERS: Kinds = ("analyst",)
"""What people recorded. Gold repeats it, so rows of both in one table would count twice."""
WITH_GOLD: Kinds = ("analyst", "gold")
EVERYTHING: Kinds = LABEL_SET_KINDS


class Sink(Protocol):
    """Where the bytes of one output file go."""

    def write(self, data: bytes | memoryview, /) -> int:
        """Take the bytes and say how many were taken."""
        ...


Outputs = Callable[[str], Sink]
"""Opens an output file by its part's name, the file name less its suffix."""


@dataclass(frozen=True, slots=True)
class PreviewTable:
    """The first rows of one output table, each cell as text."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The beginning of an export: tables for tabular formats, lines for the others.

    ``folded``: the lines are one article, indented and shortened for reading.
    """

    tables: tuple[PreviewTable, ...] = ()
    lines: tuple[str, ...] = ()
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """A setting of a format: one of ``choices``; the first is the default."""

    name: str
    title: str
    choices: tuple[str, ...]


Write = Callable[[Iterable[Record], Outputs, Options], Repeats | None]
ShowFirst = Callable[[Iterable[Record], Options, int], Preview]


@dataclass(frozen=True, slots=True)
class Format:
    """An export format.

    Args:
        name: What the command line calls it.
        title: What the Export page calls it.
        group: Where it stands there.
        purpose: What it is for, in a line.
        suffix: Of each file it writes, with the dot.
        media_type: Of a file it writes.
        shape: ``file`` writes one file, ``tables`` a folder (or zip archive) of several.
        parts: The names of its files, less the suffix; for ``file`` the one suggested.
        options: Its settings.
        kinds: The kinds of label sets that an export of all layers holds in it.
        write: Writes all records; a training format says which of its rows repeat others.
        preview: Shows the first rows.
    """

    name: str
    title: str
    group: Group
    purpose: str
    suffix: str
    media_type: str
    shape: Shape
    parts: tuple[str, ...]
    options: tuple[Option, ...]
    kinds: Kinds
    write: Write
    preview: ShowFirst

    @property
    def trains(self) -> bool:
        """Whether it is a training set, whose rows do not say whose they are."""
        return self.group == "training"

    def settings(self, given: Options | None = None) -> dict[str, str]:
        """Every option with its value, given or default.

        Raises:
            Invalid: An option or a value is unknown.
        """
        given = given or {}
        known = {option.name: option for option in self.options}
        for name, value in given.items():
            if name not in known:
                raise Invalid(
                    "Format {format} has no option {option!r}",
                    "Known: {names}" if known else "It has no options",
                    format=self.name,
                    option=name,
                    names=", ".join(known),
                )
            if value not in known[name].choices:
                raise Invalid(
                    "Option {option} of format {format} cannot be {value!r}",
                    "Choose one of {names}",
                    option=name,
                    format=self.name,
                    value=value,
                    names=", ".join(known[name].choices),
                )
        return {name: given.get(name, option.choices[0]) for name, option in known.items()}


FORMATS: Catalogue[Format] = Catalogue(Word("export format"))


def export_format(
    *,
    name: str,
    title: str,
    suffix: str,
    media_type: str,
    preview: ShowFirst,
    group: Group = "exchange",
    purpose: str = "",
    shape: Shape = "file",
    parts: tuple[str, ...] = ("data",),
    options: tuple[Option, ...] = (),
    kinds: Kinds = CODERS,
) -> Callable[[Write], Write]:
    """Register the decorated function as an export format; see `Format` for the arguments."""

    def register(write: Write) -> Write:
        entry = Format(
            name,
            title,
            group,
            purpose,
            suffix,
            media_type,
            shape,
            parts,
            options,
            kinds,
            write,
            preview,
        )
        FORMATS.add(name, entry)
        return write

    return register


@dataclass(frozen=True, slots=True)
class Read:
    """What became of one item of an imported file.

    Args:
        place: File name and line, for people.
        position: Bytes of the file consumed so far, for a progress bar.
        outcome: The record, or why there is none.
    """

    place: str
    position: int
    outcome: Record | Rejected


ReadAll = Callable[[Path], Iterator[Read]]


@dataclass(frozen=True, slots=True)
class ImportFormat:
    """An import format; ``read`` streams a file and turns no malformed item into an error."""

    name: str
    title: str
    suffix: str
    read: ReadAll


IMPORTERS: Catalogue[ImportFormat] = Catalogue(Word("import format"))


def import_format(*, name: str, title: str, suffix: str) -> Callable[[ReadAll], ReadAll]:
    """Register the decorated function as an import format."""

    def register(read: ReadAll) -> ReadAll:
        IMPORTERS.add(name, ImportFormat(name, title, suffix, read))
        return read

    return register
