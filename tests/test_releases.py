from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import cast

import pytest

import exports
from annotate import accounts, codebook, imports, releases
from annotate.accounts import PERMISSIONS
from annotate.errors import Forbidden, Invalid, NotFound
from annotate.model import LabelSetKind, Person
from annotate.reading import ListRequest
from annotate.releases import Choice
from annotate.store import Store
from tests.world import World, item, op, send, statement


def lines(
    world: World, tmp_path: Path, person: Person | None = None, name: str = "jsonl",
    **choice: object,
) -> list[str]:  # fmt: skip
    out = tmp_path / "out"
    releases.export(
        world.store,
        person or world.operator,
        Choice(**choice),
        name,
        out,  # type: ignore[arg-type]
    )
    return out.read_text().splitlines()


@pytest.fixture
def labelled(world: World) -> World:
    """Analyst: one submitted, one draft; a colleague: one submitted on the first article."""
    colleague = accounts.add_person(world.store, world.operator, "analyst-2")
    statement(world)
    send(world, op("submit"))
    statement(world, article=1)
    statement(world, person=colleague)
    send(world, op("submit"), person=colleague)
    send(world, op("set_document_label", name="relevance", values=["relevant"]), article=2)
    with world.store.write(world.operator.id) as tx:
        world.store.articles.add(
            tx,
            [item("https://a.example/1", "更正。"), item("https://c.example/copy")],
            world.project.id,
        )
    return world


def stances(world: World, tmp_path: Path, **choice: object) -> list[str]:
    found = csv.DictReader(io.StringIO("\n".join(lines(world, tmp_path, name="stance", **choice))))
    return [row["stance"] for row in found]


def sets(found: list[str]) -> list[tuple[str, str]]:
    return sorted(
        (one["coder_id"], one["status"]) for line in found for one in json.loads(line)["label_sets"]
    )


