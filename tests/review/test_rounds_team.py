"""Several people at once, in threads and processes: no slot twice, none left; and kills."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from annotate import review
from annotate.errors import Conflict
from annotate.model import new_id
from annotate.reading import ListRequest
from annotate.review import Wish
from annotate.store import Store
from annotate.store.boards import BoardFilter
from tests.conftest import ROOT
from tests.killing import kill_at, steps_of
from tests.review.desk import coders, many_articles
from tests.world import World

CODER = """
import sys
from annotate import review, tagging
from annotate.model import new_id
from annotate.store import Store

path, project_id, person_id = sys.argv[1:]
store = Store(path, create=False)
person = store.people.get(person_id)
while True:
    asked = new_id()
    article = review.pull(store, person, project_id, asked)
    if article is None:
        break
    # An answer that was lost is asked for again.
    assert review.pull(store, person, project_id, asked) == article
    done = tagging.apply(
        store, person, project_id, article, client="process", base_revision=0,
        operations=[{"id": new_id(), "kind": "submit"}],
    )
    assert done.status == "submitted", done
    print(article, flush=True)
"""
# So few rows count as many, and are written in many batches.
MAKER = """
from annotate import accounts, review
from annotate.reading import ListRequest
from annotate.store import Store, bulk, rounds

bulk._MANY, rounds._BATCH = 100, 50
store = Store(sys.argv[1], create=False)
project = store.projects.all()[0]
people = tuple(one.id for one in review.coders(store, accounts.operator(store), project.id))
wish = review.Wish("Killed", people, "list", 2)
review.create(
    store, accounts.operator(store), project.id, wish, ListRequest(), progress=step
)
"""


@pytest.mark.slow
def test_a_team_in_four_processes_codes_every_slot_once(world: World) -> None:
    many_articles(world, 297)
    team = coders(world, 4)
    wish = Wish("Team", tuple(one.id for one in team), "pull", 2, 0.2, 4, "random", 11)
    made, seen = review.create(world.store, world.operator, world.project.id, wish, ListRequest())
    assert (seen.articles, seen.more, seen.slots) == (300, 60, 720)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", CODER, str(world.store.path), world.project.id, one.id],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for one in team
    ]
    coded = [process.communicate(timeout=110)[0].split() for process in running]
    assert [process.returncode for process in running] == [0] * 4
    assert all(len(set(articles)) == len(articles) for articles in coded)
    times = Counter(article for articles in coded for article in articles)
    there = world.store.rounds.articles(world.project.id, list(times))
    assert len(times) == 300
    assert all(times[id_] == one.wanted == one.taken for id_, one in there.items())
    board = review.board(world.store, world.operator, world.project.id)
    assert board.states["submitted"].count == 300
    assert (board.rounds[0].done, board.rounds[0].free) == (300, 0)
    assert sum(load.submitted for load in board.loads) == 720
    assert world.store.rounds.get(made.id).closed_at is None
    assert list(world.store.examine()) == []


def test_the_last_slot_goes_to_one_of_many_who_ask_at_once(world: World) -> None:
    team = coders(world, 8)
    wish = Wish("Race", tuple(one.id for one in team), "pull", 1)
    review.create(world.store, world.operator, world.project.id, wish, world.articles)
    together = threading.Barrier(len(team))

    def ask(person_id: str) -> str | None:
        store = Store(world.store.path, create=False)
        together.wait()
        try:
            return review.pull(store, store.people.get(person_id), world.project.id)
        finally:
            store.close()

    with ThreadPoolExecutor(len(team)) as pool:
        got = list(pool.map(ask, [one.id for one in team]))
    assert sorted(id_ for id_ in got if id_) == sorted(world.articles)


def test_one_person_in_two_windows_holds_five_at_most(world: World) -> None:
    many_articles(world, 40)
    (one,) = coders(world, 1)
    wish = Wish("Hoard", (one.id,), "pull")
    review.create(world.store, world.operator, world.project.id, wish, ListRequest())
    same = new_id()

    def ask(operation: str) -> str | None:
        store = Store(world.store.path, create=False)
        try:
            return review.pull(store, one, world.project.id, operation)
        except Conflict:
            return None
        finally:
            store.close()

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(ask, [*[same] * 8, *[new_id() for _ in range(12)]]))
    assert len(set(got[:8])) == 1
    assert len({id_ for id_ in got if id_}) == 5


@pytest.mark.slow
def test_a_round_is_there_wholly_or_not_at_all(world: World, tmp_path: Path) -> None:
    many_articles(world, 300)
    coders(world, 3)
    store, chance = world.store, random.Random(7)
    steps = steps_of(MAKER, str(store.backup(tmp_path / "whole.db")))
    # The last step is the moment after the commit.
    for step in (*sorted(chance.sample(range(1, steps - 1), 4)), steps - 1):
        kill_at(step, MAKER, str(store.path))
        assert store.rounds.of_project(world.project.id) == [], step
        rows, _ = review.articles(store, world.operator, world.project.id, BoardFilter(), limit=1)
        assert rows == ()
        assert list(store.examine()) == []
    kill_at(steps, MAKER, str(store.path))
    (made,) = store.rounds.of_project(world.project.id)
    assert len(store.assignments.unbegun(made.id)) == 606
    assert list(store.examine()) == []
    board = review.board(store, world.operator, world.project.id)
    assert (board.rounds[0].articles, board.states["to_do"].count) == (303, 303)
