"""Label Studio's tasks and annotations: there and back, edited there, and what is wrong there."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.errors import Invalid
from annotate.model import LabelSet
from exports.formats.labelstudio import ReadSet, annotation, configuration, read_task, tasks
from exports.formats.labelstudio.files import write
from exports.formats.labelstudio.regions import MAX_REGIONS
from exports.records import Record, codebook_of, ordered
from tests.exports.labelstudio_samples import (
    ALL_ACTORS,
    BOOK,
    EMPTY,
    GOLD,
    GOLDEN,
    PRELABEL,
    RECORD,
    RICH,
    TEXT,
    files,
    source,
    task,
)
from tests.exports.samples import BARE, CLAIMS, LABELLED, uid
from tests.exports.strategies import NASTY, records

Task = dict[str, Any]
AT_EVIDENCE = (TEXT.index("东屿的态度"), TEXT.index("，𠮷田"))


def whole(label_set: LabelSet) -> LabelSet:
    return ordered(Record(RECORD.article, label_sets=(label_set,))).label_sets[0]


def result_of(made: Task) -> list[Task]:
    found: list[Task] = made["annotations"][0]["result"]
    return found


def item(made: Task, number: int, control: str = "label") -> Task:
    return next(
        one
        for one in result_of(made)
        if one.get("id") == uid(number) and one["from_name"] == control
    )


def without(made: Task, drop: Callable[[Task], bool]) -> None:
    made["annotations"][0]["result"] = [one for one in result_of(made) if not drop(one)]


def rich(made: Task) -> ReadSet:
    return next(one for one in read_task(made, source()).sets if one.label_set.id == RICH.id)


def by_hand(made: Task, id_: str, label: str, place: tuple[int, int], **values: Any) -> None:
    """What the editor writes of a region that somebody made and filled in."""
    value = {"start": place[0], "end": place[1], "text": TEXT[place[0] : place[1]]}
    head = {"id": id_, "to_name": "text", "origin": "manual"}
    result = result_of(made)
    result.append(
        {**head, "from_name": "label", "type": "labels", "value": {**value, "labels": [label]}}
    )
    for control, given_ in values.items():
        kind, key = ("choices",) * 2 if control in ("stance", "certainty") else ("textarea", "text")
        result.append({**head, "from_name": control, "type": kind, "value": {**value, key: given_}})


def as_the_editor_saves(made: Task) -> Task:
    """A result as Label Studio's editor writes it anew, nothing changed by its user."""
    made = copy.deepcopy(made)
    for one in made["annotations"]:
        metas = {i["id"]: i["meta"] for i in one["result"] if "meta" in i and "id" in i}
        for number, entry in enumerate(one["result"]):
            if entry["type"] == "relation":
                continue
            entry.setdefault("id", f"made{number}")
            entry["origin"] = "manual"
            if entry["id"] in metas:
                entry["meta"] = metas[entry["id"]]
            if entry["type"] == "labels":
                entry["value"]["text"] = entry["value"]["text"].replace("\n", "\\n")
            elif "start" in entry["value"] and entry["type"] == "choices":
                entry["value"]["text"] = "…"
        one["result"].reverse()
        one |= {"id": 7, "completed_by": 1, "was_cancelled": False, "lead_time": 3.5}
    return made


@pytest.mark.parametrize("name", sorted(files()))
def test_a_golden_file_is_what_is_written(name: str) -> None:
    assert (GOLDEN / name).read_text("utf-8") == files()[name]


def test_every_label_set_comes_back_equal() -> None:
    back = read_task(task(), source())
    assert back.problems == []
    assert [one.label_set for one in back.sets] == [whole(o) for o in (RICH, GOLD, PRELABEL, EMPTY)]
    assert not any(one.new or one.held or one.extras for one in back.sets)
    assert (back.actors, back.claims) == ({}, {})


def modelled(record: Record) -> Record:
    """The same with every other analyst's label set a model's."""
    made = [
        replace(one, kind="model", coder_id=uid(0x41)) if n % 2 and one.kind == "analyst" else one
        for n, one in enumerate(record.label_sets)
    ]
    return replace(record, label_sets=tuple(made))