def test_import_into_an_empty_database_and_export_gives_the_same_bytes(
    labelled: World, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    releases.export(labelled.store, labelled.operator, Choice(), "jsonl", first)
    other = Store(tmp_path / "other.db")
    operator = accounts.operator(other)
    summary = imports.import_file(other, operator, "jsonl", first)
    assert (summary.articles, summary.label_sets, summary.problems) == (5, 4, [])
    releases.export(other, operator, Choice(), "jsonl", second)
    assert second.read_bytes() == first.read_bytes()
    assert list(other.examine()) == []
    coder = other.people.get(labelled.analyst.id)
    assert (coder.kind, coder.active, coder.name) == ("external", False, "analyst-1")
    found = other.listing.page(
        releases.article_filter(other, ListRequest(search="議會"), operator, None)
    ).items
    assert [row.title for row in found] == ["议会质询"]


def test_importing_again_changes_nothing_and_says_so(labelled: World, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    releases.export(labelled.store, labelled.operator, Choice(), "jsonl", out)
    before = len(labelled.store.history.events(limit=10_000))
    summary = imports.import_file(labelled.store, labelled.operator, "jsonl", out)
    assert (summary.records, summary.unchanged, summary.problems) == (5, 5, [])
    after = labelled.store.history.events(limit=10_000)
    assert len(after) - before <= 1, [event.action for event in after[:5]]


def test_a_differing_label_set_is_reported_and_left_as_it_is(
    labelled: World, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    releases.export(labelled.store, labelled.operator, Choice(), "jsonl", out)
    send(labelled, op("take_back"))
    summary = imports.import_file(labelled.store, labelled.operator, "jsonl", out)
    assert [problem.reason for problem in summary.problems] == ["conflict"]
    head = labelled.store.labels.head_of(
        labelled.project.id, labelled.articles[0], labelled.analyst.id
    )
    assert head is not None
    assert head.status == "draft"


def test_one_bad_line_is_listed_and_the_rest_comes_in(labelled: World, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    releases.export(labelled.store, labelled.operator, Choice(), "jsonl", out)
    good = out.read_text().splitlines()
    wrong = json.loads(good[0])
    for one in wrong["label_sets"]:
        for span in one["spans"]:
            span["quote"] = "x" * len(span["quote"])
    assert any(one["spans"] for one in wrong["label_sets"])
    out.write_text("\n".join([json.dumps(wrong), "{", *good[1:]]) + "\n")
    other = Store(tmp_path / "other.db")
    summary = imports.import_file(other, accounts.operator(other), "jsonl", out)
    assert len(summary.problems) == 2
    assert "line 1" in summary.problems[0].place
    assert summary.articles == 4
    assert list(other.examine()) == []


def test_a_name_taken_here_gets_a_number(labelled: World, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    releases.export(labelled.store, labelled.operator, Choice(), "jsonl", out)
    other = Store(tmp_path / "other.db")
    operator = accounts.operator(other)
    accounts.add_person(other, operator, "Analyst-1")
    imports.import_file(other, operator, "jsonl", out)
    assert other.people.get(labelled.analyst.id).name == "analyst-1 (2)"
    assert other.people.get(labelled.analyst.id).display_name == "analyst-1"


def test_layers_and_drafts(labelled: World, tmp_path: Path) -> None:
    analyst, colleague = labelled.analyst.id, labelled.store.people.named("analyst-2").id
    everything = [(analyst, "draft"), (analyst, "draft"), (analyst, "submitted"),
                  (colleague, "submitted")]  # fmt: skip
    submitted = [pair for pair in everything if pair[1] == "submitted"]
    assert sets(lines(labelled, tmp_path)) == sorted(everything)
    assert sets(lines(labelled, tmp_path, drafts=False)) == sorted(submitted)
    one = lines(labelled, tmp_path, layer="analyst-2")
    assert sets(one) == [(colleague, "submitted")]
    assert len(one) == 1
    assert lines(labelled, tmp_path, layer="gold") == []
    assert stances(labelled, tmp_path) == ["support"] * 2
    assert stances(labelled, tmp_path, drafts=True) == ["support"] * 3
    with pytest.raises(NotFound, match="nobody called"):
        lines(labelled, tmp_path, layer="nobody")


def test_only_what_the_exporter_may_see(labelled: World, tmp_path: Path) -> None:
    analyst, colleague = labelled.analyst, labelled.store.people.named("analyst-2")
    project = labelled.project.id
    mine = sets(lines(labelled, tmp_path, analyst, project_id=project))
    assert set(mine) == {(analyst.id, "draft"), (analyst.id, "submitted"),
                         (colleague.id, "submitted")}  # fmt: skip
    send(labelled, op("take_back"))
    assert {coder for coder, _ in sets(lines(labelled, tmp_path, analyst, project_id=project))} == {
        analyst.id
    }
    blind = releases.Selection(labelled.store, analyst, Choice(), "jsonl")
    found = list(blind.records())
    assert blind.withheld == 0
    assert colleague.id not in {id_ for record in found for id_ in record.coders}
    claims = {id_ for record in found for id_ in record.claims}
    theirs = {s.claim_id for one in labelled.store.labels.with_content(
        [h for h in labelled.store.labels.heads_on(labelled.articles)
         if h.coder_id == colleague.id]) for s in one.statements}  # fmt: skip
    assert not claims & theirs
    reader = labelled.people["viewer"]
    viewer = lines(labelled, tmp_path, reader, project_id=project)
    assert sets(viewer) == []
    assert releases.layers(labelled.store, reader, project) == ("gold", "all", reader.name)
    assert releases.layers(labelled.store, analyst, project) == ("all", "gold", analyst.name)
    editor = releases.layers(labelled.store, labelled.people["editor"], project)
    assert editor[0] == "all"
    assert {analyst.name, colleague.name} <= {*editor}


def test_a_filter_narrows_the_export(labelled: World, tmp_path: Path) -> None:
    found = lines(labelled, tmp_path, request=ListRequest(sources=("Harbour Wire",)))
    assert [json.loads(line)["article"]["source"] for line in found] == ["Harbour Wire"]
    found = lines(labelled, tmp_path, request=ListRequest(search="議會"))
    assert [json.loads(line)["article"]["title"] for line in found] == ["议会质询"]


def test_who_may_export_and_import(labelled: World, tmp_path: Path) -> None:
    with labelled.store.write(labelled.operator.id) as tx:
        second = labelled.store.projects.create(tx, "Second", codebook.DEFAULT)
    with pytest.raises(NotFound):
        lines(labelled, tmp_path, labelled.analyst, project_id=second.id)
    with labelled.store.write(labelled.operator.id) as tx:
        labelled.store.projects.set_member(tx, second.id, labelled.analyst.id, "analyst")
    with pytest.raises(Invalid, match="2 projects"):
        lines(labelled, tmp_path, labelled.analyst)
    (tmp_path / "in.jsonl").write_text("")
    with pytest.raises(Forbidden):
        imports.import_file(labelled.store, labelled.analyst, "jsonl", tmp_path / "in.jsonl")


def test_an_export_has_no_time_of_its_own(labelled: World, tmp_path: Path) -> None:
    assert lines(labelled, tmp_path) == lines(labelled, tmp_path)


def test_model_label_sets_leave_in_jsonl_alone(labelled: World, tmp_path: Path) -> None:
    with labelled.store.write(labelled.operator.id) as tx:
        model = labelled.store.people.add(tx, "m1", kind="model", active=False)
        head = labelled.store.labels.create(
            tx, labelled.project.id, labelled.articles[0], model.id, "model"
        )
        labelled.store.labels.set_status(tx, head, "submitted", 1)
    assert (model.id, "submitted") in sets(lines(labelled, tmp_path))
    assert len(stances(labelled, tmp_path)) == 2
    selection = releases.Selection(labelled.store, labelled.operator, Choice(), "csv")
    coders = {one.coder_id for record in selection.records() for one in record.label_sets}
    assert coders
    assert model.id not in coders


COPIES = {"jsonl": {"analyst", "gold", "model"}}
EXCHANGED = {one: {"analyst", "gold"} for one in ("labelstudio", "labelstudio-config")}


@pytest.mark.parametrize("name", exports.FORMATS.names())
def test_gold_stands_beside_the_coders_only_where_it_can_be_told_apart(
    labelled: World, name: str
) -> None:
    world = labelled
    with world.store.write(world.operator.id) as tx:
        model = world.store.people.add(tx, "m1", kind="model", active=False)
        for coder, kind in ((model.id, "model"), (None, "gold")):
            head = world.store.labels.create(
                tx, world.project.id, world.articles[0], coder, cast(LabelSetKind, kind)
            )
            world.store.labels.set_status(tx, head, "accepted", 1)

    def kinds(layer: str) -> set[str]:
        choice = Choice(layer=layer, drafts=False)
        selection = releases.Selection(world.store, world.operator, choice, name)
        return {one.kind for record in selection.records() for one in record.label_sets}

    assert kinds("all") == (COPIES | EXCHANGED).get(name, {"analyst"})
    assert kinds("gold") == {"gold"}
    assert kinds("m1") == {"model"}


def test_an_old_revision_shows_only_to_those_who_may_see_its_labels(
    labelled: World, tmp_path: Path
) -> None:
    world = labelled
    newcomer = accounts.add_person(world.store, world.operator, "analyst-3")
    for person, shows in ((newcomer, False), (world.analyst, True)):
        out = tmp_path / person.name
        choice = Choice(world.project.id)
        releases.export(world.store, person, choice, "csv", out)
        rows = csv.DictReader(io.StringIO((out / "articles.csv").read_text("utf-8-sig")))
        ids = {row.get("article_id") or row["id"] for row in rows}
        assert (world.articles[0] in ids) is shows


@pytest.mark.parametrize("suffix", ["", "-wal"])
def test_the_database_is_never_written_over(world: World, suffix: str) -> None:
    out = world.store.path.with_name(world.store.path.name + suffix)
    with pytest.raises(Invalid, match="database"):
        releases.export(world.store, world.operator, Choice(), "jsonl", out)
    assert list(world.store.examine()) == []


@pytest.mark.parametrize("name", exports.FORMATS.names())
def test_what_would_go_out_is_counted_beforehand(
    labelled: World, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, project = labelled, labelled.project.id
    with world.store.write(world.operator.id) as tx:
        world.store.articles.add(tx, [item("https://other.example/copy")], project)
    everybody = ("operator", *PERMISSIONS["article.read"])
    for who in everybody:
        person = world.operator if who == "operator" else world.people[who]
        for drafts in (True, False, None):
            for layer in ("all", "gold", person.name):
                choice = Choice(project, layer, drafts)
                found = releases.size(world.store, person, choice, name)
                if not found.articles:
                    # The configuration of no project cannot be written.
                    nothing = releases.Selection(world.store, person, choice, name)
                    assert list(nothing.records()) == []
                    continue
                out = tmp_path / "out.zip"
                done = releases.export(world.store, person, choice, name, out).summary
                counted = (found.articles, found.label_sets, found.statements)
                assert counted == (done.articles, done.label_sets, done.statements)
                records = releases.Selection(world.store, person, choice, name).records()
                texts = [record.article for record in records]
                # The other copy stands in the list for the text that was replaced.
                assert found.earlier == sum(one.superseded for one in texts)
                assert found.copies == sum("other.example" in one.url for one in texts)
    # What a tick would add of one's own.
    mine = releases.size(world.store, world.analyst, Choice(project, drafts=False), name)
    assert mine.own_drafts == 2
    for choice in (Choice(project, drafts=True), Choice(project, "gold", drafts=False)):
        assert releases.size(world.store, world.analyst, choice, name).own_drafts == 0
    # Very many are not looked at one by one.
    monkeypatch.setattr(releases, "MOST_COUNTED", 2)
    many = releases.size(world.store, world.analyst, Choice(project), name)
    assert not many.whole
    assert many.articles >= releases.Selection(
        world.store, world.analyst, Choice(project), name
    ).size().articles  # fmt: skip


def test_earlier_exports_are_one_s_own_or_for_those_who_lead_the_project(
    labelled: World, tmp_path: Path
) -> None:
    world, project = labelled, labelled.project.id

    def made(name: str, layer: str) -> str:
        out = tmp_path / name
        choice = Choice(project, layer)
        return releases.export(
            world.store, world.people[name], choice, "stance", out
        ).summary.sha256

    def seen(name: str) -> list[tuple[str, str, str, str]]:
        found = releases.earlier(world.store, world.people[name], project)
        return [(one.by.name, one.format, one.layer, one.sha256) for one in found]

    first = ("analyst-1", "stance", "analyst-1", made("analyst", "analyst-1"))
    second = ("reviewer-1", "stance", "analyst-2", made("reviewer", "analyst-2"))
    assert seen("editor") == seen("admin") == [second, first]
    # How many articles a colleague has labels on is not for whoever works blind.
    assert seen("analyst") == [first]
    assert seen("reviewer") == [second]
    assert seen("viewer") == []
    with pytest.raises(NotFound):
        stranger = accounts.add_person(world.store, world.operator, "stranger", role="analyst")
        with world.store.write(world.operator.id) as tx:
            world.store.projects.remove_member(tx, project, stranger.id)
        releases.earlier(world.store, stranger, project)
