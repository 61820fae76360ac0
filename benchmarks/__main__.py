"""``python -m benchmarks [NAME...]``: run all benchmarks, or those named, and print one table."""

from __future__ import annotations

import importlib
import sys
import time

from benchmarks.report import Measure, Omitted, table

ALL = (
    "saves", "opening", "search", "registries", "agreement", "ingest", "exporting", "syncing",
    "startup", "browser",
)  # fmt: skip


def main(names: list[str]) -> int:
    """Run benchmarks by name; returns the exit code.

    Returns:
        0 if every budget was kept, 1 if one was not, 2 for an unknown name.
    """
    unknown = sorted(set(names) - set(ALL))
    if unknown:
        print(f"No benchmark {', '.join(unknown)}; there are {', '.join(ALL)}", file=sys.stderr)
        return 2
    lines: list[Measure | Omitted] = []
    for name in names or ALL:
        started = time.perf_counter()
        print(f"{name} ...", file=sys.stderr, flush=True)
        lines += importlib.import_module(f"benchmarks.{name}").run()
        print(f"{name}: {time.perf_counter() - started:.0f} s", file=sys.stderr)
    print(table(lines))
    return 1 if any(isinstance(line, Measure) and line.met is False for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