@given(records().map(modelled))
@settings(max_examples=150, deadline=None)
def test_any_label_set_comes_back_equal(record: Record) -> None:
    made = task(record)
    back = read_task(made, source(record))
    expected = {one.id: one for one in ordered(record).label_sets}
    assert back.problems == []
    assert {one.label_set.id: one.label_set for one in back.sets} == expected
    again = read_task(as_the_editor_saves(made), source(record))
    assert {one.label_set.id: one.label_set for one in again.sets} == expected


def test_one_statement_each_even_over_the_same_words() -> None:
    regions = [
        (one["id"], one["value"]["start"], one["value"]["end"])
        for one in result_of(task())
        if one.get("value", {}).get("labels") == ["STATEMENT"]
    ]
    assert regions == [
        (uid(0x110), *AT_EVIDENCE),
        (uid(0x111), *AT_EVIDENCE),
        (uid(0x112), 0, len(TEXT)),
    ]


def test_two_regions_have_one_relation() -> None:
    span = RICH.spans[1]
    both = replace(RICH.statements[0], speaker_id=span.actor_id, evidence=(span.id,))
    made = task(replace(RECORD, label_sets=(replace(RICH, statements=(both,)),)))
    ends = [(o["from_id"], o["to_id"]) for o in result_of(made) if o["type"] == "relation"]
    assert len(ends) == len(set(ends))
    assert [o["labels"] for o in result_of(made) if o.get("to_id") == span.id] == [
        ["speaker", "holder", "evidence"]
    ]


def test_no_address_leaves() -> None:
    assert "example.org" not in json.dumps(task())


def test_label_studios_own_reader_accepts_what_is_written() -> None:
    from label_studio_sdk.label_interface import LabelInterface

    interface = LabelInterface(configuration(BOOK))
    interface.validate()
    made = task()
    for one in (*made["annotations"], *made["predictions"]):
        assert interface.validate_prediction(one, return_errors=True) == []
    assert not interface.validate_annotation({"result": [{**result_of(made)[0], "type": "brush"}]})


@given(records())
@settings(max_examples=20, deadline=None)
def test_label_studios_own_reader_accepts_any_label_set(record: Record) -> None:
    from label_studio_sdk.label_interface import LabelInterface

    interface = LabelInterface(configuration(codebook_of(record.projects[0], 1)))
    for one in task(record)["annotations"]:
        assert interface.validate_prediction(one, return_errors=True) == []


def test_a_statement_made_there_is_a_statement() -> None:
    made = task()
    who, place = (
        (TEXT.index("渔民"), TEXT.index("不信")),
        (TEXT.index("不信"), TEXT.index("。", 50)),
    )
    by_hand(made, "aB3", "actor", who)
    by_hand(
        made, "x9", "STATEMENT", place, stance=["oppose"], claim=["A claim of theirs"],
        reported_by=["晨报", "A new paper"], note=["one", "two"],
    )  # fmt: skip
    result_of(made).append(
        {"type": "relation", "from_id": "aB3", "to_id": "x9", "direction": "right",
         "labels": ["speaker"]}
    )  # fmt: skip
    back = read_task(made, source())
    assert back.problems == []
    mine = back.sets[0].label_set
    statement = next(one for one in mine.statements if one.stance == "oppose")
    spans = {one.id: one for one in mine.spans}
    assert [spans[id_].quote for id_ in statement.evidence] == ["不信"]
    assert statement.note == "one\ntwo"
    assert back.claims[statement.claim_id].text == "A claim of theirs"
    assert statement.speaker_id is not None
    assert back.actors[statement.speaker_id].name == "渔民"
    assert statement.reported_by[0] == uid(0x22)
    assert back.actors[statement.reported_by[1]].name == "A new paper"
    assert read_task(made, source()).sets == back.sets
    # Pushed and pulled again, with the entries in the registry, it is the same.
    record = replace(
        RECORD,
        label_sets=(mine,),
        actors={**ALL_ACTORS, **back.actors},
        claims={**CLAIMS, **back.claims},
    )
    again = read_task(task(record), source(record))
    assert [one.label_set for one in again.sets] == [mine]
    assert (again.problems, again.actors, again.claims) == ([], {}, {})


