from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import annotate
from annotate.errors import Rejected
from annotate.ingest import READERS
from annotate.ingest.workers import Pool, Task, clean_one
from annotate.model import CleanedItem
from tests.ingest import hostile
from tests.ingest.packing import item

HOSTILE = READERS.get(hostile.NAME)


def outcomes(tasks: list[Task], processes: int = 2, timeout_s: float = 30) -> list[str]:
    pool = Pool(HOSTILE, processes, timeout_s)
    done = list(pool.run(iter(tasks), in_flight=4))
    assert done == tasks
    return [
        result.title if isinstance(result, CleanedItem) else result.reason
        for task in done
        for result in task.results
    ]


def tasks(*contents: str, size: int = 3) -> list[Task]:
    work = [(f"place {n}", item(n, text=content or None)) for n, content in enumerate(contents)]
    return [Task(work[first : first + size]) for first in range(0, len(work), size)]


def test_results_come_in_order_and_whole() -> None:
    made = tasks(*[""] * 40)
    assert outcomes(made) == [f"第{n}条" for n in range(40)]
    for task in made:
        for (place, raw), result in zip(task.work, task.results, strict=True):
            assert result == clean_one(READERS.get("archive"), place, raw)


def test_crashes_and_failures_cost_only_their_items() -> None:
    made = tasks("", "CRASH", "", "FAIL", "REFUSE", "CRASH", "CRASH", "", "", "")
    assert outcomes(made) == [
        "第0条", "crashed", "第2条", "crashed", "refused", "crashed", "crashed", "第7条", "第8条",
        "第9条",
    ]  # fmt: skip
    refused = made[1].results[1]
    assert isinstance(refused, Rejected)
    assert (refused.message, refused.hint) == ("No", "Never")
    failed = made[1].results[0]
    assert isinstance(failed, Rejected)
    assert "RecursionError: too deep" in failed.message


def test_an_item_that_takes_for_ever_is_given_up() -> None:
    assert outcomes(tasks("", "HANG", "", "", size=2), timeout_s=3) == [
        "第0条", "timeout", "第2条", "第3条",
    ]  # fmt: skip


def test_tasks_are_taken_only_as_there_is_room() -> None:
    taken = 0

    def source() -> Iterator[Task]:
        nonlocal taken
        for task in tasks(*[""] * 30, size=1):
            taken += 1
            yield task

    pool = Pool(HOSTILE, 1)
    for given, _ in enumerate(pool.run(source(), in_flight=3), start=1):
        assert taken <= given + 3
    assert taken == 30


def test_processes_end_with_the_run_however_it_ends() -> None:
    pool = Pool(HOSTILE, 2)
    run = pool.run(iter(tasks(*[""] * 12, size=1)), in_flight=4)
    next(run)
    running = list(pool.processes)
    assert running
    run.close()
    assert all(process._process.poll() is not None for process in running)
    assert not [t for t in threading.enumerate() if t.name.startswith("cleaning")]


def test_processes_end_when_their_caller_is_killed() -> None:
    script = (
        "import os, signal\n"
        "from annotate.ingest.workers import Pool, Task\n"
        "from tests.ingest.hostile import read_hostile\n"
        "from annotate.ingest import READERS\n"
        "pool = Pool(READERS.get('hostile'), 1)\n"
        "tasks = iter([Task([('a', b'x')]), Task([('b', b'x')])])\n"
        "run = pool.run(tasks, in_flight=2)\n"
        "next(run)\n"
        "print(pool.processes[0].pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(annotate.__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True)
    status = Path(f"/proc/{int(done.stdout)}/stat")
    if not status.parent.parent.is_dir():
        pytest.skip("this system shows no processes as files")

    def lives() -> bool:
        return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"

    deadline = time.monotonic() + 10
    while lives() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not lives(), "the cleaning process outlived its caller"
