"""A Label Studio server to try, linked with the sample project: ``make labelstudio``.

Both go on where they were when it is started again.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import FrameType

from annotate import accounts, sample
from annotate.errors import WorkbenchError
from annotate.labelstudio import linking, run
from annotate.labelstudio.secrets import TOKEN, URL
from annotate.model import Person
from annotate.store import Store
from tools.labelstudio import EMAIL, PASSWORD, PLACE, Program, Unavailable, running
from tools.ports import free_port

DATA = PLACE / "sample"
PORT = 8080
EVERY_MINUTES = 1
# Whose labels those count as that the one account of that server makes.
LABELS_AS = "editor-1"


class _Terminated(KeyboardInterrupt):
    """The system, and no terminal, asks for an end."""


def main(arguments: list[str] | None = None) -> int:
    """Start both servers, link and synchronise; returns when the workbench ends.

    Args:
        arguments: The database, and how the workbench is served; by default those of the process.
    """
    parser = argparse.ArgumentParser(prog="python -m tools.linked_sample")
    parser.add_argument("database", type=Path, help="the database of the sample project")
    parser.add_argument("--port", help="the port of the workbench")
    chosen = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    workbench = [sys.executable, "-m", "annotate", "--db", str(chosen.database)]
    try:
        subprocess.run([*workbench, "demo"], check=True)
        print("Starting Label Studio; the first start takes a minute", file=sys.stderr)
        with running(DATA, _port()) as program:
            # The address may be another than last time, and no other server's token be set; the
            # workbench is told likewise.
            os.environ.update({URL: program.url, TOKEN: ""})
            number = _synchronise(chosen.database, program)
            _tell(f"{program.url}/projects/{number}")
            served = [*workbench, "serve", *(["--port", chosen.port] if chosen.port else [])]
            return _serve(served)
    except KeyboardInterrupt:
        return 130
    except subprocess.CalledProcessError as problem:
        return problem.returncode
    except (Unavailable, WorkbenchError) as problem:
        print(f"Error: {problem}", file=sys.stderr)
        return 1


def _synchronise(database: Path, program: Program) -> int:
    """Link the sample project and synchronise it; returns the number of the project there."""
    with closing(Store(database, create=False)) as store:
        operator = accounts.operator(store)
        project_id = sample.read().project_id
        asker = store, operator, project_id
        number = _link(store, operator, project_id, program)
        linking.map_person(*asker, EMAIL, store.people.named(LABELS_AS).id)
        print("Sending the sample articles to Label Studio", file=sys.stderr)
        run.sync(*asker)
        return number


def _link(store: Store, operator: Person, project_id: str, program: Program) -> int:
    """Link the project; again, if that server has been made anew meanwhile."""
    asker = store, operator, project_id
    before = store.links.link(project_id)
    if before is not None:
        with linking.server_of(store, before) as server:
            remote = server.project(before.remote_id)
        if remote is not None and remote.created_at == before.remote_created_at:
            return before.remote_id
        linking.unlink(*asker)
    title = store.projects.get(project_id).name
    made = linking.link(*asker, program.url, program.token, None, title)
    linking.change(*asker, reveals=False, every_minutes=EVERY_MINUTES)
    return made.remote_id


def _tell(url: str) -> None:
    print(f"Label Studio is open at {url}: sign in as {EMAIL} with {PASSWORD}")
    print(f"What is labelled there counts as {LABELS_AS}'s and arrives within a minute", flush=True)


def _serve(command: list[str]) -> int:
    """Serve the workbench until Ctrl-C, which the terminal sends it too, or until it ends."""
    process = subprocess.Popen(command)
    try:
        return process.wait()
    except KeyboardInterrupt as asked:
        if isinstance(asked, _Terminated):
            process.terminate()
        process.wait()
        return 0


def _port() -> int:
    """Label Studio's usual port, or one that is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", PORT))
        except OSError:
            return free_port()
    return PORT


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise _Terminated


if __name__ == "__main__":
    sys.exit(main())
