from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotate import accounts, codebook, imports, releases, versions
from annotate.errors import Forbidden
from annotate.imports import Summary
from annotate.model import Person, new_id
from annotate.releases import Choice
from annotate.store import Store, Transaction
from tests.world import World, before_writing, op, send, statement

Line = dict[str, Any]


@pytest.fixture
def exported(world: World, tmp_path: Path) -> list[Line]:
    """The lines of a native export: the first article labelled and submitted, the others not."""
    statement(world)
    send(world, op("set_document_label", name="relevance", values=["relevant"]), op("submit"))
    out = tmp_path / "all.jsonl"
    releases.export(world.store, world.operator, Choice(), "jsonl", out)
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    return sorted(lines, key=lambda line: not line["label_sets"])


def take(store: Store, person: Person, folder: Path, *lines: Line) -> Summary:
    path = folder / "edited.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return imports.import_file(store, person, "jsonl", path)


def move_label_set(lines: list[Line]) -> Line:
    """The labelled article's label set, emptied, on the next article."""
    moved = copy.deepcopy(lines[1])
    given = lines[0]["label_sets"][0]
    article_id = moved["article"]["id"]
    moved["label_sets"] = [{**given, "article_id": article_id, "spans": [], "statements": []}]
    moved["coders"] = lines[0]["coders"]
    return moved


def same_revision(lines: list[Line]) -> Line:
    line = copy.deepcopy(lines[1])
    line["article"]["id"] = new_id()
    return line


def known_submission(lines: list[Line]) -> Line:
    line = move_label_set(lines)
    id_ = line["label_sets"][0]["id"] = new_id()
    line["submissions"] = [{**lines[0]["submissions"][0], "label_set_id": id_}]
    return line


def second_set_as_model(lines: list[Line]) -> Line:
    line = copy.deepcopy(lines[0])
    changes = {"id": new_id(), "kind": "model", "spans": [], "statements": []}
    line["label_sets"][0].update(changes)
    return {**line, "submissions": []}


@pytest.mark.parametrize(
    "forge", [move_label_set, same_revision, known_submission, second_set_as_model]
)
def test_what_clashes_with_what_is_here_is_listed_and_the_rest_taken(
    world: World, exported: list[Line], tmp_path: Path, forge: Callable[[list[Line]], Line]
) -> None:
    other = copy.deepcopy(exported[2])
    url = "https://new.example/"
    other["article"].update(id=new_id(), series_id=new_id(), url=url, canonical_url=url)
    summary = take(world.store, world.operator, tmp_path, forge(exported), other)
    assert [problem.reason for problem in summary.problems] == ["conflict"]
    assert (summary.records, summary.articles, summary.label_sets) == (2, 1, 0)


def twice_the_value(line: Line) -> None:
    line["label_sets"][0]["document_labels"]["relevance"] *= 2


def twice_the_number(line: Line) -> None:
    line["submissions"].append({**line["submissions"][0], "id": new_id()})


@pytest.mark.parametrize("spoil", [twice_the_value, twice_the_number])
def test_what_clashes_with_itself_is_listed(
    exported: list[Line], tmp_path: Path, spoil: Callable[[Line], None]
) -> None:
    spoil(exported[0])
    store = Store(tmp_path / "empty.db")
    summary = take(store, accounts.operator(store), tmp_path, *exported)
    assert len(summary.problems) == 1
    assert summary.articles == len(exported) - 1


def test_a_claim_id_of_another_project_is_a_conflict(
    world: World, exported: list[Line], tmp_path: Path
) -> None:
    line = copy.deepcopy(exported[0])
    project = line["projects"][0]
    project.update(id=new_id(), name="Other")
    line["label_sets"], line["submissions"] = [], []
    line["claims"][0]["project_id"] = project["id"]
    summary = take(world.store, world.operator, tmp_path, line)
    assert [problem.reason for problem in summary.problems] == ["conflict"]


def test_a_coder_whose_name_is_the_operators_gets_another(
    exported: list[Line], tmp_path: Path
) -> None:
    line = exported[0]
    coder_id = line["label_sets"][0]["coder_id"]
    next(coder for coder in line["coders"] if coder["id"] == coder_id)["name"] = "Operator"
    store = Store(tmp_path / "empty.db")
    assert take(store, accounts.operator(store), tmp_path, line).problems == []
    assert store.people.get(coder_id).name == "Operator (2)"


def test_an_editor_imports_into_their_own_projects_alone(
    world: World, exported: list[Line], tmp_path: Path
) -> None:
    with world.store.write(world.operator.id) as tx:
        outsider = world.store.people.add(tx, "outsider", role="editor")
    forged = move_label_set(exported)
    forged["label_sets"][0]["id"] = new_id()
    summary = take(world.store, outsider, tmp_path, forged)
    assert [problem.reason for problem in summary.problems] == ["not_found"]
    assert world.store.labels.heads_on([forged["article"]["id"]]) == []
    project = {**forged["projects"][0], "id": new_id(), "name": "Theirs"}
    own = {**forged, "projects": [project], "label_sets": [], "claims": []}
    assert take(world.store, outsider, tmp_path, own).problems == []


