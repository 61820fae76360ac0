"""``serve``: the workbench in the browser."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from annotate.commands.desk import Desk
from annotate.commands.output import say
from annotate.errors import WorkbenchError

ROOT = Path(__file__).resolve().parents[2]
FIRST_PORT = 8501
PORTS_TRIED = 20
START_LIMIT_S = 120.0
STOP_LIMIT_S = 10.0


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(serve)


def serve(
    context: typer.Context,
    host: Annotated[
        str,
        typer.Option(
            metavar="HOST", help="The address to listen on; 0.0.0.0 lets other machines in."
        ),
    ] = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option(
            metavar="PORT",
            min=1,
            max=65535,
            help=f"The port; by default the first free one from {FIRST_PORT}.",
        ),
    ] = None,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open it in the browser as soon as it answers.")
    ] = False,
) -> None:
    """Start the workbench; Ctrl-C stops it."""
    desk: Desk = context.obj
    with desk.open(create=True) as session:
        path = session.store.path
    port = _check_port(host, port) if port else _free_port(host)
    if not _is_loopback(host):
        say(
            "Others can reach this address, and what they send is not encrypted: "
            "put a proxy with TLS in front of it."
        )
    url = f"http://{_in_url(host)}:{port}"
    process = subprocess.Popen(
        [
            sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"),
            "--server.address", host, "--server.port", str(port),
            "--server.headless", "true", "--logger.hideWelcomeMessage", "true",
        ],
        cwd=ROOT,
        env={**os.environ, "CLAIMDESK_DB": str(path)},
    )  # fmt: skip
    code = 0
    with _ended_with_us(process):
        _await(url, process)
        print(f"Claimdesk is open at {url} (Ctrl-C stops it)", flush=True)
        if open_browser:
            webbrowser.open(url)
        code = process.wait()
    if code:
        raise WorkbenchError(
            "The workbench stopped with exit code {code}", "See the lines above", code=code
        )


@contextlib.contextmanager
def _ended_with_us(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """End the server when the block is left, by Ctrl-C or a request to terminate too."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except KeyboardInterrupt:
        say("Stopping")
    finally:
        signal.signal(signal.SIGTERM, before)
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    # A proxy of the environment must not come between us and our own address.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise WorkbenchError("The workbench did not start", "See the lines above")
        try:
            with opener.open(f"{url}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise WorkbenchError(
        "The workbench did not answer at {url} within {start_limit_s:.0f} s",
        url=url,
        start_limit_s=START_LIMIT_S,
    )


def _check_port(host: str, port: int) -> int:
    problem = _occupied(host, port)
    if problem:
        raise WorkbenchError(
            "{host}:{port} cannot be used: {problem}",
            "Name another --port",
            host=host,
            port=port,
            problem=problem,
        )
    return port


def _free_port(host: str) -> int:
    problem = ""
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        problem = _occupied(host, port)
        if not problem:
            return port
    raise WorkbenchError(
        "No port from {first_port} to {value} of {host} can be used: {problem}",
        "Name one with --port",
        first_port=FIRST_PORT,
        value=FIRST_PORT + PORTS_TRIED - 1,
        host=host,
        problem=problem,
    )


def _occupied(host: str, port: int) -> str:
    """Why the address cannot be listened on; an empty string if it can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.strerror or str(error)
    return ""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _in_url(host: str) -> str:
    if host in ("0.0.0.0", "::"):
        return "127.0.0.1" if host == "0.0.0.0" else "[::1]"
    return f"[{host}]" if ":" in host else host
