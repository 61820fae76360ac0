"""A run that is killed at any moment and started again ends where an undisturbed one does."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from annotate import accounts
from annotate.ingest.archive import read_archive_item
from annotate.ingest.run import ingest
from annotate.store import Store
from tests.ingest.packing import item, make_zip
from tests.killing import kill_at, steps_of
from tests.world import articles_in

ITEMS = 700
_PROGRAM = """
import sys
from annotate import accounts
from annotate.ingest.run import ingest
from annotate.store import Store
store = Store(sys.argv[1])
ingest(store, accounts.operator(store), sys.argv[2:], processes=2, progress=step)
"""
State = tuple[dict[str, tuple[str, str, int, bool]], list[tuple[str, str]]]


def state(store: Store, raws: list[bytes]) -> State:
    """Every article by its URL, and the rejections, as far as they do not depend on the time."""
    digests = [read_archive_item("x", raw).raw_sha256 for raw in raws]
    articles = {}
    for first in range(0, len(digests), 200):
        known = store.articles.known_raw(digests[first : first + 200])
        for article in store.articles.many(list(known.values())):
            original = article.duplicate_of and store.articles.get(article.duplicate_of).url
            articles[f"{article.url} {article.revision}"] = (
                article.text, original or "", article.revision, article.superseded,
            )  # fmt: skip
    return articles, sorted((r.item, r.reason) for r in store.ingests.rejections())


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment_and_run_again(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    folder = tmp_path / "in"
    folder.mkdir()
    raws = [item(n, text=f"第{n}条。" + "正文" * chance.randint(1, 400)) for n in range(ITEMS)]
    raws[40] = item(40, url="https://mirror.example/40", text="第39条新闻的正文。")
    raws[41] = item(40, text="改过一次。")
    for n, raw in enumerate(raws[: ITEMS // 2]):
        (folder / f"{n:04}.md").write_bytes(raw)
    (folder / "bad.md").write_bytes(b"no item")
    packed = {f"{n}.md": raw for n, raw in enumerate(raws[ITEMS // 2 :])}
    make_zip(folder / "z.zip", {**packed, "../up.md": b"x"})

    steps = steps_of(_PROGRAM, str(tmp_path / "whole.db"), str(folder))
    undisturbed = Store(tmp_path / "whole.db")
    expected = state(undisturbed, raws)
    assert len(expected[0]) == ITEMS
    assert len(expected[1]) == 2
    (whole,) = undisturbed.ingests.runs()

    database = tmp_path / "killed.db"
    # The first is far enough for a batch to be kept, and all together do not come to the end.
    for first, last in ((steps * 4 // 10, steps // 2), (1, steps // 5), (1, steps // 5)):
        kill_at(chance.randint(first, last), _PROGRAM, str(database), str(folder))
        assert 0 < articles_in(database) < ITEMS
    again = Store(database)
    summary = ingest(again, accounts.operator(again), [folder], processes=1)
    assert state(again, raws) == expected
    assert summary.read == whole.counts["read"]
    assert summary.rejected == 2
    assert not list(again.examine())
    undisturbed.close()
    again.close()
