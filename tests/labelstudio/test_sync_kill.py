"""A sync killed at any step and run again: every task and every label exactly once."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.labelstudio.linked import Linked, linked, more_articles, note, once
from tests.labelstudio.server import LabelStudio
from tests.world import World, op, send, statement

# Each request and each transaction is two steps: it is killed before and after every one.
_PROGRAM = """
import os, signal, sys, threading
from contextlib import contextmanager
from annotate.labelstudio.run import sync
from annotate.labelstudio.wire import Wire
from annotate.store import Store
from annotate.store.database import Connections

left, delay = int(sys.argv[4]), float(sys.argv[5])

def step():
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

send, write = Wire.send, Connections.write

def sending(self, method, *rest, **more):
    if method != "GET":
        step()
    if delay and "/import" in rest[0]:
        threading.Timer(delay, os.kill, (os.getpid(), signal.SIGKILL)).start()
    try:
        return send(self, method, *rest, **more)
    finally:
        if method != "GET":
            step()

@contextmanager
def writing(self, by):
    with write(self, by) as tx:
        yield tx
        step()
    step()

Wire.send, Connections.write = sending, writing
store = Store(sys.argv[1])
sync(store, store.people.get(sys.argv[2]), sys.argv[3])
"""


def killed(two: Linked, steps: int = 10_000, *, delay_s: float = 0.0) -> bool:
    """Run a sync that is killed; whether it was.

    Args:
        two: The two sides.
        steps: After so many steps.
        delay_s: So long after it has begun to send tasks, in seconds.
    """
    world = two.world
    editor, project = world.people["editor"].id, world.project.id
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(world.store.path), editor, project, str(steps),
         str(delay_s)],
        cwd=ROOT, timeout=120, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


def labelled(world: World, articles: int) -> None:
    for n in range(articles):
        statement(world, article=n)
        send(world, op("submit"), article=n)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_push_killed_at_every_step(world: World, labelstudio: LabelStudio) -> None:
    more_articles(world, 17)
    two = linked(world, labelstudio, labelled=0)
    labelled(world, 10)
    n = 0
    while killed(two, n):
        n += 1
    assert n > 5, "it is killed in the middle"
    two.sync()
    once(two)
    two.settled()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_changes_from_both_sides_killed_at_every_step(
    world: World, labelstudio: LabelStudio
) -> None:
    more_articles(world, 17)
    two = linked(world, labelstudio, labelled=0)
    labelled(world, 10)
    two.sync()
    for n in range(10):
        send(world, op("take_back"), article=n)
    for n in range(3):
        two.change_here(n, venue=f"hier {n}")
        two.edit(note(f"dort {n}"), n)
    for n in range(3, 5):
        two.change_here(n, stance="neutral")
    for n in range(5, 7):
        two.edit(note(f"dort {n}"), n)
    two.there.delete("annotations", two.annotation(7)["id"])
    statement(world, article=12)
    send(world, op("remove_statement", statement_id=two.labels(8).statements[0].id), article=8)
    n = 0
    while killed(two, n):
        n += 1
    assert n > 10, "it is killed in the middle"
    two.sync()
    once(two)
    assert two.conflicts() == []
    for n in range(7):
        (found,) = two.labels(n).statements
        assert found.venue == (f"hier {n}" if n < 3 else "研讨会")
        assert found.note == (f"dort {n}" if n < 3 or n > 4 else "")
        result = str(two.annotation(n)["result"])
        assert (found.venue in result, found.note in result) == (True, True)
        assert (found.stance, two.stance_there(n)) == (("neutral",) * 2 if n in (3, 4)
                                                       else ("support",) * 2)  # fmt: skip
    assert two.labels(7).statements == ()
    assert two.labels(8).statements == ()
    assert "STATEMENT" not in str(two.annotation(8)["result"])
    assert len(two.annotation(12)["result"]) > 3
    two.settled()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_large_push_and_pull_killed_now_and_then(world: World, labelstudio: LabelStudio) -> None:
    more_articles(world, 497)
    two = linked(world, labelstudio, labelled=0)
    labelled(world, 200)
    for n in (3, 6, 7, 8):
        killed(two, n)
    two.sync()
    once(two)
    for n in range(0, 200, 5):
        two.edit(note(f"dort {n}"), n)
    for n in (1, 3, 5):
        killed(two, n)
    two.sync()
    once(two)
    for n in range(0, 200, 5):
        assert two.labels(n).statements[0].note == f"dort {n}"
    two.settled()


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_killed_while_the_server_is_at_work(world: World, labelstudio: LabelStudio) -> None:
    more_articles(world, 397)
    two = linked(world, labelstudio, labelled=0)
    labelled(world, 50)
    assert killed(two, delay_s=0.1), "it ended before it was killed"
    two.sync()
    once(two)
    two.settled()
