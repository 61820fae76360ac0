"""A sync killed at any step and run again: every task and every label exactly once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from annotate import codebook, versions
from annotate.codebook import Value
from annotate.labelstudio import run as engine
from tests.conftest import ROOT
from tests.killing import WRITING
from tests.labelstudio.flaky import Flaky
from tests.labelstudio.linked import Linked, chosen, linked, more_articles, note, once, region
from tests.labelstudio.server import LabelStudio
from tests.world import World, op, send, statement

# Each request that changes something and each transaction is two steps: it is killed before and
# after every one. The process that forks has loaded everything, and holds nothing open.
_PROGRAM = (
    """
import json, os, signal, sys, traceback
from contextlib import contextmanager
import annotate.labelstudio.client
from annotate.labelstudio import run as engine
from annotate.labelstudio.wire import Wire
from annotate.store import Store
from annotate.store.database import Connections

send, write, left = Wire.send, Connections.write, 0

def step():
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

def sending(self, method, *rest, **more):
    if method == "GET":
        return send(self, method, *rest, **more)
    step()
    answer = send(self, method, *rest, **more)
    step()
    return answer
"""
    + WRITING
    + """
def run(path, person, project, steps, settle_s):
    global left
    left, engine._SETTLE_S = steps, settle_s
    store = Store(path)
    engine.sync(store, store.people.get(person), project)

Wire.send, Connections.write = sending, writing
for line in sys.stdin:
    child = os.fork()
    if not child:
        code = 1
        try:
            run(*json.loads(line))
            code = 0
        except BaseException:
            traceback.print_exc()
        os._exit(code)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
)


class Runs:
    """Syncs in processes of their own, one after another."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def start(self, two: Linked, steps: int = 10_000) -> int:
        """Begin a sync that is killed after so many steps; the number of its process."""
        world = two.world
        person, project = world.people["editor"].id, world.project.id
        assert self.process.stdin is not None
        print(
            json.dumps([str(world.store.path), person, project, steps, engine._SETTLE_S]),
            file=self.process.stdin, flush=True,
        )  # fmt: skip
        return self._number()

    def was_killed(self) -> bool:
        """Wait for its end."""
        code = self._number()
        assert code in (0, -signal.SIGKILL), "its traceback is on standard error"
        return code != 0

    def killed(self, two: Linked, steps: int) -> bool:
        """Run a sync that is killed after so many steps; whether it got that far."""
        self.start(two, steps)
        return self.was_killed()

    def _number(self) -> int:
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is under way when a sync is killed between its steps: there is no need to wait."""
    monkeypatch.setattr(engine, "_SETTLE_S", 0.0)


@pytest.fixture(scope="module")
def runs() -> Iterator[Runs]:
    runs = Runs()
    yield runs
    with runs.process:
        assert runs.process.stdin is not None
        runs.process.stdin.close()


def labelled(world: World, articles: int) -> None:
    for n in range(articles):
        statement(world, article=n)
        send(world, op("submit"), article=n)


@pytest.mark.usefixtures("answered")
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_push_killed_at_every_step(world: World, labelstudio: LabelStudio, runs: Runs) -> None:
    more_articles(world, 17)
    two = linked(world, labelstudio, labelled=0)
    labelled(world, 10)
    pre_labelled(two)
    n = 0
    while runs.killed(two, n):
        n += 1
    assert n > 5, "it is killed in the middle"
    two.sync()
    once(two)
    two.settled()


