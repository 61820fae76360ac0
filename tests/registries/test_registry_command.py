"""``registry`` on the command line: out, changed, in again, and taken back."""

from __future__ import annotations

from pathlib import Path

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
