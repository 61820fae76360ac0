"""Killing a process in the middle of its work, by what it has done and never by the clock."""

from __future__ import annotations

import signal
import subprocess
import sys

from tests.conftest import ROOT

# The moment before each commit and the one after it are steps, in every program that is killed.
WRITING = """
@contextmanager
def writing(self, by):
    with write(self, by) as tx:
        yield tx
        step()
    step()
"""
# A step is a statement, an audit event, the moment before a commit or the one after it, or a call
# of `step`, which a program may have as its progress. At its last the process kills itself: so it
# goes no further, however quick or busy the machine is.
_STEPPING = (
    """
import atexit, os, signal, sys
from contextlib import contextmanager
from functools import wraps
from annotate.store.database import Connections, Transaction

write, last, steps = Connections.write, int(sys.argv.pop()), 0
atexit.register(lambda: print(f"\\n{steps}"))

def step(*_):
    global steps
    steps += 1
    if steps == last:
        os.kill(os.getpid(), signal.SIGKILL)

def stepping(method):
    @wraps(method)
    def stepped(*rest, **more):
        done = method(*rest, **more)
        step()
        return done
    return stepped
"""
    + WRITING
    + """
Transaction.execute = stepping(Transaction.execute)
Transaction.record = stepping(Transaction.record)
Connections.write = writing
"""
)


def steps_of(program: str, *arguments: str) -> int:
    """Run a Python program to its end; gives how many steps that takes.

    Args:
        program: Its text. `step` is there for it, to be called with anything.
        arguments: Its arguments.
    """
    done = _run(program, arguments, 0, stdout=subprocess.PIPE)
    assert done.returncode == 0
    return int(done.stdout.rsplit("\n", 2)[-2])


def kill_at(step: int, program: str, *arguments: str) -> None:
    """Run a program as in `steps_of` and kill it at a step, the first being 1."""
    # What it started ends by itself, and may do so later: nobody waits for its output.
    done = _run(program, arguments, step, stdout=subprocess.DEVNULL)
    assert done.returncode == -signal.SIGKILL, "it ended before it was killed"


def _run(
    program: str, arguments: tuple[str, ...], last: int, *, stdout: int
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _STEPPING + program, *arguments, str(last)],
        cwd=ROOT, stdout=stdout, text=True, encoding="utf-8", timeout=100, check=False,
    )  # fmt: skip
