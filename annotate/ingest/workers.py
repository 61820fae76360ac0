"""Cleaning in several processes: results in the order of the items, whatever happens to one.

Each process serves one connection and dies with it. It answers item by item, so that a process
that crashed or hangs shows which item it was at: that one is rejected, a new process takes the
rest. The processes are started afresh rather than forked, since the caller may run threads.
"""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path

import annotate
from annotate.errors import Rejected, WorkbenchError
from annotate.ingest.readers import READERS, Reader
from annotate.model import CleanedItem

Result = CleanedItem | Rejected
Work = tuple[str, bytes]
"""Where an item was found, and its bytes."""

Answer = CleanedItem | tuple[str, str, str] | None
"""What a process sends: None once it is ready, then an item or a rejection's parts."""

ITEM_TIMEOUT_S = 60.0
_PROGRAM = "from annotate.ingest.workers import serve; serve()"


def clean_one(reader: Reader, item: str, raw: bytes) -> Result:
    """One item, cleaned or rejected; no error of any kind gets out."""
    try:
        return reader.read(item, raw)
    except Rejected as rejection:
        return rejection
    except Exception as error:
        # A mistake in the cleaner costs the item that shows it, not the batch.
        return Rejected("crashed", f"Cleaning failed: {type(error).__name__}: {error}"[:300])


@dataclass(slots=True)
class Task:
    """Items that travel to a process together, with their results as they come in."""

    work: Sequence[Work]
    results: list[Result] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Whether every item has its result."""
        return len(self.results) == len(self.work)


class Process:
    """One cleaning process and the task it is at."""

    def __init__(self, reader: Reader) -> None:
        self.connection, theirs = Pipe()
        path = [str(Path(annotate.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, path))},
            )
        self.task: Task | None = None
        self.ready = False
        self.deadline = 0.0
        self.connection.send((reader.read.__module__, reader.name))

    def begin(self, task: Task, timeout_s: float) -> None:
        """Send it the items of a task that have no result yet."""
        self.task = task
        self.deadline = time.monotonic() + timeout_s
        with suppress(OSError):
            # If it is dead already, receiving will say so.
            self.connection.send(list(task.work[len(task.results) :]))

    def receive(self, timeout_s: float) -> None:
        """Take its next result.

        Raises:
            EOFError: It has died.
        """
        assert self.task is not None
        try:
            answer: Answer = self.connection.recv()
        except OSError as error:
            raise EOFError from error
        self.deadline = time.monotonic() + timeout_s
        if answer is None:
            self.ready = True
        elif isinstance(answer, CleanedItem):
            raw = self.task.work[len(self.task.results)][1]
            self.task.results.append(replace(answer, raw=raw))
        else:
            self.task.results.append(Rejected(*answer))
        if self.task.done:
            self.task = None

    def end(self) -> None:
        """Stop it, whatever it is doing."""
        self.connection.close()
        self._process.kill()
        self._process.wait()


class Pool:
    """Cleaning processes, started when the first task comes.

    Args:
        reader: What cleans the items.
        processes: How many.
        timeout_s: Seconds that one item may take.
    """

    def __init__(self, reader: Reader, processes: int, timeout_s: float = ITEM_TIMEOUT_S) -> None:
        self._reader = reader
        self._most = processes
        self._timeout_s = timeout_s
        self._processes: list[Process] = []

    def run(self, tasks: Iterator[Task], in_flight: int) -> Generator[Task, None, None]:
        """Work off tasks; yields each when it is done, in their order.

        Args:
            tasks: The tasks; taken as there is room, so that the memory stays bounded.
            in_flight: How many may be between being taken and being yielded.
        """
        queue: deque[Task] = deque()
        waiting: deque[Task] = deque()
        more = True
        try:
            while more or queue:
                while more and len(queue) < in_flight:
                    task = next(tasks, None)
                    if task is None:
                        more = False
                        break
                    queue.append(task)
                    waiting.append(task)
                    self._assign(waiting)
                if queue and not queue[0].done:
                    self._wait(waiting)
                while queue and queue[0].done:
                    yield queue.popleft()
        finally:
            self.close()

    def close(self) -> None:
        """Stop all processes."""
        for process in self._processes:
            process.end()
        self._processes.clear()

    def _assign(self, waiting: deque[Task]) -> None:
        while waiting:
            if waiting[0].done:
                waiting.popleft()
                continue
            idle = next((p for p in self._processes if p.task is None), None)
            if idle is None:
                if len(self._processes) >= self._most:
                    return
                idle = Process(self._reader)
                self._processes.append(idle)
            idle.begin(waiting.popleft(), self._timeout_s)

    def _wait(self, waiting: deque[Task]) -> None:
        busy = {p.connection: p for p in self._processes if p.task is not None}
        pause = max(0.0, min(p.deadline for p in busy.values()) - time.monotonic())
        for connection in wait(list(busy), pause):
            assert isinstance(connection, Connection)
            process = busy[connection]
            try:
                while process.task is not None and connection.poll():
                    process.receive(self._timeout_s)
            except EOFError:
                self._replace(process, waiting, Rejected("crashed", "Cleaning it crashed"))
        now = time.monotonic()
        for process in list(self._processes):
            if process.task is not None and process.deadline <= now:
                message = f"Cleaning it took longer than {self._timeout_s:g} seconds"
                self._replace(process, waiting, Rejected("timeout", message))
        self._assign(waiting)

    def _replace(self, process: Process, waiting: deque[Task], rejection: Rejected) -> None:
        process.end()
        self._processes.remove(process)
        if not process.ready:
            raise WorkbenchError(
                "A cleaning process could not be started", "Run with one process to go without"
            )
        if process.task is not None:
            process.task.results.append(rejection)
            waiting.appendleft(process.task)


def serve() -> None:
    """What a cleaning process does, until its connection closes."""
    # An interrupt at the terminal reaches the whole group; the caller decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    connection = Connection(int(sys.argv[1]))
    with suppress(EOFError, OSError):
        module, name = connection.recv()
        importlib.import_module(module)
        reader = READERS.get(name)
        connection.send(None)
        while True:
            for item, raw in connection.recv():
                connection.send(_answer(clean_one(reader, item, raw)))


def _answer(result: Result) -> Answer:
    if isinstance(result, CleanedItem):
        # The caller has the bytes.
        return replace(result, raw=b"")
    return result.reason, result.message, result.hint
