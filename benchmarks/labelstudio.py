"""A Label Studio server of the benchmark's own, and the two calls that are timed on it."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools.labelstudio import TOKEN, running

CONFIG = """<View>
  <Labels name="label" toName="text">
    <Label value="actor"/><Label value="claim"/><Label value="evidence"/><Label value="STATEMENT"/>
  </Labels>
  <Choices name="stance" toName="text" perRegion="true">
    <Choice value="support"/><Choice value="oppose"/><Choice value="neutral"/>
  </Choices>
  <TextArea name="claim" toName="text" perRegion="true"/>
  <TextArea name="speaker" toName="text" perRegion="true"/>
  <Text name="text" value="$text"/>
</View>"""
# A proxy of the environment must not come between us and our own loopback address.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Server:
    """A running server.

    Args:
        url: Its root, without a final slash.
    """

    def __init__(self, url: str) -> None:
        self.url = url

    def project(self) -> int:
        """A new project with the benchmark's labels; returns its id."""
        answer = json.loads(
            self.call("/api/projects", {"title": "Benchmark", "label_config": CONFIG})
        )
        return int(answer["id"])

    def import_tasks(self, project: int, tasks: Sequence[Mapping[str, Any]]) -> float:
        """Import tasks, 500 a call; returns the seconds that it took."""
        started = time.perf_counter()
        for first in range(0, len(tasks), 500):
            self.call(f"/api/projects/{project}/import", tasks[first : first + 500])
        return time.perf_counter() - started

    def export(self, project: int) -> tuple[float, int]:
        """Export a project as JSON; returns the seconds that it took and the tasks in it."""
        started = time.perf_counter()
        body = self.call(f"/api/projects/{project}/export?exportType=JSON")
        seconds = time.perf_counter() - started
        return seconds, len(json.loads(body))

    def call(self, path: str, content: object = None) -> bytes:
        """One HTTP call; with content a POST of it as JSON."""
        request = urllib.request.Request(
            self.url + path,
            data=None if content is None else json.dumps(content).encode(),
            headers={"Authorization": f"Token {TOKEN}", "Content-Type": "application/json"},
        )
        with _opener.open(request, timeout=600) as answer:
            body: bytes = answer.read()
        return body


@contextmanager
def server(data: Path) -> Iterator[Server]:
    """Install Label Studio if need be, start it on loopback over an empty folder, end it after.

    Args:
        data: The folder for its database and logs.

    Raises:
        Unavailable: `tools.labelstudio.Unavailable` if it cannot be installed or does not come up.
    """
    with running(data) as program:
        yield Server(program.url)
