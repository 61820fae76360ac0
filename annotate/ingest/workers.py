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
import threading
from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

import annotate
from annotate.errors import Rejected, WorkbenchError
from annotate.ingest.readers import READERS, Reader
from annotate.model import CleanedItem

Result = CleanedItem | Rejected
Work = tuple[str, bytes]
"""Where an item was found, and its bytes."""

Answer = CleanedItem | tuple[str, Mapping[str, Any]] | None
"""What a process sends: None once it is ready, then an item, or a rejection's reason and words."""

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
        said = f"{type(error).__name__}: {error}"[:300]
        return Rejected("crashed", "Cleaning failed: {value}", value=said)


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
    """One cleaning process.

    Args:
        reader: What cleans the items.
    """

    def __init__(self, reader: Reader) -> None:
        self._connection, theirs = Pipe()
        path = [str(Path(annotate.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, path))},
            )
        self._connection.send((reader.read.__module__, reader.name))

    @property
    def pid(self) -> int:
        """Its number in the system."""
        return self._process.pid

    def begin(self, timeout_s: float) -> None:
        """Wait until it is ready.

        Raises:
            WorkbenchError: It does not start.
        """
        try:
            self._receive(timeout_s)
        except (EOFError, TimeoutError) as error:
            raise WorkbenchError(
                "A cleaning process could not be started", "Run with one process to go without"
            ) from error

    def work_off(self, task: Task, timeout_s: float) -> None:
        """Let it clean the items of a task that have no result yet.

        Raises:
            EOFError: It died at the first item that has no result now.
            TimeoutError: That item took too long.
        """
        try:
            self._connection.send(list(task.work[len(task.results) :]))
        except OSError as error:
            raise EOFError from error
        while not task.done:
            answer = self._receive(timeout_s)
            if isinstance(answer, CleanedItem):
                raw = task.work[len(task.results)][1]
                task.results.append(replace(answer, raw=raw))
            elif answer is not None:
                task.results.append(Rejected.rebuilt(*answer))

    def kill(self) -> None:
        """Stop it, whatever it is doing; whoever waits for it meets the end of its connection."""
        self._process.kill()
        self._process.wait()

    def _receive(self, timeout_s: float) -> Answer:
        try:
            if not self._connection.poll(timeout_s):
                raise TimeoutError
            answer: Answer = self._connection.recv()
        except ConnectionError as error:
            raise EOFError from error
        return answer


class Pool:
    """Cleaning processes, each served by a thread of its own and started when it is needed.

    The threads take in results while the caller writes earlier ones to the database.

    Args:
        reader: What cleans the items.
        processes: How many.
        timeout_s: Seconds that one item may take.
    """

    def __init__(self, reader: Reader, processes: int, timeout_s: float = ITEM_TIMEOUT_S) -> None:
        self._reader = reader
        self._most = processes
        self._timeout_s = timeout_s
        self._mine = threading.local()
        self._lock = threading.Lock()
        self._closed = False
        self.processes: list[Process] = []

    def run(self, tasks: Iterator[Task], in_flight: int) -> Generator[Task, None, None]:
        """Work off tasks; yields each when it is done, in their order.

        Args:
            tasks: The tasks; taken as there is room, so that the memory stays bounded.
            in_flight: How many may be between being taken and being yielded.

        Raises:
            WorkbenchError: The processes do not start.
        """
        under_way: deque[Future[Task]] = deque()
        threads = ThreadPoolExecutor(self._most, thread_name_prefix="cleaning")
        try:
            for task in tasks:
                under_way.append(threads.submit(self._work_off, task))
                if len(under_way) >= in_flight:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            self._close()
            threads.shutdown(cancel_futures=True)

    def _close(self) -> None:
        with self._lock:
            self._closed = True
            for process in self.processes:
                process.kill()

    def _work_off(self, task: Task) -> Task:
        while not task.done and not self._closed:
            process = getattr(self._mine, "process", None) or self._start()
            try:
                process.work_off(task, self._timeout_s)
            except EOFError:
                self._give_up(process, task, Rejected("crashed", "Cleaning it crashed"))
            except TimeoutError:
                late = Rejected(
                    "timeout",
                    "Cleaning it took longer than {seconds:g} seconds",
                    seconds=self._timeout_s,
                )
                self._give_up(process, task, late)
        return task

    def _start(self) -> Process:
        process = Process(self._reader)
        with self._lock:
            self.processes.append(process)
            if self._closed:
                process.kill()
        process.begin(ITEM_TIMEOUT_S)
        self._mine.process = process
        return process

    def _give_up(self, process: Process, task: Task, rejection: Rejected) -> None:
        process.kill()
        self._mine.process = None
        task.results.append(rejection)
        with self._lock:
            self.processes.remove(process)


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
    return result.reason, result.told()
