"""A Label Studio server of the benchmark's own, and the two calls that are timed on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools.workbench import free_port

VERSION = "1.23.2"
PLACE = Path(__file__).resolve().parent.parent / ".labelstudio"
TOKEN = "abcdef0123456789abcdef0123456789abcdef01"
FIRST_START_S = 300
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
_SETTINGS = {
    "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
    "COLLECT_ANALYTICS": "false",
    "LATEST_VERSION_CHECK": "false",
    "SENTRY_DSN": "",
    "FRONTEND_SENTRY_DSN": "",
    "SSRF_PROTECTION_ENABLED": "false",
}
# A proxy of the environment must not come between us and our own loopback address.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Unavailable(Exception):
    """Label Studio cannot be had here; the message says why."""


class Server:
    """A running server.

    Args:
        url: Its root, without a final slash.
        process: The server's process.
    """

    def __init__(self, url: str, process: subprocess.Popen[bytes]) -> None:
        self.url = url
        self.process = process

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
        Unavailable: if it cannot be installed or does not come up in five minutes.
    """
    program = _installed()
    data.mkdir(parents=True, exist_ok=True)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [
        str(program), "start", "--no-browser", "--data-dir", str(data),
        "--internal-host", "127.0.0.1", "--port", str(port),
        "--username", "admin@example.com", "--password", "labelstudio1",
        "--user-token", TOKEN, "--enable-legacy-api-token",
    ]  # fmt: skip
    with (data / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**os.environ, **_SETTINGS},
        )
        try:
            _await(url, process, data / "server.log")
            yield Server(url, process)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _installed() -> Path:
    named = os.environ.get("LABEL_STUDIO_VENV")
    venv = Path(named) if named else PLACE / "venv"
    program = venv / "bin" / "label-studio"
    if program.exists():
        return program
    print(f"Installing Label Studio {VERSION} in {venv} (about 1 GB)", file=sys.stderr)
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(venv)], check=True)
        subprocess.run(
            [str(venv / "bin" / "python"), "-m", "pip", "install", "-qq",
             f"label-studio=={VERSION}"],
            check=True,
        )  # fmt: skip
    except subprocess.CalledProcessError as error:
        raise Unavailable(f"Label Studio {VERSION} could not be installed: {error}") from error
    return program


def _await(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + FIRST_START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Unavailable(f"Label Studio ended with {process.returncode}; see {log}")
        try:
            with _opener.open(url + "/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise Unavailable(f"Label Studio did not answer within {FIRST_START_S} s; see {log}")
