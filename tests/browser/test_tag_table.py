"""The table that opens the design: entered by keyboard alone, found again in every export."""

from __future__ import annotations

import csv
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import Browser, expect
from typer.testing import CliRunner

from annotate.cli import app
from annotate.model import Article
from annotate.store import Store
from tests.browser.desk import ROOT, running
from tests.browser.tagging import TagDesk, TagWorld
from tests.world import build

LIMIT_S = 60.0
KEY_MS = 30
Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """One statement as an analyst would write it down, and the file of its article."""

    file: Path
    speaker: str
    holder: str
    claim: str
    evidence: str
    reported_by: str
    venue: str
    condition: str


RFI = Table(
    ROOT.parent / "shared" / "data" / "archive" / "rfi-20240213-ncg.md",
    "金圣翰", "韩国", "Seoul open to Japan joining NCG", "韩国的态度是开放的",
    "RFI", "CSIS forum", "depends on Japan",
)  # fmt: skip
TWIN = Table(
    ROOT / "annotate" / "sample" / "articles" / "2026-02-12-haian-adviser.md",
    "沈若川", "北岸", "Lanjing open to Nanyu joining CCG", "北岸的态度是开放的",
    "北通社", "OSSI forum", "depends on Nanyu",
)  # fmt: skip
# The real item where it lies beside the checkout, else its twin among our own sample articles.
TABLE = RFI if RFI.file.is_file() else TWIN


def run(db: Path, *arguments: object) -> Any:
    """The command line on a database; gives the JSON it prints."""
    done = CliRunner().invoke(app, ["--db", str(db), *map(str, arguments), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TagWorld, Article]]:
    """A database with the item in it as the command line ingests it, and its server."""
    folder = tmp_path_factory.mktemp("table")
    store = Store(folder / "claimdesk.db")
    world = build(store)
    run(store.path, "ingest", TABLE.file)
    found = run(store.path, "articles", "--search", f'"{TABLE.evidence}"')
    assert len(found) == 1
    with running(store, folder) as server:
        yield TagWorld(world, server), store.articles.get(found[0]["id"])


@pytest.fixture(scope="module")
def entered(bench: tuple[TagWorld, Article], browser: Browser) -> Iterator[TagDesk]:
    """The table as entered and submitted; no test below changes it."""
    world, article = bench
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    desk = world.seat(context, world.coder(), article).open()
    began = time.monotonic()
    enter(desk, TABLE)
    expect(desk.cards).to_have_count(1)
    desk.saved()
    took = time.monotonic() - began
    print(f"\nopening table: {desk.strokes} key strokes in {took:.1f} s")
    assert took < LIMIT_S
    desk.press("Control+Enter", "Enter")
    expect(desk.page.locator(".cd-tag")).to_have_attribute("data-status", "submitted")
    desk.saved()
    yield desk
    context.close()


def enter(desk: TagDesk, table: Table) -> None:
    """The whole table without the pointer."""

    def entry(text: str) -> None:
        desk.type(text, KEY_MS)
        desk.press("Control+Enter", "Tab", delay=KEY_MS)

    desk.press("/", delay=KEY_MS)
    desk.type(table.evidence, KEY_MS)
    desk.press("Enter", "s", delay=KEY_MS)
    entry(table.speaker)
    entry(table.holder)
    desk.press("1", delay=KEY_MS)
    entry(table.claim)
    desk.type("con", KEY_MS)
    desk.press("Tab", delay=KEY_MS)
    expect(desk.field("reported_by")).to_be_focused()
    entry(table.reported_by)
    expect(desk.field("venue")).to_be_focused()
    desk.type(table.venue, KEY_MS)
    desk.press("Tab", delay=KEY_MS)
    expect(desk.field("note")).to_have_attribute("placeholder", "On what it depends")
    desk.type(table.condition, KEY_MS)
    desk.press("Enter", delay=KEY_MS)


def expected(desk: TagDesk) -> Row:
    """The statement as a row of a table."""
    start = desk.article.text.index(TABLE.evidence)
    return {
        "article_id": desk.article.id, "coder": desk.person.name, "status": "submitted",
        "speaker": TABLE.speaker, "holder": TABLE.holder, "stance": "support",
        "claim": TABLE.claim, "certainty": "conditional", "reported_by": [TABLE.reported_by],
        "venue": TABLE.venue, "note": TABLE.condition, "evidence": [TABLE.evidence],
        "evidence_starts": [start], "evidence_ends": [start + len(TABLE.evidence)],
    }  # fmt: skip


def quoted(articles: dict[str, str], span: Row) -> bool:
    return articles[span["article_id"]][int(span["start"]) : int(span["end"])] == span["quote"]


