"""The registries as tables: what goes out comes back the same; bad rows are named by line."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate import history, projects, registries
from annotate.errors import Invalid
from annotate.model import Alias
from annotate.registries import CsvResult, Draft, cells
from annotate.registries.fields import checked
from tests.registries.tables import dump, people_registry
from tests.world import World

TEXTS = st.text(
    st.one_of(st.sampled_from("=+-@'|:\\/,;\"\n\t 南屿a"), st.characters(codec="utf-8")),
    max_size=12,
)
ALIASES = st.builds(
    Alias, TEXTS, st.sampled_from(["", "en", "zh-Hans"]),
    st.sampled_from(["alias", "translation", "term"]),
)  # fmt: skip
DRAFTS = st.builds(
    Draft, TEXTS, TEXTS, st.sampled_from(["en", "ko"]), st.lists(ALIASES, max_size=3).map(tuple),
    st.dictionaries(st.sampled_from(["viaf", "gnd"]), TEXTS, max_size=2), TEXTS,
)  # fmt: skip


@given(kind=st.sampled_from(registries.KINDS), drafts=st.lists(DRAFTS, max_size=4))
def test_a_table_gives_back_what_was_written(kind: registries.Kind, drafts: list[Draft]) -> None:
    rows = []
    for n, draft in enumerate(drafts):
        try:
            rows.append((f"{n}", checked(kind, draft)))
        except Invalid:
            continue
    found = []
    for _, row in cells.read(kind, cells.written(kind, rows)):
        assert not isinstance(row, Invalid), row
        found.append((row["id"], checked(kind, cells.drafted(row, Draft("")))))
    assert found == rows


@given(drafts=st.lists(DRAFTS, max_size=4))
def test_no_cell_begins_as_a_formula(drafts: list[Draft]) -> None:
    data = cells.written("claim", [("1", draft) for draft in drafts]).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(data, newline="")):
        assert all(cell[:1] not in tuple("=+-@\t\r") or not cell for cell in row)


def read(world: World, text: str | bytes, kind: registries.Kind = "actor") -> CsvResult:
    data = text.encode() if isinstance(text, str) else text
    editor = world.people["editor"]
    return registries.read_csv(world.store, editor, world.project.id, kind, data)


def test_the_registry_goes_out_and_back_unchanged(world: World) -> None:
    people_registry(world, 3, 3)
    before = dump(world.store)
    for kind in registries.KINDS:
        editor, project = world.people["editor"], world.project.id
        result = read(world, registries.write_csv(world.store, editor, project, kind), kind)
        assert result == CsvResult(0, 0, 3, ())
    assert dump(world.store) == before


def test_rows_add_and_change_and_bad_ones_are_listed(world: World) -> None:
    store, editor, project = world.store, world.people["editor"], world.project.id
    (a, b, c), _ = people_registry(world, 3, 0)
    registries.merge(store, editor, project, "actor", b, [c])
    before = dump(store)
    text = (
        "\ufeffname,ID,wikidata,aliases\r\n"
        f"Renamed,{a},q42,en/translation:Anew|甲\r\n"
        "行动者1,,,\r\n"
        ",,,\r\n"
        "New,,Q7,\r\n"
        "New,,Q8,\r\n"
        "Wrong,,nonsense,\r\n"
        f"Gone,{c},,\r\n"
        "Odd,not-an-id,,\r\n"
        '"two\r\nlines",,,\r\n'
        "x,,,nope!:y\r\n"
        "too,many,cells,in,this\r\n"
        f"行动者9,{a},,\r\n"
        ",,Q9,\r\n"
    )
    planned = registries.read_csv(store, editor, project, "actor", text.encode(), dry_run=True)
    assert dump(store) == before and planned.change_id == ""
    result = read(world, text)
    assert (result.added, result.changed, result.unchanged) == (2, 2, 0)
    assert (planned.added, planned.changed) == (2, 2)
    told = {problem.line: problem.error.message for problem in result.problems}
    assert told == {
        6: "The row means the same entry as line 5",
        7: "'nonsense' is no Wikidata id",
        8: f"The entry {c} is no longer in the registry",
        9: "'not-an-id' is no id of an entry",
        12: "'nope!' before an alias is no language",
        13: "The row has 5 cells; there are 4 columns",
        14: "The row means the same entry as line 2",
        15: "Give the actor a name",
    }
    entry = registries.entry(store, editor, project, "actor", a)
    assert entry.draft == Draft(
        "Renamed", "person", "", (Alias("Anew", "en", "translation"), Alias("甲")),
        {"viaf": "0", "wikidata": "Q42"}, "注0",
    )  # fmt: skip
    assert read(world, text).changed == 0
    registries.undo(store, editor, project, result.change_id)
    assert dump(store) == before


def test_a_table_without_ids_is_taken_once(world: World) -> None:
    text = "text;topic\nNanyu should join;security\n=1+1;\n"
    assert read(world, text, "claim").added == 2
    again = read(world, text, "claim")
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "must name the columns"),
        (b"kind,note\nperson,x\n", "must name the columns"),
        (b"name,name\na,b\n", "must name the columns"),
        (b"name,password\na,b\n", "must name the columns"),
        ("name\n金\n".encode("gb18030"), "not UTF-8"),
        (b"name\n" + b"x" * 32_000_000, "32000000 are the most"),
    ],
)
def test_a_file_that_is_no_table_is_refused(world: World, data: bytes, told: str) -> None:
    with pytest.raises(Invalid, match=told):
        read(world, data)


def test_a_row_that_breaks_the_format_is_named(world: World) -> None:
    result = read(world, 'name,note\nfirst,\n"unclosed,x\n')
    assert (result.added, [problem.line for problem in result.problems]) == (1, [3])
    huge = read(world, f"name,note\nsecond,\nthird,{'x' * 1_000_001}\nfourth,\n")
    assert (huge.added, [problem.line for problem in huge.problems]) == (2, [3])


@pytest.mark.parametrize("odd", ["{0}", "urn:uuid:{0}", "{{{0}}}"])
def test_an_id_written_oddly_takes_no_entry_of_another_project(world: World, odd: str) -> None:
    """Without its hyphens the id was not found, and its row took the entry over as a new one."""
    store, editor = world.store, world.people["editor"]
    (a, b), (claim,) = people_registry(world, 2, 1)
    registries.merge(store, editor, world.project.id, "actor", a, [b])
    elsewhere = projects.create(store, editor, "Elsewhere").id
    before = dump(store)
    table = f"id,text\n{odd.format(claim.replace('-', ''))},Taken\n".encode()
    result = registries.read_csv(store, editor, elsewhere, "claim", table)
    assert [one.error.message for one in result.problems] == [
        f"The entry {claim} belongs to another project"
    ]
    merged = read(world, f"id,name\n{odd.format(b.replace('-', ''))},Back again\n")
    assert "no longer in the registry" in merged.problems[0].error.message
    assert dump(store) == before


def test_a_table_that_is_only_tried_keeps_nobody_from_writing(world: World) -> None:
    people_registry(world, 1, 0)
    with world.store.snapshot():
        planned = registries.read_csv(
            world.store, world.people["editor"], world.project.id, "actor", b"name\nNew\n",
            dry_run=True,
        )  # fmt: skip
    assert planned.added == 1


def test_a_table_that_is_only_tried_says_what_it_would_change(world: World) -> None:
    store, editor, project = world.store, world.people["editor"], world.project.id
    (a, b), _ = people_registry(world, 2, 0)
    text = (
        "id,name,aliases,kind\n"
        f"{a},行动者0,,person\n"
        f"{b},行动者1,Actor 1|甲1,government\n"
        ",行動者1,,dinosaur\n"
        ",南屿,,dinosaur\n"
        ",Third,南嶼|Neu,place\n"
    )
    plan = registries.read_csv(store, editor, project, "actor", text.encode(), dry_run=True)
    emptied, _, known, first, third = plan.changes
    assert [one.line for one in plan.changes] == [2, 3, 4, 5, 6]
    [field] = history.of_drafts("actor", emptied.before or Draft(""), emptied.after)
    assert (field.field, field.before, field.after) == ("aliases", ("Actor 0 (en)", "甲0"), ())
    assert known.before is None and known.taken == (("行動者1", "行动者1"),)
    assert (first.taken, third.taken) == ((("南屿", "Third"),), (("南嶼", "南屿"),))
    assert emptied.taken == ()
    assert plan.new_groups == (("dinosaur", 2),)
