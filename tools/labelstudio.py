"""A Label Studio server on loopback, installed in the checkout: for tests and benchmarks.

``python -m tools.labelstudio`` installs it, unless it is there, and prints where its program is. It
also migrates an empty database once, of which every server begins with a copy.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.ports import free_port

VERSION = "1.23.2"
PLACE = Path(__file__).resolve().parent.parent / ".labelstudio"
EMAIL = "admin@example.com"
PASSWORD = "labelstudio1"
TOKEN = "abcdef0123456789abcdef0123456789abcdef01"
DATABASE = "label_studio.sqlite3"
# A database that is migrated and holds the account above.
FRESH = PLACE / f"fresh-{VERSION}.sqlite3"
# Migrating an empty database takes most of a first start.
START_LIMIT_S = 300.0
STOP_LIMIT_S = 20.0
_SETTINGS = {
    "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
    "COLLECT_ANALYTICS": "false",
    "LATEST_VERSION_CHECK": "false",
    "SENTRY_DSN": "",
    "FRONTEND_SENTRY_DSN": "",
    "SSRF_PROTECTION_ENABLED": "false",
    "PYTHONDONTWRITEBYTECODE": "1",
}
# A proxy of the environment must not come between us and our own loopback address.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Unavailable(Exception):
    """Label Studio cannot be had here; the message says why."""


class Program:
    """A Label Studio that can be started and stopped over one folder.

    Args:
        data: The folder of its database, files and log; made if need be.
        port: The port on 127.0.0.1; None for one that is free.
    """

    def __init__(self, data: Path, port: int | None = None) -> None:
        self.data = data
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.token = TOKEN
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def database(self) -> Path:
        """Its SQLite file; while the server runs, to be copied by SQLite alone."""
        return self.data / DATABASE

    @property
    def log(self) -> Path:
        """What the server prints."""
        return self.data / "server.log"

    def start(self) -> None:
        """Install Label Studio if need be, start it and wait until it answers.

        Raises:
            Unavailable: if it cannot be installed or does not come up.
        """
        program = installed()
        self.data.mkdir(parents=True, exist_ok=True)
        if not self.database.exists():
            prepare()
            shutil.copyfile(FRESH, self.database)
        self._run(program)

    def stop(self) -> None:
        """End the server, if it runs, and wait for its end."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _run(self, program: Path) -> None:
        command = [
            str(program), "start", "--no-browser", "--data-dir", str(self.data),
            "--internal-host", "127.0.0.1", "--port", str(self.port),
            "--username", EMAIL, "--password", PASSWORD,
            "--user-token", TOKEN, "--enable-legacy-api-token",
        ]  # fmt: skip
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **_SETTINGS},
                # Ctrl-C is for whoever runs the server: they end it in their own order.
                start_new_session=True,
            )
        try:
            self._await(self._process)
        except BaseException:
            self.stop()
            raise

    def _await(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_LIMIT_S
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise Unavailable(f"Label Studio ended with {process.returncode}; see {self.log}")
            try:
                with _opener.open(self.url + "/health", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise Unavailable(f"Label Studio did not answer in {START_LIMIT_S:.0f} s; see {self.log}")


@contextmanager
def running(data: Path, port: int | None = None) -> Iterator[Program]:
    """Start a server over a folder; it is stopped when the block is left."""
    program = Program(data, port)
    program.start()
    try:
        yield program
    finally:
        program.stop()


def installed() -> Path:
    """The path of Label Studio's program, which is installed first unless it is there.

    Raises:
        Unavailable: if it cannot be installed.
    """
    named = os.environ.get("LABEL_STUDIO_VENV")
    venv = Path(named) if named else PLACE / "venv"
    program = venv / "bin" / "label-studio"
    complete = any(venv.glob(f"lib/python*/site-packages/label_studio-{VERSION}.dist-info/RECORD"))
    if program.exists() and (complete or named):
        return program
    print(f"Installing Label Studio {VERSION} in {venv} (about 1 GB)", file=sys.stderr)
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(venv)], check=True)
        subprocess.run(
            [str(venv / "bin" / "python"), "-m", "pip", "install", "-qq",
             f"label-studio=={VERSION}"],
            check=True,
        )  # fmt: skip
    except (subprocess.CalledProcessError, OSError) as error:
        raise Unavailable(f"Label Studio {VERSION} could not be installed: {error}") from error
    return program


def prepare() -> None:
    """Migrate an empty database, unless that was done: several servers need not each do it.

    Raises:
        Unavailable: as `Program.start`.
    """
    if FRESH.exists():
        return
    with TemporaryDirectory() as folder:
        program = Program(Path(folder))
        program._run(installed())
        program.stop()
        PLACE.mkdir(exist_ok=True)
        beside = FRESH.with_suffix(f".{os.getpid()}")
        shutil.copyfile(program.database, beside)
        beside.replace(FRESH)


def main() -> int:
    """Install and prepare it, and print the program's path."""
    try:
        print(installed())
        prepare()
    except Unavailable as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