@pytest.mark.usefixtures("answered")
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_changes_from_both_sides_killed_at_every_step(
    world: World, labelstudio: LabelStudio, runs: Runs
) -> None:
    more_articles(world, 17)
    two = linked(world, labelstudio, labelled=0)
    labelled(world, 10)
    two.sync()
    changed_on_both_sides(two)
    n = 0
    while runs.killed(two, n):
        n += 1
    assert n > 10, "it is killed in the middle"
    two.sync()
    once(two)
    assert two.conflicts() == []
    assert two.reasons() == []
    there = {task["data"]["article_id"]: task for task in two.tasks()}
    assert len(there[world.articles[0]]["predictions"]) == 1
    for n in range(7):
        (found,) = two.label_sets(n)[0].statements
        assert found.venue == (f"hier {n}" if n < 3 else "研讨会")
        assert found.note == (f"dort {n}" if n < 3 or n > 4 else "")
        assert found.stance == ("neutral" if n in (3, 4) else "support")
        result = there[world.articles[n]]["annotations"][0]["result"]
        assert found.venue in str(result)
        assert found.note in str(result)
        assert chosen(result, "stance") == found.stance
    assert two.labels(7).statements == ()
    assert two.labels(8).statements == ()
    assert "STATEMENT" not in str(two.annotation(8)["result"])
    assert len(two.annotation(12)["result"]) > 3
    assert [one.quote for one in two.labels(13).spans] == ["南屿"]
    two.settled()


def pre_labelled(two: Linked) -> None:
    """Labels of a model, which travel in another way."""
    world = two.world
    with world.store.write(world.operator.id) as tx:
        model = world.store.people.add(tx, "suggester-2", kind="model", role="viewer")
    two.copied("model", model.id, "draft")


def changed_on_both_sides(two: Linked) -> None:
    """Something for every kind of step."""
    world = two.world
    for n in range(10):
        send(world, op("take_back"), article=n)
    for n in range(3):
        two.change_here(n, venue=f"hier {n}")
    for n in range(3, 5):
        two.change_here(n, stance="neutral")
    two.edit_many({n: note(f"dort {n}") for n in (0, 1, 2, 5, 6)})
    two.there.delete("annotations", two.annotation(7)["id"])
    send(world, op("remove_statement", statement_id=two.labels(8).statements[0].id), article=8)
    statement(world, article=12)
    pre_labelled(two)
    text = world.store.articles.get(world.articles[13]).text
    member = two.there.member("analyst@example.com")
    two.there.annotate(two.task(13)["id"], [region("南屿", "evidence", text)], member)
    task = two.task(9)
    kept = ("result", "ground_truth")
    again = [{name: one[name] for name in kept} for one in task["annotations"]]
    two.there.plant(
        two.remote_id, [{"data": task["data"], "meta": task["meta"], "annotations": again}]
    )
    book = codebook.DEFAULT
    wider = replace(book, stances=(*book.stances, Value("torn", "Torn", "两难", colour="#123456")))
    versions.save(world.store, world.people["editor"], world.project.id, wider, "New", base=1)


@pytest.mark.usefixtures("answered")
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_large_push_and_pull_killed_now_and_then(
    world: World, labelstudio: LabelStudio, runs: Runs
) -> None:
    more_articles(world, 497)
    two = linked(world, labelstudio, labelled=0)
    labelled(world, 200)
    assert [runs.killed(two, n) for n in (3, 6, 7, 8)] == [True] * 4
    two.sync()
    once(two)
    changed = range(0, 200, 5)
    two.edit_many({n: note(f"dort {n}") for n in changed})
    assert [runs.killed(two, n) for n in (1, 3, 5)] == [True] * 3
    two.sync()
    once(two)
    assert [two.labels(n).statements[0].note for n in changed] == [f"dort {n}" for n in changed]
    two.settled()


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_killed_while_the_server_is_at_work(
    world: World, labelstudio: LabelStudio, runs: Runs, flaky: Flaky
) -> None:
    more_articles(world, 397)
    two = linked(world, labelstudio, labelled=0)
    labelled(world, 50)
    two.through(flaky.url)
    begun, killed, arrived = (threading.Event() for _ in range(3))
    number = 0

    def kill(method: str, path: str) -> None:
        # All of it has been sent, and the server has not begun.
        if "/import" in path:
            begun.wait(60)
            os.kill(number, signal.SIGKILL)
            killed.set()

    flaky.watch = kill
    flaky.served = lambda method, path: "/import" in path and arrived.set()
    number = runs.start(two)
    begun.set()
    assert runs.was_killed()
    assert killed.wait(60)
    two.through(labelstudio.url)
    two.sync()
    # Should the server have been slower than a sync waits, the next one sees what came late.
    assert arrived.wait(120)
    while two.sync():
        pass
    once(two)