def test_document_labels_of_an_earlier_codebook_come_back(world: World, tmp_path: Path) -> None:
    send(world, op("set_document_label", name="relevance", values=["relevant"]))
    later = replace(codebook.DEFAULT, document_labels=())
    with world.store.write(world.operator.id) as tx:
        world.store.projects.add_codebook_version(tx, world.project.id, later, "fewer questions")
    out, again = tmp_path / "all.jsonl", tmp_path / "again.jsonl"
    releases.export(world.store, world.operator, Choice(), "jsonl", out)
    store = Store(tmp_path / "empty.db")
    operator = accounts.operator(store)
    assert imports.import_file(store, operator, "jsonl", out).problems == []
    releases.export(store, operator, Choice(), "jsonl", again)
    assert again.read_bytes() == out.read_bytes()


def test_what_a_codebook_only_words_differently_comes_back(world: World, tmp_path: Path) -> None:
    send(world, op("set_document_label", name="relevance", values=["relevant"]))
    support, *others = codebook.DEFAULT.stances
    book = replace(codebook.DEFAULT, stances=(replace(support, en="in favour"), *others))
    versions.save(world.store, world.operator, world.project.id, book, "Clearer", base=1)
    out = tmp_path / "all.jsonl"
    releases.export(world.store, world.operator, Choice(), "jsonl", out)
    store = Store(tmp_path / "empty.db")
    assert imports.import_file(store, accounts.operator(store), "jsonl", out).problems == []
    assert store.projects.versions(world.project.id)[-1].reworded == (("stances", "support"),)


def as_newcomers(line: Line) -> Line:
    """The same label set with ids of its own, as recorded by somebody who is not known here."""
    (given,) = line["label_sets"]
    coder = next(one for one in line["coders"] if one["id"] == given["coder_id"])
    ids = [given["id"], coder["id"], *(one["id"] for one in line["submissions"])]
    ids += [one["id"] for kind in ("spans", "statements") for one in given[kind]]
    coders = [one for one in line["coders"] if one is not coder]
    text = json.dumps({**line, "coders": [*coders, {**coder, "name": "newcomer"}]})
    for id_ in ids:
        text = text.replace(id_, new_id())
    return json.loads(text)  # type: ignore[no-any-return]


def make_gold(world: World) -> str:
    """Gold of the first article, made of the analyst's label set; gives its id."""
    with world.store.write(world.operator.id) as tx:
        gold = world.store.labels.create(tx, world.project.id, world.articles[0], None, "gold")
        (mine,) = [one for one in world.store.labels.heads_on(world.articles[:1])
                   if one.kind == "analyst"]  # fmt: skip
        for one in (gold, mine):
            world.store.labels.set_status(tx, one, "accepted", one.revision)
    return gold.id


def statuses(world: World) -> list[str]:
    heads = world.store.labels.heads_on(world.articles[:1])
    return [one.status for one in sorted(heads, key=lambda one: one.kind)]


def test_labels_that_arrive_beside_gold_take_it_back_into_review(
    world: World, exported: list[Line], tmp_path: Path
) -> None:
    make_gold(world)
    again = take(world.store, world.operator, tmp_path, exported[0])
    assert (again.label_sets, statuses(world)) == (0, ["accepted", "accepted"])
    done = take(world.store, world.operator, tmp_path, as_newcomers(exported[0]))
    assert (done.label_sets, done.problems) == (1, [])
    assert statuses(world) == ["submitted", "submitted", "draft"]
    assert list(world.store.examine()) == []


def test_gold_that_arrives_with_its_labels_stays_gold(
    world: World, exported: list[Line], tmp_path: Path
) -> None:
    make_gold(world)
    out = tmp_path / "gold.jsonl"
    releases.export(world.store, world.operator, Choice(), "jsonl", out)
    other = Store(tmp_path / "other.db")
    imports.import_file(other, accounts.operator(other), "jsonl", out)
    heads = other.labels.heads_on(world.articles[:1])
    assert sorted(one.status for one in heads) == ["accepted", "accepted"]


@pytest.mark.parametrize("meanwhile", ["inactive", "demoted", "expelled"])
def test_an_import_that_is_forbidden_meanwhile_takes_no_further_batch(
    world: World, exported: list[Line], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    meanwhile: str,
) -> None:  # fmt: skip
    store, editor, project = world.store, world.people["editor"], world.project.id
    monkeypatch.setattr(imports, "BATCH", 1)
    come = [copy.deepcopy(exported[1]) for _ in range(3)]
    for line in come:
        line["article"] |= dict.fromkeys(("id", "series_id"), new_id())
    path = tmp_path / "new.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in come), "utf-8")

    def change(tx: Transaction) -> None:
        if meanwhile == "inactive":
            store.people.change(tx, editor.id, active=False)
        elif meanwhile == "demoted":
            store.people.change(tx, editor.id, role="viewer")
        else:
            store.projects.remove_member(tx, project, editor.id)

    def after_a_batch(position: int) -> None:
        before_writing(monkeypatch, store, change)

    if meanwhile == "expelled":
        done = imports.import_file(store, editor, "jsonl", path, after_a_batch)
        assert [problem.reason for problem in done.problems] == ["not_found"] * 2
    else:
        with pytest.raises(Forbidden):
            imports.import_file(store, editor, "jsonl", path, after_a_batch)
    assert store.listing.facets(project).total == 4
