"""``registry`` on the command line: out, changed, in again, and taken back."""

from __future__ import annotations

from pathlib import Path

from annotate.commands.registry import MOST_LISTED
from tests.registries.tables import dump, people_registry
from tests.test_cli import Run, run
from tests.world import World

__all__ = ["run"]


def test_a_registry_goes_out_and_in_again(run: Run, world: World, tmp_path: Path) -> None:
    people_registry(world, 2, 0)
    before = dump(world.store)
    table = tmp_path / "actors.csv"
    assert run("registry", "export", "actors", str(table)).code == 0
    text = table.read_text("utf-8").replace("行动者0", "Renamed") + "not-an-id,X,,,,,\r\n"
    table.write_text(text, "utf-8", newline="")
    planned = run("registry", "import", "actors", str(table), "--dry-run", "--json")
    assert (planned.code, planned.json["changed"], dump(world.store)) == (1, 1, before)
    done = run("registry", "import", "actors", str(table), "--json").json
    assert (done["added"], done["changed"], done["unchanged"]) == (0, 1, 1)
    assert [problem["line"] for problem in done["problems"]] == [4]
    assert dump(world.store) != before
    assert run("registry", "undo", done["change_id"]).code == 0
    assert dump(world.store) == before


def test_another_registry_or_project_is_refused(run: Run, world: World, tmp_path: Path) -> None:
    out = str(tmp_path / "x.csv")
    assert "Known: actors, claims" in run("registry", "export", "people", out).err
    viewer = run("--as", "viewer-1", "registry", "undo", "x")
    assert (viewer.code, "may not do this" in viewer.err) == (2, True)
    assert run("registry", "import", "actors", out).code == 2


def test_a_dry_run_lists_what_a_table_would_do(run: Run, world: World, tmp_path: Path) -> None:
    people_registry(world, 3, 0)
    before = dump(world.store)
    table = tmp_path / "actors.csv"
    run("registry", "export", "actors", str(table))
    text = table.read_text("utf-8").replace("行动者0", "Renamed").replace("甲1", "乙\x1b[31m")
    text = text.replace("en/translation:Actor 2", "en:Actor 2")
    text += ",New,persn,甲2,,,\r\nnot-an-id,X,,,,,\r\n"
    table.write_text(text, "utf-8", newline="")
    planned = run("registry", "import", "actors", str(table), "--dry-run")
    assert planned.out.splitlines() == [
        'line 2: change "行动者0": name 行动者0 → Renamed',
        'line 3: change "行动者1": aliases removed 甲1, added 乙 [31m',
        'line 4: change "行动者2": aliases of another kind',
        'line 5: add "New": kind persn; aliases 甲2;'
        ' kept apart from "行动者2", which has the name 甲2 already',
        "line 6: not taken: 'not-an-id' is no id of an entry. Leave the cell empty for a new entry",
    ]
    assert planned.err.splitlines() == [
        "Kinds that no actor had: persn (1)",
        "Would be added: 1, changed: 3, unchanged: 0, not taken: 1",
    ]
    told = run("registry", "import", "actors", str(table), "--dry-run", "--json").json
    assert [(one["line"], one["verb"]) for one in told["changes"]] == [
        (2, "change"), (3, "change"), (4, "change"), (5, "add"),
    ]  # fmt: skip
    assert told["changes"][0]["fields"] == [
        {"field": "name", "before": ["行动者0"], "after": ["Renamed"]}
    ]
    assert told["changes"][3]["taken"] == [{"name": "甲2", "entry": "行动者2"}]
    assert dump(world.store) == before


def test_a_long_list_ends_with_how_many_more(run: Run, world: World, tmp_path: Path) -> None:
    table = tmp_path / "claims.csv"
    good = "".join(f"Claim {n}\n" for n in range(MOST_LISTED + 7))
    bad = "".join(f"a,b{n}\n" for n in range(MOST_LISTED + 1))
    table.write_text("text\n" + good + bad, "utf-8")
    planned = run("registry", "import", "claims", str(table), "--dry-run")
    lines = planned.out.splitlines()
    assert lines[0] == 'line 2: add "Claim 0": language en'
    assert lines[MOST_LISTED].startswith("line 109: not taken: The row has 2 cells")
    assert len(lines) == 2 * MOST_LISTED
    assert planned.err.splitlines()[:2] == [
        "and 7 more; --json lists all", "and 1 more; --json lists all",
    ]  # fmt: skip
    whole = run("registry", "import", "claims", str(table), "--dry-run", "--json").json
    assert (len(whole["changes"]), len(whole["problems"])) == (107, 101)
    done = run("registry", "import", "claims", str(table))
    assert len(done.out.splitlines()) == MOST_LISTED
    assert "Added: 107" in done.err
