"""The command line: JSON shapes, exit codes, whose rights count, and its documentation."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from annotate import accounts, versions
from annotate.cli import main
from annotate.codebook import DEFAULT, yaml
from annotate.store import OPERATOR_ID, Store
from tests.world import TEXT, World, op, send, statement
from tools import cli_docs

ROOT = Path(__file__).resolve().parent.parent
BRIEF = ["id", "title", "url", "source", "published_at", "language"]


@dataclass(frozen=True)
class Ran:
    """What a command left: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on the test's database, in this process."""

    def call(*arguments: str, typed: str = "", db: Path | None = None) -> Ran:
        capsys.readouterr()
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as left:
            main(["--db", str(db or tmp_path / "claimdesk.db"), *arguments])
        printed = capsys.readouterr()
        return Ran(int(left.value.code or 0), printed.out, printed.err)

    return call


def outside(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "annotate", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_articles_as_json_have_the_agreed_fields_newest_first(run: Run, world: World) -> None:
    listed = run("articles", "--json")
    assert listed.code == 0
    assert [list(row) for row in listed.json] == [BRIEF] * 3
    assert listed.json[0]["title"] == "Analysts doubt early accession"
    assert listed.json[0]["published_at"] == "2026-02-14T08:00:00Z"
    assert {row["id"] for row in listed.json} == set(world.articles)


@pytest.mark.parametrize(
    ("arguments", "titles"),
    [
        (["--search", "質詢"], ["议会质询"]),
        (["--search", '"consultative group"'], ["Analysts doubt early accession"]),
        (["--search", "磋商 顾问"], ["前顾问：“持开放态度”"]),
        (["--search", "？！"], []),
        (["--source", "Harbour Wire"], ["Analysts doubt early accession"]),
        (["--language", "en", "--to", "2026-02-13"], []),
        (["--language", "en", "--from", "2026-02-14"], ["Analysts doubt early accession"]),
        (["--limit", "1"], ["Analysts doubt early accession"]),
        (["--project", "Talks", "--language", "en"], ["Analysts doubt early accession"]),
    ],
)
def test_articles_are_searched_and_filtered(
    run: Run, world: World, arguments: list[str], titles: list[str]
) -> None:
    assert [row["title"] for row in run("articles", *arguments, "--json").json] == titles


def test_an_empty_list_is_one_json_document_and_silence_otherwise(run: Run, store: Store) -> None:
    assert run("articles", "--json").json == []
    listed = run("articles")
    assert (listed.code, listed.out, listed.err) == (0, "", "No articles found\n")


def test_show_gives_the_article_and_its_label_sets(run: Run, world: World) -> None:
    fields = statement(world)
    shown = run("show", world.articles[0], "--json").json
    assert list(shown) == ["article", "label_sets"]
    assert list(shown["article"])[:6] == BRIEF
    assert shown["article"]["text"] == TEXT
    assert shown["article"]["captions"] == ["图：会场"]
    (label_set,) = shown["label_sets"]
    assert (label_set["coder"], label_set["status"]) == ("analyst-1", "draft")
    assert label_set["statements"][0]["id"] == fields["id"]
    (evidence,) = label_set["spans"]
    assert TEXT[evidence["start"] : evidence["end"]] == evidence["quote"]


def test_show_reads_well_without_json(run: Run, world: World) -> None:
    statement(world)
    shown = run("show", world.articles[0])
    assert TEXT in shown.out
    assert "analyst-1 in 'Talks': draft, 1 spans, 1 statements" in shown.out


def test_acting_as_a_person_shows_only_what_they_may_see(run: Run, world: World) -> None:
    statement(world)
    article = world.articles[0]
    assert len(run("--as", "analyst-1", "show", article, "--json").json["label_sets"]) == 1
    assert run("--as", "viewer-1", "show", article, "--json").json["label_sets"] == []
    refused = run("--as", "analyst-1", "user", "list", "--json")
    assert (refused.code, refused.out) == (2, "")
    assert "analyst-1 (analyst) may not do this" in refused.err


def test_a_person_reads_within_their_projects(run: Run, world: World) -> None:
    run("user", "add", "stranger", "--generate", "--project", "Talks")
    assert run("project", "create", "Second").code == 0
    assert len(run("--as", "stranger", "articles", "--json").json) == 3
    assert run("--as", "stranger", "articles", "--project", "Second", "--json").code == 2


def test_nobody_acts_as_an_inactive_person(run: Run, world: World) -> None:
    assert run("user", "deactivate", "analyst-1").code == 0
    assert run("--as", "analyst-1", "articles").code == 2
    assert run("user", "activate", "analyst-1").code == 0
    assert run("--as", "analyst-1", "articles").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["--as", "nobody", "articles"],
        ["articles", "--project", "None such"],
        ["articles", "--from", "yesterday"],
        ["articles", "--no-such-option"],
        ["no-such-command"],
        ["show", "no-such-id"],
        ["export", "no-such-format", "--out", "x"],
        ["export", "csv", "--out", "x", "--option", "novalue"],
        ["import", "jsonl", "no-such-file.jsonl"],
        ["project", "create", "Talks"],
        ["project", "create", "New", "--codebook", "no-such-file.json"],
        ["user", "add", "analyst-1", "--generate"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_exit_code_2_with_one_message(
    run: Run, world: World, arguments: list[str]
) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.strip()
    assert "Traceback" not in ran.err


def test_a_database_that_is_missing_or_foreign_is_exit_code_2(run: Run, tmp_path: Path) -> None:
    missing = run("articles", db=tmp_path / "absent.db")
    assert missing.code == 2
    assert "There is no database" in missing.err
    assert not (tmp_path / "absent.db").exists()
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as db:
        db.execute("CREATE TABLE other (id INTEGER)")
    assert run("articles", db=foreign).code == 2
    nonsense = tmp_path / "nonsense.db"
    nonsense.write_text("not a database" * 100)
    assert run("articles", db=nonsense).code == 2


def test_odd_arguments_and_a_full_disk_are_told_not_traced(run: Run, world: World) -> None:
    for arguments in (["articles", "--search", "\udcff"], ["articles", "--limit", "9" * 20]):
        assert run(*arguments).code == 2
    with open("/dev/full", "w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "annotate", "--db", str(world.store.path), "articles"],
            cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (2, "Error: No space left on device\n")


def test_a_mistyped_import_makes_no_database(run: Run, tmp_path: Path) -> None:
    new = tmp_path / "new.db"
    assert run("import", "jsonl", str(tmp_path / "none.jsonl"), db=new).code == 2
    assert not new.exists()


def test_ingest_asks_which_of_several_projects(run: Run, world: World, tmp_path: Path) -> None:
    assert run("project", "create", "Second").code == 0
    (tmp_path / "a.md").write_text("x")
    asked = run("ingest", str(tmp_path / "a.md"))
    assert asked.code == 2
    assert "--project" in asked.err


def test_the_database_is_named_by_option_then_environment_then_folder(
    world: World, tmp_path: Path
) -> None:
    named = {"CLAIMDESK_DB": str(world.store.path)}
    assert len(json.loads(outside("articles", "--json", cwd=ROOT, **named).stdout)) == 3
    other = outside("--db", "none.db", "articles", cwd=tmp_path, **named)
    assert other.returncode == 2
    assert len(json.loads(outside("articles", "--json", cwd=tmp_path).stdout)) == 3


def test_export_then_import_gives_the_same_bytes(run: Run, world: World, tmp_path: Path) -> None:
    statement(world)
    send(world, op("submit"))
    first = tmp_path / "first.jsonl"
    summary = run("export", "jsonl", "--out", str(first), "--json").json
    assert (summary["articles"], summary["statements"], summary["bytes"]) == (
        3,
        1,
        first.stat().st_size,
    )
    empty = tmp_path / "empty.db"
    taken = run("import", "jsonl", str(first), "--json", db=empty)
    assert taken.code == 0
    assert (taken.json["articles"], taken.json["label_sets"], taken.json["problems"]) == (3, 1, [])
    second = tmp_path / "second.jsonl"
    assert run("export", "jsonl", "--out", str(second), db=empty).code == 0
    assert second.read_bytes() == first.read_bytes()


def test_an_import_with_a_bad_line_takes_the_rest_and_is_exit_code_1(
    run: Run, world: World, tmp_path: Path
) -> None:
    path = tmp_path / "data.jsonl"
    run("export", "jsonl", "--out", str(path))
    path.write_bytes(path.read_bytes() + b"{not json}\n")
    taken = run("import", "jsonl", str(path), "--json", db=tmp_path / "empty.db")
    assert taken.code == 1
    assert taken.json["articles"] == 3
    assert [problem["place"] for problem in taken.json["problems"]] == ["data.jsonl, line 4"]


def test_exports_of_labels_leave_drafts_out_unless_asked(
    run: Run, world: World, tmp_path: Path
) -> None:
    statement(world)
    counts = [
        run("export", *words, "--out", str(tmp_path / "out.csv"), "--json").json["statements"]
        for words in (
            ["stance"],
            ["stance", "--drafts"],
            ["stance", "--drafts", "--layer", "analyst-1", "--context", "sentence"],
            ["stance", "--drafts", "--layer", "gold"],
        )
    ]
    assert counts == [0, 1, 1, 0]


def test_rows_of_several_coders_that_repeat_are_named_before_an_export(
    run: Run, world: World, tmp_path: Path
) -> None:
    for person in (world.analyst, world.people["reviewer"]):
        statement(world, person)
        send(world, op("submit"), person=person)
    foreseen = run("export", "stance", "--dry-run")
    assert (foreseen.code, foreseen.out) == (0, "")
    told = "Rows that repeat another one, since several coders said the same: 1 of 2\n"
    instead = "Fewer of them: `--layer gold` or the format `soft`\n"
    assert foreseen.err.startswith(told + instead)
    counts = {"rows": 2, "repeated": 1, "of_coders": 1, "opposed": 0}
    assert run("export", "stance", "--dry-run", "--json").json["repeats"] == counts
    assert run("export", "csv", "--dry-run", "--json").json["repeats"] is None
    out = tmp_path / "stance.csv"
    assert not out.exists()
    made = run("export", "stance", "--out", str(out))
    assert made.err.startswith(told + instead + "Wrote")
    assert run("export", "stance", "--out", str(out), "--json").json["repeats"] == counts
    assert "--dry-run" in run("export", "stance").err
    told = run("export", "soft", "--layer", "gold", "--dry-run").err
    assert told.startswith("No rows: soft labels") and "instead: `--layer all`" in told


def test_formats_lists_every_format_with_its_settings(run: Run) -> None:
    rows = {row["name"]: row for row in run("formats", "--json").json}
    assert {"jsonl", "csv", "parquet", "stance"} <= set(rows)
    assert rows["stance"]["options"]["context"] == ["article", "paragraph", "sentence"]
    assert rows["jsonl"]["import"] is True
    assert rows["csv"]["import"] is False


def test_a_password_is_read_from_standard_input_or_made_up(run: Run, world: World) -> None:
    store = world.store
    assert run("user", "add", "lin", "--role", "reviewer", typed="a long password\n").code == 0
    assert accounts.sign_in(store, "lin", "a long password", "127.0.0.1", "test")
    made = run("user", "password", "lin", "--generate").out.strip()
    assert accounts.sign_in(store, "lin", made, "127.0.0.1", "test")
    assert run("user", "add", "short", typed="tiny\n").code == 2
    assert run("user", "add", "silent").code == 2


def test_the_last_administrator_stays_one(run: Run, world: World) -> None:
    assert run("user", "password", "admin-1", "--generate").code == 0
    assert run("user", "role", "admin-1", "analyst").code == 2
    assert run("user", "deactivate", "admin-1").code == 2
    assert world.store.people.named("admin-1") == world.people["admin"]


def test_people_are_listed_with_their_roles(run: Run, world: World) -> None:
    run("user", "role", "viewer-1", "editor")
    rows = {row["name"]: row for row in run("user", "list", "--json").json}
    assert rows["viewer-1"]["role"] == "editor"
    assert rows["analyst-1"]["active"] is True
    assert "password_hash" not in rows["analyst-1"]
    assert run("user", "role", "viewer-1", "reviewer", "--project", "Talks").code == 0
    assert world.store.projects.role(world.project.id, rows["viewer-1"]["id"]) == "reviewer"


def test_a_project_takes_in_articles_once(run: Run, world: World) -> None:
    made = run("project", "create", "Harbour", "--open").out.strip()
    assert "1 articles joined" in run("project", "add-articles", made, "--language", "en").err
    assert "0 articles joined" in run("project", "add-articles", "Harbour", "--language", "en").err
    rows = {row["name"]: row for row in run("project", "list", "--json").json}
    assert (rows["Harbour"]["articles"], rows["Harbour"]["blind"]) == (1, False)


def test_a_backup_is_whole_and_never_overwrites(run: Run, world: World, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert run("backup", str(copy), "--json").json["bytes"] == copy.stat().st_size
    assert len(run("articles", "--json", db=copy).json) == 3
    assert run("backup", str(copy)).code == 2


def test_the_doctor_finds_what_is_wrong_and_says_how_to_mend_it(run: Run, world: World) -> None:
    statement(world)
    assert run("doctor", "--json").json["problems"] == []
    world.store.path.chmod(0o644)
    with sqlite3.connect(world.store.path) as db:
        db.execute("UPDATE span SET quote = 'something else'")
    ran = run("doctor", "--json")
    assert ran.code == 1
    assert {problem["check"] for problem in ran.json["problems"]} == {"permissions", "quotes"}
    assert all(problem["mend"] for problem in ran.json["problems"])


def test_the_doctor_mends_the_search_index(run: Run, world: World) -> None:
    with sqlite3.connect(world.store.path) as db:
        db.execute("INSERT INTO article_index (article_index) VALUES ('delete-all')")
    found = run("doctor", "--json").json["problems"]
    assert {problem["check"] for problem in found} == {"index"}
    assert all("doctor --mend" in problem["mend"] for problem in found)
    assert run("articles", "--search", "议会", "--json").json == []
    ran = run("doctor", "--mend", "--json")
    assert (ran.code, ran.json["healthy"], ran.json["problems"]) == (0, True, [])
    assert ran.json["mended"] == found
    assert len(run("articles", "--search", "议会", "--json").json) == 1
    assert run("--as", "viewer-1", "doctor", "--mend").code == 2


def test_the_command_line_is_recorded_as_the_operator_or_the_person(run: Run, world: World) -> None:
    run("user", "deactivate", "viewer-1")
    run("--as", "admin-1", "user", "activate", "viewer-1")
    events = world.store.history.events("person", world.store.people.named("viewer-1").id)
    acted = [event.by for event in events if event.action == "person.change"]
    assert set(acted) == {OPERATOR_ID, world.people["admin"].id}


@pytest.mark.parametrize("asked", [["--help"], ["articles", "--json"]], ids=" ".join)
def test_an_everyday_command_loads_nothing_heavy(world: World, asked: list[str]) -> None:
    code = (
        "import sys; from annotate.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit as left: assert not left.code\n"
        "heavy = {'streamlit', 'pandas', 'sqlite_utils', 'jieba', 'lxml', 'pyarrow'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, "--db", str(world.store.path), *asked],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert ran.stderr.strip() == "[]"
    assert ran.stdout.strip()


def test_every_command_says_what_it_does() -> None:
    silent = [words for words in cli_docs.commands() if not cli_docs.help_of(words).split("\n")[2]]
    assert silent == []


def test_the_documentation_is_that_of_the_commands() -> None:
    assert cli_docs.TARGET.read_text("utf-8") == cli_docs.render(), "run `make docs`"


def test_a_codebook_says_which_values_mean_something_else(
    run: Run, world: World, tmp_path: Path
) -> None:
    statement(world)
    path = tmp_path / "book.yaml"
    text = yaml.dump(DEFAULT).replace("en: support", "en: in favour")
    path.write_text(text.replace("en: oppose", "en: against"), "utf-8")
    ran = run("codebook", "import", str(path), "--note", "x", "--recheck", "stances.neutral")
    assert ran.code == 2 and "Neither the words nor the number of stances.neutral" in ran.err
    ran = run("codebook", "import", str(path), "--note", "x", "--recheck", "stances.oppose")
    assert (ran.code, ran.out) == (0, "2\n"), ran.err
    assert "Worded differently, used 1 times: stances.support" in ran.err
    assert "To be rechecked, since it means something else, used 0 times: stances.opp" in ran.err
    assert list(versions.rethought(world.store, world.project.id)) == [("stances", "oppose")]
