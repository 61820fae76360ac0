from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from annotate import accounts, releases
from annotate.releases import Choice
from annotate.store import Store
from tests.conftest import ROOT
from tests.killing import kill_at, steps_of
from tests.world import World, articles_in, item, statement

ARTICLES = 600
_PROGRAM = """
import sys
from pathlib import Path
from annotate import accounts, imports
from annotate.store import Store
store = Store(sys.argv[1])
imports.import_file(store, accounts.operator(store), "jsonl", Path(sys.argv[2]), progress=step)
"""


def import_command(database: Path, source: Path) -> list[str]:
    return [sys.executable, "-m", "annotate", "--db", str(database), "import", "jsonl", str(source)]


def export(store: Store, out: Path) -> bytes:
    releases.export(store, accounts.operator(store), Choice(), "jsonl", out)
    return out.read_bytes()


@pytest.mark.slow
def test_killed_again_and_again_an_import_ends_with_everything_once(
    world: World, tmp_path: Path
) -> None:
    with world.store.write(world.operator.id) as tx:
        many = [
            item(f"https://m.example/{n}", f"第{n}条。" + "磋商机制" * 40) for n in range(ARTICLES)
        ]
        added = world.store.articles.add(tx, many, world.project.id)
    world.articles[1:] = [outcome.article_id for outcome in added]
    for n in range(0, ARTICLES, 40):
        statement(world, article=n)
    source = tmp_path / "source.jsonl"
    expected = export(world.store, source)
    database = tmp_path / "target.db"
    steps = steps_of(_PROGRAM, str(tmp_path / "whole.db"), str(source))
    chance = random.Random(11)
    # The first is far enough for a batch to be kept, and all together do not come to the end.
    for first, last in ((steps * 2 // 5, steps // 2), (1, steps // 5), (1, steps // 5)):
        kill_at(chance.randint(first, last), _PROGRAM, str(database), str(source))
        assert 0 < articles_in(database) < ARTICLES + 3
    subprocess.run(import_command(database, source), cwd=ROOT, check=True, capture_output=True)
    target = Store(database)
    assert export(target, tmp_path / "again.jsonl") == expected
    assert list(target.examine()) == []