def test_an_annotation_made_there_is_a_new_label_set() -> None:
    made = task()
    mine: Task = {
        "id": 12,
        "unique_id": "f00",
        "completed_by": 3,
        "created_at": "2026-11-23T01:02:03Z",
    }
    made["annotations"].insert(0, {**mine, "result": []})
    by_hand(
        made, "x9", "STATEMENT", (0, len(TEXT)), stance=["oppose"], claim=[CLAIMS[uid(0x31)].text]
    )
    back = read_task(made, source())
    new = back.sets[0]
    assert new.new
    assert (new.label_set.kind, new.label_set.coder_id) == ("analyst", None)
    assert new.label_set.created_at == "2026-11-23T01:02:03Z"
    assert [(one.claim_id, one.evidence) for one in new.label_set.statements] == [(uid(0x31), ())]
    assert new.ids["x9"] == new.label_set.statements[0].id != "x9"
    assert [one.new for one in back.sets[1:]] == [False] * 4


@pytest.mark.parametrize("copy_first", [True, False])
def test_a_copied_annotation_is_another_label_set(copy_first: bool) -> None:
    made = task()
    twin = {**copy.deepcopy(made["annotations"][0]), "unique_id": "another"}
    made["annotations"].insert(0 if copy_first else 1, twin)
    sets = read_task(made, source()).sets[:2]
    original, double = reversed(sets) if copy_first else sets
    assert original.label_set == whole(RICH)
    assert double.new
    ids = {one.id for one in (*RICH.spans, *RICH.statements)}
    assert not ids & {one.id for one in (*double.label_set.spans, *double.label_set.statements)}
    assert len(double.label_set.spans) == len(RICH.spans)
    assert [one.speaker_id for one in double.label_set.statements].count(uid(0x20)) == 1


def test_an_annotation_that_lost_its_id_is_known_by_its_regions() -> None:
    made = task()
    for one in made["annotations"]:
        one |= {"unique_id": None, "ground_truth": True}
    sets = read_task(made, source()).sets
    assert [one.label_set for one in sets[:2]] == [whole(RICH), whole(GOLD)]
    assert sets[0].extras == {"annotation": {"ground_truth": True}}


def test_what_is_known_here_outdoes_what_the_task_says() -> None:
    made = task()
    made["meta"]["claimdesk"]["label_sets"][0] |= {"kind": "gold", "status": "accepted"}
    for one in result_of(made):
        one.pop("meta", None)
    back = read_task(made, source(RECORD, **{RICH.id: RICH}))
    mine = back.sets[0].label_set
    assert (mine.kind, mine.status, mine.coder_id) == (RICH.kind, RICH.status, RICH.coder_id)
    assert [one.id for one in mine.statements] == [one.id for one in RICH.statements]


def test_changes_made_there_are_read() -> None:
    made = task()
    item(made, 0x110, "stance")["value"]["choices"] = ["oppose"]
    item(made, 0x101, "actor")["value"]["text"] = ["Dongyu"]
    without(made, lambda one: one.get("from_id") == uid(0x110) and one["to_id"] == uid(0x104))
    without(made, lambda one: one.get("id") == uid(0x110) and one["from_name"] == "venue")
    item(made, 0x112)["value"] |= {"start": 39, "end": 41, "text": TEXT[39:41]}
    mine = rich(made).label_set
    first, _, third = mine.statements
    assert (first.stance, first.venue, first.evidence) == ("oppose", "", (uid(0x103),))
    # The mention is somebody else's now, and so is what its words say.
    assert first.speaker_id == uid(0x21)
    assert [one.quote for one in mine.spans if one.id in third.evidence] == [TEXT[39:41]]


