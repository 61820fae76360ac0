"""The labelling configuration: made of a codebook, and read back after an edit there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

import exports
from annotate.codebook import DEFAULT, Codebook, DocumentLabel, Value
from annotate.errors import Invalid
from exports.formats.labelstudio import configuration, instruction, read_configuration
from exports.records import CodebookRecord, ProjectRecord
from tests.exports.labelstudio_samples import BOOK, RECORD
from tests.exports.samples import BARE, PROJECT, uid
from tests.exports.strategies import texts

OLDER = replace(
    BOOK,
    stances=(*BOOK.stances, Value("mocking", "mocking", "嘲讽", "#123456", "9", 0.5)),
    document_labels=(DocumentLabel("genre", "Genre", "体裁", (Value("news", "news", "新闻"),)),),
)
values = st.builds(
    Value,
    st.from_regex(r"[a-z][a-z0-9_]{0,5}\Z"),
    texts,
    texts,
    st.sampled_from(["#0072b2", "#b4540a"]),
    st.sampled_from(["", "1", "2", "x", "!", ","]),
    st.none(),
    texts,
)
scales = st.lists(values, min_size=1, max_size=4, unique_by=lambda one: one.name).map(tuple)
books = st.builds(
    Codebook,
    working_language=st.just("en"),
    span_kinds=scales,
    stances=scales,
    certainties=scales,
    document_labels=st.lists(
        st.builds(DocumentLabel, st.sampled_from(["a", "b"]), texts, texts, scales, st.booleans()),
        max_size=2,
        unique_by=lambda one: one.name,
    ).map(tuple),
    shown=st.just(DEFAULT.shown),
    required=st.just(DEFAULT.required),
    guidelines=texts,
)


def attributes(xml: str, name: str) -> list[str]:
    return [node.get(name) for node in etree.fromstring(xml).iter() if node.get(name) is not None]


@given(books)
@settings(max_examples=60, deadline=None)
def test_any_codebook_makes_a_configuration_that_label_studio_takes(book: Codebook) -> None:
    from label_studio_sdk.label_interface import LabelInterface

    xml = configuration(book)
    LabelInterface(xml).validate()
    assert configuration(book) == xml
    hotkeys = attributes(xml, "hotkey")
    assert len(hotkeys) == len(set(hotkeys))
    root = etree.fromstring(xml)
    for control in root.iter("Labels", "Choices"):
        shown = [child.get("value") for child in control]
        assert len(shown) == len(set(shown))


def test_nothing_changed_there_changes_nothing_here() -> None:
    for book in (DEFAULT, BOOK):
        done = read_configuration(configuration(book, [OLDER]), book)
        assert (done.codebook, done.problems) == (book, [])


def test_values_of_earlier_versions_are_hidden_but_there() -> None:
    root = etree.fromstring(configuration(BOOK, [OLDER]))
    hidden = {node.get("alias") for node in root.iter() if node.get("visible") == "false"}
    assert hidden == {"mocking", "news"}
    assert (
        "hotkey" not in next(node for node in root.iter() if node.get("alias") == "mocking").attrib
    )


def test_a_dollar_sign_is_no_member_of_the_task() -> None:
    fields = [text for text in attributes(configuration(BOOK), "value") if re.search(r"\$\w", text)]
    assert sorted(fields) == ["$text", "$title"]


def test_guidelines_become_harmless_html() -> None:
    book = replace(BOOK, guidelines="# T\n\n<script>x</script> ![p](http://a/b.png) *e*")
    html = instruction(book)
    assert "<h1>T</h1>" in html
    assert "<em>e</em>" in html
    assert "<script" not in html
    assert "<img" not in html


def test_what_was_changed_there_is_read() -> None:
    xml = configuration(DEFAULT)
    before = 'value="support · 支持" alias="support" color="#00785a"'
    after = 'value="in favour · 赞成" alias="support" color="#00785A" hint="clearly"'
    xml = xml.replace(before, after)
    xml = xml.replace("</Labels>", '<Label value="Place"/></Labels>')
    xml = re.sub(r"\s*<Choice [^>]*alias=\"hedged\"[^>]*/>", "", xml)
    done = read_configuration(xml, DEFAULT)
    assert done.problems == []
    assert done.codebook.stances[0] == Value(
        "support", "in favour", "赞成", "#00785a", "1", 1.0, "clearly"
    )
    assert [one.name for one in done.codebook.span_kinds] == ["actor", "claim", "evidence", "place"]
    assert [one.name for one in done.codebook.certainties] == ["stated", "conditional"]
    assert done.codebook.required == DEFAULT.required


def _added(xml: str) -> Callable[[str], str]:
    return lambda config: config.replace("<Relations>", f"{xml}<Relations>")


@pytest.mark.parametrize(
    ("reason", "control", "change"),
    [
        ("control", "mood", _added('<Rating name="mood" toName="text"/>')),
        ("label", "label", lambda xml: xml.replace("</Labels>", '<Label value="地点"/></Labels>')),
        (
            "attribute",
            "label",
            lambda xml: xml.replace('alias="actor"', 'alias="actor" maxUsages="2"'),
        ),
        ("number", "stance", lambda xml: xml.replace('alias="neutral"', 'alias="torn"')),
        ("missing", "claim", lambda xml: xml.replace('name="claim"', 'name="wording"')),
        ("xml", "", lambda xml: xml[:-20]),
    ],
)
def test_what_a_codebook_cannot_say_is_told(
    reason: str, control: str, change: Callable[[str], str]
) -> None:
    done = read_configuration(change(configuration(DEFAULT)), DEFAULT)
    assert (control, reason) in [(place, one.reason) for place, one in done.problems]


def test_the_file_holds_every_version_that_was_used(tmp_path: Path) -> None:
    entry = RECORD.projects[0]
    newer = CodebookRecord(
        2, replace(BOOK, document_labels=()).to_json(), "", PROJECT.project.created_at
    )
    changed = ProjectRecord(replace(entry.project, codebook_version=2), (*entry.codebooks, newer))
    exports.export([replace(RECORD, projects=(changed,))], "labelstudio-config", tmp_path / "c.xml")
    assert 'alias="relevant" visible="false"' in (tmp_path / "c.xml").read_text("utf-8")
    first = exports.preview([RECORD], "labelstudio-config", 2)
    assert first.lines[0] == "<View>"


def test_one_configuration_is_of_one_project(tmp_path: Path) -> None:
    other = replace(PROJECT, project=replace(PROJECT.project, id=uid(0x11)))
    several = replace(RECORD, projects=(*RECORD.projects, other))
    with pytest.raises(Invalid, match="several projects"):
        exports.export([several], "labelstudio-config", tmp_path / "c.xml")
    with pytest.raises(Invalid, match="no codebook"):
        exports.export([BARE], "labelstudio-config", tmp_path / "c.xml")
    assert list(tmp_path.iterdir()) == []
