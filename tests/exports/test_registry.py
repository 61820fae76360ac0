"""The catalogue pattern, the formats in it and their settings."""

from __future__ import annotations

import subprocess
import sys

import pytest

import exports
from annotate.catalogue import Catalogue
from annotate.errors import Invalid, Word
from exports import imports
from tests.exports.golden import ROOT


def test_a_catalogue_gives_back_what_was_added() -> None:
    catalogue: Catalogue[int] = Catalogue(Word("number"))
    assert catalogue.add("one", 1) == 1
    catalogue.add("two", 2)
    assert catalogue.get("two") == 2
    assert catalogue.names() == ("one", "two")
    assert list(catalogue) == [1, 2]
    assert len(catalogue) == 2


def test_an_unknown_name_lists_the_known_ones() -> None:
    catalogue: Catalogue[int] = Catalogue(Word("number"))
    catalogue.add("one", 1)
    with pytest.raises(Invalid) as caught:
        catalogue.get("nine")
    assert str(caught.value) == "There is no number named 'nine'. Known: one"


def test_a_name_is_taken_once() -> None:
    catalogue: Catalogue[int] = Catalogue(Word("number"))
    catalogue.add("one", 1)
    with pytest.raises(ValueError, match="'one'"):
        catalogue.add("one", 2)


def test_the_formats_there_are() -> None:
    assert sorted(exports.FORMATS.names()) == [
        "csv",
        "jsonl",
        "labelstudio",
        "labelstudio-config",
        "parquet",
        "soft",
        "stance",
    ]
    assert imports.IMPORTERS.names() == ("jsonl",)
    assert exports.get("parquet").shape == "tables"
    assert imports.get("jsonl").suffix == exports.get("jsonl").suffix
    with pytest.raises(Invalid, match="jsonl"):
        exports.get("docx")


def test_settings_are_completed_and_checked() -> None:
    stance = exports.get("stance")
    assert stance.settings() == {"context": "article", "bom": "no"}
    assert stance.settings({"bom": "yes"}) == {"context": "article", "bom": "yes"}
    with pytest.raises(Invalid, match="no option 'colour'"):
        stance.settings({"colour": "red"})
    with pytest.raises(Invalid, match="Choose one of no, yes"):
        stance.settings({"bom": "maybe"})
    with pytest.raises(Invalid, match="It has no options"):
        exports.get("jsonl").settings({"bom": "yes"})


def test_knowing_the_formats_does_not_load_what_only_some_of_them_need() -> None:
    check = "import sys, exports; print([m for m in ('pyarrow', 'pandas') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_each_format_says_what_it_is_for() -> None:
    for entry in exports.FORMATS:
        assert entry.purpose.startswith("For "), entry.name