def test_what_has_no_place_here_travels_back() -> None:
    made = as_the_editor_saves(task())
    one = made["annotations"][0]
    one["tags"] = {"x": 1}
    strange = [
        {"id": "n1", "from_name": "topic", "to_name": "text", "type": "taxonomy",
         "value": {"taxonomy": [["politics", "diplomacy"]]}},
        {"id": uid(0x101), "from_name": "sure", "to_name": "text", "type": "rating",
         "value": {"start": 4, "end": 7, "rating": 3}},
        {"type": "relation", "from_id": uid(0x101), "to_id": uid(0x102), "direction": "bi"},
    ]  # fmt: skip
    one["result"] += strange
    item(made, 0x103)["meta"] = {**item(made, 0x103)["meta"], "text": ["look again"]}
    item(made, 0x103)["score"] = 0.5
    relation = next(o for o in result_of(made) if o.get("to_id") == uid(0x104))
    relation["labels"].append("weakly")
    read = rich(made)
    assert read.label_set == whole(RICH)
    stored = json.loads(json.dumps(read.extras))
    written = annotation(read.label_set, RECORD.article, ALL_ACTORS, CLAIMS, stored)
    assert all(entry in written["result"] for entry in strange)
    assert (written["tags"], written["lead_time"]) == ({"x": 1}, 3.5)
    again = {"annotations": [written]}
    assert item(again, 0x103)["meta"] == item(made, 0x103)["meta"]
    assert item(again, 0x103)["score"] == 0.5
    assert next(o for o in written["result"] if o.get("to_id") == uid(0x104)) == relation
    made["annotations"][0] = {**written, "id": 7}
    assert rich(made).extras == read.extras


def _region(**changes: Any) -> Callable[[Task], None]:
    def change(made: Task) -> None:
        item(made, 0x104)["value"].update(changes)

    return change


def _statement(control: str, **changes: Any) -> Callable[[Task], None]:
    def change(made: Task) -> None:
        item(made, 0x110, control)["value"].update(changes)

    return change


def _dropped(control: str) -> Callable[[Task], None]:
    return lambda made: without(
        made, lambda one: one.get("id") == uid(0x110) and one["from_name"] == control
    )


def _added(**more: Any) -> Callable[[Task], None]:
    return lambda made: result_of(made).append(more)


def _twice(made: Task) -> None:
    result_of(made).append(copy.deepcopy(item(made, 0x104)))


def _two_speakers(made: Task) -> None:
    by_hand(made, "y", "actor", (4, 7), actor=["𠮷田"])
    _added(type="relation", from_id=uid(0x110), to_id="y", direction="right", labels=["speaker"])(
        made
    )


