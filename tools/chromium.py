"""Find the Chromium that tests, benchmarks and screenshots drive.

``python -m tools.chromium`` prints its path, or exits with 1.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

# The first is the same browser without its windows, which takes a third less work to drive.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
# Without these a Chromium talks to its maker's servers at each start, which a test must not do.
ARGUMENTS = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> str | None:
    """The path of a Chromium: ``$CHROMIUM``, one on PATH, or Playwright's own download."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    return _downloaded()


def launch(playwright: Playwright) -> Browser:
    """Start the Chromium found, headless.

    Raises:
        RuntimeError: when there is none; the message says how to get one.
    """
    path = find()
    if path is None:
        raise RuntimeError("No Chromium found: install one, or name it in CHROMIUM")
    arguments = list(ARGUMENTS)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return playwright.chromium.launch(executable_path=path, args=arguments)


def _downloaded() -> str | None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return str(path) if path.is_file() else None


def main() -> int:
    """Print the path of the Chromium found."""
    path = find()
    if path:
        print(path)
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
