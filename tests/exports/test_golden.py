"""The golden files: a published format changes only on purpose.

`python -m tests.exports.golden` writes them anew.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from exports import FORMATS
from exports.formats.tables import TABLES
from exports.imports.jsonl import read
from exports.records import ordered
from tests.exports.golden import DOCUMENT, GOLDEN, VARIANTS, covered, documented, write_all
from tests.exports.samples import RECORDS
from tests.exports.test_import_errors import GOOD, places


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written")
    write_all(folder)
    return folder


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_every_format_has_a_golden_file() -> None:
    assert {name for name, _, _ in VARIANTS} == set(FORMATS.names())


def test_the_same_files_are_written(written: Path) -> None:
    assert files(written) == files(GOLDEN) - {"covered.txt"}


@pytest.mark.parametrize("name", sorted(files(GOLDEN)))
def test_a_golden_file_is_what_is_written(written: Path, name: str) -> None:
    if name == "covered.txt":
        lines = "".join(f"{line}\n" for line in covered(written / "articles.jsonl"))
        assert lines == (GOLDEN / name).read_text("utf-8")
    elif name.endswith(".parquet"):
        # The bytes name the version of the library that wrote them.
        assert pq.read_table(written / name).equals(pq.read_table(GOLDEN / name))
        assert pq.read_schema(written / name).equals(pq.read_schema(GOLDEN / name))
    else:
        assert (written / name).read_bytes() == (GOLDEN / name).read_bytes()


def test_the_golden_file_is_read_back_whole() -> None:
    outcomes = [outcome.outcome for outcome in read(GOLDEN / "articles.jsonl")]
    assert outcomes == [ordered(record) for record in RECORDS]


def test_the_documentation_shows_what_is_written(written: Path) -> None:
    text = DOCUMENT.read_text("utf-8")
    assert documented(written) == text
    for entry in FORMATS:
        assert f"`{entry.name}`" in text
        for part in entry.parts:
            assert f"`{part}`" in text or entry.shape == "file"
        for option in entry.options:
            assert f"{option.name}=" in text


def test_the_documentation_names_every_member_and_column() -> None:
    text = DOCUMENT.read_text("utf-8")
    names = {column.name for table in TABLES for column in table.columns}
    free = {"wikidata", "relevance"}
    names |= {path[-1] for path in places(GOOD) if isinstance(path[-1], str)} - free
    assert {name for name in names if f"`{name}`" not in text} == set()
