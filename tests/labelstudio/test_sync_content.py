"""Everything that a label set can hold, on its way there and back; and the configuration."""

from __future__ import annotations

import random
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from annotate import codebook, projects, versions
from annotate.codebook import DocumentLabel, Value
from annotate.labelstudio.configuring import edited_there, put_back, take_in
from annotate.labelstudio.merge import merge
from annotate.labelstudio.plans import emptied, first_send
from annotate.labelstudio.session import Session
from annotate.registries import merge as merge_entries
from tests.labelstudio.linked import Linked, decide_all, linked, note, once, region, stance
from tests.labelstudio.server import LabelStudio
from tests.world import World, op, send, span, statement


@pytest.fixture
def two(world: World, labelstudio: LabelStudio) -> Linked:
    """Two sides that agree, with one submitted label set."""
    made = linked(world, labelstudio)
    made.sync()
    return made


def test_gold_and_pre_labels_travel(two: Linked) -> None:
    world = two.world
    with world.store.write(world.operator.id) as tx:
        model = world.store.people.add(tx, "suggester-2", kind="model", role="viewer")
    two.copied("gold", None, "accepted")
    two.copied("model", model.id, "draft")
    assert two.sync() == {"label_set.create_there": 2}
    task = two.task()
    assert [one["ground_truth"] for one in task["annotations"]] == [False, True]
    assert [one["model_version"] for one in task["predictions"]] == ["suggester-2"]
    two.settled()
    assert two.reasons() == []
    assert len(two.label_sets()) == 3
    # A prediction by nobody who is known here.
    two.there.call(
        "POST", "/api/predictions/", {"task": task["id"], "result": [], "model_version": "x"}
    )
    two.sync()
    assert two.reasons() == ["model"]


def test_document_labels_and_findings_of_nothing_travel(
    world: World, labelstudio: LabelStudio
) -> None:
    editor = world.people["editor"]
    label = DocumentLabel(
        "topic", en="Topic", zh="主题", multiple=True,
        values=(Value("trade", "Trade", "贸易"), Value("security", "Security", "安全")),
    )  # fmt: skip
    book = replace(codebook.DEFAULT, document_labels=(label,), required=())
    versions.save(world.store, editor, world.project.id, book, "New", base=1)
    send(world, op("set_document_label", name="topic", values=["trade"]))
    send(world, op("submit"))
    send(world, op("set_document_label", name="topic", values=["trade"]), article=1)
    send(world, op("set_document_label", name="topic", values=[]), article=1)
    send(world, op("submit"), article=1)
    two = linked(world, labelstudio, labelled=0)
    assert two.sync() == {"task.create": 3, "label_set.create_there": 2}
    assert two.annotation(1)["result"] == []
    two.edit(lambda result: result[0]["value"].update(choices=["trade", "security"]))
    text = two.task(1)["data"]["text"]
    two.edit(lambda result: result.append(region("议会", "actor", text)), 1)
    assert two.sync() == {"label_set.change_here": 2}
    assert two.labels().document_labels == {"topic": ("security", "trade")}
    assert [one.quote for one in two.labels(1).spans] == ["议会"]
    two.there.delete("annotations", two.annotation(1)["id"])
    assert two.sync() == {"label_set.delete_here": 1}
    assert two.labels(1).spans == ()
    two.settled()


def test_thousands_of_regions_are_refused_as_a_whole(two: Linked) -> None:
    many = [region("周", "actor", start=0, id_=f"x{n}") for n in range(5_000)]
    before = two.labels()
    two.edit(lambda result: result.extend(many))
    assert two.sync() == {}
    assert two.reasons() == ["too_many"]
    assert two.labels() == before
    member = two.there.member("analyst@example.com")
    two.there.annotate(two.task(1)["id"], many, member)
    two.sync()
    assert two.reasons() == ["too_many", "too_many"]
    assert two.label_sets(1) == []


def test_the_configuration_follows_the_codebook(two: Linked) -> None:
    world, editor = two.world, two.world.people["editor"]
    book = codebook.DEFAULT
    wider = replace(book, stances=(*book.stances, Value("torn", "Torn", "两难", colour="#123456")))
    versions.save(world.store, editor, world.project.id, wider, "New", base=1)
    assert two.sync() == {"configuration.change_there": 1}
    there = two.there.call("GET", f"/api/projects/{two.remote_id}/")
    assert "两难" in there["label_config"]
    two.edit(stance("torn"))
    assert two.sync() == {"label_set.change_here": 1}
    # Somebody edits it there: it is not written over before somebody here has decided.
    edited = there["label_config"].replace('value="Torn · 两难"', 'value="Undecided · 两难"')
    two.there.call("PATCH", f"/api/projects/{two.remote_id}/", {"label_config": edited})
    two.settled()
    found = edited_there(world.store, editor, world.project.id)
    assert found is not None
    assert [one.en for one in found.codebook.stances][-1] == "Undecided"
    take_in(world.store, editor, world.project.id, "From there", seen=found.seen)
    two.sync()
    assert world.store.projects.codebook(world.project.id).stances[-1].en == "Undecided"
    two.there.call(
        "PATCH", f"/api/projects/{two.remote_id}/", {"label_config": edited + "\n<!---->"}
    )
    two.sync()
    again = edited_there(world.store, editor, world.project.id)
    assert again is not None
    put_back(world.store, editor, world.project.id, seen=again.seen)
    assert two.sync() == {"configuration.change_there": 1}


