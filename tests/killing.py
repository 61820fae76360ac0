"""Killing a process in the middle of its work, by what it has done rather than by the clock."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

from tests.conftest import ROOT

SLOWLY = """
import time
def slowly(*_):
    print("a step", flush=True)
    time.sleep(0.2)
"""


def kill_after(steps: int, seconds: float, program: str, *arguments: str) -> None:
    """Run a Python program and kill it after some steps, and so long again.

    Args:
        steps: How many lines it prints before it is killed.
        seconds: How long it goes on after the last of them.
        program: Its text; ``slowly`` is there for it as a progress that prints a line and rests,
            so that the machine's speed does not matter.
        arguments: Its arguments.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", SLOWLY + program, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    for step in range(steps):
        assert process.stdout.readline() == "a step\n", f"it ended after {step} steps"
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    assert process.wait(30) == -signal.SIGKILL, "it ended before it was killed"
    process.stdout.close()
