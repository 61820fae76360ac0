from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from annotate import accounts, releases
from annotate.releases import Choice
from annotate.store import Store
from tests.conftest import ROOT
from tests.world import World, articles_in, item, statement

ARTICLES = 1200


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
            item(f"https://m.example/{n}", f"第{n}条。" + "磋商机制" * 400) for n in range(ARTICLES)
        ]
        added = world.store.articles.add(tx, many, world.project.id)
    world.articles[1:] = [outcome.article_id for outcome in added]
    for n in range(0, ARTICLES, 40):
        statement(world, article=n)
    source = tmp_path / "source.jsonl"
    expected = export(world.store, source)
    database = tmp_path / "target.db"
    seen = halfway = 0
    for _ in range(3):
        process = subprocess.Popen(
            import_command(database, source), cwd=ROOT,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        while process.poll() is None and articles_in(database) <= seen:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if database.exists():
            seen = articles_in(database)
            halfway += 0 < seen < ARTICLES + 3
    assert halfway, "no kill fell into the middle of the import"
    subprocess.run(import_command(database, source), cwd=ROOT, check=True, capture_output=True)
    target = Store(database)
    assert export(target, tmp_path / "again.jsonl") == expected
    assert list(target.examine()) == []