SPAN, STATEMENT = uid(0x104), uid(0x110)
NOWHERE = {"type": "relation", "from_id": STATEMENT, "to_id": "gone", "labels": ["evidence"]}
DOCUMENT = {"from_name": "document_relevance", "to_name": "text", "type": "choices"}
WRONG: list[tuple[str, str, Callable[[Task], None], set[str]]] = [
    ("past the end", "offsets", _region(end=len(TEXT) + 1), {SPAN, STATEMENT}),
    ("backwards", "offsets", _region(start=20, end=19), {SPAN, STATEMENT}),
    ("no number", "offsets", _region(start="3"), {SPAN, STATEMENT}),
    ("other words", "quote", _region(text="别的"), {SPAN, STATEMENT}),
    ("unknown label", "label", _region(labels=["PERSON"]), {SPAN, STATEMENT}),
    ("two labels", "label", _region(labels=["actor", "evidence"]), {SPAN, STATEMENT}),
    ("the same region twice", "twice", _twice, {SPAN, STATEMENT}),
    ("relation to nowhere", "relation", _added(**NOWHERE), {STATEMENT}),
    ("no stance", "stance", _dropped("stance"), {STATEMENT}),
    ("unknown stance", "choice", _statement("stance", choices=["maybe"]), {STATEMENT}),
    ("two stances", "choice", _statement("stance", choices=["support", "oppose"]), {STATEMENT}),
    ("unknown certainty", "choice", _statement("certainty", choices=["?"]), {STATEMENT}),
    ("no claim", "claim", _dropped("claim"), {STATEMENT}),
    ("blank claim", "name", _statement("claim", text=[" "]), {STATEMENT}),
    ("no date", "date", _statement("statement_date", text=["2024-13"]), {STATEMENT}),
    ("no text", "words", _statement("venue", text=[3]), {STATEMENT}),
    ("two venues", "several", _statement("venue", text=["a", "b"]), {STATEMENT}),
    ("two speakers", "several", _two_speakers, {STATEMENT}),
    ("unknown value", "choice", _added(**DOCUMENT, value={"choices": ["x"]}), {"relevance"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "change", "held"), [one[1:] for one in WRONG], ids=[one[0] for one in WRONG]
)
def test_what_is_wrong_is_told_and_held_back(
    reason: str, change: Callable[[Task], None], held: set[str]
) -> None:
    made = task()
    made["id"], made["annotations"][0]["id"] = 3, 4
    change(made)
    back = read_task(made, source())
    first = back.problems[0]
    assert (first.task, first.annotation, first.problem.reason) == (3, 4, reason)
    assert first.region in result_ids(made) | {"document_relevance"}
    read = rich(made)
    assert read.held == held
    mine = read.label_set
    ids = {one.id for one in (*mine.spans, *mine.statements)} | set(mine.document_labels)
    assert not ids & held
    rest = {one.id for one in (*RICH.spans, *RICH.statements)} | {"relevance"}
    assert rest - held <= ids
    assert str(first.problem)
    # Pushed as it is, nothing of what is held is lost: the same is wrong at the next reading.
    there = [one for one in result_of(made) if one.get("id") in held]
    stored = json.loads(json.dumps(read.extras))
    written = annotation(mine, RECORD.article, ALL_ACTORS, CLAIMS, stored)
    assert all(one in written["result"] for one in there)
    kept = annotation(whole(RICH), RECORD.article, ALL_ACTORS, CLAIMS, stored)
    assert [one for one in kept["result"] if one.get("id") in held] == there
    made["annotations"][0] = {**written, "id": 4}
    again = read_task(made, source())
    assert [(one.region, one.problem.reason) for one in again.problems] == [
        (one.region, one.problem.reason) for one in back.problems
    ]
    assert (rich(made).label_set, rich(made).held) == (mine, held)


def result_ids(made: Task) -> set[str]:
    return {one["id"] for one in result_of(made) if "id" in one}


def test_too_many_regions_are_not_read() -> None:
    made = task()
    for number in range(MAX_REGIONS):
        by_hand(made, f"r{number}", "evidence", (0, 1))
    back = read_task(made, source())
    assert [one.problem.reason for one in back.problems] == ["too_many"]
    assert not back.sets[0].label_set.spans
    assert {one.id for one in RICH.spans} <= back.sets[0].held
    assert len(back.sets[0].extras["held"]) == len(result_of(made)) - 1
    assert not back.sets[0].whole


@pytest.mark.parametrize(
    ("result", "reason"),
    [({}, "result"), ([3], "item"), ([{"from_name": "label", "type": "labels"}], "region")],
)
def test_what_cannot_even_be_named_leaves_nothing_deleted(result: Any, reason: str) -> None:
    made = task()
    made["annotations"][0]["result"] = result
    back = read_task(made, source())
    assert [one.problem.reason for one in back.problems] == [reason]
    assert not back.sets[0].whole


def test_a_relation_without_a_role_is_told_and_kept() -> None:
    made = task()
    without(made, lambda one: one.get("from_id") == uid(0x111) and one["to_id"] == uid(0x106))
    bare = {"type": "relation", "from_id": uid(0x111), "to_id": uid(0x106), "direction": "right"}
    result_of(made).append(bare)
    back = read_task(made, source())
    assert [(one.region, one.problem.reason) for one in back.problems] == [(uid(0x111), "role")]
    assert back.sets[0].extras["items"] == [bare]


def test_an_ambiguous_name_is_told() -> None:
    made = task()
    item(made, 0x112, "speaker")["value"]["text"] = ["Lin"]
    namesakes = {
        id_: replace(ALL_ACTORS[uid(0x20)], id=id_, name=name, aliases=(alias,))
        for id_, name in (("n1", "林一"), ("n2", "林二"))
        for alias in (replace(ALL_ACTORS[uid(0x20)].aliases[0], text="LIN"),)
    }
    back = read_task(made, source(replace(RECORD, actors={**ALL_ACTORS, **namesakes})))
    assert [one.problem.reason for one in back.problems] == ["ambiguous"]


@pytest.mark.parametrize("chain", [(0x22, 0x24), (0x24, 0x22)])
def test_namesakes_in_one_role_stay_apart(chain: tuple[int, int]) -> None:
    """One of them goes by a mention and the other by a name, which both have."""
    namesakes = {id_: replace(one, name="晨报") for id_, one in ALL_ACTORS.items()}
    first, *others = RICH.statements
    relayed = replace(first, reported_by=tuple(uid(one) for one in chain))
    mine = replace(RICH, statements=(relayed, *others))
    record = replace(RECORD, actors=namesakes, label_sets=(mine,))
    (found,) = read_task(task(record), source(record)).sets
    assert found.label_set == whole(mine)


def test_a_merged_actor_is_its_successor() -> None:
    merged = {**ALL_ACTORS, uid(0x20): ALL_ACTORS[uid(0x24)]}
    mine = read_task(task(), source(replace(RECORD, actors=merged))).sets[0].label_set
    assert uid(0x24) in {one.speaker_id for one in mine.statements}
    assert uid(0x20) not in {one.speaker_id for one in mine.statements}


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("task", None),
        ("version", {"format": "claimdesk-labelstudio/9"}),
        ("project", {"project_id": uid(0x99)}),
        ("article", {"article_id": uid(0x99)}),
        ("text", {"text": TEXT + "!"}),
    ],
)
def test_a_task_of_somewhere_else_is_not_read(reason: str, changes: Task | None) -> None:
    made = task()
    made["data"] = {"text": TEXT} if changes is None else {**made["data"], **changes}
    back = read_task(made, source())
    assert [one.problem.reason for one in back.problems] == [reason]
    assert back.sets == []