def test_an_article_that_left_the_project(two: Linked) -> None:
    world, editor = two.world, two.world.people["editor"]
    article_id, member = world.articles[2], two.there.member("analyst@example.com")
    projects.remove_named(world.store, editor, world.project.id, [article_id])
    two.there.annotate(two.task(2)["id"], [], member)
    assert two.sync() == {}
    assert two.reasons() == ["article"]
    projects.put_back(world.store, editor, world.project.id, [article_id])
    assert two.sync() == {"label_set.create_here": 1}
    assert two.reasons() == []
    assert two.labels(2).status == "submitted"


def test_merged_registry_entries_stay_merged(two: Linked) -> None:
    world, editor = two.world, two.world.people["editor"]
    statement(world, article=1)
    send(world, op("submit"), article=1)
    two.sync()
    keep, gone = (two.labels(n).statements[0].claim_id for n in range(2))
    merge_entries(world.store, editor, world.project.id, "claim", keep, [gone])
    two.edit(note("dort"), 1)
    two.sync()
    (found,) = two.labels(1).statements
    assert (found.claim_id, found.note) == (keep, "dort")
    assert two.conflicts() == []
    two.settled()


def test_a_first_send_is_a_merge_with_nothing(two: Linked) -> None:
    ours = two.labels()
    merged = merge(None, ours, emptied(ours))
    session = cast(Session, SimpleNamespace(project_id=two.world.project.id))
    planned = first_send(session, ours, 0)
    assert planned.linked is not None
    assert (planned.linked.base, planned.base_when_sent, planned.write) == (
        merged.base, merged.base_when_sent, merged.write,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("seed", range(4))
def test_any_edits_on_both_sides_converge(
    world: World, labelstudio: LabelStudio, seed: int
) -> None:
    chance = random.Random(seed)
    two = linked(world, labelstudio, labelled=2)
    two.sync()
    for n in range(2):
        send(world, op("take_back"), article=n)
    for n in range(12):
        article = chance.randrange(2)
        chance.choice([_here, _there])(two, article, chance, n)
        if chance.random() < 0.3:
            two.sync()
            once(two)
    two.sync()
    decide_all(world, world.people["editor"], "ours")
    two.sync()
    assert two.conflicts() == []
    two.settled()
    there = [two.annotation(n)["result"] for n in range(2)]
    for article, result in enumerate(there):
        values = [one["value"] for one in result if one.get("from_name") == "label"]
        places = [(one["start"], one["end"], one["labels"][0]) for one in values]
        ours = two.labels(article)
        assert sorted(one for one in places if one[2] != "STATEMENT") == sorted(
            (one.start, one.end, one.kind) for one in ours.spans
        )
        assert len(places) == len(ours.spans) + len(ours.statements)
        assert all(one.note in str(result) for one in ours.statements)


def _here(two: Linked, article: int, chance: random.Random, n: int) -> None:
    mine = two.labels(article)
    if not mine.statements:
        return
    what = chance.choice(["note", "venue", "span", "remove"])
    if what in ("note", "venue"):
        two.change_here(article, **{what: f"hier {n}"})
    elif what == "span":
        text = two.world.store.articles.get(two.world.articles[article]).text
        send(two.world, op("add_span", span=span(text[n : n + 3], "actor", text)), article=article)
    elif mine.spans:
        send(two.world, op("remove_span", span_id=mine.spans[-1].id), article=article)


def _there(two: Linked, article: int, chance: random.Random, n: int) -> None:
    task = two.task(article)
    text, (annotation,) = task["data"]["text"], task["annotations"]
    what = chance.choice(["note", "span", "remove"])

    def change(result: list[Any]) -> list[Any]:
        if what == "span":
            return [*result, region(text[n : n + 2], "evidence", text, id_=f"there{n}")]
        if what == "note":
            kept = [one for one in result if one.get("from_name") != "note"]
            note(f"dort {n}")(kept)
            return kept
        used = {one["to_id"] for one in result if one.get("type") == "relation"}
        free = [one["id"] for one in result
                if one.get("value", {}).get("labels") in (["evidence"], ["actor"])
                and one["id"] not in used]  # fmt: skip
        return [one for one in result if one.get("id") not in free[:1]]

    two.edit(change, article, before=annotation)
