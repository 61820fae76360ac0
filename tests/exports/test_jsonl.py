"""The native format: what is written is read back, and the same data give the same bytes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings

from annotate.errors import Invalid
from annotate.model import Actor, Claim, Person
from exports.formats.jsonl import Entries, line, preview
from exports.imports.jsonl import parse, read
from exports.records import CodebookRecord, ProjectRecord, Record, ordered
from tests.exports.samples import BARE, BOOK, LABEL_SET, LABELLED, MEI, PROJECT, RECORDS, TEXT
from tests.exports.strategies import records


@given(records())
@settings(max_examples=150, deadline=None)
def test_a_record_comes_back_equal_and_gives_the_same_bytes(record: Record) -> None:
    written = line(record)
    assert written.count(b"\n") == 1
    back = parse(written)
    assert back == ordered(record)
    assert line(back) == written


@given(records())
@settings(max_examples=50, deadline=None)
def test_the_order_in_which_parts_arrive_does_not_matter(record: Record) -> None:
    shuffled = replace(
        record,
        label_sets=tuple(
            replace(
                label_set,
                spans=tuple(reversed(label_set.spans)),
                statements=tuple(reversed(label_set.statements)),
                document_labels=dict(reversed(list(label_set.document_labels.items()))),
            )
            for label_set in reversed(record.label_sets)
        ),
        submissions=tuple(reversed(record.submissions)),
        actors={
            actor.id: replace(
                actor,
                aliases=tuple(reversed(actor.aliases)),
                external_ids=dict(reversed(list(actor.external_ids.items()))),
            )
            for actor in reversed(list(record.actors.values()))
        },
        claims=dict(reversed(list(record.claims.items()))),
        coders=dict(reversed(list(record.coders.items()))),
    )
    assert line(shuffled) == line(record)


def test_text_stands_unescaped() -> None:
    written = line(LABELLED).decode()
    assert "👨‍👩‍👧" in written
    assert "𠮷田" in written
    assert "\\u" not in written


def test_of_an_account_only_what_readers_need_leaves() -> None:
    person = Person(MEI.id, "mei", "Mei Chen", "person", "admin", True, "mei@example.org")
    written = line(replace(LABELLED, coders={person.id: person}))
    assert b"mei@example.org" not in written
    assert b"admin" not in written
    # The same bytes after an import has made an inactive external person of her.
    assert written == line(LABELLED)


def test_a_codebook_stored_with_other_spacing_gives_the_same_bytes() -> None:
    spaced = CodebookRecord(
        BOOK.number,
        orjson.dumps(orjson.loads(BOOK.content_json), option=orjson.OPT_INDENT_2).decode(),
        BOOK.note,
        BOOK.created_at,
    )
    project = ProjectRecord(PROJECT.project, (spaced,))
    assert line(replace(LABELLED, projects=(project,))) == line(LABELLED)


def test_a_lone_surrogate_is_refused_with_the_article_named() -> None:
    damaged = replace(BARE, article=replace(BARE.article, title="x\ud800"))
    with pytest.raises(Invalid, match=BARE.article.id):
        line(damaged)


def test_reading_a_file_tells_the_place_of_each_line(tmp_path: Path) -> None:
    path = tmp_path / "mixed.jsonl"
    good = [line(record) for record in RECORDS]
    path.write_bytes(b"\xef\xbb\xbf" + good[0] + b"\n" + b"{]\r\n" + good[1].rstrip(b"\n"))
    outcomes = list(read(path))
    assert [outcome.place for outcome in outcomes] == [
        "mixed.jsonl, line 1",
        "mixed.jsonl, line 3",
        "mixed.jsonl, line 4",
    ]
    assert outcomes[0].outcome == ordered(LABELLED)
    assert outcomes[2].outcome == BARE
    assert "mixed.jsonl, line 3: not JSON" in str(outcomes[1].outcome)
    assert outcomes[-1].position == path.stat().st_size


def test_a_line_too_long_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = line(BARE)
    monkeypatch.setattr("exports.imports.jsonl.MAX_LINE_BYTES", len(good))
    path = tmp_path / "long.jsonl"
    path.write_bytes(b"x" * (3 * len(good) + 1) + b"\n" + good)
    first, second = read(path)
    assert getattr(first.outcome, "reason", "") == "too_large"
    assert second.outcome == BARE
    assert second.position == path.stat().st_size


def test_a_missing_file_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        list(read(tmp_path / "absent.jsonl"))


def test_the_samples_hold_what_they_are_for() -> None:
    for span in LABEL_SET.spans:
        assert TEXT[span.start : span.end] == span.quote
    assert "\u200d" in TEXT
    assert "\u0301" in TEXT
    assert max(TEXT) > "\uffff"


def test_what_one_export_wrote_is_forgotten_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries are written once an export; nothing of them stays behind in the module."""
    written: list[Entries] = []
    of = Entries.of

    def noting(self: Entries, entry: Actor | Claim) -> orjson.Fragment:
        written.append(self)
        return of(self, entry)

    monkeypatch.setattr(Entries, "of", noting)
    for _ in range(2):
        preview([LABELLED, LABELLED], {}, 2)
    assert len({id(one) for one in written}) == 2


def test_an_entry_that_changed_within_an_export_is_written_as_it_is() -> None:
    (id_, actor), *_ = LABELLED.actors.items()
    other = replace(LABELLED, actors={**LABELLED.actors, id_: replace(actor, name="Other")})
    entries = Entries()
    for record in (LABELLED, other, LABELLED):
        assert line(record, entries) == line(record)


def test_canonical_order_keeps_every_part_of_a_record() -> None:
    assert {name: bool(getattr(ordered(LABELLED), name)) for name in Record.__slots__} == {
        name: bool(getattr(LABELLED, name)) for name in Record.__slots__
    }