def test_skipped_annotations_and_drafts_are_told() -> None:
    made = task()
    made["annotations"][0]["was_cancelled"] = True
    made["drafts"] = [{"id": 1, "result": []}]
    back = read_task(made, source())
    assert [one.problem.reason for one in back.problems] == ["skipped", "draft"]
    assert RICH.id not in {one.label_set.id for one in back.sets}


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict | list):
        inside = value.items() if isinstance(value, dict) else enumerate(value)
        for key, one in inside:
            yield from _places(one, (*path, key))


PLACES = [path for path in _places(task()) if path]
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-1, 60)
    | st.floats(allow_nan=False)
    | st.sampled_from([*NASTY, "", uid(0x101), uid(0x110), "STATEMENT", "evidence", "a\tb"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.lists(st.tuples(st.sampled_from(PLACES), json_values), min_size=1, max_size=6))
@settings(max_examples=300, deadline=None)
def test_nothing_that_stands_in_a_task_is_an_error(changes: list[tuple[Any, Any]]) -> None:
    made: Any = task()
    for path, value in changes:
        here = made
        try:
            for key in path[:-1]:
                here = here[key]
            here[path[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue
    back = read_task(made, source())
    entries = {**ALL_ACTORS, **back.actors}, {**CLAIMS, **back.claims}
    record = replace(RECORD, actors=entries[0], claims=entries[1])
    for one in back.sets:
        mine = one.label_set
        # Pushed and pulled, it is the same: nothing is lost, nothing comes twice.
        pushed = annotation(mine, RECORD.article, *entries, json.loads(json.dumps(one.extras)))
        data = {"data": task()["data"], "annotations": [json.loads(json.dumps(pushed))]}
        again = read_task(data, source(record, **{mine.id: mine})).sets
        assert [(two.label_set, two.held) for two in again] == [(mine, one.held)]
        spans = {span.id for span in mine.spans}
        assert all(span.quote == TEXT[span.start : span.end] != "" for span in mine.spans)
        assert all(set(statement.evidence) <= spans for statement in mine.statements)
        json.dumps(one.extras)


def test_the_file_is_one_array_written_as_it_is_read() -> None:
    written: list[bytes] = []

    class Kept:
        def write(self, data: bytes | memoryview, /) -> int:
            written.append(bytes(data))
            return len(data)

    write(iter([LABELLED, BARE]), lambda _: Kept(), {})
    made = json.loads(b"".join(written))
    assert made == [json.loads(json.dumps(one)) for r in (LABELLED, BARE) for one in tasks(r)]
    assert "annotations" not in made[1]
    written.clear()
    write(iter(()), lambda _: Kept(), {})
    assert json.loads(b"".join(written)) == []
    damaged = replace(BARE, article=replace(BARE.article, title="x\ud800"))
    with pytest.raises(Invalid, match=BARE.article.id):
        write([damaged], lambda _: Kept(), {})