def test_the_card_shows_the_table_and_the_store_holds_it(entered: TagDesk) -> None:
    card = entered.cards.first
    for words in (TABLE.speaker, f"for{TABLE.holder}", "support", TABLE.claim, TABLE.evidence):
        expect(card).to_contain_text(words)
    expect(card.locator(".foot")).to_contain_text(f"via {TABLE.reported_by} · {TABLE.venue}")
    label_set = entered.stored()
    assert label_set is not None
    (statement,), (span,) = label_set.statements, entered.spans()
    actors = entered.world.store.registry.actors(
        [str(statement.speaker_id), str(statement.holder_id), *statement.reported_by]
    )
    assert [(actor.name, actor.kind) for actor in actors.values()] == [
        (TABLE.speaker, "person"), (TABLE.holder, "government"), (TABLE.reported_by, "media"),
    ]  # fmt: skip
    assert (statement.stance, statement.certainty) == ("support", "conditional")
    assert statement.evidence == (span.id,)
    assert span.quote == TABLE.evidence == entered.pieces(span)


def test_it_is_in_the_native_export(entered: TagDesk, tmp_path: Path) -> None:
    out = tmp_path / "all.jsonl"
    summary = run(entered.world.store.path, "export", "jsonl", "--out", out)
    assert (summary["statements"], summary["spans"]) == (1, 1)
    records = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    (record,) = [one for one in records if one["article"]["id"] == entered.article.id]
    (label_set,) = record["label_sets"]
    (statement,), (span,) = label_set["statements"], label_set["spans"]
    names = {actor["id"]: actor["name"] for actor in record["actors"]}
    claims = {claim["id"]: claim["text"] for claim in record["claims"]}
    found = {
        "article_id": label_set["article_id"], "coder": entered.person.name,
        "status": label_set["status"], "speaker": names[statement["speaker_id"]],
        "holder": names[statement["holder_id"]], "stance": statement["stance"],
        "claim": claims[statement["claim_id"]], "certainty": statement["certainty"],
        "reported_by": [names[one] for one in statement["reported_by"]],
        "venue": statement["venue"], "note": statement["note"], "evidence": [span["quote"]],
        "evidence_starts": [span["start"]], "evidence_ends": [span["end"]],
    }  # fmt: skip
    assert found == expected(entered)
    assert statement["evidence"] == [span["id"]]
    assert record["article"]["text"][span["start"] : span["end"]] == TABLE.evidence
    assert label_set["coder_id"] == entered.person.id
    assert [one["number"] for one in record["submissions"]] == [1]


def test_it_is_in_the_csv_tables(entered: TagDesk, tmp_path: Path) -> None:
    run(entered.world.store.path, "export", "csv", "--out", tmp_path / "tables")

    def table(name: str) -> list[Row]:
        with (tmp_path / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    (row,) = table("statements")
    lists = ("reported_by", "evidence", "evidence_starts", "evidence_ends")
    wanted = expected(entered)
    found = {name: json.loads(row[name]) if name in lists else row[name] for name in wanted}
    assert found == wanted
    articles = {one["article_id"]: one["text"] for one in table("articles")}
    (span,) = table("spans")
    assert span["quote"] == TABLE.evidence
    assert quoted(articles, span)


def test_it_is_in_the_parquet_tables(entered: TagDesk, tmp_path: Path) -> None:
    run(entered.world.store.path, "export", "parquet", "--out", tmp_path / "tables")

    def table(name: str) -> list[Row]:
        return pd.read_parquet(tmp_path / "tables" / f"{name}.parquet").to_dict("records")

    (row,) = table("statements")
    wanted = expected(entered)
    assert {k: list(row[k]) if isinstance(v, list) else row[k] for k, v in wanted.items()} == wanted
    articles = {one["article_id"]: one["text"] for one in table("articles")}
    (span,) = table("spans")
    assert span["quote"] == TABLE.evidence
    assert quoted(articles, span)


@pytest.mark.parametrize("unit", ["article", "sentence"])
def test_it_is_a_row_to_train_on(entered: TagDesk, tmp_path: Path, unit: str) -> None:
    out = tmp_path / "stance.csv"
    run(entered.world.store.path, "export", "stance", "--out", out, "--context", unit)
    with out.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert list(row) == ["text", "target", "stance"]
    assert (row["target"], row["stance"]) == (TABLE.claim, "support")
    assert TABLE.evidence in row["text"]
    assert row["text"] in entered.article.text
    assert (row["text"] == entered.article.text) is (unit == "article")


def test_the_export_page_gives_the_same_file(entered: TagDesk, tmp_path: Path) -> None:
    page = entered.page.context.new_page()
    page.goto(f"{entered.world.server.url}/export?project={entered.world.project_id}")
    page.get_by_role("radio", name="Training", exact=True).click()
    page.get_by_role("radio", name=re.compile("^Stance training set")).check(force=True)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export", exact=True).click()
    out = tmp_path / "stance.csv"
    run(entered.world.store.path, "export", "stance", "--out", out)
    assert Path(waiting.value.path()).read_bytes() == out.read_bytes()
    assert TABLE.claim in out.read_text("utf-8")
    page.close()
